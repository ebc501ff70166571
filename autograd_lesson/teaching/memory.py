"""What a computation keeps, measured: the bytes it leaves behind, and the most it ever held."""

import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..checkpoint import checkpoint
from ..tensor import Tensor


class Measured(NamedTuple):
    """A result, the bytes that stay allocated while it is there, and the most on the way to it."""

    result: Any
    kept: int
    peak: int


def measure(work: Callable, *given) -> Measured:
    """Run work(*given), and count every byte that Python and NumPy allocate for it.

    A measurement inside another is right, and makes the outer one forget its peak so far.
    """
    is_ours = not tracemalloc.is_tracing()
    if is_ours:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        result = work(*given)
        now, peak = tracemalloc.get_traced_memory()
    finally:
        if is_ours:
            tracemalloc.stop()
    return Measured(result, now - before, peak - before)


def chain(x, steps: int, k: int = 0, step: Callable = Tensor.tanh):
    """`step` taken so often, every k of them inside one checkpoint; no checkpoints where k is 0."""
    for done in range(0, steps, k or steps):
        piece = repeated(step, min(k or steps, steps - done))
        x = checkpoint(piece, x) if k else piece(x)
    return x


def repeated(step: Callable, times: int) -> Callable:
    """A function that takes `step` so often."""

    def piece(x):
        for _ in range(times):
            x = step(x)
        return x

    return piece


class Cost(NamedTuple):
    """Of a chain and its way back: arrays kept in between, arrays at the peak, steps computed."""

    kept: int
    peak: int
    computed: int


def cost_of_chain(steps: int, k: int = 0, entries: int = 40_000) -> Cost:
    """Run a chain of tanh on so many entries forward and back; what its checkpoints cost.

    Memory is measured, and told in whole arrays of that size, so that Python's own small objects do
    not show. The operand and the seed are not counted.
    """
    x, seed, computed = Tensor(np.full(entries, 0.5)), np.ones(entries), []

    def step(x):
        computed.append(x.shape)
        return x.tanh()

    def both_ways():
        result, kept, _ = measure(chain, x, steps, k, step)
        result.backward(seed)
        return kept

    kept, _, peak = measure(both_ways)
    return Cost(kept // seed.nbytes, peak // seed.nbytes, len(computed))
