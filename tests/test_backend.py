"""The array module behind the tensors, and the memory it gets from the system."""

import platform
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from autograd_lesson.backend import NAMES, Backend

TRAINING = """
import resource
import numpy as np
from autograd_lesson import Tensor
from autograd_lesson import functional as F

x = np.random.default_rng(0).normal(size=(64, 1, 28, 28)).astype(np.float32)
weight = Tensor(np.ones((6, 1, 5, 5), np.float32))

def step():
    F.max_pool2d(F.conv2d(x, weight).relu(), 2).sum().backward()
    weight.grad = None

for _ in range(5):
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only on Linux with glibc")
def test_a_training_step_asks_the_system_for_no_memory_that_it_had_before():
    """Pages that are new to the process, counted: ten steps of 10 MB would be 25,000 of them."""
    done = subprocess.run(
        [sys.executable, "-c", TRAINING], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 250


def test_a_module_that_lacks_a_name_is_refused_by_that_name():
    module = SimpleNamespace(**{name: getattr(np, name) for name in NAMES if name != "einsum"})
    with pytest.raises(TypeError, match="a backend needs einsum;"):
        Backend(module)
    with pytest.raises(TypeError, match="abs, add, arange, asarray, [a-z]+ and others; 'cupy' has"):
        Backend("cupy")


def test_a_name_that_is_not_listed_is_refused_though_numpy_has_it():
    with pytest.raises(AttributeError, match="'cumprod': add it to NAMES in backend.py"):
        _ = Backend().cumprod
