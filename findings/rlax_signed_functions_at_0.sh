#!/usr/bin/env bash
# RLax: the squashing functions of a value have slope 0 at a value of 0, where they are steepest.
# Versions: rlax 0.1.9, jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0.501, 1.996, 1 and 1: all are smooth at 0, with the slope of a millionth beside it.
# Seen: 0.001, 0, 0 and 0: each is sign(x) times a function of |x|, and both have slope 0 at 0. A
# network whose last layer starts at zero gets no gradient through them.
# Output:
#   signed_hyperbolic: slope at 0 0.001, beside it 0.501
#   signed_parabolic: slope at 0 0.000, beside it 1.996
#   signed_logp1: slope at 0 0.000, beside it 1.000
#   signed_expm1: slope at 0 0.000, beside it 1.000
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check rlax==0.1.9 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import jax
import rlax

jax.config.update("jax_enable_x64", True)
rules = {
    "signed_hyperbolic": rlax.signed_hyperbolic,
    "signed_parabolic": rlax.signed_parabolic,
    "signed_logp1": rlax.signed_logp1,
    "signed_expm1": rlax.signed_expm1,
}
for name, f in rules.items():
    at, beside = (float(jax.grad(f)(x)) for x in (0.0, 1e-6))
    print(f"{name}: slope at 0 {at:.3f}, beside it {beside:.3f}")
    assert abs(at) < 0.0011
    assert beside > 0.5
END
