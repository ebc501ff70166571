"""The checks of exercise 26: PyTorch's names for your parts, and two ops as its Functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from .arrays import (
    Table,
    changed_array_fault,
    difference,
    draw_array,
    draw_seed,
    known_wrong,
    show_array,
)
from .core import Check
from .messages import Words, report
from .plain_data import Raised
from .run_answer import call
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import Case, check_predictions

# ---------------------------------------------------------------------------------------------
# E26.1: which part is which

# number: your part, the letter of its counterpart, and what both of them do
YOURS = {
    1: ("value.op", "H", "what says of one result how it was made"),
    2: ("operands", "B", "what leads from a result to what it was made of"),
    3: ("partials", "F", "numbers kept in the forward pass, for the way back"),
    4: ("backward_steps", "L", "what crosses the results one after the other, and adds up"),
    5: (".grad += ...", "D", "what stands where a path ends, and adds to what is there"),
    6: ("ops.py", "J", "the place where the derivatives themselves are written down"),
    7: ("the seed", "I", "what the walk begins with at the root"),
    8: ("x.version.count", "E", "a count of the writes into an array"),
    9: ("derivative(derivative(f))", "M", "a way back that leaves a graph behind it"),
    10: ("check_gradient", "N", "a comparison of gradients with measured slopes"),
    11: ("checkpoint", "K", "memory saved by running forward a second time"),
    12: ("jvp", "A", "tangents that are carried along with the values"),
    13: ("trace", "C", "a recording of the whole function, which is run in its place"),
    14: ("xp.use", "G", "the choice of who computes an op"),
}
THEIRS = {
    "A": ("torch.func.jvp", "goes forward: it carries tangents along with the values"),
    "B": ("next_functions", "leads from one node of the graph to the nodes behind it"),
    "C": ("torch.compile", "records a function, with guards, before it is run again"),
    "D": ("AccumulateGrad", "is the node at a leaf, and adds to its gradient"),
    "E": ("tensor._version", "goes up by one with every write in place"),
    "F": ("saved tensors", "hold what a node needs to make its partials"),
    "G": ("the dispatcher", "picks a kernel by the device and the type of the operands"),
    "H": ("grad_fn", "belongs to a tensor, and is the node that made it"),
    "I": ("gradient=", "is an argument of backward: the upstream of the root"),
    "J": ("derivatives.yaml", "is a file with one formula for each operand of each op"),
    "K": ("torch.utils.checkpoint", "throws results away, and computes them again later"),
    "L": ("the engine", "walks the graph, from nodes that are ready to nodes that become so"),
    "M": ("create_graph=True", "makes the way back a graph that can be walked again"),
    "N": ("torch.autograd.gradcheck", "nudges each input, and measures"),
}


def letter_fault(tried: str, part: int, letter: Any) -> str | None:
    """The message for a letter that is not that of the counterpart, else None."""
    _, right, does = YOURS[part]
    if letter == right:
        return None
    if not isinstance(letter, str) or letter not in THEIRS:
        return report(tried, letter, Words("a letter from A to N"), "No part has this letter.")
    name, instead = THEIRS[letter]
    look = "Next: look for the letter whose part does what is expected here, in the lesson's "
    look += "tables."
    return report(tried, Words(f"{letter}, {name}"), Words(does), f"`{name}` {instead}.", look)


check_matched_parts = check_predictions(
    "matched_parts",
    {part: letter for part, (_, letter, _) in YOURS.items()},
    asks=lambda part: f"part {part}, `{YOURS[part][0]}`",
    fault=letter_fault,
    wanted='{1: "...", 2: "...", ...}',
    not_a_table=("The answer asked for is a dict from numbers to letters.", ""),
    left_out=("", "There is no entry {key} among the keys."),
    read=lambda letter: letter.strip().upper() if isinstance(letter, str) else letter,
)

# ---------------------------------------------------------------------------------------------
# E26.2: ops as Functions


class Rule(NamedTuple):
    """An op: its arguments, both ways, and wrong contributions to each argument by their words."""

    names: tuple[str, str]
    forward: Callable[..., Any]
    back: Callable[..., tuple[Any, ...]]
    slips: tuple[Table, Table]


PARTIAL_ALONE = "The upstream is not in it: this is the partial alone."
RULES = {
    "divide": Rule(
        ("a", "b"),
        lambda a, b: a / b,
        lambda g, a, b: (g / b, -g * a / b**2),
        (
            {
                PARTIAL_ALONE: lambda g, a, b: 1 / b,
                "Multiplied by b. A nudge of a moves a / b by 1 / b times as "
                "much.": lambda g, a, b: g * b,
                "That is what b receives: the contributions are swapped.": lambda g, a, b: (
                    -g * a / b**2
                ),
            },
            {
                PARTIAL_ALONE: lambda g, a, b: -a / b**2,
                "The sign is lost: a larger divisor makes a / b smaller.": lambda g, a, b: (
                    g * a / b**2
                ),
                "The divisor is squared in the partial of b.": lambda g, a, b: -g * a / b,
                "The numerator is missing: a larger one feels b more.": lambda g, a, b: -g / b**2,
            },
        ),
    ),
    "power": Rule(
        ("x", "k"),
        lambda x, k: x**k,
        lambda g, x, k: (g * k * x ** (k - 1), None),
        (
            {
                PARTIAL_ALONE: lambda g, x, k: k * x ** (k - 1),
                "The exponent comes down as a factor: it is missing.": lambda g, x, k: (
                    g * x ** (k - 1)
                ),
                "Without brackets x**k - 1 is (x**k) - 1: write x ** (k - 1).": lambda g, x, k: (
                    g * k * x**k - 1
                ),
                "The exponent was not lowered by 1.": lambda g, x, k: g * k * x**k,
            },
            {},
        ),
    ),
}
EXPONENTS = (3, -1, 2, 5)


def check_rule(name: str, written: str) -> Check:
    """A check of one op as a Function: alone, with two calls before the way back, and by nudges."""
    rule = RULES[name]

    def cases(rng: np.random.Generator) -> list[Case]:
        def case(form: str, shape: Sequence[int], k: int) -> Case:
            x = draw_array(rng, shape)
            other = draw_array(rng, shape) if name == "divide" else k
            return {"form": form, "operands": [x, other], "upstream": draw_seed(rng, shape)}

        forms = [("alone", (3,)), ("alone", (2, 3)), ("twice", (3,)), ("gradcheck", (3,))]
        return [case(*form, k) for form, k in zip(forms, EXPONENTS, strict=True)]

    def tried(case: Case) -> str:
        pairs = zip(rule.names, case["operands"], strict=True)
        shown = ", ".join(f"{name} = {show_array(x)}" for name, x in pairs)
        if case["form"] == "gradcheck":
            return f"gradcheck of {written} with {shown}"
        twice = ", and a second forward before the way back" if case["form"] == "twice" else ""
        return f"{written}.forward with {shown}{twice}"

    def judge(said: str, case: Case, seen: Seen) -> Faults:
        if seen["no function"]:
            cause = "There is no `apply`: PyTorch can call it only where it is a Function."
            yield report(said, Words(seen["no function"]), Words("class ...(Function)"), cause)
        if case["form"] == "gradcheck":
            cause = "The gradients do not agree with the slopes that gradcheck measures."
            look = "Next: nudge one entry yourself."
            yield None if seen["agrees"] else report(said, False, True, cause, look)
            return
        yield changed_array_fault(said, seen, rule.names)
        yield difference(f"{said}: the result", seen["forward"], rule.forward(*case["operands"]))
        yield saved_fault(said, seen)
        then = f"{said}; then backward with the upstream {show_array(case['upstream'])}"
        yield from back_faults(rule, then, case, seen)

    return check_stages(name, cases, function_steps, judge, tried=tried, explain=explain)


def function_steps(answer: Any, case: Case) -> Steps:
    """What both ways give, what was saved how, and what gradcheck says."""
    from ..teaching import pytorch  # here: it may import PyTorch, which takes seconds

    operands = case["operands"]
    if not isinstance(answer, type):
        answer(pytorch.Context(), *operands)
        yield "no function", "a plain function"
        return
    based = f"a class based on {answer.__bases__[0].__name__}"
    yield "no function", "" if hasattr(answer, "apply") else based
    if case["form"] == "gradcheck":
        plain = [x if isinstance(x, int) else x.tolist() for x in operands]
        yield "agrees", bool(pytorch.gradcheck(answer, *plain))
        return
    context = pytorch.Context(*operands)
    function: Any = answer
    forward = call(function.forward, context, *operands)
    yield "changed", [position - 1 for position in forward["changed"] if position]
    yield "forward", forward["result"]
    if case["form"] == "twice":
        function.forward(pytorch.Context(*operands), *(x + 1 for x in operands))
    yield "saved", len(context.saved_tensors)
    held = vars(context).items()
    yield "attributes", sorted(name for name, x in held if isinstance(x, np.ndarray))
    back = call(function.backward, context, case["upstream"])
    yield "is a list", isinstance(back["result"], list)
    yield "upstream changed", 1 in back["changed"]
    several = isinstance(back["result"], tuple | list)
    yield "back", back["result"] if several else [back["result"]]


def saved_fault(tried: str, got: dict[str, Any]) -> str | None:
    """The message where arrays were not saved by save_for_backward, else None."""
    if got["saved"] and not got["attributes"]:
        return None
    cause = "`forward` saved nothing on `ctx`. What is kept on the class, or in a global name, is "
    cause += "overwritten by the next call."
    found = Words("no saved tensors")
    if got["attributes"]:
        found = Words(f"the attribute ctx.{got['attributes'][0]}")
        cause = "An attribute is for plain numbers. An array there escapes the version counters, "
        cause += "so that a write in place goes unnoticed."
    wanted = Words("arrays saved by ctx.save_for_backward(...)")
    return report(f"{tried}: what was saved", found, wanted, cause)


def back_faults(rule: Rule, tried: str, case: Case, seen: Seen) -> Faults:
    """The messages for contributions that are not those of the op."""
    if seen["is a list"]:
        cause = "Here the form matters: PyTorch takes a list for one gradient, and refuses it."
        look = f"Next: `return {', '.join(f'for_{name}' for name in rule.names)}` makes a tuple."
        yield report(tried, Words("a list"), Words("a tuple"), cause, look)
    if seen["upstream changed"]:
        cause = "`backward` wrote into the upstream. Other nodes may read the same array."
        yield report(tried, Words("the upstream changed"), Words("as it was"), cause)
    given = [case["upstream"], *case["operands"]]
    back, expected = seen["back"], rule.back(*given)
    if len(back) != len(expected):
        cause = "There is one place for each argument of `forward`, in their order"
        cause += "; an argument without a gradient gets None." if expected[1] is None else "."
        wanted = Words(f"{len(expected)}, for {' and '.join(rule.names)}")
        yield report(tried, Words(f"{len(back)} returned"), wanted, cause)
    none = "None says that this argument takes no gradient, but it is a tensor."
    look = "Next: upstream times partial, with the partials of your own rule."
    cause = "This is not upstream times partial."
    if case["form"] == "twice":
        cause += " With one call it was right: what was kept belongs to the second call."
    for name, got, right, slips in zip(rule.names, back, expected, rule.slips, strict=True):
        where = f"{tried}: what {name} receives"
        if right is not None and got is not None:
            yield difference(
                where, got, right, partial(known_wrong, slips, *given), look, cause=cause
            )
        elif right is not None:
            yield report(where, None, right, none)
        elif got is not None:
            refused = "A whole number takes no gradient, and PyTorch refuses any in its place."
            yield report(where, got, None, refused)


def explain(case: Case, raised: Raised) -> str | None:
    if any(module in raised.source for module in ("torch.", "np.", "math.")):
        return "The op must run on NumPy arrays and on PyTorch's tensors: use operators alone."
    if "unpack" in raised.text:
        return "What `backward` unpacks is what `forward` has saved: is it as many?"
    return None


check_divide = check_rule("divide", "Divide")
check_power = check_rule("power", "Power")
