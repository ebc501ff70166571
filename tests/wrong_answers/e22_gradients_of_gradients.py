"""Wrong answers to the checks of 22."""

import numpy as np

from autograd_lesson import Value, hvp, vjp
from autograd_lesson.checks.e22_gradients_of_gradients import (
    check_gradient_of,
    check_hvp_by_forward,
    check_hvp_by_reverse,
    check_newton_step,
    check_penalty_gradient,
    check_rules,
)
from wrong_answers import from_slips, spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E22.1 rules

spoiled(
    check_rules,
    rules_that_leak_the_data=(
        "plain number, fetched from a value",
        "(b, a)",
        "(b.data, a.data)",
    ),
    rules_that_wrap_the_number_again=(
        "a new one around a number",
        "(b, a)",
        "(Value(b.data), Value(a.data))",
    ),
    rules_that_leak_one_factor=("and some are cut", "* a.tanh()", "* a.tanh().data"),
    rules_with_the_sine_for_its_own_slope=("The partial itself is wrong", "a.cos()", "a.sin()"),
    rules_with_each_its_own_factor=("They are swapped", "(b, a)", "(a, b)"),
    rules_without_a_comma=("needs its comma", "(a.exp(),)", "a.exp()"),
    rules_without_the_logarithm=("There is no rule for 'log'", '"log": lambda a: (1 / a,),', ""),
    rules_that_remember=(
        "different the second time",
        "return {",
        "kept = {}\n    return {",
        "(b, a)",
        'kept.setdefault("partials", (b, a))',
    ),
    rules_of_the_package=(
        "a call of `ops` of the package",
        "(b, a)",
        "(a * b).op.rule(a, b)[1]",
        "(1 - a.tanh() * a.tanh(),)",
        "a.tanh().op.rule(a)[1]",
    ),
    rules_by_vjp=("a call of `vjp` of the package", "(a.exp(),)", "vjp(Value.exp, a)[1](1.0)"),
)

# ---------------------------------------------------------------------------------------------
# E22.1 gradient_of

BEGINS, SUM = (
    "gradient = {y: Value(1.0)}",
    "gradient[operand] + part if operand in gradient else part",
)
IN_GRAD = (  # the sums stand on the values
    "part = gradient[result] * partial",
    "operand.grad = operand.grad + result.grad * partial",
    f"gradient[operand] = {SUM}",
    "",
    "gradient.get(x, Value(0.0))",
    "Value.of(x.grad)",
)
spoiled(
    check_gradient_of,
    grad_accumulates_into_the_first=(
        "had left in `.grad`",
        *IN_GRAD,
        BEGINS,
        "y.grad = Value(1.0)",
    ),
    grad_is_set_back_but_not_afterwards=(
        "left its sums on the values",
        *IN_GRAD,
        BEGINS,
        "for value in [x, *topological_order(y)]:\n"
        "        value.grad = 0.0\n"
        "    y.grad = Value(1.0)",
    ),
    data_leaks_out_of_the_product=(
        "the data leaked out",
        "gradient[result] * partial",
        'Value(gradient[result].data * getattr(partial, "data", partial))',
    ),
    the_upstream_is_a_number=(
        "only a part of it is connected",
        "gradient[result] * partial",
        "Value.of(gradient[result].data * partial)",
    ),
    the_last_contribution_wins=("Already the first gradient is wrong", SUM, "part"),
    an_unused_value_is_not_there=(
        "the slope of something that ignores x",
        "gradient.get(x, Value(0.0))",
        "gradient[x]",
    ),
    the_gradient_is_not_returned=("is a `return` missing?", "return gradient.get", "gradient.get"),
    the_seed_is_a_number=("Only a Value has a graph", "{y: Value(1.0)}", "{y: 1.0}"),
    leaves_are_asked_for_their_op=("A leaf has no op", "not result.operands", "False"),
)

# ---------------------------------------------------------------------------------------------
# E22.2


def gradients(f, xs):
    """As in the exercise."""
    return vjp(f, *xs)[1](1.0)


def both_ways(says):
    """A wrong answer to both checks."""

    def register(answer):
        wrong_answer(check_hvp_by_reverse, says=says)(answer)
        return wrong_answer(check_hvp_by_forward, says=says)(answer)

    return register


for check in (check_hvp_by_reverse, check_hvp_by_forward):
    from_slips(
        check,
        hvp_is_the_gradient="This is the gradient, not how it changes",
        hvp_forgets_the_direction="This is H times ones",
        hvp_of_each_by_itself="This is the diagonal of H",
        hvp_multiplies_once="gradient times direction, entry by entry",
    )
from_slips(
    check_hvp_by_reverse,
    hvp_after_a_backward="This is Hv plus the gradient",
    hvp_of_numbers="turned into plain numbers",
)


@both_ways(says="builds the whole Hessian")
def hvp_by_the_hessian(f, numbers, direction):
    rows = []
    for place in range(len(numbers)):
        xs = [Value(number) for number in numbers]
        gradients(f, xs)[place].backward()
        rows.append([x.grad for x in xs])
    return (np.array(rows) @ direction).tolist()


@both_ways(says="A nudged gradient is a measurement")
def hvp_by_nudging(f, numbers, direction, h=1e-5):
    ahead, behind = (
        [
            g.data
            for g in gradients(
                f, [Value(x + s * h * v) for x, v in zip(numbers, direction, strict=True)]
            )
        ]
        for s in (1, -1)
    )
    return [(a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True)]


@wrong_answer(check_hvp_by_forward, says="a call of `hvp` of the package")
@wrong_answer(check_hvp_by_reverse, says="a call of `hvp` of the package")
def hvp_of_the_package(f, numbers, direction):
    return hvp(lambda x: f(*(x[i] for i in range(len(numbers)))), numbers, direction).data.tolist()


SPEED, SLOPES = "sum(partial * tangent.get(operand, 0.0)", "slopes = gradients(f, xs)"
spoiled(
    check_hvp_by_forward,
    the_last_operand_that_moves_wins=(
        "Not every way from the inputs",
        f"{SPEED} for partial, operand in pairs)",
        "[0.0, *(p * tangent[o] for p, o in pairs if o in tangent)][-1]",
    ),
    constants_have_no_speed=("They stand still", "tangent.get(operand, 0.0)", "tangent[operand]"),
    the_outer_pass_is_a_backward=(
        "reverse over reverse again",
        SLOPES,
        "dot(gradients(f, xs), direction).backward()\n    return [x.grad for x in xs]",
    ),
    the_outer_pass_is_a_gradient=(
        "reverse over reverse under another name",
        SLOPES,
        "along = gradients(lambda *xs: dot(gradients(f, xs), direction), xs)\n"
        "    return [slope.data for slope in along]",
    ),
)

# ---------------------------------------------------------------------------------------------
# E22.3

from_slips(
    check_newton_step,
    newton_goes_uphill="uphill",
    newton_returns_the_step="This is the step alone",
    newton_leaves_out_q="Each variable was treated by itself",
    newton_turns_q_round="The sign of q",
    newton_does_not_divide="The division by",
    newton_is_gradient_descent="the curve was not used",
    newton_swaps_the_gradients="The two gradients are swapped",
)


@wrong_answer(check_newton_step, says="that already holds the gradient")
def newton_with_a_full_drawer(f, x, y):
    at = [Value(x), Value(y)]
    f(*at).backward()
    g = np.array([value.grad for value in at])
    g0, g1 = gradients(f, at)
    g0.backward()
    p, q = (value.grad for value in at)
    g1.backward()
    r = at[1].grad
    return tuple(np.array([x, y]) - np.linalg.solve(np.array([[p, q], [q, r]]), g))


# ---------------------------------------------------------------------------------------------
# E22.4

SQUARE = "slope * slope"
spoiled(
    check_penalty_gradient,
    penalty_of_a_number=("forgotten the weights", SQUARE, "Value(slope.data**2)"),
    penalty_without_the_square=("not of its square", SQUARE, "slope"),
    penalty_with_a_number_for_one_factor=("The factor 2", SQUARE, "slope.data * slope"),
    penalty_is_the_model_itself=(
        "the penalty is about its slope",
        SQUARE,
        "model(weights, Value(x))",
    ),
    penalty_after_a_backward=(
        "left in `.grad` by the first",
        "penalty = slope",
        "model(weights, Value(x)).backward()\n    penalty = slope",
    ),
    penalty_squares_the_model=(
        "Is it the slope of the model",
        SQUARE,
        "model(weights, Value(x)) ** 2",
    ),
    penalty_of_plain_weights=(
        "was given plain floats",
        "weights = [",
        "len(weights) == 2 and model(weights, x)\n    weights = [",
    ),
)
