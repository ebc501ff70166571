"""What a notebook shows and lets a learner move: import from here."""

from .arena import arena
from .boxes import open_boxes
from .broadcast import show_broadcast
from .by_hand import step_by_hand
from .diff import engine_diff
from .element_flow import element_flow
from .gradient_graph import gradient_graph
from .histograms import gradient_histograms
from .index_tracer import index_tracer
from .jacobian import show_jacobian
from .launches import show_launches
from .layer_norm_rows import layer_norm_rows
from .live import live_graph
from .logits import three_logits
from .memory_ruler import memory_ruler
from .nan_finder import find_nan
from .nudge import nudge, step_size
from .numerics import numerics
from .orders import compare_orders
from .passes import show_passes
from .paths import path_explosion, show_paths
from .player import Frame, Player
from .playground import playground
from .practice import practise
from .predict import predict
from .race import optimiser_race
from .recording import record
from .sliding_window import follow_pixel, slide_window
from .stepper import step_through
from .timeline import show_timeline
from .training import training_scrubber
from .two_sweeps import two_sweeps

__all__ = [
    "Frame",
    "Player",
    "arena",
    "compare_orders",
    "element_flow",
    "engine_diff",
    "find_nan",
    "follow_pixel",
    "gradient_graph",
    "gradient_histograms",
    "index_tracer",
    "layer_norm_rows",
    "live_graph",
    "memory_ruler",
    "nudge",
    "numerics",
    "open_boxes",
    "optimiser_race",
    "path_explosion",
    "playground",
    "practise",
    "predict",
    "record",
    "show_broadcast",
    "show_jacobian",
    "show_launches",
    "show_passes",
    "show_paths",
    "show_timeline",
    "slide_window",
    "step_by_hand",
    "step_size",
    "step_through",
    "three_logits",
    "training_scrubber",
    "two_sweeps",
]
