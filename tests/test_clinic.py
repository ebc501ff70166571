"""The clinic: one right engine, patients with one fault each, and exercise 08 about them."""

import inspect
import textwrap
from pathlib import Path

import numpy as np
import pytest

from autograd_lesson.checks import e08_broken_engine_clinic as e08
from autograd_lesson.teaching.clinic import PATIENTS, Number

ROOT = Path(__file__).parents[1]
NUMBERED = list(enumerate(PATIENTS, 1))


def is_right(engine, case):
    """Whether the engine passes this case of the hidden suite."""
    return e08.cure_fault(1, case, e08.attempt(e08.run_on, engine, case)) is None


def suite(number, seed=5):
    return e08.suite(np.random.default_rng(seed), number)


@pytest.mark.parametrize("seed", range(20))
def test_the_right_engine_passes_the_suite(seed):
    assert all(is_right(Number, case) for number in e08.EXAMPLES for case in suite(number, seed))


@pytest.mark.parametrize(("number", "patient"), NUMBERED)
def test_a_patient_fails_on_its_sheet_and_on_a_case_like_it_with_other_numbers(number, patient):
    example, *others = suite(number)
    assert not is_right(patient, example)
    assert any(not is_right(patient, case) for case in others)


@pytest.mark.parametrize(("number", "patient"), NUMBERED)
def test_a_patient_has_some_of_the_suite_right(number, patient):
    assert any(is_right(patient, case) for case in suite(number))


def test_no_other_patient_shows_all_the_symptoms_of_one():
    symptoms = {
        patient: tuple(is_right(patient, {**e08.EXAMPLES[n], "seed": 1.0}) for n in e08.EXAMPLES)
        for patient in PATIENTS
    }
    assert len(set(symptoms.values())) == len(PATIENTS), symptoms


def test_the_seeds_wrong_numbers_are_those_of_patient_5():
    example = {**e08.EXAMPLES[5], "seed": 1.0}
    assert e08.run_on(PATIENTS[4], example) == [50.0, 35.0, 10.0]
    assert e08.run_on(Number, example) == [50.0, 45.0, 20.0]


@pytest.mark.parametrize(("number", "patient"), NUMBERED)
def test_the_exercise_shows_the_sick_method_as_it_is(number, patient):
    text = (ROOT / "source/exercises/08_broken_engine_clinic.py").read_text(encoding="utf-8")
    section = text.split(f"## E8.{number} ")[1].split("# %%")[0]
    methods = [method for method in vars(patient).values() if callable(method)]
    methods += [method.__func__ for method in vars(patient).values() if hasattr(method, "__func__")]
    assert methods
    for method in methods:
        lines = textwrap.dedent(inspect.getsource(method)).splitlines()
        shown = [line.split("  # noqa")[0] for line in lines if '"""' not in line]
        assert "\n".join(shown) in section


def test_a_cure_that_brings_the_fault_of_another_patient_is_told_which():
    minus = {"numbers": [4.0], "formula": "k - x", "k": 10, "seed": 1.0}
    fault = e08.cure_fault(5, minus, e08.attempt(e08.run_on, PATIENTS[2], minus))
    assert "a fault of its own, that of patient 3." in fault and e08.CAUSES[3] in fault


class CuredByAnAdapter(PATIENTS[10]):
    """The patient's own method behind a question, and a test that asks the right engine."""

    @classmethod
    def dot(cls, weights, inputs):
        if len(weights) != len(inputs):
            raise ValueError("two lists of different lengths")
        return super().dot(weights, inputs)

    @staticmethod
    def test(engine):
        def refuses(kind):
            try:
                kind.dot([kind(2.0)], [kind(5.0), kind(7.0)])
            except ValueError:
                return True
            return False

        return int(refuses(engine) == refuses(Number))


def test_a_cure_may_call_the_patient_and_a_test_the_right_engine(capsys):
    e08.check_patient_11(CuredByAnAdapter)
    assert "checks pass" in capsys.readouterr().out
