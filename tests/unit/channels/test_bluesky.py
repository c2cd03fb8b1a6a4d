"""What posts of Bluesky become; shapes as Jetstream gives them, values of our own."""

from typing import Any

import pytest

from pipeline.channels.bluesky import Account, parse
from pipeline.channels.mail import MailSettings
from pipeline.domain.events import Message
from pipeline.errors import BadPayload
from tests.contract.rigs.bluesky import (
    START,
    START_US,
    US,
    answer,
    deletion,
    facet,
    packed,
    person,
    post,
    uri,
)

ACCOUNT = Account(did=US, house=MailSettings())


def read(told: dict[str, Any]) -> Message:
    (found,) = parse(packed(told), ACCOUNT)
    assert isinstance(found, Message)
    return found


def test_a_mention_is_a_public_message_of_its_author() -> None:
    """Golden: every field; the time is the server's, not the writer's claim."""
    assert read(post(1, text="@acme order #4711 is late")) == Message(
        id=f"bluesky:{person(1)}/3k0001",
        at=START.replace(minute=1),
        customer=(f"bluesky:{person(1)}",),
        channel="bluesky",
        visibility="public",
        direction="inbound",
        text="@acme order #4711 is late",
        lang="en",
        thread=f"bluesky:{person(1)}/3k0001",
        refs=("order:4711",),
    )


def test_our_answer_is_outbound_in_the_thread() -> None:
    """To whom it answers."""
    asked = post(1)
    found = read(answer(2, US, asked))
    assert (found.direction, found.customer) == ("outbound", (f"bluesky:{person(1)}",))
    assert found.thread == found.in_reply_to == read(asked).id


def test_an_answer_to_us_and_a_quote_of_us_are_contacts() -> None:
    """Without any mention."""
    ours = post(1, US, facets=[facet(person(7))])
    assert read(answer(2, person(7), ours)).direction == "inbound"
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": uri(US, "3k0001"), "cid": "b"}}
    assert read(post(3, facets=[], embed=embed)).direction == "inbound"
    media = {"$type": "app.bsky.embed.recordWithMedia", "record": embed, "media": {}}
    assert read(post(3, facets=[], embed=media)).direction == "inbound"


def test_what_does_not_speak_to_us_is_no_event() -> None:
    """News of ours, an answer to another in our thread, likes, reposts, names of accounts."""
    ours = post(1, US, facets=[])
    assert parse(packed(ours), ACCOUNT) == []
    theirs = answer(2, person(7), ours)
    aside = answer(3, person(8), theirs)
    aside["commit"]["record"]["reply"]["root"] = {"uri": uri(US, "3k0001")}
    assert parse(packed(aside), ACCOUNT) == []
    like = post(4)
    like["commit"]["collection"] = "app.bsky.feed.like"
    assert parse(packed(like), ACCOUNT) == []
    assert parse(packed({"did": US, "time_us": 1, "kind": "identity"}), ACCOUNT) == []


def test_edits_and_deletions_are_higher_versions() -> None:
    """A deletion keeps that it was public, and nothing of the text."""
    first = post(1)
    edit = {**post(5), "did": first["did"]}
    edit["commit"] |= {"operation": "update", "rkey": first["commit"]["rkey"]}
    edited = read(edit)
    gone = read({**deletion(9, first), "was": first})
    assert read(first).id == edited.id == gone.id
    assert read(first).version < edited.version < gone.version
    assert (gone.deleted, gone.visibility, gone.text) == (True, "public", "")
    assert parse(packed(deletion(9, first)), ACCOUNT) == []


@pytest.mark.parametrize("micros", [None, -1, "now", 10**18, True])
def test_a_time_that_is_none_is_told(micros: Any) -> None:
    """It must be there."""
    with pytest.raises(BadPayload, match="time_us: expected microseconds"):
        parse(packed({**post(1), "time_us": micros}), ACCOUNT)
    assert START_US > 0
