"""The graph of a PyTorch tensor read and watched: its time against a plain backward pass.

A chain of products with as many nodes, and one large network of modules; the pass itself, the same
watched edge by edge, and the stepper with its picture, of the modules where the nodes are too many
for one. Memory is the most that was held while the graph was read and watched.
"""

import statistics
import time
import tracemalloc

LENGTHS, ROUNDS = (100, 1_000, 10_000), 5
WIDTH = 8


def problem(nodes):
    """A loss with about so many nodes behind it, and the module that made it: products in layers.

    A layer has ten products with one parameter; ten layers are a block.
    """
    import torch

    class Layer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.full((WIDTH,), 1.001))

        def forward(self, x):
            for _ in range(10):
                x = x * self.scale
            return x

    layers = [Layer() for _ in range(nodes // 10)]
    blocks = [torch.nn.Sequential(*layers[at : at + 10]) for at in range(0, len(layers), 10)]
    while len(blocks) > 10:
        blocks = [torch.nn.Sequential(*blocks[at : at + 10]) for at in range(0, len(blocks), 10)]
    model = torch.nn.Sequential(*blocks)
    return model, model(torch.ones(WIDTH)).sum()


def seconds(run, rounds) -> float:
    """The median time of some runs."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def agreement(nodes) -> bool:
    """Does what was watched leave the gradients of backward(), to the bit?"""
    from autograd_lesson.frameworks.torch_graph import record_of

    model, loss = problem(nodes)
    record = record_of(loss, model)
    loss.backward()
    right = {name: parameter.grad.numpy() for name, parameter in model.named_parameters()}
    shown = {record.functions[at].label: x for (at, _), x in record.gradient.items()}
    return shown.keys() == right.keys() and all(
        (shown[name] == right[name]).all() for name in right
    )


def table(lengths=LENGTHS, rounds=ROUNDS):
    """Nodes -> seconds of the plain pass, watched, and of the stepper; megabytes while watched."""
    import torch

    from autograd_lesson.frameworks.torch_graph import record_of
    from autograd_lesson.widgets import step_through

    rows = {}
    for nodes in lengths:
        model, loss = problem(nodes)
        parameters = list(model.parameters())

        def plain(loss=loss, parameters=parameters):
            torch.autograd.grad(loss, parameters, retain_graph=True)

        plain()
        found = [
            seconds(plain, rounds),
            seconds(lambda loss=loss, model=model: record_of(loss, model), rounds),
            seconds(lambda loss=loss, model=model: step_through(loss, model), rounds),
        ]
        tracemalloc.start()
        record_of(loss, model)
        found.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
        rows[nodes] = found
    return rows


def report() -> str:
    """The table as text; a sentence where PyTorch is missing."""
    try:
        import torch  # noqa: F401
    except ImportError:
        return "Stepping through a PyTorch graph: PyTorch is not installed"
    lines = [
        "Stepping through a PyTorch graph: a chain of products of 8 numbers, in modules",
        f"{'nodes':>8}{'backward':>12}{'watched':>12}{'stepper':>12}{'memory':>12}",
    ]
    for nodes, (plain, watched, stepper, megabytes) in table().items():
        lines.append(
            f"{nodes:8,}{plain * 1000:9.1f} ms{watched * 1000:9.0f} ms{stepper * 1000:9.0f} ms"
            f"{megabytes:9.0f} MB"
        )
    return "\n".join(lines)
