"""What statuses of Mastodon become; shapes as Mastodon 4 gives them, values of our own."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.channels.company import Company
from pipeline.channels.limits import Limits
from pipeline.channels.mail import MailSettings
from pipeline.channels.mastodon import Server, parse
from pipeline.domain.events import Message
from pipeline.errors import BadPayload
from tests.contract.rigs.mastodon import START, notification, own, packed, status

OURS = MailSettings(company=Company(handles=frozenset({"@Press@acme.example"})))
SERVER = Server(host="acme.example", account="help", house=OURS)


def read(told: dict[str, Any], server: Server = SERVER) -> Message:
    (found,) = parse(packed(told), server)
    assert isinstance(found, Message)
    return found


def test_a_mention_is_a_public_message_of_its_author() -> None:
    """Golden: every field."""
    told = status(1, "Order #4711 is <b>still</b> broken<br>Three weeks!", spoiler_text="Rant")
    assert read(notification(1, status=told)) == Message(
        id="mastodon:acme.example/1001",
        at=START.replace(minute=1),
        customer=("mastodon:ann1@social.example",),
        channel="mastodon",
        visibility="public",
        direction="inbound",
        text="@help Order #4711 is still broken\nThree weeks!",
        subject="Rant",
        lang="en",
        refs=("order:4711",),
        reach=11,
    )


@pytest.mark.parametrize(
    ("told", "audience"),
    [("public", "public"), ("unlisted", "public"), ("private", "private"), ("direct", "private")],
)
def test_the_audience_decides(told: str, audience: str) -> None:
    """A status for followers only, or for those it names, is private, and tells no reach."""
    found = read(notification(1, status=status(1, visibility=told)))
    assert found.visibility == audience
    assert (found.reach is None) == (audience == "private")


def test_our_answer_is_outbound_to_whom_it_answers() -> None:
    """And not to the others that it mentions."""
    parent = status(1)
    other = {"id": "77", "acct": "bea@elsewhere.example"}
    answer = own(2, parent, "Sorry!")
    found = read({**answer, "mentions": [other, *answer["mentions"]]})
    assert found.direction == "outbound"
    assert found.customer == ("mastodon:ann1@social.example",)
    assert found.in_reply_to == "mastodon:acme.example/1001"
    assert found.extra == {"account": "help@acme.example"}


def test_a_second_account_of_ours_is_ours_too() -> None:
    """By ``company.handles``."""
    answer = own(2, status(1), "We are on it", account={"id": "8", "acct": "press"})
    assert read(answer).direction == "outbound"


def test_what_speaks_to_nobody_is_no_event() -> None:
    """News of the company; boosts, favourites and follows."""
    news = own(2, status(1), "New shop!", mentions=[], in_reply_to_id=None)
    boost = status(3, reblog=status(1))
    assert parse(packed(news), SERVER) == []
    assert parse(packed(boost), SERVER) == []
    for kind in ("favourite", "reblog", "follow", "admin.sign_up"):
        assert parse(packed(notification(1, type=kind)), SERVER) == []


def test_a_quote_is_a_contact() -> None:
    """Somebody says something with it."""
    assert read(notification(1, type="quote")).direction == "inbound"


def test_an_edit_has_the_id_and_a_higher_version() -> None:
    """The time at which it was written stays."""
    first = read(notification(1))
    edited = read(status(1, "Broken, and late", edited_at="2026-11-02T10:00:00.000Z"))
    assert (edited.id, edited.at) == (first.id, first.at)
    assert edited.version > first.version
    assert edited.text == "@help Broken, and late"


def test_a_deletion_keeps_public_and_nothing_of_the_text() -> None:
    """It is the highest version."""
    told = {"event": "delete", "at": "2026-11-03T00:00:00+00:00", "status": status(1)}
    found = read(told)
    assert (found.deleted, found.visibility, found.text) == (True, "public", "")
    assert found.version > read(status(1, edited_at="2026-11-02T10:00:00.000Z")).version


def test_a_bot_is_automatic() -> None:
    """As the account says of itself."""
    told = status(1)
    told["account"]["bot"] = True
    assert read(notification(1, status=told)).auto


def test_a_long_status_is_cut_and_says_so() -> None:
    """Bounds are the house's."""
    server = replace(SERVER, house=MailSettings(limits=Limits(text_chars=10)))
    found = read(notification(1, status=status(1, "x" * 50)), server)
    assert (len(found.text), found.extra["truncated"]) == (10, True)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"created_at": "yesterday"}, "created_at: expected a time such as"),
        ({"visibility": "friends"}, "visibility: expected one of public"),
        ({"account": {}}, "account.acct: expected a text or number, found nothing"),
        ({"content": 7}, "content: expected HTML"),
    ],
)
def test_what_is_wrong_is_named(more: dict[str, Any], told: str) -> None:
    """With its path."""
    with pytest.raises(BadPayload, match=told):
        parse(packed(status(1, **more)), SERVER)
