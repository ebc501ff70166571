"""Mutants of a rule: each wrong by a slope that is measured here once more; and E27 for any op."""

import ast
import html
import importlib
import itertools
import re
from collections.abc import Iterator

import numpy as np
import pytest

from autograd_lesson.checks import CheckFailed
from autograd_lesson.checks.e27_review_and_your_own_op import (
    ROUGHER,
    check_my_op,
    check_my_rule,
    check_my_test,
    roughness,
)
from autograd_lesson.teaching.hidden_mutants import hidden_mutants_of
from autograd_lesson.teaching.rule_mutants import (
    Mutants,
    NoMutantsError,
    last_negated,
    mutants_of,
)

try:
    import torch
except ImportError:
    torch = None

# The ops of the exercise's table, by the last hint of E27.2; and some of nobody's table.


def logsumexp(x):
    top = x.max(axis=1, keepdims=True)
    e = np.exp(x - top)
    total = e.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0], (lambda g: g[:, None] * e / total,)


def cumsum(x):
    return np.cumsum(x, axis=1), lambda g: np.cumsum(g[:, ::-1], axis=1)[:, ::-1]


def sort(x):
    order = np.argsort(x, axis=-1)

    def back(g):
        zeros = np.zeros(x.shape)
        np.put_along_axis(zeros, order, g, axis=-1)
        return zeros

    return np.take_along_axis(x, order, axis=-1), back


def fft(x):
    z = np.fft.fft(x)
    return np.stack([z.real, z.imag]), [lambda g: np.fft.fft(g[0] - 1j * g[1]).real]


def solve(A, b):
    x = np.linalg.solve(A, b)

    def to_b(g):
        return np.linalg.solve(A.T, g)

    return x, (lambda g: -np.outer(to_b(g), x), to_b)


def sinkhorn(K):
    rows = K.sum(axis=1, keepdims=True)
    half = K / rows
    columns = half.sum(axis=0, keepdims=True)
    y = half / columns

    def back(g):
        g = (g - (g * y).sum(axis=0, keepdims=True)) / columns
        return (g - (g * half).sum(axis=1, keepdims=True)) / rows

    return y, back


def square_of_a_number(x):
    return x * x, lambda g: 2 * x * g


def picked(x, index):
    def to_x(g):
        zeros = np.zeros(x.shape)
        np.add.at(zeros, index, g)
        return zeros

    return x[index], (to_x, None)


def product_of_three(a, b, c):
    return a * b * c, (lambda g: g * b * c, lambda g: g * a * c, lambda g: g * a * b)


def clipped(x, low, high):
    inside, below, above = (x > low) & (x < high), x < low, x > high
    to_bounds = (lambda g: (g * below).sum(), lambda g: (g * above).sum())
    return np.clip(x, low, high), (lambda g: g * inside, *to_bounds)


def dropped_out(x, seed):
    keep = np.random.default_rng(seed).random(x.shape) < 0.5
    return x * keep, (lambda g: g * keep, None)


def halved_until_small(x):
    times = 0
    while np.abs(x).max() > 1.0:
        x = x / 2
        times += 1
    return x, lambda g: g / 2**times


scaled = lambda x: (3 * x, lambda g: 3 * g)  # noqa: E731 (a rule whose lines are in no def)


def rows(rng):
    return (rng.normal(size=(2, 4)),)


def matrix_and_vector(rng):
    return rng.normal(size=(3, 3)) + 3 * np.eye(3), rng.normal(size=3)


OPS = {
    "logsumexp": (logsumexp, rows),
    "cumsum": (cumsum, rows),
    "sort": (sort, rows),
    "fft": (fft, lambda rng: rng.normal(size=5)),
    "solve": (solve, matrix_and_vector),
    "sinkhorn": (sinkhorn, lambda rng: rng.uniform(0.5, 2.0, size=(3, 4))),
    "square": (square_of_a_number, lambda rng: float(rng.normal())),
    "picked": (picked, lambda rng: (rng.normal(size=5), rng.integers(5, size=4))),
    "product": (product_of_three, lambda rng: rng.normal(size=(3, 4)).tolist()),
    "clipped": (clipped, lambda rng: (2 * rng.normal(size=6).astype("f4"), -1.0, 1.0)),
    "dropout": (dropped_out, lambda rng: (rng.normal(size=6), int(rng.integers(100)))),
    "one by one": (
        lambda a, b: (a * b, (lambda g: g * b, lambda g: g * a)),
        lambda rng: (rng.normal(size=n) for n in (3, 3)),
    ),
    "halved": (halved_until_small, lambda rng: rng.uniform(1.5, 9.0, size=3)),
    "scaled": (scaled, lambda rng: [rng.normal(size=3)]),
}


def inverse(A):
    B = np.linalg.inv(A)
    return B, lambda g: -B.T @ g @ B.T


def eigenvalues(A):
    values, vectors = np.linalg.eigh((A + A.T) / 2)
    return values, lambda g: (vectors * g) @ vectors.T


def sine_over_x(x):
    return np.sin(x) / x, lambda g: g * (np.cos(x) / x - np.sin(x) / x**2)


def normalised(x):
    y = x - x.mean()
    deviation = np.sqrt((y * y).mean() + 1e-5)
    y = y / deviation
    return y, lambda g: (g - g.mean() - y * (g * y).mean()) / deviation


def far_from_zero(x):
    return 1e6 + np.tanh(x), lambda g: g * (1 - np.tanh(x) ** 2)


DELICATE = OPS | {  # their last digits are lost sooner than those of others
    "inverse": (inverse, lambda rng: rng.normal(size=(3, 3))),
    "eigenvalues": (eigenvalues, lambda rng: rng.normal(size=(3, 3))),
    "sine over x": (sine_over_x, lambda rng: rng.normal(size=4)),
    "normalised": (normalised, lambda rng: rng.normal(size=4)),
    "far from zero": (far_from_zero, lambda rng: rng.normal(size=3)),
}
SOME = [
    pytest.param(name, marks=[pytest.mark.slow] * (name not in ("solve", "picked"))) for name in OPS
]
TABLE = ("logsumexp", "cumsum", "sort", "fft", "solve", "sinkhorn")


def drawn(draw, seed):
    found = draw(np.random.default_rng(seed))
    rows = found if isinstance(found, tuple | list | Iterator) else [found]
    arrays = [x.astype(float) if x.dtype.kind == "f" else x for x in map(np.array, rows)]
    return [x if x.ndim or x.dtype.kind == "f" else x[()] for x in arrays]


def ways_of(rule, operands):
    result, back = rule(*[x.copy() for x in operands])
    return np.asarray(result), list(back) if isinstance(back, tuple | list) else [back]


def slope(rule, operands, upstream, k, place, h=1e-5):
    """One entry of the measured gradient."""
    ends = []
    for step in (h, -h):
        moved = [x.copy() for x in operands]
        moved[k][place] += step
        ends.append(np.sum(upstream * ways_of(rule, moved)[0]))
    return (ends[0] - ends[1]) / (2 * h)


def is_right(rule, draw, seed):
    """Whether a rule agrees with slopes at operands of this seed, for each operand of floats."""
    operands = drawn(draw, seed)
    result, ways = ways_of(rule, operands)
    upstream = np.random.default_rng([seed, 99]).normal(size=result.shape)
    return all(
        np.isclose(np.asarray(ways[k](upstream))[place], slope(rule, operands, upstream, k, place),
                   rtol=1e-4, atol=1e-6)
        for k, x in enumerate(operands) if x.dtype.kind == "f"
        for place in np.ndindex(x.shape)
    )  # fmt: skip


def test_mutants_are_made_after_an_error_was_shown_as_before(monkeypatch):
    """IPython hangs the tree of what has failed to the marks that all trees of a process share."""
    before = [each.words for each in mutants_of(*OPS["logsumexp"]).taken]

    class WholeTree:
        def __deepcopy__(self, memo):
            raise AssertionError("a tree of other code is copied, which takes seconds")

    shared = ast.parse("x").body[0].value.ctx
    assert shared is ast.parse("y").body[0].value.ctx
    monkeypatch.setattr(shared, "parent", WholeTree(), raising=False)
    assert [each.words for each in mutants_of(*OPS["logsumexp"]).taken] == before


@pytest.mark.parametrize("name", OPS)
def test_three_mutants_are_wrong_where_the_rule_is_right_and_compute_the_same_result(name):
    rule, draw = OPS[name]
    assert all(is_right(rule, draw, seed) for seed in range(5))
    found = mutants_of(rule, draw)
    assert len(found.taken) == len(found.rules) == 3
    for mutant in found.rules.values():
        for seed in range(5):
            operands = drawn(draw, seed)
            assert np.allclose(ways_of(mutant, operands)[0], ways_of(rule, operands)[0])
        assert not all(is_right(mutant, draw, seed) for seed in range(5))


@pytest.mark.parametrize("name", OPS)
def test_one_loses_the_upstream_and_one_is_wrong_for_the_last_operand_alone(name):
    rule, draw = OPS[name]
    taken = mutants_of(rule, draw).taken
    assert "upstream" in {each.kind for each in taken}
    operands = drawn(draw, 0)
    floats = [k for k, x in enumerate(operands) if x.dtype.kind == "f"]
    if len(floats) > 1:
        assert (floats[-1],) in {each.wrong_for for each in taken}
        assert any(each.wrong_for[0] != floats[-1] for each in taken)
        assert any(floats[-1] not in each.wrong_for for each in taken)


def test_a_mutant_is_wrong_at_a_number_that_a_test_of_one_number_passes_by():
    x, g = np.arange(1.0, 4.0), np.array([1.0, -2.0, 3.0])
    _, around_it = product_of_three(x, x, x)
    _, (*others, last) = last_negated(product_of_three)(x, x, x)
    assert [way(g).tolist() for way in others] == [way(g).tolist() for way in around_it[:2]]
    assert last(g).tolist() == (around_it[2](g) * [1, -1, -1]).tolist()
    assert last(np.array([1.0, 0.0, 0.0])).tolist() == [-1, 0, 0]  # else it would be right


def test_mutants_are_made_of_the_rules_own_lines_and_say_which():
    words = {each.kind: each.words for each in mutants_of(*OPS["solve"]).taken}
    assert words["transpose"].endswith("`A.T` became `A`")
    line = int(words["transpose"].split()[1].rstrip(":"))
    source = open(__file__, encoding="utf-8").read().splitlines()  # noqa: SIM115
    assert "np.linalg.solve(A.T, g)" in source[line - 1]
    words = {each.kind: each.words for each in mutants_of(*OPS["cumsum"]).taken}
    assert "direction" in words


def test_an_equivalent_change_is_passed_over_and_said():
    told = repr(mutants_of(*OPS["sort"]))
    assert "Passed over as right" in told and "`np.argsort(x, axis=-1)` became" in told


def test_the_page_says_what_the_words_say_and_nothing_becomes_markup():
    found = mutants_of(*OPS["halved"])
    page = found._repr_html_()
    assert page.count("<li>") == 3
    plain = re.sub("<[^>]+>", " ", page.replace("<code>", "`").replace("</code>", "`"))
    told = re.sub(r"^\d\. ", "", repr(found), flags=re.M)
    assert html.unescape(plain).split() == told.split()
    spoiled = found.taken[0]._replace(words="`a < b` became `a > b`")
    page = Mutants("f", [spoiled], [])._repr_html_()
    assert "<code>a &lt; b</code>" in page


def test_a_rule_without_lines_of_its_own_and_one_with_a_loop_have_mutants_too():
    for name in ("scaled", "halved"):
        assert len(mutants_of(*OPS[name]).taken) == 3


@pytest.mark.slow
def test_the_same_rule_has_the_same_mutants():
    for name in OPS:
        assert repr(mutants_of(*OPS[name])) == repr(mutants_of(*OPS[name]))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (lambda x: (x * x, lambda g: x * g), "is wrong itself: what it passes on.* operand 0"),
        (lambda x: (x * x, None), "is wrong itself"),
        (lambda x: x * x, "a rule returns two things"),
        (lambda x: (x * x, (lambda g: 2 * x * g, lambda g: g)), "is wrong itself"),
        (lambda x: (x / 0.0, lambda g: g), "no slope of .* can be measured"),
    ],
)
def test_of_a_wrong_rule_no_mutants_are_made(rule, says):
    with np.errstate(all="ignore"), pytest.raises(NoMutantsError, match=says):
        mutants_of(rule, lambda rng: rng.normal(size=3))


@pytest.mark.skipif(torch is None, reason="only where PyTorch is installed")
@pytest.mark.parametrize("name", TABLE)
def test_the_hinted_rules_of_the_table_are_those_of_pytorch(name):
    theirs = {
        "logsumexp": lambda x: torch.logsumexp(x, 1),
        "cumsum": lambda x: torch.cumsum(x, 1),
        "sort": lambda x: torch.sort(x, 1).values,
        "fft": lambda x: torch.view_as_real(torch.fft.fft(x)).T,
        "solve": torch.linalg.solve,
        "sinkhorn": lambda k: (
            (k / k.sum(1, keepdim=True)) / (k / k.sum(1, keepdim=True)).sum(0, keepdim=True)
        ),
    }[name]
    rule, draw = OPS[name]
    operands = drawn(draw, 3)
    result, ways = ways_of(rule, operands)
    upstream = np.random.default_rng(4).normal(size=result.shape)
    expected, vjp = torch.func.vjp(theirs, *map(torch.tensor, operands))
    assert np.allclose(result, expected.numpy(), rtol=1e-12, atol=1e-14)
    for way, gradient in zip(ways, vjp(torch.tensor(upstream)), strict=True):
        assert np.allclose(way(upstream), gradient.numpy(), rtol=1e-9, atol=1e-12)


# --- exercise 27, for each op ------------------------------------------------------------------


def project(name):
    """The three answers of a learner who has chosen this op."""
    rule, draw = OPS[name]

    def my_op():
        return {"name": name, "operands": draw, "result": lambda *xs: rule(*xs)[0]}

    def my_test(other):
        return all(is_right(other, draw, seed) for seed in (1, 2))

    return my_op, rule, my_test


@pytest.mark.parametrize("name", SOME)
def test_a_project_with_any_op_passes(name, capsys):
    my_op, my_rule, my_test = project(name)
    check_my_op(my_op)
    check_my_rule(my_op, my_rule)
    check_my_test(my_op, my_rule, my_test)
    assert capsys.readouterr().out.count(" checks pass") == 3


@pytest.mark.parametrize("name", ["step", "среднее", "x**2"])
def test_an_op_goes_by_any_name(name):
    op = {"name": name, "operands": lambda rng: rng.normal(size=3), "result": lambda x: x * x}
    check_my_op(lambda: op)


@pytest.mark.parametrize("name", SOME)
def test_a_test_that_looks_at_nothing_is_refused_with_a_place_where_it_would_show(name):
    my_op, my_rule, _ = project(name)
    with pytest.raises(AssertionError, match="(?s)All three survive.*the measured slope is"):
        check_my_test(my_op, my_rule, lambda rule: True)


@pytest.mark.parametrize(
    ("looks_at", "says"), [([1], "It is wrong for operand 0 alone"), ([0], "for operand 1 alone")]
)
def test_a_test_that_leaves_an_operand_out_lets_a_mutant_live(looks_at, says):
    my_op, my_rule, _ = project("solve")
    with pytest.raises(AssertionError, match=says):
        check_my_test(my_op, my_rule, lambda rule: is_right_at(rule, looks_at))


@pytest.mark.slow
def test_a_test_that_moves_the_first_number_of_each_operand_lets_a_mutant_live():
    my_op, my_rule, _ = project("solve")
    with pytest.raises(AssertionError, match="move each of its numbers"):
        check_my_test(my_op, my_rule, lambda rule: is_right_at(rule, [0, 1], numbers=1))


def by_differences(rule, h, whole):
    """The rule with each slope measured: of the sum of all results, or result by result."""

    def other(*operands):
        def way(k):
            def back(g):
                slopes = np.zeros(np.shape(operands[k]))
                for place in np.ndindex(slopes.shape):
                    ahead, behind = ([x.copy() for x in operands] for _ in range(2))
                    ahead[k][place] += h
                    behind[k][place] -= h
                    ends = rule(*ahead)[0], rule(*behind)[0]
                    total = (g * ends[0]).sum() - (g * ends[1]).sum() if whole else (
                        g * (ends[0] - ends[1])).sum()  # fmt: skip
                    slopes[place] = total / (2 * h)
                return slopes

            return back

        result, back = rule(*operands)
        given = list(back) if isinstance(back, tuple | list) else [back]
        return result, [each and way(k) for k, each in enumerate(given)]

    return other


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("h", [1e-3, 1e-5, 1e-7])
@pytest.mark.parametrize("name", TABLE)
def test_a_rule_by_differences_is_rougher_than_any_step_of_it_can_hide(name, h, whole):
    rule, draw = OPS[name]
    op = {"operands": draw, "result": lambda *xs: rule(*xs)[0]}
    assert roughness(op, by_differences(rule, h, whole), seed=0) > ROUGHER


@pytest.mark.parametrize("name", DELICATE)
def test_a_derived_rule_is_about_as_exact_as_its_op(name):
    rule, draw = DELICATE[name]
    op = {"operands": draw, "result": lambda *xs: rule(*xs)[0]}
    assert max(roughness(op, rule, seed) for seed in range(0, 100, 5)) < ROUGHER / 4


LOOKS = {
    "the sum": np.sum,
    "the last number": lambda x: x.flat[-1],
    "the first two numbers": lambda x: x.flat[:2],
    "the first row": lambda x: np.atleast_2d(x)[0],
    "the last row": lambda x: np.atleast_2d(x)[-1],
    "the sizes": np.abs,
    "the signs": np.sign,
    "the length": np.linalg.norm,
    "the largest": np.max,
    "the numbers without their places": lambda x: np.sort(x, axis=None),
    "the first digit": lambda x: np.round(x / np.abs(x).max()),
}


WEAK = [("solve", look) for look in LOOKS] + [("cumsum", "the sum"), ("sort", "the last number")]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "look"), WEAK)
def test_a_test_that_looks_at_a_part_of_each_gradient_alone_is_refused(name, look):
    my_op, my_rule, _ = project(name)
    operands = drawn(OPS[name][1], 5)
    shape = np.shape(ways_of(my_rule, operands)[0])
    upstream = np.random.default_rng(6).normal(size=shape)
    slopes = []
    for k, x in enumerate(operands):
        places = np.ndindex(x.shape)
        measured = [slope(my_rule, operands, upstream, k, place) for place in places]
        slopes.append(np.reshape(measured, x.shape))

    def my_test(rule, see=LOOKS[look]):
        pairs = zip(ways_of(rule, operands)[1], slopes, strict=True)
        return all(np.allclose(see(way(upstream)), see(x), atol=1e-6) for way, x in pairs)

    assert my_test(my_rule, np.asarray)
    with pytest.raises(CheckFailed, match="it survives"):
        check_my_test(my_op, my_rule, my_test)


@pytest.mark.parametrize("name", SOME)
def test_a_fault_that_hides_is_one_and_keeps_what_a_weak_test_looks_at(name):
    rule, draw = OPS[name]
    for mutant in hidden_mutants_of(rule, draw):
        operands, k = drawn(draw, 3), mutant.proof.operand
        (result, rights), (same, wrongs) = ways_of(rule, operands), ways_of(mutant.rule, operands)
        g = np.random.default_rng(4).normal(size=result.shape)
        right, wrong = rights[k](g), wrongs[k](g)
        assert np.array_equal(result, same) and not np.allclose(right, wrong, rtol=1e-3)
        if mutant.kind in ("sum", "order"):
            assert np.isclose(np.sum(right), np.sum(wrong))


def is_right_at(rule, looks_at, numbers=None):
    """Whether a rule agrees with slopes at some operands, and at the first numbers of each."""
    operands, upstream = drawn(matrix_and_vector, 5), np.array([0.4, -1.3, 0.9])
    ways = ways_of(rule, operands)[1]
    return all(
        np.isclose(ways[k](upstream)[place], slope(rule, operands, upstream, k, place), atol=1e-6)
        for k in looks_at for place in [*np.ndindex(operands[k].shape)][:numbers]
    )  # fmt: skip


@pytest.mark.parametrize(("verdict", "says"), [
    (lambda right: np.array(right), None),
    (lambda right: [right, right], r"Of several `all\(...\)` makes one"),
])  # fmt: skip
def test_a_verdict_is_one_truth(verdict, says):
    my_op, my_rule, _ = project("solve")
    answers = my_op, my_rule, lambda rule: verdict(is_right_at(rule, [0, 1]))
    if says is None:
        check_my_test(*answers)
        return
    with pytest.raises(AssertionError, match=says):
        check_my_test(*answers)


def test_a_sign_that_the_upstream_has_lost_is_not_told_from_a_sign_that_is_there():
    my_op, _, _ = project("solve")

    def rule(A, b):
        x, (to_A, to_b) = solve(A, b)
        return x, (lambda g: to_A(np.abs(g)), to_b)

    with pytest.raises(AssertionError, match="which paths lead from"):
        check_my_rule(my_op, rule)


def test_while_a_mutant_is_tried_the_name_of_the_rule_means_it(monkeypatch):
    """Else a test that asks the rule itself would kill every mutant, and find any rule right."""
    names = {"np": np, "my_rule": solve, "point": drawn(matrix_and_vector, 5)}
    exec(
        "def my_test(rule):\n"
        "    ways = zip(rule(*point)[1], my_rule(*point)[1])\n"
        "    return all(np.allclose(a(np.arange(3.0)), b(np.arange(3.0))) for a, b in ways)\n",
        names,
    )
    with pytest.raises(AssertionError, match="not with what my_rule says itself"):
        check_my_test(project("solve")[0], solve, names["my_test"])
    assert names["my_rule"] is solve


@pytest.mark.slow
def test_a_test_by_assertions_counts_as_well(capsys):
    my_op, my_rule, right_test = project("solve")

    def my_test(rule):
        assert right_test(rule)
        return True

    check_my_test(my_op, my_rule, my_test)
    assert "checks pass" in capsys.readouterr().out


def test_every_name_of_the_table_is_known_by_an_oracle_of_its_own():
    source = importlib.import_module("autograd_lesson.checks.e27_review_and_your_own_op")
    assert set(source.RESULTS) == set(TABLE)
    for name, seed in itertools.product(TABLE, range(3)):
        rule, draw = OPS[name]
        operands = drawn(draw, seed)
        assert np.allclose(source.RESULTS[name][0](*operands), rule(*operands)[0])
