"""Put an engine together from the answers that pass, and write it beside the notebooks.

What a hand has changed in it is left alone and named. A part that passed once and does so no
longer is kept as it was. The same answers give the same bytes.
"""

from __future__ import annotations

import ast
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from ..learner.course import cells_of, source_of
from .fitting import Fit, fit
from .parts import (
    OUTGROWN,
    Own,
    Part,
    clash,
    every_part,
    file_of,
    joined_file,
    lent_file,
    lent_imports,
    own_part,
    pattern_files,
)
from .statements import Notebook, Statement, read
from .stored import (
    MANIFEST,
    NAME,
    SHALLOW,
    WALK,
    Assembly,
    alone,
    as_json,
    assembled,
    digest,
    in_bytes,
    put,
)

PASSED_BEFORE = "it no longer passes; this is how it was when it last did"
TAKEN_BEFORE = "this is how it was when it was last taken"


def assemble(course: Path, passing: Mapping[str, Collection[str]]) -> Assembly:
    """Write `my_engine/` into the folder of the course.

    `passing` has the names of the answers that pass, by the number of the exercise. Two kernels
    that are at it at once wait for each other.
    """
    with alone(course):
        return assemble_alone(course, passing)


def assemble_alone(course: Path, passing: Mapping[str, Collection[str]]) -> Assembly:
    """The same, while nobody else does."""
    folder = course / NAME
    before = assembled(folder)
    told: dict[str, list[str]] = {}
    owns = own_parts(course, passing, told)
    known = {**before.kept, **before.own}
    kept = {
        part: Own(part, statements, [TAKEN_BEFORE if str(part) in told else PASSED_BEFORE])
        for part, statements in known.items()
        if part not in owns
    }
    edited = hand_edited(folder, before)
    strangers = set(strange(folder, before, texts_of(course, owns, kept, folder, edited)))
    edited |= strangers

    borrow_what_is_gone(course, owns, edited, told)

    def tried(owns: dict[Part, Own], kept: dict[Part, Own]) -> Fit:
        texts = texts_of(course, owns, kept, folder, edited)
        return fitting(texts, folder, edited, {**owns, **kept})

    if edited:  # a hand may have changed how parts are joined: nothing is taken away for that
        found = tried(owns, kept)
        reasons = {str(part): why for part, why in found.parts.items()}
        for name, why in (reasons | {found.file: found.trouble}).items():
            told.setdefault(name, []).extend([why] if why else [])
    else:
        found = take_out_misfits(owns, kept, known, told, tried)
    if not found.is_deep:
        for name in {str(part) for part in (*owns, *kept)} & set(WALK):
            told.setdefault(name, []).append(SHALLOW)
    texts = texts_of(course, owns, kept, folder, edited)
    for part, own in sorted({**owns, **kept}.items()):
        if own.told:
            told[str(part)] = told.get(str(part), []) + own.told
    outgrown = ["a later answer, which does the same and more, stands in its place"]
    told |= {old: outgrown for old in OUTGROWN if old[3:] in passing.get(old[:2], ())}
    for name in sorted(edited):
        how = "was there already" if name in strangers else "changed by hand"
        told.setdefault(name, []).append(f"{how}, and left as it is; delete it to have it anew")
    return written(folder, before, texts, edited, owns, kept, told)


def borrow_what_is_gone(
    course: Path, owns: dict[Part, Own], edited: set[str], told: dict[str, list[str]]
) -> None:
    """Whoever has deleted a part from its file by hand borrows it."""
    for part in list(owns):
        name = f"{module_of(notebook_of(course, part.exercise))}.py"
        if name in edited and part.name not in names_in(course / NAME / name):
            told[str(part)] = [f"{name}, changed by hand, has it no longer; it is borrowed"]
            del owns[part]


def take_out_misfits(
    owns: dict[Part, Own],
    kept: dict[Part, Own],
    known: Mapping[Part, list[Statement]],
    told: dict[str, list[str]],
    tried: Callable[[dict[Part, Own], dict[Part, Own]], Fit],
) -> Fit:
    """Until all fits: put what a part was before in its place, or have it borrowed."""
    while (found := tried(owns, kept)).trouble or found.parts:
        misfits = found.parts if found.trouble else {}  # a line of theirs does not load
        for part, reason in (misfits or first_misfit(owns, kept, found, tried)).items():
            told.setdefault(str(part), []).append(reason)
            if part in owns and part in known and known[part] != owns[part].statements:
                kept[part] = Own(part, known[part], ["a later one does not fit"])
            else:
                kept.pop(part, None)
            owns.pop(part, None)
    return found


def first_misfit(
    owns: dict[Part, Own],
    kept: dict[Part, Own],
    found: Fit,
    tried: Callable[[dict[Part, Own], dict[Part, Own]], Fit],
) -> dict[Part, str]:
    """The part with which the first parts do not fit any more, and do without it.

    What leans on it fails as well, and is not to blame. It is found by halves.
    """
    order = sorted({**owns, **kept})
    fits, fails = 0, len(order)
    while fails - fits > 1:
        middle = (fits + fails) // 2
        first = set(order[:middle])
        some = tried(*({p: own for p, own in each.items() if p in first} for each in (owns, kept)))
        if some.trouble or some.parts:
            fails, found = middle, some
        else:
            fits = middle
    part = order[fails - 1]
    if part in found.parts or found.trouble:
        return {part: found.parts.get(part, found.trouble)}
    other, reason = next(iter(found.parts.items()))
    return {part: reason.replace("it does not fit", f"with it, {other} does not fit", 1)}


def own_parts(
    course: Path, passing: Mapping[str, Collection[str]], told: dict[str, list[str]]
) -> dict[Part, Own]:
    """The parts that pass, with all that they lean on; why one cannot be taken goes to `told`."""
    owns: dict[Part, Own] = {}
    notebooks: dict[str, Notebook] = {}
    for part in every_part():
        if part.name not in passing.get(part.exercise, ()):
            continue
        if part.exercise not in notebooks:
            notebooks[part.exercise] = read(notebook_of(course, part.exercise))
        try:
            own = own_part(notebooks[part.exercise], part)
        except LookupError as error:
            told[str(part)] = [f"it passes, and cannot be taken: {error.args[0]}"]
            continue
        beside = [each for each in owns.values() if each.part.exercise == part.exercise]
        for other in beside:
            if name := clash(own, other):
                told[str(part)] = [
                    f"it passes, and cannot be taken: `{name}` means one thing to it and another "
                    f"to {other.part.name}; give one of them another name"
                ]
                break
        else:
            owns[part] = own
    return owns


def notebook_of(course: Path, exercise: str) -> Path:
    """The learner's notebook of an exercise, by the name that the course gives it."""
    shipped = (course / "solutions").glob(f"{exercise}_*.ipynb")
    return course / "exercises" / next((path.name for path in shipped), f"{exercise}.ipynb")


def texts_of(
    course: Path, owns: dict[Part, Own], kept: dict[Part, Own], folder: Path, edited: set[str]
) -> dict[str, str]:
    """Every file of the engine by its path in it."""
    texts: dict[str, str] = {}
    homes: dict[Part, str] = {}
    for exercise in sorted({part.exercise for part in owns}):
        parts = [own for part, own in owns.items() if part.exercise == exercise]
        notebook = notebook_of(course, exercise)
        name = module_of(notebook)
        title = f"Exercise {int(exercise)}, from exercises/{notebook.name}: your code."
        texts[f"{name}.py"] = file_of(title, int(exercise), parts, headings_of(course, notebook))
        homes |= {own.part: f".{name}" for own in parts}
    for part, own in sorted(kept.items()):
        name = f"kept_e{part.exercise}_{part.name}"
        title = f"{part.name} of exercise {int(part.exercise)}, as it was when it last passed."
        texts[f"{name}.py"] = file_of(title, int(part.exercise), [own], {})
        homes[part] = f".{name}"
    lent = {part for part in every_part() if part not in homes}
    for path in pattern_files():
        texts[path.name] = joined_file(path.read_text(encoding="utf-8"), homes)
        if path.name in edited:
            lent |= parts_asked_for(folder / path.name)
    for exercise in sorted({part.exercise for part in lent}):
        names = sorted(part.name for part in lent if part.exercise == exercise)
        texts[f"borrowed/e{exercise}.py"] = lent_file(exercise, names)
    if lent:
        texts["borrowed/__init__.py"] = '"""What the course lends until an exercise passes."""\n'
    return texts


def module_of(notebook: Path) -> str:
    """The name of the module for a notebook: `e04_local_rules`."""
    return "e" + "".join(c if c.isalnum() else "_" for c in notebook.stem)


def headings_of(course: Path, notebook: Path) -> dict[str, str]:
    """The number that each answer has in its exercise, such as E4.1, by the course's own file."""
    found: dict[str, str] = {}
    heading = ""
    for cell in cells_of(course / "solutions" / notebook.name):
        first = source_of(cell).split(" ", 2)
        if cell["cell_type"] == "markdown" and first[0] == "##" and first[1][:1] == "E":
            heading = first[1]
        found |= dict.fromkeys([str(cell.get("id", "")).partition("-")[2]], heading)
    return found


def names_in(path: Path) -> set[str]:
    """The names that a file binds at its top; none where it is no Python."""
    try:
        body = ast.parse(path.read_text(encoding="utf-8")).body
    except (OSError, SyntaxError, ValueError):
        return set()
    found = {str(getattr(node, "name", "")) for node in body}
    for node in body:
        found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return found


def parts_asked_for(path: Path) -> set[Part]:
    """What a file that a hand has changed still borrows."""
    try:
        nodes = lent_imports(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return set()
    every = set(every_part())
    pairs = ((str(node.module)[-2:], alias.name) for node in nodes for alias in node.names)
    return {Part(*pair) for pair in pairs} & every


def fitting(texts: dict[str, str], folder: Path, edited: set[str], owns: dict[Part, Own]) -> Fit:
    """How the engine fits together: tried in another Python, in a copy."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        copy = Path(place) / NAME
        for name, text in texts.items():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name in edited:
                shutil.copyfile(folder / name, target)
            else:
                target.write_bytes(in_bytes(text))
        return fit(copy, owns)


def hand_edited(folder: Path, before: Assembly) -> set[str]:
    """The files of the engine that are not as the course wrote them; one deleted is not among."""
    return {
        name
        for name, word in before.files.items()
        if (folder / name).is_file() and digest((folder / name).read_bytes()) != word
    }


def strange(folder: Path, before: Assembly, texts: dict[str, str]) -> Iterator[str]:
    """The files under a name that the engine needs, not known to be the course's."""
    for name in texts.keys() - before.files.keys():
        target = folder / name
        if target.is_file() and target.read_bytes() != in_bytes(texts[name]):
            yield name


def written(
    folder: Path,
    before: Assembly,
    texts: dict[str, str],
    edited: set[str],
    owns: dict[Part, Own],
    kept: dict[Part, Own],
    told: dict[str, list[str]],
) -> Assembly:
    """Write what has changed, take away what the course wrote and nothing needs, note it all."""
    for name, text in texts.items():
        target = folder / name
        data = in_bytes(text)
        if name not in edited and not (target.is_file() and target.read_bytes() == data):
            target.parent.mkdir(parents=True, exist_ok=True)
            put(target, data)
    for name in before.files.keys() - texts.keys() - edited:
        (folder / name).unlink(missing_ok=True)
    files = {name: digest(in_bytes(text)) for name, text in texts.items()}
    files |= {name: before.files[name] for name in edited & before.files.keys()}
    assembly = Assembly(
        {part: own.statements for part, own in sorted(owns.items())},
        {part: own.statements for part, own in sorted(kept.items())},
        {name: told[name] for name in sorted(told) if told[name]},
        {name: files[name] for name in sorted(files)},
    )
    folder.mkdir(exist_ok=True)
    put(folder / MANIFEST, (json.dumps(as_json(assembly), indent=1) + "\n").encode())
    return assembly
