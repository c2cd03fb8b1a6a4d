"""Who is told what, once: on a real ledger, with receivers that fail as a test says."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest

from pipeline.alerts import Alerter, Courier, Notice
from pipeline.alerts.courier import OPEN_MAX, RESEND
from pipeline.alerts.notices import Notices
from pipeline.alerts.ports import Story
from pipeline.domain.alerting import AlertRules, Severity
from pipeline.domain.verdict import Verdict
from pipeline.errors import StoreError, Undelivered
from pipeline.ledger import Ledger
from pipeline.monitor import Change
from tests.verdicts import OPENED, build_verdict

HOUR = timedelta(hours=1)
START = OPENED + timedelta(days=30)


class FakeReceiver:
    """Keeps what it is told; ``troubles`` come first, each once."""

    def __init__(self, name: str = "desk", *, repeats: bool = False) -> None:
        self.name = name
        self.repeats = repeats
        self.troubles: list[Exception] = []
        self.messages: list[tuple[list[str], list[str]]] = []
        self.told: list[Notice] = []

    def send(self, opened: Sequence[Notice], over: Sequence[Notice], now: datetime) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.messages.append(([one.link for one in opened], [one.link for one in over]))
        self.told += opened


class Place:
    """A ledger, a clock, and what tells of it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now = START
        self.rules = AlertRules()
        self.risks: dict[str, float] = {}

    def clock(self) -> datetime:
        return self.now

    def keep(self, *verdicts: Verdict) -> None:
        changes = [Change(root=one.case, verdicts=(one,), at=self.now) for one in verdicts]
        self.ledger.apply(changes)

    def courier(
        self, receiver: FakeReceiver, least: Severity = "ticket", per_hour: int = 30
    ) -> Courier:
        notices = Notices(self.story, "RUNBOOK.md")
        return Courier(receiver, least, self.ledger.alerts, notices, self.clock, per_hour)

    def story(self, case: str, _now: datetime) -> Story:
        return Story(who="x:a…e", lines=(f"the story of {case}",) * 9, link=case)

    def alerter(self, *couriers: Courier, holder: str = "one") -> Alerter:
        return Alerter(
            self.ledger.alerts, couriers, self.rules, lambda one, _: self.risks.get(one.case),
            clock=self.clock, every=timedelta(seconds=15), holder=holder,
        )  # fmt: skip

    def tell(self, courier: Courier) -> float:
        """Look and tell once; return how long the courier wants to wait."""
        return courier.attempt(self.alerter().look(self.now), self.now + HOUR)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", score=lambda one: float(one.attempts))
    yield Place(ledger)
    ledger.close()


def threat(case: str = "a", since: datetime = START, **more: Any) -> Verdict:
    return build_verdict(case, waiting_since=since, facts={"threats": 1}, **more)


def post(case: str = "p", at: datetime = START) -> Verdict:
    return build_verdict(case, route="escalated", escalated_at=at, waiting_since=at)


def settled(case: str) -> Verdict:
    return build_verdict(case, "resolved_with_effort")


# --------------------------------------------------------------------------------- once, and over


def test_an_alert_is_told_once_and_once_that_it_is_over(place: Place) -> None:
    """However often it is looked at."""
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(threat("a"))
    for _ in range(3):
        assert place.tell(courier) == 0
    place.keep(settled("a"))
    for _ in range(3):
        place.tell(courier)
    assert desk.messages == [(["a"], []), ([], ["a"])]
    assert place.ledger.alerts.told() == []
    (notice,) = desk.told
    assert (
        notice.headline
        == "x:a…e threatened to go public or to a third party, and waits for a reply"
    )
    assert notice.runbook == "RUNBOOK.md#ccmcasethreat"
    assert len(notice.lines) == 5


def test_a_restart_repeats_nothing(place: Place) -> None:
    """What was told stands in the ledger, not in the process."""
    desk = FakeReceiver()
    place.keep(threat("a"))
    place.tell(place.courier(desk))
    place.tell(place.courier(desk))
    place.keep(settled("a"), threat("b"))
    place.tell(place.courier(desk))
    assert desk.messages == [(["a"], []), (["b"], ["a"])]


def test_a_case_that_is_no_more_is_over(place: Place) -> None:
    """It became part of another: nobody waits for a case that does not exist."""
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(threat("a"))
    place.tell(courier)
    merged = Change(root="b", absorbed=("a",), verdicts=(build_verdict("b"),), at=START)
    place.ledger.apply([merged])
    place.tell(courier)
    assert desk.messages == [(["a"], []), ([], ["a"])]


def test_an_empty_ledger_and_old_cases_tell_nothing(place: Place) -> None:
    """A back-fill of last year's complaints is silent; one that was told goes on until it ends."""
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.tell(courier)
    old = START - timedelta(days=40)
    place.keep(threat("a", old), post("p", old), build_verdict("q", facts={"promise_due": old}))
    place.tell(courier)
    assert desk.messages == []
    place.keep(threat("b"))
    place.tell(courier)
    place.now += timedelta(days=20)
    place.tell(courier)
    assert desk.messages == [(["b"], [])]


def test_a_page_is_due_by_the_clock_alone(place: Place) -> None:
    """Nothing has to happen in the ledger for the target to pass."""
    pager = FakeReceiver()
    courier = place.courier(pager, "page")
    place.keep(post("p"), threat("a"))
    place.now += timedelta(hours=1, minutes=59)
    place.tell(courier)
    assert pager.messages == []
    place.now += timedelta(minutes=1)
    place.tell(courier)
    assert pager.messages == [(["p"], [])]


def test_a_warning_does_not_flap(place: Place) -> None:
    """It begins at the threshold, and ends well below it."""
    place.rules = AlertRules(likely_public=5)
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(build_verdict("r", facts={"last_contact_at": START}))
    for times in (4.9, 5.1, 4.9, 5.1, 4.0, 3.0, 4.9):
        place.risks["r"] = times
        place.tell(courier)
    assert desk.messages == [(["r"], []), ([], ["r"])]


# ------------------------------------------------------------------------------- trouble, bounds


def test_a_receiver_that_fails_is_tried_again_later_and_later(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is kept as told that was not taken; it may ask for more time itself."""
    caplog.set_level(logging.WARNING, "ccm.alerts")
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(threat("a"))
    down = Undelivered("https://desk.example: answered 500", kind="unreachable")
    desk.troubles += [down, down, down, Undelivered("busy", kind="rate_limited", seconds=90)]
    assert [place.tell(courier) for _ in range(5)] == [5, 10, 20, 90, 0]
    assert desk.messages == [(["a"], [])]
    report = courier.report()
    assert (report.sent, report.untold, report.trouble) == (1, 0, "")
    assert report.failures == {"unreachable": 3, "rate_limited": 1}
    assert "https://desk.example: answered 500; trying again in 5 s" in caplog.text


def test_the_wait_has_an_end(place: Place) -> None:
    """However long it is away, it is tried every five minutes."""
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(threat("a"))
    desk.troubles += [Undelivered("down", kind="unreachable")] * 9
    assert [place.tell(courier) for _ in range(9)][-3:] == [300, 300, 300]


def test_who_was_away_learns_what_is_still_true(place: Place) -> None:
    """What ended meanwhile is not told at all; nothing piles up."""
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(threat("a"), threat("b"))
    desk.troubles += [Undelivered("down", kind="unreachable")] * 2
    place.tell(courier)
    place.keep(settled("a"), threat("c"))
    place.tell(courier)
    assert courier.report().untold == 2
    place.tell(courier)
    assert desk.messages == [(["b", "c"], [])]


def test_trouble_of_one_receiver_is_nobody_elses(place: Place) -> None:
    """Nor is a bug in it, which is told with its traceback."""
    dead, well = FakeReceiver("dead"), FakeReceiver("well")
    place.keep(threat("a"))
    dead.troubles += [ZeroDivisionError("a bug")]
    assert place.tell(place.courier(dead)) > 0
    assert place.tell(place.courier(well)) == 0
    assert well.messages == [(["a"], [])]


def test_a_ledger_that_cannot_keep_what_was_told_tells_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice rather than never."""
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(threat("a"))

    def broken(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(place.ledger.alerts, "tell", broken)
        assert place.tell(courier) == 5
    place.tell(courier)
    assert desk.messages == [(["a"], []), (["a"], [])]
    assert courier.report().failures == {"store": 1}


def test_an_hour_has_room_for_so_many_messages(place: Place) -> None:
    """What is more waits, and comes together; nothing is lost."""
    desk = FakeReceiver()
    courier = place.courier(desk, per_hour=2)
    for number in range(5):
        place.keep(threat(f"case {number}"))
        place.tell(courier)
        place.now += timedelta(minutes=1)
    assert len(desk.messages) == 2
    assert courier.report().untold == 3
    place.now += HOUR
    place.tell(courier)
    assert desk.messages[2] == ([f"case {number}" for number in (2, 3, 4)], [])


def test_a_flood_is_bounded_and_keeps_what_was_told(place: Place) -> None:
    """An older alert does not end because newer ones came; no page waits behind tickets."""
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(*(threat(f"t{n:04}") for n in range(OPEN_MAX + 20)))
    place.tell(courier)
    assert [len(opened) for opened, _ in desk.messages] == [OPEN_MAX]
    place.keep(post("p", START - 3 * HOUR))
    place.tell(courier)
    assert desk.messages[-1] == (["p"], [])
    place.keep(settled("t0000"))
    place.tell(courier)
    assert desk.messages[-1] == ([f"t{OPEN_MAX:04}"], ["t0000"])


# -------------------------------------------------------------------------- told again and again


def test_alertmanager_is_told_again_what_holds(place: Place) -> None:
    """Every minute, because it forgets; and of what is over once."""
    manager = FakeReceiver(repeats=True)
    courier = place.courier(manager)
    place.keep(threat("a"), threat("b"))
    place.tell(courier)
    place.tell(courier)
    place.now += RESEND
    place.tell(courier)
    place.keep(settled("a"))
    place.tell(courier)
    assert manager.messages == [(["a", "b"], []), (["a", "b"], []), (["b"], ["a"])]


# ------------------------------------------------------------------------------ one tells at a time


def test_of_several_processes_one_tells(place: Place) -> None:
    """The second waits; when the first has died it goes on where that one was."""
    desk, same = FakeReceiver(), FakeReceiver()
    first, second = place.courier(desk), place.courier(same)
    one, two = place.alerter(first, holder="one"), place.alerter(second, holder="two")
    place.keep(threat("a"))
    for alerter in (one, two):
        alerter.turn()
    told = [bool(courier._work) for courier in (first, second)]
    assert told == [True, False]
    assert (one.counts()["CcmCaseThreat"], two.counts()["CcmCaseThreat"]) == (1, 0)
    first.attempt(*first._work)  # type: ignore[misc]  # just seen to be there
    place.now += timedelta(seconds=61)
    two.turn()
    assert second._work is not None
    second.attempt(*second._work)
    assert (len(desk.messages), len(same.messages)) == (1, 0)


def test_whoever_lost_the_lease_meanwhile_tells_nothing(place: Place) -> None:
    """A process that was stopped for minutes and wakes up must not speak."""
    desk = FakeReceiver()
    courier = place.courier(desk)
    place.keep(threat("a"))
    wanted = place.alerter().look(place.now)
    until = place.now + timedelta(seconds=60)
    place.now += timedelta(seconds=60)
    courier.attempt(wanted, until)
    assert desk.messages == []


def test_threads_begin_tell_and_end(place: Place) -> None:
    """Started and stopped as the processes do it; the lease is given back."""
    done = Flag()

    class Heard(FakeReceiver):
        def send(self, *told: Any) -> None:
            super().send(*told)
            done.set()

    desk = Heard()
    place.keep(threat("a"))
    alerter = place.alerter(place.courier(desk))
    alerter.start()
    assert done.wait(30)
    alerter.stop()
    assert desk.messages == [(["a"], [])]
    assert place.ledger.alerts.hold("another", place.now, 60)


def test_a_dead_receiver_does_not_keep_the_process(place: Place) -> None:
    """It waits for minutes to try again; told to stop, it stops."""
    failed = Flag()

    class Dead(FakeReceiver):
        def send(self, *_: Any) -> None:
            failed.set()
            raise Undelivered("down", kind="unreachable")

    place.keep(threat("a"))
    alerter = place.alerter(place.courier(Dead()))
    alerter.start()
    assert failed.wait(30)
    stopping = Thread(target=alerter.stop)
    stopping.start()
    stopping.join(5)
    assert not stopping.is_alive()


def test_a_ledger_that_does_not_answer_is_waited_out(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No look, no word, and the next look is as good as the first."""
    seen = Flag()

    def broken(*_: object) -> None:
        seen.set()
        raise StoreError("the database is away")

    monkeypatch.setattr(place.ledger.alerts, "hold", broken)
    alerter = place.alerter(place.courier(FakeReceiver()))
    alerter.start()
    assert seen.wait(30)
    alerter.stop()
    assert "the database is away" in caplog.text


def test_without_receivers_nothing_is_looked_at(place: Place) -> None:
    """No thread, no query, no lease."""
    alerter = place.alerter()
    alerter.start()
    alerter.stop()
    assert place.ledger.alerts.hold("another", place.now, 60)
