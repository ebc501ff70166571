"""The checks of lesson and exercise 07: a gradient checker, tests for mutants, a comparison."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

from ..numpy_or_not import np
from ..teaching.mutants import FAULTS, Number, mutant, rebuilt
from .accepted import close, row_of
from .core import Check
from .draws import draw_numbers, draw_positive
from .messages import NOTHING_RETURNED, Words, because, changed_fault, report, show
from .own_work import ALWAYS
from .plain_data import Raised
from .run_answer import attempt, call
from .vocabulary import Case, refusal_fault, told

# ---------------------------------------------------------------------------------------------
# E7.1: operations that are right, and the same with a wrong rule


class Rule(NamedTuple):
    """How many operands, the result, and the contributions for an upstream gradient `g`."""

    operands: int
    result: Callable[..., float]
    contributions: Callable[..., tuple[float, ...]]


RIGHT = {
    "add": Rule(2, lambda a, b: a + b, lambda g, a, b: (g, g)),
    "sub": Rule(2, lambda a, b: a - b, lambda g, a, b: (g, -g)),
    "mul": Rule(2, lambda a, b: a * b, lambda g, a, b: (g * b, g * a)),
    "div": Rule(2, lambda a, b: a / b, lambda g, a, b: (g / b, -g * a / b**2)),
    "cube": Rule(1, lambda a: a**3, lambda g, a: (g * 3 * a**2,)),
    "exp": Rule(1, math.exp, lambda g, a: (g * math.exp(a),)),
    "log": Rule(1, math.log, lambda g, a: (g / a,)),
    "tanh": Rule(1, math.tanh, lambda g, a: (g * (1 - math.tanh(a) ** 2),)),
    "sin": Rule(1, math.sin, lambda g, a: (g * math.cos(a),)),
    "dot": Rule(
        4, lambda u, v, a, b: u * a + v * b, lambda g, u, v, a, b: (g * a, g * b, g * u, g * v)
    ),
    "tiny": Rule(1, lambda a: 1e-6 * a * a, lambda g, a: (g * 2e-6 * a,)),
    # at its lowest point, where every slope is 0
    "valley": Rule(
        2,
        lambda a, b: (a * a - 3.8 * a) + (b * b - 3.4 * b),
        lambda g, a, b: (g * (2 * a - 3.8), g * (2 * b - 3.4)),
    ),
}


class WrongRule(NamedTuple):
    """Whose rule it pretends to be, the first argument that it gets wrong, and the fault."""

    of: str
    argument: int
    contributions: Callable[..., tuple[float, ...]]
    fault: str


WRONG = {
    "sub_plus": WrongRule("sub", 1, lambda g, a, b: (g, g), "the minus of b is lost"),
    "mul_own": WrongRule("mul", 0, lambda g, a, b: (g * a, g * b), "each gets its own factor"),
    "div_plus": WrongRule("div", 1, lambda g, a, b: (g / b, g * a / b**2), "a sign is lost"),
    "cube_power": WrongRule("cube", 0, lambda g, a: (g * 3 * a**3,), "the power is not lowered"),
    "exp_zero": WrongRule("exp", 0, lambda g, a: (0.0,), "nothing is passed on"),
    "tanh_y": WrongRule("tanh", 0, lambda g, a: (g * (1 - math.tanh(a)),), "the square is lost"),
    "sin_sin": WrongRule("sin", 0, lambda g, a: (g * math.sin(a),), "the slope of sin is cos"),
    "mul_alone": WrongRule("mul", 1, lambda g, a, b: (g * b, a), "b gets its partial alone"),
    "dot_last": WrongRule(
        "dot", 3, lambda g, u, v, a, b: (g * a, g * b, g * u, 0.0), "the last operand gets nothing"
    ),
    "log_off": WrongRule("log", 0, lambda g, a: (g * 1.001 / a,), "off by a thousandth"),
    "tiny_two": WrongRule("tiny", 0, lambda g, a: (g * 1e-6 * a,), "half of a small gradient"),
    "log_nan": WrongRule("log", 0, lambda g, a: (math.nan,), "not a number"),
}


def operation(name: str, calls: list[list[float]]) -> Callable[..., Number]:
    """An operation on Numbers by the name of its rule, which notes where it is called."""
    wrong = WRONG.get(name)
    right = RIGHT[wrong.of if wrong else name]
    contributions = wrong.contributions if wrong else right.contributions

    def f(*numbers: Any) -> Number:
        operands = tuple(x if isinstance(x, Number) else Number(x) for x in numbers)
        xs = [operand.data for operand in operands]
        calls.append(xs)
        result = Number(right.result(*xs), operands, pretended(name))

        def pass_on() -> None:
            for operand, amount in zip(operands, contributions(result.grad, *xs), strict=True):
                operand.grad += amount

        result.pass_on = pass_on
        return result

    f.__name__ = pretended(name)
    return f


def pretended(name: str) -> str:
    """The name that an op goes by: a wrong rule has that of the right one, and gives no hint."""
    return WRONG[name].of if name in WRONG else name


def gradcheck_cases(rng: np.random.Generator) -> list[Case]:
    cases = []
    for name in (*RIGHT, *WRONG):
        of = WRONG[name].of if name in WRONG else name
        count = RIGHT[of].operands
        inputs = draw_numbers(rng, count, low=0.4, high=1.9)
        if of == "log":
            inputs = draw_positive(rng, count, low=0.4, high=1.9)
        if of == "valley":
            inputs = [1.9, 1.7]
        upstream = draw_numbers(rng, 1, low=1.6, high=2.9)[0]
        cases.append({"op": name, "inputs": inputs, "upstream": upstream})
    return cases


def gradcheck_probe(gradcheck: Any, case: Case) -> Case:
    calls: list[list[float]] = []
    f = operation(case["op"], calls)
    return {**call(gradcheck, f, case["inputs"], case["upstream"]), "calls": calls}


def gradcheck_tried(case: Case) -> str:
    about = f", whose rule is wrong: {WRONG[case['op']].fault}" if case["op"] in WRONG else ""
    return f"gradcheck({pretended(case['op'])}, {case['inputs']}, {case['upstream']}){about}"


def right_contributions(case: Case) -> tuple[float, ...]:
    """What a right rule would contribute."""
    wrong = WRONG.get(case["op"])
    right = RIGHT[wrong.of if wrong else case["op"]]
    return right.contributions(case["upstream"], *case["inputs"])


def gradcheck_judge(case: Case, outcome: Case) -> str | None:
    tried, got = gradcheck_tried(case), outcome["result"]
    if fault := changed_fault(tried, outcome):
        return fault
    if is_one_sided(case["inputs"], outcome["calls"]):
        cause = "f was called on one side of the point only. A difference to one side is off by h "
        cause += "times half the curvature; the errors of the two sides cancel."
        return report(tried, cause=cause, look="Next: f(x + h) - f(x - h), divided by 2 h.")
    if case["op"] in RIGHT:
        return None if got is None else refused_right(case, tried, got)
    return accepted_wrong(case, tried) if got is None else report_fault(case, tried, got)


def is_one_sided(inputs: list[float], calls: list[list[float]]) -> bool:
    """Was some argument moved, and only ever in one direction?"""
    for i, x in enumerate(inputs):
        moved = {point[i] > x for point in calls if len(point) == len(inputs) and point[i] != x}
        if len(moved) == 1:
            return True
    return False


def refused_right(case: Case, tried: str, got: Any) -> str:
    """The message for a right rule that was not accepted."""
    cause = "The rule of this op is right. Compare the two numbers that you compared."
    look = "Next: print the gradient and the slope times the upstream, side by side."
    if got is True or got is False:
        cause, look = "The answer asked for is None for a right rule, and no True or False.", ""
    elif case["op"] == "valley":
        cause = (
            "Here every slope is 0, and the measured one is 0 up to rounding. "
            "Measured by relative error alone, any two such numbers are far apart."
        )
        look = "Next: accept a difference below 1e-8, whatever the relative error."
    elif isinstance(got, tuple) and len(got) == 4:
        right = right_contributions(case)
        if close(got[3], right[0] / case["upstream"], rel=1e-4):
            cause = "The slope was compared as it is: the gradient is that of the upstream times f."
            look = f"Next: multiply the slope by the upstream, {show(case['upstream'])}."
        elif close(got[3], 2 * right[0], rel=1e-4) or close(got[3], right[0] / 2, rel=1e-4):
            cause = "The measured slope is off by a factor of 2: the points are 2 h apart."
            look = ""
    return report(tried, got, Words("None: the rule is right"), cause, look)


ACCEPTED = {
    "mul_alone": (
        "Under an upstream of 1, partial and contribution are one number, and this rule looks "
        "right. The comparison has to be made under the upstream that was given."
    ),
    "dot_last": "The fourth operand alone is wrong here: is each argument looked at?",
    "log_off": "The gradient is off by a thousandth, and passed: the tolerance is too generous.",
    "tiny_two": (
        "Both numbers are near 1e-6 and one is half of the other. An absolute tolerance that large "
        "cannot see it: measure the difference against the larger of the two."
    ),
    "log_nan": (
        "Every comparison with nan is False, `nan > tolerance` too: ask whether the numbers are "
        "close, not whether they are far apart."
    ),
}


def accepted_wrong(case: Case, tried: str) -> str:
    """The message for a wrong rule that was accepted."""
    i = WRONG[case["op"]].argument
    cause = ACCEPTED.get(case["op"], "The two numbers differ: how were they compared?")
    if case["op"] == "sub_plus" and case["upstream"] > 0:
        cause = "The gradient lies far above the slope here: are the two compared at all?"
    wanted = Words(f"a report on argument {i} of {pretended(case['op'])}")
    return report(tried, Words("None: accepted"), wanted, cause, "")


def report_fault(case: Case, tried: str, got: Any) -> str | None:
    """The message for a report that does not name the fault, else None."""
    wrong, upstream = WRONG[case["op"]], case["upstream"]
    i, name = wrong.argument, pretended(case["op"])
    right = right_contributions(case)[i]
    found, ones = (wrong.contributions(g, *case["inputs"])[i] for g in (upstream, 1.0))
    if not (isinstance(got, tuple | list) and len(got) == 4):
        cause = "A report has four parts: f.__name__, the position of the argument, the gradient "
        cause += "found, and the slope times the upstream."
    elif got[0] != name:
        cause = "The first part is the name of the op: f.__name__."
    elif got[1] != i:
        cause = "The second part is the position of the first argument that is wrong."
        if got[1] == i + 1:
            cause += " Positions count from 0, as everywhere in Python."
    elif close(got[2], right, 1e-4) and close(got[3], found, 1e-4):
        cause = "The last two numbers stand the wrong way round: first the gradient, then the slope"
        cause += " times the upstream."
    elif close(got[3], right / upstream, 1e-4) and close(got[2], ones):
        cause = "Both numbers are those of an upstream of 1. Under it an op that forgets the "
        cause += "upstream looks right: was it used, or ones in its place? "
        cause += "Next: backward(upstream)."
    elif close(got[3], right / upstream, 1e-4):
        cause = "The last part is the slope alone; times the upstream it is what the gradient "
        cause += "should have been."
    elif not close(got[2], found, 1e-6):
        cause = "The third part is the gradient that backward(upstream) has left in this argument."
    elif not close(got[3], right, 1e-4):
        cause = "The last part should be the measured slope times the upstream."
    else:
        return None
    return report(tried, got, (name, i, found, right), *told(cause))


check_gradcheck = Check(
    "gradcheck",
    gradcheck_cases,
    gradcheck_probe,
    gradcheck_judge,
    tried=gradcheck_tried,
    own_work=["gradcheck", "teaching.pytorch"],
)

# ---------------------------------------------------------------------------------------------
# E7.2: tests for mutants

MOST_TESTS = 4
SURVIVED = {
    "own factor": "Two factors of different size tell whose partial is whose.",
    "* forgets upstream": "Under a gradient of 1 nobody misses the upstream: give `backward` a "
    "seed, or go on computing behind the product.",
    "* writes over": "Where a factor is used once, writing over is adding: use one twice.",
    "repeat lost": "This fault needs one number as both factors of a product.",
    "divides": "It finds the other factor by dividing, and that fails at one number alone.",
    "k lost": "Compare with k times x to the power k - 1 at some x.",
    "k - 1 lost": "At x = 1 every power is 1: use another x.",
    "only squares": "With k = 2 this rule is right: use another k.",
    "sign lost": "For x above 0 this rule is right, and for odd k everywhere.",
    "** forgets upstream": "The power is the last step of every test: give `backward` a seed, or "
    "go on computing behind the power.",
}


# The right lines in other words, so that nobody knows the right engine by its code.
REWRITTEN = {
    "self.grad += other.data * result.grad": "self.grad = self.grad + result.grad * other.data",
    "other.grad += self.data * result.grad": "other.grad = other.grad + result.grad * self.data",
    "self.grad += k * self.data ** (k - 1) * result.grad": (
        "self.grad = self.grad + result.grad * k * self.data ** (k - 1)"
    ),
}


def rewritten() -> type:
    """The right engine, made of other lines."""
    source = inspect.getsource(Number)
    for line, other in REWRITTEN.items():
        source = source.replace(line, other)
    return rebuilt(source)


RIGHT_ENGINES: dict[str, Callable[[], type]] = {
    # Made anew as the mutants are: only what an engine does tells it from them.
    "the right engine": rebuilt,
    "a right engine in other words": rewritten,
}


def mutant_cases(rng: np.random.Generator) -> list[Case]:
    return [{"engine": name} for name in (*RIGHT_ENGINES, *FAULTS)]


def mutant_probe(four_tests: Any, case: Case) -> Any:
    name = case["engine"]
    engine = RIGHT_ENGINES[name]() if name in RIGHT_ENGINES else mutant(name)
    tests = list(four_tests())
    if strange := [test for test in tests if not callable(test)]:
        return {"no test": strange[0]}
    return [attempt(test, engine) for test in tests]


def mutant_tried(case: Case) -> str:
    if case["engine"] in RIGHT_ENGINES:
        return f"your tests on {case['engine']}"
    right, wrong = FAULTS[case["engine"]]
    return f"your tests on the mutant {case['engine']!r}: `{wrong}` for `{right}`"


def mutant_judge(case: Case, outcome: Any) -> str | None:
    tried = mutant_tried(case)
    if fault := tests_fault(tried, outcome):
        return fault
    failed = [result is not True for result in outcome]
    if case["engine"] in RIGHT_ENGINES:
        if not any(failed):
            return None
        i = failed.index(True)
        got = outcome[i] if isinstance(outcome[i], Raised) else Words(f"test {i + 1} fails")
        cause = f"Test {i + 1} refuses an engine that is right, so the test is wrong. Work out its "
        return report(tried, got, Words("True from every test"), cause + "numbers again.")
    if any(failed):
        return None
    look = "Next: look at the row of each test in the arena."
    return report(
        tried, Words("it survives"), Words("some test fails"), SURVIVED[case["engine"]], look
    )


def tests_fault(tried: str, outcome: Any) -> str | None:
    """The message for what are no one to four tests that say True or False, else None."""
    if isinstance(outcome, dict):
        cause = "A test is a function of one argument, the class to test. In the list it stands by "
        cause += "its name alone, without brackets behind it."
        found = Words(f"a list with {show(outcome['no test'])} in it")
        return report(tried, found, Words("a list of functions"), cause)
    if not outcome or len(outcome) > MOST_TESTS:
        cause = f"At most {MOST_TESTS} are allowed: let one test do more than one thing."
        if not outcome:
            cause = "Return a list of functions, such as [first_test, second_test]."
        return report(tried, Words(f"{len(outcome)} tests"), Words("1 to 4 tests"), cause)
    for i, result in enumerate(outcome, 1):
        if isinstance(result, bool | Raised):
            continue
        cause = "A test says True or False"
        cause += ": is a `return` missing?" if result is None else "."
        return report(tried, Words(f"{show(result)} from test {i}"), Words("True or False"), cause)
    for i, result in enumerate(outcome, 1):
        if isinstance(result, Raised) and result.source.startswith(("assert ", "raise ")):
            cause = "`assert` and `raise` end the test with an error. Asked for is False where a "
            cause += "gradient is wrong: put the comparison behind `return`."
            found = Words(f"{result.type} from test {i}: `{result.source}`")
            return report(tried, found, Words("True or False"), cause)
    return None


MUTANT_CAUSES = {
    "^TypeError": "four_tests() returns a list of functions, each of one argument, the class to "
    "test."
}

check_four_tests = Check(
    "four_tests",
    mutant_cases,
    mutant_probe,
    mutant_judge,
    tried=mutant_tried,
    explain=because(MUTANT_CAUSES),
    own_work=ALWAYS,
)

# ---------------------------------------------------------------------------------------------
# E7.3: a comparison that compares

NAMES = ("z", "dz/da", "dz/db")
LAST_DIGITS = {"z": 1 + 4e-7, "dz/da": 1 + 1e-12, "dz/db": 1 + 1e-12}
SATURATED = {"z": 1.0, "dz/da": 8.174527721352278e-11, "dz/db": 1.2261791582028415e-10}
Numbers = dict[str, float]
# What each side has in place of the numbers that are drawn for ours and copied to theirs, where
# None takes the number away; and the names that differ then.
SITUATIONS: dict[str, Callable[[Numbers], tuple[Numbers, dict[str, float | None], list[str]]]] = {
    # a name that ours has not is nobody's disagreement
    "equal": lambda ours: ({}, {"dz/dc": 1.0}, []),
    "last digit": lambda ours: ({}, {name: ours[name] * LAST_DIGITS[name] for name in ours}, []),
    "saturated": lambda ours: (
        SATURATED,
        {"z": 1.0, "dz/da": 0.0, "dz/db": 0.0},
        ["dz/da", "dz/db"],
    ),
    "fourth digit": lambda ours: ({}, {"dz/da": ours["dz/da"] * (1 + 4e-6)}, ["dz/da"]),
    "small": lambda ours: ({"dz/db": 3e-9}, {"dz/db": 4e-9}, ["dz/db"]),
    "negative": lambda ours: (
        {"dz/da": -abs(ours["dz/da"])},
        {"dz/da": abs(ours["dz/da"])},
        ["dz/da"],
    ),
    "missing": lambda ours: ({}, {"dz/db": None}, ["dz/db"]),
    "nan": lambda ours: ({}, {}, ["z"]),  # put there when it is run: no case equals itself with it
    "both zero": lambda ours: ({"dz/db": 0.0}, {"dz/db": 0.0}, []),
}


def compare_cases(rng: np.random.Generator) -> list[Case]:
    cases: list[Case] = []
    for situation, changes in SITUATIONS.items():
        drawn = dict(zip(NAMES, draw_numbers(rng, 3), strict=True))
        ours, theirs, differ = changes(drawn)
        kept = {name: x for name, x in (drawn | theirs).items() if x is not None}
        about = {"situation": situation, "differ": differ, "has nan": situation == "nan"}
        cases.append({"ours": drawn | ours, "theirs": kept} | about)
    nothing = {"situation": "empty", "differ": [], "has nan": False}
    return [*cases, {"ours": {}, "theirs": {}} | nothing]


def compare_probe(disagreements: Any, case: Case) -> Any:
    if not case["ours"]:
        return {"result": attempt(disagreements, {}, {})}
    return call(disagreements, *sides_of(case))


def sides_of(case: Case) -> list[dict[str, float]]:
    """The two dicts to compare."""
    extra = {"z": math.nan} if case["has nan"] else {}
    return [case[side] | extra for side in ("ours", "theirs")]


def compare_tried(case: Case) -> str:
    ours, theirs = (show(side, 12) for side in sides_of(case))
    return f"disagreements({ours}, {theirs})"


UNSEEN = {
    "saturated": (
        "At four decimals 8.2e-11 and 0 look alike, and so they do to a tolerance that is "
        "absolute. One side has a gradient and the other has none."
    ),
    "fourth digit": "They part at 4e-6 of their size: numbers are compared, not what is printed.",
    "small": "The two are small and far apart: 3 against 4. Measure against the larger of the two.",
    "negative": "Ours is far below theirs: take the size of the difference, abs().",
    "missing": "Theirs has no such number. What was not compared does not agree.",
    "nan": "nan agrees with nothing, not even with itself, and `nan > tolerance` is False.",
}


def compare_judge(case: Case, outcome: Any) -> str | None:
    tried, differ, situation = compare_tried(case), case["differ"], case["situation"]
    if situation == "empty":
        cause = "There is nothing to compare. An empty list would say that all agrees."
        return refusal_fault(
            tried,
            outcome["result"],
            (ValueError,),
            cause,
            "Next: raise ValueError(...).",
            wanted="a ValueError",
            another=(cause, ""),
        )
    if fault := changed_fault(tried, outcome):
        return fault
    got = outcome["result"]
    got = sorted(got, key=repr) if isinstance(got, frozenset) else row_of(got)
    if not isinstance(got, list) or not all(isinstance(name, str) for name in got):
        cause = "The answer asked for is a list of names; of none where all agree."
        return report(tried, got, differ, NOTHING_RETURNED if got is None else cause)
    if sorted(map(str, got)) == sorted(differ):
        return None
    extra = [name for name in got if name not in differ]
    if len(set(got)) < len(got):
        cause = "A name stands there more than once."
    elif extra and extra[0] not in case["ours"]:
        cause = f"{extra[0]} is no name of ours: asked for are names in `ours` that do not agree."
    elif extra and situation == "last digit":
        cause = "The last digits of floats depend on the order of a sum, and these are within the "
        cause += "millionth that is allowed: == asks for too much, and so does a smaller tolerance."
    elif extra and situation == "both zero":
        cause = "0 and 0 agree: `<` has to be `<=` where the tolerance is 0 as well."
    elif extra:
        cause = f"{extra[0]} is the same on both sides, up to the last digit."
    else:
        cause = UNSEEN[situation]
    return report(tried, got, differ, cause)


COMPARE_CAUSES = {
    "^ZeroDivisionError": "A number may be 0 on one side, or on both: compare without dividing.",
    "^KeyError": "A name may be missing on the other side: that is a disagreement too.",
}

check_disagreements = Check(
    "disagreements",
    compare_cases,
    compare_probe,
    compare_judge,
    tried=compare_tried,
    explain=because(COMPARE_CAUSES),
    unseen=["situation", "differ"],
)
