"""Wrong answers to the checks of 11."""

from autograd_lesson import topological_order as order_of
from autograd_lesson.checks.e11_from_scalars_to_arrays import (
    check_arithmetic,
    check_backward,
    check_functions,
    check_seed_for,
    check_topological_order,
)
from wrong_answers import spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E11.1, rung 1

FACTORS, LOWERED = "(self, b), (other, a)", "k * self.data ** (k - 1)"
spoiled(
    check_arithmetic,
    ProductKeepsItsOwnData=("what the *other* factor holds", FACTORS, "(self, a), (other, b)"),
    DifferenceLosesItsSign=(
        "the second operand moves the result the other way",
        "(other, -1.0)",
        "(other, 1.0)",
    ),
    ReflectedDifferenceIsTurned=(
        "and `k` comes first",
        'self.made("-", constant - self.data, (self, -1.0))',
        "self - constant",
    ),
    QuotientLosesItsMinus=("minus, and b squared", "-a / b**2", "a / b**2"),
    QuotientLosesItsNumerator=("a larger numerator falls faster", "-a / b**2", "-1 / b**2"),
    PowerKeepsItsExponent=("The exponent goes down by 1", LOWERED, "k * self.data**k"),
    PowerLosesItsFactor=("comes down as a factor", LOWERED, "self.data ** (k - 1)"),
    PowerDividesByItsOperand=(
        "where that is 0 it gives nan",
        'return self.made("**"',
        "with np.errstate(all='ignore'): return self.made('**'",
        LOWERED,
        "k * self.data**k / self.data",
    ),
    LeftToNumPy=(  # what NumPy does where a class says nothing of it
        "an array of objects, each with a graph of its own",
        "def __add__",
        "__array_ufunc__ = lambda self, ufunc, method, *given: ufunc(\n"
        "        *(np.array(x, object) for x in given))\n\n    def __add__",
    ),
    KeepsTheWholeJacobian=(
        "This is the whole Jacobian",
        FACTORS,
        "(self, np.diag(np.broadcast_to(b, a.shape).ravel())), (other, np.diag(a.ravel()))",
    ),
    SumsThePartial=(
        "One number for all",
        FACTORS,
        "(self, float(np.sum(b))), (other, float(np.sum(a)))",
    ),
    AddsInPlace=(
        "The op wrote into the array of `x`",
        'return self.made("+", self.data + data_of(other)',
        'self.data += data_of(other); return self.made("+", self.data',
    ),
    ReturnsTheArray=(
        "has forgotten where it came from",
        f'self.made("*", a * b, {FACTORS})',
        "a * b",
    ),
    ReturnsNothing=("is a `return` missing?", 'return self.made("/", a', 'self.made("/", a'),
    RemembersOneOperand=("An operand is missing", FACTORS, "(self, b)"),
    WrapsItsConstants=(
        "so no edge leads to it",
        "def __mul__(self, other):",
        "def __mul__(self, other):\n"
        "        other = other if isinstance(other, Memory) else type(self)(other)",
    ),
    NamesTheOpInWords=("goes by this symbol", '"-", self', '"minus", self'),
    ForgetsFloat32=(
        "float32 went in",
        "constant / self.data,",
        "constant / self.data.astype(float),",
    ),
    TakesTensorsOnly=(
        "`data_of(other)` takes either",
        "self.data + data_of(other)",
        "self.data + other.data",
    ),
)

# ---------------------------------------------------------------------------------------------
# E11.1, rung 2

CUT, MASK = "np.maximum(self.data, 0.0)", "self.data > 0"
spoiled(
    check_functions,
    ExpKeepsItsOperand=("its own *result*, not its operand", "(self, y))", "(self, self.data))"),
    LogDividesByItsResult=("One over the operand", "1 / self.data", "1 / np.log(self.data)"),
    TanhKeepsItsOperand=("the y is the *result* of tanh", "1 - y**2", "1 - self.data**2"),
    ReluLetsZeroPass=("`>`, not `>=`", MASK, "self.data >= 0"),
    ReluHasSlopeOneEverywhere=("has slope 0, entry by entry", MASK, "1.0"),
    ReluAsksOnce=(
        "neither true nor false",
        f"{CUT}, (self, {MASK})",
        "self.data if self.data > 0 else 0.0, (self, 1.0)",
    ),
    ReluCutsItsOperand=(
        "The op wrote into the array of `x`",
        f'return self.made("relu", {CUT}',
        'self.data[self.data < 0] = 0.0; return self.made("relu", self.data',
    ),
    ReluTurnsTheSign=("This is the size of x", CUT, "np.abs(self.data)"),
    TanhOnPaper=(
        "inf / inf",
        "y = np.tanh(self.data)",
        "e = np.exp(2 * self.data); y = (e - 1) / (e + 1)",
        "def tanh(self):",
        "@np.errstate(all='ignore')\n    def tanh(self):",
    ),
    ExpOfMath=("A function of `math` takes one number", "y = np.exp", "import math; y = math.exp"),
)

# ---------------------------------------------------------------------------------------------
# E11.2

READ = "np.array(seed, dtype=root.data.dtype)"
spoiled(
    check_seed_for,
    seed_of_ones_where_none_is_given=(
        "Which mix of them is wanted",
        "root.data.size != 1",
        "False",
    ),
    seed_is_asked_for_where_there_is_an_axis=(
        "there the seed can only be 1",
        "root.data.size != 1",
        "shape != ()",
    ),
    seed_is_copied_to_the_shape=(
        "The seed was made to fit",
        "seed.shape != shape",
        "False",
        "return seed",
        "return np.ones(shape) * seed",
    ),
    seed_is_the_callers_own=("the caller has in hand", "np.array(", "np.asarray("),
    seed_keeps_its_whole_numbers=(
        "cut off every decimal",
        READ,
        f"np.array(seed) if np.array(seed).dtype != float else {READ}",
    ),
    seed_forgets_float32=("float32 went in", "return seed", "return seed.astype(float)"),
    seed_is_always_ones=(
        "the seed that was given is not used",
        "return seed",
        "return np.ones_like(seed)",
    ),
    seed_is_refused_by_assert=(
        "`python -O` leaves it out",
        'if root.data.size != 1:\n            raise ValueError(f"a root',
        'assert root.data.size == 1, (f"a root',
    ),
    seed_is_refused_without_a_reason=(
        "The message does not name the shape",
        "a root of shape {shape} needs a seed of that shape",
        "bad seed",
        "the seed has shape {seed.shape}, the root has shape {shape}",
        "bad seed",
    ),
    seed_is_a_number_where_the_root_is_one=(
        "also where it has no axes",
        "return np.ones_like(root.data)",
        "return np.ones_like(root.data) if shape else 1.0",
        "return seed",
        "return seed if shape else float(seed)",
    ),
)

# ---------------------------------------------------------------------------------------------
# E11.3, rung 1

spoiled(
    check_topological_order,
    endless=True,
    order_asks_a_list=("goes by identity first", "set()", "[]", "seen.add", "seen.append"),
)
spoiled(
    check_topological_order,
    order_is_that_of_the_walk=("results first", "return order", "return order[::-1]"),
    order_of_the_package=(
        "a call of `topological_order` of the package",
        "order, seen",
        "return order_of(root)\n    order, seen",
    ),
    order_tells_values_by_their_numbers=(
        "It holds the same number as another value",
        "elif value not in seen:\n            seen.add(value)",
        "elif (key := value.data if isinstance(value.data, float) else id(value)) not in seen:\n"
        "            seen.add(key)",
    ),
)


@wrong_answer(check_topological_order, says="no such limit")
def order_by_recursion(root):
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for operand in value.operands:
                visit(operand)
            order.append(value)

    visit(root)
    return order


# ---------------------------------------------------------------------------------------------
# E11.3, rung 2

SUM = "gradient[operand] = gradient.get(operand, 0.0) + contribution"
DEPOSIT = "value.grad = amount + (0.0 if value.grad is None else value.grad)"
spoiled(
    check_backward,
    backward_writes_over=("A contribution wrote over", SUM, "gradient[operand] = contribution"),
    backward_begins_with_ones=("the seed is not used", "root: seed", "root: seed * 0 + 1.0"),
    backward_sums_in_place=(
        "Summed in place",
        "root: seed",
        "root: np.array(seed)",
        SUM,
        "if operand in gradient: gradient[operand] += contribution\n"
        "            else: gradient[operand] = contribution",
    ),
    backward_adds_into_the_seed=(
        "`seed` changed by the call",
        DEPOSIT,
        "if isinstance(value.grad, np.ndarray): value.grad += amount\n"
        "        else: value.grad = amount",
    ),
    backward_hands_out_the_seed=(
        "Two names for one array",
        DEPOSIT,
        "value.grad = amount if value.grad is None else value.grad + amount",
    ),
    backward_replaces=("each pass *adds* to `.grad`", DEPOSIT, "value.grad = amount + 0.0"),
    backward_only_multiplies=(
        "`partial(upstream)` applies",
        "partial(upstream) if callable(partial) else upstream",
        "upstream",
    ),
    backward_adds_to_none=("ask for that first", DEPOSIT, "value.grad = value.grad + amount"),
    backward_asks_the_array=(
        "not `if value.grad`",
        DEPOSIT,
        "value.grad = value.grad + amount if value.grad else amount + 0.0",
    ),
    backward_sums_the_contributions=(
        "This is one number: was everything summed",
        "+ contribution",
        "+ float(np.sum(contribution))",
    ),
    backward_serves_the_leaves=(
        "Nothing has arrived there",
        "value.grad = a",
        "if not value.operands: value.grad = a",
    ),
    backward_expects_an_entry=(
        "`gradient.get(operand, 0.0)` gives 0 then",
        "gradient.get(operand, 0.0)",
        "gradient[operand]",
    ),
)


@wrong_answer(check_backward, says="sent on once more")
def backward_walks_in_grad(root, seed):
    root.grad = seed + (0.0 if root.grad is None else root.grad)
    for result in reversed(order_of(root)):
        for operand, partial in zip(result.operands, result.partials, strict=True):
            brought = partial(result.grad) if callable(partial) else result.grad * partial
            operand.grad = brought + (0.0 if operand.grad is None else operand.grad)
