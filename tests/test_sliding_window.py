"""The sliding window: what it shows are the products of a convolution, and no others."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_lesson.checks.arrays import numerical_vjp
from autograd_lesson.widgets import follow_pixel, slide_window

SVG = "{http://www.w3.org/2000/svg}"
X = np.array([[3, 0, 1, 2, 1], [1, 5, 0, 0, 2], [2, 1, 4, 1, 0], [0, 2, 3, 1, 1.5]])
W = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
GEOMETRIES = [(1, 0), (2, 1), (3, 2)]


def convolved(x, w, stride=1, padding=0):
    """The convolution by windows cut out of the image."""
    x = np.pad(x, padding)
    rows = range(0, x.shape[0] - w.shape[0] + 1, stride)
    columns = range(0, x.shape[1] - w.shape[1] + 1, stride)
    return np.array(
        [[np.sum(x[i : i + w.shape[0], j : j + w.shape[1]] * w) for j in columns] for i in rows]
    )


def groups(widget):
    """The cells and arrows of the picture as it stands, by their ids: class, and text if any."""
    found = {}
    for group in ElementTree.fromstring(widget.picture()).iter(f"{SVG}g"):
        text = group.find(f"{SVG}text")
        found[group.get("id")] = (group.get("class"), None if text is None else text.text)
    return found


def marked(widget, letter, kind):
    """The places of a grid that have this look."""
    pattern = rf"{letter}-(\d+)-(\d+)"
    looks = ((re.fullmatch(pattern, id_ or ""), look[0]) for id_, look in groups(widget).items())
    return {(int(at[1]), int(at[2])) for at, look in looks if at and kind in look.split()}


def drawn_arrows(widget, kind):
    """Pixel and output of each arrow that is seen."""
    looks = groups(widget).items()
    ends = [id_.split("-")[1:] for id_, (look, _) in looks if id_ and kind in look.split()]
    return {(tuple(map(int, end[:2])), tuple(map(int, end[2:]))) for end in ends if len(end) == 4}


def title(widget):
    return widget.frames[widget.step]["title"]


@pytest.mark.parametrize(("stride", "padding"), GEOMETRIES)
def test_each_output_is_shown_with_its_window_and_its_sum(stride, padding):
    y, widget = convolved(X, W, stride, padding), slide_window(X, W, stride, padding)
    assert len(widget.frames) == 1 + y.size
    for step, (i, j) in enumerate(np.ndindex(y.shape), 1):
        widget.at(step)
        assert title(widget) == f"y[{i}, {j}] = {y[i, j]:g}"
        rows, columns = range(i * stride, i * stride + 2), range(j * stride, j * stride + 3)
        assert marked(widget, "x", "operand") == {(r, c) for r in rows for c in columns}
        assert marked(widget, "y", "result") == {(i, j)}
        assert f"= {y[i, j]:g}" in widget.text()


def test_outputs_are_asked_for_until_they_are_reached():
    widget = slide_window(X, W)
    assert groups(widget)["y-0-0"][1] == "?"
    shown = groups(widget.at(2))
    assert [shown[f"y-0-{j}"][1] for j in range(3)] == ["-1.5", "3", "?"]


@pytest.mark.slow
@pytest.mark.parametrize(("stride", "padding"), GEOMETRIES)
def test_a_pixel_points_at_every_output_that_moves_with_it(stride, padding):
    g = np.ones(convolved(X, W, stride, padding).shape)
    widget = follow_pixel(X, W, g, stride, padding)
    for place, pixel in enumerate(np.ndindex(X.shape)):
        moved = X.copy()
        moved[pixel] += 1.0
        change = convolved(moved, np.ones_like(W), stride, padding) - convolved(
            X, np.ones_like(W), stride, padding
        )
        touched = {(int(i), int(j)) for i, j in np.argwhere(change)}
        widget.at(2 * place + 1)
        assert drawn_arrows(widget, "on") == {(pixel, output) for output in touched}
        assert marked(widget, "y", "result") == touched
        assert drawn_arrows(widget.at(2 * place + 2), "back") == {(pixel, at) for at in touched}


@pytest.mark.parametrize(("stride", "padding"), GEOMETRIES)
def test_what_comes_back_is_the_measured_gradient(stride, padding):
    g = np.random.default_rng(1).integers(-3, 4, convolved(X, W, stride, padding).shape)
    dx, dw = numerical_vjp(lambda x, w: convolved(x, w, stride, padding), [X, W], g)
    widget = follow_pixel(X, W, g, stride, padding)
    numbers = {f["title"].split(" = ")[0]: f["title"].split(" = ")[-1] for f in widget.frames}
    for name, array in (("dx", dx), ("dw", dw)):
        for i, j in np.ndindex(array.shape):
            assert float(numbers[f"{name}[{i}, {j}]"]) == pytest.approx(array[i, j], abs=1e-6)


def test_a_click_goes_to_the_step_of_what_was_clicked():
    widget = follow_pixel(X, W, np.ones((3, 3)), padding=0)
    cells = {
        group.get("id"): int(group.get("data-step"))
        for group in ElementTree.fromstring(widget.picture()).iter(f"{SVG}g")
        if group.get("data-step")
    }
    assert len(cells) == X.size + W.size
    for id_, step in cells.items():
        letter, i, j = id_.split("-")
        starts = f"x[{i}, {j}] is in" if letter == "x" else f"dw[{i}, {j}] ="
        assert widget.frames[step]["title"].startswith(starts)


def test_the_border_is_drawn_and_cannot_be_picked():
    widget = follow_pixel(X, W, np.ones((5, 5)), padding=1)
    assert groups(widget)["x-0-0"] == ("cell faint", "0")
    assert groups(widget.at(2))["x-0-0"][1] is None
    assert 'id="x-0-0" class="cell" data-step' not in widget.svg


def test_a_pixel_that_no_window_reaches_gets_nothing():
    widget = follow_pixel(X[:, :4], W, np.ones((2, 1)), stride=2)
    assert drawn_arrows(widget.at(7), "on") == set()
    assert title(widget) == "x[0, 3] is in 0 outputs"
    assert title(widget.at(8)) == "dx[0, 3] = 0"


def test_text_picture_and_stored_form_need_no_kernel():
    widget = follow_pixel(X, W, np.ones((3, 3))).at(3)
    bundle, _ = widget._repr_mimebundle_()
    assert "through w[0, 1]" in widget.text() and "x, shape (4, 5): [[3, 0, 1" in widget.picture()
    assert repr(widget) == "From a pixel to outputs and back, stride 1, padding 0: step 3 of 46"
    assert set(bundle) >= {"text/html", "image/svg+xml", "text/plain"}
    assert json.dumps(widget.frames) and len(bundle["text/html"]) < 150_000


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: slide_window(X, np.ones((5, 2))), r"x has shape \(4, 5\) and the kernel \(5, 2\)"),
        (lambda: slide_window(X[None], W), "give an image of two axes"),
        (lambda: follow_pixel(X, W, np.ones((2, 2))), r"upstream has shape \(2, 2\).*\(3, 3\)"),
        (lambda: follow_pixel(np.ones((9, 9)), W, np.ones((8, 7))), "81 pixels and 336 products"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_next_move(call, words):
    with pytest.raises(ValueError, match=words):
        call()
