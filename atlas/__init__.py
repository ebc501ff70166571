"""The atlas of edges: what frameworks answer where calculus or floats have no slope."""
