"""One example of each widget: what the tests of all widgets look at.

A new widget needs one row in EXAMPLES: a function that makes one, small and with every part of its
picture in use. What is in `widgets.__all__` and shows nothing by itself has a sentence instead.
"""

import numpy as np

from autograd_lesson import Value, nn, widgets
from autograd_lesson.compiler import compile_step
from autograd_lesson.data import xor
from autograd_lesson.pictures import chart
from autograd_lesson.teaching import mutants
from autograd_lesson.teaching.generated_graphs import generated_graph

KINDS = ("text/html", "image/svg+xml", "text/plain")  # what is stored of each


def lesson_graph():
    """The graph of lesson 02: a is used twice, and c too."""
    a, b = Value(2.0, "a"), Value(3.0, "b")
    c = (a + b).named("c")
    d = (a * c).named("d")
    return a, b, c, d, (c * d).named("e")


def last():
    """The root of that graph."""
    return lesson_graph()[-1]


def a_player():
    """A player made by hand."""
    plot = chart.Plot((0, 1), (0, 1), ("input", "output"))
    svg = plot.svg("Two points", "One dot moves.", chart.disc(100, 100, "main-dot", "here"))
    frames = [widgets.Frame("left"), widgets.Frame("right", attrs={"here": {"cx": "200"}})]
    return widgets.Player(svg, frames, "Two points")


def square_of_three(engine):
    """A test that a few engines fail."""
    x = engine(3.0)
    (x * x).backward()
    return x.grad == 6.0


def expects_35(engine):
    """A test that every engine fails, the right one too."""
    return engine(1.0).grad == 35.0


def an_arena():
    """One right test and one wrong one."""
    return widgets.arena([square_of_three, expects_35], mutants.mutants(), mutants.Number)


class HalfSeed(Value):
    """An engine whose walk back begins with half of what is right."""

    def backward(self, seed=1.0):
        """Walk back from half the seed."""
        super().backward(seed / 2)


def built(engine):
    """The lesson's graph on any engine."""
    a, b = engine(2.0, "a"), engine(3.0, "b")
    c = a + b
    return c * (a * c)


def a_nan():
    """A graph whose gradient is not finite."""
    x = Value(0.0, "x")
    return widgets.find_nan((((x * x).named("square")) ** 0.5).named("root"))


def some_zeros():
    """A graph in which zeros begin and spread."""
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    return widgets.find_zeros(((a * b).named("c").relu().named("r") + a).named("root"))


def a_growing_graph():
    """Two values in two cells."""
    live, (a, _, c, *_) = widgets.live_graph(), lesson_graph()
    live.show(c)
    return live.show((c * a).named("d"))


def some_boxes():
    """Two groups."""
    *_, c, d, e = lesson_graph()
    return widgets.open_boxes(e, {"first": [c], "second": [d]})


def a_race():
    """Two optimisers in a bowl."""
    steps = range(12)
    paths = {
        "SGD": [(4 * 0.8**k, 2 * (-0.7) ** k) for k in steps],
        "momentum": [(4 * 0.6**k, 2 * 0.5**k) for k in steps],
    }
    return widgets.optimiser_race(paths, (1.0, 10.0))


def a_training():
    """Ten steps on exclusive or."""
    inputs, targets = xor()
    network = nn.MLP(2, [3, 1], rng=0)

    def train_step():
        loss = sum(((network(x) - t) ** 2 for x, t in zip(inputs, targets, strict=True)), Value(0))
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= 0.1 * parameter.grad
        return loss

    return widgets.training_scrubber(
        widgets.film(network, inputs, targets, train_step, steps=10, moments=6)
    )


def paths_to_a():
    """The paths of the lesson's graph."""
    a, *_, e = lesson_graph()
    return widgets.show_paths(e, a)


def sweeps():
    """A direction that moves two inputs."""
    a, b, *_, e = lesson_graph()
    return widgets.two_sweeps(e, {a: 1.0, b: -2.0})


def tanh_on_paper(x):
    """Tanh as it is written, which overflows."""
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def a_step():
    """A step of a layer whose rows are normalised."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(4, 16, rng=rng), nn.LayerNorm(16), nn.Tanh())
    x = rng.normal(size=(8, 4))
    return compile_step(lambda x: model(x).mean(), model.parameters(), x)


def kernels():
    """The kernels of that step."""
    return widgets.show_kernels(a_step())


IMAGE = [[3, 0, 1, 2], [1, 2, 0, 1], [0, 1, 3, 2], [2, 1, 0, 1]]
KERNEL = [[1, 0], [-1, 2]]
WRITES = [
    ("loss = (w * w).sum()", "keeps", "w"),
    ("loss.backward()", "uses", "w"),
    ("w.data -= 0.1 * w.grad", "writes", "w"),
    ("e = w.exp()", "keeps", "e"),
    ("e.data.sum()", "reads", "e"),
    ("e.data[0] = 0", "writes", "e"),
    ("loss.backward()", "uses", "e, w"),
]
MOMENTS = {
    f"std {size}": [size * np.linspace(-1, 1, 9) ** 3, size**2 * np.linspace(0, 1, 9)]
    for size in (0.1, 1.0)
}

EXAMPLES = {
    "Frame": "one step of a player; it is seen in every player",
    "Player": a_player,
    "arena": an_arena,
    "compare_orders": lambda: widgets.compare_orders(last()),
    "drop_edge": lambda: widgets.drop_edge(last(), "d", "c"),
    "element_flow": lambda: widgets.element_flow(lambda x: x.reshape(2, 1, 2), [[1, 2], [3, 4]]),
    "engine_diff": lambda: widgets.engine_diff(built, HalfSeed),
    "find_nan": a_nan,
    "find_zeros": some_zeros,
    "follow_pixel": lambda: widgets.follow_pixel(IMAGE, KERNEL, np.ones((3, 3))),
    "gradient_graph": lambda: widgets.gradient_graph(lambda x: x * x.tanh(), 0.5),
    "gradient_histograms": lambda: widgets.gradient_histograms(MOMENTS),
    "index_tracer": lambda: widgets.index_tracer([[1, 2, 3], [4, 5, 6]], [[1, 0], [2, -1], [0, 3]]),
    "attention_scrubber": lambda: widgets.attention_scrubber(
        [(0, np.eye(3)), (4, np.array([[1.0, 0.0, 0.0], [0.95, 0.05, 0.0], [0.4, 0.35, 0.25]]))],
        ["a", "b", "="],
        [2.3, 1.0, 0.5, 0.2, 0.1],
    ),
    "layer_norm_rows": lambda: widgets.layer_norm_rows(
        [[3.0, 1.0, 2.0, 6.0], [0.0, -1.0, 1.0, 4.0]], [[1, 0, -2, 0.5], [1, 1, 1, 2]]
    ),
    "live_graph": a_growing_graph,
    "memory_ruler": lambda: widgets.memory_ruler(12),
    "nudge": lambda: widgets.nudge(lambda x: 3 * x * x - 4 * x + 5, 3),
    "numerics": lambda: widgets.numerics(tanh_on_paper, Value.tanh, tanh_on_paper, also=(354, 355)),
    "open_boxes": some_boxes,
    "optimiser_race": a_race,
    "path_explosion": lambda: widgets.path_explosion(8),
    "playground": lambda: widgets.playground("a*b + tanh(c)", a=2.0, b=-3.0, c=0.5),
    "practise": lambda: widgets.practise([generated_graph(1), generated_graph(2)]),
    "predict": lambda: widgets.predict(last()),
    "film": "what a training did; `training_scrubber` shows it",
    "show_broadcast": lambda: widgets.show_broadcast([3, 5, 7], (2, 3)),
    "show_jacobian": lambda: widgets.show_jacobian(
        lambda x: np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]]) @ x, [1.0, 2.0, 3.0], [2.0, -1.0]
    ),
    "show_kernels": kernels,
    "show_launches": widgets.show_launches,
    "show_passes": lambda: widgets.show_passes(
        lambda a, b: (a * b).tanh() * 2.0 + (b * a) * 0.5, 0.5, 1.5
    ),
    "show_paths": paths_to_a,
    "show_timeline": lambda: widgets.show_timeline(WRITES),
    "slide_window": lambda: widgets.slide_window(IMAGE, KERNEL, stride=2, padding=1),
    "step_by_hand": lambda: widgets.step_by_hand(last()),
    "step_size": lambda: widgets.step_size(lambda x: x * x * x, lambda x: 3 * x * x, 5),
    "step_through": lambda: widgets.step_through(last()),
    "three_logits": lambda: widgets.three_logits([2.0, 1.0, -1.0], label=1, moving=0),
    "training_scrubber": a_training,
    "two_sweeps": sweeps,
}
SHOWN = {name: make for name, make in EXAMPLES.items() if not isinstance(make, str)}


def stored(name: str) -> dict[str, str]:
    """What is stored of a new example, by kind."""
    bundle = SHOWN[name]()._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    return {kind: bundle[kind] for kind in KINDS if kind in bundle}
