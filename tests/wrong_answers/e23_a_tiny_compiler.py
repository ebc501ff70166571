"""Wrong answers to the checks of 23."""

from autograd_lesson.checks.e23_a_tiny_compiler import (
    check_common_parts,
    check_dead_code,
    check_to_python,
    check_trace,
    check_with_gradient,
    check_wrongly_recorded,
)
from wrong_answers import from_results, right_answer, spoiled, wrong_answer

spoiled(
    check_trace,
    rsub_not_turned=("the number is first", '"-", other, self', '"-", self, other'),
    no_reflected_methods=(
        "__radd__, __rmul__ and __rsub__",
        "__radd__, __rmul__ = __add__, __mul__",
        "",
        "__rsub__",
        "from_a_number",
    ),
    one_name_for_all=("Each line needs a name of its own", 'f"v{len(lines)}"', '"v"'),
    recorders_as_operands=("and no object", 'getattr(o, "name", o)', "o"),
    last_line_returned=(
        "The last line need not be the result",
        "lines, result.name",
        "lines, lines[-1][0] if lines else result.name",
    ),
    every_line_twice=(
        "and nothing else does",
        "name = f",
        'lines.append((f"v{len(lines)}", op, tuple(getattr(o, "name", o) for o in operands)))\n'
        "        name = f",
    ),
    recorder_returned=("is the name (a text)", "result.name", "result"),
    number_of_lines_returned=(
        "A list of lines is asked for",
        "return lines,",
        "return len(lines),",
    ),
    lines_without_a_name=("A line has three parts", "(name, op, tuple", "(op, tuple"),
    op_of_another_name=("The ops are +", '"tanh"', '"tan"'),
    operand_without_a_tuple=(
        "The operands are a tuple",
        'tuple(getattr(o, "name", o) for o in operands)',
        'getattr(operands[0], "name", operands[0])',
    ),
    sum_taken_for_a_difference=("The lines compute something else", '"+"', '"-"'),
    trace_without_the_result=("Two things are asked for", "lines, result.name", "lines"),
)

# ---------------------------------------------------------------------------------------------
# E23.2

spoiled(
    check_dead_code,
    dead_code_in_one_look=(
        "dead itself",
        "set(results)",
        "set(results).union(*(operands for _, _, operands in lines))",
    ),
    dead_code_that_forgets_operands=("no line above makes it", "needed.update(operands)", "pass"),
    dead_code_kept=("no result needs is still there", "name in needed", "True"),
    dead_code_in_place=("was changed by the call", "return kept", "lines[:] = kept"),
    dead_code_of_the_first_result=("A result has lost its line", "set(results)", "{results[0]}"),
)


@wrong_answer(check_dead_code, says="keep their order")
def dead_code_in_the_order_of_the_results(lines, results):
    by_name, kept = {line[0]: line for line in lines}, {}

    def keep(name):
        if name in by_name and name not in kept:
            for operand in by_name[name][2]:
                keep(operand)
            kept[name] = by_name[name]

    for name in sorted(results, reverse=True):
        keep(name)
    return list(kept.values())


spoiled(
    check_common_parts,
    compares_before_renaming=(
        "rename operands before",
        "operands = tuple(",
        "old, operands = operands, tuple(",
        "(op, operands)",
        "(op, old)",
    ),
    op_not_in_the_key=("the op belongs to what", "(op, operands)", "operands"),
    operands_sorted=(
        "have other operands",
        "(op, operands)",
        "(op, *sorted(map(str, operands)))",
    ),
    results_not_renamed=("was not given another name", "renamed.get(name, name)", "name"),
    nothing_merged=("are still there twice", "key in first", "False"),
    twins_dropped_and_still_read=("no line above makes it", "renamed[name] = first[key]", "pass"),
)

# ---------------------------------------------------------------------------------------------
# E23.3

GRADIENTS = "more, [gradient.get(name, 0.0) for name in inputs]"
spoiled(
    check_with_gradient,
    name_of_a_line_that_is_not_there=(
        "No line has this name",
        "gradient.get(name, 0.0)",
        '"g"',
    ),
    two_operands_for_tanh=(
        "tanh has one operand",
        GRADIENTS,
        '[*lines, ("g", "tanh", tuple(inputs))], ["g", "g"]',
    ),
    overwrites=("it receives two contributions", "if operand in gradient", "if False"),
    minus_is_plus=("the partial of b is -1", "(1.0, -1.0)", "(1.0, 1.0)"),
    own_operand=("is the *other* operand", "operands[::-1]", "operands"),
    tanh_of_operand=(
        "y is the name of the line itself",
        '"*", name, name',
        '"*", operands[0], operands[0]',
    ),
    passes_on_what_is_not_complete=(
        "from the last to the first, and add",
        "reversed(lines)",
        "(lines if len(lines) > 2 else reversed(lines))",
    ),
    none_for_what_is_not_reached=("has the gradient 0.0", "name, 0.0", "name"),
    only_the_backward_lines=(
        "they come first",
        GRADIENTS,
        '[("g", "+", (inputs[0], 0.0))], [0.0, 0.0]',
    ),
    lines_appended_to_the_argument=("was changed by the call", "list(lines)", "lines"),
)

# ---------------------------------------------------------------------------------------------
# E23.4

spoiled(
    check_to_python,
    body_not_indented=("is indented, and ends", '"    {name}', '"{name}'),
    operands_turned=("stand in the order of the line", "in operands]", "in operands[::-1]]"),
    one_number_returned=(
        "returns a list, also of one",
        "[{', '.join(map(str, results))}]",
        "{', '.join(map(str, results))}",
    ),
    first_result_returned=("Every result is returned", "str, results", "str, results[:1]"),
    numbers_rounded=(
        "Digits were lost",
        "str(operand)",
        'operand if isinstance(operand, str) else f"{operand:.6g}"',
    ),
    another_name_for_run=("makes no function of the name `run`", '"def run(', '"def f('),
    a_branch_in_the_source=(
        "IfExp in the source",
        "str, results))}]",
        "str, results))}] if True else []",
    ),
    inputs_forgotten=("stops when it is called", "{', '.join(inputs)}", ""),
    a_function_returned=(
        "The source is asked for",
        "body = []",
        "return lambda *numbers: list(numbers)",
    ),
)


@wrong_answer(check_to_python, says="For in the source")
def an_interpreter_in_the_source(lines, inputs, results):
    return (
        f"def run({', '.join(inputs)}):\n"
        f"    known = dict({', '.join(f'{name}={name}' for name in inputs)})\n"
        f"    for name, op, operands in {lines!r}:\n"
        "        a = [known.get(o, o) for o in operands]\n"
        "        known[name] = (tanh(a[0]) if op == 'tanh' else a[0] + a[1] if op == '+'\n"
        "            else a[0] - a[1] if op == '-' else a[0] * a[1])\n"
        f"    return [known[name] for name in {results!r}]\n"
    )


@wrong_answer(check_to_python, says="could be done once")
def text_evaluated_in_every_call(lines, inputs, results):
    source = right_answer(check_to_python)(lines, inputs, results)
    body = "\n".join(line[4:] for line in source.splitlines()[1:-1])
    values = ", ".join(f"{name}={name}" for name in inputs)
    wanted = ", ".join(f"scope.get({name!r})" for name in results)
    return (
        f"def run({', '.join(inputs)}):\n"
        f"    scope = dict({values}, tanh=tanh)\n"
        f"    exec({body!r}, scope)\n"
        f"    return [{wanted}]\n"
    )


from_results(
    check_wrongly_recorded,
    only_ce=("was answered once", ["c", "e"]),
    only_abce=("three rounds are three rounds", ["a", "b", "c", "e"]),
    only_ae=("its tanh is a constant", ["a", "e"]),
    only_acde=("it looks at its operand in every run", ["a", "c", "d", "e"]),
    only_ac=("another number would need more rounds", ["a", "c"]),
    places_of_the_programs=("letters from a to e in a list", [0, 2, 4]),
)
