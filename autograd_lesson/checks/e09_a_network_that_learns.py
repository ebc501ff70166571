"""The checks of exercise 09: the parts of a network, its training loop, and its loss."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..data import xor
from ..gradcheck import numerical_gradient
from ..nn import MLP
from ..value import total
from .accepted import close, keyed, row_of
from .arrays import Table, known_wrong
from .core import Check
from .draws import draw_numbers
from .messages import Words, because, list_fault, report, show
from .plain_data import Held, Other, in_a_row
from .run_answer import attempt, describe_error
from .stages import Faults, Seen, Steps, check_stages, holder_fault
from .vocabulary import (
    BY_ACCIDENT,
    Case,
    Part,
    check_line_order,
    check_predictions,
    defined,
    refusal_fault,
)


def layered(parameters: Sequence[float], sizes: Sequence[int], x: Sequence[float]) -> list[float]:
    """The outputs of tanh layers with these parameters: by layer, by neuron, weights then bias."""
    signal, left = np.array(x), np.array(parameters)
    for width in sizes:
        end = width * (len(signal) + 1)
        block, left = left[:end].reshape(width, -1), left[end:]
        signal = np.tanh(block[:, :-1] @ signal + block[:, -1])
    return signal.tolist()


def count_of(n_inputs: int, sizes: Sequence[int]) -> int:
    widths = [n_inputs, *sizes[:-1]]
    return sum(size * (width + 1) for width, size in zip(widths, sizes, strict=True))


def are_values(thing: Any) -> bool:
    return isinstance(thing, list) and all(isinstance(item, Held) for item in thing)


def parameters_fault(tried: str, seen: Seen, count: int, hints: dict[int, str]) -> str | None:
    """The message for parameters that are no list of `count` different Values, else None."""
    wanted = Words(f"a list of {count} different Values")
    got = seen["parameters"]
    if not isinstance(got, list):
        cause = "Is a `return` missing?" if got is None else "The answer asked for is a list."
        return report(tried, got, wanted, cause)
    if any(isinstance(item, list) for item in got):
        cause = "There are lists inside the list. The loop that trains wants Values one by one."
        look = "Next: two `for` in one list, `[p for neuron in ... for p in neuron.parameters()]`."
        return report(tried, got, wanted, cause, look)
    if not are_values(got):
        cause = "A parameter is a Value: it needs a `.grad` to be trained."
        return report(tried, got, wanted, cause)
    if len(got) != count:
        cause = hints.get(len(got), "A neuron has one weight for each input, and one bias.")
        return report(tried, Words(f"{len(got)} of them"), wanted, cause)
    if seen["different"] != count:
        cause = "Some of them are one and the same object: `[neuron] * n` is one neuron n times."
        return report(tried, Words(f"{seen['different']} different Values"), wanted, cause)
    return None


def row_in(thing: Any) -> Any:
    """What gives items one after the other, as a list; anything else as it is."""
    is_row = isinstance(thing, np.ndarray) and thing.dtype == object and thing.ndim == 1
    return list(thing) if is_row or isinstance(thing, tuple) else in_a_row(thing)


def account(part: Any) -> Steps:
    found = row_in(part.parameters())
    yield "parameters", found
    yield "different", len({id(item) for item in found})


def set_numbers(part: Any, numbers: Sequence[float]) -> None:
    for parameter, number in zip(part.parameters(), numbers, strict=True):
        parameter.data = number


# ---------------------------------------------------------------------------------------------
# E9.1 Neuron

MANY = 100  # inputs: enough for the spread of the weights to show


def neuron_cases(rng: np.random.Generator) -> list[Case]:
    cases: list[Case] = []
    for n in (2, 3, 1):
        numbers = draw_numbers(rng, n + 1, 0.1, 0.9)
        cases.append({"asks": "output", "n": n, "numbers": numbers, "x": draw_numbers(rng, n)})
    seed = int(rng.integers(1000))
    cases.append({"asks": "numbers", "n": MANY, "seed": seed})
    return cases + [{"asks": "length", "n": 3, "x": draw_numbers(rng, length)} for length in (2, 5)]


def neuron_steps(neuron_class: Any, case: Case) -> Steps:
    n = case["n"]
    if case["asks"] == "numbers":
        seeds = (case["seed"], case["seed"], case["seed"] + 1)
        neurons = [neuron_class(n, np.random.default_rng(seed)) for seed in seeds]
        yield "w", [row_in(neuron.w) for neuron in neurons]
        yield "b", neurons[0].b
        return
    neuron = neuron_class(n, np.random.default_rng(0))
    if case["asks"] == "length":
        yield "came", attempt(neuron, case["x"])
        return
    yield "w", row_in(neuron.w)
    yield "b", neuron.b
    own = [*neuron.w, neuron.b]
    for value, number in zip(own, case["numbers"], strict=True):
        value.data = number
    result = neuron(case["x"])
    yield "result", result
    result.backward()
    yield "grads", [value.grad for value in own]
    yield from account(neuron)
    names = {id(value): f"w{place}" for place, value in enumerate(own, 1)} | {id(neuron.b): "b"}
    yield "names", [names.get(id(item), "another") for item in row_in(neuron.parameters())]


def neuron_tried(case: Case) -> str:
    if case["asks"] == "numbers":
        return f"Neuron({case['n']}, np.random.default_rng({case['seed']})).w"
    if case["asks"] == "length":
        return f"a neuron of {case['n']} inputs, called with {show(case['x'])}"
    *w, b = case["numbers"]
    return f"a neuron with w = {show(w)}, b = {show(b)}, called with {show(case['x'])}"


def neuron_judge(tried: str, case: Case, seen: Seen) -> Faults:
    n = case["n"]
    if case["asks"] == "length":
        yield length_fault(tried, seen["came"])
        return
    if case["asks"] == "numbers":
        yield from spread_faults(tried, case, seen)
        return
    yield weights_fault(n, seen["w"])
    yield holder_fault(f"Neuron({n}, rng).b", seen["b"], "a Value")
    *w, b = case["numbers"]
    weighted = float(np.dot(w, case["x"]))
    expected = math.tanh(weighted + b)
    cause = "The result must be a Value: from a plain number nobody can walk back to the weights."
    yield holder_fault(tried, seen["result"], f"Value({show(expected)})", cause)
    yield neuron_output.fault(tried, seen["result"].data, [weighted, b], ())
    slope = 1 - expected**2
    grads = [*(slope * x for x in case["x"]), slope]
    if not close(seen["grads"], grads, scale=slope):
        cause = "The number is right, the way back is not: somewhere `.data` was used on the way."
        yield report(f"{tried}; the gradients of w and b", seen["grads"], grads, cause)
    yield names_fault(n, seen)


def weights_fault(n: int, w: Any) -> str | None:
    """The message for weights that are no list of `n` Values, else None."""
    if are_values(w) and len(w) == n:
        return None
    cause = "The weights are kept in `self.w`, one Value for each input: a plain number has no "
    cause += "`.grad` to be trained by."
    return report(f"Neuron({n}, rng).w", w, Words(f"a list of {n} Values"), cause)


OUTPUT_SLIPS: Table = {
    "This is w . x + b: the tanh is missing.": lambda weighted, b: weighted + b,
    "This is tanh(w . x): the bias is missing.": lambda weighted, b: math.tanh(weighted),
    "The bias belongs inside the tanh, added to the sum.": lambda weighted, b: (
        math.tanh(weighted) + b
    ),
    "This is w . x alone: the bias and the tanh are missing.": lambda weighted, b: weighted,
}
neuron_output = Part(
    "output",
    lambda weighted, b: math.tanh(weighted + b),
    OUTPUT_SLIPS,
    look="Next: three parts, w . x, then + b, then tanh.",
)


def names_fault(n: int, got: Seen) -> str | None:
    """The message for parameters that are not the weights and the bias, else None."""
    tried, wanted = f"Neuron({n}, rng).parameters()", [*(f"w{k}" for k in range(1, n + 1)), "b"]
    hints = {n: "The bias is trained too: it belongs among the parameters."}
    if fault := parameters_fault(tried, got, n + 1, hints):
        return fault
    if got["names"] == wanted:
        return None
    cause = "The weights come first, in their order, then the bias."
    if "another" in got["names"]:
        cause = "These are copies: to train a copy leaves the neuron as it is."
    return report(tried, got["names"], wanted, cause)


def length_fault(tried: str, got: Any) -> str | None:
    """The message for a wrong number of inputs that is not refused, else None."""
    return refusal_fault(
        tried,
        got,
        (ValueError,),
        "A wrong number of inputs was taken without a word. `zip` stops at the shorter of two "
        "lists, so the rest is never looked at.",
        "Next: compare `len(x)` with `len(self.w)` before anything else, and raise.",
        wanted="a ValueError",
        another=(BY_ACCIDENT, "Next: `raise ValueError(...)` with both numbers."),
    )


def rng_numbers(seed: int) -> list[float]:
    """The weights that the text asks for."""
    return np.random.default_rng(seed).normal(0.0, MANY**-0.5, MANY).tolist()


def spread_faults(tried: str, case: Case, seen: Seen) -> Faults:
    """Messages for weights that do not come from `rng`, or are too large."""
    for w in seen["w"]:
        yield weights_fault(MANY, w)
    first, again, other = ([held.data for held in w] for w in seen["w"])
    if len(set(first)) < len(first):
        cause = "Weights that are equal get equal gradients and stay equal. Draw each on its own."
        yield report(tried, Words(f"{len(set(first))} different numbers"), Words("100"), cause)
    if first != again:
        cause = "The same seed gave other weights: they come from a generator of their own, not "
        cause += "from `rng`."
        yield report(tried, Words("another result each time"), cause=cause)
    if first == other:
        cause = "Two seeds gave the same weights: `rng` is not used."
        yield report(tried, Words("always the same numbers"), cause=cause)
    spread = float(np.std(first))
    if not 0.6 < spread * math.sqrt(MANY) < 1.5:
        cause = f"The spread of the weights is {show(spread)}. With {MANY} inputs their sum then "
        cause += "has the wrong size for tanh, which is flat at both ends."
        look = "Next: `rng.normal(0.0, n_inputs**-0.5, n_inputs)`."
        yield report(tried, spread, Words("about 0.1, which is 100 ** -0.5"), cause, look)
    if not close(first, rng_numbers(case["seed"])):
        cause = "Their spread is right, and they are other numbers than `rng.normal` draws: not "
        cause += "those of a uniform distribution, and the first that `rng` gives."
        look = "Next: `rng.normal(0.0, n_inputs**-0.5, n_inputs)`, before anything else is drawn."
        yield report(tried, first[:3], rng_numbers(case["seed"])[:3], cause, look)
    yield holder_fault("Neuron(100, rng).b", seen["b"], "Value(0)")
    if not close(seen["b"].data, 0.0):
        yield report("Neuron(100, rng).b", seen["b"], Words("Value(0)"), "b starts at 0.")


KINDS_MIXED_UP = {
    r"^TypeError: (?=.*Value).*(iterable|len\(\))": "A bare Value stands where a list is wanted. A "
    "layer returns a list even when it has one neuron: the next layer goes through it.",
    "^AttributeError: .*'list' object": "A list stands where a Value is wanted: which part returns "
    "the list?",
    "^AttributeError: .*'float' object": "A plain number stands where a Value is wanted: wrap it, "
    "`Value(number)`.",
}
MIXED_UP_IN_MLP = KINDS_MIXED_UP | {
    "^ValueError": "What a layer returns is what the next one gets, and not the inputs of the "
    "network."
}

check_neuron = check_stages(
    "neuron",
    neuron_cases,
    neuron_steps,
    neuron_judge,
    tried=neuron_tried,
    explain=because(KINDS_MIXED_UP),
    own_work=["nn"],
)


# ---------------------------------------------------------------------------------------------
# E9.1 Layer


def layer_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {
            "n": n,
            "width": width,
            "x": draw_numbers(rng, n),
            "numbers": draw_numbers(rng, width * (n + 1), 0.1, 0.9),
        }
        for n, width in ((3, 2), (2, 3), (2, 1))
    ]


def layer_steps(layer_class: Any, case: Case) -> Steps:
    layer = layer_class(case["n"], case["width"], np.random.default_rng(0))
    yield from account(layer)
    set_numbers(layer, case["numbers"])
    yield "result", row_in(layer(case["x"]))


def layer_tried(case: Case) -> str:
    return f"Layer({case['n']}, {case['width']}, rng)"


def layer_judge(made: str, case: Case, seen: Seen) -> Faults:
    n, width, numbers = case["n"], case["width"], case["numbers"]
    hints = {
        n * (width + 1): "The two widths have changed places: each of the `n_outputs` neurons "
        "takes `n_inputs` inputs.",
        n + 1: "These are the parameters of one neuron: collect those of all.",
    }
    tried = f"{made}.parameters()"
    yield parameters_fault(tried, seen, len(numbers), hints)
    started = [held.data for held in seen["parameters"]]
    if width > 1 and started[: n + 1] == started[n + 1 : 2 * (n + 1)]:
        cause = "The neurons all start with the same weights, so they learn the same thing: each "
        cause += "got a generator with the same seed."
        yield report(tried, started, cause=cause, look="Next: hand the one `rng` to all of them.")
    tried, got = f"{made} called with {show(case['x'])}", seen["result"]
    wanted = [Held("Value", y) for y in layered(numbers, [width], case["x"])]
    if width == 1 and isinstance(got, Held):
        cause = "A bare Value. A layer returns a list even when it has one neuron, or the next "
        cause += "layer has nothing to go through."
        yield report(tried, got, wanted, cause)
    if not are_values(got):
        yield report(tried, got, wanted, "A layer returns a list with the Value of each neuron.")
    if not close([held.data for held in got], [held.data for held in wanted]):
        cause = "Each neuron gets all of x, and the outputs stand in the order of the neurons."
        yield report(tried, got, wanted, cause)


check_layer = check_stages(
    "layer",
    layer_cases,
    layer_steps,
    layer_judge,
    tried=layer_tried,
    explain=because(KINDS_MIXED_UP),
    own_work=["nn"],
)


# ---------------------------------------------------------------------------------------------
# E9.1 MLP


def mlp_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {
            "n": n,
            "sizes": sizes,
            "x": draw_numbers(rng, n),
            "numbers": draw_numbers(rng, count_of(n, sizes), 0.01, 0.99),
            "seed": int(rng.integers(1000)),
        }
        for n, sizes in ((3, [4, 2, 1]), (3, [4, 4, 1]), (2, [2, 2, 2]), (3, [1, 2, 1]), (2, [1]))
    ]


def mlp_steps(mlp_class: Any, case: Case) -> Steps:
    seeds = (case["seed"], case["seed"], case["seed"] + 1)
    network, again, other = (mlp_class(case["n"], case["sizes"], seed) for seed in seeds)
    yield from account(network)
    yield "again", row_in(again.parameters())
    yield "other", row_in(other.parameters())
    set_numbers(network, case["numbers"])
    yield "result", row_in(network(case["x"]))


def mlp_tried(case: Case) -> str:
    return f"MLP({case['n']}, {case['sizes']}, seed={case['seed']})"


def mlp_judge(made: str, case: Case, seen: Seen) -> Faults:
    n, sizes, numbers = case["n"], case["sizes"], case["numbers"]
    tried = f"{made}.parameters()"
    hints = {
        count_of(n, sizes[:-1]) if sizes[:-1] else 0: "The last layer is missing: there is one "
        "layer for each size.",
        sum(size * (n + 1) for size in sizes): "Only the first layer takes the inputs of the "
        "network; each other one takes the outputs of the layer before it.",
    }
    yield parameters_fault(tried, seen, len(numbers), hints)
    yield from seed_faults(case, tried, seen)
    tried, got = f"{made} called with {show(case['x'])}", seen["result"]
    right = [Held("Value", y) for y in layered(numbers, sizes, case["x"])]
    wanted = right[0] if sizes[-1] == 1 else right
    if sizes[-1] == 1 and isinstance(got, list):
        cause = "The last layer has one neuron, and the network hands out its Value itself: a "
        cause += "loss wants a Value, not a list."
        yield report(tried, got, wanted, cause)
    found = [got] if sizes[-1] == 1 else got
    if not are_values(found):
        cause = "The result is a Value, or a list of Values where the last layer is wider than 1."
        yield report(tried, got, wanted, cause)
    if not close([held.data for held in found], [held.data for held in right]):
        yield report(tried, got, wanted, "What a layer returns is what the next one gets.")


def seed_faults(case: Case, tried: str, seen: Seen) -> Faults:
    """Messages for numbers that are not decided by the seed, or decided twice."""
    got = seen["parameters"]
    if seen["again"] != got:
        cause = "The same seed gave other weights: nobody could repeat a run."
        look = "Next: one generator, `rng = np.random.default_rng(seed)`, handed to all layers."
        yield report(tried, Words("other weights each time"), cause=cause, look=look)
    if seen["other"] == got:
        cause = "Another seed gave the same weights: the seed is not used."
        yield report(tried, Words("always the same weights"), cause=cause)
    started = [held.data for held in got]
    if case["sizes"] == [2, 2, 2] and started[:6] == started[6:12]:
        cause = "Layers of the same shape start with the same weights: each layer got a generator "
        cause += "that began anew."
        look = "Next: make the generator once, before the layers."
        yield report(tried, started[:12], cause=cause, look=look)


check_mlp = check_stages(
    "mlp",
    mlp_cases,
    mlp_steps,
    mlp_judge,
    tried=mlp_tried,
    explain=because(MIXED_UP_IN_MLP),
    own_work=["nn"],
)


# ---------------------------------------------------------------------------------------------
# E9.2 and E9.4: a loop that trains

SIZES = [2, 1]
STEPS = 4
XOR_STEPS, XOR_RATE, XOR_SIZES = 200, 0.1, [4, 1]
PROVEN_SEEDS = 150  # from all of these the loop reaches a hundredth of the loss it started with


class Watched(MLP):
    """A network that notes its parameters whenever it is asked, and what it answers."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.asked: list[list[float]] = []
        self.answers: list[Any] = []

    def __call__(self, x: Any) -> Any:
        self.asked.append(numbers_of(self))
        self.answers.append(super().__call__(x))
        return self.answers[-1]

    def parts(self) -> Any:
        return ((name, held) for name, held in super().parts() if "answers" not in name)


def numbers_of(network: Any) -> list[float]:
    return [parameter.data for parameter in network.parameters()]


def loop_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {
            "inputs": [draw_numbers(rng, 2, 0.3, 1.3) for _ in range(examples)],
            "targets": draw_numbers(rng, examples, 0.4, 0.9),
            "rate": round(float(rng.uniform(0.03, 0.12)), 2),
            "seed": int(rng.integers(1000)),
        }
        for examples in (3, 4)
    ]


def train_cases(rng: np.random.Generator) -> list[Case]:
    seeds = rng.choice(PROVEN_SEEDS, 5, replace=False)
    return [*loop_cases(rng), {"seeds": seeds.tolist()}]


def train_probe(train: Any, case: Case) -> Any:
    if "seeds" in case:
        return [xor_run(train, seed) for seed in case["seeds"]]
    network = Watched(2, SIZES, rng=case["seed"])
    started = numbers_of(network)
    losses = row_in(train(network, case["inputs"], case["targets"], STEPS, case["rate"]))
    return {
        "losses": losses,
        "path": network.asked,
        "start": started,
        "end": numbers_of(network),
        "grads": [parameter.grad for parameter in network.parameters()],
        "reached": any(answer.grad != 0 for answer in network.answers),
    }


def xor_run(train: Any, seed: int) -> dict[str, Any]:
    """The parameters of a network before and after training on exclusive or."""
    network = MLP(2, XOR_SIZES, rng=seed)
    started = numbers_of(network)
    row_in(train(network, *xor(), XOR_STEPS, XOR_RATE))  # a generator trains as it is read
    return {"start": started, "end": numbers_of(network)}


def sum_of_squares(
    parameters: Sequence[float], sizes: Sequence[int], inputs: Any, targets: Any
) -> float:
    pairs = zip(inputs, targets, strict=True)
    return sum((layered(parameters, sizes, x)[0] - target) ** 2 for x, target in pairs)


def train_tried(case: Case) -> str:
    if "seeds" in case:
        return f"exclusive or, MLP(2, [4, 1]), 200 steps at 0.1, from the seeds {case['seeds']}"
    examples = f"{len(case['inputs'])} examples"
    return f"train(network, inputs, targets, {STEPS}, {case['rate']}) with {examples}"


def train_judge(case: Case, got: Any) -> str | None:
    if "seeds" in case:
        return xor_fault(case, got)
    tried, got = train_tried(case), got | {"losses": row_of(got["losses"])}
    return first_loss_fault(case, tried, got) or moves_fault(case, tried, got)


def xor_fault(case: Case, runs: list[dict[str, Any]]) -> str | None:
    """The message for a run that does not reach a hundredth of its first loss, else None."""
    for seed, run in zip(case["seeds"], runs, strict=True):
        first, last = (sum_of_squares(run[at], XOR_SIZES, *xor()) for at in ("start", "end"))
        if not last < 0.01 * first:
            tried = f"{train_tried(case)}; seed {seed}"
            wanted = Words(f"a loss below {show(0.01 * first)}")
            cause = "The first steps were right, and later ones are not. Does the loop run to its "
            cause += "end, with the rate it was given?"
            return report(tried, last, wanted, cause)
    return None


def losses_fault(tried: str, losses: Any) -> str | None:
    """The message for what is not a number for each step, else None."""
    fault = list_fault(tried, losses, STEPS)
    if fault and isinstance(losses, list) and losses:
        if isinstance(losses[0], Other) and losses[0].type == "Value":
            cause = "The losses are Values, each with its whole graph behind it. Keep the numbers: "
            cause += "`loss.data`."
            return report(tried, Words("a list of Values"), Words("numbers"), cause)
        if len(losses) == STEPS + 1:
            cause = "One loss too many: one for each step, before its update."
            return report(tried, losses, Words(f"{STEPS} losses"), cause)
    return fault


def first_loss_fault(case: Case, tried: str, got: dict[str, Any]) -> str | None:
    """The message for losses of the wrong kind or with a wrong beginning, else None."""
    losses = got["losses"]
    if fault := losses_fault(tried, losses):
        return fault
    if got["path"][1:] and got["path"][1] != got["path"][0]:
        cause = "The parameters moved between two examples of one step. First the whole loss, then "
        cause += "one backward pass, then one update."
        return report(tried, Words("an update after each example"), Words("one a step"), cause)
    expected = loss_at(case, got["start"])
    if close(losses[0], expected):
        return None
    cause = "The loss is the sum, over all examples, of (output - target) squared, before the "
    cause += "first update."
    n = len(case["inputs"])
    after = loss_at(case, updated(case, got["start"], 1.0))
    if close(losses[0], expected / n):
        cause = f"This is the mean of the squares, {n} times smaller. Asked for is their sum."
    elif close(losses[0], after):
        cause = "This is the loss after the update: it is computed anew, or too late."
    return report(f"{tried}; the first loss", losses[0], expected, cause)


def loss_at(case: Case, parameters: Sequence[float]) -> float:
    return sum_of_squares(parameters, SIZES, case["inputs"], case["targets"])


def gradient_at(case: Case, parameters: Sequence[float]) -> np.ndarray:
    slopes = numerical_gradient(lambda *numbers: loss_at(case, numbers), list(parameters))
    return np.array(slopes)


def updated(case: Case, parameters: Sequence[float], factor: float) -> list[float]:
    step = factor * case["rate"] * gradient_at(case, parameters)
    return (np.array(parameters) - step).tolist()


def moves_fault(case: Case, tried: str, got: dict[str, Any]) -> str | None:
    """The message for parameters that do not go down the gradient step by step, else None."""
    n, path, start, end = len(case["inputs"]), got["path"], got["start"], got["end"]
    if len(path) == n:
        cause = "The network was asked once for each example, before the loop. Its graph holds the "
        cause += "numbers of the first step for ever."
        look = "Next: the forward pass belongs into the loop."
        return report(f"{tried}; the losses", got["losses"], cause=cause, look=look)
    if not path or len(path) % STEPS:
        cause = f"In {STEPS} steps with {n} examples the network is asked {STEPS * n} times, once "
        cause += "for each example in each step."
        return report(tried, Words(f"asked {len(path)} times"), cause=cause)
    at = [*path[:: len(path) // STEPS], end]  # the parameters as each step began, and at the end
    move = np.array(at[1]) - np.array(start)
    gradient = gradient_at(case, start)
    right = -case["rate"] * gradient
    if not np.any(move):
        return standstill_fault(tried, got)
    if fault := scale_fault(case, tried, move, right):
        return fault
    return later_fault(case, tried, got, at, right)


def standstill_fault(tried: str, got: dict[str, Any]) -> str:
    """The message for a first step that leaves the parameters where they were."""
    tried = f"{tried}; the parameters after one step"
    still, moved = Words("as they were"), Words("moved against the gradient")
    if not got["reached"]:
        cause = "backward() did not reach the network: the loss was made of plain numbers, such as "
        cause += "`network(x).data`, or backward() was not called."
        look = "Next: keep the loss a Value, and take `.data` only for the list."
    elif got["end"] != got["start"]:
        cause = "The first update found no gradient: it comes before backward(), so each update "
        cause += "uses what the step before it has left."
        look = "Next: forward, zero, backward, update, in this order."
    elif any(got["grads"]):
        cause = "The gradients are there, and no parameter moves. `p = p - ...` gives a name to a "
        cause += "new Value, and the network keeps the old one."
        look = "Next: change the number inside, `p.data -= rate * p.grad`."
    else:
        cause = "The gradients were set to zero after backward() and before the update."
        look = "Next: zero before backward(), or after the update."
    return report(tried, still, moved, cause, look)


def scale_fault(case: Case, tried: str, move: np.ndarray, right: np.ndarray) -> str | None:
    """The message for a first move that is not -rate * gradient, else None."""
    if np.allclose(move, right, rtol=1e-5, atol=1e-9):
        return None
    factor = float(move @ right / (right @ right))
    tried, n = f"{tried}; the first move of the parameters", len(case["inputs"])
    got, wanted = move.tolist(), right.tolist()
    if not np.allclose(move, factor * right, rtol=1e-4, atol=1e-8):
        still = int(np.sum((move == 0) & (right != 0)))
        cause = "It is not along the gradient."
        if still:
            cause = f"{still} of the {len(wanted)} parameters did not move at all."
        return report(tried, got, wanted, cause, "Next: one loop over `network.parameters()`.")
    if close(factor, -1, rel=1e-4):
        cause = "This is up the gradient: the loss grows. The gradient points to where the loss "
        cause += "grows fastest."
        return report(tried, got, wanted, cause, "Next: subtract it.")
    cause = f"It has {show(factor)} times the right length: an update is `rate * p.grad`, no more "
    cause += "and no less."
    if close(factor, 1 / n, rel=1e-4):
        cause = "It is that of the mean of the squares. The loss asked for is their sum, "
        cause += f"and its gradient is {n} times as large."
    return report(tried, got, wanted, cause)


def later_fault(
    case: Case, tried: str, got: dict[str, Any], at: list[list[float]], first: np.ndarray
) -> str | None:
    """The message for a step after the first that is wrong, or a loss in the list, else None."""
    losses, second = got["losses"], np.array(at[2]) - np.array(at[1])
    right = -case["rate"] * gradient_at(case, at[1])
    expected = [loss_at(case, parameters) for parameters in at[:STEPS]]
    if close(losses[1], expected[0] + expected[1]):
        cause = "The second loss has the first one in it: something that is added to began before "
        cause += "the loop and is not emptied."
        look = "Next: what is made new in each step, and what is not?"
        return report(f"{tried}; the losses", losses, expected, cause, look)
    if not np.allclose(second, right, rtol=1e-5, atol=1e-9):
        cause = "It is not -rate * gradient, though the first one was."
        look = "Next: which line runs once, and should run in each step?"
        if np.allclose(second, right + first, rtol=1e-4, atol=1e-8):
            cause = "It is the sum of the first and the second gradient: `backward()` adds to what "
            cause += "is there, and nobody has set it to zero."
            look = "Next: `network.zero_grad()` in each step, before backward()."
        tried = f"{tried}; the second move of the parameters"
        return report(tried, second.tolist(), right.tolist(), cause, look)
    if not close(losses, expected):
        cause = "One loss for each step, that of the forward pass before its update."
        return report(f"{tried}; the losses", losses, expected, cause)
    last = np.array(at[STEPS]) - np.array(at[STEPS - 1])
    if not np.any(last):
        cause = "The last step has a loss and no update."
        return report(tried, Words(f"{STEPS - 1} updates"), Words(f"{STEPS} updates"), cause)
    return None


LOOP_CAUSES = {
    "^AttributeError: .*'float' object has no attribute": "`.data` was taken too early: a plain "
    "number has no way back. Keep `loss` the Value, and put `loss.data` into the list.",
    "^AttributeError: .*'list' object has no attribute": "The loss is one Value: add the squares "
    "up with `total([...])`.",
}

HOW: dict[str, Any] = {"tried": train_tried, "explain": because(LOOP_CAUSES)}
check_train = Check("train", train_cases, train_probe, train_judge, **HOW)
check_repaired = Check("repaired", loop_cases, train_probe, train_judge, **HOW)


# ---------------------------------------------------------------------------------------------
# E9.2, rung 1: the same loop as lines to put in order

LOOP_LINES = {
    "A": "network.zero_grad()",
    "B": "loss.backward()",
    "C": "for p in network.parameters(): p.data -= rate * p.grad",
    "D": "losses.append(loss.data)",
    "E": "loss = total([(network(x) - t) ** 2 for x, t in zip(inputs, targets)])",
    "F": "loss = loss.data",
    "G": "for p in network.parameters(): p.data += rate * p.grad",
}
FRAME = """\
def train(network, inputs, targets, steps, rate):
    losses = []
    for _ in range(steps):
{}
    return losses
"""


def lines_fault(case: Case, letters: list[str]) -> str | None:
    """The message for lines that do not train, else None."""
    body = [" " * 8 + LOOP_LINES[letter] for letter in letters]
    tried = f"the lines {', '.join(letters)}"
    try:
        outcome = train_probe(defined(FRAME, body, total=total), case)
    except UnboundLocalError:
        cause = "`loss` is used before there is one."
        return report(tried, letters, cause=cause, look="Next: which line makes the loss?")
    except AttributeError as error:
        raised = describe_error(error)
        return report(tried, raised, cause=because(LOOP_CAUSES)(raised) or "")
    return train_judge(case, outcome)


check_loop_lines = check_line_order(
    "loop_lines",
    LOOP_LINES,
    loop_cases,
    lines_fault,
    tried=lambda case: "your lines, as a loop that trains",
)


# ---------------------------------------------------------------------------------------------
# E9.3 Sum and mean

EXAMPLES, SUM_GRADIENT, RATE = 4, 0.8, 0.05
SCALES: tuple[tuple[str, float, Table], ...] = (
    (
        "the gradient of the mean",
        SUM_GRADIENT / EXAMPLES,
        {
            "The mean is the sum times 1/4, and its gradient is so too.": SUM_GRADIENT,
            "The mean is smaller than the sum, not larger.": SUM_GRADIENT * EXAMPLES,
        },
    ),
    (
        "the rate for the mean that takes the same path",
        RATE * EXAMPLES,
        {
            "With the same rate a gradient of a quarter makes steps of a quarter.": RATE,
            "A smaller gradient needs a larger rate for the same step.": RATE / EXAMPLES,
        },
    ),
    (
        "the gradient of the sum, every example twice",
        SUM_GRADIENT * 2,
        {"Each example brings its contribution to the sum, and now twice.": SUM_GRADIENT},
    ),
    (
        "the gradient of the mean, every example twice",
        SUM_GRADIENT / EXAMPLES,
        {
            "The sum is doubled, and so is what it is divided by.": SUM_GRADIENT * 2 / EXAMPLES,
            "Divided by 8 it is, but the sum has doubled as well.": SUM_GRADIENT / EXAMPLES / 2,
        },
    ),
    (
        "the rate for the sum that takes the path of 10 * sum at 0.05",
        RATE * 10,
        {
            "The steps of 10 * sum are ten times as long: is that not the same as a rate?": RATE,
            "10 * sum makes longer steps, so the sum itself needs a larger rate.": RATE / 10,
        },
    ),
)

check_predicted_scales = check_predictions(
    "predicted_scales",
    [right for _, right, _ in SCALES],
    [slips for _, _, slips in SCALES],
    asks=lambda place: f"number {place + 1}: {SCALES[place][0]}",
    look="Next: do it with two examples on paper.",
    shows=lambda got: Words(show(got)),
)


# ---------------------------------------------------------------------------------------------
# E9.5 What a loss curve says

PARTS = ("below", "steepest", "rises", "words")


def reading_cases(rng: np.random.Generator) -> list[Case]:
    return [
        {"losses": drawn_losses(rng, shape)}
        for shape in ("goes down", "goes down", "comes back", "never gets there")
    ]


def drawn_losses(rng: np.random.Generator, shape: str) -> list[float]:
    """A level stretch with a rise in it, then the steepest fall, then a tail."""
    start, fall = float(rng.uniform(4, 6)), int(rng.integers(4, 7))
    level = start - 0.1 * np.arange(fall + 1)
    level[int(rng.integers(2, fall)) :] += 0.3
    tail = 0.4 * start * 0.45 ** np.arange(9) * rng.uniform(0.9, 1.1, 9)
    if shape == "comes back":
        tail[7] = 0.2 * start
    if shape == "never gets there":
        tail = np.maximum(tail, 0.05 * start)
    return np.concatenate([level, tail]).round(3).tolist()


def reading_tried(case: Case) -> str:
    return f"reading({show(case['losses'])})"


def reading_judge(case: Case, got: Any) -> str | None:
    losses, tried = case["losses"], reading_tried(case)
    got = keyed(got, PARTS) if isinstance(got, dict) else got
    if not isinstance(got, dict) or not set(PARTS) <= set(got):
        cause = "Is a `return` missing?" if got is None else ""
        wanted = Words(f"a dict with the keys {', '.join(PARTS)}")
        return report(tried, got, wanted, cause)
    table = reading_table(losses)
    for key, (right, slips, cause) in table.items():
        if got[key] == right and not isinstance(got[key], bool):
            continue
        cause = next((words for wrong, words in known_wrong(slips) if got[key] == wrong), cause)
        return report(f'{tried}["{key}"]', got[key], right, cause)
    return words_fault(tried, got["words"], table["below"][0])


def reading_table(losses: list[float]) -> dict[str, tuple[int | None, Table, str]]:
    """For each number of a reading what is right, its slips, and what any other is told."""
    falls = [before - after for before, after in pairwise(losses)]
    low = [loss < 0.01 * losses[0] for loss in losses]
    under = [step for step, is_low in enumerate(low) if is_low]
    below: tuple[int | None, Table, str] = (
        None,
        {},
        "No loss of the list is that low: then the answer is None.",
    )
    if under:
        stays = next((step for step in under if all(low[step:])), under[-1])
        slips = {
            "Asked for is the first step below a hundredth, even if the loss comes back up.": (
                under[-1],
                stays,
            ),
            "The first loss of the list is that of step 0.": under[0] + 1,
            "A hundredth of the start, not 0.01 as such.": next(
                (step for step, loss in enumerate(losses) if loss < 0.01), None
            ),
        }
        below = (under[0], slips, "")
    steepest, steepest_rise = int(np.argmax(falls)), int(np.argmin(falls))
    ends = "That is where the fall ends. Asked for is the step before which it begins."
    turned = "There the loss grows most: the sign of the difference is turned round."
    return {
        "below": below,
        "steepest": (
            steepest,
            {ends: steepest + 1, turned: steepest_rise},
            "The fall from one loss to the next, as a difference.",
        ),
        "rises": (
            sum(fall < 0 for fall in falls),
            {"These are the falls.": sum(fall > 0 for fall in falls)},
            "A rise is a loss that is larger than the one before it.",
        ),
    }


def words_fault(tried: str, words: Any, below: int | None) -> str | None:
    """The message for a sentence that leaves out the loss or the step, else None."""
    tried = f'{tried}["words"]'
    if not isinstance(words, str):
        return report(tried, words, Words("a sentence"), "The words are a string.")
    said = " ".join(re.findall(r"\w+", words.lower()))
    if re.search(r"\bmean (of|square|squared|loss)", said):
        cause = "The losses of E9.2 are sums. Called a mean, they would be taken for 4 times as "
        cause += "large as they are."
        return report(tried, words, Words("a sum of squares"), cause)
    if not re.search(r"\bsum of (the |all )?squared?", said):
        cause = "A curve without the name of what it shows says little. Name the loss."
        return report(tried, words, Words('... "sum of squares" ...'), cause)
    number = "never" if below is None else str(below)
    if number not in said.split():
        cause = "The sentence must say after how many updates the loss is below a hundredth, or "
        cause += '"never".'
        return report(tried, words, Words(f'... "{number}" ...'), cause)
    return None


READING_CAUSES = {
    "^(IndexError|StopIteration)": "No loss of this list is below a hundredth of the first: then "
    "the answer is None."
}

check_reading = Check(
    "reading",
    reading_cases,
    lambda reading, case: reading(case["losses"]),
    reading_judge,
    tried=reading_tried,
    explain=because(READING_CAUSES),
)
