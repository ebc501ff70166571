"""Wrong answers to exercise 28."""

from autograd_lesson.checks.e28_from_graph_to_kernels import (
    check_arrays_moved,
    check_fused,
    check_lives,
    check_passes,
    check_places,
)
from wrong_answers import from_slips, spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E28.1 a chain in one loop

CHAIN = "max(2.0 * number + 1.0, 0.0) * number"
spoiled(
    check_fused,
    chain_without_its_last_factor=("The last factor is missing", "0.0) * number", "0.0)"),
    chain_without_a_cut=("Nothing is cut off at 0", CHAIN, "(2.0 * number + 1.0) * number"),
    chain_cut_at_the_end=(
        "The cut comes last here",
        CHAIN,
        "max((2.0 * number + 1.0) * number, 0.0)",
    ),
    chain_with_one_added_first=(
        "1 is added before the factor 2",
        "2.0 * number + 1.0",
        "2.0 * (number + 1.0)",
    ),
    chain_that_fetches_twice=("A number is fetched more than once", CHAIN, CHAIN[:-6] + "x[i]"),
    chain_that_clears_first=(
        "A number is written more than once",
        "number = x[i]",
        "number = x[i]\n        y[i] = 0.0",
    ),
    chain_into_its_operand=("`x` was written to", "y[i] =", "x[i] = y[i] ="),
    chain_that_writes_back_what_it_read=(
        "`x` is only read",
        "number = x[i]",
        "number = x[i]\n        x[i] = number",
    ),
    chain_that_returns=("Nothing was written into `y`", "y[i] =", "number ="),
    chain_with_a_slip=("is another number", CHAIN, "number - 3.0"),
    chain_without_its_last_number=("Nothing was written into `y[2]`", "len(x)", "len(x) - 1"),
    chain_written_backwards=("from the last to the first", "y[i]", "y[-1 - i]"),
    chain_of_words=("`y[0]` is no number", CHAIN, "str(number)"),
    chain_one_place_on=("The places go from 0 to 2", "y[i]", "y[i + 1]"),
)


@wrong_answer(check_fused, says="fetched again from slow memory: this is a second loop")
def chain_in_two_loops(x, y):
    for i in range(len(x)):
        number = x[i]
        y[i] = max(2.0 * number + 1.0, 0.0)
        x_again = number
        y[i] = y[i] * x_again


@wrong_answer(check_fused, says="a look at `._numbers`")
def chain_that_is_not_counted(x, y):
    for i, number in enumerate(x._numbers):
        y[i] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="a look at `.__dict__`")
def chain_that_looks_behind_the_counts(x, y):
    [numbers] = (thing for thing in vars(x).values() if isinstance(thing, list))
    for i, number in enumerate(numbers):
        y[i] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="a look at `.reads`")
def chain_that_sets_the_count_back(x, y):
    for i in range(len(x)):
        y[i] = max(2.0 * x[i] + 1.0, 0.0) * x[i]
    x.reads = len(x)


@wrong_answer(check_fused, says="a look at `.__closure__`")
def chain_that_opens_the_memory(x, y):
    counted = type(x).__getitem__.__closure__[0].cell_contents
    for i, number in enumerate(counted.numbers):
        y[i] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="`x` and `y` are memories, no arrays")
def chain_as_of_an_array(x, y):
    y[:] = 2.0 * x + 1.0


@wrong_answer(check_fused, says="and not the number that lies there")
def chain_by_the_numbers(x, y):
    for number in x:
        y[number] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="A memory of length 0 is one, too")
def chain_with_a_first_number(x, y):
    y[0] = max(2.0 * (number := x[0]) + 1.0, 0.0) * number
    for i in range(1, len(x)):
        y[i] = max(2.0 * (number := x[i]) + 1.0, 0.0) * number


# ---------------------------------------------------------------------------------------------
# E28.2 passes

from_slips(
    check_passes,
    passes_all_at_once="is in the pass that computes it",
    passes_one_a_line="Each line has a pass of its own",
    passes_that_wait_for_elements="An elementwise line waits here",
    passes_with_late_sums="itself is one pass too late",
    passes_of_the_first_operand="one that is ready sooner was taken",
    passes_from_one="The passes are counted from 1",
    passes_below_each_sum="starts a new pass for all lines below it",
)


spoiled(
    check_passes,
    passes_of_sums_alone=(
        "is the first in another pass",
        "max((ready[o] for o in operands if o in ready), default=0)",
        '2 * (op == "sum")',
    ),
    passes_without_a_result=("is a `return` missing?", "return found", ""),
    passes_without_the_first_line=(
        "There is no entry for v0",
        "return found",
        'return {name: k for name, k in found.items() if name != "v0"}',
    ),
    passes_as_a_list=("A dict is asked for", "return found", "return [*found.values()]"),
    passes_in_quotes=(
        "The entry for v0 is the number of a pass, and not '0'",
        "return found",
        "return {name: str(k) for name, k in found.items()}",
    ),
    passes_that_look_inputs_up=(
        "No line makes an input or a plain number",
        " if o in ready",
        "",
    ),
    passes_of_lines_in_four=(
        "A line has three parts",
        "name, op, operands in",
        "name, op, _, _ in",
    ),
)


# ---------------------------------------------------------------------------------------------
# E28.3 rows that are moved

from_slips(
    check_arrays_moved,
    moved_in_passes_first="The two counts have changed places",
    moved_of_one_input="x1 is a row as well",
    moved_with_ops_of_numbers="makes no row",
    moved_with_a_number_as_result="A result that is one number was counted",
    moved_written_by_each_reader="counted as written by each pass that reads it",
    moved_result_written_twice="counted as written twice",
    moved_reads_of_passes_alone="What comes in was counted alone",
    moved_with_a_row_twice="A row that stands twice in a line",
    moved_reads_alone="The reads alone were counted",
    moved_writes_alone="The writes alone were counted",
    moved_with_numbers="Single numbers were counted",
    moved_with_results_of_sums="counted as a row that is written",
    moved_without_results="A result was not counted as written",
    moved_all_written="Every row is written here",
    moved_own_rows_read="were counted as read there",
    moved_for_each_reader="counted for each line that reads it",
    moved_once_in_all="counted as read once in all",
    moved_line_by_line_again="This is the count line by line",
)


@wrong_answer(check_arrays_moved, says="Each line reads its rows")
def moved_by_lines(lines, passes, results):
    return 2 * len(lines) + 20, len(lines)


@wrong_answer(check_arrays_moved, says="Two counts are asked for")
def moved_one_number(lines, passes, results):
    return len(lines)


# ---------------------------------------------------------------------------------------------
# E28.4 lives

from_slips(
    check_lives,
    lives_to_the_first_reader="A life ends at its *first* reader",
    lives_without_results="The results are to be there when all is done",
    lives_of_results_too_short="A result ends at the last line here",
    lives_one_line_longer="The end is one line behind the last reader",
    lives_from_one="The lines are counted from 1",
    lives_from_the_end="The pairs are the wrong way round",
    lives_as_lengths="This is how long each array lives",
    lives_of_unread_to_the_end="An array that nobody reads lives in the line",
)


spoiled(
    check_lives,
    lives_that_are_whole=("is the first to differ", "(k, k)", "(0, len(lines))"),
    lives_without_a_result=("is a `return` missing?", "return found", "found"),
    lives_as_sets=(
        "The entry for v0 is a pair of numbers",
        "return found",
        "return {name: set(life) for name, life in found.items()}; found",
    ),
)


# ---------------------------------------------------------------------------------------------
# E28.5 places

FOUND = "return found"
spoiled(
    check_places,
    places_side_by_side=(
        "All arrays lie side by side",
        "-sizes[name]",
        "0",
        "if together and",
        "if",
    ),
    places_half_open=("a life holds its last line", "<= min(", "< min("),
    places_all_at_the_start=("Everything begins at the same address", "= address\n", "= 0\n"),
    places_in_time=(
        "placed in the order in which they are made",
        "-sizes[name]",
        "lives[name][0]",
    ),
    places_smallest_first=("The smallest were placed first", "-sizes[name]", "sizes[name]"),
    places_beside_the_last_one=(
        "both are needed, and they share addresses",
        "found[name] = address",
        "found[name] = address % 7",
    ),
    places_with_a_gap=("and there are holes", "address = 0", "address = 1"),
    places_as_a_list=(
        "stand under the names of the arrays",
        FOUND,
        "return [*found.values()]",
    ),
    places_of_the_first=("There is no place for", FOUND, "return {next(iter(sizes)): 0}"),
    places_as_pairs=(
        "An address is a whole number",
        FOUND,
        "return {name: (address, sizes[name]) for name, address in found.items()}",
    ),
    places_without_a_result=("is a `return` missing?", FOUND, ""),
    places_that_eat_the_sizes=("was changed by the call", FOUND, f"sizes.clear()\n    {FOUND}"),
)
