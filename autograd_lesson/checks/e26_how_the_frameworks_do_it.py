"""The checks of exercise 26: PyTorch's names for your parts, and two ops as its Functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .arrays import changed_array_fault, difference, draw_array, draw_seed, show_array
from .core import Check
from .messages import Words, report, show
from .plain_data import Raised
from .run_answer import call

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


def parts_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """One case for each part."""
    return [{"part": part} for part in YOURS]


def parts_probe(answer: Callable[[], Any], case: dict[str, Any]) -> Any:
    """The letter for the part; all of the answer where there is no such entry."""
    found = answer()
    if not isinstance(found, dict):
        return {"all": found}
    if case["part"] not in found:
        return {"keys": list(found)}
    return {"letter": found[case["part"]]}


def parts_tried(case: dict[str, Any]) -> str:
    """The part, in words."""
    return f"part {case['part']}, `{YOURS[case['part']][0]}`"


def parts_judge(case: dict[str, Any], got: dict[str, Any]) -> str | None:
    """The letter must be that of the counterpart."""
    tried, (_, right, does) = parts_tried(case), YOURS[case["part"]]
    if "all" in got:
        cause = "The answer asked for is a dict from numbers to letters."
        return report(tried, got["all"], Words('{1: "...", 2: "...", ...}'), cause)
    if "keys" in got:
        cause = f"There is no entry {case['part']} among the keys."
        return report(tried, Words(f"the keys {show(got['keys'])}"), Words("1 to 14"), cause)
    letter = got["letter"].strip().upper() if isinstance(got["letter"], str) else got["letter"]
    if letter == right:
        return None
    if not isinstance(letter, str) or letter not in THEIRS:
        return report(tried, letter, Words("a letter from A to N"), "No part has this letter.")
    name, instead = THEIRS[letter]
    look = "Next: look for the letter whose part does what is expected here, in the lesson's "
    look += "tables."
    return report(tried, Words(f"{letter}, {name}"), Words(does), f"`{name}` {instead}.", look)


check_matched_parts = Check(
    "matched_parts", parts_cases, parts_probe, parts_judge, tried=parts_tried
)

# ---------------------------------------------------------------------------------------------
# E26.2: ops as Functions

OPS: dict[str, dict[str, Any]] = {
    "Divide": {
        "forward": lambda a, b: a / b,
        "back": lambda g, a, b: (g / b, -g * a / b**2),
        "names": ("a", "b"),
        "slips": lambda g, a, b: (
            [
                (1 / b, "The upstream is not in it: this is the partial alone."),
                (g * b, "Multiplied by b. A nudge of a moves a / b by 1 / b times as much."),
                (-g * a / b**2, "That is what b receives: the contributions are swapped."),
            ],
            [
                (-a / b**2, "The upstream is not in it: this is the partial alone."),
                (g * a / b**2, "The sign is lost: a larger divisor makes a / b smaller."),
                (-g * a / b, "The divisor is squared in the partial of b."),
                (
                    -g / b**2,
                    "The numerator is missing: a larger one feels b more.",
                ),
            ],
        ),
    },
    "Power": {
        "forward": lambda x, k: x**k,
        "back": lambda g, x, k: (g * k * x ** (k - 1), None),
        "names": ("x", "k"),
        "slips": lambda g, x, k: (
            [
                (k * x ** (k - 1), "The upstream is not in it: this is the partial alone."),
                (g * x ** (k - 1), "The exponent comes down as a factor: it is missing."),
                (g * k * x**k, "The exponent was not lowered by 1."),
            ],
            [],
        ),
    },
}
EXPONENTS = (3, -1, 2, 5)


def function_cases(op: str) -> Callable[[np.random.Generator], list[dict[str, Any]]]:
    """One op on arrays of several shapes; two calls before the way back; in a larger program."""

    def cases(rng: np.random.Generator) -> list[dict[str, Any]]:
        def case(form: str, shape: Sequence[int], k: int) -> dict[str, Any]:
            x = draw_array(rng, shape)
            other = draw_array(rng, shape) if op == "Divide" else k
            return {"form": form, "operands": [x, other], "upstream": draw_seed(rng, shape)}

        forms = [("alone", (3,)), ("alone", (2, 3)), ("twice", (3,)), ("gradcheck", (3,))]
        return [case(*form, k) for form, k in zip(forms, EXPONENTS, strict=True)]

    return cases


def function_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """What both ways give, what was saved how, and what gradcheck says."""
    from ..teaching import pytorch as frameworks  # here: it may import PyTorch, which takes seconds

    operands = case["operands"]
    if not isinstance(answer, type):
        answer(frameworks.Context(), *operands)
        return {"no_function": "a plain function"}
    if case["form"] == "gradcheck":
        if not hasattr(answer, "apply"):
            return {"no_function": f"a class based on {answer.__bases__[0].__name__}"}
        plain = [x if isinstance(x, int) else x.tolist() for x in operands]
        return {"agrees": bool(frameworks.gradcheck(answer, *plain))}
    context = frameworks.Context()
    function: Any = answer
    forward = call(function.forward, context, *operands)
    if case["form"] == "twice":
        function.forward(frameworks.Context(), *(x + 1 for x in operands))
    found = {
        "forward": forward["result"],
        "changed": [position - 1 for position in forward["changed"] if position],
        "saved": len(context.saved_tensors),
        "attributes": sorted(
            name for name, held in vars(context).items() if isinstance(held, np.ndarray)
        ),
    }
    back = call(function.backward, context, case["upstream"])
    several = isinstance(back["result"], tuple | list)
    found["back"] = list(back["result"]) if several else [back["result"]]
    found["upstream_changed"] = 1 in back["changed"]
    return found


def function_tried(op: str) -> Callable[[dict[str, Any]], str]:
    """The call, in words."""

    def tried(case: dict[str, Any]) -> str:
        names = OPS[op]["names"]
        shown = ", ".join(
            f"{name} = {show_array(x)}" for name, x in zip(names, case["operands"], strict=True)
        )
        if case["form"] == "gradcheck":
            return f"gradcheck of {op} with {shown}"
        twice = ", and a second forward before the way back" if case["form"] == "twice" else ""
        return f"{op}.forward with {shown}{twice}"

    return tried


def function_judge(op: str) -> Callable[[dict[str, Any], Any], str | None]:
    """Right forward, saved on ctx, one right contribution in each place, nothing written to."""

    def judge(case: dict[str, Any], got: dict[str, Any]) -> str | None:
        tried, names = function_tried(op)(case), OPS[op]["names"]
        if "no_function" in got:
            cause = "There is no `apply`: PyTorch can call it only where it is a Function."
            return report(tried, Words(got["no_function"]), Words("class ...(Function)"), cause)
        if case["form"] == "gradcheck":
            return None if got["agrees"] else gradcheck_fault(tried)
        operands, upstream = case["operands"], case["upstream"]
        if fault := changed_array_fault(tried, got, names) or difference(
            f"{tried}: the result", got["forward"], OPS[op]["forward"](*operands)
        ):
            return fault
        if fault := saved_fault(tried, got):
            return fault
        tried = f"{tried}; then backward with the upstream {show_array(upstream)}"
        return back_fault(op, tried, case, got)

    return judge


def gradcheck_fault(tried: str) -> str:
    """The message for contributions that are not the slopes."""
    cause = "The gradients do not agree with the slopes that gradcheck measures."
    return report(tried, False, True, cause, "Next: nudge one entry yourself.")


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


def back_fault(op: str, tried: str, case: dict[str, Any], got: dict[str, Any]) -> str | None:
    """The message for contributions that are not those of the op, else None."""
    operands, upstream, names = case["operands"], case["upstream"], OPS[op]["names"]
    if got["upstream_changed"]:
        cause = "`backward` wrote into the upstream. Other nodes may read the same array."
        return report(tried, Words("the upstream changed"), Words("as it was"), cause)
    if len(got["back"]) != len(operands):
        cause = "There is one place for each argument of `forward`, in their order"
        cause += "; an argument without a gradient gets None." if op == "Power" else "."
        count = Words(f"{len(got['back'])} returned")
        return report(tried, count, Words(f"{len(operands)}, for {' and '.join(names)}"), cause)
    expected = OPS[op]["back"](upstream, *operands)
    with np.errstate(all="ignore"):
        slips = OPS[op]["slips"](upstream, *operands)
    for name, found, right, wrong in zip(names, got["back"], expected, slips, strict=True):
        where = f"{tried}: what {name} receives"
        if right is None and found is not None:
            cause = "A whole number takes no gradient, and PyTorch refuses any in its place."
            return report(where, found, None, cause)
        if right is None:
            continue
        if found is None:
            cause = "None says that this argument takes no gradient, but it is a tensor."
            return report(where, None, right, cause)
        look = "Next: upstream times partial, with the partials of your own rule."
        cause = "This is not upstream times partial."
        if case["form"] == "twice":
            cause += " With one call it was right: what was kept belongs to the second call."
        if fault := difference(where, found, right, wrong, look, cause=cause):
            return fault
    return None


def function_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """The likely cause of an exception."""
    if any(module in raised.source for module in ("torch.", "np.", "math.")):
        return "The op must run on NumPy arrays and on PyTorch's tensors: use operators alone."
    if "unpack" in raised.text:
        return "What `backward` unpacks is what `forward` has saved: is it as many?"
    return None


check_divide = Check(
    "divide",
    function_cases("Divide"),
    function_probe,
    function_judge("Divide"),
    tried=function_tried("Divide"),
    explain=function_explain,
)
check_power = Check(
    "power",
    function_cases("Power"),
    function_probe,
    function_judge("Power"),
    tried=function_tried("Power"),
    explain=function_explain,
)
