"""What students hand in, by accident and on purpose, with the marks that each must get.

All is exercise 01, with three answers of 2, 2 and 1 points. A fault is in the second one, unless it
says otherwise, so that it must cost that answer alone.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import stat
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

EXERCISE = "01_sensitivity"
FULL, SECOND_LOST, NONE = (2, 2, 1), (2, 0, 1), (0, 0, 0)

SHIPPED = json.loads(
    Path(__file__).parents[2].joinpath("solutions", f"{EXERCISE}.ipynb").read_text("utf-8")
)["cells"]
# As the course ships it: a cell of one's own would have each fault run once more, with every cell.
IMPORTS = next("".join(c["source"]) for c in SHIPPED if c["cell_type"] == "code")
FIRST = """
def numeric_derivative(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)
"""
SECOND = """
def numeric_gradient(f, xs, h=1e-5):
    slopes = []
    for i in range(len(xs)):
        ahead, behind = list(xs), list(xs)
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(*ahead) - f(*behind)) / (2 * h))
    return slopes
"""
THIRD = """
def predicted_signs():
    return [-1, 1, -1, 0, -1, 1]
"""
WRONG = """
def numeric_gradient(f, xs, h=1e-5):
    return [0.0 for x in xs]
"""
NAMES = ("numeric_derivative", "numeric_gradient", "predicted_signs")


class Fault(NamedTuple):
    """Something that is handed in, and the points that each answer must get."""

    kind: str
    name: str
    make: Callable[[Path], None]  # puts it into a folder of submissions, under its own name
    marks: tuple[int, ...]
    student: str  # as the table has them


FAULTS: list[Fault] = []


def code(source: str) -> str:
    """Source without the indentation that it has here."""
    return textwrap.dedent(source).strip("\n")


def cell(source: str, **more: Any) -> dict[str, Any]:
    """A cell of code."""
    source = code(source)
    empty = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    return empty | {"source": source} | more


def notebook(first: str = FIRST, second: str = SECOND, third: str = THIRD) -> dict[str, Any]:
    """The exercise with these answers, as JupyterLab writes it."""
    cells = [cell(IMPORTS, id="01-001")]
    for name, source in zip(NAMES, (first, second, third), strict=True):
        cells.append(cell(source, id=f"01-{name}"))
        checked = {"tags": ["check"], "editable": False, "deletable": False}
        cells.append(cell(f"check_{name}({name})", id=f"01-check_{name}", metadata=checked))
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def as_bytes(stored: Any) -> bytes:
    """A notebook as the bytes of a file."""
    return stored if isinstance(stored, bytes) else json.dumps(stored).encode()


def add(kind: str, name: str, stored: Any, marks: tuple[int, ...] = FULL) -> None:
    """A student with one notebook, of this content."""
    student = f"{kind}-{name}".replace("/", "_")

    def make(submissions: Path) -> None:
        (submissions / student).mkdir()
        (submissions / student / f"{EXERCISE}.ipynb").write_bytes(as_bytes(stored))

    FAULTS.append(Fault(kind, name, make, marks, student))


def entry(
    kind: str, name: str, make: Callable[[Path], None], marks: tuple[int, ...], student: str
) -> None:
    """Something that is no folder with one notebook of the right name in it."""
    FAULTS.append(Fault(kind, name, make, marks, student))


# --- code: in front of a right answer, in the same cell; what it costs ---------------------------

BEFORE = {
    "endless loop": ("while True: pass", SECOND_LOST),
    "endless loop that swallows interrupts": (
        """
        while True:
            try:
                while True: pass
            except BaseException: pass
        """,
        SECOND_LOST,
    ),
    "endless, beside names that others use": ("x = h = f = 1\nwhile True: pass", SECOND_LOST),
    "endless sleep": ("import time; time.sleep(10**6)", SECOND_LOST),
    "endless output": ("while True: print('x' * 10_000)", SECOND_LOST),
    "50 MB of output": ("print('x' * 50_000_000)", FULL),
    "50 MB of output past print": ("import os; os.write(1, b'x' * 50_000_000)", FULL),
    "deep recursion": ("def deeper(): return deeper()\ndeeper()", SECOND_LOST),
    "recursion without a limit": (
        "import sys; sys.setrecursionlimit(10**9)\ndeeper = lambda n: max([n], key=deeper)"
        "\ndeeper(0)",
        SECOND_LOST,
    ),
    "memory bomb": ("kept = []\nwhile True: kept.append(bytearray(10**8))", SECOND_LOST),
    "memory at once": ("kept = bytearray(10**12)", SECOND_LOST),
    "memory of many processes": (
        """
        import os
        for number in range(20):
            if os.fork() == 0: break
        kept = [bytearray(b"x" * 10**7) for _ in range(30)]
        while number < 19: pass
        """,
        SECOND_LOST,
    ),
    "os._exit": ("import os; os._exit(0)", SECOND_LOST),
    "sys.exit": ("import sys; sys.exit(0)", SECOND_LOST),
    "SIGKILL": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", SECOND_LOST),
    "SIGKILL to the group": ("import os, signal; os.killpg(0, signal.SIGKILL)", SECOND_LOST),
    "SIGSTOP": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", SECOND_LOST),
    "segfault": ("import ctypes; ctypes.string_at(0)", SECOND_LOST),
    "abort": ("import os; os.abort()", SECOND_LOST),
    "quit": ("quit()", SECOND_LOST),
    "input": ("input('name? ')", SECOND_LOST),
    "background process": (
        "import subprocess; subprocess.Popen(['sleep', '600'], start_new_session=True)",
        FULL,
    ),
    "fork": ("import os; os.fork()", FULL),
    "fork bomb": ("import os\nwhile True: os.fork()", SECOND_LOST),
    "daemon": (
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        """,
        FULL,
    ),
    "threads": (
        """
        import threading, time
        for _ in range(10):
            threading.Thread(target=time.sleep, args=(600,)).start()
        """,
        FULL,
    ),
    "shell line": ("!echo hello; rm -rf / 2> /dev/null", FULL),
    "line magic": ("%matplotlib inline\n%config InlineBackend.figure_formats = []", FULL),
    "network": (
        """
        import urllib.request
        try:
            urllib.request.urlopen("http://1.1.1.1", timeout=1)
            reached = True
        except OSError:
            reached = False
        assert not reached
        """,
        FULL,
    ),
    "network on this machine": (
        """
        import socket
        try:
            socket.create_connection(("127.0.0.1", 22), timeout=1)
            reached = True
        except OSError:
            reached = False
        assert not reached
        """,
        FULL,
    ),
    "full disk": (
        """
        try:
            for number in range(1000):
                open(f"/tmp/{number}", "wb").write(b"x" * 10**7)
            written = True
        except OSError:
            written = False
        assert not written
        """,
        FULL,
    ),
    "one large file": (
        """
        try:
            open("large", "wb").write(b"x" * 10**9)
            written = True
        except OSError:
            written = False
        assert not written
        """,
        FULL,
    ),
    "many files": (
        """
        try:
            for number in range(10**6): open(f"/tmp/{number}", "w").close()
            written = True
        except OSError:
            written = False
        assert not written
        """,
        FULL,
    ),
    "/proc": (
        """
        import os
        found = [name for name in os.listdir("/proc") if name.isdigit()]
        assert len(found) <= 1
        """,
        FULL,
    ),
    "environment": ("import os; assert 'SECRET_OF_THE_GRADER' not in os.environ", FULL),
    "password file": ("import os; assert not os.path.exists('/etc/passwd')", FULL),
    "others' files": (
        """
        import os
        assert not [name for name in os.listdir("/tmp") if "submissions" in name]
        assert set(os.listdir("/")).isdisjoint({"home", "mnt", "opt", "srv", "sys"})
        """,
        FULL,
    ),
    "the solutions": (
        """
        import autograd_lesson, os
        package = os.path.dirname(autograd_lesson.__file__)
        assert not os.listdir(os.path.join(package, "checks"))
        assert not os.path.exists(os.path.join(package, "..", "solutions"))
        """,
        FULL,
    ),
    "deleting everything": (
        """
        import autograd_lesson, os, shutil
        for folder in ("/tmp", "/dev", "/etc", os.path.dirname(autograd_lesson.__file__)):
            shutil.rmtree(folder, ignore_errors=True)
        """,
        FULL,
    ),
    "deleting everything by the shell": ("!rm -rf --no-preserve-root /dev /etc /tmp", FULL),
    "writing everywhere": (
        """
        import os
        written = []
        for folder in ("/", "/usr", "/dev", "/proc", os.path.dirname(os.__file__)):
            try:
                open(os.path.join(folder, "mine"), "w").close()
                written.append(folder)
            except OSError: pass
        assert not written, written
        """,
        FULL,
    ),
    "recursion of str": ("class Odd:\n    def __repr__(self): return repr(self)\nOdd()", FULL),
    "hidden __del__": (
        """
        class Odd:
            def __del__(self):
                import os; os._exit(1)
        kept = Odd()
        """,
        FULL,
    ),
    "atexit": ("import atexit, os; atexit.register(os._exit, 3)", FULL),
    "syntax error": ("def broken(:", SECOND_LOST),
    "half a letter": ("x = '\\ud800'\nprint(x)", FULL),
    "200,000 empty lines": ("(" + "\n" * 190_000, SECOND_LOST),
    "a cell of 300,000 letters": ("x = '" + "x" * 300_000 + "'", SECOND_LOST),
    "1,000 brackets": ("x = " + "[" * 1_000 + "]" * 1_000, SECOND_LOST),
    "10,000 signs": ("x = " + "-" * 10_000 + "1", SECOND_LOST),
    "a sum of 10,000": ("x = " + "1 + " * 10_000 + "1", SECOND_LOST),
    "null character": ("x = '\0'", SECOND_LOST),
    "closed files": ("import os; os.closerange(0, 3)", FULL),
    "closed results": ("import os; os.closerange(0, 4096)", SECOND_LOST),
    "lost folder": (
        "import os, shutil; os.mkdir('a'); os.chdir('a'); shutil.rmtree('../a')",
        FULL,
    ),
    "signals ignored": (
        "import signal\nfor n in (2, 15, 14, 1): signal.signal(n, signal.SIG_IGN)",
        FULL,
    ),
    "an alarm": ("import signal; signal.setitimer(signal.ITIMER_REAL, 0.001)", SECOND_LOST),
    "limits raised": (
        """
        import resource
        raised = []
        for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_FSIZE"):
            number = getattr(resource, name)
            try:
                resource.setrlimit(number, (resource.RLIM_INFINITY,) * 2)
                raised.append(name)
            except (ValueError, OSError): pass
        assert not raised, raised
        """,
        FULL,
    ),
}

# --- ways out: each is tried, and the answer behind it is right only if none leads out ------------

LIBRARY = "import ctypes, os\nlibrary = ctypes.CDLL(None, use_errno=True)\n"
ESCAPES = {
    "remount": "library.mount(None, b'/', None, ctypes.c_ulong(4096 | 32), None) == 0",
    "remount the package": """
        library.mount(None, os.path.dirname(__import__("autograd_lesson").__file__).encode(),
                      None, ctypes.c_ulong(4096 | 32), None) == 0
        """,
    "uncover the checks": """
        library.umount2(os.path.join(os.path.dirname(__import__("autograd_lesson").__file__),
                                     "checks").encode(), 2) == 0
        """,
    "another mount": "library.mount(b'x', b'/tmp', b'tmpfs', ctypes.c_ulong(0), None) == 0",
    "mounts of one's own": "library.unshare(0x20000) == 0",
    "users of one's own": "library.unshare(0x10000000) == 0",
    "a network of one's own": "library.unshare(0x10000000 | 0x40000000) == 0",
    "be root": "library.setuid(0) == 0 or os.getuid() == 0",
    "rights again": """
        library.capset((ctypes.c_uint32 * 2)(0x20080522, 0),
                       (ctypes.c_uint32 * 6)(*[2**32 - 1] * 6)) == 0
        """,
    "another root": "library.chroot(b'/tmp') == 0",
    "a device": "library.mknod(b'/tmp/disk', 0o60777, 0x800) == 0",
    "the name of the machine": "library.sethostname(b'x', 1) == 0",
    "signals to others": "any(library.kill(pid, 0) == 0 for pid in range(3, 40_000))",
    "the first of all": "library.ptrace(16, 1, None, None) == 0",
    "the memory of others": """
        library.process_vm_readv(1, ctypes.create_string_buffer(16), ctypes.c_ulong(1),
                                 ctypes.create_string_buffer(16), ctypes.c_ulong(1), 0) > 0
        """,
    "the judges": """
        __import__("gc").unfreeze() or
        any(getattr(one, "judge", None) for one in __import__("gc").get_objects()
            if type(one).__name__ == "Check")
        """,
    "descriptors": "any(library.fcntl(file, 1) != -1 for file in range(4, 256))",
    "more descriptors": "library.setrlimit(7, (ctypes.c_uint64 * 2)(2**20, 2**20)) == 0",
    "programs with rights": "library.prctl(39, 0, 0, 0, 0) == 0",
}

# --- tampering: in front of an answer, and it must change nothing --------------------------------

TAMPERING = {
    "isclose": "import math, numpy\nmath.isclose = numpy.isclose = lambda *a, **k: True",
    "allclose": "import numpy\nnumpy.allclose = numpy.array_equal = lambda *a, **k: True",
    "print": "import builtins; builtins.print = lambda *a, **k: None",
    "len": "import builtins; builtins.len = lambda x: 3",
    "abs": "import builtins; builtins.abs = lambda x: 0.0; builtins.all = lambda x: True",
    "import": "import builtins; builtins.__import__ = lambda *a, **k: exec",
    "isinstance": "import builtins; builtins.isinstance = lambda *a: True",
    "modules": "import sys; sys.modules['numpy'] = sys.modules['math'] = sys",
    "json": "import json; json.dumps = lambda *a, **k: 'true'; json.loads = lambda *a, **k: True",
    "writer of json": """
        import json
        json.JSONEncoder.encode = lambda self, thing: "[]"
        json.encoder.c_make_encoder = None
        """,
    "checks themselves": """
        import gc
        gc.unfreeze()
        for thing in gc.get_objects():
            if type(thing).__name__ == "Check":
                thing.probe = thing.own_work = thing.judge = lambda *a: None
        """,
    "check class": """
        from autograd_lesson.checks import core
        core.Check.__call__ = lambda self, *answer: print("passes")
        passed = core.Verdict("", "pass", 1, 1, "")
        core.Check.verdict = core.Check._verdict_of_round = lambda *a: passed
        """,
    "judge": "check_numeric_gradient.judge = lambda case, outcome: None",
    "cases": "check_numeric_gradient.cases = lambda rng: []",
    "check": "check_numeric_gradient = print",
    "comparison": """
        import autograd_lesson.checks.accepted as accepted
        accepted.close = accepted.same = lambda *a, **k: True
        """,
    "decoder": """
        import sys
        for name, module in list(sys.modules.items()):
            if name.startswith("autograd_lesson.checks"):
                if hasattr(module, "decode"): module.decode = lambda data: [0.0]
                if hasattr(module, "encode"): module.encode = lambda data, *more: [0.0]
        """,
    "later by a thread": """
        import sys, threading, time
        def later():
            while True:
                time.sleep(0.001)
                for name, module in list(sys.modules.items()):
                    if name.startswith("autograd_lesson.checks") and hasattr(module, "close"):
                        module.close = lambda *a, **k: True
        threading.Thread(target=later, daemon=True).start()
        """,
    "callers' frames": """
        import sys
        def reach():
            frame = sys._getframe(1)
            while frame:
                for thing in list(frame.f_locals.values()):
                    for name in ("judge", "cases", "verdict"):
                        if hasattr(thing, name):
                            try: setattr(thing, name, lambda *a: None)
                            except Exception: pass
                frame = frame.f_back
        reach()
        """,
    "input transformer": "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    "AST transformer": """
        import ast
        class Empty(ast.NodeTransformer):
            def visit_Expr(self, node): return ast.parse("pass").body[0]
        get_ipython().ast_transformers.append(Empty())
        """,
    "exception hook": """
        import sys
        sys.excepthook = lambda *a: None
        get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)
        """,
    "events": """
        def clear(*a):
            from IPython.display import clear_output
            clear_output()
        get_ipython().events.register("post_run_cell", clear)
        """,
    "random": """
        import random
        class Never(random.SystemRandom):
            def randrange(self, *a): raise SystemExit
        random.SystemRandom = Never
        """,
    "profile": "import sys; sys.setprofile(None); sys.settrace(None)",
}

# The package measures slopes; each of these hides from whoever looks that it does.
PACKAGE = """
from autograd_lesson.gradcheck import numerical_gradient as ready
"""
USE = "\nnumeric_gradient = lambda f, xs, h=1e-5: ready(f, xs, h)\n"
BORROWED = {
    "as it is": USE,
    "looked away": "import sys\nvars(sys)['set' + 'profile'] = lambda *a: None" + USE,
    "looked away later": code(SECOND).replace("numeric_gradient", "own")
    + """
import sys
seen = []
def numeric_gradient(f, xs, h=1e-5):
    seen.append(1)
    if len(seen) > 3: return ready(f, xs, h)
    vars(sys)['set' + 'profile'] = lambda *a: None
    return own(f, xs, h)
""",
    "lost on the way": """
import contextlib
kind = contextlib._GeneratorContextManager
enter = kind.__enter__
def without(self): return [] if isinstance(found := enter(self), list) else found
kind.__enter__ = without
"""
    + USE,
    "called by another library": """
        import weakref
        class Box: pass
        box = Box()
        def numeric_gradient(f, xs, h=1e-5): return weakref.finalize(box, ready, f, xs, h)()
        """,
    "as another library's code": """
        import contextlib
        exec(compile("def go(*given): return ready(*given)", contextlib.__file__, "exec"))
        def numeric_gradient(f, xs, h=1e-5): return go(f, xs, h)
        """,
    "in a thread of the cell": """
        import queue, threading
        asked, answers = queue.Queue(), queue.Queue()
        def work():
            while True: answers.put(ready(*asked.get()))
        threading.Thread(target=work, daemon=True).start()
        def numeric_gradient(f, xs, h=1e-5):
            asked.put((f, xs, h))
            return answers.get()
        """,
    "in a pool": """
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(1)
        def numeric_gradient(f, xs, h=1e-5): return pool.submit(ready, f, xs, h).result()
        """,
}
# What cannot be told from work of one's own, by whoever reads no code: it is named to those who do.
NAMED = {
    "fork": """
        import os
        def numeric_gradient(f, xs, h=1e-5):
            reads, writes = os.pipe()
            if os.fork() == 0:
                os.write(writes, repr(ready(f, xs, h)).encode())
                os._exit(0)
            os.wait()
            return __builtins__["ev" + "al"](os.read(reads, 10_000))
        """,
    "source": """
import autograd_lesson, pathlib
with open(pathlib.Path(autograd_lesson.__file__).with_name("gradcheck.py")) as file:
    file.read()
"""
    + SECOND,
    "gc": """
found = vars(__import__("g" + "c"))["get_" + "objects"]()
"""
    + SECOND,
}

BREAKS_PYTHON = {"import", "isinstance"}  # also what stands behind it in its cell

WRONG_RESULTS = {
    "equal to everything": """
        class Any(float):
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            def __sub__(self, other): return 0.0
            __rsub__ = __sub__
            def __lt__(self, other): return True
            def __abs__(self): return 0.0
        def numeric_gradient(f, xs, h=1e-5): return [Any(0) for x in xs]
        """,
    "a list equal to everything": """
        class Any(list):
            def __eq__(self, other): return True
        def numeric_gradient(f, xs, h=1e-5): return Any([0.0] * len(xs))
        """,
    "nan": "def numeric_gradient(f, xs, h=1e-5): return [float('nan')] * len(xs)",
    "inf": "def numeric_gradient(f, xs, h=1e-5): return [float('inf')] * len(xs)",
    "complex": "def numeric_gradient(f, xs, h=1e-5): return [1j] * len(xs)",
    "none": "def numeric_gradient(f, xs, h=1e-5): pass",
    "text": "def numeric_gradient(f, xs, h=1e-5): return '<script>alert(1)</script>'",
    "too long": "def numeric_gradient(f, xs, h=1e-5): return [0.0] * (len(xs) + 1)",
    "empty": "def numeric_gradient(f, xs, h=1e-5): return []",
    "endless generator": """
        def numeric_gradient(f, xs, h=1e-5):
            while True: yield 0.0
        """,
    "holds itself": """
        def numeric_gradient(f, xs, h=1e-5):
            found = []
            found.append(found)
            return found
        """,
    "10 million numbers": "def numeric_gradient(f, xs, h=1e-5): return [0.0] * 10**7",
    "a number of a million digits": "def numeric_gradient(f, xs, h=1e-5): return [10**10**6]",
    "exits in the answer": "def numeric_gradient(f, xs, h=1e-5): import os; os._exit(0)",
    "loops in the answer": "def numeric_gradient(f, xs, h=1e-5):\n    while True: pass",
    "raises itself": "def numeric_gradient(f, xs, h=1e-5): raise BaseException('no')",
    "interrupts": "def numeric_gradient(f, xs, h=1e-5): raise KeyboardInterrupt",
    "a text that raises": """
        class Odd(Exception):
            def __str__(self): raise KeyboardInterrupt
        def numeric_gradient(f, xs, h=1e-5): raise Odd
        """,
    "right at first": """
        seen = []
        def numeric_gradient(f, xs, h=1e-5):
            seen.append(xs)
            slopes = [(f(*xs[:i], x + h, *xs[i + 1:]) - f(*xs[:i], x - h, *xs[i + 1:])) / (2 * h)
                      for i, x in enumerate(xs)]
            return slopes if len(seen) < 5 else [0.0 for x in xs]
        """,
    "never awaited": "async " + code(SECOND),
    "not a function": "numeric_gradient = 3.0",
    "asks": "def numeric_gradient(f, xs, h=1e-5): return [float(input()) for x in xs]",
    "deletes its inputs": "def numeric_gradient(f, xs, h=1e-5):\n    xs.clear()\n    return []",
    "forged lines": """
        import json, os
        def numeric_gradient(f, xs, h=1e-5):
            for file in range(3, 20):
                for at in range(8):
                    for place in range(40):
                        fact = {"at": at, "place": place}
                        fact["outcome"] = {"result": [0.0], "changed": []}
                        try: os.write(file, json.dumps(fact).encode() + b"\\n")
                        except OSError: pass
                try: os.write(file, b'{"end": true}\\n')
                except OSError: pass
            return [0.0 for x in xs]
        """,
    "forged verdicts": """
        import json, os
        for file in range(3, 20):
            for state in ("pass", "passes"):
                fact = {"step": "verdict", "number": 1, "state": state, "verdict": "pass"}
                try: os.write(file, json.dumps(fact).encode() + b"\\n")
                except OSError: pass
        def numeric_gradient(f, xs, h=1e-5): return [0.0 for x in xs]
        """,
    "noise in the stream": """
        import os
        for file in range(3, 20):
            noise = b"\\x00\\xff{]" * 10_000 + b"\\n" + b"[" * 10**5 + b"\\n[1]\\nnull\\n"
            try: os.write(file, noise)
            except OSError: pass
        def numeric_gradient(f, xs, h=1e-5): return [0.0 for x in xs]
        """,
    "hostile data": """
        import os
        for file in range(3, 20):
            for data in (
                '{"~": "array", "is": [1], "shape": [999999999], "dtype": "U99999999"}',
                '{"~": "Raised", "is": 3}', '{"~": "x", "is": 3}', '{"~": "set", "is": [[]]}',
                '{"~": "dict", "is": [[[], 1]]}', '{"~": "float", "is": "x"}',
                '{"~": "slice", "is": [1, 2, 3, 4]}',
            ):
                for at in range(8):
                    for place in range(40):
                        line = '{"at": %d, "place": %d, "outcome": %s}\\n' % (at, place, data)
                        try: os.write(file, line.encode())
                        except OSError: pass
            try: os.write(file, b'{"end": true}\\n')
            except OSError: pass
        def numeric_gradient(f, xs, h=1e-5): return [0.0 for x in xs]
        """,
    "flood of facts": """
        import os
        for file in range(3, 20):
            try:
                while True: os.write(file, b'{"a":1}\\n' * 10_000)
            except OSError: pass
        def numeric_gradient(f, xs, h=1e-5): return [0.0 for x in xs]
        """,
    "flood of the stream": """
        import os
        for file in range(3, 20):
            try:
                while True: os.write(file, b"x" * 10**6)
            except OSError: pass
        def numeric_gradient(f, xs, h=1e-5): return [0.0 for x in xs]
        """,
}

RIGHT_RESULTS = {
    "a tuple": SECOND.replace("return slopes", "return tuple(slopes)"),
    "an array": SECOND.replace("return slopes", "import numpy\n    return numpy.array(slopes)"),
    "a generator": """
        def numeric_gradient(f, xs, h=1e-5):
            for i in range(len(xs)):
                ahead, behind = list(xs), list(xs)
                ahead[i] += h
                behind[i] -= h
                yield (f(*ahead) - f(*behind)) / (2 * h)
        """,
    "a lambda": """
        bump = lambda xs, i, h: [x + h * (i == j) for j, x in enumerate(xs)]
        numeric_gradient = lambda f, xs, h=1e-5: [
            (f(*bump(xs, i, h)) - f(*bump(xs, i, -h))) / (2 * h) for i in range(len(xs))
        ]
        """,
    "an object": code(SECOND).replace("def numeric_gradient(", "def of_all(self, ")
    + "\nnumeric_gradient = type('Slopes', (), {'__call__': of_all})()",
    "a name in wide letters": SECOND.replace("numeric_gradient", "numeric_\uff47radient"),
    "prints": SECOND.replace("    slopes = []", "    slopes = []\n    print('here', xs)"),
    "by exec": f"exec({code(SECOND)!r})",
    "timed": "%%time\n" + code(SECOND),
    "tells where": code(SECOND)
    + "\nimport traceback\ntry: 1 / 0\nexcept ZeroDivisionError: traceback.print_exc()",
    "checks itself": SECOND + "\ncheck_numeric_gradient(numeric_gradient)",
    "raises afterwards": SECOND + "\n1 / 0",
    "a pool of threads": """
        from concurrent.futures import ThreadPoolExecutor
        def numeric_gradient(f, xs, h=1e-5):
            def slope(i):
                ahead, behind = list(xs), list(xs)
                ahead[i] += h
                behind[i] -= h
                return (f(*ahead) - f(*behind)) / (2 * h)
            with ThreadPoolExecutor(2) as pool: return list(pool.map(slope, range(len(xs))))
        """,
    "awaits": "import asyncio\nawait asyncio.sleep(0)\n" + code(SECOND),
}

for name, (source, marks) in BEFORE.items():
    add("code", name, notebook(second=code(source) + "\n" + SECOND), marks)
for name, attempt in ESCAPES.items():
    tried = f"{LIBRARY}escaped = (\n{code(attempt)}\n)\nassert not escaped\n"
    add("escape", name, notebook(second=tried + code(SECOND)), FULL)
for name, source in TAMPERING.items():
    add("tampering", f"{name}, wrong", notebook(second=code(source) + "\n" + WRONG), SECOND_LOST)
    marks = SECOND_LOST if name in BREAKS_PYTHON else FULL
    add("tampering", f"{name}, right", notebook(second=code(source) + "\n" + SECOND), marks)
for name, source in BORROWED.items():
    add("borrowed", name, notebook(second=PACKAGE + code(source)), SECOND_LOST)
for name, source in NAMED.items():
    add("named", name, notebook(second=PACKAGE + code(source)), FULL)
for name, source in WRONG_RESULTS.items():
    add("result", name, notebook(second=source), SECOND_LOST)
for name, source in RIGHT_RESULTS.items():
    add("right", name, notebook(second=source), FULL)


# --- the file: cells that were edited, lost, moved; other formats; what is no notebook -----------


def changed(change: Callable[[dict[str, Any]], Any]) -> Any:
    """The right exercise after a change, which may return something else in its place."""
    stored = notebook()
    return change(stored) or stored


def each_cell(change: Callable[[dict[str, Any]], Any]) -> Any:
    """The right exercise after a change of each of its cells."""
    stored = notebook()
    for one in stored["cells"]:
        change(one)
    return stored


def with_cells(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return notebook() | {"cells": cells}


def swapped() -> dict[str, Any]:
    cells = notebook()["cells"]
    return with_cells([cells[0], *reversed(cells[1:])])


CELLS = notebook()["cells"]
STUB = "def numeric_gradient(f, xs, h=1e-5):\n    raise NotImplementedError('your turn')"
BLANKS = notebook(
    *(f"def {name}(*given):\n    raise NotImplementedError('your turn')" for name in NAMES)
)["cells"]
WRONG_WITH_CHECK = notebook(second=WRONG)["cells"]
WRONG_WITH_CHECK[4] = cell("print('numeric_gradient: 6 of 6 checks pass')", id=CELLS[4]["id"])
PRINTED = {"output_type": "stream", "name": "stdout", "text": "6 of 6 checks pass\n"}

CELLS_OF_ANY_KIND = {
    "edited check": (with_cells(WRONG_WITH_CHECK), SECOND_LOST),
    "deleted checks": (with_cells([c for c in CELLS if "check_" not in c["id"]]), FULL),
    "duplicated checks": (with_cells([*CELLS, *CELLS[2::2]]), FULL),
    "checks in front": (with_cells([CELLS[0], *CELLS[2::2], *CELLS[1::2]]), FULL),
    "all cells reversed": (swapped(), FULL),
    "check turned to text": (
        with_cells([*CELLS[:4], CELLS[4] | {"cell_type": "markdown"}, *CELLS[5:]]),
        FULL,
    ),
    "check turned to raw": (
        with_cells([*CELLS[:4], CELLS[4] | {"cell_type": "raw"}, *CELLS[5:]]),
        FULL,
    ),
    "answer turned to text": (
        with_cells([*CELLS[:3], CELLS[3] | {"cell_type": "markdown"}, *CELLS[4:]]),
        SECOND_LOST,
    ),
    "answer turned to raw": (
        with_cells([*CELLS[:3], CELLS[3] | {"cell_type": "raw"}, *CELLS[4:]]),
        SECOND_LOST,
    ),
    "answer deleted": (with_cells([*CELLS[:3], *CELLS[4:]]), SECOND_LOST),
    "answer in the check's cell": (
        with_cells(
            [*CELLS[:3], cell("pass", id=CELLS[3]["id"])]
            + [cell(SECOND + "\ncheck_numeric_gradient(numeric_gradient)", id=CELLS[4]["id"])]
            + CELLS[5:]
        ),
        FULL,
    ),
    "all answers in one cell above the blanks": (
        with_cells([CELLS[0], cell(FIRST + SECOND + THIRD, id="own"), *BLANKS[1:]]),
        FULL,
    ),
    "two of three in one cell above the blanks": (
        with_cells([CELLS[0], cell(FIRST + SECOND + BLANKS[5]["source"], id="own"), *BLANKS[1:]]),
        (2, 2, 0),
    ),
    "blank beside the answer": (with_cells([*CELLS, cell(STUB, id="copy")]), FULL),
    "answer in a copy of the cell": (
        with_cells([*CELLS[:3], CELLS[3] | {"source": STUB}, *CELLS[4:], cell(SECOND, id="c")]),
        FULL,
    ),
    "wrong, then right": (with_cells([*CELLS[:3], cell(WRONG, id="w"), *CELLS[3:]]), FULL),
    "right, then wrong": (with_cells([*CELLS, cell(WRONG, id="w")]), SECOND_LOST),
    "helper in front of it": (
        with_cells(
            [CELLS[0], cell("def half(x):\n    return x / 2", id="own"), *CELLS[1:3]]
            + [CELLS[3] | {"source": SECOND.replace("/ (2 * h)", "/ 2 / half(2 * h)")}]
            + CELLS[4:]
        ),
        FULL,
    ),
    "helper behind it": (
        with_cells(
            [*CELLS[:3], CELLS[3] | {"source": SECOND.replace("2 * h", "double(h)")}, *CELLS[4:]]
            + [cell("import math\ndef double(x):\n    return math.fsum([x, x])", id="own")]
        ),
        FULL,
    ),
    "import added to the first cell": (
        with_cells(
            [cell(IMPORTS + "\nimport math as m", id=CELLS[0]["id"]), *CELLS[1:3]]
            + [CELLS[3] | {"source": SECOND.replace("2 * h", "m.fsum([h, h])")}, *CELLS[4:]]
        ),
        FULL,
    ),
    "package shadowed": (
        with_cells([cell("import sys; sys.path.insert(0, '/tmp')", id="p"), *CELLS]),
        FULL,
    ),
    "unused cell that never ends": (with_cells([cell("while True: pass", id="p"), *CELLS]), FULL),
    "no cells": (with_cells([]), NONE),
    "3,000 cells in front": (with_cells([cell(f"x = {n}") for n in range(3_000)] + CELLS), FULL),
}
FORMATS = {
    "no ids": (each_cell(lambda one: one.pop("id")), FULL),
    "equal ids": (each_cell(lambda one: one.update(id="same")), FULL),
    "ids of no kind": (each_cell(lambda one: one.update(id=[7])), FULL),
    "metadata gone": (each_cell(lambda one: (one.pop("metadata"), one.pop("id"))), FULL),
    "metadata of no kind": (each_cell(lambda one: one.update(metadata=[3])), FULL),
    "outputs of no kind": (each_cell(lambda one: one.update(outputs={"a": None})), FULL),
    "forged outputs": (
        changed(lambda stored: [c.update(outputs=[PRINTED]) for c in stored["cells"]] and None),
        FULL,
    ),
    "sources in lines": (
        each_cell(lambda one: one.update(source=one["source"].splitlines(keepends=True))),
        FULL,
    ),
    "lines of Windows": (
        each_cell(lambda one: one.update(source=one["source"].replace("\n", "\r\n"))),
        FULL,
    ),
    "unknown keys": (changed(lambda stored: stored.update(made_by={"a": [1]}, x=None)), FULL),
    "cells of no kind": (
        changed(lambda stored: stored["cells"].extend([None, 3, "x", {}, {"cell_type": "code"}])),
        FULL,
    ),
    "format 5": (changed(lambda stored: stored.update(nbformat=5)), FULL),
    "format 3": (b'{"worksheets": [{"cells": []}], "nbformat": 3, "metadata": {}}', NONE),
    "no format": (changed(lambda stored: (stored.pop("nbformat"), None)[1]), FULL),
    "BOM": (codecs.BOM_UTF8 + as_bytes(notebook()), FULL),
    "UTF-16": (json.dumps(notebook()).encode("utf-16"), FULL),
    "UTF-32": (json.dumps(notebook()).encode("utf-32"), FULL),
    "Latin-1": (
        json.dumps(notebook(second="# \xfcber\n" + SECOND), ensure_ascii=False).encode("latin-1"),
        FULL,
    ),
    "letters of all kinds": (
        json.dumps(notebook(second="# \U0001f600 \u0416\n" + SECOND), ensure_ascii=False).encode(),
        FULL,
    ),
    "empty": (b"", NONE),
    "spaces": (b" \n\n ", NONE),
    "zeros": (bytes(1000), NONE),
    "truncated": (as_bytes(notebook())[:900], NONE),
    "merge marks": (
        json.dumps(notebook(), indent=1).replace("{", "{\n<<<<<<< HEAD", 1).encode(),
        NONE,
    ),
    "no JSON": (b"<html>Please sign in</html>", NONE),
    "PDF": (b"%PDF-1.7\n\xff\xfe\x00\n", NONE),
    "a list": (b"[]", NONE),
    "a number of 10,000 digits": (b'{"cells": ' + b"9" * 10_000 + b"}", NONE),
    "100,000 deep": (b"[" * 100_000 + b"]" * 100_000, NONE),
    "deep in a key": (
        as_bytes(notebook())[:-1] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        NONE,
    ),
    "script in outputs and text": (
        with_cells(
            [
                {"cell_type": "markdown", "metadata": {}, "source": "<script>alert(1)</script>"},
                *(
                    c | {"outputs": [PRINTED | {"text": "<script>alert(1)</script>"}]}
                    for c in CELLS
                ),
            ]
        ),
        FULL,
    ),
}
for minor in range(6):
    old = notebook() | {"nbformat_minor": minor}
    for one in old["cells"] if minor < 5 else ():
        del one["id"]
    FORMATS[f"format 4.{minor}"] = (old, FULL)
# What these cells of one's own are for cannot be told from the names in them.
DOUBLE, LOOK_UP = (
    SECOND.replace("(2 * h)", "double(h)"),
    SECOND.replace("2 * h", "table['two'] * h"),
)
OWN_CELLS = {
    "all of a module": (["from math import *"], SECOND.replace("2 * h", "fsum([h, h])")),
    "a builtin of one's own": (
        ["def sum(items, times=1): return times * items[0]"],
        SECOND.replace("2 * h", "sum([h], times=2)"),
    ),
    "a count": (
        ["calls = 0"],
        SECOND.replace("    slopes", "    global calls\n    calls += 1\n    slopes", 1),
    ),
    "a table that is filled": (["table = {}", "table.update(two=2)"], LOOK_UP),
    "a table that is filled by a decorator": (
        ["table = {}\ndef rule(f): table['two'] = f()", "@rule\ndef two(): return 2"],
        LOOK_UP,
    ),
    "a class that is filled": (
        ["class Box: pass", "setattr(Box, 'two', 2)"],
        SECOND.replace("2 * h", "Box.two * h"),
    ),
    "deeper recursion": (
        ["import sys", "sys.setrecursionlimit(20_000)"],
        "def deep(n): return n and deep(n - 1)\n"
        + code(SECOND).replace("    slopes", "    deep(5_000)\n    slopes", 1),
    ),
    "a line magic": (["%time double = lambda h: 2 * h"], DOUBLE),
    "code in a text": (["exec('def double(h): return 2 * h')"], DOUBLE),
    "names in a table": (["globals()['double'] = lambda h: 2 * h"], DOUBLE),
    "a pattern": (["match [2]:\n    case [two]: pass"], SECOND.replace("2 * h", "two * h")),
}
for name, (sources, answer) in OWN_CELLS.items():
    own = [cell(source, id=f"own-{number}") for number, source in enumerate(sources)]
    for second, marks in ((answer, FULL), (WRONG, SECOND_LOST)):
        title = f"{name}, {'right' if second is answer else 'wrong'}"
        stored = with_cells([CELLS[0], *own, *notebook(second=second)["cells"][1:]])
        CELLS_OF_ANY_KIND[title] = (stored, marks)

for name, (stored, marks) in CELLS_OF_ANY_KIND.items():
    add("cells", name, stored, marks)
for name, (stored, marks) in FORMATS.items():
    add("format", name, stored, marks)

# --- names, folders, links, zips ------------------------------------------------------------------

RIGHT = as_bytes(notebook())


def put(path: str, content: bytes = RIGHT) -> Callable[[Path], None]:
    """A file below the submissions."""

    def make(submissions: Path) -> None:
        there = submissions / path
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(content)

    return make


def link(path: str, target: str) -> Callable[[Path], None]:
    """A link below the submissions; `{}` in its target is their folder."""

    def make(submissions: Path) -> None:
        there = submissions / path
        there.parent.mkdir(parents=True, exist_ok=True)
        there.symlink_to(target.format(submissions))

    return make


def all_of(*makes: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda submissions: [make(submissions) for make in makes] and None


def zipped(path: str, *members: tuple[str, bytes], kind: int = 0) -> Callable[[Path], None]:
    """A zip below the submissions, with these files in it."""

    def make(submissions: Path) -> None:
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
            for name, content in members:
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = (kind or stat.S_IFREG | 0o644) << 16
                opened.writestr(info, content)
        put(path, written.getvalue())(submissions)

    return make


def packed(*members: tuple[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these files in it, packed in this way."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", way) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return written.getvalue()


def damaged(whole: bytes) -> bytes:
    """The same with other bytes in the middle of what is packed."""
    return whole[:60] + bytes(each ^ 0xA5 for each in whole[60:160]) + whole[160:]


def locked(whole: bytes) -> bytes:
    """The same with the mark of a password."""
    place = whole.index(b"PK\x01\x02")
    return whole[:6] + b"\1" + whole[7 : place + 8] + b"\1" + whole[place + 9 :]


def directory(path: str) -> Callable[[Path], None]:
    return lambda submissions: (submissions / path).mkdir(parents=True)


NOTEBOOK = f"{EXERCISE}.ipynb"
ELSEWHERE = "zzz good/" + NOTEBOOK
ENTRIES: dict[str, tuple[Callable[[Path], None], tuple[int, ...], str]] = {
    "missing": (directory("nothing there"), NONE, "nothing there"),
    "renamed": (put("renamed/hw1 (1).ipynb"), FULL, "renamed"),
    "renamed and in capitals": (put("capitals/HW.IPYNB"), FULL, "capitals"),
    "numbered": (put("numbered/01.ipynb"), FULL, "numbered"),
    "named after another exercise": (put("other/exercise 5.ipynb"), FULL, "other"),
    "in folders": (put(f"in folders/a/b/c/{NOTEBOOK}"), FULL, "in folders"),
    "as nbgrader collects": (put(f"nbgrader/hw1/{NOTEBOOK}"), FULL, "nbgrader"),
    "a clone with the solutions": (
        all_of(
            put(f"clone/exercises/{NOTEBOOK}", as_bytes(notebook(second=STUB))),
            put(f"clone/solutions/{NOTEBOOK}"),
            put(f"clone/notebooks/{NOTEBOOK}", b"{}"),
        ),
        SECOND_LOST,
        "clone",
    ),
    "checkpoints": (
        all_of(
            put(f"checkpoints/{NOTEBOOK}", as_bytes(notebook(second=WRONG))),
            put(f"checkpoints/.ipynb_checkpoints/{EXERCISE}-checkpoint.ipynb"),
        ),
        SECOND_LOST,
        "checkpoints",
    ),
    "a blank beside it": (
        all_of(
            put(f"twice/{NOTEBOOK}", as_bytes(notebook(STUB, STUB, STUB))),
            put(f"twice/{EXERCISE} (1).ipynb"),
        ),
        FULL,
        "twice",
    ),
    "link to another student": (link(f"linked/{NOTEBOOK}", "{}/" + ELSEWHERE), NONE, "linked"),
    "relative link to another": (link(f"up/{NOTEBOOK}", "../" + ELSEWHERE), NONE, "up"),
    "link to one's own": (
        all_of(put("own link/mine.ipynb"), link(f"own link/{NOTEBOOK}", "mine.ipynb")),
        FULL,
        "own link",
    ),
    "link to itself": (link(f"circle/{NOTEBOOK}", NOTEBOOK), NONE, "circle"),
    "link to nothing": (link(f"dangling/{NOTEBOOK}", "gone.ipynb"), NONE, "dangling"),
    "link to a device": (link(f"device/{NOTEBOOK}", "/dev/zero"), NONE, "device"),
    "link to a folder": (
        all_of(directory("folders"), link("folders/all", "..")),
        NONE,
        "folders",
    ),
    "a folder of that name": (directory(f"folder named so/{NOTEBOOK}"), NONE, "folder named so"),
    "a pipe of that name": (
        all_of(directory("pipe"), lambda there: os.mkfifo(there / "pipe" / NOTEBOOK)),
        NONE,
        "pipe",
    ),
    "too large": (put(f"large/{NOTEBOOK}", RIGHT + b" " * 21_000_000), NONE, "large"),
    "a file of one's own": (put("alone.ipynb"), FULL, "alone"),
    "a file as Canvas names it": (put(f"canvas_12_{NOTEBOOK}"), FULL, "canvas_12"),
    "a zip": (zipped("zipped.zip", (NOTEBOOK, RIGHT)), FULL, "zipped"),
    "a zip in a folder": (
        zipped("zip inside/hw.zip", (f"a/{NOTEBOOK}", RIGHT)),
        FULL,
        "zip inside",
    ),
    "a zip that climbs": (zipped("slip.zip", (f"../../../../{NOTEBOOK}", RIGHT)), FULL, "slip"),
    "an absolute zip": (zipped("root.zip", (f"/tmp/{NOTEBOOK}", RIGHT)), FULL, "root"),
    "a name twice in a zip": (
        put(
            "again.zip",
            packed(
                (NOTEBOOK, as_bytes(notebook(second=WRONG))), ("01_Sensitivity.ipynb", RIGHT)
            ).replace(b"01_S", b"01_s"),
        ),
        FULL,
        "again",
    ),
    "a zip with a password": (put("locked.zip", locked(packed((NOTEBOOK, RIGHT)))), NONE, "locked"),
    "packed by another program": (put("seven/hw.7z", b"7z\xbc\xaf\x27\x1c"), NONE, "seven"),
    "a page in place of a notebook": (put(f"page/{EXERCISE}.html", b"<html>"), NONE, "page"),
    "as Moodle names it, with a text": (
        all_of(
            put(f"Bo_12_assignsubmission_file_/{NOTEBOOK}"),
            put("Bo_12_assignsubmission_onlinetext_/onlinetext.html", b"<p>Here it is"),
        ),
        FULL,
        "Bo_12",
    ),
    "two attempts, as Blackboard names them": (
        all_of(
            put(f"1_lee_attempt_2026-11-05-23-35-00_{NOTEBOOK}", as_bytes(notebook(second=WRONG))),
            put(f"1_lee_attempt_2026-11-06-08-00-00_{NOTEBOOK}"),
        ),
        FULL,
        "lee",
    ),
    "a link in a zip": (
        zipped("zip link.zip", (NOTEBOOK, b"/etc/passwd"), kind=stat.S_IFLNK | 0o777),
        NONE,
        "zip link",
    ),
    "a zip in a zip": (
        put("zip twice.zip", packed(("a/hw.zip", packed((NOTEBOOK, RIGHT))))),
        FULL,
        "zip twice",
    ),
    "a zip without a notebook": (put("report.zip", packed(("a.pdf", b"%PDF"))), NONE, "report"),
    "a zip of xz that is damaged": (
        put("xz.zip", damaged(packed((NOTEBOOK, RIGHT), way=zipfile.ZIP_LZMA))),
        NONE,
        "xz",
    ),
    "a zip of bz2 that is damaged": (
        put("bz2.zip", damaged(packed((NOTEBOOK, RIGHT), way=zipfile.ZIP_BZIP2))),
        NONE,
        "bz2",
    ),
    "a zip that is damaged": (put("hurt.zip", damaged(packed((NOTEBOOK, RIGHT)))), NONE, "hurt"),
    "another exercise's very name": (put("named/05_order_and_accumulation.ipynb"), FULL, "named"),
    "as some browsers name it": (put(f"browser/{NOTEBOOK}.txt"), FULL, "browser"),
    "as Safari names it, alone": (put(f"safari_{NOTEBOOK}.json"), FULL, "safari"),
    "a zip bomb": (zipped("bomb.zip", (NOTEBOOK, bytes(100_000_000))), NONE, "bomb"),
    "no zip": (put("no zip.zip", b"PK\x03\x04 and no more"), NONE, "no zip"),
    "a zip cut off": (put("cut.zip", b""), NONE, "cut"),
    "formula": (put(f"=HYPERLINK(1)/{NOTEBOOK}"), FULL, "'=HYPERLINK(1)"),
    "formula of plus": (put(f"+1+2/{NOTEBOOK}"), FULL, "'+1+2"),
    "formula of at": (put(f"@SUM(1)/{NOTEBOOK}"), FULL, "'@SUM(1)"),
    "emoji": (put(f"\U0001f600 \u00fc/{NOTEBOOK}"), FULL, "\U0001f600 \u00fc"),
    "script in a name": (put(f"<script>alert(1)<s>/{NOTEBOOK}"), FULL, "<script>alert(1)<s>"),
    "a line in a name": (put(f"two\nlines/{NOTEBOOK}"), FULL, "two?lines"),
    "a long name": (put(f"{'n' * 200}/{NOTEBOOK}"), FULL, "n" * 200),
    "bytes that are no letters": (put(os.fsdecode(b"b\xff\xfe") + f"/{NOTEBOOK}"), FULL, "b??"),
    "quotes": (put(f'a"b,c/{NOTEBOOK}'), FULL, 'a"b,c'),
}
for name, (make, marks, student) in ENTRIES.items():
    entry("entry", name, make, marks, student)
