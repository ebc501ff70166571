"""A small course in two releases, and what learners do to its notebooks, for the tests of updates.

The six kinds of change to a course, and the six states of a learner's file, are functions on a
notebook as plain data. Every text that a learner has written holds the word `mine`.
"""

from __future__ import annotations

import copy
from typing import Any

Notebook = dict[str, Any]
STUB = 'raise NotImplementedError("your turn")'


def code(cell_id: str, source: str, outputs=(), count: int | None = 0, **metadata) -> dict:
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": cell_id,
        "metadata": metadata,
        "outputs": list(outputs),
        "source": source.splitlines(keepends=True),
    }


def text(cell_id: str, source: str, **metadata) -> dict:
    lines = source.splitlines(keepends=True)
    return {"cell_type": "markdown", "id": cell_id, "metadata": metadata, "source": lines}


def shown(value: str) -> dict:
    """What a cell gives."""
    data = {"text/plain": [value]}
    return {"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"}


def mark(name: str, is_check: bool = False) -> dict:
    """The metadata of an answer or a check."""
    graded = {"grade": is_check, "grade_id": name, "locked": is_check, "schema_version": 3}
    graded |= {"solution": not is_check, "task": False}
    if not is_check:
        return {"nbgrader": graded}
    return {"nbgrader": graded | {"points": 2}, "tags": ["check"], "editable": False}


def release() -> Notebook:
    """A notebook of the first release: an exercise with two answers, and a prediction."""
    fold = {"tags": ["prediction"], "collapsed": True, "jupyter": {"outputs_hidden": True}}
    cells = [
        text("05-000", "# 5. Order\n\nA gradient that was cut off is zreo."),
        code("05-001", "from autograd_lesson.checks.e05_order import check_order, check_backward"),
        text("05-002", "## Operands first\n\nWrite `order`, and see that it holds on x * x."),
        code("05-order", f"def order(root):\n    {STUB}", count=None, **mark("order")),
        code("05-check_order", "check_order(order)\n# The output to reach: 8 of 8 checks pass",
             count=None, **mark("check_order", is_check=True)),
        text("05-notes-operands-first", "**Your notes here:** why first?", tags=["notes"]),
        code("05-006", "a, b = 2, 3\na * b", [shown("6")]),
        code("05-predict-visits", 'prediction("05-visits", mine="")\nvisits = 2 * a\nvisits',
             [shown("4")], **copy.deepcopy(fold)),
        text("05-008", "## The way back\n\nWrite `backward`, which adds what each edge brings."),
        code("05-backward", f"def backward(root):\n    {STUB}", count=None, **mark("backward")),
        code("05-check_backward", "check_backward(backward)\n# The output to reach: 6 of 6 pass",
             count=None, **mark("check_backward", is_check=True)),
        text("05-011", "## Next\n\nLesson 06 adds operations."),
    ]  # fmt: skip
    metadata = {"kernelspec": {"display_name": "Python 3", "name": "python3", "language": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def renumbered(notebook: Notebook) -> Notebook:
    """The ids of nameless cells as the builder gives them: their positions."""
    for position, cell in enumerate(notebook["cells"]):
        if cell["id"][3:].isdigit():
            cell["id"] = f"05-{position:03d}"
    return notebook


def place(notebook: Notebook, cell_id: str) -> int:
    return next(i for i, cell in enumerate(notebook["cells"]) if cell.get("id") == cell_id)


def cell(notebook: Notebook, cell_id: str) -> dict:
    return notebook["cells"][place(notebook, cell_id)]


def source(one: dict) -> str:
    return "".join(one["source"])


def write(one: dict, words: str) -> None:
    one["source"] = words.splitlines(keepends=True)


# --- six kinds of update ------------------------------------------------------------------------


def typo_mended(new: Notebook) -> None:
    write(cell(new, "05-000"), source(cell(new, "05-000")).replace("zreo", "zero"))


def cell_added(new: Notebook) -> None:
    new["cells"].insert(2, text("05-new", "## A new hint\n\nCount what goes in."))
    new["cells"][2]["id"] = "05-999"


def cell_removed(new: Notebook) -> None:
    new["cells"].remove(cell(new, "05-002"))


def cell_moved(new: Notebook) -> None:
    new["cells"].insert(1, new["cells"].pop(place(new, "05-006")))


def check_changed(new: Notebook) -> None:
    write(cell(new, "05-check_order"), "check_order(order)\n# The output to reach: 9 of 9 pass")


def exercise_renamed(new: Notebook) -> None:
    """`backward` is called `way_back` from now on, and its task has other words."""
    answer, check = cell(new, "05-backward"), cell(new, "05-check_backward")
    answer |= {"id": "05-way_back", "metadata": mark("way_back")}
    write(answer, f"def way_back(root):\n    {STUB}")
    check |= {"id": "05-check_way_back", "metadata": mark("check_way_back", is_check=True)}
    write(check, "check_way_back(way_back)\n# The output to reach: 6 of 6 pass")
    write(cell(new, "05-008"), "## The way back\n\nWrite `way_back`, from the root to the leaves.")


# What arrives with each, and what must be gone.
UPDATES = {
    typo_mended: ("is zero", "zreo"),
    cell_added: ("A new hint", None),
    cell_removed: (None, "see that it holds"),
    cell_moved: (None, None),
    check_changed: ("9 of 9", "8 of 8"),
    exercise_renamed: ("def way_back", "check_backward(backward)"),
}


def updated(change) -> Notebook:
    new = release()
    change(new)
    return renumbered(new)


# --- six states of a learner's file -------------------------------------------------------------

WORK = (
    "return mine_order(root)",
    "return mine_backward(root)",
    "since mine come first",
    'mine="4 visits"',
    "experiment = 'mine alone'",
    "My own text, mine.",
)


def worked(notebook: Notebook) -> Notebook:
    """The notebook after a learner has answered, predicted, and written cells of their own."""
    mine = copy.deepcopy(notebook)
    write(cell(mine, "05-order"), f"def order(root):\n    {WORK[0]}")
    write(cell(mine, "05-backward"), f"def backward(root):\n    {WORK[1]}")
    write(cell(mine, "05-notes-operands-first"), f"**Your notes here:** {WORK[2]}.")
    predicted = cell(mine, "05-predict-visits")
    write(predicted, source(predicted).replace('mine=""', WORK[3]))
    mine["cells"].insert(5, code("a1b2c3d4", WORK[4], count=None))
    mine["cells"].append(
        {"id": "e5f6a7b8", "cell_type": "markdown", "metadata": {}, "source": WORK[5]}
    )
    return mine


def stripped(mine: Notebook) -> None:
    """As nbstripout and JupyterLab's Clear All Outputs leave it."""
    for each in mine["cells"]:
        if each["cell_type"] == "code":
            each["outputs"], each["execution_count"] = [], None


def executed(mine: Notebook) -> None:
    for count, each in enumerate(mine["cells"], 1):
        if each["cell_type"] == "code":
            each["outputs"], each["execution_count"] = [shown(f"mine {count}")], count
            each["outputs"][0]["execution_count"] = count
            for fold in ("collapsed", "jupyter"):
                each["metadata"].pop(fold, None)


def metadata_lost(mine: Notebook) -> None:
    """As a program leaves it that knows only nbformat 4.0."""
    for each in mine["cells"]:
        each["metadata"] = {}
        each.pop("id", None)
    mine["metadata"], mine["nbformat_minor"] = {}, 0


def cells_added(mine: Notebook) -> None:
    mine["cells"].insert(0, text("front", "Mine, before everything."))
    mine["cells"].insert(
        place(mine, "05-backward"), code("aid", "def helper():\n    return 'mine'")
    )
    mine["cells"].append(copy.deepcopy(cell(mine, "05-order")) | {"id": "copied"})


def cells_moved(mine: Notebook) -> None:
    cells = mine["cells"]
    cells.insert(2, cells.pop(place(mine, "05-backward")))
    cells.insert(len(cells), cells.pop(place(mine, "05-006")))


def cells_deleted(mine: Notebook) -> None:
    for cell_id in ("05-000", "05-check_order", "05-check_backward", "05-008"):
        mine["cells"].remove(cell(mine, cell_id))


STATES = (stripped, executed, metadata_lost, cells_added, cells_moved, cells_deleted)


def learners(state) -> Notebook:
    mine = worked(release())
    state(mine)
    return mine
