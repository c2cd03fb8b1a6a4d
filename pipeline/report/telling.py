"""Numbers, times and names as a reader says them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.domain.rates import Figure

MINUTE, HOUR, DAY = 60, 3_600, 86_400
_STEPS: Final = ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min"), (MINUTE, "min", 1, "s"))
_LONG_UNTIL: Final = 3
"""A duration shows its second unit while the first is below this many: 1 d 5 h, but 12 d."""
QUOTE_MAX: Final = 200
NOTHING: Final = "–"
WITHHELD: Final = "withheld"
RULES: Final[Mapping[str, str]] = {
    "beyond_limits": "beyond the limits",
    "two_of_three": "two of three weeks near a limit",
    "four_of_five": "four of five weeks on one side",
    "eight_on_one_side": "eight weeks in a row on one side",
}
"""Signals of the control chart (`pipeline.domain.control_chart`)."""
_REACHES: Final[Mapping[str, str]] = {
    "rate": "95% interval {}–{}",
    "range": "range {}–{}",
    "bounds": "will lie between {} and {}",
}
_SPACES: Final = re.compile(r"\s+")


def percent(share: float) -> str:
    """Return a share in percent: whole, but near 0 and 100 with a digit more.

    0% and 100% are said of nothing and everything alone.
    """
    if share in (0.0, 1.0) or 0.0995 <= share < 0.9895:
        return f"{share:.0%}"
    if share < 0.001:
        return "<0.1%"
    return ">99.9%" if share >= 0.9995 else f"{share:.1%}"


def duration(seconds: float | None) -> str:
    """Return a duration in one or two units, such as ``2 d 4 h``; a dash where there is none."""
    if seconds is None:
        return NOTHING
    left = int(seconds)
    for size, name, small_size, small_name in _STEPS:
        if left >= size:
            whole, rest = divmod(left, size)
            small = rest // small_size
            more = f" {small} {small_name}" if small and whole < _LONG_UNTIL else ""
            return f"{whole} {name}{more}"
    return f"{left} s"


def value_of(figure: Figure) -> str:
    """Return the number of a figure; where only bounds are known, these."""
    if figure.hidden:
        return WITHHELD
    if figure.n == 0:
        return NOTHING
    if figure.value is None:
        low, high = percent(figure.low or 0.0), percent(figure.high or 0.0)
        return low if low == high else f"{low}–{high}"
    if figure.unit == "seconds":
        return duration(figure.value)
    return percent(figure.value) if figure.unit == "share" else f"{figure.value:.1f}"


def reach_of(figure: Figure) -> str:
    """Return how sure a figure is, in words; empty where nothing is to be said."""
    if figure.n == 0 or figure.low is None or figure.high is None or figure.low == figure.high:
        return ""
    return _REACHES[figure.kind].format(percent(figure.low), percent(figure.high))


def n_of(figure: Figure) -> str:
    """Return over how many a figure was measured, such as ``n = 1,204``."""
    return "fewer than 10 cases" if figure.hidden else f"n = {figure.n:,}"


def cases_of(figure: Figure) -> str:
    """Return over how many a figure was measured, for the column of a table."""
    return "<10" if figure.hidden else f"{figure.n:,}"


def number(count: int | None) -> str:
    """Return a count of cases; None is withheld."""
    return WITHHELD if count is None else f"{count:,}"


def days(monday: date, sunday: date) -> str:
    """Return a week in days, such as ``16–22 November 2026``."""
    if monday.year != sunday.year:
        return f"{monday.day} {monday:%B %Y} – {sunday.day} {sunday:%B %Y}"
    if monday.month != sunday.month:
        return f"{monday.day} {monday:%B} – {sunday.day} {sunday:%B %Y}"
    return f"{monday.day}–{sunday.day} {sunday:%B %Y}"


def moment(at: datetime, zone: str) -> str:
    """Return date and time on the wall clock of a zone, with the zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M} ({zone})"


def stamp(at: datetime) -> str:
    """Return a moment in UTC for machines."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def quoted(text: str, most: int = QUOTE_MAX) -> str:
    """Return the beginning of what a customer wrote, on one line, without what is no text.

    Control and format characters go, those that turn the direction of a line among them: what
    follows a quotation must not be written backwards.
    """
    kept = (
        one
        for one in text[: most * 8]
        if one in "\n\t\u200c\u200d" or unicodedata.category(one)[0] != "C"
    )
    line = _SPACES.sub(" ", "".join(kept)).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
