"""PyTorch as a witness: the stored numbers are its own, and no others are made up."""

import sys

import pytest

from autograd_lesson.witness import STORED, pytorch_says


@pytest.mark.parametrize("asked", STORED, ids=str)
def test_the_stored_numbers_are_what_pytorch_says(asked):
    pytest.importorskip("torch")
    saturated = asked[1:] == (2.0, 3.0)  # there the last bit of tanh shows in the fifth digit
    assert pytorch_says(*asked) == pytest.approx(STORED[asked], rel=1e-3 * saturated + 1e-12, abs=0)


def test_without_pytorch_the_stored_numbers_are_given_and_others_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for asked, numbers in STORED.items():
        assert pytorch_says(*asked) == numbers
    with pytest.raises(LookupError, match="not installed"):
        pytorch_says("float64", 1.0, 1.0)
