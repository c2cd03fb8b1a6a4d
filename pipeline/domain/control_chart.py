"""A p-chart of weekly shares, with limits of variable width, and the rules that call a change.

**Limits.** Around the share of all weeks together, ``p``, the limits of a week of ``n`` cases lie
three times ``s * sqrt(p * (1 - p) / n)`` to either side: Shewhart's p-chart with variable width
(Montgomery, *Introduction to Statistical Quality Control*, section 7.3.2). ``s`` is 1, or where the
weeks differ by more than counting alone explains, Laney's correction for that (D. B. Laney,
"Improved Control Charts for Attributes", *Quality Engineering* 14(4), 2002), without which every
week of a large company would be a signal. It is taken from the median moving range of the
standardised shares, over 0.954, instead of the mean: that way the very weeks which are to be found
do not widen the limits (Bryce, Gaudard and Joiner, *Quality Engineering* 10(2), 1997).

**Rules.** The four zone rules of the Western Electric *Statistical Quality Control Handbook*
(1956), on shares standardised by their own width, so that weeks of any size compare (L. S. Nelson,
"Standardization of Shewhart Control Charts", *Journal of Quality Technology* 21(4), 1989). Where
nothing has changed, the four together call a change about once in 92 weeks (C. W. Champ and
W. H. Woodall, *Technometrics* 29(4), 1987): a signal is a reason to look, not a proof.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median
from types import MappingProxyType
from typing import Final, NamedTuple

WIDTH: Final = 3.0
"""How many standard deviations the limits lie from the centre."""
POINTS_MIN: Final = 8
"""Fewer weeks than the longest run that a rule looks for have no limits yet."""
MOVING_RANGE: Final = 0.954
"""Median range of two standard normal values, by which a median moving range is divided."""
SPREAD_MIN: Final = 1.2
"""An estimate that near to 1 is chance, from as few weeks as a report has."""
EXPECTED_MIN: Final = 5
"""Below so many expected cases on either side the normal approximation is rough."""


class Rule(NamedTuple):
    """``needed`` of ``of`` weeks in a row lie beyond ``sigmas`` on one side of the centre."""

    needed: int
    of: int
    sigmas: float


RULES: Final = MappingProxyType({
    "beyond_limits": Rule(1, 1, 3.0),
    "two_of_three": Rule(2, 3, 2.0),
    "four_of_five": Rule(4, 5, 1.0),
    "eight_on_one_side": Rule(8, 8, 0.0),
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """One week: so many of ``n`` cases were right the first time."""

    label: str
    count: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One week on the chart.

    Attributes:
        share: ``count / n``.
        low: the lower limit, never below 0; None as long as there are too few weeks.
        high: the upper limit, never above 1; None likewise.
        sigmas: how many of its own standard deviations the share lies above the centre.
        signals: names of the `RULES` that are met by this week and those before it.
        is_rough: too few cases are expected on one side for the limits to be exact.
    """

    label: str
    n: int
    share: float
    low: float | None = None
    high: float | None = None
    sigmas: float = 0.0
    signals: tuple[str, ...] = ()
    is_rough: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The points in the order given, and what they were held against.

    ``centre`` is None without any case. ``spread`` is Laney's correction, 1 where counting alone
    explains how much the weeks differ. ``has_limits`` says whether the rules were applied.
    """

    points: tuple[Point, ...]
    centre: float | None
    spread: float
    has_limits: bool


def build_chart(subgroups: Sequence[Subgroup]) -> Chart:
    """Return the chart of weeks, oldest first; weeks without cases are left out."""
    weeks = [one for one in subgroups if one.n > 0]
    total = sum(one.n for one in weeks)
    if not total:
        return Chart(points=(), centre=None, spread=1.0, has_limits=False)
    centre = sum(one.count for one in weeks) / total
    plain = [_standardised(one, centre) for one in weeks]
    if len(weeks) < POINTS_MIN:
        points = tuple(Point(label=one.label, n=one.n, share=one.count / one.n) for one in weeks)
        return Chart(points=points, centre=centre, spread=1.0, has_limits=False)
    spread = _spread(plain)
    sigmas = [one / spread for one in plain]
    points = tuple(
        _point(week, centre, spread, sigmas[: place + 1]) for place, week in enumerate(weeks)
    )
    return Chart(points=points, centre=centre, spread=spread, has_limits=True)


def _point(week: Subgroup, centre: float, spread: float, sigmas: Sequence[float]) -> Point:
    reach = WIDTH * spread * _deviation(week, centre)
    return Point(
        label=week.label,
        n=week.n,
        share=week.count / week.n,
        low=max(0.0, centre - reach),
        high=min(1.0, centre + reach),
        sigmas=sigmas[-1],
        signals=tuple(_signals(sigmas)),
        is_rough=week.n * min(centre, 1 - centre) < EXPECTED_MIN,
    )


def _signals(sigmas: Sequence[float]) -> Iterator[str]:
    """Yield the rules that the last of ``sigmas`` completes: it has to lie beyond itself."""
    side = 1 if sigmas[-1] > 0 else -1
    for name, rule in RULES.items():
        beyond = [side * one > rule.sigmas for one in sigmas[-rule.of :]]
        if beyond[-1] and sum(beyond) >= rule.needed:
            yield name


def _standardised(week: Subgroup, centre: float) -> float:
    deviation = _deviation(week, centre)
    return (week.count / week.n - centre) / deviation if deviation else 0.0


def _deviation(week: Subgroup, centre: float) -> float:
    return sqrt(centre * (1 - centre) / week.n)


def _spread(sigmas: Sequence[float]) -> float:
    """Return Laney's correction; limits are never narrower than counting makes them."""
    ranges = [abs(later - earlier) for earlier, later in pairwise(sigmas)]
    found = median(ranges) / MOVING_RANGE
    return found if found > SPREAD_MIN else 1.0
