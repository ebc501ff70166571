"""Build the notebooks from the percent-format sources beside this file, or check them.

    python source/build.py                 build every notebook
    python source/build.py 01 03           build lessons and exercises 01 and 03 only
    python source/build.py --check         say what drifted from its source, and write nothing
    python source/build.py --check --all   the same, and run what has not changed since as well

A lesson gives one executed notebook. An exercise gives two: the solution, executed, and the
exercise, with a stub for each solution and in each check cell, as a comment, the output to reach.
In front of an answer cell tagged `fade` the exercise has two easier forms of it, folded.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import random
import re
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from remembered import LOADED, Remembered

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "source"
STUB = 'raise NotImplementedError("your turn")'
# The first line of a cell whose outputs are asked for before they are seen.
PREDICTION = re.compile(r'prediction\("(?P<number>\d\d)-(?P<name>[a-z0-9-]+)", mine=""[,)]')
# In a page that nbconvert makes, outputs are folded by this unless the cell was run; notebooks show
# no scripts of a text.
FOLD = """<script>
for (const cell of document.querySelectorAll(".celltag_prediction, .celltag_folded")) {
  const outputs = cell.querySelector(".jp-Cell-outputWrapper, .output_wrapper");
  if (!outputs) continue;
  outputs.insertAdjacentHTML("beforebegin", "<details><summary>Show what came out</summary>");
  outputs.previousSibling.append(outputs);
  const prompt = cell.querySelector(".jp-InputPrompt, .input_prompt");
  outputs.parentNode.open = /[1-9]/.test(prompt?.textContent);
}
</script>"""
# Run after the last cell: the predictions for which what came out is right when it is typed.
CAN_BE_RIGHT = """\
from autograd_lesson.predictions.cell import can_be_right
print(*can_be_right(), sep="\\n")
"""
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n(?:.*\n)*?^ *### END SOLUTION *$", re.MULTILINE)
GAP = re.compile(r" +# gap$", re.MULTILINE)  # ends a line that an easier form leaves out
# As JupyterLab writes it when it opens a notebook: anything else leaves its tab marked as unsaved.
# The version would be the kernel's own; `start.py` has every kernel of .venv give this one.
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.11.7",
    },
}
# JupyterLab shows a count of 0 as [ ], as it is before a cell is run; nbval compares no output of a
# cell that has none at all.
NOT_RUN = 0
CELL_SECONDS = 60  # on a busy machine; on a quiet one no notebook takes 20 as a whole
LARGEST = 300_000  # bytes
UNSTABLE = re.compile(
    rf"\bat 0x[0-9a-f]{{6,}}|ipykernel_\d+|<ipython-input|{re.escape(tempfile.gettempdir())}/"
    rf"|{re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/"
    r"|[/\\]site-packages[/\\]|\bFile [/~]"
)
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
    number, heading, cells = path.stem[:2], "top", []
    for position, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        headings = re.findall(r"^#+ +(.+)$", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and headings:
            heading = headings[-1]
        was = cell.metadata.get("was", heading)
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":  # two blank lines are for files; in a cell one is enough
            cell.source = re.sub(r"\n{3,}", "\n\n", cell.source)
        cell.id = f"{number}-{position:03d}"
        if is_answer(cell):
            label_answer(cell, number, path)
        elif "check" in tags:
            label_check(cell, number, path)
        elif cell.cell_type == "code" and "prediction(" in cell.source:
            label_prediction(cell, number, path)
        elif cell.cell_type == "code" and cell.source.startswith("folded()"):
            fold(cell, "folded")
        elif "notes" in tags:
            cell.id = f"{number}-notes-{slug(was)}"  # the learner's: it keeps its first name
        if ("fade" in tags) != bool(cell.cell_type == "code" and GAP.search(cell.source)):
            raise BuildError(f"{path.name}: {cell.id}: `# gap` and the tag `fade` need each other")
        if "fade" in tags:
            cells.append(easier_forms(cell))
            cell.source = GAP.sub("", cell.source)
        cells.append(cell)
    notebook.cells = cells
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


def is_predicted(cell: NotebookNode) -> bool:
    """Whether the learner may predict what this cell gives."""
    return "prediction" in cell.metadata.get("tags", [])


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
        cell.source = f"{cell.source.strip()}\n# The output to reach: {check.goal()}"


def label_prediction(cell: NotebookNode, number: str, path: Path) -> None:
    """Give a predicted cell an id that stays, and fold its outputs until it is run."""
    found = PREDICTION.match(cell.source)
    if not found or found["number"] != number or cell.source.count("prediction(") > 1:
        wanted = f'begins with the one line `prediction("{number}-name", mine="")`'
        raise BuildError(f"{path.name}: a predicted cell {wanted}, not\n{cell.source}")
    cell.id = f"{number}-predict-{found['name']}"
    fold(cell, "prediction")


def fold(cell: NotebookNode, tag: str) -> None:
    """Fold the outputs of a cell until it is run."""
    cell.metadata["tags"] = [*cell.metadata.get("tags", []), tag]
    # JupyterLab reads and writes both, and removes them when the cell is run.
    cell.metadata.update(collapsed=True, jupyter={"outputs_hidden": True})


def with_folds(notebook: NotebookNode) -> NotebookNode:
    """The notebook with what folds such outputs in a page, at the end of its last text."""
    if any(map(is_predicted, notebook.cells)):
        last = [cell for cell in notebook.cells if cell.cell_type == "markdown"][-1]
        last.source += f"\n\n{FOLD}"
    return notebook


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
    """A heading as part of a cell id: `Two paths, one sum` is `two-paths-one-sum`."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")[:40].strip("-")


# ---------------------------------------------------------------------------------------------
# Executing, and keeping only what is the same every time


def executed(notebook: NotebookNode, name: str) -> tuple[NotebookNode, list[str]]:
    """A copy of the notebook, run from top to bottom in a fresh kernel, and the files it loaded."""
    notebook = copy.deepcopy(notebook)
    predicted = [cell.id for cell in notebook.cells if is_predicted(cell)]
    added = [LOADED, CAN_BE_RIGHT] if predicted else [LOADED]
    notebook.cells.extend(map(nbformat.v4.new_code_cell, added))
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
        except CellExecutionError:
            pass  # a check that fails stops nothing, so errors are looked for below
        except CellTimeoutError:
            raise BuildError(f"{name}: a cell ran longer than {CELL_SECONDS} s") from None
        except DeadKernelError:
            raise BuildError(f"{name}: the kernel died") from None
    right = printed(notebook.cells.pop()) if predicted else ""
    loaded = printed(notebook.cells.pop()).splitlines()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            where = f"{name}: the cell {cell.id}"
            if (errors := errors_of(cell)) and not may_raise(cell):
                text = without_colours("\n".join(errors[0].traceback))
                raise BuildError(f"{where} raised {errors[0].ename}\n{text}")
            cell.execution_count = NOT_RUN
            cell.outputs = [tidy(output, where) for output in cell.outputs]
            if may_raise(cell) and not errors_of(cell):
                raise BuildError(f"{where} is tagged raises-exception and raised none")
    for cell_id in predicted:
        if cell_id.replace("predict-", "", 1) not in right.splitlines():
            raise BuildError(f"{name}: nothing came out of {cell_id} that can be predicted")
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    return notebook, loaded


def printed(cell: NotebookNode) -> str:
    """What a cell has printed; nothing where a cell before it has raised."""
    return cell.outputs[0].text if cell.outputs else ""


def kernel_environment(folder: str) -> dict[str, str]:
    """The environment of the kernel: nothing of whoever builds, and nothing random."""
    return os.environ | {
        "IPYTHONDIR": folder,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "AUTOGRAD_LESSON_PROGRESS": "off",
    }


def errors_of(cell: NotebookNode) -> list[NotebookNode]:
    """The outputs of the cell that are exceptions: one, or none. A hint may stand below it."""
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]


def may_raise(cell: NotebookNode) -> bool:
    """Whether the cell shows an exception on purpose."""
    return "raises-exception" in cell.metadata.get("tags", [])


def tidy(output: NotebookNode, where: str) -> NotebookNode:
    """An output without what differs from run to run; what must not be stored is an error."""
    if output.output_type == "stream" and output.name == "stderr":
        raise BuildError(f"{where} wrote to stderr:\n{output.text}")
    if output.output_type == "error":
        output.traceback = last_words(output)
    output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    if output.output_type == "execute_result":
        output.execution_count = None
    for text in stored_texts(output):
        if found := UNSTABLE.search(text):
            raise BuildError(f"{where} would store what differs on each machine: {found[0]!r}")
    return output


def last_words(error: NotebookNode) -> list[str]:
    """What is kept of a traceback: its last line, since the frames name files of this machine.

    The message of a check has no frames and is kept as it is.
    """
    lines = [without_colours(line) for line in error.traceback]
    if any(line.lstrip().startswith(("Cell In", "File ", "---")) for line in lines):
        return [f"{error.ename}: {error.evalue}"]
    return lines


def without_colours(text: str) -> str:
    """The text without the terminal's colour codes."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def stored_texts(output: NotebookNode) -> list[str]:
    """Every text that an output stores, pictures left out."""
    texts = [output.get("text", ""), *output.get("traceback", [])]
    for kind, data in output.get("data", {}).items():
        if not kind.startswith("image/"):
            texts.append(data if isinstance(data, str) else repr(data))
    return texts


# ---------------------------------------------------------------------------------------------
# The exercise


def stubbed(text: str) -> str:
    """The source of a cell with a stub where the solution stood."""
    return SOLUTION.sub(lambda found: found[1] + STUB, text)


def as_exercise(solution: NotebookNode) -> NotebookNode:
    """What the learner gets: stubs, and no output of what depends on an answer."""
    notebook = copy.deepcopy(solution)
    for cell in notebook.cells:
        if is_answer(cell):
            cell.source = stubbed(cell.source)
        if is_answer(cell) or is_check(cell):
            cell.outputs, cell.execution_count = [], None
    return notebook


def easier_forms(answer: NotebookNode) -> NotebookNode:
    """A folded cell with the solution of an answer cell, once with gaps and once out of order."""
    if not is_answer(answer):
        raise BuildError(f"{answer.id}: only an answer cell can be tagged fade")
    with_gaps = re.sub(r"^( *)\S.* # gap$", r"\1...", answer.source, flags=re.MULTILINE)
    with_gaps = re.sub(
        r"^ *### (BEGIN|END) SOLUTION *\n?", "", with_gaps, flags=re.MULTILINE
    ).rstrip()
    lines = [
        line
        for region in SOLUTION.finditer(GAP.sub("", answer.source))
        for line in textwrap.dedent(region[0]).splitlines()[1:-1]
        if line.strip()
    ]
    shuffled = lines[:]
    random.Random(answer.id).shuffle(shuffled)  # the same in every build
    if shuffled == lines:
        shuffled = lines[1:] + lines[:1]
    text = (
        folded("Easier: fill the gaps", "Code belongs in the place of each `...`.", with_gaps)
        + "\n\n"
        + folded(
            "Easier still: the same lines, out of order",
            "All of them are needed. What is indented here is indented below another line.",
            "\n".join(shuffled),
        )
    )
    cell = nbformat.v4.new_markdown_cell(text, metadata={"tags": ["easier"]})
    cell.id = answer.id.replace("-", "-easier-", 1)
    return cell


def folded(summary: str, sentence: str, code: str) -> str:
    """Code that is seen only when asked for."""
    parts = (f"<details><summary>{summary}</summary>", sentence, f"```python\n{code}\n```")
    return "\n\n".join((*parts, "</details>"))


def as_solution(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the easier forms of what it shows in full."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [c for c in notebook.cells if "easier" not in c.metadata.get("tags", [])]
    return notebook


# ---------------------------------------------------------------------------------------------
# Building


class Built(NamedTuple):
    """A notebook, and the file it belongs in."""

    path: Path
    notebook: NotebookNode
    loaded: list[str]  # the files that its cells had loaded in the end

    @property
    def text(self) -> str:
        """The notebook as it is written."""
        return nbformat.writes(self.notebook, version=4) + "\n"

    def write(self) -> None:
        """Write the file, unless a learner's answers stand in it."""
        if self.path.parent.name == "exercises" and holds_answers(self.path):
            name = self.path.relative_to(ROOT).as_posix()
            raise BuildError(f"{name} holds answers: move it away, then build again")
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(self.text, encoding="utf-8", newline="\n")


def holds_answers(path: Path) -> bool:
    """Whether a stub of this exercise has been replaced."""
    if not path.exists():
        return False
    cells = nbformat.read(path, as_version=4).cells
    return any(is_solution(cell) and STUB not in cell.source for cell in cells)


def build(path: Path, run: bool = True) -> list[Built]:
    """The notebooks of one source."""
    began = time.monotonic()
    name = f"{path.parent.name}/{path.stem}"
    notebook, loaded = with_folds(read_source(path)), []
    if run:
        codes = sum(cell.cell_type == "code" for cell in notebook.cells)
        say(f"{name}: running {codes} code cells")
        notebook, loaded = executed(notebook, name)
    built = built_of(path, notebook, loaded)
    sizes = [len(one.text.encode()) for one in built]
    if max(sizes) > LARGEST:
        raise BuildError(f"{name}: {max(sizes):,} bytes; at most {LARGEST:,} are allowed")
    say(f"{name}: done in {time.monotonic() - began:.1f} s, {max(sizes) / 1000:.0f} kB")
    return built


def built_of(path: Path, notebook: NotebookNode, loaded: list[str]) -> list[Built]:
    """The notebooks of a source, of which the one with everything in it is given."""
    forms = [notebook]
    if path.parent.name == "exercises":
        forms = [as_solution(notebook), as_exercise(notebook)]
    return [Built(target, form, loaded) for target, form in zip(targets(path), forms, strict=True)]


def stand_ins(paths: list[Path]) -> list[Path]:
    """Write the notebooks that are not there yet, not run, and say which.

    Their own cells, or those of lesson 00, ask the course for them: `progress(lesson=5)` does.
    """
    written = []
    for path in paths:
        if all(target.exists() for target in targets(path)):
            continue
        with suppress(BuildError):  # which the build itself tells
            for built in built_of(path, with_folds(read_source(path)), []):
                if not built.path.exists():
                    built.write()
                    written.append(built.path)
    return written


def targets(path: Path) -> list[Path]:
    """The files that are built from a source."""
    folders = ["notebooks"] if path.parent.name == "lessons" else ["solutions", "exercises"]
    return [ROOT / folder / f"{path.stem}.ipynb" for folder in folders]


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
    try:
        stored = nbformat.read(built.path, as_version=4)
    except (ValueError, nbformat.reader.NotJSONError):
        yield f"{name}: is no notebook that can be read"
        return
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
        if comparable(a) != comparable(b):
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
        learners = is_solution(cell) or "notes" in cell.metadata.get("tags", [])
        if cell.id in kept and not learners and given(cell) != given(kept[cell.id]):
            yield f"{name}: source of the cell {cell.id} differs"


def given(cell: NotebookNode) -> str:
    """The source of a cell without the line in which a learner predicts what it gives."""
    return cell.source.partition("\n")[2] if is_predicted(cell) else cell.source


def is_solution(cell: NotebookNode) -> bool:
    """Whether this cell of an exercise is where an answer goes."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def comparable(cell: NotebookNode) -> list[Any]:
    """The outputs as another machine must reproduce them: of pictures only that they are there."""
    outputs = copy.deepcopy(cell.get("outputs", []))
    if "nbval-ignore-output" in cell.metadata.get("tags", []):
        return [output.output_type for output in outputs]
    for output in outputs:
        for kind in output.get("data", {}):
            if kind.startswith("image/"):
                output.data[kind] = "a picture"
            elif kind == "text/html":
                output.data[kind] = re.sub(r"data:image/[^\"]+", "a picture", output.data[kind])
    return outputs


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
    parser.add_argument(
        "--all", action="store_true", help="with --check: run also what has not changed since"
    )
    parser.add_argument("--jobs", type=int, default=2, help="notebooks run at a time")
    options = parser.parse_args(arguments)
    # Whoever imports this first says on stderr that it builds a font cache; let it not be a cell.
    importlib.import_module("matplotlib.font_manager")
    try:
        paths = sources(options.numbers)
    except BuildError as error:
        say(f"error: {error}")
        return 1
    faults: list[str] = []
    done: set[Path] = set()
    remembered = Remembered(ROOT / ".cache" / f"check{'-pristine' * options.pristine}.json", ROOT)

    def one(path: Path) -> None:
        if not options.check:
            for built in build(path):
                built.write()
                done.add(built.path)
            return
        if not options.all and remembered.is_as_it_was(path, targets(path)):
            say(f"{path.parent.name}/{path.stem}: as it was when it was found right")
            return
        run = options.pristine or path.parent.name == "exercises"
        notebooks = build(path, run)
        found = [line for built in notebooks for line in drift(built, options.pristine)]
        if run and not found:
            remembered.remember(path, targets(path), notebooks[0].loaded)
        faults.extend(found)

    new = [] if options.check else stand_ins(paths)
    with ThreadPoolExecutor(options.jobs) as pool:
        for path, job in [(path, pool.submit(one, path)) for path in paths]:
            try:
                job.result()
            except BuildError as error:
                faults.append(f"error: {error}")
            except Exception as error:
                faults.append(f"error: {path.parent.name}/{path.stem}: {error!r}")
    for path in set(new) - done:
        path.unlink()
    if options.check:
        remembered.write()
        faults += [] if options.numbers else orphans()
    say("\n".join(faults) if faults else "every notebook is as its source says")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
