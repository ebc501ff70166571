"""The checks of exercise 17: convolution and pooling both ways, and a network that sees shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data import SHAPES, shapes
from ..teaching.convolution_products import output_shape, products
from ..teaching.convolution_products import output_size as windows_that_fit
from .accepted import close, is_number
from .arrays import changed_array_fault, difference, draw_array, draw_seed
from .core import Check
from .messages import Words, kind_cause, report
from .plain_data import Raised
from .run_answer import call

Case = dict[str, Any]
Array = np.ndarray

# ---------------------------------------------------------------------------------------------
# E17.1 How many windows


def _size_cases(rng: np.random.Generator) -> list[Case]:
    k = int(rng.integers(2, 5))
    n = k + 2 * int(rng.integers(2, 5))  # n - k is even
    return [
        {"n": n, "k": k, "stride": 1, "padding": 0},
        {"n": n, "k": k, "stride": 2, "padding": 0},
        {"n": n, "k": k, "stride": 1, "padding": 1},
        {"n": n + 1, "k": k, "stride": 2, "padding": 0},
        {"n": n, "k": k, "stride": 3, "padding": 2},
        {"n": k, "k": k, "stride": 2, "padding": 0},
    ]


def _size_probe(output_size: Any, case: Case) -> Any:
    return output_size(case["n"], case["k"], case["stride"], case["padding"])


def _size_tried(case: Case) -> str:
    return "output_size({n}, {k}, stride={stride}, padding={padding})".format(**case)


def _size_judge(case: Case, got: Any) -> str | None:
    n, k, stride, padding = (case[name] for name in ("n", "k", "stride", "padding"))
    tried, expected = _size_tried(case), windows_that_fit(n, k, stride, padding)
    if not is_number(got):
        return report(tried, got, expected, kind_cause(got))
    slips = [
        (n - k, "Between the first and the last start lie n - k steps: count the starts, too."),
        (windows_that_fit(n, k, 1, padding), "This is the count for stride 1."),
        (windows_that_fit(n, k, stride, 0), "This is the count without padding."),
        ((n + padding - k) // stride + 1, "The zeros stand at both ends."),
        (-(-(n + 2 * padding - k) // stride) + 1, "The last window does not fit in whole."),
        ((n + 2 * padding) // stride, "The window's own length takes part: it must fit in whole."),
        ((n + 2 * padding - k) / stride + 1, "A window is there or not: there is no half of one."),
    ]
    if close(got, expected):
        if isinstance(got, float):
            cause = "A count is a whole number: `//` gives one, `/` does not."
            return report(tried, Words(repr(got)), Words(repr(expected)), cause)
        return None
    cause = next((why for slip, why in slips if close(got, slip)), "")
    look = "Next: draw the numbers on paper and slide the window as far as it goes."
    return report(tried, got, expected, cause, look)


check_output_size = Check("output_size", _size_cases, _size_probe, _size_judge, tried=_size_tried)

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


def _conv_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {
            "x": draw_array(rng, x_shape),
            "weight": draw_array(rng, weight_shape),
            "bias": draw_array(rng, weight_shape[:1]) if has_bias else None,
            "stride": stride,
            "padding": padding,
        }
        for x_shape, weight_shape, stride, padding, has_bias in GEOMETRIES
    ]


def _conv_probe(conv2d: Any, case: Case) -> Any:
    return call(conv2d, case["x"], case["weight"], case["bias"], case["stride"], case["padding"])


def _conv_tried(case: Case) -> str:
    return f"conv2d({_given(case)})"


def _given(case: Case) -> str:
    """The arguments of a case: shapes for arrays."""
    named = [f"{name} of shape {case[name].shape}" for name in ("x", "weight")]
    if case["bias"] is not None:
        named.append("a bias")
    return ", ".join([*named, f"stride={case['stride']}", f"padding={case['padding']}"])


def _conv_judge(case: Case, outcome: Any) -> str | None:
    x, weight, bias = case["x"], case["weight"], case["bias"]
    where = case["stride"], case["padding"]
    expected = conv(x, weight, bias, *where)
    slips = [
        (
            conv(x, weight[:, :, ::-1, ::-1], bias, *where),
            "The kernel was turned round. Mathematics calls that a convolution; conv2d lays the "
            "kernel on the window as it is.",
        ),
        (conv(x, weight, bias, 1, case["padding"]), "These are the windows of stride 1."),
        (conv(x, weight, bias, case["stride"], 0), "These are the windows without padding."),
        (conv(x, weight, None, *where), "The bias is missing."),
        (expected.transpose(0, 2, 3, 1), "Channels are the second axis: (N, O, rows, columns)."),
        (
            conv(x[:, :1], weight[:, :1], bias, *where),
            "Only the first channel of x counts here: each output is a sum over all of them.",
        ),
        (expected / weight[0].size, "This is the mean of the products, not their sum."),
    ]
    if bias is not None:
        once = bias[:, None, None]
        for count in (x.shape[1], weight[0].size):
            again = "The bias was added once for each product or channel: it comes once an output."
            slips.append((expected + (count - 1) * once, again))
    if where[1]:
        sides = [(0, 0), (0, 0), (where[1], where[1]), (where[1], where[1])]
        edge = conv(np.pad(x, sides, mode="edge"), weight, bias, where[0])
        slips.append((edge, "The border repeats the edge of the image: padding is zeros."))
        slips.append(
            (
                conv(np.pad(x, [(0, 0), (0, 0), *[(0, where[1])] * 2]), weight, bias, where[0]),
                "The zeros stand on one side only: they belong on all four.",
            )
        )
    look = "Next: compute one output by hand, all its products, and compare."
    tried = _conv_tried(case)
    if fault := difference(tried, outcome["result"], expected, slips, look):
        return fault
    return changed_array_fault(tried, outcome, ("x", "weight", "bias"))


def _conv_explain(case: Case, raised: Raised) -> str | None:
    if raised.type in ("ValueError", "IndexError"):
        return (
            "Two shapes do not meet. Print them: no side here is as long as another, so rows and "
            "columns, or O and C, that have changed places show."
        )
    return None


check_conv2d = Check(
    "conv2d", _conv_cases, _conv_probe, _conv_judge, tried=_conv_tried, explain=_conv_explain
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


def last_window(g: Array, weight: Array, x_shape: tuple[int, ...], stride: int, pad: int) -> Array:
    """What is left in dx where each window writes over what the windows before it wrote."""
    n, c, height, width = x_shape
    padded = np.zeros((n, c, height + 2 * pad, width + 2 * pad))
    k, m = weight.shape[2:]
    for i, j in np.ndindex(g.shape[2:]):
        rows, columns = slice(i * stride, i * stride + k), slice(j * stride, j * stride + m)
        padded[:, :, rows, columns] = np.einsum("no,ockm->nckm", g[:, :, i, j], weight)
    return padded[:, :, pad : pad + height, pad : pad + width]


def last_place(g: Array, weight: Array, x_shape: tuple[int, ...], stride: int, pad: int) -> Array:
    """What is left in dx where each place of the kernel writes over what the others wrote."""
    n, c, height, width = x_shape
    padded = np.zeros((n, c, height + 2 * pad, width + 2 * pad))
    down, across = (stride * size for size in g.shape[2:])
    for di, dj in np.ndindex(weight.shape[2:]):
        rows, columns = slice(di, di + down, stride), slice(dj, dj + across, stride)
        padded[:, :, rows, columns] = np.einsum("noij,oc->ncij", g, weight[:, :, di, dj])
    return padded[:, :, pad : pad + height, pad : pad + width]


def _back_cases(rng: np.random.Generator) -> list[Case]:
    cases = _conv_cases(rng)
    for case in cases:
        where = case["x"].shape, case["weight"].shape, case["stride"], case["padding"]
        case["g"] = draw_seed(rng, output_shape(*where))
        del case["bias"]
    return cases


def _back_probe(conv2d_backward: Any, case: Case) -> Any:
    given = case["g"], case["x"], case["weight"], case["stride"], case["padding"]
    return call(conv2d_backward, *given)


def _back_tried(case: Case) -> str:
    return f"conv2d_backward(g, {_given(case | {'bias': None})})"


def _back_judge(case: Case, outcome: Any) -> str | None:
    g, x, weight = case["g"], case["x"], case["weight"]
    tried, found = _back_tried(case), outcome["result"]
    if not isinstance(found, tuple) or len(found) != 3:
        wanted = Words("a tuple of three arrays, (dx, dweight, dbias)")
        cause = "Three gradients are asked for: `return dx, dweight, dbias`."
        got = f"a tuple of {len(found)}" if isinstance(found, tuple) else type(found).__name__
        return report(tried, Words(got), wanted, kind_cause(None) if found is None else cause)
    dx, dweight, dbias = found
    if fault := _dx_fault(f"dx of {tried}", dx, case):
        return fault
    where = case["stride"], case["padding"]
    expected = gather(g, x, weight.shape, *where)
    slips = [
        (gather(g, x, weight.shape, 1, where[1]), "The windows of x were taken at stride 1."),
        (gather(g, x, weight.shape, where[0], 0), "The windows of x were taken without padding."),
        (expected[:, :, ::-1, ::-1], "Turned round: only the way to dx turns the kernel."),
        (expected / len(x), "This is the mean over the examples. Each of them adds its own."),
        (gather(g[-1:], x[-1:], weight.shape, *where), "Only one example counts here."),
        (gather(np.ones_like(g), x, weight.shape, *where), "g is not used on the way to dweight."),
        (_last_position(g, x, weight.shape, *where), "Each window wrote over the one before it."),
    ]
    look = "Next: one weight, every window; what did it multiply there, and what came back?"
    if fault := difference(f"dweight of {tried}", dweight, expected, slips, look):
        return fault
    total = g.sum(axis=(0, 2, 3))
    count = g[:, 0].size
    slips = [
        (g.sum(), "This is the sum of all of g: each output channel has a bias of its own."),
        (total / count, "This is a mean. The bias is added to each output of its channel: a sum."),
        (np.full_like(total, count), "These are counts: g is not used on the way to dbias."),
        (g.sum(axis=0), "Summed over the examples only. The bias is used at every place, too."),
        (g.sum(axis=(2, 3)), "Summed over the places only. All examples use the one bias."),
    ]
    look = "Next: which axes of g does the bias not have? Broadcast forward, sum backward."
    if fault := difference(f"dbias of {tried}", dbias, total, slips, look):
        return fault
    return changed_array_fault(tried, outcome, ("g", "x", "weight"))


def _last_position(g: Array, x: Array, w_shape: tuple[int, ...], stride: int, pad: int) -> Array:
    """What is left in dweight where each window writes over the one before it."""
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    i, j = g.shape[2] - 1, g.shape[3] - 1
    top, left = i * stride, j * stride
    window = padded[:, :, top : top + w_shape[2], left : left + w_shape[3]]
    return np.einsum("no,nckm->ockm", g[:, :, i, j], window)


def _dx_fault(tried: str, dx: Any, case: Case) -> str | None:
    """The message for a wrong gradient of x, else None."""
    g, x, weight = case["g"], case["x"], case["weight"]
    where = case["stride"], case["padding"]
    expected = spread(g, weight, x.shape, *where)
    pad = where[1]
    wider = (*x.shape[:2], x.shape[2] + 2 * pad, x.shape[3] + 2 * pad)
    slips = [
        (
            spread(g, weight[:, :, ::-1, ::-1], x.shape, *where),
            "The kernel lies the other way round than on the way forward. Written as a sliding "
            "window over g, the way back needs it turned, rows and columns.",
        ),
        (
            spread(g, weight, x.shape, 1, pad),
            "The stride is missing: window number i begins in row i * stride of x.",
        ),
        (
            last_window(g, weight, x.shape, *where),
            "Where two windows overlap, the later wrote over the earlier: add, `+=`.",
        ),
        (
            last_place(g, weight, x.shape, *where),
            "Each place of the kernel wrote over the place before it: add, `+=`.",
        ),
        (spread(g, weight, wider, where[0], 0), "The border of zeros is still on: cut it off."),
        (
            spread(g, weight, x.shape, where[0], 0),
            "The border was not counted: the first window begins `padding` rows above the image.",
        ),
        (
            spread(np.ones_like(g), weight, x.shape, *where),
            "g is not used on the way to dx: every output sends back the same.",
        ),
        (
            spread(g[:, :1], weight[:1], x.shape, *where),
            "Only the first output channel sends back: a pixel is used by all of them.",
        ),
    ]
    cause = ""
    if isinstance(dx, np.ndarray) and dx.shape == x.shape and dx.dtype.kind == "f":
        ahead, back = float(np.sum(conv(x, weight, None, *where) * g)), float(np.sum(x * dx))
        cause = f"sum(conv2d(x) * g) is {ahead:.4g} and sum(x * dx) is {back:.4g}, where the two "
        cause += "are one number for a right way back."
    look = "Next: set g to 0 but for one entry. Its window is all of dx that may be other than 0."
    return difference(tried, dx, expected, slips, look, cause=cause)


def _back_explain(case: Case, raised: Raised) -> str | None:
    if raised.type in ("ValueError", "IndexError"):
        return (
            "Two shapes do not meet. dx has the shape of x, dweight that of weight; no side here "
            "is as long as another, and with a stride some rows of x are in no window."
        )
    return None


check_conv2d_backward = Check(
    "conv2d_backward",
    _back_cases,
    _back_probe,
    _back_judge,
    points=2,
    tried=_back_tried,
    explain=_back_explain,
)

# ---------------------------------------------------------------------------------------------
# E17.1 The adjoint test


def signal_forward(x: Array, kernel: Array) -> Array:
    """A kernel laid on every window of a signal."""
    return np.correlate(x, kernel, mode="valid")


def signal_back(g: Array, kernel: Array) -> Array:
    """The way back of `signal_forward`."""
    return np.convolve(g, kernel, mode="full")


KERNEL = np.array([0.5, -2.0, 1.25])
MEAN = np.array([1.0, 1.0, 1.0]) / 3
PAIRS = {  # name -> what it is, forward, back, the length of y for a given length of x, right?
    "right": (
        "a kernel on each window, and its own way back",
        lambda x: signal_forward(x, KERNEL),
        lambda g: signal_back(g, KERNEL),
        True,
    ),
    "strided": (
        "stride 2 there and back",
        lambda x: signal_forward(x, KERNEL)[::2],
        lambda g: signal_back(np.insert(g, slice(1, None), 0.0), KERNEL),
        True,
    ),
    "tiny": (
        "the same with a kernel of size 1e-9",
        lambda x: signal_forward(x, KERNEL * 1e-9),
        lambda g: signal_back(g, KERNEL * 1e-9),
        True,
    ),
    "unflipped": (
        "the way back of the kernel turned round",
        lambda x: signal_forward(x, KERNEL),
        lambda g: signal_back(g, KERNEL[::-1]),
        False,
    ),
    "tiny_unflipped": (
        "the same with a kernel of size 1e-9",
        lambda x: signal_forward(x, KERNEL * 1e-9),
        lambda g: signal_back(g, KERNEL[::-1] * 1e-9),
        False,
    ),
    "doubled": (
        "a way back that is twice as much",
        lambda x: signal_forward(x, MEAN),
        lambda g: 2 * signal_back(g, MEAN),
        False,
    ),
    "opposite": (
        "a way back with the wrong sign",
        lambda x: signal_forward(x, KERNEL),
        lambda g: -signal_back(g, KERNEL),
        False,
    ),
    "nothing": (
        "a way back that is 0 everywhere",
        lambda x: signal_forward(x, KERNEL),
        lambda g: 0.0 * signal_back(g, KERNEL),
        False,
    ),
    "slightly": (
        "a way back that is wrong in its last place, by a thousandth",
        lambda x: signal_forward(x, KERNEL),
        lambda g: signal_back(g, KERNEL) * (1 + 1e-3 * (np.arange(len(g) + 2) == len(g) + 1)),
        False,
    ),
}
HINTS = {
    "right": "This pair is right. Its two sums are equal up to rounding: `==` asks for more.",
    "tiny": "Both sums are tiny here, and equal up to rounding: measure the difference against the "
    "size of the numbers.",
    "tiny_unflipped": "Both sums are tiny here, and still different: an absolute tolerance lets "
    "everything tiny pass. Measure the difference against the size of the numbers.",
    "unflipped": "This is what the test is for. With x and y of ones, every kernel and its mirror "
    "image have the same sums: draw x and y, both.",
    "opposite": "The two sums differ in sign only: take no absolute value of them.",
    "slightly": "The tolerance is too wide. In float64 the two agree to about 12 digits.",
    "strided": "This one is right: y can be shorter than x. Draw it in the shape of forward(x).",
}


def _adjoint_cases(rng: np.random.Generator) -> list[Case]:
    length = int(rng.integers(3, 7)) * 2 + 1
    seed = int(rng.integers(1000))
    return [{"pair": name, "length": length, "seed": seed} for name in PAIRS]


def _adjoint_probe(is_adjoint: Any, case: Case) -> Any:
    _, forward, back, _ = PAIRS[case["pair"]]
    return is_adjoint(forward, back, (case["length"],), np.random.default_rng(case["seed"]))


def _adjoint_tried(case: Case) -> str:
    return f"is_adjoint on {PAIRS[case['pair']][0]}, x_shape=({case['length']},)"


def _adjoint_judge(case: Case, got: Any) -> str | None:
    tried, is_right = _adjoint_tried(case), PAIRS[case["pair"]][3]
    if not isinstance(got, bool):
        cause = f"{kind_cause(got)} The answer is True or False: `bool(...)` makes one."
        return report(tried, got, is_right, cause)
    if got is is_right:
        return None
    cause = HINTS.get(case["pair"], "")
    look = "Next: print sum(forward(x) * y) and sum(x * back(y)) inside your function."
    return report(tried, got, is_right, cause, look)


check_is_adjoint = Check(
    "is_adjoint", _adjoint_cases, _adjoint_probe, _adjoint_judge, tried=_adjoint_tried
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


def _pool_cases(rng: np.random.Generator) -> list[Case]:
    few = rng.permuted(np.repeat([-0.5, 0.75, 1.5], 16)).reshape(2, 1, 6, 4)
    few[0, 0, :2, :2] = 1.5
    few[1, 0, :2, :2] = [[1.5, -0.5], [0.75, 1.5]]
    drawn = [
        {"size": 2, "x": draw_array(rng, (1, 1, 4, 6))},
        {"size": 3, "x": draw_array(rng, (2, 3, 6, 3))},
        {"size": 2, "x": -np.abs(draw_array(rng, (1, 2, 4, 2)))},
        {"size": 2, "x": draw_array(rng, (2, 2, 5, 7))},
        {"size": 2, "x": few},
    ]
    for case in drawn:
        case["g"] = draw_seed(rng, blocks(case["x"], case["size"]).shape[:4])
    return drawn


def _pool_given(case: Case) -> str:
    kind = ", with ties" if len(np.unique(case["x"])) < 4 else ""
    kind = ", all negative" if (case["x"] < 0).all() else kind
    return f"x of shape {case['x'].shape}{kind}, {case['size']}"


def _pool_probe(pool: Any, case: Case) -> Any:
    return call(pool, case["x"], case["size"])


def _pool_slips(case: Case) -> list[tuple[Any, str]]:
    """Wrong results of max_pool."""
    x, size = case["x"], case["size"]
    found = blocks(x, size)
    right = found.max(axis=(4, 5))
    slips = [
        (found.mean(axis=(4, 5)), "This is the mean of each block."),
        (np.maximum(right, 0.0), "The largest was looked for from 0 on: all may be below it."),
        (x.max(axis=(2, 3)), "This is one number an image: the blocks were not kept apart."),
        (x.max(axis=(2, 3), keepdims=True), "The whole image was taken for one block."),
    ]
    slides = np.lib.stride_tricks.sliding_window_view(x, (size, size), (2, 3)).max(axis=(4, 5))
    slips.append((slides, "These windows overlap: the next block begins where the last one ends."))
    n, c, rows, columns = right.shape
    cut = x[:, :, : rows * size, : columns * size]
    mixed = cut.reshape(n, c, size, rows, size, columns).max(axis=(2, 4))
    wrong = "Neighbours were not kept together: in the reshape, the number of blocks comes before "
    slips.append((mixed, wrong + "the size of one."))
    room = np.full((n, c, -(-x.shape[2] // size) * size, -(-x.shape[3] // size) * size), -np.inf)
    room[:, :, : x.shape[2], : x.shape[3]] = x
    slips.append((blocks(room, size).max(axis=(4, 5)), "A block that is not whole is left out."))
    return slips


def _max_judge(case: Case, outcome: Any) -> str | None:
    tried = f"max_pool({_pool_given(case)})"
    expected = blocks(case["x"], case["size"]).max(axis=(4, 5))
    look = "Next: write down the first block by hand; which four numbers are in it?"
    if fault := difference(tried, outcome["result"], expected, _pool_slips(case), look):
        return fault
    return changed_array_fault(tried, outcome, ("x", "size"))


def _pool_explain(case: Case, raised: Raised) -> str | None:
    if raised.type in ("ValueError", "IndexError") and case["x"].shape[2] % case["size"]:
        return "5 rows are two blocks of 2, and one row is left over. Cut it off before you divide."
    return None


check_max_pool = Check(
    "max_pool",
    _pool_cases,
    _pool_probe,
    _max_judge,
    tried=lambda case: f"max_pool({_pool_given(case)})",
    explain=_pool_explain,
)


def _pool_back_probe(back: Any, case: Case) -> Any:
    return call(back, case["g"], case["x"], case["size"])


def winners(x: Array, size: int) -> Array:
    """1 where a pixel is the largest of its block, in blocks."""
    found = blocks(x, size)
    return (found == found.max(axis=(4, 5), keepdims=True)).astype(float)


def first_of(won: Array) -> Array:
    """Of several winners in a block only the first."""
    flat = won.reshape(*won.shape[:4], -1)
    return (flat * (flat.cumsum(axis=-1) == 1)).reshape(won.shape)


def _max_back_judge(case: Case, outcome: Any) -> str | None:
    x, size, shape = case["x"], case["size"], case["x"].shape
    won, g = winners(x, size), case["g"][..., None, None]
    first = first_of(won)
    last = first_of(won[..., ::-1, ::-1])[..., ::-1, ::-1]
    ones = np.ones_like(won)
    slips = [
        (
            unblocked(won * g, shape),
            "Each of two winners got all of g, so more arrives than was sent: the first gets it.",
        ),
        (
            unblocked(won / won.sum(axis=(4, 5), keepdims=True) * g, shape),
            "The winners share. That is a right way to settle a tie, and not the one asked for: "
            "here, as in PyTorch, the first gets all.",
        ),
        (unblocked(last * g, shape), "Of equal pixels the last was taken: the first gets it."),
        (
            unblocked(ones * g / size**2, shape),
            "Every pixel got a share: that is the way back of a mean. Only the largest has a say "
            "in a maximum.",
        ),
        (unblocked(ones * g, shape), "All of the block got g, whoever was largest."),
        (unblocked(first, shape), "g is not used: this says who won."),
    ]
    tried = f"max_pool_backward(g, {_pool_given(case)})"
    look = "Next: one block. Who won, and how many of them are there?"
    if fault := difference(tried, outcome["result"], unblocked(first * g, shape), slips, look):
        return fault
    return changed_array_fault(tried, outcome, ("g", "x", "size"))


check_max_pool_backward = Check(
    "max_pool_backward",
    _pool_cases,
    _pool_back_probe,
    _max_back_judge,
    tried=lambda case: f"max_pool_backward(g, {_pool_given(case)})",
    explain=_pool_explain,
)


def _avg_judge(case: Case, outcome: Any) -> str | None:
    found, size = blocks(case["x"], case["size"]), case["size"]
    slips = [
        (found.sum(axis=(4, 5)), "This is the sum of each block: divide by how many there are."),
        (found.sum(axis=(4, 5)) / size, "Divided by the side of a block: it has size² pixels."),
        (found.max(axis=(4, 5)), "This is the largest of each block."),
    ]
    tried = f"avg_pool({_pool_given(case)})"
    if fault := difference(tried, outcome["result"], found.mean(axis=(4, 5)), slips):
        return fault
    return changed_array_fault(tried, outcome, ("x", "size"))


check_avg_pool = Check(
    "avg_pool",
    _pool_cases,
    _pool_probe,
    _avg_judge,
    tried=lambda case: f"avg_pool({_pool_given(case)})",
    explain=_pool_explain,
)


def _avg_back_judge(case: Case, outcome: Any) -> str | None:
    x, size, shape = case["x"], case["size"], case["x"].shape
    won = winners(x, size)
    sent = np.broadcast_to(case["g"][..., None, None], won.shape)
    expected = unblocked(sent / size**2, shape)
    slips = [
        (
            unblocked(sent, shape),
            "Each pixel got all of g: it has one part in size² of the mean.",
        ),
        (unblocked(sent / size, shape), "Divided by the side of a block: it has size² pixels."),
        (unblocked(np.ones_like(won) / size**2, shape), "g is not used on the way back."),
        (unblocked(sent * won, shape), "Only the largest got something: all make the mean."),
        (expected * x, "The partials of a mean do not depend on the pixels."),
    ]
    tried = f"avg_pool_backward(g, {_pool_given(case)})"
    if fault := difference(tried, outcome["result"], expected, slips):
        return fault
    return changed_array_fault(tried, outcome, ("g", "x", "size"))


check_avg_pool_backward = Check(
    "avg_pool_backward",
    _pool_cases,
    _pool_back_probe,
    _avg_back_judge,
    tried=lambda case: f"avg_pool_backward(g, {_pool_given(case)})",
    explain=_pool_explain,
)

# ---------------------------------------------------------------------------------------------
# E17.3 A network that sees shapes

STAGES = [
    ("conv 1", (50, 8, 6, 6)),
    ("conv 2", (50, 8, 4, 4)),
    ("the pool", (50, 8, 1, 1)),
    ("the reshape", (50, 8)),
    ("the linear layer", (50, 4)),
]
PARAMETERS = [(8, 1, 3, 3), (8,), (8, 8, 3, 3), (8,), (4, 8), (4,)]
COUNT = 700
COUNTS = {
    680: "The biases are parameters too: 8, 8 and 4 of them.",
    196: "A weight of the second layer for each of the 8 channels that come in: 8 × 8 × 3 × 3.",
}


def _sizes_judge(case: Case, got: Any) -> str | None:
    tried = "the predictions for 50 images"
    if not isinstance(got, list) or len(got) != len(STAGES) + 1:
        cause = kind_cause(got)
        if isinstance(got, list):
            cause = f"The list has {len(got)} entries: five shapes come first, then the number."
        return report(tried, got, Words("a list of five shapes and one number"), cause)
    for (stage, expected), found in zip(STAGES, got, strict=False):
        if not isinstance(found, tuple | list) or tuple(found) != expected:
            return report(f"the shape after {stage}", found, expected, _size_cause(found, expected))
    if got[-1] != COUNT:
        cause = COUNTS.get(got[-1], "") if isinstance(got[-1], int) else ""
        look = "Next: weights and biases of the three layers, one by one."
        return report("the number of parameters", got[-1], COUNT, cause, look)
    return None


def _size_cause(found: Any, expected: tuple[int, ...]) -> str:
    """The likely reason for a wrong shape in the list."""
    if not isinstance(found, tuple | list):
        return "A shape is a tuple, such as (50, 8)."
    found = tuple(found)
    if len(found) == 4 and found[0] == 50 and found[1] == 1:
        return "The layer has 8 kernels, so 8 channels come out."
    if len(found) == 4 and found[2:] == (8, 8) and expected[2] in (6, 4):
        return "Without padding a kernel of 3 has 8 - 3 + 1 places in a row of 8."
    if len(found) == len(expected) and sorted(found) == sorted(expected):
        return "The order is (examples, channels, rows, columns)."
    if len(found) != len(expected):
        return f"This has {len(found)} axes, and {len(expected)} are left at this stage."
    return ""


check_predicted_shapes = Check(
    "predicted_shapes",
    lambda rng: [{}],
    lambda answer, case: answer(),
    _sizes_judge,
    tried=lambda case: "the predictions for 50 images",
)


def _net_cases(rng: np.random.Generator) -> list[Case]:
    parameters = [rng.normal(0.0, 0.5, shape) for shape in PARAMETERS]
    parameters[3] -= np.linspace(-4.0, 14.0, 8)  # the second relu cuts off much, and never all
    images = rng.normal(size=(3, 1, 8, 8))
    return [{"images": images, "parameters": parameters, "g": draw_seed(rng, (3, 4))}]


def _net_probe(net_class: Any, case: Case) -> Any:
    net = net_class(np.random.default_rng(0))
    same = net_class(np.random.default_rng(0))
    tensors = net.parameters()
    found: Case = {"count": len(tensors), "shapes": [tensor_shape(t) for t in tensors]}
    if found["shapes"] != PARAMETERS:
        return found
    found["drawn"] = [np.array(t.data) for t in tensors]
    found["again"] = [np.array(t.data) for t in same.parameters()]
    for tensor, numbers in zip(tensors, case["parameters"], strict=True):
        tensor.data = numbers
    logits = net(case["images"])
    found["logits"] = logits.data if hasattr(logits, "backward") else logits
    if np.shape(found["logits"]) == case["g"].shape and hasattr(logits, "backward"):
        logits.backward(case["g"])
        found["moved"] = [t.grad is not None and bool(np.any(t.grad)) for t in tensors]
    return found


def tensor_shape(tensor: Any) -> tuple[int, ...] | None:
    """The shape of a tensor; None for what takes no gradient."""
    return tensor.shape if hasattr(tensor, "backward") else None


def net_logits(
    case: Case, first: Any = None, second: Any = None, pool: Any = np.max, bias: bool = True
) -> Array:
    """What the network makes of the images, with other functions in place of relu and maximum."""
    relu = lambda h: np.maximum(h, 0.0)  # noqa: E731
    w1, b1, w2, b2, w3, b3 = case["parameters"]
    h = (first or relu)(fast_conv(case["images"], w1, b1 * bias))
    h = (second or relu)(fast_conv(h, w2, b2 * bias))
    return pool(h, axis=(2, 3)) @ w3.T + b3 * bias


def fast_conv(x: Array, weight: Array, bias: Array) -> Array:
    """The convolution of stride 1 without padding, for many products."""
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], (2, 3))
    return np.einsum("ncijkm,ockm->noij", windows, weight) + bias[:, None, None]


def _net_judge(case: Case, found: Any) -> str | None:
    tried = "ShapeNet(rng).parameters(), by their shapes"
    if found["shapes"] != PARAMETERS:
        cause = "Six tensors: weight and bias of each conv, then weight and bias of the linear "
        cause += "layer, which is (outputs, inputs)."
        if all(shape is None for shape in found["shapes"]):
            cause = "These are no tensors: an array takes no gradient. `Tensor(rng.normal(...))`."
        return report(tried, found["shapes"], PARAMETERS, cause)
    pairs = zip(found["drawn"], found["again"], strict=True)
    if not all(np.array_equal(one, other) for one, other in pairs):
        cause = "The same seed gave other weights: draw them from `rng`, in the order of the list."
        return report("ShapeNet with one seed, twice", Words("two networks"), cause=cause)
    spreads = [float(np.std(found["drawn"][place])) for place in (0, 2, 4)]
    wanted = [float(np.sqrt(2 / np.prod(PARAMETERS[place][1:]))) for place in (0, 2, 4)]
    if not all(0.6 < got / want < 1.5 for got, want in zip(spreads, wanted, strict=True)):
        cause = "`rng.normal(0.0, (2 / n) ** 0.5, shape)`, where n is how many numbers one output "
        cause += "is the sum of: all of the shape but its first axis."
        return report("the spread of the three weights", spreads, wanted, cause)
    return _logits_fault(case, found)


def _logits_fault(case: Case, found: Any) -> str | None:
    """The message for wrong logits, or for parameters that get no gradient; else None."""
    tried, expected = "the logits of 3 images, from given parameters", net_logits(case)

    def same(h: Array) -> Array:
        return h

    slips = [
        (net_logits(case, same, same), "Neither relu is there, and two convs without a bend "
         "between them are one conv."),
        (net_logits(case, second=same), "The relu after the second conv is missing."),
        (net_logits(case, first=same), "The relu after the first conv is missing."),
        (net_logits(case, pool=np.mean), "This pools by the mean. The maximum is asked for: is the "
         "shape anywhere?"),
        (net_logits(case, bias=False), "The biases are not used."),
        (np.maximum(expected, 0.0), "A relu at the end cuts off every negative logit."),
        (_softmax(expected), "These are probabilities. `cross_entropy` takes the logits as they "
         "are, and has the softmax in it."),
    ]  # fmt: skip
    look = "Next: print the shape after each line of your call, and compare with rung 1."
    if fault := difference(tried, found["logits"], expected, slips, look):
        return fault
    if "moved" not in found:
        cause = "The logits are a plain array: nobody can walk back from it. Where is `.data` used?"
        return report(tried, Words("an array"), Words("a Tensor"), cause)
    if not all(found["moved"]):
        cause = "On its way to the logits `.data` or a copy was used: keep the tensors themselves."
        names = ("w1", "b1", "w2", "b2", "w3", "b3")
        still = [name for name, moves in zip(names, found["moved"], strict=True) if not moves]
        return report("the gradients", Words(f"none for {', '.join(still)}"), cause=cause)
    return None


def _softmax(logits: Array) -> Array:
    """The shares of logits, row by row."""
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)


check_shape_net = Check(
    "shape_net", _net_cases, _net_probe, _net_judge, tried=lambda case: "ShapeNet(rng)"
)

SEEN, UNSEEN, ENOUGH = 800, 400, 0.95


def _learn_cases(rng: np.random.Generator) -> list[Case]:
    return [{"seed": int(rng.integers(10**6))}]


def _learn_probe(learn: Any, case: Case) -> Any:
    images, labels = shapes(SEEN, rng=case["seed"])
    kept = images.copy(), labels.copy()
    classify = learn(images, labels)
    if not callable(classify):
        return {"kind": classify}
    changed = [i for i, (a, b) in enumerate(zip(kept, (images, labels))) if (a != b).any()]  # noqa: B905 (two of each)
    new = shapes(UNSEEN, rng=case["seed"] + 1)[0]
    return {"changed": changed, "seen": classify(kept[0]), "unseen": classify(new)}


def _learn_tried(case: Case) -> str:
    return f"learn(images, labels) on {SEEN} images, then {UNSEEN} new ones"


def _learn_judge(case: Case, found: Any) -> str | None:
    tried = _learn_tried(case)
    if "kind" in found:
        cause = "What you return will be called with new images: return the inner function itself, "
        cause += "without brackets behind it."
        if found["kind"] is None:
            cause = kind_cause(None)
        got = Words(f"of type {type(found['kind']).__name__}")
        return report(tried, got, Words("a function of images"), cause)
    unseen = found["unseen"]
    if not isinstance(unseen, np.ndarray) or unseen.shape != (UNSEEN,):
        cause, got = kind_cause(unseen), Words(type(unseen).__name__)
        if isinstance(unseen, np.ndarray):
            cause, got = "", Words(f"an array of shape {unseen.shape}")
            if unseen.shape == (UNSEEN, len(SHAPES)):
                cause = "These are four logits an image. The class is where the largest of them "
                cause += "stands: `argmax(axis=1)`."
        wanted = Words(f"an array of shape ({UNSEEN},), a class for each image")
        look = "Next: print what your function gives for `images`, and its shape."
        return report(f"{tried}: their classes", got, wanted, cause, look)
    if fault := changed_array_fault(tried, found, ("images", "labels")):
        return fault
    known, right = (
        float(np.mean(found[name] == shapes(count, rng=case["seed"] + later)[1]))
        for name, count, later in (("seen", SEEN, 0), ("unseen", UNSEEN, 1))
    )
    if right >= ENOUGH:
        return None
    got = Words(f"{right:.1%} of the new images right, and {known:.1%} of those it learned from")
    return report(tried, got, Words("95% of the new images"), _learning_cause(found, known, right))


def _learning_cause(found: Any, known: float, right: float) -> str:
    """The likely reason for a network that does not see the shapes."""
    if len(set(found["unseen"].tolist())) == 1:
        return (
            f"It says {SHAPES[int(found['unseen'][0])]!r} to every image. Print the loss: if it is "
            "nan or stands still near 1.39, a step was far too large, or went uphill."
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


check_learn = Check(
    "learn", _learn_cases, _learn_probe, _learn_judge, tried=_learn_tried, seconds=60.0
)
