"""Who reads the texts that nobody has read yet: a reader of `models`, and its words made an event.

A text is read once. What it was read to say is an event of kind ``reading``, which goes into the
log beside the message: so whoever follows the log needs no model, and another model changes nothing
by being installed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Protocol

from models.reading import PRESENT, Passage, Reader, Text
from models.reading import Reading as TextReading
from models.reading import Signal as SignalRead
from models.stock import Reply, StockIndex
from pipeline.domain.events import Reading, Signal
from pipeline.domain.texts import Unread

Keep = Callable[[Sequence[Reading], datetime], None]
"""Puts readings into the log; they are safe when it returns."""

Alike = Callable[[Sequence[Unread]], Mapping[str, int]]
"""Returns of replies, by reading, in how many other conversations the like was written before."""

YEARS: Final = range(1900, 9000)
"""Of times that a line of the interchange format may hold."""


class Desk(Protocol):
    """Where texts are read."""

    def read(self, unread: Sequence[Unread], now: datetime) -> Sequence[Reading]:
        """Return what the texts say, as far as it is known at once.

        What is not returned comes later by the log, or never; it may be asked for again.
        """


class ReadAtOnce:
    """A desk whose reader sits at it.

    Args:
        reader: reads.
        keep: puts the readings into the log; without it they are known to the caller alone.
        alike: counts replies alike; without it stock answers are known by their wording alone.
    """

    def __init__(
        self, reader: Reader, keep: Keep | None = None, alike: Alike | None = None
    ) -> None:
        self._reader = reader
        self._keep = keep
        self._alike = alike

    def read(self, unread: Sequence[Unread], now: datetime) -> Sequence[Reading]:
        """Return a reading for every text, in one call of the reader."""
        readings = read_texts(unread, self._reader, self._alike)
        if self._keep is not None:
            self._keep(readings, now)
        return readings


class CountAlike:
    """Counts in how many other conversations we wrote the like of a reply; in order of (at, id)."""

    def __init__(self) -> None:
        self._index = StockIndex()

    def __call__(self, unread: Iterable[Unread]) -> Mapping[str, int]:
        """Return the counts of the replies among some texts, by reading, and remember these."""
        replies = (one for one in unread if one.message.direction == "outbound")
        ordered = sorted(replies, key=lambda one: (one.at, one.message.id, one.message.version))
        return {one.id: self._index.take(_reply(one)) for one in ordered}


def _reply(unread: Unread) -> Reply:
    message = unread.message
    brand = message.extra.get("brand")  # one export may hold the replies of many companies
    return Reply(
        company=brand if isinstance(brand, str) else "",
        conversation=message.thread or min(message.customer),
        text=message.text,
        at=unread.at,
    )


def read_texts(
    unread: Sequence[Unread], reader: Reader, alike: Alike | None = None
) -> list[Reading]:
    """Return what each text says, as events of the log."""
    counts = {} if alike is None else alike(unread)
    said = reader.read([_text(one, counts.get(one.id)) for one in unread])
    return [_reading(one, told, reader.version) for one, told in zip(unread, said, strict=True)]


def _text(unread: Unread, replies_alike: int | None) -> Text:
    message = unread.message
    return Text(
        id=message.id,
        text=message.text,
        direction=message.direction,
        context=tuple(Passage(direction=one.direction, text=one.text) for one in unread.context),
        at=unread.at,
        zone=unread.zone,
        replies_alike=replies_alike,
    )


def _reading(unread: Unread, told: TextReading, model: str) -> Reading:
    message = unread.message
    return Reading(
        id=unread.id,
        at=message.at,
        customer=message.customer,
        of=message.id,
        message_version=message.version,
        model=model,
        signals=tuple(_signal(one) for one in told.signals if one.probability >= PRESENT),
        severity=told.severity,
        theme=told.theme,
        lang=told.lang,
    )


def _signal(read: SignalRead) -> Signal:
    return Signal(
        name=read.name,
        due=_possible(read.due),
        until=_possible(read.until),
        why=read.why,
        deed=read.deed,
        channel=read.channel,
        asks=read.asks,
        given=read.given,
        span=read.span,
        probability=read.probability,
    )


def _possible(at: datetime | None) -> datetime | None:
    """Return a time as the log gives it back; None for a year that it refuses."""
    if at is None or at.year not in YEARS:
        return None
    return at.astimezone(UTC)


def revised(reading: Reading, held: Reading | None) -> Reading | None:
    """Return ``reading`` as the next revision of ``held``; None where it says the same."""
    if held is None:
        return reading
    same = replace(held, model=reading.model, version=reading.version, extra=reading.extra)
    return None if same == reading else replace(reading, version=held.version + 1)
