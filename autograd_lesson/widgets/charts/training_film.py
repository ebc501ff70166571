"""A run of training on film: what the scrubber shows, kept while somebody else's loop runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import ipywidgets
from IPython import get_ipython
from IPython.display import display

from ...pictures.words import number
from ...value import Value, backward_steps, topological_order
from .nudge import evenly

CELLS = 12  # to each side of the map
MOST_MOMENTS = 60  # a notebook holds them all, as data and in words
ROOM = 0.5  # around the examples, in widths of what they span


class Moment(NamedTuple):
    """The network before one update, and the gradient that the update then used."""

    step: int
    map: list[float]  # the output in each cell, row by row from the top
    outputs: list[float]  # one for each example
    gradients: list[float]  # the grad of each parameter
    shares: list[float]  # what each example brings to the gradient of the watched one


class Film(NamedTuple):
    """A run of training: the loss before each update, and the moments that were kept."""

    inputs: list[list[float]]
    targets: list[float]
    names: list[str]  # of the parameters
    watched: int
    plane: tuple[int, int]
    losses: list[float]
    moments: list[Moment]

    def __repr__(self) -> str:
        """How long it is, and what became of the loss."""
        first, last = number(self.losses[0]), number(self.losses[-1])
        return f"{len(self.losses)} steps filmed: the loss goes from {first} to {last}"


def film(
    network: Any,
    inputs: Sequence[Sequence[float]],
    targets: Sequence[float],
    train_step: Callable[[], Value],
    steps: int = 200,
    moments: int = 40,
    watch: int = 0,
    plane: tuple[int, int] = (0, 1),
) -> Film:
    """Call `train_step()` for each step, and keep what the scrubber shows at some of them.

    `train_step` does one step of training, however it likes, and returns the loss, a Value. Of the
    parameter number `watch` the contribution of each example is kept. The map shows the inputs
    with the two numbers in `plane`; others are held at their mean over the examples.
    """
    if not 2 <= moments <= MOST_MOMENTS or steps < 1:
        raise ValueError(
            f"film takes 1 or more steps and 2 to {MOST_MOMENTS} moments, not {steps} and "
            f"{moments}; the loss is kept at every step whatever the moments are"
        )
    points = cells(inputs, plane)
    kept = {round(step) for step in evenly(0, steps - 1, moments)}
    losses, found = [], []
    with progress_bar(steps) as bar:
        for step in range(steps):
            if step in kept:
                here = [network(point).data for point in points]
                outputs = [network(x).data for x in inputs]
            loss = checked(train_step(), step)
            if step in kept:
                gradients = [parameter.grad for parameter in network.parameters()]
                shares = shares_of(loss, network.parameters()[watch])
                found.append(Moment(step, here, outputs, gradients, shares))
            losses.append(loss.data)
            bar.value = step + 1
    examples = [list(x) for x in inputs]
    names = parameter_names(network)
    return Film(examples, list(targets), names, watch, plane, losses, found)


def checked(loss: Any, step: int) -> Value:
    """The loss, if it is a Value that can be drawn."""
    if not hasattr(loss, "partials"):  # a Value of any engine has them
        raise TypeError(
            f"train_step returned {loss!r}; let it return the loss itself, the Value it called "
            "backward() on"
        )
    if not math.isfinite(loss.data):
        raise ValueError(
            f"the loss at step {step} is {loss.data}; film the {step} steps before it, or train "
            "with a smaller learning rate"
        )
    return loss


def with_bar(steps: int, doing: str = "training") -> Iterator[int]:
    """The numbers from 0 on, as `range(steps)`, with a bar below the cell while they last."""
    with progress_bar(steps, doing) as bar:
        for step in range(steps):
            yield step
            bar.value = step + 1


@contextmanager
def progress_bar(steps: int, doing: str = "filming") -> Iterator[ipywidgets.IntProgress]:
    """A bar below the cell that runs; afterwards nothing of it is left, and nothing stored."""
    bar = ipywidgets.IntProgress(max=steps, description=doing)
    nothing = {"text/plain": ""}
    shown = None
    if get_ipython():
        shown = display(bar._repr_mimebundle_() | nothing, raw=True, display_id=True)
    try:
        yield bar
    finally:
        bar.close()
        if shown:
            shown.update(nothing, raw=True)


def shares_of(loss: Value, parameter: Value) -> list[float]:
    """What each use of `parameter` contributes to its gradient, first use first.

    A network uses each parameter once for each example, so these are the shares of the examples.
    """
    place = {value: at for at, value in enumerate(topological_order(loss))}
    uses = [
        (place[step.result], step.contribution)
        for step in backward_steps(loss, {loss: 1.0})
        if step.operand is parameter
    ]
    return [contribution for _, contribution in sorted(uses)]


def parameter_names(network: Any) -> list[str]:
    """`w2 of 1.3`: the second weight of the third neuron in the first layer; `b` is a bias."""
    return [
        f"{name} of {layer}.{place}"
        for layer, neurons in enumerate(network.layers, 1)
        for place, neuron in enumerate(neurons.neurons, 1)
        for name in [*(f"w{n}" for n in range(1, len(neuron.w) + 1)), "b"]
    ]


def span(inputs: Sequence[Sequence[float]], feature: int) -> tuple[float, float]:
    """The ends of the map in the direction of one input."""
    numbers = [x[feature] for x in inputs]
    room = ROOM * (max(numbers) - min(numbers)) or 1.0
    return min(numbers) - room, max(numbers) + room


def cells(inputs: Sequence[Sequence[float]], plane: tuple[int, int]) -> list[list[float]]:
    """The input in the middle of each cell of the map, row by row from the top."""
    across, up = (middles(*span(inputs, feature)) for feature in plane)
    means = [sum(column) / len(inputs) for column in zip(*inputs, strict=True)]
    points = []
    for y in reversed(up):
        for x in across:
            point = list(means)
            point[plane[0]], point[plane[1]] = x, y
            points.append(point)
    return points


def middles(low: float, high: float) -> list[float]:
    """The middle of each of the cells between two ends."""
    half = (high - low) / CELLS / 2
    return evenly(low + half, high - half, CELLS)
