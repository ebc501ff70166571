"""The graphs of other frameworks, read into the plain data that pictures and widgets take."""

import sys
from collections.abc import Iterator
from typing import Any

from .recorded import Recorded, Values

EVERYTHING = "*"  # in place of a box's name: all of them are open


def is_of_torch(x: Any) -> bool:
    """Is `x` a tensor of PyTorch? It is not imported for that."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def read(
    root: Any, model: Any = None, opened: str = "", dropped: tuple[int, int] | None = None
) -> Recorded:
    """The graph behind a tensor of PyTorch as values, after one backward pass that leaves no trace.

    `model` gives names and boxes. The box called `opened` is drawn with what is in it; without that
    as many boxes are open as can be read. Nothing goes along the edge that is `dropped`.
    """
    from .levels import level
    from .torch_graph import record_of

    record = record_of(root, model, dropped)
    return Values(record if opened == EVERYTHING else level(record, opened)).root


def read_boxes(root: Any, model: Any, name: str = "") -> Iterator[tuple[str, Recorded]]:
    """The same with every box closed, and then with each one opened in turn: its name, the values.

    With a name it is only that box and those in it.
    """
    from .levels import one_by_one
    from .torch_graph import record_of

    for opened, record in one_by_one(record_of(root, model), name):
        yield opened, Values(record).root
