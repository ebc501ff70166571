"""The checks of exercise 17: convolution and pooling both ways, and a network that sees shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ..data import SHAPES, shapes
from ..teaching.convolution_products import output_shape, products
from ..teaching.convolution_products import output_size as windows_that_fit
from .accepted import is_number, shape_of
from .arrays import (
    Table,
    changed_array_fault,
    difference,
    draw_array,
    draw_seed,
    known_wrong,
    softmax,
)
from .core import Check
from .messages import Words, kind_cause, no_shape_cause, number_fault, report, type_of
from .own_work import ALWAYS, BY_HAND, PREDICTED
from .plain_data import Held, Raised, in_a_row
from .stages import Faults, Seen, Steps, check_stages, holder_fault
from .vocabulary import Case, Part, check_function, check_predictions

Array = np.ndarray

# ---------------------------------------------------------------------------------------------
# E17.1 How many windows


def size_cases(rng: np.random.Generator) -> list[tuple]:
    k = int(rng.integers(2, 5))
    n = k + 2 * int(rng.integers(2, 5))  # n - k is even
    return [(n, k, 1, 0), (n, k, 2, 0), (n, k, 1, 1), (n + 1, k, 2, 0), (n, k, 3, 2), (k, k, 2, 0)]


HALVES = "A window is there or not: there is no half of one."

check_output_size = check_function(
    "output_size(n, k, stride, padding)",
    size_cases,
    windows_that_fit,
    {
        "Between the first and the last start lie n - k steps: count the starts, too.": (
            lambda n, k, stride, padding: n - k
        ),
        "This is the count for stride 1.": (
            lambda n, k, stride, padding: windows_that_fit(n, k, 1, padding)
        ),
        "This is the count without padding.": (
            lambda n, k, stride, padding: windows_that_fit(n, k, stride, 0)
        ),
        "The zeros stand at both ends.": (
            lambda n, k, stride, padding: (n + padding - k) // stride + 1
        ),
        "The last window does not fit in whole.": (
            lambda n, k, stride, padding: -(-(n + 2 * padding - k) // stride) + 1
        ),
        "The window's own length takes part: it must fit in whole.": (
            lambda n, k, stride, padding: (n + 2 * padding) // stride
        ),
        HALVES: lambda n, k, stride, padding: (n + 2 * padding - k) / stride + 1,
    },
    look="Next: draw the numbers on paper and slide the window as far as it goes.",
    tried=lambda n, k, stride, padding: f"output_size({n}, {k}, {stride=}, {padding=})",
)


numbers_are_right = check_output_size.judge


def size_judge(case: Case, outcome: Any) -> str | Raised | None:
    """A count is a whole number, in the type of one too."""
    got = outcome["result"]
    if (fault := numbers_are_right(case, outcome)) or not isinstance(got, float):
        return fault
    cause = "A count is a whole number: `//` gives one, `/` does not."
    said = check_output_size.tried(case)
    return report(said, Words(repr(got)), Words(repr(int(got))), cause)


check_output_size.judge = size_judge

# ---------------------------------------------------------------------------------------------
# E17.1 Forward

# x, weight, stride, padding, with a bias or without: nothing square, and leftover rows in two.
GEOMETRIES = [
    ((1, 1, 3, 5), (1, 1, 2, 3), 1, 0, False),
    ((2, 3, 4, 3), (2, 3, 2, 1), 1, 0, True),
    ((2, 1, 6, 8), (2, 1, 3, 2), 2, 0, False),
    ((1, 2, 3, 4), (3, 2, 3, 2), 1, 1, False),
    ((2, 2, 6, 4), (3, 2, 2, 3), 3, 2, True),
]


def conv(
    x: Array, weight: Array, bias: Array | None = None, stride: int = 1, padding: int = 0
) -> Array:
    """The convolution, product by product."""
    y = np.zeros(output_shape(x.shape, weight.shape, stride, padding))
    for output, pixel, k in products(x.shape, weight.shape, stride, padding):
        y[output] += x[pixel] * weight[k]
    return y if bias is None else y + bias[:, None, None]


def conv_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for x_shape, weight_shape, stride, padding, has_bias in GEOMETRIES:
        x, weight = draw_array(rng, x_shape), draw_array(rng, weight_shape)
        bias = draw_array(rng, weight_shape[:1]) if has_bias else None
        yield x, weight, bias, stride, padding


def written(x: Array, weight: Array, bias: Array | None, stride: int, padding: int) -> str:
    with_bias = "" if bias is None else ", a bias"
    arrays = f"x of shape {x.shape}, weight of shape {weight.shape}{with_bias}"
    return f"{arrays}, {stride=}, {padding=}"


def conv_slips(x: Array, weight: Array, bias: Array | None, stride: int, padding: int) -> Table:
    right = conv(x, weight, bias, stride, padding)
    table: dict[str, Any] = {
        "The kernel was turned round. Mathematics calls that a convolution; conv2d lays the "
        "kernel on the window as it is.": (
            conv(x, weight[:, :, ::-1, ::-1], bias, stride, padding)
        ),
        "These are the windows of stride 1.": conv(x, weight, bias, 1, padding),
        "These are the windows without padding.": lambda *given: conv(x, weight, bias, stride, 0),
        "The bias is missing.": conv(x, weight, None, stride, padding),
        "Channels are the second axis: (N, O, rows, columns).": right.transpose(0, 2, 3, 1),
        "Only the first channel of x counts here: each output is a sum over all of them.": (
            conv(x[:, :1], weight[:, :1], bias, stride, padding)
        ),
        "This is the mean of the products, not their sum.": right / weight[0].size,
    }
    if bias is not None:
        again = "The bias was added once for each product or channel: it comes once an output."
        counts = x.shape[1], weight[0].size
        table[again] = tuple(right + (count - 1) * bias[:, None, None] for count in counts)
    if padding:
        around, behind = ([(0, 0), (0, 0), *[side] * 2] for side in ((padding,) * 2, (0, padding)))
        table |= {
            "The border repeats the edge of the image: padding is zeros.": (
                conv(np.pad(x, around, mode="edge"), weight, bias, stride)
            ),
            "The zeros stand on one side only: they belong on all four.": (
                conv(np.pad(x, behind), weight, bias, stride)
            ),
        }
    return table


def shapes_explain(words: str) -> Callable[..., str | None]:
    return lambda raised, *given: (
        f"Two shapes do not meet. {words}" if raised.type in ("ValueError", "IndexError") else None
    )


check_conv2d = check_function(
    "conv2d(x, weight, bias, stride, padding)",
    conv_cases,
    conv,
    conv_slips,
    look="Next: compute one output by hand, all its products, and compare.",
    tried=lambda *given: f"conv2d({written(*given)})",
    own_work=BY_HAND,
    explain=shapes_explain(
        "Print them: no side here is as long as another, so rows and columns, or O and C, that "
        "have changed places show."
    ),
)

# ---------------------------------------------------------------------------------------------
# E17.1 Backward


def spread(g: Array, weight: Array, x_shape: tuple[int, ...], stride: int, padding: int) -> Array:
    """The gradient of x: each entry of g goes back through its whole window."""
    dx = np.zeros(x_shape)
    for output, pixel, k in products(x_shape, weight.shape, stride, padding, g.shape):
        dx[pixel] += g[output] * weight[k]
    return dx


def gather(g: Array, x: Array, w_shape: tuple[int, ...], stride: int, padding: int) -> Array:
    """The gradient of the weights: each sums what it multiplied, times what came for it."""
    dweight = np.zeros(w_shape)
    for output, pixel, k in products(x.shape, w_shape, stride, padding, g.shape):
        dweight[k] += g[output] * x[pixel]
    return dweight


def windows_of(g: Array, weight: Array, stride: int) -> Iterator[tuple[Any, Array]]:
    """Each window's place in the padded x, and what goes back to it."""
    k, m = weight.shape[2:]
    for i, j in np.ndindex(g.shape[2:]):
        place = slice(i * stride, i * stride + k), slice(j * stride, j * stride + m)
        yield place, np.einsum("no,ockm->nckm", g[:, :, i, j], weight)


def places_of(g: Array, weight: Array, stride: int) -> Iterator[tuple[Any, Array]]:
    """What each place of the kernel met in the padded x, and what goes back to it."""
    down, across = (stride * size for size in g.shape[2:])
    for i, j in np.ndindex(weight.shape[2:]):
        place = slice(i, i + down, stride), slice(j, j + across, stride)
        yield place, np.einsum("noij,oc->ncij", g, weight[:, :, i, j])


def written_over(x: Array, parts: Iterator[tuple[Any, Array]], pad: int) -> Array:
    """What is left in dx where each part writes over what those before it wrote."""
    padded = np.pad(np.zeros(x.shape), [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    for (rows, columns), part in parts:
        padded[:, :, rows, columns] = part
    return padded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]


def last_position(g: Array, x: Array, w_shape: tuple[int, ...], stride: int, pad: int) -> Array:
    """What is left in dweight where each window writes over the one before it."""
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    top, left = ((size - 1) * stride for size in g.shape[2:])
    window = padded[:, :, top : top + w_shape[2], left : left + w_shape[3]]
    return np.einsum("no,nckm->ockm", g[:, :, -1, -1], window)


def back_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for x, weight, _, *where in list(conv_cases(rng)):
        yield draw_seed(rng, output_shape(x.shape, weight.shape, *where)), x, weight, *where


def dx_slips(g: Array, x: Array, weight: Array, stride: int, pad: int) -> Table:
    wider = (*x.shape[:2], x.shape[2] + 2 * pad, x.shape[3] + 2 * pad)
    return {
        "The kernel lies the other way round than on the way forward. Written as a sliding "
        "window over g, the way back needs it turned, rows and columns.": (
            spread(g, weight[:, :, ::-1, ::-1], x.shape, stride, pad)
        ),
        "The stride is missing: window number i begins in row i * stride of x.": (
            spread(g, weight, x.shape, 1, pad)
        ),
        "Where two windows overlap, the later wrote over the earlier: add, `+=`.": (
            written_over(x, windows_of(g, weight, stride), pad)
        ),
        "Each place of the kernel wrote over the place before it: add, `+=`.": (
            written_over(x, places_of(g, weight, stride), pad)
        ),
        "The border of zeros is still on: cut it off.": spread(g, weight, wider, stride, 0),
        "The border was not counted: the first window begins `padding` rows above the image.": (
            spread(g, weight, x.shape, stride, 0)
        ),
        "g is not used on the way to dx: every output sends back the same.": (
            spread(np.ones_like(g), weight, x.shape, stride, pad)
        ),
        "Only the first output channel sends back: a pixel is used by all of them.": (
            spread(g[:, :1], weight[:1], x.shape, stride, pad)
        ),
    }


def dx_otherwise(dx: Any, g: Array, x: Array, weight: Array, *where: int) -> str:
    if not (isinstance(dx, np.ndarray) and dx.shape == x.shape and dx.dtype.kind == "f"):
        return ""
    ahead, back = float(np.sum(conv(x, weight, None, *where) * g)), float(np.sum(x * dx))
    return (
        f"sum(conv2d(x) * g) is {ahead:.4g} and sum(x * dx) is {back:.4g}, where the two are one "
        "number for a right way back."
    )


def dweight_slips(g: Array, x: Array, weight: Array, stride: int, pad: int) -> Table:
    right, shape = gather(g, x, weight.shape, stride, pad), weight.shape
    return {
        "The windows of x were taken at stride 1.": gather(g, x, shape, 1, pad),
        "The windows of x were taken without padding.": gather(g, x, shape, stride, 0),
        "Turned round: only the way to dx turns the kernel.": right[:, :, ::-1, ::-1],
        "This is the mean over the examples. Each of them adds its own.": right / len(x),
        "Only one example counts here.": gather(g[-1:], x[-1:], shape, stride, pad),
        "g is not used on the way to dweight.": gather(np.ones_like(g), x, shape, stride, pad),
        "Each window wrote over the one before it.": last_position(g, x, shape, stride, pad),
    }


check_conv2d_backward = check_function(
    "conv2d_backward(g, x, weight, stride, padding)",
    back_cases,
    [
        Part(
            "dx",
            lambda g, x, weight, *where: spread(g, weight, x.shape, *where),
            dx_slips,
            dx_otherwise,
            "Next: set g to 0 but for one entry. Its window is all of dx that may be other than 0.",
        ),
        Part(
            "dweight",
            lambda g, x, weight, *where: gather(g, x, weight.shape, *where),
            dweight_slips,
            look="Next: one weight, every window; what did it multiply there, and what came back?",
        ),
        Part(
            "dbias",
            lambda g, *given: g.sum(axis=(0, 2, 3)),
            {
                "This is the sum of all of g: each output channel has a bias of its own.": (
                    lambda g, *given: np.array(g.sum())
                ),
                "This is a mean. The bias is added to each output of its channel: a sum.": (
                    lambda g, *given: g.mean(axis=(0, 2, 3))
                ),
                "These are counts: g is not used on the way to dbias.": (
                    lambda g, *given: np.full(g.shape[1], float(g[:, 0].size))
                ),
                "Summed over the examples only. The bias is used at every place, too.": (
                    lambda g, *given: g.sum(axis=0)
                ),
                "Summed over the places only. All examples use the one bias.": (
                    lambda g, *given: g.sum(axis=(2, 3))
                ),
            },
            look="Next: which axes of g does the bias not have? Broadcast forward, sum backward.",
        ),
    ],
    tried=lambda g, x, weight, *where: f"conv2d_backward(g, {written(x, weight, None, *where)})",
    own_work=BY_HAND,
    explain=shapes_explain(
        "dx has the shape of x, dweight that of weight; no side here is as long as another, and "
        "with a stride some rows of x are in no window."
    ),
    points=2,
)

# ---------------------------------------------------------------------------------------------
# E17.1 The adjoint test


KERNEL = np.array([0.5, -2.0, 1.25])
TINY = 1e-9 * KERNEL


class Pair(NamedTuple):
    """A kernel on each window of a signal with a way back, and a hint for who judges it wrongly."""

    words: str
    is_right: bool
    hint: str = ""
    kernel: Array = KERNEL
    stride: int = 1
    back_kernel: Array | None = None  # where it is another
    slip: Callable[[Array], Array] = np.array  # of the contribution

    def forward(self, x: Array) -> Array:
        return np.correlate(x, self.kernel, mode="valid")[:: self.stride]

    def back(self, g: Array) -> Array:
        g = np.insert(g, slice(1, None), 0.0) if self.stride == 2 else g
        kernel = self.kernel if self.back_kernel is None else self.back_kernel
        return self.slip(np.convolve(g, kernel, mode="full"))


PAIRS = {
    "right": Pair(
        "a kernel on each window, and its own way back",
        True,
        "This pair is right. Its two sums are equal up to rounding: `==` asks for more.",
    ),
    "strided": Pair(
        "stride 2 there and back",
        True,
        "This one is right: y can be shorter than x. Draw it in the shape of forward(x).",
        stride=2,
    ),
    "tiny": Pair(
        "the same with a kernel of size 1e-9",
        True,
        "Both sums are tiny here, and equal up to rounding: measure the difference against the "
        "size of the numbers.",
        TINY,
    ),
    "unflipped": Pair(
        "the way back of the kernel turned round",
        False,
        "This is what the test is for. With x and y of ones, every kernel and its mirror image "
        "have the same sums: draw x and y, both.",
        back_kernel=KERNEL[::-1],
    ),
    "tiny_unflipped": Pair(
        "the same with a kernel of size 1e-9",
        False,
        "Both sums are tiny here, and still different: an absolute tolerance lets everything tiny "
        "pass. Measure the difference against the size of the numbers.",
        TINY,
        back_kernel=TINY[::-1],
    ),
    "doubled": Pair(
        "a way back that is twice as much", False, kernel=np.ones(3) / 3, slip=lambda dx: 2 * dx
    ),
    "opposite": Pair(
        "a way back with the wrong sign",
        False,
        "The two sums differ in sign only: take no absolute value of them.",
        slip=lambda dx: -dx,
    ),
    "nothing": Pair("a way back that is 0 everywhere", False, slip=lambda dx: 0.0 * dx),
    "slightly": Pair(
        "a way back that is wrong in its last place, by a thousandth",
        False,
        "The tolerance is too wide. In float64 the two agree to about 12 digits.",
        slip=lambda dx: dx * (1 + 1e-3 * (np.arange(1, len(dx) + 1) == len(dx))),
    ),
}


def adjoint_cases(rng: np.random.Generator) -> list[Case]:
    length = int(rng.integers(3, 7)) * 2 + 1
    seed = int(rng.integers(1000))
    return [{"pair": name, "length": length, "seed": seed} for name in PAIRS]


def adjoint_probe(is_adjoint: Any, case: Case) -> Any:
    pair, rng = PAIRS[case["pair"]], np.random.default_rng(case["seed"])
    return is_adjoint(pair.forward, pair.back, (case["length"],), rng)


def adjoint_tried(case: Case) -> str:
    return f"is_adjoint on {PAIRS[case['pair']].words}, x_shape=({case['length']},)"


def adjoint_judge(case: Case, got: Any) -> str | None:
    tried, pair = adjoint_tried(case), PAIRS[case["pair"]]
    if not isinstance(got, bool):
        cause = f"{kind_cause(got)} The answer is True or False: `bool(...)` makes one."
        return report(tried, got, pair.is_right, cause)
    look = "Next: print sum(forward(x) * y) and sum(x * back(y)) inside your function."
    return None if got is pair.is_right else report(tried, got, pair.is_right, pair.hint, look)


check_is_adjoint = Check(
    "is_adjoint", adjoint_cases, adjoint_probe, adjoint_judge, tried=adjoint_tried, own_work=ALWAYS
)

# ---------------------------------------------------------------------------------------------
# E17.2 Pooling


def blocks(x: Array, size: int) -> Array:
    """The whole blocks of an image: (N, C, rows, columns, size, size)."""
    n, c, height, width = x.shape
    rows, columns = height // size, width // size
    cut = x[:, :, : rows * size, : columns * size]
    return cut.reshape(n, c, rows, size, columns, size).swapaxes(3, 4)


def unblocked(shares: Array, x_shape: tuple[int, ...]) -> Array:
    """`blocks` taken back: an image of this shape, 0 where no block was."""
    n, c, rows, columns, size, _ = shares.shape
    dx = np.zeros(x_shape)
    whole = shares.swapaxes(3, 4).reshape(n, c, rows * size, columns * size)
    dx[:, :, : rows * size, : columns * size] = whole
    return dx


def pool_cases(rng: np.random.Generator) -> list[tuple]:
    few = rng.permuted(np.repeat([-0.5, 0.75, 1.5], 16)).reshape(2, 1, 6, 4)
    few[0, 0, :2, :2] = 1.5
    few[1, 0, :2, :2] = [[1.5, -0.5], [0.75, 1.5]]
    drawn = [
        (draw_array(rng, (1, 1, 4, 6)), 2),
        (draw_array(rng, (2, 3, 6, 3)), 3),
        (-np.abs(draw_array(rng, (1, 2, 4, 2))), 2),
        (draw_array(rng, (2, 2, 5, 7)), 2),
        (few, 2),
    ]
    return [(draw_seed(rng, blocks(x, size).shape[:4]), x, size) for x, size in drawn]


def check_pool(name: str, right: Any, slips: Any, look: str = "") -> Check:
    """A check of a pooling of x, or of its way back, which gets g as well."""

    def tried(*given: Any) -> str:
        *g, x, size = given
        kind = ", with ties" if len(np.unique(x)) < 4 else ""
        kind = ", all negative" if (x < 0).all() else kind
        return f"{name}({'g, ' * len(g)}x of shape {x.shape}{kind}, {size})"

    def explain(raised: Raised, *given: Any) -> str | None:
        *_, x, size = given
        if raised.type not in ("ValueError", "IndexError") or not x.shape[2] % size:
            return None
        return "5 rows are two blocks of 2, and one row is left over. Cut it off before you divide."

    goes_back = name.endswith("backward")
    return check_function(
        f"{name}(g, x, size)" if goes_back else f"{name}(x, size)",
        pool_cases if goes_back else lambda rng: [case[1:] for case in pool_cases(rng)],
        right,
        slips,
        look=look,
        tried=tried,
        own_work=BY_HAND,
        explain=explain,
    )


def max_slips(x: Array, size: int) -> Table:
    found = blocks(x, size)
    right = found.max(axis=(4, 5))
    n, c, rows, columns = right.shape
    cut = x[:, :, : rows * size, : columns * size]
    room = [(0, 0), (0, 0), *((0, -length % size) for length in x.shape[2:])]
    slides = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3))
    return {
        "This is the mean of each block.": found.mean(axis=(4, 5)),
        "The largest was looked for from 0 on: all may be below it.": np.maximum(right, 0.0),
        "This is one number an image: the blocks were not kept apart.": x.max(axis=(2, 3)),
        "The whole image was taken for one block.": x.max(axis=(2, 3), keepdims=True),
        "These windows overlap: the next block begins where the last one ends.": (
            slides.max(axis=(4, 5))
        ),
        "Neighbours were not kept together: in the reshape, the number of blocks comes before the "
        "size of one.": cut.reshape(n, c, size, rows, size, columns).max(axis=(2, 4)),
        "A block that is not whole is left out.": (
            blocks(np.pad(x, room, constant_values=-np.inf), size).max(axis=(4, 5))
        ),
    }


check_max_pool = check_pool(
    "max_pool",
    lambda x, size: blocks(x, size).max(axis=(4, 5)),
    max_slips,
    "Next: write down the first block by hand; which four numbers are in it?",
)


def winners(x: Array, size: int) -> Array:
    """1 where a pixel is the largest of its block, in blocks."""
    found = blocks(x, size)
    return (found == found.max(axis=(4, 5), keepdims=True)).astype(float)


def first_of(won: Array) -> Array:
    """Of several winners in a block only the first."""
    flat = won.reshape(*won.shape[:4], -1)
    return (flat * (flat.cumsum(axis=-1) == 1)).reshape(won.shape)


def max_back_slips(g: Array, x: Array, size: int) -> Table:
    won, sent = winners(x, size), g[..., None, None]
    last = first_of(won[..., ::-1, ::-1])[..., ::-1, ::-1]
    in_blocks = {
        "Each of two winners got all of g, so more arrives than was sent: the first gets it.": (
            won * sent
        ),
        "The winners share. That is a right way to settle a tie, and not the one asked for: "
        "here, as in PyTorch, the first gets all.": (
            won / won.sum(axis=(4, 5), keepdims=True) * sent
        ),
        "Of equal pixels the last was taken: the first gets it.": last * sent,
        "Every pixel got a share: that is the way back of a mean. Only the largest has a say "
        "in a maximum.": np.ones_like(won) * sent / size**2,
        "All of the block got g, whoever was largest.": np.ones_like(won) * sent,
        "g is not used: this says who won.": first_of(won),
    }
    return {words: unblocked(wrong, x.shape) for words, wrong in in_blocks.items()}


check_max_pool_backward = check_pool(
    "max_pool_backward",
    lambda g, x, size: unblocked(first_of(winners(x, size)) * g[..., None, None], x.shape),
    max_back_slips,
    "Next: one block. Who won, and how many of them are there?",
)
check_avg_pool = check_pool(
    "avg_pool",
    lambda x, size: blocks(x, size).mean(axis=(4, 5)),
    {
        "This is the sum of each block: divide by how many there are.": (
            lambda x, size: blocks(x, size).sum(axis=(4, 5))
        ),
        "Divided by the side of a block: it has size² pixels.": (
            lambda x, size: blocks(x, size).sum(axis=(4, 5)) / size
        ),
        "This is the largest of each block.": lambda x, size: blocks(x, size).max(axis=(4, 5)),
    },
)


def avg_back(g: Array, x: Array, size: int) -> Array:
    return unblocked(np.ones_like(blocks(x, size)) * g[..., None, None] / size**2, x.shape)


check_avg_pool_backward = check_pool(
    "avg_pool_backward",
    avg_back,
    {
        "Each pixel got all of g: it has one part in size² of the mean.": (
            lambda g, x, size: avg_back(g, x, size) * size**2
        ),
        "Divided by the side of a block: it has size² pixels.": (
            lambda g, x, size: avg_back(g, x, size) * size
        ),
        "g is not used on the way back.": lambda g, x, size: avg_back(np.ones_like(g), x, size),
        "Only the largest got something: all make the mean.": (
            lambda g, x, size: unblocked(winners(x, size) * g[..., None, None], x.shape)
        ),
        "The partials of a mean do not depend on the pixels.": (
            lambda g, x, size: avg_back(g, x, size) * x
        ),
    },
)

# ---------------------------------------------------------------------------------------------
# E17.3 A network that sees shapes

SIZES = {
    "the shape after conv 1": (50, 8, 6, 6),
    "the shape after conv 2": (50, 8, 4, 4),
    "the shape after the pool": (50, 8, 1, 1),
    "the shape after the reshape": (50, 8),
    "the shape after the linear layer": (50, 4),
    "the number of parameters": 700,
}
PLACES = [*SIZES]
PARAMETERS = [(8, 1, 3, 3), (8,), (8, 8, 3, 3), (8,), (4, 8), (4,)]
COUNTS = {
    680: "The biases are parameters too: 8, 8 and 4 of them.",
    196: "A weight of the second layer for each of the 8 channels that come in: 8 × 8 × 3 × 3.",
}


def is_count(place: int) -> bool:
    return place == len(PLACES) - 1


def size_otherwise(place: int, got: Any) -> tuple[str, str]:
    """Cause and next move for a wrong entry."""
    if is_count(place):
        return COUNTS.get(got, ""), "Next: weights and biases of the three layers, one by one."
    return size_cause(got, SIZES[PLACES[place]]), ""  # type: ignore[arg-type]


def size_cause(found: Any, expected: tuple[int, ...]) -> str:
    """The likely reason for a wrong shape in the list."""
    if is_number(found):
        return "A shape is a tuple, such as (50, 8)."
    if not isinstance(found, tuple):
        return no_shape_cause(found)
    if len(found) == 4 and found[0] == 50 and found[1] == 1:
        return "The layer has 8 kernels, so 8 channels come out."
    if len(found) == 4 and found[2:] == (8, 8) and expected[2] in (6, 4):
        return "Without padding a kernel of 3 has 8 - 3 + 1 places in a row of 8."
    if len(found) == len(expected) and sorted(found) == sorted(expected):
        return "The order is (examples, channels, rows, columns)."
    if len(found) != len(expected):
        return f"This has {len(found)} axes, and {len(expected)} are left at this stage."
    return ""


check_predicted_shapes = check_predictions(
    "predicted_shapes",
    [*SIZES.values()],
    asks=PLACES.__getitem__,
    otherwise=size_otherwise,
    fault=lambda said, place, got: number_fault(said, got) if is_count(place) else None,
    wanted="a list of five shapes and one number",
    not_a_table=("Five shapes come first, then the number.", ""),
    read=shape_of,
    own_work=(*PREDICTED, "image_ops", ".shape"),
)


def net_cases(rng: np.random.Generator) -> list[Case]:
    parameters = [rng.normal(0.0, 0.5, shape) for shape in PARAMETERS]
    parameters[3] -= np.linspace(-4.0, 14.0, 8)  # the second relu cuts off much, and never all
    images = rng.normal(size=(3, 1, 8, 8))
    return [{"images": images, "parameters": parameters, "g": draw_seed(rng, (3, 4))}]


def net_steps(net_class: Any, case: Case) -> Steps:
    net, same = (net_class(np.random.default_rng(0)) for _ in range(2))
    tensors = in_a_row(net.parameters())
    yield "parameters", tensors
    yield "again", same.parameters()
    for tensor, numbers in zip(tensors, case["parameters"], strict=True):
        tensor.data = numbers
    logits = net(case["images"])
    yield "logits", logits
    logits.backward(case["g"])
    yield "moved", [t.grad is not None and bool(np.any(t.grad)) for t in tensors]


def relu(h: Array) -> Array:
    return np.maximum(h, 0.0)


def net_logits(
    case: Case, first: Any = relu, second: Any = relu, pool: Any = np.max, bias: bool = True
) -> Array:
    """What the network makes of the images, with other functions in place of relu and maximum."""
    w1, b1, w2, b2, w3, b3 = case["parameters"]
    h = first(fast_conv(case["images"], w1, b1 * bias))
    h = second(fast_conv(h, w2, b2 * bias))
    return pool(h, axis=(2, 3)) @ w3.T + b3 * bias


def fast_conv(x: Array, weight: Array, bias: Array) -> Array:
    """The convolution of stride 1 without padding, for many products."""
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], (2, 3))
    return np.einsum("ncijkm,ockm->noij", windows, weight) + bias[:, None, None]


LOGITS: Table = {
    "Neither relu is there, and two convs without a bend between them are one conv.": (
        lambda case: net_logits(case, np.array, np.array)
    ),
    "The relu after the second conv is missing.": lambda case: net_logits(case, second=np.array),
    "The relu after the first conv is missing.": lambda case: net_logits(case, np.array),
    "This pools by the mean. The maximum is asked for: is the shape anywhere?": (
        lambda case: net_logits(case, pool=np.mean)
    ),
    "The biases are not used.": lambda case: net_logits(case, bias=False),
    "A relu at the end cuts off every negative logit.": lambda case: relu(net_logits(case)),
    "These are probabilities. `cross_entropy` takes the logits as they are, and has the softmax in "
    "it.": lambda case: softmax(net_logits(case)),
}


def net_judge(tried: str, case: Case, seen: Seen) -> Faults:
    found = got = seen["parameters"]
    if isinstance(got, list):
        found = [np.shape(x.data) if isinstance(x, Held) else None for x in got]
    if found != PARAMETERS:
        cause = "Six tensors: weight and bias of each conv, then weight and bias of the linear "
        cause += "layer, which is (outputs, inputs)."
        if not isinstance(got, list):
            cause = kind_cause(got)
        elif not any(found):
            cause = "These are no tensors: an array takes no gradient. `Tensor(rng.normal(...))`."
        yield report("ShapeNet(rng).parameters(), by their shapes", found, PARAMETERS, cause)
    yield from drawn_faults(*([x.data for x in seen[name]] for name in ("parameters", "again")))
    tried = "the logits of 3 images, from given parameters"
    cause = "The logits are a plain array: nobody can walk back from it. Where is `.data` used?"
    yield holder_fault(tried, seen["logits"], bare=cause)
    look = "Next: print the shape after each line of your call, and compare with rung 1."
    slips = partial(known_wrong, LOGITS, case)
    yield difference(tried, seen["logits"].data, net_logits(case), slips, look)
    names = ("w1", "b1", "w2", "b2", "w3", "b3")
    still = [name for name, moves in zip(names, seen["moved"], strict=True) if not moves]
    if still:
        cause = "On its way to the logits `.data` or a copy was used: keep the tensors themselves."
        yield report("the gradients", Words(f"none for {', '.join(still)}"), cause=cause)


def drawn_faults(drawn: list[Array], again: list[Array]) -> Faults:
    """The messages for parameters that are not drawn as they should be."""
    if not all(map(np.array_equal, drawn, again)):
        cause = "The same seed gave other weights: draw them from `rng`, in the order of the list."
        yield report("ShapeNet with one seed, twice", Words("two networks"), cause=cause)
    rng, weights = np.random.default_rng(0), (0, 2, 4)
    wanted = [float(np.sqrt(2 / np.prod(PARAMETERS[place][1:]))) for place in weights]
    spreads = [float(np.std(drawn[place])) for place in weights]
    if not all(0.6 < got / want < 1.5 for got, want in zip(spreads, wanted, strict=True)):
        cause = "`rng.normal(0.0, (2 / n) ** 0.5, shape)`, where n is how many numbers one output "
        cause += "is the sum of: all of the shape but its first axis."
        yield report("the spread of the three weights", spreads, wanted, cause)
    for place, (got, shape) in enumerate(zip(drawn, PARAMETERS, strict=True)):
        right, cause = np.zeros(shape), "Biases start at 0."
        if place in weights:
            right = rng.normal(0.0, wanted[place // 2], shape)
            cause = "The spread is right, and these are other numbers than "
            cause += "`rng.normal(0.0, (2 / n) ** 0.5, shape)` draws, weight after weight."
        at = f"ShapeNet(rng).parameters()[{place}]"
        yield difference(at, got, right, cause=cause, scale=1e-9)


check_shape_net = check_stages(
    "shape_net",
    net_cases,
    net_steps,
    net_judge,
    tried=lambda case: "ShapeNet(rng)",
    own_work=ALWAYS,
)

SEEN, UNSEEN, ENOUGH = 800, 400, 0.95


def learn_steps(learn: Any, case: Case) -> Steps:
    images, labels = shapes(SEEN, rng=case["seed"])
    kept = images.copy(), labels.copy()
    classify = learn(images, labels)
    yield "no function", None if callable(classify) else [classify]
    pairs = enumerate(zip(kept, (images, labels), strict=True))
    yield "changed", [place for place, pair in pairs if not np.array_equal(*pair)]
    yield "unseen", classify(shapes(UNSEEN, rng=case["seed"] + 1)[0])
    yield "seen", classify(kept[0])


def learn_judge(tried: str, case: Case, seen: Seen) -> Faults:
    for got in seen["no function"] or ():
        cause = "What you return will be called with new images: return the inner function itself, "
        cause += "without brackets behind it."
        cause = kind_cause(None) if got is None else cause
        found = Words(f"of type {type_of(got)}")
        yield report(tried, found, Words("a function of images"), cause)
    unseen = seen["unseen"]
    if not isinstance(unseen, np.ndarray) or unseen.shape != (UNSEEN,):
        cause, found = kind_cause(unseen), unseen
        if isinstance(unseen, np.ndarray):
            cause, found = "", Words(f"an array of shape {unseen.shape}")
            if unseen.shape == (UNSEEN, len(SHAPES)):
                cause = "These are four logits an image. The class is where the largest of them "
                cause += "stands: `argmax(axis=1)`."
        wanted = Words(f"an array of shape ({UNSEEN},), a class for each image")
        look = "Next: print what your function gives for `images`, and its shape."
        yield report(f"{tried}: their classes", found, wanted, cause, look)
    yield changed_array_fault(tried, seen, ("images", "labels"))
    known, right = (
        float(np.mean(seen[name] == shapes(count, rng=case["seed"] + later)[1]))
        for name, count, later in (("seen", SEEN, 0), ("unseen", UNSEEN, 1))
    )
    if right < ENOUGH:
        of_them = f"{right:.1%} of the new images right, and {known:.1%} of those it learned from"
        cause = learning_cause(unseen, known, right)
        yield report(tried, Words(of_them), Words("95% of the new images"), cause)


def learning_cause(unseen: Array, known: float, right: float) -> str:
    """The likely reason for a network that does not see the shapes."""
    if len(set(unseen.tolist())) == 1:
        return (
            f"It says {SHAPES[int(unseen[0])]!r} to every image. Print the loss: if it is nan or "
            "stands still near 1.39, a step was far too large, or went uphill."
        )
    if known >= ENOUGH:
        return (
            "It has learned the images by heart. A weight for each pixel must see each shape at "
            "each place; a kernel that slides needs to see it once."
        )
    if right < 0.4:
        return (
            "This is not much better than guessing, one in four. Does each image still have its "
            "own label when a batch is drawn, and do the parameters move?"
        )
    return "It is on its way: more steps, or a larger rate. 300 steps of 50 images at 0.3 do."


check_learn = check_stages(
    "learn",
    lambda rng: [{"seed": int(rng.integers(10**6))}],
    learn_steps,
    learn_judge,
    tried=lambda case: f"learn(images, labels) on {SEEN} images, then {UNSEEN} new ones",
    seconds=60.0,
)
