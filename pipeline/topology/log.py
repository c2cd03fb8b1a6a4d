"""Reads a topic from its start to where it ended when reading began."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from pipeline.errors import StoreError
from pipeline.topology.batches import Record

RECORDS_AT_ONCE = 2_000
SILENT_SECONDS_MAX = 30.0
Ends = Mapping[int, int]
"""By partition, the offset after the last record."""


class TopicLog:
    """One topic, read without a group: nobody's offsets move.

    Args:
        bootstrap: brokers to begin with.
        topic: its name.

    Raises:
        StoreError: Kafka cannot be reached, or there is no such topic.
    """

    def __init__(self, bootstrap: Iterable[str], topic: str) -> None:
        self._topic = topic
        try:
            self._consumer = KafkaConsumer(
                bootstrap_servers=list(bootstrap),
                client_id="ccm-log",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                max_poll_records=RECORDS_AT_ONCE,
            )
            partitions = self._consumer.partitions_for_topic(topic)
        except KafkaError as error:
            raise StoreError(f"kafka: {topic}: cannot be read ({error})") from None
        if not partitions:
            raise StoreError(f"kafka: {topic}: is missing; `ccm topics create` makes it")
        self._partitions = [TopicPartition(topic, number) for number in sorted(partitions)]
        self._consumer.assign(self._partitions)

    def ends(self) -> Ends:
        """Return where each partition ends now."""
        return {tp.partition: end for tp, end in self._end_offsets().items()}

    def read(self, ends: Ends) -> Iterator[Record]:
        """Yield every record before ``ends``: in order within a partition.

        Raises:
            StoreError: Kafka fell silent.
        """
        self._consumer.seek_to_beginning(*self._partitions)
        left = {tp for tp in self._partitions if self._position(tp) < ends[tp.partition]}
        while left:
            found = self._poll()
            if not found:
                raise StoreError(f"kafka: {self._topic}: no record for {SILENT_SECONDS_MAX:.0f} s")
            for tp, records in found.items():
                for one in records:
                    if one.offset < ends[tp.partition]:
                        yield Record(
                            topic=self._topic,
                            partition=tp.partition,
                            offset=one.offset,
                            key=one.key,
                            value=one.value,
                        )
            left = {tp for tp in left if self._position(tp) < ends[tp.partition]}

    def close(self) -> None:
        """End the connections."""
        self._consumer.close()

    def _poll(self) -> Any:
        try:
            return self._consumer.poll(timeout_ms=int(SILENT_SECONDS_MAX * 1000))
        except KafkaError as error:
            raise StoreError(f"kafka: {self._topic}: cannot be read ({error})") from None

    def _position(self, tp: TopicPartition) -> int:
        return int(self._consumer.position(tp))

    def _end_offsets(self) -> Any:
        try:
            return self._consumer.end_offsets(self._partitions)
        except KafkaError as error:
            raise StoreError(f"kafka: {self._topic}: cannot be read ({error})") from None
