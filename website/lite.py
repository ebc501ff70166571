"""The same lessons, run in the reader's browser: JupyterLite with Pyodide, and nothing elsewhere.

JupyterLite's own builder puts the notebook view together. Pyodide comes as its npm package, and
every package that a lesson imports as a wheel beside it: Pyodide loads them all before the first
cell, so that no cell installs one. Lessons on arrays take NumPy and Matplotlib from where Pyodide
keeps its own builds of them, since no registry has these.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from email.parser import HeaderParser
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

import jupyter_server
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

from .contents import KINDS, ROOT, lessons, notebook

CACHE = Path(sys.prefix) / "lite"  # Pyodide and wheels, fetched once for each version
PYODIDES = ("micropip", "ipython", "six")  # in the versions that Pyodide names
OURS = ("ipywidgets", "comm", "traitlets", "graphviz", "fsrs", "typing-extensions")
NOT_IN_A_BROWSER = ("widgetsnbextension", "jupyterlab-widgets", "pexpect", "psutil")
ELSEWHERE = ("numpy", "matplotlib")  # built for Pyodide, and in no registry
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager")
LABEXTENSIONS = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
BAR = Path(__file__).parent / "run_here"
ON_NUMBERS = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "10")
NEEDS_ARRAYS = (
    "This lesson needs NumPy. Your browser fetches it from the address of Pyodide: this site has "
    "none."
)
NOT_HERE = {
    "18": "The images of digits need scikit-learn, which is not here: read that part on its page.",
    "23": "A C compiler is not here: read what it gives on the page of this lesson.",
    "24": "Numba is not here: read what it gives on the page of this lesson.",
    "26": "PyTorch is not here: stored answers are shown.",
    "28": "A C compiler is not here: read what it gives on the page of this lesson.",
}
LEFT_OUT = (".map", ".d.ts", ".html", ".md", "pyodide.js")  # of Pyodide: nothing loads these
Lock = dict[str, dict[str, Any]]


class WheelError(ValueError):
    """A wheel that Pyodide's Python cannot load."""


def build_lite(out: Path) -> None:
    """The folder `lite` in `out`: the notebook view, Pyodide, the wheels and the notebooks."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        write_pyodide(stage / "static" / "pyodide")
        icons = Path(jupyter_server.__file__).parent / "static" / "favicons"
        shutil.copytree(icons, stage / "static" / "favicons")
        write_notebooks(stage / "contents")
        write_settings(stage)
        command = [sys.executable, "-m", "jupyterlite_core", "build", f"--lite-dir={stage}"]
        command += [f"--output-dir={out / 'lite'}"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=stage, check=False)
    if done.returncode == 0:
        add_bar(out / "lite")
    else:
        sys.exit(f"JupyterLite did not build:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


# What the reader opens.


def write_notebooks(folder: Path) -> None:
    """Every notebook as it is shipped: an exercise is the blank, whoever has answered it here.

    Each says which release it is, by which the browser tells a newer one, and what it needs.
    """
    for kind in KINDS:
        (folder / kind).mkdir(parents=True)
        for lesson in lessons():
            content = json.loads(json.dumps(notebook(kind, lesson.name)))
            sources = json.dumps([cell["source"] for cell in content["cells"]])
            mark = {"release": hashlib.sha256(sources.encode()).hexdigest()[:16]}
            if needs := needs_here(lesson.number):
                mark["needs"] = needs
            content["metadata"]["autograd_lesson"] = mark
            text = json.dumps(content, ensure_ascii=False, indent=1)
            (folder / kind / f"{lesson.name}.ipynb").write_text(text, encoding="utf-8")


def needs_here(number: str) -> str:
    """What a reader is told of a lesson that does not run on what the site has."""
    if number in ON_NUMBERS:
        return ""
    more = f" {NOT_HERE[number]}" if number in NOT_HERE else ""
    return NEEDS_ARRAYS + more


def add_bar(folder: Path) -> None:
    """Bring into the notebook view what keeps a reader's work, and says where it cannot run."""
    page = folder / "notebooks" / "index.html"
    for name in ("check.js", "course.js", "course.css"):
        shutil.copy(BAR / name, folder / name)
    first = '<head><script src="../check.js"></script>'
    bar = (
        '<link rel="stylesheet" href="../course.css" />'
        '<script type="module" src="../course.js"></script></head>'
    )
    text = page.read_text(encoding="utf-8")
    text = text.replace("<head>", first, 1).replace("</head>", bar, 1)
    page.write_text(text, encoding="utf-8")


def write_settings(stage: Path) -> None:
    """What JupyterLite is told: which packages to load first, and to ask nobody for others."""
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "packages": sorted(read_lock(stage / "static" / "pyodide", here=True))
        },
    }
    config = {
        "appName": "Build autograd from scratch",
        "exposeAppInBrowser": True,
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    build = {
        "apps": ["notebooks"],
        "contents": [str(stage / "contents")],
        "ignore_sys_prefix": True,  # which may have many extensions
        "federated_extensions": [str(LABEXTENSIONS / name) for name in EXTENSIONS],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    saved = {"@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 10}}
    for name, settings in (
        ("overrides.json", saved),
        ("jupyter-lite.json", {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}),
        ("jupyter_lite_config.json", {"LiteBuildConfig": build}),
    ):
        (stage / name).write_text(json.dumps(settings), encoding="utf-8")


# Pyodide and its packages.


def write_pyodide(folder: Path) -> None:
    """Pyodide, all wheels beside it, and a lock that names these alone."""
    shutil.copytree(fetched_pyodide(), folder, ignore=left_out)
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    python, theirs = lock["info"]["python"], lock["packages"]
    needed = closure(theirs)
    wheels = [*fetched_wheels(needed, python), *kernels_wheels(), *own_wheels(folder.parent)]
    found: Lock = {}
    for wheel in wheels:
        entry = entry_of(packed(wheel, folder), python, needed)
        found[entry["name"]] = entry
    # The kernel asks for jedi, 1.7 MB: IPython completes names without it, where it is not found.
    found["jedi"] = found["six"] | {"name": "jedi", "imports": []}
    found.update(kept_elsewhere(theirs, set(found)))
    lock["packages"] = found
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


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


def closure(theirs: Lock) -> dict[str, tuple[str, list[str]]]:
    """Each package that is needed: its version, and which others it needs.

    What Pyodide knows is taken as Pyodide has it; the rest in the version that is installed here,
    which is the one of the widgets' scripts.
    """
    found: dict[str, tuple[str, list[str]]] = {}
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


def fetched_wheels(needed: dict[str, tuple[str, list[str]]], python: str) -> list[Path]:
    """The wheels of these packages, which pip brings."""
    wanted = [f"{name}=={at}" for name, (at, _) in sorted(needed.items())]
    key = hashlib.sha256(" ".join([python, *wanted]).encode()).hexdigest()[:16]
    folder = CACHE / f"wheels-{key}"
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


def own_wheels(folder: Path) -> list[Path]:
    """The course's package, and the merging of a learner's notebook with a new one."""
    source, wheels = folder / "own", folder / "own_wheels"
    for name in ("autograd_lesson", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, source / name)
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            f"--wheel-dir={wheels}",
            str(source),
        ]
    )
    found = list(wheels.glob("*.whl"))
    with zipfile.ZipFile(found[0], "a", zipfile.ZIP_DEFLATED) as wheel:
        for name in ("__init__.py", "merge.py"):
            wheel.write(ROOT / "classroom" / name, f"classroom/{name}")
    shutil.rmtree(source)
    return found


def packed(wheel: Path, folder: Path) -> Path:
    """The wheel in the folder, as small as it gets, since each reader waits for all of it."""
    with zipfile.ZipFile(wheel) as whole, zipfile.ZipFile(folder / wheel.name, "w") as small:
        for each in whole.infolist():
            small.writestr(each, whole.read(each), zipfile.ZIP_DEFLATED, 9)
    return folder / wheel.name


def entry_of(wheel: Path, python: str, needed: dict[str, tuple[str, list[str]]]) -> dict[str, Any]:
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
    tops = {each.split("/")[0].removesuffix(".py") for each in names if ".dist-info/" not in each}
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


def run(command: list[str]) -> None:
    """Run a program that fetches or builds something; what it says is shown where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
