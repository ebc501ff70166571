#!/usr/bin/env bash
# TorchMetrics: the accuracy of two scores depends on whether they come in one batch or in two.
# Versions: torchmetrics 1.9.0, torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1 for both: the scores 0.2 and 3.0 are logits above 0, and both labels are 1.
# Seen: 1 in one batch and 0.5 in two. A batch is taken for logits if one number in it lies outside
# 0 and 1, and for probabilities if none does: there 0.2 is a no. So the last, small batch of an
# epoch can be judged by another rule.
# Output:
#   {'batches of 2': 1.0, 'batches of 1': 0.5}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch
from torchmetrics.classification import BinaryAccuracy

scores, labels = torch.tensor([0.2, 3.0]), torch.tensor([1, 1])
found = {}
for size in (2, 1):
    accuracy = BinaryAccuracy()
    for batch in zip(scores.split(size), labels.split(size), strict=True):
        accuracy.update(*batch)
    found[f"batches of {size}"] = accuracy.compute().item()
print(found)
assert found == {"batches of 2": 1.0, "batches of 1": 0.5}
END
