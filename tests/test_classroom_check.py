"""`classroom check` on the notebooks of a learner who did everything that one can do to them."""

import codecs
import json
import os
import textwrap
import xml.etree.ElementTree as ET

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograd_lesson.checks.core import CheckFailed
from autograd_lesson.checks.e00_start_here import check_slope
from classroom import check, report
from classroom.__main__ import main
from classroom.check import Result
from classroom.runner import FAILS, NOT_ATTEMPTED, PASSES

pytestmark = pytest.mark.slow

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


def with_sources(before="", **sources):
    """An exercise with these cells for answers, which may be any code; RISE is a right answer."""
    learners = notebook(**dict.fromkeys(sources, RIGHT))
    for name, source in sources.items():
        cell_of(learners, f"01-{name}").source = textwrap.dedent(source).strip()
    helper = ANSWER.format(name="rise", body=RIGHT) + "\n\n" + textwrap.dedent(before)
    learners.cells.insert(2, new_code_cell(helper))
    return learners


# Right answers that no line which begins with `def` or `class` defines.
WAYS = {
    "by_lambda": "by_lambda = lambda x0, y0, x1, y1: (y1 - y0) / (x1 - x0)",
    "by_name": "by_name = rise",
    "by_partial": "import functools\nby_partial = functools.partial(rise)",
    "in_if": """
        if True:
            def in_if(x0, y0, x1, y1):
                return (y1 - y0) / (x1 - x0)
        """,
    "in_try": """
        try:
            import no_such_module
        except ImportError:
            def in_try(x0, y0, x1, y1):
                return (y1 - y0) / (x1 - x0)
        """,
    "in_with": "import contextlib\nwith contextlib.suppress(TypeError):\n    in_with = rise",
    "by_import": "from my_slopes import by_import",
    "in_a_pair": "in_a_pair, another = rise, 3",
    "in_a_starred_list": "[in_a_starred_list, *others] = rise, 3",
    "by_walrus": "print((by_walrus := rise))",
    "in_a_loop": "for in_a_loop in [rise]: pass",
    "by_method": """
        class Ruler:
            def slope(self, x0, y0, x1, y1):
                return (y1 - y0) / (x1 - x0)

        by_method = Ruler().slope
        """,
    "decorated": """
        import functools

        @functools.cache
        def decorated(x0, y0, x1, y1):
            return (y1 - y0) / (x1 - x0)
        """,
    "by_global": "def set_it():\n    global by_global\n    by_global = rise\n\nset_it()",
    "by_exec": "exec('by_exec = rise')",
    "by_setattr": "import sys\nsetattr(sys.modules['__main__'], 'by_setattr', rise)",
    "by_globals": "globals()['by_globals'] = rise",
    "timed": "%%time\ntimed = rise",
    "annotated": "annotated: object = rise",
    "by_program": """
        import subprocess, sys
        subprocess.run([sys.executable, "--version"], stdout=sys.stdout, check=True)
        by_program = rise
        """,
    "awaited": "import asyncio\nawait asyncio.sleep(0)\nawaited = rise",
}


def any_way():
    """Each way to define a name, a stub that was left, and one answered below its check."""
    learners = with_sources(
        **WAYS,
        a_stub=ANSWER.format(name="a_stub", body=STUB),
        late=ANSWER.format(name="late", body=STUB),
        only_used="only_used(1, 2, 3, 4)",
    )
    learners.cells.append(new_code_cell("late = rise"))
    return learners


DEATHS = {
    "exits": "import os; os._exit(0)",
    "is_killed": "import os, signal; os.kill(os.getpid(), 9 if os.name == 'posix' else 15)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "recurses": "import sys; sys.setrecursionlimit(10**9); f = lambda x: max([x], key=f); f(0)",
    "sleeps": "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(99)",
}


def deadly():
    """Answers that end or stop their Python when the check calls them, and a right one."""
    return notebook(**DEATHS, alive=RIGHT)


# A right answer each, after code that reaches for what the run stands on.
REACHES = {
    "json": "import json; json.dumps = json.loads = None",
    "prints": "import builtins; builtins.print = builtins.len = None",
    "closed": "import sys; sys.stdout.close(); sys.stdout = sys.stderr = None",
    "numpy_": "import numpy as np; np.isfinite = np.asarray = None",
    "elsewhere": "import os, shutil; os.mkdir('gone'); os.chdir('gone'); shutil.rmtree('../gone')",
    "flood": "for _ in range(200): print('x' * 100_000)",
    "threads": "import threading, time; threading.Thread(target=time.sleep, args=[99]).start()",
    "children": "import subprocess, sys; "
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])",
    "forks": "import os\nif hasattr(os, 'fork') and os.fork() == 0: raise KeyboardInterrupt",
    "resets": "%reset -f\ncheck_slope = print",
    "magic": "%matplotlib inline\n%no_such_magic",
    "asks": "input('your name')",
    "leaves": "exit",
    "ends": "import sys; sys.exit(3)",
    "interrupts": "raise KeyboardInterrupt",
    "half_a_letter": "raise ValueError('\\ud800')",
}


def reaching():
    """The reaching code, and below it the right answer."""
    learners = with_sources(**dict.fromkeys(REACHES, ""))
    for name, reach in REACHES.items():
        place = learners.cells.index(cell_of(learners, f"01-{name}"))
        learners.cells.insert(place, new_code_cell(reach))
        learners.cells[place + 1].source = ANSWER.format(name=name, body=RIGHT)
    return learners


# What an answer may raise, and how the message about it reads.
RAISED = {
    "stops": ("import sys; sys.exit()", "SystemExit: it would end Python: leave that call"),
    "stop_pressed": ("raise KeyboardInterrupt", "it raises KeyboardInterrupt, as the stop button"),
    "of_that_name": (
        "raise type('NotAttempted', (BaseException,), {})('done')",
        "NotAttempted: done",
    ),
    "asked": ("return float(input())", "`input()` has nobody to ask"),
    "half": ("raise type('Odd', (BaseException,), {})('\\ud800')", "Odd: ?"),
    "untold": (
        "raise type('Mute', (BaseException,), {'__str__': lambda self: 1 / 0})()",
        "Mute: (a text that itself raises ZeroDivisionError)",
    ),
}


def moved_checks():
    """A check that was moved to the front, one whose id another cell has, and one used twice."""
    learners = notebook(steep=RIGHT, flat=RIGHT, level=RIGHT)
    check_of_steep = cell_of(learners, "01-check_steep")
    learners.cells.remove(check_of_steep)
    other = new_code_cell("a = 1", id="01-check_flat")
    learners.cells[:0] = [other, check_of_steep]
    learners.cells.append(new_code_cell("check_slope(level)", id="01-check_level"))
    cell_of(learners, "01-level").source = "pass"  # typed into the check's own cell
    cell = cell_of(learners, "01-check_level")
    cell.source = ANSWER.format(name="level", body=RIGHT) + "\n\n" + cell.source
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
        "12_any_way": any_way(),
        "13_deadly": deadly(),
        "14_reaching": reaching(),
        "15_raised": notebook(**{name: body for name, (body, _) in RAISED.items()}),
        "16_moved_checks": moved_checks(),
    }
    answers = {
        "12_any_way": [*WAYS, "a_stub", "late", "only_used"],
        "13_deadly": [*DEATHS, "alive"],
        "14_reaching": REACHES,
        "15_raised": RAISED,
    }
    slopes = ANSWER.format(name="by_import", body=RIGHT)
    (work / "my_slopes.py").write_text(slopes, encoding="utf-8")
    for name, learners in notebooks.items():
        names = answers.get(name, ("steep", "flat", "level"))
        solution = notebook(**dict.fromkeys(names, RIGHT))
        nbformat.write(solution, course / "solutions" / f"{name}.ipynb")
        if learners:
            path = work / f"{name}.ipynb"
            path.write_text(json.dumps(learners))  # nbformat would mend what is wrong with it
    (work / "07_not_json.ipynb").write_text('{"cells": [')
    merged = nbformat.writes(notebook(steep=RIGHT)).replace('"cells"', '<<<<<<< HEAD\n"cells"', 1)
    (work / "08_merge.ipynb").write_text("\n".join(["<<<<<<< HEAD", merged]))
    return course, work


@pytest.fixture(scope="module")
def results(learner):
    """All results, by exercise and answer."""
    course, work = learner
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "CELL_SECONDS", 8)
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
        "8 seconds and was stopped"
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
        ("07_not_json", FAILS, "07_not_json.ipynb is not a readable notebook (Expecting"),
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


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_is_what_its_name_stands_for_however_it_came_by_it(results, way):
    result = results["12_any_way", way]
    assert (result.state, "checks pass" in result.message) == (PASSES, True), result.message


def test_a_stub_and_a_name_that_is_only_used_are_not_attempted(results):
    stub, used = results["12_any_way", "a_stub"], results["12_any_way", "only_used"]
    assert (stub.state, used.state) == (NOT_ATTEMPTED, NOT_ATTEMPTED)
    assert "Replace the line" in stub.message
    assert "no cell of the notebook defines only_used" in used.message


def test_an_answer_below_its_check_counts_where_the_check_saw_a_stub(results):
    assert results["12_any_way", "late"].state == PASSES


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("exits", "it ended its Python (status 0"),
        ("is_killed", "it ended its Python (killed by SIGKILL, out of memory?)"),
        ("crashes", "it ended its Python (killed by SIGSEGV"),
        ("recurses", "it ended its Python (killed by SIGSEGV"),
        ("sleeps", "it ran longer than 8 seconds and was stopped"),
    ],
)
def test_a_python_that_dies_or_hangs_in_a_check_fails_that_answer_alone(results, answer, reason):
    result = results["13_deadly", answer]
    assert result.state == FAILS
    is_counted = answer == "recurses" and "RecursionError" in result.message  # from 3.12 on
    if os.name == "posix" and not is_counted:
        assert result.message.startswith(f"the check did not come to its end: {reason}")
    assert results["13_deadly", "alive"].state == PASSES


@pytest.mark.parametrize("reach", REACHES)
def test_a_right_answer_passes_whatever_else_the_notebook_reaches_for(results, reach):
    result = results["14_reaching", reach]
    assert (result.state, "checks pass" in result.message) == (PASSES, True), result.message


@pytest.mark.parametrize("answer", RAISED)
def test_what_an_answer_raises_is_said_in_a_sentence_and_never_passes(results, answer):
    result = results["15_raised", answer]
    assert result.state == FAILS
    assert RAISED[answer][1] in result.message


def test_a_check_is_put_to_the_answer_wherever_cells_and_ids_have_gone(results):
    assert states(results, "16_moved_checks") == [PASSES, PASSES, PASSES]


def test_checking_changes_no_file_of_the_learner(learner, results):
    _, work = learner
    stored = nbformat.read(work / "02_edited_checks.ipynb", as_version=4)
    assert stored.cells[1].source == "check_slope = print"
    assert "01-check_flat" not in [cell.id for cell in stored.cells]
    assert not any(cell.outputs for cell in stored.cells if cell.cell_type == "code")


def test_a_check_is_the_same_without_its_comment():
    released = check.Cell(
        "05-check_order", ["check"], "check_order(order)\n# The output to reach: x"
    )
    answer = check.Cell("1", [], "order = sorted")
    bare = check.Cell("2", [], "check_order( order )")
    checks, sources = check.with_released_checks([answer, bare], [released])
    assert [(one.names, one.places) for one in checks] == [(["order"], [1])]
    assert sources == ["order = sorted", None]


# --- a file that is not as the format wants it --------------------------------------------------


def as_colab_writes_it(stored):
    """Format 4.0: no ids, keys of its own, sources as one string."""
    stored |= {"nbformat_minor": 0, "metadata": {"colab": {"provenance": []}}}
    for cell in stored["cells"]:
        del cell["id"]
        cell["metadata"] = {"id": "aB3"}


def ids_that_are_none(stored):
    stored["nbformat_minor"] = 4  # which knows no ids
    for cell, id_ in zip(stored["cells"], ["a b", None, "", 7, "é", "x" * 99, "a b"], strict=False):
        cell["id"] = id_


def outputs_that_are_none(stored):
    first, second, third = [cell for cell in stored["cells"] if cell["cell_type"] == "code"][:3]
    first["outputs"], second["outputs"] = None, [{"output_type": "display_data", "data": {}}]
    del third["outputs"], third["execution_count"], third["metadata"]
    stored["cells"][0]["outputs"] = [None]
    stored["made_by"] = stored["cells"][1]["collapsed"] = {"a": 1}
    stored["cells"].append({"cell_type": "code"})
    stored["cells"] += [None, "text", {"cell_type": "code", "source": None}, {"cell_type": "raw"}]
    del stored["metadata"], stored["nbformat_minor"]


def sources_in_lines(stored):
    for cell in stored["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n").splitlines(keepends=True)
        cell["metadata"] = {"tags": "check"}


@pytest.mark.parametrize(
    "damage",
    [as_colab_writes_it, ids_that_are_none, outputs_that_are_none, sources_in_lines],
)
@pytest.mark.parametrize("start", [b"", codecs.BOM_UTF8])
def test_only_the_sources_of_a_notebook_matter(tmp_path, damage, start):
    whole = notebook(steep=RIGHT, flat=WRONG, level=STUB)
    stored = json.loads(nbformat.writes(whole))
    for cell in stored["cells"]:
        cell["source"] = "".join(cell["source"])
    damage(stored)
    path = tmp_path / "01_mixed.ipynb"
    path.write_bytes(start + json.dumps(stored).encode())
    sources = [cell.source for cell in check.read_notebook(path)]
    there = [cell.source for cell in whole.cells if cell.cell_type == "code"]
    assert sources[: len(there)] == there and not any(sources[len(there) :])


def test_a_notebook_without_ids_or_outputs_gets_its_verdicts(learner, tmp_path):
    course, _ = learner
    stored = json.loads(nbformat.writes(notebook(steep=RIGHT, flat=WRONG, level=STUB)))
    for damage in (as_colab_writes_it, outputs_that_are_none):
        damage(stored)
    (tmp_path / "01_mixed.ipynb").write_text(json.dumps(stored))
    found = check.check_exercises([str(tmp_path / "01_mixed.ipynb")], course)
    assert [result.state for result in found] == [PASSES, FAILS, NOT_ATTEMPTED]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a readable notebook (Expecting value"),
        (b'{"cells": [{"cell_type": "code", "sou', "not a readable notebook (Unterminated"),
        (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "old format 3; open it in JupyterLab"),
        (b"[]", "it holds no list of cells"),
        (b'{"cells": {}}', "it holds no list of cells"),
        (b"\xff\x00\xfe", "not a readable notebook ("),
        (b"[" * 100_000, "not a readable notebook (maximum recursion depth"),
    ],
)
def test_a_file_that_holds_no_notebook_is_said_in_a_sentence(tmp_path, content, words):
    path = tmp_path / "01_mixed.ipynb"
    path.write_bytes(content)
    with pytest.raises(check.CourseError) as refusal:
        check.read_notebook(path)
    assert words in str(refusal.value)
    assert str(refusal.value).endswith("copy the exercise from the course again.")


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
    monkeypatch.setattr("classroom.__main__.check_exercises", lambda wanted, *rest: rows)
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
    monkeypatch.setattr("classroom.__main__.check_exercises", lambda wanted, *rest: ROWS)
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
