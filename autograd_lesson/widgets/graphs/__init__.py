"""Widgets that show a graph."""
