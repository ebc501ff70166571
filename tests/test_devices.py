"""Devices: which array module there is, and kernels on numba's simulator where there is no GPU."""

import importlib
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from autograd_lesson.teaching import devices


def without(monkeypatch, *missing):
    """Imports of these modules fail, as they do where the modules are not installed."""
    real = importlib.import_module

    def import_module(name, package=None):
        if name.split(".")[0] in missing:
            raise ImportError(f"No module named {name!r}")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", import_module)


def test_numpy_computes_where_there_is_no_cupy(monkeypatch):
    without(monkeypatch, "cupy")
    assert devices.array_module() is np


@pytest.mark.parametrize("available", [True, False])
def test_cupy_computes_only_where_it_finds_a_gpu(monkeypatch, available):
    cupy = SimpleNamespace(is_available=lambda: available)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    assert devices.array_module() is (cupy if available else np)


def test_a_missing_numba_is_named_with_the_next_move(monkeypatch):
    without(monkeypatch, "cupy", "numba")
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", "1")
    with pytest.raises(ImportError, match="numba is not installed.*pip install numba"):
        devices.cuda_or_simulator()


@pytest.mark.parametrize(("set_already", "expected"), [(None, "1"), ("0", "0")])
def test_the_simulator_is_chosen_before_numba_is_imported(monkeypatch, set_already, expected):
    without(monkeypatch, "cupy", "numba")
    monkeypatch.setenv("NUMBA_ENABLE_CUDASIM", set_already or "")
    if set_already is None:
        monkeypatch.delenv("NUMBA_ENABLE_CUDASIM")
    with pytest.raises(ImportError):
        devices.cuda_or_simulator()
    assert devices.os.environ["NUMBA_ENABLE_CUDASIM"] == expected
    monkeypatch.delenv("NUMBA_ENABLE_CUDASIM")


KERNEL = """
import math
import numpy as np
from autograd_lesson.teaching.devices import cuda_or_simulator

cuda = cuda_or_simulator()

@cuda.jit
def kernel(x, y):
    i = cuda.grid(1)
    if i < x.size:
        y[i] = math.tanh(x[i])

x = np.linspace(-2.0, 2.0, 20)
y = np.zeros(20)
kernel[3, 8](x, y)
print(np.abs(y - np.tanh(x)).max() < 1e-12)
"""


def test_a_kernel_runs_without_a_gpu():
    pytest.importorskip("numba")
    run = subprocess.run([sys.executable, "-c", KERNEL], capture_output=True, text=True)
    assert (run.stdout.strip(), run.stderr) == ("True", "")


def test_importing_the_module_imports_neither_numba_nor_cupy():
    module = "autograd_lesson.teaching.devices"
    code = f"import sys, {module}; print({{'numba', 'cupy'}} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "set()"


LOST_UPDATE = """
import os
os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
import numpy as np
from autograd_lesson.teaching.devices import cuda_or_simulator

cuda = cuda_or_simulator()

@cuda.jit
def count_kernel(total):
    total[0] += 1.0
    cuda.atomic.add(total, 1, 1.0)

total = np.zeros(2)
count_kernel[16, 64](total)
print(total.tolist())
"""


@pytest.mark.slow
def test_the_simulator_does_not_show_an_update_that_a_card_would_lose():
    """Lesson 24 says so."""
    pytest.importorskip("numba")
    run = subprocess.run([sys.executable, "-c", LOST_UPDATE], capture_output=True, text=True)
    assert (run.stdout.strip(), run.stderr) == ("[1024.0, 1024.0]", "")
