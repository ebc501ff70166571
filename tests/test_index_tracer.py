"""The index tracer: what it shows of a matrix product is what NumPy and finite differences say."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.widgets import index_tracer

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
B = np.array([[2.0, -1.0, 0.0, 1.0], [0.0, 3.0, 1.0, -2.0], [1.0, 1.0, -4.0, 2.0]])
G = np.array([[1.0, 0.0, -2.0, 3.0], [2.0, -1.0, 1.0, 0.0]])


def elements(player, step) -> dict[str, ElementTree.Element]:
    """The elements of the picture at a step, by id."""
    picture = ElementTree.fromstring(player.at(step).picture())
    return {e.get("id"): e for e in picture.iter() if e.get("id")}


def lit(player, step, kind="operand") -> set[str]:
    """The cells that have a look at a step."""
    found = elements(player, step).items()
    return {id_ for id_, e in found if kind in e.get("class", "").split()}


def shown(player, step, letter, shape) -> list[list[str]]:
    """What the cells of a grid read at a step."""
    found = elements(player, step)
    rows, columns = shape
    return [[found[f"{letter}-{i}-{j}-number"].text for j in range(columns)] for i in range(rows)]


def steps_called(player, name) -> dict[tuple[int, int], int]:
    """The step of each entry of an array, by the titles."""
    pattern = re.compile(rf"{name}\[(\d+), (\d+)\] = ")
    matches = [pattern.match(frame["title"]) for frame in player.frames]
    return {(int(m[1]), int(m[2])): step for step, m in enumerate(matches) if m}


def test_an_entry_of_the_product_lights_up_its_row_and_its_column():
    player = index_tracer(A, B)
    step = steps_called(player, "C")[1, 2]
    assert lit(player, step) == {"A-1-0", "A-1-1", "A-1-2", "B-0-2", "B-1-2", "B-2-2"}
    assert lit(player, step, "result") == {"C-1-2"}
    assert "4 × 0 + 5 × 1 + 6 × (-4)" in player.at(step).text()
    assert "0 + 5 + (-24) = -19" in player.text()


def test_the_titles_have_the_product_and_both_gradients():
    player = index_tracer(A, B, G)
    back = numerical_gradient(
        lambda *numbers: float(
            np.sum(G * (np.reshape(numbers[:6], A.shape) @ np.reshape(numbers[6:], B.shape)))
        ),
        [*A.flat, *B.flat],
    )
    expected = {
        "C": A @ B,
        "dA": np.reshape(back[:6], A.shape),
        "dB": np.reshape(back[6:], B.shape),
    }
    for name, array in expected.items():
        steps = steps_called(player, name)
        assert len(steps) == array.size
        for index, step in steps.items():
            said = float(player.frames[step]["title"].partition(" = ")[2])
            assert said == pytest.approx(array[index], rel=1e-3, abs=1e-6)


def test_what_comes_back_to_an_entry_of_a_is_a_row_of_g_with_a_row_of_b():
    player = index_tracer(A, B, G)
    step = steps_called(player, "dA")[1, 0]
    row_of_g = {"C-1-0", "C-1-1", "C-1-2", "C-1-3"}
    assert lit(player, step) == row_of_g | {"B-0-0", "B-0-1", "B-0-2", "B-0-3"}
    assert lit(player, step, "result") == {"A-1-0"}
    assert shown(player, step, "C", G.shape)[1] == ["2", "-1", "1", "0"], "G stands in C's place"
    assert shown(player, step, "A", A.shape) == [["5", "-8", "15"], ["5", "?", "?"]]
    assert elements(player, step)["A-title"].text == "dA, shape (2, 3)"
    assert elements(player, step)["C-title"].text == "G, shape (2, 4)"


def test_what_comes_back_to_an_entry_of_b_is_a_column_of_a_with_a_column_of_g():
    player = index_tracer(A, B, G)
    step = steps_called(player, "dB")[1, 1]
    assert lit(player, step) == {"A-0-1", "A-1-1", "C-0-1", "C-1-1"}
    assert lit(player, step, "result") == {"B-1-1"}
    assert shown(player, step, "A", A.shape)[0] == ["1", "2", "3"], "A itself is back in its place"


def test_a_click_on_a_cell_goes_to_the_step_of_its_entry_at_any_step():
    player = index_tracer(A, B, G)
    for name, letter in (("C", "C"), ("dA", "A"), ("dB", "B")):
        for (i, j), step in steps_called(player, name).items():
            for place in (0, 5, 26):
                cell = elements(player, place)[f"{letter}-{i}-{j}"]
                assert cell.get("data-step") == str(step)


def test_without_an_upstream_only_the_product_can_be_picked():
    player = index_tracer(A, B)
    assert len(player.frames) == 1 + 8
    assert elements(player, 0)["A-0-0"].get("data-step") is None
    assert elements(player, 0)["C-0-0"].get("data-step") == "1"


def test_nothing_is_given_away_at_the_first_step():
    player = index_tracer(A, B, G)
    assert {text for row in shown(player, 0, "C", G.shape) for text in row} == {"?"}
    assert lit(player, 0) == set()


def test_row_and_column_line_up_with_the_entry_they_make():
    found = elements(index_tracer(A, B * 1000, G), 0)

    def corner(cell, side):
        return found[cell].find("{http://www.w3.org/2000/svg}rect").get(side)

    assert corner("C-1-2", "x") == corner("B-0-2", "x")
    assert corner("C-1-2", "y") == corner("A-1-0", "y")


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"not \(2, 3\) and \(2, 3\); give two arrays"):
        index_tracer(A, A)
    with pytest.raises(ValueError, match=r"not \(3,\) and \(3, 4\)"):
        index_tracer(A[0], B)
    with pytest.raises(ValueError, match=r"upstream has shape \(4, 2\), and C has \(2, 4\)"):
        index_tracer(A, B, G.T)
    with pytest.raises(ValueError, match="give matrices with at most 80 in all"):
        index_tracer(np.ones((6, 6)), np.ones((6, 6)))
