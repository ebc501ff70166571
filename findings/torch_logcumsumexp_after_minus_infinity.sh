#!/usr/bin/env bash
# PyTorch: one -inf at the front gives logcumsumexp a gradient of nan.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0 for the -inf, as logsumexp has it: a masked score has no share.
# Seen: nan for the -inf, whatever the later sums; the values and the other gradients are right. A
# score that was masked with -inf and comes first passes the nan on to all that it was computed
# from.
# Output:
#   logcumsumexp 2.3133 [nan, 0.2689, 0.7311]
#   logsumexp 2.3133 [0.0, 0.2689, 0.7311]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch

x = torch.tensor([-torch.inf, 1.0, 2.0], dtype=torch.float64, requires_grad=True)
found = {}
for f in (torch.logcumsumexp, torch.logsumexp):
    last = f(x, 0).reshape(-1)[-1]
    (gradient,) = torch.autograd.grad(last, x)
    found[f.__name__] = [round(g, 4) for g in gradient.tolist()]
    print(f.__name__, round(last.item(), 4), found[f.__name__])
assert found["logsumexp"][0] == 0.0 and found["logcumsumexp"][0] != found["logcumsumexp"][0]
assert found["logsumexp"][1:] == found["logcumsumexp"][1:]
END
