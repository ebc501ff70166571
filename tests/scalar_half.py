"""Run as a program: lessons and exercises on numbers alone, where NumPy may not be imported.

`scalar_half.py answers` says what each check tells its first wrong answer, with `--every` each of
them; `scalar_half.py cells` what each cell of the lessons and solutions shows. `--numpy` lets NumPy
be imported after all.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "10")
BLOCKED = ("numpy", "matplotlib", "scipy", "sklearn", "torch", "numba")
SEED = 7


class Blocked:
    """A finder that says of these packages that they are not there."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def told(number: str, every: bool) -> dict[str, str]:
    """What the checks of an exercise say of their first or of every wrong answer, for SEED."""
    import importlib

    import wrong_answers

    module = next((ROOT / "tests" / "wrong_answers").glob(f"e{number}_*.py")).stem
    importlib.import_module(f"wrong_answers.{module}")
    found: dict[str, str] = {}
    met: list[Any] = []
    for place, wrong in enumerate(wrong_answers.REGISTERED):
        check = wrong.check
        if wrong.module != f"wrong_answers.{module}" or (check in met and not every):
            continue
        met.append(check)
        check.seconds = 0.5 if wrong.is_endless else 10.0
        cases = check.draw(SEED)
        try:
            message = check.verdict(cases, check.outcomes(wrong.answer, cases)).message
        except Exception as error:  # which a learner would see in place of a message
            message = f"the check itself raises {error!r}"
        found[f"{check.name} {wrong.name} {place}"] = message
    return found


def shown(path: Path) -> list[list[str]]:
    """The words that each cell of a notebook shows, and the kind of what it raises."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    shell.reset()
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            with capture_output() as captured:
                done = shell.run_cell("".join(cell["source"]))
            error = done.error_before_exec or done.error_in_exec
            texts = [output.data.get("text/plain", "") for output in captured.outputs]
            # A traceback begins with its colour, and differs from Python to Python.
            said = captured.stdout.partition("\x1b")[0] if error else captured.stdout
            words = re.sub(r"Out\[\d+\]:", "", "\n".join([said, *texts])).split()
            found.append([type(error).__name__ if error else "", " ".join(words)])
    return found


def main(what: str, *more: str) -> None:
    if "--numpy" not in more:
        sys.meta_path.insert(0, Blocked())
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.chdir(ROOT / "notebooks")
    numbers = [each for each in more if each in NUMBERS] or NUMBERS
    with contextlib.redirect_stdout(io.StringIO()):
        if what == "answers":
            found: dict[str, Any] = {number: told(number, "--every" in more) for number in numbers}
        else:
            paths = [next((ROOT / each).glob(f"{n}_*.ipynb")) for n in numbers for each in FOLDERS]
            found = {str(path.relative_to(ROOT)): shown(path) for path in paths}
    print(json.dumps(found))


FOLDERS = ("notebooks", "solutions")
if __name__ == "__main__":
    main(*sys.argv[1:])
