"""Mutants of a rule that hide from a test of a sum, of sizes, or of some of the numbers alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .own_lines import Rule
from .rule_mutants import Mutant, Trial, copies, listed, operands_in, parts_of, passed_on, verdict

EVERYWHERE = 20  # draws at which each of them is wrong: a test may look at one point alone
HIDDEN = {
    "tenth": "a tenth more",
    "one": "one number off",
    "sum": "two numbers off",
    "order": "in another order",
    "size": "wrong sign",
}


def hidden_mutants_of(
    rule: Rule, draw: Callable[[np.random.Generator], Any], seed: int = 0
) -> Iterator[Mutant]:
    """A right rule with one fault that hides, in what one operand gets, and shows at every draw."""
    trials = [trial_of(rule, draw, np.random.default_rng([seed, k])) for k in range(EVERYWHERE)]
    for k, gradient in enumerate(trials[0].slopes):
        for number, (kind, words, _) in enumerate(hiding(gradient)):
            other = hiding_one(rule, k, number)
            if all(verdict(other, [trial])[0] == "wrong" for trial in trials):
                _, wrong_for, proof = verdict(other, trials)
                assert proof
                yield Mutant(kind, words.format(k), other, wrong_for, proof)


def trial_of(rule: Rule, draw: Callable[[np.random.Generator], Any], rng: Any) -> Trial:
    """Operands that are drawn, and as their slopes what the rule passes on, which is right."""
    operands = operands_in(draw(rng))
    result, _ = parts_of(rule(*copies(operands)))
    trial = Trial(operands, rng.normal(size=result.shape), result, [])
    return trial._replace(slopes=[x.astype(float) for x in passed_on(rule, trial)[1]])


def hiding(gradient: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """The gradient of operand {} with one fault after the other, and what each of them is."""
    flat, size = gradient.ravel(), gradient.size
    ends = int(size > 3)  # stay as they are, in case a test looks at the first or the last
    places = (1, size - 2) if ends else tuple(range(size))
    by = np.abs(flat).max(initial=0.0) * np.eye(size)
    turned = flat.copy()
    turned[ends : size - ends] = flat[ends : size - ends][::-1]
    yield "tenth", "the numbers that operand {} gets are a tenth too large", 1.1 * flat
    for place in places:
        yield "one", f"of what operand {{}} gets number {place} is too large", flat + by[place]
    if size > 1:
        words = f"of what operand {{}} gets number {places[0]} is too large, and number {places[1]}"
        yield "sum", f"{words} too small by as much", flat + by[places[0]] - by[places[1]]
    yield "order", "the numbers that operand {} gets stand in another order", turned
    yield "size", "the numbers that operand {} gets have the wrong sign", -flat


def hiding_one(rule: Rule, k: int, number: int) -> Rule:
    """The rule, which passes on to operand k a gradient with the fault of this number."""

    def faulty(*operands: Any) -> Any:
        result, back = rule(*operands)
        ways = listed(back)

        def wrong(g: np.ndarray, right: Rule = ways[k]) -> np.ndarray:
            gradient = np.asarray(right(g), float)
            return [*hiding(gradient)][number][2].reshape(gradient.shape)

        ways[k] = ways[k] and wrong
        return result, tuple(ways) if isinstance(back, tuple | list) else ways[0]

    return faulty
