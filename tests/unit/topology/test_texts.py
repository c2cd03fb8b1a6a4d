"""Texts on their way to the readers: sent once, sent again in time, read or refused in words."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.config import KafkaSettings
from pipeline.domain.events import Message, Reading, Status
from pipeline.domain.texts import Passage, Unread
from pipeline.errors import BadEvent
from pipeline.monitor import ASKED_AGAIN_AFTER
from pipeline.topology.batches import Record, decode_letter
from pipeline.topology.desk import ApartDesk
from pipeline.topology.reading import ReadingStage
from pipeline.topology.texts import decode_text, encode_text
from pipeline.topology.topics import build_topics, partition_of
from pipeline.wire import decode_event, encode_event
from tests.readings import Model

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
TOPICS = build_topics(KafkaSettings(partitions=4))


def unread(number: int) -> Unread:
    """Return a text that nobody has read."""
    message = Message(
        id=f"m:{number}",
        at=AT,
        version=2,
        customer=("x:ada", "email:ada@example.org"),
        channel="email",
        visibility="private",
        direction="inbound",
        text="Ünread \x00 \u2028 text",
        thread="t",
    )
    context = (Passage("outbound", "Hello."), Passage("inbound", ""))
    return Unread(
        id=f"reading:{number}", message=message, at=AT, zone="Europe/Berlin", context=context
    )


def record(value: bytes | None) -> Record:
    """Return a record of the texts topic."""
    return Record(topic="ccm-texts", partition=1, offset=7, key=b"k", value=value)


def test_a_text_survives_its_record() -> None:
    """Message, context, time and zone, whatever the words."""
    assert decode_text(encode_text(unread(1))) == unread(1)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        b"",
        b"[]",
        b'{"v": 1}',
        encode_text(unread(1)).replace(b'"v":1', b'"v":2'),
        b'{"v":1,"id":"r","at":"2026-11-16T09:00:00Z","zone":"UTC","message":%s}'
        % encode_event(Status(id="s", at=AT, customer=("x:a",), status="open")),
        b'{"v":1,"id":"r","at":"2026-11-16T09:00:00Z","zone":"UTC","message":{"kind":"message"}}',
    ],
)
def test_what_is_no_text_is_refused_in_words(raw: bytes | None) -> None:
    """And becomes a dead letter with its place; the others of the batch are read."""
    with pytest.raises(BadEvent, match=r"found|has no value"):
        decode_text(raw)
    stage = ReadingStage(TOPICS, Model("m-1"), lambda: AT)
    read = stage.work([record(raw), record(encode_text(unread(1)))])
    reading, letter = read.outgoing
    assert (read.texts, read.read, read.letters) == (1, 1, 1)
    assert decode_letter(letter.value).origin == "ccm-texts[1]@7"
    assert letter.topic == "ccm-dead-letters"
    told = decode_event(reading.value)
    assert isinstance(told, Reading)
    assert (told.id, told.of, told.message_version) == ("reading:1", "m:1", 2)
    assert reading.partition == partition_of(b"email:ada@example.org", 4)


def test_a_text_is_sent_once_and_again_after_an_hour() -> None:
    """As long as it is remembered; nothing is known at once."""
    desk = ApartDesk(TOPICS, asked_max=2)
    assert desk.read([unread(1), unread(2)], AT) == ()
    assert [one.topic for one in desk.drain()] == ["ccm-texts", "ccm-texts"]
    desk.read([unread(1), unread(2)], AT + ASKED_AGAIN_AFTER - timedelta(seconds=1))
    assert desk.drain() == []
    desk.read([unread(1)], AT + ASKED_AGAIN_AFTER)
    assert [one.key for one in desk.drain()] == [b"reading:1"]
    desk.read([unread(3), unread(4)], AT + ASKED_AGAIN_AFTER)
    desk.drain()
    desk.read([unread(1)], AT + ASKED_AGAIN_AFTER)
    assert len(desk.drain()) == 1, "what is forgotten is sent again"


def test_a_text_that_is_sent_again_is_answered_without_reading() -> None:
    """As long as the reading is remembered."""
    stage = ReadingStage(TOPICS, Model("m-1"), lambda: AT, known_max=1)
    first = stage.work([record(encode_text(unread(1)))] * 2)
    again = stage.work([record(encode_text(unread(1)))])
    assert (first.read, again.read) == (1, 0)
    assert first.outgoing == again.outgoing
    stage.work([record(encode_text(unread(2)))])
    assert stage.work([record(encode_text(unread(1)))]).read == 1
