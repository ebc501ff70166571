"""Grading the notebooks of many: read safely, run in a sandbox, judged outside of it."""
