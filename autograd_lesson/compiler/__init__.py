"""A graph recorded as a program, its gradient as more of it, and both written out as code."""

from .code import compile_gradient
from .program import with_gradient
from .recording import trace
from .steps import compile_step, ledger

__all__ = ["compile_gradient", "compile_step", "ledger", "trace", "with_gradient"]
