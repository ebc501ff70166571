"""Wrong answers to the checks of 21."""

from autograd_lesson.checks.e21_forward_mode import (
    check_agree,
    check_derive,
    check_dual,
    check_elementary,
    check_jacobian,
)
from wrong_answers import spoiled

# ---------------------------------------------------------------------------------------------
# E21.1

SUM = "return Dual(self.value + other.value, self.tangent + other.tangent)"
spoiled(
    check_dual,
    ConstantsMove=(
        "was given a tangent of 1",
        "class Dual(Pair):\n",
        "class Dual(Pair):\n"
        "    def of(self, x):\n"
        "        return x if isinstance(x, Pair) else Dual(x, 1.0)\n\n",
    ),
    PlainNumbersForgotten=(
        "`other = self.of(other)` first",
        f"other = self.of(other)\n        {SUM}",
        SUM,
    ),
    AddsInPlace=(
        "An operand was written into",
        SUM,
        "self.value, self.tangent = self.value + other.value, self.tangent + other.tangent\n"
        "        return self",
    ),
    ForgetsTheTangent=("with a value and a tangent", SUM, "return self.value + other.value"),
    TangentsAddedInADifference=(
        "When y moves up, x - y moves down",
        "self.tangent - other.tangent",
        "self.tangent + other.tangent",
    ),
    TangentsMultiplied=(
        "The tangents were multiplied with each other",
        "self.tangent * other.value + self.value * other.tangent",
        "self.tangent * other.tangent",
    ),
    ValuesAddedInAProduct=(
        "The value is wrong, before any tangent",
        "self.value * other.value, tangent",
        "self.value + other.value, tangent",
    ),
    OneFactorMoves=("Only one factor was let move", " + self.value * other.tangent", ""),
    QuotientWithoutTheSquare=(
        "The divisor of the tangent is y squared",
        "other.value**2",
        "other.value",
    ),
    QuotientWithAPlus=(
        "when the divisor grows, the quotient falls",
        "other.value - self.value",
        "other.value + self.value",
    ),
    QuotientTheOtherWayRound=("A sign is turned round", "above / other", "-above / other"),
    PowerWithoutK=("The factor k is lost", "k * self.value", "self.value"),
    PowerNotLowered=("The power was not lowered by 1", "(k - 1)", "k"),
    PowerWithoutTheTangent=(
        "right only where x moves at 1",
        "(k - 1) * self.tangent",
        "(k - 1)",
    ),
)
spoiled(
    check_elementary,
    Right_and_slope_alone=("right only where x moves at 1", "slope * x.tangent", "slope"),
    Right_and_function_of_the_tangent=(
        "That is exp of the tangent",
        "slope * x.tangent",
        "getattr(math, name)(x.tangent)",
    ),
    Right_and_math_of_a_dual=("takes the plain number", "name)(x.value)", "name)(x)"),
    Right_and_exp_as_a_power=(
        "exp is no power",
        '"exp": lambda: y',
        '"exp": lambda: x.value * math.exp(x.value - 1)',
    ),
    Right_and_log_over_log=("not over log x", "1 / x.value", "1 / math.log(x.value)"),
    Right_and_sin_with_a_minus=("with no minus", "lambda: math.cos", "lambda: -math.cos"),
    Right_and_cos_without_a_minus=("a minus is lost", "-math.sin", "math.sin"),
    Right_and_tanh_of_its_input=("y is tanh of x, not x itself", "1 - y * y", "1 - x.value**2"),
    Right_and_tanh_without_the_square=("The square in 1 - y * y is lost", "1 - y * y", "1 - y"),
    Right_and_sqrt_of_its_input=(
        "Below the line stands 2 times the root",
        "0.5 / y",
        "0.5 / x.value",
    ),
    Right_and_sqrt_without_the_half=("A factor of 2 is lost", "0.5 / y", "1 / y"),
)

# ---------------------------------------------------------------------------------------------
# E21.2

COLUMNS = "np.stack([push(unit) for unit in np.eye(n)], axis=1)"
ROWS = "np.stack([pull(unit) for unit in np.eye(m)])"
spoiled(
    check_jacobian,
    transposed=("Rows and columns are swapped", COLUMNS, f"{COLUMNS}.T", ROWS, f"{ROWS}.T"),
    always_forward=('The mode "reverse" was asked for', 'if mode == "forward"', "if True"),
    the_dearer_one=("Take the kind of which fewer are needed", "n < m", "n >= m"),
    both_and_then_one=(
        "Both kinds of sweep were made",
        '    if mode == "cheaper"',
        f'    {COLUMNS}, {ROWS}\n    if mode == "cheaper"',
    ),
    all_ones=(
        "a seed of all ones adds them up",
        COLUMNS,
        "np.tile(push(np.ones(n)), (n, 1)).T",
        ROWS,
        "np.tile(pull(np.ones(m)), (m, 1))",
    ),
    seed_not_put_back=("was not put back to 0", "eye(n)", "tri(n)", "eye(m)", "tri(m)"),
    one_sweep_too_many=(
        "for each row, and no more",
        f"return {COLUMNS}",
        f"push(np.zeros(n))\n        return {COLUMNS}",
        f"return {ROWS}",
        f"pull(np.zeros(m))\n    return {ROWS}",
    ),
    seeds_of_the_other_length=(
        "push takes a direction of",
        COLUMNS,
        COLUMNS.replace("n)", "m)"),
        ROWS,
        ROWS.replace("m)", "n)"),
    ),
)

# ---------------------------------------------------------------------------------------------
# E21.3

IS_CLOSE = "math.isclose(u @ push(v), pull(u) @ v, rel_tol=1e-10)"
spoiled(
    check_agree,
    direction_of_ones=(
        "With a direction of all ones, or one that moves",
        "rng.normal(size=n)",
        "np.ones(n)",
    ),
    seed_of_ones=("mixed-up outputs cannot be seen", "rng.normal(size=m)", "np.ones(m)"),
    all_inputs_but_the_last=("Does every input move", "return math", "v[-1] = 0\n    return math"),
    seed_of_the_first_output=(
        "Nothing is asked of the last output",
        "rng.normal(size=m)",
        "np.eye(m)[0]",
    ),
    six_digits_will_do=("differ in the seventh digit", "1e-10", "1e-5"),
    absolute_tolerance=(
        "An absolute tolerance cannot see that",
        "rel_tol=1e-10",
        "rel_tol=1e-10, abs_tol=1e-10",
    ),
    equal_to_the_last_digit=(
        "Rounding alone makes the two differ",
        IS_CLOSE,
        "all(x @ push(y) == pull(x) @ y for x, y in [(u, v), (u[::-1], v), (u, v[::-1])])",
    ),
    far_apart_is_asked=(
        "Every comparison with nan is False",
        f"return {IS_CLOSE}",
        "one, other = u @ push(v), pull(u) @ v\n"
        "    return not bool(abs(one - other) > 1e-10 * abs(one))",
    ),
    whole_jacobian=(
        "That is the whole Jacobian",
        IS_CLOSE,
        f"bool(np.allclose({COLUMNS}, {ROWS}, rtol=1e-10, atol=0))",
    ),
    returns_the_difference=("return the answer", IS_CLOSE, "float(u @ push(v) - pull(u) @ v)"),
)

# ---------------------------------------------------------------------------------------------
# E21.4

FOUND = "return seen_by(tag, f(Tagged(x, 1.0, tag)))[1]"
TAGGED = {
    "one tag for all": (
        "This is what duals without tags give",
        "next(TAGS)",
        "0",
    ),
    "the oldest tag wins": (
        "The inner derivative found no tangent of its own",
        "def seen_by",
        'def newest(*xs):\n    return min(x.tag for x in xs if hasattr(x, "tag"))\n\n\ndef seen_by',
    ),
    "tangent of whatever comes": (
        "look at the tag before taking a tangent",
        FOUND,
        'return getattr(f(Tagged(x, 1.0, tag)), "tangent", 0.0)',
    ),
    "inner derivatives made plain": (
        "the outer one took it for a constant",
        FOUND,
        "found = seen_by(tag, f(Tagged(x, 1.0, tag)))[1]\n"
        '        while hasattr(found, "value"):\n'
        "            found = found.value\n"
        "        return found",
    ),
    "a constant has no tag": (
        "seen_by deals with it",
        FOUND,
        "y = f(Tagged(x, 1.0, tag))\n        return y.tangent if y.tag == tag else 0.0",
    ),
    "derivative of the package": (
        "a call of `derivative` of the package",
        "return df",
        "from autograd_lesson import derivative\n    return derivative(f)",
    ),
    "reverse mode of the engine": (
        "a call of `Value` of the package",
        "tag = next(TAGS)",
        "from autograd_lesson import Value\n"
        "        x = Value(x)\n"
        "        Value.of(f(x)).backward()\n"
        "        return x.grad",
    ),
    "exp of a tagged value": (
        "math.exp cannot take that",
        "self.value.exp() if isinstance(self.value, Tagged) else math",
        "math",
    ),
}
spoiled(check_derive, **{f"<lambda> and Tagged and {name}": told for name, told in TAGGED.items()})
