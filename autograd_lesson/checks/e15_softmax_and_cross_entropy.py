"""The checks of exercise 15: probabilities, their gradient, and the loss that is made of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .accepted import close
from .arrays import changed_array_fault, difference, draw_array, draw_seed, show_array
from .core import Check
from .messages import Words, number_fault, report
from .plain_data import Raised
from .run_answer import call

Slips = Sequence[tuple[Any, str]]

# ---------------------------------------------------------------------------------------------
# Oracles: closed forms, each in another shape than the one an answer takes


def shares(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """The softmax along one axis."""
    return np.exp(log_shares(x, axis))


def log_shares(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """The logarithm of the softmax along one axis, by NumPy's own log(exp(a) + exp(b))."""
    wide = np.asarray(x, float)
    return wide - np.logaddexp.reduce(wide, axis=axis, keepdims=True)


def jacobians(s: np.ndarray) -> np.ndarray:
    """diag(s) - s s^T for each row of s: two axes more at the end than a row has."""
    return s[..., :, None] * np.eye(s.shape[-1]) - s[..., :, None] * s[..., None, :]


def through_softmax(s: np.ndarray, upstream: np.ndarray, axis: int = -1) -> np.ndarray:
    """Upstream times the Jacobian of softmax, with the Jacobian written out."""
    rows, above = np.moveaxis(s, axis, -1), np.moveaxis(upstream, axis, -1)
    return np.moveaxis(np.einsum("...ij,...i->...j", jacobians(rows), above), -1, axis)


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """A row for each label, 1 in its column and 0 elsewhere."""
    return np.eye(classes)[labels]


def reduced(losses: np.ndarray, reduction: str) -> Any:
    """The losses of all rows, their sum, or their mean."""
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


# ---------------------------------------------------------------------------------------------
# Running an answer, and what all verdicts here have in common


def quietly(answer: Callable[..., Any], *arrays: Any) -> dict[str, Any]:
    """What `call` returns, and the first warning that NumPy had to give."""
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        outcome = call(answer, *arrays)
    return outcome | {"warned": [str(warning.message) for warning in caught[:1]]}


def fault_of(
    tried: str,
    outcome: dict[str, Any],
    names: Sequence[str],
    expected: np.ndarray,
    slips: Slips,
    look: str,
    cause: str = "",
    dtype: str | None = "float64",
    scale: float | None = None,
) -> str | None:
    """The message for arguments written into, wrong numbers, or a warning on the way, else None."""
    if fault := changed_array_fault(tried, outcome, names):
        return fault
    got = outcome["result"]
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and np.isnan(got).any():
        cause = (
            "nan is what inf / inf, 0 / 0 and inf - inf give. An exponential overflowed, or all "
        )
        cause += "of a row rounded to 0. "
        look = "Next: which number do you subtract before `np.exp`? In each row the largest "
        look += "exponent must be 0."
        slips = ()
    rel = 1e-5 if dtype == "float32" else 1e-9
    fault = difference(
        tried, got, expected, slips, look, cause=cause, dtype=dtype, rel=rel, scale=scale
    )
    if fault or not outcome["warned"]:
        return fault
    cause = "The numbers are right, and on the way something was too large or a logarithm of 0."
    look = "Next: subtract the largest of each row first; then nothing large is left."
    warned = Words(f"the warning {outcome['warned'][0]!r}")
    return report(tried, warned, Words("no warning"), cause, look)


def explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why a line of an answer raised."""
    if "labels" in case and "could not be broadcast" in raised.text:
        return (
            "Labels are class numbers, one for each row, and no rows of 0 and 1: `p[rows, labels]` "
            "takes one entry a row, with `rows = np.arange(len(labels))`."
        )
    if "could not be broadcast" in raised.text:
        return (
            "A sum or a maximum along an axis lost that axis, and no longer lines up: "
            "`keepdims=True` leaves it there with length 1."
        )
    if raised.type in ("IndexError", "AxisError"):
        return "An index or an axis reaches beyond the array: print the shapes."
    return None


# ---------------------------------------------------------------------------------------------
# Softmax and its logarithm: functions of an array and an axis


def axis_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """All sorts of axes, a square, rows far from 0, and half as many digits."""
    far = np.array([[1000.0, 998.0, -1000.0], [-1000.0, -1001.0, -999.0]])
    return [
        {"x": draw_array(rng, (2, 3)), "axis": -1},
        {"x": draw_array(rng, (3,)), "axis": None},
        {"x": draw_array(rng, (2, 3)), "axis": 0},
        {"x": draw_array(rng, (3, 3)), "axis": 1},
        {"x": draw_array(rng, (2, 4, 3)), "axis": 1},
        {"x": far + np.round(rng.uniform(-0.5, 0.5, (2, 3)), 2), "axis": -1},
        {"x": draw_array(rng, (4, 1)), "axis": 1},
        {"x": draw_array(rng, (2, 3), dtype="float32"), "axis": 1},
    ]


def axis_check(
    name: str,
    oracle: Callable[[np.ndarray, int], np.ndarray],
    slips: Callable[[np.ndarray, int], Slips],
    look: str,
    cause: str,
) -> Check:
    """A check of a function of an array and an axis."""

    def tried(case: dict[str, Any]) -> str:
        axis = "" if case["axis"] is None else f", axis={case['axis']}"
        return f"{name}({show_array(case['x'])}{axis})"

    def probe(answer: Any, case: dict[str, Any]) -> Any:
        return quietly(answer, case["x"], *([] if case["axis"] is None else [case["axis"]]))

    def judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
        x, axis = case["x"], -1 if case["axis"] is None else case["axis"]
        with np.errstate(all="ignore"):
            known = slips(np.asarray(x, float), axis)
        expected = oracle(x, axis)
        dtype = str(x.dtype)
        return fault_of(tried(case), outcome, ["x"], expected, known, look, cause, dtype, scale=1.0)

    return Check(name, axis_cases, probe, judge, tried=tried, explain=explain)


def axis_slips(
    oracle: Callable[[np.ndarray, int], np.ndarray], x: np.ndarray, axis: int
) -> list[tuple[Any, str]]:
    """The wrong axes that `axis` is mistaken for."""
    found: list[tuple[Any, str]] = []
    if axis % x.ndim != x.ndim - 1:
        found.append(
            (oracle(x, -1), f"This goes along the last axis, whatever `axis` says: {axis}.")
        )
    if axis % x.ndim != 0:
        found.append((oracle(x, 0), f"This goes along axis 0, whatever `axis` says: {axis}."))
    return found


def softmax_slips(x: np.ndarray, axis: int) -> Slips:
    """Known wrong probabilities."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    found = axis_slips(shares, x, axis)
    found += [
        (e, "These are exponentials that nobody divided by their sum: probabilities add up to 1."),
        (np.exp(x), "These exponentials were not divided by their sum: probabilities add up to 1."),
        (np.exp(x) / np.exp(x).sum(), "All entries together add up to 1; each row should."),
        (x / x.sum(axis=axis, keepdims=True), "The exponential is missing: x over its own sum."),
        (shares(-x, axis), "The sign of x is turned round: the largest gets the smallest one."),
        (log_shares(x, axis), "These are the logarithms of the probabilities."),
        (shares(np.clip(x, -700, 700), axis), FLOORED),
    ]
    if x.ndim == 2 and x.shape[0] == x.shape[1]:
        lost = "The sums lost their axis: in a square array they are laid along the wrong one, "
        lost += "and nothing complains. `keepdims=True` keeps the axis."
        found.append((e / e.sum(axis=axis), lost))
    return found


FLOORED = "The logits were cut off at a bound, and 1000 and 998 look alike beyond it."

check_softmax = axis_check(
    "softmax",
    shares,
    softmax_slips,
    "Next: take one row, write down exp of each entry, and divide by their sum.",
    "These are no probabilities of exp(x). ",
)


def log_softmax_slips(x: np.ndarray, axis: int) -> Slips:
    """Known wrong logarithms of probabilities."""
    total = np.exp(x).sum(axis=axis, keepdims=True)
    found = axis_slips(log_shares, x, axis)
    largest = x.max(axis=axis, keepdims=True)
    rest = np.log(np.exp(x - largest).sum(axis=axis, keepdims=True))
    rounded = "A probability so small is 0 to a float, its logarithm -inf. The logarithm itself is "
    rounded += "an ordinary number: take it before rounding, as z minus log-sum-exp."
    bound = "A little was added to the probability before its logarithm, or it was cut off from "
    bound += "below: far out, only that little is left."
    return [
        *found,
        (shares(x, axis), "These are the probabilities: the logarithm is missing."),
        (-log_shares(x, axis), "The sign is turned round: log of a probability is below 0."),
        (x - total, "This subtracts the sum of exponentials, not its logarithm."),
        (largest + rest, "This is log-sum-exp alone: it is to be subtracted from x."),
        (x - rest, "The largest entry was taken out and never put back."),
        (np.log(shares(x, axis)), rounded),
        *((np.log(shares(x, axis) + tiny), bound) for tiny in (1e-12, 1e-10, 1e-9, 1e-8, 1e-7)),
        *((np.log(np.maximum(shares(x, axis), tiny)), bound) for tiny in (1e-300, 1e-15, 1e-12)),
    ]


check_log_softmax = axis_check(
    "log_softmax",
    log_shares,
    log_softmax_slips,
    "Next: log(exp(z) / sum) is z - log(sum), and log(sum) is m + log(sum of exp(z - m)).",
    "This is not the logarithm of the probabilities. ",
)

# ---------------------------------------------------------------------------------------------
# The way back through softmax


def vjp_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Probabilities along each axis, and an upstream that is never uniform."""
    shapes = [((2, 3), -1), ((3,), None), ((3, 2), 0), ((3, 3), 1), ((2, 3, 2), 1), ((1, 4), 1)]
    found = []
    for shape, axis in shapes:
        s = shares(draw_array(rng, shape), -1 if axis is None else axis)
        found.append({"s": s, "upstream": draw_seed(rng, shape), "axis": axis})
    sure = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
    return [*found, {"s": sure, "upstream": draw_seed(rng, (2, 3)), "axis": -1}]


def vjp_tried(case: dict[str, Any]) -> str:
    """The call in words."""
    axis = "" if case["axis"] is None else f", axis={case['axis']}"
    return f"softmax_vjp(s, upstream{axis}) with s = {show_array(np.round(case['s'], 4))} and " + (
        f"upstream = {show_array(case['upstream'])}"
    )


def vjp_probe(answer: Any, case: dict[str, Any]) -> Any:
    """The answer's gradient."""
    axis = [] if case["axis"] is None else [case["axis"]]
    return quietly(answer, case["s"], case["upstream"], *axis)


def vjp_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """Compare with upstream times the Jacobian."""
    s, g = case["s"], case["upstream"]
    axis = -1 if case["axis"] is None else case["axis"]
    along = {"axis": axis, "keepdims": True}
    weighted = (s * g).sum(**along)
    right = through_softmax(s, g, axis)
    alone = "Only the logit's own probability is counted. A logit moves *all* probabilities of its "
    alone += "row: off the diagonal the Jacobian has -s_i s_j."
    nothing = "All zeros. That is right where the upstream is uniform: probabilities add up to 1, "
    nothing += "and a test with ones cannot tell it from the truth; here upstream differs."
    slips: list[tuple[Any, str]] = [
        (np.zeros_like(s), nothing),
        (s * (1 - s) * g, alone),
        (s * (1 - s), "The upstream gradient is not used."),
        (-right, "The sign is turned round."),
        (s * g, "The second term is missing: the weighted mean of the upstream, subtracted."),
        (g - weighted, "The factor s in front is missing."),
        (s * (g - g.sum(**along)), "The upstream is summed without weights: the probabilities."),
        (s * (g - g.mean(**along)), "This is the plain mean of the upstream; weigh it by s."),
        (s * (g - (s * g).mean(**along)), "The weights already add up to 1: sum, and no mean."),
        (s * g - weighted, "The factor s belongs to both terms."),
        (s * (g - (s * g).sum()), "The sum goes over all rows; each row has its own."),
        *axis_slips(lambda g, axis: through_softmax(s, g, axis), g, axis),
        *axis_slips(lambda g, axis: s * (g - (s * g).sum(axis=axis, keepdims=True)), g, axis),
        (jacobians(s), "This is the whole Jacobian: multiply it by the upstream."),
    ]
    if s.ndim == 2 and s.shape[0] == s.shape[1]:
        lost = "The sum lost its axis: in a square array it is laid along the wrong one, and "
        lost += "nothing complains. `keepdims=True` keeps the axis."
        slips.append((s * (g - (s * g).sum(axis=axis)), lost))
    look = "Next: on paper, with s = (0.5, 0.5) and upstream (1, 0): the gradient is (0.25, -0.25)."
    cause = "This is not upstream times the Jacobian, diag(s) - s s^T. "
    scale = float(np.abs(s * g).max())
    return fault_of(
        vjp_tried(case), outcome, ["s", "upstream"], right, slips, look, cause, scale=scale
    )


check_softmax_vjp = Check(
    "softmax_vjp", vjp_cases, vjp_probe, vjp_judge, tried=vjp_tried, explain=explain
)

# ---------------------------------------------------------------------------------------------
# Cross-entropy and its gradient


def loss_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Each reduction on batches of several sizes, a square one, and logits far from 0."""
    kinds = [(4, 3, None), (4, 3, "sum"), (4, 3, "none"), (3, 3, "mean"), (3, 3, "none")]
    kinds += [(1, 2, "mean"), (2, 4, "none")]
    found = [loss_case(rng, draw_array(rng, (n, c)), reduction) for n, c, reduction in kinds]
    far = loss_case(rng, np.array([[1000.0, -1000.0, 3.0], [-1000.0, -998.0, 1000.0]]), "mean")
    far["labels"] = np.array([1, 2])  # one as wrong as can be, one right
    return [*found, far]


def loss_case(
    rng: np.random.Generator, logits: np.ndarray, reduction: str | None
) -> dict[str, Any]:
    """Labels, with a 0 and the last class among them where there is room, and an upstream."""
    rows, classes = logits.shape
    labels = np.array(rng.integers(classes, size=rows))
    labels[:2] = [classes - 1, 0][:rows]
    upstream = draw_seed(rng, (rows,) if reduction == "none" else ())
    return {"logits": logits, "labels": labels, "upstream": upstream, "reduction": reduction}


def loss_tried(case: dict[str, Any], name: str = "cross_entropy", upstream: str = "") -> str:
    """The call in words."""
    reduction = f', reduction="{case["reduction"]}"' if case["reduction"] else ""
    given = f"logits = {show_array(case['logits'])} and labels = {show_array(case['labels'])}"
    if upstream:
        given += f" and upstream = {show_array(case['upstream'])}"
    return f"{name}(logits, labels{upstream}{reduction}) with {given}"


def loss_probe(answer: Any, case: dict[str, Any]) -> Any:
    """The answer's loss."""
    reduction = [case["reduction"]] if case["reduction"] else []
    outcome = quietly(answer, case["logits"], case["labels"], *reduction)
    return outcome | {"result": scalar(outcome["result"])}


def scalar(result: Any) -> Any:
    """A NumPy array without axes as the number in it."""
    return result.item() if isinstance(result, np.ndarray) and result.shape == () else result


def loss_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """Compare with minus the logarithm of the probability of the label."""
    z, labels, reduction = case["logits"], case["labels"], case["reduction"] or "mean"
    rows, classes = z.shape
    losses = -(log_shares(z) * one_hot(labels, classes)).sum(axis=1)
    p = shares(z)[range(rows), labels]
    tried, got = loss_tried(case), outcome["result"]
    with np.errstate(all="ignore"):
        slips = [
            (losses.sum(), f"This is the sum; with {reduction!r} something else was asked for."),
            (losses.mean(), f"This is the mean; with {reduction!r} something else was asked for."),
            (losses, f"This is a loss for each row; with {reduction!r} one number was asked for."),
            (losses.sum() / z.size, "Divided by rows times classes: a loss is the mean over rows."),
            (reduced(-losses, reduction), "The sign is turned round: the log of p is below 0."),
            (reduced(1 - p, reduction), "This is 1 - p: the logarithm is missing."),
            (reduced(-p, reduction), "The logarithm is missing."),
            (reduced(p, reduction), "These are probabilities: minus their logarithm is the loss."),
            (reduced(-np.log(1 - p), reduction), "This is the loss of the *other* classes, 1 - p."),
            (
                reduced(-log_shares(z, 0)[range(rows), labels], reduction),
                "Softmax along axis 0: "
                "the classes are the last axis, and the rows have nothing to do with each other.",
            ),
            (
                reduced(-log_shares(z)[range(rows), labels - 1], reduction),
                "The labels begin at 0: this is the class before the right one.",
            ),
            (
                reduced(-z[range(rows), labels], reduction),
                "These are the logits of the labels: the log-sum-exp of the row is missing.",
            ),
            *all_pairs(-log_shares(z)[:, labels], reduction),
            *as_one_hot(log_shares(z), labels, reduction),
        ]
        if np.abs(z).max() > 100:
            rounded = "The label's probability rounds to 0, and log(0) is -inf. From log-softmax "
            rounded += "the loss is an ordinary number."
            slips.insert(0, (reduced(-np.log(p), reduction), rounded))
    look = "Next: take one row. Its loss is minus the log-softmax at the column of its label."
    cause = "Not minus the logarithm of the label's probability. "
    if np.abs(z).max() > 100:
        cause = "A little was added to the probability before its log, or it was cut off: far out "
        cause += "the loss no longer sees how wrong the logits are. "
    if isinstance(got, float) and np.isnan(got):
        slips, cause = [], "nan is what inf / inf and inf - inf give: an exponential overflowed. "
    expected = np.asarray(reduced(losses, reduction))
    return fault_of(
        tried, outcome | {"result": got}, ["logits", "labels"], expected, slips, look, cause
    )


def all_pairs(pairs: np.ndarray, reduction: str) -> Slips:
    """What comes of `[:, labels]`: each row at each label."""
    cause = (
        "`[:, labels]` takes all labels in every row. One entry a row is `[rows, labels]`, with "
    )
    cause += "`rows = np.arange(len(labels))`."
    return [(pairs if reduction == "none" else reduced(pairs, reduction), cause)]


def as_one_hot(log_p: np.ndarray, labels: np.ndarray, reduction: str) -> Slips:
    """What comes of class numbers that are multiplied as if they were rows of 0 and 1."""
    if log_p.shape[0] != log_p.shape[1]:
        return []
    cause = (
        "Labels are class numbers, one for each row. Multiplied as if they were rows of 0 and 1 "
    )
    cause += "they weigh the columns, and in a square batch nothing complains."
    products = -(labels * log_p).sum(axis=1)
    return [(reduced(products, reduction), cause)]


check_cross_entropy = Check(
    "cross_entropy", loss_cases, loss_probe, loss_judge, tried=loss_tried, explain=explain
)


def gradient_tried(case: dict[str, Any]) -> str:
    """The call in words."""
    return loss_tried(case, "cross_entropy_vjp", ", upstream")


def gradient_probe(answer: Any, case: dict[str, Any]) -> Any:
    """The answer's gradient of the logits."""
    reduction = [case["reduction"]] if case["reduction"] else []
    upstream = scalar(case["upstream"])
    return quietly(answer, case["logits"], case["labels"], upstream, *reduction)


def gradient_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """Compare with p - y, through log-softmax and its Jacobian."""
    z, labels, reduction = case["logits"], case["labels"], case["reduction"] or "mean"
    upstream = np.asarray(case["upstream"])
    rows, classes = z.shape
    y, p = one_hot(labels, classes), shares(z)
    share = 1 / rows if reduction == "mean" else 1.0
    each = (upstream * share) * np.ones(rows)
    right = (p - y) * each[:, None]
    missing = "The 1/N of the mean is missing: a batch twice as large would push twice as hard."
    other = "The upstream gradient is not used."
    onlyone = "Only the label's column gets a gradient. A logit of another class has a probability "
    onlyone += "too, and pushing that down helps as well: its gradient is p."
    pairs = p.copy()
    pairs[:, labels] -= 1
    slips: list[tuple[Any, str]] = [
        ((p - y) * upstream[..., None], missing),
        ((p - y) * share, other),
        (right / rows, "Divided by the number of rows once too often."),
        (right / classes, "Divided by rows times classes: a mean goes over rows."),
        (
            (p - y) * upstream[..., None] / classes,
            "Divided by the number of classes: a mean goes over rows.",
        ),
        (-right, "The sign is turned round: this is y - p, the way a step goes."),
        (p * each[:, None], "The target is not subtracted: these are probabilities."),
        (-y * each[:, None], "This is the target alone: the probabilities are missing."),
        (right * y, onlyone),
        (
            pairs * each[:, None],
            "`[:, labels]` takes all labels in every row. One entry a row is "
            "`[rows, labels]`, with `rows = np.arange(len(labels))`.",
        ),
        (
            (shares(z, 0) - y) * each[:, None],
            "Softmax along axis 0: the classes are the *last* axis.",
        ),
        (
            (p - labels[:, None]) * each[:, None],
            "The class *number* was subtracted. The target is "
            "1 in the column of that number and 0 elsewhere.",
        ),
        (
            through_softmax(p, right),
            "p - y is already the gradient of the logits: here it went "
            "back through softmax a second time.",
        ),
        (
            through_softmax(p, -y) * each[:, None],
            "This is the way back for a loss -p. With the "
            "logarithm the gradient of the label's probability is -1/p.",
        ),
    ]
    if reduction == "none" and rows == classes:
        slips.append(
            (
                (p - y) * upstream,
                "There is one upstream for each *row*, and it was laid along the columns: "
                "`upstream[:, None]` turns it.",
            )
        )
    look = "Next: one row with p = (0.7, 0.2, 0.1) and label 0 has the gradient (-0.3, 0.2, 0.1)."
    cause = "Not p - y, times the upstream, and over N for a mean. "
    names = ["logits", "labels", "upstream"]
    return fault_of(gradient_tried(case), outcome, names, right, slips, look, cause)


def gradient_explain(case: dict[str, Any], raised: Raised) -> str | None:
    """Why a line of an answer raised; an upstream for each row is the usual reason."""
    if case["reduction"] == "none" and "broadcast" in raised.text:
        return (
            "The upstream, one number a row, does not line up with rows of logits: "
            "`upstream[:, None]` makes it a column."
        )
    return explain(case, raised)


check_cross_entropy_vjp = Check(
    "cross_entropy_vjp",
    loss_cases,
    gradient_probe,
    gradient_judge,
    tried=gradient_tried,
    explain=gradient_explain,
)

# ---------------------------------------------------------------------------------------------
# The same gradient in steps, and how far it is from the fused one


def composed_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Batches of several sizes, one of them square."""
    sizes = [(4, 3), (3, 3), (1, 2), (2, 5)]
    return [loss_case(rng, draw_array(rng, size), None) for size in sizes]


def composed_tried(case: dict[str, Any]) -> str:
    """The call in words."""
    given = f"logits = {show_array(case['logits'])} and labels = {show_array(case['labels'])}"
    return f"composed_gradient(logits, labels, softmax, softmax_vjp) with {given}"


def composed_probe(answer: Any, case: dict[str, Any]) -> Any:
    """The answer's gradient, and what it sent back through softmax."""
    sent = []

    def forward(x: Any, axis: int = -1) -> np.ndarray:
        return shares(x, axis)

    def back(s: Any, upstream: Any, axis: int = -1) -> np.ndarray:
        sent.append([np.array(s, float), np.array(upstream, float)])
        return through_softmax(np.asarray(s, float), np.asarray(upstream, float), axis)

    def answered(logits: Any, labels: Any) -> Any:
        return answer(logits, labels, forward, back)

    return quietly(answered, case["logits"], case["labels"]) | {"sent": sent}


def composed_judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    """Look at what went back through softmax, then at the gradient."""
    z, labels = case["logits"], case["labels"]
    rows, classes = z.shape
    y, p = one_hot(labels, classes), shares(z)
    tried = composed_tried(case)
    look = "Next: write the forward steps down, p, picked, loss, and go back one at a time."
    if fault := changed_array_fault(tried, outcome, ["logits", "labels"]):
        return fault
    if not outcome["sent"]:
        cause = "The fused formula is what this is to be compared with: here every step goes back "
        cause += "by its own rule."
        found = Words("no call of softmax_vjp")
        return report(tried, found, Words("the way back through softmax"), cause, look)
    s, upstream = outcome["sent"][-1]
    right = -y / p / rows
    at_shares = f"{tried}: the upstream that went into softmax_vjp"
    slips = [
        (right * rows, "The mean's 1/N is missing on the way back."),
        (-right, "The loss is *minus* a logarithm."),
        (-y / rows, "The way back through log is missing: its partial is 1/p."),
        (
            -1 / p / rows,
            "Only the label's probability was picked; the others have no part in the loss: 0.",
        ),
        (
            -np.log(p) * y / rows,
            "This is the loss itself, not its slope: the partial of log is 1/p.",
        ),
        (p - y, "This is the gradient of the *logits*. The probabilities come first."),
        ((p - y) / rows, "This is the gradient of the *logits*. The probabilities come first."),
    ]
    cause = "The loss is the mean of -log(p[label]): each label's probability gets -1/(N p). "
    if fault := difference(at_shares, upstream, right, slips, look, cause=cause, rel=1e-9):
        return fault
    if fault := difference(
        f"{tried}: the s that went into softmax_vjp",
        s,
        p,
        [],
        look,
        cause="softmax_vjp takes the probabilities, softmax's own result. ",
    ):
        return fault
    cause = "What softmax_vjp returns *is* the gradient of the logits: nothing is left to do. "
    return fault_of(tried, outcome, ["logits", "labels"], (p - y) / rows, [], look, cause)


check_composed_gradient = Check(
    "composed_gradient", composed_cases, composed_probe, composed_judge, tried=composed_tried
)


def fused(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """p - y over N."""
    return (shares(logits) - one_hot(labels, logits.shape[1])) / len(labels)


def composed(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The same, step by step."""
    p = shares(logits)
    return through_softmax(p, -one_hot(labels, logits.shape[1]) / p / len(labels))


def nudged(by: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """The fused gradient with its last entry off by so much, and its first by a tenth of it."""

    def gradient(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
        found = fused(logits, labels)
        found[-1, -1] += by
        found[0, 0] += by / 10
        return found

    return gradient


GRADIENTS = {
    "fused": fused,
    "composed": composed,
    "fused, one entry 0.5 more": nudged(0.5),
    "fused, one entry 0.25 less": nudged(-0.25),
    "fused, one entry 1e-9 more": nudged(1e-9),
}


def agreement_cases(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Gradients a known distance apart, and the two that should be one."""
    pairs = [(other, "fused") for other in list(GRADIENTS)[2:]]
    pairs += [("fused", "fused, one entry 0.5 more"), ("composed", "fused")]
    batches = [loss_case(rng, draw_array(rng, (4, 3)), None) for _ in pairs]
    return [
        {"one": one, "other": other, "logits": batch["logits"], "labels": batch["labels"]}
        for (one, other), batch in zip(pairs, batches, strict=True)
    ]


def agreement_tried(case: dict[str, Any]) -> str:
    """The call in words."""
    given = f"f = {case['one']}, g = {case['other']}"
    return f"largest_difference(f, g, logits, labels) with {given}, and 4 rows of 3 logits"


def agreement_probe(answer: Any, case: dict[str, Any]) -> Any:
    """The distance that the answer measures."""
    one, other = GRADIENTS[case["one"]], GRADIENTS[case["other"]]
    return scalar(answer(one, other, case["logits"], case["labels"]))


def agreement_judge(case: dict[str, Any], got: Any) -> str | None:
    """Compare with the size of the nudge; two ways to one gradient are 1e-12 apart at most."""
    tried = agreement_tried(case)
    if fault := number_fault(tried, got):
        return fault
    given = (case["logits"], case["labels"])
    off = GRADIENTS[case["one"]](*given) - GRADIENTS[case["other"]](*given)
    far = float(np.abs(off).max())
    if case["one"] == "composed":
        if 0 <= got < 1e-12:
            return None
        cause = "Two ways to one gradient differ by rounding only. "
        return report(tried, got, Words("less than 1e-12"), cause)
    if close(got, far, rel=1e-5):
        return None
    slips = [
        (-far, "A difference below 0 is a difference too: take the size, `np.abs`, of each entry."),
        (float(off.max()), "A difference below 0 is a difference too: take `np.abs` first."),
        (float(np.abs(off).mean()), "This is the mean: one entry that is off hides among others."),
        (float(np.abs(off).sum()), "These are all differences together; the largest is asked for."),
        (float(np.sqrt((off**2).mean())), "This is a root mean square: the largest is asked for."),
        (abs(float(off.sum())), "Summed first: differences of both signs cancel."),
        (
            float(
                abs(
                    np.abs(off + GRADIENTS[case["other"]](*given)).max()
                    - np.abs(GRADIENTS[case["other"]](*given)).max()
                )
            ),
            "This compares the largest entry of each; subtract entry by entry first.",
        ),
    ]
    cause = next((words for wrong, words in slips if close(got, wrong, rel=1e-5)), "")
    cause = cause or "Not the largest size of a difference between two entries at one place."
    look = "Next: `f(logits, labels) - g(logits, labels)` is an array: print it."
    return report(tried, got, far, cause, look)


check_largest_difference = Check(
    "largest_difference",
    agreement_cases,
    agreement_probe,
    agreement_judge,
    tried=agreement_tried,
)
