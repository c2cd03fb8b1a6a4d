"""Lists and figures for spreadsheets."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.dashboard import dashboard_routes
from pipeline.dashboard.tables import CASE_COLUMNS, FIGURE_COLUMNS, case_lines
from pipeline.domain.measures import DEFINITIONS
from tests.unit.dashboard.fakes import NOW, POLICY, FakeBook, Told, traffic
from tests.unit.intake.asgi import Client
from tests.unit.intake.fakes import House
from tests.verdicts import build_verdict


@pytest.fixture(scope="module")
def busy() -> FakeBook:
    """A book with thirteen weeks of traffic."""
    return FakeBook(list(traffic()))


def table(book: FakeBook, path: str) -> list[dict[str, str]]:
    """The rows of a CSV file at ``path``."""
    routes = dashboard_routes(book=book, policy=POLICY, clock=lambda: NOW)
    answer = Client(House().app(routes)).get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment; filename=" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("query", ["", "&outcome=escalation_only", "&theme=refund&last=4"])
def test_a_list_is_exported_whole(busy: FakeBook, query: str) -> None:
    """All cases of the list, not only those of its first page."""
    routes = dashboard_routes(book=busy, policy=POLICY, clock=lambda: NOW)
    total = Client(House().app(routes)).get(f"/api/v1/cases?{query}").json()["total"]
    rows = table(busy, f"/api/v1/cases?format=csv{query}")
    assert len(rows) == total > 0
    assert tuple(rows[0]) == CASE_COLUMNS


@pytest.mark.parametrize("name", ["waiting", "promises", "escalations", "warnings"])
def test_every_list_can_be_taken_along(busy: FakeBook, name: str) -> None:
    """The same cases in the same order as in the data; customers by their pseudonyms."""
    routes = dashboard_routes(book=busy, policy=POLICY, clock=lambda: NOW)
    items = Client(House().app(routes)).get(f"/api/v1/{name}").json()["items"]
    rows = table(busy, f"/api/v1/{name}?format=csv")
    told = [one.get("verdict", one)["case"] for one in items]
    assert [row["case"] for row in rows] == told
    assert all("…" in row["customer"] for row in rows)


def test_figures_are_exported_with_their_n(busy: FakeBook) -> None:
    """Each figure of each cell with n, bounds, policy, moment and scope."""
    rows = table(busy, "/api/v1/figures?format=csv&theme=refund")
    published = busy.figures(NOW)
    assert tuple(rows[0]) == FIGURE_COLUMNS
    overall = [row for row in rows if row["cell"] == "overall"]
    assert [row["figure"] for row in overall] == list(DEFINITIONS)
    assert {row["theme"] for row in rows} == {"refund"}
    ftr = published.topics["refund"]["ftr"]
    assert overall[0]["n"] == str(ftr.n)
    assert float(overall[0]["low"]) == ftr.low


@pytest.mark.parametrize("hostile", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(hostile: str) -> None:
    """What a source calls its case must not run in the reader's spreadsheet."""
    verdict = build_verdict(hostile, facts={"team": hostile, "topic": hostile})
    (row,) = csv.DictReader(io.StringIO("".join(case_lines([verdict], "UTC"))))
    for name in ("case", "team", "theme"):
        assert row[name] == f"'{hostile}"


def test_quotes_and_line_ends_stay_inside_of_their_cell() -> None:
    """One case is one record, whatever it is called."""
    told = Told("email:eve@example.org", NOW - timedelta(hours=2))
    told.says(0, "Where is it?", "complaint")
    book = FakeBook([replace(told.events[0], id='form:"a",b;\nc')])
    (row,) = table(book, "/api/v1/cases?format=csv")
    assert row["case"] == 'form:"a",b;\nc'


def test_another_format_is_refused(busy: FakeBook) -> None:
    """With the names of those that there are."""
    routes = dashboard_routes(book=busy, policy=POLICY, clock=lambda: NOW)
    answer = Client(House().app(routes)).get("/api/v1/cases?format=xlsx")
    assert answer.status_code == 422
    assert "json, csv" in answer.json()["detail"]
