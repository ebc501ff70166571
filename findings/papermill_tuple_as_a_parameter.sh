#!/usr/bin/env bash
# papermill: a tuple that is passed as a parameter arrives as text.
# Versions: papermill 2.7.0, nbformat 5.11.1, on the CPU, with Python 3.11.
# Guess: (2, 3): a list arrives as a list.
# Seen: "(2, 3)" in quotes, with no word, and [2, 3] in the metadata beside it: its first element is
# a bracket. A number of NumPy is an error when the file is written.
# Output:
#   # Parameters
#   shape = "(2, 3)"
#   sizes = [2, 3]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check papermill==2.7.0 nbformat==5.11.1
"$folder/venv/bin/python" - <<'END'
import os
import tempfile

import nbformat
import papermill

v4, metadata = nbformat.v4, {"name": "python3", "language": "python", "display_name": "Python"}
notebook = v4.new_notebook(metadata={"kernelspec": metadata})
notebook.cells = [v4.new_code_cell("shape = None\nsizes = None", metadata={"tags": ["parameters"]})]
with tempfile.TemporaryDirectory() as folder:
    plain, filled = os.path.join(folder, "plain.ipynb"), os.path.join(folder, "filled.ipynb")
    nbformat.write(notebook, plain)
    given = {"shape": (2, 3), "sizes": [2, 3]}
    papermill.execute_notebook(plain, filled, given, prepare_only=True, progress_bar=False)
    notebook = nbformat.read(filled, 4)
print(notebook.cells[1].source.strip())
found = {}
exec(notebook.cells[1].source, found)
assert (found["shape"], found["sizes"]) == ("(2, 3)", [2, 3])
assert notebook.metadata.papermill.parameters["shape"] == [2, 3]
END
