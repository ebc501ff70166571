"""start.py: what it says when something is wrong, and that running it again mends it.

Each test has a copy of start.py in a folder of its own, so that no test touches this .venv.
"""

import ast
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KERNEL_INFO = """
import json, runpy, sys
runpy.run_path(sys.argv[1])
from ipykernel.ipkernel import IPythonKernel
print(json.dumps(IPythonKernel.language_info))
"""
HEALTHY = {"version": [3, 11], "missing": [], "package": None}


@pytest.fixture
def course(tmp_path):
    """A copy of start.py, loaded, beside the little of the course that it looks at."""
    for name in ("start.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_start_here.ipynb").write_text("my answers")
    (tmp_path / "autograd_lesson").mkdir()
    (tmp_path / "autograd_lesson" / "__init__.py").write_text("")
    spec = importlib.util.spec_from_file_location("start_copy", tmp_path / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def installed(course, monkeypatch):
    """The same course, with a finished installation in it and an installer that is only noted."""
    course.VENV.mkdir()
    package = str(course.ROOT / "autograd_lesson" / "__init__.py")
    monkeypatch.setattr(course, "probe", lambda modules: HEALTHY | {"package": package})
    monkeypatch.setattr(course, "trust_shipped_notebooks", lambda: None)
    course.calls = []
    monkeypatch.setattr(course, "make_venv", lambda uv: course.calls.append("make"))
    monkeypatch.setattr(course, "install", lambda uv, extras: course.calls.append(extras))
    course.write_stamp({})
    course.ensure_environment()
    course.calls.clear()
    return course


@pytest.mark.slow
def test_kernels_of_the_environment_give_the_version_that_the_notebooks_have(installed):
    config = installed.VENV / "etc" / "ipython" / "ipython_kernel_config.py"
    done = subprocess.run(
        [sys.executable, "-c", KERNEL_INFO, str(config)], capture_output=True, text=True, timeout=60
    )
    (lesson, *_) = sorted((ROOT / "solutions").glob("*.ipynb"))
    assert json.loads(done.stdout) == json.loads(lesson.read_text())["metadata"]["language_info"]


READS_A_NOTEBOOK = """
import site, sys
site.addsitedir(sys.argv[1])
import nbformat
nbformat.validate(nbformat.v4.new_notebook())
try:
    nbformat.validate({"nbformat": 4, "cells": 5})
except nbformat.ValidationError:
    print("lark" in sys.modules)
"""


def test_what_reads_notebooks_starts_without_a_grammar_that_none_needs(course):
    packages = course.VENV / ("Lib" if os.name == "nt" else "lib/python3.11") / "site-packages"
    packages.mkdir(parents=True)
    course.quicken_starts()
    command = [sys.executable, "-c", READS_A_NOTEBOOK, str(packages)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n", done.stderr


# --- an old Python ------------------------------------------------------------------------------


def test_an_old_python_can_read_the_file():
    source = (ROOT / "start.py").read_text(encoding="utf-8")
    assert source.isascii()  # Python 2 refuses any other letter
    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Nonlocal, ast.YieldFrom, ast.Match)
    for node in ast.walk(ast.parse(source)):
        assert not isinstance(node, newer), f"line {node.lineno}"
        if isinstance(node, ast.FunctionDef):
            annotated = [argument.annotation for argument in node.args.args] + [node.returns]
            assert not any(annotated) and not node.args.kwonlyargs, node.name
        if isinstance(node, ast.Raise):
            assert node.cause is None, f"line {node.lineno}"
        if isinstance(node, ast.Call):
            names = [getattr(node.func, "id", None)]
            assert names != ["print"] or not node.keywords, f"line {node.lineno}"


def test_only_what_an_old_python_has_is_imported_above_the_refusal():
    body = ast.parse((ROOT / "start.py").read_text(encoding="utf-8")).body
    names = []
    for node in body:
        if isinstance(node, ast.If):
            break
        names += [name.name for name in getattr(node, "names", [])]
    assert names == ["os", "subprocess", "sys"]


@pytest.mark.parametrize(
    ("there", "advice"),
    [
        (["python3.12", "python3.13"], "Run it with a newer one: python3.13 start.py"),
        (["uv"], "uv run --no-project --python 3.13 start.py"),
        ([], "Install a newer one from https://www.python.org/downloads/"),
    ],
)
def test_an_old_python_is_told_what_to_do(course, monkeypatch, there, advice):
    monkeypatch.setattr(course, "runs", lambda command: command in there)
    assert course.refusal().startswith("start.py needs Python 3.11 or newer; this is ")
    assert advice in course.refusal()


def test_an_old_python_gets_the_sentence_and_a_status_of_1(course):
    old = "import sys, runpy; sys.version_info = (3, 6, 15); runpy.run_path('start.py')"
    done = subprocess.run(
        [sys.executable, "-c", old], cwd=course.ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("start.py needs Python 3.11 or newer")
    assert done.stderr.count("\n") == 1


# --- a .venv that is half made ------------------------------------------------------------------


def test_a_venv_whose_python_is_gone_is_made_anew(course):
    course.SCRIPTS.mkdir(parents=True)
    course.PYTHON.symlink_to(course.ROOT / "removed")
    assert course.why_unusable(uv=None) == "its Python does not run"


def test_a_venv_that_was_cut_short_is_made_anew(course):
    course.VENV.mkdir()
    assert course.why_unusable(uv=None) == "its Python does not run"


@pytest.mark.slow
def test_a_venv_without_pip_is_made_anew_unless_uv_is_there(course):
    venv.create(course.VENV, with_pip=False)
    assert course.why_unusable(uv=None) == "it has no pip"
    assert course.why_unusable(uv="uv") is None


def test_a_venv_of_an_old_python_is_made_anew(course, monkeypatch):
    monkeypatch.setattr(course, "probe", lambda modules: HEALTHY | {"version": [3, 9]})
    assert course.why_unusable(uv=None) == "its Python is 3.9"


@pytest.mark.parametrize("stamp", ['{"finished": false}', '{"fini'])
def test_an_installation_that_was_interrupted_is_made_anew(course, monkeypatch, stamp):
    monkeypatch.setattr(course, "probe", lambda modules: HEALTHY)
    course.VENV.mkdir()
    course.STAMP.write_text(stamp)
    assert course.why_unusable(uv=None) == "its installation was never finished"


def test_a_venv_made_by_hand_is_kept(course, monkeypatch):
    monkeypatch.setattr(course, "probe", lambda modules: HEALTHY)
    course.VENV.mkdir()
    assert course.why_unusable(uv=None) is None


def test_a_file_called_venv_is_not_thrown_away(course):
    course.VENV.write_text("precious")
    with pytest.raises(course.StartError, match="is a file, not a folder. Move it away"):
        course.make_venv(uv=None)
    assert course.VENV.read_text() == "precious"


# --- what is installed, and when ----------------------------------------------------------------


def test_a_second_start_installs_nothing(installed):
    installed.ensure_environment()
    assert installed.calls == []


def test_new_needs_are_installed_into_the_same_venv(installed):
    change(installed.ROOT / "pyproject.toml", "numpy>=", "numpy>=1")
    installed.ensure_environment()
    assert installed.calls == [["lessons"]]


def test_a_new_version_with_the_same_needs_is_trusted_without_a_network(installed, monkeypatch):
    monkeypatch.setattr(installed, "trust_shipped_notebooks", lambda: installed.calls.append("t"))
    change(installed.ROOT / "pyproject.toml", 'version = "', 'version = "9')
    installed.ensure_environment()
    installed.ensure_environment()
    assert installed.calls == ["t"]


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_testing_adds_what_tests_need_and_a_lesson_keeps_it(installed):
    installed.ensure_environment(("test",))
    installed.ensure_environment()
    assert installed.calls == [["lessons", "test"]]


@pytest.mark.parametrize("found", [{"missing": ["numpy"]}, {"package": "/elsewhere/__init__.py"}])
def test_a_part_that_is_missing_or_belongs_to_another_folder_is_installed(
    installed, monkeypatch, found
):
    whole = installed.probe([])
    answers = [whole | found, whole, whole]
    monkeypatch.setattr(installed, "probe", lambda modules: answers.pop(0))
    installed.ensure_environment()
    assert installed.calls == [["lessons"]]


def test_an_installation_that_lacks_a_part_is_not_called_finished(installed, monkeypatch):
    lacking = installed.probe([]) | {"missing": ["jupyterlab"]}
    monkeypatch.setattr(installed, "probe", lambda modules: lacking)
    with pytest.raises(installed.StartError, match="yet .venv lacks jupyterlab. Delete"):
        installed.ensure_environment()


@pytest.mark.slow
def test_only_notebooks_with_a_source_are_trusted(course, monkeypatch):
    (course.ROOT / "source" / "lessons").mkdir(parents=True)
    (course.ROOT / "source" / "lessons" / "00_start_here.py").write_text("")
    (course.ROOT / "notebooks" / "from_a_friend.ipynb").write_text("{}")
    commands = []
    monkeypatch.setattr(course, "output_of", commands.append)
    course.trust_shipped_notebooks()
    assert commands[0][-1] == course.FIRST_LESSON and len(commands[0]) == 5


def test_other_pythons_do_not_get_in(course, monkeypatch):
    foreign = {"PYTHONPATH": "a", "PYTHONHOME": "b", "PIP_USER": "1", "CONDA_PREFIX": "c"}
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VIRTUAL_ENV", "another")
    variables = course.environment(MORE="1")
    assert not set(foreign) & set(variables)
    assert variables["VIRTUAL_ENV"] == str(course.VENV) and variables["MORE"] == "1"
    assert variables["PATH"].split(os.pathsep)[0] == str(course.SCRIPTS)


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_without_a_network_it_says_so_leaves_venv_unfinished_and_a_second_try_starts_afresh(course):
    nowhere = "http://127.0.0.1:9/simple"
    others = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    offline = others | {
        "PIP_CONFIG_FILE": os.devnull,  # which may name other indexes, on this disk too
        "PIP_INDEX_URL": nowhere,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "1",
        "UV_DEFAULT_INDEX": nowhere,
        "UV_NO_CACHE": "1",
        "UV_HTTP_RETRIES": "0",
    }
    command = [sys.executable, "start.py", "check"]
    for first_words in ("First start: making the folder .venv", "The .venv that is here cannot"):
        done = subprocess.run(
            command, cwd=course.ROOT, env=offline, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 1
        assert done.stdout.startswith(first_words)
        assert "the package index cannot be reached. Connect to the internet" in done.stderr
        assert "Traceback" not in done.stderr
        if shutil.which("uv"):
            break  # uv fails while making .venv, and leaves none
        assert course.read_stamp() == {"finished": False} and course.probe(["pip"])["missing"] == []
        left_over = course.VENV / "left over"
        assert not left_over.exists()
        left_over.touch()
    assert course.FIRST_LESSON.read_text() == "my answers"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("[Errno -3] Temporary failure in name resolution", "the package index cannot be reached"),
        ("error: Failed to fetch: dns error", "the package index cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "the disk is full. Free about 1 GB"),
        ("ERROR: No matching distribution found for numpy>=1.26\n", "offers no numpy>=1.26 for"),
        ("ok\nERROR: it broke.\nnote: a hint", "Installing failed: ERROR: it broke."),
        ("", "Installing failed: it said nothing."),
    ],
)
def test_a_failed_installation_is_explained(course, said, sentence):
    assert sentence in course.explained("Installing", said)


def test_a_folder_that_may_not_be_written_in_is_refused(course, monkeypatch):
    monkeypatch.setattr(course.os, "access", lambda path, mode: False)
    with pytest.raises(course.StartError, match="may not write in .* Move or copy the course"):
        course.ensure_environment()


def test_a_read_only_folder_in_which_all_is_installed_opens(installed, monkeypatch, capsys):
    monkeypatch.setattr(installed.os, "access", lambda path, mode: False)
    installed.ensure_environment()
    installed.lab_command([])
    assert "read-only: lessons run, but your changes cannot be saved" in capsys.readouterr().out


def test_a_python_without_venv_is_told_what_to_install(course, monkeypatch):
    monkeypatch.setattr(course, "output_of", lambda command: (1, "ensurepip is not available"))
    with pytest.raises(course.StartError, match="sudo apt install python3-venv"):
        course.make_venv(uv=None)


def test_a_taken_port_is_noticed(course, capsys):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert course.is_taken(port)
    assert not course.is_taken(port)


def test_a_taken_port_is_mentioned_unless_another_is_asked_for(course, monkeypatch, capsys):
    monkeypatch.setattr(course, "is_taken", lambda port: True)
    course.lab_command([])
    assert "Port 8888 is taken" in capsys.readouterr().out
    course.lab_command(["--port=9000"])
    assert "Port 8888" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (KeyboardInterrupt(), "Stopped. Run the same command"),
        (PermissionError(13, "Permission denied"), "The system refused: "),
    ],
)
def test_what_stops_it_is_a_sentence_not_a_traceback(course, monkeypatch, raised, words):
    def stop(*arguments):
        raise raised

    monkeypatch.setattr(course, "main", stop)
    assert words in course.outcome([])


# --- the commands -------------------------------------------------------------------------------


def test_without_a_word_the_first_lesson_is_opened_by_its_address(course):
    command = course.lab_command(["--no-browser"])
    assert f"--ServerApp.root_dir={course.ROOT}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in command
    assert command[-1] == "--no-browser"


def test_another_lesson_is_opened_when_it_is_named(course, monkeypatch):
    lesson = course.ROOT / "notebooks" / "05 two roads.ipynb"
    lesson.write_text("{}")
    monkeypatch.chdir(course.ROOT / "notebooks")
    command = course.lab_command([lesson.name])
    assert "--LabApp.default_url=/lab/tree/notebooks/05%20two%20roads.ipynb" in command
    assert not any(word.endswith(".ipynb") and "default_url" not in word for word in command)


def test_a_lesson_that_is_not_there_is_refused(course):
    with pytest.raises(course.StartError, match="There is no notebook .*99.ipynb in this course"):
        course.lab_command(["99.ipynb"])


def test_root_is_let_in_and_told(course, monkeypatch, capsys):
    monkeypatch.setattr(course.os, "geteuid", lambda: 0, raising=False)
    assert "--allow-root" in course.lab_command([])
    assert "You are root" in capsys.readouterr().out
    monkeypatch.setattr(course.os, "geteuid", lambda: 1000)
    assert "--allow-root" not in course.lab_command([])


def test_a_word_it_does_not_know_is_refused_with_those_it_does(course):
    with pytest.raises(course.StartError, match="does not know 'tset'. It knows test, check"):
        course.main(["tset"])


def test_the_site_is_made_where_the_caller_says(installed, monkeypatch, tmp_path):
    monkeypatch.setattr(installed, "PYTHON", sys.executable)
    (installed.ROOT / "website").mkdir()
    says_where = "import os, sys, pathlib; pathlib.Path(sys.argv[1]).write_text(os.getcwd())"
    (installed.ROOT / "website" / "__main__.py").write_text(says_where)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert installed.main(["site", "made"]) == 0
    assert (elsewhere / "made").read_text() == str(elsewhere)


def test_help_names_every_command(course, capsys):
    assert course.main(["--help"]) == 0
    assert {"check", "test", "--help"} - set(capsys.readouterr().out.split()) == {"--help"}


def test_check_hands_names_on(course, monkeypatch):
    monkeypatch.setattr(course, "ensure_environment", lambda extras=(): None)
    commands = []
    monkeypatch.setattr(course.subprocess, "call", lambda command, **how: commands.append(command))
    monkeypatch.chdir(course.ROOT / "notebooks")
    course.main(["check", "01", "00_start_here.ipynb"])
    assert commands[0][2:4] == ["classroom", "check"]
    assert commands[0][-2:] == ["01", str(course.FIRST_LESSON)]


def test_reset_hands_names_on_and_asks_for_one(course, monkeypatch):
    monkeypatch.setattr(course, "ensure_environment", lambda extras=(): None)
    monkeypatch.delenv("AUTOGRAD_LESSON_PROGRESS", raising=False)
    calls = []
    monkeypatch.setattr(course.subprocess, "call", lambda *given, **how: calls.append((given, how)))
    course.main(["reset", "05", "backward"])
    (command,), how = calls[0]
    assert command[2:] == ["classroom", "reset", "05", "backward"]
    assert how["env"]["AUTOGRAD_LESSON_PROGRESS"] == str(course.ROOT / "progress.jsonl")
    with pytest.raises(course.StartError, match="`start.py reset 05` gives back"):
        course.main(["reset"])


def test_update_hands_on_where_the_release_lies(course, monkeypatch):
    monkeypatch.setattr(course, "ensure_environment", lambda extras=(): None)
    commands = []
    monkeypatch.setattr(course.subprocess, "call", lambda command, **how: commands.append(command))
    monkeypatch.chdir(course.ROOT.parent)
    (course.ROOT.parent / "course-0.2.0.zip").write_text("")
    for words in ([], ["upstream"], ["course-0.2.0.zip"], ["--release", "v0.2.0"]):
        course.main(["update", *words])
    zipped = str(course.ROOT.parent / "course-0.2.0.zip")
    assert [command[3:] for command in commands] == [
        ["update"],
        ["update", "upstream"],
        ["update", zipped],
        ["update", "--release", "v0.2.0"],
    ]


class Runner:
    """In place of the test programs: notes what is called, and leaves a report behind."""

    def __init__(self, codes):
        self.codes, self.commands, self.variables = list(codes), [], None

    def __call__(self, command, cwd, env):
        self.commands.append(" ".join(command))
        self.variables = env
        report = next((word.split("=")[1] for word in command if "--junitxml" in word), None)
        if report:
            Path(report).write_text(
                '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/>'
                "</testsuites>"
            )
        return self.codes.pop(0)


@pytest.fixture
def runner(course, monkeypatch):
    """All that `start.py test` starts ends with status 0."""
    monkeypatch.setattr(course, "ensure_environment", lambda extras=(): None)
    monkeypatch.delenv("AUTOGRAD_LESSON_PRISTINE", raising=False)
    course.runner = Runner([0, 0, 0])
    monkeypatch.setattr(course.subprocess, "call", course.runner)
    return course.runner


def test_the_tests_run_in_order_and_close_with_their_counts(course, runner, capsys):
    assert course.main(["test"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("===")] == [
        "=== 1 of 3: style: ruff check",
        "=== 2 of 3: tests: pytest tests",
        "=== 3 of 3: lessons and solutions against their stored outputs: pytest --nbval",
    ]
    assert lines[-2:] == ["Everything passes.", "6 passed, 4 failed, 4 skipped"]
    assert runner.variables["OMP_NUM_THREADS"] == "1"
    assert "AUTOGRAD_LESSON_PRISTINE" not in runner.variables


def test_quick_leaves_out_what_is_slow_the_browser_and_the_notebooks(course, runner):
    assert course.main(["test", "--quick", "-x"]) == 0
    style, tests = runner.commands
    assert "ruff" in style
    assert "-m not slow --ignore=tests/browser -x" in tests
    assert "--quick" not in tests and "--nbval" not in tests


@pytest.mark.slow
def test_what_the_tests_of_a_file_share_is_made_on_one_worker(course, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    made = folder / "made"
    lines = [
        "import pytest, time",
        "from pathlib import Path",
        "@pytest.fixture(scope='module')",
        "def shared():",
        f"    Path({str(made)!r}).open('a').write(__name__ + ' ')",
        "@pytest.mark.parametrize('n', range(20))",
        "def test_each(shared, n):",
        "    time.sleep(0.01)",
    ]
    for name in ("test_one", "test_two"):
        (folder / f"{name}.py").write_text("\n".join(lines))
    (folder / "conftest.py").write_text(
        "from tests.conftest import pytest_xdist_make_scheduler  # noqa: F401"
    )
    options = [word for word in course.PARALLEL if not word.startswith("--numprocesses")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "xdist.plugin", "-n2", *options],
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "40 passed" in done.stdout, done.stdout + done.stderr
    assert sorted(made.read_text().split()) == ["test_one", "test_two"]


def test_one_failing_step_fails_the_whole_and_the_others_run(course, runner, capsys):
    runner.codes = [1, 0, 2]
    assert course.main(["test"]) == 1
    assert "Failed: style: ruff check; lessons" in capsys.readouterr().out


def test_pristine_reaches_the_tests_as_a_variable(course, runner):
    course.main(["test", "--pristine", "-x"])
    assert runner.variables["AUTOGRAD_LESSON_PRISTINE"] == "1"
    assert "--pristine" not in runner.commands[1] and " -x" in runner.commands[1]


def test_naming_a_file_runs_pytest_on_it_alone(course, runner):
    course.main(["test", "notebooks::anything", "-k", "word"])
    assert len(runner.commands) == 1
    assert "notebooks::anything -k word" in runner.commands[0]


@pytest.mark.parametrize(("arguments", "status"), [(["-k", "word"], 0), ([], 1)])
def test_selecting_nothing_in_one_step_is_a_failure_unless_it_was_asked_for(
    course, runner, arguments, status
):
    runner.codes = [0, 0, 5]
    assert course.main(["test", *arguments]) == status


def test_a_run_in_which_no_test_ran_is_a_failure(course, runner, monkeypatch, capsys):
    monkeypatch.setattr(course, "counts_in", lambda report: course.Counter())
    assert course.main(["test"]) == 1
    assert capsys.readouterr().out.endswith("0 passed, 0 failed, 0 skipped\n")


@pytest.mark.slow
def test_the_counts_are_pytests_own(course, tmp_path):
    (tmp_path / "test_each.py").write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert False\n"
        "def test_error(missing_fixture): pass\n"
        "def test_skip(): pytest.skip('only on Sundays')\n"
        "@pytest.mark.xfail(strict=True)\n"
        "def test_expected(): assert False\n"
    )
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    subprocess.run(
        [*command, f"--junitxml={report}", str(tmp_path / "test_each.py")],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
    )
    assert course.counts_in(report) == {"passed": 1, "failed": 2, "skipped": 2}


def test_a_run_that_broke_off_counts_nothing(course, tmp_path):
    assert course.counts_in(tmp_path / "never written.xml") == {}


# --- what conftest.py promises ------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("strict", "failed"), [("", 0), ("1", 2)])
def test_a_skip_is_a_failure_where_nothing_may_be_skipped(tmp_path, strict, failed, course):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_skips.py").write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_skip(): pytest.skip('no browser')\n"
        "@pytest.mark.skipif(True, reason='only on Windows')\n"
        "def test_elsewhere(): pass\n"
        "@pytest.mark.xfail(strict=True)\n"
        "def test_expected(): assert False\n"
    )
    (tmp_path / "test_no_module.py").write_text("import pytest\npytest.importorskip('no_such')")
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    subprocess.run(
        [*command, "--continue-on-collection-errors", f"--junitxml={report}", str(tmp_path)],
        cwd=tmp_path,
        env=os.environ
        | {"AUTOGRAD_LESSON_NO_SKIPS": strict, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
    )
    counts = course.counts_in(report)
    assert counts["failed"] == failed and counts["passed"] == 1
