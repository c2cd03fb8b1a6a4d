"""The definition comparator as a page and as data, over a book of real verdicts."""

import re
from datetime import timedelta

import pytest

from pipeline.dashboard import dashboard_routes
from pipeline.domain.comparison import COMPARED, build_comparison
from pipeline.domain.events import Event
from pipeline.domain.scope import CaseFilter, Scope
from pipeline.wire import plain
from tests.unit.dashboard.fakes import NOW, POLICY, FakeBook, Told, traffic
from tests.unit.intake.asgi import Client
from tests.unit.intake.fakes import House


@pytest.fixture(scope="module")
def busy() -> FakeBook:
    """A book with thirteen weeks of traffic, and three who say that it was not solved."""
    return FakeBook([*traffic(), *(event for number in range(3) for event in denied(number))])


def denied(number: int) -> list[Event]:
    """One message, one reply, closed: and the customer's survey says no."""
    told = Told(f"email:no{number}@example.org", NOW - timedelta(days=60 + number), "refund")
    told.says(0, "I was charged twice.", "complaint")
    told.hears(3, "It is put right.", "substantive", "resolution_claim")
    told.rates(9, False, 1)
    return told.events


def client_of(book: FakeBook) -> Client:
    return Client(House().app(dashboard_routes(book=book, policy=POLICY, clock=lambda: NOW)))


def test_every_definition_is_a_row_with_its_published_figure(busy: FakeBook) -> None:
    """Ours first; the same figures as everywhere."""
    html = client_of(busy).get("/definitions").text
    figures = busy.figures(NOW).overall
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", html, re.DOTALL)
    assert len(rows) == len(COMPARED)
    for name, row in zip(COMPARED, rows, strict=True):
        assert figures[name].label in row
        assert re.search(rf"n = <a [^>]*>{figures[name].n}<", row)


def test_what_a_definition_hides_leads_to_as_many_cases(busy: FakeBook) -> None:
    """The number in the table is that of the list behind it, and of these the public ones."""
    told = build_comparison(busy.verdicts(NOW), NOW, POLICY)
    html = client_of(busy).get("/definitions").text
    for row in told.rows[1:]:
        if not row.denied:
            continue
        which = CaseFilter(figure=row.figure.name, part="yes", ftr="no")
        assert busy.cases(which, NOW, 0, 1).total == row.denied
        assert f"/cases?ftr=no&amp;figure={row.figure.name}&amp;part=yes" in html
    assert sum(row.denied or 0 for row in told.rows) > 0


def test_one_definition_is_opened_cause_by_cause(busy: FakeBook) -> None:
    """With links to the cases; the counts of the causes are all that it hides."""
    told = build_comparison(busy.verdicts(NOW), NOW, POLICY)["fcr_few_replies"]
    html = client_of(busy).get("/definitions?of=fcr_few_replies").text
    hidden = html[html.index('id="hidden"') :]
    for cause in told.hidden:
        assert cause.label in hidden
        assert hidden.count('<li><a href="/cases/') == sum(len(one.cases) for one in told.hidden)


def test_the_data_are_the_comparison_of_the_scope(busy: FakeBook) -> None:
    """Narrowed like every figure."""
    client = client_of(busy)
    answer = client.get("/api/v1/definitions?theme=refund").json()
    scope = Scope(topic="refund")
    assert answer == plain(build_comparison(busy.verdicts(NOW), NOW, POLICY, scope))
    assert answer["n"] < client.get("/api/v1/definitions").json()["n"]


def test_an_empty_book_and_a_wrong_name_are_told(busy: FakeBook) -> None:
    """A newcomer sees what will be there; a mistyped definition lists those that there are."""
    assert "No counted case yet" in client_of(FakeBook()).get("/definitions").text
    wrong = client_of(busy).get("/definitions?of=magic")
    assert wrong.status_code == 422
    assert "one_contact" in wrong.text
    assert client_of(FakeBook()).get("/definitions?of=one_contact").status_code == 200
