#!/usr/bin/env bash
# Taichi: a field that is overwritten by its own square gives a wrong gradient and no error.
# Versions: taichi 1.7.4, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: an error, as PyTorch has for a tensor changed in place, or 32, the slope of x ** 4 at 2.
# Seen: 128: the second square is differentiated at its result, 16, and not at its operand, 4. The
# guide forbids it, and only Tape(validation=True) looks; two fields in place of one give 32.
# Output:
#   {'in_place': 128.0, 'elsewhere': 32.0}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check taichi==1.7.4 numpy==2.4.6
cat > "$folder/kernels.py" <<'END'
import taichi as ti

ti.init(arch=ti.cpu, default_fp=ti.f64, log_level=ti.ERROR, offline_cache=False)
x, square, power, loss = (ti.field(ti.f64, shape=(), needs_grad=True) for _ in range(4))


@ti.kernel
def first():
    square[None] = x[None] ** 2


@ti.kernel
def in_place():
    square[None] = square[None] * square[None]


@ti.kernel
def elsewhere():
    power[None] = square[None] * square[None]


@ti.kernel
def last(field: ti.template()):
    loss[None] += field[None]


found = {}
for second, field in ((in_place, square), (elsewhere, power)):
    x[None] = 2.0
    with ti.ad.Tape(loss):
        first()
        second()
        last(field)
    found[second.__name__] = x.grad[None]
    assert loss[None] == 16.0
print(found)
assert found == {"in_place": 128.0, "elsewhere": 32.0}
END
"$folder/venv/bin/python" "$folder/kernels.py"
