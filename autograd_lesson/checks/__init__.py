"""The checks of the exercises: one module for each exercise notebook, `core` for what they share."""

from autograd_lesson.checks.core import Check, CheckFailed, NotAttempted

__all__ = ["Check", "CheckFailed", "NotAttempted"]
