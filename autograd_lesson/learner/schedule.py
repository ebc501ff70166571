"""When a misconception is asked about again: by the mistakes that were made, and the time since.

FSRS (`fsrs` on PyPI) does the reckoning: each misconception is a card, which a mistake sets back
and a right answer moves on.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from .mistakes import BY_NAME, MISCONCEPTIONS, Misconception, shown_by

SAME_MISTAKE = 3600  # seconds in which a mistake that is made again counts as one
Event = dict[str, Any]


def is_kept() -> bool:
    """Whether a schedule can be kept here; in a browser without a server it cannot."""
    return importlib.util.find_spec("fsrs") is not None


def reviews(events: Iterable[Event]) -> list[tuple[Misconception, str, float]]:
    """What each event says of which misconception: "again", "good" or "easy", and when.

    A mistake, a missed prediction and a wrong answer say "again", a right answer "good". The first
    answer that passes in an exercise says "easy" of what its lesson treats, so that time alone
    makes that due one day.
    """
    found: list[tuple[Misconception, str, float]] = []
    passed: set[str] = set()
    latest: dict[str, float] = {}
    for event in events:
        moment = event["time"]
        if event["kind"] == "question":
            if about := BY_NAME.get(event["mistake"]):
                found.append((about, "good" if event["right"] else "again", moment))
        elif event["kind"] == "check" and event["state"] == "pass":
            if event["exercise"] not in passed:
                passed.add(event["exercise"])
                treated = (each for each in MISCONCEPTIONS if each.lesson == event["exercise"])
                found += [(each, "easy", moment) for each in treated]
        else:
            for each in shown_by(event):
                if moment - latest.get(each.name, -SAME_MISTAKE) >= SAME_MISTAKE:
                    latest[each.name] = moment
                    found.append((each, "again", moment))
    return found


def due(events: Iterable[Event], now: datetime | None = None) -> list[Misconception]:
    """The misconceptions that are due for review, the one that waits longest first."""
    if not is_kept():
        return []
    from fsrs import Card, Rating, Scheduler

    now = now or datetime.now(UTC)
    scheduler = Scheduler(enable_fuzzing=False)  # the same history, the same dates
    ratings = {"again": Rating.Again, "good": Rating.Good, "easy": Rating.Easy}
    cards: dict[str, Card] = {}
    for about, rating, moment in reviews(events):
        card = cards.get(about.name) or Card(card_id=MISCONCEPTIONS.index(about))
        if rating == "easy" and card.last_review:
            continue
        at = min(datetime.fromtimestamp(moment, UTC), now)
        at = max(at, card.last_review or at)  # a clock may have been set back
        cards[about.name], _ = scheduler.review_card(card, ratings[rating], at)
    waiting = [(card.due, name) for name, card in cards.items() if card.due <= now]
    return [BY_NAME[name] for _, name in sorted(waiting)]
