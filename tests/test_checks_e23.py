"""The checks of exercise 23 take every right answer, however it is written."""

import pytest
from wrong_answers.e23_a_tiny_compiler import merging, source, tracer, walking

from autograd_lesson.checks.e23_a_tiny_compiler import (
    check_common_parts,
    check_dead_code,
    check_to_python,
    check_trace,
    check_with_gradient,
    check_wrongly_recorded,
)


def in_lists(lines):
    return [[name, op, list(operands)] for name, op, operands in lines]


def trace_in_lists(f, count):
    lines, result = tracer(name=lambda lines: f"line{len(lines)}")(f, count)
    return [in_lists(lines), result]


def trace_in_tuples(f, count):
    lines, result = tracer()(f, count)
    return tuple(lines), result


def dead_code_as_it_comes(lines, results):
    """A filter, which is gone through once."""
    needed = set(results)
    for name, _, operands in lines[::-1]:
        needed |= set(operands) if name in needed else set()
    return filter(lambda line: line[0] in needed, lines)


def common_parts_in_a_list(lines, results):
    lines, results = merging(lambda op, operands: (op, operands))(lines, results)
    return [tuple(lines), tuple(results)]


def common_parts_in_any_order(lines, results):
    """a + b and b + a give the same bits."""

    def key(op, operands):
        return op, tuple(sorted(operands, key=str)) if op in "+*" else operands

    return merging(key)(lines, results)


def gradient_in_tuples(lines, result, inputs):
    more, gradients = walking()(lines, result, inputs)
    return [tuple(more), tuple(0 if g == 0.0 else g for g in gradients)]


def source_of_few_spaces(lines, inputs, results):
    return source(lines, inputs, results, word=repr).replace("'", "").replace("    ", " ")


def source_with_a_tuple(lines, inputs, results):
    return source(lines, inputs, results, brackets="({},)")


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_trace, trace_in_lists),
        (check_trace, trace_in_tuples),
        (check_dead_code, dead_code_as_it_comes),
        (check_common_parts, common_parts_in_a_list),
        (check_common_parts, common_parts_in_any_order),
        (check_with_gradient, gradient_in_tuples),
        (check_to_python, source_of_few_spaces),
        (check_to_python, source_with_a_tuple),
        *((check_wrongly_recorded, lambda a=a: a) for a in ("ace", "A, C, E", {"a", "e", "c"})),
        (check_wrongly_recorded, lambda: ("E", "c", "a", "a")),
        (check_wrongly_recorded, lambda: iter("ace")),
    ],
)
def test_every_way_to_write_a_right_answer_passes(check, answer):
    check(answer)
