#!/usr/bin/env bash
# TorchMetrics: a perfect ranking by large scores has an area under the curve of 0.5.
# Versions: torchmetrics 1.9.0, torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1: the positive example has the larger score, and the area depends on the order only.
# Seen: 1 for scores of 10 and 15, and 0.5, as for a coin, for 20 and 30: numbers outside 0 and 1
# are put through a sigmoid, and in float32 both become exactly 1. Scores of -110 and -105 are lost
# at 0.
# Output:
#   (10.0, 15.0) 1.0
#   (20.0, 30.0) 0.5
#   (-110.0, -105.0) 0.5
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch
from torchmetrics.functional import auroc

labels = torch.tensor([0, 1])
for scores in ((10.0, 15.0), (20.0, 30.0), (-110.0, -105.0)):
    area = auroc(torch.tensor(scores), labels, task="binary").item()
    print(scores, area)
    assert area == (1.0 if scores[0] == 10 else 0.5)
END
