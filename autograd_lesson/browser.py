"""Python in a browser: what goes deep through C must not end it, as the browser's stack is small.

Python counts on a stack of 10 MB there, and a browser gives about 1 MB. So freeing a chain of 3,000
values, or an op that calls itself without end, would end the kernel for good.
"""

import contextlib
import sys
from collections.abc import Iterator

IN_A_BROWSER = sys.platform == "emscripten"
NARROW = 48 * 1024  # bytes as Python counts them; with 128 KiB an endless `a + b` ends Chromium
WIDE = 10 * 1024 * 1024  # what Pyodide says: imports need much of it, and stay far from the end


def freed_in_a_row(kind: type, here: bool = IN_A_BROWSER) -> type:
    """The class, whose objects hand over their operands when they are freed: not link in link."""
    waiting: list[tuple] = []
    is_at_work = False

    def hand_over(self) -> None:
        nonlocal is_at_work
        waiting.append(getattr(self, "operands", ()))
        self.operands = ()
        if not is_at_work:
            is_at_work = True
            try:
                while waiting:
                    waiting.pop()  # whatever that frees hands over its own
            finally:
                is_at_work = False

    if here:
        kind.__del__ = hand_over  # type: ignore[attr-defined]
    return kind


@contextlib.contextmanager
def narrow_stack() -> Iterator[None]:
    """What calls itself without end raises RecursionError in here, also where it goes through C."""
    allow(NARROW)
    try:
        yield
    finally:
        allow(WIDE)


def allow(size: int) -> None:
    """Tell Python in a browser how large its stack is, where that can be said (from 3.14 on)."""
    if IN_A_BROWSER:
        import ctypes

        import pyodide_js  # type: ignore[import-not-found]

        tell = getattr(ctypes.pythonapi, "PyUnstable_ThreadState_SetStackProtection", None)
        if tell is not None:
            here = ctypes.pythonapi.PyThreadState_Get
            here.restype = ctypes.c_void_p
            tell.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
            base = pyodide_js._module._emscripten_stack_get_base()
            tell(here(), base - size, size)
