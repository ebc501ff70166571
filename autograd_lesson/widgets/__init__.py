"""What a notebook shows and lets a learner move: import from here."""

from .live import live_graph
from .nudge import nudge, step_size
from .player import Frame, Player
from .stepper import step_through

__all__ = ["Frame", "Player", "live_graph", "nudge", "step_size", "step_through"]
