"""How trouble is waited out: longer and longer, never shorter than asked, and never for others."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Thread

import pytest

from pipeline.connectors.health import Health
from pipeline.connectors.ports import PAYLOADS_MAX, Batch, Channel
from pipeline.connectors.runner import PATIENT, Fetching, Patience, Runner, kind_of
from pipeline.connectors.supervisor import Supervisor
from pipeline.domain.events import Event
from pipeline.errors import (
    AccessRefused,
    ConfigError,
    Garbled,
    RateLimited,
    StoreError,
    Unreachable,
)
from pipeline.payloads import Payload
from pipeline.wire import decode_event
from tests.contract.sinks import MemorySink

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


class Clockwork(Flag):
    """A flag whose waits take no time, are written down, and end the work after ``rounds``."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._rounds = rounds

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        if len(self.waits) >= self._rounds:
            self.set()
        return self.is_set()


def health() -> Health:
    return Health(
        name="tried",
        channel="tried",
        kind="fake",
        since=NOW,
        silent_after=timedelta(minutes=15),
        expect_every=timedelta(days=2),
    )


def waits(
    errors: Sequence[Exception | None], patience: Patience = PATIENT
) -> tuple[list[float], Health]:
    """Return how long is waited after each error; None is a contact before the next error."""
    told, seen = health(), iter(errors)

    def session(_: Flag) -> None:
        error = next(seen)
        while error is None:
            told.contacted(NOW)
            error = next(seen)
        raise error

    flag = Clockwork(sum(error is not None for error in errors))
    Runner(session, told, patience).run(flag)
    return flag.waits, told


def test_waits_grow_and_are_spread() -> None:
    """Each window is twice the one before; within it every wait is as likely as another."""
    rounds = [waits([Unreachable("gone")] * 4)[0] for _ in range(200)]
    for number, window in enumerate((1, 2, 4, 8)):
        found = [one[number] for one in rounds]
        assert max(found) <= window
        assert max(found) > 0.8 * window
        assert min(found) < 0.2 * window


def test_a_contact_ends_the_row() -> None:
    """After the source was heard of, the first wait is short again."""
    gone = Unreachable("gone")
    patience = Patience(first_seconds=1, most_seconds=1000, failures_max=100)
    found = [waits([gone] * 9 + [None, gone], patience)[0][-1] for _ in range(50)]
    assert max(found) <= 1


def test_the_source_is_waited_for_as_long_as_it_asks() -> None:
    """But not longer than an hour, whatever it says."""
    (first, second), told = waits(
        [RateLimited("slowly", seconds=77.0), RateLimited("never", seconds=1e9)]
    )
    assert first == 77.0
    assert second == 3600.0
    assert told.report(NOW).errors == {"rate_limited": 2}


def test_the_breaker_opens_after_some_failures() -> None:
    """Then the source is left alone for minutes."""
    found, told = waits([Unreachable("gone")] * 6, Patience(failures_max=5, open_seconds=300))
    assert max(found[:4]) < 60
    assert all(300 <= one <= 600 for one in found[4:])
    assert told.report(NOW).errors == {"unreachable": 6}


@pytest.mark.parametrize("error", [AccessRefused("wrong password"), ConfigError("no file")])
def test_refused_credentials_open_the_breaker_at_once(error: Exception) -> None:
    """Trying on would lock the account."""
    found, told = waits([error])
    assert 300 <= found[0] <= 600
    assert told.report(NOW).trouble == str(error)


def test_trouble_of_our_own_store_never_opens_the_breaker() -> None:
    """As soon as disk or broker are back, every source goes on: a minute later at the most."""
    found, told = waits([StoreError("the disk is full")] * 20)
    assert max(found) <= 60
    assert told.report(NOW).errors == {"store": 20}


def test_a_stopped_runner_says_so_and_does_not_start_again() -> None:
    """A flag that is set while it waits ends it, without another session."""
    found, told = waits([Garbled("what?")])
    assert len(found) == 1
    assert told.report(NOW).state == "stopped"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Garbled("x"), "garbled"),
        (StoreError("x"), "store"),
        (ConnectionResetError("x"), "unreachable"),
        (KeyError("x"), "bug"),
    ],
)
def test_errors_are_of_few_kinds(error: Exception, kind: str) -> None:
    """They are a label of a metric."""
    assert kind_of(error) == kind


# ---------------------------------------------------------------------------------------- sessions


@dataclass
class Scripted:
    """A connector that yields what it was given, then raises, ends, or waits."""

    script: list[Batch | Exception]
    name: str = "tried"
    asked: list[str | None] = field(default_factory=list)
    closed: int = 0

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        self.asked.append(cursor)
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                yield step
        finally:
            self.closed += 1

    def parse(self, payload: Payload) -> list[Event]:
        raise ZeroDivisionError("a bug")


def payload(raw: bytes = b"x") -> Payload:
    return Payload(raw=raw, where="here", at=NOW)


def test_a_parser_that_fails_costs_one_payload() -> None:
    """A bug of ours is counted and told, the bytes are kept, and the cursor goes on."""
    connector, sink, told = (
        Scripted([Batch(payloads=(payload(),), cursor="1")]),
        MemorySink(),
        health(),
    )
    with pytest.raises(Unreachable, match="ended"):
        Fetching(connector, sink, told, lambda: NOW)(Flag())
    assert sink.cursors == {"tried": "1"}
    assert [one.raw for one in sink.rejected] == [b"x"]
    assert "ZeroDivisionError" in sink.rejected[0].reason
    assert told.report(NOW).errors == {"bug": 1}
    assert connector.closed == 1


@dataclass
class Ahead(Scripted):
    """A source whose clock is ahead of ours by so much."""

    ahead: timedelta = timedelta()

    def parse(self, payload: Payload) -> list[Event]:
        told = decode_event(
            b'{"id": "a:1", "kind": "status", "at": "2026-11-02T09:00:00Z", "customer": ["a:b"], '
            b'"status": "open"}'
        )
        return [replace(told, at=NOW + self.ahead)]


@pytest.mark.parametrize(("minutes", "is_stamped"), [(-60, False), (5, False), (6, True)])
def test_what_comes_from_the_future_says_when_it_came(minutes: int, is_stamped: bool) -> None:
    """So that its time is brought back to ours; all else stays as the source has it."""
    connector, sink = Ahead([Batch(payloads=(payload(),))]), MemorySink()
    connector.ahead = timedelta(minutes=minutes)
    with pytest.raises(Unreachable):
        Fetching(connector, sink, health(), lambda: NOW)(Flag())
    (line,) = sink.lines
    assert decode_event(line).received_at == (NOW if is_stamped else None)


def test_an_empty_batch_is_a_sign_of_life() -> None:
    """Nothing is stored for it."""
    sink, told = MemorySink(), health()
    with pytest.raises(Unreachable):
        Fetching(Scripted([Batch()]), sink, told, lambda: NOW)(Flag())
    assert sink.takes == 0
    assert told.report(NOW).last_contact_at == NOW


def test_a_connector_is_held_to_its_bounds() -> None:
    """A batch without end would be our memory."""
    batch = Batch(payloads=(payload(),) * (PAYLOADS_MAX + 1), cursor="1")
    with pytest.raises(AssertionError, match="payloads in one batch"):
        Fetching(Scripted([batch]), MemorySink(), health(), lambda: NOW)(Flag())


def test_one_that_fails_does_not_touch_the_others() -> None:
    """Even where it fails in a way that nobody thought of."""
    sink = MemorySink()
    bad = Scripted([SystemError("deep trouble")], name="bad")
    hung = Hung()
    good = Scripted([Batch(payloads=(payload(),), cursor="1")], name="good")
    channels = [Channel(name=one.name, kind="fake", connectors=(one,)) for one in (bad, hung, good)]
    supervisor = Supervisor(channels, sink, lambda: NOW, Patience(first_seconds=0.001))
    supervisor.start()
    try:
        while not sink.cursors:
            hung.entered.wait(0.01)
    finally:
        hung.leave.set()
        supervisor.stop()
    states = {one.name: one for one in supervisor.reports()}
    assert states["bad"].errors["bug"] >= 1
    assert states["good"].dead_letters >= 1
    assert {one.state for one in states.values()} == {"stopped"}


@dataclass
class Hung:
    """A connector that hangs in a read."""

    name: str = "hung"
    entered: Flag = field(default_factory=Flag)
    leave: Flag = field(default_factory=Flag)

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        self.entered.set()
        self.leave.wait()
        yield Batch()

    def parse(self, payload: Payload) -> list[Event]:
        return []


# ---------------------------------------------------------------------------------------- silence


def test_silence_is_told() -> None:
    """No contact for longer than allowed, or no event for longer than expected."""
    told = health()
    assert not told.report(NOW + timedelta(minutes=15)).is_silent
    assert told.report(NOW + timedelta(minutes=16)).is_silent
    told.contacted(NOW + timedelta(minutes=16))
    assert not told.report(NOW + timedelta(minutes=16)).is_silent
    later = NOW + timedelta(days=2, seconds=1)
    told.contacted(later)
    assert told.report(later).is_silent, "no event for two days"
    told.took(1, 0, NOW, later)
    assert not told.report(later).is_silent
    assert told.report(later).lag_seconds == (later - NOW).total_seconds()


def test_threads_are_daemons() -> None:
    """One that hangs for good does not keep the process."""
    hung = Hung()
    supervisor = Supervisor(
        [Channel(name="hung", kind="fake", connectors=(hung,))], MemorySink(), lambda: NOW
    )
    supervisor.start()
    hung.entered.wait()
    found: list[Thread] = supervisor._threads
    assert all(one.daemon for one in found)
    hung.leave.set()
    supervisor.stop()
