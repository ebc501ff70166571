#!/usr/bin/env bash
# nbformat: a notebook without cell ids is read as another one each time.
# Versions: nbformat 5.11.1, on the CPU, with Python 3.11.
# Guess: reading and writing a file gives the same bytes whenever it is done: what lacks stays as
# it is, or is filled in from what is there.
# Seen: Each reading draws new ids at random, so that two readings of one file, written out,
# differ.
# Output:
#   ids of one cell are alike: False and have [8, 8] letters
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbformat==5.11.1
"$folder/venv/bin/python" - <<'END'
import json
import warnings

import nbformat

warnings.simplefilter("ignore")
notebook = json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])))
del notebook["cells"][0]["id"]
text = json.dumps(notebook)
first, second = (nbformat.writes(nbformat.reads(text, as_version=4)) for _ in range(2))
ids = [json.loads(written)["cells"][0]["id"] for written in (first, second)]
print("ids of one cell are alike:", ids[0] == ids[1], "and have", [len(i) for i in ids], "letters")
assert first != second
END
