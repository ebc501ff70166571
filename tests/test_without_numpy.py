"""The half of the course that is about single numbers runs, and says the same, without NumPy."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import scalar_half
from hypothesis import given
from hypothesis import strategies as st

from autograd_lesson import random_bits, without_numpy

SEEDS = st.one_of(st.integers(0, 2**200), st.lists(st.integers(0, 2**70), min_size=1, max_size=6))
DRAWS = (
    lambda rng, n: rng.random(),
    lambda rng, n: list(rng.random(n)),
    lambda rng, n: rng.uniform(-1.3, n),
    lambda rng, n: rng.integers(n),
    lambda rng, n: list(rng.integers(-3, n, n)),
    lambda rng, n: rng.integers(2**31) + rng.integers(2**33 + n) + rng.integers(2**62),
    lambda rng, n: rng.integers(2**32),
    lambda rng, n: rng.choice(["+", "-", "*"][: max(n % 4, 1)]),
    lambda rng, n: list(rng.choice(list(range(n)), n)),
    lambda rng, n: list(rng.choice(list(range(n)), (n + 1) // 2, replace=False)),
    lambda rng, n: list(rng.permutation(n)),
    lambda rng, n: rng.permutation(list("abcdefgh")[:n]).tolist(),
)


@given(SEEDS, st.lists(st.tuples(st.sampled_from(DRAWS), st.integers(1, 13)), max_size=12))
def test_each_draw_from_a_seed_has_numpys_bits(seed, draws):
    ours, numpys = random_bits.default_rng(seed), np.random.default_rng(seed)
    for draw, n in draws:
        assert draw(ours, n) == draw(numpys, n)


@pytest.mark.parametrize("seed", range(3))
def test_normal_numbers_are_numpys_to_fourteen_digits_and_leave_it_in_the_same_state(seed):
    ours, numpys = random_bits.default_rng(seed), np.random.default_rng(seed)
    expected = numpys.normal(0.5, 2.0, 50_000)  # so many that the rare ways are taken too
    assert np.abs(expected).max() > 0.5 + 2 * 3.66, "none came from the tail"
    np.testing.assert_allclose(ours.normal(0.5, 2.0, 50_000), expected, rtol=1e-14, atol=1e-14)
    assert ours.random() == numpys.random()


def test_a_seed_below_zero_is_refused():
    with pytest.raises(ValueError, match="at least 0, not -1"):
        random_bits.default_rng(-1)


ENVIRON = dict(os.environ)


@pytest.mark.parametrize("kind", ["float64", "float32", "int64"])
@pytest.mark.parametrize("sign", ["+", "-", "*"])
def test_numpys_kinds_of_numbers_compute_and_look_as_they_do_there(kind, sign):
    for source in (f"np.{kind}(6)", f"np.{kind}(6) {sign} 2", f"2 {sign} np.{kind}(6)"):
        ours, numpys = (eval(source, {"np": each}) for each in (without_numpy, np))
        assert repr(ours) == repr(numpys) and float(ours) == float(numpys), source
        assert f"{ours:g}" == f"{numpys:g}", source
        for kinds in ("integer", "floating", "number", "complexfloating", "bool_"):
            expected = isinstance(numpys, getattr(np, kinds))
            assert isinstance(ours, getattr(without_numpy, kinds)) == expected, (source, kinds)


def test_what_needs_arrays_says_so_when_it_is_used():
    with pytest.raises(ImportError, match=r"numpy\.zeros computes on arrays, which need NumPy"):
        without_numpy.zeros(3)
    code = "import sys, scalar_half; sys.meta_path.insert(0, scalar_half.Blocked()); {}"
    code = code.format("from autograd_lesson import Tensor; Tensor([1.0, 2.0])")
    done = run("-c", code)
    assert done.returncode and "which need NumPy, and NumPy is not here" in done.stderr


def run(*arguments):
    """Python in a process of its own, from the tests' folder."""
    here = scalar_half.ROOT / "tests"
    path = {"PYTHONPATH": f"{scalar_half.ROOT}"}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=here, env=ENVIRON | path
    )


def found_by(*arguments):
    done = run("scalar_half.py", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


EVERY = ["--every"] * bool(os.environ.get("AUTOGRAD_LESSON_ALL"))  # weekly, in minutes
ARRAYS = re.compile("which need NumPy|of NumPy's|ndarray")  # what an answer did with arrays
OF_NUMPYS_TYPES = ("careful", "reflected")  # checks whose point is how NumPy's own numbers behave
STOPPED = re.compile(r"(?<=seconds)\n\n  This was in line \d+ .*")  # where time ran out


@pytest.fixture(scope="module")
def answers():
    """What all checks say of wrong answers, without NumPy and with it."""
    return [found_by("answers", *EVERY, *more) for more in ((), ("--numpy",))]


@pytest.fixture(scope="module")
def cells():
    """What all cells show, without NumPy and with it."""
    return [found_by("cells", *more) for more in ((), ("--numpy",))]


def needy(told):
    """The wrong answers that use arrays themselves."""
    return {name for name in told[0] if ARRAYS.search(told[0][name] + told[1][name])}


@pytest.mark.slow
@pytest.mark.parametrize("number", scalar_half.NUMBERS)
def test_a_check_says_the_same_of_a_wrong_answer_without_numpy(answers, number):
    ours, numpys = (each[number] for each in answers)
    assert ours.keys() == numpys.keys()
    assert all(ours.values())
    of_types = {name for name in ours if name.partition(" ")[0] in OF_NUMPYS_TYPES}
    for name in ours.keys() - needy((ours, numpys)) - of_types:
        assert STOPPED.sub("", ours[name]) == STOPPED.sub("", numpys[name]), name


@pytest.mark.slow
def test_wrong_answers_that_use_arrays_themselves_are_few(answers):
    told = [dict(pair for found in each.values() for pair in found.items()) for each in answers]
    assert len(needy(told)) <= 0.1 * len(told[0])


@pytest.mark.slow
@pytest.mark.parametrize("number", scalar_half.NUMBERS)
def test_each_cell_of_a_lesson_and_of_its_exercise_shows_the_same_without_numpy(cells, number):
    ours, numpys = cells
    notebooks = [name for name in numpys if f"/{number}_" in name]
    assert len(notebooks) == len(scalar_half.FOLDERS)
    for notebook in notebooks:
        pairs = zip(ours[notebook], numpys[notebook], strict=True)
        shown = [pair for pair in pairs if pair[0] != pair[1]]
        kit = [pair for pair in shown if "JupyterLab" in pair[1][1]]  # which says what is there
        assert shown == kit and len(kit) <= (number == "00"), notebook
