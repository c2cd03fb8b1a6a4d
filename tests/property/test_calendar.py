"""The calendar against an oracle that looks at the wall clock every minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.calendar import Calendar, Shift, end_of_date, iso_week, week_bounds

MINUTE = timedelta(minutes=1)
# Changes of clocks by an hour and by half of one, at night, at midnight, in both hemispheres.
ZONES = st.sampled_from([
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut",
    "America/Havana", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu",
])  # fmt: skip
# Days around changes of clocks of these zones, and around a new year.
ANCHORS = st.sampled_from([
    "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04",
    "2018-02-18", "2018-11-04", "2010-11-07", "2011-12-30", "2024-03-31", "2026-01-01",
])  # fmt: skip
QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]


@st.composite
def shifts(draw: st.DrawFn) -> tuple[Shift, ...]:
    edges = sorted(draw(st.sets(st.sampled_from(QUARTERS), max_size=6)))
    if len(edges) % 2:
        edges.append(time())
    return tuple(zip(edges[::2], edges[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = draw(st.lists(shifts(), min_size=7, max_size=7).filter(any))
    days = st.dates(date(2026, 3, 1), date(2026, 11, 30))
    return Calendar(zone=draw(ZONES), hours=tuple(week), holidays=draw(st.frozensets(days)))


@st.composite
def minutes(draw: st.DrawFn) -> datetime:
    anchor = datetime.fromisoformat(draw(ANCHORS)).replace(tzinfo=UTC)
    return anchor + draw(st.integers(-1440, 2880)) * MINUTE


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(minutes())
    return start, start + draw(st.integers(0, 2880)) * MINUTE


def open_by_the_wall_clock(calendar: Calendar, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(calendar.zone))
    if local.date() in calendar.holidays:
        return False
    return any(
        start <= local.time() and (local.time() < end or end == time())
        for start, end in calendar.hours[local.weekday()]
    )


def each_minute(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += MINUTE


@given(calendars(), spans())
def test_business_seconds_are_the_open_minutes(
    calendar: Calendar, span: tuple[datetime, datetime]
) -> None:
    """Whatever the zone, shifts, holidays and span: business time is what the wall clock says."""
    start, end = span
    expected = sum(open_by_the_wall_clock(calendar, at) for at in each_minute(start, end))
    assert calendar.business_seconds(start, end) == 60 * expected


@given(calendars(), minutes(), st.integers(0, 59))
def test_open_is_what_the_wall_clock_says(
    calendar: Calendar, minute: datetime, second: int
) -> None:
    """A moment is open exactly where the local clock reads inside a shift."""
    at = minute + timedelta(seconds=second)
    assert calendar.is_open(at) == open_by_the_wall_clock(calendar, at)


@given(calendars(), minutes())
def test_the_next_opening_is_open_and_nothing_before_it_is(
    calendar: Calendar, at: datetime
) -> None:
    """No business time passes until the next opening."""
    opening = calendar.next_opening(at)
    assert opening >= at
    assert calendar.is_open(opening)
    assert calendar.business_seconds(at, opening) == 0


@given(calendars().filter(lambda one: "Apia" not in one.zone), minutes(), st.integers(0, 10))
def test_business_days_are_working_days(calendar: Calendar, at: datetime, days: int) -> None:
    """Days are counted on working days only, and one more day is later.

    Samoa is left out: there 30 December 2011 never was, and what falls due on it does so a day on.
    """
    due, later = (calendar.add_business_days(at, count) for count in (days, days + 1))
    assert at <= due < later
    local = due.astimezone(ZoneInfo(calendar.zone))
    assert calendar.is_working_day(local.date())


@given(minutes(), ZONES)
def test_a_moment_lies_in_its_week(at: datetime, zone: str) -> None:
    """Weeks cover all of time without overlap."""
    start, end = week_bounds(iso_week(at, zone), zone)
    assert start <= at < end


@given(st.dates(date(2005, 1, 1), date(2035, 1, 1)), ZONES.filter(lambda zone: "Johns" not in zone))
def test_a_date_ends_where_the_next_begins(day: date, zone: str) -> None:
    """The moment before the end has the date, or the last one that the zone had; the end has not.

    St John's is left out: until 2011 its clocks went back at one minute past midnight, so that
    dates there did end twice.
    """
    end = end_of_date(day, zone).astimezone(ZoneInfo(zone))
    before = (end.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    assert before.date() <= day < end.date()
