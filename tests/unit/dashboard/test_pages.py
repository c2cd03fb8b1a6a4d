"""The pages and their data over a book of real verdicts."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from pipeline.dashboard import Restatement, dashboard_routes, words
from pipeline.dashboard.numbers import value_of
from pipeline.dashboard.rows import case_link
from pipeline.domain.events import Erasure, Event, Reading, Signal
from pipeline.domain.verdict import OUTCOMES
from pipeline.intake.openapi import build_document
from tests.unit.dashboard.fakes import NOW, POLICY, FakeBook, Told, stock_until_public, traffic
from tests.unit.intake.asgi import Client
from tests.unit.intake.fakes import House

STORY = stock_until_public("email:mara@example.org", NOW - timedelta(days=10))
CASE = STORY[0].id


@pytest.fixture(scope="module")
def busy() -> FakeBook:
    """A book with thirteen weeks of traffic."""
    return FakeBook(list(traffic()))


def client_of(book: FakeBook, now: datetime = NOW) -> Client:
    """A client of the whole application over this book."""
    routes = dashboard_routes(book=book, policy=POLICY, clock=lambda: now)
    return Client(House().app(routes))


def page(book: FakeBook, path: str, status: int = 200) -> str:
    """The page at ``path``."""
    answer = client_of(book).get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def words_of(html: str) -> str:
    """The text of a page, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_the_overview_leads_with_escalation_only(busy: FakeBook) -> None:
    """The headline is the published figure, with its n, policy and as_of."""
    figure = busy.figures(NOW).overall["eor_escalated"]
    told = words_of(page(busy, "/"))
    assert f"{value_of(figure)} {figure.count} cases counted for" in told
    assert f"of {figure.n} escalated cases" in told
    assert "association, not cause" in told
    assert "23 Nov, 14:02 UTC" in told
    assert "all times in UTC" in told
    assert f"Policy {POLICY.version}" in told


def test_every_figure_of_the_overview_is_the_published_one(busy: FakeBook) -> None:
    """Pages and data read the same function."""
    published = client_of(busy).get("/api/v1/figures").json()
    told = words_of(page(busy, "/"))
    assert f"First-time-right {published['matured']['figures']['ftr']['value']:.0%}" in told
    assert f"n = {published['matured']['figures']['ftr']['n']} cases behind" in told
    ftr = published["overall"]["figures"]["ftr"]
    assert f"{ftr['low'] * 100:.0f}–{ftr['high']:.0%}" in told
    for outcome, count in published["overall"]["outcomes"].items():
        if count:
            assert f'href="/cases?outcome={outcome}"' in page(busy, "/")


def test_who_waits_longest_comes_first(busy: FakeBook) -> None:
    """The list is the book's, with overdue ones named."""
    html = page(busy, "/")
    listed = html[html.index('id="waiting-rows"') :].partition("</ol>")[0]
    links = re.findall(r'<li data-key="([^"]*)"', listed)
    assert links == [one.case for one in busy.waiting(NOW, 7)]
    assert "overdue" in html


def test_who_may_go_public_next_is_shown_with_reasons(busy: FakeBook) -> None:
    """The likeliest first, each with its chance and why; solved and public cases never."""
    html = page(busy, "/")
    listed = html[html.index('id="warnings-list"') :].partition("</ol>")[0]
    warned = busy.at_risk(NOW, 6)
    assert warned
    assert re.findall(r'<li data-key="([^"]*)"', listed) == [one.verdict.case for one in warned]
    assert all(one.verdict.escalated_at is None for one in warned)
    assert "within 48 hours" in listed
    assert words.RISKS[warned[0].risk.reasons[0].feature].lower() in listed.lower()


def test_a_case_says_how_likely_it_is_to_go_public(busy: FakeBook) -> None:
    """On the page of an open private case, and as data; not on one that is public already."""
    warned = busy.at_risk(NOW, 1)[0]
    address = "/cases/" + quote(warned.verdict.case, safe="")
    assert "Risk of going public" in page(busy, address)
    told = client_of(busy).get("/api/v1" + address).json()["warning"]
    assert told["probability"] == pytest.approx(warned.risk.probability)
    assert [one["feature"] for one in told["reasons"]]
    public = "/cases/" + quote(busy.escalations(1)[0].case, safe="")
    assert "Risk of going public" not in page(busy, public)
    assert client_of(busy).get("/api/v1" + public).json()["warning"] is None


def test_a_young_week_is_a_band_and_a_mature_one_a_point(busy: FakeBook) -> None:
    """No rate is drawn before it is known, and each week leads to its cases."""
    html = page(busy, "/figures")
    told = re.search(r'data-chart="([^"]*)"', html)
    assert told is not None
    chart = json.loads(unescape(told[1]))
    weeks = busy.figures(NOW).weeks
    assert chart["weeks"] == [week.week for week in weeks]
    for week, point in zip(weeks, chart["figures"]["ftr"], strict=True):
        assert (point["value"] is None) is (not week.mature)
        assert point["n"] == week["ftr"].n
    for week, link in zip(weeks, chart["links"], strict=True):
        found = client_of(busy).get("/api/v1" + link).json()
        assert found["total"] == week["ftr"].n


def test_an_empty_book_teaches() -> None:
    """A newcomer is told what to do; nothing divides by nothing."""
    told = words_of(page(FakeBook(), "/"))
    assert "No complaints yet" in told
    assert "complaint form" in told
    assert "No cases yet" in words_of(page(FakeBook(), "/cases"))


@pytest.mark.parametrize("count", [1, 2])
def test_a_book_of_few_open_cases_is_shown(count: int) -> None:
    """One case, or only open ones, is no error."""
    book = FakeBook()
    for index in range(count):
        told = Told(f"email:a{index}@example.org", NOW - timedelta(hours=3))
        told.says(0, "Where is my lamp?", "complaint")
        book.add(told.events[0])
    assert "will lie between 0% and 100%" in page(book, "/")


def test_the_case_page_tells_the_story_with_its_evidence() -> None:
    """The seed of the monitor: a contact form, stock answers, the tweet, the answer."""
    html = page(FakeBook(STORY), case_link(CASE))
    told = words_of(html)
    assert "Solved only after going public" in told
    assert "after 7 d in private, left with a stock answer, went public on X" in told
    assert "the first real answer came 2 h after the post" in told
    assert "the customer confirmed that it is solved" in told
    assert '<mark title="stock answer, probability 97%">Thank you for your feedback.</mark>' in html
    assert "two identities were asserted to be one person" in told
    assert "7 d 2 h" in told or "7 d" in told
    assert "Business hours" in told


def test_identifiers_are_masked_on_pages_and_in_data() -> None:
    """Neither a list nor a case page nor the data behind them shows an address."""
    book = FakeBook(STORY)
    for path in ("/", "/cases", case_link(CASE), "/api/v1/cases", "/api/v1" + case_link(CASE)):
        text = client_of(book).get(path).text
        assert "mara@example.org" not in text
        assert "m…@example.org" in text


def test_restatements_are_shown_with_their_cause() -> None:
    """What was published and why it changed."""
    book = FakeBook(STORY)
    book.restated[CASE] = [
        Restatement(
            at=NOW - timedelta(days=1),
            causes=(STORY[-1].id,),
            changes={"route": ("public_first", "escalated"), "outcome": ("open", None)},
            reason="a mail came late",
        )
    ]
    told = words_of(page(book, case_link(CASE)))
    assert "a mail came late" in told
    assert "route: public from the start → private, then public" in told
    assert "outcome: Open → nothing" in told


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% include 'x' %}",
    "\u202egnp.exe",
    "x" * 100_000,
    "&lt;b&gt; &amp;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    """Whatever a customer writes is shown, and nothing of it is run."""
    told = Told("email:eve@example.org", NOW - timedelta(hours=3))
    told.says(0, text, "complaint", subject=text[:200])
    book = FakeBook(told.events)
    for path in ("/", "/cases", case_link(told.events[0].id)):
        html = page(book, path)
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "{{ 49" not in html
        assert html.count("<script") == html.count('<script src="/static/')


@pytest.mark.parametrize("case", ["x:1/2?a=b#c", "email:<a@b>", "ü:%2F", "a b"])
def test_any_case_id_has_a_page(case: str) -> None:
    """Ids hold what the sources put into them."""
    told = Told("email:eve@example.org", NOW - timedelta(hours=3))
    told.says(0, "Where is it?", "complaint")
    book = FakeBook()
    from dataclasses import replace

    book.add(replace(told.events[0], id=case))
    assert "Where is it?" in page(book, case_link(case))
    assert client_of(book).get("/api/v1" + case_link(case)).json()["verdict"]["case"] == case


def test_an_unknown_case_is_a_kind_404(busy: FakeBook) -> None:
    """On the page and in the data."""
    assert "no such case" in page(busy, "/cases/nothing", 404)
    answer = client_of(busy).get("/api/v1/cases/nothing")
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_an_erased_case_keeps_its_verdict() -> None:
    """The name is gone, the page is not."""
    told = Told("email:eve@example.org", NOW - timedelta(days=3))
    told.says(0, "Where is it?", "complaint")
    gone = Erasure(id="erase:1", at=NOW - timedelta(days=1), customer=("email:eve@example.org",))
    events: Sequence[Event] = [*told.events, gone]
    assert page(FakeBook(events), case_link(told.events[0].id))


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("outcome=escalation_only", "outcome", "escalation_only"),
        ("route=escalated", "route", "escalated"),
        ("left_in=stock", "left_in", "stock"),
        ("open=1", "final", False),
    ],
)
def test_filters_hold_on_page_and_data(busy: FakeBook, query: str, field: str, value: Any) -> None:
    """Every line of the list passes the filter, and none is missing."""
    found = client_of(busy).get(f"/api/v1/cases?{query}").json()
    assert found["total"] == sum(getattr(one, field) == value for one in busy.verdicts(NOW))
    assert {one[field] for one in found["items"]} == {value}
    html = page(busy, f"/cases?{query}")
    shown = re.findall(r'<tr data-key="([^"]*)"', html)
    assert shown == [one["case"] for one in found["items"]]


def test_a_week_leads_to_its_cases(busy: FakeBook) -> None:
    """From a point of the chart to the cases behind it."""
    week = busy.figures(NOW).weeks[3]
    found = client_of(busy).get(f"/api/v1/cases?week={week.week}").json()
    assert found["total"] == week.cases


@pytest.mark.parametrize("query", ["", "theme=refund", "channel=x&last=6", "team=nobody"])
def test_the_list_behind_each_figure_is_as_long_as_it_says(busy: FakeBook, query: str) -> None:
    """Over HTTP: the figures of a scope, and for each of them the list of its cases."""
    client = client_of(busy)
    figures = client.get(f"/api/v1/figures?{query}").json()["overall"]["figures"]
    for name, figure in figures.items():
        if name.startswith("promises_"):
            continue
        found = client.get(f"/api/v1/cases?{query}&figure={name}").json()
        assert found["total"] == figure["n"], name
        if figure["count"] is not None:
            found = client.get(f"/api/v1/cases?{query}&figure={name}&part=yes").json()
            assert found["total"] == figure["count"], name


def test_pages_follow_each_other_without_gap(busy: FakeBook) -> None:
    """Every case once, the latest opened first."""
    seen: list[str] = []
    number_of_pages = 0
    while True:
        number_of_pages += 1
        found = client_of(busy).get(f"/api/v1/cases?page={number_of_pages}").json()
        seen += [one["case"] for one in found["items"]]
        if len(seen) >= found["total"]:
            break
    assert len(seen) == len(set(seen)) == len(busy.verdicts(NOW))
    assert 'rel="next"' in page(busy, "/cases")
    assert 'rel="prev"' in page(busy, "/cases?page=2")


@pytest.mark.parametrize(
    "query",
    [
        "outcome=nice",
        "route=x",
        "page=0",
        "page=-1",
        "page=²",
        "week=2026-47",
        "open=yes",
        "week=x",
    ],
)
def test_an_impossible_filter_says_what_to_write(busy: FakeBook, query: str) -> None:
    """422 with the way out, on page and data alike."""
    assert "write" in page(busy, f"/cases?{query}", 422)
    answer = client_of(busy).get(f"/api/v1/cases?{query}")
    assert answer.status_code == 422
    assert "write" in answer.json()["detail"]


def test_lists_of_the_data_keep_their_limits(busy: FakeBook) -> None:
    """Waiting and escalations, bounded."""
    client = client_of(busy)
    assert len(client.get("/api/v1/waiting?limit=2").json()["items"]) == 2
    first = client.get("/api/v1/escalations?limit=3").json()["items"]
    assert [one["outcome"] for one in first] == ["escalation_only"] * 3
    assert client.get("/api/v1/waiting?limit=1000").status_code == 422
    risks = [one["probability"] for one in client.get("/api/v1/warnings?limit=3").json()["items"]]
    assert 1 <= len(risks) <= 3
    assert risks == sorted(risks, reverse=True)


def test_the_document_names_every_route(busy: FakeBook) -> None:
    """What is served is documented, and what is documented is served."""
    routes = dashboard_routes(book=busy, policy=POLICY, clock=lambda: NOW)
    app = House().app(routes)
    served = {getattr(route, "path", "").replace(":path", "") for route in app.routes}
    assert served - {"/static", "/assets"} == set(build_document()["paths"])


def test_the_document_names_every_outcome() -> None:
    """A filter's values are those of the domain."""
    assert all(outcome in json.dumps(build_document()) for outcome in OUTCOMES)


def test_a_text_says_who_read_it_and_how_surely() -> None:
    """Each signal with its probability, the model, severity, theme and language."""
    told = Told("email:read@example.org", NOW - timedelta(days=2))
    case = told.says(0, "*Still* nothing came", "complaint", "chase")
    book = FakeBook(told.events)
    book.read[case] = Reading(
        id="reading:1",
        at=NOW,
        version=2,
        customer=(told.who,),
        of=case,
        model="cascade-7",
        signals=(Signal(name="complaint"),),
        severity="accusation",
        theme="delivery",
        lang="de",
    )
    html = page(book, case_link(case))
    assert "complaint 97%" in html
    assert "chase 93%" in html
    assert "Read by cascade-7, revision 2: an accusation, about delivery, German." in html
    assert 'lang="de"' in html
    (reading,) = client_of(book).get(f"/api/v1{case_link(case)}").json()["readings"]
    assert (reading["model"], reading["severity"], reading["lang"]) == (
        "cascade-7",
        "accusation",
        "de",
    )


def test_a_text_that_says_nothing_says_so() -> None:
    """And one whose signals were given says that nobody read it here."""
    told = Told("email:read@example.org", NOW - timedelta(days=2))
    case = told.says(0, "Nothing works", "complaint")
    other = told.says(1, "Hm.")
    book = FakeBook(told.events)
    book.read[other] = Reading(
        id="reading:1", at=NOW, customer=(told.who,), of=other, model="cascade-7"
    )
    html = page(book, case_link(case))
    assert "Read by cascade-7: it says nothing that counts." in html
    assert "Its signals came with the message." in html


SCOPED = [
    "/", "/figures", "/cases", "/waiting", "/promises", "/false-pauses", "/warnings",
    "/escalations", "/definitions",
]  # fmt: skip


@pytest.mark.parametrize("path", SCOPED)
@pytest.mark.parametrize("kind", ["none", "one", "open"])
def test_every_page_stands_on_few_cases(path: str, kind: str) -> None:
    """A ledger without a case, with one, and with open ones alone: a page, and no error."""
    book = FakeBook()
    for index in range({"none": 0, "one": 1, "open": 3}[kind]):
        told = Told(f"email:a{index}@example.org", NOW - timedelta(hours=3 + index))
        told.says(0, "Where is my lamp?", "complaint")
        book.add(told.events[0])
    told_page = words_of(page(book, path))
    assert "nan" not in told_page.split()
    assert "None" not in told_page.split()


@pytest.mark.parametrize("path", SCOPED)
@pytest.mark.parametrize("query", ["from=2031-W01", "channel=pigeon", "theme=none&team=nobody"])
def test_a_selection_without_cases_says_so(busy: FakeBook, path: str, query: str) -> None:
    """A range in the future and unknown names are no errors: the page shows what is chosen."""
    html = page(busy, f"{path}?{query}")
    for name, value in (part.split("=") for part in query.split("&")):
        assert value in html, name
    if path == "/cases":
        assert "No case passes these filters" in html
    if path in ("/", "/figures"):
        assert "No case" in html


@pytest.mark.parametrize("path", SCOPED)
def test_a_question_that_cannot_be_put_is_refused_on_every_page(busy: FakeBook, path: str) -> None:
    """With words that say what to write, not with a trace."""
    assert "write an ISO week" in page(busy, f"{path}?from=2026-W99", 422)


def test_a_page_beyond_the_end_leads_back(busy: FakeBook) -> None:
    """The list grew shorter, or somebody typed: the last page is one link away."""
    html = page(busy, "/cases?page=999")
    assert "there is no page 999" in html
    last = -(-len(busy.verdicts(NOW)) // 50)
    assert f'href="/cases?page={last}"' in html
    assert client_of(busy).get("/api/v1/cases?page=999").json()["items"] == []


def test_work_lists_hold_the_cases_that_their_tiles_count(busy: FakeBook) -> None:
    """What the first page counts is what the list says."""
    tiles = dict(
        re.findall(
            r'href="(/[a-z-]+)"><span class="tile-name">[^<]*</span>'
            r'<b class="tile-count">([\d,]+)</b>',
            page(busy, "/"),
        )
    )
    for path, count in tiles.items():
        if path == "/waiting":
            continue  # two tiles lead to one list
        numbers = re.findall(r'<span class="count">n = ([\d,]+)</span>', page(busy, path))
        assert sum(int(one) for one in numbers) == int(count), path


def test_the_case_page_says_by_which_rule_and_what_comes_next() -> None:
    """The four conditions with their answers; and of an open case, when silence changes it."""
    told = words_of(page(FakeBook(STORY), case_link(CASE)))
    assert "tried in private before the post : yes" in told
    assert "nothing real was sent before the post : yes" in told
    assert "Time alone changes nothing more" in told
    fresh = Told("email:new@example.org", NOW - timedelta(hours=3))
    fresh.says(0, "Where is my lamp?", "complaint")
    told = words_of(page(FakeBook(fresh.events), case_link(fresh.events[0].id)))
    assert "the customer who waits counts as avoided, unless a reply comes" in told


def test_the_ledger_of_promises_has_words_dates_and_ends(busy: FakeBook) -> None:
    """What was promised, when it was made and fell due, and what became of it."""
    kept = next(one for one in busy.verdicts(NOW) if one.promises.get("late"))
    told = words_of(page(busy, case_link(kept.case)))
    assert re.search(r"kept late made \d+ \w+, \d\d:\d\d, due \d+ \w+, \d\d:\d\d", told)


def test_a_promise_without_a_date_is_told_without_an_end() -> None:
    """It was made, and nothing became of it at a moment of its own."""
    told = Told("email:vera@example.org", NOW - timedelta(days=3))
    told.says(0, "The lamp came broken.", "complaint")
    told.hears(2, "*We will look into it.*", "promise")
    shown = words_of(page(FakeBook(told.events), case_link(told.events[0].id)))
    assert "without a date" in shown
    assert not re.search(r"without a date\s+\d+ \w+ ago", shown)


def test_false_pauses_that_stand_are_counted_and_lead_to_their_cases() -> None:
    """The tile, the work list and the list behind its number tell the same; others stand apart."""
    book = FakeBook()
    for name, answered in (("stands", False), ("over", True)):
        told = Told(f"email:{name}@example.org", NOW - timedelta(days=6))
        told.says(0, "Where is my refund?", "complaint")
        told.status(1, "pending")
        told.says(20, "Any news?", "chase")
        if answered:
            told.hears(40, "We are still looking into it.", "substantive")
        for event in told.events:
            book.add(event)
    assert "1 standing now" in words_of(page(book, "/"))
    work = words_of(page(book, "/false-pauses"))
    assert re.search(r"Paused while the customer waits\s+n = 1", work)
    assert re.search(r"falsely paused before\s+n = 1", work)
    for asked, total in (("paused=1", 1), ("false_pause=1&paused=0", 1), ("false_pause=1", 2)):
        found = client_of(book).get(f"/api/v1/cases?{asked}&open=1").json()
        assert found["total"] == total
