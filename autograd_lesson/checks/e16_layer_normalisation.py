"""The checks of exercise 16: rows normalised, their way back, and batch norm by the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
from .messages import Words, kind_cause, report
from .own_work import BY_HAND
from .plain_data import Raised
from .run_answer import call
from .stages import Faults, Seen, Steps, check_stages, gradient_fault, holder_fault, written_to
from .vocabulary import Part, Table, check_function, with_slip

EPS = 1e-5

# ---------------------------------------------------------------------------------------------
# Oracles


def statistics(x: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray]:
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred, np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + eps)


def normalised(x: np.ndarray, eps: float = EPS) -> np.ndarray:
    centred, std = statistics(x, eps)
    return centred / std


def rows_back(x: np.ndarray, g: np.ndarray, eps: float) -> np.ndarray:
    """What arrives at x when g arrives at the normalised rows, with each Jacobian written out."""
    hat, n = normalised(x, eps), x.shape[-1]
    std = statistics(x, eps)[1]
    jacobians = np.eye(n) - 1 / n - hat[..., :, None] * hat[..., None, :] / n
    return np.einsum("...i,...ij->...j", g, jacobians) / std


def over_rows(array: np.ndarray) -> np.ndarray:
    return array.reshape(-1, array.shape[-1]).sum(axis=0)


# ---------------------------------------------------------------------------------------------
# E16.1 Layer norm, composed from the engine's ops


def composed_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    far = 1e6 + draw_array(rng, (2, 4))
    flat = np.vstack([np.full(4, 2.5), draw_array(rng, (1, 4))])
    rows = [draw_array(rng, shape) for shape in ((2, 4), (3, 3), (2, 3, 4), (1, 5))]
    given = [(rows[0], None), (rows[1], None), (rows[2], None), (rows[3], 0.1)]
    return [norm_case(rng, x, eps) for x, eps in [*given, (flat, None), (far, None)]]


def norm_case(rng: np.random.Generator, x: np.ndarray, eps: float | None) -> dict[str, Any]:
    weight, bias = draw_array(rng, x.shape[-1:]), draw_array(rng, x.shape[-1:])
    return {"x": x, "weight": weight, "bias": bias, "upstream": draw_seed(rng, x.shape), "eps": eps}


def composed_tried(case: dict[str, Any]) -> str:
    eps = "" if case["eps"] is None else f", eps={case['eps']:g}"
    given = f"x = {show_array(case['x'])}, weight = {show_array(case['weight'])} and "
    return f"layer_norm(x, weight, bias{eps}) with {given}bias = {show_array(case['bias'])}"


def composed_steps(answer: Any, case: dict[str, Any]) -> Steps:
    operands = {name: Tensor(case[name], label=name) for name in ("x", "weight", "bias")}
    with np.errstate(all="ignore"):
        y = answer(*operands.values(), *([] if case["eps"] is None else [case["eps"]]))
        yield "y", y
        yield "written", written_to(operands, case)
        if y.requires_grad:
            y.backward(case["upstream"])
    for name, operand in operands.items():
        yield name, operand.grad


def composed_judge(tried: str, case: dict[str, Any], seen: Seen) -> Faults:
    x, weight, bias, upstream = (case[name] for name in ("x", "weight", "bias", "upstream"))
    eps = EPS if case["eps"] is None else case["eps"]
    cause = "A plain array has forgotten where it came from: somewhere `.data` or `.numpy()` took "
    cause += "the numbers out of their tensors, and none came back."
    yield holder_fault(tried, seen["y"], bare=cause)
    got = seen["y"].data
    yield changed_array_fault(tried, {"changed": seen["written"]}, ["x", "weight", "bias"])
    rel = 1e-7 if np.abs(x).max() > 1e5 else 1e-9  # far from 0 a mean has lost some digits
    hat, std = normalised(x, eps), statistics(x, eps)[1]
    y = hat * weight + bias
    look = "Next: take one row to paper: its mean, its variance, and the root of variance plus eps."
    with np.errstate(all="ignore"):
        slips = forward_slips(x, weight, bias, eps)
    cause = "The forward formula gives other numbers. "
    if np.isnan(got).any():
        slips, cause = {}, "A row of equal numbers has variance 0, and 0 / 0 is nan. Keeping "
        cause += "that away is what eps is for. "
    elif rel > 1e-9:
        cause = "Digits are lost far from 0: mean(x^2) and mean(x)^2 are nearly equal there, "
        cause += "and their difference is noise. Subtract the mean first, then square. "
    scale = float(np.abs(y).max())
    yield difference(tried, got, y, slips, look, cause=cause, rel=rel, scale=scale)
    g = upstream * weight
    right = {
        "x": rows_back(x, g, eps),
        "weight": over_rows(upstream * hat),
        "bias": over_rows(upstream),
    }
    for name, expected in right.items():
        cause = f"No path leads back to {name}: only its numbers were used, as a constant."
        yield gradient_fault(
            f"{tried}, and upstream = {show_array(upstream)}: the gradient of {name}",
            seen[name],
            expected,
            (cause, f"Next: look for `{name}.data`."),
            constants_taken(g, hat, std) if name == "x" else {},
            "Next: look for `.data`, `.numpy()` and `.detach()`: each cuts a path.",
            cause="The numbers were right, and some path back is missing or too many. ",
            rel=rel,
            scale=float(np.abs(g / std).max() if name == "x" else np.abs(upstream * hat).sum()),
        )


def constants_taken(g: np.ndarray, hat: np.ndarray, std: np.ndarray) -> dict[str, Any]:
    """The gradients of those who take the mean or the variance for constants."""
    no_mean, no_variance = g.mean(axis=-1, keepdims=True), hat * (g * hat).mean(-1, keepdims=True)
    return {
        "Mean and variance were taken for constants. They are made of the same row: a nudge of one "
        "entry moves them, and with them every entry.": g / std,
        "The variance was taken for a constant: the part along the normalised row is still in the "
        "gradient.": (g - no_mean) / std,
        "The mean was taken for a constant: the gradient of a row should add up to 0.": (
            (g - no_variance) / std
        ),
    }


def forward_slips(x: np.ndarray, weight: np.ndarray, bias: np.ndarray, eps: float) -> Table:
    """Known wrong rows."""
    centred, std = statistics(x, eps)
    hat, n, var = normalised(x, eps), x.shape[-1], std**2 - eps
    second = (x**2).mean(axis=-1, keepdims=True)
    columns, everything = x - x.mean(axis=0), x - x.mean()
    hats = {
        "The variance was divided by n - 1. Nothing is estimated here: the row is all there is, so "
        "divide by n.": centred / np.sqrt(var * n / np.float64(n - 1) + eps),
        "eps was added to the root; it belongs under it, beside the variance.": (
            centred / (np.sqrt(var) + eps)
        ),
        "eps is missing under the root.": centred / np.sqrt(var),
        "Divided by the variance: its root is missing.": centred / (var + eps),
        "The squares were summed; a variance is their mean.": centred / np.sqrt(var * n + eps),
        "The mean was not subtracted before squaring.": centred / np.sqrt(second + eps),
        "The mean is not subtracted.": x / std,
        "The mean is not subtracted (this is RMS norm).": x / np.sqrt(second + eps),
        "The rows are centred, and not divided by their deviation.": centred,
        "Each *column* was normalised, over the examples: that is batch norm. Here each row is on "
        "its own.": columns / np.sqrt((columns**2).mean(axis=0) + eps),
        "One mean and one variance for all rows together: each row has its own.": (
            everything / np.sqrt((everything**2).mean() + eps)
        ),
        "The eps that was given is not used.": normalised(x, EPS),
    }
    others = tuple(normalised(x, other) * weight + bias for other in (1e-3, 1e-6, 1e-8, 1e-12))
    return {words: wrong * weight + bias for words, wrong in hats.items()} | {
        "Where no eps is given it is 1e-5.": others,
        "Weight and bias are missing.": hat,
        "The bias is missing.": hat * weight,
        "The weight is missing.": hat + bias,
        "The bias comes after the weight: it is not multiplied.": (hat + bias) * weight,
        "Weight and bias are swapped.": hat * bias + weight,
    }


def explain(case: dict[str, Any], raised: Raised) -> str | None:
    if "broadcast" in raised.text or "counted from the right" in raised.text:
        return (
            "A mean along the last axis lost that axis, and no longer lines up with the rows: "
            "`keepdims=True` leaves it there with length 1."
        )
    if raised.type == "KeyError":
        return "There is no intermediate of that name: the cell of `batch_norm` lists them."
    return None


def composed(x: np.ndarray, weight: np.ndarray, bias: np.ndarray, eps: float) -> np.ndarray:
    return normalised(x, eps) * weight + bias


def composed_slip(says: str) -> Callable[..., Tensor]:
    def answer(x: Tensor, weight: Tensor, bias: Tensor, eps: float = EPS) -> Tensor:
        arrays = (x.numpy(), weight.numpy(), bias.numpy(), eps)
        with np.errstate(all="ignore"):
            return Tensor(with_slip(composed, forward_slips, says, arrays))

    return answer


check_layer_norm = check_stages(
    "layer_norm",
    composed_cases,
    composed_steps,
    composed_judge,
    tried=composed_tried,
    explain=explain,
    slip=composed_slip,
    own_work=("functional.layer_norm", "nn"),
)

# ---------------------------------------------------------------------------------------------
# E16.2 The way back in one piece


def fused_cases(rng: np.random.Generator) -> Iterator[list[Any]]:
    shapes: list[tuple[tuple[int, ...], float | None]] = [((2, 4), None), ((3, 3), None)]
    shapes += [((2, 3, 4), None), ((1, 5), 0.1), ((4,), None), ((3, 4), None)]
    for place, (shape, eps) in enumerate(shapes):
        case = norm_case(rng, draw_array(rng, shape), eps)
        arrays = [case["x"], case["weight"], case["upstream"]]
        if place == len(shapes) - 1:
            arrays = [array.astype("float32") for array in arrays]
        yield [*arrays, *([] if eps is None else [eps])]


def in_float64(formula: Callable[..., Any]) -> Callable[..., Any]:
    """The formula of x, weight, upstream and eps, computed with all digits."""

    def computed(*given: Any) -> Any:
        x, weight, upstream = (np.asarray(array, float) for array in given[:3])
        return formula(x, weight, upstream, *(given[3:] or [EPS]))

    return computed


def x_slips(x: np.ndarray, weight: np.ndarray, upstream: np.ndarray, eps: float) -> Table:
    centred, std = statistics(x, eps)
    hat, g, n = centred / std, upstream * weight, x.shape[-1]
    var = std**2 - eps
    mean, along = g.mean(axis=-1, keepdims=True), (g * hat).mean(axis=-1, keepdims=True)
    right = rows_back(x, g, eps)
    bare = upstream - upstream.mean(-1, keepdims=True)
    bare = bare - hat * (upstream * hat).mean(-1, keepdims=True)

    def with_std(other: np.ndarray) -> np.ndarray:
        other_hat = centred / other
        return (g - mean - other_hat * (g * other_hat).mean(axis=-1, keepdims=True)) / other

    return constants_taken(g, hat, std) | {
        "Not divided by the deviation at the end.": right * std,
        "Divided by the variance: once by the deviation is enough.": right / std,
        "The weight is not used: what arrives at hat is upstream times weight.": bare / std,
        "Weight was multiplied at the end. It comes first: "
        "the means are those of upstream *times weight*.": bare / std * weight,
        "Sums in place of means.": (g - mean * n - hat * along * n) / std,
        "The last mean was divided by n - 1.": (g - mean - hat * along * n / (n - 1)) / std,
        "The last term is made of the centred row; it needs the normalised one, hat.": (
            g - mean - centred * (g * centred).mean(-1, keepdims=True)
        )
        / std,
        "The last term is made of x itself; it needs the normalised row, hat.": (
            g - mean - x * (g * x).mean(-1, keepdims=True)
        )
        / std,
        "The part along hat is added; subtract it.": (g - mean + hat * along) / std,
        "The mean of g * hat is missing its factor hat.": (g - mean - along) / std,
        "Means over all rows: each row has its own.": (g - g.mean() - hat * (g * hat).mean()) / std,
        "Means along axis 0: each row has its own, along the last axis.": (
            g - g.mean(axis=0) - hat * (g * hat).mean(axis=0)
        )
        / std,
        "The sign is turned round.": -right,
        "The variance was divided by n - 1: divide by n.": with_std(
            np.sqrt(var * n / (n - 1) + eps)
        ),
        "eps was added to the root; it belongs under it.": with_std(np.sqrt(var) + eps),
        "eps is missing under the root.": with_std(np.sqrt(var)),
        "The eps that was given is not used.": with_std(np.sqrt(var + EPS)),
    }


ALONE = (
    "One array for each row: weight and bias were copied to all rows by broadcasting, and what was "
    "copied is summed on the way back."
)
ALONG = "Summed along each row; sum over the rows, along every axis but the last."
MEAN = "This is the mean over rows: each row adds its part."


def weight_slips(x: np.ndarray, weight: np.ndarray, upstream: np.ndarray, eps: float) -> Table:
    centred, std = statistics(x, eps)
    hat, right = centred / std, over_rows(upstream * centred / std)
    return {
        ALONE: (upstream * hat, (upstream * hat).sum(axis=0)),
        ALONG: (upstream * hat).sum(axis=-1),
        MEAN: right * upstream.shape[-1] / upstream.size,
        "Weight multiplies hat, not x.": over_rows(upstream * x),
        "Weight multiplies hat; this is the centred row.": over_rows(upstream * centred),
        "The upstream is not used.": over_rows(hat),
        "Multiplied by weight itself: its partial is hat.": right * weight,
        "This is the gradient of bias: is the order dx, dweight, dbias?": over_rows(upstream),
    }


def bias_slips(x: np.ndarray, weight: np.ndarray, upstream: np.ndarray, eps: float) -> Table:
    right, rows = over_rows(upstream), upstream.size / upstream.shape[-1]
    return {
        ALONE: (upstream, upstream.sum(axis=0)),
        ALONG: upstream.sum(axis=-1),
        MEAN: right / rows,
        "Bias is added after weight: its partial is 1.": over_rows(upstream * weight),
        "The upstream is not used.": np.full(right.shape, rows),
    }


def part_in_float64(
    name: str, right: Any, slips: Any, scale: Any, otherwise: str, look: str
) -> Part:
    """A gradient whose formulas are computed with all digits, also where float32 went in."""
    right, slips, scale = map(in_float64, (right, slips, scale))
    return Part(name, right, slips, otherwise, look, scale, rel=1e-9, rel32=1e-5)


check_layer_norm_vjp = check_function(
    "layer_norm_vjp(x, weight, upstream, eps)",
    fused_cases,
    [
        part_in_float64(
            "dx",
            lambda x, weight, upstream, eps: rows_back(x, upstream * weight, eps),
            x_slips,
            lambda x, weight, g, eps: float(np.abs(g * weight / statistics(x, eps)[1]).max()),
            "Not the gradient of the rows. ",
            "Next: three terms: g, its mean, and hat times the mean of g * hat; all over std.",
        ),
        part_in_float64(
            "dweight",
            lambda x, weight, upstream, eps: over_rows(upstream * normalised(x, eps)),
            weight_slips,
            lambda x, weight, g, eps: float(np.abs(g * normalised(x, eps)).sum()),
            "Not the gradient of weight. ",
            "Next: weight multiplies hat in every row, so all rows send something back to it.",
        ),
        part_in_float64(
            "dbias",
            lambda x, weight, upstream, eps: over_rows(upstream),
            bias_slips,
            lambda x, weight, upstream, eps: float(np.abs(upstream).sum()),
            "Not that of bias. ",
            "Next: bias is added in every row, so all rows send something back to it.",
        ),
    ],
    own_work=BY_HAND,
    explain=lambda raised, *given: explain({}, raised),
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


class Measured(dict[str, np.ndarray]):
    """The gradients of all intermediates by name, each measured when it is asked for."""

    def __init__(self, case: dict[str, Any]) -> None:
        """That of y is what arrives."""
        super().__init__(y=case["upstream"])
        self.operands = (case["x"], case["weight"], case["bias"])

    def __missing__(self, name: str) -> np.ndarray:
        """The gradient of one: it alone is moved, and what follows from it is measured."""
        (self[name],) = numerical_vjp(
            lambda by: forward(*self.operands, moved={name: by})["y"],
            [np.zeros(forward(*self.operands)[name].shape)],
            self["y"],
        )
        return self[name]


def sheet_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    cases = []
    for name in SHEET:
        case = norm_case(rng, draw_array(rng, (4, 3)), None)
        cases.append({"name": name} | {key: case[key] for key in case if key != "eps"})
    return cases


def sheet_tried(case: dict[str, Any]) -> str:
    used = f"(used in {SHEET[case['name']]})"
    return f'batch_norm_sheet(f, upstream)["{case["name"]}"] {used} on 4 rows of 3 numbers'


def sheet_steps(answer: Any, case: dict[str, Any]) -> Steps:
    f = forward(case["x"], case["weight"], case["bias"])
    outcome = call(answer, f, case["upstream"])
    result = outcome["result"]
    yield "no table", None if isinstance(result, Mapping) else [result]
    yield "changed", outcome["changed"]
    yield "names", sorted(map(str, result))
    yield "gradient", result.get(case["name"])


def sheet_judge(tried: str, case: dict[str, Any], seen: Seen) -> Faults:
    name = case["name"]
    for got in seen["no table"] or ():
        yield report(tried, got, Words("a dict of 12 gradients"), kind_cause(got))
    yield changed_array_fault(tried, seen, ["f", "upstream"])
    if name not in seen["names"]:
        known = [each for each in seen["names"] if each in SHEET]
        cause = f"There is no gradient of that name yet. There are {len(known)} of 12."
        if seen["names"] and not known:
            cause = f"The keys are {', '.join(seen['names'])}. They are to be those of `f`."
        look = f'Next: `d["{name}"] = ...`: {SHEET[name]}.'
        yield report(tried, Words("nothing"), Words(f"the gradient of {name}"), cause, look)
    got = seen["gradient"]
    got = np.float64(got) if isinstance(got, int | float) else got
    f, gradients = forward(case["x"], case["weight"], case["bias"]), Measured(case)
    slips = SHEET_SLIPS[name](f, gradients, gradients[name])
    look = f"Next: {SHEET[name]}. What arrives at the left side, and what is the partial?"
    cause = f"Not what arrives at {name} when all that was made of it moves with it. "
    scale = float(np.abs(case["upstream"] * f["weight"] * f["inverse"]).sum())
    yield difference(tried, got, gradients[name], slips, look, cause=cause, scale=scale)


def copied(name: str) -> str:
    return f"{name} was copied to all rows: what arrives at its copies is summed, over axis 0."


def averaged(name: str) -> str:
    return f"Averaged over the rows: what arrives at the copies of {name} is summed."


SheetSlips = Callable[[dict[str, Any], Measured, Any], Table]

SHEET_SLIPS: dict[str, SheetSlips] = {
    "scaled": lambda f, d, right: {
        "This is already a step further. The partial of an addition is 1.": right * f["weight"],
        "scaled has a number for each row: nothing was copied.": right.sum(axis=0),
    },
    "bias": lambda f, d, right: {
        copied("bias"): d["y"],
        averaged("bias"): d["y"].mean(axis=0),
        "The partial of an addition is 1.": d["y"] * f["weight"],
        "What arrives is not used.": np.ones(3) * len(d["y"]),
    },
    "weight": lambda f, d, right: {
        copied("weight"): d["y"] * f["hat"],
        averaged("weight"): right / len(d["y"]),
        "weight multiplies hat, not centred.": (d["y"] * f["centred"]).sum(axis=0),
        "weight multiplies hat, not x.": (d["y"] * f["x"]).sum(axis=0),
        "The partial is missing: weight multiplies hat.": d["y"].sum(axis=0),
    },
    "hat": lambda f, d, right: {
        "The partial is missing: hat is multiplied by weight.": d["scaled"],
        "That is the way to weight. The partial of hat is weight.": d["scaled"] * f["hat"],
    },
    "inverse": lambda f, d, right: {
        copied("inverse"): d["hat"] * f["centred"],
        averaged("inverse"): right / len(d["y"]),
        "inverse multiplies centred, not hat.": (d["hat"] * f["hat"]).sum(axis=0),
        "The partial is missing: inverse multiplies centred.": d["hat"].sum(axis=0),
    },
    "std": lambda f, d, right: {
        "The sign is lost: 1 / std falls where std grows.": -right,
        "The partial of 1 / std is -1 / std**2: a power is missing.": -d["inverse"] / f["std"],
        "The partial of 1 / std is -1 / std**2.": d["inverse"] / f["std"],
    },
    "shifted": lambda f, d, right: {
        "The half is missing: the partial of a root is 1 / (2 root).": right * 2,
        "Multiplied by the root; its partial is 1 / (2 root).": d["std"] * 0.5 * f["std"],
        "1 / (2 root): divide by std, not by shifted.": d["std"] * 0.5 / f["shifted"],
    },
    "var": lambda f, d, right: {
        "The variance was taken for a constant. It is made of x like all the rest.": 0 * right,
        "The 1/n belongs to the next step; adding eps has the partial 1.": right / len(d["y"]),
    },
    "squares": lambda f, d, right: {
        "var has one number a column; each square of the column gets its n-th part.": d["var"],
        "The right number, once for each column. It goes to *every* "
        "square: a sum forward is a copy back.": d["var"] / len(d["y"]),
        "Each square is one n-th of var: the 1/n is missing.": np.ones((4, 1)) * d["var"],
    },
    "centred": lambda f, d, right: {
        "One path is missing, the one through squares: this takes the variance for a constant.": (
            d["hat"] * f["inverse"]
        ),
        "One path is missing, the direct one to hat.": d["squares"] * 2 * f["centred"],
        "The 2 is missing: the partial of a square.": (
            d["hat"] * f["inverse"] + d["squares"] * f["centred"]
        ),
        "The partial of a square is 2 * centred.": d["hat"] * f["inverse"] + d["squares"] * 2,
    },
    "mean": lambda f, d, right: {
        "The sign is lost: centred falls where mean grows.": -right,
        copied("mean"): -d["centred"],
        averaged("mean"): right / len(d["y"]),
        "The mean was taken for a constant.": 0 * right,
    },
    "x": lambda f, d, right: {
        "One path is missing, the one through mean: this takes the mean for a constant.": (
            d["centred"]
        ),
        "The 1/n is missing on the path through mean.": d["centred"] + d["mean"],
        "One path is missing, the direct one to centred.": np.ones((4, 1)) * d["mean"] / 4,
        "The minus was counted twice: it is in mean's gradient.": d["centred"] - d["mean"] / 4,
    },
}

check_batch_norm_sheet = check_stages(
    "batch_norm_sheet",
    sheet_cases,
    sheet_steps,
    sheet_judge,
    tried=sheet_tried,
    explain=explain,
    own_work=BY_HAND,
)
