"""The misconceptions that this course knows: what is believed, where it is treated, how it shows.

A mistake that a check has seen has a name made of the words that it told, and a missed prediction
that of the slip that gives its number. Either may show a misconception, which is then asked again.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple


class Misconception(NamedTuple):
    """One belief that does not hold: what it is about, the lesson that treats it, how it shows.

    `slips` are those of `teaching.diagnosis`; `signs` are pieces of the names that checks give to
    mistakes, after the number of the exercise: "05 wrote-over".
    """

    name: str
    topic: str  # in words that give nothing away
    claim: str  # what is believed
    lesson: str
    slips: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


MISCONCEPTIONS = (
    Misconception(
        "M1",
        "several paths",
        "of several paths one counts",
        "02",
        (
            "missing path",
            "only one path",
            "missing contribution",
            "two missing paths",
            "path counted twice",
            "sum and product",
        ),
        (
            "02 sum-without-the",
            "02 one-path-alone",
            "02 visited-before-was-skipped",
            "02 parallel-edges",
            "04 operand-twice-is-two-edges",
            "05 stands-twice",
            "16 one-path-is-missing",
        ),
    ),
    Misconception(
        "M2",
        "when a value may pass on",
        "recursion finds a good order by itself",
        "05",
        ("wrong order", "passed on too early"),
        ("02 before-it-is-complete", "05 were-crossed", "05 which-use-had-not"),
    ),
    Misconception(
        "M3",
        "the order of the way back",
        "operands first is the order backward",
        "05",
        (),
        ("05 from-the-operands-to-the-root", "02 order-is-the-one-of-the-forward"),
    ),
    Misconception(
        "M4",
        "`=` or `+=`",
        "`=` is enough where gradients arrive",
        "05",
        ("replaced contribution",),
        ("04 was-there-before-is-gone", "05 wrote-over", "05 replaced-what-the-pass"),
    ),
    Misconception(
        "M5",
        "a second backward()",
        "backward() may be called again",
        "05",
        (),
        ("05 gradient-of-an-earlier-pass", "05 was-set-not-added-to", "08 two-passes-give-twice"),
    ),
    Misconception(
        "M6",
        "setting gradients to 0",
        "gradients go back to 0 by themselves",
        "05",
        (),
        ("05 only-the-leaves-add-up", "09 second-gradient", "09 set-to-zero-after", "09 loss-has"),
    ),
    Misconception(
        "M7",
        "partials from operands and results",
        "a partial comes from the input alone",
        "04",
        ("lost factor", "other partial", "lost sign", "lost upstream"),
        ("04 have-changed-places", "04 result-itself-not-its-slope", "21 exp-is-no-power"),
    ),
    Misconception(
        "M8",
        "gradients in pictures",
        "a drawing shows gradients by itself",
        "10",
        ("another quantity",),
        ("02 number-of-the-forward-pass", "02 value-itself"),
    ),
    Misconception("M9", "names and circles", "`x = x * x` makes a circle", "05", (), ()),
    Misconception(
        "M10",
        "what a test sees",
        "tests pass, so the gradient is right",
        "07",
        (),
        ("05 it-accepts", "07 nobody-misses", "07 this-rule-is-right", "07 writing-over"),
    ),
    Misconception(
        "M11",
        "how close is equal",
        "equal to four places is equal",
        "07",
        (),
        ("07 off-by-thousandth", "07 are-small-and", "07 they-part-at", "21 in-the-seventh-digit"),
    ),
    Misconception(
        "M12",
        "sums and means as losses",
        "the sum of squares and the mean are one loss",
        "09",
        (),
        (
            "09 gradient-of-the-mean",
            "09 gradient-of-the-sum",
            "09 larger-rate",
            "15 of-the-mean-is",
        ),
    ),
    Misconception(
        "M13",
        "measuring against walking back",
        "autograd measures slopes, or rewrites formulas",
        "21",
        (),
        ("01 half-forward-difference", "01 every-slope-is-twice", "21 whole-jacobian"),
    ),
    Misconception(
        "M14",
        "the way back of a broadcast",
        "a broadcast sends the upstream back as it is",
        "12",
        (),
        (
            "12 as-it-came",
            "12 ones-not-yet",
            "12 first-copy-alone",
            "12 new-axes-are-still",
            "12 stretched-axes-are",
            "16 was-copied-to-all-rows",
            "13 contribution-for-each-copy",
        ),
    ),
    Misconception(
        "M15",
        "equal shapes",
        "the shapes match, so it is right",
        "13",
        (),
        (
            "13 axes-are-turned-round",
            "13 two-contributions-have-changed",
            "13 in-square-every-order",
            "14 shape-is-right",
            "21 rows-and-columns",
        ),
    ),
    Misconception(
        "M16",
        "the way back of softmax",
        "the gradient of softmax is s(1 - s)",
        "15",
        (),
        (
            "15 only-the-logit-own",
            "15 second-term-is-missing",
            "15 whole-jacobian",
            "15 upstream-is-summed-without",
            "15 only-the-label",
            "15 target-is-not-subtracted",
        ),
    ),
    Misconception(
        "M17",
        "the way back of a mean",
        "mean and variance are constants",
        "16",
        (),
        ("16 taken-for-constant",),
    ),
    Misconception(
        "M18",
        "what the way back costs",
        "the way back costs what the way forward costs",
        "20",
        (),
        (
            "20 everything-is-computed-at-once",
            "20 every-result-is-kept",
            "20 once-forward-and-once",
        ),
    ),
    Misconception(
        "M19",
        "writes between forward and back",
        "to edit data after the way forward does no harm",
        "19",
        (),
        (
            "19 output-was-written",
            "19 before-the-write",
            "19 write-was-not-counted",
            "04 changed-its",
        ),
    ),
    Misconception(
        "M20",
        "memory and work in place",
        "working in place always saves memory",
        "19",
        (),
        ("19 is-kept-beside-it", "20 copy-costs-as-much"),
    ),
    Misconception(
        "M21",
        "which way an edge runs",
        "an edge runs from the result to what it is made of",
        "03",
        (),
        ("02 points-backwards", "10 arrows-point-the-wrong-way", "03 sides-have-changed-places"),
    ),
    Misconception(
        "M22",
        "relu at 0",
        "without a derivative at 0, relu has no gradient",
        "06",
        (),
        ("06 one-half-lies-between", "06 op-declares", "06 tie", "06 of-what-was-cut-off"),
    ),
    Misconception(
        "M23",
        "the scale of a loss",
        "a larger loss teaches faster",
        "09",
        (),
        ("09 same-rate", "09 up-the-gradient", "18 rate-too-large", "18 limit-were-scaled-up"),
    ),
    Misconception(
        "M24",
        "values and edges",
        "the arrows of a graph are its operations",
        "02",
        (),
        ("02 edge-joins-two-values", "02 no-value-of-this-code", "10 edges-are-counted-wrong"),
    ),
    Misconception(
        "M25",
        "what fusion saves",
        "fusion saves arithmetic",
        "28",
        (),
        ("28 every-row-is-written", "28 count-line-by-line"),
    ),
    Misconception(
        "M26",
        "when the place of an array is free",
        "an array is free when the next line has read it",
        "28",
        (),
        ("28 life-ends-at-its-first", "28 results-are-to-be-there", "28 another-still-lies"),
    ),
    Misconception(
        "M27",
        "what can be one loop",
        "every chain of ops can be one loop",
        "28",
        (),
        ("28 is-in-the-pass-that-computes", "28 itself-is-one-pass-too-late"),
    ),
)
MOST_OF_A_LESSON = 2  # shown by one prediction that nobody can explain
BY_NAME = {each.name: each for each in MISCONCEPTIONS}


def shown_by(event: dict[str, Any]) -> list[Misconception]:
    """The misconceptions that an event of the log shows; of most it shows none.

    A missed prediction without a known slip shows what its lesson is about.
    """
    mistake = event.get("mistake", "")
    if event["kind"] == "check" and event["state"] == "fail":
        signs = ((each, sign.split(" ")) for each in MISCONCEPTIONS for sign in each.signs)
        found = [
            each
            for each, (exercise, words) in signs
            if event["exercise"] == exercise and re.search(rf"(^|-){words}(-|$)", mistake)
        ]
        return list(dict.fromkeys(found))[:1]
    if event["kind"] == "prediction" and not event["right"]:
        known = [each for each in MISCONCEPTIONS if mistake and mistake in each.slips]
        of_lesson = [each for each in MISCONCEPTIONS if each.lesson == event["lesson"]]
        return known or of_lesson[:MOST_OF_A_LESSON]
    return []
