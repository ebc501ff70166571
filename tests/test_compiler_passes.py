"""The passes as a player: rows, boxes and edges are those of the programs, at every step."""

from xml.etree import ElementTree

import pytest

from autograd_lesson.widgets import show_passes

SVG = "{http://www.w3.org/2000/svg}"


def f(a, b):
    return (a * b).tanh() * 2.0 + (b * a) * 0.5


def shown(player, step: int) -> dict[str, tuple[str, str]]:
    """The rows that are to be seen at a step: name -> (class, text)."""
    root = ElementTree.fromstring(player.at(step).picture())
    rows = [e for e in root.iter(f"{SVG}text") if (e.get("id") or "").startswith("r-")]
    return {e.get("id")[2:]: (e.get("class"), e.text or "") for e in rows if e.text}


def test_each_step_shows_the_program_after_one_more_pass():
    player = show_passes(f, 0.5, 1.5)
    assert [frame["title"] for frame in player.frames] == [
        "recorded: 6 instructions",
        "with its gradient: 19 instructions",
        "constants folded: 15 instructions",
        "common parts once: 14 instructions",
        "dead code taken out: 11 instructions",
        "written as Python",
    ]
    assert list(shown(player, 0)) == ["v0", "v1", "v2", "v3", "v4", "v5"]
    assert shown(player, 1)["gx0"] == ("row new", "+ gx0 = gv3 * x1")
    assert shown(player, 2)["gv2"] == ("row gone", "- gv2 = 1.0 * 1.0")
    assert shown(player, 2)["gx0"] == ("row changed", "~ gx0 = 0.5 * x1")
    assert shown(player, 3)["v3"] == ("row gone", "- v3 = x1 * x0")
    gone = [name for name, (kind, _) in shown(player, 4).items() if "gone" in kind]
    assert gone == ["gx1", "gx1_1", "gx1_2"] and "gv2" not in shown(player, 4)
    assert "gx1" not in shown(player, 5)
    indent = "\N{NO-BREAK SPACE}" * 4  # a page folds plain spaces, and Python needs them
    assert player.frames[-1]["lines"][-1].startswith(f"{indent}return")


def test_boxes_and_edges_follow_the_rows():
    player = show_passes(f, 0.5, 1.5)
    for step in range(len(player.frames)):
        root = ElementTree.fromstring(player.at(step).picture())
        kinds = {e.get("id"): e.get("class") or "" for e in root.iter() if e.get("id")}
        rows = shown(player, step)
        alive = {"x0", "x1"} | {n for n, (kind, _) in rows.items() if "gone" not in kind}
        for id_, kind in kinds.items():
            if id_.startswith("n-v") or id_.startswith("n-g"):
                assert ("off" in kind) == (id_[2:] not in rows), (step, id_)
            if id_.startswith("e-") and not {"off", "gone"} & set(kind.split()):
                assert set(id_.split("-")[1:]) <= alive, (step, id_)


def test_a_use_of_one_operand_twice_and_an_input_as_result_are_drawn():
    assert "gx0" in show_passes(lambda a: a * a, 3.0).text(all=True)
    assert "results x0, 1.0" in show_passes(lambda a: a, 3.0).at(2).picture()


def test_what_is_too_large_is_refused():
    with pytest.raises(ValueError, match="at most 40 can be shown: take a smaller"):
        show_passes(lambda a: sum((a * k for k in range(20)), start=a), 1.0)
