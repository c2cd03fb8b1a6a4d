"""Where a worker's texts are read: at its own desk, into the log."""

from collections.abc import Sequence
from datetime import datetime

from models.reading import Reader
from pipeline.domain.events import Reading
from pipeline.domain.texts import Unread
from pipeline.reading import read_texts
from pipeline.topology.protocol import provisional_root
from pipeline.topology.topics import Outgoing, Topics, partition_of
from pipeline.wire import encode_event


class InlineDesk:
    """Reads at once; what was read goes to the events topic with the other effects of the batch.

    A worker that dies before it has sent them reads again: the ledger takes what is told anew.

    Args:
        reader: reads.
        topics: to which the readings go.
    """

    def __init__(self, reader: Reader, topics: Topics) -> None:
        self._reader = reader
        self._topic = topics.events
        self._outgoing: list[Outgoing] = []

    def read(self, unread: Sequence[Unread], now: datetime) -> Sequence[Reading]:  # noqa: ARG002  # the Protocol's names
        """Return a reading for every text, in one call of the reader."""
        readings = read_texts(unread, self._reader)
        self._outgoing += map(self._record, readings)
        return readings

    def _record(self, reading: Reading) -> Outgoing:
        key = provisional_root(reading).encode()
        partition = partition_of(key, self._topic.partitions)
        value = encode_event(reading)
        return Outgoing(topic=self._topic.name, partition=partition, key=key, value=value)

    def drain(self) -> list[Outgoing]:
        """Return what is to be sent since the last time."""
        outgoing, self._outgoing = self._outgoing, []
        return outgoing
