"""Whose notebooks there are: in a folder, in a zip, or one alone. Nothing in them is changed."""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from classroom.grading.names import is_notebook, is_zip, stem_of, whose
from classroom.notebooks import LARGEST, CourseError, too_large

LEFT_OUT = {"__MACOSX", "__pycache__", "node_modules", "venv"}  # and what begins with a dot
NOT_THEIRS = {"notebooks", "solutions"}  # in a clone of the course, beside `exercises`
DEEPEST = 12  # folders below one another
MOST_FILES = 200_000
NESTED, LARGEST_ZIP = 2, 5 * LARGEST  # of a zip in a zip
INSTEAD = re.compile(r"\.(7z|rar|tar|t?gz|bz2|xz)$|^\d\d_.*\.(py|html?|pdf|md|txt)$", re.IGNORECASE)
JOINERS = "\u200c\u200d"  # within one letter of some languages


Source = Callable[[], Path | io.BytesIO]  # where a zip is to be read


class Found(NamedTuple):
    """A file that may be a notebook: whose, where in their work, and how to read it."""

    student: str
    path: PurePosixPath
    read: Callable[[], bytes]


def collect(submissions: Path, exercises: Iterable[str]) -> dict[str, list[Found]]:
    """By student every notebook in a folder of submissions, in a zip of them, or the one named.

    What lies in a folder of its own belongs to whoever the folder is named after, also where that
    holds none; a zip in it counts as a folder, and a notebook beside the folders belongs to whoever
    it is named after, in front of the name of an exercise.
    """
    submissions = submissions.resolve()
    entries = [submissions]
    if submissions.is_dir() and not (submissions / "exercises").is_dir():
        entries = entries_of(submissions)
    elif not submissions.exists():
        raise CourseError(f"{submissions} is not there: name a folder, a zip or a notebook")
    elif submissions.is_file() and submissions.suffix.lower() not in (".zip", ".ipynb"):
        raise CourseError(f"{submissions} is neither a folder, nor a zip, nor a notebook")
    if submissions.is_file() and is_zip(submissions.name):
        return by_student(members_of(submissions, "", exercises))
    folders = (each.name for each in (submissions, *submissions.parents) if each.is_dir())
    alone = next(name for name in folders if name != "exercises")
    names = whose((entry.name for entry in entries), alone, exercises)
    return by_student(found for entry in entries for found in work_of(entry, names[entry.name]))


def by_student(work: Iterable[Found]) -> dict[str, list[Found]]:
    """The files that may be notebooks, by student; of who has none one that stands in its place."""
    students: dict[str, list[Found]] = {}
    instead: dict[str, list[Found]] = {}
    for found in work:
        student = unicodedata.normalize("NFC", found.student)  # macOS writes letters in parts
        mine = students.setdefault(student, [])
        if may_be_notebook(found):
            mine.append(found._replace(student=student))
        elif INSTEAD.search(found.path.name):
            instead[student] = [found._replace(student=student)]
    students |= {student: instead.get(student, []) for student in students if not students[student]}
    return {student: students[student] for student in sorted(students)}


def work_of(entry: Path, student: str) -> Iterator[Found]:
    """What lies in a folder, a zip or a notebook of one student, and first that it is there."""
    if entry.is_dir() and not entry.is_symlink():
        yield Found(student, PurePosixPath(), entry.read_bytes)
        yield from work_in(entry, student)
    elif is_notebook(entry.name):
        yield one_file(entry, student, entry.parent)
    elif is_zip(entry.name):
        yield Found(student, PurePosixPath(), entry.read_bytes)
        yield from members_of(entry, student)


def may_be_notebook(found: Found) -> bool:
    """Whether this is called a notebook, or is a zip that could not be looked into."""
    return is_notebook(found.path.name) or is_zip(found.path.name)


def entries_of(folder: Path) -> list[Path]:
    """What lies in a folder and may be work, in one order on every system."""
    try:
        return sorted((each for each in folder.iterdir() if is_wanted(each.name)), key=str)
    except OSError:
        return [folder / "folder that may not be read.ipynb"]  # whose reading says why


def is_wanted(name: str) -> bool:
    """Whether a file or folder may hold somebody's work."""
    name = re.sub(r"^(\.\./)+", "", name)  # as a name in a zip may begin
    return not name.startswith(".") and name not in LEFT_OUT


def work_in(folder: Path, student: str) -> Iterator[Found]:
    """The notebooks of one student in a folder of theirs."""
    paths = {path.relative_to(folder).parts: path for path in files_below(folder)}
    for parts in sorted(without_the_courses_own(paths)):
        path = paths[parts]
        if is_zip(path.name) and path.is_file() and not path.is_symlink():
            yield from members_of(path, student)
        elif is_notebook(path.name) or INSTEAD.search(path.name):
            found = one_file(path, student, folder)
            yield found._replace(path=PurePosixPath(*parts))


def files_below(folder: Path, depth: int = DEEPEST) -> Iterator[Path]:
    """All files below a folder; no link to a folder is followed."""
    for each in entries_of(folder):
        if each.is_dir() and not each.is_symlink() and each.suffix.lower() != ".ipynb":
            if depth:
                yield from files_below(each, depth - 1)
        else:
            yield each


def without_the_courses_own(found: Iterable[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """These paths, but of a clone of the course only what lies in its `exercises`."""
    paths = set(found)
    clones = {path[:place] for path in paths for place, n in enumerate(path) if n == "exercises"}
    return {
        path
        for path in paths
        if not any(
            name in NOT_THEIRS and path[:place] in clones for place, name in enumerate(path[:-1])
        )
    }


def one_file(path: Path, student: str, within: Path) -> Found:
    """A notebook on disk; a link counts where it leads to a file in the student's own work."""

    def read() -> bytes:
        try:
            if path.is_symlink() and not path.resolve().is_relative_to(within.resolve()):
                raise CourseError(f"{path.name} is a link to a file elsewhere: hand in the file.")
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise CourseError(f"{path.name} is no file, but a folder or a device.")
            if status.st_size > LARGEST:
                raise CourseError(too_large(path.name, status.st_size))
            return path.read_bytes()
        except (OSError, RuntimeError) as error:  # RuntimeError: a link in a circle
            raise CourseError(f"{path.name} cannot be read ({error}).") from None

    return Found(student, PurePosixPath(path.name), read)


# --- zips ---------------------------------------------------------------------------------------


def members_of(path: Path, student: str, exercises: Iterable[str] = ()) -> Iterator[Found]:
    """The files in a zip, read in memory and never unpacked: of one student, or of many."""
    return files_in(path.name, lambda: path, student, exercises)


def files_in(
    name: str, source: Source, student: str, exercises: Iterable[str], depth: int = NESTED
) -> Iterator[Found]:
    """The files in a zip and in zips in it; a name such as `../x` is a name, and leads nowhere."""
    try:
        with zipfile.ZipFile(source()) as opened:
            infos = [info for info in opened.infolist()[:MOST_FILES] if not info.is_dir()]
    except Exception as error:  # a file may hold anything
        if not student:
            raise CourseError(f"{name} is no zip that can be read ({error})") from None
        yield Found(student, PurePosixPath(name), broken(name, str(error)))
        return
    infos = list({info.filename: info for info in infos}.values())  # as unpacking leaves the last
    names = {info.filename: parts_of(info.filename) for info in infos}
    names = {name: parts for name, parts in names.items() if all(map(is_wanted, parts))}
    shared = () if student else shared_folder(names.values(), exercises)
    theirs = without_the_courses_own(names.values())
    tops = (part for parts in names.values() for part in parts[len(shared) :][:1])
    students = {} if student else whose(tops, PurePosixPath(name).stem, exercises)
    for info in infos:
        parts = names.get(info.filename, ())
        if parts not in theirs or len(parts) <= len(shared):
            continue
        parts = parts[len(shared) :]
        owns = student or students[parts[0]]
        if is_zip(parts[-1]) and depth:
            inner = files_in(parts[-1], unpacked(source, info), owns, exercises, depth - 1)
            for found in inner:
                yield found._replace(path=PurePosixPath(*parts, found.path))
        elif student or len(parts) > 1 or is_notebook(parts[-1]):
            yield Found(owns, PurePosixPath(*parts), member(source, info, LARGEST))


def parts_of(name: str) -> tuple[str, ...]:
    """The parts of a name in a zip, with those that lead upwards made plain names."""
    found = [part for part in re.split(r"[/\\]", name) if part not in ("", ".")]
    kept = [part for part in found if part != ".."] or ["nameless"]
    return ("../" * found.count("..") + kept[0], *kept[1:])


def shared_folder(paths: Iterable[tuple[str, ...]], exercises: Iterable[str]) -> tuple[str, ...]:
    """The one folder that a zip of all submissions often holds everything in.

    What lies in it beside the work, such as a list of what was handed in, does not count.
    """
    work = [path for path in paths if is_notebook(path[-1]) or is_zip(path[-1])]
    tops, below = {path[0] for path in work}, [path[1:] for path in work]
    is_clone = any("exercises" in path[:1] for path in below)
    are_zips = len(below) > 1 and all(path and is_zip(path[-1]) for path in below)
    names = whose((path[0] for path in below if path), "", exercises)
    are_named = all(path and names[path[0]] not in ("", stem_of(path[0])) for path in below)
    are_folders = all(len(path) > 1 for path in below)
    is_shared = len(tops) == 1 and (are_zips or are_named or are_folders)
    return tuple(tops) if is_shared and not is_clone else ()


def unpacked(source: Source, info: zipfile.ZipInfo) -> Source:
    """A zip in a zip, which is read anew each time, so that none stays in memory."""
    read = member(source, info, LARGEST_ZIP)
    return lambda: io.BytesIO(read())


def member(source: Source, info: zipfile.ZipInfo, most: int) -> Callable[[], bytes]:
    """A function that reads one file in a zip, and no more of it than a notebook may have."""

    def read() -> bytes:
        name = PurePosixPath(info.filename).name
        if stat.S_ISLNK(info.external_attr >> 16):
            raise CourseError(f"{name} is a link to another file: hand in the file.")
        if info.flag_bits & 1:
            raise CourseError(f"{name} is locked by a password: hand in a zip without one.")
        try:
            with zipfile.ZipFile(source()) as opened, opened.open(info) as stream:
                content = stream.read(most + 1)
        except Exception as error:  # each way of packing has errors of its own
            raise CourseError(f"{name} cannot be unpacked ({error}).") from None
        if len(content) > most:
            raise CourseError(too_large(name, info.file_size, most))
        return content

    return read


def broken(name: str, why: str) -> Callable[[], bytes]:
    """A function that says that a zip is none."""

    def read() -> bytes:
        raise CourseError(f"{name} is no zip that can be read ({why}).")

    return read


def one_line(text: str) -> str:
    """A text on one line, without letters that are none."""
    return "".join(
        letter if unicodedata.category(letter)[0] != "C" or letter in JOINERS else "?"
        for letter in text.encode("utf-8", "replace").decode("utf-8")
    )


def shown(text: str) -> str:
    """The same without space around it."""
    return one_line(text).strip()
