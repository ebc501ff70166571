"""Checkpoints: the peak memory of a training step against k, and what it costs in time.

A deep network of equal layers, x -> tanh(x @ W), is trained for one step: without checkpoints, and
with one around every k layers. Memory is counted byte by byte; time is taken in runs of their own,
since counting slows everything down.
"""

import statistics
import time

import numpy as np

from autograd_lesson import Tensor
from autograd_lesson.checkpoint import checkpoint
from autograd_lesson.teaching.memory import measure

LAYERS, WIDTH, BATCH, ROUNDS = 64, 128, 512, 7
LENGTHS = (0, 1, 2, 4, 6, 8, 16, 32, 64)  # 0: no checkpoints


def problem(layers=LAYERS, width=WIDTH, batch=BATCH):
    """The data, and the weights of every layer."""
    rng = np.random.default_rng(0)
    x = Tensor(rng.normal(size=(batch, width)).astype(np.float32), requires_grad=False)
    sizes = (width, width)
    weights = [
        Tensor((rng.normal(size=sizes) / width**0.5).astype(np.float32)) for _ in range(layers)
    ]
    return x, weights


def network(x, weights, k):
    """All layers, every k of them inside one checkpoint; none where k is 0."""
    for start in range(0, len(weights), k or len(weights)):
        piece = layers(weights[start : start + (k or len(weights))])
        x = checkpoint(piece, x) if k else piece(x)
    return x


def layers(weights):
    """A function that applies some layers."""

    def piece(x):
        for w in weights:
            x = (x @ w).tanh()
        return x

    return piece


def step(x, weights, k):
    """One way forward and back; the bytes kept in between, and the gradients of all weights."""
    loss, kept, _ = measure(lambda: network(x, weights, k).sum())
    loss.backward()
    found = [w.grad for w in weights]
    for w in weights:
        w.grad = None
    return kept, found


def seconds(x, weights, k) -> float:
    """The time of one step, without counting."""
    start = time.perf_counter()
    network(x, weights, k).sum().backward()
    took = time.perf_counter() - start
    for w in weights:
        w.grad = None
    return took


def table(lengths=LENGTHS, rounds=ROUNDS, **sizes):
    """k -> megabytes kept after forward, megabytes at the peak, time as a share of no checkpoint's.

    An AssertionError where a gradient differs in a single bit from that without checkpoints.
    """
    x, weights = problem(**sizes)
    expected = step(x, weights, 0)[1]
    rows = {}
    for k in lengths:
        (kept, found), _, peak = measure(step, x, weights, k)
        if not all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True)):
            raise AssertionError(f"checkpoints around every {k} give another gradient")
        rows[k] = [kept / 1e6, peak / 1e6]
    times = {k: [] for k in lengths}
    for _ in range(rounds):  # in turns, so that a busy moment strikes all alike
        for k in lengths:
            times[k].append(seconds(x, weights, k))
    for k in lengths:
        ratios = [a / b for a, b in zip(times[k], times[lengths[0]], strict=True)]
        rows[k].append(statistics.median(ratios))
    return rows


def report() -> str:
    """One line for each k."""
    lines = [
        f"Checkpoints around every k of {LAYERS} layers, width {WIDTH}, batch {BATCH}, float32;",
        f"the gradients of the weights, {LAYERS * WIDTH**2 * 4 / 1e6:.1f} MB, are part of the peak",
        f"  {'k':>6} {'kept, MB':>10} {'peak, MB':>10} {'of peak':>8} {'of time':>8}",
    ]
    rows = table()
    for k, (kept, peak, ratio) in rows.items():
        share = peak / rows[0][1]
        lines.append(f"  {k or 'none':>6} {kept:10.1f} {peak:10.1f} {share:8.2f} {ratio:8.2f}")
    return "\n".join(lines)
