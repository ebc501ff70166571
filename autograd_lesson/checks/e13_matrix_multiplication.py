"""The checks of exercise 13: products of matrices, linear layers, and einsum, forwards and back."""

from __future__ import annotations

from collections.abc import Sequence
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
    numerical_vjp,
)
from .core import Check
from .messages import Words, kind_cause, report, show
from .plain_data import Raised
from .run_answer import attempt, call

Slips = list[tuple[Any, str]]


def tuple_fault(tried: str, got: Any, names: Sequence[str]) -> str | None:
    """The message for a result that should be a tuple of one thing for each name, else None."""
    if isinstance(got, tuple | list) and len(got) == len(names):
        return None
    cause = f"{len(got)} came back." if isinstance(got, tuple | list) else kind_cause(got)
    if isinstance(got, np.ndarray):
        cause = "One array came back: every operand is owed a contribution of its own."
    wanted = f"({', '.join(names)})"
    look = f"Next: `return {', '.join(names)}`, in the order of the operands."
    return report(tried, got, Words(f"a tuple {wanted}"), cause, look)


# ---------------------------------------------------------------------------------------------
# E13.1, rung 1: matmul_of_values


def values_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Rectangles, a row times a column, a square, a square times itself, and a misfit."""
    shapes = [((2, 3), (3, 4)), ((3, 2), (2, 1)), ((1, 3), (3, 1)), ((2, 2), (2, 2))]
    found = []
    for a, b in shapes:
        found.append({"a": draw_array(rng, a).tolist(), "b": draw_array(rng, b).tolist()})
    found.append({"a": found[-1]["a"], "b": None})
    for case in found:
        rows, columns = len(case["a"]), len((case["b"] or case["a"])[0])
        case["upstream"] = draw_seed(rng, (rows, columns)).tolist()
    misfit = draw_array(rng, (2, 3)).tolist(), draw_array(rng, (2, 4)).tolist()
    return [*found, {"a": misfit[0], "b": misfit[1], "upstream": None}]


def values_tried(case: dict[str, Any]) -> str:
    """What a case does, in words."""
    if case["b"] is None:
        return f"matmul_of_values(A, A) with A = {show(case['a'])}"
    return f"matmul_of_values({show(case['a'])}, {show(case['b'])})"


def values_probe(answer: Any, case: dict[str, Any]) -> Any:
    """What the answer makes of lists of Values, and what an upstream on it gives the operands."""
    a, b = (case[name] and [[Value(x) for x in row] for row in case[name]] for name in "ab")
    if case["upstream"] is None:
        return {"refused": attempt(answer, a, b)}
    result = answer(a, b or a)
    if not isinstance(result, list) or not all(isinstance(row, list) for row in result):
        return {"result": result}
    data = [[getattr(entry, "data", entry) for entry in row] for row in result]
    entries = [entry for row in result for entry in row]
    outcome: dict[str, Any] = {"data": data}
    if not all(isinstance(entry, Value) for entry in entries):
        return outcome | {"kind": next(type(e).__name__ for e in entries if type(e) is not Value)}
    upstream = [number for row in case["upstream"] for number in row]
    if len(entries) == len(upstream):
        total([u * entry for u, entry in zip(upstream, entries, strict=True)]).backward()
        outcome["grads"] = [[[v.grad for v in row] for row in rows] for rows in (a, b or [])]
    return outcome


def values_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """None for the product and both gradients, else what went wrong."""
    tried = values_tried(case)
    if "refused" in outcome:
        return misfit_fault(tried, outcome["refused"])
    if "result" in outcome:
        got = outcome["result"]
        cause = kind_cause(got)
        if isinstance(got, list):
            cause = "This is one flat list. A matrix is a list of rows, and each row a list."
            got = Words(f"one list of {len(got)} items")
        return report(tried, got, Words("a list of rows, each a list of Values"), cause)
    a = np.array(case["a"])
    b = a if case["b"] is None else np.array(case["b"])
    if fault := product_of_values_fault(tried, outcome, a, b):
        return fault
    g = np.array(case["upstream"])
    back = {"A": g @ b.T, "B": a.T @ g}
    if case["b"] is None:
        back = {"A": back["A"] + back["B"]}
    for name, expected, got in zip(back, back.values(), outcome["grads"], strict=False):
        at = f"{tried}; then the gradient of {name}, with {show(case['upstream'])} on the result"
        slips: Slips = [
            (
                np.zeros_like(expected),
                f"Nothing came back to {name}: `.data` is "
                "a bare number, and a product with it remembers only the other factor.",
            )
        ]
        cause = "The numbers of the result are right, so the product was made of other Values."
        look = f"Next: is every entry of {name} used itself, not as a copy and not by its `.data`?"
        if fault := difference(at, np.array(got), expected, slips, look, cause=cause):
            return fault
    return None


def misfit_fault(tried: str, got: Any) -> str | None:
    """The message where inner lengths that differ are not refused with a ValueError, else None."""
    if isinstance(got, Raised) and got.type == "ValueError":
        return None
    cause = "Rows of 3 and columns of 2 do not pair up, and `zip` stops at the shorter of the two. "
    cause += "A table of the wrong size should not pass without a word."
    if isinstance(got, Raised):
        cause = "It did stop, but by accident: whoever called cannot tell what was wrong."
    else:
        got = Words("a result, and no error")
    look = "Next: compare `len(a[0])` with `len(b)` first, or use `dot`, which counts."
    return report(tried, got, Words("a ValueError: the inner lengths differ"), cause, look)


def product_of_values_fault(
    tried: str, outcome: dict[str, Any], a: np.ndarray, b: np.ndarray
) -> str | None:
    """The message for a product of the wrong shape, kind or numbers, else None."""
    product, data = a @ b, outcome["data"]
    look = "Next: C[i][k] takes row i of A and column k of B. Write out the sum for one of them."
    lengths = {len(row) for row in data}
    if len(lengths) > 1:
        return report(tried, data, Words("rows of equal length"), "The rows differ in length.")
    if not all(is_number(entry) for row in data for entry in row):
        entry = next(entry for row in data for entry in row if not is_number(entry))
        return report(f"{tried}: an entry", entry, Words("a Value"), kind_cause(entry))
    got = np.array(data, float).reshape(len(data), *lengths or [0])
    aliased = np.broadcast_to(product[-1], product.shape)
    slips: Slips = [
        (
            product.T,
            "This is the product with rows and columns swapped: the outer list goes over "
            "the rows of A.",
        ),
        (
            aliased,
            "Every row is the last one. `[[0] * p] * n` makes one row, and a list that "
            "names it n times.",
        ),
    ]
    if a.shape == b.shape:
        slips += [
            (
                a * b,
                "This multiplies entry by entry, as `*` does. A matrix product sums along a "
                "row and a column.",
            ),
            (a @ b.T, "This takes rows of B for its columns."),
        ]
    if got.shape != product.shape:
        cause = f"A has {a.shape[0]} rows and B has {b.shape[1]} columns: one entry for each pair."
        corner = tuple(slice(n) for n in np.minimum(a.shape, b.shape))
        if is_this(got, a[corner] * b[corner]):
            cause = f"This multiplies entry by entry, as far as both reach. {cause}"
        elif got.shape == (a.shape[0], b.shape[0]):
            cause = f"There is an entry for each row of A and each *row* of B. {cause}"
        elif got.shape == product.shape[::-1]:
            cause = f"The outer list goes over the columns of B. {cause}"
        found = Words(f"{got.shape[0]} rows of {got.shape[1]}")
        wanted = Words(f"{product.shape[0]} rows of {product.shape[1]}")
        return report(tried, found, wanted, cause, look)
    if fault := difference(tried, got, product, slips, look):
        return fault
    if "kind" in outcome:
        cause = "The numbers are right and have forgotten where they came from: nothing can go "
        cause += "back through them."
        found = Words(f"entries of type {outcome['kind']}")
        look = "Next: multiply the Values themselves, not their `.data`."
        return report(tried, found, Words("entries of type Value"), cause, look)
    return None


def values_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """The likely cause of an exception."""
    if raised.type == "ValueError" and "dot takes" in raised.text:
        return (
            "`dot` was handed a row of A and something of another length. A column of B is "
            "`[row[k] for row in b]`, and `zip(*b)` goes over all of them."
        )
    if raised.type == "IndexError":
        return (
            "An index ran over the end: i goes over the rows of A, k over the columns of B, and j "
            "over the columns of A, which are as many as the rows of B."
        )
    return None


check_matmul_of_values = Check(
    "matmul_of_values",
    values_cases,
    values_probe,
    values_judge,
    tried=values_tried,
    explain=values_explain,
)

# ---------------------------------------------------------------------------------------------
# E13.1, rung 2: matmul_vjp


def vjp_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Rectangles first; then squares, where every order of the factors fits."""
    sizes = [(2, 3, 4), (4, 2, 1), (1, 3, 2), (3, 3, 3), (2, 2, 2)]
    return [
        {
            "upstream": draw_seed(rng, (n, p)),
            "a": draw_array(rng, (n, m)),
            "b": draw_array(rng, (m, p)),
        }
        for n, m, p in sizes
    ]


def vjp_tried(case: dict[str, Any]) -> str:
    """What a case does, in words."""
    shapes = ", ".join(f"{name} {case[name].shape}" for name in ("upstream", "a", "b"))
    return f"matmul_vjp with {shapes}"


def vjp_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The contributions, and what was written into."""
    return call(answer, case["upstream"], case["a"], case["b"])


def vjp_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """None for both contributions, else what went wrong."""
    tried, got = vjp_tried(case), outcome["result"]
    g, a, b = case["upstream"], case["a"], case["b"]
    if fault := tuple_fault(tried, got, ("to_a", "to_b")):
        return fault
    expected = numerical_vjp(np.matmul, [a, b], g)
    for place, name in enumerate("ab"):
        slips = vjp_slips(g, a, b, expected, place)
        rows = ("row i of A is in row i of C only", "column k of B is in column k of C only")
        look = f"Next: {rows[place]}. Write out one entry by its indices, as in the tracer."
        at = f"{tried}: to_{name}"
        if fault := difference(at, got[place], expected[place], slips, look):
            return fault
    return changed_array_fault(tried, outcome, ("upstream", "a", "b"))


def vjp_slips(
    g: np.ndarray, a: np.ndarray, b: np.ndarray, expected: Sequence[np.ndarray], place: int
) -> Slips:
    """Known wrong contributions to the first or the second operand."""
    ones, name = np.ones_like(g), "AB"[place]
    slips: Slips = [
        (
            (ones @ b.T, a.T @ ones)[place],
            "This is what ones above would give: the upstream is not in it.",
        ),
        (
            expected[place].T,
            f"This is the contribution to {name} with rows and columns swapped. "
            "A contribution has the shape of its operand.",
        ),
        (
            expected[1 - place],
            "The two contributions have changed places: the first belongs to the first operand.",
        ),
        (
            b.T if place == 0 else a.T,
            "This is the other factor alone. It still has to be multiplied by the upstream.",
        ),
    ]
    if a.shape == b.shape:
        fitting = {
            "G @ B": g @ b,
            "B @ G": b @ g,
            "B.T @ G": b.T @ g,
            "G @ A": g @ a,
            "A @ G": a @ g,
            "G @ A.T": g @ a.T,
        }
        slips += [
            (
                wrong,
                f"This is {name_of}. In a square every order fits, so a shape that is right "
                "says nothing here: only the indices tell.",
            )
            for name_of, wrong in fitting.items()
        ]
        slips.append((g * b if place == 0 else g * a, "This multiplies entry by entry."))
    return slips


def vjp_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """The likely cause of an exception."""
    if raised.type == "ValueError" and "broadcast" in raised.text:
        return "`*` works entry by entry. A sum over an index is a matrix product, `@`."
    if raised.type == "ValueError" and "matmul" in raised.text:
        (n, m), p = case["a"].shape, case["b"].shape[1]
        return (
            f"Two of these shapes do not meet: upstream {(n, p)}, A {(n, m)}, B {(m, p)}. "
            "Which letter is summed over, and do the two factors have it side by side?"
        )
    return None


check_matmul_vjp = Check(
    "matmul_vjp", vjp_cases, vjp_probe, vjp_judge, tried=vjp_tried, explain=vjp_explain
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


def matmul_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Matrices, vectors, stacks of either, one stack that is copied, and one of float32."""
    found = []
    for dtype, (a, b) in [("float64", pair) for pair in STACKS] + [("float32", STACKS[5])]:
        arrays = {"a": draw_array(rng, a, dtype=dtype), "b": draw_array(rng, b, dtype=dtype)}
        upstream = draw_seed(rng, np.matmul(*arrays.values()).shape).astype(dtype)
        found.append(arrays | {"upstream": upstream})
    return found


def matmul_tried(case: dict[str, Any]) -> str:
    """What a case does, in words."""
    kind = " of float32" if case["a"].dtype == np.float32 else ""
    return f"matmul with a {case['a'].shape} and b {case['b'].shape}{kind}"


def matmul_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The result, what the two functions give for an upstream, and what was written into."""
    outcome = call(answer, case["a"], case["b"])
    pair = outcome["result"]
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        return outcome
    outcome["result"], functions = pair
    outcome["functions"] = [callable(f) for f in functions] if is_pair(functions) else functions
    if outcome["functions"] == [True, True]:
        back = [call(f, case["upstream"].copy()) for f in functions]
        outcome["back"] = [each["result"] for each in back]
        outcome["upstream changed"] = [place for each in back for place in each["changed"]]
    return outcome


def is_pair(thing: Any) -> bool:
    """Whether this is two things together."""
    return isinstance(thing, tuple | list) and len(thing) == 2


def matmul_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """None for the product and both ways back, else what went wrong."""
    tried, a, b = matmul_tried(case), case["a"], case["b"]
    dtype = str(a.dtype)
    rel = 1e-6 if dtype == "float64" else 1e-4
    if "functions" not in outcome:
        wanted = Words("a tuple (result, (to_a, to_b))")
        return report(tried, outcome["result"], wanted, kind_cause(outcome["result"]))
    product = np.matmul(a.astype(float), b.astype(float))
    if fault := matmul_result_fault(f"{tried}: the result", outcome["result"], product, a, b, rel):
        return fault
    if "back" not in outcome:
        got = outcome["functions"]
        cause = "Two functions, each of which takes the upstream and returns a contribution."
        if isinstance(got, list) and len(got) == 2:
            cause = "No upstream is known yet on the way forward, so what stands here cannot be a "
            cause += "contribution: it has to be the function that makes one."
        look = "Next: `def to_a(upstream): ...` inside matmul, and return `to_a` without brackets."
        return report(tried, Words("no two functions"), Words("(to_a, to_b)"), cause, look)
    expected = numerical_vjp(np.matmul, [a, b], case["upstream"])
    ones = numerical_vjp(np.matmul, [a, b], np.ones_like(case["upstream"]))
    for place, name in enumerate("ab"):
        at = f"{tried}: to_{name} of an upstream {case['upstream'].shape}"
        slips = stack_slips(case, place)
        swapped = "The two functions stand in the wrong order: the first belongs to `a`."
        bare = "This is what ones above would give: the upstream is not in it."
        slips += [(expected[1 - place], swapped), (ones[place], bare)]
        back, own = outcome["back"][place], case[name]
        look = f"Next: a contribution to {name} has its shape, {own.shape}, and its dtype."
        if fault := difference(at, back, expected[place], slips, look, dtype=dtype, rel=rel):
            return fault
    if outcome["upstream changed"]:
        return changed_array_fault(f"{tried}, on the way back", {"changed": [0]}, ["upstream"])
    return changed_array_fault(tried, outcome, ("a", "b"))


def matmul_result_fault(
    tried: str, got: Any, product: np.ndarray, a: np.ndarray, b: np.ndarray, rel: float
) -> str | None:
    """The message for a wrong product, else None."""
    slips: Slips = []
    if np.dot(a, b).shape != product.shape:
        slips.append(
            (
                np.dot(a, b),
                "This is `np.dot`, which takes every matrix of one stack with "
                "every one of the other. `@` takes them in pairs.",
            )
        )
    if product.ndim < 2 and np.size(got) == product.size and np.shape(got) != product.shape:
        return report(
            tried,
            Words(f"shape {np.shape(got)}"),
            Words(f"shape {product.shape}"),
            "An axis that was added to make a vector a matrix is still there.",
        )
    return difference(tried, got, product, slips, dtype=str(a.dtype), rel=rel)


def stack_slips(case: dict[str, Any], place: int) -> Slips:
    """Known wrong contributions to the first or the second operand, for stacks and vectors."""
    a, b = (case[name].astype(float) for name in "ab")
    g, own = case["upstream"].astype(float), (a, b)[place]
    a2, b2 = (a[None] if a.ndim == 1 else a), (b[:, None] if b.ndim == 1 else b)
    if b.ndim == 1:
        g = g[..., None]
    if a.ndim == 1:
        g = g[..., None, :]
    full = (g @ b2.swapaxes(-1, -2), a2.swapaxes(-1, -2) @ g)[place]
    shape = (a2, b2)[place].shape
    copied = full.ndim - len(shape)
    slips: Slips = []
    if full.shape != shape:
        stretched = tuple(range(copied)) + tuple(
            axis + copied
            for axis, n in enumerate(shape)
            if n == 1 and full.shape[axis + copied] > 1
        )
        mean = full.mean(axis=stretched, keepdims=True).reshape(own.shape)
        first = full[tuple(0 if axis in stretched else slice(None) for axis in range(full.ndim))]
        slips += [
            (
                full,
                "One contribution for each copy. The operand was copied along the stack, and "
                "what was copied receives the sum.",
            ),
            (mean, "This is the mean over the copies. Each was used in full: they are summed."),
            (first.reshape(own.shape), "This is what comes back to the first copy alone."),
            (
                full.sum(axis=stretched),
                "The copies were summed, and an axis of length 1 went with them: `keepdims`.",
            ),
        ]
    elif shape != own.shape:
        slips.append((full, "The axis that was added to make a vector a matrix has to go again."))
    return slips


def matmul_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """The likely cause of an exception."""
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


check_matmul = Check(
    "matmul",
    matmul_cases,
    matmul_probe,
    matmul_judge,
    points=2,
    tried=matmul_tried,
    explain=matmul_explain,
)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 1: linear_vjp


def linear_vjp_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Batches of several sizes, of one, and a case where all lengths are equal."""
    sizes = [(4, 3, 2), (1, 2, 3), (5, 2, 4), (3, 3, 3)]
    return [
        {
            "upstream": draw_seed(rng, (n, outputs)),
            "x": draw_array(rng, (n, inputs)),
            "weight": draw_array(rng, (outputs, inputs)),
        }
        for n, inputs, outputs in sizes
    ]


def linear_vjp_tried(case: dict[str, Any]) -> str:
    """What a case does, in words."""
    shapes = ", ".join(f"{name} {array.shape}" for name, array in case.items())
    return f"linear_vjp with {shapes}"


def linear_vjp_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The contributions, and what was written into."""
    return call(answer, case["upstream"], case["x"], case["weight"])


def linear_vjp_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """None for all three contributions, else what went wrong."""
    tried, got = linear_vjp_tried(case), outcome["result"]
    names = ("to_x", "to_weight", "to_bias")
    if fault := tuple_fault(tried, got, names):
        return fault
    g, x, weight = case.values()
    bias = np.zeros(len(weight))
    expected = numerical_vjp(lambda x, w, b: x @ w.T + b, [x, weight, bias], g)
    looks = (
        "Next: y = x @ weight.T: what is the second factor, and what is it transposed?",
        "Next: weight[o, i] meets x[n, i] in y[n, o], for every example n.",
        "Next: bias[o] was copied to every example. What does a copy receive?",
    )
    for place, name in enumerate(names):
        slips = linear_slips(g, x, weight, expected)[place]
        at = f"{tried}: {name}"
        if fault := difference(at, got[place], expected[place], slips, looks[place]):
            return fault
    return changed_array_fault(tried, outcome, tuple(case))


def linear_slips(
    g: np.ndarray, x: np.ndarray, weight: np.ndarray, expected: Sequence[np.ndarray]
) -> tuple[Slips, Slips, Slips]:
    """Known wrong contributions to x, to the weight and to the bias."""
    to_x: Slips = []
    if g.shape[1] == weight.shape[1]:
        to_x.append(
            (
                g @ weight.T,
                "This is G @ weight.T, and fits because the layer is square. "
                "The layer itself has transposed the weight already.",
            )
        )
    to_weight: Slips = [
        (
            expected[1].T,
            "This is x.T @ G. It has the shape of weight.T: the weight is stored as "
            "(outputs, inputs).",
        ),
        (
            expected[1] / len(x),
            "This is the mean over the examples. The loss may take a mean; the "
            "layer adds up what each example brings.",
        ),
    ]
    to_bias: Slips = [
        (
            g,
            "This is the upstream as it came, with a row for each example. One bias served all of "
            "them.",
        ),
        (g.mean(axis=0), "This is the mean of the rows. Every example used the bias in full."),
        (g.sum(axis=1), "The sum goes over the outputs of each example."),
        (expected[2][None], "Summed over the examples, with an axis of length 1 left."),
        (
            np.full(len(weight), float(len(x))),
            "This counts the examples: the upstream is not in it.",
        ),
    ]
    return to_x, to_weight, to_bias


def linear_vjp_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """The likely cause of an exception."""
    if raised.type == "ValueError" and "matmul" in raised.text:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in case.items())
        return (
            f"Two of these do not meet: {shapes}. The layer computes x @ weight.T, so its second "
            "factor is the weight transposed."
        )
    return None


check_linear_vjp = Check(
    "linear_vjp",
    linear_vjp_cases,
    linear_vjp_probe,
    linear_vjp_judge,
    tried=linear_vjp_tried,
    explain=linear_vjp_explain,
)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 2: Linear


def linear_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
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


def linear_tried(case: dict[str, Any]) -> str:
    """What a case does, in words."""
    inputs, outputs = case["x"].shape[1], case["upstream"].shape[1]
    return f"Linear({inputs}, {outputs}, np.random.default_rng({case['seed']}))"


def linear_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """How the layer was made, what it computes, and what an upstream gives its parameters."""
    rng = np.random.default_rng(case["seed"])
    layer = answer(case["x"].shape[1], case["upstream"].shape[1], rng)
    weight, bias = layer.weight, layer.bias
    tensor = type(weight)
    kinds = [tensor.__name__, type(bias).__name__]
    outcome: dict[str, Any] = {"kinds": kinds}
    if not hasattr(weight, "backward") or tensor is not type(bias):
        return outcome
    outcome |= {"weight": weight.data, "bias": bias.data}
    parameters = layer.parameters()
    names = {id(weight): "weight", id(bias): "bias"}
    if isinstance(parameters, list | tuple):
        parameters = [names.get(id(each), type(each).__name__) for each in parameters]
    outcome["parameters"] = parameters
    if np.shape(bias.data) != case["bias"].shape:
        return outcome
    bias.data = bias.data + case["bias"]
    x = tensor(case["x"])
    y = layer(x)
    if not hasattr(y, "backward"):
        return outcome | {"y": y}
    outcome["y"] = y.data
    if np.shape(y.data) == case["upstream"].shape:
        y.backward(case["upstream"])
        outcome["grads"] = [operand.grad for operand in (x, weight, bias)]
    return outcome


def linear_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """None for a layer as asked for, else what went wrong."""
    tried = linear_tried(case)
    n_inputs, n_outputs = case["x"].shape[1], case["upstream"].shape[1]
    rng = np.random.default_rng(case["seed"])
    weight = rng.normal(0.0, n_inputs**-0.5, (n_outputs, n_inputs))
    if "weight" not in outcome:
        kinds = Words(" and ".join(f"{kind}" for kind in outcome["kinds"]))
        cause = "Training changes both, so both have to be able to receive a gradient."
        look = "Next: `Tensor(...)` around the array of each."
        return report(f"{tried}: types of weight and bias", kinds, Words("Tensors"), cause, look)
    other = np.random.default_rng(case["seed"]).normal(0.0, n_inputs**-0.5, (n_inputs, n_outputs))
    slips: Slips = [
        (other, "PyTorch stores a weight as (outputs, inputs): one row for each output."),
        (
            weight * n_inputs**0.5,
            "These have a spread of 1. The sum over the inputs then spreads "
            "by the root of their number, and a tanh behind it goes flat.",
        ),
        (
            weight / n_inputs**0.5,
            "The spread is n_inputs**-1. As a *variance* that is what is "
            "asked for; `normal` takes its root, the standard deviation.",
        ),
    ]
    cause = "These are not the numbers that rng.normal(0.0, n_inputs**-0.5, (n_outputs, n_inputs)) "
    cause += "draws first."
    if fault := difference(f"{tried}.weight.data", outcome["weight"], weight, slips, cause=cause):
        return fault
    cause = "The bias starts at 0: it shifts the output, and needs no tie broken."
    zero = np.zeros(n_outputs)
    if fault := difference(f"{tried}.bias.data", outcome["bias"], zero, cause=cause, scale=1.0):
        return fault
    if list(outcome["parameters"] or []) != ["weight", "bias"]:
        cause = "What is not in this list is not trained, and not set to zero."
        wanted = Words("[self.weight, self.bias]")
        return report(f"{tried}.parameters()", outcome["parameters"], wanted, cause)
    return linear_run_fault(
        f"{tried}, then its bias moved and called with x", case, outcome, weight
    )


def linear_run_fault(
    tried: str, case: dict[str, Any], outcome: dict[str, Any], weight: np.ndarray
) -> str | None:
    """The message for a layer whose output or gradients are wrong, else None."""
    x, bias, g = case["x"], case["bias"], case["upstream"]
    slips: Slips = [(x @ weight.T, "The bias is not in it: it was 0 at first, and is not now.")]
    if isinstance(outcome["y"], np.ndarray) and "grads" not in outcome:
        if outcome["y"].shape == g.shape:
            cause = "A plain array has forgotten where it came from."
            return report(tried, Words("an array"), Words("a Tensor"), cause)
    if fault := difference(f"{tried}: y", outcome["y"], x @ weight.T + bias, slips):
        return fault
    names = ("x", "weight", "bias")
    expected = (g @ weight, g.T @ x, g.sum(axis=0))
    for name, got, wanted in zip(names, outcome["grads"], expected, strict=True):
        at = f"{tried}; after y.backward(upstream), the gradient of {name}"
        if got is None:
            cause = f"Nothing came back: `{name}.data` was used, or a copy made of it."
            return report(at, got, wanted, cause, "Next: compute with the Tensors themselves.")
        if fault := difference(at, got, wanted):
            return fault
    return None


check_linear = Check("linear", linear_cases, linear_probe, linear_judge, tried=linear_tried)

# ---------------------------------------------------------------------------------------------
# E13.2, rung 3: moons_classifier

ENOUGH = 0.95


def moons_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """One set of points to train on, and another to be judged by."""
    points, labels = two_moons(200, 0.1, rng)
    fresh, truth = two_moons(500, 0.1, rng)
    return [{"points": points, "labels": labels, "fresh": fresh, "truth": truth}]


def moons_tried(case: dict[str, Any]) -> str:
    """What a case does, in words."""
    count = len(case["points"])
    return f"moons_classifier on {count} points; its labels for {len(case['fresh'])} fresh ones"


def moons_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """What the trained classifier says of fresh points."""
    labels_of = answer(case["points"], case["labels"])
    if not callable(labels_of):
        return {"result": labels_of}
    said = labels_of(case["fresh"])
    return {"said": getattr(said, "data", said) if hasattr(said, "backward") else said}


def moons_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """None for 95 % of the fresh points or more, else the share and the likely cause."""
    tried, truth = moons_tried(case), case["truth"]
    if "result" in outcome:
        cause = "What is asked for is the function that gives labels to points."
        got = outcome["result"]
        if got is None:
            cause = kind_cause(None)
        elif isinstance(got, np.ndarray):
            got = Words(f"an array of shape {got.shape}")
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
    cause, look = moons_cause(case, said, share)
    got = Words(f"{100 * share:.1f} % of them right")
    return report(tried, got, Words(f"{100 * ENOUGH:.0f} % or more"), cause, look)


def moons_cause(case: dict[str, Any], said: np.ndarray, share: float) -> tuple[str, str]:
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
    if is_straight(case["fresh"], said):
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


def is_straight(points: np.ndarray, said: np.ndarray) -> bool:
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
    "moons_classifier", moons_cases, moons_probe, moons_judge, points=2, tried=moons_tried
)

# ---------------------------------------------------------------------------------------------
# E13.3: einsum_vjp

SIZES = {"i": 2, "j": 3, "k": 4, "l": 5, "b": 2, "o": 4}
SPECS = [
    "ij,jk->ik",
    "bij,bjk->bik",
    "ij->ji",
    "bi,oi->bo",
    "i,j->ji",
    "ij,jk,kl->il",
    "ij,ij->",
    "ij->i",
    "ij,k->jk",
]


def einsum_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Products, a transpose, an outer product, three operands, sums; no letter twice in one."""
    found = []
    for spec in SPECS:
        inputs, output = spec.split("->")
        shapes = [tuple(SIZES[letter] for letter in word) for word in inputs.split(",")]
        upstream = draw_seed(rng, [SIZES[letter] for letter in output])
        operands = [draw_array(rng, shape) for shape in shapes]
        found.append({"spec": spec, "upstream": upstream, "operands": operands})
    return found


def einsum_tried(case: dict[str, Any]) -> str:
    """What a case does, in words."""
    return f"einsum_vjp({case['spec']!r}, ...)"


def einsum_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The contributions, and what was written into."""
    return call(answer, case["spec"], case["upstream"], *case["operands"])


def einsum_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """None for every contribution, else what went wrong."""
    tried, got, g = einsum_tried(case), outcome["result"], case["upstream"]
    operands, words = case["operands"], case["spec"].split("->")[0].split(",")
    names = [f"to_{place}" for place in range(len(operands))]
    if fault := tuple_fault(tried, got, names):
        return fault

    def forward(*arrays: np.ndarray) -> Any:
        return np.einsum(case["spec"], *arrays)

    expected = numerical_vjp(forward, operands, g)
    ones = numerical_vjp(forward, operands, np.ones_like(g))
    alone = numerical_vjp(forward, [np.ones_like(operand) for operand in operands], g)
    for place, own in enumerate(words):
        slips: Slips = [
            (ones[place], "This is what ones above would give: the upstream is not in it."),
            (alone[place], "The other operands are not in it: they are the partials."),
            (
                expected[place].T,
                f"Its axes are turned round: operand {place} has the letters "
                f"{own!r} in this order.",
            ),
        ]
        look = f"Next: a contribution to {own!r} is an einsum that ends in `->{own}`."
        at = f"{tried}: the contribution to operand {place}, {own!r}"
        if fault := difference(at, got[place], expected[place], slips, look):
            return fault
    return changed_array_fault(tried, outcome, ("spec", "upstream", *words))


def einsum_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """The likely cause of an exception."""
    inputs, output = case["spec"].split("->")
    words = inputs.split(",")
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
    einsum_probe,
    einsum_judge,
    points=2,
    tried=einsum_tried,
    explain=einsum_explain,
)
