"""The same lessons, run in the reader's browser: JupyterLite with Pyodide, and nothing elsewhere.

JupyterLite's own builder puts the notebook view together, and `packages` what Python is there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jupyter_server

from .contents import KINDS, lessons, notebook
from .packages import KERNEL, LABEXTENSIONS, read_lock, write_pyodide

EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager")
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
            for cell in content["cells"]:
                if cell["cell_type"] == "code":  # its stored pictures may run: they are ours
                    cell["metadata"]["trusted"] = True
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
    saved = {
        "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 10},
        "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # the system's
    }
    for name, settings in (
        ("overrides.json", saved),
        ("jupyter-lite.json", {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}),
        ("jupyter_lite_config.json", {"LiteBuildConfig": build}),
    ):
        (stage / name).write_text(json.dumps(settings), encoding="utf-8")
