"""What reviews of feeds and tables become; shapes as they are found, values of our own."""

import io
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.channels.company import Company
from pipeline.channels.limits import DEFAULT_LIMITS
from pipeline.channels.mail import MailSettings
from pipeline.channels.reviews import Desk, parse, record_of, split_feed
from pipeline.channels.tables import Row, read_table
from pipeline.domain.events import Event, Feedback, Message
from pipeline.errors import BadPayload, TooLarge
from tests.contract.rigs.reviews import HEAD, START, entry, packed, record

HOUSE = MailSettings(company=Company(handles=frozenset({"Acme"})))
DESK = Desk(channel="shop", house=HOUSE)


def read(told: dict[str, Any], desk: Desk = DESK) -> list[Event]:
    return parse(packed(told), desk)


def one(told: dict[str, Any], desk: Desk = DESK) -> Message:
    (found,) = [one for one in read(told, desk) if isinstance(one, Message)]
    return found


def test_a_review() -> None:
    """Golden: every field; a name alone is nobody, so the review is its own customer."""
    message, rating = read(record(1, text="<p>Order #4711 is <b>broken</b></p>", rating="1"))
    customer = ("review:shop/82f3e9c695dc6b8d",)
    assert message == Message(
        id="review:shop/r1",
        at=START + timedelta(minutes=1),
        customer=customer,
        channel="review",
        visibility="public",
        direction="inbound",
        text="Order #4711 is broken",
        subject="Kettle",
        thread="review:shop/r1",
        refs=("order:4711",),
    )
    assert rating == Feedback(
        id="review:shop/r1/rating",
        at=message.at,
        customer=customer,
        score=1,
        thread="review:shop/r1",
    )


def test_a_profile_is_somebody() -> None:
    """Two reviews of one profile are one person's; two of one name are not."""
    first, second = (one(record(number, profile="https://x/ann")) for number in (1, 2))
    assert first.customer[1] == second.customer[1]
    assert not set(one(record(1)).customer) & set(one(record(2)).customer)


def test_our_answer_goes_to_its_review() -> None:
    """Told beside the review, or in an entry of its own."""
    review, reply = (
        found
        for found in read(record(1, reply="Sorry!", reply_at="2026-11-03T10:00:00Z"))
        if isinstance(found, Message)
    )
    assert (reply.direction, reply.customer, reply.in_reply_to) == (
        "outbound",
        review.customer,
        review.id,
    )
    assert reply.at.day == 3
    apart = one(record(2, author="acme", answers="r1"))
    assert (apart.direction, apart.customer, apart.thread) == (
        "outbound",
        review.customer,
        review.id,
    )
    assert read(record(2, author="Acme")) == [], "news of ours speak to nobody"


@pytest.mark.parametrize(
    ("told", "best", "score"),
    [
        ("1", 5, 1),
        ("4.6", 5, 5),
        ("7,5", 10, 4),
        ("4/5", 5, 4),
        ("2 out of 10", 5, 1),
        ("★★☆", 5, 2),
    ],
)
def test_ratings_become_one_to_five(told: str, best: float, score: int) -> None:
    """Whatever the scale; stars alone are no message."""
    desk = Desk(channel="shop", house=HOUSE, best=best)
    (found,) = read(record(1, title=None, text=None, rating=told), desk)
    assert isinstance(found, Feedback)
    assert found.score == score


def test_an_edit_has_a_higher_version() -> None:
    """By its own time; ``at`` stays when it was published."""
    found = one(record(1, edited="2026-11-04T09:00:00Z"))
    assert (found.at.day, found.version) == (2, 1793782800000)


def test_times_of_tables() -> None:
    """In the zone of the settings, in another form, as milliseconds."""
    desk = Desk(channel="shop", house=HOUSE, zone=ZoneInfo("Europe/Berlin"))
    assert one(record(1, at="2026-11-02 10:00:00"), desk).at == START
    desk = Desk(channel="shop", house=HOUSE, form="%d.%m.%Y %H:%M")
    assert one(record(1, at="02.11.2026 09:00"), desk).at == START
    assert one(record(1, at=str(int(START.timestamp() * 1000)))).at == START


def rows(raw: bytes) -> list[Row]:
    return list(read_table(io.BytesIO(raw), DEFAULT_LIMITS))


def test_a_table_as_google_play_exports_it() -> None:
    """UTF-16, its own columns, our answer beside."""
    text = (
        "Review Submit Millis Since Epoch,Star Rating,Review Title,Review Text,"
        "Developer Reply Millis Since Epoch,Developer Reply Text,Review Link\n"
        '1793610000000,2,Kettle,"Still\nbroken",1793613600000,Sorry,https://play/r?id=1\n'
    )
    (row,) = rows(text.encode("utf-16"))
    assert row.values is not None
    found = read(record_of(row.values, DESK))
    assert [type(one).__name__ for one in found] == ["Message", "Feedback", "Message"]
    message, _, reply = found
    assert isinstance(message, Message)
    assert isinstance(reply, Message)
    assert (message.text, message.at, message.id) == (
        "Still\nbroken",
        START,
        "review:shop/https://play/r?id=1",
    )
    assert reply.at == START + timedelta(hours=1)


def test_a_table_of_ones_own() -> None:
    """Semicolons, and columns as the settings name them; a broken row costs only itself."""
    raw = 'Nr;Tag;Meinung\n1;2026-11-02;Kaputt\n2;2026-11-02\n3;2026-11-03;"Nie; wieder"\n'
    desk = Desk(
        channel="shop", house=HOUSE, fields={"id": "nr", "at": "Tag", "text": "Meinung"}, zone=UTC
    )
    good, bad, other = rows(raw.encode())
    assert bad.values is None
    assert "expected 3 columns, found 2" in bad.reason
    assert good.values is not None
    assert other.values is not None
    assert record_of(other.values, desk) == {"id": "3", "at": "2026-11-03", "text": "Nie; wieder"}
    assert one(record_of(good.values, desk), desk).text == "Kaputt"


@pytest.mark.parametrize("raw", [b"", b"one\n", b"a,a\n", b"\xff\xfea", b"a,,b\n", b'"a\n'])
def test_a_table_without_columns_is_none(raw: bytes) -> None:
    """With what was found instead."""
    with pytest.raises(BadPayload, match="first line"):
        rows(raw)


def test_feeds_of_every_age() -> None:
    """RSS 2.0 with its own dates and a rating of another name; Atom in any order."""
    rss = (
        b'<rss version="2.0" xmlns:r="urn:r"><channel><item><guid>7</guid><title>Kettle</title>'
        b"<description>&lt;p&gt;Still broken&lt;/p&gt;</description>"
        b"<pubDate>Mon, 02 Nov 2026 10:00:00 +0100</pubDate><r:stars>2</r:stars></item>"
        b"</channel></rss>"
    )
    desk = Desk(channel="shop", house=HOUSE, fields={"rating": "r_stars"})
    (raw,) = split_feed(rss, "application/rss+xml", desk)
    message, rating = parse(raw, desk)
    assert isinstance(message, Message)
    assert isinstance(rating, Feedback)
    assert (message.id, message.at, message.text) == ("review:shop/7", START, "Still broken")
    assert rating.score == 2
    both = HEAD + entry(record(2)) + entry(record(1, rating=3, answers="r0")) + "</feed>"
    found = split_feed(both.encode(), "application/atom+xml", DESK)
    assert found == [packed(record(1, answers="r0", rating="3")), packed(record(2))]


@pytest.mark.parametrize("raw", [b"", b"<html>captive portal</html>", b"\0\1\2", b"{}"])
def test_what_is_no_feed_is_told(raw: bytes) -> None:
    """With how it begins."""
    with pytest.raises(BadPayload, match="expected a feed"):
        split_feed(raw, "text/html", DESK)


def test_a_feed_cannot_reach_out_or_blow_up() -> None:
    """Entities of its own are not expanded, files of ours not read, and it may not be endless."""
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    inside = f'<!DOCTYPE feed [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = "<title>&l9;&f;</title><id>1</id><updated>2026-11-02T09:00:00Z</updated>"
    raw = HEAD.replace("?>", "?>" + inside, 1) + f"<entry>{body}</entry></feed>"
    for one in split_feed(raw.encode(), "application/atom+xml", DESK):
        assert len(one) < 1_000
        assert b"root" not in one
    with pytest.raises(TooLarge, match="a feed of"):
        split_feed(b"<feed>" + b" " * 9_000_000, "application/atom+xml", DESK)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"id": "1"}, "at: expected"),
        (record(1, at="soon"), "time_format in the settings"),
        (record(1, rating="9"), "set worst and best"),
        (record(1, rating="good"), "rating: expected a number"),
        ({"broken": "a quote is open"}, "a quote is open"),
    ],
)
def test_what_is_wrong_is_named(told: dict[str, Any], reason: str) -> None:
    """With what to do."""
    with pytest.raises(BadPayload, match=reason):
        read(told)
