"""The broadcast: its arrows are the copies NumPy makes, and what comes back is their sum."""

import re
from xml.dom import minidom

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lesson.widgets import show_broadcast

ROW = [3.0, 5.0, 7.0]


def titles(player):
    return [frame["title"] for frame in player.frames]


def lines(player, step):
    return dict(line for line in player.frames[step]["lines"] if not isinstance(line, str))


def shown(player, step, kind):
    """The ids of what has this class in the picture at a step."""
    elements = minidom.parseString(player.at(step).picture()).getElementsByTagName("g")
    return [e.getAttribute("id") for e in elements if kind in e.getAttribute("class").split()]


def gradient(player):
    """The numbers of x.grad in the picture at the last step."""
    picture = player.at(len(player.frames) - 1).picture()
    return [float(n) for n in re.findall(r'id="x-grad[-\d]*-number"[^>]*>([^<]*)<', picture)]


def test_a_cell_is_copied_and_its_copies_are_summed_on_the_way_back():
    player = show_broadcast(ROW, (2, 3))
    assert titles(player) == [
        "(3,) is copied to (2, 3)",
        "x[0] = 3 is copied to 2 cells",
        "x[1] = 5 is copied to 2 cells",
        "x[2] = 7 is copied to 2 cells",
        "x.grad[0] = 50, from 2 cells",
        "x.grad[1] = 70, from 2 cells",
        "x.grad[2] = 90, from 2 cells",
        "(2, 3) is summed to (3,)",
    ]
    assert lines(player, 2) == {"copies": "y[0, 1], y[1, 1]"}
    assert lines(player, 5) == {"x.grad[1]": "g[0, 1] + g[1, 1]", "numbers": "20 + 50 = 70"}


def test_a_step_lights_one_cell_its_copies_and_the_arrows_between_them():
    player = show_broadcast(ROW, (2, 3))
    assert shown(player, 2, "operand") == ["x-1"]
    assert shown(player, 2, "result") == ["y-0-1", "y-1-1"]
    assert shown(player, 2, "on") == ["f-0-1", "f-1-1"]
    assert shown(player, 5, "operand") == ["x-grad-1"]
    assert shown(player, 5, "result") == ["g-0-1", "g-1-1"]
    assert shown(player, 5, "back") == ["b-0-1", "b-1-1"]


def test_the_first_picture_has_every_arrow_and_the_last_the_same_ones_reversed():
    player = show_broadcast([[1], [2]], (2, 3))
    forward, back = shown(player, 0, "on"), shown(player, 5, "back")
    assert len(forward) == 6
    assert [id_.replace("b-", "f-") for id_ in back] == forward


def test_the_words_tell_new_axes_from_stretched_ones():
    player = show_broadcast([[1], [2]], (3, 2, 4))
    assert lines(player, 0) == {
        "axis 0 of y": "new: 3 copies",
        "axis 1 of y": "2, as it was",
        "axis 2 of y": "1, stretched: 4 copies",
    }
    assert lines(player, 5) == {
        "new axes": "axis 0: summed, and gone",
        "stretched": "axis 2: summed, and kept with length 1",
        "x.grad": "[[1260], [1740]]",
    }


def test_where_nothing_is_copied_the_gradient_is_the_upstream():
    player = show_broadcast(ROW, (3,), upstream=[1, -2, 0])
    assert lines(player, 4) == {"x.grad[0]": "g[0]", "numbers": "1"}
    assert "No axis was copied" in player.at(7).text()
    assert gradient(player) == [1, -2, 0]


def test_a_number_is_copied_everywhere_and_a_result_without_cells_sends_nothing():
    assert gradient(show_broadcast(2.0, (2, 2))) == [100]
    empty = show_broadcast([[1, 2]], (0, 2))
    assert titles(empty)[1] == "x[0, 0] = 1 is copied to 0 cells"
    assert gradient(empty) == [0, 0]


@given(
    st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=3),
    st.integers(0, 2),
    st.randoms(use_true_random=False),
)
def test_the_gradient_is_the_slope_of_the_weighted_sum(axes, lead, random):
    wanted = tuple(length for length, _ in axes)
    shape = tuple(1 if stretched else n for n, stretched in axes)[min(lead, len(axes)) :]
    g = np.array([random.randint(-9, 9) for _ in range(int(np.prod(wanted)))]).reshape(wanted)
    ones = np.zeros(shape)
    slopes = []
    for index in np.ndindex(shape):  # the result is linear in x: one cell at a time is exact
        ones[index] = 1
        slopes.append(float((np.broadcast_to(ones, wanted) * g).sum()))
        ones[index] = 0
    assert gradient(show_broadcast(np.ones(shape), wanted, upstream=g)) == slopes


def test_a_shape_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"\(3,\) does not broadcast to \(3, 2\)"):
        show_broadcast(ROW, (3, 2))
    with pytest.raises(ValueError, match=r"upstream has shape \(3,\), and y has \(2, 3\)"):
        show_broadcast(ROW, (2, 3), upstream=ROW)


def test_a_click_on_a_cell_leads_to_its_step():
    picture = show_broadcast(ROW, (2, 3)).picture()
    steps = dict(re.findall(r'id="(x[-a-z]*-\d)"[^>]*data-step="(\d)"', picture))
    assert steps == {f"x-{i}": str(i + 1) for i in range(3)} | {
        f"x-grad-{i}": str(i + 4) for i in range(3)
    }


def test_the_words_have_every_number_of_the_picture():
    player = show_broadcast(ROW, (2, 3))
    words = minidom.parseString(player.picture()).getElementsByTagName("desc")[0].firstChild.data
    assert "x, shape (3,): [3, 5, 7]" in words and "[[10, 20, 30], [40, 50, 60]]" in words
    assert repr(player) == "Broadcasting (3,) to (2, 3), and back: step 0 of 7"
