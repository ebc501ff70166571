#!/usr/bin/env bash
# tinygrad: an index that is too large reads 0, and a label that is too large has a loss of 0.
# Versions: tinygrad 0.14.0, on the CPU, with Python 3.11.
# Guess: an error, as from NumPy and PyTorch.
# Seen: 0 from an array without a 0, and a cross-entropy of 0 for the class 5 of 3: the best loss
# there is, for a mistake in the labels. The gradient is zeros.
# Output:
#   label 2 loss 0.408 [0.09, 0.245, -0.335]
#   label 5 loss 0.0 [0.0, 0.0, 0.0]
#   index 5 of 3: [0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tinygrad==0.14.0
"$folder/venv/bin/python" - <<'END'
import os

os.environ["DEV"] = "PYTHON"  # which needs no compiler

from tinygrad import Tensor

read = Tensor([1.0, 2.0, 3.0])[Tensor([5])].tolist()
scores = Tensor([[1.0, 2.0, 3.0]])
found = {}
for label in (2, 5):
    loss = scores.sparse_categorical_crossentropy(Tensor([label]))
    found[label] = loss.item() + 0.0, [g + 0.0 for g in loss.gradient(scores)[0].tolist()[0]]
    print("label", label, "loss", round(found[label][0], 3), [round(g, 3) for g in found[label][1]])
print("index 5 of 3:", read)
assert read == [0.0] and found[5] == (0.0, [0.0, 0.0, 0.0]) and found[2][0] > 0.4
END
