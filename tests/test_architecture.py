"""The table in CONTRIBUTING.md holds: who owns what, who imports whom, and how long a file is."""

import ast
import fnmatch
import re
import subprocess
import sys
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import pytest
from together import try_each

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograd_lesson"
ENGINE = ("ops.py", "value.py")


class Row(NamedTuple):
    """One file or folder of the package."""

    may_import: set[str]
    lines: int


def rows_of(heading: str) -> list[list[str]]:
    """The rows of the table under this heading of CONTRIBUTING.md, cell by cell."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    found = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
    assert found, heading
    return found


def package_table() -> dict[str, Row]:
    return {
        name.strip("`"): Row({word.strip() for word in allowed.split(",")} - {""}, int(lines))
        for name, _, allowed, lines in rows_of("The package, file by file")
    }


def row_name(path: Path) -> str:
    """The row that a file belongs to: its own, or that of its folder."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) == 1 else f"{parts[0]}/"


@cache
def imports(path: Path) -> set[str]:
    """What a file imports: modules of the package by their own name, others by their first."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [name.name.split(".") for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            here = ["autograd_lesson", *path.relative_to(PACKAGE).parts[:-1]]
            base = here[: len(here) - node.level + 1] if node.level else []
            module = base + (node.module.split(".") if node.module else [])
            inner = module == ["autograd_lesson"]
            found += [[*module, name.name] for name in node.names] if inner else [module]
    own = {name[1] for name in found if name[0] == "autograd_lesson" and len(name) > 1}
    # A name that is no module comes from __init__.py, which has it from `value`.
    own = {name if is_module(name) else "value" for name in own}
    others = {name[0] for name in found} - {"autograd_lesson", *sys.stdlib_module_names}
    return own | others


def is_module(name: str) -> bool:
    return (PACKAGE / f"{name}.py").exists() or (PACKAGE / name).is_dir()


FILES = sorted(PACKAGE.rglob("*.py"))


def test_a_file_has_an_owner_and_imports_only_what_its_row_allows():
    table = package_table()
    try_each(
        {str(path.relative_to(PACKAGE)): partial(imports_as_allowed, table, path) for path in FILES}
    )


def imports_as_allowed(table: dict[str, Row], path: Path) -> None:
    name = row_name(path)
    assert name in table, f"{name} has no row in the table of CONTRIBUTING.md; give it one"
    allowed = table[name].may_import | {name.rstrip("/")}  # a folder's files know each other
    assert imports(path) <= allowed, (
        f"{name} may not import {', '.join(sorted(imports(path) - allowed))}: it may import "
        f"{', '.join(sorted(table[name].may_import))} by its row in CONTRIBUTING.md"
    )


def test_every_file_keeps_to_its_budget_of_lines():
    table = package_table()
    sizes = [(path.name, lines_of(path), table[row_name(path)].lines) for path in FILES]
    assert [each for each in sizes if each[1] > each[2]] == [], (
        "these have more lines that are not blank than they may; shorten them, or raise their "
        "number in the table of CONTRIBUTING.md and say in the commit what for"
    )


def lines_of(path: Path) -> int:
    """How many lines are not blank."""
    return sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())


def test_the_engine_is_small():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    most = int(re.search(r"hold the chain rule, together stay within (\d+)\.", guide)[1])
    lines = {name: lines_of(PACKAGE / name) for name in ENGINE}
    assert sum(lines.values()) <= most, (
        f"{lines} together are more than {most}; a new op may raise that number, above the table "
        "of CONTRIBUTING.md, by its own lines"
    )


def test_arrows_point_one_way():
    """No row may, by what it and others may import, come to import itself."""
    table = {name.removesuffix(".py").rstrip("/"): row for name, row in package_table().items()}

    def reached(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path, name])
        for other in table[name].may_import & set(table):
            reached(other, (*path, name))

    for name in table:
        reached(name, ())


def test_the_picture_in_the_readme_has_every_room_above_all_that_it_imports():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    picture = text.split("## How it is made")[1].split("```")[1].strip("\n").splitlines()
    lines = [re.split(r" {2,}", line.strip())[0].split(", ") for line in picture]
    floor = {name: len(lines) - k for k, names in enumerate(lines) for name in names}
    names = {path: row_name(path).removesuffix(".py").rstrip("/") for path in FILES}
    alone = (set(names.values()) - {"__init__"}) ^ set(floor)
    assert not alone, f"in README's picture or in the package alone: {', '.join(sorted(alone))}"
    for path, name in names.items():
        for other in (imports(path) & set(floor)) - {name}:
            assert name not in floor or floor[other] < floor[name], f"{name} imports {other}"


def test_no_check_of_an_exercise_imports_that_of_another():
    """What two of them say stands in `vocabulary.py` or `messages.py`."""
    for path in sorted((PACKAGE / "checks").glob("e[0-9]*.py")):
        taken = re.findall(r"^from \.(e\d\d_\w+) import", path.read_text("utf-8"), re.M)
        assert not taken, f"{path.name} imports from {', '.join(taken)}"


def test_every_row_is_about_a_file_that_is_there():
    for name in package_table():
        assert (PACKAGE / name).exists(), name
    for name, _ in rows_of("Everything else"):
        assert (ROOT / name.strip("`")).exists(), name


def test_everything_in_the_repository_has_an_owner(pristine):
    if not pristine:
        pytest.skip("only on the project's own repository: a learner keeps what they like")
    owned = {name.strip("`").rstrip("/") for name, _ in rows_of("Everything else")}
    owned |= {"autograd_lesson", ".git"}
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split() if line]
    for path in ROOT.iterdir():
        if not any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored):
            assert path.name in owned, f"{path.name} has no row in CONTRIBUTING.md"


def test_importing_the_package_takes_numpy_and_nothing_else():
    code = "import sys, numpy; before = set(sys.modules); import autograd_lesson; {}" + (
        "print(*{{name.split('.')[0] for name in set(sys.modules) - before}})"
    )
    for more in ("", "autograd_lesson.Tensor; autograd_lesson.vmap; "):
        run = [sys.executable, "-c", code.format(more)]
        done = subprocess.run(run, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        new = set(done.stdout.split()) - sys.stdlib_module_names
        assert new == {"autograd_lesson"}
