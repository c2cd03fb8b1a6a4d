"""What alerts need of a ledger, whatever database it stands on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.alerting import AlertRules, CaseAlert, Seen, decide
from pipeline.domain.figures import build_figures
from pipeline.domain.objective import Objective, Window
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Outcome
from pipeline.ledger import Ledger
from pipeline.monitor import Change
from tests.services.postgres import PostgresServer
from tests.verdicts import OPENED, build_verdict

NOW = OPENED + timedelta(days=60)
RECENT = timedelta(days=3)
HOUR = timedelta(hours=1)
OUTCOMES: tuple[Outcome, ...] = (
    "open", "lapsed", "first_time_right", "resolved_with_effort", "not_counted",
)  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, by its address."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as address:
        yield address


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    # The score is what the test says: the number of attempts.
    opened = Ledger(url, score=lambda one: None if one.attempts < 2 else one.attempts / 100)
    yield opened
    opened.close()


def keep(ledger: Ledger, *verdicts: Any, **more: Any) -> None:
    ledger.apply([
        Change(**{"root": one.case, "verdicts": (one,), "at": NOW, **more}) for one in verdicts
    ])  # fmt: skip


def posted(case: str, at: datetime, **more: Any) -> Any:
    """A case that went public then, and waits since."""
    return build_verdict(
        case, **{"route": "escalated", "escalated_at": at, "waiting_since": at, **more}
    )


def candidates(ledger: Ledger, *cases: str) -> set[str]:
    return {one.case for one in ledger.alerts.candidates(NOW - RECENT, cases)}


def alert(case: str) -> CaseAlert:
    return CaseAlert(name="CcmCaseThreat", severity="ticket", case=case, since=NOW)


# ------------------------------------------------------------------------------------ candidates


def test_an_empty_ledger_alerts_nobody(ledger: Ledger) -> None:
    """And its pulse says that nothing is known, not that all is well."""
    assert candidates(ledger) == set()
    assert ledger.alerts.told() == []
    pulse = ledger.alerts.pulse(NOW, Objective(), RECENT)
    assert (pulse.unanswered, pulse.oldest_unanswered_at, pulse.escalations) == (0, None, 0)
    assert pulse.expected is None
    assert pulse.windows == {name: Window(cases=0, failures=0) for name in ("fast", "slow")}


def test_only_what_may_alert_is_looked_at(ledger: Ledger) -> None:
    """Posts, threats and dues of lately, and the riskiest; not the thousands that are quiet."""
    keep(
        ledger,
        build_verdict("quiet"),
        posted("post", NOW - HOUR),
        posted("old post", NOW - timedelta(days=9)),
        posted("answered", NOW - HOUR, facts={"last_reply_at": NOW}, waiting_since=None),
        build_verdict("threat", waiting_since=NOW - HOUR, facts={"threats": 1}),
        build_verdict("due", facts={"promise_due": NOW - HOUR}),
        build_verdict("due long ago", facts={"promise_due": NOW - timedelta(days=9)}),
        build_verdict("solved", "first_time_right", facts={"promise_due": NOW - HOUR}),
        build_verdict("risky", attempts=4),
    )
    assert candidates(ledger) == {"post", "threat", "due", "risky"}
    assert candidates(ledger, "old post", "no such case") == {
        "post", "threat", "due", "risky", "old post",
    }  # fmt: skip


def test_candidates_follow_the_verdicts(ledger: Ledger) -> None:
    """What was settled or became part of another case is looked at no more."""
    due = {"promise_due": NOW}
    keep(ledger, build_verdict("a", facts=due), build_verdict("b", facts=due))
    keep(ledger, build_verdict("a", "resolved_with_effort", facts=due))
    assert candidates(ledger) == {"b"}
    merged = Change(root="a", absorbed=("b",), verdicts=(build_verdict("a"),), at=NOW)
    ledger.apply([merged])
    assert candidates(ledger) == set()


def test_what_is_found_is_what_all_cases_would_give(ledger: Ledger) -> None:
    """The short cut misses nothing: the same alerts as over every verdict of the ledger."""
    keep(
        ledger,
        *(posted(f"post {n}", NOW - n * HOUR) for n in range(0, 120, 7)),
        *(
            build_verdict(f"threat {n}", waiting_since=NOW - n * HOUR, facts={"threats": 1})
            for n in range(0, 120, 11)
        ),
    )
    rules = AlertRules()
    every = decide((Seen(verdict=one) for one in ledger.all_verdicts()), [], NOW, rules)
    since = NOW - rules.recent - rules.public_reply
    found = decide((Seen(verdict=one) for one in ledger.alerts.candidates(since)), [], NOW, rules)
    assert found == every
    assert len(found) > 10


# ----------------------------------------------------------------------------------------- pulse


def test_the_pulse_counts_what_the_pages_show(ledger: Ledger) -> None:
    """Cases and failures of a window are those of the published figures over the same cases."""
    keep(
        ledger,
        *(
            build_verdict(f"case {n}", outcome, opened_at=NOW - timedelta(days=n))
            for n, outcome in enumerate(OUTCOMES * 6)
        ),
    )
    aim = Objective(fast_window=timedelta(days=7), slow_window=timedelta(days=21))
    windows = ledger.alerts.pulse(NOW, aim, RECENT).windows
    for name, window in windows.items():
        cases = [one for one in ledger.all_verdicts() if one.opened_at > NOW - aim.window(name)]
        figure = build_figures(cases, NOW, Policy()).overall["ftr"]
        assert window.cases == figure.n
        assert window.failures == round(figure.n * (1 - (figure.high or 0.0)))
    assert windows["slow"] == Window(cases=17, failures=8)


def test_unanswered_posts_are_those_of_lately(ledger: Ledger) -> None:
    """Old ones are for the list, not for the night."""
    keep(
        ledger,
        posted("new", NOW - HOUR),
        posted("older", NOW - 5 * HOUR),
        posted("robot answered", NOW - 2 * HOUR),
        posted("answered", NOW - 9 * HOUR, facts={"last_reply_at": NOW - HOUR}),
        posted("ancient", NOW - timedelta(days=30)),
        posted("tomorrow", NOW + HOUR),
    )
    pulse = ledger.alerts.pulse(NOW, Objective(), RECENT)
    assert (pulse.unanswered, pulse.oldest_unanswered_at) == (3, NOW - 5 * HOUR)


def test_a_burst_is_held_against_the_same_hours_of_the_weeks_before(ledger: Ledger) -> None:
    """Not against nothing: without a week of history nothing is expected of anybody."""
    keep(ledger, *(posted(f"now {n}", NOW - HOUR, opened_at=NOW - 2 * HOUR) for n in range(9)))
    young = ledger.alerts.pulse(NOW, Objective(), RECENT)
    assert (young.escalations, young.expected) == (9, None)
    weeks = [timedelta(weeks=week) for week in (1, 2, 3, 4)]
    keep(
        ledger,
        *(
            posted(f"{week} {n}", NOW - week - HOUR, opened_at=NOW - week - 2 * HOUR)
            for week in weeks
            for n in range(2)
        ),
    )
    grown = ledger.alerts.pulse(NOW, Objective(), RECENT)
    assert (grown.escalations, grown.expected) == (9, 2)


# ------------------------------------------------------------------------------ told, and lease


def test_what_was_told_is_kept_by_receiver(ledger: Ledger, url: str) -> None:
    """Telling twice changes nothing; what is over is forgotten, of that receiver alone."""
    a, b = alert("a"), alert("b")
    ledger.alerts.tell("pager", [a, b], [])
    ledger.alerts.tell("pager", [a], [])
    ledger.alerts.tell("mail", [a], [])
    ledger.alerts.tell("pager", [], [a.key])
    reopened = Ledger(url)
    try:
        assert [one.case for one in reopened.alerts.told("pager")] == ["b"]
        (kept,) = reopened.alerts.told("mail")
        assert (kept.key, kept.name, kept.case, kept.since) == (a.key, a.name, "a", NOW)
        assert {one.case for one in reopened.alerts.told()} == {"a", "b"}
        reopened.alerts.forget_receivers(but=["mail"])
        assert [one.case for one in reopened.alerts.told()] == ["a"]
    finally:
        reopened.close()


def test_one_holds_the_lease_until_it_ends_or_is_given_back(ledger: Ledger, url: str) -> None:
    """However many ask; whoever holds it renews it."""
    other = Ledger(url)
    try:
        assert ledger.alerts.hold("one", NOW, 60)
        assert not other.alerts.hold("two", NOW + timedelta(seconds=59), 60)
        assert ledger.alerts.hold("one", NOW + timedelta(seconds=30), 60)
        assert not other.alerts.hold("two", NOW + timedelta(seconds=60), 60)
        assert other.alerts.hold("two", NOW + timedelta(seconds=90), 60)
        assert not ledger.alerts.hold("one", NOW + timedelta(seconds=91), 60)
        ledger.alerts.let_go("one")
        other.alerts.let_go("two")
        assert ledger.alerts.hold("one", NOW + timedelta(seconds=92), 60)
    finally:
        other.close()
