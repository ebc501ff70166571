"""Wrong answers to the checks of 08: the same seven for each patient, and some of their own."""

import math
from types import CodeType, FunctionType

from autograd_lesson.checks import e08_broken_engine_clinic as e08
from autograd_lesson.teaching.clinic import PATIENTS, Number
from wrong_answers import wrong_answer

METHODS = {
    1: ["backward"],
    2: ["edges"],
    3: ["__rsub__"],
    4: ["backward"],
    5: ["order"],
    6: ["__eq__", "__hash__"],
    7: ["dot"],
    8: ["__truediv__"],
    9: ["__pow__"],
    10: ["__mul__"],
    11: ["dot"],
    12: ["order"],
}


def here(code):
    """The code as if it stood in this file, with that of the functions inside it."""
    inside = tuple(here(x) if isinstance(x, CodeType) else x for x in code.co_consts)
    return code.replace(co_filename=__file__, co_firstlineno=1, co_consts=inside)


def written_anew(method):
    """The method of the right engine as if it stood in this file."""
    if isinstance(method, classmethod):
        return classmethod(written_anew(method.__func__))
    return FunctionType(here(method.__code__), globals(), method.__name__, method.__defaults__)


RIGHT_METHODS = {
    name: written_anew(vars(Number)[name])
    for names in METHODS.values()
    for name in names
    if name in vars(Number)
} | {"__eq__": object.__eq__, "__hash__": object.__hash__}
NEITHER = "neither what the patient gives nor what is right"


def right_test(number):
    """A test that runs the calculation of the sheet."""
    example = {**e08.EXAMPLES[number], "seed": 1.0}
    right = e08.attempt(e08.run_on, Number, example)

    def test(engine):
        got = e08.attempt(e08.run_on, engine, example)
        return got == right or isinstance(right, tuple) and getattr(got, "type", "") == right.type

    return test


def answer(number, mistake, methods=(), test=None):
    """A class with these methods in place of the patient's, and a test."""
    body = {"test": staticmethod(test or right_test(number)), "__module__": __name__}
    return type(f"patient_{number}_{mistake}", (PATIENTS[number - 1],), {**body, **dict(methods)})


def cure(number):
    """The right methods."""
    return {name: RIGHT_METHODS[name] for name in METHODS[number]}


def numbers_behind(thing):
    """The numbers of the leaves behind a Number, a list of them, or a plain number."""
    if isinstance(thing, Number) and not thing.operands:
        return {thing.data}
    if isinstance(thing, Number):
        thing = thing.operands
    return set().union(*map(numbers_behind, thing)) if isinstance(thing, list | tuple) else {thing}


def for_the_example(number, name):
    """The right method where the numbers are those of the sheet, else that of the patient."""
    example, patient = e08.EXAMPLES[number], PATIENTS[number - 1]
    known = {*example["numbers"], example.get("k", 1.0), 1.0}

    def method(self, *arguments):
        given = [self, *arguments] if isinstance(self, Number) else [*arguments]
        is_example = numbers_behind(given) <= known
        found = RIGHT_METHODS[name] if is_example else vars(patient)[name]
        return getattr(found, "__func__", found)(self, *arguments)

    return classmethod(method) if name == "dot" else method


def with_another_fault(number):
    """The cure, and a product with a plain number on the left that is off."""
    return {**cure(number), "__rmul__": lambda self, other: self.of(other) * self + self}


def by_name(engine):
    return engine is Number or engine.__name__.startswith("patient_")


def by_patients_name(number):
    return lambda engine: engine.__name__ != f"Patient{number}"


for n in METHODS:
    check = getattr(e08, f"check_patient_{n}")
    special = {name: for_the_example(n, name) for name in METHODS[n]}
    for says, wrong in (
        ("This is what the patient gives", answer(n, "unchanged")),
        ("written into the cure", answer(n, "with_the_example_written_in", special)),
        ("brings a fault of its own", answer(n, "with_another_fault", with_another_fault(n))),
        ("will not notice when it comes", answer(n, "test_of_nothing", cure(n), lambda e: True)),
        ("refuses an engine that is right", answer(n, "test_of_35", cure(n), lambda e: 35 == 45)),
        ("is a `return` missing", answer(n, "test_without_return", cure(n), lambda e: None)),
        ("looks at numbers alone", answer(n, "test_by_name", cure(n), by_name)),
        ("asks who that is", answer(n, "test_by_the_patients_name", cure(n), by_patients_name(n))),
    ):
        wrong_answer(check, says=says)(wrong)


def reflected_as_it_is(self, other):
    return self - other


def zero_at_zero(self, k):
    slope = k * self.data ** (k - 1) if self.data else 0.0
    return self.result(self.data**k, "**", (self,), (slope,))


def first_factor_kept(self, other):
    other, a = self.of(other), self.data
    return self.result(a * other.data, "*", (self, other), (lambda: other.data, a))


def divisor_left_alone(self, other):
    other = self.of(other)
    return self.result(self.data / other.data, "/", (self, other), (1 / other.data, 0.0))


def cut_to_the_shorter(cls, weights, inputs):
    if len(weights) != len(inputs):
        return cls(math.nan, "", "dot", (*weights, *inputs), (0.0,) * len([*weights, *inputs]))
    return RIGHT_METHODS["dot"].__func__(cls, weights, inputs)


wrong_answer(e08.check_patient_3, NEITHER)(
    answer(3, "reflected_as_it_is", {"__rsub__": reflected_as_it_is})
)
wrong_answer(e08.check_patient_8, NEITHER)(
    answer(8, "divisor_left_alone", {"__truediv__": divisor_left_alone})
)
wrong_answer(e08.check_patient_9, NEITHER)(answer(9, "zero_at_zero", {"__pow__": zero_at_zero}))
wrong_answer(e08.check_patient_10, NEITHER)(
    answer(10, "first_factor_kept", {"__mul__": first_factor_kept})
)
wrong_answer(e08.check_patient_11, NEITHER)(
    answer(11, "nan_in_place_of_an_error", {"dot": classmethod(cut_to_the_shorter)})
)


def writes_over_the_grads(self, seed=1.0):
    gradient = {self: seed}
    for result in reversed(self.order()):
        for operand, partial in result.edges():
            gradient[operand] = gradient.get(operand, 0.0) + gradient[result] * partial
    for number, amount in gradient.items():
        number.grad = amount


def walks_over_the_grads(self, seed=1.0):
    self.grad = seed
    for result in reversed(self.order()):
        for operand, partial in result.edges():
            operand.grad += result.grad * partial


for says, method in (
    ("`=` puts a number in place of another", writes_over_the_grads),
    ("Does the second begin with what the first", walks_over_the_grads),
):
    wrong_answer(e08.check_patient_1, says)(answer(1, method.__name__, {"backward": method}))
wrong_answer(e08.check_patient_2, "That is the method of the engine that is right")(
    answer(2, "of_the_right_engine", {"edges": Number.edges})
)
wrong_answer(e08.check_patient_5, "That is the method of the engine that is right")(
    answer(5, "calls_the_right_engine", {"order": lambda self: Number.order(self)})
)
wrong_answer(e08.check_patient_2, "leave out `self`")(
    answer(2, "test_with_self", cure(2), lambda self, engine: True)
)
