#!/usr/bin/env bash
# ONNX Runtime: Unique forgets a number that stands beside a nan.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan once or twice, and 1.
# Seen: [nan, nan, 1] has the one unique element nan: the 1 is gone. Without nan the op is right.
# ONNX' own reference gives [1, nan].
# Output:
#   beside nan [nan]
#   without nan [1.0, 2.0]
#   reference [1.0, nan]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'END'
import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper


def run(op, x, **attributes):
    """What the runtime makes of one node."""
    graph = helper.make_graph(
        [helper.make_node(op, ["x"], ["y"], **attributes)],
        "one node",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


from onnx.reference import ReferenceEvaluator

node = helper.make_node("Unique", ["x"], ["y"])
x = np.array([np.nan, np.nan, 1.0], np.float32)
found = run("Unique", x).tolist()
reference = ReferenceEvaluator(node).run(None, {"x": x})[0].tolist()
without = run("Unique", np.array([2.0, 2.0, 1.0], np.float32)).tolist()
print("beside nan", found)
print("without nan", without)
print("reference", reference)
assert len(found) == 1 and np.isnan(found[0])
assert without == [1.0, 2.0]
assert reference[0] == 1.0 and len(reference) == 2
END
