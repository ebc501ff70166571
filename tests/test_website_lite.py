"""What the site ships to be run in a browser: wheels that Pyodide loads, and their lock."""

import json
import os
import subprocess
import sys
import types
import zipfile
import zipimport
from pathlib import Path

import pytest
import scalar_half

pytest.importorskip("jupyterlite_pyodide_kernel", reason="only on a machine with the extra `site`")

from website import packages  # noqa: E402
from website.ahead import compile_in  # noqa: E402

PYTHON = "3.14.2"


def a_wheel(folder, name, requires="", needs=""):
    path = folder / name
    with zipfile.ZipFile(path, "w") as wheel:
        about = "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n"
        about += f"Requires-Python: {requires}\n" if requires else ""
        wheel.writestr("thing-1.0.dist-info/METADATA", about)
        wheel.writestr("thing/__init__.py", "")
    return path


@pytest.mark.parametrize(
    ("name", "requires", "says"),
    [
        ("thing-1.0-cp312-cp312-linux_x86_64.whl", "", "built for another Python or machine"),
        ("thing-1.0-cp314-cp314-manylinux_2_17_x86_64.whl", "", "another Python or machine"),
        ("thing-1.0-py2-none-any.whl", "", "another Python or machine"),
        ("thing-1.0-py3-none-any.whl", "<3.14", r"needs Python <3\.14, and Pyodide's is 3\.14\.2"),
        ("thing-1.0-py3-none-any.whl", ">=3.15", "needs Python >=3.15"),
    ],
)
def test_a_wheel_that_pyodides_python_cannot_load_is_refused_by_its_name(
    tmp_path, name, requires, says
):
    with pytest.raises(packages.WheelError, match=says) as refused:
        packages.entry_of(a_wheel(tmp_path, name, requires), PYTHON, {})
    assert name in str(refused.value)


@pytest.mark.parametrize("name", ["thing-1.0-py3-none-any.whl", "thing-1.0-py2.py3-none-any.whl"])
def test_a_pure_wheel_is_named_in_the_lock_with_what_it_brings_and_needs(tmp_path, name):
    wheel = a_wheel(tmp_path, name, ">=3.11")
    entry = packages.entry_of(wheel, PYTHON, {"thing": ("1.0", ["other"])})
    assert (entry["name"], entry["file_name"], entry["imports"]) == ("thing", name, ["thing"])
    assert entry["depends"] == ["other"]


def test_what_was_fetched_is_kept_once_by_runs_beside_each_other(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "whose").write_text(name)
        packages.keep(tmp_path / name, tmp_path / "kept")
    assert (tmp_path / "kept" / "whose").read_text() == "first"
    with pytest.raises(FileNotFoundError):
        packages.keep(tmp_path / "missing", tmp_path / "another")


def test_what_a_package_needs_in_a_browser_leaves_out_other_systems_and_extras():
    needs = ["a>=1", "b; sys_platform == 'win32'", "c; sys_platform == 'emscripten'"]
    needs += ["d; extra == 'test'", "e; python_version >= '3.8'"]
    assert packages.needs_of(needs) == ["a", "c", "e"]


def test_what_is_needed_is_found_through_what_pyodide_knows_and_what_is_installed():
    theirs = {
        name: {"version": "1.0", "depends": needs}
        for name, needs in {"ipython": ["stack-data"], "stack-data": ["six"], "six": []}.items()
    } | {"micropip": {"version": "2.0", "depends": []}}
    found = packages.closure(theirs)
    assert found["six"] == ("1.0", []) and found["ipython"] == ("1.0", ["stack-data"])
    assert "comm" in found["ipywidgets"][1] and not set(packages.NOT_IN_A_BROWSER) & set(found)
    assert {"graphviz", "fsrs", "typing-extensions"} <= set(found)


def test_what_lies_elsewhere_keeps_its_checksum_and_brings_matplotlib_with_numpy():
    theirs = {
        "numpy": {"depends": [], "file_name": "numpy-2.whl", "sha256": "abc"},
        "matplotlib": {"depends": ["numpy", "six", "pillow"], "file_name": "m.whl", "sha256": "d"},
        "pillow": {"depends": [], "file_name": "pillow.whl", "sha256": "e"},
    }
    found = packages.kept_elsewhere(theirs, here={"six"})
    assert set(found) == {"numpy", "matplotlib", "pillow"} and found["numpy"]["sha256"] == "abc"
    assert found["numpy"]["depends"] == ["matplotlib"]
    assert all(entry["file_name"].startswith("https://") for entry in found.values())


def test_only_what_lies_beside_pyodide_is_loaded_before_the_first_cell(tmp_path):
    named = {"six": {"file_name": "six.whl"}, "numpy": {"file_name": "https://else/numpy.whl"}}
    (tmp_path / "pyodide-lock.json").write_text(json.dumps({"packages": named}))
    assert set(packages.read_lock(tmp_path, here=True)) == {"six"}
    assert set(packages.read_lock(tmp_path, here=False)) == {"six", "numpy"}


def test_of_pyodide_what_nothing_loads_is_left_out():
    names = ["pyodide.mjs", "pyodide.asm.wasm", "pyodide.mjs.map", "ffi.d.ts", "console.html"]
    assert packages.left_out("", names) == ["pyodide.mjs.map", "ffi.d.ts", "console.html"]


def test_a_module_that_is_loaded_at_the_start_is_packed_as_code_and_another_as_its_source(tmp_path):
    archive = tmp_path / "both.zip"
    with zipfile.ZipFile(archive, "w") as both:
        both.writestr("at_the_start.py", "def half(x):\n    'Of it.'\n    return x / 2")
        both.writestr("later.py", "here = True")
    compile_in(archive, "/place", {"/place/at_the_start.py", "/elsewhere/later.py"})
    with zipfile.ZipFile(archive) as both:
        assert sorted(both.namelist()) == ["at_the_start.pyc", "later.py"]
    code = zipimport.zipimporter(str(archive)).get_code("at_the_start")
    half = types.FunctionType(code.co_consts[0], {})
    assert half.__doc__ == "Of it." and half(3) == 1.5
    assert half.__code__.co_filename == "/place/at_the_start.py"


def test_of_a_wheel_what_no_reader_needs_is_left_out(tmp_path):
    wheel = tmp_path / "a-1-py3-none-any.whl"
    kept = ["a/x.py", "pygments/lexers/python.py", "pygments/lexers/__init__.py", "tests.py"]
    with zipfile.ZipFile(wheel, "w") as whole:
        for name in [*kept, "a/tests/x.py", "pygments/lexers/cobol.py", *packages.INSTEAD]:
            whole.writestr(name, "from prompt_toolkit import everything")
    (tmp_path / "out").mkdir()
    packages.pack(wheel, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out" / wheel.name) as small:
        assert sorted(small.namelist()) == sorted([*kept, *packages.INSTEAD])
        assert b"prompt_toolkit" not in small.read("IPython/terminal/embed.py")


def test_the_wheel_of_the_course_has_every_file_of_the_package(tmp_path):
    packages.write_own_wheel(tmp_path)
    (wheel,) = tmp_path.iterdir()
    shown = subprocess.run(
        ["git", "ls-files", "autograd_lesson"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(wheel) as files:
        ours = {name for name in files.namelist() if ".dist-info/" not in name}
    assert ours == {*shown.stdout.split(), "classroom/__init__.py", "classroom/merge.py"}
    assert packages.entry_of(wheel, PYTHON, {})["imports"] == ["autograd_lesson", "classroom"]


ROOT = Path(__file__).resolve().parents[1]
ALL = os.environ.get("AUTOGRAD_LESSON_ALL")  # weekly: the ten lessons and exercises


def in_pyodide(lite_site, code):
    """What code prints in the Pyodide that the site ships, run by Node; this folder is /here."""
    place = str(lite_site / "static" / "pyodide")
    command = ["node", "--no-warnings", str(packages.IN_PYODIDE), place, str(ROOT), code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


CELLS = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, "/here/tests")
import scalar_half
os.chdir("/here/notebooks")
print("CELLS" + json.dumps([scalar_half.shown(Path("/here") / name) for name in {names}]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", scalar_half.NUMBERS if ALL else ("05",))
def test_each_cell_shows_the_same_in_pyodide(lite_site, number):
    """Python 3.14 without NumPy or threads, and a tenth of the stack."""
    names = [
        str(next((ROOT / folder).glob(f"{number}_*.ipynb")).relative_to(ROOT))
        for folder in scalar_half.FOLDERS
    ]
    found = json.loads(in_pyodide(lite_site, CELLS.format(names=names)).rpartition("CELLS")[2])
    command = [sys.executable, str(ROOT / "tests" / "scalar_half.py"), "cells", number]
    here = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    for name, cells in zip(names, found, strict=True):
        apart = [pair for pair in zip(cells, here[name], strict=True) if pair[0] != pair[1]]
        kit = [pair for pair in apart if "ipywidgets" in pair[1][1]]  # which says what is there
        assert apart == kit and len(kit) <= (number == "00"), name


@pytest.mark.slow
def test_what_python_loads_before_the_first_cell_was_compiled_beforehand(lite_site):
    """In a browser compiling it took longer than all else."""
    code = f"""
import importlib, json, sys
said = sys.stdout
for name in {packages.FIRST}:
    importlib.import_module(name)
specs = [getattr(module, "__spec__", None) for module in [*sys.modules.values()]]
places = [str(spec.origin) for spec in specs if spec]
print(json.dumps([place for place in places if "/lib/" in place]), file=said)
"""
    files = json.loads(in_pyodide(lite_site, code).splitlines()[-1])
    assert len(files) > 400
    assert [file for file in files if not file.endswith((".pyc", ".so"))] == []


@pytest.mark.slow
def test_nothing_that_goes_deep_ends_python(lite_site):
    code = """
from autograd_lesson import Value
from autograd_lesson.browser import narrow_stack
from autograd_lesson.checks.programs import Value as Plain
total = Value(0.0)
for _ in range(100_000):
    total = total + 1.0
del total
plain = Plain(0.0, "a", "", (), ())
for _ in range(100_000):
    plain = Plain(0.0, "a", "+", (plain,), (1.0,))
del plain
class Endless:
    def __add__(self, other): return self + other
with narrow_stack():
    try: Endless() + 1
    except RecursionError: print("raised")
print("alive")
"""
    assert in_pyodide(lite_site, code).split()[-2:] == ["raised", "alive"]
