#!/usr/bin/env bash
# ONNX: the reference and ONNX Runtime differ on the log-sum-exp of what is all -inf.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: both -inf: the logarithm of a sum of zeros.
# Seen: The reference of ONNX gives nan, the runtime -inf. A row of a mask that hides everything is
# such a row.
# Output:
#   runtime -inf reference nan
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


import warnings

from onnx.reference import ReferenceEvaluator

warnings.simplefilter("ignore")
x = np.full(2, -np.inf, np.float32)
node = helper.make_node("ReduceLogSumExp", ["x"], ["y"], keepdims=0)
runtime = run("ReduceLogSumExp", x, keepdims=0)
reference = ReferenceEvaluator(node).run(None, {"x": x})[0]
print("runtime", runtime, "reference", reference)
assert runtime == -np.inf and np.isnan(reference)
END
