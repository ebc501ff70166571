"""The graph of the gradient grows by what each step back computes, and ends at the derivative."""

import math

import pytest

from autograd_lesson import Value
from autograd_lesson.widgets import gradient_graph

FUNCTIONS = [
    (lambda x: x * x.tanh(), lambda x: math.tanh(x) + x * (1 - math.tanh(x) ** 2)),
    (lambda x: x * x * x, lambda x: 3 * x * x),
    (lambda x: (2 * x).exp() / x, lambda x: math.exp(2 * x) * (2 * x - 1) / x**2),
]


def shown(player) -> int:
    """How many boxes the picture shows at this step."""
    boxes = [part.partition(">")[0] for part in player.picture().split("<g ")]
    return sum('id="n' in box and 'display="none"' not in box for box in boxes)


@pytest.mark.parametrize(("f", "slope"), FUNCTIONS)
def test_the_last_step_tells_the_derivative(f, slope):
    player = gradient_graph(f, 0.7)
    last = player.at(len(player.frames) - 1).text()
    assert "the graph of dy/dx" in last
    assert f"= {slope(0.7):.4g}" in last


@pytest.mark.parametrize(("f", "_"), FUNCTIONS)
def test_the_picture_grows_at_every_step_but_the_last(f, _):
    player = gradient_graph(f, 0.7)
    counts = [shown(player.at(step)) for step in range(len(player.frames))]
    assert counts[0] < counts[-1] == counts[-2]
    assert counts[:-1] == sorted(set(counts))


def test_a_new_value_names_the_values_of_the_forward_pass_it_needs():
    text = gradient_graph(lambda x: x * x.tanh(), 0.5).at(1).text()
    assert "dy/dx, part 1 = dy/dy * v1 = 0.4621" in text
    assert "connected with: v1" in text


def test_the_parts_of_a_gradient_are_told_apart_from_their_sum():
    words = gradient_graph(lambda x: x * x * x, 3.0).text(all=True)
    assert "dy/dx = dy/dx, parts 1 to 2 + dy/dx, part 3 = 27" in words
    assert "#" not in words


def test_the_result_may_have_a_name_of_its_own():
    assert "dloss/dx" in repr(gradient_graph(lambda x: (x * x).named("loss"), 3.0))


def test_a_function_that_ignores_x_is_refused_with_the_next_move():
    with pytest.raises(ValueError, match="compute it from x, with operators and methods"):
        gradient_graph(lambda x: Value(3.0), 1.0)
