#!/usr/bin/env bash
# PyTorch: clipping a large, finite gradient to norm 1 gives zeros.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0.6 and 0.8, the direction of 3e20 and 4e20.
# Seen: 0 and 0: the squares overflow float32 from about 1.8e19 on, the norm is inf, and 1/inf is 0.
# The step is left out without a word (error_if_nonfinite is off), and gradients of 3e18 and 4e18
# are clipped right.
# Output:
#   gradient of norm 5e+18: measured 5e+18, clipped to [0.6, 0.8]
#   gradient of norm 5e+20: measured inf, clipped to [0.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch

for scale in (1e18, 1e20):
    weight = torch.nn.Parameter(torch.zeros(2))
    weight.grad = torch.tensor([3.0, 4.0]) * scale
    norm = torch.nn.utils.clip_grad_norm_([weight], 1.0)
    clipped = [round(x, 3) for x in weight.grad.tolist()]
    print(f"gradient of norm {5 * scale:.0e}: measured {norm.item():.0e}, clipped to {clipped}")
    assert clipped == ([0.6, 0.8] if scale == 1e18 else [0.0, 0.0])
END
