"""The published rows are the figures of the pages: every number of them, and nothing else.

On each database that a ledger may stand on.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, create_engine, select

from pipeline.domain.calendar import week_bounds
from pipeline.domain.figures import Figures
from pipeline.domain.policy import Policy
from pipeline.domain.scope import Scope
from pipeline.errors import StoreError
from pipeline.ledger import Ledger, Publisher, publishing
from pipeline.ledger.census import Census
from pipeline.ledger.tables import count, figure, gap, moment, ticks
from pipeline.monitor import Change
from tests.services.postgres import PostgresServer
from tests.verdicts import OPENED, build_verdict

NOW = OPENED + timedelta(days=60)
WAITS = {"private_wait": 7_200, "public_wait": 600, "reach": 5_000}

Row = Mapping[str, Any]


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
def opener(url: str) -> Iterator[Callable[[], Ledger]]:
    """Opens ledgers on the one database, as processes of their own would; closes them all."""
    opened: list[Ledger] = []

    def open_ledger() -> Ledger:
        opened.append(Ledger(url))
        return opened[-1]

    yield open_ledger
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(opener: Callable[[], Ledger]) -> Ledger:
    """A ledger of two weeks and two topics, with cases of every kind."""
    made = opener()
    later = OPENED + timedelta(days=50)
    told = [build_verdict(f"a{place}", "first_time_right") for place in range(12)]
    told += [
        build_verdict("b", "escalation_only", facts={**WAITS, "topic": "refund"}),
        build_verdict("c", "resolved_with_effort", promises={"kept": 2, "broken": 1}),
        build_verdict("d", "not_counted"),
        build_verdict(
            "e",
            "open",
            opened_at=later,
            facts={"topic": "refund", "team": "care"},
            channels=("email", "web_form"),
        ),
    ]
    made.apply([Change(root="email:ann@example.com", verdicts=tuple(told), at=NOW)])
    return made


def rows(url: str, table: Table) -> list[Row]:
    """What whoever asks the database gets."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found: list[Row] = [dict(row) for row in connection.execute(select(table)).mappings()]
    engine.dispose()
    return found


def cells(ledger: Ledger) -> dict[tuple[str, str], Figures]:
    """Every cell that is published, by where it stands."""
    published, facets = ledger.figures(NOW), ledger.facets(NOW)
    scopes = [("channel", one) for one in facets.channels]
    scopes += [("team", one) for one in facets.teams]
    return {
        **{
            (kind, name): ledger.figures(NOW, Scope(**{kind: name})).overall
            for kind, name in scopes
        },
        ("all", ""): published.overall,
        ("mature", ""): published.matured,
        **{("topic", name): one for name, one in published.topics.items()},
        **{("week", one.week or ""): one for one in published.weeks},
    }


def test_every_figure_is_a_row_with_its_numbers(ledger: Ledger, url: str) -> None:
    """Cell by cell, name by name: value, bounds, n, policy and moment are those of the function."""
    assert ledger.publish(NOW)
    found = {(row["scope"], row["cell"], row["name"]): row for row in rows(url, figure)}
    expected = {
        (*place, name): one
        for place, cell in cells(ledger).items()
        for name, one in cell.figures.items()
    }
    assert found.keys() == expected.keys()
    mature = {place: cell.mature for place, cell in cells(ledger).items()}
    for key, row in found.items():
        one = expected[key]
        for name in ("label", "unit", "kind", "n", "count", "value", "low", "high", "note"):
            assert row[name] == getattr(one, name), (key, name)
        assert moment(row["as_of"]) == one.as_of == NOW
        assert row["policy"] == ", ".join(one.policies)
        assert row["mature"] == mature[key[:2]]


def test_every_count_and_gap_is_a_row(ledger: Ledger, url: str) -> None:
    """Outcomes, routes, what customers had been left with; waits by reach band."""
    ledger.publish(NOW)
    published = cells(ledger)
    counted = rows(url, count)
    for place, cell in published.items():
        mine = {
            (row["what"], row["state"]): row["number"]
            for row in counted
            if (row["scope"], row["cell"]) == place
        }
        assert mine["cases", "all"] == cell.cases
        assert mine["cases", "counted"] == cell.n
        for what, states in (("outcome", cell.outcomes), ("left_in", cell.left_in)):
            assert {state: n for (key, state), n in mine.items() if key == what} == states
    (whole,) = [row for row in rows(url, gap) if row["scope"] == "all"]
    assert (whole["band"], whole["n"]) == ("1,000 to 9,999", 1)
    assert (whole["private_seconds"], whole["public_seconds"]) == (7_200, 600)


def test_what_is_too_small_to_be_shared_says_so(ledger: Ledger, url: str) -> None:
    """`withheld` is what a shared report hides, and the number stands there all the same."""
    ledger.publish(NOW)
    found = {row["name"]: row for row in rows(url, figure) if row["scope"] == "all"}
    assert (found["ftr"]["n"], found["ftr"]["withheld"]) == (15, False)
    assert (found["eor_escalated"]["n"], found["eor_escalated"]["withheld"]) == (1, True)
    assert found["eor_escalated"]["value"] == 1.0
    outcomes = {row["state"]: row["withheld"] for row in rows(url, count) if row["scope"] == "all"}
    assert (outcomes["first_time_right"], outcomes["escalation_only"]) == (False, True)


def test_weeks_know_when_they_begin(ledger: Ledger, url: str) -> None:
    """So that a chart over time needs no calendar of its own."""
    ledger.publish(NOW)
    begins = {row["cell"]: row["begins_at"] for row in rows(url, figure) if row["scope"] == "week"}
    assert begins == {week: ticks(week_bounds(week, "UTC")[0]) for week in ledger.weeks()}


def test_old_rows_are_replaced(ledger: Ledger, opener: Callable[[], Ledger], url: str) -> None:
    """What is published later takes the place of all that was, and what is no more goes."""
    ledger.publish(NOW)
    assert any(row["cell"] == "refund" for row in rows(url, figure))
    remaining = (build_verdict("c", "lapsed"),)
    ledger.apply([Change(root="email:ann@example.com", verdicts=remaining, at=NOW)])
    later = NOW + timedelta(hours=1)
    assert opener().publish(later)
    for table in (figure, count, gap):
        assert {row["as_of"] for row in rows(url, table)} <= {ticks(later)}
    assert {row["cell"] for row in rows(url, figure)} == {"", "none", "2026-W10", "web_form"}
    assert rows(url, gap) == []


def test_the_same_moment_is_written_once(ledger: Ledger, opener: Callable[[], Ledger]) -> None:
    """Figures that did not change are left alone, and so are those that another published."""
    assert ledger.publish(NOW)
    assert not ledger.publish(NOW + timedelta(seconds=30)), "no case changed, within a minute"
    assert not opener().publish(NOW)
    assert opener().publish(NOW + timedelta(minutes=2))


def test_all_of_it_is_published_or_nothing(
    ledger: Ledger, opener: Callable[[], Ledger], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads meanwhile never sees figures of two moments."""
    ledger.publish(NOW)
    before = rows(url, figure)

    def failing(census: Census, policy: Policy) -> dict[Table, list[Row]]:
        made = publishing_rows(census, policy)
        made[gap] = [{**row, "band": None} for row in made[gap]]
        return made

    publishing_rows = publishing.rows_of
    monkeypatch.setattr(publishing, "rows_of", failing)
    with pytest.raises(Exception, match=r"(?i)null"):
        opener().publish(NOW + timedelta(hours=1))
    assert rows(url, figure) == before


def test_nobody_waits_while_the_rows_are_made(
    ledger: Ledger, opener: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a large ledger that takes seconds: verdicts are taken meanwhile."""
    other, make = opener(), publishing.rows_of

    def slow(census: Census, policy: Policy) -> dict[Table, list[Row]]:
        told = (build_verdict("z", "lapsed"),)
        other.apply([Change(root="email:zoe@example.com", verdicts=told, at=NOW)])
        return make(census, policy)

    monkeypatch.setattr(publishing, "rows_of", slow)
    assert ledger.publish(NOW)
    assert other.verdict("z") is not None


def test_an_empty_ledger_publishes_that_it_is_empty(opener: Callable[[], Ledger], url: str) -> None:
    """No case yet: every figure is there, over none, without a value."""
    opener().publish(NOW)
    found = [row for row in rows(url, figure) if row["scope"] == "all"]
    assert found
    assert {(row["n"], row["value"]) for row in found} == {(0, None)}


def test_rows_are_bounded(ledger: Ledger, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the history is, and however many names channels and teams have had."""
    monkeypatch.setattr(publishing, "WEEKS_MAX", 1)
    monkeypatch.setattr(publishing, "NAMES_MAX", 1)
    ledger.publish(NOW)
    found = {(row["scope"], row["cell"]) for row in rows(url, figure)}
    assert {cell for scope, cell in found if scope == "week"} == {"2026-W17"}
    assert {cell for scope, cell in found if scope == "channel"} == {"email"}


class Shaky:
    """A ledger that is away at first."""

    def __init__(self) -> None:
        self.turns: list[datetime] = []

    def publish(self, now: datetime) -> bool:
        self.turns.append(now)
        if len(self.turns) == 1:
            raise StoreError("the ledger cannot be used")
        return True


def test_a_ledger_that_is_away_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    """The publisher says so, and goes on."""
    shaky = Shaky()
    publisher = Publisher(shaky, lambda: NOW, 60)
    publisher.turn()
    publisher.turn()
    assert len(shaky.turns) == 2
    assert "get old" in caplog.text


@pytest.mark.parametrize(("every", "turns"), [(60, 1), (0, 0)])
def test_it_publishes_at_once_and_stops_when_told(every: int, turns: int) -> None:
    """Whoever starts a monitor need not wait for figures; with 0 nothing is published."""
    shaky = Shaky()
    publisher = Publisher(shaky, lambda: NOW, every)
    publisher.start()
    publisher.stop()
    assert len(shaky.turns) == turns
