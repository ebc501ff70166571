"""Wrong answers to exercise 20: switches left off, cuts in the wrong place, runs that differ."""

from autograd_lesson import no_grad
from autograd_lesson.checkpoint import checkpoint
from autograd_lesson.checks.e20_memory import (
    check_best_piece,
    check_my_checkpoint,
    check_my_detach,
    check_my_no_grad,
    check_predicted_peak,
)
from autograd_lesson.teaching.memory import cost_of_chain
from autograd_lesson.tensor import IS_RECORDING, recording
from wrong_answers import from_slips, spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E20.1 my_no_grad

spoiled(
    check_my_no_grad,
    off_for_good=("It was never put back", "IS_RECORDING.set(before)", "pass"),
    on_all_the_time=("The switch was not turned off", "IS_RECORDING.set(False)", "pass"),
    turned_over=(
        "switched recording on: it was off already",
        "IS_RECORDING.set(False)",
        "IS_RECORDING.set(not before)",
    ),
    back_to_true=("Behind an inner block the outer one still holds", "set(before)", "set(True)"),
    back_without_finally=(
        "The line that puts it back was skipped",
        "    try:\n        yield\n    finally:\n        IS_RECORDING",
        "    yield\n    IS_RECORDING",
    ),
    block_that_swallows_errors=(
        "The error never came out of the block",
        "    finally",
        "    except ValueError:\n        pass\n    finally",
    ),
)


@wrong_answer(check_my_no_grad, says="kept in one place that both share")
class BlockWithOneMemory:
    before = []

    def __enter__(self):
        self.before[:] = [IS_RECORDING.get()]
        IS_RECORDING.set(False)

    def __exit__(self, *error):
        IS_RECORDING.set(self.before[0])


@wrong_answer(check_my_no_grad, says="put back what was, not True")
class BlockThatCounts:
    depth = 0

    def __enter__(self):
        BlockThatCounts.depth += 1
        IS_RECORDING.set(False)

    def __exit__(self, *error):
        BlockThatCounts.depth -= 1
        IS_RECORDING.set(BlockThatCounts.depth == 0)


class BlockThatBeginsTooEarly:
    def __init__(self):
        self.before = IS_RECORDING.get()
        IS_RECORDING.set(False)

    def __enter__(self):
        pass

    def __exit__(self, *error):
        IS_RECORDING.set(self.before)


wrong_answer(check_my_no_grad, says="A block begins at `with`")(BlockThatBeginsTooEarly)


@wrong_answer(check_my_no_grad, says="a call of `no_grad` of the package")
def block_of_the_package():
    return no_grad()


@wrong_answer(check_my_no_grad, says="a call of `recording` of the package")
def block_of_the_package_under_it():
    return recording(False)


@wrong_answer(check_my_no_grad, says="A block needs a place to run in")
def function_that_only_switches():
    IS_RECORDING.set(False)


# ---------------------------------------------------------------------------------------------
# E20.2 my_detach

DETACHED = "made(None, (), x.array, (), memory_of=(x,))"
spoiled(
    check_my_detach,
    detach_that_does_nothing=("this is x itself", DETACHED, "x"),
    detach_into_a_new_leaf=("what came out asks for one", DETACHED, "Tensor(x.data)"),
    detach_into_a_copy=(
        "The numbers were copied",
        DETACHED,
        "Tensor(x.data, requires_grad=False)",
    ),
    detach_to_an_array=("This is the array alone", DETACHED, "x.numpy()"),
    detach_with_a_counter_of_its_own=(
        "a write through one is not seen by the other",
        ", memory_of=(x,)",
        "",
    ),
    detach_to_zeros=("Other numbers", "x.array", "0 * x.array"),
    detach_of_the_package=("a call of `detach` of the package", DETACHED, "x.detach()"),
    detach_without_a_result=("is a `return` missing?", "return ", ""),
)


@wrong_answer(check_my_detach, says="x itself was cut off")
def detach_that_cuts_x(x):
    x.operands = x.partials = ()
    x.requires_grad = False
    return x


# ---------------------------------------------------------------------------------------------
# E20.3 my_checkpoint

OPERANDS, BY_NAME = "(*xs, *named.values())", "dict(zip(named, copies[len(xs) :], strict=True))"
spoiled(
    check_my_checkpoint,
    checkpoint_that_keeps_all=(
        "The graph of the first run hangs on the result",
        "with no_grad()",
        "if True",
        "copies = [",
        "assert y.operands\n        copies = [",
    ),
    checkpoint_that_is_f=(
        "f was not run again",
        "state = rng.bit_generator.state if",
        "return f(*xs, **named)\n    state = rng.bit_generator.state if",
    ),
    checkpoint_that_records_twice=(
        "The first run was recorded, and its graph thrown away",
        "with no_grad()",
        "if True",
    ),
    checkpoint_on_the_operands=(
        "give f copies of them",
        "[Tensor(x.data) for x in operands]",
        "operands",
        "[copy.grad for copy in copies]",
        "[0 * x.array for x in operands]",
    ),
    checkpoint_without_named_operands=(
        "passed by its name is an operand like the others",
        OPERANDS,
        "xs",
        BY_NAME,
        "{name: x.detach() for name, x in named.items()}",
    ),
    checkpoint_that_draws_anew=("Other entries were dropped", "state = state", "state"),
    checkpoint_that_leaves_the_generator=(
        "The generator was left where the second run ended",
        "state = later",
        "state",
    ),
    checkpoint_that_runs_for_each_operand=(
        "come from one and the same second run",
        "operands, back)",
        "operands, lambda g: [back(g)[i] for i in range(len(operands))])",
    ),
    checkpoint_without_upstream=("The upstream is not used", "backward(g)", "backward(0 * g + 1)"),
    checkpoint_that_runs_twice_at_once=(
        "one run is enough",
        "y = f(",
        "y = f(*xs, **named)\n        if rng: rng.bit_generator.state = state\n        y = f(",
    ),
    checkpoint_that_never_records=(
        "In the second run nothing takes a gradient",
        "again = f(",
        "with no_grad(): again = f(",
    ),
    checkpoint_without_a_seed=("Go back from g", "backward(g)", "backward()"),
    checkpoint_on_detached_operands=(
        "A gradient is None",
        "copy.grad for copy in copies",
        "x.grad for x in operands",
    ),
    checkpoint_whose_way_back_returns_nothing=(
        "`back` returned nothing",
        "return [copy.grad",
        "[copy.grad",
    ),
    checkpoint_with_named_operands_as_they_are=(
        "give f copies of the named ones, too",
        OPERANDS,
        "xs",
        BY_NAME,
        "named",
    ),
    checkpoint_without_a_result=("is a `return` missing?", "return joint", "joint"),
    checkpoint_of_zeros=("f gives other numbers", "joint(y", "joint(0 * y"),
    checkpoint_without_names=(
        "What is passed by name goes to f by that name",
        "**named):",
        "named={}):",
    ),
    checkpoint_with_the_sign_turned=("is not that of f", "backward(g)", "backward(-g)"),
)


@wrong_answer(check_my_checkpoint, says="a call of `checkpoint` of the package")
def checkpoint_of_the_package(f, *xs, rng=None, **named):
    return checkpoint(lambda *xs: f(*xs, **named), *xs)


# ---------------------------------------------------------------------------------------------
# E20.4 predicted_peak, best_piece

from_slips(
    check_predicted_peak,
    peak_of_the_whole_chain="the chain without checkpoints",
    peak_of_the_results="These are the results that were kept",
    peak_of_one_piece="This is one piece, computed again",
    peak_with_one_array_a_step="A tanh saves two arrays",
    peak_with_every_result="Inside a piece no result is kept",
)
spoiled(
    check_predicted_peak,
    peak_without_a_result=("is a `return` missing?", "return pieces", "pieces"),
    peak_as_a_product=("One result for each piece, and two arrays", "pieces + 2 * k", "n * k + 12"),
    peak_of_whole_pieces_alone=("is a piece like the others", "-(-n // k)", "n // k"),
)
from_slips(
    check_best_piece,
    piece_of_one_step="Pieces of one step",
    piece_of_all="One piece: nothing is kept",
    piece_of_half="Two pieces",
    piece_of_the_root="if a step saved one array",
)
BEST = "min(range(1, n + 1), key=lambda k: -(-n // k) + 2 * k)"
spoiled(
    check_best_piece,
    piece_with_decimals=("A piece has a whole number of steps", BEST, "(n / 2) ** 0.5"),
    piece_without_a_result=("is a `return` missing?", "return min", "min"),
    piece_of_a_third=("the other grows", BEST, "max(1, n // 3)"),
)


@wrong_answer(check_predicted_peak, says="a call of `cost_of_chain` of the package")
def peak_that_is_measured(n, k):
    return cost_of_chain(n, k, 1000).peak
