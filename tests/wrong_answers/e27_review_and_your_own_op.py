"""Wrong answers to exercise 27: an op badly described, wrong rules for it, and tests too weak."""

import numpy as np

from autograd_lesson.checks.e27_review_and_your_own_op import (
    check_my_op,
    check_my_rule,
    check_my_test,
)
from wrong_answers import wrong_answer

# ---------------------------------------------------------------------------------------------
# E27.1 the op


def vector(rng):
    return (rng.normal(size=4),)


def matrix(rng):
    return (rng.uniform(0.5, 2.0, size=(3, 4)),)


def matrix_and_vector(rng):
    return rng.normal(size=(3, 3)) + 3 * np.eye(3), rng.normal(size=3)


def unit(x):
    return x / np.sqrt((x * x).sum())


def inverse_fft(x):
    return np.stack([np.fft.ifft(x).real, np.fft.ifft(x).imag])


def by_chance(x):
    return x + np.random.default_rng().normal()


def written_into(x):
    x /= np.sqrt((x * x).sum())
    return x.copy()


RIGHT = {"name": "unit", "operands": vector, "result": unit}
ROWS = {"operands": matrix}
DESCRIBED = {
    "op_without_a_name": ("An op has a name", {"name": ""}),
    "solve_by_a_product": (
        "the x for which",
        {"name": "solve", "operands": matrix_and_vector, "result": np.matmul},
    ),
    "logsumexp_without_log": (
        "the logarithm of the sum",
        ROWS | {"name": "logsumexp", "result": lambda x: np.exp(x).sum(axis=-1)},
    ),
    "cumsum_of_columns": (
        "the sums of each row so far",
        ROWS | {"name": "cumsum", "result": lambda x: x.cumsum(axis=0)},
    ),
    "sort_downwards": (
        "from its least number",
        ROWS | {"name": "sort", "result": lambda x: -np.sort(-x, axis=-1)},
    ),
    "fft_turned_round": ("its real part in row 0", {"name": "FFT", "result": inverse_fft}),
    "sinkhorn_without_columns": (
        "each row divided by its sum",
        ROWS | {"name": "Sinkhorn step", "result": lambda k: k / k.sum(axis=1, keepdims=True)},
    ),
    "operands_of_nobody": (
        "draw from the `rng` that is handed in",
        {"operands": lambda rng: (np.random.normal(size=4),)},
    ),
    "operands_that_stay": (
        "may be right at one point alone",
        {"operands": lambda rng: (np.arange(1.0, 5.0),)},
    ),
    "operands_that_are_whole": (
        "along whole numbers",
        {"operands": lambda rng: (rng.permutation(4) + 1,)},
    ),
    "operands_by_the_hundred": (
        "a few tell as much as many",
        {"operands": lambda rng: (rng.normal(size=100),)},
    ),
    "operands_without_rng": ("takes the `rng`", {"operands": lambda: (np.ones(4),)}),
    "an_array_for_a_result": ("'result' is a function, without", {"result": np.ones(4)}),
    "operands_for_a_function": ("'operands' is a function, without", {"operands": (1.0, 2.0)}),
    "roots_of_negative_numbers": (
        "where the result is not finite",
        {"result": lambda x: x + np.inf},
    ),
    "a_complex_result": ("complex numbers: stack", {"result": np.fft.fft}),
    "a_result_that_stands_still": ("operand 0 moves", {"result": lambda x: np.floor(x / 100)}),
    "a_result_by_chance": ("gave two results", {"result": by_chance}),
    "a_result_written_into_its_operand": ("was changed by the call", {"result": written_into}),
    "a_result_of_words": ("is of type str", {"result": str}),
    "a_result_of_two_arrays": ("2 results, in a row", {"result": lambda x: (x, x.sum())}),
    "a_result_in_a_row": ("a result in a row", {"result": lambda x: [x]}),
    "a_result_given_one_by_one": ("numbers one by one", {"result": lambda x: iter(x)}),
    "a_result_of_verdicts": ("True and False have no slopes", {"result": lambda x: x > 0}),
    "a_result_without_numbers": ("There is no number in it", {"result": lambda x: x[:0]}),
    "operands_of_words": (
        "an index, say, is of whole numbers",
        {"operands": lambda rng: (rng.normal(size=3), "up"), "result": lambda x, way: x},
    ),
    "operands_that_are_complex": (
        "These are complex numbers: take",
        {"operands": lambda rng: (rng.normal(size=3) + 1j,), "result": np.abs},
    ),
    "operands_of_ragged_rows": (
        "rows of different lengths",
        {"operands": lambda rng: ([[1.0], [2.0, rng.normal()]],)},
    ),
    "solve_that_cannot_be": (
        "There is no result at these operands",
        {"operands": lambda rng: (np.ones((3, 3)), rng.normal(size=3)), "result": np.linalg.solve},
    ),
    "solve_turned_round": (
        "By its name the op takes A (n, n) and b (n,)",
        {
            "name": "solve",
            "operands": lambda rng: matrix_and_vector(rng)[::-1],
            "result": lambda b, A: np.linalg.solve(A, b),
        },
    ),
    "cumsum_from_a_number_on": (
        "the op takes x (n, m)",
        {
            "name": "cumsum",
            "operands": lambda rng: (*matrix(rng), 1.0),
            "result": lambda x, first: first + x.cumsum(axis=1),
        },
    ),
    "fft_of_a_matrix": (
        "the op takes x (n,)",
        {"name": "fft", "operands": matrix, "result": lambda x: np.fft.fft(x).real},
    ),
    "sinkhorn_of_any_sign": (
        "the op takes K > 0",
        {
            "name": "sinkhorn",
            "operands": lambda rng: (rng.normal(size=(2, 3)),),
            "result": lambda k: k / k.sum(axis=0),
        },
    ),
}


def described(name, parts):
    def answer():
        return RIGHT | parts

    answer.__name__ = name
    return answer


for name, (says, parts) in DESCRIBED.items():
    wrong_answer(check_my_op, says)(described(name, parts))


@wrong_answer(check_my_op, says="The key 'result' is missing")
def an_op_without_a_result():
    return {"name": "unit", "operands": vector}


@wrong_answer(check_my_op, says="is a `return` missing?")
def an_op_without_a_return():
    dict(RIGHT)


# ---------------------------------------------------------------------------------------------
# E27.2 the rule


def solve():
    return {"name": "solve", "operands": matrix_and_vector, "result": np.linalg.solve}


def solve_rule(A, b):
    x = np.linalg.solve(A, b)

    def to_b(g):
        return np.linalg.solve(A.T, g)

    def to_A(g):
        return -np.outer(to_b(g), x)

    return x, (to_A, to_b)


def faulty(name, spoil):
    """The rule, of whose result and ways back something else is made."""

    def rule(A, b):
        x, (to_A, to_b) = solve_rule(A, b)
        return spoil(A, x, to_A, to_b)

    rule.__name__ = name
    return rule


def written_upstream(way):
    def back(g):
        found = way(g)
        g *= 2
        return found

    return back


FAULTY = {
    "rule_without_a_sign": (
        "This is its negative",
        lambda A, x, to_A, to_b: (x, (lambda g: -to_A(g), to_b)),
    ),
    "rule_with_a_transpose": (
        "This is its transpose",
        lambda A, x, to_A, to_b: (x, (lambda g: to_A(g).T, to_b)),
    ),
    "rule_without_the_upstream": (
        "the upstream is lost",
        lambda A, x, to_A, to_b: (x, (lambda g: to_A(np.ones(3)), to_b)),
    ),
    "rule_counted_twice": (
        "twice as much",
        lambda A, x, to_A, to_b: (x, (to_A, lambda g: 2 * to_b(g))),
    ),
    "rule_of_a_half": (
        "This is half of it",
        lambda A, x, to_A, to_b: (x, (to_A, lambda g: to_b(g) / 2)),
    ),
    "rule_backwards": (
        "in the opposite direction",
        lambda A, x, to_A, to_b: (x, (to_A, lambda g: to_b(g)[::-1])),
    ),
    "rule_with_A_for_its_transpose": (
        "one derives it once more",
        lambda A, x, to_A, to_b: (x, (to_A, lambda g: np.linalg.solve(A, g))),
    ),
    "rule_with_the_functions_swapped": (
        "the functions have changed places",
        lambda A, x, to_A, to_b: (x, (to_b, to_A)),
    ),
    "rule_without_a_gradient": (
        "None says that it takes no gradient",
        lambda A, x, to_A, to_b: (x, (to_A, None)),
    ),
    "rule_of_another_op": (
        "computes another result",
        lambda A, x, to_A, to_b: (2 * x, (to_A, to_b)),
    ),
    "rule_of_called_functions": (
        "The functions themselves are returned",
        lambda A, x, to_A, to_b: (x, (to_A(np.ones(3)), to_b(np.ones(3)))),
    ),
    "rule_that_passes_nothing_on": (
        "its last line is a `return`",
        lambda A, x, to_A, to_b: (x, (to_A, lambda g: None)),
    ),
    "rule_with_one_function": ("got        1 for 2", lambda A, x, to_A, to_b: (x, to_A)),
    "rule_of_a_flat_row": ("These are 3 things", lambda A, x, to_A, to_b: (x, to_A, to_b)),
    "rule_turned_round": ("The result comes first", lambda A, x, to_A, to_b: ((to_A, to_b), x)),
    "rule_of_two_results": ("2 results, in a row", lambda A, x, to_A, to_b: ((x, x), (to_A, to_b))),
    "rule_with_a_dict": (
        "stand in a tuple, in the order",
        lambda A, x, to_A, to_b: (x, {"A": to_A, "b": to_b}),
    ),
    "rule_whose_function_takes_nothing": (
        "takes one thing, the upstream",
        lambda A, x, to_A, to_b: (x, (lambda: A, to_b)),
    ),
    "rule_of_complex_numbers": (
        "These are complex numbers, and real ones",
        lambda A, x, to_A, to_b: (x, (to_A, lambda g: to_b(g) + 0j)),
    ),
    "rule_without_functions": ("the result alone", lambda A, x, to_A, to_b: x),
    "rule_without_a_return": ("is a `return` missing?", lambda A, x, to_A, to_b: None),
    "rule_that_writes_into_the_upstream": (
        "has written into the upstream",
        lambda A, x, to_A, to_b: (x, (to_A, written_upstream(to_b))),
    ),
}
for name, (says, spoil) in FAULTY.items():
    wrong_answer(check_my_rule, says)((solve, faulty(name, spoil)))


def rule_that_writes_into_its_operand(A, b):
    x, ways = solve_rule(A.copy(), b)
    b[...] = 0
    return x, ways


def rule_by_differences(A, b):
    """Each slope is measured, with the step of whoever has read lesson 01."""

    def measured(operand):
        def back(g):
            slopes, h = np.zeros(operand.shape), 1e-5
            for place in np.ndindex(operand.shape):
                here = operand[place]
                operand[place] = here + h
                ahead = np.linalg.solve(A, b)
                operand[place] = here - h
                slopes[place] = (g * (ahead - np.linalg.solve(A, b))).sum() / (2 * h)
                operand[place] = here
            return slopes

        return back

    A, b = A.copy(), b.copy()
    return np.linalg.solve(A, b), (measured(A), measured(b))


def rule_of_one_operand(A):
    return A, lambda g: g


def rule_that_forgets(A, b):
    x, (to_A, to_b) = solve_rule(A, b)
    kept = [to_b]
    return x, (to_A, lambda g: kept.pop()(g) if kept else np.zeros(3))


def cut_at_zero():
    def operands(rng):
        return (np.append(rng.normal(size=3), 0.0),)

    return {"name": "relu", "operands": operands, "result": lambda x: np.maximum(x, 0.0)}


def rule_at_a_kink(x):
    return np.maximum(x, 0.0), lambda g: g * (x > 0.0)


wrong_answer(check_my_rule, "the op has a kink")((cut_at_zero, rule_at_a_kink))
wrong_answer(check_my_rule, "this is a difference of two results")((solve, rule_by_differences))
wrong_answer(check_my_rule, "written into operand 1")((solve, rule_that_writes_into_its_operand))
wrong_answer(check_my_rule, "in the same order, and nothing else")((solve, rule_of_one_operand))
wrong_answer(check_my_rule, "something else than the first")((solve, rule_that_forgets))

# ---------------------------------------------------------------------------------------------
# E27.3 tests


def agrees(rule, operands, upstream, which=(0, 1), look=np.asarray, atol=1e-6):
    """Whether the ways back to these operands are the measured slopes, as far as one looks."""
    operands = [x.copy() for x in operands]
    for k in which:
        claimed, measured = rule(*operands)[1][k](upstream), np.zeros(operands[k].shape)
        for place in np.ndindex(measured.shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = [x.copy() for x in operands]
                moved[k][place] += step
                ends.append(rule(*moved)[0])
            measured[place] = (upstream * (ends[0] - ends[1])).sum() / 2e-6
        if claimed.shape != measured.shape:
            return False
        if not np.allclose(look(claimed), look(measured), atol=atol):
            return False
    return True


def random_point():
    rng = np.random.default_rng(7)
    return matrix_and_vector(rng), rng.normal(size=3)


def looks_at_nothing(rule):
    return True


def looks_at_the_first_operand(rule):
    return agrees(rule, *random_point(), which=[0])


def looks_under_ones(rule):
    return agrees(rule, random_point()[0], np.ones(3))


def looks_at_the_sum(rule):
    return agrees(rule, *random_point(), look=np.sum)


def looks_at_the_last_number(rule):
    return agrees(rule, *random_point(), look=lambda x: x.flat[-1])


def looks_at_the_signs(rule):
    return agrees(rule, *random_point(), look=np.sign)


def looks_at_a_symmetrical_matrix(rule):
    (_, b), upstream = random_point()
    return agrees(rule, (np.diag([1.0, 2.0, 3.0]), b), upstream)


def asks_the_rule_itself(rule):
    operands, upstream = random_point()
    pairs = zip(rule(*operands)[1], solve_rule(*operands)[1], strict=True)
    return all(np.allclose(one(upstream), other(upstream)) for one, other in pairs)


def compares_all_digits(rule):
    operands, upstream = random_point()
    x, (_, to_b) = rule(*operands)
    return bool((to_b(upstream) == np.linalg.solve(operands[0].T, upstream)).all())


def refuses_everything(rule):
    return False


def says_nothing(rule):
    agrees(rule, *random_point())


def says_how_far_off(rule):
    return 0.0


def stops_with_an_error(rule):
    return rule(1.0)


TOO_WEAK = {
    looks_at_nothing: "All three survive",
    looks_at_the_first_operand: "It is wrong for operand 1 alone",
    looks_under_ones: "nobody misses it",
    looks_at_the_sum: "The sum is right, and so are the first and the last",
    looks_at_the_last_number: "All the other numbers are right",
    looks_at_the_signs: "how near is near enough",
    looks_at_a_symmetrical_matrix: "At a symmetric operand",
    compares_all_digits: "by `np.allclose`, not `==`",
    refuses_everything: "Print the two numbers",
    says_nothing: "The function returned nothing",
    says_how_far_off: "A test says True",
    stops_with_an_error: "stops with an error",
}
for test, says in TOO_WEAK.items():
    wrong_answer(check_my_test, says)((solve, solve_rule, test))
wrong_answer(check_my_test, "the check of my_rule pass first")(
    (solve, faulty("wrong_rule", FAULTY["rule_without_a_sign"][1]), looks_at_nothing)
)
