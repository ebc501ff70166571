#!/usr/bin/env bash
# PyTorch: a probability of 0 has slope 0 for an event that did not happen, where it is -n.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: -1 for one try and -3 for three: the log-likelihood is n * log(1 - p).
# Seen: 0 at p = 0, and -1 and -3 beside it: the probability is clamped before its logarithm is
# taken, and the clamp passes nothing on. Poisson, at rate 0, has nan.
# Output:
#   Bernoulli [0.0, -1.0]
#   Binomial of 3 [0.0, -3.0]
#   NegativeBinomial of 3 [0.0, -3.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch

torch.set_default_dtype(torch.float64)
none = torch.tensor(0.0)
rules = {
    "Bernoulli": lambda p: torch.distributions.Bernoulli(p),
    "Binomial of 3": lambda p: torch.distributions.Binomial(3, p),
    "NegativeBinomial of 3": lambda p: torch.distributions.NegativeBinomial(3, p),
}
for name, rule in rules.items():
    found = []
    for probability in (0.0, 1e-9):
        p = torch.tensor(probability, requires_grad=True)
        found.append(round(torch.autograd.grad(rule(p).log_prob(none), p)[0].item(), 4))
    print(name, found)
    assert found == [0.0, -1.0 if name == "Bernoulli" else -3.0]
END
