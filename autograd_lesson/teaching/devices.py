"""What there is to compute on: CuPy or NumPy for arrays, a GPU or its simulator for kernels."""

from __future__ import annotations

import importlib
import os
from types import ModuleType

import numpy as np


def array_module() -> ModuleType:
    """CuPy, where it is installed and finds a GPU; else NumPy."""
    try:
        cupy = importlib.import_module("cupy")
    except ImportError:
        return np
    return cupy if cupy.is_available() else np


def cuda_or_simulator() -> ModuleType:
    """numba's `cuda` for the GPU that CuPy finds, else its simulator, which runs kernels in Python.

    numba reads the choice once, from the environment, when it is imported; one that is set already
    (`NUMBA_ENABLE_CUDASIM=1`) is kept.
    """
    os.environ.setdefault("NUMBA_ENABLE_CUDASIM", "1" if array_module() is np else "0")
    try:
        config = importlib.import_module("numba").config
    except ImportError:
        raise ImportError(
            "numba is not installed, and it is what runs kernels here, with a GPU or without; "
            "`pip install numba` and restart the kernel. What does not use `cuda` works without it."
        ) from None
    # The arrays of a lesson are small on purpose, and cross to the card unasked.
    config.CUDA_LOW_OCCUPANCY_WARNINGS = config.CUDA_WARN_ON_IMPLICIT_COPY = 0
    return importlib.import_module("numba.cuda")
