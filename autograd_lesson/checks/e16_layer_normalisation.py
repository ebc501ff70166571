"""The checks of exercise 16: rows normalised, their way back, and batch norm by the sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor
from .arrays import (
    changed_array_fault,
    difference,
    draw_array,
    draw_seed,
    numerical_vjp,
    show_array,
)
from .core import Check
from .messages import Words, kind_cause, report
from .plain_data import Raised
from .run_answer import call

EPS = 1e-5
Slips = Sequence[tuple[Any, str]]

# ---------------------------------------------------------------------------------------------
# Oracles


def statistics(x: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray]:
    """Each row less its mean, and its deviation with eps inside the root."""
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred, np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + eps)


def normalised(x: np.ndarray, eps: float = EPS) -> np.ndarray:
    """Rows with mean 0 and, but for eps, variance 1."""
    centred, std = statistics(x, eps)
    return centred / std


def rows_back(x: np.ndarray, g: np.ndarray, eps: float) -> np.ndarray:
    """What arrives at x when g arrives at the normalised rows, with each Jacobian written out."""
    hat, n = normalised(x, eps), x.shape[-1]
    std = statistics(x, eps)[1]
    jacobians = np.eye(n) - 1 / n - hat[..., :, None] * hat[..., None, :] / n
    return np.einsum("...i,...ij->...j", g, jacobians) / std


def over_rows(array: np.ndarray) -> np.ndarray:
    """The sum over all axes but the last."""
    return array.reshape(-1, array.shape[-1]).sum(axis=0)


# ---------------------------------------------------------------------------------------------
# E16.1 Layer norm, composed from the engine's ops


def composed_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Rows of several shapes, an eps that shows, a row of equal numbers, and rows far from 0."""
    far = 1e6 + draw_array(rng, (2, 4))
    flat = np.vstack([np.full(4, 2.5), draw_array(rng, (1, 4))])
    rows = [draw_array(rng, shape) for shape in ((2, 4), (3, 3), (2, 3, 4), (1, 5))]
    given = [(rows[0], None), (rows[1], None), (rows[2], None), (rows[3], 0.1)]
    return [norm_case(rng, x, eps) for x, eps in [*given, (flat, None), (far, None)]]


def norm_case(rng: np.random.Generator, x: np.ndarray, eps: float | None) -> dict[str, Any]:
    """Weight and bias for the rows of x, and an upstream."""
    weight, bias = draw_array(rng, x.shape[-1:]), draw_array(rng, x.shape[-1:])
    return {"x": x, "weight": weight, "bias": bias, "upstream": draw_seed(rng, x.shape), "eps": eps}


def composed_tried(case: dict[str, Any]) -> str:
    """The call in words."""
    eps = "" if case["eps"] is None else f", eps={case['eps']:g}"
    given = f"x = {show_array(case['x'])}, weight = {show_array(case['weight'])} and "
    return f"layer_norm(x, weight, bias{eps}) with {given}bias = {show_array(case['bias'])}"


def composed_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The numbers that come out, and the gradients that the engine then finds."""
    names = ("x", "weight", "bias")
    operands = {name: Tensor(case[name], label=name) for name in names}
    with np.errstate(all="ignore"):
        result = answer(*operands.values(), *([] if case["eps"] is None else [case["eps"]]))
        if not isinstance(result, Tensor):
            return {"result": result}
        outcome: dict[str, Any] = {"y": np.array(result.numpy())}
        if result.shape == case["x"].shape and result.requires_grad:
            result.backward(case["upstream"])
        outcome |= {name: operand.grad for name, operand in operands.items()}
    changed = [not np.array_equal(operands[name].numpy(), case[name]) for name in names]
    return outcome | {"changed": [i for i, is_changed in enumerate(changed) if is_changed]}


def composed_judge(case: dict[str, Any], got: dict[str, Any]) -> str | None:
    """Compare the numbers, then the three gradients."""
    tried = composed_tried(case)
    x, weight, bias, upstream = (case[name] for name in ("x", "weight", "bias", "upstream"))
    eps = EPS if case["eps"] is None else case["eps"]
    if "result" in got:
        cause = kind_cause(got["result"])
        if isinstance(got["result"], np.ndarray):
            cause = "A plain array has forgotten where it came from: somewhere `.data` or "
            cause += "`.numpy()` took the numbers out of their tensors, and none came back."
        return report(tried, got["result"], Words("a Tensor"), cause)
    if fault := changed_array_fault(tried, got, ["x", "weight", "bias"]):
        return fault
    rel = 1e-7 if np.abs(x).max() > 1e5 else 1e-9  # far from 0 a mean has lost some digits
    hat, std = normalised(x, eps), statistics(x, eps)[1]
    y = hat * weight + bias
    look = "Next: take one row to paper: its mean, its variance, and the root of variance plus eps."
    with np.errstate(all="ignore"):
        slips, cause = forward_slips(case, eps), "The forward formula gives other numbers. "
        if np.isnan(got["y"]).any():
            slips, cause = [], "A row of equal numbers has variance 0, and 0 / 0 is nan. Keeping "
            cause += "that away is what eps is for. "
        elif rel > 1e-9:
            cause = "Digits are lost far from 0: mean(x^2) and mean(x)^2 are nearly equal there, "
            cause += "and their difference is noise. Subtract the mean first, then square. "
    scale = float(np.abs(y).max())
    if fault := difference(tried, got["y"], y, slips, look, cause=cause, rel=rel, scale=scale):
        return fault
    above = f"{tried}, and upstream = {show_array(upstream)}"
    g = upstream * weight
    right = {
        "x": rows_back(x, g, eps),
        "weight": over_rows(upstream * hat),
        "bias": over_rows(upstream),
    }
    for name, expected in right.items():
        at = f"{above}: the gradient of {name}"
        if got[name] is None:
            cause = f"No path leads back to {name}: only its numbers were used, as a constant."
            look = f"Next: look for `{name}.data`."
            return report(at, Words("no gradient"), expected, cause, look)
        known = constants_taken(g, hat, std) if name == "x" else ()
        look = "Next: look for `.data`, `.numpy()` and `.detach()`: each cuts a path."
        scale = float(np.abs(g / std).max() if name == "x" else np.abs(upstream * hat).sum())
        cause = "The numbers were right, and some path back is missing or too many. "
        if fault := difference(
            at, got[name], expected, known, look, cause=cause, rel=rel, scale=scale
        ):
            return fault
    return None


def constants_taken(g: np.ndarray, hat: np.ndarray, std: np.ndarray) -> Slips:
    """The gradients of those who take the mean or the variance for constants."""
    no_mean, no_variance = g.mean(axis=-1, keepdims=True), hat * (g * hat).mean(-1, keepdims=True)
    both = "Mean and variance were taken for constants. They are made of the same row: a nudge of "
    both += "one entry moves them, and with them every entry."
    variance = "The variance was taken for a constant: the part along the normalised row is still "
    variance += "in the gradient."
    mean = "The mean was taken for a constant: the gradient of a row should add up to 0."
    return [
        (g / std, both),
        ((g - no_mean) / std, variance),
        ((g - no_variance) / std, mean),
    ]


def forward_slips(case: dict[str, Any], eps: float) -> Slips:
    """Known wrong rows."""
    x, weight, bias = case["x"], case["weight"], case["bias"]
    centred, std = statistics(x, eps)
    n = x.shape[-1]
    var = std**2 - eps
    second = (x**2).mean(axis=-1, keepdims=True)
    columns, everything = x - x.mean(axis=0), x - x.mean()
    hats = [
        (
            centred / np.sqrt(var * n / (n - 1) + eps),
            "The variance was divided by n - 1. Nothing "
            "is estimated here: the row is all there is, so divide by n.",
        ),
        (
            centred / (np.sqrt(var) + eps),
            "eps was added to the root; it belongs under it, beside the variance.",
        ),
        (centred / np.sqrt(var), "eps is missing under the root."),
        (centred / (var + eps), "Divided by the variance: its root is missing."),
        (centred / np.sqrt(var * n + eps), "The squares were summed; a variance is their mean."),
        (centred / np.sqrt(second + eps), "The mean was not subtracted before squaring."),
        (x / std, "The mean is not subtracted."),
        (x / np.sqrt(second + eps), "The mean is not subtracted (this is RMS norm)."),
        (centred, "The rows are centred, and not divided by their deviation."),
        (
            columns / np.sqrt((columns**2).mean(axis=0) + eps),
            "Each *column* was normalised, over "
            "the examples: that is batch norm. Here each row is on its own.",
        ),
        (
            everything / np.sqrt((everything**2).mean() + eps),
            "One mean and one variance for all rows together: each row has its own.",
        ),
        (normalised(x, EPS), "The eps that was given is not used."),
        *(
            (normalised(x, other), "Where no eps is given it is 1e-5.")
            for other in (1e-3, 1e-6, 1e-8, 1e-12)
        ),
    ]
    hat = normalised(x, eps)
    found = [(wrong * weight + bias, cause) for wrong, cause in hats]
    return found + [
        (hat, "Weight and bias are missing."),
        (hat * weight, "The bias is missing."),
        (hat + bias, "The weight is missing."),
        ((hat + bias) * weight, "The bias comes after the weight: it is not multiplied."),
        (hat * bias + weight, "Weight and bias are swapped."),
    ]


def explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why a line of an answer raised."""
    if "broadcast" in raised.text or "counted from the right" in raised.text:
        return (
            "A mean along the last axis lost that axis, and no longer lines up with the rows: "
            "`keepdims=True` leaves it there with length 1."
        )
    if raised.type == "KeyError":
        return "There is no intermediate of that name: the cell of `batch_norm` lists them."
    return None


check_layer_norm = Check(
    "layer_norm",
    composed_cases,
    composed_probe,
    composed_judge,
    tried=composed_tried,
    explain=explain,
)

# ---------------------------------------------------------------------------------------------
# E16.2 The way back in one piece


def fused_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Rows of several shapes, a row alone, an eps that shows, and half as many digits."""
    shapes: list[tuple[tuple[int, ...], float | None]] = [((2, 4), None), ((3, 3), None)]
    shapes += [((2, 3, 4), None), ((1, 5), 0.1), ((4,), None)]
    found = [norm_case(rng, draw_array(rng, shape), eps) for shape, eps in shapes]
    short = norm_case(rng, draw_array(rng, (3, 4)), None)
    return [*found, {k: v if k == "eps" else v.astype("float32") for k, v in short.items()}]


def fused_tried(case: dict[str, Any]) -> str:
    """The call in words."""
    eps = "" if case["eps"] is None else f", eps={case['eps']:g}"
    given = f"x = {show_array(case['x'])}, weight = {show_array(case['weight'])} and "
    given += f"upstream = {show_array(case['upstream'])}"
    return f"layer_norm_vjp(x, weight, upstream{eps}) with {given}"


def fused_probe(answer: Any, case: dict[str, Any]) -> Any:
    """The three gradients of the answer."""
    eps = [] if case["eps"] is None else [case["eps"]]
    return call(answer, case["x"], case["weight"], case["upstream"], *eps)


def fused_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """Compare with the Jacobian written out, and with sums over the rows."""
    tried, got = fused_tried(case), outcome["result"]
    if fault := changed_array_fault(tried, outcome, ["x", "weight", "upstream", "eps"]):
        return fault
    if not isinstance(got, tuple | list) or len(got) != 3:
        cause = "Three gradients are asked for: `return dx, dweight, dbias`."
        if got is None:
            cause = kind_cause(got)
        found = Words(f"{len(got)} of them") if isinstance(got, tuple | list) else got
        return report(tried, found, Words("three arrays"), cause)
    dtype = str(case["x"].dtype)
    x, weight, upstream = (np.asarray(case[name], float) for name in ("x", "weight", "upstream"))
    eps = EPS if case["eps"] is None else case["eps"]
    hat, std = normalised(x, eps), statistics(x, eps)[1]
    g = upstream * weight
    right = (rows_back(x, g, eps), over_rows(upstream * hat), over_rows(upstream))
    slips = (x_slips(x, weight, upstream, eps), *parameter_slips(x, weight, upstream, hat, std))
    looks = (
        "Next: three terms: g, its mean, and hat times the mean of g * hat; all over std.",
        "Next: weight multiplies hat in every row, so all rows send something back to it.",
        "Next: bias is added in every row, so all rows send something back to it.",
    )
    scales = (np.abs(g / std).max(), np.abs(upstream * hat).sum(), np.abs(upstream).sum())
    causes = (
        "Not the gradient of the rows. ",
        "Not the gradient of weight. ",
        "Not that of bias. ",
    )
    for k, name in enumerate(("dx", "dweight", "dbias")):
        fault = difference(
            f"{tried}: {name}",
            got[k],
            right[k],
            slips[k],
            looks[k],
            cause=causes[k],
            dtype=dtype,
            rel=1e-5 if dtype == "float32" else 1e-9,
            scale=float(scales[k]),
        )
        if fault:
            return fault
    return None


def x_slips(x: np.ndarray, weight: np.ndarray, upstream: np.ndarray, eps: float) -> Slips:
    """Known wrong gradients of the rows."""
    centred, std = statistics(x, eps)
    hat, g, n = centred / std, upstream * weight, x.shape[-1]
    var = std**2 - eps
    mean, along = g.mean(axis=-1, keepdims=True), (g * hat).mean(axis=-1, keepdims=True)
    right = rows_back(x, g, eps)
    bare = upstream - upstream.mean(-1, keepdims=True)
    bare = bare - hat * (upstream * hat).mean(-1, keepdims=True)

    def with_std(other: np.ndarray) -> np.ndarray:
        """The formula with another deviation."""
        other_hat = centred / other
        return (g - mean - other_hat * (g * other_hat).mean(axis=-1, keepdims=True)) / other

    return [
        *constants_taken(g, hat, std),
        (right * std, "Not divided by the deviation at the end."),
        (right / std, "Divided by the variance: once by the deviation is enough."),
        (bare / std, "The weight is not used: what arrives at hat is upstream times weight."),
        (
            bare / std * weight,
            "Weight was multiplied at the end. It comes first: the means are "
            "those of upstream *times weight*.",
        ),
        ((g - mean * n - hat * along * n) / std, "Sums in place of means."),
        ((g - mean - hat * along * n / (n - 1)) / std, "The last mean was divided by n - 1."),
        (
            (g - mean - centred * (g * centred).mean(-1, keepdims=True)) / std,
            "The last term is made of the centred row; it needs the normalised one, hat.",
        ),
        (
            (g - mean - x * (g * x).mean(-1, keepdims=True)) / std,
            "The last term is made of x itself; it needs the normalised row, hat.",
        ),
        ((g - mean + hat * along) / std, "The part along hat is added; subtract it."),
        ((g - mean - along) / std, "The mean of g * hat is missing its factor hat."),
        (
            (g - g.mean() - hat * (g * hat).mean()) / std,
            "Means over all rows: each row has its own.",
        ),
        (
            (g - g.mean(axis=0) - hat * (g * hat).mean(axis=0)) / std,
            "Means along axis 0: each row has its own, along the last axis.",
        ),
        (-right, "The sign is turned round."),
        (
            with_std(np.sqrt(var * n / (n - 1) + eps)),
            "The variance was divided by n - 1: divide by n.",
        ),
        (with_std(np.sqrt(var) + eps), "eps was added to the root; it belongs under it."),
        (with_std(np.sqrt(var)), "eps is missing under the root."),
        (with_std(np.sqrt(var + EPS)), "The eps that was given is not used."),
    ]


def parameter_slips(
    x: np.ndarray, weight: np.ndarray, upstream: np.ndarray, hat: np.ndarray, std: np.ndarray
) -> tuple[Slips, Slips]:
    """Known wrong gradients of weight and bias."""
    rows = upstream.size // upstream.shape[-1]
    alone = "One array for each row: weight and bias were copied to all rows by broadcasting, and "
    alone += "what was copied is summed on the way back."
    along = "Summed along each row; sum over the rows, along every axis but the last."
    mean = "This is the mean over rows: each row adds its part."
    right, plain = over_rows(upstream * hat), over_rows(upstream)
    of_weight = [
        (upstream * hat, alone),
        ((upstream * hat).sum(axis=0), alone),
        ((upstream * hat).sum(axis=-1), along),
        (right / rows, mean),
        (over_rows(upstream * x), "Weight multiplies hat, not x."),
        (over_rows(upstream * hat * std), "Weight multiplies hat; this is the centred row."),
        (over_rows(hat), "The upstream is not used."),
        (right * weight, "Multiplied by weight itself: its partial is hat."),
        (plain, "This is the gradient of bias: is the order dx, dweight, dbias?"),
    ]
    of_bias = [
        (upstream, alone),
        (upstream.sum(axis=0), alone),
        (upstream.sum(axis=-1), along),
        (plain / rows, mean),
        (over_rows(upstream * weight), "Bias is added after weight: its partial is 1."),
        (np.full(plain.shape, float(rows)), "The upstream is not used."),
    ]
    return of_weight, of_bias


check_layer_norm_vjp = Check(
    "layer_norm_vjp", fused_cases, fused_probe, fused_judge, tried=fused_tried, explain=explain
)

# ---------------------------------------------------------------------------------------------
# E16.3 Batch norm by the sheet: twelve gradients, each on its own

SHEET = {  # in the order of the way back; how each intermediate was made
    "scaled": "y = scaled + bias",
    "bias": "y = scaled + bias",
    "weight": "scaled = hat * weight",
    "hat": "scaled = hat * weight",
    "inverse": "hat = centred * inverse",
    "std": "inverse = 1 / std",
    "shifted": "std = sqrt(shifted)",
    "var": "shifted = var + eps",
    "squares": "var = squares.sum(axis=0) / n",
    "centred": "hat = centred * inverse, and squares = centred ** 2",
    "mean": "centred = x - mean",
    "x": "centred = x - mean, and mean = x.sum(axis=0) / n",
}


def forward(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray, moved: dict[str, Any] | None = None
) -> dict[str, Any]:
    """All intermediates of batch norm; what is in `moved` is added to the one of that name."""
    extra = moved or {}
    f: dict[str, Any] = {"n": len(x), "eps": EPS}

    def put(name: str, array: np.ndarray) -> np.ndarray:
        f[name] = array + extra.get(name, 0.0)
        return f[name]

    x, weight, bias = put("x", x), put("weight", weight), put("bias", bias)
    mean = put("mean", x.sum(axis=0) / len(x))
    centred = put("centred", x - mean)
    var = put("var", put("squares", centred**2).sum(axis=0) / len(x))
    std = put("std", np.sqrt(put("shifted", var + EPS)))
    inverse = put("inverse", 1 / std)
    put("y", put("scaled", put("hat", centred * inverse) * weight) + bias)
    return f


def measured(case: dict[str, Any], name: str) -> np.ndarray:
    """The gradient of one intermediate: it alone is moved, and what follows from it is measured."""
    operands = (case["x"], case["weight"], case["bias"])
    shape = forward(*operands)[name].shape
    (found,) = numerical_vjp(
        lambda by: forward(*operands, moved={name: by})["y"], [np.zeros(shape)], case["upstream"]
    )
    return found


def sheet_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """A batch of its own for each name on the sheet."""
    cases = []
    for name in SHEET:
        case = norm_case(rng, draw_array(rng, (4, 3)), None)
        cases.append({"name": name} | {key: case[key] for key in case if key != "eps"})
    return cases


def sheet_tried(case: dict[str, Any]) -> str:
    """What is looked at, and how the way forward used it."""
    used = f"(used in {SHEET[case['name']]})"
    return f'batch_norm_sheet(f, upstream)["{case["name"]}"] {used} on 4 rows of 3 numbers'


def sheet_probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
    """One of the gradients that the answer returns."""
    f = forward(case["x"], case["weight"], case["bias"])
    outcome = call(answer, f, case["upstream"])
    result = outcome.pop("result")
    if not isinstance(result, dict):
        return outcome | {"result": result}
    return outcome | {"gradient": result.get(case["name"]), "names": sorted(map(str, result))}


def sheet_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """Compare one gradient with the measured one."""
    tried, name = sheet_tried(case), case["name"]
    if "result" in outcome:
        cause = kind_cause(outcome["result"])
        return report(tried, outcome["result"], Words("a dict of 12 gradients"), cause)
    if fault := changed_array_fault(tried, outcome, ["f", "upstream"]):
        return fault
    if name not in outcome["names"]:
        cause = f"There is no gradient of that name yet. There are {len(outcome['names'])} of 12."
        look = f'Next: `d["{name}"] = ...`: {SHEET[name]}.'
        return report(tried, Words("nothing"), Words(f"the gradient of {name}"), cause, look)
    if isinstance(outcome["gradient"], int | float):
        outcome["gradient"] = np.float64(outcome["gradient"])
    f = forward(case["x"], case["weight"], case["bias"])
    expected = measured(case, name)
    before = {above: measured(case, above) for above in NEEDS.get(name, ())}
    slips = SHEET_SLIPS[name](f, before | {"y": case["upstream"]}, expected)
    look = f"Next: {SHEET[name]}. What arrives at the left side, and what is the partial?"
    cause = f"Not what arrives at {name} when all that was made of it moves with it. "
    scale = float(np.abs(case["upstream"] * f["weight"] * f["inverse"]).sum())
    return difference(
        tried, outcome["gradient"], expected, slips, look, cause=cause, rel=1e-6, scale=scale
    )


NEEDS = {  # the gradients that the known slips at a name are made of
    "hat": ("scaled",),
    "inverse": ("hat",),
    "std": ("inverse",),
    "shifted": ("std",),
    "squares": ("var",),
    "centred": ("hat", "squares"),
    "mean": ("centred",),
    "x": ("centred", "mean"),
}


def copied(name: str) -> str:
    """What to say of a gradient that was not summed over the rows."""
    return f"{name} was copied to all rows: what arrives at its copies is summed, over axis 0."


def averaged(name: str) -> str:
    """What to say of one that was divided by their number."""
    return f"Averaged over the rows: what arrives at the copies of {name} is summed."


SheetSlips = Callable[[dict[str, Any], dict[str, Any], Any], Slips]

SHEET_SLIPS: dict[str, SheetSlips] = {
    "scaled": lambda f, d, right: [
        (right * f["weight"], "This is already a step further. The partial of an addition is 1."),
        (right.sum(axis=0), "scaled has a number for each row: nothing was copied."),
    ],
    "bias": lambda f, d, right: [
        (d["y"], copied("bias")),
        (d["y"].mean(axis=0), averaged("bias")),
        (d["y"] * f["weight"], "The partial of an addition is 1."),
        (np.ones(3) * len(d["y"]), "What arrives is not used."),
    ],
    "weight": lambda f, d, right: [
        (d["y"] * f["hat"], copied("weight")),
        (right / len(d["y"]), averaged("weight")),
        ((d["y"] * f["centred"]).sum(axis=0), "weight multiplies hat, not centred."),
        ((d["y"] * f["x"]).sum(axis=0), "weight multiplies hat, not x."),
        (d["y"].sum(axis=0), "The partial is missing: weight multiplies hat."),
    ],
    "hat": lambda f, d, right: [
        (d["scaled"], "The partial is missing: hat is multiplied by weight."),
        (d["scaled"] * f["hat"], "That is the way to weight. The partial of hat is weight."),
    ],
    "inverse": lambda f, d, right: [
        (d["hat"] * f["centred"], copied("inverse")),
        (right / len(d["y"]), averaged("inverse")),
        ((d["hat"] * f["hat"]).sum(axis=0), "inverse multiplies centred, not hat."),
        (d["hat"].sum(axis=0), "The partial is missing: inverse multiplies centred."),
    ],
    "std": lambda f, d, right: [
        (-right, "The sign is lost: 1 / std falls where std grows."),
        (-d["inverse"] / f["std"], "The partial of 1 / std is -1 / std**2: a power is missing."),
        (d["inverse"] / f["std"], "The partial of 1 / std is -1 / std**2."),
    ],
    "shifted": lambda f, d, right: [
        (right * 2, "The half is missing: the partial of a root is 1 / (2 root)."),
        (d["std"] * 0.5 * f["std"], "Multiplied by the root; its partial is 1 / (2 root)."),
        (d["std"] * 0.5 / f["shifted"], "1 / (2 root): divide by std, not by shifted."),
    ],
    "var": lambda f, d, right: [
        (0 * right, "The variance was taken for a constant. It is made of x like all the rest."),
        (right / len(d["y"]), "The 1/n belongs to the next step; adding eps has the partial 1."),
    ],
    "squares": lambda f, d, right: [
        (d["var"], "var has one number a column; each square of the column gets its n-th part."),
        (
            d["var"] / len(d["y"]),
            "The right number, once for each column. It goes to *every* "
            "square: a sum forward is a copy back.",
        ),
        (np.ones((4, 1)) * d["var"], "Each square is one n-th of var: the 1/n is missing."),
    ],
    "centred": lambda f, d, right: [
        (
            d["hat"] * f["inverse"],
            "One path is missing, the one through squares: this takes the variance for a constant.",
        ),
        (d["squares"] * 2 * f["centred"], "One path is missing, the direct one to hat."),
        (
            d["hat"] * f["inverse"] + d["squares"] * f["centred"],
            "The 2 is missing: the partial of a square.",
        ),
        (d["hat"] * f["inverse"] + d["squares"] * 2, "The partial of a square is 2 * centred."),
    ],
    "mean": lambda f, d, right: [
        (-right, "The sign is lost: centred falls where mean grows."),
        (-d["centred"], copied("mean")),
        (right / len(d["y"]), averaged("mean")),
        (0 * right, "The mean was taken for a constant."),
    ],
    "x": lambda f, d, right: [
        (
            d["centred"],
            "One path is missing, the one through mean: this takes the mean for a constant.",
        ),
        (d["centred"] + d["mean"], "The 1/n is missing on the path through mean."),
        (np.ones((4, 1)) * d["mean"] / 4, "One path is missing, the direct one to centred."),
        (d["centred"] - d["mean"] / 4, "The minus was counted twice: it is in mean's gradient."),
    ],
}

check_batch_norm_sheet = Check(
    "batch_norm_sheet", sheet_cases, sheet_probe, sheet_judge, tried=sheet_tried, explain=explain
)
