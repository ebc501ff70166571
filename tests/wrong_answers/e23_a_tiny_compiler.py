"""Wrong answers to the checks of 23."""

from autograd_lesson.checks.e23_a_tiny_compiler import (
    check_common_parts,
    check_dead_code,
    check_to_python,
    check_trace,
    check_with_gradient,
    check_wrongly_recorded,
)
from wrong_answers import wrong_answer


def refused(check, says, name):
    """Register a function made by another one, under a name of its own."""

    def register(answer):
        answer.__name__ = name
        wrong_answer(check, says=says)(answer)

    return register


# ---------------------------------------------------------------------------------------------
# E23.1


def tracer(
    name=lambda lines: f"v{len(lines)}",
    operand=lambda o: getattr(o, "name", o),
    turned=True,
    reflected=True,
    result=lambda lines, outcome: outcome.name,
    times=1,
):
    """A `trace` with a mistake of its own."""

    def trace(f, count):
        lines = []

        def write(op, *operands):
            for _ in range(times):
                lines.append((own := name(lines), op, tuple(map(operand, operands))))
            return Recorder(own)

        class Recorder:
            def __init__(self, name):
                self.name = name

            def __add__(self, other):
                return write("+", self, other)

            def __mul__(self, other):
                return write("*", self, other)

            def __sub__(self, other):
                return write("-", self, other)

            def tanh(self):
                return write("tanh", self)

            if reflected:
                __radd__, __rmul__ = __add__, __mul__

                def __rsub__(self, other):
                    return write("-", *((other, self) if turned else (self, other)))

        outcome = f(*[Recorder(f"x{i}") for i in range(count)])
        return lines, result(lines, outcome)

    return trace


refused(check_trace, "the number is first", "rsub_not_turned")(tracer(turned=False))
refused(check_trace, "__radd__, __rmul__ and __rsub__", "no_reflected_methods")(
    tracer(reflected=False)
)
refused(check_trace, "Each line needs a name of its own", "one_name_for_all")(
    tracer(name=lambda lines: "v")
)
refused(check_trace, "and no object", "recorders_as_operands")(tracer(operand=lambda o: o))
refused(check_trace, "The last line need not be the result", "last_line_returned")(
    tracer(result=lambda lines, outcome: lines[-1][0] if lines else outcome.name)
)
refused(check_trace, "and nothing else does", "every_line_twice")(tracer(times=2))
refused(check_trace, "is the name (a text)", "recorder_returned")(
    tracer(result=lambda lines, outcome: outcome)
)


@wrong_answer(check_trace, says="Two things are asked for")
def trace_without_the_result(f, count):
    return tracer()(f, count)[0]


# ---------------------------------------------------------------------------------------------
# E23.2


@wrong_answer(check_dead_code, says="dead itself")
def dead_code_in_one_look(lines, results):
    read = {operand for _, _, operands in lines for operand in operands} | set(results)
    return [line for line in lines if line[0] in read]


@wrong_answer(check_dead_code, says="no line above makes it")
def dead_code_that_forgets_operands(lines, results):
    return [line for line in lines if line[0] in results]


@wrong_answer(check_dead_code, says="no result needs is still there")
def dead_code_kept(lines, results):
    return list(lines)


@wrong_answer(check_dead_code, says="was changed by the call")
def dead_code_in_place(lines, results):
    needed = set(results)
    for line in lines[::-1]:
        if line[0] in needed:
            needed.update(line[2])
        else:
            lines.remove(line)
    return lines


@wrong_answer(check_dead_code, says="A result has lost its line")
def dead_code_of_the_first_result(lines, results):
    needed, kept = {results[0]}, []
    for line in lines[::-1]:
        if line[0] in needed:
            kept.append(line)
            needed.update(line[2])
    return kept[::-1]


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


def merging(key, renames_first=True, renames_results=True, merges=True):
    """A `common_parts` with a mistake of its own."""

    def common_parts(lines, results):
        first, renamed, kept = {}, {}, []
        for name, op, operands in lines:
            new = tuple(renamed.get(o, o) for o in operands)
            own = key(op, new if renames_first else operands)
            if merges and own in first:
                renamed[name] = first[own]
            else:
                first[own] = name
                kept.append((name, op, new))
        return kept, [renamed.get(r, r) if renames_results else r for r in results]

    return common_parts


refused(check_common_parts, "rename operands before", "compares_before_renaming")(
    merging(lambda op, operands: (op, operands), renames_first=False)
)
refused(check_common_parts, "the op belongs to what", "op_not_in_the_key")(
    merging(lambda op, operands: operands)
)
refused(check_common_parts, "have other operands", "operands_sorted")(
    merging(lambda op, operands: (op, *sorted(map(str, operands))))
)
refused(check_common_parts, "was not given another name", "results_not_renamed")(
    merging(lambda op, operands: (op, operands), renames_results=False)
)
refused(check_common_parts, "are still there twice", "nothing_merged")(
    merging(lambda op, operands: (op, operands), merges=False)
)


@wrong_answer(check_common_parts, says="no line above makes it")
def twins_dropped_and_still_read(lines, results):
    kept = {}
    for line in lines:
        kept.setdefault(line[1:], line)
    return list(kept.values()), results


# ---------------------------------------------------------------------------------------------
# E23.3


def walking(
    adds=True, backwards=True, minus=-1.0, product=lambda operands: operands[::-1], of_tanh="result"
):
    """A `with_gradient` with a mistake of its own."""

    def with_gradient(lines, result, inputs):
        more = list(lines)

        def write(op, *operands):
            more.append((f"g{len(more)}", op, operands))
            return more[-1][0]

        gradient = {result: 1.0}
        for name, op, operands in reversed(lines) if backwards else lines:
            if name not in gradient:
                continue
            if op == "tanh":
                y = name if of_tanh == "result" else operands[0]
                partials = (write("-", 1.0, write("*", y, y)),)
            else:
                partials = {"+": (1.0, 1.0), "-": (1.0, minus), "*": product(operands)}[op]
            for operand, partial in zip(operands, partials, strict=True):
                amount = write("*", gradient[name], partial)
                if adds and operand in gradient:
                    amount = write("+", gradient[operand], amount)
                gradient[operand] = amount
        return more, [gradient.get(name, 0.0) for name in inputs]

    return with_gradient


@wrong_answer(check_with_gradient, says="No line has this name")
def name_of_a_line_that_is_not_there(lines, result, inputs):
    more, gradients = walking()(lines, result, inputs)
    return more, ["g" for _ in gradients]


@wrong_answer(check_with_gradient, says="tanh has one operand")
def two_operands_for_tanh(lines, result, inputs):
    return [*lines, ("g", "tanh", tuple(inputs))], ["g", "g"]


refused(check_with_gradient, "it receives two contributions", "overwrites")(walking(adds=False))
refused(check_with_gradient, "the partial of b is -1", "minus_is_plus")(walking(minus=1.0))
refused(check_with_gradient, "is the *other* operand", "own_operand")(
    walking(product=lambda operands: operands)
)
refused(check_with_gradient, "y is the name of the line itself", "tanh_of_operand")(
    walking(of_tanh="operand")
)


@wrong_answer(check_with_gradient, says="from the last to the first, and add")
def passes_on_what_is_not_complete(lines, result, inputs):
    if len(lines) < 3:
        return walking()(lines, result, inputs)
    return walking(backwards=False)(lines, result, inputs)


@wrong_answer(check_with_gradient, says="has the gradient 0.0")
def none_for_what_is_not_reached(lines, result, inputs):
    more, gradients = walking()(lines, result, inputs)
    return more, [None if g == 0.0 else g for g in gradients]


@wrong_answer(check_with_gradient, says="they come first")
def only_the_backward_lines(lines, result, inputs):
    return [("g", "+", (inputs[0], 0.0))], [0.0, 0.0]


@wrong_answer(check_with_gradient, says="was changed by the call")
def lines_appended_to_the_argument(lines, result, inputs):
    more, gradients = walking()(lines, result, inputs)
    lines[:] = more
    return lines, gradients


# ---------------------------------------------------------------------------------------------
# E23.4


def source(lines, inputs, results, indent="    ", turned=False, brackets="[{}]", word=str):
    """A `to_python` with a mistake of its own."""
    body = []
    for name, op, operands in lines:
        words = [word(o) for o in (operands[::-1] if turned else operands)]
        expression = f"tanh({words[0]})" if op == "tanh" else f" {op} ".join(words)
        body.append(f"{indent}{name} = {expression}\n")
    returned = f"    return {brackets.format(', '.join(results))}\n"
    return f"def run({', '.join(inputs)}):\n" + "".join(body) + returned


@wrong_answer(check_to_python, says="is indented, and ends")
def body_not_indented(lines, inputs, results):
    return source(lines, inputs, results, indent="")


@wrong_answer(check_to_python, says="stand in the order of the line")
def operands_turned(lines, inputs, results):
    return source(lines, inputs, results, turned=True)


@wrong_answer(check_to_python, says="returns a list, also of one")
def one_number_returned(lines, inputs, results):
    return source(lines, inputs, results, brackets="{}")


@wrong_answer(check_to_python, says="Every result is returned")
def first_result_returned(lines, inputs, results):
    return source(lines, inputs, results[:1])


@wrong_answer(check_to_python, says="Digits were lost")
def numbers_rounded(lines, inputs, results):
    return source(lines, inputs, results, word=lambda o: o if isinstance(o, str) else f"{o:.6g}")


@wrong_answer(check_to_python, says="makes no function of the name `run`")
def another_name_for_run(lines, inputs, results):
    return source(lines, inputs, results).replace("def run(", "def f(")


@wrong_answer(check_to_python, says="IfExp in the source")
def a_branch_in_the_source(lines, inputs, results):
    return source(lines, inputs, results, brackets="[{}] if True else []")


@wrong_answer(check_to_python, says="stops when it is called")
def inputs_forgotten(lines, inputs, results):
    return source(lines, [], results)


@wrong_answer(check_to_python, says="The source is asked for")
def a_function_returned(lines, inputs, results):
    return lambda *numbers: list(numbers)


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
    body = "\n".join(line[4:] for line in source(lines, inputs, results).splitlines()[1:-1])
    values = ", ".join(f"{name}={name}" for name in inputs)
    wanted = ", ".join(f"scope.get({name!r})" for name in results)
    return (
        f"def run({', '.join(inputs)}):\n"
        f"    scope = dict({values}, tanh=tanh)\n"
        f"    exec({body!r}, scope)\n"
        f"    return [{wanted}]\n"
    )


# ---------------------------------------------------------------------------------------------
# E23.5


def predicts(letters, says):
    """A list of letters as an answer."""
    refused(check_wrongly_recorded, says, f"only_{letters}")(lambda: list(letters))


predicts("ce", "was answered once")
predicts("abce", "three rounds are three rounds")
predicts("ae", "its tanh is a constant")
predicts("acde", "it looks at its operand in every run")
predicts("ac", "another number would need more rounds")


@wrong_answer(check_wrongly_recorded, says="letters from a to e in a list")
def places_of_the_programs():
    return [0, 2, 4]
