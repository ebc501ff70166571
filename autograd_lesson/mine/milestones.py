"""Four trainings that an engine of one's own is to manage, beside the package and PyTorch.

Each begins with the numbers that one's own engine has drawn. What is written here is the same for
every engine: `engine` is `my_engine`, the package, or the pattern with everything borrowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

import autograd_lesson

from .. import data, functional, nn, optim
from ..tensor import concat, where
from . import pattern, transformer

Tick = Callable[[], None]  # called after every step
RUNS = 3  # of each milestone: one's own, the package's, PyTorch's


def the_package() -> Any:
    """The package under the names that the pattern has."""
    names = {name: getattr(autograd_lesson, name) for name in autograd_lesson.__all__}
    return SimpleNamespace(
        **names, nn=nn, optim=optim, functional=functional, concat=concat, where=where,
        train=pattern.train,
    )  # fmt: skip


class Run(NamedTuple):
    """One training: the loss before each step, and how well it went in the end."""

    losses: list[float]
    share: float


class Milestone(NamedTuple):
    """A training of a lesson: what it is called, how long it is, and what is to be reached."""

    lesson: int
    title: str
    steps: int
    share: float  # that is to be reached
    of: str  # of which things
    network: Callable[[Any], Any]
    run: Callable[[Any, Any, Iterator[int]], Run]
    in_torch: Callable[[Any, list[Any], Iterator[int]], list[float]]


# Lesson 9: four points, a network of 41 values.


def values_network(engine: Any) -> Any:
    """Three inputs, two layers of four, one output."""
    return engine.nn.MLP(3, [4, 4, 1], rng=0)


def four_points(engine: Any, network: Any, steps: Iterator[int]) -> Run:
    """Train on four points by `train`, one step at a time."""
    inputs, targets = data.four_points()
    losses = []
    for _ in steps:
        losses += list(engine.train(network, inputs, targets, 1, 0.05))
    right = [network(x).data * t > 0 for x, t in zip(inputs, targets, strict=True)]
    return Run([float(loss) for loss in losses], float(np.mean(right)))


def four_points_in_torch(torch: Any, start: list[Any], steps: Iterator[int]) -> list[float]:
    """The same in PyTorch: each neuron's weights and bias, one number after the other."""
    inputs, targets = (torch.tensor(x, dtype=torch.float64) for x in data.four_points())
    numbers = torch.stack([x.reshape(()) for x in start]).detach().requires_grad_()

    def output() -> Any:
        x, place = inputs, 0
        for n, m in ((3, 4), (4, 4), (4, 1)):
            rows = numbers[place : place + m * (n + 1)].reshape(m, n + 1)
            x, place = (x @ rows[:, :n].T + rows[:, n]).tanh(), place + m * (n + 1)
        return x[:, 0]

    return descended(torch, [numbers], 0.05, lambda _: ((output() - targets) ** 2).sum(), steps)


# Lesson 13: two moons, two layers.


def moons_network(engine: Any) -> Any:
    """Two layers with a tanh behind each."""
    make, rng = engine.nn, np.random.default_rng(0)
    return make.Sequential(
        make.Linear(2, 16, rng=rng), make.Tanh(), make.Linear(16, 1, rng=rng), make.Tanh()
    )


def two_moons(engine: Any, network: Any, steps: Iterator[int]) -> Run:
    """Plain descent on the mean of the squares."""
    points, labels = data.two_moons(200, 0.1, rng=0)
    targets, losses = (2.0 * labels - 1.0)[:, None], []
    optimiser = engine.optim.SGD(network.parameters(), lr=0.5)
    for _ in steps:
        loss = ((network(points) - targets) ** 2).mean()
        losses.append(stepped(optimiser, loss))
    fresh, truth = data.two_moons(500, 0.1, rng=1)
    return Run(losses, float(np.mean((network(fresh).data[:, 0] > 0) == truth)))


def two_moons_in_torch(torch: Any, start: list[Any], steps: Iterator[int]) -> list[float]:
    """The same in PyTorch."""
    points, labels = data.two_moons(200, 0.1, rng=0)
    x, targets = torch.tensor(points), torch.tensor((2.0 * labels - 1.0)[:, None])
    a, b, c, d = start

    def loss(_: int) -> Any:
        return ((((x @ a.T + b).tanh() @ c.T + d).tanh() - targets) ** 2).mean()

    return descended(torch, start, 0.5, loss, steps)


# Lesson 18: digits, Adam.


def digits_network(engine: Any) -> Any:
    """64 pixels, 64 neurons, 10 digits, with the weights of exercise 18 where the engine has it."""
    make, rng = engine.nn, np.random.default_rng(0)
    is_own = engine.nn is not nn
    how = [{"activation": name} if is_own else {} for name in ("linear", "relu")]
    first, second = make.Linear(64, 64, rng=rng, **how[0]), make.Linear(64, 10, rng=rng, **how[1])
    return make.Sequential(first, make.ReLU(), second).to(np.float32)


def batches(steps: Iterator[int]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """64 images and their labels for each step."""
    found, rng = data.digits(), np.random.default_rng(0)
    images = found.images.reshape(-1, 64).astype(np.float32)
    for _ in steps:
        rows = rng.integers(0, len(images), 64)
        yield images[rows], found.labels[rows]


def digits(engine: Any, network: Any, steps: Iterator[int]) -> Run:
    """Adam on cross-entropy, in small batches, with the norm of the gradients held below 1."""
    optimiser = engine.optim.Adam(network.parameters(), lr=0.005)
    losses = []
    for images, labels in batches(steps):
        loss = engine.functional.cross_entropy(network(images), labels)
        optimiser.zero_grad()
        loss.backward()
        engine.optim.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
    found = data.digits()
    scores = network(found.held_out_images.reshape(-1, 64).astype(np.float32)).data
    return Run(losses, float(np.mean(scores.argmax(axis=1) == found.held_out_labels)))


def digits_in_torch(torch: Any, start: list[Any], steps: Iterator[int]) -> list[float]:
    """The same in PyTorch."""
    optimiser = torch.optim.Adam(start, lr=0.005)
    a, b, c, d = start
    losses = []
    for images, labels in batches(steps):
        scores = (torch.tensor(images) @ a.T + b).relu() @ c.T + d
        loss = torch.nn.functional.cross_entropy(scores, torch.tensor(labels))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(start, 1.0)
        optimiser.step()
        losses.append(loss.item())
    return losses


# Lesson 25: five digits reversed, a transformer.


def rate(step: int, steps: int = 150) -> float:
    """Up in 20 steps, then down along a half of a cosine."""
    return 0.01 * min(1, (step + 1) / 20) * (1 + np.cos(np.pi * step / steps)) / 2


def reversed_digits(engine: Any, network: Any, steps: Iterator[int]) -> Run:
    """AdamW on cross-entropy, 64 new rows in each step."""
    optimiser = engine.optim.AdamW(network.parameters(), lr=0.01)
    rng, losses = np.random.default_rng(0), []
    for step in steps:
        optimiser.lr = rate(step)
        tokens, targets = transformer.examples(64, rng)
        scores = network(tokens).swapaxes(1, 2)
        losses.append(stepped(optimiser, engine.functional.cross_entropy(scores, targets)))
    return Run(losses, transformer.exact(engine, network))


def reversed_in_torch(torch: Any, start: list[Any], steps: Iterator[int]) -> list[float]:
    """The same in PyTorch."""
    optimiser = torch.optim.AdamW(start, lr=0.01)
    rng, losses = np.random.default_rng(0), []
    for step in steps:
        optimiser.param_groups[0]["lr"] = rate(step)
        tokens, targets = map(torch.tensor, transformer.examples(64, rng))
        scores = transformer.in_torch(torch, start, tokens).swapaxes(1, 2)
        losses.append(stepped(optimiser, torch.nn.functional.cross_entropy(scores, targets)))
    return losses


def stepped(optimiser: Any, loss: Any) -> float:
    """One step of training, in any of the three; the loss it started from."""
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return float(loss.item())


def descended(
    torch: Any, start: list[Any], lr: float, loss: Callable[[int], Any], steps: Iterator[int]
) -> list[float]:
    """Plain descent in PyTorch."""
    optimiser = torch.optim.SGD(start, lr=lr)
    return [stepped(optimiser, loss(step)) for step in steps]


MILESTONES = (
    Milestone(
        *(9, "a network tells four points apart", 100, 1.0, "of 4 points have the right sign"),
        *(values_network, four_points, four_points_in_torch),
    ),
    Milestone(
        *(13, "two moons", 400, 0.95, "of 500 new points are right"),
        *(moons_network, two_moons, two_moons_in_torch),
    ),
    Milestone(
        *(18, "digits", 300, 0.95, "of 449 new images are right"),
        *(digits_network, digits, digits_in_torch),
    ),
    Milestone(
        *(25, "five digits reversed", 150, 0.99, "of 500 new rows are reversed without a mistake"),
        *(transformer.model, reversed_digits, reversed_in_torch),
    ),
)


def of_lesson(lesson: int) -> Milestone:
    """The milestone of this lesson."""
    for each in MILESTONES:
        if each.lesson == lesson:
            return each
    numbers = ", ".join(str(each.lesson) for each in MILESTONES)
    raise ValueError(f"there is no milestone in lesson {lesson}; choose one of {numbers}")


def evenly(steps: int) -> list[int]:
    """21 steps from the first to the last."""
    return [round(k * (steps - 1) / 20) for k in range(21)]


def like(network: Any, twin: Any) -> Any:
    """Another engine's network of the same shapes, with the same numbers in it."""
    for own, other in zip(network.parameters(), twin.parameters(), strict=True):
        other.data = np.array(own.data) if np.shape(own.data) else own.data
    return twin


def counted(steps: int, tick: Tick) -> Iterator[int]:
    """The numbers from 0 on; `tick` hears of each when it is done."""
    for step in range(steps):
        yield step
        tick()


def trained(milestone: Milestone, engine: ModuleType, tick: Tick) -> dict[str, Any]:
    """The runs of this engine, of the package, and of PyTorch where it is there: from one start."""
    network, package = milestone.network(engine), the_package()
    twin = like(network, milestone.network(package))
    start = [np.array(p.data) for p in network.parameters()]
    steps = milestone.steps
    found: dict[str, Any] = {"yours": milestone.run(engine, network, counted(steps, tick))}
    found["the package"] = milestone.run(package, twin, counted(steps, tick))
    try:
        import torch
    except ImportError:
        return found
    tensors = [torch.tensor(x, requires_grad=True) for x in start]
    found["PyTorch"] = milestone.in_torch(torch, tensors, counted(steps, tick))
    return found
