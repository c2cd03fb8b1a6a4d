"""What a published number is: its value, how sure it is, over how many cases, by which policy.

The rules (definitions §7): a cohort whose cases can still turn out either way has bounds, not a
rate; a rate has its 95 % Wilson interval; what is suspected widens a range and never moves the
value; every figure carries ``n``, the policies and ``as_of``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt
from statistics import NormalDist, median
from typing import Final, Literal

Kind = Literal["bounds", "rate", "range", "median", "mean"]
Unit = Literal["share", "seconds", "contacts"]

SURE: Final = NormalDist().inv_cdf(0.975)
"""Standard deviations to either side of a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """By which policies and as of when; more than one policy says that the verdicts are mixed."""

    policies: tuple[str, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a figure means: its name in data, its label on a page, and what must be said of it."""

    name: str
    label: str
    unit: Unit = "share"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published number.

    Attributes:
        kind: ``bounds`` holds no value yet, only where it will lie; ``rate`` comes with its 95 %
            Wilson interval; ``range`` is a value with what suspected cases could make of it;
            ``median`` and ``mean`` stand alone.
        n: the denominator: how many cases (or promises) it was measured on.
        count: the numerator of a share; None for medians and means.
        value: the number; None where n is 0, where only bounds are known, and where hidden.
        low: lower end of the bounds, interval or range, inclusive.
        high: upper end, inclusive.
        policies: versions of the policies of the verdicts; more than one says that they are mixed.
        hidden: withheld because the cell is small; then ``n`` is 0 and all numbers are None.
    """

    name: str
    label: str
    unit: Unit
    note: str
    kind: Kind
    n: int
    count: int | None
    value: float | None
    low: float | None
    high: float | None
    policies: tuple[str, ...]
    as_of: datetime
    hidden: bool = False

    def suppressed(self, below: int) -> "Figure":
        """Return what a shared report may show: nothing where ``n`` is from 1 to ``below - 1``."""
        if not 0 < self.n < below:
            return self
        return replace(self, n=0, count=None, value=None, low=None, high=None, hidden=True)


def wilson(count: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of ``count`` successes in ``n`` trials.

    Without trials nothing is known: ``(0, 1)``. No continuity correction (Newcombe 1998, method 3).
    """
    if n == 0:
        return 0.0, 1.0
    share, square = count / n, SURE * SURE
    centre = (share + square / (2 * n)) / (1 + square / n)
    reach = SURE / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if count == 0 else max(0.0, centre - reach)
    high = 1.0 if count == n else min(1.0, centre + reach)
    return low, high


def build_rate(what: Definition, count: int, n: int, stamp: Stamp, undetermined: int = 0) -> Figure:
    """Return a share with its Wilson interval.

    Cases that are still undetermined count in ``n`` and not in ``count``; the interval reaches up
    to where it would lie if all of them turned out well.
    """
    if n == 0:
        return _figure(what, "rate", stamp, n=0, count=0)
    low, high = wilson(count, n)[0], wilson(count + undetermined, n)[1]
    return _figure(what, "rate", stamp, n=n, count=count, value=count / n, low=low, high=high)


def build_bounds(what: Definition, yes: int, no: int, n: int, stamp: Stamp) -> Figure:
    """Return where a share will lie when the cases that are undetermined have turned out (§7)."""
    if n == 0:
        return _figure(what, "bounds", stamp, n=0, count=0)
    return _figure(what, "bounds", stamp, n=n, count=yes, low=yes / n, high=(n - no) / n)


def build_range(
    what: Definition, count: int, n: int, stamp: Stamp, low: float, high: float
) -> Figure:
    """Return a share and the range that suspected cases could make of it."""
    if n == 0:
        return _figure(what, "range", stamp, n=0, count=0)
    return _figure(what, "range", stamp, n=n, count=count, value=count / n, low=low, high=high)


def build_median(what: Definition, sample: Sequence[int], stamp: Stamp) -> Figure:
    """Return the median of a sample, in the unit of the definition."""
    value = float(median(sample)) if sample else None
    return _figure(what, "median", stamp, n=len(sample), value=value)


def build_mean(what: Definition, total: int, n: int, stamp: Stamp) -> Figure:
    """Return ``total`` over ``n``."""
    return _figure(what, "mean", stamp, n=n, value=total / n if n else None)


def _figure(
    what: Definition,
    kind: Kind,
    stamp: Stamp,
    *,
    n: int,
    count: int | None = None,
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Figure:
    return Figure(
        name=what.name,
        label=what.label,
        unit=what.unit,
        note=what.note,
        kind=kind,
        n=n,
        count=count,
        value=value,
        low=low,
        high=high,
        policies=stamp.policies,
        as_of=stamp.as_of,
    )
