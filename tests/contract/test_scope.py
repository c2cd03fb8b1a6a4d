"""What a filter means in the domain is what a ledger finds by it, on either database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest

from pipeline.domain.figures import build_figures
from pipeline.domain.members import MEMBERS
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING, CaseFilter, Facets, Scope
from pipeline.domain.tally import BAND_ORDER
from pipeline.domain.verdict import OUTCOMES, Ftr, LeftIn, PromiseState, Route, Why
from pipeline.ledger import Ledger
from pipeline.monitor import Change
from tests.services.postgres import PostgresServer
from tests.told import AS_OF, every_kind

POLICY = Policy(report_zone="America/New_York")
SCOPES = [
    EVERYTHING,
    Scope(channel="x", since="2026-W36"),
    Scope(topic="billing"),
    Scope(topic="none", team="care"),
    Scope(team="none"),
    Scope(since="2026-W35", until="2026-W38", channel="email"),
    Scope(channel="E"),
    Scope(since="2030-W01"),
]
VALUES: dict[str, tuple[Any, ...]] = {
    "outcome": OUTCOMES,
    "route": get_args(Route),
    "left_in": get_args(LeftIn),
    "ftr": get_args(Ftr),
    "why": get_args(Why),
    "confirmed_by": ("explicit", "silent"),
    "promise": get_args(PromiseState),
    "band": BAND_ORDER,
}
SINGLE = [CaseFilter(**{name: one}) for name, values in VALUES.items() for one in values]
SINGLE += [CaseFilter(figure=name, part=part) for name, parts in MEMBERS.items() for part in parts]
SINGLE += [
    CaseFilter(unfinished=True),
    CaseFilter(waiting=True),
    CaseFilter(waiting=True, public=True),
    CaseFilter(public=False),
    CaseFilter(promised=True),
    CaseFilter(false_pause=True),
    CaseFilter(paused=True),
    CaseFilter(false_pause=True, paused=False, unfinished=True),
    CaseFilter(route="escalated", left_in="stock", figure="ftr_7d", part="yes"),
]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def ledger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """A ledger that holds cases of every kind."""
    if request.param == "sqlite":
        yield filled(f"sqlite:///{tmp_path_factory.mktemp('scope') / 'ledger.db'}")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        found = filled(url)
        yield found
        found.close()


def filled(url: str) -> Ledger:
    """A ledger that was told every kind of case, one timeline each."""
    ledger = Ledger(url, POLICY)
    told = every_kind()
    ledger.apply([Change(root=one.case, verdicts=(one,), at=AS_OF) for one in told])
    return ledger


def expected(which: CaseFilter, now: datetime) -> list[str]:
    """The cases that pass, as the domain says."""
    recurred = {one.recurrence_of for one in every_kind() if one.recurrence_of and one.counted}
    passing = [one for one in every_kind() if which.holds(one, now, POLICY.report_zone, recurred)]
    return sorted(one.case for one in passing)


@pytest.mark.parametrize("which", SINGLE)
def test_a_filter_means_the_same_to_the_domain_and_to_the_ledger(
    ledger: Ledger, which: CaseFilter
) -> None:
    """Alone and within every scope, now and when some windows had not ended."""
    for scope, now in product(SCOPES[:3], (AS_OF, AS_OF - timedelta(days=9))):
        asked = CaseFilter(**{**{name: getattr(which, name) for name in which.__slots__},
                              "scope": scope})  # fmt: skip
        found = ledger.verdicts(asked, limit=1_000, now=now)
        assert sorted(one.case for one in found) == expected(asked, now)
        assert ledger.count(asked, now) == len(found)
        assert [one.case for one in ledger.stream(asked, now, 5)] == [one.case for one in found[:5]]


@pytest.mark.parametrize("scope", SCOPES)
def test_figures_over_a_scope_are_those_of_the_domain(ledger: Ledger, scope: Scope) -> None:
    """One function behind each figure, however it is narrowed."""
    told = ledger.figures(AS_OF, scope)
    assert told == build_figures(every_kind(), AS_OF, POLICY, scope=scope)
    assert told.scope == scope


@pytest.mark.parametrize("scope", SCOPES)
def test_lists_keep_to_their_scope(ledger: Ledger, scope: Scope) -> None:
    """Who waits, what was promised, who went public: all within the scope, and none missing."""
    lists = {
        CaseFilter(scope=scope, waiting=True): ledger.waiting(AS_OF, 1_000, scope),
        CaseFilter(scope=scope, promised=True): ledger.promised(1_000, scope),
        CaseFilter(scope=scope, route="escalated"): ledger.escalations(1_000, scope),
    }
    for which, found in lists.items():
        assert sorted(one.case for one in found) == expected(which, AS_OF)


def test_facets_are_the_values_that_cases_have(ledger: Ledger) -> None:
    """What can be chosen leads somewhere."""
    told = every_kind()
    assert ledger.facets(AS_OF) == Facets(
        channels=tuple(sorted({name for one in told for name in one.channels})),
        topics=tuple(sorted({one.facts.topic for one in told if one.facts.topic})),
        teams=tuple(sorted({one.facts.team for one in told if one.facts.team})),
    )
