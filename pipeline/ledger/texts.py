"""The events of cases as pages show them, beside the verdicts: where no timeline is at hand.

Rows are told by whoever follows the log, in any order and as often as they like. Texts come without
personal data, and with what was taken out of them, so that a span of the original finds its place.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, select

from models.redaction import Found, Redacted
from pipeline.domain.events import Event, Message, Reading
from pipeline.ledger.engines import among, reading, upsert, writing
from pipeline.ledger.queries import parts
from pipeline.ledger.tables import shown_event, shown_reading
from pipeline.wire import Limits, decode_event, encode_event

_UNLIMITED: Final = Limits(bytes_max=1 << 40, depth_max=1_000, items_max=1 << 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One version of an event, and what was taken out of its text."""

    event: Event
    found: tuple[Found, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the text that came stands in the text that is shown."""
        text = self.event.text if isinstance(self.event, Message) else ""
        return Redacted(text=text, found=self.found).span(start, end)


class ShownEvents:
    """Events and readings for pages, in the tables of a ledger. May be used from several threads.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, events: Iterable[Shown], readings: Iterable[Reading]) -> None:
        """Keep versions of events, and of each version of a message the reading told last.

        Raises:
            StoreError: the database cannot be used; nothing of it was kept.
        """
        told = {(one.event.id, one.event.version): one for one in events}
        read = {(one.of, one.message_version): one for one in readings}
        with writing(self._engine) as connection:
            upsert(connection, shown_event, [_event_row(one) for one in told.values()])
            upsert(connection, shown_reading, [_reading_row(one) for one in read.values()])

    def events(self, ids: Iterable[str]) -> Iterator[Shown]:
        """Yield every version of the events that are kept."""
        c = shown_event.c
        with reading(self._engine) as connection:
            for part in parts(ids):
                found = select(c.line, c.found).where(among(connection, c.event_id, part))
                for line, taken in connection.execute(found).all():
                    yield Shown(event=_event(line), found=_found(taken))

    def readings(self, ids: Iterable[str]) -> Iterator[Reading]:
        """Yield the readings of messages."""
        c = shown_reading.c
        with reading(self._engine) as connection:
            for part in parts(ids):
                found = select(c.line).where(among(connection, c.message_id, part))
                for (line,) in connection.execute(found).all():
                    told = _event(line)
                    if isinstance(told, Reading):
                        yield told


def forget(connection: Connection, ids: Iterable[str]) -> None:
    """Drop events and their readings, in a transaction of the ledger."""
    for part in parts(ids):
        for table, column in (
            (shown_event, shown_event.c.event_id),
            (shown_reading, shown_reading.c.message_id),
        ):
            connection.execute(table.delete().where(among(connection, column, part)))


def _event_row(shown: Shown) -> dict[str, object]:
    found = [(one.kind, one.start, one.end) for one in shown.found]
    return {
        "event_id": shown.event.id,
        "version": shown.event.version,
        "line": encode_event(shown.event).decode(),
        "found": json.dumps(found),
    }


def _reading_row(told: Reading) -> dict[str, object]:
    return {
        "message_id": told.of,
        "message_version": told.message_version,
        "line": encode_event(told).decode(),
    }


def _event(line: str) -> Event:
    return decode_event(line.encode(), topics=None, limits=_UNLIMITED)


def _found(told: str) -> tuple[Found, ...]:
    parsed: Sequence[tuple[str, int, int]] = json.loads(told)
    return tuple(Found(kind=kind, start=start, end=end) for kind, start, end in parsed)
