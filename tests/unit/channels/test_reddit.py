"""What posts, comments and letters of Reddit become; shapes of its API, values of our own."""

from datetime import timedelta
from typing import Any

import pytest

from pipeline.channels.company import Company
from pipeline.channels.mail import MailSettings
from pipeline.channels.reddit import Place, parse
from pipeline.domain.events import Event, Message
from pipeline.errors import BadPayload
from tests.contract.rigs.reddit import START, US, comment, letter, packed, post

HOUSE = MailSettings(company=Company(handles=frozenset({"AcmeBoss"})))
PLACE = Place(account=US, house=HOUSE)


def read(told: dict[str, Any], place: Place = PLACE, **more: Any) -> list[Event]:
    return parse(packed({**told, **more}), place)


def one(told: dict[str, Any], **more: Any) -> Message:
    (found,) = read(told, **more)
    assert isinstance(found, Message)
    return found


def test_a_post() -> None:
    """Golden: every field."""
    assert one(post(1, selftext="Order #4711 is *still* broken")) == Message(
        id="reddit:t3_p1",
        at=START + timedelta(minutes=1),
        customer=("reddit:ann_1",),
        channel="reddit",
        visibility="public",
        direction="inbound",
        text="Order #4711 is *still* broken",
        subject="Kettle",
        thread="reddit:t3_p1",
        refs=("order:4711",),
    )


def test_a_post_of_a_title_alone_says_the_title() -> None:
    """A link or a picture has no other words."""
    assert one(post(1, selftext="", title="My kettle, day 20")).text == "My kettle, day 20"


def test_a_comment_answers_and_belongs() -> None:
    """To the post; what it quotes is not its own; an edit has a higher version."""
    found = one(comment(2, body="> we are sorry\n\nYou are not", edited=START.timestamp()))
    assert (found.text, found.thread, found.in_reply_to) == (
        "You are not",
        "reddit:t3_p1",
        "reddit:t3_p1",
    )
    assert found.version == int(START.timestamp() * 1000)


def test_ours_goes_to_whom_it_answers() -> None:
    """Else to whom it names; news to nobody are no event; a colleague's account is ours, too."""
    answer = comment(3, author=US, parent_id="t1_c2")
    found = one(answer, parent={"name": "t1_c2", "author": "Ann_2"})
    assert (found.direction, found.customer) == ("outbound", ("reddit:ann_2",))
    named = one(comment(3, author=US, body="u/Ben_1 please see u/Ann_2"))
    assert named.customer == ("reddit:ben_1",)
    assert read(post(1, author=US)) == []
    boss = one(comment(3, author="AcmeBoss"), parent={"author": "Ann_2"})
    assert boss.direction == "outbound"
    to_us = read(comment(3, author="AcmeBoss"), parent={"author": US})
    assert to_us == [], "what colleagues say to each other has no customer"


def test_letters_are_private() -> None:
    """A thread of its own, named by its first; ours goes to whom it was sent."""
    found = one(letter(1))
    assert (found.visibility, found.thread, found.subject) == ("private", "reddit:t4_m1", "Kettle")
    ours = one(letter(2, author=US, dest="Ann_1", first_message_name="t4_m1"))
    assert (ours.direction, ours.customer) == ("outbound", ("reddit:ann_1",))
    assert ours.thread == "reddit:t4_m1"


def test_the_inbox_and_the_subreddit_tell_of_one_comment() -> None:
    """With the same content, so that nothing is in conflict."""
    of_inbox = comment(
        2, link_id=None, type="comment_reply", context="/r/acme/comments/p1/kettle/c2/?context=3"
    )
    assert one(of_inbox) == one(comment(2))


def test_only_what_holds_a_word_is_heard() -> None:
    """Where there are words; who names or answers us is heard without."""
    place = Place(account=US, house=HOUSE, words=("acme",))
    assert read(post(1), place) == []
    assert read(post(1, title="ACME kettles"), place)
    assert read(comment(1, body="ask u/acmehelps"), place)
    assert read(comment(1, type="comment_reply"), place)
    assert read(letter(1), place)


def test_what_is_gone() -> None:
    """A removed text goes, the fact stays; a deleted author is nobody."""
    removed = one(post(1, selftext="[removed]"))
    assert (removed.deleted, removed.text, removed.version) == (True, "", 1)
    assert read(comment(1, author="[deleted]", body="[deleted]")) == []
    assert one(comment(1, author="AutoModerator")).auto


def test_a_private_subreddit_is_private() -> None:
    """By its audience."""
    assert one(post(1, subreddit_type="private")).visibility == "private"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"kind": "t5"}', "kind: expected one of t1, t3, t4"),
        (packed(post(1, name="")), "name: expected"),
        (packed(post(1, created_utc="soon")), "created_utc: expected a time"),
    ],
)
def test_what_is_wrong_is_named(raw: bytes, told: str) -> None:
    """With its path."""
    with pytest.raises(BadPayload, match=told):
        parse(raw, PLACE)
