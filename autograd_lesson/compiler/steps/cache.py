"""Compiled C, kept in the learner's own cache folder under the hash of all that it depends on."""

import ctypes
import hashlib
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from ..code import c_compiler

REUSES = "-fno-strict-aliasing"  # one place holds floats, and then whole numbers or doubles
FLAGS = ("-O3", "-march=native", "-fopenmp-simd", "-fno-math-errno", "-fno-trapping-math", REUSES)
ENDS = ("-shared", "-fPIC", "-lm")
SLOW_FLAGS = ("-O2", REUSES)  # where a compiler does not know the others


def folder() -> Path:
    """Where caches belong on this system; AUTOGRAD_LESSON_CACHE names another place."""
    if own := os.environ.get("AUTOGRAD_LESSON_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "autograd_lesson"


@cache
def machine(compiler: tuple[str, ...]) -> str:
    """The compiler's version and the processor: code made for another one may not run here."""
    version = subprocess.run([*compiler, "--version"], capture_output=True, text=True).stdout
    kind = platform.machine() + platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        kind += next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return version + kind


def library(source: str) -> ctypes.CDLL | None:
    """The compiled source, from the cache or made now; None where no compiler makes it."""
    compiler = c_compiler()
    if not compiler:
        return None
    try:
        parts = (source, machine(compiler), *compiler, *FLAGS)
    except OSError:  # a file of that name, and no program
        return None
    name = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    try:
        place = folder()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        return loaded(place, name, source, compiler)
    except OSError:  # a folder that cannot be written to
        with (
            suppress(OSError),  # or from which nothing may be run
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as own,
        ):
            return loaded(Path(own), name, source, compiler)
        return None


def loaded(place: Path, name: str, source: str, compiler) -> ctypes.CDLL | None:
    """What lies in the cache, if it is whole and ours; else it is made again."""
    made, mark = place / f"{name}.so", place / f"{name}.sha256"
    if not (made.exists() and mark.exists() and mark.read_bytes() == digest(made).encode()):
        if not build(place, name, source, compiler):
            return None
    return ctypes.CDLL(str(made))


def digest(file: Path) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def build(place: Path, name: str, source: str, compiler) -> bool:
    """Compile beside the cache, and move it there when it is whole; did a compiler make it?"""
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as own:
        code, library = Path(own, "step.c"), Path(own, "step.so")
        code.write_text(source)
        for flags in (FLAGS, SLOW_FLAGS):
            command = [*compiler, *flags, str(code), "-o", str(library), *ENDS]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                (place / f"{name}.c").write_text(source)
                mark = Path(own, "mark")
                mark.write_text(digest(library))
                os.replace(library, place / f"{name}.so")
                os.replace(mark, place / f"{name}.sha256")
                return True
    return False
