"""A reader as a process: texts from their topic, in a group of its own, in micro-batches.

One thread does one thing after the other: fetch, read, send, commit. What fails ends the process,
and the supervisor starts it again; what was not committed is read again, by it or by another.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Event as Flag
from time import monotonic, sleep
from typing import Any, Final, Protocol

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import CommitFailedError, KafkaError

from pipeline.config import KafkaSettings
from pipeline.errors import StoreError
from pipeline.topology.batches import Record
from pipeline.topology.reading import Read, ReadingStage
from pipeline.topology.topics import Outgoing, Topic, build_topics

FETCH_SECONDS: Final = 0.5
SEND_AGAIN_SECONDS: Final = 1.0
POLL_SECONDS_MAX: Final = 300
"""A reader that reads at one batch for longer is taken for dead."""
_LOG: Final = logging.getLogger("ccm.reader")


class Sender(Protocol):
    """Sends records, keyed, and waits until the brokers have them."""

    def send(self, topic: str, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Return once all are acknowledged.

        Raises:
            StoreError: not all of them were.
        """


class Feed:
    """The records of the partitions of a topic that the group gives us.

    Args:
        kafka: brokers and bounds.
        topic: whose records they are.
        group: the end of the group's name.
        at_once_max: how many records are fetched together at most.
        asked: hears whenever Kafka has answered.

    Raises:
        StoreError: no broker answers.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        topic: Topic,
        group: str,
        at_once_max: int,
        asked: Callable[[], None] = lambda: None,
    ) -> None:
        self._asked = asked
        self._session_ms = kafka.session_seconds * 1000
        try:
            self._consumer = KafkaConsumer(
                topic.name,
                bootstrap_servers=list(kafka.bootstrap),
                client_id=f"ccm-{group}",
                group_id=f"{kafka.prefix}-{group}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                max_poll_records=at_once_max,
                max_partition_fetch_bytes=topic.record_bytes_max,
                fetch_max_bytes=4 * topic.record_bytes_max,
                session_timeout_ms=self._session_ms,
                heartbeat_interval_ms=self._session_ms // 4,
                max_poll_interval_ms=POLL_SECONDS_MAX * 1000,
            )
        except KafkaError as error:
            raise StoreError(f"kafka: {topic.name}: cannot be read ({error})") from None

    def fetch(self) -> list[Record]:
        """Return what has come, waiting a little for the first."""
        found: Any = self._consumer.poll(timeout_ms=int(FETCH_SECONDS * 1000))
        self._asked()
        return list(_records(found))

    def commit(self) -> None:
        """Note that everything fetched is done; if others have it meanwhile, they do it again."""
        try:
            self._consumer.commit()
        except CommitFailedError as error:
            _LOG.warning("not a member any more, others do these again: %s", error)

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close(autocommit=False)


class Texts(Feed):
    """The texts that workers leave to the readers.

    Args:
        kafka: brokers, names and bounds.
        asked: hears whenever Kafka has answered.

    Raises:
        StoreError: no broker answers.
    """

    def __init__(self, kafka: KafkaSettings, asked: Callable[[], None] = lambda: None) -> None:
        topic, at_once_max = build_topics(kafka).texts, kafka.texts_at_once_max
        super().__init__(kafka, topic, "reader", at_once_max, asked)


def run(
    texts: Texts,
    stage: ReadingStage,
    sender: Sender,
    stop: Flag,
    done: Callable[[Read, float], None] | None = None,
    patience_seconds: float = 60.0,
) -> None:
    """Read until ``stop`` is set; the batch at hand is finished first.

    Args:
        texts: where they come from.
        stage: reads them.
        sender: brings what was read to the log.
        stop: when to end.
        done: hears of each batch, and how long it took.
        patience_seconds: how long the brokers may be away before this process ends.

    Raises:
        StoreError: they were away for longer.
        KafkaError: the group cannot be kept up.
    """
    while not stop.is_set():
        records = texts.fetch()
        if not records:
            continue
        began = monotonic()
        read = stage.work(records)
        _send(sender, read.outgoing, stop, patience_seconds)
        texts.commit()
        if done is not None:
            done(read, monotonic() - began)


def _send(sender: Sender, outgoing: Sequence[Outgoing], stop: Flag, patience: float) -> None:
    """Send, again and again while the brokers are away: what is sent twice counts once."""
    until = monotonic() + patience
    by_topic: defaultdict[str, list[tuple[bytes, bytes]]] = defaultdict(list)
    for one in outgoing:
        by_topic[one.topic].append((one.key or b"", one.value))
    for topic, records in by_topic.items():
        while True:
            try:
                sender.send(topic, records)
                break
            except StoreError as error:
                if stop.is_set() or monotonic() > until:
                    raise
                _LOG.warning("trying again: %s", error)
                sleep(SEND_AGAIN_SECONDS)


def _records(found: dict[TopicPartition, Sequence[Any]]) -> Iterator[Record]:
    for tp, records in found.items():
        for one in records:
            yield Record(
                topic=tp.topic,
                partition=tp.partition,
                offset=one.offset,
                key=one.key,
                value=one.value,
                timestamp=one.timestamp,
            )
