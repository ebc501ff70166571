"""The words that say how the course is run, here and elsewhere."""

from __future__ import annotations

from .contents import lessons

HERE = """\
Press *Run it here* on the page of a lesson or of its exercises: Python then runs in this browser,
and nothing is installed. What you write is kept in this browser alone, so download it now and then.
"""
ON_YOUR_COMPUTER = """\
On your computer you need Python 3.11 or newer:

    git clone {address}
    cd {folder}
    python3 start.py
"""
ELSEWHERE = """\
On a computer of others:

- [Binder]({binder}) needs no account and forgets your work when you leave;
- [Codespaces](https://codespaces.new/{repository}) needs an account at GitHub and keeps your work;
- [Colab]({colab}) needs an account at Google. In a cell on top run first
  `%pip install "autograd-lesson[lessons] @ git+{address}"`.
"""

# Lessons that need no array, and so nothing that this site lacks.
ON_NUMBERS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10}
# What a browser cannot have, and a lesson uses.
LACKING = {
    18: "the images of scikit-learn",
    23: "a C compiler",
    24: "numba",
    26: "PyTorch",
    28: "a C compiler",
}


def limits(number: int) -> str | None:
    """What is to be known before a notebook of this lesson is run in the browser."""
    if number in ON_NUMBERS:
        return None
    words = "To run it here your browser fetches NumPy and Matplotlib from the makers of Pyodide."
    if number in LACKING:
        words += f" It cannot have {LACKING[number]}: what needs it is shown here, as stored."
    return words


def run_words(repository: str | None, runs_here: bool) -> str:
    """How to run the course, in Markdown; where it is kept is known of a `repository` alone."""
    address = f"https://github.com/{repository}" if repository else "<the address of the course>"
    folder = address.rpartition("/")[2] if repository else "<its folder>"
    parts = [HERE] if runs_here else []
    parts.append(ON_YOUR_COMPUTER.format(address=address, folder=folder))
    if repository:
        first = f"notebooks/{lessons()[0].name}.ipynb"
        binder = f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/{first}"
        colab = f"https://colab.research.google.com/github/{repository}/blob/HEAD/{first}"
        places = {"repository": repository, "address": address, "binder": binder, "colab": colab}
        parts.append(ELSEWHERE.format(**places))
    return "\n".join(parts)
