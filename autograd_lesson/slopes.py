"""The slope of a function along one number, by central differences at ever smaller steps."""

import math
from collections.abc import Callable
from math import inf, nan

SMALLEST_STEP = 2.0**-62


def slope_at(at: Callable, here: list, x: float, epsilon: float, h: float | None = None) -> tuple:
    """The slope of each number of `at(x)`, and how far it may be off.

    With `h`, one central difference. Else differences at steps that shrink fourfold, each with the
    one before it extrapolated to a step of 0. The slope is the one that the next step changes
    least, provided that the slopes to both sides approach each other; it is looked for until
    what is left of the change is rounding. The gradient has no say in it.
    """
    if h:
        ahead, behind, distance = at(x + h), at(x - h), (x + h) - (x - h)
        return [(a - b) / distance for a, b in zip(ahead, behind, strict=True)], [0.0] * len(ahead)
    step = math.ldexp(1.0, math.frexp(max(1.0, abs(x)))[1] - 7)  # of 2, so that x + step is
    smallest = min(SMALLEST_STEP, abs(x) * 2.0**-12 or 1.0)
    smallest = max(smallest, 4.0 * math.ulp(abs(x)))
    searches = [Search(y, epsilon) for y in here]
    while step >= smallest and not all(search.is_found for search in searches):
        distance = (x + step) - (x - step)  # the one really moved
        for search, ahead, behind in zip(searches, at(x + step), at(x - step), strict=True):
            if not search.is_found:
                search.look(ahead, behind, distance, step)
        step /= 4.0
    return [s.slope for s in searches], [s.off(max(1.0, abs(x))) for s in searches]


class Search:
    """The slope of one number of a result, as the steps get smaller."""

    def __init__(self, here: float, epsilon: float):
        """At the point itself it is `here`, rounded by `epsilon` of it."""
        self.here, self.epsilon, self.is_found = here, epsilon, here != here
        self.slope, self.error, self.rounding, self.change = nan, inf, 0.0, 0.0
        self.wider = self.wider_bend = self.before = nan  # what the step before gave

    def look(self, ahead: float, behind: float, distance: float, step: float):
        """What the results one step ahead and one behind say of the slope."""
        difference = (ahead - behind) / distance
        bend = ((ahead - self.here) - (self.here - behind)) / step  # how far both sides part
        noise = 4.0 * self.epsilon * max(abs(ahead), abs(behind)) / step
        extrapolated = difference + (difference - self.wider) / 15.0
        off = abs(extrapolated - self.before) + abs(self.wider_bend - 4.0 * bend) + noise
        if off < 0.5 * self.error:
            self.slope, self.error, self.rounding = extrapolated, off, noise
        moved = max(abs(ahead - self.here), abs(behind - self.here))
        self.change = max(self.change, moved) if moved == moved else self.change
        enough = max(1e-8 * abs(self.slope), 8.0 * self.rounding)
        only_worse = off > 4.0 * self.error and self.error <= 1e-3 * abs(self.slope)
        self.is_found = self.error <= enough or only_worse
        self.before = difference if extrapolated != extrapolated else extrapolated
        self.wider, self.wider_bend = difference, bend

    def off(self, size: float) -> float:
        """How far the slope may be off; where nothing was found, as at a kink, not by much more."""
        most = max(1e-6 * abs(self.slope), 1e-12 * self.change / size, 8.0 * self.rounding)
        return 4.0 * min(self.error, most)
