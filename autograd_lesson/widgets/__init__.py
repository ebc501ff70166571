"""What a notebook shows and lets a learner move: import from here."""

from .by_hand import step_by_hand
from .live import live_graph
from .nudge import nudge, step_size
from .orders import compare_orders
from .paths import path_explosion, show_paths
from .player import Frame, Player
from .playground import playground
from .practice import practise
from .predict import predict
from .stepper import step_through

__all__ = [
    "Frame",
    "Player",
    "compare_orders",
    "live_graph",
    "nudge",
    "path_explosion",
    "playground",
    "practise",
    "predict",
    "show_paths",
    "step_by_hand",
    "step_size",
    "step_through",
]
