"""The cells of a notebook as HTML, by nbconvert and the template beside this file.

nbconvert, because JupyterLab brings it along and it knows every form that an output may have. Its
exporter of whole pages is passed by: it reads each page once more, which takes longest of all.
"""

from __future__ import annotations

from pathlib import Path

from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from .code import code
from .outputs import Outputs
from .prose import Prose

HERE = Path(__file__).parent


class Cells(TemplateExporter):
    """The cells alone: a page is put around them by `pages`."""

    output_mimetype = "text/html"

    def __init__(self, outputs: Outputs):
        """Read outputs by `outputs`."""
        super().__init__(template_name="template", extra_template_basedirs=[str(HERE)])
        self.register_filter("code", code)
        self.register_filter("stored", outputs)

    def _template_name_default(self) -> str:
        return "template"

    def _file_extension_default(self) -> str:
        return ".html"

    def html(self, notebook: NotebookNode, prose: Prose) -> str:
        """The HTML of all cells, one section for each; `prose` reads the texts."""
        self.register_filter("prose", prose.html)
        return self.from_notebook_node(notebook)[0]
