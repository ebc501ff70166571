"""What a graph looks like: laid out, drawn, and said in words."""

from .collapse import collapsed
from .dot import draw_dot
from .drawing import Drawing, draw
from .graph import graph_of
from .sizes import draw_gradient_sizes

__all__ = ["Drawing", "collapsed", "draw", "draw_dot", "draw_gradient_sizes", "graph_of"]
