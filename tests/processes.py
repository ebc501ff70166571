"""What a program prints in processes of its own, which order sets of texts in different ways."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent


def printed_twice(program: str) -> tuple[str, str]:
    """What `program` prints in two processes; it may import the package and the tests' helpers."""
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    one, other = (
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )
    return one, other
