#!/usr/bin/env bash
# pydot: a node whose name is "node", "edge" or "graph" is not in the drawing.
# Versions: pydot 4.0.1, on the CPU, with Python 3.11.
# Guess: the name is quoted, as "a b" and "a-b" are: pydot quotes names that need it.
# Seen: it is written as it is, and there it is the statement that sets defaults, so that dot draws
# no such node and gives its label to all others. Read back, it is among the defaults.
# Output:
#   digraph g {
#   node [label="sum of two"];
#   other [label="sum of two"];
#   }
#
#   defaults: [{'label': '"sum of two"'}]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pydot==4.0.1
"$folder/venv/bin/python" - <<'END'
import pydot

graph = pydot.Dot("g", graph_type="digraph")
for name in ("node", "other"):
    graph.add_node(pydot.Node(name, label="sum of two"))
text = graph.to_string()
print(text)
(read,) = pydot.graph_from_dot_data(text)
defaults = read.get_node_defaults()
print("defaults:", defaults)
assert "\nnode [" in text and '"node"' not in text and "sum of two" in defaults[0]["label"]
END
