"""Where a release of the course is read from: a folder, a zip, or a commit of git."""

from __future__ import annotations

import fnmatch
import importlib
import io
import json
import os
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from classroom.notebooks import CourseError

STUB = 'raise NotImplementedError("your turn")'
LARGEST = 200_000_000  # bytes in a zip; the course has a tenth of that
# What lies in a folder of the course and is no part of it, besides what its .gitignore names.
ASIDE = (".git", ".venv", ".cache", "__pycache__", ".ipynb_checkpoints")


class Release(NamedTuple):
    """The files of a release by their paths, which of them can be run, and its commit, if any."""

    files: Mapping[str, bytes]
    programs: frozenset[str] = frozenset()
    commit: str = ""

    @property
    def version(self) -> str:
        """The version that stands in its pyproject.toml."""
        try:
            project = tomllib.loads(self.files["pyproject.toml"].decode("utf-8"))["project"]
            return str(project["version"])
        except (KeyError, ValueError, TypeError):
            return "without a version"


def checked(release: Release, name: str) -> Release:
    """The release, if it is one, and nobody's work stands in it."""
    for needed in ("start.py", "pyproject.toml"):
        if needed not in release.files:
            raise CourseError(f"{name} is no release of the course: it holds no {needed}.")
    for path, content in release.files.items():
        if path.startswith("exercises/") and path.endswith(".ipynb") and holds_answers(content):
            raise CourseError(
                f"{name} is no release of the course but a copy that somebody works in: "
                f"{path} holds an answer. Name the course itself."
            )
    return release


def holds_answers(content: bytes) -> bool:
    """Whether a stub in this exercise has been replaced."""
    try:
        cells = json.loads(content)["cells"]
        answers = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution")]
        return any(STUB not in "".join(cell["source"]) for cell in answers)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


# --- a folder -----------------------------------------------------------------------------------


def in_folder(folder: Path) -> Release:
    """The release in a folder."""
    ignored = folder / ".gitignore"
    aside = names_aside(ignored.read_bytes() if ignored.is_file() else b"")
    paths = sorted(files_below(folder, folder, aside))
    programs = (path for path in paths if os.access(folder / path, os.X_OK))
    files = {path: (folder / path).read_bytes() for path in paths}
    return checked(Release(files, frozenset(programs)), str(folder))


def files_below(folder: Path, top: Path, aside: list[str]) -> Iterator[str]:
    """The course's files in a folder, as paths from the top."""
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if not is_aside(path.name, aside) and not entry.is_symlink():
            if entry.is_dir():
                yield from files_below(path, top, aside)
            else:
                yield path.relative_to(top).as_posix()


def names_aside(ignored: bytes) -> list[str]:
    """The names that a .gitignore keeps out of the course, with those that are never in it."""
    lines = [line.strip().rstrip("/") for line in ignored.decode("utf-8", "replace").splitlines()]
    return [*ASIDE, *(line for line in lines if line and line[0] not in "#!")]


def is_aside(name: str, aside: list[str]) -> bool:
    """Whether a file or folder of this name is no part of the course."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in aside)


# --- a zip --------------------------------------------------------------------------------------


def in_zip(path: Path) -> Release:
    """The release in a zip, in whichever folder of it `start.py` lies."""
    try:
        with zipfile.ZipFile(path) as zipped:
            members = [member for member in zipped.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > LARGEST:
                raise CourseError(f"{path} holds more than {LARGEST:,} bytes: it is no course.")
            tops = [m.filename[:-8] for m in members if f"/{m.filename}".endswith("/start.py")]
            top = min(tops, key=len, default="")
            inside = {m.filename[len(top) :]: m for m in members if m.filename.startswith(top)}
            files = {name: zipped.read(member) for name, member in inside.items()}
            programs = (name for name, m in inside.items() if m.external_attr >> 16 & 0o111)
            return checked(Release(tidy(files, path), frozenset(programs)), str(path))
    except CourseError:
        raise
    except Exception as error:  # each way of packing has errors of its own
        raise CourseError(f"{path} cannot be read as a zip: {error}. Download it again.") from None


def tidy(files: dict[str, bytes], path: Path) -> dict[str, bytes]:
    """The files of the course among these, none of which may lead out of its folder."""
    kept, aside = {}, names_aside(files.get(".gitignore", b""))
    for name, content in files.items():
        parts = PurePosixPath(name).parts
        if ".." in parts or "\\" in name or ":" in name or PurePosixPath(name).is_absolute():
            raise CourseError(f"{path} is no release of the course: it leads to {name}.")
        if not any(is_aside(part, aside) for part in parts):
            kept[name] = content
    return kept


# --- a commit -----------------------------------------------------------------------------------


def in_tar(content: bytes) -> Release:
    """The files of a commit, as `git archive` gives them."""
    files, programs = {}, set()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                files[member.name] = stream.read()
                if member.mode & 0o100:
                    programs.add(member.name)
    return Release(files, frozenset(programs))


# --- the release that is here -------------------------------------------------------------------


class Sources(Mapping[str, bytes]):
    """The notebooks of the release that a folder holds, made from its sources, without outputs.

    The notebooks that lie there are a learner's; the sources are the course's.
    """

    def __init__(self, course: Path) -> None:
        """Nothing is made before it is asked for."""
        self.course = course
        self.made: dict[str, bytes] = {}

    @cached_property
    def found(self) -> dict[str, Path]:
        """The source of each notebook."""
        source, found = self.course / "source", dict[str, Path]()
        for room, folders in (
            ("lessons", ["notebooks"]),
            ("exercises", ["solutions", "exercises"]),
        ):
            for path in sorted((source / room).glob("[0-9]*.py")):
                found |= {f"{folder}/{path.stem}.ipynb": path for folder in folders}
        return found

    def __iter__(self) -> Iterator[str]:
        """The paths of the notebooks."""
        return iter(self.found)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.found)

    def __getitem__(self, path: str) -> bytes:
        """The notebook as the builder makes it."""
        if path not in self.made:
            self.make(self.found[path])
        return self.made[path]

    def make(self, source: Path) -> None:
        """Make the notebooks of one source."""
        sys.path.insert(0, str(self.course / "source"))
        try:
            build = importlib.import_module("build")
            nbformat = importlib.import_module("nbformat")
            notebook = build.with_folds(build.read_source(source))
            forms = [notebook]
            if source.parent.name == "exercises":
                forms = [build.as_solution(notebook), build.as_exercise(notebook)]
        except Exception as error:  # it is the learner's folder: a source may be anything
            raise KeyError(str(source)) from error
        finally:
            sys.path.pop(0)
        paths = [path for path, one in self.found.items() if one == source]
        for path, form in zip(paths, forms, strict=True):
            self.made[path] = nbformat.writes(form, version=4).encode()
