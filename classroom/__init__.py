"""Tools for courses: the notebooks of learners checked, graded, and brought up to date."""
