"""Widgets that show the numbers of arrays."""
