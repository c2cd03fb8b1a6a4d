"""Where a worker's texts are read: at its own desk, or by the readers of the texts topic."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from models.reading import Reader
from pipeline.domain.events import Reading
from pipeline.domain.texts import Unread
from pipeline.monitor import ASKED_AGAIN_AFTER
from pipeline.reading import read_texts
from pipeline.topology.protocol import provisional_root
from pipeline.topology.texts import encode_text
from pipeline.topology.topics import Outgoing, Topic, Topics, partition_of
from pipeline.topology.watchdog import Watchdog
from pipeline.wire import encode_event
from pipeline.wire.cloudevents import headers_of

ASKED_MAX: Final = 100_000
TEXTS_AT_ONCE: Final = 32


class InlineDesk:
    """Reads at once; what was read goes to the events topic with the other effects of the batch.

    A worker that dies before it has sent them reads again: the ledger takes what is told anew.

    Args:
        reader: reads.
        topics: to which the readings go.
        watchdog: is told of progress; loading and reading take longer than anything else here.
        warm: loads what the reader needs.
    """

    def __init__(
        self, reader: Reader, topics: Topics, watchdog: Watchdog, warm: Callable[[], None]
    ) -> None:
        self._reader = reader
        self._topic = topics.events
        self._watchdog = watchdog
        self._warm = warm
        self._is_warm = False
        self._outgoing: list[Outgoing] = []

    def read(self, unread: Sequence[Unread], now: datetime) -> Sequence[Reading]:  # noqa: ARG002  # the Protocol's names
        """Return a reading for every text."""
        if not self._is_warm:
            with self._watchdog.patience():
                self._warm()
            self._is_warm = True
        readings: list[Reading] = []
        for start in range(0, len(unread), TEXTS_AT_ONCE):
            readings += read_texts(unread[start : start + TEXTS_AT_ONCE], self._reader)
            self._watchdog.feed()
        self._outgoing += (record_of(one, self._topic) for one in readings)
        return readings

    def drain(self) -> list[Outgoing]:
        """Return what is to be sent since the last time."""
        outgoing, self._outgoing = self._outgoing, []
        return outgoing


class ApartDesk:
    """Sends texts to the readers; what they read comes by the events topic.

    A text is sent once by each worker that meets it, and again where no reading has come for
    `ASKED_AGAIN_AFTER`. Sent twice, it is read alike.

    Args:
        topics: to which the texts go.
        asked_max: how many texts are remembered to have been sent; the longest sent goes first.
    """

    def __init__(self, topics: Topics, asked_max: int = ASKED_MAX) -> None:
        self._topic = topics.texts
        self._asked: OrderedDict[str, datetime] = OrderedDict()
        self._asked_max = asked_max
        self._outgoing: list[Outgoing] = []

    def read(self, unread: Sequence[Unread], now: datetime) -> Sequence[Reading]:
        """Send what was not sent lately; nothing is known at once."""
        for text in unread:
            asked = self._asked.pop(text.id, None)
            if asked is None or now - asked >= ASKED_AGAIN_AFTER:
                self._outgoing.append(self._record(text))
                asked = now
            self._asked[text.id] = asked
        while len(self._asked) > self._asked_max:
            self._asked.popitem(last=False)
        return ()

    def drain(self) -> list[Outgoing]:
        """Return what is to be sent since the last time."""
        outgoing, self._outgoing = self._outgoing, []
        return outgoing

    def _record(self, text: Unread) -> Outgoing:
        key = text.id.encode()
        partition = partition_of(key, self._topic.partitions)
        return Outgoing(
            topic=self._topic.name, partition=partition, key=key, value=encode_text(text)
        )


def record_of(reading: Reading, events: Topic) -> Outgoing:
    """Return the record of a reading in the events topic."""
    key = provisional_root(reading).encode()
    partition = partition_of(key, events.partitions)
    value = encode_event(reading)
    return Outgoing(
        topic=events.name,
        partition=partition,
        key=key,
        value=value,
        headers=tuple(headers_of(value)),
    )
