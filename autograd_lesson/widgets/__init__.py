"""What a notebook shows and lets a learner move: import from here."""

from importlib import import_module

from .player import Frame, Player

HOMES = {  # where each is, to be loaded when it is first asked for: some need arrays, so NumPy
    "attention_scrubber": "arrays.attention_scrubber",
    "show_broadcast": "arrays.broadcast",
    "element_flow": "arrays.element_flow",
    "index_tracer": "arrays.index_tracer",
    "show_jacobian": "arrays.jacobian",
    "follow_pixel": "arrays.sliding_window",
    "slide_window": "arrays.sliding_window",
    "gradient_histograms": "charts.gradient_histograms",
    "show_kernels": "charts.kernels",
    "show_launches": "charts.launches",
    "layer_norm_rows": "charts.layer_norm_rows",
    "memory_ruler": "charts.memory_ruler",
    "show_timeline": "charts.memory_timeline",
    "arena": "charts.mutation_arena",
    "nudge": "charts.nudge",
    "step_size": "charts.nudge",
    "numerics": "charts.numerics",
    "optimiser_race": "charts.optimiser_race",
    "three_logits": "charts.three_logits",
    "film": "charts.training_film",
    "training_scrubber": "charts.training_scrubber",
    "step_by_hand": "graphs.by_hand",
    "show_passes": "graphs.compiler_passes",
    "drop_edge": "graphs.dropped_edge",
    "engine_diff": "graphs.engine_diff",
    "compare_orders": "graphs.four_walks",
    "gradient_graph": "graphs.gradient_graph",
    "live_graph": "graphs.growing_graph",
    "find_nan": "graphs.nan_finder",
    "open_boxes": "graphs.open_boxes",
    "path_explosion": "graphs.paths",
    "show_paths": "graphs.paths",
    "playground": "graphs.playground",
    "practise": "graphs.practise",
    "predict": "graphs.predict",
    "step_through": "graphs.stepper",
    "two_sweeps": "graphs.two_sweeps",
    "find_zeros": "graphs.zero_finder",
}
__all__ = ["Frame", "Player", *HOMES]  # noqa: PLE0604 (the keys are names)


def __getattr__(name: str) -> object:
    """A widget, from its own module."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{HOMES[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    """All of them, loaded or not."""
    return sorted({*globals(), *__all__})
