"""Wrong answers to the checks of 10."""

from autograd_lesson.checks.e10_drawing_the_graph import check_alt_text, check_to_dot, check_trace
from wrong_answers import wrong_answer

# ---------------------------------------------------------------------------------------------
# E10.1


def topological_order(root):
    """In code of its own: the check notices a call of the package's."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, is_done = stack.pop()
        if is_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack += [(value, True), *((x, False) for x in reversed(value.operands))]
    return order


def edges_of(values):
    return [(o, r, i) for r in values for i, o in enumerate(r.operands)]


@wrong_answer(check_trace, says="A set has no order of its own")
def trace_into_sets(root):
    values = topological_order(root)
    return set(values), {(o, r) for r in values for o in r.operands}


@wrong_answer(check_trace, says="each call waits inside the one before it")
def trace_by_recursion(root):
    values = []

    def visit(value):
        if value not in values:
            for operand in value.operands:
                visit(operand)
            values.append(value)

    visit(root)
    return values, edges_of(values)


@wrong_answer(check_trace, says="An edge has three parts")
def trace_without_the_index(root):
    values = topological_order(root)
    return values, [(o, r) for r in values for o in r.operands]


@wrong_answer(check_trace, says="An operand that is used twice has two edges")
def trace_with_one_edge_for_each_pair(root):
    values = topological_order(root)
    return values, [(o, r, r.operands.index(o)) for r in values for o in dict.fromkeys(r.operands)]


@wrong_answer(check_trace, says="finds the first place")
def trace_that_asks_the_tuple_for_the_index(root):
    values = topological_order(root)
    return values, [(o, r, r.operands.index(o)) for r in values for o in r.operands]


@wrong_answer(check_trace, says="The index begins at 1")
def trace_that_counts_from_one(root):
    values = topological_order(root)
    return values, [(o, r, i) for r in values for i, o in enumerate(r.operands, 1)]


@wrong_answer(check_trace, says="The arrows point the wrong way")
def trace_with_the_edges_turned_round(root):
    values = topological_order(root)
    return values, [(r, o, i) for o, r, i in edges_of(values)]


@wrong_answer(check_trace, says="is listed more than once")
def trace_that_never_asks_what_was_seen(root):
    values, stack = [], [root]
    while stack:
        value = stack.pop()
        values.append(value)
        stack += value.operands
    return values[::-1], edges_of(values)


@wrong_answer(check_trace, says="is listed before its operand")
def trace_from_the_root(root):
    values = topological_order(root)[::-1]
    return values, edges_of(values)


@wrong_answer(check_trace, says="The leaves are missing")
def trace_of_the_results_alone(root):
    values = topological_order(root)
    return [v for v in values if v.operands or v is root], edges_of(values)


@wrong_answer(check_trace, says="The root itself is missing")
def trace_without_the_root(root):
    values = topological_order(root)
    return values[:-1], edges_of(values)


@wrong_answer(check_trace, says="a label is no identity")
def trace_by_label(root):
    by_label = {value.label: value for value in topological_order(root)}
    return list(by_label.values()), edges_of(by_label.values())


@wrong_answer(check_trace, says="`return values, edges`")
def trace_of_values_alone(root):
    return topological_order(root)


@wrong_answer(check_trace, says="is a `return` missing?")
def trace_that_returns_nothing(root):
    topological_order(root)


@wrong_answer(check_trace, says="a result was crossed each time it was met")
def trace_with_the_edges_of_every_visit(root):
    edges, stack = [], [root]
    while stack:
        value = stack.pop()
        edges += edges_of([value])
        stack += value.operands
    return topological_order(root), edges


@wrong_answer(check_trace, says="holds something that is no Value")
def trace_of_labels(root):
    values = topological_order(root)
    return [value.label for value in values], edges_of(values)


# ---------------------------------------------------------------------------------------------
# E10.2


def escaped(label):
    label = label.replace("&", "&amp;").replace("\\", "\\\\")
    return label.replace('"', '\\"').replace("\n", "\\n")


def dot_text(root, escape=escaped, shape="box", arrow="->", twice=True, name=None):
    values = topological_order(root)
    name = name or {value: f"n{place}" for place, value in enumerate(values)}
    lines = ["digraph {", f"  node [shape={shape}]"]
    lines += [f'  {name[value]} [label="{escape(value.label)}"]' for value in values]
    for result in values:
        operands = result.operands if twice else dict.fromkeys(result.operands)
        lines += [f"  {name[operand]} {arrow} {name[result]}" for operand in operands]
    return "\n".join([*lines, "}"])


@wrong_answer(check_to_dot, says="The long numbers are addresses")
def dot_named_by_address(root):
    return dot_text(root, name={value: id(value) for value in topological_order(root)})


@wrong_answer(check_to_dot, says="ends the label too early")
def dot_without_escapes(root):
    return dot_text(root, escape=str)


@wrong_answer(check_to_dot, says="One arrow is drawn where a value is used twice")
def dot_with_one_arrow_for_each_pair(root):
    return dot_text(root, twice=False)


@wrong_answer(check_to_dot, says="A record's label is a small language")
def dot_of_records(root):
    return dot_text(root, shape="record")


@wrong_answer(check_to_dot, says="An `&` is written `&amp;`")
def dot_that_leaves_the_ampersand(root):
    return dot_text(root, escape=lambda label: escaped(label).replace("&amp;", "&"))


@wrong_answer(check_to_dot, says="A line break inside a label is written")
def dot_that_drops_line_breaks(root):
    return dot_text(root, escape=lambda label: escaped(label.replace("\n", " ")))


@wrong_answer(check_to_dot, says="stands for the name of the node")
def dot_that_leaves_some_backslashes(root):
    return dot_text(root, escape=lambda label: escaped(label).replace("\\\\N", "\\N"))


@wrong_answer(check_to_dot, says="A backslash is lost")
def dot_that_drops_backslashes(root):
    return dot_text(root, escape=lambda label: escaped(label.replace("\\", "")))


@wrong_answer(check_to_dot, says="A backslash too many")
def dot_that_escapes_twice(root):
    return dot_text(root, escape=lambda label: escaped(label.replace("\\", "\\\\")))


@wrong_answer(check_to_dot, says="was doubled as well")
def dot_that_escapes_quotes_before_backslashes(root):
    return dot_text(root, escape=lambda label: label.replace('"', '\\"').replace("\\", "\\\\"))


@wrong_answer(check_to_dot, says="Two values with one label became one node")
def dot_named_by_label(root):
    quoted = {value: f'"{escaped(value.label)}"' for value in topological_order(root)}
    return dot_text(root, name=quoted)


@wrong_answer(check_to_dot, says="a line without direction")
def dot_with_lines_for_arrows(root):
    return dot_text(root, arrow="--")


@wrong_answer(check_to_dot, says="read as HTML")
def dot_with_html(root):
    return dot_text(root).replace('="', "=<").replace('"]', ">]")


@wrong_answer(check_to_dot, says="they lead the way the numbers went")
def dot_from_root_to_leaves(root):
    values = topological_order(root)
    head, *rest = dot_text(root).splitlines()
    turned = [" -> ".join(reversed(line.strip().split(" -> "))) for line in rest]
    return "\n".join([head, *(turned if len(values) > 1 else rest)])


@wrong_answer(check_to_dot, says="Write a line for each value")
def dot_of_results_alone(root):
    lines = dot_text(root).splitlines()
    leaves = {f"n{i}" for i, v in enumerate(topological_order(root)) if not v.operands}
    return "\n".join(ln for ln in lines if "->" in ln or ln.strip().split(" ")[0] not in leaves)


@wrong_answer(check_to_dot, says="with something added")
def dot_with_the_number(root):
    return dot_text(root).replace('"]', ' = 1"]')


@wrong_answer(check_to_dot, says="The text begins with")
def dot_without_brackets(root):
    return "\n".join(dot_text(root).splitlines()[1:-1])


@wrong_answer(check_to_dot, says="as one string")
def dot_in_lines(root):
    return dot_text(root).splitlines()


# ---------------------------------------------------------------------------------------------
# E10.3


def words(root, values=None, edges=None, plural=True, formula=None, leaves=False):
    found = topological_order(root)
    edges = sum(len(v.operands) for v in found) if edges is None else edges
    counts = [(len(found) if values is None else values, "value"), (edges, "edge")]
    said = [f"{n} {noun}{'s' * (n != 1 or not plural)}" for n, noun in counts]
    return f"Graph of {root.label}: {', '.join(said)}." + "".join(
        f" {v.label} = {(formula or written)(v)}." for v in found if v.operands or leaves
    )


def written(value):
    labels = [operand.label for operand in value.operands]
    if value.op and value.op.symbol in ("+", "-", "*"):
        return f"{labels[0]} {value.op.symbol} {labels[1]}"
    return f"{value.op.symbol}({', '.join(labels)})" if value.op else ""


@wrong_answer(check_alt_text, says="so `a * a` has two")
def words_with_a_set_of_edges(root):
    values = topological_order(root)
    return words(root, edges=len({(o, r) for r in values for o in r.operands}))


@wrong_answer(check_alt_text, says="the leaves and the root too")
def words_that_count_the_results(root):
    return words(root, values=sum(1 for v in topological_order(root) if v.operands))


@wrong_answer(check_alt_text, says="whoever listens hears the difference")
def words_without_a_singular(root):
    return words(root, plural=False)


@wrong_answer(check_alt_text, says="A leaf was not computed from anything")
def words_with_an_empty_formula_for_leaves(root):
    return words(root, leaves=True)


@wrong_answer(check_alt_text, says="There is a sentence for a leaf")
def words_with_the_number_of_leaves(root):
    return words(root, leaves=True, formula=lambda v: written(v) or "2")


@wrong_answer(check_alt_text, says="a listener cannot look back")
def words_from_the_root(root):
    first, *rest = words(root).removesuffix(".").split(". ")
    return ". ".join([first, *rest[::-1]]) + "."


@wrong_answer(check_alt_text, says="names every operand as often as it is used")
def words_with_each_operand_once(root):
    def once(value):
        return f" {value.op.symbol} ".join(dict.fromkeys(o.label for o in value.operands))

    return words(root, formula=once)


@wrong_answer(check_alt_text, says="It begins with the sentence that counts")
def words_without_the_counts(root):
    return words(root).partition(". ")[2]


@wrong_answer(check_alt_text, says="One string is asked for")
def words_in_a_list(root):
    return words(root).split(". ")


LISTED = []


@wrong_answer(check_trace, says="finds what the first has left")
def trace_into_a_list_that_outlives_the_call(root):
    values = [value for value in topological_order(root) if value not in LISTED]
    LISTED.extend(values)
    return values, edges_of(values)
