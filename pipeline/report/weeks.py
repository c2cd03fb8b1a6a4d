"""Which week a report is about, and over which weeks its figures go."""

from datetime import date, datetime, timedelta
from typing import Final

from pipeline.domain.calendar import iso_week, week_bounds
from pipeline.errors import InputError

WINDOW: Final = 26
"""Weeks that a report covers: half a year, of which 20 are mature; so many a p-chart wants."""
WEEK: Final = timedelta(days=7)


def last_ended(now: datetime, zone: str) -> str:
    """Return the last ISO week that had ended by ``now`` on the wall clock of ``zone``."""
    return weeks_until(iso_week(now, zone), 2)[0]


def check_week(week: str, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the bounds of a week that has begun.

    Raises:
        InputError: it is no ISO week, or lies in the future.
    """
    start, end = week_bounds(week, zone)
    if start > now:
        raise InputError(
            f"week {week} has not begun; write a week up to {iso_week(now, zone)}, such as the "
            f"last that has ended, {last_ended(now, zone)}"
        )
    return start, end


def weeks_until(week: str, count: int = WINDOW) -> list[str]:
    """Return ``count`` ISO weeks, the last of which is ``week``, oldest first."""
    year, _, number = week.partition("-W")
    monday = date.fromisocalendar(int(year), int(number), 1)
    found = [(monday - back * WEEK).isocalendar() for back in reversed(range(count))]
    return [f"{one.year:04d}-W{one.week:02d}" for one in found]


def days_of(week: str) -> tuple[date, date]:
    """Return the Monday and the Sunday of an ISO week."""
    year, _, number = week.partition("-W")
    monday = date.fromisocalendar(int(year), int(number), 1)
    return monday, monday + timedelta(days=6)
