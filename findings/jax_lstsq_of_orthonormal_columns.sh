#!/usr/bin/env bash
# JAX: a least-squares fit whose singular values are equal has gradients of nan.
# Versions: jax 0.10.2, jaxlib 0.10.2, on the CPU, with Python 3.11.
# Guess: with the identity as the matrix, minus the solution in each row: it is the easiest system
# there is, and its solution is smooth there.
# Seen: nan in every place with respect to the matrix, for the identity and for columns of it. With
# respect to the right-hand side, and for a matrix a thousandth beside it, the gradients are right;
# those of jnp.linalg.solve are right everywhere.
# Output:
#   matrix [[nan, nan], [nan, nan]]
#   right-hand side [1.0, 1.0]
#   beside [[-1.0, -2.0], [-1.0, -2.0]]
#   solve [[-1.0, -2.0], [-1.0, -2.0]]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

b, identity = jnp.array([1.0, 2.0]), jnp.eye(2)


def total(a, b):
    return jnp.linalg.lstsq(a, b)[0].sum()


beside = identity.at[0, 0].add(1e-3)
found = [jax.grad(total, way)(a, b) for a, way in ((identity, 0), (identity, 1), (beside, 0))]
found.append(jax.grad(lambda a: jnp.linalg.solve(a, b).sum())(identity))
for name, each in zip(("matrix", "right-hand side", "beside", "solve"), found, strict=True):
    print(name, jnp.round(each, 2).tolist())
assert jnp.isnan(found[0]).all() and found[1].tolist() == [1.0, 1.0]
assert jnp.allclose(found[2], jnp.array([[-1.0, -2.0], [-1.0, -2.0]]), atol=0.01)
assert jnp.allclose(found[3], jnp.array([[-1.0, -2.0], [-1.0, -2.0]]))
END
