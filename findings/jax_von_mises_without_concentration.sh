#!/usr/bin/env bash
# JAX: the density of von Mises is flat in its concentration at 0, where its slope is cos(x).
# Versions: jax 0.10.2, jaxlib 0.10.2, scipy 1.17.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1 for the log-density at x = 0: its formula is concentration * cos(x) -
# log(I0(concentration)).
# Seen: 0 at 0 and 1 beside it. It is computed as concentration * (cos(x) - 1) -
# log(i0e(concentration)), and i0e has a corner at 0, to which the slope 0 is given. A fit that
# starts at 0 stays there.
# Output:
#   at 0.0: 0.000000
#   at 1e-06: 1.000000
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import jax

jax.config.update("jax_enable_x64", True)

for concentration in (0.0, 1e-6):
    slope = jax.grad(lambda k: jax.scipy.stats.vonmises.logpdf(0.0, k))(concentration)
    print(f"at {concentration}: {float(slope):.6f}")
    assert abs(slope - (0.0 if concentration == 0 else 1.0)) < 1e-5
END
