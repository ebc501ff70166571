"""The checks of exercise 14: ops that move numbers, and the way back of each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .arrays import (
    Slips,
    addresses_of,
    difference,
    draw_operand,
    draw_upstreams,
    op_fault,
    possible,
    run_both_ways,
    scattered,
)
from .core import Check
from .messages import Words, kind_cause, report
from .plain_data import Raised
from .run_answer import attempt

# ---------------------------------------------------------------------------------------------
# An op that moves the numbers of one array


def one_operand(
    call: str,
    case: dict[str, Any],
    got: Any,
    op: Callable[[np.ndarray], np.ndarray],
    forward_slips: Slips,
    slips: Callable[[np.ndarray], Slips],
    look: str,
) -> str | None:
    """The verdict on an op of one array `x`, which `op` does in NumPy."""
    x = case["x"]

    def back_fault(tried: str, contribution: Any, g: np.ndarray) -> str | None:
        expected = scattered(op(addresses_of(x.shape)), g, x.shape)
        known = [*slips(g), *common_slips(x, g)]
        return difference(tried, contribution, expected, known, look, dtype=str(g.dtype))

    return op_fault(call, got, case["g"], op(x), forward_slips, back_fault)


def common_slips(x: np.ndarray, g: np.ndarray) -> Slips:
    """Wrong contributions to `x` that any op can be given."""
    return [
        (
            g,
            "This is `g` as it came. The contribution has the operand's shape, each number in the "
            "place that the result took it from.",
        ),
        (np.ones(x.shape), "These are ones: a partial without its upstream."),
        (x, "This is the operand. Its numbers have no part in the way back of a move."),
    ]


# ---------------------------------------------------------------------------------------------
# E14.1 reshape and transpose


RESHAPES = [
    ((2, 6), (3, 4), "float64"),
    ((2, 3), (3, 2), "float64"),
    ((2, 3, 4), (4, -1), "float64"),
    ((6,), (2, 1, 3), "float64"),
    ((2, 2), (4,), "float32"),
    ((1, 1), (), "float64"),
    ((0, 2), (2, 0), "float64"),
]


def reshape_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Other shapes of as many numbers: more axes, fewer, none."""
    cases = []
    for shape, new, dtype in RESHAPES:
        x = draw_operand(rng, shape, dtype)
        cases.append({"x": x, "shape": new, "g": draw_upstreams(rng, x.reshape(new))})
    return cases


def reshape_probe(answer: Any, case: dict[str, Any]) -> Any:
    """Both ways of a reshape."""
    return run_both_ways(answer, ["x", "shape"], [case["x"], case["shape"]], case["g"])


def reshape_tried(case: dict[str, Any]) -> str:
    """The call, with the operand's shape."""
    return f"reshape(x, {case['shape']}) with x of shape {case['x'].shape}"


def reshape_judge(case: dict[str, Any], got: Any) -> str | None:
    """The numbers keep their order, both ways."""
    x, shape = case["x"], case["shape"]
    columns = "The numbers were read column by column. NumPy reads row by row: the last index "
    turned = "The axes were turned over first. A reshape leaves the order of the numbers as it is"
    forward = possible(
        (lambda: x.T.reshape(shape), turned + ", here row by row."),
        (lambda: x.reshape(shape, order="F"), columns + "runs fastest, forward too."),
        (lambda: np.resize(x.T, x.shape), turned + "."),
    )

    def slips(g: np.ndarray) -> Slips:
        return possible(
            (lambda: g.T.reshape(x.shape), turned + ", on the way back too."),
            (lambda: g.reshape(x.shape, order="F"), columns + "runs fastest, on the way back too."),
            (lambda: g.reshape(x.shape[::-1]), "This is the operand's shape back to front."),
            (
                lambda: g.ravel(),
                "These are the numbers of `g` in one row; the operand had a shape of its own.",
            ),
        )

    look = "Next: which shape did the operand have? The numbers stay in the same order."
    return one_operand(
        reshape_tried(case), case, got, lambda a: a.reshape(shape), forward, slips, look
    )


check_reshape = Check(
    "reshape", reshape_cases, reshape_probe, reshape_judge, tried=reshape_tried, points=1
)

TRANSPOSES = [
    ((2, 3), (1, 0), "float64"),
    ((2, 3, 4), (1, 2, 0), "float64"),
    ((3, 3, 3), (2, 0, 1), "float64"),
    ((2, 3, 1, 2), (3, 0, 2, 1), "float32"),
    ((2, 3, 4), (-1, 0, -2), "float64"),
    ((3,), (0,), "float64"),
    ((2, 0, 3), (2, 0, 1), "float64"),
]


def transpose_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Orders of axes: a swap, turns of three, a cube, negative entries."""
    cases = []
    for shape, axes, dtype in TRANSPOSES:
        x = draw_operand(rng, shape, dtype)
        cases.append({"x": x, "axes": axes, "g": draw_upstreams(rng, x.transpose(axes))})
    return cases


def transpose_probe(answer: Any, case: dict[str, Any]) -> Any:
    """Both ways of a transpose."""
    return run_both_ways(answer, ["x", "axes"], [case["x"], case["axes"]], case["g"])


def transpose_tried(case: dict[str, Any]) -> str:
    """The call, with the operand's shape."""
    return f"transpose(x, {case['axes']}) with x of shape {case['x'].shape}"


def transpose_judge(case: dict[str, Any], got: Any) -> str | None:
    """The way back is the inverse order of axes."""
    x, axes = case["x"], case["axes"]
    inverse = np.argsort([axis % x.ndim for axis in axes])
    forward = possible(
        (
            lambda: x.transpose(inverse),
            "That is the way back. Forward, axis k of the result is axis `axes[k]` of `x`.",
        ),
        (lambda: x.T, "All axes were turned over, whatever `axes` says."),
        (
            lambda: x.reshape(x.transpose(axes).shape),
            "The shape is right, and the numbers did not move with their axes: that is a reshape.",
        ),
    )

    def slips(g: np.ndarray) -> Slips:
        return possible(
            (
                lambda: g.transpose(np.argsort(axes)),
                "A negative entry of `axes` sorts in front of "
                "all others, and means an axis counted from the end.",
            ),
            (
                lambda: g.transpose(axes),
                "This is `g` moved by `axes` once more. A swap of two axes "
                "undoes itself, a turn of three does not: the way back is the inverse order.",
            ),
            (
                lambda: g.T,
                "All axes were turned over. That is the way back only where all were "
                "turned over on the way forward.",
            ),
            (
                lambda: g.transpose(axes[::-1]),
                "This is `g` moved by `axes` read back to front. "
                "That is another order, not the inverse one.",
            ),
            (
                lambda: g.reshape(x.shape),
                "The shape is right, and the numbers stand in other "
                "places: a reshape does not move axes.",
            ),
        )

    look = "Next: follow one axis. Axis `axes[0]` of `x` became axis 0; where must axis 0 go back?"
    return one_operand(
        transpose_tried(case), case, got, lambda a: a.transpose(axes), forward, slips, look
    )


check_transpose = Check(
    "transpose", transpose_cases, transpose_probe, transpose_judge, tried=transpose_tried, points=2
)

# ---------------------------------------------------------------------------------------------
# E14.2 pick


def slice_of(*ends: int | None) -> tuple[Any, ...]:
    """A slice as plain data."""
    return ("slice", *ends)


def is_slice(plain: tuple[Any, ...]) -> bool:
    """Whether this is what `slice_of` makes; an array at its beginning says no."""
    return isinstance(plain[0], str) and plain[0] == "slice"


def index_of(plain: Any) -> Any:
    """The index that plain data stands for."""
    if isinstance(plain, tuple):
        return slice(*plain[1:]) if is_slice(plain) else tuple(map(index_of, plain))
    return Ellipsis if isinstance(plain, str) else plain


def written(plain: Any) -> str:
    """An index as it stands in code, without its brackets."""
    if isinstance(plain, tuple) and is_slice(plain):
        ends = ["" if end is None else str(end) for end in plain[1:]]
        return ":".join(ends[:2] + ends[2:] * (ends[2:] != [""]))
    if isinstance(plain, tuple):
        return ", ".join(map(written, plain))
    return str(plain.tolist() if isinstance(plain, np.ndarray) else plain)


def pick_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Every kind of index, with repeats, and a place that is meant in two ways."""
    lonely = rng.permutation(4)
    repeats = lonely[[0, 1, 0, 2, 0]]
    pairs = np.array([0, 2, 0, 1]), np.array([1, 0, 1, 2])
    mask = np.array([[True, False, True], [False, False, True]])
    indices: list[tuple[tuple[int, ...], Any, str]] = [
        ((4,), repeats, "float64"),
        ((4,), repeats, "int64"),
        ((4, 2), slice_of(1, 3, None), "float64"),
        ((5, 3), (slice_of(None, None, -2), 1), "float64"),
        ((3, 2), 2, "float64"),
        ((3, 2), (-1, 0), "float64"),
        ((4, 2), np.array([[3, 0], [-1, 3]]), "float64"),
        ((3, 3), pairs, "float64"),
        ((2, 3), mask, "float64"),
        ((2, 3, 2), ("...", np.array([1, 1, 0])), "float32"),
    ]
    cases = []
    for shape, index, dtype in indices:
        x = draw_operand(rng, shape, dtype)
        result = np.asarray(x[index_of(index)])
        cases.append({"x": x, "index": index, "g": draw_upstreams(rng, result)})
    return cases


def pick_probe(answer: Any, case: dict[str, Any]) -> Any:
    """Both ways of an index."""
    index = index_of(case["index"])
    return run_both_ways(answer, ["x", "index"], [case["x"], index], case["g"])


def pick_tried(case: dict[str, Any]) -> str:
    """The call, with the operand's shape."""
    x = case["x"]
    kind = " of whole numbers" if x.dtype.kind == "i" else ""
    return f"pick(x, index) for x[{written(case['index'])}] with x of shape {x.shape}{kind}"


def pick_judge(case: dict[str, Any], got: Any) -> str | None:
    """What was picked twice gets both, what was not gets 0."""
    x, index = case["x"], index_of(case["index"])

    def placed(g: np.ndarray) -> np.ndarray:
        contribution = np.zeros(x.shape)
        contribution[index] = g
        return contribution

    def added(g: np.ndarray) -> np.ndarray:
        return scattered(addresses_of(x.shape)[index], g, x.shape)

    def cut(g: np.ndarray) -> np.ndarray:
        return added(np.trunc(g))

    def slips(g: np.ndarray) -> Slips:
        return possible(
            (
                lambda: placed(g),
                "Where a place is picked twice, only the last contribution is "
                "left: `=` and `+=` with an array of places write each place once.",
            ),
            (
                lambda: cut(g),
                "The decimals are gone: the contributions were added up in an array "
                "of whole numbers.",
            ),
            (
                lambda: added(g) / np.maximum(added(np.ones_like(g)), 1),
                "This is the mean of what arrives at each place. Contributions are added.",
            ),
            (
                lambda: placed(np.ones_like(g)),
                "There is a 1 at each place that was picked: the upstream is missing.",
            ),
            (
                lambda: added(np.ones_like(g)),
                "This counts how often each place was picked: the upstream is missing.",
            ),
            (
                lambda: x + added(g),
                "The contribution was added to the operand's own numbers. It begins with zeros.",
            ),
        )

    look = "Next: which places does the index name, and how often each? Add one at a time."
    return one_operand(pick_tried(case), case, got, lambda a: np.asarray(a[index]), (), slips, look)


check_pick = Check("pick", pick_cases, pick_probe, pick_judge, tried=pick_tried, points=2)

# ---------------------------------------------------------------------------------------------
# E14.3 concat, stack, pad


def join_probe(answer: Any, case: dict[str, Any]) -> Any:
    """Both ways of an op on a list of arrays, one of which may stand in it twice."""
    arrays = [case["arrays"][place] for place in case["order"]]
    return run_both_ways(answer, ["arrays", "axis"], [arrays, case["axis"]], case["g"])


def joined(case: dict[str, Any]) -> list[np.ndarray]:
    """The arrays in the order in which they are handed over."""
    return [case["arrays"][place] for place in case["order"]]


def join_tried(name: str) -> Callable[[dict[str, Any]], str]:
    """A function that says which call a case makes."""

    def tried(case: dict[str, Any]) -> str:
        shapes = ", ".join(str(array.shape) for array in joined(case))
        twice = " (one array twice)" if len(set(case["order"])) < len(case["order"]) else ""
        return f"{name}(arrays, axis={case['axis']}) with arrays of the shapes {shapes}{twice}"

    return tried


def join_judge(
    call: str,
    case: dict[str, Any],
    got: Any,
    op: Callable[[Sequence[np.ndarray], int], np.ndarray],
    forward_slips: Slips,
    slips: Callable[[np.ndarray, int], Slips],
    look: str,
) -> str | None:
    """The verdict on an op of a list of arrays: one contribution for each, in their order."""
    arrays = joined(case)
    ends = [0, *itertools.accumulate(array.size for array in arrays)]
    numbered = [addresses_of(a.shape) + end for a, end in zip(arrays, ends[:-1], strict=True)]
    addresses = op(numbered, case["axis"])

    def back_fault(tried: str, contributions: Any, g: np.ndarray) -> str | None:
        if not isinstance(contributions, list) or len(contributions) != len(arrays):
            return no_list(tried, contributions, len(arrays))
        flat = scattered(addresses, g, (ends[-1],))
        for place, (array, contribution) in enumerate(zip(arrays, contributions, strict=True)):
            expected = flat[ends[place] : ends[place + 1]].reshape(array.shape)
            if fault := difference(
                f"{tried}: contribution {place}",
                contribution,
                expected,
                [*slips(g, place), *common_slips(array, g)],
                look,
                dtype=str(g.dtype),
            ):
                return fault
        return None

    return op_fault(call, got, case["g"], op(arrays, case["axis"]), forward_slips, back_fault)


def no_list(tried: str, got: Any, length: int) -> str:
    """The message for a way back that does not return one contribution for each array."""
    cause = kind_cause(got)
    if isinstance(got, list):
        cause = "One for each place in the list of operands, also where an array stands there "
        cause += "twice: whoever adds up does that later."
    look = "Next: return a list, in the order of the operands."
    found = Words(f"a list of {len(got)}") if isinstance(got, list) else show_kind(got)
    return report(tried, found, Words(f"a list of {length} arrays"), cause, look)


def show_kind(got: Any) -> Any:
    """An array by its shape, anything else as it is."""
    return Words(f"an array of shape {got.shape}") if isinstance(got, np.ndarray) else got


def join_cases(
    rng: np.random.Generator,
    op: Callable[[Sequence[np.ndarray], int], np.ndarray],
    kinds: Iterable[tuple[Sequence[Any], list[int], int, str]],
) -> list[dict[str, Any]]:
    """Lists of arrays of these shapes, each with the order they come in, an axis and a dtype."""
    cases = []
    for shapes, order, axis, dtype in kinds:
        arrays = [draw_operand(rng, shape, dtype) for shape in shapes]
        result = op([arrays[place] for place in order], axis)
        case = {"arrays": arrays, "order": order, "axis": axis, "g": draw_upstreams(rng, result)}
        cases.append(case)
    return cases


CONCATS: list[tuple[Sequence[Any], list[int], int, str]] = [
    ([(4, 2), (4, 1), (4, 3)], [0, 1, 2], 1, "float64"),
    ([(1, 2), (3, 2)], [0, 1], 0, "float64"),
    ([(2, 1, 2), (2, 1, 3)], [0, 1], -1, "float64"),
    ([(2,), (3,)], [0, 1, 0], 0, "float64"),
    ([(2, 2), (1, 2)], [1, 0], -2, "float32"),
    ([(3, 2)], [0], 1, "float64"),
    ([(2, 0), (2, 2)], [0, 1], 1, "float64"),
]


def concat_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Parts of different lengths along several axes; one twice; one alone; an empty one."""
    return join_cases(rng, np.concatenate, CONCATS)


concat_tried = join_tried("concat")


def concat_judge(case: dict[str, Any], got: Any) -> str | None:
    """Each array gets the part of g that stands where it stood."""
    arrays, axis = joined(case), case["axis"]
    lengths = [array.shape[axis] for array in arrays]
    forward = possible(
        (lambda: np.concatenate(arrays[::-1], axis), "The arrays stand in the wrong order."),
    )

    def slips(g: np.ndarray, place: int) -> Slips:
        return possible(
            (
                lambda: np.array_split(g, len(arrays), axis)[place],
                "`g` was cut into parts as equal "
                "as can be. Each array gets back as much as it gave.",
            ),
            (
                lambda: np.split(g, lengths[:-1], axis)[place],
                "`g` was cut at the lengths of the "
                "arrays. `np.split` wants the places to cut at: each length added to those before "
                "it.",
            ),
            (
                lambda: np.split(g, np.cumsum(lengths)[:-1], 0)[place],
                "`g` was cut along axis 0, whatever `axis` says.",
            ),
            (
                lambda: g.take(range(lengths[place]), axis),
                "Every part was taken from the beginning of `g`. Where does this one begin?",
            ),
            (
                lambda: np.split(g, np.cumsum(lengths[::-1])[:-1], axis)[-1 - place],
                "The parts were counted from the end of the list: the order is turned over.",
            ),
        )

    look = "Next: along the axis, this array begins where all those before it end."
    call = concat_tried(case)
    return join_judge(call, case, got, np.concatenate, forward, slips, look)


def concat_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why NumPy may refuse to put these arrays end to end."""
    if "must match exactly" in raised.text and case["axis"]:
        return "Next: was `axis` handed on? Along axis 0 these arrays do not fit."
    return None


check_concat = Check(
    "concat",
    concat_cases,
    join_probe,
    concat_judge,
    tried=concat_tried,
    explain=concat_explain,
    points=2,
)

STACKS: list[tuple[Sequence[Any], list[int], int, str]] = [
    ([(3,), (3,)], [0, 1], 0, "float64"),
    ([(3,), (3,)], [0, 1], 1, "float64"),
    ([(2, 3)] * 3, [0, 1, 2], -1, "float64"),
    ([(1, 3)] * 2, [0, 1], 1, "float64"),
    ([(2, 1)] * 2, [0, 1, 0], -2, "float32"),
    ([()] * 2, [0, 1], 0, "float64"),
    ([(2,)], [0], 0, "float64"),
]


def stack_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """A new axis in front, behind and between; axes of length 1; numbers without an axis."""
    return join_cases(rng, np.stack, STACKS)


stack_tried = join_tried("stack")


def stack_judge(case: dict[str, Any], got: Any) -> str | None:
    """Each array gets its place on the new axis, without that axis."""
    arrays, axis = joined(case), case["axis"]
    ndim = arrays[0].ndim
    forward = possible(
        (
            lambda: np.concatenate(arrays, axis),
            "The arrays were put end to end along an axis they have. `stack` makes a new one.",
        ),
        (lambda: np.stack(arrays, 0), "The new axis is the first, whatever `axis` says."),
    )

    def slips(g: np.ndarray, place: int) -> Slips:
        return possible(
            (
                lambda: np.split(g, len(arrays), axis)[place],
                "The new axis is still there, with length 1. The operand did not have it.",
            ),
            (lambda: g.take(place, 0), "The part was taken along axis 0, whatever `axis` says."),
            (
                lambda: g.take(place, axis % ndim),
                "A negative `axis` counts from the end of the "
                "result, which has one axis more than the operands.",
            ),
            (
                lambda: g.take(place, axis).squeeze(),
                "All axes of length 1 were dropped. The new one goes; those of the operand stay.",
            ),
            (
                lambda: g.sum(axis),
                "The upstream was summed over the new axis: each array would get "
                "what belongs to all.",
            ),
        )

    look = "Next: for axis 0 the part at a place is `g[place]`. What is it for another axis?"
    return join_judge(stack_tried(case), case, got, np.stack, forward, slips, look)


check_stack = Check("stack", stack_cases, join_probe, stack_judge, tried=stack_tried, points=2)

PADS = [
    ((3,), [(1, 2)], "float64"),
    ((2, 3), [(1, 2), (3, 1)], "float64"),
    ((2, 3), [(1, 0), (0, 2)], "float64"),
    ((2, 2), [(0, 0), (0, 0)], "float64"),
    ((1, 2, 2), [(0, 1), (2, 0), (1, 1)], "float32"),
]


def pad_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Zeros before and after, unequal on each side, and none."""
    cases = []
    for shape, widths, dtype in PADS:
        x = draw_operand(rng, shape, dtype)
        cases.append({"x": x, "widths": widths, "g": draw_upstreams(rng, np.pad(x, widths))})
    return cases


def pad_probe(answer: Any, case: dict[str, Any]) -> Any:
    """Both ways of a pad."""
    return run_both_ways(answer, ["x", "widths"], [case["x"], case["widths"]], case["g"])


def pad_tried(case: dict[str, Any]) -> str:
    """The call, with the operand's shape."""
    return f"pad(x, {case['widths']}) with x of shape {case['x'].shape}"


def pad_judge(case: dict[str, Any], got: Any) -> str | None:
    """The gradient of what is inside; what arrives at the zeros goes nowhere."""
    x, widths = case["x"], case["widths"]
    swapped = [width[::-1] for width in widths]
    forward = possible(
        (
            lambda: np.pad(x, widths, mode="edge"),
            "The border was repeated outward. What is put around are zeros.",
        ),
        (lambda: np.pad(x, swapped), "Before and after are swapped."),
    )

    def cut(g: np.ndarray, ends: Iterable[tuple[int | None, int | None]]) -> np.ndarray:
        return g[tuple(slice(*pair) for pair in ends)]

    def folded(g: np.ndarray) -> np.ndarray:
        clipped = np.pad(addresses_of(x.shape), widths, mode="edge")
        return scattered(clipped, g, x.shape)

    def slips(g: np.ndarray) -> Slips:
        sizes = list(zip(widths, x.shape, strict=True))
        return possible(
            (
                lambda: cut(g, [(before, -after) for before, after in widths]),
                "`-after` is counted "
                "from the end, and where `after` is 0 it is the beginning: nothing is left.",
            ),
            (
                lambda: cut(g, [(after, after + size) for (_, after), size in sizes]),
                "As much was cut off in front as belongs behind: before and after are swapped.",
            ),
            (
                lambda: cut(g, [(0, size) for _, size in sizes]),
                "The part begins at the corner of "
                "`g`. The operand's numbers begin after the zeros in front.",
            ),
            (
                lambda: cut(g, [(before, size) for (before, _), size in sizes]),
                "The second end of a "
                "slice is a place, not a length: it lies `size` behind the first.",
            ),
            (
                lambda: cut(g, [(w[0], w[0] + x.shape[0]) for w in widths[:1]]),
                "Only the first axis was cut. There is a pair of widths for each.",
            ),
            (
                lambda: folded(g),
                "What arrives at the zeros was added to their neighbours. They are "
                "constants: no operand moves them.",
            ),
        )

    look = "Next: at which place of `g` does the first number of `x` stand, and how many follow?"
    return one_operand(
        pad_tried(case), case, got, lambda a: np.pad(a, widths), forward, slips, look
    )


check_pad = Check("pad", pad_cases, pad_probe, pad_judge, tried=pad_tried, points=2)

# ---------------------------------------------------------------------------------------------
# E14.4 embedding


EMBEDDINGS = [(3, 4, (3,), "float64"), (4, 2, (2, 3), "float64"), (3, 3, (2,), "float32")]


def embedding_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Words that repeat, in one row and in two, and words outside the table."""
    cases = []
    for rows, width, shape, dtype in EMBEDDINGS:
        indices = rng.integers(1, rows, size=shape)
        indices.flat[1], indices.flat[-1] = 0, indices.flat[0]  # one word twice, and row 0
        weight = draw_operand(rng, (rows, width), dtype)
        cases.append({"x": weight, "indices": indices, "g": draw_upstreams(rng, weight[indices])})
    for outside in (5, -2):
        indices = np.array([int(rng.integers(0, 5)), outside])
        cases.append({"x": draw_operand(rng, (5, 3)), "indices": indices, "outside": outside})
    return cases


def embedding_probe(answer: Any, case: dict[str, Any]) -> Any:
    """Both ways of a look-up, or the refusal of one."""
    arguments = [case["indices"], case["x"]]
    if "outside" not in case:
        return run_both_ways(answer, ["indices", "weight"], arguments, case["g"])
    return {"outside": attempt(answer, *arguments)}


def embedding_tried(case: dict[str, Any]) -> str:
    """The call, with the indices."""
    indices, shape = case["indices"].tolist(), case["x"].shape
    return f"embedding(np.array({indices}), weight) with a weight of shape {shape}"


def embedding_judge(case: dict[str, Any], got: Any) -> str | None:
    """Each row gets the sum of what arrives at its words."""
    if "outside" in case:
        return outside_fault(embedding_tried(case), case["outside"], got["outside"])
    weight, indices = case["x"], case["indices"]
    places = addresses_of(weight.shape)[indices]
    forward = possible(
        (
            lambda: weight[indices.ravel()],
            "The words were put in one row. The result has the shape "
            "of `indices`, and one axis more.",
        ),
        (lambda: weight[:, indices], "These are columns. A word has a row of the table."),
    )

    def placed(g: np.ndarray) -> np.ndarray:
        contribution = np.zeros(weight.shape)
        contribution[indices] = g
        return contribution

    def slips(g: np.ndarray) -> Slips:
        right = scattered(places, g, weight.shape)
        times = np.bincount(indices.ravel(), minlength=len(weight))[:, None]
        without = right.copy()
        without[0] = 0
        return possible(
            (
                lambda: placed(g),
                "A word that occurs twice got one of its two contributions: `=` "
                "and `+=` with an array of places write each place once.",
            ),
            (
                lambda: right / np.maximum(times, 1),
                "Each row was divided by how often its word occurs. Contributions are added.",
            ),
            (
                lambda: np.broadcast_to(times, weight.shape),
                "This counts how often each word occurs: the upstream is missing.",
            ),
            (lambda: without, "Row 0 got nothing. It is a row like the others."),
        )

    look = "Next: take a table of 3 rows and two words, both 2: row 2 gets g[0] + g[1]."
    return one_operand(embedding_tried(case), case, got, lambda a: a[indices], forward, slips, look)


def outside_fault(tried: str, outside: int, got: Any) -> str | None:
    """The message for a look-up outside the table that is not refused by name; else None."""
    expected = Words(f"an IndexError with {outside} in its message")
    if not isinstance(got, Raised):
        cause = f"There is no row {outside}. "
        if outside < 0:
            cause += "NumPy counts a negative index from the end, so a wrong word would be read, "
            cause += "and trained, without a sign."
        else:
            cause += "Was the index moved to one that exists? Then a wrong word is trained."
        look = "Next: ask `0 <= index < len(weight)` of every index before looking up."
        return report(tried, Words("a result"), expected, cause, look)
    if got.type != "IndexError":
        cause = "The error for a place that does not exist is an IndexError."
        return report(tried, got, expected, cause, "Next: `raise IndexError(...)`.")
    if str(outside) not in got.text:
        cause = "The message does not name the index: which of the words was it?"
        look = "Next: put the number in the text with an f-string."
        return report(tried, got, expected, cause, look)
    return None


check_embedding = Check(
    "embedding",
    embedding_cases,
    embedding_probe,
    embedding_judge,
    tried=embedding_tried,
    points=2,
)
