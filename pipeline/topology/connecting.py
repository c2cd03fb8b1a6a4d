"""Where connectors keep what they fetch on Kafka: events, dead letters, then the cursor.

Each is sent only after the broker has acknowledged the one before. A crash between them brings the
same batch again: events are known by their ids, and the cursor never runs ahead of them. Cursors
are a compacted topic of one partition, read once at the start.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from pipeline.connectors.ports import Cursor
from pipeline.domain.events import Event
from pipeline.errors import InputError
from pipeline.intake.kafka import KafkaDeadLetters, KafkaInbox
from pipeline.intake.spooling import Sender
from pipeline.payloads import Rejected
from pipeline.topology.log import TopicLog


class KafkaSink:
    """A `Sink` on the topics.

    Args:
        producer: sends.
        inbox: takes events.
        letters: takes what cannot be used.
        decode: tells whether a line is an event that workers will take.
        cursors: the topic of the cursors.
        stored: the cursors at the start, by name.
    """

    def __init__(
        self,
        *,
        producer: Sender,
        inbox: KafkaInbox,
        letters: KafkaDeadLetters,
        decode: Callable[[bytes], Event],
        cursors: str,
        stored: dict[str, str],
    ) -> None:
        self._producer = producer
        self.inbox = inbox
        self.letters = letters
        self._decode = decode
        self._cursors = cursors
        self._stored = stored

    def cursor(self, name: str) -> str | None:
        """Return the cursor that was stored last under ``name``."""
        return self._stored.get(name)

    def take(
        self,
        source: str,
        lines: Sequence[bytes],
        rejected: Sequence[Rejected],
        now: datetime,
        cursor: Cursor | None = None,
    ) -> None:
        """Send events and dead letters, then the cursor; all acknowledged when this returns.

        Raises:
            StoreError: not all of it was acknowledged; the same is sent again.
        """
        good, bad = self._sorted(lines)
        for one in (*rejected, *bad):
            self.letters.add(one.reason, one.where, source, one.raw, now)
        if good:
            self.inbox.append(source, good, now)
        if cursor is not None:
            self._producer.send(self._cursors, [(cursor.name.encode(), cursor.value.encode())])
            self._stored[cursor.name] = cursor.value

    def _sorted(self, lines: Sequence[bytes]) -> tuple[list[bytes], list[Rejected]]:
        good: list[bytes] = []
        bad: list[Rejected] = []
        for line in lines:
            try:
                self._decode(line)
                good.append(line)
            except InputError as error:
                bad.append(Rejected(reason=error.reason, where=error.where or "event", raw=line))
        return good, bad


def read_cursors(log: TopicLog) -> dict[str, str]:
    """Return the last cursor of each name; closes the log.

    Raises:
        StoreError: Kafka cannot be read.
    """
    try:
        found = {one.key: one.value for one in log.read(log.ends())}
    finally:
        log.close()
    return {key.decode(): value.decode() for key, value in found.items() if key and value}
