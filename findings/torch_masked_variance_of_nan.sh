#!/usr/bin/env bash
# PyTorch: torch.masked.var leaves a nan out of the value, and not out of the gradient.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: [-1, 1, 0]: what is masked out has no part in it, and so it is for masked.mean.
# Seen: the value 1 is right, the gradient is three times nan; forward mode is right. So std.
# Output:
#   value 1.0 reverse [nan, nan, nan] forward [-1.0, 1.0, 0.0] mean [0.5, 0.5, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch

x = torch.tensor([0.0, 2.0, torch.nan])
mask = torch.tensor([True, True, False])


def variance(x):
    return torch.masked.var(x, 0, unbiased=False, mask=mask)


reverse, forward = torch.func.grad(variance)(x), torch.func.jacfwd(variance)(x).tolist()
mean = torch.func.grad(lambda x: torch.masked.mean(x, 0, mask=mask))(x).tolist()
print("value", variance(x).item(), "reverse", reverse.tolist(), "forward", forward, "mean", mean)
assert variance(x) == 1.0 and reverse.isnan().all()
assert forward == [-1.0, 1.0, 0.0] and mean == [0.5, 0.5, 0.0]
END
