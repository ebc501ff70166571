#!/usr/bin/env bash
# PyTorch: the divergence of two categorical distributions with a masked class has gradients of nan.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: finite, and 0 for the class that both mask with -inf, as the value and the entropy are.
# Seen: the value 0.12 is right, the gradient nan in all places: two infinities are subtracted and
# hidden afterwards. A policy with masked actions and a penalty on its change is such a case.
# Output:
#   divergence 0.1201 [nan, nan, nan]
#   entropy 0.6931 [0.0, 0.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch
from torch.distributions import Categorical, kl_divergence

old = Categorical(logits=torch.tensor([1.0, 0.0, -torch.inf]))
scores = torch.tensor([0.0, 0.0, -torch.inf], requires_grad=True)
new = Categorical(logits=scores)
divergence, entropy = kl_divergence(new, old), new.entropy()
of_divergence, of_entropy = (
    torch.autograd.grad(f, scores, retain_graph=True)[0] for f in (divergence, entropy)
)
print("divergence", round(divergence.item(), 4), of_divergence.tolist())
print("entropy", round(entropy.item(), 4), of_entropy.tolist())
assert 0.11 < divergence.item() < 0.13 and of_divergence.isnan().all()
assert of_entropy.isfinite().all()
END
