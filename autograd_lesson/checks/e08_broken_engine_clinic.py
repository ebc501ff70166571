"""The checks of exercise 08: one for each patient, on its cure and on the test that locks it.

A case of the cure is a calculation as plain data. It is run on the cured engine and, where that
goes wrong, by the judge on the patient as it was, to tell an old fault from a new one. The right
slopes come from the same calculation on complex numbers: f(x + ih) has the slope in its imaginary
part, and no rule of any engine is asked.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from ..numpy_or_not import np
from ..teaching.clinic import PATIENTS, Number
from .accepted import close, is_number
from .core import Check
from .draws import draw_numbers
from .messages import Words, report, show
from .own_work import noticing
from .plain_data import Raised
from .programs import COMPUTE, NAMES, random_program, small_programs, text_of
from .run_answer import attempt
from .vocabulary import Case

TINY = 1e-30  # no digits are lost to it: nothing is subtracted

# A calculation: {"numbers": the leaves, "lines" as in programs.py, or "formula" with its "k",
# "labels" for leaves and results, "edit": what is added to the leaves before the walk back, "seed",
# "passes"}.
FORMULAS = {
    "k - x": lambda x, k: k - x[0],
    "k + x": lambda x, k: k + x[0],
    "k * x": lambda x, k: k * x[0],
    "k / x": lambda x, k: k / x[0],
    "x / y": lambda x, k: x[0] / x[1],
    "x ** k": lambda x, k: x[0] ** k,
    "x * y": lambda x, k: x[0] * x[1],
    "x * x": lambda x, k: x[0] * x[0],
}


def root_of(case: Case, leaves: list[Any], dot: Any) -> Any:
    """The last result of a calculation, on Numbers or on plain numbers."""
    if case.get("formula") == "dot":
        half = case["k"]
        return dot(leaves[:half], leaves[half:])
    if "formula" in case:
        return FORMULAS[case["formula"]](leaves, case.get("k"))
    values = list(leaves)
    for symbol, i, j in case["lines"]:
        values.append(COMPUTE[symbol](values[i], values[j]))
        if "labels" in case:
            values[-1].label = case["labels"][len(values) - 1]
    return values[-1]


def run_on(engine: Any, case: Case) -> Any:
    """The result, then the grad of each leaf."""
    leaves = [engine(x) for x in case["numbers"]]
    root = root_of(case, leaves, getattr(engine, "dot", None))
    for leaf in leaves:
        leaf.data += case.get("edit", 0.0)
    for _ in range(case.get("passes", 1)):
        root.backward(case["seed"])
    return [root.data, *(leaf.grad for leaf in leaves)]


def expected_of(case: Case) -> list[float]:
    """The same, by a small imaginary step in each leaf."""
    plain = {key: part for key, part in case.items() if key != "labels"}

    def result(moved: int | None = None) -> Any:
        leaves = [x + TINY * 1j * (i == moved) for i, x in enumerate(case["numbers"])]
        return root_of(plain, leaves, lambda w, x: sum(a * b for a, b in zip(w, x, strict=True)))

    weight = case["seed"] * case.get("passes", 1) / TINY
    slopes = [complex(result(i)).imag * weight for i in range(len(case["numbers"]))]
    # what the step itself leaves, far below any digit, is not to be read as a slope
    return [complex(result()).real, *(round(slope, 13) + 0.0 for slope in slopes)]


def in_code(case: Case) -> str:
    """The calculation as a learner would write it."""
    numbers, passes = case["numbers"], case.get("passes", 1)
    if "lines" in case:
        text = text_of({"leaves": numbers, "lines": case["lines"]})
    elif case["formula"] == "dot":
        half = case["k"]
        text = f"dot of the weights {show(numbers[:half])} and the inputs {show(numbers[half:])}"
    else:
        formula = case["formula"].replace("k", show(case.get("k")))
        names = "xy"[: len(numbers)]
        text = "; ".join(f"{n} = {show(x)}" for n, x in zip(names, numbers, strict=True))
        text += f"; {formula}"
    if "labels" in case:
        text += f", its results labelled {', '.join(case['labels'][len(numbers) :])}"
    if "edit" in case:
        text += f"; {show(case['edit'])} is added to each .data before the walk back"
    return f"{text}; backward({show(case['seed'])})" + (f", {passes} times" if passes > 1 else "")


# The calculation on each patient's sheet.
SEED = {"seed": 1.0}
EXAMPLES: dict[int, Case] = {
    1: {"numbers": [3.0, 2.0], "lines": [["*", 0, 1], ["+", 2, 0]]},
    2: {"numbers": [3.0], "formula": "x * x"},
    3: {"numbers": [4.0], "formula": "k - x", "k": 10},
    4: {"numbers": [3.0, 2.0], "lines": [["*", 0, 0], ["*", 2, 1]], "passes": 2},
    5: {"numbers": [2.0, 3.0], "lines": [["+", 0, 1], ["*", 2, 0], ["*", 2, 3]]},
    6: {"numbers": [2.0, 2.0], "formula": "x * y"},
    7: {"numbers": [2.0, 3.0, 5.0, 7.0], "formula": "dot", "k": 2},
    8: {"numbers": [6.0, 2.0], "formula": "x / y"},
    9: {"numbers": [0.0], "formula": "x ** k", "k": 2},
    10: {"numbers": [3.0], "formula": "x * x", "edit": 97.0},
    11: {"numbers": [2.0, 3.0, 5.0, 7.0, 11.0], "formula": "dot", "k": 2},
    12: {
        "numbers": [2.0, 3.0],
        "lines": [["*", 0, 1], ["+", 0, 1], ["*", 2, 3]],
        "labels": ["a", "b", "h", "h", "y"],
    },
}
CAUSES = {
    1: "What is already in the dict for an operand has to stay in the sum.",
    2: "In a set two equal pairs are one. An operand that stands twice has two edges.",
    3: "For `10 - x` Python first asks 10, which does not know, and then calls x.__rsub__(10).",
    4: "The first pass left grads in the results, and the second sends them on once more.",
    5: "A value was crossed before every result that uses it had delivered.",
    6: "Two numbers that happen to be equal are still two: the books must go by identity.",
    7: "A function made in a loop looks its variable up when it is called, after the loop.",
    8: "The slope of a / b in b is -a / b**2.",
    9: "The slope is k * x**(k - 1). It exists at 0 for k = 0, 1, 2 and so on: 0, 1, 0.",
    10: "The partials have to be the numbers of the moment in which the product was computed.",
    11: "zip stops at the shorter list. Two lists of different lengths have no dot product.",
    12: "A label is for people, and two results may share one. An id is never shared.",
}


def suite(rng: np.random.Generator, number: int) -> list[Case]:
    """The calculation of the sheet, then those that nobody has seen."""
    x, y, z, k, edit = draw_numbers(rng, 5)
    found: list[Case] = [
        {"numbers": [x, y, z], "lines": [["*", 0, 1], ["-", 3, 2], ["*", 4, 4]]},  # a chain
        *({"numbers": p["leaves"], "lines": p["lines"]} for p in small_programs(rng)),
        {"numbers": [x, y, z], "lines": [["*", 0, 2], ["+", 3, 0]]},  # with an unused leaf
        *({"numbers": [y], "formula": f"k {op} x", "k": k} for op in "-+*/"),
        {"numbers": [x, z], "formula": "x / y"},
        *({"numbers": [at], "formula": "x ** k", "k": n} for at in (0.0, z) for n in range(4)),
        {"numbers": [x], "formula": "x * x", "edit": edit},
        {"numbers": [y, y], "formula": "x * y"},
        {"numbers": [x, x, y], "lines": [["*", 0, 2], ["-", 3, 1], ["*", 4, 3]]},
        {"numbers": draw_numbers(rng, 6), "formula": "dot", "k": 3},
        {"numbers": draw_numbers(rng, 5), "formula": "dot", "k": 3},
        {"numbers": draw_numbers(rng, 5), "formula": "dot", "k": 1},
        {**EXAMPLES[12], "numbers": [x, z]},
        {"numbers": [y, z], "lines": [["*", 0, 1], ["-", 2, 0], ["*", 3, 2]], "passes": 2},
    ]
    for _ in range(3):
        program = random_program(rng, 3, 6)
        found.append({"numbers": program["leaves"], "lines": program["lines"]})
    for case, seed in zip(found, draw_numbers(rng, len(found), 0.3, 6.0), strict=True):
        case["seed"] = seed
    return [{**EXAMPLES[number], **SEED, "is_example": True}, *found]


def is_refused(case: Case) -> bool:
    """Are there more weights than inputs, or fewer?"""
    return case.get("formula") == "dot" and len(case["numbers"]) != 2 * case["k"]


def agree(case: Case, got: Any, expected: Any) -> bool:
    """Whether two outcomes are the same, up to rounding."""
    if isinstance(expected, Raised):
        return isinstance(got, Raised) and got.type == expected.type
    return close(got, expected, 1e-9, scale=abs(case["seed"]))


def tried_on(number: int, case: Case) -> str:
    if "engine" not in case:
        return f"on Cured{number}: {in_code(case)}"
    patient = f"Patient{number}"
    names = {"patient": patient, "patient in disguise": f"{patient} under another name"}
    names |= {"cured": f"Cured{number}"}
    return f"your test on {names.get(case['engine'], 'an engine that is right')}"


def cure_fault(number: int, case: Case, got: Any) -> str | None:
    refused = Raised("ValueError", "", None, "")
    expected: Any = refused if is_refused(case) else expected_of(case)
    if agree(case, got, expected):
        return None
    patient, look = attempt(run_on, PATIENTS[number - 1], case), CAUSES[number]
    if agree(case, got, patient) and case.get("is_example"):
        cause = "This is what the patient gives: the fault is still there."
    elif agree(case, got, patient):
        cause = "The calculation on the sheet comes out right, and here the fault is still there. "
        cause += "Is the example, or one kind of example, written into the cure?"
    elif case.get("passes", 1) > 1 and agree(case, got, expected_of({**case, "passes": 1})):
        cause = "The second pass wrote over what the first had left in `grad`."
        look = "Next: `=` puts a number in place of another, `+=` adds to it."
    elif agree(case, patient, expected):
        cause = "The patient has this right: the cure brings a fault of its own"
        look = "Next: run this calculation on the patient and on your engine, and compare."
        for n, other in enumerate(PATIENTS, 1):
            if agree(case, got, attempt(run_on, other, case)):
                cause, look = f"{cause}, that of patient {n}", CAUSES[n]
                break
        cause += "."
    elif case.get("passes", 1) > 1:
        cause = "Two passes give twice what one gives. Does the second begin with what the first "
        cause += "has left?"
        look = "Next: keep what belongs to one pass in a dict of its own; add it to `grad` last."
    else:
        cause = "This is neither what the patient gives nor what is right."
    return report(tried_on(number, case), shown(case, got), shown(case, expected), cause, look)


def shown(case: Case, outcome: Any) -> Any:
    """An outcome in words: the result and the grads by name."""
    if isinstance(outcome, Raised):
        return Words(show(outcome))
    if not isinstance(outcome, list) or len(outcome) != len(case["numbers"]) + 1:
        return outcome
    names = NAMES if "lines" in case else "xy"
    if case.get("formula") == "dot":
        return Words(f"{show(outcome[0])}, and the grads {show(outcome[1:])}")
    pairs = zip(names, outcome[1:], strict=False)
    return Words(f"{show(outcome[0])}, " + ", ".join(f"{n}.grad {show(g)}" for n, g in pairs))


def test_fault(number: int, case: Case, verdict: Any) -> str | None:
    tried, name = tried_on(number, case), case["engine"]
    if is_number(verdict) and verdict in (0, 1):
        verdict = bool(verdict)
    if verdict is None:
        cause = "The test returned nothing: is a `return` missing?"
        return report(tried, verdict, Words("True or False"), cause)
    if name.startswith("patient"):
        if verdict is not True:
            return None
        if name == "patient in disguise":
            cause = "On the patient itself your test fails, on the same engine under another name "
            cause += "it does not: it asks who that is, and not what comes out."
            return report(tried, True, Words("False, or an exception"), cause)
        cause = "A test that passes on the patient would not have noticed the fault, and will not "
        cause += "notice when it comes back."
        look = "Next: let it do the calculation on the sheet, and compare with the right numbers."
        return report(tried, True, Words("False, or an exception"), cause, look)
    if verdict is True:
        return None
    cause = "Your test refuses an engine that is right, so the test is wrong: is an expected "
    cause += "number wrong, or compared to the last digit?"
    look = "Next: work the numbers out by hand."
    if name == "right in disguise":
        cause = "This engine is right as well and has another name. A test looks at numbers alone."
        look = ""
    elif name == "cured":
        cause = "The test passes on other engines that are right, and not on yours."
    if isinstance(verdict, Raised) and "required positional argument" in verdict.text:
        cause = "The test is called as test(engine), on the class, with the engine alone."
        look = "Next: keep the line `@staticmethod` above it, and leave out `self`."
    got = Words(show(verdict))
    return report(tried, got, True, cause, look)


def borrowed_from_the_right_engine(cured: Any, patient: Any) -> list[str]:
    """The sick methods in whose place those of the right engine stand, not written again."""
    codes = {name: getattr(getattr(Number, name, None), "__code__", None) for name in vars(patient)}
    mine = {name: getattr(getattr(cured, name, None), "__code__", None) for name in codes}
    borrowed = [name for name, code in codes.items() if code and mine[name] is code]
    return [f"`{name}` of clinic.Number" for name in borrowed]


def disguised(engine: type) -> type:
    """The same engine as a class of another name, with functions of its own."""

    def renewed(thing: Any) -> Any:
        if isinstance(thing, classmethod):
            return classmethod(renewed(thing.__func__))
        if not isinstance(thing, FunctionType):
            return thing
        return FunctionType(thing.__code__, thing.__globals__, "method", thing.__defaults__)

    body = {name: renewed(thing) for name, thing in vars(engine).items() if name != "__dict__"}
    return type("Engine", engine.__bases__, body | {"__doc__": "An engine."})


def check_of(number: int) -> Check:
    """The check of one patient."""
    patient, disguise = PATIENTS[number - 1], type("Engine", (Number,), {"__doc__": "An engine."})
    right = {"right": Number, "right in disguise": disguise, "patient": patient}
    right |= {"patient in disguise": disguised(patient)}

    def cases(rng: np.random.Generator) -> list[Case]:
        return [*suite(rng, number), *({"engine": name} for name in (*right, "cured"))]

    def probe(cured: Any, case: Case) -> Any:
        if "engine" in case:
            return {"got": attempt(cured.test, right.get(case["engine"], cured))}
        with noticing(
            cured, [f"teaching.clinic.Number.{name}" for name in vars(patient)]
        ) as called:
            got = attempt(run_on, cured, case)
        if borrowed := [*borrowed_from_the_right_engine(cured, patient), *called]:
            return {"borrowed": borrowed[0]}
        return {"got": got}  # in a dict: an exception may be right

    def judge(case: Case, outcome: Any) -> str | None:
        if "borrowed" in outcome:
            found = Words(outcome["borrowed"])
            cause = "That is the method of the engine that is right. To write it is the cure."
            return report(tried_on(number, case), found, Words("code of your own"), cause)
        return (test_fault if "engine" in case else cure_fault)(number, case, outcome["got"])

    return Check(
        f"patient_{number}", cases, probe, judge, tried=lambda case: tried_on(number, case)
    )


check_patient_1 = check_of(1)
check_patient_2 = check_of(2)
check_patient_3 = check_of(3)
check_patient_4 = check_of(4)
check_patient_5 = check_of(5)
check_patient_6 = check_of(6)
check_patient_7 = check_of(7)
check_patient_8 = check_of(8)
check_patient_9 = check_of(9)
check_patient_10 = check_of(10)
check_patient_11 = check_of(11)
check_patient_12 = check_of(12)
