"""Reads a topic from its start to where it ended when reading began, in batches."""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from pipeline.errors import StoreError
from pipeline.topology.batches import Record
from pipeline.topology.topics import MIB

RECORDS_AT_ONCE: Final = 5_000
FETCH_BYTES_MAX: Final = 4 * MIB
SILENT_SECONDS_MAX: Final = 30.0
Ends = Mapping[int, int]
"""By partition, the offset after the last record."""
T = TypeVar("T")


class TopicLog:
    """One topic, read without a group: nobody's offsets move. Not for use inside an event loop.

    Args:
        bootstrap: brokers to begin with.
        topic: its name.

    Raises:
        StoreError: Kafka cannot be reached, or there is no such topic.
    """

    def __init__(self, bootstrap: Iterable[str], topic: str) -> None:
        self._topic = topic
        self._runner = asyncio.Runner()
        try:
            self._consumer, self._partitions = self._run(self._start(list(bootstrap)))
        except BaseException:
            self._runner.close()
            raise

    def ends(self) -> Ends:
        """Return where each partition ends now."""
        found: Any = self._run(self._consumer.end_offsets(self._partitions))
        return {tp.partition: end for tp, end in found.items()}

    def read(self, ends: Ends) -> Iterator[Record]:
        """Yield every record before ``ends``: in order within a partition.

        Raises:
            StoreError: Kafka fell silent.
        """
        for tp, records in self._batches(ends):
            for one in records:
                yield Record(
                    topic=self._topic,
                    partition=tp.partition,
                    offset=one.offset,
                    key=one.key,
                    value=one.value,
                )

    def lines(self, ends: Ends) -> Iterator[bytes]:
        """Yield the values of the records before ``ends`` that have a key and a value.

        Raises:
            StoreError: Kafka fell silent.
        """
        for _, records in self._batches(ends):
            for one in records:
                if one.key is not None and one.value is not None:
                    yield one.value

    def close(self) -> None:
        """End the connections."""
        self._run(self._consumer.stop())
        self._runner.close()

    def _batches(self, ends: Ends) -> Iterator[tuple[TopicPartition, Sequence[Any]]]:
        starts = self._run(self._begin())
        left = {tp for tp in self._partitions if starts[tp] < ends[tp.partition]}
        while left:
            for tp, records in self._run(self._fetch(left)).items():
                end = ends[tp.partition]
                last = records[-1].offset
                yield tp, records if last < end else [one for one in records if one.offset < end]
            left = self._run(self._left(left, ends))

    async def _start(self, brokers: list[str]) -> tuple[Any, list[TopicPartition]]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=brokers,
            client_id="ccm-log",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES_MAX,
        )
        try:
            await consumer.start()
            cluster = await consumer._client.fetch_all_metadata()
            numbers = cluster.partitions_for_topic(self._topic)
            if not numbers:
                raise StoreError(f"kafka: {self._topic}: is missing; `ccm topics create` makes it")
            partitions = [TopicPartition(self._topic, number) for number in sorted(numbers)]
            consumer.assign(partitions)
        except BaseException:
            await consumer.stop()
            raise
        return consumer, partitions

    async def _begin(self) -> Mapping[TopicPartition, int]:
        starts: Mapping[TopicPartition, int] = await self._consumer.beginning_offsets(
            self._partitions
        )
        for tp, start in starts.items():
            self._consumer.seek(tp, start)
        return starts

    async def _fetch(self, left: Iterable[TopicPartition]) -> Any:
        found = await self._consumer.getmany(
            *left, timeout_ms=int(SILENT_SECONDS_MAX * 1000), max_records=RECORDS_AT_ONCE
        )
        if not any(found.values()):
            raise StoreError(f"kafka: {self._topic}: no record for {SILENT_SECONDS_MAX:.0f} s")
        return found

    async def _left(self, left: set[TopicPartition], ends: Ends) -> set[TopicPartition]:
        """Return what is not read yet; a compacted partition may end in records that are gone."""
        return {tp for tp in left if await self._consumer.position(tp) < ends[tp.partition]}

    def _run(self, work: Awaitable[T]) -> T:
        async def told() -> T:
            try:
                return await work
            except KafkaError as error:
                raise StoreError(f"kafka: {self._topic}: cannot be read ({error})") from None

        return self._runner.run(told())
