"""Sends to Kafka while it is there; keeps what comes on disk while it is away.

Records leave the disk in the order in which they came. As long as any wait there, new ones line up
behind them, so that nothing overtakes. A record that was acknowledged just before the process died
is sent once more after its restart, which does no harm: events are known by their content.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from threading import Event as Flag
from threading import Thread
from typing import Final, Protocol

from pipeline.errors import StoreError

RECORDS_AT_ONCE: Final = 1_000
BYTES_AT_ONCE: Final = 4 * 1024 * 1024
RETRY_SECONDS: Final = 1.0
_LOG: Final = logging.getLogger("ccm.gateway")
Pair = tuple[bytes, bytes]
"""Key and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """One record that waits: its place in the queue, and what is to be sent."""

    seq: int
    topic: str
    key: bytes
    value: bytes


class Sender(Protocol):
    """Brings records to a topic. Called from worker threads, several at a time."""

    def send(self, topic: str, records: Sequence[Pair]) -> None:
        """Send keys and values; all of them are safe when this returns.

        Raises:
            StoreError: not all are. Some may be: send all again.
        """

    def is_reachable(self) -> bool:
        """Return whether records can be taken just now."""


class Spool(Protocol):
    """The queue on disk."""

    @property
    def count(self) -> int:
        """How many records wait."""

    @property
    def is_full(self) -> bool:
        """Whether nothing more is taken."""

    def append(self, topic: str, records: Sequence[Pair]) -> None:
        """Keep keys and values; all of them are on disk when this returns, or none."""

    def first(self, count: int, size: int) -> list[Spooled]:
        """Return the records that have waited longest, within these bounds."""

    def drop(self, records: Sequence[Spooled]) -> None:
        """Forget the first records, which have arrived."""


class SpoolingSender:
    """A `Sender` that keeps on disk what another one cannot send, and brings it there later.

    Args:
        sender: brings records to Kafka.
        spool: keeps them.
        is_open: whether new records are kept; else only what waits already is sent, and new ones
            are refused while Kafka is away.
    """

    def __init__(self, sender: Sender, spool: Spool, *, is_open: bool) -> None:
        self._sender = sender
        self._spool = spool
        self._is_open = is_open
        self._news = Flag()
        self._stop = Flag()
        self._thread = Thread(target=self._drain, name="spool", daemon=True)
        self._thread.start()

    def send(self, topic: str, records: Iterable[Pair]) -> None:
        """Send keys and values; they are in Kafka or on disk when this returns.

        Raises:
            StoreFull: Kafka is away and the disk's bound is reached.
            StoreError: Kafka is away and nothing may be kept, or the disk refused.
        """
        pairs = list(records)
        if not self._is_open or not self._spool.count:
            try:
                self._sender.send(topic, pairs)
            except StoreError as error:
                if not self._is_open:
                    raise
                _LOG.warning("kafka is away, keeping what comes on disk: %s", error)
            else:
                return
        self._spool.append(topic, pairs)
        self._news.set()

    def is_reachable(self) -> bool:
        """Return whether records are taken, by Kafka or by the disk."""
        if self._is_open and not self._spool.is_full:
            return True
        return self._sender.is_reachable()

    def close(self) -> None:
        """Stop sending what waits; it stays on disk, and is sent by the next process."""
        self._stop.set()
        self._news.set()
        self._thread.join()
        if self._spool.count:
            _LOG.warning("%d records wait on disk for the next start", self._spool.count)

    def _drain(self) -> None:
        """Send what waits until told to stop; while Kafka is away try again every second."""
        is_away = False
        while not self._stop.is_set():
            self._news.clear()
            try:
                is_done = not self._send_first()
            except StoreError as error:
                if not is_away:
                    _LOG.warning("%d records wait on disk: %s", self._spool.count, error)
                is_away = True
                self._stop.wait(RETRY_SECONDS)
                continue
            if is_done:
                if is_away:
                    _LOG.warning("kafka is back, and nothing waits on disk any more")
                is_away = False
                self._news.wait()

    def _send_first(self) -> bool:
        """Send what has waited longest; return whether there was anything."""
        waiting = self._spool.first(RECORDS_AT_ONCE, BYTES_AT_ONCE)
        for topic, group in groupby(waiting, key=attrgetter("topic")):
            records = list(group)
            self._sender.send(topic, [(one.key, one.value) for one in records])
            self._spool.drop(records)
        return bool(waiting)
