"""Run in Pyodide itself: the modules with which a lesson starts, compiled where they are packed.

In a browser Python finds no compiled modules from an earlier start, and compiling them takes it
longer than all else. What is not loaded at the start stays as it is, with its source.
"""

import importlib
import py_compile
import site
import sys
import tempfile
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path


def compile_loaded(folder: Path, names: list[str]) -> None:
    """Compile, in each archive of the folder, what these modules load, they included."""
    with redirect_stdout(sys.stdout), redirect_stderr(sys.stderr):  # a kernel would keep both
        for name in names:
            importlib.import_module(name)
    specs = [getattr(module, "__spec__", None) for module in [*sys.modules.values()]]
    loaded = {str(spec.origin) for spec in specs if spec}  # "frozen" where it is in Python itself
    library = next(place for place in sys.path if place.endswith(".zip"))
    compile_in(folder / "python_stdlib.zip", library, loaded)
    for wheel in folder.glob("*.whl"):
        compile_in(wheel, site.getsitepackages()[0], loaded)


def compile_in(archive: Path, place: str, loaded: set[str]) -> None:
    """Put the code of each module that was loaded from `place` in the place of its source."""
    with zipfile.ZipFile(archive) as sources:
        files = [(each.filename, sources.read(each)) for each in sources.infolist()]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in files:
            if name.endswith(".py") and f"{place}/{name}" in loaded:
                packed.writestr(f"{name}c", code_of(content, f"{place}/{name}"))
            else:
                packed.writestr(name, content)


def code_of(source: bytes, name: str) -> bytes:
    """What Python would keep of this module; it is not to look for a source that is newer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "module.py")
        path.write_bytes(source)
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(path), f"{path}c", name, doraise=True, invalidation_mode=mode)
        return path.with_suffix(".pyc").read_bytes()
