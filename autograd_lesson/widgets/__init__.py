"""What a notebook shows and lets a learner move: import from here."""

from .player import Frame, Player
from .stepper import step_through

__all__ = ["Frame", "Player", "step_through"]
