"""The line under a traceback: there for known mistakes, absent for others, never instead."""

import math
import re

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from autograd_lesson import Tensor, Value
from autograd_lesson.teaching import hints
from autograd_lesson.teaching.hints import MISTAKES, likely_cause


class Bare:
    """A learner's class that lacks most things."""

    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        Bare(self.data + other.data)

    def tanh(self):
        return self


class Equal(Bare):
    """One that compares by its data."""

    def __eq__(self, other):
        return self.data == other.data


def deep(n):
    return deep(n + 1)


def no_self():
    class Neuron:
        def __call__(x):  # noqa: N805
            return x

    return Neuron()([1.0])


FAULTS = {
    "The number in a Bare is its .data": lambda: float(Bare(1.0)),
    "does its last line say `return`?": lambda: (Bare(1.0) + Bare(2.0)).grad,
    "One side of `+` is None": lambda: (Bare(1.0) + Bare(2.0)) + 1.0,
    "are the brackets missing": lambda: Bare(1.0).tanh * 2.0,
    "asks Bare for the reflected method": lambda: 2.0 * Bare(1.0),
    "Wrap constants": lambda: Bare(1.0) + 2.0,
    "add them up to one loss": lambda: [Value(1.0)].backward(),
    "would lose the gradient": lambda: math.tanh(Value(1.0)),
    "does a layer of width 1": lambda: list(Value(1.0)),
    "leave __eq__ out": lambda: {Equal(1.0)},
    "`self` is missing": no_self,
    "a loop with a list as its stack": lambda: deep(0),
    "has the cell that defines it been run": lambda: never_defined,  # noqa: F821
    "The memory of a Tensor is locked": lambda: np.asarray(Tensor([1.0]).data).fill(0.0),
    "or out=x.data of NumPy's": lambda: np.random.default_rng(0).random(out=Tensor([1.0]).data),
    "Write through x.data itself": lambda: memoryview(Tensor([1.0]).data).__setitem__(0, 0.0),
    "one weight for each input": lambda: list(zip([1], [1, 2], strict=True)),
}


@pytest.mark.parametrize("says", FAULTS)
def test_a_known_mistake_gets_its_line(says):
    with pytest.raises(Exception) as caught:  # noqa: B017, PT011
        FAULTS[says]()
    assert says in likely_cause(caught.value)


def test_every_known_mistake_is_made_above():
    made = set()
    for fault in FAULTS.values():
        with pytest.raises(Exception) as caught:  # noqa: B017, PT011
            fault()
        matches = (
            isinstance(caught.value, m.error) and re.search(m.pattern, str(caught.value))
            for m in MISTAKES
        )
        made.add([bool(match) for match in matches].index(True))
    assert made == set(range(len(MISTAKES)))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("something else"),
        TypeError("unsupported operand type(s) for +: 'int' and 'str'"),
        AttributeError("'Value' object has no attribute 'gard'"),
        AssertionError("relu: 3 of 6 checks pass"),
    ],
)
def test_an_unknown_error_gets_no_line(error):
    assert likely_cause(error) is None


class Box:
    """A learner's class that holds a number and cannot yet be shown as one."""

    data = 1.25


@pytest.mark.parametrize(
    "take", [float, int, round, "{:.3f}".format], ids=["float", "int", "round", "format"]
)
def test_a_number_asked_of_a_class_of_ones_own_is_in_its_data(take):
    with pytest.raises(TypeError) as caught:
        take(Box())
    said = likely_cause(caught.value)
    assert said.startswith("The number in a Box is its .data: f'{loss.data:.3f}' to show it")
    for other in ([1.0], None):
        with pytest.raises(TypeError) as caught:
            take(other)
        assert likely_cause(caught.value) is None


def outputs_of(*sources):
    """The outputs of cells run one after the other in a fresh kernel, errors allowed."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    NotebookClient(notebook, timeout=60, allow_errors=True, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


@pytest.mark.slow
def test_in_a_notebook_the_line_stands_below_the_whole_traceback():
    on, mistake, off, again = outputs_of(
        "from autograd_lesson.teaching import hints\nhints.on()\nhints.on()",
        "def forgot(): pass\nforgot().grad",
        "hints.off()\nhints.off()",
        "forgot().grad",
    )
    assert on == off == []
    assert [output.output_type for output in mistake] == ["error", "stream"]
    assert any("forgot" in line for line in mistake[0].traceback)
    assert mistake[1].text.startswith("Likely cause: `.grad` was asked of None.")
    assert [output.output_type for output in again] == ["error"]


def test_outside_a_notebook_switching_does_nothing():
    hints.on()
    hints.off()
