"""Payloads in, kept lines out: the one way by which every connector, listener and webhook stores.

A payload that cannot be used is a dead letter with its raw bytes, and costs no other payload
anything. So is one on which a parser of ours fails: a stranger's mail must not stop a channel. It
is logged as the bug that it is, and `ccm dead-letters` shows the bytes.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from pipeline.connectors.health import Health
from pipeline.connectors.ports import Clock, Cursor, Sink
from pipeline.domain.events import Event
from pipeline.errors import InputError
from pipeline.payloads import Payload, Rejected, Taken
from pipeline.wire import encode_event

T = TypeVar("T")
Parse = Callable[[Payload], Sequence[Event]]
SKEW: Final = timedelta(minutes=5)
"""How far a source's clock may be ahead."""
_LOG: Final = logging.getLogger("ccm.connectors")


class Taker:
    """Parses and stores what one way in hands over.

    Args:
        parse: makes events of a payload.
        sink: keeps the lines.
        health: is told.
        clock: the present moment.
    """

    def __init__(self, parse: Parse, sink: Sink, health: Health, clock: Clock) -> None:
        self._parse = parse
        self._sink = sink
        self._health = health
        self._clock = clock

    def take(self, payloads: Sequence[Payload], cursor: str | None = None) -> Taken:
        """Store what the payloads say, and with it the cursor; return what was stored.

        Raises:
            StoreError: not all of it was kept; nothing is lost if the same is taken again.
        """
        lines: list[bytes] = []
        rejected: list[Rejected] = []
        for payload in payloads:
            found = self._read(payload)
            if isinstance(found, Rejected):
                rejected.append(found)
            else:
                lines += found
        return self._keep(lines, rejected, _newest(payloads), cursor)

    def take_all(self, payloads: Callable[[], Sequence[Payload]], raw: bytes) -> Taken:
        """Store the payloads of one delivery; one that does not hold any is a dead letter itself.

        Raises:
            StoreError: not all of it was kept.
        """
        found = self._tried(lambda: list(payloads()), "body", raw)
        if isinstance(found, Rejected):
            return self._keep([], [found], None, None)
        return self.take(found)

    def _read(self, payload: Payload) -> list[bytes] | Rejected:
        return self._tried(
            lambda: [encode_event(self._in_time(event)) for event in self._parse(payload)],
            payload.where,
            payload.raw,
        )

    def _in_time(self, event: Event) -> Event:
        """Return an event, with the time of its arrival where its source's clock is ahead of ours.

        By that its time is brought back to ours (definitions §2): nobody would hear of it before
        that moment has come. Nothing else is stamped, so that what is fetched twice is one line.
        """
        now = self._clock()
        if event.received_at is not None or event.at <= now + SKEW:
            return event
        return replace(event, received_at=now)

    def _tried(self, do: Callable[[], T], where: str, raw: bytes) -> T | Rejected:
        try:
            return do()
        except InputError as error:
            reason = error.reason
        except Exception as error:
            _LOG.exception("%s: %s: a bug of ours", self._health.name, where)
            self._health.failed("bug", f"{where}: {error!r}")
            reason = (
                f"a bug of ours: {error!r}. Report it with these bytes, and retry after an update"
            )
        return Rejected(reason=reason, where=where, raw=raw)

    def _keep(
        self,
        lines: list[bytes],
        rejected: list[Rejected],
        newest: datetime | None,
        cursor: str | None,
    ) -> Taken:
        now, name = self._clock(), self._health.name
        if lines or rejected or cursor is not None:
            position = None if cursor is None else Cursor(name=name, value=cursor)
            self._sink.take(name, lines, rejected, now, position)
        if lines or rejected:
            self._health.took(len(lines), len(rejected), newest, now)
        return Taken(events=len(lines), dead_letters=len(rejected))


def _newest(payloads: Sequence[Payload]) -> datetime | None:
    return max((one.at for one in payloads if one.at is not None), default=None)
