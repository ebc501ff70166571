#!/usr/bin/env bash
# Warp: a component of a vector that is multiplied in place keeps the gradient from before.
# Versions: warp-lang 1.19.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 3, the slope of 3 * x, for a component set to x and then to itself times 3; or an error.
# Seen: 4: the gradient of the overwritten component is added to that of the product. In a number of
# its own the same two lines give 3.
# Output:
#   component value [6.0] gradient [4.0]
#   number value [6.0] gradient [3.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check warp-lang==1.19.0 numpy==2.4.6
cat > "$folder/kernels.py" <<'END'
import warp as wp

wp.config.quiet = True


@wp.kernel
def component(x: wp.array(dtype=float), y: wp.array(dtype=float)):
    pair = wp.vec2(0.0, 0.0)
    pair[0] = x[0]
    pair[0] = pair[0] * 3.0
    y[0] = pair[0]


@wp.kernel
def number(x: wp.array(dtype=float), y: wp.array(dtype=float)):
    z = x[0]
    z = z * 3.0
    y[0] = z


for kernel, wanted in ((component, 4.0), (number, 3.0)):
    x = wp.array([2.0], dtype=float, requires_grad=True)
    y = wp.zeros(1, dtype=float, requires_grad=True)
    with wp.Tape() as tape:
        wp.launch(kernel, dim=1, inputs=[x], outputs=[y], device="cpu")
    tape.backward(y)
    print(kernel.key, "value", y.numpy().tolist(), "gradient", x.grad.numpy().tolist())
    assert y.numpy().tolist() == [6.0]
    assert x.grad.numpy().tolist() == [wanted]
END
WARP_CACHE_PATH="$folder/cache" "$folder/venv/bin/python" "$folder/kernels.py"
