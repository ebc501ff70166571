"""The picker: a player whose steps can also be chosen by a click on the picture."""

from .player import Player


class Picker(Player):
    """A player in whose picture an element with `data-step="3"` goes to step 3 when clicked.

    Give the attribute to a group, such as a cell with its number: a click inside it counts. Every
    step is within reach of buttons, slider and keys as well.
    """

    scripts = ("player", "picker")
    styles = ("player", "picker")
    view = "renderPicker"
