"""The training scrubber: what is on film is what the network did, and the picture shows that."""

import json
import math
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_lesson import Value, total
from autograd_lesson.data import four_points, xor
from autograd_lesson.nn import MLP
from autograd_lesson.widgets import film, training_scrubber
from autograd_lesson.widgets.charts import training_film as filming
from autograd_lesson.widgets.charts.training_film import CELLS, MOST_MOMENTS
from autograd_lesson.widgets.charts.training_scrubber import MAP

SVG = "{http://www.w3.org/2000/svg}"


def trainer(network, inputs, targets, rate, zero=True):
    """One step of training, with the loss as a sum of squares."""

    def train_step():
        loss = total([(network(x) - t) ** 2 for x, t in zip(inputs, targets, strict=True)])
        if zero:
            network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= rate * parameter.grad
        return loss

    return train_step


def line_network():
    """One linear neuron: 2 x1 + 0.5 x2 - 1."""
    network = MLP(2, [1], output="linear")
    for parameter, number in zip(network.parameters(), [2.0, 0.5, -1.0], strict=True):
        parameter.data = number
    return network


INPUTS, TARGETS = [[0.0, 1.0], [1.0, 3.0], [0.5, -1.0]], [1.0, -1.0, 1.0]


def of_a_line(rate=0.0, **options):
    """A film of the linear neuron on three examples."""
    network = line_network()
    return film(network, INPUTS, TARGETS, trainer(network, INPUTS, TARGETS, rate), **options)


@pytest.fixture(scope="module")
def trained():
    """Sixty steps on exclusive or."""
    inputs, targets = xor()
    network = MLP(2, [4, 1], rng=0)
    step = trainer(network, inputs, targets, 0.1)
    return film(network, inputs, targets, step, steps=60, moments=13)


def elements(player) -> dict:
    """The elements of the picture at the player's step, by id."""
    return {e.get("id"): e for e in ElementTree.fromstring(player.picture()).iter() if e.get("id")}


def lines_of(player) -> dict[str, str]:
    return dict(player.frames[player.step]["lines"])


# What is on film


def test_it_keeps_the_network_as_it_was_before_the_update():
    found = of_a_line(rate=0.05, steps=2, moments=2)
    outputs = [2 * x1 + 0.5 * x2 - 1 for x1, x2 in INPUTS]
    assert found.moments[0].outputs == pytest.approx(outputs)
    losses = [
        sum((y - t) ** 2 for y, t in zip(moment.outputs, TARGETS, strict=True))
        for moment in found.moments
    ]
    assert found.losses == pytest.approx(losses)
    assert found.losses[1] < found.losses[0]


def test_the_gradients_are_those_of_the_loss_at_that_moment():
    moment = of_a_line(steps=1).moments[0]
    errors = [2 * (2 * x1 + 0.5 * x2 - 1 - t) for (x1, x2), t in zip(INPUTS, TARGETS, strict=True)]
    by_hand = np.array(errors) @ np.array([[*x, 1.0] for x in INPUTS])
    assert moment.gradients == pytest.approx(by_hand)


@pytest.mark.parametrize("watch", [0, 1, 2])
def test_the_shares_are_what_each_example_brings_in_the_order_of_the_examples(watch):
    shares = of_a_line(steps=1, watch=watch).moments[0].shares
    ends = [[*x, 1.0][watch] for x in INPUTS]
    errors = [2 * (2 * x1 + 0.5 * x2 - 1 - t) for (x1, x2), t in zip(INPUTS, TARGETS, strict=True)]
    assert shares == pytest.approx([error * end for error, end in zip(errors, ends, strict=True)])


def test_shares_of_a_hidden_weight_add_up_to_its_gradient(trained):
    for moment in trained.moments:
        assert len(moment.shares) == 4
        assert sum(moment.shares) == pytest.approx(moment.gradients[0], abs=1e-12)


def test_a_loop_that_forgets_to_zero_shows_in_the_gradients_and_not_in_the_shares():
    network = line_network()
    step = trainer(network, INPUTS, TARGETS, 0.0, zero=False)
    moments = film(network, INPUTS, TARGETS, step, steps=3, moments=3).moments
    once = moments[0].gradients
    assert moments[2].gradients == pytest.approx([3 * g for g in once])
    assert moments[2].shares == pytest.approx(moments[0].shares)


def test_every_loss_is_kept_and_the_moments_are_spread_evenly(trained):
    assert len(trained.losses) == 60
    steps = [moment.step for moment in trained.moments]
    assert (steps[0], steps[-1], len(steps)) == (0, 59, 13)
    assert {b - a for a, b in zip(steps, steps[1:], strict=False)} <= {4, 5}
    first, last = (f"{loss:.4g}" for loss in (trained.losses[0], trained.losses[-1]))
    assert repr(trained) == f"60 steps filmed: the loss goes from {first} to {last}"


def test_parameters_are_named_by_layer_and_neuron():
    network = MLP(2, [1, 2])
    assert filming.parameter_names(network) == [
        *("w1 of 1.1", "w2 of 1.1", "b of 1.1"),
        *("w1 of 2.1", "b of 2.1", "w1 of 2.2", "b of 2.2"),
    ]


def test_filming_changes_nothing_that_the_loop_does_not():
    inputs, targets = xor()
    alone, recorded = MLP(2, [4, 1], rng=3), MLP(2, [4, 1], rng=3)
    step = trainer(alone, inputs, targets, 0.1)
    losses = [step().data for _ in range(20)]
    run = film(recorded, inputs, targets, trainer(recorded, inputs, targets, 0.1), steps=20)
    assert run.losses == losses
    assert [p.data for p in recorded.parameters()] == [p.data for p in alone.parameters()]


@pytest.mark.parametrize(("steps", "moments"), [(0, 10), (10, 1), (10, MOST_MOMENTS + 1)])
def test_too_few_steps_and_too_many_moments_are_refused(steps, moments):
    with pytest.raises(ValueError, match=f"not {steps} and {moments}; the loss is kept"):
        of_a_line(steps=steps, moments=moments)


def test_a_step_that_does_not_return_its_loss_is_refused():
    with pytest.raises(TypeError, match="returned 0.5; let it return the loss itself"):
        film(line_network(), INPUTS, TARGETS, lambda: 0.5)


def test_a_loss_that_is_no_number_any_more_is_refused():
    losses = iter([1.0, math.inf])
    with pytest.raises(ValueError, match="at step 1 is inf; film the 1 steps before it"):
        film(line_network(), INPUTS, TARGETS, lambda: Value(next(losses)))


# The progress bar


class Shown:
    """What `display` returns: remembers what the output was replaced by."""

    def __init__(self):
        self.updates = []

    def update(self, data, raw):
        self.updates.append((data, raw))


@pytest.fixture
def notebook(monkeypatch):
    """As if in a notebook: the bars made, what is displayed, and the handle to that."""
    bars, displayed, shown = [], [], Shown()

    class Bar(filming.ipywidgets.IntProgress):
        def __init__(self, **options):
            super().__init__(**options)
            bars.append(self)

    def display(bundle, raw, display_id):
        displayed.append(bundle)
        return shown

    monkeypatch.setattr(filming, "get_ipython", lambda: "a shell")
    monkeypatch.setattr(filming, "display", display)
    monkeypatch.setattr(filming.ipywidgets, "IntProgress", Bar)
    return bars, displayed, shown


def test_a_progress_bar_counts_the_steps_and_leaves_nothing_behind(notebook):
    bars, displayed, shown = notebook
    seen = []
    network = line_network()
    step = trainer(network, INPUTS, TARGETS, 0.0)

    def watched_step():
        seen.append(bars[0].value)
        return step()

    film(network, INPUTS, TARGETS, watched_step, steps=5)
    assert seen == [0, 1, 2, 3, 4]
    assert (bars[0].value, bars[0].max) == (5, 5)
    assert "application/vnd.jupyter.widget-view+json" in displayed[0]
    assert displayed[0]["text/plain"] == "", "a bar is not stored in words"
    assert bars[0].comm is None, "the bar is closed"
    assert shown.updates == [({"text/plain": ""}, True)]


def test_the_bar_goes_when_the_loop_fails_too(notebook):
    bars, _, shown = notebook
    with pytest.raises(ZeroDivisionError):
        film(line_network(), INPUTS, TARGETS, lambda: 1 / 0)
    assert bars[0].comm is None and len(shown.updates) == 1


def test_a_loop_of_ones_own_has_a_bar_too(notebook):
    bars, _, shown = notebook
    assert [(step, bars[0].value) for step in filming.with_bar(3)] == [(0, 0), (1, 1), (2, 2)]
    assert bars[0].description == "training" and bars[0].comm is None and len(shown.updates) == 1
    for _ in filming.with_bar(3):
        break  # a loop that is left early closes its bar as well
    assert bars[1].comm is None and len(shown.updates) == 2


def test_outside_a_notebook_nothing_is_printed(capsys):
    of_a_line(steps=2)
    assert capsys.readouterr().out == ""


# The picture


def test_a_cell_is_a_circle_where_the_output_is_above_zero():
    player = training_scrubber(of_a_line(steps=1))
    found = elements(player)
    for row in range(CELLS):
        for column in range(CELLS):
            x1 = (
                -0.5 + (column + 0.5) * 2 / CELLS
            )  # the examples span 0 to 1, and half as much more
            x2 = 5 - (row + 0.5) * 8 / CELLS
            output = 2 * x1 + 0.5 * x2 - 1
            cell = found[f"c{row * CELLS + column}"]
            assert cell.get("rx") == ("50%" if output > 0 else None)
            strength = 1 if abs(output) < 1 / 3 else 2 if abs(output) < 2 / 3 else 3
            assert cell.get("class") == f"{'p' if output > 0 else 'm'}{strength}"


def test_the_examples_stand_where_they_belong_with_the_signs_of_their_targets():
    tree = ElementTree.fromstring(training_scrubber(of_a_line(steps=1)).picture())
    circles = [e for e in tree.iter(f"{SVG}circle") if e.get("class") == "example"]
    signs = [e.text for e in tree.iter(f"{SVG}text") if e.get("class") == "target"]
    assert signs == ["+", "\N{MINUS SIGN}", "+"]
    for circle, (x1, x2) in zip(circles, INPUTS, strict=True):
        left = MAP.left + (x1 + 0.5) / 2 * (MAP.right - MAP.left)
        top = MAP.bottom - (x2 + 3) / 8 * (MAP.bottom - MAP.top)
        assert (float(circle.get("cx")), float(circle.get("cy"))) == pytest.approx(
            (left, top), 0.01
        )


def test_other_inputs_are_held_at_their_mean():
    inputs, targets = four_points()
    network = MLP(3, [1], output="linear")
    for parameter, number in zip(network.parameters(), [1.0, 0.0, 0.0, 0.0], strict=True):
        parameter.data = number
    step = trainer(network, inputs, targets, 0.0)
    moment = film(network, inputs, targets, step, steps=1, plane=(1, 2)).moments[0]
    assert moment.map == pytest.approx([(2.0 + 3.0 + 0.5 + 1.0) / 4] * CELLS**2)


def test_the_bars_end_at_the_gradients(trained):
    player = training_scrubber(trained)
    for kind, numbers in (("g", "gradients"), ("s", "shares")):
        rows = [getattr(moment, numbers) for moment in trained.moments]
        heights = []
        for step, row in enumerate(rows):
            found = elements(player.at(step))
            for at, x in enumerate(row):
                bar = found[f"{kind}{at}"]
                heights.append((float(bar.get("y1")) - float(bar.get("y2")), x))
        tallest = max(heights, key=lambda pair: abs(pair[1]))
        scale = tallest[0] / tallest[1]
        assert scale > 0, "upwards is above 0"
        assert all(abs(height - scale * x) <= 1 for height, x in heights)


def test_the_mark_moves_along_the_curve(trained):
    player = training_scrubber(trained)
    curve = next(ElementTree.fromstring(player.picture()).iter(f"{SVG}polyline"))
    points = [tuple(map(float, point.split(","))) for point in curve.get("points").split()]
    assert len(points) == 60
    for step, moment in enumerate(trained.moments):
        mark = elements(player.at(step))["here"]
        assert (float(mark.get("cx")), float(mark.get("cy"))) == points[moment.step]


def test_the_words_say_what_the_picture_shows(trained):
    player = training_scrubber(trained).at(0)
    moment = trained.moments[0]
    assert player.frames[0]["title"] == f"after 0 updates: loss {trained.losses[0]:.4g}"
    lines = lines_of(player)
    assert lines["outputs"].split(", ")[1] == f"{moment.outputs[1]:.2f} for 1"
    right = sum((y > 0) == (t > 0) for y, t in zip(moment.outputs, xor()[1], strict=True))
    assert lines["right sign"] == f"{right} of 4"
    largest = max(moment.gradients, key=abs)
    assert lines["largest gradient"].startswith(f"{largest:.3f}, of w4 of 2.1")
    assert lines["w1 of 1.1"].endswith(f"= {moment.gradients[0]:.3f}")
    assert "-0.000" not in player.text(all=True)


def test_it_begins_at_the_end_so_that_a_still_picture_shows_what_was_learnt(trained):
    player = training_scrubber(trained)
    assert player.step == len(player.frames) - 1 == 12
    assert lines_of(player.at(12))["right sign"] == "4 of 4"


def test_a_level_run_has_a_picture_too():
    network = MLP(2, [1], output="linear")
    for parameter in network.parameters():
        parameter.data = 0.0
    flat = film(network, [[1.0, 1.0]], [0.0], trainer(network, [[1.0, 1.0]], [0.0], 0.1), steps=1)
    assert "nan" not in training_scrubber(flat).picture()


@pytest.mark.slow
def test_what_is_stored_is_small_and_the_same_every_time():
    def stored():
        inputs, targets = xor()
        network = MLP(2, [4, 1], rng=0)
        step = trainer(network, inputs, targets, 0.1)
        run = film(network, inputs, targets, step, steps=200, moments=MOST_MOMENTS)
        return training_scrubber(run)._repr_mimebundle_()[0]

    kinds = ("text/html", "image/svg+xml", "text/plain")
    first, second = stored(), stored()
    assert [first[kind] for kind in kinds] == [second[kind] for kind in kinds]
    assert len(json.dumps([first[kind] for kind in kinds])) < 200_000


def test_the_data_sets_are_what_they_say():
    inputs, targets = four_points()
    assert [-math.copysign(1, x[2]) for x in inputs] == targets
    inputs, targets = xor()
    assert [1.0 if x1 != x2 else -1.0 for x1, x2 in inputs] == targets
