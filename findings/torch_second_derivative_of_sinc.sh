#!/usr/bin/env bash
# PyTorch: the second derivative of sinc at 0 is nan.
# Versions: torch 2.13.0, on the CPU, with Python 3.11.
# Guess: -pi squared over 3, as its first derivative there is a clean 0.
# Seen: the first derivative at 0 is 0, the second nan; a thousandth beside 0 it is right.
# Output:
#   first 0.0 second nan beside 0 -3.2899
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import torch


def derivatives(at):
    """The first and the second derivative."""
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(torch.sinc(x), x, create_graph=True)
    (second,) = torch.autograd.grad(first, x)
    return first.item(), second.item()


first, second = derivatives(0.0)
beside = derivatives(1e-3)[1]
print("first", first, "second", second, "beside 0", f"{beside:.4f}")
assert first == 0.0 and math.isnan(second)
assert abs(beside + math.pi**2 / 3) < 1e-4
END
