"""Run every benchmark and print its table."""

import platform

from . import compiled, grading, memory, scalar, steps, tensors, torch_graph


def main():
    """Print what was measured, ratios first: they carry over to other machines, seconds do not."""
    print(f"Python {platform.python_version()} on {platform.machine()}, garbage collector on\n")
    print(scalar.report() + "\n")
    print(tensors.report() + "\n")
    print(compiled.report() + "\n")
    print(steps.report() + "\n")
    print(memory.report() + "\n")
    print(torch_graph.report() + "\n")
    print(grading.report())


if __name__ == "__main__":
    main()
