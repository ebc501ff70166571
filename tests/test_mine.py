"""An engine put together from the answers that pass: it is theirs, it runs, and nothing is lost."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell

import autograd_lesson
import autograd_lesson.functional
from autograd_lesson import mine
from autograd_lesson.data import xor
from autograd_lesson.gradcheck import check_gradient
from autograd_lesson.learner import log
from autograd_lesson.mine import fitting, pattern, trying
from autograd_lesson.mine.assembling import assemble
from autograd_lesson.mine.milestones import MILESTONES
from autograd_lesson.mine.parts import every_part
from autograd_lesson.mine.reached import listed, reached
from autograd_lesson.mine.reporting import ABILITIES, Report
from autograd_lesson.mine.stored import assembled
from autograd_lesson.pictures import draw
from autograd_lesson.widgets import step_through, training_scrubber
from autograd_lesson.widgets.charts.training_film import film
from classroom.__main__ import main

ROOT = Path(__file__).parents[1]
EXERCISES = sorted({part.exercise for part in every_part()})


def passing(last="99"):
    """The names of all answers up to an exercise."""
    found = {}
    for part in every_part():
        if part.exercise <= last:
            found.setdefault(part.exercise, set()).add(part.name)
    return found


def notebook_in(course, exercise):
    return next((course / "exercises").glob(f"{exercise}_*.ipynb"))


def changed(course, exercise, cell_id, source, before=()):
    """Write another source into a cell of an exercise, and cells in front of it."""
    path = notebook_in(course, exercise)
    notebook = nbformat.read(path, as_version=4)
    place = next(k for k, cell in enumerate(notebook.cells) if cell.id == cell_id)
    if source is not None:
        notebook.cells[place].source = source
    notebook.cells[place:place] = [new_code_cell(each) for each in before]
    nbformat.write(notebook, path)


def source_of(course, exercise, cell_id):
    cells = nbformat.read(notebook_in(course, exercise), as_version=4).cells
    return next(cell.source for cell in cells if cell.id == cell_id)


def filled(folder):
    """A course in which every exercise that the engine is made of is answered rightly."""
    for name in ("exercises", "solutions"):
        (folder / name).mkdir(parents=True)
        for exercise in EXERCISES:
            for path in (ROOT / "solutions").glob(f"{exercise}_*.ipynb"):
                shutil.copy(path, folder / name)
    return folder


@pytest.fixture
def course(tmp_path):
    return filled(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A course with the engine of all right answers."""
    course = filled(tmp_path_factory.mktemp("whole"))
    assemble(course, passing())
    return course


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def report_of(course):
    return Report(assembled(course / "my_engine"))


def told(course, name):
    return " ".join(report_of(course).told.get(name, []))


# All of it, a part of it, and nothing.


def test_with_every_answer_right_nothing_is_borrowed(whole):
    report = report_of(whole)
    assert report.borrowed == [] and report.kept == []
    assert report.own == [str(part) for part in every_part()]
    assert not (whole / "my_engine" / "borrowed").exists()
    assert report.can == [each.words for each in ABILITIES]
    assert "Nothing is borrowed." in repr(report)


@pytest.mark.slow
@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda each: str(each.lesson))
def test_every_milestone_is_reached_on_ones_own_code_alone(whole, milestone):
    found = reached(milestone.lesson, mine.engine_in(whole))
    assert found.is_reached and found.borrowed == [] and len(found.own) >= 10
    yours, package = (run.losses for run in found.runs.values())
    assert np.allclose(yours, package, rtol=1e-3)
    assert np.allclose(found.curves()["yours"], found.torch, rtol=1e-2)
    assert "reached." in repr(found) and "of your own" in repr(found)
    assert "svg" in found._repr_mimebundle_()["text/html"]


@pytest.mark.slow
@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda each: str(each.lesson))
def test_stored_losses_are_what_pytorch_finds(milestone):
    torch = pytest.importorskip("torch")
    network = milestone.network(pattern)
    start = [torch.tensor(np.array(p.data), requires_grad=True) for p in network.parameters()]
    losses = milestone.in_torch(torch, start, range(milestone.steps))
    from autograd_lesson.mine.milestones import evenly
    from autograd_lesson.mine.torch_stored import LOSSES

    found = [losses[step] for step in evenly(milestone.steps)]
    assert np.allclose(found, LOSSES[milestone.lesson], rtol=2e-2)


@pytest.mark.slow
def test_filled_to_lesson_6_the_numbers_are_ones_own_and_the_rest_is_borrowed(course):
    assemble(course, passing("06"))
    report = report_of(course)
    assert {name[:2] for name in report.own} == {"03", "04", "05", "06"}
    assert {name[:2] for name in report.borrowed} == set(EXERCISES) - {"03", "04", "05", "06"}
    found = reached(9, mine.engine_in(course))
    assert found.is_reached
    assert {"04 LocalRules", "05 backward", "06 tanh"} <= set(found.own)
    assert found.borrowed == ["09 Layer", "09 MLP", "09 Neuron", "09 train"]
    assert "Borrowed from the course: 09 Layer" in repr(found)


@pytest.mark.slow
def test_what_is_borrowed_becomes_less_with_every_exercise(course):
    counts, files_lent = [], []
    for exercise in ("", *EXERCISES[1::3], EXERCISES[-1]):
        assemble(course, passing(exercise))
        counts.append(len(report_of(course).borrowed))
        files_lent.append(len(list((course / "my_engine" / "borrowed").glob("e*.py"))))
    assert counts[0] == len(every_part()) and counts[-1] == 0
    assert counts == sorted(set(counts), reverse=True)
    assert files_lent[0] == len(EXERCISES) and files_lent[-1] == 0


@pytest.mark.slow
def test_where_nobody_learns_all_is_borrowed_and_nothing_is_read(monkeypatch, course):
    assemble(course, passing())
    monkeypatch.setenv(log.WHERE, "off")
    assert mine.engine() is pattern and not mine.report().is_there
    assert f"all {len(every_part())} parts are borrowed" in repr(mine.report())
    assert repr(mine.assemble()) == repr(mine.report())
    monkeypatch.setenv(log.WHERE, str(course / "progress.jsonl"))
    assert mine.engine().__name__ == "my_engine" and mine.report().borrowed == []


@pytest.mark.parametrize("name", trying.TRIED)
def test_every_part_is_tried_and_its_own_code_runs(whole, name):
    engine, codes = mine.engine_in(whole), set()
    sys.setprofile(lambda frame, event, argument: codes.add(frame.f_code))
    try:
        trying.TRIED[name](engine)
    finally:
        sys.setprofile(None)
    assert name in listed(codes, Path(engine.__file__).parent, is_lent=False)


def test_no_part_goes_untried():
    apart = {*trying.TRIED} ^ {str(part) for part in every_part()}
    assert not apart, f"in TRIED of mine/trying.py or in a file of mine/pattern/ alone: {apart}"


SPOILT = {
    "04_local_rules": ("(other.data, self.data)", "(other.data, other.data)", 9),
    "05_order_and_accumulation": ("gradient.get(operand, 0.0) + ", "", 9),
    "06_more_functions": ("partials=(1 - y * y,)", "partials=(1.0,)", 9),
    "09_a_network_that_learns": ("-= rate *", "+= rate *", 9),
    "11_from_scalars_to_arrays": ("(self, 1 - y**2)", "(self, 1 + y**2)", 13),
    "12_broadcasting_and_reductions": ("g.sum(axis=new)", "g.max(axis=new)", 13),
    "13_matrix_multiplication": (
        "rows.swapaxes(-1, -2) @ full",
        "-rows.swapaxes(-1, -2) @ full",
        13,
    ),
    "14_moving_data": ("np.argsort(axes)", "axes[::-1]", 25),
    "15_softmax_and_cross_entropy": ("p[rows, labels] -= 1", "p[rows, labels] -= 0.5", 18),
    "16_layer_normalisation": ("dx = (g - mean", "dx = -(g - mean", 25),
    "25_a_transformer": ("np.tril(np.ones", "(np.ones", 25),
    "18_making_it_train": ("self.t += 1", "self.t += 3", 18),
}


@pytest.mark.slow
@pytest.mark.parametrize("stem", SPOILT)
def test_a_milestone_runs_on_the_learners_code_and_goes_wrong_with_it(whole, tmp_path, stem):
    right, wrong, lesson = SPOILT[stem]
    shutil.copytree(whole / "my_engine", tmp_path / "my_engine")
    path = tmp_path / "my_engine" / f"e{stem}.py"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong))
    found = reached(lesson, mine.engine_in(tmp_path))
    if not found.trouble:
        yours, package = (run.losses for run in found.runs.values())
        assert not np.allclose(yours, package, rtol=1e-3)
        assert "less than" not in found.difference()


@pytest.mark.slow
def test_without_pytorch_the_stored_losses_give_the_same_words(monkeypatch):
    pytest.importorskip("torch")
    with_torch = repr(reached(9, pattern))
    monkeypatch.setitem(sys.modules, "torch", None)
    assert repr(reached(9, pattern)) == with_torch
    assert "all borrowed" in with_torch and "of your own" not in with_torch


def test_stored_losses_are_not_given_out_for_another_start(monkeypatch, whole, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    shutil.copytree(whole / "my_engine", tmp_path / "my_engine")
    path = tmp_path / "my_engine" / "e09_a_network_that_learns.py"
    path.write_text(path.read_text().replace("n_inputs**-0.5", "0.3"))
    assert "PyTorch, from the course's start" in repr(reached(9, mine.engine_in(tmp_path)))


def test_a_milestone_that_breaks_off_says_where(whole, tmp_path):
    shutil.copytree(whole / "my_engine", tmp_path / "my_engine")
    path = tmp_path / "my_engine" / "e05_order_and_accumulation.py"
    path.write_text(path.read_text().replace("gradient = {root: 1.0}", "gradient = {root: lost}"))
    found = reached(9, mine.engine_in(tmp_path))
    assert not found.is_reached
    assert "NameError: name 'lost' is not defined at `gradient = {root: lost}`" in found.trouble
    assert "start.py mine" in repr(found)


# The tools take it in place of the package.


def test_drawings_the_stepper_and_gradient_checks_take_it_by_one_word(whole):
    engine = mine.engine_in(whole)
    x = engine.Value(2.0, "x")
    y = (x * x + x.tanh()).named("y")
    y.backward()
    assert "x = 2, grad 4.071" in repr(draw(y))
    assert "step 0 of 6" in repr(step_through(y))
    t = engine.Tensor([[1.0, 2.0], [3.0, 4.0]], "t")
    z = (t @ t).softmax().sum()
    assert "v1 = t @ t" in repr(draw(z)) and "step 0 of 5" in repr(step_through(z))
    assert check_gradient(lambda x, y: (x * y).tanh() / y, 1.5, -2.0, engine=engine) < 1e-6
    a, b = np.eye(3)[:2] + 0.1, np.eye(3, 4) * 0.5 + 0.3
    assert check_gradient(lambda x, y: (x @ y).softmax(), a, b, engine=engine) < 1e-6


def test_a_gradient_check_of_ones_own_engine_finds_its_fault(whole, tmp_path):
    shutil.copytree(whole / "my_engine", tmp_path / "my_engine")
    path = tmp_path / "my_engine" / "e04_local_rules.py"
    path.write_text(path.read_text().replace("(1.0, -1.0)", "(1.0, 1.0)"))
    with pytest.raises(AssertionError, match="measured slope"):
        check_gradient(lambda x, y: x - y, 1.5, -2.0, engine=mine.engine_in(tmp_path))


def test_the_training_scrubber_films_it(whole):
    engine = mine.engine_in(whole)
    inputs, targets = xor()
    network = engine.nn.MLP(2, [4, 1], rng=0)

    def step():
        pairs = zip(inputs, targets, strict=True)
        loss = engine.total([(network(x) - target) ** 2 for x, target in pairs])
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= 0.1 * parameter.grad
        return loss

    found = film(network, inputs, targets, step, steps=20, moments=4)
    assert found.losses[-1] < found.losses[0]
    assert "step 3 of 3" in repr(training_scrubber(found))


def test_the_classes_of_lesson_25_as_they_stand_there_run_on_it(whole, tmp_path):
    engine = mine.engine_in(whole)
    text = (ROOT / "source" / "lessons" / "25_a_transformer.py").read_text(encoding="utf-8")
    names = {"np": np, "nn": engine.nn, "where": engine.where, "concat": engine.concat}
    cells = [cell.partition("\n")[2] for cell in text.split("\n# %%")]
    for begins in ("def attention", *(f"class {n}" for n in ("Head(", "Heads", "Block", "Trans"))):
        exec(next(cell for cell in cells if cell.startswith(begins)), names)
    make = lambda: names["Transformer"](11, 10, 16, 2, 2, np.random.default_rng(0))  # noqa: E731
    network = make().to(np.float32)
    tokens = np.arange(20).reshape(2, 10) % 11
    loss = engine.functional.cross_entropy(network(tokens).swapaxes(1, 2), tokens)
    loss.backward()
    assert all(p.grad is not None and p.grad.dtype == np.float32 for p in network.parameters())
    network.save(tmp_path / "network.npz")
    twin = make().to(np.float32).load(tmp_path / "network.npz")
    assert np.array_equal(twin(tokens).data, network(tokens).data)
    (tmp_path / "network.npz").write_bytes(b"PK and so on")
    with pytest.raises(ValueError, match="no whole .npz file"):
        twin.load(tmp_path / "network.npz")


# How it is put together.


@pytest.mark.slow
def test_the_code_stands_there_as_it_was_written_under_the_exercise_it_is_from(course):
    source = source_of(course, "06", "06-relu") + "\n    # my own remark"
    changed(course, "06", "06-relu", source)
    assemble(course, passing())
    text = (course / "my_engine" / "e06_more_functions.py").read_text()
    assert f"# --- E6.1: relu ---\n{source}\n" in text
    assert "exercises/06_more_functions.ipynb" in text.splitlines()[0]
    assert "from .values import Value" in text and "from autograd_lesson import" not in text


@pytest.mark.slow
def test_putting_it_together_twice_gives_the_same_bytes_in_any_process(course):
    assemble(course, passing())
    first = files(course / "my_engine")
    assemble(course, passing())
    assert files(course / "my_engine") == first
    shutil.rmtree(course / "my_engine")
    code = """
import sys
from pathlib import Path
from autograd_lesson.mine.assembling import assemble
from autograd_lesson.mine.parts import every_part
passing = {}
for part in every_part():
    passing.setdefault(part.exercise, set()).add(part.name)
assemble(Path(sys.argv[1]), passing)
"""
    subprocess.run([sys.executable, "-c", code, str(course)], check=True, cwd=ROOT)
    assert files(course / "my_engine") == first


@pytest.mark.slow
def test_a_part_that_no_longer_passes_is_named_and_stays_as_it_was(course):
    assemble(course, passing())
    right = source_of(course, "06", "06-tanh")
    changed(course, "06", "06-tanh", "def tanh(x):\n    return None")
    less = passing()
    less["06"].remove("tanh")
    assemble(course, less)
    report = report_of(course)
    assert report.kept == ["06 tanh"] and report.borrowed == []
    assert "no longer passes" in told(course, "06 tanh")
    assert "Yours, as they last passed:\n  06  tanh" in repr(report)
    assert mine.engine_in(course).Value(0.5).tanh().data == np.tanh(0.5)
    assert "math.tanh" in (course / "my_engine" / "kept_e06_tanh.py").read_text()
    changed(course, "06", "06-tanh", right)
    assemble(course, passing())
    assert report_of(course).kept == []
    assert not (course / "my_engine" / "kept_e06_tanh.py").exists()


@pytest.mark.slow
def test_a_syntax_error_costs_the_part_that_has_it_alone(course):
    changed(course, "06", "06-tanh", "def tanh(x:\n    return")
    less = passing()
    less["06"].remove("tanh")  # as its check has said
    assemble(course, less)
    assert report_of(course).borrowed == ["06 tanh"]
    assert mine.engine_in(course).Value(0.5).tanh().data == np.tanh(0.5)


@pytest.mark.slow
def test_a_notebook_that_cannot_be_read_costs_its_own_parts_alone(course):
    notebook_in(course, "12").write_text("{")
    assemble(course, passing())
    assert {name[:2] for name in report_of(course).borrowed} == {"12"}
    assert "no cell of 12_broadcasting" in told(course, "12 sum_of")


@pytest.mark.slow
def test_what_an_answer_needs_from_other_cells_comes_along_and_is_said(course):
    before = ["HALF = 0.5", "def halves(n):\n    return (HALF,) * n", "UNUSED = 1 / 0"]
    source = source_of(course, "06", "06-maximum").replace("(0.5, 0.5)", "halves(2)")
    changed(course, "06", "06-maximum", source, before)
    assemble(course, passing())
    assert report_of(course).borrowed == []
    assert "`HALF`, `halves` came along" in told(course, "06 maximum")
    text = (course / "my_engine" / "e06_more_functions.py").read_text()
    assert "# --- brought along for maximum ---\nHALF = 0.5" in text and "UNUSED" not in text
    a = mine.engine_in(course).Value(2.0)
    assert a.maximum(mine.engine_in(course).Value(2.0)).partials == (0.5, 0.5)


def test_a_name_that_no_cell_defines_is_named_and_the_part_is_borrowed(course):
    source = source_of(course, "06", "06-relu").replace("x.data <= 0", "x.data <= nowhere")
    changed(course, "06", "06-relu", source)
    assemble(course, passing())
    assert report_of(course).borrowed == ["06 relu"]
    assert "it needs `nowhere`, which no cell" in told(course, "06 relu")


@pytest.mark.slow
def test_copies_of_a_notebook_and_letters_that_no_file_takes_do_no_harm(course):
    path = notebook_in(course, "06")
    path.with_name("06_more_functions-Copy1.ipynb").write_text("{}")
    path.with_name("06_a copy.ipynb").write_text("{}")
    source = source_of(course, "06", "06-relu") + "\n    # \ud83d\r\n    # %s"
    text = json.loads(path.read_text())
    next(cell for cell in text["cells"] if cell["id"] == "06-relu")["source"] = source
    path.write_text(json.dumps(text))
    assemble(course, passing())
    assert report_of(course).borrowed == []


@pytest.mark.slow
def test_a_cell_that_is_no_python_is_named_where_something_of_it_is_needed(course):
    source = source_of(course, "06", "06-relu").replace("x.data <= 0", "x.data <= LIMIT")
    changed(course, "06", "06-relu", source, ["LIMIT = = 0"])
    assemble(course, passing())
    assert report_of(course).borrowed == ["06 relu"]
    assert "needs `LIMIT`" in told(course, "06 relu") and "is no Python" in told(course, "06 relu")


@pytest.mark.slow
def test_what_a_class_needs_stands_above_it_wherever_it_stood(course):
    path = notebook_in(course, "04")
    notebook = nbformat.read(path, as_version=4)
    place = next(k for k, c in enumerate(notebook.cells) if c.source.startswith("class Recorded"))
    notebook.cells.append(notebook.cells.pop(place))
    nbformat.write(notebook, path)
    assemble(course, passing())
    assert report_of(course).borrowed == []
    text = (course / "my_engine" / "e04_local_rules.py").read_text()
    assert text.index("class Recorded") < text.index("class LocalRules")


def test_a_report_says_the_same_in_lists(whole):
    report = report_of(whole)
    page = report._repr_mimebundle_()["text/html"]
    assert page.count("<li>") == sum(len(items) for _, items in report.sections()) > 20
    assert "<code>unbroadcast</code> came along" in page and "`" not in page
    assert "04  LocalRules, exp_partial" in page and "<p>Nothing is borrowed.</p>" in page


@pytest.mark.slow
def test_a_name_that_is_defined_twice_is_said_and_means_what_the_check_saw(course):
    source = source_of(course, "06", "06-relu").replace("1.0", "ONE")
    changed(course, "06", "06-relu", source, ["ONE = 1.0"])
    changed(course, "06", "06-swish", None, ["ONE = 7.0"])
    assemble(course, passing())
    assert "`ONE` is defined in cell" in told(course, "06 relu")
    x = mine.engine_in(course).Value(2.0)
    assert x.relu().partials == (1.0,)


@pytest.mark.slow
def test_a_name_that_means_two_things_to_two_answers_is_found(course):
    for answer, number in (("relu", "1.0"), ("maximum", "0.5")):
        source = source_of(course, "06", f"06-{answer}").replace(number, "SHARE")
        changed(course, "06", f"06-{answer}", source, [f"SHARE = {number}"])
    assemble(course, passing())
    assert report_of(course).borrowed in (["06 relu"], ["06 maximum"])
    (name,) = report_of(course).borrowed
    assert "`SHARE` means one thing to it and another to" in told(course, name)


@pytest.mark.slow
def test_an_answer_that_passes_and_does_not_fit_is_borrowed_and_said(course):
    source = source_of(course, "12", "12-sum_of").replace("return result", "return result * 2")
    changed(course, "12", "12-sum_of", source)
    changed(
        course, "12", "12-max_of", "def max_of(x, axis=None, keepdims=False):\n    return x.lost"
    )
    assemble(course, passing())
    assert report_of(course).borrowed == ["12 max_of", "12 sum_of"]
    assert "does not fit: in the engine it gives" in told(course, "12 sum_of")
    assert "raises AttributeError" in told(course, "12 max_of")


@pytest.mark.slow
def test_an_answer_whose_cells_do_not_load_is_borrowed_and_the_others_stay(course):
    source = source_of(course, "06", "06-relu").replace("x.data <= 0", "x.data <= LIMIT")
    changed(course, "06", "06-relu", source, ["LIMIT = int('none')"])
    assemble(course, passing())
    assert report_of(course).borrowed == ["06 relu"]
    assert "does not load: ValueError" in told(course, "06 relu")


@pytest.mark.slow
def test_what_a_hand_has_changed_stays_and_is_named(course):
    assemble(course, passing())
    path = course / "my_engine" / "e12_broadcasting_and_reductions.py"
    mended = path.read_text() + "\n\nMINE = 1\n"
    path.write_text(mended)
    less = passing()
    less["12"] = set()
    assemble(course, less)
    assert path.read_text() == mended
    assert "changed by hand" in told(course, path.name)
    assert mine.engine_in(course).Tensor([1.0, 2.0]).sum().data == 3.0
    path.unlink()
    assemble(course, passing())
    assert "MINE" not in path.read_text() and told(course, path.name) == ""


@pytest.mark.slow
def test_a_folder_of_the_learners_with_that_name_is_not_written_over(course):
    (course / "my_engine").mkdir()
    (course / "my_engine" / "values.py").write_text("mine = 1\n")
    assemble(course, passing())
    assert (course / "my_engine" / "values.py").read_text() == "mine = 1\n"
    assert "was there already, and left as it is" in told(course, "values.py")
    assert "does not load" in told(course, "values.py")
    with pytest.raises(ImportError, match="mend that file, or delete it"):
        mine.engine_in(course)
    (course / "my_engine" / "values.py").unlink()
    assemble(course, passing())
    assert mine.engine_in(course).Value(2.0).data == 2.0
    assert report_of(course).borrowed == []


@pytest.mark.slow
def test_a_hand_that_joins_the_parts_wrongly_takes_none_of_them_away(course):
    assemble(course, passing())
    path = course / "my_engine" / "functions.py"
    path.write_text(path.read_text() + "\nValue.tanh = None\n")
    assemble(course, passing())
    assert report_of(course).borrowed == []
    assert "does not fit" in told(course, "06 tanh") and "by hand" in told(course, "functions.py")
    path.unlink()
    assemble(course, passing())
    assert told(course, "06 tanh") == ""


@pytest.mark.slow
def test_a_hand_that_breaks_a_file_costs_that_file_until_it_is_deleted(course):
    assemble(course, passing())
    path = course / "my_engine" / "e06_more_functions.py"
    path.write_text(path.read_text() + "\ndef half(:\n")
    assemble(course, passing())
    assert "changed by hand" in told(course, path.name)
    assert "has it no longer; it is borrowed" in told(course, "06 relu")
    assert mine.engine_in(course).Value(2.0).relu().data == 2.0
    path.unlink()
    assemble(course, passing())
    assert report_of(course).borrowed == []


@pytest.mark.slow
def test_a_list_of_files_that_names_others_costs_them_nothing(course):
    assemble(course, passing())
    manifest = course / "my_engine" / "parts.json"
    held = json.loads(manifest.read_text())
    held["files"]["../exercises/" + notebook_in(course, "06").name] = "0"
    held["files"]["../precious.py"] = "0"
    manifest.write_text(json.dumps(held))
    (course / "precious.py").write_text("1")
    assemble(course, passing())
    assert (course / "precious.py").exists() and notebook_in(course, "06").exists()


def test_values_compare_compute_and_convert_as_those_of_the_package(whole):
    engine = mine.engine_in(whole)
    a, b = engine.Value(1.5, "a"), engine.Value(-2.0)
    assert b < a and b <= a and a > b and a >= b and a >= 1.5 and a.item() == 1.5
    assert [(-a).data, (+a).data, abs(b).data, (a**b).data] == [-1.5, 1.5, 2.0, 1.5**-2.0]
    assert np.float64(2.0) * a is not None and (np.float64(2.0) * a).data == 3.0
    assert isinstance(2 - a, engine.Value) and repr(a) == "Value(data=1.5, grad=0)"
    with pytest.raises(TypeError, match="real number"):
        engine.Value("2.5")


def test_tensors_agree_with_the_package_on_every_op_that_the_engine_has(whole):
    engine, found = mine.engine_in(whole), []
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape) for shape in ((2, 3, 4), (4,), (4, 5), (1, 3, 1))]
    labels = np.array([[0, 1, -100], [2, 3, 0]])
    for each in (engine, autograd_lesson):
        x, row, w, column = map(each.Tensor, arrays)
        f = each.functional
        y = (x * row - 2 / (row * row + 1) + column) @ w
        z = (
            f.layer_norm(y.softmax(), *[(w.sum(axis=0) ** 2)] * 2)
            .log_softmax(axis=1)
            .mean(axis=(0, 2))
        )
        u = (
            (x[:, [0, 0, 1]] ** 2).max(axis=2)
            + x.swapaxes(0, 2).reshape(4, -1)[1:3, :3]
            + (-x).T[0, :, 0]
        )
        loss = f.cross_entropy(x.swapaxes(1, 2) * 1.0, labels) + (z.sum() + u.sum()).exp() * 1e-3
        loss.backward()
        found.append([loss.data, *(t.grad for t in (x, row, w, column))])
    for own, package in zip(*found, strict=True):
        assert np.allclose(own, package, rtol=1e-9, atol=0)


@pytest.mark.slow
def test_a_damaged_list_of_parts_loses_nothing(course):
    assemble(course, passing())
    before = files(course / "my_engine")
    (course / "my_engine" / "parts.json").write_text("{")
    assemble(course, passing())
    assert files(course / "my_engine") == before


@pytest.mark.slow
def test_an_endless_cell_costs_what_leans_on_it_alone(course, monkeypatch):
    monkeypatch.setattr(fitting, "SECONDS", 6)  # each of three times; what ends takes half a one
    two = {name: passing()[name] for name in ("05", "06")}
    source = source_of(course, "06", "06-relu").replace("x.data <= 0", "x.data <= LIMIT")
    changed(course, "06", "06-relu", source, ["LIMIT = 0\nwhile LIMIT < 1:\n    LIMIT *= 2"])
    assemble(course, two)
    lost = {name for name in report_of(course).borrowed if name[:2] in two}
    assert lost == {"06 relu"}, report_of(course).told
    assert "does not come to its end" in told(course, "06 relu")


UNUSUAL = {
    ("06", "relu"): """
relu = lambda x: Value(max(x.data, 0.0), "", "relu", (x,), (float(x.data > 0),))
""",
    ("06", "tanh"): """
import functools

def op(symbol, f, slope, x):
    y = f(x.data)
    return Value(y, op=symbol, operands=(x,), partials=(slope(y),))

tanh = functools.partial(op, "tanh", math.tanh, lambda y: 1 - y * y)
""",
    ("04", "LocalRules"): """
%time x = 3
class LocalRules(Recorded):
    pass

def op(symbol, rule):
    def method(self, other):
        other = self.of(other)
        y, partials = rule(self.data, other.data)
        return LocalRules(y, "", symbol, (self, other), partials)
    return method

LocalRules.__add__ = op("+", lambda a, b: (a + b, (1.0, 1.0)))
setattr(LocalRules, "__sub__", op("-", lambda a, b: (a - b, (1.0, -1.0))))
for name, rule in {
    "mul": ("*", lambda a, b: (a * b, (b, a))),
    "truediv": ("/", lambda a, b: (a / b, (1 / b, -a / b**2))),
}.items():
    setattr(LocalRules, f"__{name}__", op(*rule))
LocalRules.__pow__ = lambda self, k: LocalRules(
    self.data**k, "", f"**{k:g}", (self,), (k * self.data ** (k - 1),)
)
LocalRules(1.0) + 2
print("done")
""",
    ("12", "sum_of"): """
if True:
    def sum_of(x, axis=None, keepdims=False):
        kept = np.sum(x, axis=axis, keepdims=True)
        back = lambda g: np.zeros_like(x) + np.reshape(g, kept.shape)
        return (kept if keepdims else x.sum(axis=axis)), back
""",
    ("14", "reshape"): """
class Reshape:
    def __call__(self, x, shape):
        return x.reshape(shape), lambda g: g.reshape(x.shape)

reshape = Reshape()
""",
    ("18", "Momentum"): """
from dataclasses import dataclass, field

@dataclass
class Momentum:
    params: list
    lr: float
    beta: float = 0.9
    kept: dict = field(default_factory=dict)

    def step(self, grads):
        for place, (p, g) in enumerate(zip(self.params, grads)):
            self.kept[place] = self.beta * self.kept.get(place, 0) + g
            p[...] = p - self.lr * self.kept[place]
""",
}


UNUSUAL[("05", "backward")] = """
def edges(value):
    return zip(value.operands, value.partials, strict=True)

def backward(root):
    order = order_of(root)
    place = {id(value): k for k, value in enumerate(order)}
    gradient = [0.0] * len(order)
    gradient[-1] = 1.0
    for result in reversed(order):
        for operand, slope in edges(result):
            gradient[place[id(operand)]] += gradient[place[id(result)]] * slope
    for value, amount in zip(order, gradient, strict=True):
        value.grad = np.float64(value.grad + amount)

import numpy as np
"""
UNUSUAL[("09", "train")] = """
def train(network, inputs, targets, steps, rate):
    for _ in range(steps):
        loss = sum((network(x) - target) ** 2 for x, target in zip(inputs, targets))
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= rate * parameter.grad
        yield loss.data
"""
UNUSUAL[("09", "Neuron")] = """
class Neuron(nn.Module):
    def __init__(self, n_inputs, rng):
        self.w = [Value(number) for number in rng.normal(0.0, n_inputs**-0.5, n_inputs)]
        self.b = Value(0.0)

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError(f"{len(self.w)} inputs, not {len(x)}")
        return sum((w * v for w, v in zip(self.w, x)), self.b).tanh()

    def parameters(self):
        yield from self.w
        yield self.b
"""
UNUSUAL[("16", "layer_norm_vjp")] = """
def layer_norm_vjp(x, weight, upstream, eps=1e-5):
    d = x - x.mean(-1, keepdims=True)
    std = np.sqrt(x.var(-1, keepdims=True) + eps)
    hat, g = d / std, upstream * weight
    flat = lambda a: a.reshape(-1, a.shape[-1]).sum(0)
    moved = (g - g.mean(-1, keepdims=True) - hat * (g * hat).mean(-1, keepdims=True)) / std
    return [moved, flat(upstream * hat), flat(upstream)]
"""
UNUSUAL[("25", "causal_attention")] = """
from autograd_lesson.tensor import stack, where

def causal_attention(q, k, v):
    size = q.shape[-2]
    far = np.arange(size)[None, :] > np.arange(size)[:, None]
    return where(far, -1e30, q @ k.transpose(*range(k.ndim - 2), -1, -2) / q.shape[-1] ** 0.5
    ).softmax(axis=-1) @ v
"""


@pytest.mark.slow
def test_right_answers_in_unusual_forms_are_taken(course):
    for (exercise, name), source in UNUSUAL.items():
        changed(course, exercise, f"{exercise}-{name}", source.strip())
    assemble(course, passing())
    assert report_of(course).borrowed == [], report_of(course).told


# By the commands.


@pytest.mark.slow
def test_the_command_takes_what_the_checks_let_through(course, monkeypatch, capsys):
    monkeypatch.setenv(log.WHERE, str(course / "progress.jsonl"))
    for exercise in EXERCISES:
        if exercise not in ("04", "12"):
            for folder in ("exercises", "solutions"):
                next((course / folder).glob(f"{exercise}_*")).unlink()
    (course / "notebooks").mkdir()
    for exercise in ("04", "12"):
        shutil.copy(next((ROOT / "notebooks").glob(f"{exercise}_*")), course / "notebooks")
    wrong = source_of(course, "12", "12-mean_of").replace("/ count", "")
    changed(course, "12", "12-mean_of", wrong)
    assert main(["mine", "--course", str(course)]) == 0
    said = capsys.readouterr().out
    assert f"my_engine: 5 of {len(every_part())} parts are your own" in said
    assert report_of(course).own == [
        *("04 LocalRules", "04 exp_partial", "12 max_of", "12 sum_of", "12 unbroadcast")
    ]
    lines = (course / "progress.jsonl").read_text().split("\n")
    events = [json.loads(line) for line in lines if line]
    states = {event["answer"]: event["state"] for event in events}
    assert states["mean_of"] == "fail" and states["sum_of"] == "pass"


@pytest.mark.slow
def test_where_no_check_can_run_beside_the_kernel_the_log_says_what_passes(course, monkeypatch):
    (course / "notebooks").mkdir()
    shutil.copy(next((ROOT / "notebooks").glob("12_*")), course / "notebooks")
    monkeypatch.setenv(log.WHERE, str(course / "progress.jsonl"))
    for answer, state in (("sum_of", "pass"), ("mean_of", "pass"), ("max_of", "fail")):
        log.note_check("12", answer, state)
    log.note_check("12", "mean_of", "fail")
    assert mine.assemble().own == ["12 sum_of"]
    import my_engine

    assert my_engine.Tensor([1.0, 2.0]).sum().data == 3.0


@pytest.mark.slow
def test_what_cannot_be_written_or_loaded_is_said_in_a_sentence(course, monkeypatch, capsys):
    monkeypatch.setenv(log.WHERE, "off")
    for exercise in EXERCISES[1:]:
        for folder in ("exercises", "solutions"):
            next((course / folder).glob(f"{exercise}_*")).unlink()
    (course / "my_engine").write_text("a file")
    assert main(["mine", "--course", str(course)]) == 2
    assert "my_engine cannot be written" in capsys.readouterr().err
    (course / "my_engine").unlink()
    (course / "my_engine").mkdir()
    (course / "my_engine" / "nn.py").write_text("raise ValueError('of mine')")
    assert main(["mine", "--milestones", "--course", str(course)]) == 2
    assert "my_engine does not load (ValueError: of mine)" in capsys.readouterr().err


def test_the_courses_own_repository_holds_no_engine_and_ignores_one():
    assert "my_engine/" in (ROOT / ".gitignore").read_text().split()
    tracked = subprocess.run(
        ["git", "ls-files", "my_engine"], cwd=ROOT, capture_output=True, text=True
    )
    assert tracked.stdout == ""
