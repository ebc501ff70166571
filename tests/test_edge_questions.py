"""Which edges carry zeros, what if one were dropped, and how large gradients are."""

import re

import numpy as np
import pytest
from graphs import build, is_tame, programs
from hypothesis import assume, given, settings

from autograd_lesson import Tensor, Value
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.pictures import draw_gradient_sizes
from autograd_lesson.pictures.drawing import Picture
from autograd_lesson.widgets import drop_edge, find_nan, find_zeros


def lesson_graph():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return a, b, c, d, (c * d).named("e")


def network():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    x, y = torch.randn(5, 3), torch.tensor([0, 1, 0, 1, 1])
    return model, lambda: torch.nn.functional.cross_entropy(model(x), y)


def gradients(player, step):
    """The numbers of each leaf at one step, as the words say them."""
    found = re.findall(
        r"(\S+)\.grad: (\S+?),? ?(?:in place of (\S+))?$", player.at(step).text(), re.M
    )
    return {name: (now, before) for name, now, before in found}


# Zeros


def test_an_edge_that_carries_zeros_is_found_with_where_they_begin():
    a, b, w = Value(2.0, "a"), Value(-3.0, "b"), Value(0.0, "w")
    root = (((a * b).named("c").relu()).named("r") + (a * w).named("p")).named("root")
    player = find_zeros(root)
    assert player.frames[0]["title"] == "exact zeros go along 4 of 7 edges"
    assert "they begin: from p to a and from r to c" in player.text()
    words = player.text(all=True)
    assert "r sends zeros to c: they begin here" in words
    assert "look at: r is 0 everywhere: relu lets nothing through" in words
    assert "c sends zeros to a: spread\n" in words
    assert "p sends zeros to a: they begin here" in words
    assert "look at: the other factor, w, is 0" in words


def test_no_zeros_is_said():
    assert find_zeros(lesson_graph()[-1]).frames[0]["title"] == (
        "something goes along every one of 6 edges"
    )


def test_dead_units_of_a_torch_network_and_what_nothing_leads_to():
    torch = pytest.importorskip("torch")
    model, run = network()
    both = torch.nn.ModuleDict({"net": model, "extra": torch.nn.Linear(2, 2)})
    with torch.no_grad():
        model[0].bias.fill_(-100.0)
    loss = run()
    text = find_zeros(loss, both).text(all=True)
    assert "no edge at all: leads to extra.weight and extra.bias: detached, or never used" in text
    assert "look at: relu is 0 everywhere: relu lets nothing through, no unit is alive" in text
    assert "look at: the other factor, relu, is 0" in text  # at the weights behind it
    loss.backward()
    zero = {name for name, p in both.named_parameters() if p.grad is not None and not p.grad.any()}
    assert zero == {"net.0.weight", "net.0.bias", "net.2.weight"}
    assert zero <= set(re.findall(r"sends zeros to (\S+): ", text))


def test_what_was_written_over_gets_zeros():
    torch = pytest.importorskip("torch")
    x, y = torch.ones(3, requires_grad=True), torch.ones(3, requires_grad=True)
    z = x * 2
    z.copy_(y)
    text = find_zeros((z * z).sum() + x.sum(), {"x": x, "y": y}).text(all=True)
    assert "copy sends zeros to mul: they begin here" in text
    assert "look at: copy: what mul held there was written over" in text


def test_zeros_spread_through_an_op_with_several_results():
    torch = pytest.importorskip("torch")
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    a, b = x.unbind()
    text = find_zeros(a * 0 + b * 0, {"x": x}).text(all=True)
    assert "unbind sends zeros to x: spread" in text
    assert "they begin: from mul #2 to unbind[1] and from mul #1 to unbind[0]" in text
    assert "unbind sends zeros" not in find_zeros(a * 0 + b, {"x": x}).text(all=True)


def test_a_large_array_of_zeros_is_zeros_and_one_number_makes_it_none():
    torch = pytest.importorskip("torch")
    x = torch.ones(40, 40, requires_grad=True)
    mask = torch.zeros(40, 40)
    assert "1 of 2 edges" in find_zeros((x * mask).sum(), {"x": x}).frames[0]["title"]
    mask[7, 9] = 1e-30
    assert "every one" in find_zeros((x * mask).sum(), {"x": x}).frames[0]["title"]


# nan


def test_the_first_edge_of_a_torch_graph_that_carries_nan_is_found():
    torch = pytest.importorskip("torch")
    x = torch.tensor([0.0, 4.0], requires_grad=True)
    loss = torch.where(x > 0, x.sqrt(), torch.zeros(2)).sum()
    player = find_nan(loss, {"x": x})
    assert "sqrt sends (2,) array to x: the first that is not finite" in player.text()
    (gradient,) = torch.autograd.grad(loss, [x])
    assert torch.isnan(gradient[0]) and gradient[1] == 0.25


def test_nan_in_a_large_array_is_counted():
    torch = pytest.importorskip("torch")
    x = torch.ones(40, 40)
    x[3, 3] = x[20, 20] = 0.0
    x.requires_grad_()
    loss = torch.where(x > 0, x.sqrt(), torch.zeros(1)).sum()
    assert "where: 2 of 1,600 numbers" in find_nan(loss, {"x": x}).text()


def not_finite_forward():
    """Losses whose first bad number nobody keeps: the loss, its names, the ops it may be from."""
    torch = pytest.importorskip("torch")
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    yield (x.log() + 1).mean(), {"x": x}, "mean, add and log"
    hidden = x.masked_fill(torch.ones(2, dtype=torch.bool), -torch.inf)
    yield hidden.softmax(-1), {"x": x}, "softmax and masked_fill"


@pytest.mark.parametrize("place", (0, 1))
def test_where_nobody_keeps_the_numbers_each_op_that_may_be_the_first_is_named(place):
    loss, named, ops = [*not_finite_forward()][place]
    player = find_nan(loss, named)
    assert "the first number that is known not to be finite" in player.text()
    assert f"the ops that made {ops}: it began at one of them" in player.text()
    text = player.text(all=True)
    assert "all finite" not in text and "not kept: finite" not in text
    assert "not kept: not known" in text
    assert ">not known<" in player.picture()


def test_a_tensor_with_a_name_is_kept_and_the_first_bad_number_is_found_there():
    torch = pytest.importorskip("torch")
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    h = x.log()
    text = find_nan((h + 1).mean(), {"x": x, "h": h}).text()
    assert "h = log(x) = (2,) array [-inf, 0]: the first number that is not finite" in text


def test_data_that_is_not_known_is_not_called_finite_on_the_way_back():
    torch = pytest.importorskip("torch")
    x = torch.tensor([0.0, 4.0], requires_grad=True)
    loss = torch.where(x > 0, x.log() * 2 + 1, 0).sum()
    text = find_nan(loss, {"x": x}).text()
    assert "log sends (2,) array to x: the first that is not finite" in text
    assert (
        "all data that is known is finite" in text and "not known: log, mul, add and where" in text
    )
    healthy = find_nan((x + 1).mean(), {"x": x}).text()
    assert "every number that is known is finite" in healthy and "2 of 3 values forward" in healthy
    assert "every number is finite" in find_nan(x.exp().sum(), {"x": x}).text()


def test_a_bad_number_goes_through_an_op_with_several_results():
    torch = pytest.importorskip("torch")
    x = torch.tensor([np.nan, 2.0, 3.0], requires_grad=True)
    a, b, c = x.unbind()
    text = find_nan(a * b + c * c, {"x": x}).text(all=True)
    assert (
        "unbind[0] = nan: spread from x" in text
        and "unbind = unbind(x) = 3 results: finite" not in text
    )
    y = torch.tensor([0.0, 4.0], requires_grad=True)
    a, b = y.unbind()
    back = find_nan((a * 0).sqrt() + b, {"y": y}).text(all=True)
    assert "unbind sends (2,) array to y: spread" in back
    z = torch.tensor([1e30, 3e30], requires_grad=True)
    variance, mean = torch.var_mean(z)
    text = find_nan(variance * mean, {"z": z}).text()
    assert "operands: z = (2,) array [1e+30, 3e+30], all finite" in text
    assert "var_mean[0] = inf: the first number that is not finite" in text


# A dropped edge


def test_the_gradients_without_one_edge_stand_beside_the_true_ones():
    a, b, *_, e = lesson_graph()
    player = drop_edge(e, "d", "c")
    true = {"a": ("45", ""), "b": ("20", ""), "c": ("20", ""), "d": ("5", ""), "e": ("1", "")}
    assert gradients(player, 0) == true
    changed = {"a": ("35", "45"), "b": ("10", "20"), "c": ("10", "20")}
    assert gradients(player, 1) == true | changed
    assert "at 2 of 5 values" in player.text()  # e and d
    assert (a.grad, b.grad) == (0.0, 0.0)


@pytest.mark.slow
@given(programs(max_size=6))
@settings(max_examples=20)
def test_without_an_edge_the_gradient_is_the_slope_of_a_formula_in_which_it_is_cut(program):
    """Cut: the operand at that place is held still while everything else moves."""
    leaves, instructions = program
    values = [Value(x, label=f"x{place}") for place, x in enumerate(leaves)]
    root = build(values, instructions)
    assume(is_tame(root) and root.operands)
    picture = Picture(root)
    edge = picture.edges[len(picture.edges) // 2]
    result, operand = picture.names[edge.result], picture.names[edge.operand]
    which = [e.index for e in picture.edges if e[:2] == edge[:2]].index(edge.index) + 1
    player = drop_edge(root, result, operand, which)
    shown = gradients(player, 0) | {n: x for n, x in gradients(player, 1).items()}
    numbers = {name: float(now) for name, (now, _) in shown.items()}

    def cut(*xs):
        moved = [Value(x) for x in xs]
        other, order = build(moved, instructions), picture.nodes
        twins = dict(zip(map(id, order), Picture(other).nodes, strict=True))
        found = {}
        for value in order:
            twin = twins[id(value)]
            if not value.operands:
                found[id(value)] = Value(twin.data)
                continue
            operands = [found[id(one)] for one in value.operands]
            if value is edge.result:
                operands[edge.index] = Value(edge.operand.data)
            data = value.op.rule(*[one.data for one in operands])[0]
            found[id(value)] = Value(data)
        return found[id(root)]

    slopes = numerical_gradient(cut, leaves)
    for value, slope in zip(values, slopes, strict=True):
        if value in picture.ids:
            assert numbers[picture.names[value]] == pytest.approx(slope, rel=2e-3, abs=1e-4)


def test_a_tensor_graph_can_lose_an_edge_too():
    x = Tensor([1.0, 2.0], label="x")
    y = (x * x).named("y")
    text = drop_edge(y.sum().named("s"), "y", "x", which=2).text()
    assert "x.grad: [1, 2], in place of [2, 4]" in text


def test_without_an_edge_of_a_torch_graph_its_backward_runs_without_it():
    torch = pytest.importorskip("torch")
    model, run = network()
    loss = run()
    player = drop_edge(loss, "relu", "addmm #1", model=model)
    assert all(f"{name}.grad: " in player.at(0).text() for name, _ in model.named_parameters())
    relu = next(node for node in nodes_behind(loss) if node.name().startswith("Relu"))
    handle = relu.register_hook(lambda delivered, given: (torch.zeros_like(delivered[0]),))
    right = torch.autograd.grad(loss, list(model.parameters()), retain_graph=True)
    handle.remove()
    for (name, _), gradient in zip(model.named_parameters(), right, strict=True):
        is_other = name.startswith("0.")
        (line,) = re.findall(rf"{re.escape(name)}.grad: (.*)", player.at(1).text())
        assert (", in place of " in line) == is_other
        assert bool(gradient.any()) != is_other
    assert all(parameter.grad is None for parameter in model.parameters())


def checkpointed_loss(how):
    torch = pytest.importorskip("torch")
    from torch.utils.checkpoint import checkpoint

    x, w = (torch.tensor(numbers, requires_grad=True) for numbers in ([1.0, 2.0], [3.0, 4.0]))
    inside = checkpoint(lambda a: (a * w).sin(), x, use_reentrant=how)
    return inside.sum() + (x * 5).sum(), {"x": x, "w": w}


@pytest.mark.parametrize(
    "edge",
    (
        ("sin", "*"),
        *(
            pytest.param(edge, marks=pytest.mark.slow)
            for edge in (("CheckpointFunction", "sin"), ("*", "w"), ("*", "input"), ("input", "x"))
        ),
    ),
)
def test_an_edge_of_a_pass_within_the_pass_is_refused_with_the_next_move(edge):
    loss, named = checkpointed_loss(True)
    with pytest.raises(ValueError, match="a backward pass of its own.*use_reentrant=False"):
        drop_edge(loss, *edge, model=named)
    assert all(tensor.grad is None for tensor in named.values())


def test_an_edge_within_a_checkpoint_that_is_not_reentrant_is_dropped():
    other, named = checkpointed_loss(False)
    text = drop_edge(other, "sin", "*", model=named).at(1).text()
    assert "x.grad: [5, 5], in place of" in text and "w.grad: [0, 0], in place of" in text


@pytest.mark.slow
def test_an_edge_outside_a_reentrant_checkpoint_is_dropped():
    for how in (True, False):
        loss, named = checkpointed_loss(how)
        result, operand = ("sum #1", "CheckpointFunction" if how else "sin")
        text = drop_edge(loss, result, operand, model=named).at(1).text()
        assert "x.grad: [5, 5], in place of" in text and "w.grad: [0, 0], in place of" in text
        text = drop_edge(loss, "mul", "x", model=named).at(1).text()
        x, w = (tensor.detach() for tensor in named.values())
        right = ", ".join(f"{number:.4g}" for number in w * (x * w).cos())
        assert f"x.grad: [{right}], in place of" in text


def test_an_edge_between_a_result_and_its_own_op_is_refused_with_the_next_move():
    torch = pytest.importorskip("torch")
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    a, b, _ = x.unbind()
    loss = a * 2 + b * 3
    with pytest.raises(ValueError, match="drop the edges to unbind.0., or those from unbind"):
        drop_edge(loss, "unbind[0]", "unbind", model={"x": x})
    text = drop_edge(loss, "mul #1", "unbind[0]", model={"x": x}).at(1).text()
    assert "x.grad: [0, 3, 0], in place of [2, 3, 0]" in text


def nodes_behind(root):
    waiting, found = [root.grad_fn], []
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.append(node)
            waiting += [following for following, _ in node.next_functions if following is not None]
    return found


def test_an_edge_that_is_not_there_is_refused_with_those_that_are():
    *_, e = lesson_graph()
    with pytest.raises(ValueError, match="no value is called 'q'; there are a, b, c, d and e"):
        drop_edge(e, "q", "a")
    with pytest.raises(ValueError, match="0 edges from e to a, and which is 1; e has"):
        drop_edge(e, "e", "a")
    for which in ("1", 1.0, True, None):
        with pytest.raises(TypeError, match="which counts the edges .* write which=1"):
            drop_edge(e, "d", "c", which)


# Sizes


def test_the_size_of_each_gradient_is_the_root_of_the_sum_of_squares():
    model, run = network()
    loss = run()
    words = draw_gradient_sizes(loss, model).words
    loss.backward()
    lines = [f"{name}: {p.grad.double().norm().item():.4g}" for name, p in model.named_parameters()]
    assert sorted(words.splitlines()[1:]) == sorted(lines)
    assert words.splitlines()[1].startswith("0.")  # the first layer first


def test_what_is_zero_not_finite_or_never_reached_is_said():
    torch = pytest.importorskip("torch")
    x, y, z = (torch.tensor([0.0, 4.0], requires_grad=True) for _ in range(3))
    loss = torch.where(x > 0, x.sqrt(), torch.zeros(2)).sum() + (y * 0.0).sum()
    words = draw_gradient_sizes(loss, {"x": x, "y": y, "z": z}).words.splitlines()
    assert words[1:] == [
        "x: not finite",
        "y: exactly 0",
        "z: no edge leads here: detached, or never used",
    ]


def test_of_many_leaves_each_module_has_a_row():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    model = torch.nn.Sequential(*(torch.nn.Linear(2, 2) for _ in range(40)))
    loss = model(torch.ones(1, 2)).sum()
    words = draw_gradient_sizes(loss, model).words.splitlines()
    loss.backward()
    assert words[0].endswith(": 40 modules.")
    for line, module in zip(words[1:], model, strict=True):
        squares = sum(p.grad.double().square().sum() for p in module.parameters())
        assert line.split(": ")[1] == f"{squares.sqrt().item():.4g}"


def test_the_bars_are_as_long_as_the_logarithm_says():
    a, b = Value(3.0, "a"), Value(300.0, "b")
    svg = draw_gradient_sizes(a * b).svg
    bars = [float(x) for x in re.findall(r'class="bar" x="190.0" y="\S+" width="(\S+)"', svg)]
    ticks = dict(re.findall(r'class="tick x" x="(\S+)" y="\S+">(1e\d|1)<', svg))
    place = {text: float(x) for x, text in ticks.items()}
    decade = place["1e2"] - place["1e1"] if "1e2" in place else place["1e1"] - place["1"]
    assert abs((bars[0] - bars[1]) - 2 * decade) < 0.3
    assert np.argmax(bars) == 0  # the gradient of a is b
