"""`classroom check` on the notebooks of a learner who did everything that one can do to them."""

import xml.etree.ElementTree as ET

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograd_lesson.checks.core import CheckFailed
from autograd_lesson.checks.e00_start_here import check_slope
from classroom import check, report
from classroom.__main__ import main
from classroom.check import FAILS, NOT_ATTEMPTED, PASSES, Result

IMPORTS = "from autograd_lesson.checks.e00_start_here import check_slope"
ANSWER = "def {name}(x0, y0, x1, y1):\n    {body}"
RIGHT = "return (y1 - y0) / (x1 - x0)"
WRONG = "return (x1 - x0) / (y1 - y0)"
STUB = 'raise NotImplementedError("your turn")'


def upside_down(x0, y0, x1, y1):
    return (x1 - x0) / (y1 - y0)


def notebook(**answers):
    """An exercise with these answers, each followed by its check."""
    cells = [new_markdown_cell("# 1. Slopes"), new_code_cell(IMPORTS)]
    for name, body in answers.items():
        source = ANSWER.format(name=name, body=body)
        cells.append(new_code_cell(source, id=f"01-{name}"))
        checked = new_code_cell(f"check_slope({name})", id=f"01-check_{name}")
        checked.metadata = nbformat.from_dict({"tags": ["check"], "editable": False})
        cells.append(checked)
    return new_notebook(cells=cells)


def cell_of(learners, cell_id):
    return next(cell for cell in learners.cells if cell.id == cell_id)


def edited_checks():
    """Checks that were made to say yes, deleted, and cut off from their import."""
    learners = notebook(steep=WRONG, flat=WRONG, level=RIGHT)
    cell_of(learners, "01-check_steep").source = "print('steep: 8 of 8 checks pass')"
    learners.cells.remove(cell_of(learners, "01-check_flat"))
    learners.cells[1].source = "check_slope = print"
    return learners


def lost_ids():
    """What a program leaves behind that draws new ids and drops the tags."""
    learners = notebook(steep=RIGHT, flat=WRONG, level=STUB)
    for position, cell in enumerate(learners.cells):
        cell.id, cell.metadata = f"drawn-{position}", nbformat.from_dict({})
    return learners


def second_thoughts():
    """A first try that raises was left standing, and a right answer follows."""
    learners = notebook(steep="return (", flat=RIGHT, level=RIGHT)
    learners.cells.insert(3, new_code_cell(ANSWER.format(name="steep", body=RIGHT)))
    return learners


def stuck():
    """The second answer's cell never ends."""
    learners = notebook(steep=RIGHT, flat=RIGHT, level=RIGHT)
    cell_of(learners, "01-flat").source += "\n\nwhile True: pass"
    return learners


def gone():
    """The second answer's cell ends the kernel."""
    learners = notebook(steep=RIGHT, flat=RIGHT, level=RIGHT)
    cell_of(learners, "01-flat").source += "\n\nimport os; os._exit(1)"
    return learners


def incomplete():
    """A cell was deleted, and another has no end."""
    learners = notebook(steep=RIGHT, flat=RIGHT, level=RIGHT)
    learners.cells.remove(cell_of(learners, "01-steep"))
    cell_of(learners, "01-flat").source += "("
    return learners


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """A course, and a folder with a learner's notebooks; a module there has the package's name."""
    course = tmp_path_factory.mktemp("course")
    work = tmp_path_factory.mktemp("work")
    (course / "solutions").mkdir()
    (work / "autograd_lesson.py").write_text("raise RuntimeError('the wrong package')")
    notebooks = {
        "01_mixed": notebook(steep=RIGHT, flat=WRONG, level=STUB),
        "02_edited_checks": edited_checks(),
        "03_lost_ids": lost_ids(),
        "04_stuck": stuck(),
        "05_gone": gone(),
        "06_incomplete": incomplete(),
        "07_not_json": None,
        "08_merge": None,
        "09_not_there": None,
        "10_second_thoughts": second_thoughts(),
        "11_right": notebook(steep=RIGHT, flat=RIGHT, level=RIGHT),
    }
    for name, learners in notebooks.items():
        solution = notebook(steep=RIGHT, flat=RIGHT, level=RIGHT)
        nbformat.write(solution, course / "solutions" / f"{name}.ipynb")
        if learners:
            nbformat.write(learners, work / f"{name}.ipynb")
    (work / "07_not_json.ipynb").write_text('{"cells": [')
    merged = nbformat.writes(notebook(steep=RIGHT)).replace('"cells"', '<<<<<<< HEAD\n"cells"', 1)
    (work / "08_merge.ipynb").write_text("\n".join(["<<<<<<< HEAD", merged]))
    return course, work


@pytest.fixture(scope="module")
def results(learner):
    """All results, by exercise and answer."""
    course, work = learner
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "CELL_SECONDS", 5)
        found = check.check_exercises([str(work)], course)
    return {(result.exercise, result.answer): result for result in found}


def states(results, exercise):
    return [result.state for result in results.values() if result.exercise == exercise]


def test_an_answer_passes_fails_or_is_not_attempted(results):
    assert states(results, "01_mixed") == [PASSES, FAILS, NOT_ATTEMPTED]


def test_the_message_is_the_one_of_the_notebook(results):
    with pytest.raises(CheckFailed) as failure:
        check_slope(upside_down)
    assert results["01_mixed", "flat"].message == str(failure.value)
    assert "checks pass" in results["01_mixed", "steep"].message
    assert "not attempted yet. Replace the line" in results["01_mixed", "level"].message


def test_the_checks_of_the_course_count_whatever_was_done_to_the_learners(results):
    assert states(results, "02_edited_checks") == [FAILS, FAILS, PASSES]
    assert "expected" in results["02_edited_checks", "steep"].message


def test_answers_and_checks_are_found_without_their_ids(results):
    assert states(results, "03_lost_ids") == [PASSES, FAILS, NOT_ATTEMPTED]


def test_an_endless_cell_costs_only_what_comes_after_it(results):
    assert states(results, "04_stuck") == [PASSES, FAILS, FAILS]
    assert results["04_stuck", "level"].message == (
        "not reached: the cell that begins with `def flat(x0, y0, x1, y1):` ran longer than "
        "5 seconds and was stopped"
    )


def test_a_dead_kernel_costs_only_what_comes_after_it(results):
    assert states(results, "05_gone") == [PASSES, FAILS, FAILS]
    assert "ended its Python" in results["05_gone", "flat"].message


def test_an_answer_that_is_gone_is_not_attempted_and_one_that_is_no_python_fails(results):
    assert states(results, "06_incomplete") == [NOT_ATTEMPTED, FAILS, PASSES]
    assert "no cell of the notebook defines steep" in results["06_incomplete", "steep"].message
    assert results["06_incomplete", "flat"].message.startswith("SyntaxError: ")


@pytest.mark.parametrize(
    ("exercise", "state", "words"),
    [
        ("07_not_json", FAILS, "07_not_json.ipynb is not a readable notebook (NotJSONError"),
        ("08_merge", FAILS, "08_merge.ipynb holds an unresolved git merge. Between the lines"),
        ("09_not_there", NOT_ATTEMPTED, "09_not_there.ipynb is not in the folder work"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_row(results, exercise, state, words):
    assert states(results, exercise) == [state]
    assert results[exercise, check.WHOLE].message.startswith(words)


def test_one_bad_notebook_leaves_the_others_alone(results):
    assert states(results, "11_right") == [PASSES, PASSES, PASSES]


def test_a_first_try_that_was_left_standing_does_no_harm(results):
    assert states(results, "10_second_thoughts") == [PASSES, PASSES, PASSES]


def test_checking_changes_no_file_of_the_learner(learner, results):
    _, work = learner
    stored = nbformat.read(work / "02_edited_checks.ipynb", as_version=4)
    assert stored.cells[1].source == "check_slope = print"
    assert "01-check_flat" not in [cell.id for cell in stored.cells]
    assert not any(cell.outputs for cell in stored.cells if cell.cell_type == "code")


# --- the command --------------------------------------------------------------------------------

ROWS = [
    Result("01_slopes", "steep", PASSES, "steep: 3 of 3 checks pass"),
    Result("01_slopes", "flat", FAILS, "flat: `<b>` | ``` <img src=x> \x1b[31m ]]> "),
    Result("02_roads", "a|b<i>", NOT_ATTEMPTED, "a: not attempted yet. Replace the line"),
]


@pytest.mark.parametrize(("rows", "status"), [(ROWS, 1), (ROWS[::2], 0)])
def test_the_command_ends_with_1_only_if_an_attempted_exercise_fails(
    monkeypatch, capsys, rows, status
):
    monkeypatch.setattr("classroom.__main__.check_exercises", lambda wanted, course: rows)
    assert main(["check"]) == status
    assert f"1 pass, {status} fail, 1 not attempted yet" in capsys.readouterr().out


def test_the_table_shows_every_answer_and_the_message_of_each_that_fails():
    lines = report.table(ROWS).splitlines()
    assert lines[1].split() == ["01_slopes", "steep", "passes"]
    assert lines[3].split(maxsplit=2) == ["02_roads", "a|b<i>", "not attempted yet"]
    assert "--- 01_slopes: flat fails" in lines
    assert "Replace the line" not in report.table(ROWS)


def test_nothing_that_a_learner_wrote_acts_as_markup_in_the_summary():
    text = report.markdown(ROWS)
    assert "<i>" not in text and "a&#124;b&lt;i&gt;" in text
    fence = text.index("````text\n")
    assert fence < text.index("<img") < text.index("\n````\n", fence)


def test_a_long_message_is_cut_in_the_summary():
    text = report.markdown([Result("01", "endless", FAILS, "x" * 100_000)])
    assert len(text) < 5_000 and "(cut)" in text


def test_the_junit_report_is_legal_xml_with_a_case_for_each_answer():
    root = ET.fromstring(report.junit(ROWS))
    kinds = [(case.get("name"), [kind.tag for kind in case]) for case in root.iter("testcase")]
    assert kinds == [("steep", []), ("flat", ["failure"]), ("a|b<i>", ["skipped"])]
    assert [suite.get("name") for suite in root] == ["01_slopes", "02_roads"]


def test_reports_are_written_where_they_are_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr("classroom.__main__.check_exercises", lambda wanted, course: ROWS)
    summary, junit = tmp_path / "summary.md", tmp_path / "junit.xml"
    summary.write_text("before\n")
    main(["check", "--summary", str(summary), "--junit", str(junit)])
    assert summary.read_text().startswith("before\n## Exercises")
    assert ET.parse(junit).getroot().tag == "testsuites"


def test_a_name_that_is_no_exercise_is_refused_with_those_that_are(learner, capsys):
    course, _ = learner
    assert main(["check", "--course", str(course), "33"]) == 2
    assert "no exercise is called 33: 01_mixed, 02_edited_checks" in capsys.readouterr().err


def test_a_folder_that_is_no_course_is_refused(tmp_path, capsys):
    assert main(["check", "--course", str(tmp_path)]) == 2
    assert "holds no exercises" in capsys.readouterr().err


def test_an_exercise_is_named_by_number_name_or_file(learner):
    course, work = learner
    released = check.released_exercises(course)
    for word in ("03", "03_lost_ids", str(work / "03_lost_ids.ipynb")):
        (found,) = check.exercises_to_check([word], released, course)
        assert found.released.stem == "03_lost_ids"
