"""The checks of exercise 15: probabilities, their gradient, and the loss that is made of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .accepted import close, unwrapped
from .arrays import (
    Table,
    changed_array_fault,
    difference,
    draw_array,
    draw_seed,
    is_this,
    log_softmax,
    show_array,
    softmax,
)
from .core import Check
from .messages import Words, number_fault, report
from .own_work import BY_HAND
from .plain_data import Raised, in_a_row
from .run_answer import call
from .stages import Faults, Seen, Steps, check_stages
from .vocabulary import check_function, words_of_slip

Array = np.ndarray

# ---------------------------------------------------------------------------------------------
# Oracles: closed forms, each in another shape than the one an answer takes


def jacobians(s: Array) -> Array:
    """diag(s) - s s^T for each row of s: two axes more at the end than a row has."""
    return s[..., :, None] * np.eye(s.shape[-1]) - s[..., :, None] * s[..., None, :]


def through_softmax(s: Array, upstream: Array, axis: int = -1) -> Array:
    """Upstream times the Jacobian of softmax, with the Jacobian written out."""
    rows, above = np.moveaxis(s, axis, -1), np.moveaxis(upstream, axis, -1)
    return np.moveaxis(np.einsum("...ij,...i->...j", jacobians(rows), above), -1, axis)


def one_hot(labels: Array, classes: int) -> Array:
    return np.eye(classes)[labels]


def reduced(losses: Array, reduction: str) -> Any:
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


LOST_AXIS = (
    "The sums lost their axis: in a square array they are laid along the wrong one, and nothing "
    "complains. `keepdims=True` keeps the axis."
)
ALL_LABELS = (
    "`[:, labels]` takes all labels in every row. One entry a row is `[rows, labels]`, with "
    "`rows = np.arange(len(labels))`."
)


# ---------------------------------------------------------------------------------------------
# What all checks here have in common: what NumPy warned of, and why a line raised


def quiet(check: Check) -> Check:
    """The check, which now refuses right numbers too where NumPy had to warn on the way."""
    probed, judged = check.probe, check.judge

    def probe(answer: Any, case: dict[str, Any]) -> dict[str, Any]:
        with warnings.catch_warnings(record=True) as caught:
            with np.errstate(all="warn", under="ignore"):
                warnings.simplefilter("always")
                outcome = probed(answer, case)
        return outcome | {"warned": [str(warning.message) for warning in caught[:1]]}

    def judge(case: dict[str, Any], outcome: dict[str, Any]) -> str | Raised | None:
        with np.errstate(all="ignore"):
            fault = judged(case, outcome)
        if fault or not outcome["warned"]:
            return fault
        cause = "The numbers are right, and on the way something was too large or a logarithm of 0."
        look = "Next: subtract the largest of each row first; then nothing large is left."
        warned = Words(f"the warning {outcome['warned'][0]!r}")
        return report(check.tried(case), warned, Words("no warning"), cause, look)

    check.probe, check.judge, check.own_work = probe, judge, BY_HAND
    return check


def explain(raised: Raised, *given: Any) -> str | None:
    if "could not be broadcast" in raised.text:
        return (
            "A sum or a maximum along an axis lost that axis, and no longer lines up: "
            "`keepdims=True` leaves it there with length 1."
        )
    if raised.type in ("IndexError", "AxisError"):
        return "An index or an axis reaches beyond the array: print the shapes."
    return None


def loss_explain(raised: Raised, *given: Any) -> str | None:
    if "could not be broadcast" in raised.text:
        return (
            "Labels are class numbers, one for each row, and no rows of 0 and 1: `p[rows, labels]` "
            "takes one entry a row, with `rows = np.arange(len(labels))`."
        )
    return explain(raised)


NAN = (
    "nan is what inf / inf, 0 / 0 and inf - inf give. An exponential overflowed, or all of a row "
    "rounded to 0.  Next: which number do you subtract before `np.exp`? In each row the largest "
    "exponent must be 0."
)


def check_quiet_function(*given: Any, **settings: Any) -> Check:
    """A check of a function whose numbers have all their digits, and come without a warning."""
    digits: dict[str, Any] = {"rel": 1e-9, "rel32": 1e-5, "nan": NAN, "explain": explain}
    return quiet(check_function(*given, **digits | settings))


# ---------------------------------------------------------------------------------------------
# Softmax and its logarithm: functions of an array and an axis


def axis_cases(rng: np.random.Generator) -> Iterator[tuple]:
    """All sorts of axes, a square, rows far from 0, and half as many digits."""
    far = np.array([[1000.0, 998.0, -1000.0], [-1000.0, -1001.0, -999.0]])
    yield draw_array(rng, (2, 3)), -1
    yield (draw_array(rng, (3,)),)
    yield draw_array(rng, (2, 3)), 0
    yield draw_array(rng, (3, 3)), 1
    yield draw_array(rng, (2, 4, 3)), 1
    yield far + np.round(rng.uniform(-0.5, 0.5, (2, 3)), 2), -1
    yield draw_array(rng, (4, 1)), 1
    yield draw_array(rng, (2, 3), dtype="float32"), 1


def axis_tried(name: str) -> Callable[..., str]:
    return lambda x, *axis: f"{name}({show_array(x)}{''.join(f', axis={k}' for k in axis)})"


def axis_slips(oracle: Callable[[Array, int], Array], x: Array, axis: int) -> dict[str, Any]:
    """The wrong axes that `axis` is mistaken for."""
    table = {
        f"This goes along the last axis, whatever `axis` says: {axis}.": -1,
        f"This goes along axis 0, whatever `axis` says: {axis}.": 0,
    }
    return {
        words: oracle(x, other) for words, other in table.items() if (axis - other) % x.ndim != 0
    }


def is_square(x: Array) -> bool:
    return x.ndim == 2 and x.shape[0] == x.shape[1]


def softmax_slips(x: Array, axis: int = -1) -> Table:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    table = axis_slips(softmax, x, axis) | {
        "These are exponentials that nobody divided by their sum: probabilities add up to 1.": e,
        "These exponentials were not divided by their sum: probabilities add up to 1.": np.exp(x),
        "All entries together add up to 1; each row should.": np.exp(x) / np.exp(x).sum(),
        "The exponential is missing: x over its own sum.": x / x.sum(axis=axis, keepdims=True),
        "The sign of x is turned round: the largest gets the smallest one.": softmax(-x, axis),
        "These are the logarithms of the probabilities.": log_softmax(x, axis),
        "The logits were cut off at a bound, and 1000 and 998 look alike beyond it.": (
            softmax(np.clip(x, -700, 700), axis)
        ),
    }
    return table | ({LOST_AXIS: e / e.sum(axis=axis)} if is_square(x) else {})


check_softmax = check_quiet_function(
    "softmax(x, axis)",
    axis_cases,
    softmax,
    softmax_slips,
    "These are no probabilities of exp(x). ",
    "Next: take one row, write down exp of each entry, and divide by their sum.",
    scale=lambda *given: 1.0,
    tried=axis_tried("softmax"),
)


def log_softmax_slips(x: Array, axis: int = -1) -> Table:
    largest, p = x.max(axis=axis, keepdims=True), softmax(x, axis)
    rest = np.log(np.exp(x - largest).sum(axis=axis, keepdims=True))
    return axis_slips(log_softmax, x, axis) | {
        "These are the probabilities: the logarithm is missing.": p,
        "The sign is turned round: log of a probability is below 0.": -log_softmax(x, axis),
        "This subtracts the sum of exponentials, not its logarithm.": (
            x - np.exp(x).sum(axis=axis, keepdims=True)
        ),
        "This is log-sum-exp alone: it is to be subtracted from x.": largest + rest,
        "The largest entry was taken out and never put back.": x - rest,
        "A probability so small is 0 to a float, its logarithm -inf. The logarithm itself is "
        "an ordinary number: take it before rounding, as z minus log-sum-exp.": np.log(p),
        "A little was added to the probability before its logarithm, or it was cut off from "
        "below: far out, only that little is left.": (
            *(np.log(p + tiny) for tiny in (1e-12, 1e-10, 1e-9, 1e-8, 1e-7)),
            *(np.log(np.maximum(p, tiny)) for tiny in (1e-300, 1e-15, 1e-12)),
        ),
    }


check_log_softmax = check_quiet_function(
    "log_softmax(x, axis)",
    axis_cases,
    log_softmax,
    log_softmax_slips,
    "This is not the logarithm of the probabilities. ",
    "Next: log(exp(z) / sum) is z - log(sum), and log(sum) is m + log(sum of exp(z - m)).",
    scale=lambda *given: 1.0,
    tried=axis_tried("log_softmax"),
)

# ---------------------------------------------------------------------------------------------
# The way back through softmax


def vjp_cases(rng: np.random.Generator) -> Iterator[tuple]:
    """Probabilities along each axis, and an upstream that is never uniform."""
    for shape, *axis in (
        ((2, 3), -1),
        ((3,),),
        ((3, 2), 0),
        ((3, 3), 1),
        ((2, 3, 2), 1),
        ((1, 4), 1),
    ):
        yield softmax(draw_array(rng, shape), *axis), draw_seed(rng, shape), *axis
    yield np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]), draw_seed(rng, (2, 3)), -1


def vjp_tried(s: Array, upstream: Array, *axis: int) -> str:
    named = "".join(f", axis={k}" for k in axis)
    given = f"s = {show_array(np.round(s, 4))} and upstream = {show_array(upstream)}"
    return f"softmax_vjp(s, upstream{named}) with {given}"


def vjp_slips(s: Array, g: Array, axis: int = -1) -> Table:
    def summed(array: Array, along: int = axis) -> Array:
        return array.sum(axis=along, keepdims=True)

    back = axis_slips(lambda g, k: through_softmax(s, g, k), g, axis)
    again = axis_slips(lambda g, k: s * (g - summed(s * g, k)), g, axis)
    table = {
        "All zeros. That is right where the upstream is uniform: probabilities add up to 1, and a "
        "test with ones cannot tell it from the truth; here upstream differs.": np.zeros_like(s),
        "Only the logit's own probability is counted. A logit moves *all* probabilities of its "
        "row: off the diagonal the Jacobian has -s_i s_j.": s * (1 - s) * g,
        "The upstream gradient is not used.": s * (1 - s),
        "The sign is turned round.": -through_softmax(s, g, axis),
        "The second term is missing: the weighted mean of the upstream, subtracted.": s * g,
        "The factor s in front is missing.": g - summed(s * g),
        "The upstream is summed without weights: the probabilities.": s * (g - summed(g)),
        "This is the plain mean of the upstream; weigh it by s.": (
            s * (g - g.mean(axis=axis, keepdims=True))
        ),
        "The weights already add up to 1: sum, and no mean.": (
            s * (g - (s * g).mean(axis=axis, keepdims=True))
        ),
        "The factor s belongs to both terms.": s * g - summed(s * g),
        "The sum goes over all rows; each row has its own.": s * (g - (s * g).sum()),
        **{words: (wrong, again[words]) for words, wrong in back.items()},
        "This is the whole Jacobian: multiply it by the upstream.": jacobians(s),
    }
    return table | ({LOST_AXIS: s * (g - (s * g).sum(axis=axis))} if is_square(s) else {})


check_softmax_vjp = check_quiet_function(
    "softmax_vjp(s, upstream, axis)",
    vjp_cases,
    through_softmax,
    vjp_slips,
    "This is not upstream times the Jacobian, diag(s) - s s^T. ",
    "Next: on paper, with s = (0.5, 0.5) and upstream (1, 0): the gradient is (0.25, -0.25).",
    scale=lambda s, upstream, *axis: float(np.abs(s * upstream).max()),
    tried=vjp_tried,
)

# ---------------------------------------------------------------------------------------------
# Cross-entropy and its gradient


def draw_labels(rng: np.random.Generator, rows: int, classes: int) -> Array:
    """Labels, with a 0 and the last class among them where there is room."""
    labels = np.array(rng.integers(classes, size=rows))
    labels[:2] = [classes - 1, 0][:rows]
    return labels


def batches(rng: np.random.Generator) -> Iterator[tuple]:
    """Each reduction on batches of several sizes, a square one, and logits far from 0."""
    sizes: list[Any] = [(4, 3), (4, 3, "sum"), (4, 3, "none"), (3, 3, "mean"), (3, 3, "none")]
    for rows, classes, *reduction in [*sizes, (1, 2, "mean"), (2, 4, "none")]:
        logits, labels = draw_array(rng, (rows, classes)), draw_labels(rng, rows, classes)
        upstream = draw_seed(rng, (rows,) if reduction == ["none"] else ())
        yield logits, labels, upstream if reduction == ["none"] else float(upstream), *reduction
    far = np.array([[1000.0, -1000.0, 3.0], [-1000.0, -998.0, 1000.0]])
    draw_labels(rng, 2, 3)
    # one as wrong as can be, one right
    yield far, np.array([1, 2]), float(draw_seed(rng, ())), "mean"


def loss_tried(logits: Array, labels: Array, *reduction: str) -> str:
    named = "".join(f', reduction="{each}"' for each in reduction)
    given = f"logits = {show_array(logits)} and labels = {show_array(labels)}"
    return f"cross_entropy(logits, labels{named}) with {given}"


def gradient_tried(logits: Array, labels: Array, upstream: Any, *reduction: str) -> str:
    said = loss_tried(logits, labels, *reduction).replace("labels", "labels, upstream", 1)
    said = said.replace("cross_entropy", "cross_entropy_vjp")
    return f"{said} and upstream = {show_array(upstream)}"


def is_far(z: Array) -> bool:
    return bool(np.abs(z).max() > 100)


def losses(z: Array, labels: Array) -> Array:
    return -(log_softmax(z) * one_hot(labels, z.shape[1])).sum(axis=1)


def loss_slips(z: Array, labels: Array, reduction: str = "mean") -> Table:
    rows, right = range(len(z)), losses(z, labels)
    p, log_p = softmax(z)[rows, labels], log_softmax(z)
    each = {
        "The sign is turned round: the log of p is below 0.": -right,
        "This is 1 - p: the logarithm is missing.": 1 - p,
        "The logarithm is missing.": -p,
        "These are probabilities: minus their logarithm is the loss.": p,
        "This is the loss of the *other* classes, 1 - p.": -np.log(1 - p),
        "Softmax along axis 0: the classes are the last axis, and the rows have nothing to do with "
        "each other.": -log_softmax(z, 0)[rows, labels],
        "The labels begin at 0: this is the class before the right one.": -log_p[rows, labels - 1],
        "These are the logits of the labels: the log-sum-exp of the row is missing.": (
            -z[rows, labels]
        ),
        ALL_LABELS: -log_p[:, labels],
    }
    if is_square(z):
        each[
            "Labels are class numbers, one for each row. Multiplied as if they were rows of 0 and "
            "1 they weigh the columns, and in a square batch nothing complains."
        ] = -(labels * log_p).sum(axis=1)
    rounded = "The label's probability rounds to 0, and log(0) is -inf. From log-softmax "
    rounded += "the loss is an ordinary number."
    other = f"with {reduction!r} something else was asked for."
    return ({rounded: reduced(-np.log(p), reduction)} if is_far(z) else {}) | {
        f"This is the sum; {other}": right.sum(),
        f"This is the mean; {other}": right.mean(),
        f"This is a loss for each row; with {reduction!r} one number was asked for.": right,
        "Divided by rows times classes: a loss is the mean over rows.": right.sum() / z.size,
        **{words: reduced(wrong, reduction) for words, wrong in each.items()},
    }


def loss_cause(got: Any, z: Array, *given: Any) -> str:
    if is_far(z):
        return (
            "A little was added to the probability before its log, or it was cut off: far out "
            "the loss no longer sees how wrong the logits are. "
        )
    return "Not minus the logarithm of the label's probability. "


check_cross_entropy = check_quiet_function(
    "cross_entropy(logits, labels, reduction)",
    lambda rng: [(z, labels, *rest) for z, labels, _, *rest in batches(rng)],
    lambda z, labels, reduction="mean": np.asarray(reduced(losses(z, labels), reduction)),
    loss_slips,
    loss_cause,
    "Next: take one row. Its loss is minus the log-softmax at the column of its label.",
    tried=loss_tried,
    explain=loss_explain,
)


def p_minus_y(z: Array, labels: Array, upstream: Any, reduction: str = "mean") -> Array:
    """p - y for each row, times what arrives at it."""
    share = 1 / len(z) if reduction == "mean" else 1.0
    return (softmax(z) - one_hot(labels, z.shape[1])) * (np.asarray(upstream) * share)[..., None]


def gradient_slips(z: Array, labels: Array, upstream: Any, reduction: str = "mean") -> Table:
    rows, classes = z.shape
    y, p = one_hot(labels, classes), softmax(z)
    right = p_minus_y(z, labels, upstream, reduction)
    whole = p_minus_y(z, labels, upstream, "sum")
    share = 1 / rows if reduction == "mean" else 1.0
    each = np.full(rows, upstream * share)[:, None]
    pairs = p.copy()
    pairs[:, labels] -= 1
    table = {
        "The 1/N of the mean is missing: a batch twice as large would push twice as hard.": whole,
        "The upstream gradient is not used.": (p - y) * share,
        "Divided by the number of rows once too often.": right / rows,
        "Divided by rows times classes: a mean goes over rows.": right / classes,
        "Divided by the number of classes: a mean goes over rows.": whole / classes,
        "The sign is turned round: this is y - p, the way a step goes.": -right,
        "The target is not subtracted: these are probabilities.": p * each,
        "This is the target alone: the probabilities are missing.": -y * each,
        "Only the label's column gets a gradient. A logit of another class has a probability too, "
        "and pushing that down helps as well: its gradient is p.": right * y,
        ALL_LABELS: pairs * each,
        "Softmax along axis 0: the classes are the *last* axis.": (softmax(z, 0) - y) * each,
        "The class *number* was subtracted. The target is 1 in the column of that number and 0 "
        "elsewhere.": (p - labels[:, None]) * each,
        "p - y is already the gradient of the logits: here it went back through softmax a second "
        "time.": through_softmax(p, right),
        "This is the way back for a loss -p. With the logarithm the gradient of the label's "
        "probability is -1/p.": through_softmax(p, -y) * each,
    }
    if reduction == "none" and is_square(z):
        table[
            "There is one upstream for each *row*, and it was laid along the columns: "
            "`upstream[:, None]` turns it."
        ] = (p - y) * upstream
    return table


def gradient_explain(raised: Raised, *given: Any) -> str | None:
    if given[-1] == "none" and "broadcast" in raised.text:
        return (
            "The upstream, one number a row, does not line up with rows of logits: "
            "`upstream[:, None]` makes it a column."
        )
    return loss_explain(raised)


check_cross_entropy_vjp = check_quiet_function(
    "cross_entropy_vjp(logits, labels, upstream, reduction)",
    batches,
    p_minus_y,
    gradient_slips,
    "Not p - y, times the upstream, and over N for a mean. ",
    "Next: one row with p = (0.7, 0.2, 0.1) and label 0 has the gradient (-0.3, 0.2, 0.1).",
    tried=gradient_tried,
    explain=gradient_explain,
)

# ---------------------------------------------------------------------------------------------
# The same gradient in steps, and how far it is from the fused one


def draw_batch(rng: np.random.Generator, rows: int, classes: int) -> dict[str, Any]:
    logits, labels = draw_array(rng, (rows, classes)), draw_labels(rng, rows, classes)
    draw_seed(rng, ())
    return {"logits": logits, "labels": labels}


def composed_tried(case: dict[str, Any]) -> str:
    given = f"logits = {show_array(case['logits'])} and labels = {show_array(case['labels'])}"
    return f"composed_gradient(logits, labels, softmax, softmax_vjp) with {given}"


def composed_steps(answer: Any, case: dict[str, Any]) -> Steps:
    """The answer's gradient, and what it sent back through softmax."""
    sent = []

    def back(s: Any, upstream: Any, axis: int = -1) -> Array:
        sent.append([np.array(s, float), np.array(upstream, float)])
        return through_softmax(sent[-1][0], sent[-1][1], axis)

    def answered(logits: Any, labels: Any) -> Any:
        return answer(logits, labels, lambda x, axis=-1: softmax(x, axis), back)

    outcome = call(answered, case["logits"], case["labels"])
    gradient = in_a_row(outcome["result"])  # it may send while it is read
    yield "changed", outcome["changed"]
    yield "sent", sent
    yield "gradient", gradient


def composed_slips(y: Array, p: Array) -> Table:
    rows = len(y)
    return {
        "The mean's 1/N is missing on the way back.": -y / p,
        "The loss is *minus* a logarithm.": y / p / rows,
        "The way back through log is missing: its partial is 1/p.": -y / rows,
        "Only the label's probability was picked; the others have no part in the loss: 0.": (
            -1 / p / rows
        ),
        "This is the loss itself, not its slope: the partial of log is 1/p.": -np.log(p) * y / rows,
        "This is the gradient of the *logits*. The probabilities come first.": (
            p - y,
            (p - y) / rows,
        ),
    }


def composed_judge(tried: str, case: dict[str, Any], seen: Seen) -> Faults:
    z, labels, sent, gradient = case["logits"], case["labels"], seen["sent"], seen["gradient"]
    y, p = one_hot(labels, z.shape[1]), softmax(z)
    look = "Next: write the forward steps down, p, picked, loss, and go back one at a time."
    yield changed_array_fault(tried, seen, ["logits", "labels"])
    if not sent:
        cause = "The fused formula is what this is to be compared with: here every step goes back "
        cause += "by its own rule."
        found = Words("no call of softmax_vjp")
        yield report(tried, found, Words("the way back through softmax"), cause, look)
    s, upstream = sent[-1]
    if len(sent) == len(z) and s.shape == z.shape[1:]:  # one row at a time
        s, upstream = (np.stack(each) for each in zip(*sent, strict=True))
    if is_this(gradient, (p - y) / len(y)) and is_this(upstream, -y / p):
        return  # the 1/N came last: every step is linear
    cause = "The loss is the mean of -log(p[label]): each label's probability gets -1/(N p). "
    settings: dict[str, Any] = {"look": look, "rel": 1e-9}
    at, slips = f"{tried}: the upstream that went into softmax_vjp", composed_slips(y, p)
    yield difference(at, upstream, -y / p / len(y), slips, cause=cause, **settings)
    cause = "softmax_vjp takes the probabilities, softmax's own result. "
    yield difference(f"{tried}: the s that went into softmax_vjp", s, p, cause=cause, **settings)
    cause = "What softmax_vjp returns *is* the gradient of the logits: nothing is left to do. "
    yield difference(tried, gradient, (p - y) / len(y), cause=cause, **settings)


check_composed_gradient = quiet(
    check_stages(
        "composed_gradient",
        lambda rng: [draw_batch(rng, *size) for size in [(4, 3), (3, 3), (1, 2), (2, 5)]],
        composed_steps,
        composed_judge,
        tried=composed_tried,
    )
)


def fused(logits: Array, labels: Array) -> Array:
    return p_minus_y(logits, labels, 1.0)


def composed(logits: Array, labels: Array) -> Array:
    """The same gradient, step by step."""
    p = softmax(logits)
    return through_softmax(p, -one_hot(labels, logits.shape[1]) / p / len(labels))


def nudged(by: float) -> Callable[[Array, Array], Array]:
    """The fused gradient with its last entry off by so much, and its first by a tenth of it."""

    def gradient(logits: Array, labels: Array) -> Array:
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
    return [{"one": one, "other": other, **draw_batch(rng, 4, 3)} for one, other in pairs]


def agreement_tried(case: dict[str, Any]) -> str:
    given = f"f = {case['one']}, g = {case['other']}"
    return f"largest_difference(f, g, logits, labels) with {given}, and 4 rows of 3 logits"


def agreement_probe(answer: Any, case: dict[str, Any]) -> Any:
    got = answer(GRADIENTS[case["one"]], GRADIENTS[case["other"]], case["logits"], case["labels"])
    return unwrapped(got)


AGREEMENTS: Table = {
    "A difference below 0 is a difference too: take the size, `np.abs`, of each entry.": (
        lambda one, other: -np.abs(one - other).max()
    ),
    "A difference below 0 is a difference too: take `np.abs` first.": (
        lambda one, other: (one - other).max()
    ),
    "This is the mean: one entry that is off hides among others.": (
        lambda one, other: np.abs(one - other).mean()
    ),
    "These are all differences together; the largest is asked for.": (
        lambda one, other: np.abs(one - other).sum()
    ),
    "This is a root mean square: the largest is asked for.": (
        lambda one, other: np.sqrt(((one - other) ** 2).mean())
    ),
    "Summed first: differences of both signs cancel.": lambda one, other: abs((one - other).sum()),
    "This compares the largest entry of each; subtract entry by entry first.": (
        lambda one, other: abs(np.abs(one).max() - np.abs(other).max())
    ),
}


def agreement_judge(case: dict[str, Any], got: Any) -> str | None:
    tried = agreement_tried(case)
    if fault := number_fault(tried, got):
        return fault
    one, other = (GRADIENTS[case[k]](case["logits"], case["labels"]) for k in ("one", "other"))
    far = float(np.abs(one - other).max())
    if case["one"] == "composed":
        if 0 <= got < 1e-12:
            return None
        cause = "Two ways to one gradient differ by rounding only. "
        return report(tried, got, Words("less than 1e-12"), cause)
    if close(got, far, rel=1e-5):
        return None
    cause = words_of_slip(got, AGREEMENTS, one, other, rel=1e-5)
    cause = cause or "Not the largest size of a difference between two entries at one place."
    look = "Next: `f(logits, labels) - g(logits, labels)` is an array: print it."
    return report(tried, got, far, cause, look)


check_largest_difference = Check(
    "largest_difference", agreement_cases, agreement_probe, agreement_judge, tried=agreement_tried
)
