"""Wrong answers to the checks of 10."""

from autograd_lesson.checks.e10_drawing_the_graph import check_alt_text, check_to_dot, check_trace
from wrong_answers import spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E10.1


@wrong_answer(check_trace, says="each call waits inside the one before it")
def trace_by_recursion(root):
    values = []

    def visit(value):
        if value not in values:
            for operand in value.operands:
                visit(operand)
            values.append(value)

    visit(root)
    return values, [(o, r, i) for r in values for i, o in enumerate(r.operands)]


RETURN, EDGE = "return values, edges", "(operand, result, index)"
spoiled(
    check_trace,
    trace_into_sets=("A set has no order of its own", RETURN, "return set(values), set(edges)"),
    trace_without_the_index=("An edge has three parts", EDGE, "(operand, result)"),
    trace_with_one_edge_for_each_pair=(
        "An operand that is used twice has two edges",
        "enumerate(result.operands)",
        "enumerate(dict.fromkeys(result.operands))",
    ),
    trace_that_asks_the_tuple_for_the_index=(
        "finds the first place",
        EDGE,
        "(operand, result, result.operands.index(operand))",
    ),
    trace_that_counts_from_one=(
        "The index begins at 1",
        "enumerate(result.operands)",
        "enumerate(result.operands, 1)",
    ),
    trace_with_the_edges_turned_round=(
        "The arrows point the wrong way",
        EDGE,
        "(result, operand, index)",
    ),
    trace_that_never_asks_what_was_seen=(
        "is listed more than once",
        "elif value not in seen",
        "else",
    ),
    trace_from_the_root=("is listed before its operand", RETURN, "return values[::-1], edges"),
    trace_of_the_results_alone=(
        "The leaves are missing",
        RETURN,
        "return [value for value in values if value.operands or value is root], edges",
    ),
    trace_without_the_root=("The root itself is missing", RETURN, "return values[:-1], edges"),
    trace_by_label=(
        "a label is no identity",
        RETURN,
        "return list({value.label: value for value in values}.values()), edges",
    ),
    trace_of_values_alone=("`return values, edges`", RETURN, "return values"),
    trace_that_returns_nothing=("is a `return` missing?", RETURN, ""),
    trace_of_labels=(
        "holds something that is no Value",
        RETURN,
        "return [value.label for value in values], edges",
    ),
    trace_with_the_edges_of_every_visit=(
        "a result was crossed each time it was met",
        "values, seen, stack = [], set(), [",
        "edges, values, seen, stack = [], [], set(), [",
        "if operands_are_listed:",
        "if not operands_are_listed:\n"
        "            edges += [(x, value, i) for i, x in enumerate(value.operands)]\n"
        "        else:",
        "elif",
        "if not operands_are_listed and",
        "edges = [\n",
        "_ = [\n",
    ),
    trace_into_a_list_that_outlives_the_call=(
        "finds what the first has left",
        "def trace",
        "seen = set()\n\n\ndef trace",
        "values, seen, stack = [], set(), [",
        "values, stack = [], [",
    ),
)

# ---------------------------------------------------------------------------------------------
# E10.2

NAMES = 'f"n{place}" for place, value in enumerate(topological_order(root))'
BACKSLASHES, QUOTES, BREAKS = (
    r'.replace("\\", "\\\\")',
    r""".replace('"', '\\"')""",
    r'.replace("\n", "\\n")',
)
RETURN = r'return "\n".join([*lines, "}"])'
spoiled(
    check_to_dot,
    dot_named_by_address=(
        "The long numbers are addresses",
        NAMES,
        "id(value) for value in topological_order(root)",
    ),
    dot_without_escapes=(
        "ends the label too early",
        f'.replace("&", "&amp;"){BACKSLASHES}',
        "",
        f"{QUOTES}{BREAKS}",
        "",
    ),
    dot_with_one_arrow_for_each_pair=(
        "One arrow is drawn where a value is used twice",
        "in result.operands",
        "in dict.fromkeys(result.operands)",
    ),
    dot_of_records=("A record's label is a small language", "shape=box", "shape=record"),
    dot_that_leaves_the_ampersand=("An `&` is written `&amp;`", '.replace("&", "&amp;")', ""),
    dot_that_drops_line_breaks=(
        "A line break inside a label is written",
        BREAKS,
        r'.replace("\n", " ")',
    ),
    dot_that_leaves_some_backslashes=(
        "stands for the name of the node",
        BACKSLASHES,
        BACKSLASHES + r'.replace("\\\\N", "\\N")',
    ),
    dot_that_drops_backslashes=("A backslash is lost", BACKSLASHES, r'.replace("\\", "")'),
    dot_that_escapes_twice=("A backslash too many", BACKSLASHES, BACKSLASHES + BACKSLASHES),
    dot_that_escapes_quotes_before_backslashes=(
        "was doubled as well",
        f'.replace("&", "&amp;"){BACKSLASHES}',
        "",
        f"{QUOTES}{BREAKS}",
        f"{QUOTES}{BACKSLASHES}",
    ),
    dot_named_by_label=(
        "Two values with one label became one node",
        NAMES,
        f"""'"' + value.label{BACKSLASHES} + '"' for value in topological_order(root)""",
    ),
    dot_with_lines_for_arrows=("a line without direction", " -> ", " -- "),
    dot_with_html=("read as HTML", '"{label}"', "<{label}>"),
    dot_from_root_to_leaves=(
        "they lead the way the numbers went",
        "{name[operand]} -> {name[result]}",
        "{name[result]} -> {name[operand]}",
    ),
    dot_of_results_alone=(
        "Write a line for each value",
        "lines.append",
        "value.operands and lines.append",
    ),
    dot_with_the_number=("with something added", "{label}", "{label} = 1"),
    dot_without_brackets=("The text begins with", RETURN, r'return "\n".join(lines[1:])'),
    dot_in_lines=("as one string", RETURN, 'return [*lines, "}"]'),
)

# ---------------------------------------------------------------------------------------------
# E10.3

BOTH = "{labels[0]} {value.op.symbol} {labels[1]}"
CALL = "sentences.append(f\"{value.label} = {value.op.symbol}({', '.join(labels)}).\")"
RETURN = 'return " ".join(sentences)'
spoiled(
    check_alt_text,
    words_with_a_set_of_edges=(
        "so `a * a` has two",
        "len(value.operands)",
        "len(set(value.operands))",
    ),
    words_that_count_the_results=(
        "the leaves and the root too",
        '(len(values), "value")',
        '(sum(1 for value in values if value.operands), "value")',
    ),
    words_without_a_singular=(
        "whoever listens hears the difference",
        "'' if count == 1 else 's'",
        "'s'",
    ),
    words_with_an_empty_formula_for_leaves=(
        "A leaf was not computed from anything",
        CALL,
        f"{CALL}\n        else: sentences.append(f'{{value.label}} = .')",
    ),
    words_with_the_number_of_leaves=(
        "There is a sentence for a leaf",
        CALL,
        f"{CALL}\n        else: sentences.append(f'{{value.label}} = 2.')",
    ),
    words_from_the_root=(
        "a listener cannot look back",
        "for value in values:",
        "for value in reversed(values):",
    ),
    words_with_each_operand_once=(
        "names every operand as often as it is used",
        BOTH,
        "{f' {value.op.symbol} '.join(dict.fromkeys(labels))}",
    ),
    words_without_the_counts=(
        "It begins with the sentence that counts",
        RETURN,
        'return " ".join(sentences[1:])',
    ),
    words_in_a_list=("One string is asked for", RETURN, "return sentences"),
)
