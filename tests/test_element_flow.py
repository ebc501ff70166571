"""The element flow: its arrows are where NumPy moves the numbers, and the gradients add up."""

import re
from xml.dom import minidom

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lesson.widgets import element_flow
from autograd_lesson.widgets.arrays.element_flow import flow

ROW = np.array([3.0, 5.0, 7.0])
TABLE = np.array([[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]])


def gather():
    return element_flow(lambda x: x[[0, 2, 0]], ROW)


def concat():
    return element_flow(lambda a, b: np.concatenate([a, b], axis=1), TABLE, [[8.5], [9.5]])


def titles(player):
    return [frame["title"] for frame in player.frames]


def lines(player, step):
    return dict(line for line in player.frames[step]["lines"] if not isinstance(line, str))


def shown(player, step, kind):
    """The ids of what has this class in the picture at a step."""
    elements = minidom.parseString(player.at(step).picture()).getElementsByTagName("g")
    return [e.getAttribute("id") for e in elements if kind in e.getAttribute("class").split()]


def test_each_number_of_a_gather_is_traced_to_its_place():
    assert titles(gather())[1:4] == [
        "y[0] comes from x[0]",
        "y[1] comes from x[2]",
        "y[2] comes from x[0]",
    ]
    assert lines(gather(), 1) == {"y[0]": "x[0] = 3", "x[0] is also in": "y[2]"}


def test_on_the_way_back_a_repeat_is_added():
    assert lines(gather(), 6) == {"x.grad[0]": "10 + 30 = 40"}
    assert lines(gather(), 7) == {"x.grad": "[40, 0, 20]", "gradient 0": "x[1]: not in y"}


def test_a_step_lights_one_arrow_and_its_two_ends():
    assert shown(gather(), 3, "on") == ["f2"]
    assert shown(gather(), 3, "operand") == ["x-0"]
    assert shown(gather(), 3, "result") == ["y-2"]
    assert shown(gather(), 6, "back") == ["b2"]
    assert shown(gather(), 6, "operand") == ["x-grad-0"]
    assert shown(gather(), 6, "result") == ["g-2"]


def test_the_first_picture_has_all_arrows_forward_and_the_last_all_of_them_back():
    last = len(gather().frames) - 1
    assert shown(gather(), 0, "on") == ["f0", "f1", "f2"]
    assert shown(gather(), last, "back") == ["b0", "b1", "b2"]


def test_gradients_fill_up_step_by_step():
    seen = []
    for step in (3, 4, 5, 6):
        picture = gather().at(step).picture()
        seen.append(re.findall(r'id="x-grad-\d-number"[^>]*>([^<]*)<', picture))
    assert seen == [["0", "0", "0"], ["10", "0", "0"], ["10", "0", "20"], ["40", "0", "20"]]


def test_two_operands_get_a_gradient_each():
    end = len(concat().frames) - 1
    assert titles(concat())[4] == "y[0, 3] comes from b[0, 0]"
    assert lines(concat(), end) == {
        "a.grad": "[[10, 20, 30], [50, 60, 70]]",
        "b.grad": "[[40], [80]]",
    }


def test_a_zero_of_the_padding_comes_from_no_operand_and_its_gradient_goes_nowhere():
    padded = element_flow(lambda x: np.pad(x, (1, 0)), ROW)
    assert titles(padded)[1] == "y[0] = 0 comes from no operand"
    assert titles(padded)[5] == "g[0] = 10 goes nowhere"
    assert shown(padded, 1, "on") == shown(padded, 5, "back") == []
    assert lines(padded, 9) == {"x.grad": "[20, 30, 40]"}


def test_the_upstream_and_the_names_may_be_given():
    player = element_flow(lambda x: x[1:], ROW, upstream=[0.5, -2], names=["price"])
    assert titles(player)[3] == "g[0] = 0.5 goes to price.grad[1]"
    assert lines(player, 5)["price.grad"] == "[0, 0.5, -2]"
    with pytest.raises(ValueError, match=r"upstream has shape \(3,\); the result has \(2,\)"):
        element_flow(lambda x: x[1:], ROW, upstream=ROW)


@given(st.permutations(range(3)), st.lists(st.integers(-2, 1), min_size=1, max_size=4))
def test_every_number_stands_where_the_op_took_it_from(axes, rows):
    x = np.arange(8.0).reshape(2, 2, 2) + 0.5  # no two alike
    result, sources = flow(lambda x: x.transpose(axes)[rows], [x])
    assert [x[source] for _, source in sources.values()] == result.ravel().tolist()


@pytest.mark.parametrize("op", [lambda x: 2 * x, lambda x: x / 2, lambda x: x + 0.5, np.sort])
def test_an_op_that_computes_is_refused(op):
    with pytest.raises(ValueError, match="move numbers and compute none"):
        element_flow(op, ROW[::-1])


def test_a_mask_made_of_the_numbers_is_refused():
    with pytest.raises(ValueError, match="give the mask itself"):
        element_flow(lambda x: x[x > 4], ROW)


def test_a_result_with_too_many_cells_is_refused():
    with pytest.raises(ValueError, match="the result has 42 cells.* at most 40"):
        element_flow(lambda x: x.T, np.zeros((6, 7)))


def test_a_click_on_a_result_leads_to_its_step():
    picture = gather().picture()
    steps = dict(re.findall(r'id="([yg]-\d)"[^>]*data-step="(\d)"', picture))
    assert steps == {"y-0": "1", "y-1": "2", "y-2": "3", "g-0": "4", "g-1": "5", "g-2": "6"}


def test_the_words_have_every_number_of_the_picture():
    words = minidom.parseString(concat().picture()).getElementsByTagName("desc")[0]
    assert "a, shape (2, 3): [[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]]" in words.firstChild.data
    assert repr(concat()) == "The way of 8 numbers from a and b to y, and back: step 0 of 17"
