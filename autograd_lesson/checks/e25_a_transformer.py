"""The checks of exercise 25: attention without a look ahead, a block, its size, and writing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from ..tensor import IS_RECORDING, Tensor
from .arrays import Table, changed_array_fault, difference, draw_array, show_array, softmax
from .messages import Words, because, kind_cause, report
from .own_work import ALWAYS
from .plain_data import Held
from .stages import Faults, Seen, Steps, check_stages, gradient_fault, holder_fault, written_to
from .vocabulary import Case, check_function, check_predictions, slip_known, with_slip

# ---------------------------------------------------------------------------------------------
# E25.1 Attention


def scores_of(q: np.ndarray, k: np.ndarray) -> np.ndarray:
    return np.einsum("...id,...jd->...ij", q, k)


def triangle(t: int) -> np.ndarray:
    return np.arange(t)[:, None] >= np.arange(t)


def mixture(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Each place from those up to itself."""
    scores = scores_of(q, k) / np.sqrt(q.shape[-1])
    shares = softmax(np.where(triangle(q.shape[-2]), scores, -np.inf))
    return np.einsum("...ij,...jd->...id", shares, v)


def attention_slips(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> Table:
    (t, d), allowed = q.shape[-2:], triangle(q.shape[-2])
    products, root = scores_of(q, k), np.sqrt(q.shape[-1])
    masked = np.where(allowed, products / root, -np.inf)

    def mixed(shares: np.ndarray) -> np.ndarray:
        return shares @ v

    def of(scores: np.ndarray) -> np.ndarray:
        return mixed(softmax(np.where(allowed, scores, -np.inf)))

    return {
        "The products are not divided by the root of d: the softmax is sure of itself before it "
        "has learned anything.": of(products),
        "Divided by d; it is the root of d.": of(products / d),
        "Divided by the root of t, the number of places; it is that of d, the length of a "
        "query.": of(products / np.sqrt(t)),
        "Multiplied by the root of d; divide by it.": of(products * root),
        "There is no mask: every place takes from all of them, those behind it too.": (
            mixed(softmax(products / root))
        ),
        "The shares of a row no longer add up to 1: the mask came after the softmax. "
        "Next: put -inf into the scores before it.": mixed(
            np.where(allowed, softmax(products / root), 0.0)
        ),
        "A forbidden score became 0, and the exponential of 0 is 1: such a place still gets a "
        "share. Next: -inf.": mixed(softmax(np.where(allowed, products / root, 0.0))),
        "The softmax goes over the places that ask, so that columns add up to 1. Each row is the "
        "question of one place: go along the last axis.": mixed(
            np.nan_to_num(softmax(masked, axis=-2))
        ),
        "The triangle is turned round: a place takes from itself and from what comes after "
        "it.": mixed(softmax(np.where(allowed.T, products / root, -np.inf))),
        "Queries and keys have changed places.": mixed(
            softmax(np.where(allowed, np.swapaxes(products, -1, -2) / root, -np.inf))
        ),
        "The shares are turned round before they mix: row i says from where place i "
        "takes.": np.swapaxes(softmax(masked), -1, -2) @ v,
        "These are the scores' shares of the queries; it is the rows of `v` that are mixed.": (
            softmax(masked) @ q
        ),
        "The rows of `k` were mixed; mix those of `v`.": softmax(masked) @ k,
    }


BLIND = (
    "A place may not even take from itself, so that the first one has nothing to take from, and "
    "0 / 0 is nan. "
)


def attention_cases(rng: np.random.Generator) -> list[Case]:
    shapes = ((3, 4), (4, 2), (1, 3), (2, 3, 4), (2, 2, 3, 2))
    return [{name: draw_array(rng, shape) for name in "qkv"} for shape in shapes]


def attention_tried(case: Case) -> str:
    q, k, v = (show_array(case[name]) for name in "qkv")
    return f"causal_attention(q, k, v) with q = {q}, k = {k} and v = {v}"


def attention_steps(answer: Any, case: Case) -> Steps:
    """The mixture; then each place alone is gone back from, to see what reaches those behind it."""
    operands = {name: Tensor(case[name], label=name) for name in "qkv"}
    with np.errstate(all="ignore"):
        result = answer(*operands.values())
        yield "y", result
        yield "written", written_to(operands, case)
        yield "takes", result.requires_grad
        for place in range(result.shape[-2]):
            seed = np.zeros(result.shape)  # of one place, with another number for each column
            seed[..., place, :] = 1.0 + np.arange(result.shape[-1])
            result.backward(seed, retain_graph=True)
            for name, x in operands.items():
                behind = None if x.grad is None else np.abs(x.grad[..., place + 1 :, :]).sum()
                yield f"behind {place}: {name}", behind
                x.grad = None


def attention_judge(tried: str, case: Case, seen: Seen) -> Faults:
    cause = "A plain array has no way back. Somewhere `.data` or `.numpy()` took the numbers out "
    cause += "of their tensors."
    yield holder_fault(tried, seen["y"], bare=cause)
    yield changed_array_fault(tried, {"changed": seen["written"]}, [*"qkv"])
    got, operands = seen["y"].data, [case[name] for name in "qkv"]
    look = "Next: take place 1 to paper: its two scores, their shares, and what they mix."
    with np.errstate(all="ignore"):
        slips, cause = attention_slips(*operands), "The mixture is another one."
    if np.isnan(got).any():
        slips, cause = {}, BLIND
    yield difference(tried, got, mixture(*operands), slips, look, cause=cause)
    if not seen["takes"]:
        cause = "The numbers are right, and no path leads back from them."
        yield report(tried, Words("no gradient"), Words("one for q, k and v"), cause)
    for place, name in product(range(got.shape[-2]), "qkv"):
        yield leak_fault(tried, place, name, seen[f"behind {place}: {name}"])


def leak_fault(tried: str, place: int, name: str, behind: float | None) -> str | None:
    """The message for a place that takes from behind it, or from nowhere, else None."""
    if behind is None:
        cause = f"The numbers are right, and no path leads back to {name}: only its numbers "
        cause += "were used. Next: look for `.data` and `.numpy()`."
        return report(tried, Words("no gradient"), Words(f"one for {name}"), cause)
    cause = "The numbers look right, and something from behind still comes through: a forbidden "
    cause += "score that is only very low has a share that is only very small."
    at = f"{tried}: the gradient of place {place} for the rows of {name} behind it"
    look = "Next: forbid by `-np.inf`, whose exponential is exactly 0."
    found = Words(f"{behind:.3g}, summed without signs")
    return report(at, found, Words("0"), cause, look) if behind else None


def attention_slip(says: str) -> Callable[..., Tensor]:
    def answer(*operands: Tensor) -> Tensor:
        with np.errstate(all="ignore"):
            return Tensor(with_slip(mixture, attention_slips, says, [x.numpy() for x in operands]))

    return answer


check_causal_attention = check_stages(
    "causal_attention",
    attention_cases,
    attention_steps,
    attention_judge,
    tried=attention_tried,
    explain=because(
        {
            "'@'": "A product of a query with every key is `q @ k.swapaxes(-1, -2)`: the two last "
            "axes of k change places, and the others stay."
        }
    ),
    slip=attention_slip,
    own_work=ALWAYS,
)

# ---------------------------------------------------------------------------------------------
# E25.2 A block, of functions that make their own marks


def ask(x: Any) -> Any:
    return x * 10.0 + 1.0


def think(x: Any) -> Any:
    return x * 0.5 - 3.0


def norm_1(x: Any) -> Any:
    return x * 2.0 + 0.25


def norm_2(x: Any) -> Any:
    return x * -1.0 + 7.0


def changed_twice(x: np.ndarray) -> np.ndarray:
    x = x + ask(norm_1(x))
    return x + think(norm_2(x))


def block_slips(x: np.ndarray) -> Table:
    once, asked = x + ask(norm_1(x)), ask(norm_1(x))
    return {
        "Nothing is added: both changes took the place of the stream.": think(norm_2(asked)),
        "The first change took the place of the stream; it is added to it.": (
            asked + think(norm_2(asked))
        ),
        "The second change took the place of the stream; it is added to it.": think(norm_2(once)),
        "The second change was made of the stream as it was before the first.": (
            once + think(norm_2(x))
        ),
        "The second change was added to the stream as it was before the first.": (
            x + think(norm_2(once))
        ),
        "The norms are missing.": x + ask(x) + think(x + ask(x)),
        "The first norm is missing.": x + ask(x) + think(norm_2(x + ask(x))),
        "The second norm is missing.": once + think(once),
        "The first norm stands in both places.": once + think(norm_1(once)),
        "The norms have changed places.": (x + ask(norm_2(x)) + think(norm_1(x + ask(norm_2(x))))),
        "Norms come after the sum here; they stand before each change, and the stream itself "
        "stays as it is.": norm_2(norm_1(x + ask(x)) + think(norm_1(x + ask(x)))),
        "A norm comes after its change; it stands before it.": (
            x + norm_1(ask(x)) + norm_2(think(x + norm_1(ask(x))))
        ),
        "The stream was replaced by its norm before the change was added.": (
            norm_2(norm_1(x) + ask(norm_1(x))) + think(norm_2(norm_1(x) + ask(norm_1(x))))
        ),
        "`think` comes first here; places ask each other before.": (
            x + think(norm_2(x)) + ask(norm_1(x + think(norm_2(x))))
        ),
        "This is the stream after the first change.": once,
    }


def block_tried(case: Case) -> str:
    return (
        f"block(x, ask, think, norm_1, norm_2) with x = {show_array(case['x'])}, "
        "ask(x) = 10 x + 1, think(x) = x / 2 - 3, norm_1(x) = 2 x + 1/4 and norm_2(x) = 7 - x"
    )


def block_steps(answer: Any, case: Case) -> Steps:
    # Handed over as functions without a name: a formula of the check is none to be called.
    marks = [lambda x, mark=mark: mark(x) for mark in (ask, think, norm_1, norm_2)]
    x = Tensor(case["x"])
    yield "stream", (stream := answer(x, *marks))
    if stream.requires_grad:
        stream.backward(np.ones(case["x"].shape))
    yield "back", x.grad


def block_judge(tried: str, case: Case, seen: Seen) -> Faults:
    yield holder_fault(tried, got := seen["stream"])
    right, slips = changed_twice(case["x"]), block_slips(case["x"])
    look = "Next: two lines, each the stream plus one change of its norm."
    yield difference(tried, got.data, right, slips, look, cause="The stream holds other numbers.")
    slope = changed_twice(np.ones_like(right)) - changed_twice(np.zeros_like(right))
    cause = "The numbers are right, and no path leads back from them to x."
    look = "Next: look for `.data`, `.numpy()` and `.detach()`: the stream itself goes on."
    yield gradient_fault(f"{tried}: the gradient of x", seen["back"], slope, (cause, look))


def block_slip(says: str) -> Callable[..., Tensor]:
    slip_known("block", says, block_slips(np.ones(2)))
    return lambda x, *parts: Tensor(with_slip(changed_twice, block_slips, says, [x.numpy()]))


check_block = check_stages(
    "block",
    lambda rng: [{"x": draw_array(rng, shape)} for shape in ((2, 3), (1, 2, 2))],
    block_steps,
    block_judge,
    tried=block_tried,
    slip=block_slip,
    own_work=ALWAYS,
)

# ---------------------------------------------------------------------------------------------
# E25.3 How many numbers


def size_of(vocabulary: int, length: int, width: int, blocks: int) -> int:
    block = 12 * width**2 + 10 * width
    return (2 * vocabulary + length + 2) * width + vocabulary + blocks * block


Size = Callable[[int, int, int, int], int]


def less(of: Size) -> Size:
    return lambda *given: size_of(*given) - of(*given)


check_size_of_transformer = check_function(
    "size_of_transformer(vocabulary, length, width, blocks)",
    lambda rng: [(11, 10, 32, 3), *([int(n) for n in rng.integers(2, 60, 4)] for _ in range(4))],
    size_of,
    {
        "The table of places is missing.": less(lambda v, t, w, n: t * w),
        "The table of tokens is missing.": less(lambda v, t, w, n: v * w),
        "The norms of the blocks are missing.": less(lambda v, t, w, n: 4 * w * n),
        "Each norm has a weight and a bias: `2 * width` numbers.": less(
            lambda v, t, w, n: 2 * w * n + w
        ),
        "A block has two norms.": less(lambda v, t, w, n: 2 * w * n),
        "The norm at the end is missing.": less(lambda v, t, w, n: 2 * w),
        "All norms are missing.": less(lambda v, t, w, n: 4 * w * n + 2 * w),
        "The bias of the last layer is missing.": less(lambda v, t, w, n: v),
        "The last layer is missing.": less(lambda v, t, w, n: w * v + v),
        "The layer that mixes is missing in each block.": less(lambda v, t, w, n: (w * w + w) * n),
        "The bias of the layer that mixes is missing.": less(lambda v, t, w, n: w * n),
        "Query, key and value have no bias.": lambda v, t, w, n: size_of(v, t, w, n) + 3 * w * n,
        "The biases of the two wide layers are missing: `4 * width` and `width` in each "
        "block.": less(lambda v, t, w, n: 5 * w * n),
        "No bias is counted, in blocks and at the end.": less(lambda v, t, w, n: 6 * w * n + v),
        "The layer back from `4 * width` is missing.": less(lambda v, t, w, n: (4 * w * w + w) * n),
        "There is one block here, however many were asked for.": lambda v, t, w, n: size_of(
            v, t, w, 1
        ),
        "The tables and the end stand once, not in each block.": lambda v, t, w, n: (
            n * size_of(v, t, w, 1)
        ),
    },
    "Some part is counted too often, or not at all.",
    "Next: count one block by itself: 12 width^2 + 10 width.",
)

# ---------------------------------------------------------------------------------------------
# E25.4 Writing

TOKENS = 7


class Network:
    """Whose next token depends on the whole row; it notes what it was asked, and how."""

    def __init__(self) -> None:
        self.is_recording = False

    def __call__(self, tokens: Any) -> Tensor:
        self.is_recording = self.is_recording or bool(IS_RECORDING.get())
        tokens = np.asarray(getattr(tokens, "array", tokens))
        return Tensor(-((np.arange(TOKENS) - nexts(tokens)[..., None]) ** 2.0))


def nexts(tokens: np.ndarray) -> np.ndarray:
    """The token after each place: all so far count, each by its place."""
    places = np.arange(1, tokens.shape[1] + 1)
    return (np.cumsum(tokens * places, axis=1) + places) % TOKENS


def continued(
    tokens: np.ndarray, n: int, pick: Callable[[np.ndarray], np.ndarray] | None = None
) -> np.ndarray:
    for _ in range(n):
        new = nexts(tokens)[:, -1] if pick is None else pick(tokens)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens


def writing_slips(tokens: np.ndarray, n: int) -> Table:
    t, right = tokens.shape[1], continued(tokens, n)
    once = np.repeat(nexts(tokens)[:, -1:], n, axis=1)
    return {
        "Only the new tokens are here; the rows come with them.": right[:, t:],
        "There is one new token too many.": continued(tokens, n + 1),
        "There is one new token too few.": continued(tokens, max(n - 1, 0)),
        "Nothing was added: is the longer row given back to the same name?": tokens,
        "All new tokens are the same: the network was not asked anew with the longer "
        "rows.": np.concatenate([tokens, once], axis=1),
        "The tokens are those after the *first* place. The last place knows the whole row.": (
            continued(tokens, n, lambda rows: nexts(rows)[:, 0])
        ),
        "The network saw only the last token; it needs the whole row.": (
            continued(tokens, n, lambda rows: nexts(rows[:, -1:])[:, -1])
        ),
        "The network saw only the rows as they were given, or only the last of the new ones: show "
        "it all of the row.": (continued(tokens, n, lambda rows: nexts(rows[:, -t:])[:, -1])),
        "These are the least likely tokens: the largest logit is the most likely.": continued(
            tokens, n, lambda rows: np.where(nexts(rows)[:, -1] > 3, 0, TOKENS - 1)
        ),
        "New tokens stand before the rows; they come behind.": continued_before(tokens, n),
    }


def continued_before(tokens: np.ndarray, n: int) -> np.ndarray:
    for _ in range(n):
        tokens = np.concatenate([nexts(tokens)[:, -1:], tokens], axis=1)
    return tokens


def writing_cases(rng: np.random.Generator) -> list[Case]:
    sizes = (((2, 3), 3), ((1, 1), 4), ((3, 2), 1), ((2, 4), 0))
    return [{"tokens": rng.integers(0, TOKENS, shape), "n": n} for shape, n in sizes]


def writing_tried(case: Case) -> str:
    return f"completed(network, tokens, {case['n']}) with tokens = {show_array(case['tokens'])}"


def writing_steps(answer: Any, case: Case) -> Steps:
    network, tokens = Network(), case["tokens"].copy()
    yield "rows", answer(network, tokens, case["n"])
    yield "changed", [] if np.array_equal(tokens, case["tokens"]) else [0]
    yield "is recording", network.is_recording


def writing_judge(tried: str, case: Case, seen: Seen) -> Faults:
    rows = seen["rows"].data if isinstance(seen["rows"], Held) else seen["rows"]
    rows = np.asarray(rows) if isinstance(rows, list) else rows
    if not isinstance(rows, np.ndarray):
        yield report(tried, rows, Words("an array of rows"), kind_cause(rows))
    yield changed_array_fault(tried, seen, ["tokens"])
    if rows.dtype.kind == "f" and (rows == np.round(rows)).all():
        rows = rows.astype(int)
    given = case["tokens"], case["n"]
    expected, slips = continued(*given), writing_slips(*given)
    look = "Next: print the logits of the last place, and the row that the network is given next."
    cause = "Other tokens were picked."
    yield difference(tried, rows, expected, slips, look, cause=cause, dtype=None)
    if seen["is recording"]:
        cause = "The rows are right, and every step records a graph that nobody will go back "
        cause += "through: memory grows with each token."
        yield report(tried, ..., ..., cause, "Next: put the loop inside `with no_grad():`.")


def writing_slip(says: str) -> Callable[..., np.ndarray]:
    slip_known("completed", says, writing_slips(np.ones((1, 2), int), 2))
    return lambda network, tokens, n: with_slip(continued, writing_slips, says, (tokens, n))


check_completed = check_stages(
    "completed",
    writing_cases,
    writing_steps,
    writing_judge,
    tried=writing_tried,
    slip=writing_slip,
    own_work=ALWAYS,
)

# ---------------------------------------------------------------------------------------------
# E25.5 What was left out

SEEN = {
    "A": "a loss of log 10",
    "B": "a loss near 0, and every row right",
    "C": "a loss near 0, and wrong rows",
    "D": "the digits in another order",
}

check_parts_left_out = check_predictions(
    "parts_left_out",
    {"heads": "A", "places": "D", "mask": "C", "one half": "B"},
    {
        "heads": {
            "Without heads no place knows of another. Could it write a single digit better than by "
            "chance?": ("B", "C", "D")
        },
        "places": {
            "A sum over keys does not know in which order they came, and it does know which digits "
            "there are.": ("A", "B", "C")
        },
        "mask": {
            "It sees the answers in training, so its loss is low. When it writes there is nothing "
            "ahead to look at.": ("A", "B", "D")
        },
        "one half": {
            "Every part is there. Half of the width is enough for five digits.": ("A", "C", "D")
        },
    },
    asks=lambda key: f'parts_left_out()["{key}"]',
    wanted="a dict from four names to letters",
    shows=lambda letter: letter,
    fault=lambda tried, key, got: (
        None
        if got in SEEN
        else report(tried, got, Words("one of A, B, C, D"), "What was seen is named by a letter.")
    ),
    read=lambda letter: letter.strip().upper() if isinstance(letter, str) else letter,
)
