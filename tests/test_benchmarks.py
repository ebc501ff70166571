"""The contenders of a benchmark compute the same thing; how fast is not a test's business."""

import pytest

from benchmarks import scalar


def test_the_scalar_contenders_agree_on_every_gradient():
    pytest.importorskip("micrograd", reason="micrograd is not installed: pip install micrograd")
    assert scalar.agreement(scalar.contenders()) < 1e-12
