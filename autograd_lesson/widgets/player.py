"""The player: a picture laid out once, and frames that change it as the learner steps.

All frames are sent once and stepping happens in the browser, so a busy kernel does not freeze it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Self

import traitlets

from ..pictures.svg import Element, Svg
from .stored_widget import StoredWidget

Words = str | tuple[str, str]


@dataclass(frozen=True)
class Frame:
    """How the picture differs at one step from the picture that the player was given.

    `title` is the step in a few words, such as "h = 0.01", and `lines` the rest of what there is to
    read: each a sentence, or a pair such as ("a.grad", "25 + 20 = 45"). The other three change
    elements of the picture, named by their ids: `texts` replaces the text of an element, `classes`
    adds to its classes, `attrs` sets attributes (None removes one). What a frame does not mention
    is as in the picture; where it `follows`, as in the frame before it.
    """

    title: str
    lines: Sequence[Words] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    attrs: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    follows: bool = False


Changes = dict[str, str | None]  # "id attribute" -> value, "id text" -> text; None: no attribute


class Player(StoredWidget):
    """A picture with frames, and buttons, a slider and keys to step through them.

    `svg` is a whole picture that hands over its elements, as those of `pictures` do; elements that
    change have an `id` without spaces.
    `frames` is a list of `Frame`, one a step. `name` says what is played, for the text twin and for
    screen readers. `step` is where the page begins when it is shown. For a slider with a picture
    give one frame for each position of the slider, with the position as the frame's title.
    """

    stored = ("frames", "step")
    frames: Any = traitlets.List()
    step = traitlets.Int(0)

    def __init__(self, svg: Svg, frames: Sequence[Frame], name: str, step: int = 0):
        """Prepare the frames for the browser, and begin at `step`."""
        if not frames:
            raise ValueError("a player has 0 frames; give it one for each step, at least 1")
        if not isinstance(svg, Svg):
            raise TypeError(
                "a player's picture is text that hands over its elements; make it by `document` of "
                "pictures/svg.py, or by `picture` of pictures/chart.py or pictures/cells.py"
            )
        super().__init__(svg=svg, name=name, frames=packed(frames, svg.elements))
        self.step = step

    @traitlets.validate("step")
    def _is_a_step(self, proposal: Any) -> int:
        """Refuse a step that the player does not have."""
        last = len(self.frames) - 1
        if not 0 <= proposal["value"] <= last:
            raise traitlets.TraitError(
                f"step is {proposal['value']}; this player has steps 0 to {last}"
            )
        return proposal["value"]

    def at(self, step: int) -> Self:
        """This player, moved to `step`."""
        self.step = step
        return self

    def text(self, all: bool = False) -> str:
        """What is to be read at this step, or at every step."""
        steps = range(len(self.frames)) if all else (self.step,)
        return "\n\n".join(self._text_at(step) for step in steps)

    def _text_at(self, step: int) -> str:
        frame = self.frames[step]
        lines = [line if isinstance(line, str) else ": ".join(line) for line in frame["lines"]]
        first = f"Step {step} of {len(self.frames) - 1}: {frame['title']}"
        return "\n    ".join([first, *lines])

    def picture(self) -> Svg:
        """The picture at this step."""
        changes: Changes = {}
        for frame in self.frames[: self.step + 1]:
            changes.update(frame["changes"])
        return changed(self.svg, changes)

    def __repr__(self) -> str:
        """What is played, and where it stands."""
        return f"{self.name}: step {self.step} of {len(self.frames) - 1}"

    def still_words(self) -> str:
        """This step in words, and every step folded away."""
        return (
            f"<pre>{escape(self._text_at(self.step))}</pre>"
            "<p><small>Run the cell to step through it here.</small></p>"
            "<details><summary>Every step in words</summary>"
            f"<pre>{escape(self.text(all=True))}</pre></details>"
        )


def packed(frames: Sequence[Frame], elements: Mapping[str, Element]) -> list[dict[str, Any]]:
    """The frames as plain data, each with what it changes from the one before it.

    The first one sets all that any frame touches, so that it can be laid over any other.
    """
    states = [state_of(frame, elements) for frame in frames]
    base = {key: value_in(elements, key) for state in states for key in state}
    moved = {key for state in states for key, value in state.items() if value != base[key]}
    base = {key: value for key, value in base.items() if key in moved}
    packets, now = [], Changes()
    for frame, state in zip(frames, states, strict=True):
        said = {key: value for key, value in state.items() if key in moved}
        wanted = said if frame.follows and now else base | said
        changes = {key: value for key, value in wanted.items() if now.get(key, ...) != value}
        lines = [line if isinstance(line, str) else list(line) for line in frame.lines]
        packets.append({"title": frame.title, "lines": lines, "changes": changes})
        now |= changes
    return packets


def state_of(frame: Frame, elements: Mapping[str, Element]) -> Changes:
    """Everything in `frame` by "id attribute"; what the picture lacks is refused."""
    for id_ in (*frame.texts, *frame.classes, *frame.attrs):
        if id_ not in elements:
            raise ValueError(
                f"the frame {frame.title!r} changes {id_!r}, and the picture has no element of "
                "that id; give an `Element` the id and hand it over as a part of its own, not "
                "inside a longer text, or correct the frame"
            )
    for id_ in frame.texts:
        if elements[id_].words is None:
            raise ValueError(
                f"the frame {frame.title!r} replaces the text of {id_!r}, which holds other "
                "elements; give the id to the one that holds the text"
            )
    state: Changes = {f"{id_} text": text for id_, text in frame.texts.items()}
    for id_, added in frame.classes.items():
        state[f"{id_} class"] = f"{elements[id_].attributes.get('class', '')} {added}".strip()
    for id_, attributes in frame.attrs.items():
        state.update({f"{id_} {name}": value for name, value in attributes.items()})
    return state


def value_in(elements: Mapping[str, Element], key: str) -> str | None:
    """What the picture itself has at "id attribute"."""
    id_, name = key.split(" ")
    return elements[id_].words if name == "text" else elements[id_].attributes.get(name)


def changed(svg: Svg, changes: Changes) -> Svg:
    """`svg` with the changes made in it."""
    now: dict[str, Element] = {}
    for key, value in changes.items():
        id_, name = key.split(" ")
        element = now.get(id_, svg.elements[id_])
        now[id_] = (
            element.with_words(value or "")
            if name == "text"
            else element.with_attribute(name, value)
        )
    return svg.with_elements(now)
