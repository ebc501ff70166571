"""Wrong answers to exercise 20: switches left off, cuts in the wrong place, runs that differ."""

from contextlib import contextmanager

import numpy as np

from autograd_lesson import Tensor, no_grad
from autograd_lesson.checkpoint import checkpoint, joint
from autograd_lesson.checks.e20_memory import (
    check_best_piece,
    check_my_checkpoint,
    check_my_detach,
    check_my_no_grad,
    check_predicted_peak,
)
from autograd_lesson.teaching.memory import cost_of_chain
from autograd_lesson.tensor import IS_RECORDING, made, recording
from wrong_answers import from_slips, wrong_answer

# ---------------------------------------------------------------------------------------------
# E20.1 my_no_grad


@wrong_answer(check_my_no_grad, says="It was never put back")
@contextmanager
def off_for_good():
    IS_RECORDING.set(False)
    yield


@wrong_answer(check_my_no_grad, says="The switch was not turned off")
@contextmanager
def on_all_the_time():
    before = IS_RECORDING.get()
    yield
    IS_RECORDING.set(before)


@wrong_answer(check_my_no_grad, says="Behind an inner block the outer one still holds")
@contextmanager
def back_to_true():
    IS_RECORDING.set(False)
    try:
        yield
    finally:
        IS_RECORDING.set(True)


@wrong_answer(check_my_no_grad, says="The line that puts it back was skipped")
@contextmanager
def back_without_finally():
    before = IS_RECORDING.get()
    IS_RECORDING.set(False)
    yield
    IS_RECORDING.set(before)


@wrong_answer(check_my_no_grad, says="The error never came out of the block")
@contextmanager
def block_that_swallows_errors():
    before = IS_RECORDING.get()
    IS_RECORDING.set(False)
    try:
        yield
    except ValueError:
        pass
    finally:
        IS_RECORDING.set(before)


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


@wrong_answer(check_my_detach, says="x itself was cut off")
def detach_that_cuts_x(x):
    x.operands = x.partials = ()
    x.requires_grad = False
    return x


@wrong_answer(check_my_detach, says="this is x itself")
def detach_that_does_nothing(x):
    return x


@wrong_answer(check_my_detach, says="what came out asks for one")
def detach_into_a_new_leaf(x):
    return Tensor(x.data)


@wrong_answer(check_my_detach, says="The numbers were copied")
def detach_into_a_copy(x):
    return Tensor(x.data, requires_grad=False)


@wrong_answer(check_my_detach, says="This is the array alone")
def detach_to_an_array(x):
    return x.numpy()


@wrong_answer(check_my_detach, says="a write through one is not seen by the other")
def detach_with_a_counter_of_its_own(x):
    return made(None, (), x.array, ())


@wrong_answer(check_my_detach, says="Other numbers")
def detach_to_zeros(x):
    return made(None, (), 0 * x.array, ())


@wrong_answer(check_my_detach, says="a call of `detach` of the package")
def detach_of_the_package(x):
    return x.detach()


@wrong_answer(check_my_detach, says="is a `return` missing?")
def detach_without_a_result(x):
    made(None, (), x.array, (), memory_of=(x,))


# ---------------------------------------------------------------------------------------------
# E20.3 my_checkpoint


def again_on_copies(f, xs, named, g, of_copy=lambda x: Tensor(x.data)):
    """Right but for random numbers: the gradients of a second run."""
    copies = [of_copy(x) for x in (*xs, *named.values())]
    y = f(*copies[: len(xs)], **dict(zip(named, copies[len(xs) :], strict=True)))
    y.backward(g)
    return [copy.grad for copy in copies]


def first_run(f, xs, named):
    """Right: the result, nothing recorded."""
    with no_grad():
        return f(*xs, **named).array


def replayed(rng, state, work):
    """Right: what work() gives with the generator as it was, and the generator as it is."""
    if rng is None:
        return work()
    later, rng.bit_generator.state = rng.bit_generator.state, state
    found = work()
    rng.bit_generator.state = later
    return found


def state_of(rng):
    """Right: where a generator stands."""
    return rng and rng.bit_generator.state


@wrong_answer(check_my_checkpoint, says="The graph of the first run hangs on the result")
def checkpoint_that_keeps_all(f, *xs, rng=None, **named):
    state = state_of(rng)
    y = f(*xs, **named)

    def back(g):
        assert y.operands
        return replayed(rng, state, lambda: again_on_copies(f, xs, named, g))

    return joint(y.array, (*xs, *named.values()), back)


@wrong_answer(check_my_checkpoint, says="a call of `checkpoint` of the package")
def checkpoint_of_the_package(f, *xs, rng=None, **named):
    return checkpoint(lambda *xs: f(*xs, **named), *xs)


@wrong_answer(check_my_checkpoint, says="f was not run again")
def checkpoint_that_is_f(f, *xs, rng=None, **named):
    return f(*xs, **named)


@wrong_answer(check_my_checkpoint, says="The first run was recorded, and its graph thrown away")
def checkpoint_that_records_twice(f, *xs, rng=None, **named):
    state = state_of(rng)
    y = f(*xs, **named).array
    return joint(
        y,
        (*xs, *named.values()),
        lambda g: replayed(rng, state, lambda: again_on_copies(f, xs, named, g)),
    )


@wrong_answer(check_my_checkpoint, says="give f copies of them")
def checkpoint_on_the_operands(f, *xs, rng=None, **named):
    def back(g):
        y = f(*xs, **named)
        y.backward(g)
        return [np.zeros(x.shape) for x in (*xs, *named.values())]

    return joint(first_run(f, xs, named), (*xs, *named.values()), back)


@wrong_answer(check_my_checkpoint, says="passed by its name is an operand like the others")
def checkpoint_without_named_operands(f, *xs, rng=None, **named):
    state = state_of(rng)

    def work(g):
        constant = {name: x.detach() for name, x in named.items()}
        return again_on_copies(lambda *xs: f(*xs, **constant), xs, {}, g)

    y = first_run(f, xs, named)
    return joint(y, xs, lambda g: replayed(rng, state, lambda: work(g)))


@wrong_answer(check_my_checkpoint, says="Other entries were dropped")
def checkpoint_that_draws_anew(f, *xs, rng=None, **named):
    y = first_run(f, xs, named)
    return joint(y, (*xs, *named.values()), lambda g: again_on_copies(f, xs, named, g))


@wrong_answer(check_my_checkpoint, says="The generator was left where the second run ended")
def checkpoint_that_leaves_the_generator(f, *xs, rng=None, **named):
    state = state_of(rng)
    y = first_run(f, xs, named)

    def back(g):
        if rng:
            rng.bit_generator.state = state
        return again_on_copies(f, xs, named, g)

    return joint(y, (*xs, *named.values()), back)


@wrong_answer(check_my_checkpoint, says="come from one and the same second run")
def checkpoint_that_runs_for_each_operand(f, *xs, rng=None, **named):
    state = state_of(rng)
    y = first_run(f, xs, named)
    operands = (*xs, *named.values())

    def back(g):
        return [
            replayed(rng, state, lambda: again_on_copies(f, xs, named, g))[i]
            for i in range(len(operands))
        ]

    return joint(y, operands, back)


@wrong_answer(check_my_checkpoint, says="The upstream is not used")
def checkpoint_without_upstream(f, *xs, rng=None, **named):
    state = state_of(rng)
    y = first_run(f, xs, named)

    def work(g):
        return again_on_copies(f, xs, named, np.ones_like(g))

    return joint(y, (*xs, *named.values()), lambda g: replayed(rng, state, lambda: work(g)))


@wrong_answer(check_my_checkpoint, says="one run is enough")
def checkpoint_that_runs_twice_at_once(f, *xs, rng=None, **named):
    state = state_of(rng)
    first_run(f, xs, named)
    y = replayed(rng, state, lambda: first_run(f, xs, named))
    return joint(
        y,
        (*xs, *named.values()),
        lambda g: replayed(rng, state, lambda: again_on_copies(f, xs, named, g)),
    )


@wrong_answer(check_my_checkpoint, says="In the second run nothing takes a gradient")
def checkpoint_that_never_records(f, *xs, rng=None, **named):
    def back(g):
        with no_grad():
            return again_on_copies(f, xs, named, g)

    return joint(first_run(f, xs, named), (*xs, *named.values()), back)


@wrong_answer(check_my_checkpoint, says="Go back from g")
def checkpoint_without_a_seed(f, *xs, rng=None, **named):
    def back(g):
        return again_on_copies(f, xs, named, None)

    return joint(first_run(f, xs, named), (*xs, *named.values()), back)


@wrong_answer(check_my_checkpoint, says="A gradient is None")
def checkpoint_on_detached_operands(f, *xs, rng=None, **named):
    def back(g):
        return [x.grad for x in (*xs, *named.values())]

    return joint(first_run(f, xs, named), (*xs, *named.values()), back)


@wrong_answer(check_my_checkpoint, says="`back` returned nothing")
def checkpoint_whose_way_back_returns_nothing(f, *xs, rng=None, **named):
    def back(g):
        again_on_copies(f, xs, named, g)

    return joint(first_run(f, xs, named), (*xs, *named.values()), back)


@wrong_answer(check_my_checkpoint, says="give f copies of the named ones, too")
def checkpoint_with_named_operands_as_they_are(f, *xs, rng=None, **named):
    state = state_of(rng)

    def work(g):
        return again_on_copies(lambda *xs: f(*xs, **named), xs, {}, g)

    y = first_run(f, xs, named)
    return joint(y, xs, lambda g: replayed(rng, state, lambda: work(g)))


@wrong_answer(check_my_checkpoint, says="is a `return` missing?")
def checkpoint_without_a_result(f, *xs, rng=None, **named):
    first_run(f, xs, named)


@wrong_answer(check_my_checkpoint, says="f gives other numbers")
def checkpoint_of_zeros(f, *xs, rng=None, **named):
    y = 0 * first_run(f, xs, named)
    return joint(y, (*xs, *named.values()), lambda g: again_on_copies(f, xs, named, g))


@wrong_answer(check_my_checkpoint, says="What is passed by name goes to f by that name")
def checkpoint_without_names(f, *xs, rng=None):
    y = first_run(f, xs, {})
    return joint(y, xs, lambda g: again_on_copies(f, xs, {}, g))


@wrong_answer(check_my_checkpoint, says="is not that of f")
def checkpoint_with_the_sign_turned(f, *xs, rng=None, **named):
    y = first_run(f, xs, named)
    return joint(y, (*xs, *named.values()), lambda g: again_on_copies(f, xs, named, -g))


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


@wrong_answer(check_predicted_peak, says="One result for each piece, and two arrays")
def peak_as_a_product(n, k):
    return n * k + 12


from_slips(
    check_best_piece,
    piece_of_one_step="Pieces of one step",
    piece_of_all="One piece: nothing is kept",
    piece_of_half="Two pieces",
    piece_of_the_root="if a step saved one array",
)


@wrong_answer(check_best_piece, says="A piece has a whole number of steps")
def piece_with_decimals(n):
    return (n / 2) ** 0.5


@wrong_answer(check_best_piece, says="the other grows")
def piece_of_a_third(n):
    return max(1, n // 3)


@wrong_answer(check_predicted_peak, says="is a piece like the others")
def peak_of_whole_pieces_alone(n, k):
    return n // k + 2 * k


@wrong_answer(check_predicted_peak, says="a call of `cost_of_chain` of the package")
def peak_that_is_measured(n, k):
    return cost_of_chain(n, k, 1000).peak
