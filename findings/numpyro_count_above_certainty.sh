#!/usr/bin/env bash
# NumPyro: a count has the probability 26 where the overdispersion is small.
# Versions: numpyro 0.22.0, jax 0.10.2, jaxlib 0.10.2, scipy 1.17.1, numpy 2.4.6, on the CPU, with
# Python 3.11.
# Guess: near the 0.175 of the Poisson distribution, which the negative binomial becomes as its
# concentration grows.
# Seen: in float32, which is the default, a third digit is wrong from a concentration of 1e5 on, and
# at 1e8 the logarithm of the probability of 5 at a mean of 5 is 3.3: differences of large
# log-gammas. A sampler is drawn there.
# Output:
#   1e+03: 0.175, in the limit 0.175
#   1e+05: 0.176, in the limit 0.175
#   1e+07: 0.221, in the limit 0.175
#   1e+08: 26.042, in the limit 0.175
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpyro==0.22.0 jax==0.10.2 jaxlib==0.10.2 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import numpyro.distributions as dist
import scipy.stats

limit = scipy.stats.poisson.pmf(5, 5.0)
found = {}
for concentration in (1e3, 1e5, 1e7, 1e8):
    found[concentration] = math.exp(dist.NegativeBinomial2(5.0, concentration).log_prob(5))
    print(f"{concentration:.0e}: {found[concentration]:.3f}, in the limit {limit:.3f}")
assert abs(found[1e3] - limit) < 1e-3 and found[1e8] > 1.0
END
