"""How far workers or readers have come: what they committed, against where the topics end."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, RetriableError

from pipeline.config import KafkaSettings
from pipeline.errors import StoreError
from pipeline.topology.topics import build_topics

Lag = Mapping[str, int]
"""By topic, how many records the workers have not committed."""


class LagReader:
    """Asks Kafka; belongs to no group.

    Args:
        kafka: brokers and names.
        group: of the workers, or of those that read texts for them.

    Raises:
        StoreError: Kafka cannot be reached.
    """

    def __init__(self, kafka: KafkaSettings, group: Literal["worker", "reader"] = "worker") -> None:
        topics = build_topics(kafka)
        self._group = f"{kafka.prefix}-{group}"
        self._partitions = [
            TopicPartition(topic.name, number)
            for topic in ([topics.texts] if group == "reader" else [topics.events, topics.commands])
            for number in range(topic.partitions)
        ]
        brokers = list(kafka.bootstrap)
        try:
            self._admin = KafkaAdminClient(bootstrap_servers=brokers, client_id="ccm-lag")
            self._consumer = KafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False)
        except KafkaError as error:
            raise StoreError(
                f"kafka: no broker answers at {', '.join(brokers)} ({error})"
            ) from None

    def read(self) -> Lag:
        """Return how many records are left, by topic.

        What was committed is asked first: where nothing is left, nothing is under way between the
        partitions either, because commands are sent before the commit.
        """
        try:
            done = self._committed()
            ends = self._consumer.end_offsets(self._partitions)
        except KafkaError as error:
            raise StoreError(f"kafka: offsets cannot be read ({error})") from None
        return _by_topic(self._partitions, done, ends)

    def _committed(self) -> Any:
        try:
            return self._admin.list_group_offsets({self._group: self._partitions})[self._group]
        except RetriableError:
            return {}  # no group has ever committed here, or its coordinator is another just now

    def close(self) -> None:
        """End the connections."""
        self._admin.close()
        self._consumer.close()


def _by_topic(partitions: Iterable[TopicPartition], done: Any, ends: Any) -> Lag:
    lag: dict[str, int] = {}
    for tp in partitions:
        committed = max(0, done[tp].offset) if tp in done else 0
        lag[tp.topic] = lag.get(tp.topic, 0) + ends[tp] - committed
    return lag
