"""Pyodide, and every package that a lesson imports, as a wheel beside it.

Pyodide comes as its npm package, and loads all wheels before the first cell, so that no cell
installs one. What Python loads at its start is compiled beforehand. Lessons on arrays take NumPy
and Matplotlib from where Pyodide keeps its own builds of them, since no registry has these.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable
from email.parser import HeaderParser
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

from .contents import ROOT

CACHE = Path(sys.prefix) / "lite"  # what was fetched and compiled, kept for each version
PYODIDES = ("micropip", "ipython", "six")  # in the versions that Pyodide names
OURS = ("ipywidgets", "comm", "traitlets", "graphviz", "fsrs", "typing-extensions")
NOT_IN_A_BROWSER = (
    "widgetsnbextension",
    "jupyterlab-widgets",
    "pexpect",
    "psutil",
    "prompt-toolkit",
    "wcwidth",
)
ELSEWHERE = ("numpy", "matplotlib")  # built for Pyodide, and in no registry
KERNEL = "@jupyterlite/pyodide-kernel-extension"
LABEXTENSIONS = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
LEFT_OUT = (".map", ".d.ts", ".html", ".md", "pyodide.js")  # of Pyodide: nothing loads these
# Nor these of the wheels, a megabyte of other languages than Python among them.
UNUSED = re.compile(r"/tests/|^pygments/lexers/(?!__init__|_mapping|python\.)")
# IPython loads its terminal at every start, and that a package as large as IPython itself.
INSTEAD = {
    "IPython/terminal/embed.py": """\
def embed(*_, **__):
    raise RuntimeError("A browser has no terminal: write in a cell of its own.")
"""
}
FIRST = ("piplite.piplite", "pyodide_kernel", "ipywidgets", "graphviz", "fsrs", "typing_extensions")
HERE = Path(__file__).parent
AHEAD, IN_PYODIDE = HERE / "ahead.py", HERE / "in_pyodide.mjs"
SMALL: dict[str, Any] = {"compression": zipfile.ZIP_DEFLATED, "compresslevel": 9}
Lock = dict[str, dict[str, Any]]
Needed = dict[str, tuple[str, list[str]]]  # of each package its version, and which it needs


class WheelError(ValueError):
    """A wheel that Pyodide's Python cannot load."""


def write_pyodide(folder: Path) -> None:
    """Pyodide, all wheels beside it, and a lock that names these alone."""
    lock = json.loads((fetched_pyodide() / "pyodide-lock.json").read_text(encoding="utf-8"))
    needed = closure(lock["packages"])
    shutil.copytree(compiled(lock, needed), folder)
    write_own_wheel(folder)
    write_lock(folder, lock, needed)


def compiled(lock: Lock, needed: Needed) -> Path:
    """Pyodide with the wheels of others, all made small, and compiled what is loaded at first."""
    wheels = [*fetched_wheels(needed, lock["info"]["python"]), *kernels_wheels()]
    made_by = [PYODIDE_VERSION, *(each.name for each in wheels)]
    made_by += [path.read_text(encoding="utf-8") for path in (AHEAD, IN_PYODIDE, Path(__file__))]
    folder = CACHE / f"compiled-{key_of(made_by)}"
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=CACHE) as made:
            place = Path(made) / "pyodide"
            shutil.copytree(fetched_pyodide(), place, ignore=left_out)
            for wheel in wheels:
                pack(wheel, place)
            write_lock(place, lock, needed)
            code = f"{AHEAD.read_text(encoding='utf-8')}\ncompile_loaded(Path('/here'), {FIRST})"
            # Without their sources nobody is shown in which column of a line such a module fails.
            run(["node", str(IN_PYODIDE), str(place), str(place), code], PYTHONNODEBUGRANGES="1")
            keep(place, folder)
    return folder


def key_of(parts: Iterable[str]) -> str:
    """A short name for what is made of these."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def write_lock(folder: Path, lock: Lock, needed: Needed) -> None:
    """The lock with the wheels of the folder, and with what lies elsewhere."""
    entries = (
        entry_of(wheel, lock["info"]["python"], needed) for wheel in sorted(folder.glob("*.whl"))
    )
    found: Lock = {entry["name"]: entry for entry in entries}
    # The kernel asks for jedi, 1.7 MB: IPython completes names without it, where it is not found.
    found["jedi"] = found["six"] | {"name": "jedi", "imports": []}
    found.update(kept_elsewhere(lock["packages"], set(found)))
    text = json.dumps(lock | {"packages": found})
    (folder / "pyodide-lock.json").write_text(text, encoding="utf-8")


def read_lock(folder: Path, here: bool) -> Lock:
    """The packages of the lock, by name; those alone that lie here, where that is asked."""
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    return {
        name: entry
        for name, entry in lock["packages"].items()
        if not here or "/" not in entry["file_name"]
    }


def left_out(_: str, names: list[str]) -> list[str]:
    """The files of Pyodide that nothing loads."""
    return [name for name in names if name.endswith(LEFT_OUT)]


def fetched_pyodide() -> Path:
    """The npm package, in the version that the kernel was made for."""
    folder = CACHE / f"pyodide-{PYODIDE_VERSION}"
    if not folder.is_dir():
        npm = shutil.which("npm") or sys.exit(
            "What runs in the browser needs Pyodide, which npm brings, and npm is not here. "
            "Install Node.js, or leave this part out with --no-lite."
        )
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as unpacked:
            run([npm, "pack", f"pyodide@{PYODIDE_VERSION}", f"--pack-destination={unpacked}"])
            with tarfile.open(Path(unpacked) / f"pyodide-{PYODIDE_VERSION}.tgz") as archive:
                archive.extractall(unpacked, filter="data")
            keep(Path(unpacked) / "package", folder)
    return folder


def keep(made: Path, folder: Path) -> None:
    """Put what was fetched where it is kept, or leave what another run has put there meanwhile."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def closure(theirs: Lock) -> Needed:
    """Each package that is needed: its version, and which others it needs.

    What Pyodide knows is taken as Pyodide has it; the rest in the version that is installed here,
    which is the one of the widgets' scripts.
    """
    found: Needed = {}
    waiting = [*PYODIDES, *OURS]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found or name in NOT_IN_A_BROWSER:
            continue
        if name in theirs:
            at, needs = theirs[name]["version"], theirs[name]["depends"]
        else:
            at, needs = version(name), needs_of(requires(name) or [])
        found[name] = (
            at,
            [each for each in map(canonicalize_name, needs) if each not in NOT_IN_A_BROWSER],
        )
        waiting += needs
    return found


def needs_of(requirements: list[str]) -> list[str]:
    """The names in what a package says it needs in a browser, without its extras."""
    browser = {"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}
    parsed = map(Requirement, requirements)
    return [each.name for each in parsed if not each.marker or each.marker.evaluate(browser)]


def fetched_wheels(needed: Needed, python: str) -> list[Path]:
    """The wheels of these packages, which pip brings."""
    wanted = [f"{name}=={at}" for name, (at, _) in sorted(needed.items())]
    folder = CACHE / f"wheels-{key_of([python, *wanted])}"
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as fetched:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--only-binary=:all:", "--platform=any", "--implementation=py"]
            minor = ".".join(python.split(".")[:2])
            run([*command, f"--python-version={minor}", f"--dest={fetched}/wheels", *wanted])
            keep(Path(fetched) / "wheels", folder)
    return sorted(folder.glob("*.whl"))


def kernels_wheels() -> list[Path]:
    """The wheels that the kernel brings of its own."""
    wheels = (LABEXTENSIONS / KERNEL).glob("static/pypi/*.whl")
    return [each for each in wheels if not each.name.startswith("widgetsnbextension")]


def write_own_wheel(folder: Path) -> None:
    """The course's package, and the merging of a learner's notebook with a new one.

    Packed here, since pip fetches a builder for it anew each time.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = f"{project['name'].replace('-', '_')}-{project['version']}"
    about = f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n"
    about += f"Requires-Python: {project['requires-python']}\n"
    files = [each for each in sorted((ROOT / "autograd_lesson").rglob("*")) if is_ours(each)]
    files += [ROOT / "classroom" / each for each in ("__init__.py", "merge.py")]
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w", **SMALL) as wheel:
        for path in files:
            wheel.write(path, path.relative_to(ROOT))
        wheel.write(ROOT / "LICENSE", f"{name}.dist-info/licenses/LICENSE")
        wheel.writestr(f"{name}.dist-info/METADATA", about)


def is_ours(path: Path) -> bool:
    """Is this a file that a package ships?"""
    return path.is_file() and path.suffix in (".py", ".js", ".css")


def pack(wheel: Path, folder: Path) -> None:
    """The wheel in the folder, as small as it gets, since each reader waits for all of it."""
    with (
        zipfile.ZipFile(wheel) as whole,
        zipfile.ZipFile(folder / wheel.name, "w", **SMALL) as small,
    ):
        for name in whole.namelist():
            if not UNUSED.search(name):
                small.writestr(name, INSTEAD.get(name) or whole.read(name))


def entry_of(wheel: Path, python: str, needed: Needed) -> dict[str, Any]:
    """What the lock says of a wheel; one that Pyodide's Python cannot load is refused."""
    name, at, _, tags = parse_wheel_filename(wheel.name)
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        about = next(each for each in names if each.endswith(".dist-info/METADATA"))
        says = HeaderParser().parsestr(files.read(about).decode())
    if not any(tag.interpreter.startswith("py3") and tag.platform == "any" for tag in tags):
        raise WheelError(
            f"{wheel.name} is built for another Python or machine than Pyodide's {python}"
        )
    if python not in SpecifierSet(says["Requires-Python"] or ""):
        raise WheelError(
            f"{wheel.name} needs Python {says['Requires-Python']}, and Pyodide's is {python}"
        )
    tops = {each.split("/")[0].split(".")[0] for each in names if ".dist-info/" not in each}
    return {
        "name": name,
        "version": str(at),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(tops),
        "depends": needed[name][1] if name in needed else [],
        "unvendored_tests": False,
    }


def kept_elsewhere(theirs: Lock, here: set[str]) -> Lock:
    """NumPy, Matplotlib and what they need, at the address where Pyodide keeps its packages."""
    found: Lock = {}
    waiting = list(ELSEWHERE)
    while waiting:
        name = waiting.pop()
        if name not in found and name not in here:
            entry = theirs[name]
            waiting += entry["depends"]
            found[name] = entry | {"file_name": f"{PYODIDE_CDN_URL}/{entry['file_name']}"}
    # A lesson on arrays imports NumPy by name, and its pictures Matplotlib within the package.
    found["numpy"] = found["numpy"] | {"depends": [*found["numpy"]["depends"], "matplotlib"]}
    return found


def run(command: list[str], **environment: str) -> None:
    """Run a program that fetches or builds something; what it says is shown where it fails."""
    given = os.environ | environment
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=given)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
