"""The cells of a notebook as HTML, by nbconvert and the template beside this file.

nbconvert, because JupyterLab brings it along and it knows every form that an output may have.
"""

from __future__ import annotations

from pathlib import Path

from nbconvert import HTMLExporter
from nbformat import NotebookNode

from .outputs import Outputs
from .prose import Prose

HERE = Path(__file__).parent


class Cells(HTMLExporter):
    """The cells alone: a page is put around them by `pages`."""

    def __init__(self, prose: Prose, outputs: Outputs):
        """Read texts by `prose` and outputs by `outputs`."""
        super().__init__(template_name="template", extra_template_basedirs=[str(HERE)])
        self.register_filter("prose", prose.html)
        self.register_filter("stored", outputs)
        self.register_filter("cell_id", lambda id_: f"{prose.prefix}cell-{id_}")

    def _template_name_default(self) -> str:
        return "template"

    def html(self, notebook: NotebookNode) -> str:
        """The HTML of all cells, one section for each."""
        return self.from_notebook_node(notebook)[0]
