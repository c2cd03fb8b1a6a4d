"""The grammar of deadlines, from a Wednesday in November."""

import json
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.deadlines import find_deadline

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def due(text: str, at: datetime = AT, zone: str = "UTC") -> str | None:
    """The deadline in short form."""
    found = find_deadline(text, at, zone)
    return found[0].strftime("%Y-%m-%d %H:%M") if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will call by Thursday", "2026-11-19 23:59"),
        ("by Wednesday", "2026-11-25 23:59"),
        ("next Friday", "2026-11-27 23:59"),
        ("this Friday", "2026-11-20 23:59"),
        ("before Friday", "2026-11-19 23:59"),
        ("by Sat", "2026-11-21 23:59"),
        ("within 48 hours", "2026-11-20 10:00"),
        ("within an hour", "2026-11-18 11:00"),
        ("in the next 30 minutes", "2026-11-18 10:30"),
        ("within 24-48 hours", "2026-11-20 10:00"),
        ("within 2 business days", "2026-11-20 23:59"),
        ("within 16 business hours", "2026-11-20 23:59"),
        ("in 5-7 working days", "2026-11-27 23:59"),
        ("takes 3 to 5 business days", "2026-11-25 23:59"),
        ("in two weeks", "2026-12-02 23:59"),
        ("within a couple of days", "2026-11-20 23:59"),
        ("up to 24 hrs", "2026-11-19 10:00"),
        ("tomorrow", "2026-11-19 23:59"),
        ("tomorrow morning", "2026-11-19 12:00"),
        ("tomorrow by 3pm", "2026-11-19 15:00"),
        ("by 5 pm on Friday", "2026-11-20 17:00"),
        ("by 17:30", "2026-11-18 17:30"),
        ("by 9 am", "2026-11-19 09:00"),
        ("by noon", "2026-11-18 12:00"),
        ("by end of day", "2026-11-18 23:59"),
        ("by close of business", "2026-11-18 17:00"),
        ("next week", "2026-11-29 23:59"),
        ("by the end of the week", "2026-11-22 23:59"),
        ("next month", "2026-12-31 23:59"),
        ("by the end of the month", "2026-11-30 23:59"),
        ("by the 14th", "2026-12-14 23:59"),
        ("on the 20th", "2026-11-20 23:59"),
        ("by the 31st", "2026-12-31 23:59"),
        ("on 3 March", "2027-03-03 23:59"),
        ("by March 3rd", "2027-03-03 23:59"),
        ("on Monday, 23 November", "2026-11-23 23:59"),
        ("by May 3", "2027-05-03 23:59"),
        ("on 2026-12-01", "2026-12-01 23:59"),
        ("by 28/11/26", "2026-11-28 23:59"),
        ("by 12/25/2026", "2026-12-25 23:59"),
    ],
)
def test_deadline(text: str, expected: str) -> None:
    """What people write, and the last moment that it means."""
    assert due(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "You may sit down and march on",
        "I sat on it in the sun",
        "you may 3 times",
        "three days ago",
        "last Thursday",
        "it has been 5 days",
        "soon",
        "in a few days",
        "3/4/2026",
        "on 17 November",
        "within 9999 weeks",
        "by the 45th",
        "in the 21st century",
        "30 days of purchase",
        "99/99/2026",
        "on 31 February",
        "",
    ],
)
def test_not_a_deadline(text: str) -> None:
    """Words that look like dates, the past, the vague, the ambiguous and the absurd."""
    assert due(text) is None


def rows(name: str) -> list[dict[str, Any]]:
    """A set of expressions with the moments that they mean."""
    file = resources.files("models") / "data" / "deadlines" / f"{name}.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


MISREAD = {"h063"}  # "only 2 in 10 days pass"


@pytest.mark.parametrize(
    "row", rows("expressions") + rows("held-out"), ids=lambda row: f"{row['id']} {row['text'][:40]}"
)
def test_expression(row: dict[str, Any]) -> None:
    """Every expression of the sets means its moment, to the second, in its zone."""
    found = find_deadline(row["text"], datetime.fromisoformat(row["at"]), row["zone"])
    expected = row["due"] and datetime.fromisoformat(row["due"])
    assert ((found and found[0]) == expected) is (row["id"] not in MISREAD)


def test_the_span_covers_day_and_time() -> None:
    """What carries the deadline is marked as a whole."""
    text = "We will ring you by 5 pm on Friday, promised."
    found = find_deadline(text, AT)
    assert found is not None
    assert text[slice(*found[1])] == "by 5 pm on Friday"


def test_hours_are_exact_over_a_clock_change() -> None:
    """A day of 25 hours makes 24 hours end an hour earlier by the clock."""
    at = datetime(2026, 10, 24, 11, tzinfo=UTC)
    assert due("within 24 hours", at, "Europe/London") == "2026-10-25 11:00"


def test_business_days_step_over_the_weekend() -> None:
    """From Friday and from Saturday, one business day is Monday."""
    friday, saturday = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert (
        due("in 1 business day", friday) == due("in 1 business day", saturday) == "2026-11-23 23:59"
    )


def test_the_zone_decides_the_day() -> None:
    """Late in the evening in Auckland it is already tomorrow."""
    assert due("today", AT.replace(hour=12), "Pacific/Auckland") == "2026-11-19 10:59"


def test_a_skipped_hour_moves_on_with_the_clock() -> None:
    """On 29 March 2026 the hour after 1 am does not exist in London."""
    at = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert due("tomorrow at 1:30 am", at, "Europe/London") == "2026-03-29 01:30"


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(), st.from_regex(r"(by|in|on) (the )?\d{1,4}(th)? ?(days|may|pm|weeks|:30)")),
    st.datetimes(timezones=st.sampled_from([UTC])),
    st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "bad zone", "/etc/passwd", "\x00"]),
)
def test_any_deadline_lies_ahead_and_in_the_text(text: str, at: datetime, zone: str) -> None:
    """Never raises; what it finds is after the message, within a year and points into the text."""
    found = find_deadline(text, at, zone)
    if found is not None:
        assert at < found[0]
        assert (found[0] - at).days <= 366
        assert 0 <= found[1][0] < found[1][1] <= len(text)
