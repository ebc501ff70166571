"""What a loss takes from outside by name: variables, attributes, entries; compared at each call.

Found by reading code: of the loss, of what it calls, and of the methods of the objects it uses, if
they are the learner's own. What no name in that code says is not looked at, so that a history that
grows beside a model hinders nobody.
"""

import dis
import sys
import types
from collections.abc import Callable
from functools import partial
from inspect import getattr_static
from operator import is_
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...nn import Module
from ...tensor import Tensor
from .traced import CannotRecord, TracedArray

OTHERS = {"autograd_lesson", "numpy", *sys.stdlib_module_names}  # whose code is not the learner's
INSTALLED = {"site-packages", "dist-packages"}
PLAIN = (bool, int, float, complex, str, bytes, type(None))
READS = {"LOAD_GLOBAL", "LOAD_NAME"}  # a variable, and not an attribute of that name
GONE = "nothing"  # what stands where there is nothing any more
MOST = 20_000  # things that are looked at, while a step is compiled


class Watch(NamedTuple):
    """A place with what stood there: an attribute's, a key's, or a variable's."""

    path: str
    read: Callable
    was: object


def watched(loss_of, attributes) -> tuple[list[Watch], list[np.ndarray]]:
    """What was read from layers, all places that the code of `loss_of` names, and arrays there."""
    words: set[str] = set()
    read = [
        Watch(f"`{name}` of {type(module).__name__}", partial(getattr, module, name), was)
        for module, name, was in attributes
    ]
    while True:  # until no code is found that has more words
        walk = Walk(words)
        walk.visit(loss_of, "loss_of")
        for module, name, _ in attributes:
            walk.visit(vars(module).get(name), f"{type(module).__name__}.{name}")
        if walk.words == words:
            return read + walk.found, walk.arrays
        words = walk.words


class Walk:
    """One way through everything that can be reached, by the words known so far."""

    def __init__(self, words: set[str]):
        """Nothing is found yet."""
        self.known, self.words = words, set(words)
        self.found: list[Watch] = []
        self.arrays: list[np.ndarray] = []  # whose numbers may be in the code, computed with
        self.seen: dict[int, object] = {}  # kept, so that no id is used again

    def note(self, path: str, read: Callable):
        """A place, and what can be reached from there."""
        what = read()
        if is_traced(what) or isinstance(what, list) and any(map(is_traced, what)):
            raise CannotRecord(
                f"loss_of puts what it computes into `{path}`, which a compiled step would not do: "
                "return the loss alone, or keep it as an attribute of a Module"
            )
        self.found.append(Watch(f"`{path}`", read, frozen(what)))
        if isinstance(what, list):  # its members are compared here
            self.members(what, path)
        else:
            self.visit(what, path)

    def visit(self, what, path: str):
        """What is in a thing that the code may read."""
        if isinstance(what, PLAIN) or id(what) in self.seen or len(self.seen) > MOST:
            return
        self.seen[id(what)] = what
        match what:
            case np.ndarray():
                self.arrays.append(what)
            case types.FunctionType():
                self.function(what)
            case types.MethodType():
                self.visit(what.__func__, path)
                self.visit(what.__self__, path.rpartition(".")[0] or "self")
            case partial():
                for each in (what.func, what.args, what.keywords):
                    self.visit(each, path)
            case property():
                self.visit(what.fget, path)
            case staticmethod() | classmethod():
                self.visit(what.__func__, path)
            case list() | set():
                self.found.append(Watch(f"`{path}`", partial(frozen, what), frozen(what)))
                self.members(what, path)
            case tuple():
                self.members(what, path)
            case dict():
                self.entries(what, path)
            case Module():  # what is read from it while recording is noted there
                self.methods(type(what), path)
            case type():
                self.methods(what, path)
            case types.ModuleType() if is_own(what.__name__):
                self.attributes(what, path)
            case types.SimpleNamespace():
                self.attributes(what, path)
            case _ if is_own(type(what).__module__):
                self.attributes(what, path)
                self.methods(type(what), path)

    def function(self, function):
        """The words of its code, and the variables and defaults that it reads."""
        if not is_own(function.__module__ or ""):
            return
        codes, names = [function.__code__], set()
        for code in codes:
            codes += [each for each in code.co_consts if isinstance(each, types.CodeType)]
            names |= {each.argval for each in dis.get_instructions(code) if each.opname in READS}
            self.words |= {*code.co_names} | {x for x in code.co_consts if isinstance(x, str)}
        free = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        for name, cell in free:
            self.note(name, partial(content, cell))
        for name in sorted(names & function.__globals__.keys()):
            self.note(name, partial(function.__globals__.get, name, GONE))
        for name, default in (function.__kwdefaults__ or {}).items():
            self.visit({name: default}, f"{function.__name__}'s defaults")
        self.visit(function.__defaults__ or (), f"{function.__name__}'s defaults")

    def members(self, items, path: str):
        """What is in a list, a tuple or a set."""
        for place, each in enumerate(items):
            self.visit(each, f"{path}[{place}]")

    def entries(self, items: dict, path: str):
        """Those whose keys are in the code; all of them where none is."""
        keys = [key for key in items if key in self.known]
        if not keys:
            self.found.append(Watch(f"`{path}`", partial(tuple, items), tuple(items)))
        for key in keys or items:
            self.note(f"{path}[{key!r}]", partial(items.get, key, GONE))

    def attributes(self, thing, path: str):
        """Those that the thing itself has, and what might come to hide one of its class."""
        own, kind = getattr(thing, "__dict__", {}), type(thing)
        for name in sorted(self.known & {*own, *dir(kind)}):
            if isinstance(getattr_static(kind, name, None), types.MemberDescriptorType):  # a slot
                self.note(f"{path}.{name}", partial(getattr, thing, name, GONE))
            else:
                self.note(f"{path}.{name}", partial(own.get, name, GONE))

    def methods(self, kind: type, path: str):
        """What it has from its class and the classes above."""
        for owner in kind.__mro__:
            if is_own(owner.__module__):
                for name, what in sorted(vars(owner).items()):
                    is_special = name[:2] == "__" and isinstance(what, types.FunctionType)
                    is_special &= name != "__init__"  # which has run
                    if name in self.known or is_special:
                        self.note(f"{path}.{name}", partial(vars(owner).get, name, GONE))


def is_traced(what) -> bool:
    """Does it come from the recording?"""
    return isinstance(
        getattr(what, "array", None) if isinstance(what, Tensor) else what, TracedArray
    )


def is_own(module: str) -> bool:
    """Is this the name of a module of the learner's: a notebook, or a file not installed?"""
    root = module.split(".")[0]
    file = getattr(sys.modules.get(root), "__file__", None) or ""
    return root == "__main__" or not (root in OTHERS or INSTALLED & {*Path(file).parts})


def content(cell):
    """What stands in the variable of an enclosing function."""
    return GONE if cell == types.CellType() else cell.cell_contents


def frozen(found):
    """What is compared later: the members of a list, a tuple or a set, and all else as it is."""
    if isinstance(found, set):
        return frozenset(found)
    return tuple(found) if isinstance(found, list | tuple) else found


def is_same(found, was) -> bool:
    """The same object, the same numbers or text, or the same members."""
    if found is was:
        return True
    if isinstance(was, tuple) and isinstance(found, list | tuple):
        if len(was) != len(found):
            return False
        return all(map(is_, found, was)) or all(map(is_same, found, was))
    if isinstance(was, frozenset):
        return isinstance(found, set | frozenset) and found == was
    return type(found) is type(was) and isinstance(was, PLAIN) and found == was


def brief(x) -> str:
    """A thing in a few words, without its address."""
    text = repr(x)
    is_short = len(text) < 40 and " at 0x" not in text
    return (
        text
        if is_short
        else f"{'an' if type(x).__name__[0] in 'AEIOU' else 'a'} {type(x).__name__}"
    )
