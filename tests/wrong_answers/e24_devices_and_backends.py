"""Wrong answers to the checks of 24."""

from autograd_lesson.checks.e24_devices_and_backends import (
    check_best_places,
    check_microseconds,
    check_small_engine,
)
from wrong_answers import from_slips, spoiled

# ---------------------------------------------------------------------------------------------
# E24.1

spoiled(
    check_small_engine,
    small_engine_calls_np_tanh=("`np.tanh` called directly", "xp.tanh", "np.tanh"),
    small_engine_has_zeros_of_numpy=("zeros, ones, asarray", "xp.zeros", "np.zeros"),
    small_engine_multiplies_by_numpy=(
        "A function of NumPy was called on arrays of the device",
        "xp.multiply",
        "np.multiply",
    ),
    small_engine_keeps_the_last_contribution=(
        "contributions are added",
        "walk_back(self, xp.ones(self.data.shape))",
        "gradient = {self: xp.ones(self.data.shape)}\n"
        "            for result in reversed(topological_order(self)):\n"
        "                result.grad = result.grad + gradient[result]\n"
        "                for operand, rule in zip(result.operands, result.rules, strict=True):\n"
        "                    gradient[operand] = rule(gradient[result])",
    ),
)

# ---------------------------------------------------------------------------------------------
# E24.2 and E24.3

from_slips(
    check_microseconds,
    microseconds_without_launches="launches are missing",
    microseconds_without_the_first_transfer="its way to a first op",
    microseconds_without_the_last_transfer="its way home",
    microseconds_there_and_back_each_time="also where it is there already",
    microseconds_moves_the_result_of_the_op_itself="not its own",
    microseconds_with_a_launch_on_the_host="A launch was added for the ops on the host",
    microseconds_without_latency="Every transfer costs `latency`",
)
BEST = 'list(min(product(["host", "card"], repeat=len(ops)), key=time_of))'
spoiled(
    check_best_places,
    best_places_op_by_op=(
        "where it alone is quicker",
        BEST,
        '["card" if model["launch"] + op[1] < op[0] else "host" for op in ops]',
    ),
    best_places_all_on_the_card=("Everything is on the card", BEST, '["card"] * 5'),
    best_places_all_on_the_host=("Everything is on the host", BEST, '["host"] * 5'),
    best_places_gives_the_time=("a list of five", BEST, "22.7"),
)
