"""Predictions: typed before a cell is run, and then judged against what the cell computes."""

from .cell import folded, prediction

__all__ = ["folded", "prediction"]
