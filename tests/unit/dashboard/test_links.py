"""The review queue: both cases, why, what would follow, and the words that decide."""

from dataclasses import replace
from shlex import quote

import pytest
from markupsafe import escape

from pipeline.dashboard import dashboard_routes
from pipeline.domain.suspecting import suspicions
from tests.unit.dashboard.fakes import NOW, POLICY, FakeBook
from tests.unit.domain.test_suspecting import PRIVATE, SOLVED, post, trace
from tests.unit.intake.asgi import Client
from tests.unit.intake.fakes import House

MAIL = "email:<1@example.org>; rm -rf /"
PUBLIC = trace(post(48, "complaint", "prior_contact"), *SOLVED)


@pytest.fixture
def book() -> FakeBook:
    """A book without cases."""
    return FakeBook()


@pytest.fixture
def client(book: FakeBook) -> Client:
    """A browser in front of it."""
    return Client(House().app(dashboard_routes(book=book, policy=POLICY, clock=lambda: NOW)))


def test_a_probable_link_is_shown_with_the_words_that_decide_it(
    book: FakeBook, client: Client
) -> None:
    """Nobody is named; the page and the data say the same."""
    (found,) = suspicions(PUBLIC, [PRIVATE], POLICY, NOW)
    book.suspicions = [replace(found, private=replace(found.private, case=MAIL))]
    html = client.get("/links").text
    assert "goes by exactly the same name" in html
    assert "escalation_only" in html
    assert f"ccm link confirm {PUBLIC.verdict.case} {escape(quote(MAIL))}" in html
    assert "or <code>reject</code>" in html
    assert "<h1>Probable links</h1>" in html
    (told,) = client.get("/api/v1/links").json()["items"]
    assert (told["outcome"], told["route"]) == ("escalation_only", "escalated")
    assert told["reasons"][0] == "goes by exactly the same name"


def test_an_empty_queue_says_so(client: Client) -> None:
    """And when it is looked at again."""
    assert "No probable links." in client.get("/links").text
    assert client.get("/api/v1/links").json()["items"] == []
    assert client.get("/api/v1/links?limit=0").status_code >= 400
