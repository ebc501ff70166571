"""The checks of exercise 28 take every right answer, however it is written."""

import math
from itertools import permutations

import numpy as np
import pytest

from autograd_lesson.checks import CheckFailed
from autograd_lesson.checks.e28_from_graph_to_kernels import (
    check_arrays_moved,
    check_fused,
    check_lives,
    check_passes,
    check_places,
)


def test_a_chain_may_go_through_its_numbers_in_any_way():
    def by_iteration(x, y):
        for i, number in enumerate(x):
            y[i] = number * max(1.0 + 2.0 * number, 0.0)

    def backwards(x, y):
        for i in reversed(range(len(x))):
            number = x[i]
            y[i] = number * (2.0 * number + 1.0) if number > -0.5 else 0.0

    def all_at_once(x, y):
        numbers = np.array(x[:])
        y[:] = np.maximum(2.0 * numbers + 1.0, 0.0) * numbers

    def at_once_of_an_array(x, y):
        numbers = np.array(x)
        y[:] = (max(2.0 * number + 1.0, 0.0) * number for number in numbers)

    for answer in (by_iteration, backwards, all_at_once, at_once_of_an_array):
        check_fused(answer)


def pass_of(name, lines):
    """The pass of a name by recursion, from the result down."""
    line = next((line for line in lines if line[0] == name), None)
    if line is None:
        return 0
    by_name = {made: op for made, op, _ in lines}
    return max((pass_of(o, lines) + (by_name.get(o) in ("sum", "max"))
                for o in line[2] if isinstance(o, str)), default=0)  # fmt: skip


def test_passes_may_be_found_from_the_results_down_and_be_floats():
    check_passes(lambda lines: {name: float(pass_of(name, lines)) for name, _, _ in lines})


def test_rows_may_be_counted_pass_by_pass_and_given_as_a_list():
    def moved(lines, passes, results):
        rows, alone = ["x0", "x1"], 0
        for name, op, operands in lines:
            used = {o for o in operands if o in rows}
            if used and op not in ("sum", "max"):
                rows.append(name)
                alone += 1
            alone += len(used)
        together = 0
        for k in set(passes.values()):
            here = [line for line in lines if passes[line[0]] == k]
            own = {name for name, _, _ in here}
            other = [line for line in lines if passes[line[0]] != k]
            together += len({o for _, _, used in here for o in used if o in rows} - own)
            later = {o for _, _, used in other for o in used} | set(results)
            together += len([name for name in own if name in rows and name in later])
        return [alone, np.int64(together)]

    check_arrays_moved(moved)
    check_arrays_moved(lambda *given: np.array(moved(*given)))


def test_lives_may_be_found_name_by_name_and_be_lists():
    def lives(lines, results):
        found = {}
        for k, (name, _, _) in enumerate(lines):
            last = [i for i, line in enumerate(lines) if name in line[2]][-1:] or [k]
            found[name] = [k, len(lines) if name in results else last[0]]
        return found

    check_lives(lives)
    check_lives(lambda *given: {n.upper(): np.array(life) for n, life in lives(*given).items()})


def test_a_reader_is_found_by_its_whole_name():
    def lives(lines, results):  # v1 stands in v10
        readers = {name: [k for k, line in enumerate(lines) if name in str(line)]
                   for name, _, _ in lines}  # fmt: skip
        return {name: (k, len(lines) if name in results else max(readers[name]))
                for k, (name, _, _) in enumerate(lines)}  # fmt: skip

    with pytest.raises(CheckFailed, match=r"v1 is the first to differ: .* read in line 1\."):
        check_lives(lives)


def lowest(order, lives, sizes):
    """Each at the lowest address that is free, tried one by one."""
    places = {}
    for name in order:
        meeting = [n for n in places if lives[n][0] <= lives[name][1] >= lives[name][0]
                   and lives[n][1] >= lives[name][0]]  # fmt: skip
        address = 0
        while any(places[n] < address + sizes[name] and address < places[n] + sizes[n]
                  for n in meeting):  # fmt: skip
            address += 1
        places[name] = address
    return places


def test_a_plan_of_another_kind_passes_if_it_takes_no_more():
    def searched(lives, sizes):
        names = sorted(sizes, key=sizes.get, reverse=True)
        orders = permutations(names) if len(names) < 6 else [names, names[1:] + names[:1]]
        plans = [lowest(order, lives, sizes) for order in orders]
        return min(plans, key=lambda plan: max(plan[n] + sizes[n] for n in plan))

    check_places(searched)
    check_places(lambda lives, sizes: {n: float(a) for n, a in searched(lives, sizes).items()})


@pytest.mark.parametrize(
    "key",
    [
        lambda n, lives, sizes: lives[n][0] - lives[n][1],
        lambda n, lives, sizes: sizes[n] * (lives[n][0] - lives[n][1] - 1),
        lambda n, lives, sizes: -lives[n][1],
        lambda n, lives, sizes: n,
    ],
    ids=["life", "size times life", "last line", "name"],
)
def test_another_order_than_the_largest_first_takes_more(key):
    with pytest.raises(CheckFailed, match="or less"):
        check_places(lambda a, b: lowest(sorted(b, key=lambda n: key(n, a, b)), a, b))


@pytest.mark.parametrize("address", [math.nan, math.inf, -1, 0.5, True, None, "0"])
def test_an_address_that_is_no_whole_number_is_refused_as_one(address):
    with pytest.raises(CheckFailed, match="An address is a whole number"):
        check_places(lambda lives, sizes: dict.fromkeys(sizes, address))
