"""What a graph looks like: laid out, drawn, and said in words."""

from .collapse import collapsed
from .dot import draw_dot
from .drawing import Drawing, draw
from .graph import trace

__all__ = ["Drawing", "collapsed", "draw", "draw_dot", "trace"]
