"""The model of lesson 25, for whatever engine has `nn`, `concat` and `where`."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

EQUALS, LENGTH = 10, 10


def examples(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Five digits, a sign, the digits reversed: tokens (n, 10), and what comes after each.

    What nobody can know is -100 there.
    """
    digits = rng.integers(0, 10, size=(n, 5))
    rows = np.concatenate([digits, np.full((n, 1), EQUALS), digits[:, ::-1]], axis=1)
    targets = rows[:, 1:].copy()
    targets[:, :5] = -100
    return rows[:, :-1], targets


def causal_attention(engine: Any, q: Any, k: Any, v: Any) -> Any:
    """A mixture of the rows of v for each row of q, none of them from behind it."""
    t, d = q.shape[-2:]
    scores = q @ k.swapaxes(-1, -2) / d**0.5
    return engine.where(np.tril(np.ones((t, t), bool)), scores, -np.inf).softmax() @ v


def block(x: Any, ask: Any, think: Any, norm_1: Any, norm_2: Any) -> Any:
    """The stream, changed twice."""
    x = x + ask(norm_1(x))
    return x + think(norm_2(x))


def model(engine: Any, width: int = 32, rng: int = 0) -> Any:
    """A transformer of one block and one head, built of the layers of this engine."""
    nn: Any = engine.nn
    # Exercise 25 asks for these two, so one's own engine has them.
    attend = getattr(engine.functional, "causal_attention", partial(causal_attention, engine))
    stream = getattr(engine.functional, "block", block)
    draws = np.random.default_rng(rng)

    class Block(nn.Module):
        """x + attention(norm(x)), then x + layers(norm(x))."""

        def __init__(self) -> None:
            """Draw the layers one after the other."""
            self.heads = [nn.Linear(width, width, bias=False, rng=draws) for _ in range(3)]
            self.mix = nn.Linear(width, width, rng=draws)
            self.norms = [nn.LayerNorm(width), nn.LayerNorm(width)]
            self.up = nn.Linear(width, 4 * width, rng=draws)
            self.down = nn.Linear(4 * width, width, rng=draws)

        def ask(self, x: Any) -> Any:
            """Each place asks those before it."""
            return self.mix(attend(*(head(x) for head in self.heads)))

        def think(self, x: Any) -> Any:
            """Two layers, for each place alone."""
            return self.down(self.up(x).relu())

        def __call__(self, x: Any) -> Any:
            """(n, t, width) -> (n, t, width)."""
            return stream(x, self.ask, self.think, *self.norms)

    class Transformer(nn.Module):
        """Logits for the next token at every place."""

        def __init__(self) -> None:
            """Two tables, a block, and a layer that gives the logits."""
            self.tokens = nn.Embedding(11, width, rng=draws)
            self.places = nn.Embedding(LENGTH, width, rng=draws)
            self.block = Block()
            self.norm = nn.LayerNorm(width)
            self.logits = nn.Linear(width, 11, rng=draws)

        def __call__(self, tokens: np.ndarray) -> Any:
            """(n, t) -> (n, t, 11)."""
            x = self.tokens(tokens) + self.places(np.arange(tokens.shape[1]))
            return self.logits(self.norm(self.block(x)))

    return Transformer().to(np.float32)


def completed(engine: Any, network: Any, tokens: np.ndarray) -> np.ndarray:
    """The rows with five more tokens, each the most likely one."""
    with engine.no_grad():
        for _ in range(5):
            best = network(tokens).data[:, -1].argmax(axis=-1)
            tokens = np.concatenate([tokens, best[:, None]], axis=1)
    return tokens


def exact(engine: Any, network: Any, n: int = 500) -> float:
    """The share of new rows that the network completes without a mistake."""
    rows, _ = examples(n, np.random.default_rng(1))
    found = completed(engine, network, rows[:, :6])[:, 6:]
    return float(np.mean((found == rows[:, 4::-1]).all(axis=1)))


def in_torch(torch: Any, parameters: list[Any], tokens: Any) -> Any:
    """The same model in PyTorch's words, on a list of its parameters in their order."""
    f, at = torch.nn.functional, iter(parameters)
    x = next(at)[tokens] + next(at)[: tokens.shape[1]]
    p = SimpleNamespace(heads=[next(at) for _ in range(3)], mix=[next(at), next(at)])
    norms = [[next(at), next(at)] for _ in range(2)]
    up, down, norm, logits = ([next(at), next(at)] for _ in range(4))

    def normed(x: Any, affine: list[Any]) -> Any:
        return f.layer_norm(x, x.shape[-1:], *affine)

    q, k, v = (normed(x, norms[0]) @ head.T for head in p.heads)
    x = x + f.linear(f.scaled_dot_product_attention(q, k, v, is_causal=True), *p.mix)
    x = x + f.linear(f.linear(normed(x, norms[1]), *up).relu(), *down)
    return f.linear(normed(x, norm), *logits)
