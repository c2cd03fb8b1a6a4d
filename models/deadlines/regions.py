"""What a zone tells about a place: its country, and with it working days and the order of dates.

The country comes from the zone table of ``tzdata``, weekends and public holidays (nationwide ones)
from the holidays library, which is imported when a text first speaks of business days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Final, Protocol, cast

_MONTH_FIRST: Final = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM", "PH", "FM", "MH", "PW"})
_EITHER: Final = frozenset({"CA", "CN", "HK", "JP", "KP", "KR", "TW", "HU", "LT", "MN"})
"""Countries where both orders are seen, or the year stands first."""

_STEPS_MAX: Final = 3_000  # days that are walked to find a working day


class Calendar(Protocol):
    """The part of the holidays library that is used."""

    def is_working_day(self, key: date) -> bool:
        """Whether one works in the country on that day."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A place. ``country`` is an ISO 3166 code, null where the zone names none ("UTC")."""

    country: str | None

    @property
    def month_first(self) -> bool | None:
        """Whether 3/4 is in March; null where that is not clear."""
        if self.country is None or self.country in _EITHER:
            return None
        return self.country in _MONTH_FIRST

    def business_day(self, day: date, count: int) -> date:
        """The ``count``-th business day after ``day``."""
        calendar = _calendar(self.country)
        for _ in range(_STEPS_MAX):
            if count <= 0:
                break
            day += timedelta(days=1)
            # Not `if calendar`: one that no year was asked of is empty, hence false.
            count -= day.weekday() < 5 if calendar is None else calendar.is_working_day(day)
        return day


@lru_cache(maxsize=256)
def region_of(zone: str) -> Region:
    """The region in which an IANA zone lies; without a country for one that is not in the table."""
    return Region(country=_countries().get(zone))


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and line[0] != "#")
    return {row[2]: row[0] for row in rows}


@lru_cache(maxsize=64)
def _calendar(country: str | None) -> Calendar | None:
    """The holidays of a country; null for one that the library does not know."""
    if country is None:
        return None
    import holidays

    try:
        return cast(Calendar, holidays.country_holidays(country))
    except NotImplementedError:
        return None
