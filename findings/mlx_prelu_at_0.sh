#!/usr/bin/env bash
# MLX: prelu at 0 is steeper than on either side.
# Versions: mlx[cpu] 0.32.4, on the CPU, with Python 3.11.
# Guess: 0.25, the slope of one side; the other's is 1, and a number between them would do.
# Seen: 1.25: it is a sum of a part for x >= 0 and a part for x <= 0, and at 0 both give all they
# have. leaky_relu with the same slope has 1.
# Output:
#   prelu [0.25, 1.25, 1.0] leaky_relu at 0 1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'mlx[cpu]==0.32.4'
"$folder/venv/bin/python" - <<'END'
import mlx.core as mx
import mlx.nn as nn

mx.set_default_device(mx.cpu)
share = mx.array(0.25)
found = [mx.grad(lambda x: nn.prelu(x, share))(mx.array(x)).item() for x in (-1.0, 0.0, 1.0)]
leaky = mx.grad(lambda x: nn.leaky_relu(x, 0.25))(mx.array(0.0)).item()
print("prelu", found, "leaky_relu at 0", leaky)
assert found == [0.25, 1.25, 1.0] and leaky == 1.0
END
