"""The builder: ids, stubs, metadata, what is stored, what is refused, and what `--check` sees."""

from __future__ import annotations

import copy
import importlib.util
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "source"))

import build  # noqa: E402
import remembered  # noqa: E402

pytestmark = pytest.mark.slow

EXERCISE = '''\
# %% [markdown]
r"""
# 0. Sums

Prose with a backslash: $\\partial$.
"""

# %%
from autograd_lesson.checks.e00_start_here import check_midpoint

# %% [markdown]
r"""
## E0.1 The middle
"""


# %%
def midpoint(a, b):
    """The number half-way between a and b."""
    ### BEGIN SOLUTION
    return (a + b) / 2
    ### END SOLUTION


# %% tags=["check"]
check_midpoint(midpoint)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** why half?
"""
'''

LESSON = '''\
# %% [markdown]
r"""
# 0. Sums
"""

# %%
import math

# %%
print(math.pi)
{0, "text"}
'''


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An empty course; `write(kind, text)` puts a source into it."""
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "SOURCE", tmp_path / "source")

    def write(kind: str, text: str) -> Path:
        path = tmp_path / "source" / kind / "00_start_here.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def stored(folder: str) -> Path:
        return tmp_path / folder / "00_start_here.ipynb"

    return SimpleNamespace(write=write, stored=stored, root=tmp_path)


def edit(path: Path, change) -> None:
    """Change a stored notebook, as a learner does with a save."""
    notebook = nbformat.read(path, as_version=4)
    change({cell.id: cell for cell in notebook.cells}, notebook)
    nbformat.write(notebook, path)


# Ids, stubs, metadata


def test_what_belongs_to_the_learner_has_a_name_and_the_rest_a_position(course):
    cells = build.read_source(course.write("exercises", EXERCISE)).cells
    assert [cell.id for cell in cells] == [
        "00-000",
        "00-001",
        "00-002",
        "00-midpoint",
        "00-check_midpoint",
        "00-notes-e0-1-the-middle",
    ]


def test_notes_under_a_renamed_heading_keep_the_id_that_they_had(course):
    def ids(source: str) -> list[str]:
        return [cell.id for cell in build.read_source(course.write("exercises", source)).cells]

    before, marker = ids(EXERCISE), '# %% [markdown] tags=["notes"]'
    renamed = EXERCISE.replace("E0.1 The middle", "E0.1 Half-way")
    assert ids(renamed)[-1] == "00-notes-e0-1-half-way"
    assert ids(renamed.replace(marker, f'{marker} was="e0-1-the-middle"')) == before


PREDICTED = (
    LESSON
    + """
# %% [markdown]
# > **Predict.** How much is 2 + 3?

# %%
prediction("00-sum", mine="")
2 + 3
"""
)
IMPORT = "import math\nfrom autograd_lesson.predictions import prediction"


@pytest.fixture
def predicted(course):
    """A lesson with a predicted cell, built; its notebook's cells by their ids."""
    course.write("lessons", PREDICTED.replace("import math", IMPORT))
    assert build.main(["00"]) == 0
    notebook = nbformat.read(course.stored("notebooks"), as_version=4)
    return SimpleNamespace(course=course, cells={cell.id: cell for cell in notebook.cells})


def test_a_predicted_cell_has_a_name_that_stays_and_folded_outputs(predicted):
    cell = predicted.cells["00-predict-sum"]
    folded = {"collapsed": True, "jupyter": {"outputs_hidden": True}, "tags": ["prediction"]}
    assert cell.metadata == folded
    caption, result = cell.outputs  # of folded outputs JupyterLab shows the first line
    assert caption.data["text/plain"] == "What came out:"
    assert result.data["text/plain"] == "5"


def test_a_cell_that_begins_with_folded_is_folded_too(course):
    told = PREDICTED.replace(
        "import math", IMPORT.replace("import prediction", "import folded, prediction")
    )
    course.write("lessons", f"{told}\n# %%\nfolded()\n6 * 7\n")
    assert build.main(["00"]) == 0
    cell = nbformat.read(course.stored("notebooks"), as_version=4).cells[-1]
    folded = {"collapsed": True, "jupyter": {"outputs_hidden": True}, "tags": ["folded"]}
    assert cell.metadata == folded
    caption, result = cell.outputs
    assert (caption.data["text/plain"], result.data["text/plain"]) == ("What came out:", "42")


def test_a_page_folds_what_is_predicted_by_a_script_in_the_last_text(predicted):
    texts = [cell.source for cell in predicted.cells.values() if cell.cell_type == "markdown"]
    assert texts[-1].endswith(build.FOLD)
    assert not any("<script" in text for text in texts[:-1])


def test_what_a_learner_predicts_is_theirs_and_the_rest_of_the_cell_is_not(predicted):
    stored = predicted.course.stored("notebooks")

    def drifted(source):
        edit(stored, change("00-predict-sum", "source", source))
        built = build.build(predicted.course.root / "source/lessons/00_start_here.py", run=False)
        return [line for one in built for line in build.drift(one, pristine=False)]

    assert drifted('prediction("00-sum", mine="7")\n2 + 3') == []
    assert drifted('prediction("00-sum", mine=(3, 4))\n2 + 3') == []
    assert len(drifted('prediction("00-sum", mine="")\n2 + 4')) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('prediction("01-sum", mine="")', "a predicted cell begins with the one line"),
        ('prediction("00-sum", mine="5")', "a predicted cell begins with the one line"),
        ('prediction("sum", mine="")', "a predicted cell begins with the one line"),
        ('x = 1\nprediction("00-sum", mine="")', "a predicted cell begins with the one line"),
        ('prediction("00-sum", mine="", of="gone")', "nothing came out of 00-predict-sum"),
        ('prediction("00-sum", mine="", of="range(99)")', "nothing came out of 00-predict-sum"),
        ('prediction("00-sum", mine="", choose="4 or 6")', "nothing came out of 00-predict-sum"),
    ],
)
def test_a_line_that_no_typing_could_satisfy_is_refused(course, capsys, line, said):
    source = PREDICTED.replace("import math", IMPORT)
    course.write("lessons", source.replace('prediction("00-sum", mine="")', line))
    assert build.main(["00"]) == 1
    assert said in capsys.readouterr().out


def test_prose_loses_its_quotes_and_keeps_its_backslashes(course):
    cell = build.read_source(course.write("exercises", EXERCISE)).cells[0]
    assert cell.source == "# 0. Sums\n\nProse with a backslash: $\\partial$."


def test_answers_and_checks_carry_nbgraders_metadata(course):
    cells = {cell.id: cell for cell in build.read_source(course.write("exercises", EXERCISE)).cells}
    answer, check = cells["00-midpoint"].metadata, cells["00-check_midpoint"].metadata
    assert answer.nbgrader == {
        "grade": False,
        "grade_id": "midpoint",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert check.nbgrader == answer.nbgrader | {
        "grade": True,
        "grade_id": "check_midpoint",
        "locked": True,
        "points": 1,
        "solution": False,
    }
    assert (check.editable, check.deletable) == (False, False)


def test_every_marked_part_becomes_a_stub_with_its_indentation():
    source = (
        "class Sum:\n"
        "    def __init__(self, a):\n"
        "        ### BEGIN SOLUTION\n"
        "        self.a = a\n"
        "\n"
        "        ### END SOLUTION\n"
        "\n"
        "    def double(self):\n"
        "        ### BEGIN SOLUTION\n"
        "        return 2 * self.a\n"
        "        ### END SOLUTION\n"
    )
    assert build.stubbed(source) == (
        "class Sum:\n"
        "    def __init__(self, a):\n"
        '        raise NotImplementedError("your turn")\n'
        "\n"
        "    def double(self):\n"
        '        raise NotImplementedError("your turn")\n'
    )


# Easier forms


FADED = EXERCISE.replace("# %%\ndef midpoint", '# %% tags=["fade"]\ndef midpoint').replace(
    "    return (a + b) / 2\n", "    total = a + b  # gap\n    return total / 2\n"
)


def easier_cell(course, source: str) -> nbformat.NotebookNode:
    """The cell with the easier forms of the answer."""
    cells = build.read_source(course.write("exercises", source)).cells
    (easier,) = [cell for cell in cells if cell.metadata.get("tags") == ["easier"]]
    assert cells[cells.index(easier) + 1].id == "00-midpoint"
    return easier


def test_a_faded_answer_gets_its_gaps_and_its_lines_out_of_order(course):
    easier = easier_cell(course, FADED)
    assert easier.id == "00-easier-midpoint"
    gaps, lines = easier.source.split("</details>")[:2]
    assert "    ...\n    return total / 2\n```" in gaps and "a + b" not in gaps
    assert "```python\nreturn total / 2\ntotal = a + b\n```" in lines
    assert "# gap" not in easier.source and "SOLUTION" not in easier.source


def test_lines_out_of_order_keep_their_indentation_and_come_alike_each_time(course):
    answer = "    total = a + b  # gap\n    if True:\n        total += 0\n    return total / 2\n"
    faded = FADED.replace("    total = a + b  # gap\n    return total / 2\n", answer)
    texts = {easier_cell(course, faded).source for _ in range(2)}
    assert len(texts) == 1
    lines = texts.pop().split("```python\n")[2].split("\n```")[0].splitlines()
    expected = ["total = a + b", "if True:", "    total += 0", "return total / 2"]
    assert lines != expected and sorted(lines) == sorted(expected)


def test_easier_forms_and_their_marks_are_in_the_exercise_alone(course):
    course.write("exercises", FADED)
    assert build.main([]) == 0
    solution, exercise = (
        nbformat.read(course.stored(folder), as_version=4) for folder in ("solutions", "exercises")
    )
    easier = [cell.id for cell in exercise.cells if "-easier-" in cell.id]
    assert easier == ["00-easier-midpoint"]
    assert [c.id for c in solution.cells] == [c.id for c in exercise.cells if c.id not in easier]
    assert "# gap" not in nbformat.writes(solution) + nbformat.writes(exercise)
    assert build.main(["--check", "--pristine"]) == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (' tags=["fade"]', "", "need each other"),
        ("  # gap", "", "need each other"),
        ("    ### BEGIN SOLUTION\n", "", "only an answer cell"),
    ],
)
def test_a_gap_without_an_answer_to_fade_is_refused(course, old, new, message):
    assert old in FADED
    with pytest.raises(build.BuildError, match=message):
        build.read_source(course.write("exercises", FADED.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    ### END SOLUTION\n", "", "BEGIN SOLUTION without its END SOLUTION"),
        ("check_midpoint(midpoint)\n", "print(midpoint(1, 2))\n", "must be one call"),
        ("check_midpoint(midpoint)\n", "check_middle(midpoint)\n", "has no check_middle"),
        ("def midpoint(a, b):\n", "if True:\n", "must define a function or a class"),
        ('r"""\n**Your', 'r"""\n## E0.1 The middle\n\n**Your', None),
    ],
)
def test_a_source_that_makes_no_exercise_is_refused_with_the_reason(course, old, new, message):
    assert old in EXERCISE
    path = course.write("exercises", EXERCISE.replace(old, new))
    if message is None:
        assert build.read_source(path)
        return
    with pytest.raises(build.BuildError, match=message):
        build.read_source(path)


def test_two_cells_with_one_id_are_refused(course):
    twice = EXERCISE + '\n# %% tags=["check"]\ncheck_midpoint(midpoint)\n'
    with pytest.raises(build.BuildError, match="two cells would have the id 00-check_midpoint"):
        build.read_source(course.write("exercises", twice))


def test_our_stubs_are_those_of_nbgrader():
    clearsolutions = pytest.importorskip(
        "nbgrader.preprocessors.clearsolutions", reason="nbgrader is not installed"
    )
    from nbgrader.nbgraderformat import reads

    clear = clearsolutions.ClearSolutions(code_stub={"python": build.STUB})
    paths = sorted((ROOT / "solutions").glob("*.ipynb"))
    assert paths
    for path in paths:
        solution = reads(path.read_text(encoding="utf-8"), as_version=4)  # validates the metadata
        cleared, _ = clear.preprocess(solution, {})
        ours = build.as_exercise(nbformat.read(path, as_version=4))
        assert [cell.source for cell in cleared.cells] == [cell.source for cell in ours.cells]


# Building


def test_an_exercise_is_built_as_solution_and_blank_with_the_output_to_reach_said(course):
    course.write("exercises", EXERCISE)
    assert build.main([]) == 0
    solution, exercise = (
        nbformat.read(course.stored(folder), as_version=4) for folder in ("solutions", "exercises")
    )
    assert "### BEGIN SOLUTION" in solution.cells[3].source
    assert build.STUB in exercise.cells[3].source and "SOLUTION" not in exercise.cells[3].source
    check = "check_midpoint(midpoint)\n# The output to reach: midpoint: 4 of 4 checks pass"
    assert exercise.cells[4].source == solution.cells[4].source == check
    assert solution.cells[4].outputs[0].text == "midpoint: 4 of 4 checks pass\n"
    assert [cell.outputs for cell in exercise.cells if cell.cell_type == "code"] == [[], [], []]


def test_no_cell_is_shipped_as_one_that_was_run(course):
    course.write("lessons", LESSON)
    assert build.main([]) == 0
    *_, last = nbformat.read(course.stored("notebooks"), as_version=4).cells
    stream, result = last.outputs
    assert (last.execution_count, stream.output_type) == (0, "stream")
    assert result.output_type == "execute_result" and result.execution_count is None


def test_a_solution_that_fails_its_check_fails_the_build(course, capsys):
    course.write("exercises", EXERCISE.replace("(a + b) / 2", "a + b / 2"))
    assert build.main([]) == 1
    said = capsys.readouterr().out
    assert (
        "the cell 00-check_midpoint raised CheckFailed" in said
        and "put brackets around the sum" in said
    )
    assert not course.stored("solutions").exists()


ASKS_FOR_ITSELF = LESSON.replace(
    "import math\n",
    """import math
import os
from pathlib import Path
from autograd_lesson.learner import progress
progress.the_course = lambda: progress.Course(Path(os.environ["COURSE"]))
""",
).replace("print(math.pi)", "print(progress.progress(lesson=0))")


def test_a_new_lesson_that_asks_where_its_learner_is_is_built_in_one_step(course, monkeypatch):
    monkeypatch.setenv("COURSE", str(course.root))
    course.write("lessons", ASKS_FOR_ITSELF)
    course.write("exercises", EXERCISE)
    assert build.main(["--jobs", "1"]) == 0
    stored = course.stored("notebooks").read_bytes()
    assert b"Lesson 0, Sums. Nothing is noted yet." in stored
    assert build.main([]) == 0 and course.stored("notebooks").read_bytes() == stored


def test_a_new_lesson_that_fails_leaves_no_notebook(course, monkeypatch, capsys):
    monkeypatch.setenv("COURSE", str(course.root))
    course.write("lessons", ASKS_FOR_ITSELF.replace("lesson=0", "lesson=77"))
    assert build.main([]) == 1
    assert "there is no lesson 77; choose one of 0" in capsys.readouterr().out
    assert not course.stored("notebooks").exists()
    assert build.main(["--check"]) == 1
    assert not course.stored("notebooks").exists()


def test_two_builds_are_byte_identical_and_name_no_machine(course):
    course.write("exercises", EXERCISE)
    course.write("lessons", LESSON)
    texts = []
    for _ in range(2):
        assert build.main([]) == 0
        texts.append([course.stored(folder).read_bytes() for folder in build.FOLDERS])
    assert texts[0] == texts[1]
    for text in texts[0]:
        assert b"/home" not in text
        assert b"timestamp" not in text and b"iopub" not in text


def test_a_learners_answers_are_never_written_over(course, capsys):
    course.write("exercises", EXERCISE)
    assert build.main([]) == 0

    def answer(cells, notebook):
        cells["00-midpoint"].source = "def midpoint(a, b):\n    return a"

    edit(course.stored("exercises"), answer)
    assert build.main([]) == 1
    assert "exercises/00_start_here.ipynb holds answers" in capsys.readouterr().out
    assert "return a" in course.stored("exercises").read_text()


LAST = '# %%\nprint(math.pi)\n{0, "text"}\n'


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("# %%\n1 / 0\n", "the cell 00-002 raised ZeroDivisionError"),
        ("# %%\nimport sys\nprint('no', file=sys.stderr)\n", "00-002 wrote to stderr:\nno"),
        ("# %%\nimport warnings\nwarnings.warn('old')\n", "00-002 wrote to stderr"),
        ("# %%\nobject()\n", "differs on each machine: 'at 0x"),
        ("# %%\nimport tempfile\ntempfile.mkdtemp()\n", "differs on each machine: "),
        ('# %% tags=["raises-exception"]\n1\n', "tagged raises-exception and raised none"),
        ("# %%\nimport os\nos._exit(1)\n", "the kernel died"),
    ],
)
def test_a_cell_that_must_not_be_stored_fails_the_build_by_name(course, capsys, cell, message):
    course.write("lessons", LESSON.replace(LAST, cell))
    assert build.main([]) == 1
    assert message in capsys.readouterr().out
    assert not course.stored("notebooks").exists()


def test_a_cell_without_an_end_fails_the_build(course, capsys, monkeypatch):
    monkeypatch.setattr(build, "CELL_SECONDS", 1)
    course.write("lessons", LESSON.replace(LAST, "# %%\nwhile True:\n    pass\n"))
    assert build.main([]) == 1
    assert "ran longer than 1 s" in capsys.readouterr().out


def test_an_exception_on_purpose_keeps_its_last_line_only(course):
    course.write("lessons", LESSON.replace(LAST, '# %% tags=["raises-exception"]\n1 / 0\n'))
    assert build.main([]) == 0
    cell = nbformat.read(course.stored("notebooks"), as_version=4).cells[2]
    assert cell.outputs[0].traceback == ["ZeroDivisionError: division by zero"]


def test_a_notebook_that_is_too_large_is_refused(course, capsys):
    course.write("lessons", LESSON.replace(LAST, "# %%\nprint('many words\\n' * 30_000)\n"))
    assert build.main([]) == 1
    assert "at most 300,000 are allowed" in capsys.readouterr().out


def test_an_unknown_number_is_named(course, capsys):
    course.write("lessons", LESSON)
    assert build.main(["00", "77"]) == 1
    assert "no source begins with 77" in capsys.readouterr().out


def test_the_kernel_sees_no_settings_of_whoever_builds(tmp_path):
    environment = build.kernel_environment(str(tmp_path))
    assert environment["IPYTHONDIR"] == str(tmp_path)
    assert environment["PYTHONHASHSEED"] == "0"
    assert environment["PATH"] == os.environ["PATH"]


# Checking


EXECUTED: dict[str, nbformat.NotebookNode] = {}


@pytest.fixture
def built(course, capsys, monkeypatch):
    """A course with a lesson and an exercise, built; `check(...)` gives what `--check` reports.

    Each notebook is executed once for all of these tests: they ask what is compared, not with what.
    """
    run = build.executed

    def executed_once(notebook, name):
        key = nbformat.writes(notebook)
        if key not in EXECUTED:
            EXECUTED[key] = run(notebook, name)
        return copy.deepcopy(EXECUTED[key])

    monkeypatch.setattr(build, "executed", executed_once)
    course.write("exercises", EXERCISE)
    course.write("lessons", LESSON)
    assert build.main([]) == 0

    def check(*options: str) -> list[str]:
        capsys.readouterr()
        status = build.main(["--check", *options])
        lines = [line for line in capsys.readouterr().out.splitlines() if ".ipynb: " in line]
        assert status == (1 if lines else 0)
        return lines

    return SimpleNamespace(check=check, **vars(course))


def test_nothing_has_drifted_right_after_a_build(built):
    assert built.check() == built.check("--pristine") == []


def test_what_was_found_right_is_not_run_again_until_something_changes(built, monkeypatch):
    runs = []
    run = build.executed
    monkeypatch.setattr(build, "executed", lambda nb, name: runs.append(name) or run(nb, name))

    def ran(*options: str) -> list[str]:
        runs.clear()
        built.check("--pristine", *options)
        return sorted(runs)

    both = ["exercises/00_start_here", "lessons/00_start_here"]
    assert ran() == both
    assert ran() == []
    assert ran("--all") == both
    edit(built.stored("solutions"), change("00-check_midpoint", "outputs", []))
    assert ran() == ran() == ["exercises/00_start_here"], "what has drifted is told every time"
    (built.root / ".cache" / "check-pristine.json").write_text("{")
    assert ran() == both


def test_a_changed_module_changed_package_or_changed_script_is_noticed(tmp_path, monkeypatch):
    files = {
        name: tmp_path / name
        for name in ("source/a.py", "notebooks/a.ipynb", "autograd_lesson/ops.py")
    }
    script = tmp_path / "autograd_lesson" / "player.js"
    for file in (*files.values(), script):
        file.parent.mkdir(exist_ok=True)
        file.write_text("1")
    source, stored, module = files.values()

    def is_known() -> bool:
        again = remembered.Remembered(tmp_path / ".cache" / "check.json", tmp_path)
        return again.is_as_it_was(source, [stored])

    memory = remembered.Remembered(tmp_path / ".cache" / "check.json", tmp_path)
    memory.remember(source, [stored], [str(module), "None", "/elsewhere/numpy.py"])
    memory.write()
    assert is_known()
    for file in (*files.values(), script):
        file.write_text("2")
        assert not is_known(), file
        file.write_text("1")
    assert is_known()
    monkeypatch.setattr(remembered, "machine", lambda: "another Python")
    assert not is_known()


def test_a_learners_work_is_looked_past_unless_pristine(built):
    def work(cells, notebook):
        cells["00-midpoint"].source = "def midpoint(a, b):\n    return 0.5 * (a + b)"
        cells["00-notes-e0-1-the-middle"].source += "\n\nBecause there are two."
        cells["00-check_midpoint"].outputs = []
        notebook.cells.insert(2, nbformat.v4.new_code_cell("1 + 1"))
        notebook.metadata.language_info.version = "3.12.1"

    edit(built.stored("exercises"), work)
    assert built.check() == []
    assert any("the cells differ" in line for line in built.check("--pristine"))


def change(cell_id: str, key: str, value):
    """A change of one thing in one cell."""

    def apply(cells, notebook):
        cells[cell_id][key] = value

    return apply


@pytest.mark.parametrize(
    ("folder", "edited", "reported"),
    [
        (
            "exercises",
            change("00-check_midpoint", "source", "pass"),
            "source of the cell 00-check_m",
        ),
        ("exercises", change("00-001", "source", "import math"), "source of the cell 00-001"),
        ("notebooks", change("00-000", "source", "# 0. Products"), "source of the cell 00-000"),
        ("solutions", change("00-midpoint", "source", "pass"), "source of the cell 00-midpoint"),
        ("solutions", change("00-check_midpoint", "outputs", []), "outputs of the cell 00-check_m"),
        ("exercises", lambda cells, notebook: notebook.cells.pop(2), "cells are missing (00-002)"),
        ("exercises", lambda cells, notebook: notebook.cells.reverse(), "in another order"),
    ],
)
def test_drift_of_what_is_not_the_learners_is_reported(built, folder, edited, reported):
    edit(built.stored(folder), edited)
    assert [line for line in built.check() if reported in line]


@pytest.mark.parametrize(
    ("edited", "reported"),
    [
        (change("00-002", "outputs", []), "outputs of the cell 00-002"),
        (change("00-002", "execution_count", 7), "execution_count of the cell 00-002"),
        (change("00-002", "metadata", {"tags": ["x"]}), "metadata of the cell 00-002"),
        (lambda cells, notebook: notebook.metadata.update(author="me"), "metadata of the notebook"),
    ],
)
def test_pristine_sees_outputs_counts_and_metadata(built, edited, reported):
    edit(built.stored("notebooks"), edited)
    assert [line for line in built.check("--pristine") if reported in line]


def test_a_notebook_that_is_missing_broken_or_without_a_source_is_reported(built):
    built.stored("notebooks").unlink()
    built.stored("exercises").write_text("<<<<<<< HEAD\n")
    (built.root / "solutions" / "09_other.ipynb").write_text("{}")
    assert built.check() == [
        "notebooks/00_start_here.ipynb: is not built",
        "exercises/00_start_here.ipynb: is no notebook that can be read",
        "solutions/09_other.ipynb: has no source",
    ]


def test_a_picture_is_compared_by_being_there_and_its_words_as_words():
    def outputs(svg: str, words: str) -> nbformat.NotebookNode:
        html = f'<img alt="{words}" src="data:image/svg+xml,{svg}">'
        data = {"image/svg+xml": svg, "text/plain": words, "text/html": html}
        cell = nbformat.v4.new_code_cell("draw()")
        cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
        return cell

    drawn = build.comparable(outputs("<svg>1</svg>", "a feeds b"))
    assert drawn == build.comparable(outputs("<svg>2</svg>", "a feeds b"))
    assert drawn != build.comparable(outputs("<svg>1</svg>", "b feeds a"))


def test_a_cell_whose_output_depends_on_the_machine_is_compared_by_kind():
    cells = []
    for text in ("NumPy 2.4", "NumPy 2.5"):
        cell = nbformat.v4.new_code_cell("doctor()", metadata={"tags": ["nbval-ignore-output"]})
        cell.outputs = [nbformat.v4.new_output("stream", text=text)]
        cells.append(cell)
    assert build.comparable(cells[0]) == build.comparable(cells[1]) != []


def test_the_builder_runs_from_the_command_line():
    specification = importlib.util.spec_from_file_location("command", ROOT / "source" / "build.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with pytest.raises(SystemExit) as left:
        module.main(["--help"])
    assert left.value.code == 0


def test_of_an_error_its_last_line_is_kept_whatever_python_writes_above_it():
    frames = ["Traceback (most recent call last):", "  File /opt/lib/run.py:3 in run", "  File <x>"]
    error = nbformat.v4.new_output("error", ename="ParseError", evalue="line 1", traceback=frames)
    assert build.last_words(error) == ["ParseError: line 1"]
    own = nbformat.v4.new_output(
        "error", ename="E", evalue="x", traceback=["  tried  3", "  got 4"]
    )
    assert build.last_words(own) == ["  tried  3", "  got 4"]
