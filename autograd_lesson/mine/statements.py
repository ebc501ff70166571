"""A notebook's code as statements: what each binds and needs, and what an answer leans on."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..learner.course import cells_of, source_of, tags_of

KNOWN = {*dir(builtins), "__name__", "__file__", "__doc__"}
SHOWING = {"print", "display"}


class Statement(NamedTuple):
    """One statement at the top of a cell, with the comments right above it."""

    cell: int  # the number of the code cell, from 1 on
    source: str
    binds: tuple[str, ...]
    needs: tuple[str, ...]  # the names of the notebook that it reads, now or when it is called
    changes: tuple[str, ...] = ()  # what it writes into: of `Value.__add__ = add` it is Value
    sets: tuple[str, ...] = ()  # the names that it declares global, to bind them when it is called


class Notebook(NamedTuple):
    """The statements of a notebook in order, and after which cell each answer is checked."""

    name: str
    statements: list[Statement]
    checks: dict[str, int]
    broken: dict[int, str]  # cells that are no Python, with what Python says

    def leans_on(self, answer: str) -> tuple[list[Statement], list[str]]:
        """What has to be there for an answer, in order, and sentences on what is odd about it.

        A name means what it meant to the check: what the last cell above that had bound it to.
        """
        check = self.checks.get(answer, 10**6)
        taken: list[Statement] = []
        told: list[str] = []
        waiting, seen = [answer], set()
        while waiting:
            name = waiting.pop()
            if name in seen or (name in KNOWN and not self.binding(name, check)[0]):
                continue
            seen.add(name)
            found, others = self.binding(name, check)
            if not found:
                why = [f"; cell {cell} is no Python: {said}" for cell, said in self.broken.items()]
                reason = f"it needs `{name}`, which no cell of {self.name} defines"
                raise LookupError("".join([reason, *why]))
            if others:
                cells = ", ".join(str(each.cell) for each in others)
                told.append(
                    f"`{name}` is defined in cell {found[-1].cell} and in cell {cells}; taken is "
                    f"that of cell {found[-1].cell}, which the check saw"
                )
            for statement in (*found, *self.changing(name, check)):
                if statement not in taken:
                    taken.append(statement)
                    waiting += statement.needs
        return sorted(taken, key=self.statements.index), sorted(told)

    def binding(self, name: str, check: int) -> tuple[list[Statement], list[Statement]]:
        """The statements that give a name its meaning, and those that give it another one."""
        able = [each for each in self.statements if name in each.binds]
        able = able or [each for each in self.statements if name in each.sets]
        if not able:
            able = [each for each in self.statements if "*" in each.binds]
            return (able, [])
        above = [each for each in able if each.cell <= check]
        last = (above or able)[-1]
        found = [last]
        while name in found[0].needs and name not in ("", *KNOWN):  # total = total + 1
            earlier = [e for e in self.statements[: self.statements.index(found[0])]]
            before = [e for e in earlier if name in e.binds]
            if not before:
                break
            found.insert(0, before[-1])
        meanings = {meaning(each, name) for each in found}
        others = [each for each in able if meaning(each, name) not in meanings]
        return found, others

    def changing(self, name: str, check: int) -> list[Statement]:
        """The statements that write into what a name stands for, as far as the check saw them."""
        found = self.binding(name, check)[0]
        if not found:
            return []
        able = [each for each in self.statements if name in each.changes]
        if alias_lines(found[-1], [name]):  # `plt.show()` and `np.save(...)` make nothing of it
            able = [each for each in able if not is_call_of_a_method(each)]
        first = found[-1].cell
        return [each for each in able if first <= each.cell <= max(first, check)]


def read(path: Path) -> Notebook:
    """The statements of a notebook file; none where it cannot be read."""
    statements: list[Statement] = []
    checks: dict[str, int] = {}
    broken: dict[int, str] = {}
    future = False  # are annotations not evaluated, from some cell on?
    code = [cell for cell in cells_of(path) if cell["cell_type"] == "code"]
    for number, cell in enumerate(code, 1):
        text = source_of(cell).encode("utf-8", "replace").decode("utf-8")  # no half letters
        source = re.sub("\r\n?", "\n", text)
        if "check" in tags_of(cell) or is_check(source):
            checks |= dict.fromkeys(names_in_call(source), number)
            continue
        try:
            tree = ast.parse(source := plain(source))
            future = future or any(map(is_future, tree.body))
            statements += statements_in(source, tree, number, future)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            broken[number] = str(getattr(error, "msg", error))
    return Notebook(path.name, statements, checks, broken)


def is_check(source: str) -> bool:
    """Whether this is the call of a check, whatever has become of its tag."""
    return bool(names_in_call(source)) and source.lstrip().startswith("check_")


def names_in_call(source: str) -> list[str]:
    """The plain names that the last line of a cell calls something with."""
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
        return []
    call = last.value if isinstance(last, ast.Expr) else None
    found = call.args if isinstance(call, ast.Call) else []
    return [each.id for each in found if isinstance(each, ast.Name)]


def plain(source: str) -> str:
    """The cell in Python alone: a magic, `!ls` or `name?` becomes a call, as IPython makes it."""
    try:
        ast.parse(source)
        return source
    except (SyntaxError, ValueError):
        from IPython.core.inputtransformer2 import TransformerManager  # seldom needed, and slow

        source = re.sub(r"^\s*%%(time|capture|prun)\b.*", "", source)  # what is below is run
        source = re.sub(r"(?m)^%time[ \t]+(?=\S)", "", source)
        return str(TransformerManager().transform_cell(source))


def is_future(node: ast.stmt) -> bool:
    """Whether no annotation is evaluated from here on."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def statements_in(source: str, tree: ast.Module, cell: int, future: bool) -> Iterator[Statement]:
    """The statements at the top of a cell, but for those that only show something."""
    lines, end = source.split("\n"), 0
    begins, ends = [node.lineno for node in tree.body], [node.end_lineno for node in tree.body]
    for place, node in enumerate(tree.body):
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(each.lineno for each in decorators)]) - 1
        start = first
        while start > end and is_comment(lines[start - 1]):
            start -= 1
        last = node.end_lineno or node.lineno
        while last < len(lines) and lines[last][:1].isspace() and is_comment(lines[last]):
            last += 1  # what is noted at the end of a body
        is_beside = node.lineno in ends[:place] or node.end_lineno in begins[place + 1 :]  # a; b
        text = "" if is_beside else "\n".join(lines[start:last])
        end = last
        code = ast.get_source_segment(source, node) or ""
        if not is_shown(node):
            yield statement(node, text if text.strip() else code, cell, future)


def is_comment(line: str) -> bool:
    """Whether there is a comment on this line, and nothing else."""
    return line.lstrip().startswith("#")


def is_shown(node: ast.stmt) -> bool:
    """Whether a statement only shows something, as a cell does with its last line."""
    if not isinstance(node, ast.Expr) or any(isinstance(n, ast.NamedExpr) for n in ast.walk(node)):
        return False
    call = node.value
    if not isinstance(call, ast.Call):
        return True
    return isinstance(call.func, ast.Name) and (
        call.func.id in SHOWING or call.func.id.startswith("check_")
    )


def statement(node: ast.stmt, source: str, cell: int, future: bool) -> Statement:
    """A statement with what it binds, needs and changes."""
    table = symtable.symtable(
        without_annotations(node) if future else ast.unparse(node), "cell", "exec"
    )
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        binds.add("*")
    needs = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    needs |= {"annotations"} if future and not is_future(node) else set()
    needs |= binds & added_to(node)
    sets: set[str] = set()
    for inner in tables_in(table):
        for symbol in inner.get_symbols():
            # `is_local` as well: Python takes a function called `top` for the module
            if symbol.is_global() and (symbol.is_declared_global() or not symbol.is_local()):
                needs.add(symbol.get_name())
                if symbol.is_declared_global() and symbol.is_assigned():
                    sets.add(symbol.get_name())
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import):
        needs -= binds
    return Statement(cell, source, *(tuple(sorted(s)) for s in (binds, needs, changed(node), sets)))


def added_to(node: ast.stmt) -> set[str]:
    """The names that `total += 1` and its like read and bind anew."""
    found = (n.target for n in ast.walk(node) if isinstance(n, ast.AugAssign))
    return {target.id for target in found if isinstance(target, ast.Name)}


def without_annotations(node: ast.stmt) -> str:
    """The statement as Python reads it where annotations are not evaluated."""
    copy = ast.parse(ast.unparse(node))
    for each in ast.walk(copy):
        for place in ("annotation", "returns"):
            if getattr(each, place, None):
                setattr(each, place, ast.Constant(None))
    return ast.unparse(copy)


def tables_in(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """The scopes inside a scope, at any depth."""
    for inner in table.get_children():
        yield inner
        yield from tables_in(inner)


def changed(node: ast.stmt) -> set[str]:
    """The names into whose attributes or items a statement writes at once."""
    found: set[str] = set()
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
        return found
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute | ast.Subscript) and isinstance(each.ctx, ast.Store):
            found.add(root_of(each))
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            if each.func.id == "setattr" and each.args:
                found.add(root_of(each.args[0]))
        elif isinstance(each, ast.Call) and isinstance(node, ast.Expr):
            found.add(root_of(each.func))
    return found - {""}


def is_call_of_a_method(statement: Statement) -> bool:
    """Whether a statement is a call such as `plt.show()`, and nothing else."""
    node = ast.parse(statement.source).body[0]
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)


def meaning(statement: Statement, name: str) -> str:
    """One word for what a statement binds a name to: two imports of one thing mean the same."""
    for module, imported, _ in alias_lines(statement, [name]):
        if imported != "*":
            return f"{module.split('.')[0]} {imported}"
    return statement.source


def root_of(node: ast.AST) -> str:
    """The name at the beginning of `a.b[c].d`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def alias_lines(statement: Statement, names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Of an import, the (module, name, as) of these names; of anything else, nothing."""
    if "import" not in statement.source:  # asked a thousand times
        return []
    try:
        node = ast.parse(statement.source).body[0]
    except (SyntaxError, IndexError):
        return []
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        found = [(module, each.name, each.asname or each.name) for each in node.names]
    elif isinstance(node, ast.Import):
        found = [("", each.name, each.asname or each.name.split(".")[0]) for each in node.names]
    else:
        return []
    return [each for each in found if each[2] in names or each[1] == "*"]
