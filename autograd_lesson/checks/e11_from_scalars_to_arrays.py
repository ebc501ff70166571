"""The checks of exercise 11: ops on arrays, seeds, and the order and the walk of lesson 5 again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .accepted import is_number
from .arrays import (
    Known,
    Table,
    array_fault,
    changed_array_fault,
    difference,
    draw_array,
    draw_positive_array,
    draw_seed,
    known_wrong,
    numerical_vjp,
    show_array,
    worst,
)
from .core import Check
from .draws import draw_numbers
from .messages import Words, as_tuple, because, report, show
from .own_work import BY_HAND, WALKS
from .plain_data import Other, Raised
from .programs import (
    HUGE,
    Program,
    Value,
    check_order,
    operands_of,
    order_programs,
    post_order,
    small_programs,
    values_of,
)
from .run_answer import attempt, call
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, refusal_fault

# ---------------------------------------------------------------------------------------------
# E11.1: what an operation on arrays returns and remembers

OWN = "This is the operand's own data. Its slope is what the *other* factor holds."
SIGN = "The sign: in a difference the second operand moves the result the other way."
TURNED = (
    "Are the two sides the wrong way round? `k - x` calls `x.__rsub__(k)`, and `k` comes first."
)
OVER = "The slope of 1 / b is -1 / b**2: minus, and b squared."
NAN = "nan is what inf / inf gives: an exponential of 800 is too large for a float."

# A line, as it is run; its partials, one for each operand, in closed form; and those of the known
# slips. Two operands x and y, a number k, and an array A that is a constant.
LINES: dict[str, tuple[str, Table]] = {
    "x + y": ("1.0, 1.0", {}),
    "x + x": ("1.0, 1.0", {}),
    "k + x": ("1.0", {}),
    "x * y": ("y, x", {OWN: "x, y"}),
    "x * x": ("x, x", {}),
    "k * x": ("k", {}),
    "A * x": ("A", {OWN: "x"}),
    "x - y": ("1.0, -1.0", {SIGN: "1.0, 1.0"}),
    "x - k": ("1.0", {}),
    "k - x": ("-1.0", {SIGN: "1.0"}),
    "A - x": ("-1.0", {}),
    "x / y": (
        "1 / y, -x / y**2",
        {
            OVER: ("1 / y, x / y**2", "1 / y, -x / y"),
            "There are x of them: a larger numerator falls faster.": "1 / y, -1 / y**2",
        },
    ),
    "k / x": ("-k / x**2", {OVER: "k / x**2", TURNED: "1 / k"}),
    "x ** k": (
        "k * x ** (k - 1)",
        {
            "The exponent goes down by 1: k * x ** (k - 1).": "k * x**k",
            "The exponent comes down as a factor, too.": "x ** (k - 1)",
            "Divided by x: where that is 0 it gives nan, and k * x ** (k - 1) a number.": (
                "k * x**k / x"
            ),
        },
    ),
    "x.exp()": ("exp(x)", {"The partial of exp is its own *result*, not its operand.": "x"}),
    "x.log()": ("1 / x", {"One over the operand, not over the result.": "1 / log(x)"}),
    "x.tanh()": ("1 - tanh(x) ** 2", {"In 1 - y**2 the y is the *result* of tanh.": "1 - x**2"}),
    "x.relu()": (
        "x > 0",
        {
            "At 0 this op declares the slope 0: `>`, not `>=`.": "x >= 0",
            "What was cut off has slope 0, entry by entry.": "ones(x)",
        },
    ),
}
FORWARD_SLIPS: dict[str, Table] = {
    "k - x": {TURNED: "x - k"},
    "A - x": {TURNED: "x - A"},
    "k / x": {TURNED: "x / k"},
    "x ** k": {"That is a product: `**` is the power.": "x * k"},
    "x * y": {"This is the sum.": "x + y"},
    "x.tanh()": {NAN: ("where(abs(x) > 300, nan, tanh(x))", "where(x > 300, nan, tanh(x))")},
    "x.relu()": {"This is the size of x. What is below 0 is cut off, entry by entry.": "abs(x)"},
}
NAMES = {name: getattr(np, name) for name in ("exp", "log", "tanh", "abs", "where", "nan")}
NAMES |= {"relu": lambda x: np.maximum(x, 0.0), "ones": np.ones_like}
SHAPES = [(3,), (2, 1, 3), (), (0, 2)]


def value_of(text: str, case: Case, **others: Any) -> Any:
    return eval(re.sub(r"x\.(\w+)\(\)", r"\1(x)", text), NAMES | case | others)


def partials_of(text: str, case: Case) -> tuple[Any, ...]:
    return value_of(f"({text},)", case)


def operands_in(line: str) -> str:
    return re.sub("[^xy]", "", line.replace("exp", ""))


def symbol_in(line: str) -> str:
    return line[2:-2] if "." in line else line.split()[1]


def line_case(
    rng: np.random.Generator,
    line: str,
    shape: Sequence[int] = (2, 3),
    k: float | None = None,
    dtype: str = "float64",
) -> Case:
    """One line with arrays of one shape, a number, and an upstream gradient."""
    needs_positive = line == "x.log()" or k == 2.5
    x = (draw_positive_array if needs_positive else draw_array)(rng, shape)
    k = draw_numbers(rng, 1)[0] if k is None else k
    arrays = {"x": x, "y": draw_array(rng, shape), "A": draw_array(rng, shape)}
    arrays["upstream"] = draw_seed(rng, shape)
    return {"line": line, "k": k} | {name: a.astype(dtype) for name, a in arrays.items()}


def arithmetic_cases(rng: np.random.Generator) -> list[Case]:
    lines = [line for line in LINES if "." not in line and line != "x ** k"]
    drawn = [line_case(rng, line) for line in lines]
    powers = [line_case(rng, "x ** k", k=k) for k in (3, -2, 2.5)]
    powers[0]["x"][0, 0] = 0.0  # x**3 has a slope there, and x**3 / x is nan
    return [
        *drawn,
        *powers,
        *(line_case(rng, "x / y", shape) for shape in SHAPES),
        *(line_case(rng, line, dtype="float32") for line in ("x * y", "k / x")),
    ]


def functions_cases(rng: np.random.Generator) -> list[Case]:
    cases = [line_case(rng, line) for line in LINES if "." in line]
    kink, far = line_case(rng, "x.relu()", (4,)), line_case(rng, "x.tanh()", (4,))
    kink["x"][1:3] = 0.0, -0.0
    kink["upstream"] = np.abs(draw_array(rng, (4,)))
    far["x"][:2] = 400.0, -400.0
    cases += [kink, far, *(line_case(rng, "x.tanh()", shape) for shape in SHAPES)]
    return cases + [line_case(rng, line, dtype="float32") for line in ("x.exp()", "x.relu()")]


def line_steps(cls: Any, case: Case) -> Steps:
    x, y = cls(case["x"].copy()), cls(case["y"].copy())
    names = {id(x): "x", id(y): "y"}
    result = eval(compile(case["line"], __file__, "eval"), case | {"x": x, "y": y})
    remembers = id(result) not in names and hasattr(result, "partials")
    yield "no result", None if remembers else [names.get(id(result), result)]
    yield "own", isinstance(result, cls)
    yield "x", x.data
    yield "y", y.data
    yield "data", result.data
    yield "op", result.op
    yield "operands", [names.get(id(operand), operand) for operand in result.operands]
    yield "partials", result.partials


def line_tried(case: Case) -> str:
    line, x, k = case["line"], case["x"], case["k"]
    letters = [name for name in "xyA" if name in line.replace("exp", "")]
    shown = ", ".join(f"{name} = {show_array(case[name])}" for name in letters)
    number = f", k = {show(k)}" if "k" in line else ""
    kind = "" if x.dtype == float and x.size else f", {x.dtype} of shape {x.shape}"
    return f"{line} with {shown}{number}{kind}"


def line_judge(tried: str, case: Case, seen: Seen) -> Faults:
    line, x = case["line"], case["x"]
    yield no_result(tried, seen)
    for name in ("x", "y"):
        after, before = seen[name], case[name]
        if not isinstance(after, np.ndarray) or worst(after, before) is not None:
            cause = f"The op wrote into the array of `{name}`. Others still read those numbers, and"
            cause += " so will the way back."
            look = "Next: compute a new array; no `+=`, `[...] =` or `out=` on an operand's data."
            yield report(f"{tried}: {name}.data afterwards", after, before, cause, look)
    with np.errstate(all="ignore"):
        right, wrong = np.asarray(value_of(line, case)), forward_slips(case)
    yield difference(
        f"{tried}: its data",
        seen["data"],
        right,
        wrong,
        f"Next: `{line}` on the arrays themselves, in a cell of its own.",
        cause="The forward result is another array.",
        dtype=str(x.dtype),
        rel=tolerance(case),
    )
    op = symbol_in(line)
    exponents = (f"**{case['k']:g}", f"**{case['k']}") if op == "**" else ()
    if seen["op"] not in (op, *exponents):
        yield report(f"{tried}: its op", seen["op"], op, "The op goes by this symbol.")
    if seen["operands"] != list(operands_in(line)):
        yield wrong_operands(tried, seen["operands"], operands_in(line))
    yield from partials_faults(tried, case, seen["partials"])


def tolerance(case: Case) -> float:
    return 1e-9 if case["x"].dtype == np.float64 else 1e-5


def forward_slips(case: Case) -> Known:
    table = known_wrong(FORWARD_SLIPS.get(case["line"], {}))
    return [(value_of(wrong, case), words) for wrong, words in table]


def no_result(tried: str, seen: Seen) -> str | None:
    """The message for a result that is no new tensor, else None."""
    wanted = Words("a new tensor that remembers")
    if not seen["no result"]:
        if seen["own"]:
            return None
        cause = "The result is of another class, which lacks the operations of yours."
        look = "Next: `return self.made(...)` makes it one of the same class as `self`."
        return report(tried, Words("a result of another class"), wanted, cause, look)
    (result,) = seen["no result"]
    cause, look = "The result must be a tensor.", "Next: `return self.made(op, data, ...)`."
    if result is None:
        cause, look = "The method returned nothing: is a `return` missing?", ""
    elif isinstance(result, Other) and result.type == "ndarray":
        cause = "NumPy did not know your class, took its array apart and multiplied entry by entry:"
        cause += " an array of objects, each with a graph of its own."
        look = "Next: keep `__array_ufunc__ = None` in the class; then NumPy leaves it to yours."
        result = Words("an array of objects")
    elif isinstance(result, str):
        cause = f"This is `{result}` itself. A result is a tensor of its own."
        result = Words(f"{result} itself")
    elif isinstance(result, np.ndarray) or is_number(result):
        cause = "A plain array has forgotten where it came from."
    return report(tried, result, wanted, cause, look)


def listed(names: Sequence[str]) -> Words:
    return Words(as_tuple(names))


def wrong_operands(tried: str, got: Sequence[Any], expected: str) -> str:
    """The message for operands that are not those of the line."""
    cause = "These are to be the tensors of the line, in their order; a constant is none."
    if len(got) < len(expected):
        cause = "An operand is missing: the way back would end here. One that stands twice is two."
    elif len(got) > len(expected):
        cause = "A constant needs no gradient, so no edge leads to it."
    elif sorted(map(str, got)) == sorted(expected):
        cause = "The operands are swapped: the drawing, and a partial, go by their order."
    found = listed([operand if isinstance(operand, str) else "a constant" for operand in got])
    look = "Next: the pairs given to `made`."
    return report(f"{tried}: its operands", found, listed(expected), cause, look)


def partials_faults(tried: str, case: Case, partials: Any) -> Faults:
    """The messages for partials that do not belong to the line."""
    x, upstream = case["x"], case["upstream"]
    names, (formulas, line_slips) = operands_in(case["line"]), LINES[case["line"]]
    if not isinstance(partials, list) or len(partials) != len(names):
        cause = "There must be one partial for each operand, in the same order."
        yield report(f"{tried}: its partials", partials, Words("one for each operand"), cause)
    with np.errstate(all="ignore"):
        wrong_ones = [(partials_of(text, case), words) for text, words in known_wrong(line_slips)]
        right = [np.broadcast_to(p, x.shape) for p in partials_of(formulas, case)]
    measured, above = slopes(case), f"{tried}, and {show_array(upstream)} arriving from above"
    for position, (name, partial) in enumerate(zip(names, partials, strict=True)):
        yield no_partial(f"{tried}: the partial of {name}", partial, x)
        contribution = upstream * np.asarray(partial)
        slips = [(upstream * wrong[position], words) for wrong, words in wrong_ones]
        slips += everyday_slips(upstream, right, position)
        for expected, rel, scale in (
            (upstream * right[position], tolerance(case), None),
            (measured[position], max(tolerance(case), 1e-6), 1.0),
        ):
            if expected is not None:
                yield difference(
                    f"{above}: what {name} receives",
                    contribution,
                    expected.astype(contribution.dtype),
                    slips,
                    "Next: take one entry, and nudge it with a pencil: how fast does its result "
                    "move?",
                    cause="Upstream times your partial is not what a nudge of each entry says.",
                    dtype=str(x.dtype),
                    rel=rel,
                    scale=scale,
                )


def slopes(case: Case) -> Sequence[np.ndarray | None]:
    """What each operand receives by central differences; nothing at a kink, or in float32."""
    x, y, line = case["x"], case["y"], case["line"]
    names = operands_in(line)
    if x.dtype != np.float64 or ("relu" in line and np.any(x == 0)):
        return [None] * len(names)
    if names == "xx":  # nudge one side of the two at a time
        line, y = re.sub("x$", "y", line), x
    of_both = numerical_vjp(lambda a, b: value_of(line, case, x=a, y=b), [x, y], case["upstream"])
    return of_both[: len(names)]


def no_partial(tried: str, partial: Any, x: np.ndarray) -> str | None:
    """The message for a partial that upstream cannot be multiplied by, entry by entry."""
    if is_number(partial) or isinstance(partial, bool):
        return None
    n = x.size
    if isinstance(partial, np.ndarray) and partial.shape == (n, n) and n > 1:
        found = Words(f"an array of shape {partial.shape}")
        cause = "This is the whole Jacobian. Of an op that works entry by entry only the diagonal "
        cause += "is not 0: keep that, in the shape of the data."
        wanted = Words(f"a number, or an array of shape {x.shape}")
        return report(tried, found, wanted, cause, "Next: which entries does one entry move?")
    if x.shape == () and isinstance(partial, np.ndarray) and partial.size == 1:
        return None
    return array_fault(tried, partial, x.shape, dtype=None)


def everyday_slips(upstream: np.ndarray, right: Sequence[np.ndarray], position: int) -> Known:
    """What a sum, a lost partial or a sign makes of any line."""
    here = np.asarray(right[position], float)
    if not here.size:
        return []
    table = {
        "The numbers are right, and their sign is not.": -here,
        "One number for all: each entry has a slope of its own.": here.sum(),
        "A mean: each entry has a slope of its own.": here.mean(),
        "This partial is 1: the slope of the op is missing.": np.ones_like(here),
    }
    if len(right) > 1:
        swapped = "The partials are swapped: one for each operand, in their order."
        table[swapped] = right[1 - position]
    slips = [(upstream * wrong, words) for words, wrong in table.items()]
    return [pair for pair in slips if worst(pair[0], upstream * here) is not None]


LINE_CAUSES = {
    "truth value of an array": "An array has many entries, so it is neither true nor false. What "
    "`if` and `max` choose once, `np.where` and `np.maximum` choose for each entry.",
    "only 0-dimensional arrays|only length-1 arrays": "A function of `math` takes one number: "
    "`np.exp`, `np.log`, `np.tanh` take arrays.",
    "^TypeError: .*unsupported operand": lambda case, raised: (
        f"Python found no method for `{case['line']}`: is the reflected one there, such as "
        "__rsub__?"
    ),
    "^TypeError: .*__array_ufunc__": "NumPy was handed a tensor: give it the array inside, "
    "`self.data`, `data_of(other)`.",
    "^AttributeError: .*'data'": "A constant has no `.data`: `data_of(other)` takes either.",
}


def check_lines(name: str, cases: Callable[[np.random.Generator], list[Case]]) -> Check:
    settings: dict[str, Any] = {"explain": because(LINE_CAUSES), "own_work": BY_HAND}
    return check_stages(name, cases, line_steps, line_judge, tried=line_tried, **settings)


check_arithmetic = check_lines("arithmetic", arithmetic_cases)
check_functions = check_lines("functions", functions_cases)

# ---------------------------------------------------------------------------------------------
# E11.2: a seed of the right shape, or a refusal


class Root:
    """A tensor of which only the data counts."""

    def __init__(self, data: np.ndarray) -> None:
        self.data = data


def seed_cases(rng: np.random.Generator) -> list[Case]:
    given, whole = draw_seed(rng, (2, 3)), [[1, 0, -2], [3, 4, 0]]
    taken: list[Any] = [((2, 3), given), ((2, 3), whole), ((2, 3), np.array(whole))]
    taken += [((), None), ((1,), None), ((1, 1), None)]
    refused: list[Any] = [((2, 3), None), ((2,), None), ((0, 2), None)]
    refused += [((2, 3), draw_seed(rng, (3,))), ((2, 3), 2.0), ((2, 3), draw_seed(rng, (3, 2)))]
    refused += [((2, 3), draw_seed(rng, shape)) for shape in ((6,), (1, 3))]
    refused.append(((), draw_seed(rng, (1,))))
    cases = [(*pair, True, "float64") for pair in taken]
    cases += [(*pair, False, "float64") for pair in refused]
    cases += [((2, 3), given, True, "float32"), ((1,), None, True, "float32")]
    cases.append(((), 2.5, True, "float64"))
    return [
        {"data": draw_array(rng, shape, dtype=dtype), "seed": seed, "takes": takes}
        for shape, seed, takes, dtype in cases
    ]


def seed_steps(seed_for: Any, case: Case) -> Steps:
    data, seed = case["data"], case["seed"]
    result = attempt(seed_for, Root(data), *([] if seed is None else [seed]))
    held = [array for array in (data, seed) if isinstance(array, np.ndarray)]
    is_array = isinstance(result, np.ndarray)
    yield "result", result
    yield "own", not (is_array and any(np.shares_memory(result, array) for array in held))


def seed_tried(case: Case) -> str:
    data, seed = case["data"], case["seed"]
    kind = "" if data.dtype == float else f" and dtype {data.dtype}"
    root = f"a root of shape {data.shape}{kind}"
    if seed is None:
        return f"seed_for(root), {root}, no seed given"
    dtype = f", {seed.dtype}" if isinstance(seed, np.ndarray) and seed.dtype != float else ""
    return f"seed_for(root, {show(seed)}), {root}{dtype}"


def seed_judge(tried: str, case: Case, seen: Seen) -> Faults:
    got, data, seed = seen["result"], case["data"], case["seed"]
    if not case["takes"]:
        yield seed_refusal_fault(tried, case, got)
        return
    expected = np.array(np.ones(data.shape) if seed is None else seed, data.dtype)
    if isinstance(got, Raised):
        cause = "This seed is fine, and was refused."
        if seed is None:
            cause = "A root with one entry has one slope: there the seed can only be 1. That is so "
            cause += "for the shapes (), (1,) and (1, 1) alike."
        yield report(tried, got, expected, cause, "Next: ask for `root.data.size`.")
    slips = {"These are ones: the seed that was given is not used.": np.ones(data.shape)}
    look = "Next: `np.array(seed, dtype=root.data.dtype)`."
    yield difference(tried, got, expected, slips, look, dtype=str(data.dtype))
    if not isinstance(got, np.ndarray):
        cause = "The seed goes into the walk as an array, also where it has no axes."
        yield report(tried, got, Words("an array of shape ()"), cause, "Next: `np.array(seed)`.")
    if not seen["own"]:
        cause = "This is the caller's array itself. What the walk adds to it later, the caller has "
        cause += "in hand as well."
        found, wanted = Words("that array itself"), Words("an array of your own")
        yield report(tried, found, wanted, cause, "Next: `np.array(seed)` copies.")


def is_named(shape: Sequence[int], text: str) -> bool:
    """Whether a text names a shape: (2, 3), [2, 3], 2x3 and 2 by 3 are all the same."""
    written_out = r"\D{1,4}".join(map(str, shape)) if len(shape) else r"\(\)|\[\]"
    return re.search(rf"(?<!\d)({written_out})(?!\d)", text) is not None


def seed_refusal_fault(tried: str, case: Case, got: Any) -> str | None:
    """The message where a seed should be refused, with its shape and the root's, else None."""
    shape, seed = case["data"].shape, case["seed"]
    passed = "A seed of another shape says nothing about most of the entries, or too much."
    if seed is None:
        passed = f"The root has {case['data'].size} entries, and each has a slope of its own. "
        passed += "Which mix of them is wanted, nobody has said."
    elif isinstance(got, np.ndarray) and got.shape == shape:
        passed = "The seed was made to fit: copied along an axis, or poured into another shape. "
        passed += "The gradients would be wrong without a word."

    def unsaid(text: str) -> str:
        for each in (shape, *([] if seed is None else [np.shape(seed)])):
            if not is_named(each, text):
                cause = f"The message does not name the shape {each}. Who reads it wants to know "
                return f"{cause}what was found and what is allowed."
        return ""

    in_text = "Next: `f'... {root.data.shape} ...'`."
    return refusal_fault(
        tried,
        got,
        (ValueError,),
        passed,
        in_text if isinstance(got, Raised) else "Next: compare `.shape` with `root.data.shape`.",
        wanted=f"a ValueError that names the shape {shape}",
        another=(
            "The type is right and the value is not: that is a ValueError.",
            "Next: `raise ValueError(f'...')`.",
        ),
        unsaid=unsaid,
    )


check_seed_for = check_stages(
    "seed_for",
    seed_cases,
    seed_steps,
    seed_judge,
    tried=seed_tried,
    own_work=BY_HAND,
    unseen=["takes"],
)

# ---------------------------------------------------------------------------------------------
# E11.3, rung 1: the order, unchanged


class ArrayValue(Value):
    """A value that holds an array, and whose `==` compares entry by entry, as NumPy's does."""

    __slots__ = ()

    data: Any
    grad: Any

    def __eq__(self, other: Any) -> Any:
        return self.data == getattr(other, "data", other)

    __hash__ = Value.__hash__

    def __repr__(self) -> str:
        return f"ArrayValue(shape={self.data.shape}, label={self.label!r})"


def order_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    arrays = [program | {"arrays": True} for program in small_programs(rng)]
    return [
        *({"asks": "order", "programs": [program], "kind": ", on arrays"} for program in arrays),
        *({"asks": "order", "programs": [program]} for program in order_programs(rng)),
        *HUGE,
    ]


def values_or_arrays(program: Program, backwards: bool = False) -> list[Any]:
    """The values of a program; on arrays they are all alike: only identity tells them apart."""
    values = values_of(program, backwards)
    if not program.get("arrays"):
        return values
    made: list[ArrayValue] = []
    for value, own in zip(values, operands_of(program), strict=True):
        operands = tuple(made[i] for i in own)
        data: Any = np.array([1.0, 2.0])
        made.append(ArrayValue(data, value.label, value.op, operands, value.partials))
        made[-1].key = value.key
    return made


ARRAYS_CAUSES = {
    "truth value|ambiguous": "`value in order` on a list compares by `==`, and `==` of two arrays "
    "is an array. A set goes by identity first: a value is known because it is that one."
}
check_topological_order = check_order(order_cases, values_or_arrays, ARRAYS_CAUSES)

# ---------------------------------------------------------------------------------------------
# E11.3, rung 2: the walk, on numbers and on arrays

# A program of arrays: {"leaves": arrays, "lines": [["*", 0, 1], ["copy", 2], ["sum", 3]]}.
Arrays = list[Any]


def computed(lines: Sequence[Sequence[Any]], leaves: Arrays, given: dict[int, Any]) -> Arrays:
    """The data of each value; those in `given` are taken from there."""
    data = [given.get(k, leaf) for k, leaf in enumerate(leaves)]
    for k, (symbol, *own) in enumerate(lines, start=len(leaves)):
        operands = [data[i] for i in own]
        data.append(given[k] if k in given else FORWARD[symbol](*operands))
    return data


FORWARD: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "copy": lambda a: a.copy(),
    "sum": lambda a: np.array(a.sum()),
}
PARTIALS: dict[str, Callable[..., tuple[Any, ...]]] = {
    "+": lambda a, b: (1.0, 1.0),
    "-": lambda a, b: (1.0, -1.0),
    "*": lambda a, b: (b, a),
    "copy": lambda a: (lambda g: g,),
    "sum": lambda a: (lambda g: np.full(a.shape, g),),
}


def values_in(case: dict[str, Any]) -> list[Any]:
    """The values of a case, numbers or arrays, with their partials."""
    lines, leaves = case["lines"], case["leaves"]
    data = computed(lines, leaves, {})
    values: list[Any] = []
    for k, array in enumerate(data):
        symbol, *own = lines[k - len(leaves)] if k >= len(leaves) else ("",)
        partials = PARTIALS[symbol](*[data[i] for i in own]) if symbol else ()
        operands = tuple(values[i] for i in own)
        kind = ArrayValue if isinstance(array, np.ndarray) else Value
        values.append(kind(array, letter(k), symbol, operands, partials))
        values[k].key = k
        if kind is ArrayValue:
            values[k].grad = None
    return values


def letter(k: int) -> str:
    return "abcdefgh"[k]


def walk_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    scalars = [p | {"seed": draw_numbers(rng, 1)[0], "passes": 1} for p in small_programs(rng)[:3]]
    product, diamond = [["*", 0, 1]], [["+", 0, 1], ["*", 2, 0], ["*", 2, 3]]
    with_copy = [["copy", 0], ["*", 0, 1], ["+", 3, 2]]
    shapes: list[Any] = [
        (product, 2, (2, 3), 2),
        (diamond, 2, (2, 1, 3), 2),
        ([["copy", 0]], 1, (3,), 2),
        (product, 2, (2, 3), 1),
        (diamond, 2, (2, 3), 1),
        ([["*", 0, 0], ["-", 1, 0]], 1, (3,), 1),
        ([["*", 0, 1], ["sum", 2]], 2, (2, 3), 1),
        (with_copy, 2, (3,), 1),
        ([*with_copy[:2], ["+", 2, 3]], 2, (3,), 1),
    ]
    cases: list[dict[str, Any]] = scalars
    for lines, leaves, shape, passes in shapes:
        arrays = [draw_array(rng, shape, low=0.4, high=1.3) for _ in range(leaves)]
        end = () if lines[-1][0] == "sum" else shape
        seed = draw_seed(rng, end)
        cases.append({"leaves": arrays, "lines": lines, "seed": seed, "passes": passes})
    return cases


def walk_steps(backward: Any, case: dict[str, Any]) -> Steps:
    values = values_in(case)
    held = [value.data for value in values] + [case["seed"]]
    for _ in range(case["passes"]):
        outcome = call(lambda *arrays: backward(values[-1], arrays[-1]), *held)
        if outcome["changed"]:
            break
    yield "changed", outcome["changed"]
    yield "grads", [value.grad for value in values]
    arrays = [(value.label, value.grad) for value in values if isinstance(value.grad, np.ndarray)]
    arrays += [("seed", held[-1])] if isinstance(held[-1], np.ndarray) else []
    pairs = itertools.combinations(arrays, 2)
    yield "shared", [[a, b] for (a, one), (b, two) in pairs if np.shares_memory(one, two)]


def walk_tried(case: dict[str, Any]) -> str:
    lines, count = case["lines"], len(case["leaves"])
    made = []
    for k, (symbol, *own) in enumerate(lines, start=count):
        names = [letter(i) for i in own]
        text = f"{symbol}({names[0]})" if len(own) == 1 else f"{names[0]} {symbol} {names[1]}"
        made.append(f"{letter(k)} = {text}")
    shape = np.shape(case["leaves"][0])
    kind = f"arrays of shape {shape}" if isinstance(case["leaves"][0], np.ndarray) else "numbers"
    root = letter(count + len(lines) - 1)
    twice = ", twice" if case["passes"] == 2 else ""
    return f"backward({root}, {show_array(case['seed'])}){twice}, with {'; '.join(made)}; {kind}"


def walk_judge(tried: str, case: dict[str, Any], seen: Seen) -> Faults:
    count = len(case["leaves"]) + len(case["lines"])
    names = [f"{letter(k)}.data" for k in range(count)] + ["seed"]
    yield changed_array_fault(tried, seen, names)
    data = computed(case["lines"], case["leaves"], {})
    wrong_walks = faulty(case)
    # Nearest to the root first: there a mistake is made. The root itself, which is told, last.
    for k in [*reversed(range(count - 1)), count - 1]:
        found, where = seen["grads"][k], f"{tried}: {letter(k)}.grad"
        (slope,) = numerical_vjp(
            lambda array, k=k: computed(case["lines"], case["leaves"], {k: array})[-1],
            [data[k]],
            case["seed"],
        )
        is_flat = np.max(np.abs(slope), initial=0.0) < 1e-6  # its gradient is 0 indeed
        if found is None or (is_number(found) and found == 0 and not is_flat):
            cause = "Nothing has arrived there: every value that the root depends on gets its own,"
            cause += " the root and the results between included."
            yield report(where, found, Words("a gradient"), cause)
        yield difference(
            where,
            found,
            case["passes"] * np.asarray(slope, float),
            [(grads[k], words) for grads, words in wrong_walks if grads[k] is not None],
            "Next: print each contribution and the sum so far, edge by edge.",
            cause="Not what a nudge of this value says.",
            dtype=None,
            scale=1.0,
        )
    for pair in seen["shared"]:
        first, second = (f"{name}.grad" if name != "seed" else "the seed" for name in pair)
        cause = "Two names for one array: who adds to the one changes the other."
        look = "Next: `a + b` makes a new array, `a = b` only a new name."
        yield report(tried, Words(f"{first} is the array of {second}"), cause=cause, look=look)


def faulty(case: dict[str, Any]) -> list[tuple[list[Any], str]]:
    """The grads that known mistakes leave, each with what to say of it."""
    here = "in place: `+=` on an array writes into that array, which others hold as well. "
    here += "`a = a + b` makes a new one."
    return [
        (walked(case, writes_over=True), "A contribution wrote over what others had brought."),
        (walked(case, ones=True), "The walk began with ones: the seed is not used."),
        (walked(case, in_place=True), f"Summed {here}"),
        (walked(case, keeps=False), "Only the last pass is in it: each pass *adds* to `.grad`."),
        *(
            (walked(case, stale=kind), "What the first pass left in `.grad` was sent on once more.")
            for kind in ("root added to", "root replaced")
        ),
    ]


def walked(
    case: dict[str, Any],
    *,
    writes_over: bool = False,
    ones: bool = False,
    in_place: bool = False,
    keeps: bool = True,
    stale: str = "",
) -> list[Any]:
    """The grads after all passes of a walk with a mistake of its own."""
    values = values_in(case)
    order = post_order([tuple(v.key for v in value.operands) for value in values], len(values) - 1)
    grads: list[Any] = [None] * len(values)
    for _ in range(case["passes"]):
        seed = np.ones(np.shape(case["seed"])) if ones else np.array(case["seed"], float)
        gradient: dict[int, Any] = {len(values) - 1: seed}
        if stale and grads[-1] is not None:
            gradient = {k: np.array(g) for k, g in enumerate(grads)}
            gradient[len(values) - 1] = seed + (grads[-1] if "added" in stale else 0.0)
        for k in reversed(order):
            for operand, partial in zip(values[k].operands, values[k].partials, strict=True):
                brought = partial(gradient[k]) if callable(partial) else gradient[k] * partial
                i = operand.key
                if i not in gradient or writes_over:
                    gradient[i] = brought
                elif in_place and isinstance(gradient[i], np.ndarray):
                    gradient[i] += brought
                else:
                    gradient[i] = gradient[i] + brought
        for k, amount in gradient.items():
            add = keeps and not stale and grads[k] is not None
            grads[k] = grads[k] + amount if add else np.array(amount)
    return grads


WALK_CAUSES = {
    "NoneType": "`.grad` of a tensor is None until something arrives: ask for that first.",
    "function": "A partial may be a function: `callable(partial)` tells, `partial(upstream)` "
    "applies.",
    "truth value": "Ask `value.grad is None`, not `if value.grad`: an array is neither true nor "
    "false.",
    "^KeyError": "Nothing has arrived yet for that operand: `gradient.get(operand, 0.0)` gives 0 "
    "then.",
}

check_backward = check_stages(
    "backward",
    walk_cases,
    walk_steps,
    walk_judge,
    tried=walk_tried,
    explain=because(WALK_CAUSES),
    own_work=WALKS,
)
