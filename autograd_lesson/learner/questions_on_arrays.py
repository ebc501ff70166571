"""Questions about the misconceptions of lessons 11 to 28, on arrays."""

from __future__ import annotations

import ast
import re

from ..numpy_or_not import np
from ..tensor import Tensor
from .question import Draft, about, in_print


def whole(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Small whole numbers, none of them 0."""
    return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0], shape)


@about("M14")
def broadcast(rng: np.random.Generator) -> Draft:
    """What a copied row receives, against one row of the upstream, and against its rows' sums."""
    rows = int(rng.integers(2, 5))
    upstream, bias = whole(rng, rows, 2), Tensor(whole(rng, 2))
    (Tensor(np.zeros((rows, 2))) + bias).backward(upstream)
    return Draft(
        f"A row b of shape (2,) is added to an array of shape ({rows}, 2), and "
        f"{in_print(upstream)} arrives at the result. What goes on to b?",
        in_print(bias.grad),
        {
            in_print(upstream[0]): "This is its first row: the other copies of b bring theirs too.",
            in_print(upstream.mean(axis=0)): "This is the mean over the copies; they are summed.",
        },
        f"b was copied to {rows} rows; what was copied receives the sum over its copies.",
    )


@about("M15")
def of_one_shape(rng: np.random.Generator) -> Draft:
    """The gradient of a factor of a product of square matrices, against others of its shape."""
    A, B, upstream = Tensor(whole(rng, 2, 2)), whole(rng, 2, 2), whole(rng, 2, 2)
    (A @ Tensor(B)).backward(upstream)
    return Draft(
        f"C = A @ B, all of shape (2, 2). B is {in_print(B)}, and {in_print(upstream)} arrives at "
        "C. What goes on to A?",
        in_print(A.grad),
        {
            in_print(upstream @ B): "This is G @ B: of the right shape, and B is not transposed.",
            in_print(B.T @ upstream): "This is B.T @ G: of the right shape, in the wrong order.",
        },
        "G @ B.T. Where all shapes are equal, they tell nothing.",
    )


@about("M16")
def softmax_back(rng: np.random.Generator) -> Draft:
    """What softmax passes on to the logits, against s(1 - s) for each by itself."""
    p = rng.permutation([0.5, 0.3, 0.2])
    upstream = whole(rng, 3)
    logits = Tensor(np.log(p))
    logits.softmax().backward(upstream)
    return Draft(
        f"The probabilities of a softmax are {in_print(p)}, and {in_print(upstream)} arrives at "
        "them. What goes on to the first logit?",
        in_print(logits.grad[0]),
        {
            in_print(upstream[0] * p[0] * (1 - p[0])): "This is s(1 - s) times its own upstream: "
            "the other probabilities change with this logit as well.",
            in_print(upstream[0] * p[0]): "The part is missing that is the same for all.",
        },
        "p times (g - sum of p * g): every probability answers to every logit.",
    )


@about("M17")
def centred(rng: np.random.Generator) -> Draft:
    """What goes back through x - mean(x), against a mean that is a constant."""
    count = int(rng.integers(3, 6))
    x, upstream = Tensor(whole(rng, count)), whole(rng, count)
    (x - x.mean()).backward(upstream)
    return Draft(
        f"y = x - x.mean(), and {in_print(upstream)} arrives at y. What goes on to the first entry "
        "of x?",
        in_print(x.grad[0]),
        {
            in_print(upstream[0]): "This takes the mean for a constant.",
            in_print(upstream[0] - upstream.sum()): "The mean gives each only its part of the sum.",
        },
        "Its own upstream, less the mean of all: x is in the mean too.",
    )


@about("M18")
def cost_back(rng: np.random.Generator) -> Draft:
    """How many multiplications the way back of a product takes, against those forward."""
    m, k, n = (int(x) for x in rng.choice([2, 3, 4, 5, 6, 8, 10], 3, replace=False))
    forward = m * k * n
    back = (m * n * k) + (k * m * n)  # G @ B.T and A.T @ G
    return Draft(
        f"A of shape ({m}, {k}) times B of shape ({k}, {n}) takes {forward} multiplications. How "
        "many does the way back take, to both of them?",
        str(back),
        {
            str(forward): "This is one of the two products: A and B receive one each.",
            str(3 * forward): "This is both ways together.",
        },
        "Two products of the same size, G @ B.T and A.T @ G.",
    )


@about("M19")
def read_too_late(rng: np.random.Generator) -> Draft:
    """What a rule gives that reads its operand too late, against the right slope."""
    before, after = (float(x) for x in rng.choice([2, 3, 4, 5, 6, 7], 2, replace=False))
    held = np.array([before])

    def rule(upstream: float) -> float:
        return float(2 * held[0] * upstream)

    held[0] = after  # a write in place, between forward and back
    return Draft(
        f"y = x * x at x = {in_print(before)}. Its rule reads x when it is called. Then x is set "
        f"to {in_print(after)} in place, and the way back begins. What does it give?",
        in_print(rule(1.0)),
        {
            in_print(2 * before): "This is the slope of what was computed, and would be right; the "
            "rule reads another number now.",
            in_print(before + after): "Both factors are the same memory, and both are read late.",
        },
        f"The slope was {in_print(2 * before)}, and nobody is told. So writes are counted.",
    )


@about("M20")
def kept_beside(rng: np.random.Generator) -> Draft:
    """How much is held for an op in place that needs its old operand, against nothing."""
    count = int(rng.choice([1000, 2000, 5000]))
    kept = np.zeros(count).nbytes
    return Draft(
        f"x has {count} numbers of 8 bytes. x * x is written into the memory of x, and its way "
        "back needs the old x. How many bytes are held beside x until then?",
        str(kept),
        {
            "0": "Then the old numbers would be gone, and the way back would be wrong.",
            str(count): "That is how many numbers; each has 8 bytes.",
        },
        "A copy of x. In place saves memory where the way back needs the result alone.",
    )


@about("M25")
def moved_in_one_loop(rng: np.random.Generator) -> Draft:
    """The bytes that a fused chain moves, against those of its ops, and against its arithmetic."""
    ops, count = int(rng.integers(3, 9)), int(rng.choice([1000, 2000, 5000]))
    x = np.zeros(count, np.float32)
    return Draft(
        f"{ops} elementwise ops in a row, each with one operand, run in one loop over {count} "
        "numbers of 4 bytes. How many bytes go from memory to the processor and back?",
        str(2 * x.nbytes),
        {
            str(2 * x.nbytes * ops): "This is line by line, where each op reads and writes.",
            str(count * ops): "These are the operations: there are as many as before, and they are "
            "no bytes.",
            str(x.nbytes): "They are read, and the result is written too.",
        },
        "Each number is read once and written once, whatever is done with it in between.",
    )


RULES = {
    **{
        "tanh(a)": "1 - b * b",
        "exp(a)": "b",
        "sigmoid(a)": "b * (1 - b)",
        "maximum(a, 0)": "b > 0",
    },
    **{"sin(a)": "cos(a)", "a * a": "2 * a"},
}


@about("M26")
def last_reader(rng: np.random.Generator) -> Draft:
    """The line after which an array's place is free, against the next line that reads it."""
    op = str(rng.choice([*RULES]))
    name = "b" if "b" in RULES[op] else str(rng.choice(["a", "b"]))
    code = ["a = x @ V", f"b = {op}", "c = b @ W", "d = c - y", "gW = b.T @ d", "e = d @ W.T"]
    code += [f"f = e * ({RULES[op]})", "gV = x.T @ f"]
    readers = [k for k, line in enumerate(code, 1) if re.search(rf"= .*\b{name}\b", line)]
    first, *_, last = readers
    lines = "\n".join(f"    {k}: {line}" for k, line in enumerate(code, 1))
    return Draft(
        f"A step, forward and back, whose results are gW and gV:\n\n{lines}\n\nAfter which line "
        f"may another array lie where {name} was?",
        str(last),
        {
            str(first): "This line reads it first. Look further down.",
            str(len(code)): "So late nobody reads it any more.",
            **({str(readers[1]): "There is one more reader."} if len(readers) > 2 else {}),
        },
        f"Line {last} reads {name} for the last time: the way back needs it.",
    )


CHAINS = (
    *("x / x.sum()", "((x - x.mean()) ** 2).sum()", "(x * x + 1).sum()", "x * 2 + x.max()"),
    *("(x - x.max()).exp() / (x - x.max()).exp().sum()", "(x - x.mean()) * x"),
)


def waits(node: ast.AST) -> int:
    """How many passes must have ended before this can be read: one more behind each reduction."""
    inner = max(map(waits, ast.iter_child_nodes(node)), default=0)
    return inner + (isinstance(node, ast.Attribute) and node.attr in ("sum", "mean", "max"))


@about("M27")
def passes(rng: np.random.Generator) -> Draft:
    """How often a long row must be gone through, against once for everything."""
    chain = str(rng.choice(CHAINS))
    count = waits(ast.parse(chain)) + (not chain.endswith(").sum()") or "/" in chain)
    wrong = {str(count + 1): "One less will do: what comes before a reduction is in its loop."}
    if count > 1:
        wrong["1"] = "Then something is read that is not complete before the last number."
    return Draft(
        f"x is a row that is too long for the processor to keep, and {chain} is wanted. How often "
        "must it be gone through?",
        str(count),
        wrong | {str(count + 2): "Fewer will do: a loop may hold many ops."},
        "What reads a sum, a mean or a maximum must wait until all numbers have been seen.",
    )
