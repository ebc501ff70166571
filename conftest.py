"""Lets nbval compare a cell that JupyterLab has saved before it was run.

The notebooks are shipped with the count 0, which JupyterLab shows as [ ] and saves as none at all.
nbval takes a cell without a count for one without outputs, and fails where it has some.

What runs under pytest is no learner's work: it neither reads nor writes their progress.
"""

import os
import sys

import pytest

os.environ["AUTOGRAD_LESSON_PROGRESS"] = "off"
# By it jsonschema would tell web addresses in any script: 38 grammars are compiled for that as it
# is loaded, a second of work in each process, and no notebook holds such an address.
sys.modules.setdefault("rfc3987_syntax", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count a cell of a notebook that has outputs as run."""
    for item in items:
        cell = getattr(item, "cell", None)
        if cell is not None and cell.get("outputs") and cell.execution_count is None:
            cell.execution_count = 0
