"""Probable links in a ledger, on either database: told for review, and as a range."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.events import Event
from pipeline.domain.figures import build_figures
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING, Scope
from pipeline.domain.suspecting import Suspicion, suspicions
from pipeline.domain.verdict import Verdict
from pipeline.embedded.suspector import KeptSuspicions, Suspector
from pipeline.ledger import Ledger
from pipeline.monitor import Change
from tests.services.postgres import PostgresServer
from tests.unit.domain.test_suspecting import PRIVATE, SOLVED, post, trace

POLICY = Policy()
NOW = datetime(2026, 12, 20, tzinfo=UTC)
PUBLIC = trace(post(48, "complaint"), *SOLVED)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ledger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """A ledger with a post, and the mail that it may continue."""
    if request.param == "sqlite":
        made = Ledger(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'l.db'}")
        yield told(made)
        made.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        made = Ledger(url)
        yield told(made)
        made.close()


def told(ledger: Ledger) -> Ledger:
    ledger.apply([change(PUBLIC.verdict), change(PRIVATE.verdict)])
    return ledger


def change(*verdicts: Verdict, absorbed: tuple[str, ...] = ()) -> Change:
    first = verdicts[0]
    return Change(
        root=first.customer[0], absorbed=absorbed, verdicts=verdicts, causes=(), at=first.as_of
    )


def found() -> list[Suspicion]:
    return suspicions(PUBLIC, [PRIVATE], POLICY, NOW)


def test_what_was_found_is_told_until_it_is_decided(ledger: Ledger) -> None:
    """Written once, whatever the number of looks; gone when one timeline holds both."""
    (one,) = found()
    ledger.suspicions.keep([one], NOW)
    revision = ledger.revision()
    ledger.suspicions.keep([one], NOW + timedelta(hours=1))
    assert ledger.revision() == revision
    assert ledger.suspicions.read() == [one]
    ledger.apply([change(PRIVATE.verdict, PUBLIC.verdict, absorbed=PUBLIC.verdict.customer)])
    assert ledger.suspicions.read() == []


def test_it_widens_the_range_and_never_moves_the_value(ledger: Ledger) -> None:
    """By the same amount wherever figures are made, and only where the post lies."""
    verdicts = list(ledger.all_verdicts())
    before = build_figures(verdicts, NOW, POLICY).overall
    ledger.suspicions.keep(found(), NOW)
    after = ledger.figures(NOW).overall
    for name in ("escalation", "eor_counted"):
        assert (before[name].value, before[name].high) == (0.0, 0.0)
        assert (after[name].value, after[name].low, after[name].high) == (0.0, 0.0, 0.5)
    suspected = {PUBLIC.verdict.case: True}
    for scope in (EVERYTHING, Scope(channel="x"), Scope(channel="email"), Scope(topic="billing")):
        oracle = build_figures(verdicts, NOW, POLICY, scope=scope, suspected=suspected)
        assert ledger.figures(NOW, scope) == oracle


def test_a_look_finds_them_in_the_ledger_and_rests_where_nothing_changed(ledger: Ledger) -> None:
    """Among recent cases, by their events."""
    events: dict[str, tuple[Event, ...]] = {
        one.verdict.case: one.events for one in (PUBLIC, PRIVATE)
    }
    looks: list[str] = []

    def events_of(verdict: Verdict, _: datetime) -> tuple[Event, ...]:
        looks.append(verdict.case)
        return events[verdict.case]

    kept = KeptSuspicions(Suspector(ledger, events_of, POLICY), ledger.suspicions, ledger.revision)
    assert kept.publish(NOW)
    assert sorted(looks) == sorted(events)
    assert ledger.suspicions.read() == found()
    assert not kept.publish(NOW)
    assert len(looks) == 2
