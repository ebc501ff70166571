"""A formula typed by a learner, read with `ast` and computed on Values; no code is ever run."""

import ast
import operator
import re
from collections.abc import Mapping
from unicodedata import combining, east_asian_width

from .. import ops
from ..pictures.words import counted
from ..value import Value

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
SIGNS = {ast.USub: operator.neg, ast.UAdd: lambda value: value}
OPERANDS = {op.symbol: 1 for op in ops.OF_ONE_OPERAND}
OPERANDS |= {op.symbol: 2 for op in ops.OF_TWO_OPERANDS}
ALLOWED = f"numbers, names, + - * / **, brackets, and {', '.join(OPERANDS)}"
LONGEST, DEEPEST = 200, 40
LINE_END = re.compile(r"\r\n|\r|\n")


class FormulaError(ValueError):
    """A formula that cannot be read; `position` is the character of the fault, counted from 0."""

    def __init__(self, position: int, message: str):
        """Keep where and what."""
        super().__init__(message)
        self.position = position


def variables_of(formula: str) -> list[str]:
    """The names of the variables in `formula`, in order of appearance."""
    nodes = list(ast.walk(parsed(formula)))
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    names = [node for node in nodes if isinstance(node, ast.Name) and node not in called]
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in names))


def computed(formula: str, variables: Mapping[str, Value]) -> Value:
    """The Value of `formula` at these variables; FormulaError where it is not one."""
    return Value.of(visit(parsed(formula).body, formula, variables, 0))


def parsed(formula: str) -> ast.Expression:
    """The syntax tree of `formula`."""
    if len(formula) > LONGEST:
        raise FormulaError(LONGEST, f"{len(formula)} characters are too many; use up to {LONGEST}")
    try:
        return ast.parse(formula.lstrip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        position = len(formula)
        if offset := getattr(error, "offset", None):  # counted from 1; 0: the end came too soon
            position = starts_of_lines(formula)[error.lineno - 1] + offset - 1
        raise FormulaError(
            position, f"the formula breaks off or is misspelled here; allowed are {ALLOWED}"
        ) from None


def starts_of_lines(formula: str) -> list[int]:
    """Where each line begins that Python sees, who is not shown the spaces in front."""
    lead = len(formula) - len(formula.lstrip())
    return [lead, *(found.end() for found in LINE_END.finditer(formula, lead))]


def position_of(node: ast.expr, formula: str) -> int:
    """The character of `formula` at which `node` begins; Python counts the bytes of its line."""
    start = starts_of_lines(formula)[node.lineno - 1]
    return start + len(formula[start:].encode()[: node.col_offset].decode())


def pointed(formula: str, error: FormulaError) -> str:
    """The formula up to the line of the fault, a caret below the fault, and what it is."""
    end = LINE_END.search(formula, error.position)
    shown = formula[: end.start() if end else None].expandtabs()
    before = LINE_END.split(formula[: error.position])[-1].expandtabs()
    return f"{shown}\n{' ' * sum(map(columns, before))}^ {error}"


def columns(character: str) -> int:
    """How many columns a character takes where all letters are equally wide."""
    return 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1


def visit(node: ast.expr, formula: str, variables: Mapping[str, Value], depth: int):
    """The Value or number of one part of the formula."""

    def refuse(message: str):
        raise FormulaError(position_of(node, formula), f"{message}; allowed are {ALLOWED}")

    def inner(part: ast.expr):
        return visit(part, formula, variables, depth + 1)

    if depth > DEEPEST:
        refuse(f"brackets more than {DEEPEST} deep")
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Value(float(node.value)) if abs(node.value) < 1e300 else refuse("a number too large")
    if isinstance(node, ast.Name):
        if node.id in OPERANDS:
            refuse(f"{node.id} needs brackets behind it, as in {node.id}(a)")
        return variables[node.id] if node.id in variables else refuse(f"unknown name {node.id}")
    if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS:
        return SIGNS[type(node.op)](inner(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = inner(node.left), inner(node.right)
        fixed_power = isinstance(node.op, ast.Pow) and not right.operands and not right.label
        return OPERATORS[type(node.op)](left, right.data if fixed_power else right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name, count = node.func.id, OPERANDS.get(node.func.id)
        if count is None:
            refuse(f"unknown function {name}")
        if len(node.args) != count or node.keywords:
            refuse(f"{name} takes {counted(count, 'operand')}, here are {len(node.args)}")
        first, *others = (inner(part) for part in node.args)
        return getattr(first, name)(*others)
    return refuse("this does not belong in a formula")
