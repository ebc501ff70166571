"""Answers in every form that a notebook runs: taken, or refused for the reason that is true."""

import subprocess
import sys
from threading import Thread

import nbformat
import pytest

from autograd_lesson import mine
from autograd_lesson.mine.assembling import assemble
from autograd_lesson.mine.parts import asked_for
from autograd_lesson.mine.reached import reached
from autograd_lesson.mine.statements import read
from autograd_lesson.mine.stored import alone
from tests.test_mine import (
    ROOT,
    changed,
    course,
    files,
    notebook_in,
    passing,
    report_of,
    source_of,
    told,
)

__all__ = ["course"]  # a fixture
pytestmark = pytest.mark.slow

RELU = """def relu(x):
    y = max(x.data, 0.0)
    return Value(y, op="relu", operands=(x,), partials=(float(x.data > 0),))"""
ZEROS = RELU.replace("0.0)", "ZERO)")  # it leans on another cell
FORMS = {
    "annotations that nothing defines": (
        "from __future__ import annotations\n\n"
        "class Note:\n    x: Float\n    def twin(self) -> Note: ...\n\n"
        + RELU.replace("relu(x)", "relu(x: Scalar, note: Note = Note()) -> Scalar"),
        [],
    ),
    "a count of calls": (
        "CALLS = 0\n" + RELU.replace(":\n", ":\n    global CALLS\n    CALLS += 1\n"),
        [],
    ),
    "a count that another function sets back": (
        RELU.replace(":\n", ":\n    global CALLS\n    CALLS += 1\n"),
        ["CALLS = 0", "def anew():\n    global CALLS\n    CALLS = lost"],
    ),
    "statements side by side": (ZEROS, ["ZERO = 0.0; seen = lost(3); print('loud')"]),
    "shell and magics": (
        "names = !ls\nspent = %time 3\nif True:\n    %time 3\n!ls \\\n -a\n" + RELU,
        [],
    ),
    "a text with the signs of magics": (
        "!ls\n" + RELU.replace(":\n", ':\n    """Is x above?\n\n    % of all\n    """\n'),
        [],
    ),
    "an answer that is timed": (
        "%time relu = lambda x: step(x)\n",
        [RELU.replace("relu(", "step(")],
    ),
    "a cell that is timed": ("%%time\n" + RELU, []),
    "a cell of another language": (ZEROS, ["ZERO = 0.0", "%%script true\nZERO = 5.0"]),
    "waiting": (ZEROS, ["import asyncio\nawait asyncio.sleep(0)", "ZERO = 0.0"]),
    "stars": (
        "from autograd_lesson import *\nfrom math import *\n" + RELU.replace("0.0)", "fabs(0.0))"),
        [],
    ),
    "letters, tabs and ends of lines": (
        "Δ = 0.0\r\n" + RELU.replace("    ", "\t").replace("0.0)", "Δ)").replace("\n", "\r\n"),
        [],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_cell_may_be_written_in_any_way_that_a_notebook_runs(course, form):
    source, before = FORMS[form]
    changed(course, "06", "06-relu", source, before)
    assemble(course, passing())
    assert report_of(course).borrowed == [], report_of(course).told
    path = course / "my_engine" / "e06_more_functions.py"
    assert "loud" not in path.read_text(encoding="utf-8")
    engine = mine.engine_in(course)
    value = engine.Value(2.0)
    assert [type(value.relu()), value.relu().partials] == [engine.Value, (1.0,)]
    assert sys.modules["my_engine.e06_more_functions"].Value is engine.Value


@pytest.mark.parametrize(
    ("others", "source"),
    [
        (["ZERO = 1.0", "ZERO -= 1.0"], ZEROS),
        (["(ZERO := 0.0)"], ZEROS),
        (["def top(a): return max(a, 0.0)"], RELU.replace("max(x.data, 0.0)", "top(x.data)")),
        (["class top:\n    zero = 0.0\n    all = [zero]"], RELU.replace("0.0)", "top.zero)")),
    ],
)
def test_all_that_an_answer_reads_is_found_and_nothing_else(tmp_path, others, source):
    wanted = ["from autograd_lesson import Value", *others, source]
    cells = [nbformat.v4.new_code_cell(each) for each in (*wanted, "lost = nothing")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "06.ipynb")
    found, _ = read(tmp_path / "06.ipynb").leans_on("relu")
    assert [each.source for each in found] == wanted


def test_an_answer_may_ask_the_engine_itself_for_its_values():
    assert list(asked_for([("my_engine", "Value", "Value")], 6, ["Value"])) == [
        (".values", "Value")
    ]


def test_what_cells_show_and_save_does_not_come_along_with_a_module(course):
    changed(course, "12", "12-sum_of", None, ["np.savetxt('leak.csv', np.arange(3.0))\nnp.lost()"])
    assemble(course, passing())
    assert report_of(course).borrowed == []
    text = (course / "my_engine" / "e12_broadcasting_and_reductions.py").read_text()
    assert "leak" not in text and "lost" not in text


def test_the_first_exercise_that_does_not_fit_is_named_and_what_leans_on_it_is_not(course):
    source = source_of(course, "04", "04-LocalRules")
    equal = "    def __eq__(self, other):\n        return self is other\n\n    def __add__"
    changed(course, "04", "04-LocalRules", source.replace("    def __add__", equal, 1))
    assemble(course, passing())
    assert report_of(course).borrowed == ["04 LocalRules"], report_of(course).told
    assert "unhashable" in told(course, "04 LocalRules")


def test_two_classes_that_cannot_be_joined_cost_the_later_one_alone(course):
    slots = '    __slots__ = ("data", "grad", "label", "op", "operands", "partials")\n'
    for exercise in ("03", "04"):
        path = notebook_in(course, exercise)
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.source = cell.source.replace("class Recorded:\n", f"class Recorded:\n{slots}")
        nbformat.write(notebook, path)
    assemble(course, passing())
    assert report_of(course).borrowed == ["04 LocalRules"], report_of(course).told
    assert "multiple bases have instance lay-out conflict" in told(course, "04 LocalRules")


@pytest.mark.parametrize("form", ["import autograd_lesson as a", "inside"])
def test_what_an_answer_takes_past_the_engine_is_said(course, form):
    inside = RELU.replace(":\n", ":\n    from autograd_lesson import Value\n", 1)
    source = inside if form == "inside" else f"{form}\n" + RELU.replace("Value(", "a.Value(")
    changed(course, "06", "06-relu", source)
    assemble(course, passing())
    assert report_of(course).borrowed == []
    assert "it takes `Value` from the package, and not from your engine" in told(course, "06 relu")
    assert "it takes" not in told(course, "06 tanh")


def test_a_milestone_names_an_answer_that_is_a_lambda(course):
    source = source_of(course, "06", "06-tanh").replace("def tanh(x)", "def curve(x)")
    changed(course, "06", "06-tanh", source + "\n\ntanh = lambda x: curve(x)")
    assemble(course, {"06": ["tanh"]})
    found = reached(9, mine.engine_in(course))
    assert found.own == ["06 tanh"] and "06 tanh" not in found.borrowed


def test_one_that_comes_while_another_is_at_it_waits(course):
    second = Thread(target=assemble, args=(course, {"06": ["relu"]}))
    with alone(course):
        second.start()
        second.join(0.2)
        assert second.is_alive() and not (course / "my_engine").exists()
    second.join(60.0)
    assert report_of(course).own == ["06 relu"]


def test_two_at_once_leave_one_whole_engine(course):
    code = (
        "import pathlib, sys; from autograd_lesson.mine.assembling import assemble; "
        f"assemble(pathlib.Path(sys.argv[1]), {passing()})"
    )
    command = [sys.executable, "-c", code, str(course)]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    first = files(course / "my_engine")
    assemble(course, passing())
    assert files(course / "my_engine") == first and not any(".new" in name for name in first)


def test_a_recursive_walk_is_taken_and_what_it_cannot_do_is_said(course):
    source = """def topological_order(root):
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for operand in value.operands:
                visit(operand)
            order.append(value)

    visit(root)
    return order"""
    assemble(course, passing("05"))
    deep = "go back twice over the same graph, and 50,000 results deep"
    assert deep in report_of(course).can
    changed(course, "05", "05-topological_order", source)
    assemble(course, passing("05"))
    assert "05 topological_order" in report_of(course).own and deep not in report_of(course).can
    assert "it ends in a RecursionError" in told(course, "05 topological_order")


def test_an_answer_that_passes_and_cannot_be_taken_any_more_is_not_said_to_fail(course):
    assemble(course, passing("06"))
    source = source_of(course, "06", "06-relu").replace("x.data <= 0", "x.data <= nowhere")
    changed(course, "06", "06-relu", source)
    assemble(course, passing("06"))
    assert report_of(course).kept == ["06 relu"]
    assert "needs `nowhere`" in told(course, "06 relu") and "last taken" in told(course, "06 relu")
    assert "no longer passes" not in told(course, "06 relu")


def test_where_nothing_is_of_ones_own_the_report_says_where_to_begin(course):
    assemble(course, {})
    said = repr(report_of(course))
    assert "none of its 52 parts is your own yet" in said and "0 lines" not in said
    assert "answers in `exercises/`" in said.replace("\n", " ")
