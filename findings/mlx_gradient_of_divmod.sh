#!/usr/bin/env bash
# MLX: the remainder of divmod has slope 0, that of remainder slope 1.
# Versions: mlx[cpu] 0.32.4, on the CPU, with Python 3.11.
# Guess: 1 with respect to x and -3 with respect to y at 7 and 2 for both: they are one function.
# Seen: remainder has 1 and -3, divmod's second result 0 and 0: the gradient ends there silently.
# Output:
#   divmod value 1.0 slopes 0.0 0.0
#   remainder value 1.0 slopes 1.0 -3.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'mlx[cpu]==0.32.4'
"$folder/venv/bin/python" - <<'END'
import mlx.core as mx

mx.set_default_device(mx.cpu)
x, y = mx.array(7.0), mx.array(2.0)
found = {}
for name, f in (("divmod", lambda x, y: mx.divmod(x, y)[1]), ("remainder", mx.remainder)):
    found[name] = f(x, y).item(), *(g.item() for g in mx.grad(f, (0, 1))(x, y))
    print(name, "value", found[name][0], "slopes", *found[name][1:])
assert found == {"divmod": (1.0, 0.0, 0.0), "remainder": (1.0, 1.0, -3.0)}
END
