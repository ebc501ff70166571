#!/usr/bin/env bash
# PyTorch: ReduceLROnPlateau takes a negative loss that gets worse for one that gets better.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: the rate is cut at every step, since the loss rises at every step.
# Seen: so it is for a loss that rises from 1, and the rate is never cut for one that rises from -1
# as slowly: better is said to be below 0.9999 times the best, which is above a negative best. A
# log-likelihood or an energy is often negative.
# Output:
#   loss from 1.0 up to 1.00495: best 1.00000, rate 1e-08
#   loss from -1.0 up to -0.99505: best -0.99505, rate 1e+00
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch


def rate_after(loss, steps=100):
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)
    for step in range(steps):
        schedule.step(loss + 5e-5 * step)
    return schedule.best, optimizer.param_groups[0]["lr"]


for start in (1.0, -1.0):
    best, rate = rate_after(start)
    print(f"loss from {start} up to {start + 5e-5 * 99:.5f}: best {best:.5f}, rate {rate:.0e}")
    assert (rate == 1.0) == (start < 0)
    assert (best > start) == (start < 0)
END
