"""Values against micrograd: one training step of MLP(2, [16, 16, 1]) on 100 points."""

import gc
import statistics
import time
import tracemalloc

import numpy as np

from autograd_lesson import Value, topological_order, total
from autograd_lesson.nn import MLP

ROUNDS = 9


def problem():
    """100 points in a square, labelled by the sign of the product of their coordinates."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-1.0, 1.0, (100, 2))
    return points.tolist(), np.sign(points[:, 0] * points[:, 1]).tolist()


def hinge(scores, targets, add):
    """The mean of max(0, 1 - y s), as in micrograd's demo."""
    losses = [(1.0 + -y * s).relu() for y, s in zip(targets, scores, strict=True)]
    return add(losses) * (1.0 / len(losses))


def neuron_by_neuron(mlp, x):
    """The network's output from single additions and products: the form that micrograd has."""
    for layer in mlp.layers:
        outputs = []
        for neuron in layer.neurons:
            y = neuron.b
            for w, v in zip(neuron.w, x, strict=True):
                y = y + w * v
            outputs.append(y.relu() if neuron.activation == "relu" else y)
        x = outputs
    return x[0]


def contenders():
    """name -> (a function that does one forward and backward pass, its parameters)."""
    from micrograd import engine, nn

    points, targets = problem()
    ours, theirs = MLP(2, [16, 16, 1], activation="relu", output="linear"), nn.MLP(2, [16, 16, 1])
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        other.data = mine.data

    def micrograd():
        scores = [theirs([engine.Value(v) for v in x]) for x in points]
        loss = hinge(scores, targets, sum)
        theirs.zero_grad()
        loss.backward()
        return loss

    def ours_with_dot():
        loss = hinge([ours(x) for x in points], targets, total)
        ours.zero_grad()
        loss.backward()
        return loss

    def ours_op_by_op():
        scores = [neuron_by_neuron(ours, [Value(v) for v in x]) for x in points]
        loss = hinge(scores, targets, sum)
        ours.zero_grad()
        loss.backward()
        return loss

    return {
        "micrograd": (micrograd, theirs),
        "autograd_lesson.nn (dot nodes)": (ours_with_dot, ours),
        "the same, + and * one by one": (ours_op_by_op, ours),
    }


def agreement(runs) -> float:
    """The largest difference between the gradients of any two contenders."""
    columns = []
    for step, network in runs.values():
        step()
        columns.append([p.grad for p in network.parameters()])
    return float(np.ptp(np.array(columns), axis=0).max())


def bytes_per_node(step) -> tuple[int, float]:
    """Values in one step's graph, and the memory that one of them takes, by tracemalloc."""
    gc.collect()
    tracemalloc.start()
    loss = step()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    n = len(topological_order(loss))
    return n, used / n


def report() -> str:
    """Seconds, and how many times as fast as micrograd: medians over interleaved rounds."""
    runs = contenders()
    difference = agreement(runs)
    if difference > 1e-12:
        raise AssertionError(f"the contenders' gradients differ by {difference:.2g}: no race")
    seconds = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, (step, _) in runs.items():
            gc.collect()  # nobody pays for another's garbage
            start = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - start)
    median = {name: statistics.median(times) for name, times in seconds.items()}
    lines = [f"One step of MLP(2, [16, 16, 1]) on 100 points, gradients equal to {difference:.0e}"]
    for name, s in median.items():
        lines.append(f"  {name:32} {s * 1e3:8.1f} ms  {median['micrograd'] / s:5.1f} x micrograd")
    for name, (step, network) in runs.items():
        if isinstance(network, MLP):
            n, size = bytes_per_node(step)
            lines.append(f"  {name:32} {n:8,} values, {size:.0f} bytes each")
    return "\n".join(lines)
