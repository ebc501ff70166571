"""The graph of a PyTorch tensor is read as it is, and one pass through it leaves no trace."""

import random
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import fields, is_dataclass
from operator import attrgetter

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.utils.checkpoint import checkpoint  # noqa: E402

from autograd_lesson.frameworks import read  # noqa: E402
from autograd_lesson.frameworks.recorded import Values  # noqa: E402
from autograd_lesson.frameworks.sketch import Sketch, Unkept, sketch  # noqa: E402
from autograd_lesson.frameworks.torch_graph import record_of  # noqa: E402
from autograd_lesson.pictures import draw  # noqa: E402
from autograd_lesson.pictures.graph import graph_of  # noqa: E402
from autograd_lesson.widgets import find_nan, step_through  # noqa: E402

pytestmark = pytest.mark.slow

F = torch.nn.functional


class Doubled(torch.autograd.Function):
    """An op of somebody's own: 2x."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 2 * x

    @staticmethod
    def backward(ctx, upstream):
        return 2 * upstream


class Block(torch.nn.Module):
    """tanh of a linear layer, run again on the way back."""

    def __init__(self, how):
        super().__init__()
        self.linear, self.how = torch.nn.Linear(4, 4), how

    def forward(self, x):
        return checkpoint(lambda x: torch.tanh(self.linear(x)), x, use_reentrant=self.how)


def tensors(*shapes, dtype=torch.float32):
    """Leaves of these shapes."""
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator).to(dtype).requires_grad_() for shape in shapes]


def network():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 4))
    loss = F.cross_entropy(model(torch.randn(5, 3)), torch.tensor([0, 1, 2, 3, 0]))
    return loss, dict(model.named_parameters())


def shared():
    w, x = tensors((4, 4), (3, 4))
    return ((x @ w) @ w + x @ w.t()).tanh().mean(), {"w": w, "x": x}


def several_results():
    x, w = tensors((3, 6), (6,))
    a, b, c = x.split(2, dim=1)
    values, _ = (x * w).max(dim=0)
    return (a * b + c).sum() + values.sum(), {"x": x, "w": w}


def some_results_unused():
    (x,) = tensors((3, 4))
    first, _, last = x.unbind(0)
    return (first * last * last).sum(), {"x": x}


def views_and_writes():
    x, y = tensors((3, 4), (4,))
    z = x.clone()
    z[1] = y * 2
    z[:, 0].mul_(3.0)
    z.view(-1)[5:].add_(1.0)
    return (z * z).sum() + x.T.reshape(-1)[2:7].exp().sum(), {"x": x, "y": y}


def custom():
    (x,) = tensors((4,))
    return (Doubled.apply(x) * Doubled.apply(x.sin())).sum(), {"x": x}


def checkpointed(how):
    def make():
        torch.manual_seed(0)
        first, second = Block(how), Block(how)
        (x,) = tensors((3, 4))
        y = second(first(first(x)))
        named = {
            f"{name}.{end}": parameter
            for name, block in (("first", first), ("second", second))
            for end, parameter in block.linear.named_parameters()
        }
        return (y * y).sum(), {"x": x, **named}

    return make


def nested_checkpoints():
    torch.manual_seed(0)
    inner, outer = Block(True), torch.nn.Linear(4, 4)
    (x,) = tensors((3, 4))
    y = checkpoint(lambda x: outer(inner(x)).sin(), x, use_reentrant=True)
    return y.sum(), {"x": x, "inner": inner.linear.weight, "outer": outer.weight}


def recurrent():
    torch.manual_seed(0)
    model = torch.nn.LSTM(3, 4, num_layers=2)
    out, (h, c) = model(torch.randn(5, 2, 3))
    return out.sum() + (h * c).sum(), dict(model.named_parameters())


def attention():
    torch.manual_seed(0)
    model = torch.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
    return model(torch.randn(2, 5, 8)).square().mean(), dict(model.named_parameters())


def sparse():
    torch.manual_seed(0)
    table = torch.nn.Embedding(10, 3, sparse=True)
    where = torch.tensor([1, 4, 4, 7])
    return (table(where) * table(where).sin()).sum(), {"table": table.weight}


def half():
    x, w = tensors((3, 4), (4, 4), dtype=torch.float16)
    return ((x @ w).relu() * x + x.sin() + x.cos()).float().sum(), {"x": x, "w": w}


def brain_float():
    x, w = tensors((3, 4), (4, 4), dtype=torch.bfloat16)
    return ((x @ w).relu() * x + x.sin() + x.cos()).sum(), {"x": x, "w": w}


def mixed():
    x, w = tensors((3, 4), (4, 4))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = x @ w @ w
    return (y.float() * x).sum(), {"x": x, "w": w}


def hooked():
    x, w = tensors((4,), (4,))
    x.register_hook(lambda g: g * 10)
    y = x * w
    y.register_hook(lambda g: g.clamp(-0.1, 0.1))
    y.grad_fn.register_prehook(lambda given: (given[0] + 1,))
    z = y.sin()
    z.grad_fn.register_hook(lambda delivered, given: (delivered[0] * 2,))
    return (z * z).sum(), {"x": x, "w": w}


def hooks_of_modules():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    model[2].register_full_backward_hook(lambda module, delivered, given: (delivered[0] * 3,))
    model[2].register_full_backward_pre_hook(lambda module, given: (given[0] * 5,))
    return model(torch.randn(5, 3)).sum(), dict(model.named_parameters())


def a_gradient_in_the_loss():
    x, w = tensors((5, 3), (3, 3))
    (slope,) = torch.autograd.grad((x @ w).tanh().sum(), [x], create_graph=True)
    return (slope.norm(dim=1) - 1).square().mean(), {"w": w}


def kept_elsewhere():
    x, w = tensors((5, 3), (3, 3))
    with torch.autograd.graph.save_on_cpu():
        return (x @ w).tanh().sum(), {"x": x, "w": w}


def no_numbers():
    x, y = tensors((0, 3), (3,))
    return (x * y).sum() + y.sum(), {"x": x, "y": y}


class TwoResults(torch.autograd.Function):
    """x * y and x + y, of which nothing is said of y."""

    @staticmethod
    def forward(ctx, x, y, number):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(y)
        return x * y, x + y

    @staticmethod
    def backward(ctx, product, total):
        (y,) = ctx.saved_tensors
        return (None if product is None else product * y), None, None


def half_a_rule():
    x, y = tensors((3,), (3,))
    product, _ = TwoResults.apply(x * 1, y * 1, 2)
    return product.sum() + (y * y).sum(), {"x": x, "y": y}


def checkpoint_of_several():
    torch.manual_seed(0)
    (x,) = tensors((3, 4))
    linear = torch.nn.Linear(4, 4)
    hidden = x * 2

    def part(a, b):
        return linear(a) * b, a + torch.nn.functional.dropout(b, 0.5)

    a, b = checkpoint(part, hidden, hidden, use_reentrant=True)
    return (a * b).sum() + linear(x).sum(), {"x": x, "w": linear.weight, "b": linear.bias}


def a_pass_of_ones_own():
    x, w = tensors((3,), (3,))

    class Own(torch.autograd.Function):
        """x * w, whose way back runs backward() itself and so reaches w, which it was not given."""

        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * w.detach()

        @staticmethod
        def backward(ctx, upstream):
            with torch.enable_grad():
                y = ctx.saved_tensors[0].detach().requires_grad_()
                (y * w).backward(upstream)
            return y.grad

    return (Own.apply(x) * x + w * x).sum(), {"x": x, "w": w}


class Drawing(torch.autograd.Function):
    """x, whose way back draws numbers of three kinds, of which its result does not depend."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, upstream):
        drawn = random.random() + np.random.random() + torch.rand(()).item()
        return upstream + 0 * drawn


def draws():
    (x,) = tensors((3,))
    return (Drawing.apply(x) * x).sum(), {"x": x}


def many_roads():
    """Sums of many contributions of unlike size, whose order shows in their last bits."""
    (x,) = tensors((7,))
    parts = [torch.sin(x * 10.0**k) * 10.0 ** (-k / 2) for k in range(12)]
    return sum(parts[1:], parts[0]).sum(), {"x": x}


def no_scalar():
    x, w = tensors((3, 4), (4, 2))
    return x @ w, {"x": x, "w": w}


def a_leaf():
    (x,) = tensors((3,))
    return x, {"x": x}


GRAPHS = {
    "a network": network,
    "a shared parameter": shared,
    "ops with several results": several_results,
    "results that nobody used": some_results_unused,
    "views and writes in place": views_and_writes,
    "custom functions": custom,
    "a checkpoint": checkpointed(False),
    "a reentrant checkpoint": checkpointed(True),
    "a checkpoint in a checkpoint": nested_checkpoints,
    "a recurrent network": recurrent,
    "a transformer layer": attention,
    "sparse gradients": sparse,
    "float16": half,
    "bfloat16": brain_float,
    "autocast": mixed,
    "hooks": hooked,
    "hooks of modules": hooks_of_modules,
    "a gradient in the loss": a_gradient_in_the_loss,
    "numbers kept elsewhere": kept_elsewhere,
    "no numbers": no_numbers,
    "a rule that says nothing of an operand": half_a_rule,
    "a checkpoint with several results": checkpoint_of_several,
    "a pass of one's own": a_pass_of_ones_own,
    "draws on the way back": draws,
    "many roads": many_roads,
    "no scalar": no_scalar,
    "a leaf alone": a_leaf,
}
every_graph = pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)


def as_shown(tensor):
    """A gradient of PyTorch as an array, or a sketch of it."""
    array = (tensor.to_dense() if tensor.is_sparse else tensor).detach().float().numpy()
    return array


def same(shown, tensor):
    """Is what is shown this tensor, to the bit?"""
    array = as_shown(tensor) if tensor.dtype != torch.float64 else tensor.numpy()
    if isinstance(shown, Sketch):
        other = sketch(array)
        return all(np.array_equal(a, b) for a, b in zip(shown, other, strict=True))
    return np.array_equal(np.asarray(shown, array.dtype), array)


@every_graph
def test_the_gradient_of_every_leaf_is_what_backward_leaves_to_the_bit(make):
    root, named = make()
    record = record_of(root, named)
    root.backward(torch.ones_like(root))
    shown = {record.functions[at].label: x for (at, _), x in record.gradient.items()}
    assert set(shown) >= {name for name, tensor in named.items() if tensor.grad is not None}
    for name, tensor in named.items():
        assert same(shown[name], tensor.grad), name


@every_graph
def test_each_sum_is_that_of_the_contributions_in_their_order(make):
    """Added up here in the tensors' own precision, of what hooks on the tensors' nodes saw."""
    root, named = make()
    seen = defaultdict(list)

    def note(delivered, given, node):
        for (following, number), x in zip(node.next_functions, delivered, strict=False):
            if following is not None and x is not None:
                seen[following, number].append(x)

    if has_a_pass_within(nodes_behind(root)):
        pytest.skip("only on graphs that are there before the pass")
    record = record_of(root, named)
    handles = [
        node.register_hook(lambda delivered, given, node=node: note(delivered, given, node))
        for node in nodes_behind(root)
        if node.next_functions
    ]
    root.backward(torch.ones_like(root), retain_graph=True)
    for handle in handles:
        handle.remove()
    sums = Counter()
    for found in seen.values():
        total = found[0]
        for x in found[1:]:
            total = total + x
        sums[described(total)] += 1
    last = {}
    for sent in record.sent:
        for number, _, so_far in sent.delivered:
            last[record.functions[sent.function].takes[number]] = so_far
    told = Counter(described(x) for x in last.values())
    assert not sums - told  # what PyTorch sends nothing to, we say gets zeros


def described(x):
    """The numbers of a gradient as something to compare."""
    if isinstance(x, torch.Tensor):
        x = as_shown(x)
        x = sketch(x) if x.size > 256 else x
    if isinstance(x, Sketch):
        return x.shape, x.cells.tobytes(), x.norm
    return np.shape(x), np.asarray(x, np.float32).tobytes()


def has_a_pass_within(nodes):
    """Does the graph grow on the way back?"""
    return any(node.name() in ("CheckpointFunctionBackward", "OwnBackward") for node in nodes)


def nodes_behind(root):
    waiting, found = [torch.autograd.graph.get_gradient_edge(root).node], {}
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting += [following for following, _ in node.next_functions if following is not None]
    return list(found)


@every_graph
def test_the_nodes_and_edges_are_those_of_pytorch(make):
    root, named = make()
    nodes = nodes_behind(root)
    edges = sum(following is not None for node in nodes for following, _ in node.next_functions)
    record = record_of(root, named)
    if not has_a_pass_within(nodes):
        assert len(record.functions) == len(nodes)
        takes = [place for function in record.functions for place in function.takes if place]
        assert len(takes) == edges
    values, shown = graph_of(Values(record).root)
    places = {place for function in record.functions for place in function.takes if place}
    places.add(record.root)
    several = sum(count > 1 for count in Counter(at for at, _ in places).values())
    assert len(values) == len(places) + several


@every_graph
def test_all_that_is_the_callers_is_as_before(make):
    root, named = make()
    for place, tensor in enumerate(named.values()):
        tensor.grad = torch.full_like(tensor, 7.0) if place % 2 else None
    called = Counter()
    for name, tensor in named.items():
        tensor.register_post_accumulate_grad_hook(lambda _, name=name: called.update([name]))
    held = {name: (tensor.grad, tensor.clone(), tensor._version) for name, tensor in named.items()}
    states = random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()
    inside = torch.autograd.backward

    record_of(root, named)

    assert torch.autograd.backward is inside
    assert random.getstate() == states[0] and (np.random.get_state()[1] == states[1]).all()
    assert torch.equal(torch.get_rng_state(), states[2])
    for name, tensor in named.items():
        gradient, numbers, version = held[name]
        assert tensor.grad is gradient and torch.equal(tensor, numbers), name
        assert gradient is None or (gradient == 7.0).all(), name
        assert tensor._version == version, name
    assert not called  # no gradient was accumulated
    root.backward(torch.ones_like(root))  # and the graph is there
    assert set(called) == set(named)


@every_graph
def test_a_second_reading_says_the_same(make):
    root, named = make()
    for record in (records := [record_of(root, named) for _ in range(2)]):
        for place, function in enumerate(sorted(record.functions, key=attrgetter("order"))):
            function.order = place  # PyTorch goes on counting where a part is run again
    assert records[0].functions and told(records[0]) == told(records[1])


def told(part):
    """All that is recorded, its numbers as something to compare."""
    if isinstance(part, dict | list | tuple) and not isinstance(part, Sketch):
        entries = part.items() if isinstance(part, dict) else part
        return [told(each) for each in entries]
    if is_dataclass(part):
        return told([getattr(part, each.name) for each in fields(part)])
    return described(part) if isinstance(part, np.ndarray | float | Sketch) else repr(part)


@every_graph
def test_the_picture_the_stepper_and_the_finder_take_it(make):
    root, named = make()
    words = repr(draw(root, model=named))
    player = step_through(root, named)
    assert player.text(all=True).count("Step ") == len(player.frames)
    for name, tensor in named.items():
        shape = f"{tuple(tensor.shape)} array"
        assert f"{name} = {shape}" in words
    assert "Every gradient is complete." in player.text(all=True) or len(player.frames) == 2
    assert "finite" in find_nan(root, named).text()


def test_hooks_that_change_a_gradient_are_named_where_they_do():
    root, named = hooked()
    text = step_through(root, named).text(all=True)
    assert "careful: what is passed on is not the sum of what arrived: a hook changed it" in text
    assert "careful: the gradient is not the sum of what arrived: a hook changed it" in text
    root, named = network()
    assert "careful" not in step_through(root, named).text(all=True)


def test_no_hook_of_ours_stays():
    root, _ = network()
    nodes = nodes_behind(root)
    record_of(root)
    before = len(record_of(root).sent)
    calls = []
    for node in nodes:
        node.register_hook(lambda *_: calls.append(1))
    root.backward()
    assert len(calls) == len(nodes) and before == len(record_of_sent(network()[0]))


def record_of_sent(root):
    return record_of(root).sent


def test_gradients_that_tensors_retain_are_as_before():
    (x,) = tensors((3,))
    y = x * 2
    y.retain_grad()
    z = (y * y).sum()
    z.backward(retain_graph=True)
    before = y.grad
    record_of(z)
    assert y.grad is before and torch.equal(before, 2 * y.detach())


def test_what_batch_norm_counts_is_as_before_where_it_runs_again():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    x = torch.randn(6, 3, requires_grad=True)
    for how in (True, False):
        loss = checkpoint(model, x, use_reentrant=how).square().sum()
        before = {name: buffer.clone() for name, buffer in model.named_buffers()}
        record_of(loss, model)
        assert all(torch.equal(before[name], buffer) for name, buffer in model.named_buffers())


class Counting(torch.nn.Module):
    """A checkpoint around what counts its runs: by a write in place, and by a new tensor."""

    def __init__(self, how):
        super().__init__()
        self.linear, self.norm, self.how = torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), how
        self.register_buffer("runs", torch.tensor(0))
        self.register_buffer("nothing", None)

    def inner(self, x):
        self.runs = self.runs + 1
        return self.norm(self.linear(x))

    def forward(self, x):
        return checkpoint(self.inner, x, use_reentrant=self.how)


@pytest.mark.parametrize("how", (True, False))
@pytest.mark.parametrize("names", (None, "dict", "module"))
def test_buffers_that_a_checkpoint_counts_in_are_as_before_whatever_names_are_given(how, names):
    torch.manual_seed(0)
    model, x = Counting(how), torch.randn(6, 3, requires_grad=True)
    loss = model(x).square().sum()
    held, before = dict(model.named_buffers()), {n: b.clone() for n, b in model.named_buffers()}
    assert model.runs == 1 and model.norm.num_batches_tracked == 1
    step_through(loss, {None: None, "dict": {"x": x}, "module": model}[names])
    assert all(buffer is held[name] for name, buffer in model.named_buffers())
    assert all(torch.equal(before[name], buffer) for name, buffer in model.named_buffers())
    assert model.nothing is None
    loss.backward()
    assert model.runs == 2 and model.norm.num_batches_tracked == 2  # PyTorch's own pass does count


def test_modules_that_hold_no_numbers_do_no_harm():
    lazy, (x,) = torch.nn.LazyBatchNorm1d(), tensors((2,))
    meta = torch.nn.BatchNorm1d(2, device="meta")
    assert record_of(x.sum(), {"x": x}).gradient
    assert lazy.running_mean is not None and meta.running_mean.is_meta


class PassOfItsOwn(torch.autograd.Function):
    """2x, whose way back does a backward pass of something else."""

    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, upstream):
        with torch.enable_grad():
            z = torch.tensor([1.0, 2.0], requires_grad=True)
            (z * z).sum().backward()
        return upstream * z.grad


def test_a_pass_of_something_else_on_the_way_back_is_shown_in_its_steps():
    (x,) = tensors((2,))
    loss = (PassOfItsOwn.apply(x) * torch.tensor([3.0, 5.0])).sum()
    text = step_through(loss, {"x": x}).text(all=True)
    assert "PassOfItsOwn passes a (2,) array to x" in text and "x.grad: [6, 20]" in text
    crossed = Counter((step.result, step.index) for step, _ in read(loss, {"x": x}).passed)
    assert set(crossed.values()) == {1}
    loss.backward()
    assert x.grad.tolist() == [6.0, 20.0]


class Broken(torch.autograd.Function):
    """An op whose way back fails."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, upstream):
        raise RuntimeError("my own trouble")


@pytest.mark.parametrize("how", (None, True, False))
def test_all_is_as_before_when_something_raises_in_the_middle(how):
    (x,) = tensors((3, 4))
    x.grad = gradient = torch.full_like(x, 7.0)
    called = []
    x.register_post_accumulate_grad_hook(lambda _: called.append(1))
    block = Block(how)
    start = x if how is None else block(x)
    y = start * 2
    y.retain_grad()
    loss = (Broken.apply(y) * start).sum()
    state, inside = torch.get_rng_state(), torch.autograd.backward
    for _ in range(2):
        with pytest.raises(RuntimeError, match="my own trouble"):
            record_of(loss)
    assert x.grad is gradient and (gradient == 7.0).all() and y.grad is None and not called
    assert torch.equal(torch.get_rng_state(), state) and torch.autograd.backward is inside
    assert all(parameter.grad is None for parameter in block.parameters())
    other, named = network()
    assert record_of(other, named).gradient  # and the next pass is watched in full


def test_what_an_inner_reentrant_pass_brings_to_two_uses_is_added_as_there():
    root, named = checkpointed(True)()
    record = record_of(root, named)
    labels = [function.label for function in record.functions]
    assert labels.count("input") == 3 and labels.count("first.weight") == 1
    steps = Values(record).root.passed
    to_weight = [step for step, _ in steps if step.operand.label == "first.weight"]
    assert len(to_weight) == 2  # one for each run


def test_two_losses_that_share_leaves_each_show_their_own_share():
    w, x = tensors((4, 4), (3, 4))
    hidden = (x @ w).tanh()
    first, second = hidden.sum(), (hidden * hidden).mean()
    for loss in (first, second):
        found = Values(record_of(loss, {"w": w})).root
        shown = {value.label: value.grad for value in graph_of(found)[0]}
        (right,) = torch.autograd.grad(loss, [w], retain_graph=True)
        assert same(shown["w"], right)
    both = record_of(first + second, {"w": w})
    (first + second).backward()
    shown = {both.functions[at].label: x for (at, _), x in both.gradient.items()}
    assert same(shown["w"], w.grad)


def test_numbers_that_a_node_keeps_are_shown_at_the_value_they_belong_to():
    x, w = tensors((2, 3), (3, 2))
    h = (x @ w).tanh()
    root = (h * h).sum()
    found = {value.label: value.data for value in graph_of(read(root, {"x": x, "w": w}))[0]}
    assert np.array_equal(found["tanh"], h.detach().numpy())
    assert isinstance(found["@"], Unkept) and found["sum"] == root.item()
    assert "tanh = tanh(@) = (2, 2) array [[" in repr(draw(root, model={"x": x, "w": w}))
    assert "@ = x @ w = (2, 2) array not kept" in repr(draw(root, model={"x": x, "w": w}))


def test_a_value_is_told_with_what_its_op_keeps_and_at_which_version():
    (x,) = tensors((3,))
    text = step_through((x.exp() * 2).sum(), {"x": x}).text(all=True)
    assert "rule of exp: ExpBackward0 of PyTorch, which keeps result (3,) at version 0" in text


# What is refused


def test_a_tensor_without_history_is_refused_with_the_next_move():
    for tensor in (torch.ones(3), network()[0].detach()):
        with pytest.raises(ValueError, match=r"has no history: .*; pass the loss as the model"):
            step_through(tensor)


def test_a_freed_graph_is_refused_with_the_next_move():
    root, _ = network()
    root.backward()
    with pytest.raises(RuntimeError, match=r"freed by backward\(\).*retain_graph=True"):
        step_through(root)


def test_a_kept_number_that_was_written_over_is_named():
    (x,) = tensors((3,))
    y = x.exp()
    z = (y * 2).sum()
    y.mul_(2)
    with pytest.raises(RuntimeError, match="what exp keeps for the way back was written over"):
        step_through(z)


def test_complex_numbers_are_refused_with_a_sentence():
    x = torch.ones(3, dtype=torch.complex64, requires_grad=True)
    with pytest.raises(TypeError, match=r"holds complex numbers \(torch.complex64\).*real"):
        step_through(x.abs().sum())
    (y,) = tensors((4,))
    with pytest.raises(TypeError, match="holds complex numbers"):
        step_through(torch.fft.fft(y).abs().sum())


def test_what_holds_no_numbers_or_no_array_is_refused_with_a_sentence():
    x = torch.ones(3, device="meta", requires_grad=True)
    with pytest.raises(TypeError, match="on the device meta and holds no numbers; make the model"):
        step_through((x * 2).sum())
    rows = [torch.ones(2), torch.ones(3)]
    nested = torch.nested.nested_tensor(rows, requires_grad=True, layout=torch.jagged)
    with pytest.raises(TypeError, match="is a nested tensor, whose rows differ in length"):
        step_through((nested * 2).values().sum(), {"nested": nested})


@pytest.mark.parametrize("mode", (torch.no_grad, torch.inference_mode, torch.enable_grad))
def test_it_can_be_called_where_nothing_is_recorded(mode):
    root, named = network()
    with mode():
        record = record_of(root, named)
        assert torch.is_grad_enabled() == (mode is torch.enable_grad)
    assert len(record.gradient) == len(named)


def test_a_parameter_in_a_pass_within_and_outside_needs_no_hook_to_be_right():
    for make in (a_pass_of_ones_own, checkpoint_of_several, checkpointed(True)):
        root, named = make()
        assert not record_of(root, named).remarks


def test_names_come_from_a_module_or_a_dict():
    root, _ = network()
    with pytest.raises(
        TypeError, match="a torch.nn.Module or from a dict of tensors, not from int"
    ):
        step_through(root, 3)


@pytest.mark.parametrize("results", (lambda x: x.unbind(), lambda x: x.chunk(2), torch.var_mean))
def test_an_op_with_several_results_is_stepped_through_without_a_false_alarm(results):
    (x,) = tensors((2,))
    one, other = results(x)
    text = step_through((one * other).sum(), {"x": x}).text(all=True)
    assert "Careful" not in text and "number → number" not in text.split("[1] passes")[-1]
    assert "2 gradients, one for each result that has delivered" in text
    assert " + 1 gradient" not in text and ".grad: 2 + " not in text


def test_what_is_no_tensor_gets_no_name():
    (x,) = tensors((2,))
    for other in (3.0, [1.0], None, np.ones(2)):
        with pytest.raises(TypeError, match="model gives names to tensors, and 'x' is a"):
            step_through(x.sum(), {"x": other})


def test_model_is_for_tensors_of_pytorch():
    from autograd_lesson import Value

    with pytest.raises(TypeError, match="model and opened are for tensors of PyTorch"):
        step_through(Value(1.0), model={})


def test_a_list_of_losses_is_refused_as_any_list():
    root, _ = network()
    with pytest.raises(TypeError, match="a list of 2 has no data.*pass one result"):
        step_through([root, root])


def test_pytorch_is_not_imported_for_those_who_have_no_tensor():
    code = (
        "import sys; from autograd_lesson import Value; from autograd_lesson.widgets import *\n"
        "step_through(Value(2.0) * 3.0); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# Large graphs


def test_ten_thousand_nodes_are_read_without_recursion():
    (x,) = tensors((4,))
    y = x
    for _ in range(10_000):
        y = y * 1.0001
    record = record_of(y.sum(), {"x": x})
    assert len(record.functions) == 10_002 and len(record.sent) == 10_001
    (right,) = torch.autograd.grad(y.sum(), [x])
    assert same(next(iter(record.gradient.values())), right)


def test_a_graph_that_is_too_large_for_a_picture_says_what_to_give():
    (x,) = tensors((2,))
    y = x
    for _ in range(500):
        y = y.sin()
    with pytest.raises(ValueError, match="502 values; a picture holds at most 400; give model="):
        step_through(y.sum())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="only on a machine with a GPU")
def test_a_graph_on_the_gpu_is_read_too():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 4))
    model.cuda()
    loss = F.cross_entropy(model(torch.randn(5, 3).cuda()), torch.tensor([0, 1, 2, 3, 0]).cuda())
    state = torch.cuda.get_rng_state()
    record = record_of(loss, model)
    assert torch.equal(torch.cuda.get_rng_state(), state)
    loss.backward()
    shown = {record.functions[at].label: x for (at, _), x in record.gradient.items()}
    for name, parameter in model.named_parameters():
        assert same(shown[name], parameter.grad.cpu())


# Sketches


def test_a_sketch_has_the_largest_number_of_each_block_and_what_is_said_of_the_whole():
    array = np.random.default_rng(0).normal(size=(40, 64)).astype(np.float32)
    found = sketch(array)
    assert found.cells.shape == (1, 8, 16)
    for row in range(8):
        for column in range(16):
            block = array[row * 5 : row * 5 + 5, column * 4 : column * 4 + 4]
            assert found.cells[0, row, column] == block.flat[np.abs(block).argmax()]
    assert (found.least, found.greatest) == (array.min(), array.max())
    assert found.mean == pytest.approx(array.mean(dtype=float))
    assert found.norm == pytest.approx(np.linalg.norm(array.astype(float)))


def test_a_sketch_shows_what_is_not_finite():
    array = np.ones((40, 64), np.float32)
    array[7, 9], array[39, 63] = np.nan, -np.inf
    found = sketch(array)
    assert (
        found.missing == 2 and np.isnan(found.cells[0, 1, 2]) and found.cells[0, 7, 15] == -np.inf
    )
    assert (found.least, found.mean, found.greatest) == (1.0, 1.0, 1.0)
