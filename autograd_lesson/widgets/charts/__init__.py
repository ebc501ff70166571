"""Widgets that show curves, bars and tables."""
