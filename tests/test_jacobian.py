"""The Jacobian viewer: the numbers it shows are the function's, and every frame says the same."""

import re

import numpy as np
import pytest

from autograd_lesson.widgets import show_jacobian
from autograd_lesson.widgets.arrays.jacobian import jacobian

A = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]])


def product_by_a(x):
    return A @ x


def shown(player, grid: str) -> list[str]:
    """The texts in the cells of one grid of the picture, in order."""
    cell = rf'id="{grid}-[-0-9]+number"[^>]*>([^<]*)</text>|id="{grid}-[-0-9]+number"[^>]*/>'
    return [match[1] or "" for match in re.finditer(cell, player.picture())]


def test_the_measured_jacobian_of_a_product_is_the_matrix():
    np.testing.assert_allclose(jacobian(product_by_a, np.array([1.0, 2.0, 3.0])), A)


def test_the_jacobian_of_an_op_on_entries_has_numbers_on_its_diagonal_only():
    x = np.array([[0.5, -1.0, 2.0], [0.1, 0.2, -0.3]])
    whole = jacobian(np.tanh, x)
    assert np.count_nonzero(whole) == 6
    np.testing.assert_allclose(np.diag(whole), 1 - np.tanh(x.ravel()) ** 2, atol=1e-8)


def test_each_step_fills_one_entry_of_the_product():
    player = show_jacobian(product_by_a, [1.0, 2.0, 3.0], [2.0, -1.0])
    assert shown(player, "J") == ["1", "2", "0", "0.5", "-1", "3"]
    assert shown(player, "seed") == ["2", "-1"]
    assert shown(player, "p") == ["", "", ""]
    assert shown(player.at(2), "p") == ["1.5", "5", ""]
    assert shown(player.at(4), "p") == ["1.5", "5", "-3"]


def test_the_words_show_every_product_that_counts_and_no_other():
    player = show_jacobian(product_by_a, [1.0, 2.0, 3.0], [2.0, -1.0])
    assert "2 × 2 + (-1) × (-1) = 5" in player.at(2).text()
    assert "seed · column: (-1) × 3 = -3" in player.at(3).text()
    assert "5 of 6 numbers" in player.at(0).text()
    assert "[1.5, 5, -3], the shape of x" in player.at(4).text()


def test_a_column_marks_itself_the_seed_and_its_entry():
    picture = show_jacobian(product_by_a, [1.0, 2.0, 3.0], [2.0, -1.0]).at(3).picture()
    looks = dict(re.findall(r'<g id="([-\w]+)" class="cell ?([\w ]*)"', picture))
    assert looks == {
        **{"J-0-0": "", "J-0-1": "", "J-0-2": "faint", "J-1-0": "", "J-1-1": ""},
        **{"J-1-2": "operand", "seed-0-0": "", "seed-1-0": "operand"},
        **{"p-0": "", "p-1": "", "p-2": "result"},
    }


def test_without_a_seed_it_is_ones_and_a_column_of_zeros_says_so():
    player = show_jacobian(lambda x: np.stack([x[0], x[0] ** 2]), [1.5, 2.0])
    assert shown(player, "seed") == ["1", "1"]
    assert "the gradient of x[1] is 0" in player.at(2).text()
    assert "every number of this column is 0" in player.at(2).text()


def test_an_array_keeps_its_shape_and_its_names():
    player = show_jacobian(np.exp, [[0.0, 1.0]], [[3.0, 0.0]])
    assert "x[0, 1]" in player.at(2).text()
    assert "[[3, 0]]" in player.at(3).text()
    assert "the gradient of x is 2" in show_jacobian(lambda x: x * x, 1.0).at(1).text()


def test_what_cannot_be_shown_is_refused_with_what_can():
    with pytest.raises(ValueError, match=r"9 outputs .* 1 to 8 outputs"):
        show_jacobian(np.tanh, np.ones(9))
    with pytest.raises(ValueError, match=r"seed has shape \(3,\) and f\(x\) has shape \(2,\)"):
        show_jacobian(np.tanh, np.ones(2), np.ones(3))


def test_the_function_is_handed_copies():
    x = np.array([1.0, 2.0])
    show_jacobian(np.tanh, x)
    np.testing.assert_array_equal(x, [1.0, 2.0])
