"""A learner's notebook in a new release: the course's cells arrive, and no work is lost."""

import ast
import copy
import json
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learners_notebooks import (
    STATES,
    UPDATES,
    WORK,
    cell,
    code,
    executed,
    exercise_renamed,
    learners,
    metadata_lost,
    release,
    renumbered,
    shown,
    source,
    stripped,
    text,
    typo_mended,
    updated,
    worked,
    write,
)

from classroom.merge import MergeError, merge

ROOT = Path(__file__).parents[1]


def sources(notebook):
    return [source(each) for each in notebook["cells"]]


def is_valid(notebook):
    nbformat.validate(nbformat.from_dict(copy.deepcopy(notebook)))
    ids = [each["id"] for each in notebook["cells"]]
    return len(ids) == len(set(ids))


def course_cells(notebook, new):
    """The cells of the release in the notebook, in the notebook's order, by their ids."""
    known = {each["id"] for each in new["cells"]}
    return [each["id"] for each in notebook["cells"] if each["id"] in known]


@pytest.mark.parametrize("state", STATES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("change", UPDATES, ids=lambda each: each.__name__)
def test_the_update_arrives_and_the_learners_work_stays(change, state):
    old, new, mine = release(), updated(change), learners(state)
    before = copy.deepcopy((old, new, mine))
    merged = merge(old, new, mine).notebook
    assert (old, new, mine) == before
    assert is_valid(merged)
    whole = "\n".join(sources(merged))
    assert [work for work in WORK if work not in whole] == []
    arrives, goes = UPDATES[change]
    assert not arrives or arrives in whole
    assert not goes or goes not in whole
    assert course_cells(merged, new) == [each["id"] for each in new["cells"]]
    for fresh in new["cells"]:
        there = cell(merged, fresh["id"])
        for key in ("nbgrader", "tags", "editable"):
            assert there["metadata"].get(key) == fresh["metadata"].get(key)
    for base in (old, new):
        assert merge(base, new, merged).notebook == merged
    assert merge(new, new, merged).arrived == []


@pytest.mark.parametrize("change", UPDATES, ids=lambda each: each.__name__)
def test_a_notebook_that_nobody_touched_becomes_the_release(change):
    assert merge(release(), updated(change), release()).notebook == updated(change)


def test_what_arrived_and_what_was_kept_is_listed():
    new = updated(exercise_renamed)
    typo_mended(new)
    mine = learners(stripped)
    mine["cells"].remove(cell(mine, "05-011"))
    told = merge(release(), new, mine)
    assert told.arrived == [
        "changed: `5. Order`",
        "changed: `The way back`",
        "new: `def way_back(root):`",
        "new: check_way_back",
        "back: `Next`",
        "gone: `def backward(root):`",
        "gone: check_backward",
    ]
    assert told.kept == [
        "your cell `experiment = 'mine alone'`",
        "your cell `def backward(root):`",
        "your cell `My own text, mine.`",
        "your answer order",
        "your notes `**Your notes here:** since mine come first.`",
        "your prediction visits",
    ]


def test_cells_of_ones_own_follow_what_they_followed():
    merged = merge(release(), updated(typo_mended), learners(stripped)).notebook
    names = [each["id"] for each in merged["cells"]]
    assert names[names.index("05-check_order") + 1] == "a1b2c3d4"
    assert names[-1] == "e5f6a7b8"
    added = merge(release(), updated(typo_mended), learners(STATES[3])).notebook
    assert [each["id"] for each in added["cells"]][0] == "front"


def changed_by_both():
    new, mine = updated(typo_mended), worked(release())
    write(cell(mine, "05-000"), source(cell(mine, "05-000")) + "\n\nMy remark: mine.")
    return new, mine


def test_a_cell_that_both_have_changed_stands_in_both_forms():
    new, mine = changed_by_both()
    told = merge(release(), new, mine)
    first, second, *_ = sources(told.notebook)
    assert first == source(cell(new, "05-000"))
    assert second == source(cell(mine, "05-000"))
    assert "your form of `5. Order`, behind the course's" in told.kept
    assert merge(release(), new, told.notebook).notebook == told.notebook


def test_a_cell_whose_position_another_has_taken_is_known_by_its_text():
    new, mine = changed_by_both()
    new["cells"].insert(0, text("05-999", "First of all, a new welcome."))
    told = merge(release(), renumbered(new), mine)
    first, second, third, *_ = sources(told.notebook)
    assert first == "First of all, a new welcome."
    assert second == source(cell(new, "05-001"))
    assert "My remark: mine." in third
    assert told.arrived == ["new: `First of all, a new welcome.`", "changed: `5. Order`"]


def test_an_update_that_was_interrupted_is_known_by_ids_where_no_text_tells():
    """The one cell that has another position in the new release is one the learner has changed."""
    new, mine = release(), worked(release())
    new["cells"].insert(6, new["cells"].pop(3))
    write(cell(mine, "05-006"), "mine = 2")
    once = merge(release(), renumbered(new), mine).notebook
    assert source(cell(once, "05-005")) == "mine = 2"
    assert merge(release(), new, once).notebook == once


def test_a_demonstration_that_only_the_learner_has_changed_stays_as_they_made_it():
    new, mine = updated(typo_mended), worked(release())
    write(cell(mine, "05-006"), "a, b = 7, 8  # mine\na * b")
    merged = merge(release(), new, mine).notebook
    assert source(cell(merged, "05-006")) == "a, b = 7, 8  # mine\na * b"
    assert sum("a, b" in each for each in sources(merged)) == 1


def test_a_check_that_was_edited_is_the_courses_again_and_the_edit_stands_behind():
    mine = worked(release())
    write(cell(mine, "05-check_order"), "check_order(mine)")
    merged = merge(release(), updated(typo_mended), mine).notebook
    there = sources(merged)
    at = there.index("check_order(mine)")
    assert there[at - 1].startswith("check_order(order)")
    assert merged["cells"][at]["metadata"] == {}, "the edit does not pose as a check"


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ('prediction("05-visits", mine="it \\"grows\\"")', 'mine="it \\"grows\\""'),
        ("prediction(\"05-visits\", mine='4')", "mine='4'"),
        ('prediction("05-visits", mine=4.5)', "mine=4.5"),
    ],
)
def test_what_was_predicted_is_put_into_the_line_of_the_release(typed, line):
    new, mine = release(), worked(release())
    write(cell(new, "05-predict-visits"),
          'prediction("05-visits", mine="", of="twice")\ntwice = 2 * a\ntwice')  # fmt: skip
    write(cell(mine, "05-predict-visits"), f"{typed}\nvisits = 2 * a\nvisits")
    merged = merge(release(), new, mine).notebook
    wanted = f'prediction("05-visits", {line}, of="twice")\ntwice = 2 * a\ntwice'
    assert source(cell(merged, "05-predict-visits")) == wanted


def test_a_predicted_cell_that_both_have_changed_is_asked_once():
    new, mine = release(), worked(release())
    write(
        cell(new, "05-predict-visits"), 'prediction("05-visits", mine="")\nvisits = 3 * a\nvisits'
    )
    write(cell(mine, "05-predict-visits"), 'prediction("05-visits", mine="9")\nvisits = "mine"')
    merged = merge(release(), new, mine).notebook
    asked = [each for each in sources(merged) if "prediction(" in each]
    assert asked == ['prediction("05-visits", mine="9")\nvisits = 3 * a\nvisits']
    assert 'visits = "mine"' in sources(merged)


def test_a_prediction_that_is_no_python_is_kept_as_it_is():
    new, mine = release(), worked(release())
    write(
        cell(new, "05-predict-visits"), 'prediction("05-visits", mine="")\nvisits = 3 * a\nvisits'
    )
    broken = 'prediction("05-visits",\n  mine="mine")\nvisits = 2 * a\nvisits'
    write(cell(mine, "05-predict-visits"), broken)
    assert broken in sources(merge(release(), new, mine).notebook)


def test_outputs_of_what_the_learner_ran_stay_and_those_of_a_changed_cell_are_the_releases():
    new = updated(typo_mended)
    write(cell(new, "05-006"), "a, b = 2, 5\na * b")
    cell(new, "05-006")["outputs"] = [shown("10")]
    merged = merge(release(), new, learners(executed)).notebook
    assert cell(merged, "05-006")["outputs"] == [shown("10")]
    assert cell(merged, "05-006")["execution_count"] == 0
    run = cell(merged, "05-predict-visits")
    assert run["outputs"][0]["data"]["text/plain"][0].startswith("mine")
    assert run["metadata"] == {"tags": ["prediction"]}, "what was run is not folded again"


@pytest.mark.parametrize("count", [0, None])
def test_outputs_of_what_was_never_run_are_the_releases(count):
    new, mine = release(), worked(release())
    cell(new, "05-006")["outputs"] = [shown("six")]
    cell(mine, "05-006")["execution_count"] = count  # JupyterLab saves 0 as none
    merged = merge(release(), new, mine).notebook
    assert cell(merged, "05-006")["outputs"] == [shown("six")]


def test_without_the_old_release_what_differs_in_the_courses_cells_is_kept_behind_them():
    new, mine = changed_by_both()
    merged = merge(None, new, mine).notebook
    assert sources(merged)[0] == source(cell(new, "05-000"))
    assert "My remark: mine." in sources(merged)[1]
    assert merge(None, new, merged).notebook == merged
    for state in STATES:
        whole = "\n".join(sources(merge(None, new, learners(state)).notebook))
        assert [work for work in WORK if work not in whole] == []


def test_notes_that_were_written_over_are_found_where_the_ids_are_lost():
    mine = worked(release())
    write(cell(mine, "05-notes-operands-first"), "Nothing of the question is left: all mine.")
    metadata_lost(mine)
    merged = merge(release(), updated(typo_mended), mine).notebook
    notes = cell(merged, "05-notes-operands-first")
    assert source(notes) == "Nothing of the question is left: all mine."


def test_an_answer_is_found_by_what_it_defines_and_the_last_one_counts():
    mine = worked(release())
    at = mine["cells"].index(cell(mine, "05-order"))
    mine["cells"][at] = code("drawn1", "def order(root):\n    return 'mine first'", count=None)
    mine["cells"].insert(
        at + 1, code("drawn2", "def order(root):\n    return 'mine last'", count=None)
    )
    merged = merge(release(), updated(typo_mended), mine).notebook
    assert "mine last" in source(cell(merged, "05-order"))
    there = sources(merged)
    first = next(i for i, each in enumerate(there) if "mine first" in each)
    assert first < there.index(source(cell(merged, "05-order")))


def test_cells_of_ones_own_become_what_the_format_wants():
    mine = worked(release())
    mine["cells"] += [
        {"cell_type": "code", "source": "x = 'mine 1'", "unknown": 3},
        {"cell_type": "code", "id": "05-order", "source": ["x = 'mine 2'"], "metadata": None,
         "outputs": [{"a": 1}, 7],
         "execution_count": True},
        {"cell_type": "heading", "id": "h/h", "level": 2, "source": "Mine 3"},
        {"cell_type": "markdown", "id": "e5f6a7b8", "source": None, "attachments": 3},
        "no cell",
        7,
    ]  # fmt: skip
    merged = merge(release(), updated(typo_mended), mine).notebook
    assert is_valid(merged)
    whole = "\n".join(sources(merged))
    assert all(each in whole for each in ("mine 1", "mine 2", "Mine 3"))
    assert merge(release(), updated(typo_mended), merged).notebook == merged


def test_a_picture_that_was_pasted_into_notes_stays():
    mine = worked(release())
    picture = {"image.png": {"image/png": "iVBORw0KGgo="}}
    notes = cell(mine, "05-notes-operands-first")
    notes["attachments"] = picture
    write(notes, source(notes) + "\n![](attachment:image.png)")
    merged = merge(release(), updated(typo_mended), mine).notebook
    assert cell(merged, "05-notes-operands-first")["attachments"] == picture
    assert is_valid(merged)


def test_tags_and_marks_of_the_learners_own_stay():
    mine = worked(release())
    cell(mine, "05-006")["metadata"] = {"tags": ["look-again"], "scrolled": True}
    mine["metadata"]["kernelspec"] = {"display_name": "mine", "name": "mine", "language": "python"}
    merged = merge(release(), updated(typo_mended), mine).notebook
    assert cell(merged, "05-006")["metadata"] == {"tags": ["look-again"], "scrolled": True}
    assert merged["metadata"]["kernelspec"]["name"] == "mine"


OTHERS = [[], {}, {"nbformat": 3, "worksheets": []}, {"nbformat": 5, "cells": []}]


@pytest.mark.parametrize("mine", OTHERS)
def test_what_is_no_notebook_of_format_4_is_refused(mine):
    with pytest.raises(MergeError, match="no cells in the format 4"):
        merge(release(), release(), mine)


def test_the_merge_needs_nothing_but_the_standard_library():
    tree = ast.parse((ROOT / "classroom" / "merge.py").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert imported <= set(sys.stdlib_module_names)


# --- whatever a learner does, and whatever the course does --------------------------------------

WORDS = st.text("abc =\n#", max_size=12)


@st.composite
def learners_notebooks(draw):
    """A learner's notebook after any few edits; each text they wrote is a word of its own."""
    mine, written = release(), []
    for number in range(draw(st.integers(0, 8))):
        cells = mine["cells"]
        at = draw(st.integers(0, max(0, len(cells) - 1)))
        words = f"mine_{number} = {draw(WORDS)!r}"
        match draw(
            st.sampled_from(["edit", "add", "delete", "move", "copy", "run", "strip", "lose"])
        ):
            case "edit" if cells:
                whole = source(cells[at])
                for one in [each for each in written if each in whole]:
                    written.remove(one)
                keep = draw(st.booleans()) and "mine_" not in whole
                write(cells[at], f"{whole}\n{words}" if keep else words)
                written.append(words)
            case "add":
                make = draw(st.sampled_from([code, text]))
                cells.insert(at, make(draw(st.sampled_from(["", "own", "05-003"])), words))
                written.append(words)
            case "delete" if cells:
                gone = source(cells.pop(at))
                written = [each for each in written if each not in gone or each in str(cells)]
            case "move" if cells:
                cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(at))
            case "copy" if cells:
                cells.append(copy.deepcopy(cells[at]))
            case "run":
                executed(mine)
            case "strip":
                stripped(mine)
            case "lose":
                metadata_lost(mine)
    return mine, written


@st.composite
def releases(draw):
    """A next release after any few changes."""
    new = release()
    for change in draw(st.lists(st.sampled_from(list(UPDATES)), unique=True, max_size=4)):
        change(new)
    cells = new["cells"]
    for number in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(cells) - 1))
        match draw(st.sampled_from(["edit", "add", "move"])):
            case "edit":
                write(cells[at], source(cells[at]) + f"\n# course {number}")
            case "add":
                cells.insert(at, text("05-998", f"New text {number}."))
            case "move":
                cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(at))
    return renumbered(new)


@given(learners_notebooks(), releases())
def test_no_line_of_a_learner_is_ever_lost(work, new):
    merged, written = work
    for _ in range(2):  # once more, as after an interruption: theirs is taken for the old release's
        merged = merge(release(), new, merged).notebook
        assert is_valid(merged)
        whole = "\n".join(sources(merged))
        assert [words for words in written if words not in whole] == []
        assert course_cells(merged, new) == [each["id"] for each in new["cells"]]


@given(learners_notebooks(), releases())
def test_a_second_update_changes_nothing(work, new):
    mine, _ = work
    once = merge(release(), new, mine).notebook
    assert merge(new, new, once).notebook == once
    assert json.loads(json.dumps(once)) == once


@given(learners_notebooks())
def test_a_release_without_news_keeps_every_cell_of_code_as_often_as_it_was(work):
    mine, _ = work
    once = merge(release(), release(), mine).notebook
    before = Counter(filter(str.strip, sources(mine)))
    missing = before - Counter(sources(once))
    shipped = set(sources(release()))
    assert not [each for each in missing if each not in shipped]
