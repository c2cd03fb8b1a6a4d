"""Every query of every panel, asked as Grafana would: of a real Prometheus and a real PostgreSQL.

Grafana itself is not needed for that; its macros and variables are put in as it would. Behind both
databases runs `ccm run --demo`, as a newcomer starts it; behind the panels about Kafka a worker and
a gateway.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest

from pipeline.simulation import Plan, simulate
from tests.conftest import REPOSITORY, skip_or_fail
from tests.deploy.agreement import DEPLOY
from tests.deploy.dashboards import Panel, Query, filled, queries, variables
from tests.services.kafka import KafkaBroker, random_id
from tests.services.postgres import PostgresServer, find_programs
from tests.services.processes import LOOPBACK, Child, ServiceAbsent, free_port
from tests.services.prometheus import PrometheusServer

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.timeout(240)]

READING_PASSWORD = "only-for-this-test"
WEEKS_BACK = 26 * 7 * 86_400
HISTORY_CASES = 300
SECONDS_MAX = 120
EVENTS_A_POST = 5
CHANNELS = """
[[channels]]
name = "post"
kind = "lmtp"
port = {port}
"""
Row = Mapping[str, Any]


def by_panel(*, on_kafka: bool) -> list[Any]:
    """The queries of each panel, together."""
    found: dict[tuple[str, int], list[Query]] = {}
    for query in queries(on_kafka=on_kafka):
        found.setdefault((query.dashboard, query.panel["id"]), []).append(query)
    return [
        pytest.param(asked, id=f"{uid}: {asked[0].panel['title']}")
        for (uid, _), asked in found.items()
    ]


def wait(holds: Callable[[], object], why: Callable[[], str]) -> None:
    """Return once something holds; fail with what the processes said if it never does."""
    until = time.monotonic() + SECONDS_MAX
    while not holds():
        assert time.monotonic() < until, why()
        time.sleep(0.2)


@contextmanager
def ccm(words: Sequence[str], log: Path, settings: Mapping[str, str]) -> Iterator[Child]:
    """Run a command of ccm beside the test."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **settings}
    child = Child([sys.executable, "-m", "pipeline.cli", *words], log, environment=environment)
    try:
        yield child
    finally:
        child.stop() if child.runs() else child.kill()


@contextmanager
def prometheus(*ports: int) -> Iterator[PrometheusServer]:
    """A Prometheus that asks processes of this machine every second."""
    try:
        with PrometheusServer([f"{LOOPBACK}:{port}" for port in ports]) as server:
            yield server
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """What Grafana finds: the pages, Prometheus, and the ledger as its own role reads it."""

    pages: str
    metrics: PrometheusServer
    ledger: psycopg.Connection[Any]
    begun: float

    def ask(self, query: Query) -> list[dict[str, Any]]:
        """Return the rows or samples that a query gives now."""
        now = time.time()
        if query.is_sql:
            return self.rows(
                filled(query.text, begin=now - WEEKS_BACK, end=now, choices=self.choices())
            )
        expr = filled(query.text, begin=now - WEEKS_BACK, end=now, choices={})
        if query.is_instant:
            found = self.metrics.query(expr)
            return [{**one["metric"], "value": float(one["value"][1])} for one in found]
        found = self.metrics.query(expr, start=self.begun, end=now, step=1)
        return [
            {**one["metric"], "value": float(number)}
            for one in found
            for _, number in one["values"]
        ]

    def choices(self) -> dict[str, list[str]]:
        """Return every value of each variable: what "All" stands for."""
        return {
            name: [next(iter(row.values())) for row in self.rows(sql)]
            for name, sql in variables().items()
        }

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return what the ledger answers to Grafana's role."""
        with self.ledger.cursor() as cursor:
            cursor.execute(sql.encode())
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def make_role(url: str) -> None:
    """Do what deploy/grafana/role.sql says at its top."""
    address = url.replace("postgresql+psycopg", "postgresql")
    command = [
        str(find_programs() / "psql"),
        "--set",
        "ON_ERROR_STOP=1",
        "--file",
        str(DEPLOY / "grafana/role.sql"),
    ]
    for _ in range(2):  # once more after an update
        subprocess.run(
            [*command, address],
            env={**os.environ, "CCM_GRAFANA_DB_PASSWORD": READING_PASSWORD},
            check=True, capture_output=True,
        )  # fmt: skip


def as_grafana(url: str) -> "psycopg.Connection[Any]":
    """Return a connection as the role that reads, and nothing more."""
    address = re.sub(r"^postgresql\+psycopg://[^@]*@", "", url)
    whole = f"postgresql://ccm_grafana:{READING_PASSWORD}@{address}"
    return psycopg.connect(whole, autocommit=True)


@pytest.fixture(scope="module")
def monitor(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Monitor]:
    """`ccm run --demo` on PostgreSQL, with all its history judged and published."""
    home = tmp_path_factory.mktemp("grafana")
    port, begun = free_port(), time.time()
    (home / "ccm.toml").write_text(CHANNELS.format(port=free_port()))
    words = ["run", "--demo", "--config", str(home / "ccm.toml"), "--data", str(home / "data")]
    with postgres_server.database() as url:
        settings = {
            "CCM_LEDGER_URL": url, "CCM_LEDGER_PUBLISH_SECONDS": "1", "CCM_READER_MODEL": "rules",
            "CCM_SERVER_PORT": str(port),
        }  # fmt: skip
        with (
            prometheus(port) as metrics,
            ccm(words, home / "ccm.log", settings) as child,
        ):
            wait(partial(serves, f"http://{LOOPBACK}:{port}"), child.last_words)
            make_role(url)
            with as_grafana(url) as ledger:
                made = Monitor(
                    pages=f"http://{LOOPBACK}:{port}", metrics=metrics, ledger=ledger, begun=begun
                )
                wait(partial(is_full, made), child.last_words)
                yield made


def serves(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=5).is_success
    except httpx.TransportError:
        return False


def is_full(made: Monitor) -> bool:
    """Whether the history is published, and news was seen by several scrapes since."""
    published = made.rows(
        "SELECT number FROM ccm_count WHERE scope = 'all' AND what = 'cases' AND state = 'all'"
    )
    seen = made.metrics.query("min_over_time(sum(ccm_cases)[3s:1s]) > 0")
    moved = made.metrics.query("increase(ccm_end_to_end_seconds_count[10s]) > 0")
    return bool(published and published[0]["number"] >= HISTORY_CASES and seen and moved)


def numbers(rows: Sequence[Row], *, but: Sequence[str] = ()) -> list[float]:
    """All numbers in some rows, NaN left out."""
    values = [value for row in rows for name, value in row.items() if name not in but]
    found = [float(one) for one in values if isinstance(one, int | float) or hasattr(one, "real")]
    return [one for one in found if one == one]  # noqa: PLR0124 - NaN is not itself


def units(panel: Panel) -> dict[str, str]:
    """The unit of each column that has one of its own, and of all others as an empty name."""
    config = panel["fieldConfig"]
    found = {"": config["defaults"].get("unit", "")}
    for override in config["overrides"]:
        for one in override["properties"]:
            if one["id"] == "unit":
                found[override["matcher"]["options"]] = one["value"]
    return found


# ----------------------------------------------------------------------------------------- queries


@pytest.mark.parametrize("asked", by_panel(on_kafka=False))
def test_no_panel_is_in_error_or_empty(monitor: Monitor, asked: Sequence[Query]) -> None:
    """Each query is understood, and on sample traffic each panel has something to show."""
    found = [row for query in asked for row in monitor.ask(query)]
    has_words = any(isinstance(one, str) and one for row in found for one in row.values())
    assert numbers(found) or (asked[0].is_sql and has_words), (
        f"empty: {[query.text for query in asked]}"
    )


@pytest.mark.parametrize("asked", by_panel(on_kafka=False))
def test_values_are_of_the_unit_that_the_panel_shows(
    monitor: Monitor, asked: Sequence[Query]
) -> None:
    """Shares lie between 0 and 1, times are times, numbers of cases are whole."""
    told = units(asked[0].panel)
    for row in (row for query in asked for row in monitor.ask(query)):
        for name, value in row.items():
            unit = told.get(name, told[""])
            if unit == "dateTimeAsIso" or name == "time":
                assert isinstance(value, datetime)
            elif not numbers([{name: value}]):
                continue
            elif unit == "percentunit":
                assert 0 <= value <= 1, (name, value)
            elif name == "n" or (unit == "none" and query_is_sql(asked)):
                assert value == int(value), (name, value)
            elif unit == "s":
                assert abs(value) < WEEKS_BACK, (name, value)


def query_is_sql(asked: Sequence[Query]) -> bool:
    return asked[0].is_sql


def test_every_link_leads_to_a_page(monitor: Monitor) -> None:
    """Of panels, and of the cells of their tables: the case that a row is about is a click away."""
    links = {query.panel["links"][0]["url"] for query in queries(on_kafka=False)}
    for query in queries(on_kafka=False):
        for override in query.panel["fieldConfig"]["overrides"]:
            for one in override["properties"]:
                if one["id"] == "links":
                    column, address = override["matcher"]["options"], one["value"][0]["url"]
                    cells = {row[column] for row in monitor.ask(query)[:3]}
                    assert cells
                    raw = "${__value.raw:percentencode}"
                    links |= {address.replace(raw, quote(str(cell), safe="")) for cell in cells}
    for link in links:
        answer = httpx.get(link.replace("${pages}", monitor.pages), timeout=30)
        assert answer.status_code == 200, link


# -------------------------------------------------------------------------------------------- role


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT line FROM ccm_verdict",
        "SELECT root FROM ccm_verdict",
        "SELECT line FROM ccm_shown_event",
        "SELECT * FROM ccm_meta",
    ],
)
def test_the_role_reads_nothing_that_names_a_customer(monitor: Monitor, sql: str) -> None:
    """Whoever takes Grafana's password learns figures and ids of cases, and no more."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        monitor.rows(sql)


def test_the_role_changes_nothing(monitor: Monitor) -> None:
    """Neither by right nor by oversight."""
    refused = (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.ReadOnlySqlTransaction,
    )
    for sql in ("DELETE FROM ccm_figure", "UPDATE ccm_figure SET value = 1"):
        with pytest.raises(refused):
            monitor.rows(sql)


# ----------------------------------------------------------------------------------------- on Kafka


@pytest.mark.kafka
def test_the_panels_about_kafka_are_full_where_a_worker_runs(
    kafka_broker: KafkaBroker, postgres_url: str, tmp_path: Path
) -> None:
    """A worker and a gateway under a little traffic: each panel of the row has a number."""
    settings = {
        "CCM_KAFKA_BOOTSTRAP": kafka_broker.address,
        "CCM_KAFKA_PREFIX": f"ccm-grafana-{random_id()}",
        "CCM_KAFKA_PARTITIONS": "2",
        "CCM_KAFKA_STATE": str(tmp_path / "tables"),
        "CCM_LEDGER_URL": postgres_url,
        "CCM_READER_MODEL": "rules",
        "CCM_GATEWAY_WHEN_DOWN": "spool",
    }
    health, port = free_port(), free_port()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **settings}
    create = [sys.executable, "-m", "pipeline.cli", "topics", "create"]
    subprocess.run(create, env=environment, check=True, capture_output=True)
    worker = {**settings, "CCM_HEALTH_PORT": str(health)}
    gateway = ["gateway", "--data", str(tmp_path / "gateway"), "--port", str(port)]
    with (
        prometheus(health, port) as metrics,
        ccm(["worker"], tmp_path / "worker.log", worker) as working,
        ccm(gateway, tmp_path / "gateway.log", settings) as taking,
    ):
        wait(partial(serves, f"http://{LOOPBACK}:{port}"), taking.last_words)
        done = "sum(ccm_records_total) > 0 and sum(rate(ccm_batch_seconds_count[20s])) > 0"
        traffic = post_on(f"http://{LOOPBACK}:{port}/v1/events")

        def goes_well() -> object:
            next(traffic)
            return metrics.query(done)

        wait(goes_well, working.last_words)
        for asked in by_panel(on_kafka=True):
            (panel,) = asked.values
            found = [
                float(one["value"][1])
                for query in panel
                for one in metrics.query(filled(query.text, begin=0, end=1, choices={}))
            ]
            assert numbers([{"value": one} for one in found]), asked.id


def post_on(url: str) -> Iterator[None]:
    """Post a few events of a few journeys each time, again and again: a rate needs two batches."""
    lines = list(simulate(Plan(journeys=20, seed=3, signals=True)).lines)
    for at in cycle(range(0, len(lines), EVENTS_A_POST)):
        posted = httpx.post(
            url,
            content=b"".join(line + b"\n" for line in lines[at : at + EVENTS_A_POST]),
            headers={"Content-Type": "application/x-ndjson"},
            timeout=30,
        )
        assert posted.status_code == 202, posted.text
        yield
