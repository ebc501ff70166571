#!/usr/bin/env bash
# optimistix: where the minimum moves with a parameter, its derivative is 0 if the curvature is 0.
# Versions: optimistix 0.1.0, jax 0.10.2, jaxlib 0.10.2, on the CPU, with Python 3.11.
# Guess: 1 for (y - a) ** 4 as for (y - a) ** 2: the minimum is y = a.
# Seen: 0 without a word for the fourth power, 1 for the square. The implicit function theorem
# divides by the Hessian, which is 0 there, and no division is seen.
# Output:
#   power 2: minimum 2.00 slope 1.00
#   power 4: minimum 2.00 slope 0.00
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check optimistix==0.1.0 jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import optimistix as ox

solver = ox.BFGS(rtol=1e-8, atol=1e-8)
found = {}
for power in (2, 4):

    def minimum(a, power=power):
        return ox.minimise(lambda y, a: (y - a) ** power, solver, 0.0, a, max_steps=5000).value

    found[power] = float(minimum(2.0)), float(jax.grad(minimum)(2.0))
    print(f"power {power}: minimum {found[power][0]:.2f} slope {found[power][1]:.2f}")
assert abs(found[2][1] - 1.0) < 1e-3 and found[4][1] == 0.0
assert all(abs(minimum - 2.0) < 0.1 for minimum, _ in found.values())
END
