"""Every op of the table, used on numbers: one row each, which the tests of all rooms read."""

import math
from collections.abc import Callable
from typing import NamedTuple

from autograd_lesson import dot, ops, total


class OpCase(NamedTuple):
    """`ours(*values)` at points inside its domain, away from kinks and of mixed sign where allowed.

    `kinks` are points where slopes have no limit. `torch` is the same of tensors of PyTorch, given
    the module first, where `ours` does not run on those. Arrays of random numbers of both signs are
    tried too, if it is not `positive`.
    """

    ours: Callable
    points: list
    kinks: tuple = ()
    torch: Callable | None = None
    positive: bool = False

    def in_torch(self, *tensors):
        """The case computed by PyTorch."""
        import torch

        return self.torch(torch, *tensors) if self.torch else self.ours(*tensors)


SIGNS = [(1.3,), (-2.0,)]
NEAR_ZERO = [*SIGNS, (0.0,)]
PAIRS = [(1.3, -0.4), (-1.0, 2.0)]
TIES = ((0.0, 0.0), (1.5, 1.5))
OPS = {
    "copy": OpCase(lambda a: a.unary(ops.COPY), SIGNS, torch=lambda torch, a: a.clone()),
    "neg": OpCase(lambda a: -a, SIGNS),
    "+": OpCase(lambda a, b: a + b, [(1.3, -0.4), (0.0, 2.0)]),
    "-": OpCase(lambda a, b: a - b, [(1.3, -0.4), (0.0, 2.0)]),
    "*": OpCase(lambda a, b: a * b, [(1.3, -0.4), (0.0, 2.0)]),
    "/": OpCase(lambda a, b: a / b, [(1.3, -0.4), (0.0, 2.0), (-3.0, 0.25)], positive=True),
    "**": OpCase(
        lambda a, b: a**b,
        [(1.3, -0.4), (0.5, 2.0), (3.0, 0.0)],
        ((0.0, 2.0), (0.0, 1.0)),
        positive=True,
    ),
    "sum": OpCase(
        lambda a, b, c: total([a, b, c, a]),
        [(1.3, -0.4, 2.0)],
        torch=lambda torch, a, b, c: torch.stack([a, b, c, a]).sum(),
    ),
    "dot": OpCase(
        lambda a, b, c: dot([a, b, a], [b, c, 3.0]),
        [(1.3, -0.4, 2.0)],
        torch=lambda torch, a, b, c: (
            torch.stack([a, b, a]) @ torch.stack([b, c, torch.full_like(a, 3.0)])
        ),
    ),
    "exp": OpCase(lambda a: a.exp(), NEAR_ZERO),
    "log1p": OpCase(lambda a: a.log1p(), [(1.3,), (-0.2,), (0.0,)], positive=True),
    "erf": OpCase(lambda a: a.erf(), NEAR_ZERO),
    "log": OpCase(lambda a: a.log(), [(1.3,), (0.2,)], positive=True),
    "sqrt": OpCase(lambda a: a.sqrt(), [(1.3,), (0.2,)], ((0.0,),), positive=True),
    "sin": OpCase(lambda a: a.sin(), NEAR_ZERO),
    "cos": OpCase(lambda a: a.cos(), NEAR_ZERO),
    "tanh": OpCase(lambda a: a.tanh(), [*NEAR_ZERO, (math.pi * 100,)]),
    "sigmoid": OpCase(lambda a: a.sigmoid(), NEAR_ZERO),
    "relu": OpCase(lambda a: a.relu(), SIGNS, ((0.0,),)),
    "abs": OpCase(lambda a: abs(a), SIGNS, ((0.0,),)),
    "maximum": OpCase(lambda a, b: a.maximum(b), PAIRS, TIES),
    "minimum": OpCase(lambda a, b: a.minimum(b), PAIRS, TIES),
    "clip": OpCase(lambda a: a.clip(-1.0, 1.5), [(1.3,), (-2.0,), (4.0,)], ((-1.0,), (1.5,))),
    "clip from below": OpCase(lambda a: a.clip(0.5), SIGNS, ((0.5,),)),
    "**3": OpCase(lambda a: a**3, SIGNS, ((0.0,),)),
    "**-2": OpCase(lambda a: a**-2, SIGNS),
    "**0.5": OpCase(lambda a: a**0.5, [(1.3,)], ((0.0,),)),
    "**0": OpCase(lambda a: a**0 * a, NEAR_ZERO),
}
