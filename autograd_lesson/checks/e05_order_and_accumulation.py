"""The checks of exercise 05: the order of the walk, its sums, and what is left for the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from ..numpy_or_not import np
from ..value import topological_order as order_of
from .accepted import close, is_number, keyed
from .core import Check
from .draws import draw_numbers
from .messages import (
    Words,
    because,
    not_one_number,
    number_fault,
    report,
    rounding_cause,
    show,
    show_both,
)
from .own_work import ALWAYS, PREDICTED, WALKS
from .plain_data import OUT_OF_TIME
from .programs import (
    HUGE,
    Program,
    Value,
    Walk,
    about_labels,
    below,
    breadth_first,
    check_order,
    cleared_walk,
    expanded,
    faulty_walk,
    label_walk,
    labels_of,
    last_operand_first,
    listed,
    name_of,
    on_values,
    operands_of,
    order_fault,
    order_programs,
    positions,
    post_order,
    post_order_from_the_right,
    pre_order,
    random_program,
    root_set_walk,
    shares_labels,
    size,
    slopes_of,
    small_programs,
    text_of,
    values_of,
)
from .vocabulary import Case, check_line_order, check_predictions, defined, to_be_thought_of

# ---------------------------------------------------------------------------------------------
# E5.1, rung 1: lines to put in order

ORDER_LINES = {
    "A": "        order.append(value)",
    "B": "        for operand in value.operands:",
    "C": "        order.insert(0, value)",
    "D": "        if value in seen:",
    "E": "            visit(operand)",
    "F": "        seen.add(value)",
    "G": "            return",
}
FRAME = """\
def topological_order(root):
    order, seen = [], set()

    def visit(value):
        visits.append(value)
{}

    visit(root)
    return order
"""
UNDER = {"G": ("D", "`return`", "`if`"), "E": ("B", "`visit(operand)`", "`for`")}


def lines_cases(rng: np.random.Generator) -> list[Case]:
    leaf = {"leaves": draw_numbers(rng, 1), "lines": []}
    diamond, lesson, *others = small_programs(rng)
    programs = [lesson, diamond, *others, leaf, *(random_program(rng, 3, 6) for _ in range(2))]
    return [{"program": program} for program in programs]


def lines_tried(case: Case) -> str:
    return f"your lines on {text_of(case['program'])}"


def lines_fault(case: Case, letters: list[str]) -> str | None:
    """The message for lines that Python cannot read, or that make another order; else None."""
    if {"A", "C"} <= set(letters):
        cause = "A and C both put the value into the list: one of the two is left over."
        return report("order_lines()", letters, Words("six of the seven letters"), cause)
    for inner, (outer, what, above) in UNDER.items():
        if {inner, outer} <= set(letters) and (outer, inner) not in pairwise(letters):
            cause = f"{what} is indented below a line that must come right before it: {above}."
            return report("order_lines()", letters, cause=cause)
    values, tried = values_of(case["program"]), lines_tried(case)
    try:
        lines, visits = [ORDER_LINES[letter] for letter in letters], list[Value]()
        order = defined(FRAME, lines, visits=visits)(values[-1])
    except SyntaxError:
        cause = "Python cannot read this: an indented line stands below none that it belongs to, "
        cause += "or a line that ends with a colon has none below it."
        return report("order_lines()", letters, cause=cause)
    except RecursionError:  # no graph of this size is that deep
        return report(tried, Words("no end"), cause="A value is visited again and again.")
    outcome = {"order": positions(order, values), "raised_limit": False}
    if fault := order_fault(tried, case["program"], outcome):
        return fault
    uses = sum(len(value.operands) for value in values)
    if len(visits) <= uses + 1:
        return None
    cause = "The list is right, but the operands of a value are visited anew each time the value "
    cause += "is met: once for every path. 16 doublings, 17 values, would take 131,071 visits."
    look = "Next: ask whether a value was seen before its operands are visited."
    wanted = Words(f"{uses + 1}: the root, and each use as an operand")
    return report(tried, Words(f"{len(visits)} calls of visit"), wanted, cause, look)


check_order_lines = check_line_order(
    "order_lines", ORDER_LINES, lines_cases, lines_fault, tried=lines_tried
)


# ---------------------------------------------------------------------------------------------
# E5.1, rung 2: topological_order

RANDOM_GRAPHS = 50


def order_cases(rng: np.random.Generator) -> list[Case]:
    programs = order_programs(rng)
    sizes = zip(rng.integers(2, 6, RANDOM_GRAPHS), range(3, 3 + RANDOM_GRAPHS), strict=True)
    drawn = [random_program(rng, int(leaves), lines // 2) for leaves, lines in sizes]
    return [
        *({"asks": "order", "programs": [program]} for program in programs),
        {"asks": "order", "programs": sorted(drawn, key=size)},
        {"asks": "same order", "programs": [programs[2], *drawn[:5]]},
        *HUGE,
    ]


check_topological_order = check_order(order_cases, points=2)


# ---------------------------------------------------------------------------------------------
# What E5.2 and E5.3 share: a function that is called on roots and writes to `.grad` alone


def walk_probe(answer: Any, case: Case) -> dict[str, Any]:
    values = values_of(case["program"])
    for value, grad in zip(values, case["preset"], strict=True):
        value.grad = grad
    before = [state_of(value) for value in values]
    for root in case["roots"]:
        answer(values[root])
    changed = [k for k, value in enumerate(values) if state_of(value) != before[k]]
    return {"grads": [value.grad for value in values], "changed": changed}


def state_of(value: Value) -> tuple:
    """All that a walk has to leave as it is."""
    operands = tuple(map(id, value.operands or ()))
    return value.data, value.label, value.op, operands, value.partials


WALK_RAISED = {
    "^AttributeError: .*backward": "The values of this check have no backward method: it is what "
    "you are writing.",
    "^KeyError": "A value is looked up in the dict before anything was put there. "
    "`gradient.get(operand, 0.0)` gives 0 for those.",
    "^ValueError: .*unpack": "`operands` and `partials` are two tuples of one length; "
    "`zip(result.operands, result.partials)` gives their pairs.",
}


def walk_explain(out_of_time: str) -> Callable[..., str | None]:
    """What an exception in a walk comes from; `out_of_time` where it does not end."""
    return because(WALK_RAISED | {f"^{OUT_OF_TIME}": out_of_time})


def backward_cases(rng: np.random.Generator) -> list[Case]:
    a, b, c = draw_numbers(rng, 3)
    small = small_programs(rng)
    lesson, other = small[1], [["*", 0, 0], ["-", 5, 1]]
    # b - b: its contributions cancel, and -1 is sent from a gradient that is 0
    zero = {"leaves": [a, b, c], "lines": [["-", 1, 1], ["*", 0, 3], ["*", 2, 4]]}
    unused = {"leaves": [a, b, c], "lines": [["*", 0, 2], ["-", 3, 0]]}
    drawn = [random_program(rng, 3, lines) for lines in (4, 5, 6, 8, 10, 12, 14, 16)]
    last = size(lesson) - 1
    cases: list[Case] = [
        *({"program": program} for program in (*small, zero, unused, *drawn)),
        {"program": {"leaves": [a], "lines": []}},
        {"program": lesson, "roots": [last, last]},
        {"program": lesson, "roots": [last, last, last]},
        {"program": lesson, "preset": draw_numbers(rng, size(lesson))},
        # a second graph over the same two leaves
        {"program": lesson | {"lines": lesson["lines"] + other}, "roots": [last, last + 2]},
        # two results that share x * x
        {
            "program": {"leaves": [a, b, c], "lines": [["*", 0, 0], ["*", 3, 1], ["*", 3, 2]]},
            "roots": [4, 5],
        },
        {"program": drawn[3], "roots": [size(drawn[3]) - 1] * 2},
        {"program": expanded({"doublings": 60})},
        # labels that cannot tell the values apart, and numbers that cannot either
        {"program": {"leaves": [a], "lines": [["*", 0, 0], ["*", 1, 0]], "labels": [""] * 3}},
        {"program": {"leaves": [b, b], "lines": [["*", 0, 1], ["+", 2, 0]], "labels": ["x"] * 4}},
        {"program": drawn[2] | {"labels": [""] * size(drawn[2])}},
    ]
    for case in cases:
        case.setdefault("roots", [size(case["program"]) - 1])
        case.setdefault("preset", [0.0] * size(case["program"]))
    return cases


def backward_tried(case: Case) -> str:
    program, roots = case["program"], case["roots"]
    calls = [f"backward({name_of(program, root)})" for root in roots]
    said = ", then ".join(calls)
    if len(roots) > 1 and len(set(roots)) == 1:
        said = f"{len(roots)} times {calls[0]}"
    tried = f"{said} with\n             {text_of(program)}{about_labels(program)}"
    if any(case["preset"]):
        held = (f"{name_of(program, k)}.grad = {show(g)}" for k, g in enumerate(case["preset"]))
        tried += "\n             where earlier passes left " + ", ".join(held)
    return tried


def grads_after(case: Case) -> list[float]:
    """The grad of each value after all the calls."""
    columns = [case["preset"], *(slopes_of(case["program"], root) for root in case["roots"])]
    return [sum(column) for column in zip(*columns, strict=True)]


def backward_judge(case: Case, outcome: dict[str, Any]) -> str | None:
    program, tried = case["program"], backward_tried(case)
    if outcome["changed"]:
        names = listed(program, outcome["changed"])
        cause = f"{names}: data, operands or partials are no longer what they were. A pass writes "
        return report(tried, cause=cause + "to `.grad` and to nothing else.")
    got, expected = outcome["grads"], grads_after(case)
    if close(got, expected, rel=1e-9, scale=scale(case)):
        return None
    pairs = enumerate(zip(got, expected, strict=True))
    wrong = [k for k, (g, e) in pairs if not close(g, e, 1e-9)][:8]
    texts = [show_both(got[k], expected[k]) for k in wrong]
    found, wanted = (
        ", ".join(f"{name_of(program, k)}.grad = {t}" for k, t in zip(wrong, side, strict=True))
        for side in zip(*texts, strict=True)
    )
    return report(tried, Words(found), Words(wanted), *backward_cause(case, got))


def scale(case: Case) -> float:
    """The size of what is added: sums that cancel are as exact as their terms, not more."""
    sized = case["program"] | {"leaves": [abs(x) for x in case["program"]["leaves"]]}
    sized = sized | {"lines": [["+" if s == "-" else s, i, j] for s, i, j in sized["lines"]]}
    return max(map(abs, (*slopes_of(sized, case["roots"][0]), *case["preset"])))


# The first walk that gives an answer's numbers names its mistake.
MISTAKES: dict[str, Sequence[Walk]] = {
    "The inner values still held the gradient of an earlier pass, and this pass sent that on a "
    "second time. What a pass has found so far belongs in a dict of its own, not in `.grad`.": [
        faulty_walk(in_place=True),
        faulty_walk(in_place=True, adds_the_seed=True),
    ],
    "Nothing arrived anywhere. Does the root begin at 1 in your dict, and is each gradient added "
    "to the value's `.grad` at the end?": [lambda program, root, grads: None],
    "The gradient of the root itself is 1, and it belongs in its grad as well.": [
        faulty_walk(at_the_end="all but the root")
    ],
    "Every gradient is twice what it should be: the root begins at 2, or each contribution is "
    "added twice.": [faulty_walk(seed=2.0)],
    "The root begins at its own data here. How far does the root move for each unit that it moves "
    "itself? By 1, whatever its data.": [
        faulty_walk(seed=None),
        faulty_walk(seed=None, in_place=True),
    ],
    "An operand that stands twice, as in x * x, was counted once. It has two edges, each with a "
    "partial of its own.": [faulty_walk(once_per_operand=True)],
    "A contribution wrote over what others had brought: `=` where `+=` is needed.": [
        faulty_walk(order, writes_over=True, in_place=in_place)
        for order in (post_order, post_order_from_the_right)
        for in_place in (False, True)
    ],
    "The walk went from the operands to the root: results passed on a gradient of 0, before "
    "anything had reached them.": [
        faulty_walk(turned=False),
        faulty_walk(turned=False, in_place=True),
    ],
    "Values were crossed ring by ring (breadth-first): some passed their gradient on before all of "
    "it was there.": [
        faulty_walk(breadth_first, turned=False),
        faulty_walk(breadth_first, turned=False, in_place=True),
    ],
    "Values were crossed when they were met, one operand of the root and all behind it before the "
    "other (pre-order): some passed their gradient on before all of it was there.": [
        faulty_walk(order, turned=False, in_place=in_place)
        for order in (pre_order, last_operand_first)
        for in_place in (False, True)
    ],
    "The partials are left out: a contribution is the result's gradient *times* the partial.": [
        faulty_walk(contribution=lambda upstream, partial, data: upstream)
    ],
    "The gradient of the result is left out: a partial alone tells how the result changes, not how "
    "the root does.": [faulty_walk(contribution=lambda upstream, partial, data: partial)],
    "Gradient and partial were added. Each edge scales what comes: multiply.": [
        faulty_walk(contribution=lambda upstream, partial, data: upstream + partial)
    ],
    "The operand's own data stands where its partial belongs: in a product the partial is the "
    "*other* factor, and `partials` holds it.": [
        faulty_walk(contribution=lambda upstream, partial, data: upstream * data)
    ],
    "The root's grad was set, not added to: two passes give it 2.": [root_set_walk],
    "Each pass replaced what the pass before it had left. Grads are sums over passes, until "
    "somebody sets them to 0: add to `.grad`.": [faulty_walk(at_the_end="replace")],
    "Only the leaves add up over the passes. The inner values were set back to 0, so that after "
    "two passes they hold the gradient of one.": [
        cleared_walk,
        faulty_walk(at_the_end="add to leaves"),
    ],
    "Values with the same label, or with none, share one gradient here. A label is for whoever "
    "reads the graph, and tells nothing apart: let the values themselves be the keys.": [
        label_walk
    ],
    "Only leaves were given their gradient. Every value that the root depends on has one, and the "
    "drawings show it.": [faulty_walk(at_the_end="leaves only")],
}


def backward_cause(case: Case, got: Sequence[Any]) -> tuple[str, str]:
    """The mistake that gives these very numbers, and where to look."""
    if odd := [k for k, g in enumerate(got) if not is_number(g)]:
        name = name_of(case["program"], odd[0])
        return f"{name}.grad is no number any more.", ""
    for words, walks in MISTAKES.items():
        for walk in walks:
            grads = list(case["preset"])
            for root in case["roots"]:
                walk(case["program"], root, grads)
            if close(list(got), grads, rel=1e-9, scale=max(map(abs, grads))):
                return words, look(case, words)
    if shares_labels(case["program"]):
        cause = "It is this graph, whose labels cannot tell the values apart, that goes wrong."
        return cause, "Next: let the values themselves be the keys, not their labels or texts."
    cause = rounding_cause(list(got), grads_after(case))
    return cause, "Next: draw the graph, and write the contribution of every edge beside it."


def look(case: Case, words: str) -> str:
    program = case["program"]
    if "before all of it was there" in words:
        operands = operands_of(program)
        uses = {k: sum(own.count(k) for own in operands) for k, own in enumerate(operands) if own}
        if waited := [k for k, count in uses.items() if count > 1]:
            name, count = name_of(program, waited[-1]), uses[waited[-1]]
            return (
                f"Next: {name} is used {count} times. Which use had not delivered when {name} was "
                "crossed? If `backward` calls your `topological_order`, does that pass its check?"
            )
    if "still held" in words:
        return "Next: `gradient = {root: 1.0}`, and at the end one loop that adds."
    return ""


def backward_slip(says: str) -> Callable[[Any], None]:
    """The first of the walks that are told this, on values."""
    walks = next((walks for words, walks in MISTAKES.items() if says in words), None)
    if not walks:
        raise LookupError(f"no slip of backward is told {says!r}")
    return on_values(walks[0])


check_backward = Check(
    "backward",
    backward_cases,
    walk_probe,
    backward_judge,
    points=3,
    tried=backward_tried,
    explain=walk_explain(
        "This graph has 61 values and 2**60 paths: a pass may cross each edge once, not each "
        "path. Does a value send on every contribution as it comes?"
    ),
    seconds=5.0,
    slip=backward_slip,
    own_work=WALKS,
)


# ---------------------------------------------------------------------------------------------
# E5.3: zero_grad


def zero_cases(rng: np.random.Generator) -> list[Case]:
    a, b, c = draw_numbers(rng, 3)
    # w and bias are trained, x is an input; the last line is a result that loss does not depend on
    model = {
        "leaves": [a, b, c],
        "lines": [["*", 0, 1], ["+", 3, 2], ["*", 4, 4], ["*", 1, 3]],
        "labels": ["w", "x", "bias", "p", "s", "loss", "other"],
    }
    leaf = {"leaves": [a], "lines": [], "labels": ["x"]}
    drawn = random_program(rng, 3, 9)
    doubled = expanded({"doublings": 60})
    cases = [(model, 5), (leaf, 0), (drawn, size(drawn) - 1), (doubled, 60)]
    cases.append((drawn | {"labels": [""] * size(drawn)}, size(drawn) - 1))
    return [
        {"program": program, "roots": [root], "preset": [2.5 * g for g in presets(rng, program)]}
        for program, root in cases
    ]


def presets(rng: np.random.Generator, program: Program) -> list[float]:
    """A number other than 0 for the grad of each value."""
    few = draw_numbers(rng, min(size(program), 20))
    return [few[k % len(few)] for k in range(size(program))]


def zero_tried(case: Case) -> str:
    program = case["program"]
    root = names_of(program)[case["roots"][0]]
    if "loss" in names_of(program):
        return f"zero_grad({root}) with p = w * x; s = p + bias; loss = s * s"
    return f"zero_grad({root}) with {text_of(program)}{about_labels(program)}"


def names_of(program: Program) -> list[str]:
    """The labels, or letters where labels do not tell the values apart."""
    if shares_labels(program):
        return [name_of(program, k) for k in range(size(program))]
    return labels_of(program)


def zero_judge(case: Case, outcome: dict[str, Any]) -> str | None:
    program, tried, grads = case["program"], zero_tried(case), outcome["grads"]
    labels, reached = names_of(program), below(program, case["roots"][0])
    if outcome["changed"]:
        cause = f"{labels[outcome['changed'][0]]} holds other data, operands or partials now. "
        return report(tried, cause=cause + "Only `.grad` is to be set to 0.")
    left = [k for k in sorted(reached) if not (is_number(grads[k]) and grads[k] == 0)]
    if left:
        got = ", ".join(f"{labels[k]}.grad = {show(grads[k])}" for k in left[:8])
        cause = zero_cause(program, grads, reached, left, case["roots"][0])
        return report(tried, Words(got), Words("0 in each of them"), cause)
    touched = [k for k, g in enumerate(grads) if k not in reached and g != case["preset"][k]]
    if touched:
        name = labels[touched[0]]
        cause = f"loss does not depend on {name}: its grad belongs to somebody else's pass."
        return report(tried, grads[touched[0]], case["preset"][touched[0]], cause)
    return None


def zero_cause(
    program: Program, grads: Sequence[Any], reached: set[int], left: list[int], root: int
) -> str:
    """Which values were forgotten, in words, and what becomes of them."""
    labels, leaves = names_of(program), set(range(len(program["leaves"]))) & reached
    names = " and ".join(labels[k] for k in left[:4])
    if any(grads[k] is None for k in left):
        return "None is no number to add to: the next pass would fail on `+=`. Set 0.0."
    if shares_labels(program):
        return f"{names}: is one value taken for another because their labels are the same?"
    forgotten = {
        "No grad was changed at all.": reached,
        f"Only {labels[root]} itself was set to 0, and nothing behind it.": reached - {root},
        f"The leaves are 0, and {names} are not: the inner values of this graph would show two "
        "passes where the leaves show one.": reached - leaves,
        f"The inner values are 0, and the leaves {names} are not. Leaves outlive the graph: theirs "
        "are the grads that the next pass would be added to.": leaves,
    }
    for words, which in forgotten.items():
        if set(left) == which:
            return words
    if set(left) < leaves:
        return (
            f"{names} keeps the gradients of all earlier passes. An input is a value like any "
            "other, and whoever reads its grad later reads a sum."
        )
    return f"{names} was not reached: does the walk go all the way, root included?"


check_zero_grad = Check(
    "zero_grad",
    zero_cases,
    walk_probe,
    zero_judge,
    tried=zero_tried,
    explain=walk_explain("This graph has 61 values and 2**60 paths: is each value visited once?"),
    seconds=5.0,
    own_work=["value.Value.zero_grad"],
)


# ---------------------------------------------------------------------------------------------
# E5.4: three engines, each with one fault. Their code stands in the exercise as well, word for
# word (a test compares): a learner is to read it.


def pairs(result: Any) -> Any:
    """Each operand of `result`, with its partial."""
    return zip(result.operands, result.partials, strict=True)


def engine_a(root: Any) -> None:
    """Add d(root)/d(value) to the grad of every value (with one fault)."""
    order = [root]
    for value in order:  # grows while it is read
        for operand in value.operands:
            if operand not in order:
                order.append(operand)
    gradient = dict.fromkeys(order, 0.0)
    gradient[root] = 1.0
    for result in order:
        for operand, partial in pairs(result):
            gradient[operand] += gradient[result] * partial
    for value, amount in gradient.items():
        value.grad += amount


def engine_b(root: Any) -> None:
    """Add d(root)/d(value) to the grad of every value (with one fault)."""
    gradient = {root: 1.0}
    for result in reversed(order_of(root)):
        for operand, partial in dict(pairs(result)).items():
            so_far = gradient.get(operand, 0.0)
            gradient[operand] = so_far + gradient[result] * partial
    for value, amount in gradient.items():
        value.grad += amount


def engine_c(root: Any) -> None:
    """Add d(root)/d(value) to the grad of every value (with one fault)."""
    root.grad += 1.0
    for result in reversed(order_of(root)):
        for operand, partial in pairs(result):
            operand.grad += result.grad * partial


ENGINES: dict[str, Callable[[Any], None]] = {"A": engine_a, "B": engine_b, "C": engine_c}
FAULTS = {
    1: "a contribution writes over what others have brought",
    2: "a result passes its gradient on before all of it has arrived",
    3: "the walk goes from the operands to the root",
    4: "an operand that stands twice in one result is counted once",
    5: "what an earlier pass left is sent on again",
    6: "the gradient of the root does not begin at 1",
}
# For each fault a graph that shows it and none of the others: the program, the calls, the value
# that goes wrong, and a walk that has the fault.
TWO_STEPS = {"leaves": [2.0, 3.0, 5.0], "lines": [["*", 0, 1], ["*", 3, 2]]}
EVIDENCE: dict[int, tuple[Program, list[int], int, Walk]] = {
    1: (
        {"leaves": [2.0, 3.0, 5.0], "lines": [["*", 0, 1], ["*", 0, 2], ["+", 3, 4]]},
        [5],
        0,
        faulty_walk(writes_over=True),
    ),
    2: (
        {"leaves": [2.0, 3.0], "lines": [["+", 0, 1], ["*", 2, 0], ["*", 2, 3]]},
        [4],
        0,
        faulty_walk(breadth_first, turned=False),
    ),
    3: (TWO_STEPS, [4], 0, faulty_walk(turned=False)),
    4: ({"leaves": [3.0], "lines": [["*", 0, 0]]}, [1], 0, faulty_walk(once_per_operand=True)),
    5: (TWO_STEPS, [4, 4], 0, faulty_walk(in_place=True)),
    6: (TWO_STEPS, [4], 4, faulty_walk(seed=2.0)),
}


def grads_at(letter: str, number: int) -> tuple[float, float, float]:
    """What an engine, a walk with this fault and a right one leave where the fault would show."""
    program, roots, k, with_fault = EVIDENCE[number]
    values, grads = values_of(program), [0.0] * size(program)
    for root in roots:
        ENGINES[letter](values[root])
        with_fault(program, root, grads)
    return values[k].grad, grads[k], sum(slopes_of(program, root)[k] for root in roots)


def diagnosis_fault(tried: str, letter: str, number: Any) -> str | None:
    if not is_number(number) or number not in FAULTS:
        cause = not_one_number(number) or "Each engine has one fault of the list."
        return report(tried, number, Words("the number of a fault, 1 to 6"), cause)
    program, roots, k, _ = EVIDENCE[number]
    found, faulty, right = grads_at(letter, number)
    if not close(found, right):
        return None
    name, calls = name_of(program, k), " twice" if len(roots) > 1 else ""
    cause = f"Fault {number} shows{calls and ' when you walk twice over'} {'' if calls else 'on '}"
    cause += f"{text_of(program)}. There {name}.grad would be {show(faulty)}; engine {letter} "
    cause += f"gives {show(found)}, which is right."
    look = f"Next: run engine {letter} on the graphs of the lesson until a number is wrong. "
    return report(
        tried,
        Words(f"{number}: {FAULTS[number]}"),
        Words("the fault that this engine has"),
        cause,
        look + "Once, and twice.",
    )


def fault_of(letter: str) -> int:
    """The one fault that shows in an engine."""
    return next(n for n in FAULTS if not close(*grads_at(letter, n)[::2]))


check_diagnosis = check_predictions(
    "diagnosis",
    {letter: fault_of(letter) for letter in ENGINES},
    asks=lambda letter: f"diagnosis()[{letter!r}]",
    fault=diagnosis_fault,
    wanted='a dict such as {"A": 1, "B": 2, "C": 3}',
    own_work=(),  # who has the engines tell it has found out
)


def right_engine(root: Any) -> None:
    """Add d(root)/d(value) to the grad of every value."""
    gradient = {root: 1.0}
    for result in reversed(order_of(root)):
        for operand, partial in pairs(result):
            gradient[operand] = gradient.get(operand, 0.0) + gradient[result] * partial
    for value, amount in gradient.items():
        value.grad += amount


def right_engine_by_debts(root: Any) -> None:
    """The same, in another order: a result is crossed when no use of it is left to deliver."""
    owed = dict.fromkeys(order_of(root), 0)
    for result in owed:
        for operand in result.operands:
            owed[operand] += 1
    gradient, ready = dict.fromkeys(owed, 0.0) | {root: 1.0}, [root]
    while ready:
        result = ready.pop(0)
        for operand, partial in pairs(result):
            gradient[operand] += gradient[result] * partial
            owed[operand] -= 1
            if not owed[operand]:
                ready.append(operand)
    for value, amount in gradient.items():
        value.grad += amount


TESTED: dict[str, Callable[[Any], None]] = {
    "a right engine": right_engine,
    "another right engine": right_engine_by_debts,
    **{f"engine {letter}": engine for letter, engine in ENGINES.items()},
}
HOW_TO_CATCH = {
    "engine A": "It crosses values too early where paths of unequal length meet. Is there such a "
    "graph in your test, and have you tried it with the operands the other way round?",
    "engine B": "It is wrong where one value stands twice among the operands of a result. Does "
    "your test have an x * x, or an x + x?",
    "engine C": "Its first pass over a graph is right. Does your test walk over one graph twice, "
    "with a value between the root and the leaves?",
}


UNDER_TEST: list[Callable[[Any], None]] = []


def handed_out() -> Callable[[Any], None]:
    """The one function as which all engines come: only what it does tells one from another."""

    def backward(root: Any) -> None:
        """Add d(root)/d(value) to the grad of every value."""
        UNDER_TEST[-1](root)

    return backward


BACKWARD = handed_out()


def is_right_probe(is_right: Any, case: Case) -> Any:
    UNDER_TEST.append(TESTED[case["engine"]])
    try:
        return is_right(BACKWARD)
    finally:
        UNDER_TEST.pop()


IS_RIGHT_CAUSES = {
    "^AssertionError": "An `assert` ends the test with an error. Asked for is False where a "
    "gradient is wrong: put the comparison behind `return`, without `assert`."
}


def is_right_judge(case: Case, verdict: Any) -> str | None:
    name = case["engine"]
    tried = f"your test on {name}"
    if not isinstance(verdict, bool):
        cause = "The test returned nothing: is a `return` missing?" if verdict is None else ""
        return report(tried, verdict, Words("True or False"), cause)
    wanted = name not in HOW_TO_CATCH
    if verdict == wanted:
        return None
    if name == "another right engine":
        cause = "This one adds the same contributions in another order, so that the last digit of "
        cause += "a sum may differ. Or does your test ask for one order among several right ones?"
        look = "Next: compare with `abs(grad - expected) < 1e-9`."
    elif wanted:
        cause = "Your test refuses an engine that is right: is one of the expected numbers wrong, "
        cause += "or is a grad left over from a pass before?"
        look = "Next: compute the numbers by hand, and build new values for every pass that is to "
        look += "begin at 0."
    else:
        cause, look = f"It accepts {name}. {HOW_TO_CATCH[name]}", ""
    return report(tried, verdict, wanted, cause, look)


check_is_right = Check(
    "is_right",
    lambda rng: [{"engine": name} for name in TESTED],
    is_right_probe,
    is_right_judge,
    own_work=ALWAYS,
    points=2,
    tried=lambda case: f"your test on {case['engine']}",
    explain=because(IS_RIGHT_CAUSES),
)


# ---------------------------------------------------------------------------------------------
# E5.5: what two calls leave behind

TWICE: Program = {"leaves": [3.0, 2.0], "lines": [["*", 0, 0], ["*", 2, 1]]}
TWICE_NAMES = {"x": 0, "h": 2}
POLICIES: dict[str, Walk] = {
    "in place": faulty_walk(in_place=True),
    "cleared": cleared_walk,
    "of the pass": faulty_walk(),
}


def after(policy: str, passes: int = 2) -> dict[str, float]:
    """The grads of x and h after so many passes."""
    grads = [0.0] * size(TWICE)
    for _ in range(passes):
        POLICIES[policy](TWICE, size(TWICE) - 1, grads)
    return {name: grads[k] for name, k in TWICE_NAMES.items()}


def predicted_tried(case: Case) -> str:
    return f"predicted_grads()[{case['policy']!r}][{case['value']!r}]"


def predicted_judge(case: Case, answer: Any) -> str | None:
    policy, name, tried = case["policy"], case["value"], predicted_tried(case)
    wanted = Words('a dict of dicts: {"in place": {"h": ..., "x": ...}, ...}')
    row = keyed(answer, POLICIES).get(policy) if isinstance(answer, dict) else None
    row = keyed(row, TWICE_NAMES) if isinstance(row, dict) else None
    if not isinstance(row, dict) or name not in row:
        cause = f"There is no entry {policy!r}: the keys are the names in quotes above."
        if isinstance(answer, dict) and policy in keyed(answer, POLICIES):
            cause = f"{policy!r} has no {name!r}: each policy has a dict of its own."
        cause = "Is a `return` missing?" if answer is None else cause
        return report("predicted_grads()", answer, wanted, cause)
    got, expected = row[name], after(policy)[name]
    if fault := number_fault(tried, got):
        return fault
    if close(got, expected):
        return None
    once = after(policy, 1)
    cause = f"After the first pass h.grad is {show(once['h'])} and x.grad {show(once['x'])}, under "
    cause += "every policy. "
    if close(got, once[name]) and policy == "cleared" and name == "x":
        cause += "Only what has operands is cleared, and x has none: it keeps the first pass."
    elif close(got, once[name]):
        cause += f"That is where {name} still stands in your answer: nothing sets it back."
    elif policy == "in place" and close(got, 2 * once[name]):
        cause += f"Twice that would be right if the second pass sent {show(once['h'])} from h to x "
        cause += "again. What does it find in h.grad when it gets there?"
    elif policy == "in place" and name == "x":
        cause += "The second pass first adds to h.grad, then sends to x all that it finds there."
    elif policy == "cleared" and name == "h":
        cause += "h has operands, so it is set to 0 before the second pass begins."
    elif policy == "of the pass" and close(got, after("in place")[name]):
        cause += "The second pass keeps its own book and does not look into h.grad on its way."
    else:
        cause += "What does the second pass bring to it, and what did it find there?"
    return report(tried, got, Words("what the code leaves there"), cause)


check_predicted_grads = Check(
    "predicted_grads",
    lambda rng: [{"policy": policy, "value": name} for policy in POLICIES for name in ("h", "x")],
    lambda predicted_grads, case: predicted_grads(),
    predicted_judge,
    tried=predicted_tried,
    explain=to_be_thought_of,
    own_work=PREDICTED,
)
