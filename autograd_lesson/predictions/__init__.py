"""Predictions: typed before a cell is run, and then judged against what the cell computes."""

from .cell import prediction

__all__ = ["prediction"]
