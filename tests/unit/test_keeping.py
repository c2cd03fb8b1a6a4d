"""Figures that take long are kept for a while, and renewed while nobody waits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING, Facets
from pipeline.errors import StoreError
from pipeline.ledger import keeping
from pipeline.ledger.census import Census
from pipeline.ledger.keeping import SHARE_OF_TIME, KeptFigures

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Ledger:
    """Counts in so many seconds of a clock that the test holds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = 1_000.0
        self.takes = 0.0
        self.changes = 1
        self.counted: list[datetime] = []
        self.fails: Callable[[], None] = lambda: None
        monkeypatch.setattr(keeping, "monotonic", lambda: self.clock)

    def census(self, as_of: datetime) -> Census:
        self.fails()
        self.clock += self.takes
        self.counted.append(as_of)
        return Census(
            as_of=as_of, groups={}, signatures={}, corrections=[], samples={}, facets=Facets()
        )

    def kept(self) -> KeptFigures:
        return KeptFigures(self.census, lambda: self.changes, Policy())


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A ledger that is counted at once."""
    return Ledger(monkeypatch)


def as_of(kept: KeptFigures, now: datetime) -> datetime:
    return kept.figures(now, EVERYTHING).overall.as_of


def test_a_quick_ledger_is_counted_anew_after_each_change(ledger: Ledger) -> None:
    """And after a minute; never before there is reason to."""
    kept = ledger.kept()
    assert as_of(kept, NOW) == as_of(kept, NOW + 59 * SECOND) == NOW
    ledger.changes += 1
    assert as_of(kept, NOW + 59 * SECOND) == NOW + 59 * SECOND
    assert as_of(kept, NOW + 200 * SECOND) == NOW + 200 * SECOND
    assert len(ledger.counted) == 3


def test_a_slow_ledger_is_counted_while_nobody_waits(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until its time has come nothing is counted; then whoever asks still gets what is at hand."""
    ledger.takes = 10.0
    kept = ledger.kept()
    assert as_of(kept, NOW) == NOW
    ledger.changes += 1
    assert as_of(kept, NOW + 100 * SECOND) == NOW
    assert len(ledger.counted) == 1
    ledger.clock += SHARE_OF_TIME * 10.0
    threads = started(monkeypatch)
    assert as_of(kept, NOW + 300 * SECOND) == NOW
    (renewal,) = threads
    renewal()
    assert as_of(kept, NOW + 301 * SECOND) == NOW + 300 * SECOND


def test_a_count_that_fails_leaves_what_is_at_hand(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said, and tried again by the next who asks."""
    ledger.takes = 10.0
    kept = ledger.kept()
    assert as_of(kept, NOW) == NOW
    ledger.clock += SHARE_OF_TIME * 10.0
    ledger.changes += 1

    def fail() -> None:
        raise StoreError("the database is away")

    ledger.fails = fail
    threads = started(monkeypatch)
    assert as_of(kept, NOW + 300 * SECOND) == NOW
    threads.pop()()
    assert "the database is away" in caplog.text
    assert as_of(kept, NOW + 301 * SECOND) == NOW
    assert len(threads) == 1


def test_nothing_of_the_future_is_told(ledger: Ledger) -> None:
    """Who asks as of an earlier moment gets figures of that moment."""
    kept = ledger.kept()
    assert as_of(kept, NOW) == NOW
    assert as_of(kept, NOW - SECOND) == NOW - SECOND


def started(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Collect threads instead of starting them."""
    found: list[Callable[[], None]] = []

    class Held:
        def __init__(
            self, target: Callable[..., None], args: tuple[object, ...], **_: object
        ) -> None:
            self.run = lambda: target(*args)

        def start(self) -> None:
            found.append(self.run)

    monkeypatch.setattr(keeping, "Thread", Held)
    return found
