"""Checks in stages: the first thing seen that is wrong counts, then what ended the steps."""

import itertools

import numpy as np
import pytest
from wrong_answers import right_answer

from autograd_lesson import Tensor, Value
from autograd_lesson.checks import CheckFailed, NotAttempted, e25_a_transformer
from autograd_lesson.checks import e21_forward_mode as e21
from autograd_lesson.checks import e22_gradients_of_gradients as e22
from autograd_lesson.checks import e23_a_tiny_compiler as e23
from autograd_lesson.checks import e24_devices_and_backends as e24
from autograd_lesson.checks import e29_where_there_is_no_slope as e29
from autograd_lesson.checks.e13_matrix_multiplication import check_linear
from autograd_lesson.checks.e20_memory import check_my_checkpoint
from autograd_lesson.checks.e27_review_and_your_own_op import check_my_op
from autograd_lesson.checks.messages import kind_cause, report, show
from autograd_lesson.checks.plain_data import MOST_ITEMS, STUB, Held, decode, encode
from autograd_lesson.checks.stages import as_seen, check_stages, holder_fault


def steps(answer, case):
    """A pair of numbers, their sum, and the sum again after a write."""
    pair = answer(case["a"])
    yield "pair", pair.numbers
    yield "sum", pair.sum()
    pair.numbers[0] = 0
    yield "after", pair.sum()


def judge(tried, case, seen):
    a = case["a"]
    yield None if seen["pair"] == [a, 1] else report(tried, seen["pair"], [a, 1], "The pair.")
    yield None if seen["sum"] == a + 1 else report(tried, seen["sum"], a + 1, "The sum.")
    yield None if seen["after"] == 1 else report(tried, seen["after"], 1, "Afterwards.")


def draw(rng):
    return [{"a": int(rng.integers(2, 9))}]


PAIR = check_stages(
    "pair", draw, steps, judge, explain=lambda case, raised: "It raised.", seconds=0.3
)


class Pair:
    def __init__(self, a):
        self.numbers = [a, 1]

    def sum(self):
        return sum(self.numbers)


class PairTheOtherWayThatRaises(Pair):
    def __init__(self, a):
        self.numbers = (1, a)

    def sum(self):
        raise ValueError("too late")


class PairThatRaises(Pair):
    def sum(self):
        raise ValueError("here")


class PairThatKeepsItsSum(Pair):
    def __init__(self, a):
        super().__init__(a)
        self.sum = lambda: a + 1


class PairTheOtherWayThatNeverEnds(PairTheOtherWayThatRaises):
    def sum(self):
        while True:
            pass


class PairTheOtherWayThatEndsPython(PairTheOtherWayThatRaises):
    def sum(self):
        raise SystemExit


class PairWithoutASum(Pair):
    def sum(self):
        raise NotImplementedError(STUB)


OWN = check_stages("own", draw, steps, judge, own_work=["nn"], seconds=0.3)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (PairTheOtherWayThatNeverEnds, "The pair."),
        (type("NeverEnds", (Pair,), {"sum": PairTheOtherWayThatNeverEnds.sum}), "no result after"),
    ],
)
def test_who_never_ends_is_not_told_of_borrowed_work(answer, says):
    with pytest.raises(CheckFailed, match=says):
        OWN(answer)


def test_an_answer_cannot_have_the_formula_of_its_check():
    def block(x, *parts):
        return Tensor(e25_a_transformer.changed_twice(x.numpy()))

    with pytest.raises(CheckFailed, match="work of your own"):
        e25_a_transformer.check_block(block)

    def own_block(x, ask, think, norm_1, norm_2):
        x = x + ask(norm_1(x))
        return x + think(norm_2(x))

    e25_a_transformer.check_block(own_block)


def test_the_end_of_an_iterator_is_told_by_its_own_name_and_line():
    class PairThatLooksFurther(Pair):
        def sum(self):
            return next(iter([]))

    with pytest.raises(CheckFailed, match=r"(?s)got +StopIteration.*return next\(iter"):
        OWN(PairThatLooksFurther)


def test_of_a_row_without_an_end_the_beginning_is_seen():
    endless = as_seen(itertools.repeat(1))
    assert len(endless) == MOST_ITEMS and endless[:2] == [1, 1]


def test_a_generator_in_a_generator_is_read_before_the_next_is_asked_for():
    assert as_seen((x * y for y in (1, 2)) for x in (3, 4)) == [[3, 6], [4, 8]]


def test_the_right_answer_passes(capsys):
    PAIR(Pair)
    assert "1 of 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (PairTheOtherWayThatRaises, "The pair."),
        (PairTheOtherWayThatNeverEnds, "The pair."),
        (PairTheOtherWayThatEndsPython, "The pair."),
        (PairThatRaises, "It raised."),
        (PairThatKeepsItsSum, "Afterwards."),
    ],
)
def test_the_first_thing_that_is_wrong_counts_whatever_comes_after_it(answer, says):
    with pytest.raises(CheckFailed, match=says):
        PAIR(answer)


def test_an_answer_whose_later_part_is_a_stub_is_not_attempted():
    with pytest.raises(NotAttempted, match="your turn"):
        PAIR(PairWithoutASum)


def test_what_ended_the_steps_is_told_also_where_the_judge_asks_for_nothing_more():
    easy = check_stages("easy", draw, steps, lambda tried, case, seen: iter(()))
    with pytest.raises(CheckFailed, match="ValueError: here"):
        easy(PairThatRaises)


def test_a_judge_that_asks_for_what_no_step_yields_lets_nothing_pass():
    def strange(tried, case, seen):
        yield seen["what nobody yields"]

    with pytest.raises(CheckFailed, match="cannot be compared"):
        check_stages("strange", draw, steps, strange)(Pair)


def test_values_and_tensors_are_seen_with_their_numbers_as_they_are_then():
    x = Tensor(np.array([1.0, 2.0]))
    seen = as_seen([Value(3.0), (x for x in [1, 2]), (4, x)])
    x.data[0] = 9.0
    assert seen[:2] == [Held("Value", 3.0), [1, 2]]
    assert seen[2][1].type == "Tensor" and seen[2][1].data.tolist() == [1.0, 2.0]
    assert decode(encode(seen[0])) == seen[0] and show(seen[0]) == "Value(3)"


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (np.array([1.0]), "The bare numbers."),
        (1.5, "The bare numbers."),
        (None, "is a `return` missing?"),
        ("text", "of type str"),
    ],
)
def test_what_is_no_tensor_is_told_by_what_it_is(got, says):
    assert says in holder_fault("y", got, bare="The bare numbers.")
    assert holder_fault("y", Held("Tensor", 1.0)) is None


def test_what_should_be_no_tensor_is_told_by_the_type_that_it_had():
    assert kind_cause(as_seen(Tensor([1.0]))) == "The result is of type Tensor."
    assert "is a Value where a plain number is asked for" in kind_cause(as_seen(Value(1.0)))


def test_a_tuple_is_seen_as_a_list_and_shown_as_a_tuple():
    seen = decode(encode(as_seen((1, ("a",), [2]))))
    assert seen == [1, ["a"], [2]] and show(seen) == "(1, ('a',), [2])"
    assert kind_cause(seen) == "The result is of type tuple."


def test_a_layer_hears_of_its_weight_before_the_product_that_does_not_fit():
    class LayerWithAWeightThatDoesNotFit:
        def __init__(self, n_inputs, n_outputs, rng):
            self.weight = Tensor(rng.normal(0.0, n_inputs**-0.5, (n_inputs, n_outputs)))
            self.bias = Tensor(np.zeros(n_outputs))

        def parameters(self):
            return [self.weight, self.bias]

        def __call__(self, x):
            return x @ self.weight.T + self.bias

    with pytest.raises(CheckFailed, match="stores a weight as"):
        check_linear(LayerWithAWeightThatDoesNotFit)


def test_a_checkpoint_hears_of_its_numbers_before_the_way_back_that_raises():
    edits = "joint(y", "joint(0 * y", "backward(g)", "backward()"
    with pytest.raises(CheckFailed, match="f gives other numbers"):
        check_my_checkpoint(right_answer(check_my_checkpoint, *edits))


def test_an_op_hears_of_its_operands_before_the_result_that_raises():
    op = {"name": "half", "operands": lambda rng: rng.permutation(4), "result": lambda x: x.half}
    with pytest.raises(CheckFailed, match="along whole numbers"):
        check_my_op(lambda: op)


def test_nothing_is_told_as_nothing_and_anything_else_by_the_words_that_are_given():
    assert kind_cause(None, "A pair is asked for.").endswith("is a `return` missing?")
    assert kind_cause(1.5, "A pair is asked for.") == "A pair is asked for."


@pytest.mark.parametrize(
    "check",
    [
        *(e21.check_jacobian, e21.check_agree, e22.check_rules, e22.check_gradient_of),
        *(e23.check_trace, e23.check_common_parts, e23.check_with_gradient, e23.check_to_python),
        *(e23.check_wrongly_recorded, e24.check_best_places),
        *(e29.check_is_allowed, e29.check_shared_maximum),
    ],
    ids=repr,
)
def test_whoever_returns_nothing_is_asked_for_the_return(check):
    with pytest.raises(CheckFailed, match="is a `return` missing"):
        check(lambda *given: None)
