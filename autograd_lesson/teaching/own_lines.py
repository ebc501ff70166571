"""Copies of a function with one usual slip each, made of its own lines."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Rule = Callable[..., Any]
NUMPY = ("np", "numpy", "math")


def own_lines(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    """The rule with one piece of its own code replaced: the kind, what was done, the function."""
    try:
        lines, first = inspect.getsourcelines(rule)
        source = textwrap.dedent("".join(lines))
        tree = parsed(source)
    except (OSError, TypeError, SyntaxError):
        return
    if not isinstance(tree.body[0], ast.FunctionDef):
        return
    names = [each.arg for each in tree.body[0].args.args]
    in_loops = {
        id(x) for loop in ast.walk(tree) if isinstance(loop, ast.While) for x in ast.walk(loop)
    }
    nodes = list(ast.walk(tree))
    around_it = {id(inner): node for node in nodes for inner in ast.iter_child_nodes(node)}
    for place, node in enumerate(nodes):
        if id(node) in in_loops or not isinstance(node, ast.expr):
            continue  # a condition that never comes true would run for ever
        shown = around_it[id(node)]
        while not isinstance(shown, SHOWN):
            shown = around_it[id(shown)]
        at = nodes.index(shown)
        for kind, other in variants(node, names):
            changed = parsed(source)
            copied = list(ast.walk(changed))
            put(copied[place], other, copied)
            was, now = (shown, copied[at]) if kind in SMALL else (node, other)
            words = f"line {first + node.lineno - 1}: `{ast.unparse(was)}` became "
            words += f"`{ast.unparse(now)}`"
            if (made := function_of(ast.fix_missing_locations(changed), rule)) is not None:
                yield kind, words, made


def parsed(source: str) -> ast.Module:
    """The tree of a function without its decorators, each time a new one.

    No tree is copied: all share their marks (`ast.Load`), and to these IPython hangs each tree that
    it has shown an error of, so that a copy would be one of all of those.
    """
    tree = ast.parse(source)
    if isinstance(tree.body[0], ast.FunctionDef):
        tree.body[0].decorator_list = []
    return tree


SMALL = ("setting", "own", "sign")  # changes that say little without what stands around them
SHOWN = (ast.Call, ast.BinOp, ast.Compare, ast.Subscript, ast.Lambda, ast.stmt)


def put(old: ast.AST, new: ast.AST, nodes: Sequence[ast.AST]) -> None:
    """Put a node of a tree in the place of another, wherever among `nodes` that one is held."""
    for node in nodes:
        for name, held in ast.iter_fields(node):
            if held is old:
                setattr(node, name, new)
            elif isinstance(held, list):
                held[:] = [new if each is old else each for each in held]


def function_of(tree: ast.Module, rule: Rule) -> Rule | None:
    """The function that a tree defines, with the names that `rule` sees."""
    seen = inspect.getclosurevars(rule).nonlocals if inspect.isfunction(rule) else {}
    namespace = {**getattr(rule, "__globals__", {}), **seen}
    try:
        exec(compile(tree, "<mutant>", "exec"), namespace)
    except (SyntaxError, ValueError, NameError):
        return None
    return namespace[tree.body[0].name]  # type: ignore[attr-defined]


def variants(node: ast.AST, names: Sequence[str]) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the place of a node by a usual slip, each with its kind."""
    if isinstance(node, ast.BinOp):
        yield from of_two(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        is_number = isinstance(node.operand, ast.Constant)
        yield "setting" if is_number else "sign", node.operand
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose", node.value
    elif isinstance(node, ast.Subscript) and "::-1" in ast.unparse(node.slice):
        yield "direction", node.value
    elif isinstance(node, ast.Call):
        yield from of_call(node)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield "comparison", ast.Compare(node.left, [TURNED[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        other = not node.value if isinstance(node.value, bool) else node.value + 1
        yield "setting", ast.Constant(other)
    elif isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
        for name in names:
            if name != node.id:
                yield "own", ast.Name(name, ast.Load())


TURNED = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def of_two(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    """Slips with an operator between two."""
    left, right = node.left, node.right
    if isinstance(node.op, ast.MatMult):
        yield "operands", ast.BinOp(right, node.op, left)
    elif isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield "term", left
        yield "sign", ast.BinOp(left, other, right)
        if isinstance(node.op, ast.Add):
            yield "term", right
    elif isinstance(node.op, ast.Mult | ast.Div):
        yield "factor", left
        if isinstance(node.op, ast.Mult):
            yield "factor", right


def of_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    """Slips with a call."""
    name, positional = ast.unparse(node.func), node.args
    last = name.rpartition(".")[2]
    is_method = isinstance(node.func, ast.Attribute) and name.partition(".")[0] not in NUMPY
    given = [node.func.value, *positional] if is_method else positional  # type: ignore[attr-defined]
    if last in ("transpose", "swapaxes", "moveaxis") and given:
        yield "transpose", given[0]
    elif last in ("flip", "flipud", "fliplr") and given:
        yield "direction", given[0]
    elif last == "sum":
        mean = ast.parse(name.removesuffix("sum") + "mean", mode="eval").body
        yield "mean", ast.Call(mean, positional, node.keywords)
    elif len(positional) == 1 and not node.keywords:
        yield "function", positional[0]
    if len(positional) >= 2 and not any(isinstance(x, ast.Starred) for x in positional):
        swapped = [positional[1], positional[0], *positional[2:]]
        yield "operands", ast.Call(node.func, swapped, node.keywords)
