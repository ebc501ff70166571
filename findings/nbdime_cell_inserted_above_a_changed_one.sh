#!/usr/bin/env bash
# nbdime: a cell that one side puts in right above a cell that the other has changed is a conflict.
# Versions: nbdime 4.0.4, nbformat 5.11.1, on the CPU, with Python 3.11.
# Guess: none: different cells with ids of their own were touched.
# Seen: one conflict is marked, though the merged notebook has both changes and is right; with a
# cell between the two there is none.
# Output:
#   right above: 1 a t b c
#   one cell further up: 0 t a b c
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbdime==4.0.4 nbformat==5.11.1
"$folder/venv/bin/python" - <<'END'
from nbdime.merging.notebooks import apply_decisions, decide_notebook_merge
from nbformat import v4


def notebook(**cells):
    """A notebook of code cells, by id."""
    made = v4.new_notebook()
    made.cells = [v4.new_code_cell(source, id=name) for name, source in cells.items()]
    return made


base = notebook(a="x = 1", b="def f():\n    ...", c="check(f)")
changed = notebook(a="x = 1", b="def f():\n    return 1", c="check(f)")
above = notebook(a="x = 1", t="# new", b="def f():\n    ...", c="check(f)")
further = notebook(t="# new", a="x = 1", b="def f():\n    ...", c="check(f)")
conflicts = []
for name, other in (("right above:", above), ("one cell further up:", further)):
    decisions = decide_notebook_merge(base, changed, other)
    merged = apply_decisions(base, decisions)
    conflicts.append(sum(decision.conflict for decision in decisions))
    print(name, conflicts[-1], *(cell.id for cell in merged.cells))
    assert "return 1" in merged.cells[2].source
assert conflicts == [1, 0]
END
