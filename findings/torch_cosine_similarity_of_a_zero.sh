#!/usr/bin/env bash
# PyTorch: the gradient of a cosine similarity at a vector of zeros is 6e7.
# Versions: torch 2.13.0, on the CPU, with Python 3.11.
# Guess: 0, the value that stands there, as from pairwise_distance of equal points; or nan.
# Seen: the direction of the other vector divided by eps = 1e-8: one example of zeros moves a model
# by ten millions.
# Output:
#   similarity 0.0 gradient [60000000.0, 80000000.0] distance [0.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch
import torch.nn.functional as F

x = torch.zeros(1, 2, dtype=torch.float64, requires_grad=True)
other = torch.tensor([[3.0, 4.0]], dtype=torch.float64)
similarity = F.cosine_similarity(x, other)
(gradient,) = torch.autograd.grad(similarity.sum(), x)
(distance,) = torch.autograd.grad(F.pairwise_distance(x, x.detach(), eps=0.0).sum(), x)
gradient, distance = [round(g, 3) for g in gradient[0].tolist()], distance[0].tolist()
print("similarity", similarity.item(), "gradient", gradient, "distance", distance)
assert gradient == [6e7, 8e7]
assert distance == [0.0, 0.0]
END
