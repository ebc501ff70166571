"""Build the notebooks from the percent-format sources beside this file, or check them.

    python source/build.py                 build every notebook
    python source/build.py 01 03           build lessons and exercises 01 and 03 only
    python source/build.py --check         say what drifted from its source, and write nothing

A lesson gives one executed notebook. An exercise gives two: the solution, executed, and the
exercise, with a stub for each solution and the output to reach under each check cell.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "source"
STUB = 'raise NotImplementedError("your turn")'
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n(?:.*\n)*?^ *### END SOLUTION *$", re.MULTILINE)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_SECONDS = 20  # no notebook takes longer as a whole
LARGEST = 300_000  # bytes
FOLDERS = ("notebooks", "exercises", "solutions")


class BuildError(Exception):
    """A source that cannot become a notebook; the message names the cell."""


# ---------------------------------------------------------------------------------------------
# From a source to cells with ids and metadata


def sources(numbers: list[str] | None = None) -> list[Path]:
    """The sources of the lessons and exercises with these numbers, or of all."""
    found = sorted(SOURCE.glob("lessons/[0-9]*.py")) + sorted(SOURCE.glob("exercises/[0-9]*.py"))
    if not numbers:
        return found
    missing = [number for number in numbers if not any(p.name.startswith(number) for p in found)]
    if missing:
        raise BuildError(f"no source begins with {', '.join(missing)}")
    return [path for path in found if path.name.startswith(tuple(numbers))]


def read_source(path: Path) -> NotebookNode:
    """The notebook that a source describes, not yet executed."""
    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    number, heading = path.stem[:2], "top"
    for position, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        headings = re.findall(r"^#+ +(.+)$", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and headings:
            heading = headings[-1]
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        cell.id = f"{number}-{position:03d}"
        if is_answer(cell):
            label_answer(cell, number, path)
        elif "check" in tags:
            label_check(cell, number, path)
        elif "notes" in tags:
            cell.id = f"{number}-notes-{slug(heading)}"
    ids = [cell.id for cell in notebook.cells]
    if twice := sorted({cell_id for cell_id in ids if ids.count(cell_id) > 1}):
        raise BuildError(f"{path.name}: two cells would have the id {', '.join(twice)}")
    nbformat.validate(notebook)
    return notebook


def is_answer(cell: NotebookNode) -> bool:
    """Whether the learner is to write (a part of) this cell."""
    return cell.cell_type == "code" and "### BEGIN SOLUTION" in cell.source


def is_check(cell: NotebookNode) -> bool:
    """Whether this cell checks an answer."""
    return "check" in cell.metadata.get("tags", [])


def label_answer(cell: NotebookNode, number: str, path: Path) -> None:
    """Give an answer cell the id and the nbgrader metadata it keeps in every release."""
    if len(SOLUTION.findall(cell.source)) != cell.source.count("### BEGIN SOLUTION"):
        raise BuildError(f"{path.name}: an answer cell has BEGIN SOLUTION without its END SOLUTION")
    defined = [
        node.name
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    if not defined:
        raise BuildError(f"{path.name}: an answer cell must define a function or a class")
    cell.id = f"{number}-{defined[0]}"
    cell.metadata["nbgrader"] = nbgrader(defined[0], grade=False, solution=True)


def label_check(cell: NotebookNode, number: str, path: Path) -> None:
    """Give a check cell its id and metadata; it is read-only and carries the points."""
    called = re.match(r"(check_\w+)\(.*\)$", cell.source.strip())
    if not called:
        raise BuildError(f"{path.name}: a check cell must be one call, `check_name(name)`")
    module = importlib.import_module(f"autograd_lesson.checks.e{path.stem}")
    check = getattr(module, called[1], None)
    if check is None:
        raise BuildError(f"{path.name}: {module.__name__} has no {called[1]}")
    cell.id = f"{number}-{called[1]}"
    if path.parent.name == "exercises":
        cell.metadata.update(editable=False, deletable=False)
        graded = nbgrader(called[1], grade=True, solution=False)
        cell.metadata["nbgrader"] = graded | {"points": check.points}


def nbgrader(grade_id: str, grade: bool, solution: bool) -> dict[str, Any]:
    """The metadata, schema 3, by which nbgrader knows the cell."""
    return {
        "grade": grade,
        "grade_id": grade_id,
        "locked": grade,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }


def slug(heading: str) -> str:
    """A heading as part of a cell id: `Two roads, one sum` is `two-roads-one-sum`."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")[:40].strip("-")


# ---------------------------------------------------------------------------------------------
# Executing, and keeping only what is the same every time


def executed(notebook: NotebookNode, name: str) -> NotebookNode:
    """A copy of the notebook, run from top to bottom in a fresh kernel."""
    notebook = copy.deepcopy(notebook)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            record_timing=False,
            coalesce_streams=True,
            kernel_name="python3",
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute(env=kernel_environment(folder))
        except CellExecutionError as error:
            cell = next(cell for cell in notebook.cells if has_error(cell))
            text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(cell.outputs[-1].traceback))
            raise BuildError(f"{name}: the cell {cell.id} raised {error.ename}\n{text}") from None
        except CellTimeoutError:
            raise BuildError(f"{name}: a cell ran longer than {CELL_SECONDS} s") from None
        except DeadKernelError:
            raise BuildError(f"{name}: the kernel died") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [tidy(output, cell, name) for output in cell.outputs]
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    return notebook


def kernel_environment(folder: str) -> dict[str, str]:
    """The environment of the kernel: nothing of whoever builds, and nothing random."""
    return os.environ | {
        "IPYTHONDIR": folder,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def has_error(cell: NotebookNode) -> bool:
    """Whether an exception is the last output of the cell, where none is asked for."""
    asked_for = "raises-exception" in cell.metadata.get("tags", [])
    outputs = cell.get("outputs", [])
    return bool(outputs) and outputs[-1].output_type == "error" and not asked_for


def tidy(output: NotebookNode, cell: NotebookNode, name: str) -> NotebookNode:
    """An output without what differs from run to run; what must not be stored is an error."""
    if output.output_type == "stream" and output.name == "stderr":
        raise BuildError(f"{name}: the cell {cell.id} wrote to stderr:\n{output.text}")
    if output.output_type == "error":
        # The frames of a traceback name files of this machine; the last line is what is discussed.
        own_words = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in output.traceback]
        if any(line.startswith(("Cell In", "---")) for line in own_words):
            own_words = [f"{output.ename}: {output.evalue}"]
        output.traceback = own_words
    if "data" in output:
        output.data.pop("application/vnd.jupyter.widget-view+json", None)
        for kind, text in output.data.items():
            if isinstance(text, str) and re.search(r"\bat 0x[0-9a-f]{6,}", text):
                raise BuildError(f"{name}: the cell {cell.id} stores a memory address in {kind}")
    return output


# ---------------------------------------------------------------------------------------------
# The exercise


def stubbed(text: str) -> str:
    """The source of a cell with a stub where the solution stood."""
    return SOLUTION.sub(lambda found: found[1] + STUB, text)


def as_exercise(solution: NotebookNode) -> NotebookNode:
    """What the learner gets: stubs, and under each check cell the output that is to be reached."""
    notebook = copy.deepcopy(solution)
    for cell in notebook.cells:
        if is_answer(cell):
            cell.source = stubbed(cell.source)
            cell.outputs, cell.execution_count = [], None
    return notebook


# ---------------------------------------------------------------------------------------------
# Building


class Built(NamedTuple):
    """A notebook, and the file it belongs in."""

    path: Path
    notebook: NotebookNode

    @property
    def text(self) -> str:
        """The notebook as it is written."""
        return nbformat.writes(self.notebook, version=4) + "\n"


def build(path: Path) -> list[Built]:
    """The notebooks of one source, executed."""
    began = time.monotonic()
    name = f"{path.parent.name}/{path.stem}"
    notebook = read_source(path)
    say(f"{name}: running {sum(cell.cell_type == 'code' for cell in notebook.cells)} code cells")
    done = executed(notebook, name)
    target = f"{path.stem}.ipynb"
    if path.parent.name == "lessons":
        built = [Built(ROOT / "notebooks" / target, done)]
    else:
        built = [
            Built(ROOT / "solutions" / target, done),
            Built(ROOT / "exercises" / target, as_exercise(done)),
        ]
    sizes = [len(one.text.encode()) for one in built]
    if max(sizes) > LARGEST:
        raise BuildError(f"{name}: {max(sizes):,} bytes; at most {LARGEST:,} are allowed")
    say(f"{name}: done in {time.monotonic() - began:.1f} s, {max(sizes) / 1000:.0f} kB")
    return built


def say(line: str) -> None:
    """Tell whoever is waiting."""
    print(line, flush=True)


# ---------------------------------------------------------------------------------------------
# Checking


def drift(built: Built, pristine: bool) -> Iterator[str]:
    """What differs between a notebook and its source, a line for each thing."""
    name = built.path.relative_to(ROOT).as_posix()
    if not built.path.exists():
        yield f"{name}: is not built"
        return
    stored = nbformat.read(built.path, as_version=4)
    if pristine or built.path.parent.name == "solutions":
        yield from strict_drift(name, built.notebook, stored)
    else:
        yield from learner_drift(name, built.notebook, stored)


def strict_drift(name: str, fresh: NotebookNode, stored: NotebookNode) -> Iterator[str]:
    """Every difference in ids, metadata, sources and outputs, except in how a picture is drawn."""
    if fresh.metadata != stored.metadata:
        yield f"{name}: the metadata of the notebook differs"
    fresh_ids, stored_ids = ([cell.id for cell in nb.cells] for nb in (fresh, stored))
    if fresh_ids != stored_ids:
        changed = sorted(set(fresh_ids) ^ set(stored_ids)) or ["the order"]
        yield f"{name}: the cells differ ({', '.join(changed)})"
        return
    for a, b in zip(fresh.cells, stored.cells, strict=True):
        for key in ("cell_type", "source", "metadata", "execution_count"):
            if a.get(key) != b.get(key):
                yield f"{name}: {key} of the cell {a.id} differs"
        if [comparable(o) for o in a.get("outputs", [])] != [
            comparable(o) for o in b.get("outputs", [])
        ]:
            yield f"{name}: the outputs of the cell {a.id} differ"


def learner_drift(name: str, fresh: NotebookNode, stored: NotebookNode) -> Iterator[str]:
    """Differences in what is not the learner's: answers, notes and added cells are looked past."""
    released = [cell.id for cell in fresh.cells]
    kept = {cell.id: cell for cell in stored.cells if cell.id in set(released)}
    if missing := [cell_id for cell_id in released if cell_id not in kept]:
        yield f"{name}: cells are missing ({', '.join(missing)})"
    elif list(kept) != released:
        yield f"{name}: the cells stand in another order"
    for cell in fresh.cells:
        if cell.id in kept and not is_learners(cell) and cell.source != kept[cell.id].source:
            yield f"{name}: source of the cell {cell.id} differs"


def is_learners(cell: NotebookNode) -> bool:
    """Whether what stands in this cell is the learner's to write."""
    graded = cell.metadata.get("nbgrader", {})
    return bool(graded.get("solution")) or "notes" in cell.metadata.get("tags", [])


def comparable(output: NotebookNode) -> Any:
    """An output as another machine must reproduce it: of pictures only that they are there."""
    output = copy.deepcopy(output)
    for kind in output.get("data", {}):
        if kind.startswith("image/"):
            output.data[kind] = "a picture"
    return output


def orphans() -> Iterator[str]:
    """Notebooks without a source."""
    known = {path.stem for path in sources()}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob("[0-9]*.ipynb")):
            if path.stem not in known:
                yield f"{folder}/{path.name}: has no source"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("numbers", nargs="*", help="the numbers to build, such as 01 03")
    parser.add_argument("--check", action="store_true", help="write nothing; report what drifted")
    parser.add_argument(
        "--pristine", action="store_true", help="with --check: allow no learner's work"
    )
    parser.add_argument("--jobs", type=int, default=2, help="notebooks run at a time")
    options = parser.parse_args(arguments)
    drifted: list[str] = []
    try:
        with ThreadPoolExecutor(options.jobs) as pool:
            for built in pool.map(build, sources(options.numbers)):
                for one in built:
                    if options.check:
                        drifted += drift(one, options.pristine)
                    else:
                        one.path.parent.mkdir(exist_ok=True)
                        one.path.write_text(one.text, encoding="utf-8", newline="\n")
    except BuildError as error:
        say(f"error: {error}")
        return 1
    if options.check:
        drifted += [] if options.numbers else orphans()
        say("\n".join(drifted) if drifted else "every notebook is as its source says")
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main())
