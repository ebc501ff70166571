"""The checks of exercise 21 take every right answer, however it is written."""

import numpy as np
import pytest
from wrong_answers import right_answer

from autograd_lesson.checks.e21_forward_mode import (
    check_agree,
    check_derive,
    check_dual,
    check_elementary,
    check_jacobian,
)

Dual, _ = right_answer(check_elementary)


class OfTwoRules(Dual):
    """A difference is a sum with the opposite, a quotient a product with the inverse."""

    def __add__(self, other):
        other = self.of(other)
        return OfTwoRules(np.add(self.value, other.value), np.add(self.tangent, other.tangent))

    def __sub__(self, other):
        return self + self.of(other) * -1

    def __mul__(self, other):
        other = self.of(other)
        both = np.dot([self.value, self.tangent], [other.tangent, other.value])
        return OfTwoRules(self.value * other.value, both)

    def __truediv__(self, other):
        return self * self.of(other) ** -1

    def __pow__(self, k):
        return OfTwoRules(self.value**k, k * self.value**k / self.value * self.tangent)


def elementary_of_numpy(name, x):
    """Slopes by the complex step, which loses no digit."""
    f, step = getattr(np, name), 1e-200
    return Dual(f(x.value), (f(complex(x.value, step)).imag / step) * x.tangent)


def jacobian_filled_in(push, pull, n, m, mode):
    J = np.empty((m, n))
    if mode == "forward" or (mode == "cheaper" and n <= m):
        for j in range(n):
            J[:, j] = push([float(i == j) for i in range(n)])
    else:
        for i in range(m):
            J[i] = pull(tuple(float(i == j) for j in range(m)))
    return J


def agree_by_size(push, pull, n, m):
    """A NumPy bool, from numbers that are not drawn at random."""
    v, u = np.sqrt(np.arange(2, n + 2)), np.cbrt(np.arange(3, m + 3))
    one, other = np.dot(u, push(list(v))), np.dot(pull(list(u)), v)
    return np.abs(one - other) <= 1e-10 * max(abs(one), abs(other))


def with_tags(tags):
    """The solution with other tags, one after the other."""
    return right_answer(
        check_derive,
        "next(TAGS)",
        "next(OTHERS)",
        "def derive(f)",
        f"OTHERS = {tags}\n\ndef derive(f)",
    )


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_dual, OfTwoRules),
        (check_elementary, (Dual, elementary_of_numpy)),
        (check_jacobian, jacobian_filled_in),
        (check_agree, agree_by_size),
        (check_derive, with_tags("itertools.count(10, 5)")),
        (check_derive, with_tags("map(math.sqrt, itertools.count())")),
    ],
)
def test_every_way_to_write_a_right_answer_passes(check, answer):
    check(*answer) if isinstance(answer, tuple) else check(answer)
