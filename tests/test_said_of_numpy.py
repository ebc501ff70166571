"""What the lessons say of NumPy, and of optimisers, in a sentence without a cell."""

import numpy as np
import pytest

from autograd_lesson import Tensor
from autograd_lesson.optim import SGD, Adam


@pytest.mark.parametrize(
    "write",
    [
        lambda grown, index, g: np.add.at(grown, index, g),
        lambda grown, index, g: grown.__setitem__(index, g),
    ],
    ids=["add.at", "="],
)
def test_whole_numbers_cut_off_the_decimals_that_are_written_into_them(write):
    """Lesson 14."""
    grown = np.array([200, 13, 77]) * 0
    write(grown, [0, 2], np.array([0.5, 0.25]))
    assert grown.tolist() == [0, 0, 0]


def test_adding_an_array_of_floats_in_place_to_whole_numbers_is_refused():
    """Lesson 14, and the help of exercise 14."""
    grown = np.zeros(3, dtype=int)
    with pytest.raises(TypeError, match="Cannot cast ufunc 'add' output"):
        grown[[0, 2]] += np.array([0.5, 0.25])


def test_a_list_of_places_copies_even_where_the_places_are_regular():
    """Lesson 14."""
    image = np.arange(6.0).reshape(2, 3)
    assert not np.shares_memory(image, image[[0, 1]])


@pytest.mark.parametrize(
    ("optimiser", "moves"),
    [
        (lambda p: SGD(p, lr=0.1), False),
        (lambda p: SGD(p, lr=0.1, momentum=0.9), True),
        (lambda p: Adam(p, lr=0.1), True),
    ],
    ids=["plain", "momentum", "Adam"],
)
def test_only_plain_descent_leaves_a_row_without_a_gradient_alone(optimiser, moves):
    """Lesson 14: the row of a word that occurred before, and not in this batch."""
    table = Tensor(np.zeros((2, 1)))
    steps = optimiser([table])
    for used in ([[1.0], [1.0]], [[1.0], [0.0]]):
        before = table.data.copy()
        table.grad = np.array(used)
        steps.step()
    assert bool(table.data[1, 0] != before[1, 0]) is moves
