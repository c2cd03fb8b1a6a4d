"""Times and durations as a reader says them: one zone, and how long ago from the server's now."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3_600, 86_400
_STEPS = ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min"), (MINUTE, "min", 1, "s"))
_LONG_UNTIL = 3
"""A duration shows its second unit while the first is below this many: 1 d 5 h, but 12 d."""


def duration(seconds: float | None) -> str:
    """Return a duration in one or two units, such as ``2 d 4 h``; a dash where there is none."""
    if seconds is None:
        return "–"
    left = int(abs(seconds))
    for size, name, small_size, small_name in _STEPS:
        if left >= size:
            whole, rest = divmod(left, size)
            small = rest // small_size
            more = f" {small} {small_name}" if small and whole < _LONG_UNTIL else ""
            return f"{whole} {name}{more}"
    return f"{left} s"


def hours(seconds: float | None) -> str:
    """Return a time in hours and minutes alone: a business day has no 24 of them."""
    if seconds is None:
        return "–"
    whole, rest = divmod(int(seconds), HOUR)
    return f"{whole} h {rest // MINUTE} min" if whole < _LONG_UNTIL else f"{whole} h"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """One moment, ready for a page."""

    iso: str
    exact: str
    relative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells moments in the report zone, relative to ``now``."""

    now: datetime
    zone: str

    def when(self, at: datetime | None) -> When | None:
        """Return ``at`` in three forms: for machines, in the report zone, and from now."""
        if at is None:
            return None
        return When(
            iso=at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            exact=self.exact(at),
            relative=self.relative(at),
        )

    def exact(self, at: datetime) -> str:
        """Return date and time in the report zone, without the year where it is this one."""
        local, today = at.astimezone(ZoneInfo(self.zone)), self.now.astimezone(ZoneInfo(self.zone))
        year = "" if local.year == today.year else f" {local.year}"
        return f"{local.day} {local:%b}{year}, {local:%H:%M}"

    def relative(self, at: datetime) -> str:
        """Return how long ago ``at`` was, or how far ahead it is."""
        seconds = int((self.now - at).total_seconds())
        if abs(seconds) < MINUTE:
            return "just now"
        return f"{duration(seconds)} ago" if seconds > 0 else f"in {duration(seconds)}"
