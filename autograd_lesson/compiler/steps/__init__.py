"""A training step of tensors as a program: recorded, made smaller, planned, and written as code."""

from .bookkeeping import ledger
from .step import compile_step

__all__ = ["compile_step", "ledger"]
