"""Tensors against PyTorch eager and HIPS autograd: one training step of six networks, float32.

Every network is written once and run by three libraries, on one thread each, in turns. The table
comes twice: as the system allocates memory, and with glibc told to keep what is freed. Importing
our package has it keep blocks of up to 32 MB (`backend.py`), for all that run in the process.
"""

import ctypes
import gc
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROUNDS, SECONDS_A_TURN = 15, 0.1
BATCH, LENGTH, WIDTH, HEADS = 16, 64, 64, 4  # of the transformer
LETTERS, LONGEST, WRITER_WIDTH, WRITER_HEADS = 27, 11, 48, 2  # of that of lesson 25
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
ONE_THREAD["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


# The networks: `L` is one of the three libraries below, `p` an iterator over the parameters.


def mlp(L, p, x, labels):
    """64 -> 128 -> 10."""
    h = L.relu(L.linear(x, next(p), next(p)))
    return L.cross_entropy(L.linear(h, next(p), next(p)), labels)


def conv_net(L, p, x, labels):
    """Two 3x3 convolutions with pooling on 8x8 images, and a linear layer."""
    for _ in range(2):
        x = L.max_pool2d(L.relu(L.conv2d(x, next(p), next(p), 1)))
    return L.cross_entropy(L.linear(x.reshape(len(labels), -1), next(p), next(p)), labels)


def lenet(L, p, x, labels):
    """Two 5x5 convolutions with pooling on 28x28 images, and three linear layers."""
    for _ in range(2):
        x = L.max_pool2d(L.relu(L.conv2d(x, next(p), next(p), 0)))
    x = x.reshape(len(labels), -1)
    for _ in range(2):
        x = L.relu(L.linear(x, next(p), next(p)))
    return L.cross_entropy(L.linear(x, next(p), next(p)), labels)


def transformer(L, p, tokens, labels):
    """Two blocks of attention and a perceptron, normalised first, over 64 tokens."""
    x = L.embedding(tokens, next(p)) + next(p)
    mask = L.constant(np.triu(np.full((LENGTH, LENGTH), -1e9, np.float32), 1))
    n = len(tokens)
    split = (n, LENGTH, HEADS, WIDTH // HEADS)
    for _ in range(2):
        h = L.linear(L.layer_norm(x, next(p), next(p)), next(p), next(p))
        parts = (h[:, :, i * WIDTH : (i + 1) * WIDTH] for i in range(3))
        q, k, v = (part.reshape(split).swapaxes(1, 2) for part in parts)
        scores = (q @ k.swapaxes(2, 3)) * (WIDTH // HEADS) ** -0.5 + mask
        h = (L.softmax(scores) @ v).swapaxes(1, 2).reshape(n, LENGTH, WIDTH)
        x = x + L.linear(h, next(p), next(p))
        h = L.relu(L.linear(L.layer_norm(x, next(p), next(p)), next(p), next(p)))
        x = x + L.linear(h, next(p), next(p))
    x = L.linear(x, next(p), next(p)).reshape(n * LENGTH, WIDTH)
    return L.cross_entropy(x, labels)


def writer(L, p, tokens, labels):
    """That of lesson 25 which writes words: products for each head, -inf where none looks."""
    length = tokens.shape[1]
    allowed = L.constant(np.tril(np.ones((length, length), bool)))
    x = L.embedding(tokens, next(p)) + L.embedding(L.constant(np.arange(length)), next(p))
    for _ in range(2):
        normal, heads = L.layer_norm(x, next(p), next(p)), []
        for _ in range(WRITER_HEADS):
            q, k, v = (L.linear(normal, next(p), None) for _ in range(3))
            scores = q @ k.swapaxes(1, 2) / q.shape[-1] ** 0.5
            heads.append(L.softmax(L.where(allowed, scores)) @ v)
        x = x + L.linear(L.concat(heads), next(p), next(p))
        h = L.relu(L.linear(L.layer_norm(x, next(p), next(p)), next(p), next(p)))
        x = x + L.linear(h, next(p), next(p))
    x = L.linear(L.layer_norm(x, next(p), next(p)), next(p), next(p))
    return L.cross_entropy(x.reshape(len(tokens) * length, LETTERS), labels)


def linear_shapes(*widths):
    """Weight (out, in) and bias of each linear layer."""
    return [s for n, m in zip(widths, widths[1:], strict=False) for s in ((m, n), (m,))]


BLOCK = [
    *((WIDTH,), (WIDTH,), *linear_shapes(WIDTH, 3 * WIDTH), *linear_shapes(WIDTH, WIDTH)),
    *((WIDTH,), (WIDTH,), *linear_shapes(WIDTH, 4 * WIDTH, WIDTH)),
]
WRITER_BLOCK = [
    *((WRITER_WIDTH,), (WRITER_WIDTH,)),
    *[(WRITER_WIDTH // WRITER_HEADS, WRITER_WIDTH)] * 3 * WRITER_HEADS,
    *linear_shapes(WRITER_WIDTH, WRITER_WIDTH),
    *((WRITER_WIDTH,), (WRITER_WIDTH,)),
    *linear_shapes(WRITER_WIDTH, 4 * WRITER_WIDTH, WRITER_WIDTH),
]
IMAGES_8, IMAGES_28 = (64, 1, 8, 8), (64, 1, 28, 28)
# name -> network, shape of its input, shapes of its parameters, the ratio we want to be under
NETWORKS = {
    "MLP 64-128-10, batch 64": (mlp, (64, 64), linear_shapes(64, 128, 10), 0.45),
    "MLP 64-128-10, batch 512": (mlp, (512, 64), linear_shapes(64, 128, 10), 0.6),
    "conv net on 8x8, batch 64": (
        conv_net,
        IMAGES_8,
        [(16, 1, 3, 3), (16,), (32, 16, 3, 3), (32,), *linear_shapes(128, 10)],
        1.0,
    ),
    "LeNet-5 on 28x28, batch 64": (
        lenet,
        IMAGES_28,
        [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), *linear_shapes(256, 120, 84, 10)],
        0.9,
    ),
    "transformer, 2 layers, batch 16": (
        transformer,
        (BATCH, LENGTH),
        [(WIDTH, WIDTH), (LENGTH, WIDTH), *BLOCK, *BLOCK, *linear_shapes(WIDTH, WIDTH)],
        1.0,
    ),
    "transformer of lesson 25, batch 64": (
        writer,
        (64, LONGEST),
        [
            *((LETTERS, WRITER_WIDTH), (LONGEST, WRITER_WIDTH), *WRITER_BLOCK, *WRITER_BLOCK),
            *((WRITER_WIDTH,), (WRITER_WIDTH,), *linear_shapes(WRITER_WIDTH, LETTERS)),
        ],
        1.0,
    ),
}


# The three libraries, each with the same few functions and one `step`.


class Ours:
    """This engine."""

    def __init__(self):
        """Import it."""
        from autograd_lesson import Tensor
        from autograd_lesson import functional as F  # noqa: N812
        from autograd_lesson.optim import SGD
        from autograd_lesson.tensor import concat, where

        self.Tensor, self.SGD = Tensor, SGD
        self.linear, self.conv2d = F.linear, lambda x, w, b, p: F.conv2d(x, w, b, padding=p)
        self.embedding, self.layer_norm, self.softmax = F.embedding, F.layer_norm, F.softmax
        self.max_pool2d = lambda x: F.max_pool2d(x, 2)
        self.cross_entropy, self.relu = F.cross_entropy, lambda x: x.relu()
        self.concat = lambda xs: concat(xs, axis=-1)
        self.where = lambda condition, x: where(condition, x, -np.inf)

    def constant(self, array):
        """An array is one as it is."""
        return array

    def prepare(self, parameters):
        """The parameters as this library holds them."""
        self.parameters = [self.Tensor(p) for p in parameters]
        self.optimiser = self.SGD(self.parameters, lr=0.01)

    def step(self, network, x, labels):
        """One training step; the loss."""
        loss = network(self, iter(self.parameters), x, labels)
        loss.backward()
        self.optimiser.step()
        self.optimiser.zero_grad()
        return loss.item()

    def gradients(self, network, x, labels):
        """The gradients of all parameters, as arrays."""
        network(self, iter(self.parameters), x, labels).backward()
        found = [p.grad for p in self.parameters]
        for p in self.parameters:
            p.grad = None
        return found


class PyTorch:
    """torch, eager."""

    def __init__(self):
        """Import it, and keep it to one thread."""
        import torch
        import torch.nn.functional as F  # noqa: N812

        torch.set_num_threads(1)
        self.torch = torch
        self.linear, self.conv2d = F.linear, lambda x, w, b, p: F.conv2d(x, w, b, padding=p)
        self.embedding, self.softmax = F.embedding, lambda x: F.softmax(x, -1)
        self.layer_norm = lambda x, w, b: F.layer_norm(x, w.shape, w, b)
        self.max_pool2d = lambda x: F.max_pool2d(x, 2)
        self.cross_entropy, self.relu = F.cross_entropy, F.relu
        self.constant = torch.from_numpy
        self.concat = lambda xs: torch.cat(xs, -1)
        self.where = lambda condition, x: torch.where(condition, x, -torch.inf)

    def prepare(self, parameters):
        """The parameters as this library holds them."""
        self.parameters = [self.torch.tensor(p, requires_grad=True) for p in parameters]
        self.optimiser = self.torch.optim.SGD(self.parameters, lr=0.01)

    def loss(self, network, x, labels):
        """The loss as a tensor; the data arrive as NumPy arrays here, too."""
        x, labels = self.torch.from_numpy(x), self.torch.from_numpy(labels)
        return network(self, iter(self.parameters), x, labels)

    def step(self, network, x, labels):
        """One training step; the loss."""
        loss = self.loss(network, x, labels)
        loss.backward()
        self.optimiser.step()
        self.optimiser.zero_grad()
        return loss.item()

    def gradients(self, network, x, labels):
        """The gradients of all parameters, as arrays."""
        self.loss(network, x, labels).backward()
        found = [p.grad.numpy() for p in self.parameters]
        for p in self.parameters:
            p.grad = None
        return found


class Hips:
    """HIPS autograd, with convolution and pooling as in its own example of a convolutional net."""

    def __init__(self):
        """Import it."""
        import autograd.numpy as anp
        from autograd import value_and_grad
        from autograd.scipy.signal import convolve

        self.anp, self.value_and_grad, self.convolve = anp, value_and_grad, convolve

    def linear(self, x, w, b):
        """x W^T + b."""
        y = self.anp.dot(x, w.T)
        return y if b is None else y + b

    def relu(self, x):
        """max(x, 0)."""
        return self.anp.maximum(x, np.float32(0.0))

    def conv2d(self, x, w, b, padding):
        """A convolution of the flipped kernel, over both image axes and the channels at once."""
        if padding:
            x = self.anp.pad(
                x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), "constant"
            )
        w = w[:, :, ::-1, ::-1]
        y = self.convolve(x, w, axes=([2, 3], [2, 3]), dot_axes=([1], [1]), mode="valid")
        return y + b.reshape(1, -1, 1, 1)

    def max_pool2d(self, x):
        """The largest of each 2 x 2."""
        n, c, h, w = x.shape
        return x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))

    def embedding(self, indices, w):
        """Rows of w."""
        return w[indices]

    def constant(self, array):
        """An array is one as it is."""
        return array

    def concat(self, xs):
        """Side by side."""
        return self.anp.concatenate(xs, axis=-1)

    def where(self, condition, x):
        """-inf where the condition does not hold."""
        return self.anp.where(condition, x, np.float32(-np.inf))

    def layer_norm(self, x, w, b):
        """Over the last axis."""
        d = x - self.anp.mean(x, axis=-1, keepdims=True)
        v = self.anp.mean(d * d, axis=-1, keepdims=True)
        return d / self.anp.sqrt(v + np.float32(1e-5)) * w + b

    def softmax(self, x):
        """Over the last axis."""
        e = self.anp.exp(x - self.anp.max(x, axis=-1, keepdims=True))
        return e / self.anp.sum(e, axis=-1, keepdims=True)

    def cross_entropy(self, x, labels):
        """The mean over the rows."""
        x = x - self.anp.max(x, axis=1, keepdims=True)
        log_sums = self.anp.log(self.anp.sum(self.anp.exp(x), axis=1))
        return self.anp.mean(log_sums - x[np.arange(len(labels)), labels])

    def prepare(self, parameters):
        """The parameters as this library holds them."""
        self.parameters = [p.copy() for p in parameters]
        self.of_parameters = None

    def loss_and_gradients(self, network, x, labels):
        """Both, by its own function for that."""
        return self.value_and_grad(lambda ps: network(self, iter(ps), x, labels))(self.parameters)

    def step(self, network, x, labels):
        """One training step; the loss."""
        loss, gradients = self.loss_and_gradients(network, x, labels)
        for p, g in zip(self.parameters, gradients, strict=True):
            p -= np.float32(0.01) * g
        return float(loss)

    def gradients(self, network, x, labels):
        """The gradients of all parameters, as arrays."""
        return self.loss_and_gradients(network, x, labels)[1]


LIBRARIES = {"ours": Ours, "PyTorch": PyTorch, "HIPS autograd": Hips}


def problem(name, batch=None):
    """The network, its data and its first parameters, the same for everybody."""
    network, shape, shapes, _ = NETWORKS[name]
    rng = np.random.default_rng(0)
    parameters = [
        np.asarray(rng.normal(0.0, s[-1] ** -0.5 if len(s) > 1 else 0.1, s), np.float32)
        for s in shapes
    ]
    shape = (batch or shape[0], *shape[1:])
    if network in (transformer, writer):
        kinds = WIDTH if network is transformer else LETTERS
        data = rng.integers(0, kinds, shape), rng.integers(0, kinds, shape[0] * shape[1])
    else:
        data = rng.random(shape).astype(np.float32), rng.integers(0, 10, shape[0])
    return network, data, parameters


def disagreement(libraries, network, data) -> float:
    """The largest relative distance between our gradients and another library's."""
    columns = {name: lib.gradients(network, *data) for name, lib in libraries.items()}
    return max(
        float(np.linalg.norm(a - b) / (np.linalg.norm(a) + 1e-12))
        for name in libraries
        for a, b in zip(columns["ours"], columns[name], strict=True)
    )


def turn(step, times) -> float:
    """Seconds for one of so many steps."""
    start = time.perf_counter()
    for _ in range(times):
        step()
    return (time.perf_counter() - start) / times


def race(name):
    """library -> the median seconds of a step, and the median of its ratios to PyTorch."""
    network, data, parameters = problem(name)
    libraries = {who: make() for who, make in LIBRARIES.items()}
    steps = {}
    for who, library in libraries.items():
        library.prepare(parameters)
        steps[who] = lambda library=library: library.step(network, *data)
    distance = disagreement(libraries, network, data)
    if distance > 1e-3:
        raise AssertionError(f"{name}: the gradients differ by {distance:.2g}: no race")
    times = {who: max(1, int(SECONDS_A_TURN / turn(step, 2))) for who, step in steps.items()}
    seconds = {who: [] for who in steps}
    for _ in range(ROUNDS):
        for who, step in steps.items():
            gc.collect()  # nobody pays for another's garbage
            seconds[who].append(turn(step, times[who]))
    ratios = {
        who: statistics.median(a / b for a, b in zip(s, seconds["PyTorch"], strict=True))
        for who, s in seconds.items()
    }
    return {who: (statistics.median(s), ratios[who]) for who, s in seconds.items()}


def keep_freed_memory():
    """Tell glibc not to hand large freed blocks back to the system: mallopt(3)."""
    mallopt = ctypes.CDLL(None).mallopt
    return mallopt(-3, 1 << 30) and mallopt(-1, 1 << 30)  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD


def table(keep: bool) -> str:
    """One line for each network: the ratios to PyTorch, and the time of a step."""
    if keep and not keep_freed_memory():
        return "  this system's allocator has no mallopt"
    lines = [f"  {'':32} {'ours':>8} {'wanted':>8} {'HIPS':>8}   ours, PyTorch and HIPS in ms"]
    for name, (*_, wanted) in NETWORKS.items():
        found = race(name)
        times = "  ".join(f"{seconds * 1e3:.2f}" for seconds, _ in found.values())
        ours, hips = found["ours"][1], found["HIPS autograd"][1]
        lines.append(f"  {name:32} {ours:8.2f} {wanted:8.2f} {hips:8.2f}   {times}")
    return "\n".join(lines)


def peak(who: str, name: str) -> float:
    """Megabytes that one step needs at its peak, beyond what the process had (Linux only)."""
    library = LIBRARIES[who]()
    for batch in (1, None):
        network, data, parameters = problem(name, batch)
        library.prepare(parameters)
        needed = megabytes(lambda n=network, d=data: library.step(n, *d))
    return needed


def megabytes(call) -> float:
    """What a call needs at its peak, beyond what the process has."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is freed and still ours would hide what is taken
    before = status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    call()
    return (status("VmHWM") - before) / 1024


def status(field: str) -> int:
    """A line of /proc/self/status, in kilobytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def alone(*arguments: str, module="benchmarks.tensors", **variables: str) -> str:
    """What a module prints in a process of its own, on one thread; its progress is seen."""
    command = [sys.executable, "-m", module, *arguments]
    environment = os.environ | ONE_THREAD | variables
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.rstrip()


def report() -> str:
    """Both tables, and the memory of a step."""
    lines = [
        "One training step on tensors, float32, one thread: time as a share of PyTorch eager's",
        "as the system allocates memory",
        alone("race"),
        "with glibc told to keep what is freed",
        alone("race", "keep"),
    ]
    if sys.platform == "linux":
        lines.append("peak memory of a step, MB: ours, PyTorch, HIPS")
        for name in NETWORKS:
            sizes = [float(alone("peak", who, name)) for who in LIBRARIES]
            lines.append(f"  {name:32} " + "  ".join(f"{size:6.1f}" for size in sizes))
    return "\n".join(lines)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["race", *keep]:
            print(table(bool(keep)))
        case ["peak", who, name]:
            print(peak(who, name))
