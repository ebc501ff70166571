"""NumPy; where it is not, as in a browser, what single numbers need of it."""

try:
    import numpy as np
except ImportError:
    from . import without_numpy as np  # type: ignore[no-redef]

__all__ = ["np"]
