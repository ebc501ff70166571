"""Wrong answers to exercise 28."""

from autograd_lesson.checks.e28_from_graph_to_kernels import (
    check_arrays_moved,
    check_fused,
    check_lives,
    check_passes,
    check_places,
)
from wrong_answers import from_slips, wrong_answer

# ---------------------------------------------------------------------------------------------
# E28.1 a chain in one loop

from_slips(
    check_fused,
    chain_without_its_last_factor="The last factor is missing",
    chain_without_a_cut="Nothing is cut off at 0",
    chain_cut_at_the_end="The cut comes last here",
    chain_with_one_added_first="1 is added before the factor 2",
)


@wrong_answer(check_fused, says="A number is fetched more than once")
def chain_that_fetches_twice(x, y):
    for i in range(len(x)):
        y[i] = max(2.0 * x[i] + 1.0, 0.0) * x[i]


@wrong_answer(check_fused, says="fetched again from slow memory: this is a second loop")
def chain_in_two_loops(x, y):
    for i in range(len(x)):
        number = x[i]
        y[i] = max(2.0 * number + 1.0, 0.0)
        x_again = number
        y[i] = y[i] * x_again


@wrong_answer(check_fused, says="A number is written more than once")
def chain_that_clears_first(x, y):
    for i in range(len(x)):
        y[i] = 0.0
    for i in range(len(x)):
        number = x[i]
        y[i] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="`x` was written to")
def chain_into_its_operand(x, y):
    for i in range(len(x)):
        number = x[i]
        x[i] = y[i] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="Nothing was written into `y`")
def chain_that_returns(x, y):
    return [max(2.0 * number + 1.0, 0.0) * number for number in x]


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


@wrong_answer(check_fused, says="is another number")
def chain_with_a_slip(x, y):
    for i in range(len(x)):
        y[i] = x[i] - 3.0


@wrong_answer(check_fused, says="Nothing was written into `y[2]`")
def chain_without_its_last_number(x, y):
    for i in range(len(x) - 1):
        number = x[i]
        y[i] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="from the last to the first")
def chain_written_backwards(x, y):
    for i in range(len(x)):
        number = x[i]
        y[-1 - i] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="`y[0]` is no number")
def chain_of_words(x, y):
    for i in range(len(x)):
        y[i] = str(x[i])


@wrong_answer(check_fused, says="`x` and `y` are memories, no arrays")
def chain_as_of_an_array(x, y):
    y[:] = 2.0 * x + 1.0


@wrong_answer(check_fused, says="and not the number that lies there")
def chain_by_the_numbers(x, y):
    for number in x:
        y[number] = max(2.0 * number + 1.0, 0.0) * number


@wrong_answer(check_fused, says="The places go from 0 to 2")
def chain_one_place_on(x, y):
    for i in range(len(x)):
        number = x[i]
        y[i + 1] = max(2.0 * number + 1.0, 0.0) * number


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


@wrong_answer(check_passes, says="is the first in another pass")
def passes_of_sums_alone(lines):
    return {name: 2 * (op == "sum") for name, op, _ in lines}


@wrong_answer(check_passes, says="is a `return` missing?")
def passes_without_a_result(lines):
    dict.fromkeys(name for name, _, _ in lines)


@wrong_answer(check_passes, says="A dict is asked for")
def passes_as_a_list(lines):
    return [0 for _ in lines]


@wrong_answer(check_passes, says="The entry for v0 is the number of a pass, and not '0'")
def passes_in_quotes(lines):
    return {name: "0" for name, _, _ in lines}


@wrong_answer(check_passes, says="No line makes an input or a plain number")
def passes_that_look_inputs_up(lines):
    found = {}
    for name, _, operands in lines:
        found[name] = max(found[operand] for operand in operands)
    return found


@wrong_answer(check_passes, says="A line has three parts")
def passes_of_lines_in_four(lines):
    return {name: 0 for name, _, _, _ in lines}


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


@wrong_answer(check_lives, says="is the first to differ")
def lives_that_are_whole(lines, results):
    return {name: (0, len(lines)) for name, _, _ in lines}


@wrong_answer(check_lives, says="is a `return` missing?")
def lives_without_a_result(lines, results):
    dict.fromkeys(results)


@wrong_answer(check_lives, says="The entry for v0 is a pair of numbers")
def lives_as_sets(lines, results):
    return {name: {k} for k, (name, _, _) in enumerate(lines)}


# ---------------------------------------------------------------------------------------------
# E28.5 places

from_slips(
    check_places,
    places_side_by_side="All arrays lie side by side",
    places_half_open="a life holds its last line",
    places_all_at_the_start="Everything begins at the same address",
    places_in_time="placed in the order in which they are made",
    places_smallest_first="The smallest were placed first",
)


def side_by_side(sizes, gap=0):
    """One after the other, with a gap before each."""
    places, end = {}, 0
    for name in sizes:
        places[name] = end + gap
        end += gap + sizes[name]
    return places


@wrong_answer(check_places, says="both are needed, and they share addresses")
def places_beside_the_last_one(lives, sizes):
    ends, address = {}, 0
    for name in sizes:
        ends[name] = address % 7
        address += sizes[name]
    return ends


@wrong_answer(check_places, says="and there are holes")
def places_with_a_gap(lives, sizes):
    return side_by_side(sizes, gap=1)


@wrong_answer(check_places, says="stand under the names of the arrays")
def places_as_a_list(lives, sizes):
    return [*side_by_side(sizes).values()]


@wrong_answer(check_places, says="There is no place for")
def places_of_the_first(lives, sizes):
    return {next(iter(sizes)): 0}


@wrong_answer(check_places, says="An address is a whole number")
def places_as_pairs(lives, sizes):
    return {name: (0, size) for name, size in sizes.items()}


@wrong_answer(check_places, says="is a `return` missing?")
def places_without_a_result(lives, sizes):
    dict.fromkeys(sizes, 0)


@wrong_answer(check_places, says="was changed by the call")
def places_that_eat_the_sizes(lives, sizes):
    places = side_by_side(sizes)
    sizes.clear()
    return places
