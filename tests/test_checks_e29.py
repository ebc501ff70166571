"""The checks of exercise 29: right answers in unusual forms, and rules that are what they say."""

import math

import numpy as np
import pytest

from autograd_lesson.checks.e29_where_there_is_no_slope import (
    RULES,
    check_is_allowed,
    check_quarrel,
    check_shared_maximum,
    do_agree,
    rules_to_ask,
)


def with_numpy(pull, push, xs, vs):
    contributions, speeds = np.array(pull(1.0, xs)), np.array(vs)
    moving = speeds != 0
    reverse, forward = np.sum(contributions[moving] * speeds[moving]), np.float64(push(xs, vs))
    is_close = np.isclose(reverse, forward, rtol=1e-9, atol=1e-12, equal_nan=True)
    return None if is_close else (reverse, forward)


def as_array(*given):
    found = with_numpy(*given)
    return None if found is None else np.array(found)


def maximum_with_numpy(xs, g, vs):
    ties = np.array(xs) == np.max(xs)
    return g * ties / ties.sum(), np.array(vs)[ties].mean()


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_is_allowed, lambda b, a, s: np.minimum(b, a) <= s <= np.maximum(b, a)),
        (check_is_allowed, lambda b, a, s: (s - b) * (s - a) <= 0),
        (check_is_allowed, lambda b, a, s: sorted([b, a])[0] <= s <= sorted([b, a])[1]),
        (check_quarrel, with_numpy),
        (check_quarrel, lambda *given: found if (found := with_numpy(*given)) else None),
        (check_quarrel, as_array),
        (check_shared_maximum, maximum_with_numpy),
        (check_shared_maximum, lambda *given: list(maximum_with_numpy(*given))),
    ],
)
def test_a_right_answer_in_an_unusual_form_passes(check, answer, capsys):
    check(answer)
    assert "checks pass" in capsys.readouterr().out


@pytest.mark.parametrize("name", RULES)
def test_a_rule_keeps_its_word_or_breaks_it_as_the_check_says(name):
    """Half of the rules are right: an answer that says one thing of all fails."""
    keeps = {"times", "rounded", "tiny", "root at 0", "0 / 0", "still"}
    for seed in range(20):
        cases = {case["rule"]: case for case in rules_to_ask(np.random.default_rng(seed))}
        rule, xs, vs = RULES[name], cases[name]["xs"], cases[name]["vs"]
        reverse = math.fsum(c * v for c, v in zip(rule.pull(1.0, xs), vs, strict=True) if v)
        assert do_agree(reverse, rule.push(xs, vs)) == (name in keeps)
