"""One file for each framework: its name, what to install, its words, and its ways to differentiate.

NAME, REQUIRES      what it is called, and what `pip install` is given, pinned
WORDS, word(name)   what a word of NumPy means there; None where it has no such function
value, reverse      of f at a point, given as nested lists: a number; a gradient per operand
forward             the slope along a direction
second              along a direction twice, by reverse mode over reverse mode
second_forward      the same by forward mode over reverse mode
"""


class AbsentError(Exception):
    """The framework has no such function, or no such mode; the message says which."""
