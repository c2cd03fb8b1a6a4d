"""When a report is due, and that it goes once, across restarts, and late rather than never."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest

from pipeline.errors import Undelivered
from pipeline.report.clerk import LOOK_EVERY_SECONDS, WAITS_SECONDS, Clerk, note_of
from pipeline.report.schedule import Due, Schedule, number_of

MONDAYS = Schedule(weekday=0, at=time(7), zone="Europe/Berlin")
DUE = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Monday of 2026-W48, seven in the morning in Berlin: the report of W47."""
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def test_the_report_of_a_week_is_due_on_the_day_after() -> None:
    """To the second, on the wall clock of the report zone."""
    assert MONDAYS.last_due(DUE) == Due(week="2026-W47", at=DUE)
    assert MONDAYS.last_due(DUE - timedelta(seconds=1)).week == "2026-W46"
    assert MONDAYS.last_due(DUE + 6 * 24 * HOUR) == Due(week="2026-W47", at=DUE)


def test_another_day_waits_for_the_same_week() -> None:
    """On Wednesday afternoon it is still the week before; on Sunday, too."""
    wednesday = Schedule(weekday=2, at=time(15, 30), zone="UTC")
    at = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
    assert wednesday.last_due(at) == Due(week="2026-W47", at=at)
    assert wednesday.last_due(at - HOUR).week == "2026-W46"
    sunday = Schedule(weekday=6, at=time(20), zone="UTC")
    assert sunday.last_due(datetime(2026, 11, 29, 20, tzinfo=UTC)).week == "2026-W47"


def test_a_change_of_the_clock_changes_nothing() -> None:
    """Seven in the morning is seven in the morning, in summer and in winter."""
    for day in (datetime(2026, 3, 30, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC)):
        local = MONDAYS.last_due(day).at.astimezone(UTC)
        assert local.hour == (5 if day.month == 3 else 6)


def test_weeks_have_growing_numbers() -> None:
    """Over the turn of the year, too; what was not mailed between two of them is named."""
    assert number_of("2026-W53") < number_of("2027-W01")
    due = Due(week="2027-W01", at=DUE)
    assert due.missed(202651) == ("2026-W52", "2026-W53")
    assert due.missed(202653) == ()
    assert len(due.missed(200001)) == 8


@dataclass
class Memory:
    """A journal in memory."""

    number: int = -1

    def last(self) -> int:
        return self.number

    def note(self, number: int) -> None:
        self.number = number


@dataclass
class Post:
    """A mail server that a test lets be away."""

    now: datetime = DUE
    journal: Memory = field(default_factory=Memory)
    mailed: list[tuple[str, str]] = field(default_factory=list)
    is_away: bool = False

    def send(self, week: str, note: str) -> None:
        if self.is_away:
            raise Undelivered("mail.example:587: away", kind="unreachable")
        self.mailed.append((week, note))

    def clerk(self) -> Clerk:
        return Clerk(schedule=MONDAYS, journal=self.journal, send=self.send, clock=lambda: self.now)


def test_the_first_look_of_all_mails_nothing() -> None:
    """What was due before anybody asked for it is not late; the next week goes in time."""
    post = Post(now=DUE + 2 * HOUR)
    clerk = post.clerk()
    assert clerk.step() == LOOK_EVERY_SECONDS
    assert post.mailed == []
    post.now = DUE + WEEK
    clerk.step()
    assert post.mailed == [("2026-W48", "")]


def test_it_goes_once_across_restarts() -> None:
    """However often anybody looks, and whoever begins anew in between."""
    post = Post(journal=Memory(202646))
    for _ in range(5):
        post.clerk().step()
        post.now += HOUR
    assert post.mailed == [("2026-W47", "")]


def test_what_was_missed_comes_late_and_says_so() -> None:
    """The newest report alone, with the weeks that were not mailed."""
    post = Post(journal=Memory(202644), now=DUE + 5 * HOUR)
    post.clerk().step()
    ((week, note),) = post.mailed
    assert week == "2026-W47"
    assert "comes late" in note
    assert "Not mailed: 2026-W45, 2026-W46" in note
    post.clerk().step()
    assert len(post.mailed) == 1


def test_while_the_server_is_away_it_is_tried_later_and_later() -> None:
    """Nothing is noted as mailed; once it is back the report goes, and the pace is the usual."""
    post = Post(journal=Memory(202646), is_away=True)
    clerk = post.clerk()
    assert tuple(clerk.step() for _ in range(6)) == (*WAITS_SECONDS, WAITS_SECONDS[-1])
    assert post.journal.last() == 202646
    post.is_away, post.now = False, DUE + 2 * HOUR
    assert clerk.step() == LOOK_EVERY_SECONDS
    assert post.journal.last() == 202647
    assert "comes late" in post.mailed[0][1]


@pytest.mark.parametrize(("after", "late"), [(timedelta(minutes=59), False), (2 * HOUR, True)])
def test_an_hour_is_not_called_late(after: timedelta, late: bool) -> None:
    """A clerk looks once a minute, and a try may fail."""
    note = note_of(Due(week="2026-W47", at=DUE), 202646, DUE + after)
    assert bool(note) is late
