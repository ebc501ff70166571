"""The time-line of launches: bars, words and totals are those of the cost model."""

from xml.etree import ElementTree

import pytest

from autograd_lesson.widgets import show_launches


def bars(player, step):
    """(class, start, width) of every bar that has a width, in order."""
    root = ElementTree.fromstring(player.at(step).picture())
    rects = [e for e in root.iter() if (e.get("id") or "").startswith("bar-")]
    found = [(e.get("class"), float(e.get("x")), float(e.get("width"))) for e in rects]
    return [bar for bar in found if bar[2] > 0.0]


def test_each_step_has_fewer_kernels_and_ends_earlier():
    player = show_launches(10, 100_000)
    titles = [frame["title"] for frame in player.frames]
    # two transfers of 10 + 0.4 MB / 20 GB/s, then so often 5 + 0.8 MB / 1 TB/s
    assert titles == [
        "10 kernels: 118 microseconds",
        "5 kernels: 89 microseconds",
        "2 kernels: 72 microseconds",
        "1 kernel: 66 microseconds",
    ]
    assert [len(bars(player, k)) for k in range(4)] == [22, 12, 6, 4]


def test_the_bars_follow_one_another_without_a_gap():
    player = show_launches(6, 50_000)
    for step in range(len(player.frames)):
        found = bars(player, step)
        for (_, start, width), (_, after, _) in zip(found, found[1:], strict=False):
            assert start + width == pytest.approx(after, abs=0.11)


def test_a_kernel_of_many_ops_is_limited_by_its_arithmetic():
    player = show_launches(20, 1_000_000)
    kernel = dict(line for line in player.frames[-1]["lines"])["kernel"]
    assert kernel == "1 of them, 8.0 microseconds"
    assert dict(player.frames[0]["lines"])["in all"] == "680.0 microseconds"


def test_the_picture_has_all_bars_and_says_what_it_shows():
    player = show_launches(10)
    root = ElementTree.fromstring(player.picture())
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    assert {f"bar-{k}" for k in range(22)} <= ids
    assert "the launches become fewer" in player.picture()
    assert "1 kernel: 66 microseconds" in player.at(3).text()


def test_what_has_no_room_is_refused():
    with pytest.raises(ValueError, match="1 to 20 ops"):
        show_launches(21)
