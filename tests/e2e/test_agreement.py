"""One function behind each figure: whoever shows it shows the same number, cell by cell.

The page, `/api/v1/figures`, the weekly report, the official metrics, the published rows, every
panel of Grafana that reads them, on SQLite and on PostgreSQL, over the traffic of the demo.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, create_engine, event, text

from pipeline.cli.demo import demo_plan
from pipeline.config import EngineSettings, LedgerSettings, ReaderSettings, Settings
from pipeline.dashboard import words
from pipeline.dashboard.times import duration
from pipeline.domain.calendar import iso_week
from pipeline.domain.scope import Facets
from pipeline.metrics import OfficialFigures
from pipeline.metrics.official import WEEKS_SHOWN
from pipeline.report import build_report, render
from pipeline.report.build import Edition
from pipeline.reporting import open_sources
from pipeline.simulation import live
from pipeline.wiring import build_app, build_embedded
from tests.deploy.dashboards import Query, filled, queries
from tests.services.postgres import PostgresServer
from tests.unit.intake.asgi import Client

NOW = datetime.now(UTC).replace(microsecond=0)
FIELDS = ("label", "unit", "kind", "n", "count", "value", "low", "high", "note")
Json = Mapping[str, Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What each of them shows, of one ledger at one moment."""

    page: BeautifulSoup
    api: Json
    narrower: Mapping[tuple[str, str], Json]
    report: Json
    shared: Json
    metrics: Mapping[tuple[str, str], float]
    waiting: int
    database: Engine

    def ask(self, sql: str) -> Rows:
        """Return what Grafana would get."""
        with self.database.connect() as connection:
            return [dict(row) for row in connection.execute(text(sql)).mappings()]


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def shown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shown]:
    """The demo, judged, published and shown, on either database."""
    data = tmp_path_factory.mktemp("agreement")
    if request.param == "sqlite":
        with on_ledger(data, "", f"sqlite:///{data / 'ledger.db'}") as made:
            yield made
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url, on_ledger(data, url, url) as made:
        yield made


@contextmanager
def on_ledger(data: Path, url: str, database: str) -> Iterator[Shown]:
    settings = Settings(
        engine=EngineSettings(data=data, synchronous="normal"),
        ledger=LedgerSettings(url=url),
        reader=ReaderSettings(model="rules"),
    )
    embedded = build_embedded(settings, clock=lambda: NOW)
    engine = create_engine(database)
    try:
        embedded.inbox.append("demo", list(history()), NOW)
        embedded.engine.drain()
        embedded.ledger.publish(NOW)
        registry = CollectorRegistry()
        registry.register(OfficialFigures(embedded.ledger, lambda: NOW))
        client = Client(build_app(embedded, settings, registry, clock=lambda: NOW))
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", with_to_timestamp)
        yield Shown(
            page=BeautifulSoup(client.get("/").text, "html.parser"),
            api=client.get("/api/v1/figures").json(),
            narrower=dict(narrower(client, embedded.ledger.facets(NOW))),
            report=report_of(settings, shared=False),
            shared=report_of(settings, shared=True),
            metrics=dict(samples(client.get("/metrics").text)),
            waiting=client.get("/api/v1/cases?waiting=1").json()["total"],
            database=engine,
        )
    finally:
        engine.dispose()
        embedded.close()


def narrower(client: Client, facets: Facets) -> Iterator[tuple[tuple[str, str], Json]]:
    """Yield what the API tells of each channel and team, asked for one after the other."""
    named = (("channel", facets.channels), ("team", facets.teams))
    for kind, name in ((kind, name) for kind, names in named for name in names):
        told = client.get(f"/api/v1/figures?{kind}={name}").json()
        yield (kind, name), told["overall"]


def report_of(settings: Settings, *, shared: bool) -> Any:
    """Return the weekly report of the present week, whose half-year holds all of the demo."""
    week = iso_week(NOW, settings.policy.report_zone)
    with open_sources(settings) as (_, sources):
        made = build_report(sources, week, NOW, settings.policy, Edition(shared=shared))
        return json.loads(render(made, "json"))


def history() -> Iterator[bytes]:
    """What `ccm run --demo` begins with."""
    traffic = live(demo_plan(signals=True), NOW)
    return (line for _, line in takewhile(lambda told: told[0] == 0, traffic))


def with_to_timestamp(connection: Any, _: object) -> None:
    """Give SQLite the one function of PostgreSQL that queries of figures use."""
    connection.create_function(
        "to_timestamp", 1, lambda seconds: datetime.fromtimestamp(seconds, UTC).isoformat()
    )


def samples(exposed: str) -> Iterator[tuple[tuple[str, str], float]]:
    """Every sample of an exposition, by its name and its one label or nothing."""
    for family in text_string_to_metric_families(exposed):
        for one in family.samples:
            yield (one.name, next(iter(one.labels.values()), "")), one.value


def cells(api: Json) -> dict[tuple[str, str], Json]:
    """Every cell of the API, by where it stands in the published rows."""
    return {
        ("all", ""): api["overall"],
        ("mature", ""): api["matured"],
        **{("topic", name): one for name, one in api["topics"].items()},
        **{("week", one["week"]): one for one in api["weeks"]},
    }


# ------------------------------------------------------------------------------ rows and metrics


def test_the_demo_is_worth_comparing(shown: Shown) -> None:
    """Weeks that are mature and weeks that are not, topics, escalations, gaps."""
    assert len(shown.api["weeks"]) >= 12
    assert {week["mature"] for week in shown.api["weeks"]} == {True, False}
    assert len(shown.api["topics"]) >= 10
    assert shown.api["overall"]["figures"]["eor_escalated"]["n"] >= 10
    assert shown.api["overall"]["figures"]["promises_kept"]["n"] >= 10
    assert len(shown.api["overall"]["gaps"]) >= 2


def test_published_rows_are_what_the_api_tells(shown: Shown) -> None:
    """Every cell, every figure, every number: no rounding and no other moment."""
    told = {**cells(shown.api), **shown.narrower}
    assert {kind for kind, _ in shown.narrower} == {"channel", "team"}
    found = {
        (row["scope"], row["cell"], row["name"]): {name: row[name] for name in FIELDS}
        for row in shown.ask("SELECT * FROM ccm_figure")
    }
    assert found == {
        (*place, name): {field: one[field] for field in FIELDS}
        for place, cell in told.items()
        for name, one in cell["figures"].items()
    }


def test_the_report_is_what_the_api_tells(shown: Shown) -> None:
    """The report for our own eyes has every cell of the API, and what it withholds is no number."""
    told, api = shown.report["figures"], shown.api
    for name in ("overall", "matured", "weeks", "topics"):
        assert told[name] == api[name], name
    for place, cell in cells(shown.shared["figures"]).items():
        for name, figure in cell["figures"].items():
            if not figure["hidden"]:
                assert figure == cells(api)[place]["figures"][name], (place, name)
            else:
                assert figure["value"] is figure["low"] is figure["high"] is None


def test_what_a_report_withholds_is_withheld_by_the_rows(shown: Shown) -> None:
    """One rule says what may be shared, wherever it is asked."""
    rows = shown.ask(
        "SELECT scope, cell, name FROM ccm_figure "
        "WHERE withheld AND scope NOT IN ('channel', 'team')"
    )
    assert {tuple(row.values()) for row in rows} == {
        (*place, name)
        for place, cell in cells(shown.shared["figures"]).items()
        for name, figure in cell["figures"].items()
        if figure["hidden"]
    }


def test_metrics_are_what_the_api_tells(shown: Shown) -> None:
    """The official figures that Prometheus stores, of each week and of all together."""
    api, overall = shown.api, shown.api["overall"]["figures"]
    expected = {
        ("ccm_escalated_ratio", ""): overall["escalation"]["value"],
        ("ccm_escalation_only_ratio", "escalated"): overall["eor_escalated"]["value"],
        ("ccm_escalation_only_ratio", "counted"): overall["eor_counted"]["value"],
        ("ccm_promises_kept_ratio", ""): overall["promises_kept"]["value"],
        ("ccm_run_around_ratio", ""): overall["run_around"]["value"],
        ("ccm_recurrence_ratio", ""): overall["recurrence"]["value"],
        ("ccm_waiting_cases", ""): shown.waiting,
    }
    for week in api["weeks"][-WEEKS_SHOWN:]:
        ftr, name = week["figures"]["ftr"], week["week"]
        expected["ccm_cohort_cases", name] = week["n"]
        expected["ccm_ftr_ratio", name] = ftr["value"]
        expected["ccm_ftr_ratio_lower", name] = ftr["low"]
        expected["ccm_ftr_ratio_upper", name] = ftr["high"]
    for outcome, number in api["overall"]["outcomes"].items():
        expected["ccm_cases", outcome] = number
    known = {key: value for key, value in expected.items() if value is not None}
    assert {key: shown.metrics.get(key) for key in expected if key in known} == known
    assert not [key for key in expected if key not in known and key in shown.metrics]


# ------------------------------------------------------------------------------------------ panels


def columns(told: Json, **named: str) -> dict[str, Any]:
    """Return fields of a figure under the names of a panel's columns."""
    return {column.replace("_", " "): told[field] for column, field in named.items()}


def one(cell: str, name: str, **named: str) -> Callable[[Json], Rows]:
    """Return what a panel of one figure has to show; nothing where it is withheld."""

    def expected(told: Json) -> Rows:
        figure = told[cell]["figures"][name]
        return [] if figure["hidden"] else [columns(figure, **named)]

    return expected


def by_week(name: str, **named: str) -> Callable[[Json], Rows]:
    """Return what a chart of weeks has to show."""

    def expected(told: Json) -> Rows:
        figures = [week["figures"][name] for week in told["weeks"]]
        return [columns(figure, **named) for figure in figures if not figure["hidden"]]

    return expected


def several(cell: str, names: Iterable[str], **named: str) -> Callable[[Json], Rows]:
    """Return what a list of figures has to show: those that have cases and are not withheld."""

    def expected(told: Json) -> Rows:
        figures = [told[cell]["figures"][name] for name in names]
        return [columns(figure, **named) for figure in figures if figure["n"]]

    return expected


def states(what: str, named: Mapping[str, str]) -> Callable[[Json], Rows]:
    """Return what bars of cases by state have to show, whatever their order."""

    def expected(told: Json) -> Rows:
        counts = told["overall"][what].items()
        return [{"state": named[state], "number": n} for state, n in counts if n is not None]

    return expected


def gaps(**more: str) -> Callable[[Json], Rows]:
    """Return what a table of waits by reach has to show."""

    def expected(told: Json) -> Rows:
        return [
            {
                "Followers": gap["band"],
                "In private": gap["private"]["value"],
                "After the post": gap["public"]["value"],
                "n": gap["private"]["n"],
                **columns(gap, **more),
            }
            for gap in told["overall"]["gaps"]
            if not gap["private"]["hidden"]
        ]

    return expected


def by(kind: str) -> Callable[[Shown], Rows]:
    """Return what the table of topics, channels or teams has to show."""

    def expected(shown: Shown) -> Rows:
        told = {("topic", name): cell for name, cell in shown.api["topics"].items()}
        return [
            {
                kind.title(): name,
                **columns(cell["figures"]["ftr"], n="n", At_least="low", At_most="high"),
                **columns(cell["figures"]["escalation"], Went_public="value"),
                **columns(cell["figures"]["eor_escalated"], Only_after="value", n_public="n"),
            }
            for (scope, name), cell in {**told, **shown.narrower}.items()
            if scope == kind and cell["figures"]["ftr"]["n"]
        ]

    return expected


TABLE = {"Figure": "label", "Value": "value", "At_least": "low", "At_most": "high", "n": "n",
         "Note": "note"}  # fmt: skip
CONDUCT = ("promises_kept", "promises_late", "promises_broken", "promises_vague", "run_around",
           "avoidance", "false_pause", "recurrence")  # fmt: skip
COMPARED = ("ftr", "ftr_strict", "one_contact", "fcr_few_replies", "fcr_closed_once",
            "fcr_no_further_message", "fcr_one_update")  # fmt: skip
EOR = one("overall", "eor_escalated", of_the_escalated="value", n="n")
PANELS: Mapping[tuple[str, str], Callable[[Json], Rows]] = {
    ("ccm-operations", "First-time-right, all weeks"): one(
        "overall", "ftr", at_least="low", at_most="high", n="n"
    ),
    ("ccm-operations", "Solved only after going public"): EOR,
    ("ccm-operations", "What they had been left with when they posted"): states(
        "left_in", words.LEFT_IN
    ),
    ("ccm-operations", "First-time-right by week of opening"): by_week(
        "ftr", at_least="low", at_most="high", rate="value", n="n"
    ),
    ("ccm-operations", "Wait for a real answer, on the same cases"): gaps(
        No_answer_before="cut_short"
    ),
    ("ccm-operations", "How the cases stand"): states("outcomes", words.OUTCOMES),
    ("ccm-on-call", "Solved only after going public"): EOR,
    ("ccm-executives", "Solved only after going public"): one(
        "overall", "eor_escalated",
        of_the_escalated="value", at_least="low", at_most="high", n="n",
    ),
    ("ccm-executives", "First-time-right, mature weeks"): one(
        "matured", "ftr", rate="value", at_least="low", at_most="high", n="n"
    ),
    ("ccm-executives", "Wait in private"): one(
        "overall", "private_wait", median="value", n="n"
    ),
    ("ccm-executives", "Wait after the post"): one(
        "overall", "public_wait", median="value", n="n"
    ),
    ("ccm-executives", "Went public"): one(
        "overall", "escalation", of_all_cases="value", n="n"
    ),
    ("ccm-executives", "First-time-right by week of opening"): by_week(
        "ftr", at_least="low", at_most="high", rate="value", n="n"
    ),
    ("ccm-executives", "Went public, by week of opening"): by_week(
        "escalation", at_least="low", at_most="high", rate="value", n="n"
    ),
    ("ccm-executives", "What they had been left with when they posted"): states(
        "left_in", words.LEFT_IN
    ),
    ("ccm-executives", "Wait for a real answer by followers of the author"): gaps(),
    ("ccm-executives", "The same cases under other definitions"): several(
        "matured", COMPARED, Definition="label", Value="value", n="n", Note="note"
    ),
    ("ccm-executives", "How customers were treated"): several("overall", CONDUCT, **TABLE),
    ("ccm-executives", "How long it took"): several(
        "overall", ("avoidance_wait", "resolution_wall", "resolution_business"),
        Figure="label", Median="value", n="n", Note="note",
    ),
}  # fmt: skip
NARROWER: Mapping[tuple[str, str], Callable[[Shown], Rows]] = {
    ("ccm-operations", f"By {kind}"): by(kind) for kind in ("topic", "channel", "team")
}
FIGURES = [
    query
    for query in queries(on_kafka=False)
    if query.is_sql and any(f"ccm_{table}" in query.text for table in ("figure", "count", "gap"))
]


def test_every_panel_of_a_figure_is_compared() -> None:
    """A panel that is added has to say what it shows."""
    assert {(one.dashboard, one.panel["title"]) for one in FIGURES} == (
        PANELS.keys() | NARROWER.keys()
    )


@pytest.mark.parametrize("query", [pytest.param(one, id=one.name) for one in FIGURES])
def test_panels_show_what_the_api_tells(shown: Shown, query: Query) -> None:
    """The panel's own SQL against the numbers of the API, row by row.

    Executives see what a report that leaves the house may show.
    """
    sql = filled(query.text, begin=0, end=NOW.timestamp(), choices={})
    found = shown.ask(sql)
    for row in found:
        row.pop("time", None)
    told = shown.shared["figures"] if query.dashboard == "ccm-executives" else shown.api
    place = (query.dashboard, query.panel["title"])
    expected = NARROWER[place](shown) if place in NARROWER else PANELS[place](told)
    if "ORDER BY" in sql and "begins_at" not in sql and "place" not in sql:
        found, expected = sorted(found, key=str), sorted(expected, key=str)
    assert found == expected


@pytest.mark.postgres
def test_the_list_of_who_waits_is_as_long_as_the_number_says(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Grafana's list, the page's number, Prometheus and the API count the same cases."""
    (query,) = [
        one for one in queries(on_kafka=False) if one.panel["title"].startswith("Who waits now")
    ]
    with postgres_server.database() as url, on_ledger(tmp_path, url, url) as shown:
        names = {"topic": list(shown.api["topics"])}
        rows = shown.ask(filled(query.text, begin=0, end=1, choices=names).replace(":", "\\:"))
        assert len(rows) == shown.waiting == shown.metrics["ccm_waiting_cases", ""]
        public = [row for row in rows if row["Seen by"] == "public"]
        assert len(public) == shown.metrics["ccm_waiting_public_cases", ""]


# ---------------------------------------------------------------------------------------- the page


def words_of(part: Tag) -> str:
    """The words of a part of a page as they are seen, on one line."""
    for unseen in part.find_all(class_="unseen"):
        unseen.decompose()
    return " ".join(part.get_text(" ").split())


def section(page: BeautifulSoup, title: str) -> str:
    """The words of the part of a page whose heading begins so."""
    for heading in page.find_all(["h1", "h2", "h3"]):
        part = heading.find_parent("section")
        if heading.get_text().strip().startswith(title) and isinstance(part, Tag):
            return words_of(part)
    raise AssertionError(f"the page has no part {title!r}")


def reach(figure: Json) -> str:
    """The interval or range of a share as the page writes it."""
    return f"{figure['low'] * 100:.0f}–{figure['high']:.0%}"


def test_the_page_shows_what_the_api_tells(shown: Shown) -> None:
    """The headlines, rounded for people."""
    overall, matured = shown.api["overall"]["figures"], shown.api["matured"]["figures"]
    eor = overall["eor_escalated"]
    told = section(shown.page, "Solved only after going public")
    assert f"{eor['value']:.0%}" in told
    assert f"{eor['count']} of {eor['n']} " in told
    assert reach(eor) in told
    told, ftr = section(shown.page, "First-time-right"), matured["ftr"]
    assert f"{ftr['value']:.0%}" in told
    assert reach(ftr) in told
    assert f"n = {ftr['n']}" in told
    told = section(shown.page, "Wait for a")
    for name in ("private_wait", "public_wait"):
        assert duration(overall[name]["value"]) in told
    told, kept = section(shown.page, "Promises kept"), overall["promises_kept"]
    assert f"{kept['value']:.0%}" in told
    assert f"n = {kept['n']}" in told
    urgent = shown.page.find(id="tiles")
    assert isinstance(urgent, Tag)
    told, public = words_of(urgent), int(shown.metrics["ccm_waiting_public_cases", ""])
    assert f"Waiting in public {public} " in told
    assert f"Waiting in private {shown.waiting - public} " in told
    assert f" {int(shown.metrics['ccm_promises_overdue_cases', ''])} overdue" in told
