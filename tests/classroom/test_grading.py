"""The command `grade`: its reports, going on after an end, without walls, and on a cluster."""

import csv
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from faults import (
    FULL,
    NONE,
    NOTEBOOK,
    RIGHT,
    SECOND_LOST,
    WRONG,
    as_bytes,
    notebook,
    packed,
    put,
)

from classroom.__main__ import main
from classroom.grading.answers import exercise_of, work_of
from classroom.grading.collect import collect
from classroom.grading.names import whose
from classroom.notebooks import Cell

ROOT = Path(__file__).parents[2]
OTHER = "02_graphs_and_chain_rule.ipynb"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="only on systems with fork"),
]
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only on Linux are there namespaces")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
SCRIPT = "<script>document.title = 'run'</script><img src='http://example.invalid/x.png'>"
SAYS_SCRIPT = f"def numeric_gradient(f, xs, h=1e-5): return {SCRIPT!r}"
HANDED_IN = {
    "ann": notebook(),
    "bob": notebook(second=WRONG),
    "=cmd|' -C calc'!A0": notebook(),
    f"eve {SCRIPT.replace('/', '-')}": notebook(second=SAYS_SCRIPT),
}


@pytest.fixture
def submissions(tmp_path):
    """A folder with the work of four students."""
    for student, stored in HANDED_IN.items():
        put(f"submissions/{student}/{NOTEBOOK}", as_bytes(stored))(tmp_path)
    return tmp_path / "submissions"


def rows_of(table):
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def marks_in(report):
    return {row[0]: tuple(map(int, row[3:])) for row in rows_of(report / "marks.csv")[1:]}


def grade(submissions, report, *options):
    return main(["grade", str(submissions), "--out", str(report), "--seconds", "2", *options])


def command(submissions, report, *options):
    words = [sys.executable, "-m", "classroom", "grade", submissions, "--out", report, *options]
    return [str(word) for word in words]


EXPECTED = {
    "ann": FULL,
    "bob": SECOND_LOST,
    "'=cmd|' -C calc'!A0": FULL,
    f"eve {SCRIPT.replace('/', '-')}": SECOND_LOST,
}


# --- reports --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report on the four students, with two notebooks that belong to nobody."""
    folder = tmp_path_factory.mktemp("graded")
    for student, stored in HANDED_IN.items():
        put(f"submissions/{student}/{NOTEBOOK}", as_bytes(stored))(folder)
    assert grade(folder / "submissions", folder / "report") == 0
    return folder / "report"


def test_each_student_has_a_row_of_points(report):
    assert marks_in(report) == EXPECTED
    names = ["01 numeric_derivative", "01 numeric_gradient", "01 predicted_signs"]
    assert rows_of(report / "marks.csv")[0] == ["student", "points", "possible", *names]
    assert [row[1:3] for row in rows_of(report / "marks.csv")[1:]] == [
        [str(sum(points)), "5"] for points in marks_in(report).values()
    ]


def test_no_cell_of_a_table_is_a_formula(report):
    for table in ("marks.csv", "answers.csv"):
        for row in rows_of(report / table):
            assert not [each for each in row if each[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_a_wrong_answer_is_told_as_the_notebook_tells_it(report):
    from autograd_lesson.checks import CheckFailed
    from autograd_lesson.checks.e01_sensitivity import check_numeric_gradient

    with pytest.raises(CheckFailed) as failure:
        check_numeric_gradient(lambda f, xs, h=1e-5: [0.0 for x in xs])
    rows = rows_of(report / "answers.csv")
    told = next(row for row in rows if row[0] == "bob" and row[2] == "numeric_gradient")
    message = dict(zip(rows[0], told, strict=True))["message"]
    assert message == " ".join(str(failure.value).split())


def test_gradescope_gets_the_points_of_each_answer(report):
    told = json.loads((report / "gradescope" / "bob.json").read_text())
    assert told["score"] == sum(SECOND_LOST)
    assert [(test["score"], test["max_score"]) for test in told["tests"]] == [
        (2, 2),
        (0, 2),
        (1, 1),
    ]


def test_junit_has_a_suite_for_each_notebook(report):
    suites = ET.parse(report / "junit.xml").getroot()
    assert [suite.get("failures") for suite in suites] == ["0", "0", "1", "1"]


def test_a_page_says_the_points_and_why_in_nothing_but_text(report):
    pages = [*(report / "students").glob("*.html"), report / "index.html"]
    assert len(pages) == 5
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert not re.search(r"<(script|img|iframe|object|link|form)\b", text.lower())
    assert "4 of 5" not in (report / "students" / "ann.html").read_text()
    assert "3 of 5 points" in (report / "students" / "bob.html").read_text()


def test_the_instructor_reads_what_to_teach_again(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    assert "Lesson 01, numeric_gradient: 2 of 4 who tried got it wrong" in text


def test_nothing_but_the_report_is_in_its_folder(report):
    assert {path.name for path in report.iterdir()} == {
        *("index.html", "marks.csv", "answers.csv", "junit.xml", "journal.jsonl"),
        *("students", "gradescope"),
    }


@pytest.mark.parametrize("where", ["students", "index"])
def test_no_script_runs_in_a_page_and_no_request_leaves_it(report, where):
    pytest.importorskip("playwright.sync_api")
    pages = list((report / "students").glob("*.html"))
    pages = pages if where == "students" else [report / "index.html"]
    with ThreadPoolExecutor(1) as thread:  # another browser may be open in this one
        thread.submit(look_at, pages).result()


def look_at(pages):
    """Open each page in a browser: it has no script, asks for nothing, and fits a phone."""
    from playwright import sync_api as api

    with api.sync_playwright() as running:
        try:
            browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except api.Error as error:
            pytest.skip(f"no Chromium: {error.message.splitlines()[0]}")
        asked = []
        for path in pages:
            page = browser.new_page(viewport={"width": 390, "height": 800})
            page.on("request", lambda request: asked.append(request.url))
            page.goto(path.as_uri())
            assert page.title() != "run"
            assert page.evaluate("document.scripts.length") == 0
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, path.name
        browser.close()
    assert asked == [path.as_uri() for path in pages]


@ON_LINUX
def test_every_solution_gets_full_marks_in_the_sandbox_and_every_blank_none(tmp_path):
    for path in sorted((ROOT / "solutions").glob("[0-9]*.ipynb")):
        put(f"work/solution/{path.name}", path.read_bytes())(tmp_path)
        stored = json.loads(path.read_text(encoding="utf-8"))
        for one in stored["cells"]:
            if one["metadata"].get("nbgrader", {}).get("solution"):
                one["source"] = blank_of("".join(one["source"]))
        put(f"work/blank/{path.name}", as_bytes(stored))(tmp_path)
        assert exercise_of(path).questions, path.name
    status = main(["grade", str(tmp_path / "work"), "--out", str(tmp_path / "report")])
    assert status == 0
    rows = {row[0]: row for row in rows_of(tmp_path / "report" / "marks.csv")[1:]}
    lost = [
        row[:4] + row[8:9]
        for row in rows_of(tmp_path / "report" / "answers.csv")
        if row[0] == "solution" and row[3] != "passes"
    ]
    assert rows["solution"][1] == rows["solution"][2], lost
    assert rows["blank"][1] == "0"


def blank_of(source):
    """An answer without its solution, as the builder writes it."""
    stub = 'raise NotImplementedError("your turn")'
    marked = r"( *)### BEGIN SOLUTION\n.*?### END SOLUTION"
    return re.sub(marked, lambda found: found[1] + stub, source, flags=re.DOTALL)


# --- one student, again, one notebook -------------------------------------------------------------


def test_what_has_been_graded_is_not_graded_again_until_it_changes(submissions, tmp_path, capsys):
    out = tmp_path / "report"
    grade(submissions, out)
    before = (out / "marks.csv").read_bytes()
    capsys.readouterr()
    assert grade(submissions, out) == 0
    assert "graded" not in capsys.readouterr().err
    assert (out / "marks.csv").read_bytes() == before
    put(f"bob/{NOTEBOOK}", RIGHT)(submissions)
    grade(submissions, out)
    assert "graded bob 01: 1 of 1" in capsys.readouterr().err
    assert marks_in(out)["bob"] == FULL


def test_only_one_student_is_graded_where_one_is_named(submissions, tmp_path, capsys):
    assert grade(submissions, tmp_path / "report", "--only", "bob") == 0
    assert marks_in(tmp_path / "report") == {"bob": SECOND_LOST}
    assert main(["grade", str(submissions), "--out", str(tmp_path / "r"), "--only", "zoe"]) == 2
    assert "no student is called zoe: " in capsys.readouterr().err


def test_one_notebook_is_graded_and_gradescope_has_its_results(submissions, tmp_path):
    alone = submissions / "ann" / NOTEBOOK
    assert grade(alone, tmp_path / "report") == 0
    assert list(marks_in(tmp_path / "report").values()) == [FULL]
    assert json.loads((tmp_path / "report" / "results.json").read_text())["score"] == 5


def test_a_zip_of_all_is_graded_as_its_folder_is(submissions, tmp_path):
    shutil.make_archive(str(tmp_path / "all"), "zip", submissions)
    assert grade(tmp_path / "all.zip", tmp_path / "report") == 0
    assert marks_in(tmp_path / "report") == EXPECTED


def test_names_in_a_zip_of_all_are_names_and_lead_nowhere(tmp_path):
    names = ["../x", "../../y", "=HYPERLINK(1)", "\U0001f600", "n" * 300, "<script>", "a b"]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as opened:
        for name in names:
            opened.writestr(f"{name}/{NOTEBOOK}", RIGHT)
    before = everything_below(tmp_path)
    assert grade(tmp_path / "all.zip", tmp_path / "report") == 0
    assert marks_in(tmp_path / "report") == {
        f"'{name}" if name[0] == "=" else name: FULL for name in names
    }
    new = [path for path in everything_below(tmp_path) - before]
    assert all(path.is_relative_to(tmp_path / "report") for path in new)


def test_a_zip_of_all_holds_what_a_folder_of_all_may_hold(tmp_path):
    files = {
        "ann.zip": packed((NOTEBOOK, RIGHT)),
        f"bob_{NOTEBOOK}": RIGHT,
        "cem/hw.zip": packed((f"hw/{NOTEBOOK}", RIGHT)),
        "dana/report.pdf": b"%PDF",
        "eli.zip": b"PK, and no more",
    }
    expected = {"ann": FULL, "bob": FULL, "cem": FULL, "dana": NONE, "eli": NONE}
    (tmp_path / "all.zip").write_bytes(packed(*files.items()))
    assert grade(tmp_path / "all.zip", tmp_path / "report") == 0
    assert marks_in(tmp_path / "report") == expected
    for path, content in files.items():
        put(path, content)(tmp_path / "all")
    assert grade(tmp_path / "all", tmp_path / "report of the folder") == 0
    assert marks_in(tmp_path / "report of the folder") == expected


def test_zips_in_the_one_folder_of_a_zip_are_of_one_student_each(tmp_path):
    zips = [(f"all/{name}.zip", packed((NOTEBOOK, RIGHT))) for name in ("ann", "bob")]
    (tmp_path / "all.zip").write_bytes(packed(*zips))
    assert grade(tmp_path / "all.zip", tmp_path / "report") == 0
    assert marks_in(tmp_path / "report") == {"ann": FULL, "bob": FULL}


def everything_below(folder):
    return set(folder.parent.rglob("*"))


@pytest.mark.parametrize(
    ("names", "students"),
    [
        ([f"ann_12_{NOTEBOOK}", f"ann_12_{OTHER}", "bob.zip"], ["ann_12", "ann_12", "bob"]),
        ([NOTEBOOK, OTHER, "01_sensitivity (1).ipynb"], ["their folder"] * 3),
        (["01_sensitivity_zed.ipynb", "01_sensitivity - Zoe Lee.ipynb"], ["zed", "Zoe Lee"]),
        ([f"bob_{OTHER}".replace(".ipynb", ".zip"), "bob_x"], ["bob", "bob_x"]),
        (
            ["Ann Lee_12_assignsubmission_file_", "Cy_3_assignsubmission_file"],
            ["Ann Lee_12", "Cy_3"],
        ),
        ([f"Ann Lee_12_assignsubmission_file_{NOTEBOOK}"], ["Ann Lee_12"]),
        ([f"leeann_123_4567_{NOTEBOOK}", "leeann_123_4568_hw-1.ipynb"], ["leeann_123"] * 2),
        (["leebob_LATE_124_4569_hw.zip", f"leecem_125_4570_{OTHER}"], ["leebob_124", "leecem_125"]),
        # Two of a name in one year, in a class that names files by hand.
        ([f"ann_2026_{n}_{NOTEBOOK}" for n in (123, 456)], ["ann_2026_123", "ann_2026_456"]),
        ([f"hw 1_lee_attempt_2026-11-05-23-35-00_{NOTEBOOK}"], ["lee"]),
        (["12-34 - Ann Lee - Nov 5, 2026 235 PM", "hw1-ann", "ann_2026_1234_ml"], None),
    ],
)
def test_a_name_says_whose_work_it_is(names, students):
    found = whose(
        names, "their folder", [NOTEBOOK.removesuffix(".ipynb"), OTHER.removesuffix(".ipynb")]
    )
    assert list(found.values()) == (students or names)


def test_a_notebook_is_read_in_time_that_grows_with_its_length():
    exercise = exercise_of(ROOT / "solutions" / NOTEBOOK)
    cells = [Cell("", [], f"numeric_gradient = other_{n} = other_{n + 1}") for n in range(3000)]
    begun = time.process_time()
    work = work_of(cells, exercise)
    assert work.for_question(exercise.questions[1]) == list(range(3000))
    assert time.process_time() - begun < 20  # each with each of the others takes hours


def test_who_hands_in_nothing_has_a_row_of_zeros(submissions, tmp_path):
    (submissions / "zoe").mkdir()
    grade(submissions, tmp_path / "report")
    assert marks_in(tmp_path / "report")["zoe"] == NONE


def test_what_macs_and_systems_put_into_a_zip_is_nobodys_work(tmp_path):
    stub, hidden = as_bytes(notebook(second=WRONG)), ".ipynb_checkpoints"
    files = [(".DS_Store", b"x"), ("__MACOSX/all/ann/._x", b"y"), ("all/.DS_Store", b"x")]
    files += [("all/submission_metadata.yml", b"x")]
    files += [(f"all/ann/{NOTEBOOK}", stub), (f"all/ann/{hidden}/{NOTEBOOK}", RIGHT)]
    files += [(f"all/bob/exercises/{NOTEBOOK}", RIGHT), (f"all/bob/solutions/{NOTEBOOK}", stub)]
    (tmp_path / "all.zip").write_bytes(packed(*files))
    assert grade(tmp_path / "all.zip", tmp_path / "report") == 0
    assert marks_in(tmp_path / "report") == {"ann": SECOND_LOST, "bob": FULL}


def test_a_zip_of_a_folder_of_named_files_is_of_those_who_are_named(tmp_path):
    exercises = [NOTEBOOK.removesuffix(".ipynb"), OTHER.removesuffix(".ipynb")]
    names = [f"leeann_123_4567_{NOTEBOOK}", f"leeann_123_4568_{OTHER}", f"bob_{NOTEBOOK}"]
    (tmp_path / "all.zip").write_bytes(packed(*((f"all/{name}", RIGHT) for name in names)))
    (tmp_path / "ann.zip").write_bytes(packed((f"ann/{NOTEBOOK}", RIGHT), (f"ann/{OTHER}", RIGHT)))
    assert list(collect(tmp_path / "all.zip", exercises)) == ["bob", "leeann_123"]
    assert list(collect(tmp_path / "ann.zip", exercises)) == ["ann"]


def test_the_zip_of_one_clone_is_of_one_student(tmp_path):
    files = [(f"ann/{room}/{NOTEBOOK}", RIGHT) for room in ("exercises", "solutions", "notebooks")]
    (tmp_path / "hw.zip").write_bytes(packed(*files))
    assert list(collect(tmp_path / "hw.zip", [])) == ["ann"]


def test_whoever_is_not_graded_yet_has_no_row(submissions, tmp_path):
    for student in ("ann", "bob"):
        put(f"{student}/{OTHER}", (ROOT / "solutions" / OTHER).read_bytes())(submissions)
    (submissions / "bob" / NOTEBOOK).unlink()
    assert grade(submissions, tmp_path / "report", "--only", "ann") == 0
    assert set(marks_in(tmp_path / "report")) == {"ann"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--jobs", "0"], "0 is no whole number from 1 on"),
        (["--seconds", "nan"], "nan is no number of seconds above 0"),
        (["--seconds", "soon"], "soon is no number of seconds above 0"),
    ],
)
def test_a_number_with_which_nothing_can_be_graded_is_refused(submissions, capsys, words, said):
    with pytest.raises(SystemExit):
        main(["grade", str(submissions), "--out", "unused", *words])
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no/such/folder"], "is not there"),
        ([str(ROOT / "README.md")], "neither a folder, nor a zip, nor a notebook"),
    ],
)
def test_what_cannot_be_graded_is_said_in_a_sentence(tmp_path, capsys, words, said):
    assert main(["grade", *words, "--out", str(tmp_path / "report")]) == 2
    assert said in capsys.readouterr().err


def test_a_report_does_not_go_into_the_submissions(submissions, capsys):
    assert grade(submissions, submissions / "report") == 2
    assert "which are not to be changed" in capsys.readouterr().err
    assert not (submissions / "report").exists()


def test_a_file_is_no_place_for_a_report(submissions, tmp_path, capsys):
    (tmp_path / "mine").write_text("ann")
    assert grade(submissions, tmp_path / "mine") == 2
    assert "mine can be no folder for the report" in capsys.readouterr().err


def test_a_folder_with_other_files_is_no_place_for_a_report(submissions, tmp_path, capsys):
    (tmp_path / "mine" / "students").mkdir(parents=True)
    (tmp_path / "mine" / "students" / "names.txt").write_text("ann")
    assert grade(submissions, tmp_path / "mine") == 2
    assert "holds other files: name a new folder" in capsys.readouterr().err
    assert (tmp_path / "mine" / "students" / "names.txt").read_text() == "ann"


def test_no_two_students_share_a_page():
    from classroom.grading.marks import file_name

    names = [
        "ann",
        "Ann",
        "ANN",
        "a b",
        "a_b",
        "a/b",
        "../ann",
        "ann ",
        "",
        "\U0001f600",
        "n" * 300,
    ]
    files = {file_name(name).lower() for name in names}
    assert len(files) == len(names)
    assert all(re.fullmatch(r"[\w-]{1,60}", name, re.ASCII) for name in files)


# --- walls ----------------------------------------------------------------------------------------


@ON_LINUX
def test_the_first_line_says_what_the_answers_ran_in(submissions, tmp_path, capsys):
    grade(submissions, tmp_path / "walls", "--require-sandbox")
    assert capsys.readouterr().out.startswith("Sandbox: Linux namespaces")
    assert grade(submissions, tmp_path / "open", "--no-sandbox") == 0
    assert capsys.readouterr().out.startswith("NO SANDBOX: limits of resources alone")
    for name, words in (("walls", "Sandbox: Linux namespaces"), ("open", "NO SANDBOX")):
        text = (tmp_path / name / "index.html").read_text(encoding="utf-8")
        assert text.partition("<body>")[2].startswith(f"\n<p>{words}")
    assert marks_in(tmp_path / "open") == marks_in(tmp_path / "walls") == EXPECTED


@ON_LINUX
def test_a_course_in_the_folder_for_temporary_files_has_its_walls(submissions, tmp_path):
    for name in ("autograd_lesson", "classroom"):
        shutil.copytree(ROOT / name, tmp_path / "course" / name)
    asked = command(submissions, tmp_path / "report", "--course", ROOT, "--require-sandbox")
    variables = os.environ | {"PYTHONPATH": str(tmp_path / "course")}
    ended = subprocess.run(asked, cwd=tmp_path / "course", env=variables, capture_output=True)
    assert ended.returncode == 0, ended.stderr
    assert marks_in(tmp_path / "report") == EXPECTED


def test_nothing_is_run_without_walls_where_they_are_required(submissions, tmp_path, capsys):
    status = grade(submissions, tmp_path / "report", "--no-sandbox", "--require-sandbox")
    assert status == 2
    assert "there is no sandbox here" in capsys.readouterr().err
    assert len((tmp_path / "report" / "journal.jsonl").read_text().splitlines()) == 1


# --- an end in the middle -------------------------------------------------------------------------

KILLS = int(os.environ.get("AUTOGRAD_LESSON_KILLS", "3"))


@ON_LINUX
def test_a_grader_that_is_killed_goes_on_where_it_was(submissions, tmp_path):
    for number in range(20):
        stored = notebook(second=WRONG) if number % 3 else notebook()
        put(f"s{number:02}/{NOTEBOOK}", as_bytes(stored))(submissions)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    grade(submissions, whole)
    seed = (whole / "journal.jsonl").read_text().splitlines()[0]
    broken.mkdir()
    (broken / "journal.jsonl").write_text(seed + "\n")  # or other cases are drawn
    draw = random.Random(0)
    for _ in range(KILLS):
        running = subprocess.Popen(
            command(submissions, broken, "--seconds", "2"),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(draw.uniform(0.5, 4))
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert grade(submissions, broken) == 0
    assert all_end()
    for table in ("marks.csv", "answers.csv"):
        assert (broken / table).read_bytes() == (whole / table).read_bytes()


def test_a_journal_with_a_damaged_line_is_read_without_it(submissions, tmp_path):
    journal = tmp_path / "report" / "journal.jsonl"
    alone = submissions / "ann" / NOTEBOOK
    assert grade(alone, tmp_path / "report", "--no-sandbox") == 0
    before = journal.read_bytes()
    for damage in (b"[]", b"5", b"null", b"{}", b'{"seed": 5}', b"\xff\0"):
        journal.write_bytes(before + damage + b"\n")
        assert grade(alone, tmp_path / "report", "--no-sandbox") == 0, damage
        assert journal.read_bytes() == before + damage + b"\n", damage


def all_end():
    """Whether what killed graders have started ends by itself, in a few seconds."""
    for _ in range(100):
        if not workers_in(ROOT):
            return True
        time.sleep(0.1)
    return False


def workers_in(folder):
    """Workers in this folder whose grader is gone."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words, parent = (path / "cmdline").read_bytes(), (path / "stat").read_text()
            is_orphan = parent.rpartition(")")[2].split()[1] == "1"
            if is_orphan and b"spawn_main" in words and Path(os.readlink(path / "cwd")) == folder:
                found.append(path.name)
        except OSError:
            continue
    return found


# --- a cluster ------------------------------------------------------------------------------------


def test_dask_is_named_where_it_is_missing(submissions, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert grade(submissions, tmp_path / "report", "--executor", "dask") == 2
    assert "pip install distributed" in capsys.readouterr().err


def test_a_cluster_of_two_processes_gives_the_same_marks(submissions, tmp_path):
    pytest.importorskip("distributed")
    asked = command(submissions, tmp_path / "report", "--executor", "dask", "--jobs", "2")
    assert subprocess.run(asked, cwd=ROOT, capture_output=True).returncode == 0
    assert marks_in(tmp_path / "report") == EXPECTED


def started(*words):
    """A program of dask's, and the address that it says it listens at."""
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )


def test_a_worker_that_is_killed_loses_nothing(submissions, tmp_path):
    pytest.importorskip("distributed")
    for number in range(12):
        put(f"s{number:02}/{NOTEBOOK}", RIGHT)(submissions)
    scheduler = started("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    lines = iter(scheduler.stderr.readline, "")
    address = next(found[0] for line in lines if (found := re.findall(r"tcp://[\d.]+:\d+", line)))
    joins = ["dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    workers = [started(*joins), started(*joins)]
    try:
        asked = command(submissions, tmp_path / "report", "--executor", "dask")
        running = subprocess.Popen([*asked, "--scheduler", address], cwd=ROOT)
        journal = tmp_path / "report" / "journal.jsonl"
        while not journal.exists() or len(journal.read_text().splitlines()) < 4:
            assert running.poll() is None
            time.sleep(0.05)
        workers[0].kill()
        assert running.wait(timeout=120) == 0
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
    marks = marks_in(tmp_path / "report")
    assert {student: marks[student] for student in EXPECTED} == EXPECTED
    assert [marks[f"s{number:02}"] for number in range(12)] == [FULL] * 12
