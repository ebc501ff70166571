"""What a notebook shows and lets a learner move: import from here."""

from .arrays.attention_scrubber import attention_scrubber
from .arrays.broadcast import show_broadcast
from .arrays.element_flow import element_flow
from .arrays.index_tracer import index_tracer
from .arrays.jacobian import show_jacobian
from .arrays.sliding_window import follow_pixel, slide_window
from .charts.gradient_histograms import gradient_histograms
from .charts.kernels import show_kernels
from .charts.launches import show_launches
from .charts.layer_norm_rows import layer_norm_rows
from .charts.memory_ruler import memory_ruler
from .charts.memory_timeline import show_timeline
from .charts.mutation_arena import arena
from .charts.nudge import nudge, step_size
from .charts.numerics import numerics
from .charts.optimiser_race import optimiser_race
from .charts.three_logits import three_logits
from .charts.training_film import film
from .charts.training_scrubber import training_scrubber
from .graphs.by_hand import step_by_hand
from .graphs.compiler_passes import show_passes
from .graphs.dropped_edge import drop_edge
from .graphs.engine_diff import engine_diff
from .graphs.four_walks import compare_orders
from .graphs.gradient_graph import gradient_graph
from .graphs.growing_graph import live_graph
from .graphs.nan_finder import find_nan
from .graphs.open_boxes import open_boxes
from .graphs.paths import path_explosion, show_paths
from .graphs.playground import playground
from .graphs.practise import practise
from .graphs.predict import predict
from .graphs.stepper import step_through
from .graphs.two_sweeps import two_sweeps
from .graphs.zero_finder import find_zeros
from .player import Frame, Player

__all__ = [
    "Frame",
    "Player",
    "arena",
    "attention_scrubber",
    "compare_orders",
    "drop_edge",
    "element_flow",
    "engine_diff",
    "film",
    "find_nan",
    "find_zeros",
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
    "show_broadcast",
    "show_jacobian",
    "show_kernels",
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
