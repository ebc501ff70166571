#!/usr/bin/env bash
# Warp: frac has slope 0, and a remainder slope 0 in its divisor.
# Versions: warp-lang 1.19.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1 for frac, which is x less a whole number; -3 for the remainder of 7 by 2 in the divisor.
# Seen: 0 and 0, with the values right, and the remainder's slope in its first operand right.
# Output:
#   frac value, slopes [0.25, 0.0, 0.0]
#   mod value, slopes [1.0, 1.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check warp-lang==1.19.0 numpy==2.4.6
cat > "$folder/kernels.py" <<'END'
import warp as wp

wp.config.quiet = True


@wp.kernel
def rules(x: wp.array(dtype=float), y: wp.array(dtype=float), of: int, z: wp.array(dtype=float)):
    if of == 0:
        z[0] = wp.frac(x[0])
    if of == 1:
        z[0] = wp.mod(x[0], y[0])


found = {}
for name, of, start in (("frac", 0, 7.25), ("mod", 1, 7.0)):
    x, y, z = (wp.array([v], dtype=float, requires_grad=True) for v in (start, 2.0, 0.0))
    with wp.Tape() as tape:
        wp.launch(rules, dim=1, inputs=[x, y, of], outputs=[z], device="cpu")
    tape.backward(z)
    found[name] = [float(a.numpy()[0]) for a in (z, x.grad, y.grad)]
    print(name, "value, slopes", found[name])
assert found == {"frac": [0.25, 0.0, 0.0], "mod": [1.0, 1.0, 0.0]}
END
WARP_CACHE_PATH="$folder/cache" "$folder/venv/bin/python" "$folder/kernels.py"
