#!/usr/bin/env bash
# MLX: the gradient of elu is nan from 89 on.
# Versions: mlx[cpu] 0.32.4, on the CPU, with Python 3.11.
# Guess: 1, as for every positive number: elu(x) is x there.
# Seen: nan for elu and selu at 89, where exp(x) overflows float32 in the branch that `where` does
# not take; celu and the values are right.
# Output:
#   elu value 89.0 slopes 1.0 nan
#   selu value 93.512 slopes 1.0506999492645264 nan
#   celu value 89.0 slopes 1.0 1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'mlx[cpu]==0.32.4'
"$folder/venv/bin/python" - <<'END'
import mlx.core as mx
import mlx.nn as nn

mx.set_default_device(mx.cpu)
found = {}
for f in (nn.elu, nn.selu, nn.celu):
    found[f.__name__] = [mx.grad(f)(mx.array(x)).item() for x in (88.0, 89.0)]
    print(f.__name__, "value", round(f(mx.array(89.0)).item(), 3), "slopes", *found[f.__name__])
assert found["celu"] == [1.0, 1.0]
assert all(found[f][0] > 0.9 and found[f][1] != found[f][1] for f in ("elu", "selu"))
END
