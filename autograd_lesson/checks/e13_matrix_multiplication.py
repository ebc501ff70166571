"""The checks of exercise 13: products of matrices, linear layers, and einsum, forwards and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from ..data import two_moons
from ..value import Value, total
from .accepted import is_number
from .arrays import (
    array_fault,
    changed_array_fault,
    difference,
    draw_array,
    draw_seed,
    is_this,
    known_wrong,
    numerical_vjp,
)
from .core import Check
from .messages import Words, as_tuple, because, kind_cause, report, show
from .own_work import BY_HAND
from .plain_data import Held, Raised, in_a_row
from .run_answer import attempt, call
from .stages import Faults, Seen, Steps, check_stages, gradient_fault, holder_fault
from .vocabulary import Case, Part, Table, check_function, refusal_fault, with_slip

Array = np.ndarray
ONES = "This is what ones above would give: the upstream is not in it."


def tuple_fault(tried: str, got: Any, names: Sequence[str]) -> str:
    """The message for a result that should be a row of one thing for each name."""
    cause = f"{len(got)} came back." if isinstance(got, tuple | list) else kind_cause(got)
    if isinstance(got, np.ndarray):
        cause = "One array came back: every operand is owed a contribution of its own."
    wanted = as_tuple(names)
    look = f"Next: `return {wanted[1:-1]}`, in the order of the operands."
    return report(tried, got, Words(f"a tuple {wanted}"), cause, look)


def shapes_of(names: str, arrays: Sequence[Array]) -> str:
    pairs = zip(names.split(), arrays, strict=True)
    return ", ".join(f"{name} {array.shape}" for name, array in pairs)


# ---------------------------------------------------------------------------------------------
# E13.1, rung 1: matmul_of_values


def values_cases(rng: np.random.Generator) -> list[Case]:
    """Rectangles, a row times a column, a square, a square times itself, and a misfit."""
    shapes = [((2, 3), (3, 4)), ((3, 2), (2, 1)), ((1, 3), (3, 1)), ((2, 2), (2, 2))]
    found: list[Case] = [
        {"a": draw_array(rng, a).tolist(), "b": draw_array(rng, b).tolist()} for a, b in shapes
    ]
    found.append({"a": found[-1]["a"], "b": None})
    for case in found:
        rows, columns = len(case["a"]), len((case["b"] or case["a"])[0])
        case["upstream"] = draw_seed(rng, (rows, columns)).tolist()
    misfit = draw_array(rng, (2, 3)).tolist(), draw_array(rng, (2, 4)).tolist()
    return [*found, {"a": misfit[0], "b": misfit[1], "upstream": None}]


def values_tried(case: Case) -> str:
    if case["b"] is None:
        return f"matmul_of_values(A, A) with A = {show(case['a'])}"
    return f"matmul_of_values({show(case['a'])}, {show(case['b'])})"


def rows_of(result: Any) -> Any:
    """A list of lists, made of rows of any kind; what has none is left as it is."""
    result = result.tolist() if isinstance(result, np.ndarray) else result
    rows = iter(result) if isinstance(result, list | tuple) else result
    return in_a_row(rows, lambda row: in_a_row(iter(row) if isinstance(row, tuple) else row))


def values_steps(answer: Any, case: Case) -> Steps:
    a, b = (case[name] and [[Value(x) for x in row] for row in case[name]] for name in "ab")
    if case["upstream"] is None:
        yield "refused", attempt(lambda: rows_of(answer(a, b)))
        return
    result = rows_of(answer(a, b or a))
    yield "result", result
    pairs = zip(chain(*case["upstream"]), chain(*result), strict=True)
    total([u * entry for u, entry in pairs]).backward()
    yield "gradients", [[[x.grad for x in row] for row in rows] for rows in (a, b or [])]


def values_judge(tried: str, case: Case, seen: Seen) -> Faults:
    if case["upstream"] is None:
        yield misfit_fault(tried, seen["refused"])
        return
    a = np.array(case["a"])
    b = a if case["b"] is None else np.array(case["b"])
    yield rows_fault(tried, seen["result"])
    yield product_of_values_fault(tried, seen["result"], a, b)
    g = np.array(case["upstream"])
    back = {"A": g @ b.T, "B": a.T @ g}
    if case["b"] is None:
        back = {"A": back["A"] + back["B"]}
    for (name, expected), got in zip(back.items(), seen["gradients"], strict=False):
        at = f"{tried}; then the gradient of {name}, with {show(case['upstream'])} on the result"
        slips = {
            f"Nothing came back to {name}: `.data` is a bare number, and a product with it "
            "remembers only the other factor.": np.zeros_like(expected)
        }
        cause = "The numbers of the result are right, so the product was made of other Values."
        look = f"Next: is every entry of {name} used itself, not as a copy and not by its `.data`?"
        yield difference(at, np.array(got), expected, slips, look, cause=cause)


def rows_fault(tried: str, got: Any) -> str | None:
    """The message for what is no list of lists, else None."""
    if isinstance(got, list) and all(isinstance(row, list) for row in got):
        return None
    cause = kind_cause(got)
    if isinstance(got, list):
        cause = "This is one flat list. A matrix is a list of rows, and each row a list."
        got = Words(f"one list of {len(got)} items")
    return report(tried, got, Words("a list of rows, each a list of Values"), cause)


def misfit_fault(tried: str, got: Any) -> str | None:
    """The message where inner lengths that differ are not refused with a ValueError, else None."""
    return refusal_fault(
        tried,
        got if isinstance(got, Raised) else Words("a result, and no error"),
        (ValueError,),
        "Rows of 3 and columns of 2 do not pair up, and `zip` stops at the shorter of the two. A "
        "table of the wrong size should not pass without a word.",
        "Next: compare `len(a[0])` with `len(b)` first, or use `dot`, which counts.",
        wanted="a ValueError: the inner lengths differ",
        another=("It did stop, but by accident: whoever called cannot tell what was wrong.", ""),
        may_assert=True,
    )


PRODUCTS: Table = {
    "This is the product with rows and columns swapped: the outer list goes over the rows of A.": (
        lambda a, b: (a @ b).T
    ),
    "Every row is the last one. `[[0] * p] * n` makes one row, and a list that names it n times.": (
        lambda a, b: np.broadcast_to((a @ b)[-1], (len(a), b.shape[1]))
    ),
    "This multiplies entry by entry, as `*` does. A matrix product sums along a row and a "
    "column.": lambda a, b: a * b if a.shape == b.shape else np.nan,
    "This takes rows of B for its columns.": (
        lambda a, b: a @ b.T if a.shape == b.shape else np.nan
    ),
}


def product_of_values_fault(tried: str, result: Any, a: Array, b: Array) -> str | None:
    """The message for a product of the wrong shape, kind or numbers, else None."""
    product = a @ b
    data = [[x.data if isinstance(x, Held) else x for x in row] for row in result]
    look = "Next: C[i][k] takes row i of A and column k of B. Write out the sum for one of them."
    lengths = {len(row) for row in data}
    if len(lengths) > 1:
        return report(tried, data, Words("rows of equal length"), "The rows differ in length.")
    if strangers := [entry for row in data for entry in row if not is_number(entry)]:
        cause = kind_cause(strangers[0])
        return report(f"{tried}: an entry", strangers[0], Words("a Value"), cause)
    got = np.array(data, float).reshape(len(data), *lengths or [0])
    if got.shape != product.shape:
        cause = f"A has {a.shape[0]} rows and B has {b.shape[1]} columns: one entry for each pair."
        corner = tuple(slice(n) for n in np.minimum(a.shape, b.shape))
        if is_this(got, a[corner] * b[corner]):
            cause = f"This multiplies entry by entry, as far as both reach. {cause}"
        elif got.shape == (a.shape[0], b.shape[0]):
            cause = f"There is an entry for each row of A and each *row* of B. {cause}"
        elif got.shape == product.shape[::-1]:
            cause = f"The outer list goes over the columns of B. {cause}"
        found, wanted = (Words(f"{n} rows of {m}") for n, m in (got.shape, product.shape))
        return report(tried, found, wanted, cause, look)
    if fault := difference(tried, got, product, partial(known_wrong, PRODUCTS, a, b), look):
        return fault
    if bare := [x for row in result for x in row if not isinstance(x, Held)]:
        cause = "The numbers are right and have forgotten where they came from: nothing can go "
        cause += "back through them."
        found = Words(f"entries of type {type(bare[0]).__name__}")
        look = "Next: multiply the Values themselves, not their `.data`."
        return report(tried, found, Words("entries of type Value"), cause, look)
    return None


VALUES_CAUSES = {
    "^ValueError: .*dot takes": "`dot` was handed a row of A and something of another length. A "
    "column of B is `[row[k] for row in b]`, and `zip(*b)` goes over all of them.",
    "^IndexError": "An index ran over the end: i goes over the rows of A, k over the columns of B, "
    "and j over the columns of A, which are as many as the rows of B.",
}

check_matmul_of_values = check_stages(
    "matmul_of_values",
    values_cases,
    values_steps,
    values_judge,
    tried=values_tried,
    explain=because(VALUES_CAUSES),
    own_work=BY_HAND,
)

# ---------------------------------------------------------------------------------------------
# E13.1, rung 2: matmul_vjp


def vjp_cases(rng: np.random.Generator) -> list[Any]:
    """Rectangles first; then squares, where every order of the factors fits."""
    sizes = [(2, 3, 4), (4, 2, 1), (1, 3, 2), (3, 3, 3), (2, 2, 2)]
    return [
        (draw_seed(rng, (n, p)), draw_array(rng, (n, m)), draw_array(rng, (m, p)))
        for n, m, p in sizes
    ]


def product_back(place: int) -> Callable[..., Array]:
    return lambda g, a, b: numerical_vjp(np.matmul, [a, b], g)[place]


def vjp_slips(place: int) -> Callable[..., Table]:
    """Known wrong contributions to the first or the second operand."""

    def slips(g: Array, a: Array, b: Array) -> Table:
        ones, back = np.ones_like(g), numerical_vjp(np.matmul, [a, b], g)
        table = {
            ONES: (ones @ b.T, a.T @ ones)[place],
            f"This is the contribution to {'AB'[place]} with rows and columns swapped. "
            "A contribution has the shape of its operand.": back[place].T,
            "The two contributions have changed places: the first belongs to the first operand.": (
                back[1 - place]
            ),
            "This is the other factor alone. It still has to be multiplied by the upstream.": (
                b.T,
                a.T,
            )[place],
        }
        if a.shape != b.shape:
            return table
        fitting = {"G @ B": g @ b, "B @ G": b @ g, "B.T @ G": b.T @ g}
        fitting |= {"G @ A": g @ a, "A @ G": a @ g, "G @ A.T": g @ a.T}
        return (
            table
            | {
                f"This is {product}. In a square every order fits, so a shape that is right "
                "says nothing here: only the indices tell.": wrong
                for product, wrong in fitting.items()
            }
            | {"This multiplies entry by entry.": g * (b, a)[place]}
        )

    return slips


def vjp_explain(raised: Raised, g: Array, a: Array, b: Array) -> str | None:
    if raised.type == "ValueError" and "broadcast" in raised.text:
        return "`*` works entry by entry. A sum over an index is a matrix product, `@`."
    if raised.type == "ValueError" and "matmul" in raised.text:
        return (
            f"Two of these shapes do not meet: upstream {g.shape}, A {a.shape}, B {b.shape}. "
            "Which letter is summed over, and do the two factors have it side by side?"
        )
    return None


INDICES = "Write out one entry by its indices, as in the tracer."


def arrays_of(result: Any) -> Any:
    """Lists of rows as arrays: of numbers that nobody goes on with, either will do."""
    if not isinstance(result, list | tuple):
        return result
    made = [attempt(np.array, x, float) if isinstance(x, list) else x for x in result]
    return [x if isinstance(new, Raised) else new for x, new in zip(result, made, strict=True)]


check_matmul_vjp = check_function(
    "matmul_vjp(upstream, a, b)",
    vjp_cases,
    [
        Part(
            "to_a",
            product_back(0),
            vjp_slips(0),
            look=f"Next: row i of A is in row i of C only. {INDICES}",
        ),
        Part(
            "to_b",
            product_back(1),
            vjp_slips(1),
            look=f"Next: column k of B is in column k of C only. {INDICES}",
        ),
    ],
    tried=lambda *arrays: f"matmul_vjp with {shapes_of('upstream a b', arrays)}",
    read=arrays_of,
    whole=tuple_fault,
    own_work=BY_HAND,
    explain=vjp_explain,
)

# ---------------------------------------------------------------------------------------------
# E13.1, rung 3: matmul for any number of axes

STACKS = [
    ((2, 3), (3, 4)),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((4, 2, 3), (4, 3, 2)),
    ((5, 2, 3), (3, 4)),
    ((1, 2, 3), (4, 3, 2)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((4, 2, 3), (3,)),
    ((3,), (4, 3, 2)),
]


def matmul_cases(rng: np.random.Generator) -> list[Case]:
    """Matrices, vectors, stacks of either, one stack that is copied, and one of float32."""
    found = []
    for dtype, (a, b) in [("float64", pair) for pair in STACKS] + [("float32", STACKS[5])]:
        arrays = {"a": draw_array(rng, a, dtype=dtype), "b": draw_array(rng, b, dtype=dtype)}
        upstream = draw_seed(rng, np.matmul(*arrays.values()).shape).astype(dtype)
        found.append(arrays | {"upstream": upstream})
    return found


def matmul_tried(case: Case) -> str:
    kind = " of float32" if case["a"].dtype == np.float32 else ""
    return f"matmul with a {case['a'].shape} and b {case['b'].shape}{kind}"


def is_pair(thing: Any) -> bool:
    return isinstance(thing, tuple | list) and len(thing) == 2


def matmul_steps(answer: Any, case: Case) -> Steps:
    outcome = call(answer, case["a"], case["b"])
    yield "result", (pair := in_a_row(outcome["result"]))
    result, functions = pair
    yield "functions", [callable(f) for f in functions] if is_pair(functions) else functions
    back = [call(function, case["upstream"].copy()) for function in functions]
    yield "contributions", [each["result"] for each in back]
    yield "upstream changed", any(each["changed"] for each in back)
    yield "changed", outcome["changed"]


def matmul_judge(tried: str, case: Case, seen: Seen) -> Faults:
    a, b, g = case["a"], case["b"], case["upstream"]
    yield no_pair(tried, seen["result"])
    got, product = seen["result"][0], np.matmul(a.astype(float), b.astype(float))
    settings: Any = {"dtype": str(a.dtype), "rel": 1e-6 if a.dtype == np.float64 else 1e-4}
    if product.ndim < 2 and np.size(got) == product.size and np.shape(got) != product.shape:
        found, wanted = (Words(f"shape {np.shape(x)}") for x in (got, product))
        cause = "An axis that was added to make a vector a matrix is still there."
        yield report(f"{tried}: the result", found, wanted, cause)
    yield difference(
        f"{tried}: the result", got, product, partial(known_wrong, DOT, a, b), **settings
    )
    if seen["functions"] != [True, True]:
        cause = "Two functions, each of which takes the upstream and returns a contribution."
        if is_pair(seen["functions"]):
            cause = "No upstream is known yet on the way forward, so what stands here cannot be a "
            cause += "contribution: it has to be the function that makes one."
        look = "Next: `def to_a(upstream): ...` inside matmul, and return `to_a` without brackets."
        yield report(tried, Words("no two functions"), Words("(to_a, to_b)"), cause, look)
    for place, name in enumerate("ab"):
        at = f"{tried}: to_{name} of an upstream {g.shape}"
        right, slips = product_back(place)(g, a, b), stack_slips(place, g, a, b)
        look = f"Next: a contribution to {name} has its shape, {case[name].shape}, and its dtype."
        yield difference(at, seen["contributions"][place], right, slips, look, **settings)
    if seen["upstream changed"]:
        yield changed_array_fault(f"{tried}, on the way back", {"changed": [0]}, ["upstream"])
    yield changed_array_fault(tried, {"changed": seen["changed"]}, ("a", "b"))


def no_pair(tried: str, got: Any) -> str | None:
    """The message for what is not a result with something behind it, else None."""
    cause = kind_cause(got)
    if isinstance(got, list | tuple):
        cause = f"It has {len(got)} parts. The two functions belong in a pair of their own."
    wanted = Words("a tuple (result, (to_a, to_b))")
    return None if is_pair(got) else report(tried, got, wanted, cause)


DOT: Table = {
    "This is `np.dot`, which takes every matrix of one stack with every one of the other. `@` "
    "takes them in pairs.": lambda a, b: (
        np.dot(a, b) if np.dot(a, b).shape != np.matmul(a, b).shape else np.nan
    )
}


def stack_slips(place: int, g: Array, a: Array, b: Array) -> Table:
    """Known wrong contributions to the first or the second operand, for stacks and vectors."""
    own, rows, columns, above = (a, b)[place], a, b, g
    if b.ndim == 1:
        columns, above = b[:, None], above[..., None]
    if a.ndim == 1:
        rows, above = a[None], above[..., None, :]
    full = (above @ columns.swapaxes(-1, -2), rows.swapaxes(-1, -2) @ above)[place]
    shape = (rows, columns)[place].shape
    copied = full.ndim - len(shape)
    back = {
        "The two functions stand in the wrong order: the first belongs to `a`.": (
            product_back(1 - place)(g, a, b)
        ),
        ONES: product_back(place)(np.ones_like(g), a, b),
    }
    if full.shape == shape:
        kept = "The axis that was added to make a vector a matrix has to go again."
        return ({kept: full} if shape != own.shape else {}) | back
    stretched = tuple(range(copied)) + tuple(
        axis + copied for axis, n in enumerate(shape) if n == 1 and full.shape[axis + copied] > 1
    )
    first = full[tuple(0 if axis in stretched else slice(None) for axis in range(full.ndim))]
    return {
        "One contribution for each copy. The operand was copied along the stack, and what was "
        "copied receives the sum.": full,
        "This is the mean over the copies. Each was used in full: they are summed.": (
            full.mean(axis=stretched, keepdims=True).reshape(own.shape)
        ),
        "This is what comes back to the first copy alone.": first.reshape(own.shape),
        "The copies were summed, and an axis of length 1 went with them: `keepdims`.": (
            full.sum(axis=stretched)
        ),
    } | back


def matmul_explain(case: Case, raised: Raised) -> str | None:
    a, b = case["a"], case["b"]
    if min(a.ndim, b.ndim) == 1:
        return (
            "One of the operands is a vector: it has one axis only, and the result lacks one too. "
            "Give both their second axis first, `a[None, :]` or `b[:, None]`, and the upstream too."
        )
    if max(a.ndim, b.ndim) > 2 and raised.type in ("ValueError", "AxisError"):
        return (
            "These are stacks of matrices. `.T` turns *all* axes round; `x.swapaxes(-1, -2)` "
            "swaps the last two and leaves the stack alone."
        )
    return None


def matmul_slip(says: str) -> Callable[..., Any]:
    def answer(a: Array, b: Array) -> Any:
        def back(place: int) -> Callable[[Array], Array]:
            def slips(*given: Array) -> Table:
                return stack_slips(place, *given)

            return lambda g: with_slip(product_back(place), slips, says, (g, a, b)).astype(g.dtype)

        return with_slip(np.matmul, DOT, says, (a, b)), (back(0), back(1))

    return answer


check_matmul = check_stages(
    "matmul",
    matmul_cases,
    matmul_steps,
    matmul_judge,
    points=2,
    tried=matmul_tried,
    explain=matmul_explain,
    slip=matmul_slip,
    own_work=BY_HAND,
)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 1: linear_vjp


def linear_vjp_cases(rng: np.random.Generator) -> list[Any]:
    """Batches of several sizes, of one, and a case where all lengths are equal."""
    sizes = [(4, 3, 2), (1, 2, 3), (5, 2, 4), (3, 3, 3)]
    return [
        (draw_seed(rng, (n, p)), draw_array(rng, (n, m)), draw_array(rng, (p, m)))
        for n, m, p in sizes
    ]


def linear_vjp_explain(raised: Raised, *arrays: Array) -> str | None:
    if raised.type == "ValueError" and "matmul" in raised.text:
        return (
            f"Two of these do not meet: {shapes_of('upstream x weight', arrays)}. The layer "
            "computes x @ weight.T, so its second factor is the weight transposed."
        )
    return None


def linear_back(place: int) -> Callable[..., Array]:
    def back(g: Array, x: Array, weight: Array) -> Array:
        operands = [x, weight, np.zeros(len(weight))]
        return numerical_vjp(lambda x, w, b: x @ w.T + b, operands, g)[place]

    return back


check_linear_vjp = check_function(
    "linear_vjp(upstream, x, weight)",
    linear_vjp_cases,
    [
        Part(
            "to_x",
            linear_back(0),
            {
                "This is G @ weight.T, and fits because the layer is square. The layer itself has "
                "transposed the weight already.": lambda g, x, weight: g @ weight.T
            },
            look="Next: y = x @ weight.T: what is the second factor, and what is it transposed?",
        ),
        Part(
            "to_weight",
            linear_back(1),
            {
                "This is x.T @ G. It has the shape of weight.T: the weight is stored as "
                "(outputs, inputs).": lambda g, x, weight: x.T @ g,
                "This is the mean over the examples. The loss may take a mean; the layer adds up "
                "what each example brings.": lambda g, x, weight: g.T @ x / len(x),
            },
            look="Next: weight[o, i] meets x[n, i] in y[n, o], for every example n.",
        ),
        Part(
            "to_bias",
            linear_back(2),
            {
                "This is the upstream as it came, with a row for each example. One bias served "
                "all of them.": lambda g, x, weight: g,
                "This is the mean of the rows. Every example used the bias in full.": (
                    lambda g, x, weight: g.mean(axis=0)
                ),
                "The sum goes over the outputs of each example.": (
                    lambda g, x, weight: g.sum(axis=1)
                ),
                "Summed over the examples, with an axis of length 1 left.": (
                    lambda g, x, weight: g.sum(axis=0)[None]
                ),
                "This counts the examples: the upstream is not in it.": (
                    lambda g, x, weight: np.full(len(weight), float(len(x)))
                ),
            },
            look="Next: bias[o] was copied to every example. What does a copy receive?",
        ),
    ],
    tried=lambda *arrays: f"linear_vjp with {shapes_of('upstream x weight', arrays)}",
    whole=tuple_fault,
    own_work=BY_HAND,
    explain=linear_vjp_explain,
)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 2: Linear


def linear_cases(rng: np.random.Generator) -> list[Case]:
    """Layers of several shapes on batches, with a bias that is not 0 by then."""
    return [
        {
            "seed": int(rng.integers(1000)),
            "bias": draw_array(rng, (outputs,)),
            "x": draw_array(rng, (n, inputs)),
            "upstream": draw_seed(rng, (n, outputs)),
        }
        for n, inputs, outputs in [(4, 3, 2), (2, 2, 5), (3, 4, 1)]
    ]


def linear_tried(case: Case) -> str:
    inputs, outputs = case["x"].shape[1], case["upstream"].shape[1]
    return f"Linear({inputs}, {outputs}, np.random.default_rng({case['seed']}))"


def linear_steps(answer: Any, case: Case) -> Steps:
    """A layer as it begins; then with its bias moved, called, and gone back through."""
    rng = np.random.default_rng(case["seed"])
    layer = answer(case["x"].shape[1], case["upstream"].shape[1], rng)
    weight, bias = layer.weight, layer.bias
    kinds = ["Tensor" if hasattr(x, "backward") else type(x).__name__ for x in (weight, bias)]
    yield "types", kinds
    yield "weight", weight
    yield "bias", bias
    names = {id(weight): "weight", id(bias): "bias"}
    listed = in_a_row(layer.parameters())
    if isinstance(listed, list | tuple):
        listed = [names.get(id(each), type(each).__name__) for each in listed]
    yield "parameters", listed
    bias.data = bias.data + case["bias"]
    x = type(weight)(case["x"])
    y = layer(x)
    yield "y", y
    y.backward(case["upstream"])
    yield "gradient of x", x.grad
    yield "gradient of weight", weight.grad
    yield "gradient of bias", bias.grad
    yield "of an array", attempt(lambda: np.array(layer(case["x"]).data))


def linear_judge(tried: str, case: Case, seen: Seen) -> Faults:
    x, g = case["x"], case["upstream"]
    n_inputs, n_outputs = x.shape[1], g.shape[1]

    def drawn(*shape: int) -> Array:
        return np.random.default_rng(case["seed"]).normal(0.0, n_inputs**-0.5, shape)

    yield types_fault(f"{tried}: types of weight and bias", seen["types"])
    weight = drawn(n_outputs, n_inputs)
    slips = {
        "PyTorch stores a weight as (outputs, inputs): one row for each output.": (
            drawn(n_inputs, n_outputs)
        ),
        "These have a spread of 1. The sum over the inputs then spreads by the root of their "
        "number, and a tanh behind it goes flat.": weight * n_inputs**0.5,
        "The spread is n_inputs**-1. As a *variance* that is what is asked for; `normal` takes its "
        "root, the standard deviation.": weight / n_inputs**0.5,
    }
    cause = "These are not the numbers that rng.normal(0.0, n_inputs**-0.5, (n_outputs, n_inputs)) "
    cause += "draws first."
    yield difference(f"{tried}.weight.data", seen["weight"].data, weight, slips, cause=cause)
    cause = "The bias starts at 0: it shifts the output, and needs no tie broken."
    zero = np.zeros(n_outputs)
    yield difference(f"{tried}.bias.data", seen["bias"].data, zero, cause=cause, scale=1.0)
    yield parameters_fault(tried, seen["parameters"])
    tried += ", then its bias moved and called with x"
    yield holder_fault(tried, seen["y"], bare="A plain array has forgotten where it came from.")
    slips = {"The bias is not in it: it was 0 at first, and is not now.": x @ weight.T}
    y = x @ weight.T + case["bias"]
    yield difference(f"{tried}: y", seen["y"].data, y, slips)
    for name, right in {"x": g @ weight, "weight": g.T @ x, "bias": g.sum(axis=0)}.items():
        at = f"{tried}; after y.backward(upstream), the gradient of {name}"
        cause = f"Nothing came back: `{name}.data` was used, or a copy made of it."
        none = cause, "Next: compute with the Tensors themselves."
        yield gradient_fault(at, seen[f"gradient of {name}"], right, none)
    got = seen["of an array"]
    cause = "`x` may be a plain array as well: a layer that comes first is handed one."
    if isinstance(got, Raised):
        yield report(f"{tried}, an array", got, Words("what it gives for a Tensor"), cause)
    yield difference(f"{tried}, an array: y", got, y, cause=cause)


def types_fault(tried: str, got: list[str]) -> str | None:
    """The message for a weight or a bias that is no Tensor, else None."""
    cause = "Training changes both, so both have to be able to receive a gradient."
    look = "Next: `Tensor(...)` around the array of each."
    found = Words(" and ".join(got))
    return None if set(got) == {"Tensor"} else report(tried, found, Words("Tensors"), cause, look)


def parameters_fault(tried: str, got: Any) -> str | None:
    """The message for parameters that are not the weight and the bias, else None."""
    if got == ["weight", "bias"]:
        return None
    cause = "What is not in this list is not trained, and not set to zero."
    if isinstance(got, list) and sorted(map(str, got)) == ["bias", "weight"]:
        cause = "The weight comes first, then the bias: whoever reads the list counts on that."
    elif not isinstance(got, list):
        cause = f"A list is asked for. {kind_cause(got)}"
    return report(f"{tried}.parameters()", got, Words("[self.weight, self.bias]"), cause)


check_linear = check_stages(
    "linear",
    linear_cases,
    linear_steps,
    linear_judge,
    tried=linear_tried,
    own_work=["nn", "functional"],
)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 3: moons_classifier

ENOUGH = 0.95


def moons_cases(rng: np.random.Generator) -> list[Case]:
    """One set of points to train on, and another to be judged by."""
    points, labels = two_moons(200, 0.1, rng)
    fresh, truth = two_moons(500, 0.1, rng)
    return [{"points": points, "labels": labels, "fresh": fresh, "truth": truth}]


def moons_tried(case: Case) -> str:
    count = len(case["points"])
    return f"moons_classifier on {count} points; its labels for {len(case['fresh'])} fresh ones"


def moons_probe(answer: Any, case: Case) -> dict[str, Any]:
    labels_of = answer(case["points"], case["labels"])
    if not callable(labels_of):
        return {"result": labels_of}
    said = labels_of(case["fresh"])
    return {"said": said.data if hasattr(said, "backward") else said}


def moons_judge(case: Case, outcome: dict[str, Any]) -> str | None:
    tried, truth = moons_tried(case), case["truth"]
    if "result" in outcome:
        got = outcome["result"]
        cause = "What is asked for is the function that gives labels to points."
        if isinstance(got, np.ndarray):
            got = Words(f"an array of shape {got.shape}")
        cause = kind_cause(None) if got is None else cause
        return report(tried, got, Words("a function of an array of points"), cause)
    said = outcome["said"]
    if isinstance(said, np.ndarray) and said.dtype.kind == "b":
        said = said.astype(int)
    if fault := array_fault(tried, said, truth.shape, None):
        return fault
    if not np.isin(said, (0, 1)).all():
        odd = float(said[~np.isin(said, (0, 1))][0])
        cause = "The network's output is a number on a scale; a label is on one side of it."
        look = "Next: `(output > 0).astype(int)`, with the border that suits your targets."
        return report(f"{tried}: one of them", odd, Words("0 or 1"), cause, look)
    share = float(np.mean(said == truth))
    if share >= ENOUGH:
        return None
    got = Words(f"{100 * share:.1f} % of them right")
    wanted = Words(f"{100 * ENOUGH:.0f} % or more")
    return report(tried, got, wanted, *moons_cause(case["fresh"], said, share))


def moons_cause(points: Array, said: Array, share: float) -> tuple[str, str]:
    """Why a classifier is probably not good enough, and where to look."""
    if share < 0.3:
        return (
            "Nearly every label is the wrong one of the two: the labels at the end are swapped, or "
            "each step goes up the slope.",
            "Next: print the loss every 50 steps. Does it fall?",
        )
    if share < 0.6:
        return (
            "A coin would do as well. If outputs of shape (n, 1) met targets of shape (n,), their "
            "difference has shape (n, n): every output was pulled towards every target, and "
            "settled on their mean.",
            "Next: look at the shape of `output - targets`; `labels[:, None]` has shape (n, 1).",
        )
    if is_straight(points, said):
        return (
            "One straight line parts its two labels. Layers without a bend between them are one "
            "layer; so is a network that has hardly begun to train.",
            "Next: is there a tanh between the layers? If so: more steps, or a larger rate.",
        )
    return (
        "It has learned a part of the moons, not enough of them.",
        "Next: print the loss every 50 steps. It should fall without wild jumps, and still fall "
        "when you stop: then more steps, or more neurons.",
    )


def is_straight(points: Array, said: Array) -> bool:
    """Whether a straight line parts the two labels, but for 3 % of the points."""
    table = np.column_stack([points, np.ones(len(points))])
    line = np.zeros(3)
    for _ in range(60):  # least squares, then only on what lies near the border
        weights = np.exp(-np.abs(table @ line) * 3.0) if line.any() else np.ones(len(points))
        line = np.linalg.lstsq(table * weights[:, None], (2 * said - 1.0) * weights, rcond=None)[0]
        if np.mean((table @ line > 0) == said) > 0.97:
            return True
    return False


check_moons_classifier = Check(
    "moons_classifier",
    moons_cases,
    moons_probe,
    moons_judge,
    points=2,
    tried=moons_tried,
    unseen=["truth"],
)

# ---------------------------------------------------------------------------------------------
# E13.3: einsum_vjp

SIZES = {"i": 2, "j": 3, "k": 4, "l": 5, "b": 2, "o": 4}
SPECS = "ij,jk->ik bij,bjk->bik ij->ji bi,oi->bo i,j->ji ij,jk,kl->il ij,ij-> ij->i ij,k->jk"


def einsum_cases(rng: np.random.Generator) -> list[Case]:
    """Products, a transpose, an outer product, three operands, sums; no letter twice in one."""
    found = []
    for spec in SPECS.split():
        inputs, output = spec.split("->")
        upstream = draw_seed(rng, [SIZES[letter] for letter in output])
        operands = [draw_array(rng, [SIZES[x] for x in word]) for word in inputs.split(",")]
        found.append({"spec": spec, "upstream": upstream, "operands": operands})
    return found


def einsum_back(spec: str, upstream: Array, *operands: Array) -> list[Array]:
    return numerical_vjp(lambda *arrays: np.einsum(spec, *arrays), operands, upstream)


def words_of(spec: str) -> list[str]:
    return spec.split("->")[0].split(",")


def einsum_slips(place: int, spec: str, upstream: Array, *operands: Array) -> Table:
    of_ones = einsum_back(spec, np.ones_like(upstream), *operands)
    alone = einsum_back(spec, upstream, *map(np.ones_like, operands))
    return {
        ONES: of_ones[place],
        "The other operands are not in it: they are the partials.": alone[place],
        f"Its axes are turned round: operand {place} has the letters {words_of(spec)[place]!r} in "
        "this order.": einsum_back(spec, upstream, *operands)[place].T,
    }


def einsum_judge(case: Case, outcome: dict[str, Any]) -> str | None:
    spec, got = case["spec"], outcome["result"]
    given = spec, case["upstream"], *case["operands"]
    tried, words = f"einsum_vjp({spec!r}, ...)", words_of(spec)
    if not isinstance(got, tuple | list) or len(got) != len(words):
        return tuple_fault(tried, got, [f"to_{place}" for place in range(len(words))])
    for place, (own, expected) in enumerate(zip(words, einsum_back(*given), strict=True)):
        look = f"Next: a contribution to {own!r} is an einsum that ends in `->{own}`."
        at = f"{tried}: the contribution to operand {place}, {own!r}"
        if fault := difference(at, got[place], expected, einsum_slips(place, *given), look):
            return fault
    return changed_array_fault(tried, outcome, ("spec", "upstream", *words))


def einsum_slip(says: str) -> Callable[..., Any]:
    def answer(*given: Any) -> Any:
        right = einsum_back(*given)
        return tuple(
            with_slip(lambda *_, place=place: right[place], einsum_slips, says, (place, *given))
            for place in range(len(right))
        )

    return answer


def einsum_explain(case: Case, raised: Raised) -> str | None:
    words, output = words_of(case["spec"]), case["spec"].split("->")[1]
    for place, own in enumerate(words):
        others = set(output).union(*words[:place], *words[place + 1 :])
        if lone := [letter for letter in own if letter not in others]:
            return (
                f"The letter {lone[0]!r} is in operand {place} and nowhere else, so it was summed "
                "away alone. On the way back it has to come from somewhere: every entry along it "
                "receives the same, as if a vector of ones stood there."
            )
    if len(words) != 2:
        return f"There is no second operand to swap with: {case['spec']!r} has {len(words)}."
    return None


check_einsum_vjp = Check(
    "einsum_vjp",
    einsum_cases,
    lambda answer, case: call(answer, case["spec"], case["upstream"], *case["operands"]),
    einsum_judge,
    points=2,
    tried=lambda case: f"einsum_vjp({case['spec']!r}, ...)",
    explain=einsum_explain,
    slip=einsum_slip,
    own_work=BY_HAND,
)
