"""Compiled graphs against the engine that records anew each time, PyTorch eager, and jax.jit."""

import gc
import importlib.util
import math
import time

import numpy as np

from autograd_lesson import total
from autograd_lesson.compiler.code import c_compiler, compile_gradient
from autograd_lesson.nn import MLP

from .scalar import hinge, problem

ROUNDS = 9
LEAST_SECONDS = 0.01  # of one measurement: a quick contender is called many times


def squared(s, y):
    """The squared error of each example."""
    return (s - y) ** 2


def hinge_of_arrays(s, y):
    """max(0, 1 - y s) over the number of examples, written for any array module."""
    margin = 1.0 - y * s
    return margin * (margin > 0.0) * (1.0 / len(y))


def small() -> tuple[str, dict]:
    """The network of lesson 09 on its four points, all in one straight line."""
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    model = MLP(3, [4, 4, 1])

    def loss(parameters, xs, ys):
        return total([squared(model(x), y) for x, y in zip(xs, ys, strict=True)])

    found = {"engine, recorded anew": recorded_anew(model, lambda: loss(None, xs, ys))}
    for to in tongues("python", "c"):
        found |= compiled(loss, model, (xs, ys), (xs, ys), to, ())
    return "MLP(3, [4, 4, 1]), squared error of 4 examples", found | peers(model, xs, ys, squared)


def large() -> tuple[str, dict]:
    """The network of the scalar benchmark on its 100 points: one example recorded, replayed."""
    xs, ys = problem()
    model = MLP(2, [16, 16, 1], activation="relu", output="linear")

    def loss(parameters, x, y):
        return (1.0 + -y * model(x)).relu() * (1.0 / len(xs))

    def whole():
        return hinge([model(x) for x in xs], ys, total)

    found = {"engine, recorded anew": recorded_anew(model, whole)}
    for to in tongues("numpy", "c"):
        arrays = np.array(xs), np.array(ys)
        found |= compiled(loss, model, (xs[0], ys[0]), arrays, to, (1, 2))
    title = "MLP(2, [16, 16, 1]), hinge loss of 100 points"
    return title, found | peers(model, xs, ys, hinge_of_arrays)


def tongues(*wanted) -> list[str]:
    """What can be compiled to here."""
    return [to for to in wanted if to != "c" or c_compiler()]


def recorded_anew(model, loss):
    """A step of the dynamic engine, and the seconds it takes to prepare: none."""

    def step():
        model.zero_grad()
        root = loss()
        root.backward()
        return root.data, [p.grad for p in model.parameters()]

    return step, 0.0


def compiled(loss, model, examples, given, to, batch) -> dict:
    """name -> (a call of the compiled loss, the seconds it took to compile)."""
    start = time.perf_counter()
    run = compile_gradient(loss, model.parameters(), *examples, to=to, batch=batch)
    seconds = time.perf_counter() - start
    numbers = [p.data for p in model.parameters()]
    numbers = np.array(numbers) if to == "c" else numbers
    return {f"compiled to {to}": (lambda: run(numbers, *given), seconds)}


def peers(model, xs, ys, error) -> dict:
    """The same network as two or three matrix products, in PyTorch and in JAX, where installed."""
    layers = [
        (np.array([[w.data for w in n.w] for n in own]), np.array([n.b.data for n in own]))
        for own in (layer.neurons for layer in model.layers)
    ]
    kinds = [layer.neurons[0].activation for layer in model.layers]
    arrays = np.array(xs), np.array(ys)
    makers = {"torch": with_torch, "jax": with_jax}
    here = [name for name in makers if importlib.util.find_spec(name)]
    return dict(makers[name](layers, kinds, arrays, error) for name in here)


def forward(parameters, kinds, x, module):
    """The network's outputs for all rows of x."""
    for (weight, bias), kind in zip(parameters, kinds, strict=True):
        x = x @ weight.T + bias
        x = module.tanh(x) if kind == "tanh" else x * (x > 0.0) if kind == "relu" else x
    return x[:, 0]


def in_order(gradients) -> list[float]:
    """The gradients of all layers neuron by neuron, the bias last, as the engine has them."""
    rows = [np.column_stack([np.array(w), np.array(b)]) for w, b in gradients]
    return np.concatenate([own.ravel() for own in rows]).tolist()


def with_torch(layers, kinds, arrays, error):
    """PyTorch eager on tensors of doubles, one thread."""
    import torch

    torch.set_num_threads(1)
    parameters = [[torch.tensor(a, requires_grad=True) for a in own] for own in layers]
    x, y = map(torch.tensor, arrays)

    def step():
        for own in parameters:
            for p in own:
                p.grad = None
        loss = error(forward(parameters, kinds, x, torch), y).sum()
        loss.backward()
        return loss.detach(), [[p.grad for p in own] for own in parameters]

    return "PyTorch eager", (step, 0.0)


def with_jax(layers, kinds, arrays, error):
    """jax.jit in doubles."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, y = map(jnp.array, arrays)

    def loss(parameters):
        return error(forward(parameters, kinds, x, jnp), y).sum()

    run = jax.jit(jax.value_and_grad(loss))
    parameters = [tuple(map(jnp.array, own)) for own in layers]
    start = time.perf_counter()
    jax.block_until_ready(run(parameters))
    return "jax.jit", (
        lambda: jax.block_until_ready(run(parameters)),
        time.perf_counter() - start,
    )


def agreement(runs) -> float:
    """The largest difference between a number or a gradient of any two contenders."""
    columns = []
    for step, _ in runs.values():
        number, gradient = step()
        is_list = isinstance(gradient, np.ndarray) or isinstance(gradient[0], float)
        columns.append([float(number), *(gradient if is_list else in_order(gradient))])
    return float(np.ptp(np.array(columns), axis=0).max())


def seconds_of(step) -> float:
    """The time of one call, the mean of as many as take a while."""
    start = time.perf_counter()
    step()
    calls = math.ceil(LEAST_SECONDS / (time.perf_counter() - start))
    start = time.perf_counter()
    for _ in range(calls):
        step()
    return (time.perf_counter() - start) / calls


def report() -> str:
    """Seconds, and how many times as fast as the dynamic engine: the best of interleaved rounds.

    What else a machine does only adds to a time, and to short times most.
    """
    lines = []
    for title, runs in (small(), large()):
        difference = agreement(runs)
        if difference > 1e-12:
            raise AssertionError(f"the contenders differ by {difference:.2g}: no race")
        measured = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, (step, _) in runs.items():
                gc.collect()  # nobody pays for another's garbage
                measured[name].append(seconds_of(step))
        shortest = {name: min(times) for name, times in measured.items()}
        lines.append(f"{title}; value and gradients equal to {difference:.0e}")
        slowest = shortest["engine, recorded anew"]
        for name, seconds in shortest.items():
            compiling = f", compiled in {runs[name][1]:.2g} s" if runs[name][1] else ""
            ratio = f"{slowest / seconds:8.1f} x the engine{compiling}"
            lines.append(f"  {name:24} {seconds * 1e6:10.1f} us {ratio}")
    for name in ("torch", "jax"):
        if not importlib.util.find_spec(name):
            lines.append(f"  {name} is not installed: pip install {name}")
    if not c_compiler():
        lines.append("  no C compiler was found: nothing was compiled to C")
    return "\n".join(lines)
