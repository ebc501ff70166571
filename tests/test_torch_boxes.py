"""The modules of a PyTorch model as boxes: what is in which, what crosses, and what opens."""

import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from autograd_lesson import pictures, widgets  # noqa: E402
from autograd_lesson.frameworks.levels import Level, boxes_in, level, one_by_one  # noqa: E402
from autograd_lesson.frameworks.recorded import Values  # noqa: E402
from autograd_lesson.frameworks.torch_graph import Reading, record_of  # noqa: E402
from autograd_lesson.pictures import draw  # noqa: E402
from autograd_lesson.pictures.graph import graph_of  # noqa: E402
from autograd_lesson.widgets import find_nan, open_boxes, step_through  # noqa: E402

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
F = torch.nn.functional


class Residual(torch.nn.Module):
    """y + third(y), where y = x + second(tanh(first(norm(x))))."""

    def __init__(self):
        super().__init__()
        self.norm = torch.nn.LayerNorm(4)
        self.first, self.second = torch.nn.Linear(4, 8), torch.nn.Linear(8, 4)
        self.third = torch.nn.Linear(4, 4)

    def forward(self, x):
        y = x + self.second(torch.tanh(self.first(self.norm(x))))
        return y + self.third(y)


class Model(torch.nn.Module):
    """Two residual blocks between an embedding and a head that shares its weight."""

    def __init__(self, blocks=2):
        super().__init__()
        self.words = torch.nn.Embedding(10, 4)
        self.blocks = torch.nn.ModuleList(Residual() for _ in range(blocks))
        self.head = torch.nn.Linear(4, 10, bias=False)
        self.head.weight = self.words.weight

    def forward(self, x):
        x = self.words(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def a_loss(blocks=2):
    torch.manual_seed(0)
    model = Model(blocks)
    ids = torch.tensor([[1, 2, 3], [4, 5, 6]])
    return model, lambda: F.cross_entropy(model(ids).flatten(0, 1), ids.flatten())


def layer():
    torch.manual_seed(0)
    model = torch.nn.TransformerEncoder(
        torch.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True),
        num_layers=2,
        enable_nested_tensor=False,
    )
    x = torch.randn(2, 5, 8)
    return model, lambda: model(x).square().mean()


def images():
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.Flatten(),
        torch.nn.Linear(4 * 36, 3),
    )  # fmt: skip
    x = torch.randn(2, 1, 8, 8)
    return model, lambda: F.cross_entropy(model(x), torch.tensor([0, 2]))


def shared_twice():
    torch.manual_seed(0)
    inner = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Tanh(), torch.nn.Linear(4, 4))
    model = torch.nn.ModuleDict({"inner": inner, "last": torch.nn.Linear(4, 4)})
    x = torch.randn(3, 4)
    return model, lambda: model["inner"](model["last"](model["inner"](x))).sum()


MODELS = {
    "two residual blocks": a_loss,
    "a transformer": layer,
    "a network for images": images,
    "a module run twice": shared_twice,
}
every_model = pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)


@every_model
def test_what_a_module_with_parameters_gave_is_in_its_box(make):
    """By hooks on the way forward, of which the boxes know nothing."""
    model, run = make()
    gave = {}

    def note(name, _module, _given, out):
        if isinstance(out, torch.Tensor):
            gave.setdefault(out.grad_fn, name)

    for name, module in model.named_modules():
        if [*module.parameters(recurse=False)]:
            module.register_forward_hook(partial(note, name))
    loss = run()
    reading = Reading(loss, model)
    reading.run()
    functions = reading.record().functions
    assert gave
    for node, name in gave.items():
        box = functions[reading.place_of[node]].box
        assert re.sub(r" \(\d+\)$", "", box[-1]) == name


@every_model
def test_boxes_hold_each_other_or_are_apart_and_make_no_circle(make):
    model, run = make()
    record = record_of(run(), model)
    boxes = boxes_in(record)
    assert boxes
    for opened in [frozenset(), *(frozenset({box}) for box in boxes), frozenset(boxes)]:
        values, edges = graph_of(Values(Level(record, opened).record()).root)  # it refuses a circle
        assert values and edges
    ordinals = [box[-1] for box in boxes]
    assert len(set(ordinals)) == len(ordinals)  # a name finds one box


@every_model
def test_each_step_of_a_smaller_graph_is_a_step_of_the_pass(make):
    model, run = make()
    record = record_of(run(), model)

    def steps(record):
        whole = Values(record)
        return [
            (step.partial.edge, id(step.contribution), id(so_far))
            for step, so_far in whole.root.passed
            if step.partial.edge
        ]

    whole = steps(record)
    for _, smaller in one_by_one(record):
        found = steps(smaller)
        assert found and found == [one for one in whole if one in set(found)]
        shown = set(range(len(smaller.functions)))
        assert {sent.function for sent in smaller.sent} <= shown


@every_model
def test_gradients_at_every_level_are_those_of_backward(make):
    model, run = make()
    loss = run()
    record = record_of(loss, model)
    loss.backward()
    right = {name: parameter.grad.numpy() for name, parameter in model.named_parameters()}
    seen = set()
    for _, smaller in one_by_one(record):
        for value in graph_of(Values(smaller).root)[0]:
            if value.label in right and value.grad is not None:
                seen.add(value.label)
                whole = value.grad if isinstance(value.grad, np.ndarray) else None
                assert whole is None or np.array_equal(whole, right[value.label])
    assert seen == set(right)  # every parameter is seen where its box is open


def test_the_boxes_of_two_blocks():
    model, run = a_loss()
    boxes = [box[-1] for box in boxes_in(record_of(run(), model))]
    assert boxes == [
        "words",
        *("blocks.0", *(f"blocks.0.{part}" for part in ("norm", "first", "second", "third"))),
        *("blocks.1", *(f"blocks.1.{part}" for part in ("norm", "first", "second", "third"))),
        "head",  # which owns the shared weight at its second use; a ModuleList is no box
    ]
    closed = Values(Level(record_of(run(), model), frozenset()).record()).root
    labels = [value.label or value.op for value in graph_of(closed)[0]]
    assert [label for label in labels if label != "view"] == [
        "words.weight", "words", "blocks.0", "blocks.1", "head", "log_softmax", "nll_loss",
    ]  # fmt: skip


def test_a_box_goes_on_to_the_sum_of_its_results():
    model, run = a_loss()
    words = draw(run(), model=model, opened="blocks.1").words
    assert re.search(r"^blocks.0 = \d+ ops\(words, words\) = .*; feeds ", words, re.M)  # one result


def test_a_module_that_runs_twice_has_two_boxes():
    model, run = shared_twice()
    boxes = [box[-1] for box in boxes_in(record_of(run(), model))]
    assert [box for box in boxes if box.startswith("inner") and "." not in box] == [
        "inner",
        "inner (2)",
    ]


def test_step_through_opens_as_much_as_can_be_read():
    model, run = a_loss(blocks=12)
    record = record_of(run(), model)
    assert len(record.functions) > 100
    player = step_through(run(), model)
    assert int(re.search(r"\((\d+) values", player.name)[1]) <= 48
    small, run = images()
    assert "0.weight" in step_through(run(), small).text(all=True)  # nothing is closed


def test_a_box_in_a_large_graph_is_shown_alone():
    model, run = a_loss(blocks=60)
    words = draw(run(), model=model, opened="blocks.30.first").words
    assert "blocks.30.first.weight" in words and "blocks.29" not in words
    assert re.search(
        r"^nll_loss = after\(\w+\) = ", words, re.M
    )  # one function for all that comes after
    player = step_through(run(), model, "blocks.30.first")
    assert "Every gradient is complete." in player.text(all=True)
    loss = run()
    loss.backward()
    right = model.blocks[30].first.bias.grad
    numbers = re.search(r"blocks.30.first.bias.grad: \[(.*?)\]", player.text(all=True))[1]
    assert numbers == ", ".join(f"{x:.4g}" for x in right.tolist())


def test_open_boxes_opens_every_module_in_turn():
    model, run = a_loss()
    player = open_boxes(run(), model)
    titles = [frame["title"] for frame in player.frames]
    assert titles == [
        "every box closed",
        "words opened",
        "blocks.0 opened",
        "blocks.1 opened",
        "head opened",
    ]
    assert "blocks.0.first.weight = (8, 4) array" in player.at(2).text()
    assert "blocks.0.first.weight" not in player.at(3).text()
    inside = open_boxes(run(), model, inside="blocks.1")
    assert [frame["title"] for frame in inside.frames] == ["blocks.1 opened"]


def test_what_is_in_a_closed_box_is_said_with_the_size_of_its_gradients():
    model, run = a_loss()
    loss = run()
    text = step_through(loss, model, "blocks.1").text(all=True)
    loss.backward()
    squares = sum(p.grad.double().square().sum() for p in model.blocks[0].parameters())
    size = f"{squares.sqrt().item():.4g}"
    assert f"gradients at leaves inside it: 8, of size {size} together" in text


def test_a_box_that_is_not_there_is_refused_with_those_that_are():
    model, run = a_loss()
    for look in (step_through, find_nan):
        with pytest.raises(ValueError, match="no box is called 'blocks.7'; there are words, "):
            look(run(), model, "blocks.7")
    with pytest.raises(ValueError, match="no box called 'a', and none at all: boxes are"):
        step_through(run(), {"w": model.words.weight}, "a")


def test_a_record_that_can_be_read_is_shown_whole():
    model, run = images()
    record = record_of(run(), model)
    assert level(record) is record


def test_every_call_on_the_page_about_ones_own_model_works():
    """They are run on a model with the modules and the ops that the page names."""
    page = (ROOT / "docs" / "your_own_model.md").read_text(encoding="utf-8")
    calls = re.findall(r"`((?:draw|open|step|find|drop)\w*\(loss.*?\))`", page)
    assert len(calls) >= 9
    torch.manual_seed(0)
    layers = [torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 4)]
    model = torch.nn.ModuleDict({"layer1": torch.nn.Sequential(torch.nn.Sequential(*layers))})
    loss = model["layer1"](torch.randn(3, 4)).square().mean()
    for call in calls:
        shown = eval(call, {**vars(widgets), **vars(pictures), "loss": loss, "model": model})
        assert repr(shown)
