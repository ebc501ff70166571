"""How a notebook shows an answer that does not pass: as an error that stops no other cell.

A check raises wherever it is called. In a notebook its message is shown as the error it is, which
nbval and nbgrader count as a failure; only the reply to the front end says that the cell ended
well, so that *Run All* goes on to the next one.
"""

import sys
from typing import Any

ERROR = "application/vnd.jupyter.error"  # how JupyterLab shows an error, as a kind of output


def let_the_next_cell_run(failure: Exception) -> None:
    """Have the cell that ends with this failure reply that it ended well, if a cell runs at all."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return

    def forgive(result: Any) -> None:
        shell.events.unregister("post_run_cell", forgive)
        if result is None or result.error_in_exec is not failure:
            return  # it was caught, or another error came after it
        result.error_in_exec = None
        if isinstance(shown := getattr(shell, "_last_traceback", None), dict):
            # JupyterLite takes a traceback that is left for the reply; it shows and stops.
            shell._last_traceback = None
            lines = "\n".join(shown["traceback"])
            shell.display_pub.publish({ERROR: lines, "text/plain": lines})

    shell.events.register("post_run_cell", forgive)
