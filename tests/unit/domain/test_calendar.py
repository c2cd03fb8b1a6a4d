"""Business hours, days and weeks, by worked examples (definitions §6, Clocks; §8, bare dates)."""

import pickle
from copy import deepcopy
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from pipeline.domain.calendar import Calendar, Hours, end_of_date, iso_week, week_bounds
from pipeline.errors import ConfigError, InputError

OFFICE = Calendar()
SPLIT_DAY = ((time(9), time(12, 30)), (time(13, 30), time(17)))
SPLIT = Calendar(zone="Europe/Berlin", hours=(SPLIT_DAY,) * 5 + ((), ()))
ROUND_THE_CLOCK = Calendar(zone="Europe/Berlin", hours=(((time(0), time(0)),),) * 7)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def test_a_working_day_has_eight_hours() -> None:
    """The default week is Monday to Friday, 09:00 to 17:00."""
    assert OFFICE.business_seconds(utc("2026-03-02T00:00"), utc("2026-03-03T00:00")) == 8 * 3600
    assert OFFICE.business_seconds(utc("2026-03-02T00:00"), utc("2026-03-09T00:00")) == 40 * 3600


def test_nights_and_weekends_do_not_count() -> None:
    """From Friday 16:00 to Monday 10:00 two hours of business pass."""
    assert OFFICE.business_seconds(utc("2026-03-06T16:00"), utc("2026-03-09T10:00")) == 2 * 3600


def test_a_span_that_ends_before_it_starts_has_no_time() -> None:
    """Business time is never negative."""
    assert OFFICE.business_seconds(utc("2026-03-03T00:00"), utc("2026-03-02T00:00")) == 0


def test_lunch_between_split_shifts_does_not_count() -> None:
    """A day of two shifts has as many hours as its shifts."""
    start, end = berlin("2026-03-02T12:00"), berlin("2026-03-02T14:00")
    assert SPLIT.business_seconds(start, end) == 3600
    assert not SPLIT.is_open(berlin("2026-03-02T13:00"))


def test_a_holiday_has_no_business_time() -> None:
    """A holiday on a Monday leaves four days of the week, and is not working."""
    calendar = Calendar(holidays=frozenset({date(2026, 3, 2)}))
    assert calendar.business_seconds(utc("2026-03-02T00:00"), utc("2026-03-09T00:00")) == 32 * 3600
    assert not calendar.is_working_day(date(2026, 3, 2))


def test_office_hours_keep_their_length_when_clocks_change() -> None:
    """09:00 to 17:00 are eight hours in both weeks around a change at night."""
    before, after = berlin("2026-03-27T08:00"), berlin("2026-03-30T18:00")
    assert SPLIT.business_seconds(before, after) == 2 * 7 * 3600


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_round_the_clock_hours_equal_the_wall_clock(day: str, hours: int) -> None:
    """The day of a change has 23 or 25 hours for those who work all of them."""
    start, end = berlin(f"{day}T00:00"), end_of_date(date.fromisoformat(day), "Europe/Berlin")
    assert ROUND_THE_CLOCK.business_seconds(start, end) == hours * 3600


def test_a_shift_inside_the_skipped_hour_starts_when_clocks_go_on() -> None:
    """02:30 to 05:00 has two hours on the night in which 02:00 to 03:00 does not exist."""
    night = Calendar(zone="Europe/Berlin", hours=(((time(2, 30), time(5)),),) * 7)
    start, end = berlin("2026-03-29T00:00"), berlin("2026-03-29T12:00")
    assert night.business_seconds(start, end) == 2 * 3600
    assert night.next_opening(start) == berlin("2026-03-29T03:00").astimezone(UTC)


def test_spans_over_years_add_up() -> None:
    """2026 has 261 days from Monday to Friday, and its parts have as many."""
    start, middle, end = utc("2025-12-31T00:00"), utc("2026-01-01T00:00"), utc("2027-01-01T00:00")
    assert OFFICE.business_seconds(middle, end) == 261 * 8 * 3600
    assert OFFICE.business_seconds(start, end) == 262 * 8 * 3600


def test_the_end_of_a_shift_is_outside() -> None:
    """Shifts are half-open, as all windows are (§8)."""
    assert OFFICE.is_open(utc("2026-03-02T09:00"))
    assert not OFFICE.is_open(utc("2026-03-02T17:00"))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02T10:15", 2, "2026-03-04T10:15"),  # within hours: the same local time
        ("2026-03-05T10:15", 2, "2026-03-09T10:15"),  # over a weekend
        ("2026-03-02T06:00", 1, "2026-03-03T09:00"),  # before opening: from the opening
        ("2026-03-02T20:00", 1, "2026-03-04T09:00"),  # after closing: from the next morning
        ("2026-03-07T12:00", 2, "2026-03-11T09:00"),  # on a Saturday: from Monday's opening
        ("2026-03-02T13:00", 1, "2026-03-03T13:30"),  # at lunch: from the second shift
        ("2026-03-02T10:15", 0, "2026-03-02T10:15"),
        ("2026-03-27T10:15", 1, "2026-03-30T10:15"),  # clocks change in between
    ],
)
def test_business_days_after(start: str, days: int, end: str) -> None:
    """N business days after is the same local time on the n-th working day after."""
    assert SPLIT.add_business_days(berlin(start), days) == berlin(end)


def test_business_days_step_over_holidays() -> None:
    """A holiday is not a working day."""
    calendar = Calendar(holidays=frozenset({date(2026, 3, 3)}))
    assert calendar.add_business_days(utc("2026-03-02T10:00"), 1) == utc("2026-03-04T10:00")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02T10:00", 2, "2026-03-02T12:00"),
        ("2026-03-02T10:00", 7, "2026-03-03T09:00"),  # ends with the shift: the next opening
        ("2026-03-06T16:00", 2, "2026-03-09T10:00"),  # over a weekend
        ("2026-03-07T12:00", 0, "2026-03-09T09:00"),  # nothing passes before the opening
        ("2026-12-31T16:00", 10, "2027-01-04T10:00"),  # over a new year: a Thursday and a Friday
    ],
)
def test_business_time_after(start: str, hours: int, end: str) -> None:
    """It is the last moment until which no more than so much business time has passed."""
    found = OFFICE.add_business_seconds(utc(start), hours * 3600)
    assert found == utc(end)
    assert OFFICE.business_seconds(utc(start), found) == hours * 3600


def test_business_days_cannot_be_taken_away() -> None:
    """A negative number is a mistake of the caller."""
    with pytest.raises(ValueError, match="can only be added"):
        OFFICE.add_business_days(utc("2026-03-02T10:00"), -1)


def test_a_bare_date_means_its_end_in_the_zone() -> None:
    """A promise for the 4th holds until the midnight that ends the 4th where the report is made."""
    assert end_of_date(date(2026, 7, 4), "Europe/Berlin") == utc("2026-07-04T22:00")
    assert end_of_date(date(2026, 7, 4), "UTC") == utc("2026-07-05T00:00")


def test_a_midnight_that_does_not_exist_is_the_change_itself() -> None:
    """In Beirut the clock went from 23:59 to 01:00: the date ended then."""
    assert end_of_date(date(2024, 3, 30), "Asia/Beirut") == utc("2024-03-30T22:00")


def test_the_last_date_of_all_has_an_end() -> None:
    """A promise for the year 9999 is no reason to crash."""
    assert end_of_date(date.max, "America/New_York").year == 9999


def test_the_report_zone_decides_the_week() -> None:
    """Late on Sunday in UTC it is already Monday in Tokyo."""
    sunday = utc("2026-11-22T20:00")
    assert iso_week(sunday, "UTC") == "2026-W47"
    assert iso_week(sunday, "Asia/Tokyo") == "2026-W48"


def test_iso_years_start_with_the_week_of_the_first_thursday() -> None:
    """1 January 2027 belongs to the last week of 2026."""
    assert iso_week(utc("2027-01-01T00:00"), "UTC") == "2026-W53"


def test_week_bounds_span_the_week_in_the_zone() -> None:
    """The week in which clocks go on has one hour less."""
    start, end = week_bounds("2026-W13", "Europe/Berlin")
    assert (start, end) == (utc("2026-03-22T23:00"), utc("2026-03-29T22:00"))
    assert (end - start).total_seconds() == (7 * 24 - 1) * 3600


@pytest.mark.parametrize("week", ["", "2026", "2026-47", "2026-W7", "2026-W54", "2025-W53", "W-W"])
def test_what_is_no_week_is_refused_with_an_example(week: str) -> None:
    """The message says how a week is written."""
    with pytest.raises(InputError, match="2026-W47"):
        week_bounds(week, "UTC")


def test_an_unknown_zone_is_refused_with_an_example() -> None:
    """A misspelt zone is found when settings are read, not when a verdict is due."""
    with pytest.raises(ConfigError, match="Europe/Berlin"):
        Calendar(zone="Europe/Berlim")


MORNING = (time(9), time(12))


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((),) * 7,
        ((MORNING,),) * 6,
        (((time(12), time(9)),),) * 7,
        ((MORNING, (time(11), time(17))),) * 7,
        (((time(13), time(17)), MORNING),) * 7,
        (((time(22), time(6)),),) * 7,
    ],
)
def test_impossible_hours_are_refused(hours: Hours) -> None:
    """Seven days, one shift at least, sorted, without overlap, none over midnight."""
    with pytest.raises(ConfigError, match="write"):
        Calendar(hours=hours)


def test_calendars_are_values() -> None:
    """Equal calendars are one key, so that a policy can be one."""
    assert len({Calendar(), Calendar(), Calendar(zone="Asia/Tokyo")}) == 2


def test_copies_of_a_calendar_are_the_same_calendar() -> None:
    """However they were made, before or after it was first looked up."""
    fresh = Calendar(zone="Europe/Berlin", hours=(SPLIT_DAY,) * 5 + ((), ()))
    for one in (fresh, SPLIT):
        for copied in (deepcopy(one), pickle.loads(pickle.dumps(one))):
            assert {copied: 1}[SPLIT] == 1
            assert copied.business_seconds(berlin("2026-11-16 09:00"), berlin("2026-11-16 10:00"))
