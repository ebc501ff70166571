#!/usr/bin/env bash
# PyTorch: the density of Student's t is wrong from a hundred thousand degrees of freedom on.
# Versions: torch 2.13.0, numpy 2.4.6, scipy 1.17.1, on the CPU, with Python 3.11.
# Guess: -1.41894, the normal distribution's, to the digits of float32: that is its limit.
# Seen: -1.4375 for 1e5 degrees, -1.5 for 1e6 and -0.5 for 1e7, in float32, which is the default: a
# difference of two log-gammas of that size.
# Output:
#   1e+03: -1.4194, right -1.4194
#   1e+05: -1.4375, right -1.4189
#   1e+06: -1.5000, right -1.4189
#   1e+07: -0.5000, right -1.4189
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import scipy.stats
import torch
from torch.distributions import StudentT

found = {}
for degrees in (1e3, 1e5, 1e6, 1e7):
    found[degrees] = StudentT(degrees).log_prob(torch.tensor(1.0)).item()
    print(f"{degrees:.0e}: {found[degrees]:.4f}, right {scipy.stats.t.logpdf(1.0, degrees):.4f}")
assert abs(found[1e3] - scipy.stats.t.logpdf(1.0, 1e3)) < 1e-3
assert all(abs(found[degrees] + 1.41894) > 0.01 for degrees in (1e5, 1e6, 1e7))
END
