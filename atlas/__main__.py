"""`python -m atlas`: measure every framework anew, write the table, say what has changed.

`python -m atlas pytorch jax` measures these two, and keeps the rest; with `--new` only rows that
have no answer yet. With `--check` the exit status is 1 where anything has changed.
"""

import argparse
import sys

from . import page
from .environments import FRAMEWORKS, Framework, ask
from .rows import read_rows
from .table import STORED, changes, line_of, read_table, text_of
from .verdicts import rule


def bar(each: Framework, total: int):
    """A line that is written again after every row."""

    def step(n: int) -> None:
        done = round(30 * n / total)
        text = f"\r{each.name:14} [{'#' * done}{' ' * (30 - done)}] {n}/{total}"
        print(text, end="" if n < total else "\n", file=sys.stderr, flush=True)

    return step


def measured(chosen: list[str], only_new: bool) -> dict:
    """The table, measured anew for the chosen frameworks, as stored for the others."""
    rows, old = read_rows(), read_table()
    known = {each["name"]: each for each in old["frameworks"]}
    stored = {row["name"]: row["answers"] for row in old["rows"]}
    told, columns = [], {}
    for each in FRAMEWORKS:
        column = [stored.get(row.name, {}).get(each.name) for row in rows]
        if each.module in chosen:
            places = [i for i, found in enumerate(column) if not (only_new and found)]
            try:
                version, answers = ask(each, places, bar(each, len(places)))
            except (RuntimeError, OSError) as reason:
                print(f"{each.name:14} left blank: {reason}", file=sys.stderr)
                told.append({"name": each.name, "missing": str(reason)})
                continue
            known[each.name] = {"name": each.name, "version": version}
            for place, answer in zip(places, answers, strict=True):
                column[place] = answer
        if each.name in known:
            told.append(known[each.name])
            columns[each.name] = column
    lines = []
    for i, row in enumerate(rows):
        cells = {name: column[i] or {} for name, column in columns.items()}
        lines.append(line_of(row, cells, rule(row, cells)))
    return {"frameworks": told, "rows": lines}


def main() -> int:
    """Measure, write, tell."""
    names = [each.module for each in FRAMEWORKS]
    parser = argparse.ArgumentParser(prog="python -m atlas", description=__doc__)
    parser.add_argument("frameworks", nargs="*", help=f"which to measure: {', '.join(names)}")
    parser.add_argument("--new", action="store_true", help="only rows without an answer")
    parser.add_argument("--check", action="store_true", help="exit with 1 where anything changed")
    asked = parser.parse_args()
    unknown = set(asked.frameworks) - set(names)
    if unknown:
        parser.error(f"no framework {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    old, new = read_table(), measured(asked.frameworks or names, asked.new)
    STORED.write_text(text_of(new["frameworks"], new["rows"]), encoding="utf-8")
    page.write(new)
    told = changes(old, new)
    print("\n".join(told) or "nothing has changed")
    return int(asked.check and bool(told))


if __name__ == "__main__":
    sys.exit(main())
