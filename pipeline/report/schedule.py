"""When the report of which week is due: once a week, on one day at one time of the report zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from pipeline.domain.calendar import load_zone
from pipeline.report.weeks import last_ended, weeks_until

LATE_AFTER: Final = timedelta(hours=1)
"""What is mailed later than that after it was due says so."""
MISSED_MAX: Final = 8
"""How many weeks that were not mailed a report names at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One moment a week.

    Attributes:
        weekday: from 0, Monday.
        at: time of the day on the wall clock of ``zone``.
        zone: the report zone.
    """

    weekday: int
    at: time
    zone: str

    def last_due(self, now: datetime) -> "Due":
        """Return what was due last, at ``now`` or before: the week that had ended by then."""
        local = now.astimezone(load_zone(self.zone))
        back = (local.weekday() - self.weekday) % 7
        for days in (back, back + 7):
            day = local.date() - timedelta(days=days)
            due = datetime.combine(day, self.at, tzinfo=load_zone(self.zone))
            if due <= now:
                return Due(week=last_ended(due, self.zone), at=due)
        raise AssertionError("one of two moments a week apart lies in the past")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The report of one week, and since when it is due."""

    week: str
    at: datetime

    @property
    def number(self) -> int:
        """The week as a number that grows, as the ledger notes it."""
        return number_of(self.week)

    def missed(self, last: int) -> tuple[str, ...]:
        """Return the weeks between the one that was mailed ``last`` and this one."""
        before = weeks_until(self.week, MISSED_MAX + 1)[:-1]
        return tuple(week for week in before if number_of(week) > last)


def number_of(week: str) -> int:
    """Return an ISO week as a number that grows with it: 202647 for ``2026-W47``."""
    year, _, number = week.partition("-W")
    return int(year) * 100 + int(number)
