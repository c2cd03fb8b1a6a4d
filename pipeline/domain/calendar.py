"""Business hours, business days and weeks, in one time zone.

The rule (definitions §6, Clocks): business time runs while the *local wall clock* reads inside a
shift of a day that is no holiday. Where clocks change, an hour that does not exist is not counted
and one that comes twice is counted twice, so that round-the-clock hours equal the wall clock.

For every year in UTC the open intervals are laid out once and kept; each question is then two
binary searches, however long the span.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import ConfigError, InputError

Shift = tuple[time, time]
"""From, until; an end of 00:00 is the midnight that ends the day."""
Hours = tuple[tuple[Shift, ...], ...]
"""The shifts of Monday to Sunday: seven tuples, each sorted and without overlap."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
OFFICE: Final[tuple[Shift, ...]] = ((time(9), time(17)),)
OFFICE_WEEK: Final[Hours] = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ())
END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
YEARS_KEPT: Final = 256
DEADLINES_KEPT: Final = 20_000
"""A case is judged anew with every event, and asks for the deadlines of its contacts each time."""


class _Hashed:
    """Room for the hash: years and deadlines are remembered by calendar, and it has many parts."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(_Hashed):
    """When the company works.

    Attributes:
        zone: IANA name of the zone whose wall clock ``hours`` and ``holidays`` mean.
        hours: the shifts of Monday to Sunday; a shift over midnight is written as two.
        holidays: dates without any business hours.

    Raises:
        ConfigError: the zone is unknown, or the hours are not seven sorted days of shifts.
    """

    zone: str = "UTC"
    hours: Hours = OFFICE_WEEK
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        load_zone(self.zone)
        _check_hours(self.hours)

    def __hash__(self) -> int:
        """Return the hash of what the calendar says."""
        try:
            return self._hash
        except AttributeError:  # not asked yet, or a copy: only what it says is copied
            found = hash((self.zone, self.hours, self.holidays))
            object.__setattr__(self, "_hash", found)
            return found

    def business_seconds(self, start: datetime, end: datetime) -> int:
        """Return the whole seconds of business time in ``[start, end)``; 0 where end ≤ start."""
        if end <= start:
            return 0
        first, last = _ticks(start), _ticks(end)
        if start.astimezone(UTC).year == end.astimezone(UTC).year:
            year = _year(self, start.astimezone(UTC).year)
            return (year.open_before(last) - year.open_before(first)) // SECOND
        return self._over_years(start, end) // SECOND

    def is_open(self, at: datetime) -> bool:
        """Return whether ``at`` lies in business hours (the end of a shift does not)."""
        return _year(self, at.astimezone(UTC).year).contains(_ticks(at))

    def is_working_day(self, day: date) -> bool:
        """Return whether ``day`` has business hours at all."""
        return bool(self.hours[day.weekday()]) and day not in self.holidays

    def next_opening(self, at: datetime) -> datetime:
        """Return the first moment of business time at or after ``at``, in UTC."""
        moment = at.astimezone(UTC)
        for number in range(moment.year, END_OF_TIME.year + 1):
            found = _year(self, number).opening(_ticks(moment))
            if found is not None:
                return EPOCH + timedelta(microseconds=found)
        return END_OF_TIME

    def add_business_days(self, start: datetime, days: int) -> datetime:
        """Return the moment ``days`` business days after ``start``, in UTC.

        That is the same local time on the n-th working day after. A start outside business hours
        (at night, at lunch between two shifts, on a holiday) counts from the next opening. A local
        time that the change of clocks skips is taken as much later as the clock was put forward;
        one that comes twice is taken the first time.

        Raises:
            ValueError: ``days`` is negative.
        """
        if days < 0:
            raise ValueError(f"days is {days}; business days can only be added, 0 or more")
        return _deadline(self, start, days)

    def add_business_seconds(self, start: datetime, seconds: int) -> datetime:
        """Return until when no more than ``seconds`` of business time pass after ``start``, in UTC.

        Where they end with a shift that is the next opening, as for `add_business_days`.
        """
        left, at = seconds * SECOND, start.astimezone(UTC)
        for number in range(at.year, END_OF_TIME.year):
            year = _year(self, number)
            before = year.open_before(_ticks(at)) if number == at.year else 0
            found = year.beyond(before + left)
            if found is not None:
                return EPOCH + timedelta(microseconds=found)
            left -= year.total - before
        return END_OF_TIME

    def _over_years(self, start: datetime, end: datetime) -> int:
        first, last = start.astimezone(UTC).year, end.astimezone(UTC).year
        total = _year(self, last).open_before(_ticks(end))
        total -= _year(self, first).open_before(_ticks(start))
        return total + sum(_year(self, number).total for number in range(first, last))


@lru_cache(maxsize=DEADLINES_KEPT)
def _deadline(calendar: Calendar, start: datetime, days: int) -> datetime:
    zone = load_zone(calendar.zone)
    opening = start if calendar.is_open(start) else calendar.next_opening(start)
    local = opening.astimezone(zone)
    if days == 0 or local.year >= END_OF_TIME.year:
        return opening.astimezone(UTC)
    day = _working_day_after(calendar, local.date(), days)
    return datetime.combine(day, local.time(), zone).astimezone(UTC)


def _working_day_after(calendar: Calendar, day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return day


def load_zone(name: str) -> ZoneInfo:
    """Return the IANA zone ``name``.

    Raises:
        ConfigError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            f"time zone {name!r} is unknown; write an IANA name such as Europe/Berlin or UTC"
        ) from error


def end_of_date(day: date, zone: str) -> datetime:
    """Return the midnight in ``zone`` that ends ``day``, in UTC (§8: what a bare date means)."""
    if day >= END_OF_TIME.date() - timedelta(days=1):
        return END_OF_TIME
    return _midnight(day + timedelta(days=1), zone)


def iso_week(at: datetime, zone: str) -> str:
    """Return the ISO week of ``at`` on the wall clock of ``zone``, such as ``2026-W47`` (§6)."""
    year, week, _ = at.astimezone(load_zone(zone)).isocalendar()
    return f"{year:04d}-W{week:02d}"


@lru_cache(maxsize=1_000)
def week_bounds(week: str, zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of an ISO week in ``zone`` and the first one after it, in UTC.

    Raises:
        InputError: ``week`` is not such as ``2026-W47``, or the year has no such week.
    """
    year, mark, number = week.partition("-W")
    try:
        if not (mark and len(year) == 4 and len(number) == 2 and (year + number).isdecimal()):
            raise ValueError("not of the form YYYY-Www")
        monday = date.fromisocalendar(int(year), int(number), 1)
        return _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone)
    except (ValueError, OverflowError) as error:
        raise InputError(f"week {week!r}: {error}; write an ISO week such as 2026-W47") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    """The open intervals of one year in UTC, in microseconds since 1970, and their running sum."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sums: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.sums[-1]

    def open_before(self, at: int) -> int:
        """Return how much of the year's business time lies before ``at``."""
        index = bisect_right(self.starts, at)
        if index == 0:
            return 0
        return self.sums[index] - max(0, self.ends[index - 1] - at)

    def beyond(self, time: int) -> int | None:
        """Return where more than ``time`` of the year's business time begins to have passed."""
        if time >= self.total:
            return None
        index = bisect_right(self.sums, time) - 1
        return self.starts[index] + time - self.sums[index]

    def contains(self, at: int) -> bool:
        index = bisect_right(self.starts, at)
        return index > 0 and at < self.ends[index - 1]

    def opening(self, at: int) -> int | None:
        """Return the first open moment of the year at or after ``at``; None where there is none."""
        if self.contains(at):
            return at
        index = bisect_right(self.starts, at)
        return self.starts[index] if index < len(self.starts) else None


@lru_cache(maxsize=YEARS_KEPT)
def _year(calendar: Calendar, number: int) -> _Year:
    intervals: list[tuple[int, int]] = []
    for start, end, offset in _stretches(load_zone(calendar.zone), number):
        for opening, closing in _local_shifts(calendar, start + offset, end + offset):
            clipped = max(opening - offset, start), min(closing - offset, end)
            if clipped[0] < clipped[1]:
                intervals.append(clipped)
    return _Year(
        starts=tuple(start for start, _ in intervals),
        ends=tuple(end for _, end in intervals),
        sums=tuple(accumulate((end - start for start, end in intervals), initial=0)),
    )


def _stretches(zone: ZoneInfo, year: int) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and offset from UTC of each stretch of ``year`` between changes of clocks.

    Found by looking at every day; two changes in one day that cancel out would be missed.
    """
    first = _ticks(datetime(year, 1, 1, tzinfo=UTC))
    last = first + (date(year, 12, 31).timetuple().tm_yday * DAY)
    start, offset = first, _offset(zone, first)
    for day in range(first + DAY, last + 1, DAY):
        if _offset(zone, min(day, last - 1)) != offset:
            change = _change(zone, day - DAY, min(day, last - 1))
            yield start, change, offset
            start, offset = change, _offset(zone, change)
    yield start, last, offset


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """Return the whole second in ``(before, after]`` from which the later offset holds."""
    old = _offset(zone, before)
    low, high = before // SECOND, -(-after // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle * SECOND) == old:
            low = middle
        else:
            high = middle
    return high * SECOND


def _local_shifts(calendar: Calendar, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the shifts of the local days that touch ``[start, end)``, as local wall clock."""
    for number in range(start // DAY, -(-end // DAY)):
        weekday = (number + EPOCH.weekday()) % 7
        if calendar.hours[weekday] and _day(number) not in calendar.holidays:
            for opening, closing in calendar.hours[weekday]:
                yield number * DAY + _since_midnight(opening), number * DAY + _until(closing)


def _day(number: int) -> date | None:
    """Return the date ``number`` days after 1970-01-01; None beyond the ends of time."""
    ordinal = EPOCH.toordinal() + number
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None


def _offset(zone: ZoneInfo, at: int) -> int:
    try:
        offset = (EPOCH + timedelta(microseconds=at)).astimezone(zone).utcoffset()
    except OverflowError:  # the first or last hours of time itself
        return 0
    return 0 if offset is None else offset // TICK


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), load_zone(zone)).astimezone(UTC)


def _ticks(at: datetime) -> int:
    return (at - EPOCH) // TICK


def _since_midnight(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND + at.microsecond


def _until(closing: time) -> int:
    return _since_midnight(closing) or DAY


def _check_hours(hours: Hours) -> None:
    if len(hours) != 7 or not any(hours):
        raise ConfigError(
            f"business hours name {len(hours)} days and {sum(map(len, hours))} shifts; "
            "write the shifts of seven days, Monday first, with one shift at least"
        )
    for weekday, shifts in enumerate(hours):
        edges = [edge for start, end in shifts for edge in (_since_midnight(start), _until(end))]
        apart = all(end <= start for end, start in zip(edges[1::2], edges[2::2], strict=False))
        if not apart or any(a >= b for a, b in zip(edges[::2], edges[1::2], strict=True)):
            raise ConfigError(
                f"business hours of day {weekday + 1} (1 is Monday) are not in order: "
                f"{', '.join(f'{a:%H:%M}-{b:%H:%M}' for a, b in shifts)}; write shifts sorted and "
                "without overlap, each ending after it starts, and split one over midnight into two"
            )
