"""The graphs of other frameworks, read into the plain data that pictures and widgets take."""

import sys
from typing import Any

from .recorded import Recorded, Values


def is_of_torch(x: Any) -> bool:
    """Is `x` a tensor of PyTorch? It is not imported for that."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def read(root: Any, model: Any = None, opened: str = "") -> Recorded:
    """The graph behind a tensor of PyTorch as values, after one backward pass that leaves no trace.

    `model` gives names and boxes. The box called `opened` is drawn with what is in it; without that
    as many boxes are open as can be read.
    """
    from .levels import level
    from .torch_graph import record_of

    return Values(level(record_of(root, model), opened)).root
