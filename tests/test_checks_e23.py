"""The checks of exercise 23 take every right answer, however it is written."""

import pytest
from wrong_answers import right_answer

from autograd_lesson.checks.e23_a_tiny_compiler import (
    check_common_parts,
    check_dead_code,
    check_to_python,
    check_trace,
    check_with_gradient,
    check_wrongly_recorded,
)

traced, merged, walked, written = map(
    right_answer, (check_trace, check_common_parts, check_with_gradient, check_to_python)
)
traced_as_lines = right_answer(check_trace, 'f"v{len(lines)}"', 'f"line{len(lines)}"')
written_with_a_tuple = right_answer(
    check_to_python,
    "return [{', '.join(map(str, results))}]",
    "return ({', '.join(map(str, results))},)",
)
merged_in_any_order = right_answer(  # a + b and b + a give the same bits
    check_common_parts,
    "key = (op, operands)",
    "key = op, tuple(sorted(operands, key=str)) if op in '+*' else operands",
)


def trace_in_lists(f, count):
    lines, result = traced_as_lines(f, count)
    return [[[name, op, list(operands)] for name, op, operands in lines], result]


def trace_in_tuples(f, count):
    lines, result = traced(f, count)
    return tuple(lines), result


def dead_code_as_it_comes(lines, results):
    """A filter, which is gone through once."""
    needed = set(results)
    for name, _, operands in lines[::-1]:
        needed |= set(operands) if name in needed else set()
    return filter(lambda line: line[0] in needed, lines)


def common_parts_in_a_list(lines, results):
    lines, results = merged(lines, results)
    return [tuple(lines), tuple(results)]


def gradient_in_tuples(lines, result, inputs):
    more, gradients = walked(lines, result, inputs)
    return [tuple(more), tuple(0 if g == 0.0 else g for g in gradients)]


def source_of_few_spaces(lines, inputs, results):
    return written(lines, inputs, results).replace("    ", " ")


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_trace, trace_in_lists),
        (check_trace, trace_in_tuples),
        (check_dead_code, dead_code_as_it_comes),
        (check_common_parts, common_parts_in_a_list),
        (check_common_parts, merged_in_any_order),
        (check_with_gradient, gradient_in_tuples),
        (check_to_python, source_of_few_spaces),
        (check_to_python, written_with_a_tuple),
        *((check_wrongly_recorded, lambda a=a: a) for a in ("ace", "A, C, E", {"a", "e", "c"})),
        (check_wrongly_recorded, lambda: ("E", "c", "a", "a")),
        (check_wrongly_recorded, lambda: iter("ace")),
    ],
)
def test_every_way_to_write_a_right_answer_passes(check, answer):
    check(answer)
