"""The checks of the exercises: a module for each exercise notebook, and what all are made of."""

from .core import Check, CheckFailed, NotAttempted

__all__ = ["Check", "CheckFailed", "NotAttempted"]
