"""Compiled training steps against PyTorch eager, torch.compile and jax.jit: six networks, float32.

The networks are those of tensors.py, on one thread, all contenders in turns in one process, with
nothing compiled before. How the cost grows with the batch and with the depth comes after that, and
the memory of a step.
"""

import gc
import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator

import numpy as np

from autograd_lesson.compiler import compile_gradient, compile_step
from autograd_lesson.compiler.code import c_compiler
from autograd_lesson.optim import SGD

from . import tensors

ROUNDS, SECONDS_A_TURN = 15, 0.05
BATCHES, DEPTHS, WIDTH = (16, 64, 256, 1024, 4096), (2, 4, 8, 16, 32), 64
OPS = (1000, 10_000, 50_000)
ROUNDS_OF_NUMBERS = {  # two operations each
    "* and +": lambda y, x: y * 0.999 + x,
    "powers": lambda y, x: (y * 0.999) ** 3,
    "maximum": lambda y, x: (y * 0.999).maximum(x),
}
WANTED = dict(zip(tensors.NETWORKS, (0.22, 0.45, 0.4, 0.6, 0.65, 0.65), strict=True))  # to C


class Eager(tensors.Ours):
    """This engine, without compiling."""


class Compiled(tensors.Ours):
    """This engine, its step compiled once."""

    to = "c"

    def prepare(self, parameters):
        """The parameters, and no step yet."""
        super().prepare(parameters)
        self.compiled = None

    def step(self, network, x, labels):
        """One training step; the loss. The first one compiles."""
        if self.compiled is None:
            self.compiled = compile_step(
                lambda x, y: network(self, iter(self.parameters), x, y),
                self.parameters,
                x,
                labels,
                optimiser=SGD(self.parameters, 0.01),
                to=self.to,
            )
        return self.compiled(x, labels)


class CompiledToNumPy(Compiled):
    """The same where there is no C compiler."""

    to = "numpy"


class TorchCompile(tensors.PyTorch):
    """torch.compile of the loss; its gradient is compiled with it."""

    def loss(self, network, x, labels):
        """The loss by the compiled function."""
        if not hasattr(self, "compiled"):
            self.compiled = self.torch.compile(lambda ps, x, y: network(self, iter(ps), x, y))
        return self.compiled(
            self.parameters, self.torch.from_numpy(x), self.torch.from_numpy(labels)
        )


class Jax:
    """jax.jit of the whole step, the parameters' memory given back to it."""

    def __init__(self):
        """Import it."""
        import jax
        import jax.numpy as jnp

        self.jax, self.jnp = jax, jnp
        self.constant, self.relu = jnp.asarray, jax.nn.relu
        self.softmax = lambda x: jax.nn.softmax(x, -1)
        self.concat = lambda xs: jnp.concatenate(xs, -1)
        self.where = lambda condition, x: jnp.where(condition, x, -jnp.inf)

    def linear(self, x, w, b):
        """x W^T + b."""
        return x @ w.T if b is None else x @ w.T + b

    def conv2d(self, x, w, b, padding):
        """A convolution with zeros around."""
        edges = [(padding, padding)] * 2
        return self.jax.lax.conv_general_dilated(x, w, (1, 1), edges) + b[:, None, None]

    def max_pool2d(self, x):
        """The largest of each 2 x 2."""
        window = (1, 1, 2, 2)
        return self.jax.lax.reduce_window(x, -np.inf, self.jax.lax.max, window, window, "VALID")

    def embedding(self, indices, w):
        """Rows of w."""
        return w[indices]

    def layer_norm(self, x, w, b):
        """Over the last axis."""
        d = x - x.mean(-1, keepdims=True)
        return d / self.jnp.sqrt((d * d).mean(-1, keepdims=True) + 1e-5) * w + b

    def cross_entropy(self, x, labels):
        """The mean over the rows."""
        each = self.jnp.take_along_axis(self.jax.nn.log_softmax(x), labels[:, None], 1)
        return -self.jnp.mean(each)

    def prepare(self, parameters):
        """The parameters as this library holds them."""
        self.parameters, self.compiled = [*map(self.jnp.array, parameters)], None

    def step(self, network, x, labels):
        """One training step; the loss."""
        if self.compiled is None:

            def step(ps, x, y):
                loss, gradients = self.jax.value_and_grad(lambda ps: network(self, iter(ps), x, y))(
                    ps
                )
                return [p - 0.01 * g for p, g in zip(ps, gradients, strict=True)], loss

            self.compiled = self.jax.jit(step, donate_argnums=0)
        self.parameters, loss = self.compiled(self.parameters, x, labels)
        return float(loss)


def contenders(*left_out: str) -> dict:
    """Those that are installed, by name; PyTorch first, which all are a share of."""
    found = {"PyTorch": tensors.PyTorch, "eager": Eager, "to NumPy": CompiledToNumPy}
    if c_compiler():
        found["to C"] = Compiled
        found["torch.compile"] = TorchCompile
    if importlib.util.find_spec("jax"):
        found["jax.jit"] = Jax
    return {who: make for who, make in found.items() if who not in left_out}


def prepared(name, makers) -> tuple[dict, dict]:
    """A step of each contender, and the seconds that its first one took, which compiles.

    An AssertionError where two of them lose differently after some steps.
    """
    network, data, parameters = tensors.problem(name)
    steps, seconds, losses = {}, {}, {}
    for who, make in makers.items():
        print(f"  {name}: {who} ...", file=sys.stderr, flush=True)
        library = make()
        library.prepare(parameters)
        start = time.perf_counter()
        first = library.step(network, *data)
        seconds[who] = time.perf_counter() - start
        losses[who] = [first, *(library.step(network, *data) for _ in range(3))]
        steps[who] = lambda library=library: library.step(network, *data)
    for who, found in losses.items():
        if not np.allclose(found, losses["PyTorch"], rtol=1e-4):
            raise AssertionError(f"{name}: {who} loses {found}, PyTorch {losses['PyTorch']}")
    return steps, seconds


def shares(steps, rounds=ROUNDS) -> dict[str, tuple[float, float]]:
    """The shortest step of each, and the median of its share of the first contender's, in turns."""
    times = {who: max(1, int(SECONDS_A_TURN / tensors.turn(s, 2))) for who, s in steps.items()}
    seconds: dict[str, list[float]] = {who: [] for who in steps}
    for _ in range(rounds):
        for who, step in steps.items():
            gc.collect()  # nobody pays for another's garbage
            seconds[who].append(tensors.turn(step, times[who]))
    base = next(iter(seconds.values()))
    return {
        who: (min(own), statistics.median(a / b for a, b in zip(own, base, strict=True)))
        for who, own in seconds.items()
    }


def table(*left_out: str) -> Iterator[str]:
    """A row for each network: shares of PyTorch's time, and what compiling took."""
    makers = contenders(*left_out)
    yield f"{'wanted to C':>40}" + "".join(f"{who:>15}" for who in makers)
    for name in tensors.NETWORKS:
        steps, seconds = prepared(name, makers)
        cells = [f"{ratio:.2f} {best * 1e3:5.1f} ms" for best, ratio in shares(steps).values()]
        yield f"  {name:32}{WANTED[name]:6.2f}" + "".join(f"{cell:>15}" for cell in cells)
        cells = [f"{seconds[who]:.2f} s" for who in makers]
        yield f"  {'the first step, which compiles':>38}" + "".join(f"{cell:>15}" for cell in cells)
    if not importlib.util.find_spec("jax"):
        yield "  jax is not installed: pip install jax"
    if not c_compiler():
        yield "  no C compiler was found: nothing was compiled to C, or by torch.compile"


def deep(depth: int, batch: int):
    """A network of so many linear layers with relu between them, its data and its weights."""
    rng = np.random.default_rng(0)
    weights = [(rng.normal(size=(WIDTH, WIDTH)) * 0.15).astype(np.float32) for _ in range(depth)]
    x = rng.normal(size=(batch, WIDTH)).astype(np.float32)
    labels = rng.integers(0, WIDTH, batch)

    def network(L, p, x, labels):  # noqa: N803
        for k, w in enumerate(p):
            x = L.linear(x, w, None)
            x = L.relu(x) if k < depth - 1 else x
        return L.cross_entropy(x, labels)

    return network, (x, labels), weights


def growth(pairs) -> list[str]:
    """A line for each (depth, batch): milliseconds of PyTorch and of us, and of compiling."""
    lines = []
    for depth, batch in pairs:
        network, data, weights = deep(depth, batch)
        steps, first = {}, {}
        found = contenders()
        for who in ("PyTorch", "to C" if "to C" in found else "to NumPy"):
            library = found[who]()
            library.prepare(weights)
            start = time.perf_counter()
            library.step(network, *data)
            first[who] = time.perf_counter() - start
            steps[who] = lambda library=library, n=network, d=data: library.step(n, *d)
        (theirs, _), (ours, ratio) = shares(steps, 7).values()
        lines.append(
            f"  {depth:6} {batch:6} {theirs * 1e3:12.2f} {ours * 1e3:12.2f} {ratio:12.2f} "
            f"{[*first.values()][1]:12.2f}"
        )
    return lines


def of_numbers() -> list[str]:
    """How long compile_gradient takes for loops of more and more operations on numbers."""
    lines = [f"  {'ops':>6}" + "".join(f"{name:>12}" for name in ROUNDS_OF_NUMBERS)]
    for n in OPS:
        cells = []
        for round_ in ROUNDS_OF_NUMBERS.values():

            def f(x, n=n, round_=round_):
                y = x
                for _ in range(n // 2):
                    y = round_(y, x)
                return y

            start = time.process_time()  # it runs on one thread, and waits for nothing
            compile_gradient(f, 0.5)
            cells.append(f"{time.process_time() - start:10.2f} s")
        lines.append(f"  {n:6}" + "".join(cells))
    return lines


def peak(name: str) -> tuple[float, float]:
    """Megabytes of a compiled step, as the plan says and as the system counts them (Linux only)."""
    library = Compiled() if c_compiler() else CompiledToNumPy()
    for batch in (1, None):
        network, data, parameters = tensors.problem(name, batch)
        library.prepare(parameters)
        library.step(network, *data)
    stated = library.compiled.peak / 1e6
    library.compiled.plans[0].bind()  # memory that nobody has touched
    return stated, tensors.megabytes(lambda: library.step(network, *data))


def report() -> str:
    """All of it, each part in a process of its own."""
    lines = [
        "Compiled training steps, float32, one thread: time as a share of PyTorch eager's",
        alone("race"),
        "How it grows: linear layers of width 64 with relu between them",
        f"  {'layers':>6} {'batch':>6} {'PyTorch, ms':>12} {'compiled, ms':>12} {'share':>12} "
        f"{'compiling, s':>12}",
        alone("growth"),
        "compile_gradient of numbers, a loop of so many operations",
        alone("numbers"),
    ]
    if sys.platform == "linux":
        lines.append("peak memory of a step, MB: as planned, as counted, PyTorch")
        for name in tensors.NETWORKS:
            planned, counted = map(float, alone("peak", name).split())
            theirs = float(tensors.alone("peak", "PyTorch", name))
            lines.append(f"  {name:32} {planned:6.1f} {counted:6.1f} {theirs:6.1f}")
    return "\n".join(lines)


def alone(*arguments: str) -> str:
    """What this module prints in a process of its own, on one thread; no cache to begin with."""
    with tempfile.TemporaryDirectory() as own:
        caches = {"AUTOGRAD_LESSON_CACHE": own, "TORCHINDUCTOR_CACHE_DIR": f"{own}/torch"}
        return tensors.alone(*arguments, module="benchmarks.steps", **caches)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["race", *left_out]:
            for row in table(*left_out):
                print(row, flush=True)
        case ["growth"]:
            pairs = [(3, batch) for batch in BATCHES] + [(depth, 64) for depth in DEPTHS]
            print("\n".join(growth(pairs)))
        case ["numbers"]:
            print("\n".join(of_numbers()))
        case ["peak", name]:
            print(*peak(name))
