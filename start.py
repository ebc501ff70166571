#!/usr/bin/env python3
"""Start the course, test it, or see which exercises pass.

    python3 start.py                    open the first lesson in JupyterLab
    python3 start.py LESSON [OPTION...] open another; options go on to JupyterLab
    python3 start.py check [NAME...]    say which exercises pass, e.g. `check 1 05`, and where you
                                        are; what has not changed is run again with `--all` only
    python3 start.py mine               put your own engine, my_engine/, together from the answers
                                        that pass; `--milestones` trains on it
    python3 start.py reset NAME [ANSWER...]   give back the blank of an exercise, e.g. `reset 05`,
                                        or of one answer; your work is kept beside it
    python3 start.py update [SOURCE]    bring in a new release of the course, by git or from a
                                        folder or a zip; what you wrote in notebooks stays
    python3 start.py grade FOLDER --out REPORT   grade the notebooks of many, in a sandbox
    python3 start.py test [OPTION...]   run every test; options go on to pytest
    python3 start.py test --quick       run those that find most mistakes, in under a minute
    python3 start.py test FILE...       run pytest on these files alone
    python3 start.py site [OPTION...]   make the folder site: the course as pages, for any web
                                        server or none; `--help` lists its options

The first run makes the folder .venv beside this file and installs what is needed there. It never
touches another Python, and never overwrites a notebook. Where `uv` is installed, it does the work.
"""

# An old Python must get as far as the next few lines, so this file is ASCII, without f-strings,
# annotations or keyword-only arguments, and imports what an old Python lacks only below them.
import os
import subprocess
import sys

OLDEST = (3, 11)


def runs(command):
    """Does `command --version` run?"""
    try:
        with open(os.devnull, "w") as nowhere:
            return subprocess.call([command, "--version"], stdout=nowhere, stderr=nowhere) == 0
    except OSError:
        return False


def refusal():
    """What to tell someone whose Python is too old."""
    names = ["python3.%d" % minor for minor in range(20, OLDEST[1] - 1, -1)]
    newer = [name for name in names if runs(name)]
    if newer:
        advice = "Run it with a newer one: %s start.py" % newer[0]
    elif runs("uv"):
        advice = "Run it with one that uv fetches: uv run --no-project --python 3.13 start.py"
    else:
        advice = "Install a newer one from https://www.python.org/downloads/ and run start.py again"
    return "start.py needs Python %d.%d or newer; this is %s. %s" % (
        OLDEST + (sys.version.split()[0], advice)
    )


if sys.version_info < OLDEST:
    sys.exit(refusal())

import json
import re
import shutil
import socket
import tempfile
import time
import tomllib
import urllib.parse
import xml.etree.ElementTree
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "start.json"  # what was installed, so that the next start need not look again
LOG = VENV / "start.log"
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
FIRST_LESSON = ROOT / "notebooks" / "00_start_here.ipynb"
SHIPPED = ("notebooks", "exercises", "solutions")
WRITTEN_VERSION = "3.11.7"  # of Python, in each of them; the same as in source/build.py

# Modules that must be found before a start; a learner may have uninstalled one.
MODULES = {
    "lab": ["autograd_lesson", "numpy", "matplotlib", "ipywidgets", "jupyterlab"],
    "lessons": ["sklearn", "jupytext", "fsrs"],
    "test": ["pytest", "xdist", "nbval", "hypothesis", "ruff"],
    "site": ["nbconvert", "latex2mathml", "jupyterlite_core", "jupyterlite_pyodide_kernel"],
}
# Variables that would bring another Python's packages in, or send ours elsewhere; and one by which
# each of two hundred kernels would compile the package anew.
FOREIGN = {
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PIP_TARGET", "PIP_PREFIX", "PIP_USER",
    "UV_SYSTEM_PYTHON", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYTHONDONTWRITEBYTECODE",
}  # fmt: skip
ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    )
}  # fmt: skip

PROBE = """
import importlib.util, json, sys
specs = {name: importlib.util.find_spec(name) for name in sys.argv[1:]}
print(json.dumps({
    "version": sys.version_info[:2],
    "missing": [name for name, spec in specs.items() if spec is None],
    "package": getattr(specs.get("autograd_lesson"), "origin", None),
}))
"""


class StartError(Exception):
    """What is wrong and what to do about it, in one or two sentences."""


def say(sentence):
    """Print at once, also where the output goes to a file."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def environment(**more):
    """The caller's variables as if .venv were active, without what belongs to other Pythons."""
    variables = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    variables["PATH"] = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", os.defpath)])
    variables["VIRTUAL_ENV"] = str(VENV)
    variables["PYTHONNOUSERSITE"] = "1"
    return dict(variables, **more)


def output_of(command):
    """The exit code of `command` and all it printed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=str(ROOT),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    return done.returncode, done.stdout


# --- the folder .venv ---------------------------------------------------------------------------


def probe(modules):
    """What the Python in .venv says of itself, or None where there is none that runs."""
    try:
        code, output = output_of([PYTHON, "-I", "-c", PROBE] + modules)
        return json.loads(output) if code == 0 else None
    except (OSError, ValueError):
        return None


def read_stamp():
    """What the last installation left behind: nothing where this script did not make .venv."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError):
        return {"finished": False}


def write_stamp(stamp):
    """Remember what is installed."""
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def why_unusable(uv):
    """Why the .venv that is there must be made anew, or None if it can stay."""
    found = probe(["pip"])
    if found is None:
        return "its Python does not run"
    if tuple(found["version"]) < OLDEST:
        return "its Python is {}.{}".format(*found["version"])
    if read_stamp().get("finished") is False:
        return "its installation was never finished"
    if not uv and "pip" in found["missing"]:
        return "it has no pip"
    return None


def require_writable():
    """Refuse a folder in which nothing can be installed or saved."""
    if not os.access(str(ROOT), os.W_OK):
        raise StartError(
            "start.py may not write in {}. Move or copy the course to a folder of your own "
            "and run start.py there.".format(ROOT)
        )


def make_venv(uv):
    """A new, empty .venv."""
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.is_dir():
        shutil.rmtree(str(VENV))
    elif VENV.exists():
        raise StartError(
            "{} is a file, not a folder. Move it away, run start.py again.".format(VENV)
        )
    # Not the Python of a virtual environment that may be deleted one day, perhaps this very one.
    python = getattr(sys, "_base_executable", None) or sys.executable
    if uv:
        code, output = output_of([uv, "venv", "--quiet", "--seed", "--python", python, VENV])
    else:
        code, output = output_of([python, "-I", "-m", "venv", VENV])
    if code != 0 and "ensurepip" in output:
        raise StartError(
            "This Python comes without the parts that make virtual environments. Install them "
            "(Debian, Ubuntu: sudo apt install python3-venv) and run start.py again."
        )
    if code != 0:
        raise StartError(explained("Making .venv", output))
    write_stamp({"finished": False})


NETWORK = re.compile(
    "name resolution|name or service not known|nodename nor servname|getaddrinfo|dns error"
    "|failed to establish a new connection|network is unreachable|connection refused"
    "|timed out|proxyerror|failed to fetch|error sending request|network was disabled",
    re.IGNORECASE,
)


def explained(doing, output):
    """The sentence for a command that failed while `doing`, judged by what it printed."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if NETWORK.search(output):
        return (
            "{} failed: the package index cannot be reached. Connect to the internet (or set your "
            "proxy) and run the same command again.".format(doing)
        )
    if "No space left" in output or "not enough space" in output:
        return "{} failed: the disk is full. Free about 1 GB and run it again.".format(doing)
    unavailable = re.search("No matching distribution found for ([^ \n]+)", output)
    if unavailable:
        return (
            "{} failed: the package index offers no {} for Python {}. See that it can be reached, "
            "or use another Python.".format(doing, unavailable[1], sys.version.split()[0])
        )
    errors = [line for line in lines if "error" in line.lower()] or lines or ["it said nothing"]
    where = " All it said is in {}.".format(LOG) if LOG.exists() else ""
    return "{} failed: {}.{}".format(doing, errors[-1][:300].rstrip("."), where)


def last_line_of_log():
    """What the installer said last, short enough for one line."""
    lines = LOG.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip()[:80] for line in reversed(lines) if line.strip()), "")


def install(uv, extras):
    """Install the course and what it needs into .venv, with a sign of life every ten seconds."""
    target = ".[{}]".format(",".join(extras)) if extras else "."
    if uv:
        command = [uv, "pip", "install", "--python", PYTHON, "--editable", target]
    else:
        command = [PYTHON, "-I", "-m", "pip", "install", "--no-input", "--progress-bar=off"]
        command += ["--editable", target]
    started = time.monotonic()
    with open(str(LOG), "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=str(ROOT),
            env=environment(PIP_DISABLE_PIP_VERSION_CHECK="1"),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            while True:
                try:
                    code = process.wait(timeout=10)
                    break
                except subprocess.TimeoutExpired:
                    seconds = time.monotonic() - started
                    say("  {:3.0f} s  {}".format(seconds, last_line_of_log()))
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    if code != 0:
        raise StartError(explained("Installing", LOG.read_text(encoding="utf-8", errors="replace")))


def faults_of_installation(modules):
    """What .venv lacks of the course, in words; nothing where all is there."""
    found = probe(modules)
    if found is None:
        return ["a Python that runs"]
    here = ROOT / "autograd_lesson" / "__init__.py"
    package = found["package"]  # of another folder, where this one is a copy with its .venv
    elsewhere = package and not (os.path.exists(package) and here.samefile(package))
    return found["missing"] + (["this folder's autograd_lesson"] if elsewhere else [])


def ensure_environment(extras=()):
    """Have a .venv with the course and `extras` in it; quick when there is one already."""
    extras = ("lessons",) + tuple(extras)
    modules = [name for group in ("lab",) + extras for name in MODULES[group]]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [project["dependencies"], project["optional-dependencies"]]
    stamp = read_stamp()
    extras = sorted(set(extras) | set(stamp.get("extras", [])))
    is_installed = stamp.get("finished") and [stamp.get("needs"), stamp.get("extras")] == [
        needs,
        extras,
    ]
    if not is_installed or faults_of_installation(modules):
        install_course(extras)
        faults = faults_of_installation(modules)
        if faults:
            raise StartError(
                "The installation ended, yet .venv lacks {}. Delete the folder {} and run "
                "start.py again.".format(", ".join(faults), VENV)
            )
    elif stamp.get("version") == project["version"]:
        return
    quieten_jupyterlab()
    quicken_starts()
    steady_kernels()
    trust_shipped_notebooks()
    stamp = {"finished": True, "needs": needs, "extras": extras, "version": project["version"]}
    write_stamp(stamp)


def install_course(extras):
    """Make .venv if there is none that can be used, and install the course into it."""
    require_writable()
    uv = shutil.which("uv")
    if VENV.exists() or VENV.is_symlink():
        reason = why_unusable(uv)
        if reason:
            say("The .venv that is here cannot be used ({}): making it anew.".format(reason))
            make_venv(uv)
    else:
        say("First start: making the folder .venv for Python {}.".format(sys.version.split()[0]))
        make_venv(uv)
    duration = "about half a minute" if uv else "about two minutes"
    say("Installing what is needed into .venv ({}; less from a cache) ...".format(duration))
    install(uv, extras)


def trust_shipped_notebooks():
    """Let JupyterLab show the stored pictures, which it hides in a notebook it does not know."""
    names = {source.stem + ".ipynb" for source in (ROOT / "source").glob("*/*.py")}
    notebooks = [ROOT / folder / name for folder in SHIPPED for name in sorted(names)]
    there = [path for path in notebooks if path.is_file()]
    if there:
        output_of([PYTHON, "-I", "-m", "nbformat.sign"] + there)


def quieten_jupyterlab():
    """Have JupyterLab neither ask about its news nor offer updates, unless its user says so."""
    settings = {"fetchNews": "false", "checkForUpdates": False}
    folder = VENV / "share" / "jupyter" / "lab" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.json").write_text(
        json.dumps({"@jupyterlab/apputils-extension:notification": settings}), encoding="utf-8"
    )


def quicken_starts():
    """Have what reads notebooks start without a grammar of addresses that no notebook holds.

    Building it took most of the time in which JupyterLab starts; jsonschema does without it.
    """
    line = 'import sys; sys.modules.setdefault("rfc3987_syntax", None)\n'
    for packages in VENV.glob("Lib/site-packages" if WINDOWS else "lib/python*/site-packages"):
        (packages / "quicker_starts.pth").write_text(line, encoding="utf-8")


def steady_kernels():
    """Have the kernels of .venv give the version that the notebooks have.

    JupyterLab writes the kernel's into a notebook that has another, and marks its tab as unsaved.
    """
    folder = VENV / "etc" / "ipython"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ipython_kernel_config.py").write_text(
        "from ipykernel.ipkernel import IPythonKernel\n\n"
        'IPythonKernel.language_info["version"] = "{}"\n'.format(WRITTEN_VERSION),
        encoding="utf-8",
    )


# --- the commands -------------------------------------------------------------------------------


def is_taken(port):
    """Does something answer on this port?"""
    with socket.socket() as connection:
        connection.settimeout(1)
        return connection.connect_ex(("127.0.0.1", port)) == 0


def lab_command(arguments):
    """The command that opens a lesson in JupyterLab, with a word on what is unusual."""
    lessons = [word for word in arguments if word.endswith(".ipynb")]
    lesson = Path(lessons[0]).resolve() if lessons else FIRST_LESSON
    if lessons and not (lesson.is_file() and ROOT in lesson.parents):
        raise StartError(
            "There is no notebook {} in this course. The lessons are in notebooks/.".format(lesson)
        )
    command = [str(PYTHON), "-I", "-m", "jupyterlab", "--ServerApp.root_dir={}".format(ROOT)]
    if lesson.is_file():  # as a page rather than a file, so that the printed address leads there
        page = urllib.parse.quote(lesson.relative_to(ROOT).as_posix())
        command.append("--LabApp.default_url=/lab/tree/" + page)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        say("You are root (a container?): JupyterLab is started with --allow-root.")
        command.append("--allow-root")
    if not any(word.startswith(("--port", "--ServerApp.port")) for word in arguments):
        if is_taken(8888):
            say(
                "Port 8888 is taken, perhaps by a JupyterLab that is still open. This one takes "
                "the next free port; its address stands below."
            )
    if not os.access(str(ROOT), os.W_OK):
        say("This folder is read-only: lessons run, but your changes cannot be saved here.")
    return command + [word for word in arguments if word not in lessons]


def open_lab(arguments):
    """Open JupyterLab; it stays in this terminal until Ctrl-C."""
    ensure_environment()
    command = lab_command(arguments)
    say("Opening JupyterLab; press Ctrl-C twice here to end it.")
    if not WINDOWS:
        os.chdir(str(ROOT))
        os.execve(command[0], command, environment())
    process = subprocess.Popen(command, cwd=str(ROOT), env=environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            pass  # JupyterLab got it too, and asks whether to stop


def classroom(command, words):
    """Run a command of the classroom in .venv; paths count from where the caller is."""
    words = [str(Path(word).resolve()) if Path(word).exists() else word for word in words]
    variables = environment(**ONE_THREAD)
    variables.setdefault("AUTOGRAD_LESSON_PROGRESS", str(ROOT / "progress.jsonl"))
    command = [str(PYTHON), "-m", "classroom"] + command + words
    return subprocess.call(command, cwd=str(ROOT), env=variables)


def check(names):
    """Say which exercises pass; those that have not changed since the last time are not run."""
    ensure_environment()
    return classroom(["check", "--mine", "--remember", VERDICTS], names)


def mine(options):
    """Put the learner's own engine together from the answers that pass."""
    ensure_environment()
    return classroom(["mine", "--remember", VERDICTS], options)


def reset(words):
    """Give back the blank of an exercise, or of one answer in it."""
    if not words:
        raise StartError("Which one? `start.py reset 05` gives back the blank of exercise 05.")
    ensure_environment()
    return classroom(["reset"], words)


def grade(words):
    """Grade the notebooks of many, and write a report."""
    ensure_environment()
    for place, word in enumerate(words[:-1]):
        if word == "--out":  # which need not be there yet
            words[place + 1] = str(Path(words[place + 1]).resolve())
    return classroom(["grade"], words)


def make_site(options):
    """Make the pages of the course in the folder site; paths count from where the caller is."""
    ensure_environment(("site",))
    command = [str(PYTHON), "-P", "-m", "website"] + options
    return subprocess.call(command, env=environment(PYTHONPATH=str(ROOT), **ONE_THREAD))


def update(words):
    """Bring in a new release of the course; what was written in its notebooks stays."""
    ensure_environment()
    return classroom(["update"], words)


VERDICTS = str(ROOT / ".cache" / "verdicts.json")
PYTEST = [str(PYTHON), "-I", "-m", "pytest", "-q"]
PARALLEL = [
    "--numprocesses=auto", "--maxprocesses=4",  # as many as there are cores
    "--dist=loadgroup", "--no-loadscope-reorder",  # the longest files come first in any case
]  # fmt: skip
WITHOUT_NBVAL = ["-p", "no:nbval"]  # which takes longer to load than a file of tests
# A notebook waits for its kernel to start, so that one worker more than cores is an eighth faster.
ONE_MORE = ["--numprocesses={}".format((os.cpu_count() or 1) + 1)]
STORED_OUTPUTS = [
    "--dist=loadfile",  # the cells of a notebook need one another
    "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60",
    "--nbval-sanitize-with=tests/nbval.cfg", "-p", "no:cacheprovider",
    "notebooks", "solutions",
]  # fmt: skip


def counts_in(report):
    """How many tests passed, failed and were skipped, from pytest's report in JUnit form."""
    if not report.exists():  # pytest did not come to its end
        return Counter()
    suite = xml.etree.ElementTree.parse(str(report)).getroot().find("testsuite")
    count = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    passed = count["tests"] - failed - count["skipped"]
    return Counter(passed=passed, failed=failed, skipped=count["skipped"])


def run_tests(arguments):
    """Run the linter, the tests, and every lesson against its stored outputs."""
    ensure_environment(("test", "site"))
    variables = environment(**ONE_THREAD)
    if "--pristine" in arguments:
        variables["AUTOGRAD_LESSON_PRISTINE"] = "1"
        arguments = [word for word in arguments if word != "--pristine"]
    quick = "--quick" in arguments
    arguments = [word for word in arguments if word != "--quick"]
    if any((ROOT / word.split("::")[0]).exists() for word in arguments if word[:1] != "-"):
        steps = [("tests you named", PYTEST + arguments)]
    else:
        steps = [
            ("style: ruff check", [str(PYTHON), "-I", "-m", "ruff", "check", "."]),
            ("tests: pytest tests", PYTEST + PARALLEL + WITHOUT_NBVAL + ["tests"] + arguments),
            (
                "lessons and solutions against their stored outputs: pytest --nbval",
                PYTEST + PARALLEL + ONE_MORE + STORED_OUTPUTS + arguments,
            ),
        ]
        if quick:
            of_few = [*WITHOUT_NBVAL, "-m", "not slow", "--ignore=tests/browser"]
            steps = [steps[0], ("tests that are quick", PYTEST + PARALLEL + of_few + arguments)]
    failed, counts = [], Counter(passed=0, failed=0, skipped=0)
    with tempfile.TemporaryDirectory() as folder:
        for number, (title, command) in enumerate(steps, 1):
            say("\n=== {} of {}: {}".format(number, len(steps), title))
            report = Path(folder) / "{}.xml".format(number)
            if "pytest" in command:
                command = command + ["--junitxml={}".format(report)]
            code = subprocess.call(command, cwd=str(ROOT), env=variables)
            if code != 0 and not (code == 5 and arguments):  # 5: the options selected no test here
                failed.append(title)
            counts.update(counts_in(report))
    say("\nFailed: {}.".format("; ".join(failed)) if failed else "\nEverything passes.")
    say("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if failed or not counts["passed"] else 0


def main(arguments):
    """Do what the first word asks; without one, open the first lesson."""
    word = arguments[0] if arguments else ""
    if word in ("-h", "--help", "help"):
        say(__doc__.strip())
        return 0
    if word == "test":
        return run_tests(arguments[1:])
    if word == "check":
        return check(arguments[1:])
    if word == "mine":
        return mine(arguments[1:])
    if word == "reset":
        return reset(arguments[1:])
    if word == "grade":
        return grade(arguments[1:])
    if word == "site":
        return make_site(arguments[1:])
    if word == "update":
        return update(arguments[1:])
    if word and word[0] != "-" and not word.endswith(".ipynb"):
        raise StartError(
            "start.py does not know '{}'. It knows test, check, mine, reset, grade, site, update, "
            "--help, or the path of a lesson.".format(word)
        )
    return open_lab(arguments)


def outcome(arguments):
    """What `sys.exit` is to be given: a status, or the sentence that says what went wrong."""
    try:
        return main(arguments)
    except StartError as error:
        return "\n{}".format(error)
    except KeyboardInterrupt:
        return "\nStopped. Run the same command to go on."
    except OSError as error:
        return (
            "\nThe system refused: {}. Close programs that use {}, see that you may write there "
            "and that the disk is not full, and run start.py again.".format(error, VENV)
        )


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal may lack a letter of a folder's name
    sys.exit(outcome(sys.argv[1:]))
