"""Wrong answers to the checks of 22."""

import numpy as np

from autograd_lesson import Value, dot, hvp, topological_order, vjp
from autograd_lesson.checks.e22_gradients_of_gradients import (
    check_gradient_of,
    check_hvp_by_forward,
    check_hvp_by_reverse,
    check_newton_step,
    check_penalty_gradient,
    check_rules,
)
from wrong_answers import from_slips, wrong_answer

# ---------------------------------------------------------------------------------------------
# E22.1 rules

RIGHT = {
    "+": lambda a, b: (1.0, 1.0),
    "-": lambda a, b: (1.0, -1.0),
    "*": lambda a, b: (b, a),
    "/": lambda a, b: (1 / b, -a / (b * b)),
    "exp": lambda a: (a.exp(),),
    "log": lambda a: (1 / a,),
    "sin": lambda a: (a.cos(),),
    "cos": lambda a: (-a.sin(),),
    "tanh": lambda a: (1 - a.tanh() * a.tanh(),),
}


@wrong_answer(check_rules, says="plain number, fetched from a value")
def rules_that_leak_the_data():
    return RIGHT | {"*": lambda a, b: (b.data, a.data)}


@wrong_answer(check_rules, says="a new one around a number")
def rules_that_wrap_the_number_again():
    return RIGHT | {"*": lambda a, b: (Value(b.data), Value(a.data))}


@wrong_answer(check_rules, says="and some are cut")
def rules_that_leak_one_factor():
    return RIGHT | {"tanh": lambda a: (1 - a.tanh() * a.tanh().data,)}


@wrong_answer(check_rules, says="The partial itself is wrong")
def rules_with_the_sine_for_its_own_slope():
    return RIGHT | {"sin": lambda a: (a.sin(),)}


@wrong_answer(check_rules, says="They are swapped")
def rules_with_each_its_own_factor():
    return RIGHT | {"*": lambda a, b: (a, b)}


@wrong_answer(check_rules, says="needs its comma")
def rules_without_a_comma():
    return RIGHT | {"exp": lambda a: a.exp()}


@wrong_answer(check_rules, says="There is no rule for 'log'")
def rules_without_the_logarithm():
    return {op: rule for op, rule in RIGHT.items() if op != "log"}


@wrong_answer(check_rules, says="different the second time")
def rules_that_remember():
    kept = {}
    return RIGHT | {"*": lambda a, b: kept.setdefault("partials", (b, a))}


def by_the_package(name):
    """The rule of an op, as the package has it."""
    return lambda *xs: getattr(xs[0], name)(*xs[1:]).op.rule(*xs)[1]


@wrong_answer(check_rules, says="a call of `ops` of the package")
def rules_of_the_package():
    return RIGHT | {"tanh": by_the_package("tanh"), "*": by_the_package("__mul__")}


@wrong_answer(check_rules, says="a call of `vjp` of the package")
def rules_by_vjp():
    return RIGHT | {"exp": lambda a: vjp(Value.exp, a)[1](1.0)}


# ---------------------------------------------------------------------------------------------
# E22.1 gradient_of


def walk(y, table):
    """Each result with its operands and partials, on the way back."""
    for result in reversed(topological_order(y)):
        if result.operands:
            for operand, partial in zip(
                result.operands, table[result.op.symbol](*result.operands), strict=True
            ):
                yield result, operand, partial


def added(gradient, operand, part):
    """The sum so far and the part."""
    gradient[operand] = gradient[operand] + part if operand in gradient else part


@wrong_answer(check_gradient_of, says="had left in `.grad`")
def grad_accumulates_into_the_first(y, x, table):
    y.grad = Value(1.0)
    for result, operand, partial in walk(y, table):
        operand.grad = operand.grad + result.grad * partial
    return Value.of(x.grad)


@wrong_answer(check_gradient_of, says="left its sums on the values")
def grad_is_set_back_but_not_afterwards(y, x, table):
    for value in [x, *topological_order(y)]:
        value.grad = 0.0
    return grad_accumulates_into_the_first(y, x, table)


@wrong_answer(check_gradient_of, says="the data leaked out")
def data_leaks_out_of_the_product(y, x, table):
    gradient = {y: Value(1.0)}
    for result, operand, partial in walk(y, table):
        added(gradient, operand, Value(gradient[result].data * getattr(partial, "data", partial)))
    return gradient.get(x, Value(0.0))


@wrong_answer(check_gradient_of, says="only a part of it is connected")
def the_upstream_is_a_number(y, x, table):
    gradient = {y: Value(1.0)}
    for result, operand, partial in walk(y, table):
        added(gradient, operand, Value.of(gradient[result].data * partial))
    return gradient.get(x, Value(0.0))


@wrong_answer(check_gradient_of, says="Already the first gradient is wrong")
def the_last_contribution_wins(y, x, table):
    gradient = {y: Value(1.0)}
    for result, operand, partial in walk(y, table):
        gradient[operand] = gradient[result] * partial
    return gradient.get(x, Value(0.0))


@wrong_answer(check_gradient_of, says="the slope of something that ignores x")
def an_unused_value_is_not_there(y, x, table):
    gradient = {y: Value(1.0)}
    for result, operand, partial in walk(y, table):
        added(gradient, operand, gradient[result] * partial)
    return gradient[x]


@wrong_answer(check_gradient_of, says="Only a Value has a graph")
def the_seed_is_a_number(y, x, table):
    gradient = {y: 1.0}
    for result, operand, partial in walk(y, table):
        added(gradient, operand, gradient[result] * partial)
    return gradient.get(x, Value(0.0))


@wrong_answer(check_gradient_of, says="A leaf has no op")
def leaves_are_asked_for_their_op(y, x, table):
    gradient = {y: Value(1.0)}
    for result in reversed(topological_order(y)):
        partials = table[result.op.symbol](*result.operands)
        for operand, partial in zip(result.operands, partials, strict=True):
            added(gradient, operand, gradient[result] * partial)
    return gradient.get(x, Value(0.0))


# ---------------------------------------------------------------------------------------------
# E22.2


def gradients(f, xs):
    """As in the exercise."""
    return vjp(f, *xs)[1](1.0)


def values(numbers):
    """A Value for each."""
    return [Value(number) for number in numbers]


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
        xs = values(numbers)
        gradients(f, xs)[place].backward()
        rows.append([x.grad for x in xs])
    return (np.array(rows) @ direction).tolist()


@both_ways(says="A nudged gradient is a measurement")
def hvp_by_nudging(f, numbers, direction, h=1e-5):
    ahead, behind = (
        [
            g.data
            for g in gradients(
                f, values(x + s * h * v for x, v in zip(numbers, direction, strict=True))
            )
        ]
        for s in (1, -1)
    )
    return [(a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True)]


def pushed(f, numbers, direction, speed_of):
    """Speeds over the graph of the gradients, by `speed_of(value, speed)`."""
    xs = values(numbers)
    slopes = gradients(f, xs)
    speed = dict(zip(xs, direction, strict=True))
    for value in topological_order(dot(slopes, slopes)):
        if value.operands:
            speed[value] = speed_of(value, speed)
    return [speed.get(slope, 0.0) for slope in slopes]


@wrong_answer(check_hvp_by_forward, says="Not every way from the inputs")
def the_last_operand_that_moves_wins(f, numbers, direction):
    def speed_of(value, speed):
        pairs = zip(value.partials, value.operands, strict=True)
        return [0.0, *(p * speed[o] for p, o in pairs if o in speed)][-1]

    return pushed(f, numbers, direction, speed_of)


@wrong_answer(check_hvp_by_forward, says="They stand still")
def constants_have_no_speed(f, numbers, direction):
    def speed_of(value, speed):
        return sum(p * speed[o] for p, o in zip(value.partials, value.operands, strict=True))

    return pushed(f, numbers, direction, speed_of)


@wrong_answer(check_hvp_by_forward, says="reverse over reverse again")
def the_outer_pass_is_a_backward(f, numbers, direction):
    xs = values(numbers)
    dot(gradients(f, xs), direction).backward()
    return [x.grad for x in xs]


@wrong_answer(check_hvp_by_forward, says="reverse over reverse under another name")
def the_outer_pass_is_a_gradient(f, numbers, direction):
    along = gradients(lambda *xs: dot(gradients(f, xs), direction), values(numbers))
    return [slope.data for slope in along]


@wrong_answer(check_hvp_by_forward, says="a call of `hvp` of the package")
@wrong_answer(check_hvp_by_reverse, says="a call of `hvp` of the package")
def hvp_of_the_package(f, numbers, direction):
    return hvp(lambda x: f(*(x[i] for i in range(len(numbers)))), numbers, direction).data.tolist()


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
    at = values((x, y))
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


def slope_of(model, weights, x):
    """The slope of the model by x."""
    return gradients(lambda x: model(weights, x), [Value(x)])[0]


@wrong_answer(check_penalty_gradient, says="forgotten the weights")
def penalty_of_a_number(model, weights, x):
    weights = values(weights)
    penalty = Value(slope_of(model, weights, x).data ** 2)
    penalty.backward()
    return [weight.grad for weight in weights]


@wrong_answer(check_penalty_gradient, says="not of its square")
def penalty_without_the_square(model, weights, x):
    weights = values(weights)
    slope_of(model, weights, x).backward()
    return [weight.grad for weight in weights]


@wrong_answer(check_penalty_gradient, says="The factor 2")
def penalty_with_a_number_for_one_factor(model, weights, x):
    weights = values(weights)
    slope = slope_of(model, weights, x)
    (slope.data * slope).backward()
    return [weight.grad for weight in weights]


@wrong_answer(check_penalty_gradient, says="the penalty is about its slope")
def penalty_is_the_model_itself(model, weights, x):
    weights = values(weights)
    model(weights, Value(x)).backward()
    return [weight.grad for weight in weights]


@wrong_answer(check_penalty_gradient, says="left in `.grad` by the first")
def penalty_after_a_backward(model, weights, x):
    weights = values(weights)
    model(weights, Value(x)).backward()
    slope = slope_of(model, weights, x)
    (slope * slope).backward()
    return [weight.grad for weight in weights]


@wrong_answer(check_penalty_gradient, says="Is it the slope of the model")
def penalty_squares_the_model(model, weights, x):
    weights = values(weights)
    y = model(weights, Value(x))
    (y * y).backward()
    return [weight.grad for weight in weights]


@wrong_answer(check_penalty_gradient, says="was given plain floats")
def penalty_of_plain_weights(model, weights, x):
    if len(weights) == 2:
        model(weights, x)
    weights = values(weights)
    slope = slope_of(model, weights, x)
    (slope * slope).backward()
    return [weight.grad for weight in weights]
