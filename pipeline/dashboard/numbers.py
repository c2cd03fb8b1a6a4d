"""Published figures in the words of a page, each with its n and with the way to its cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.dashboard.asking import Asked
from pipeline.dashboard.times import duration
from pipeline.domain.members import MEMBERS
from pipeline.domain.rates import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One figure: the number, its reach, over how many it was measured, and which these are.

    ``every`` lists the cases of the denominator, ``yes`` those of the numerator, ``no`` those that
    are known to have failed; empty where there is no such list.
    """

    name: str
    label: str
    kind: str
    value: str
    reach: str
    n: int
    count: int | None
    note: str
    known: bool
    every: str
    yes: str
    no: str


def number(figure: Figure, asked: Asked) -> Number:
    """Return a figure in words; its lists are narrowed as ``asked``."""
    parts = MEMBERS[figure.name]
    links = {
        part: asked.within("/cases", figure=figure.name, part=part) if part in parts else ""
        for part in ("all", "yes", "no")
    }
    return Number(
        name=figure.name,
        label=figure.label,
        kind=figure.kind,
        value=value_of(figure),
        reach=reach_of(figure),
        n=figure.n,
        count=figure.count,
        note=figure.note,
        known=figure.n > 0 and not figure.hidden,
        every=links["all"],
        yes=links["yes"],
        no=links["no"],
    )


def value_of(figure: Figure) -> str:
    """Return the number itself; bounds where it is not known yet, a dash where there is nothing."""
    if figure.n == 0:
        return "–"
    if figure.value is None:
        low, high = figure.low or 0.0, figure.high or 0.0
        return f"{low:.0%}" if low == high else f"{low * 100:.0f}–{high:.0%}"
    if figure.unit == "seconds":
        return duration(figure.value)
    return f"{figure.value:.0%}" if figure.unit == "share" else f"{figure.value:.1f}"


_REACHES: Final[Mapping[str, str]] = {
    "rate": "95% interval {}–{}",
    "range": "range {}–{}",
    "bounds": "will lie between {} and {}",
}


def reach_of(figure: Figure) -> str:
    """Return how sure the number is."""
    if figure.n == 0 or figure.low is None or figure.high is None or figure.low == figure.high:
        return ""
    low = f"{figure.low * 100:.0f}" if figure.kind != "bounds" else f"{figure.low:.0%}"
    return _REACHES[figure.kind].format(low, f"{figure.high:.0%}")
