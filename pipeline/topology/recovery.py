"""Brings a worker's table up to what the changelog says, partition by partition."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from pipeline.topology.nodes import take_in
from pipeline.topology.table import Table
from pipeline.topology.topics import MIB

RECORDS_AT_ONCE: Final = 2_000
POLL_MS: Final = 500
_LOG: Final = logging.getLogger("ccm.worker")


class Changelog:
    """The topic of the nodes, read without a group and by a client of its own.

    So recovery moves no position of the group's consumer, and waits for nothing that a rebalance
    could take away: it is only ever given up between two reads.

    Args:
        bootstrap: brokers to begin with.
        topic: the name of the changelog.
        table: what is brought up to it.
    """

    def __init__(self, bootstrap: Sequence[str], topic: str, table: Table) -> None:
        self._bootstrap = list(bootstrap)
        self._topic = topic
        self._table = table

    async def recover(self, partitions: Iterable[int], is_wanted: Callable[[], bool]) -> int | None:
        """Read what is not in the table yet; return how many records that were.

        Args:
            partitions: which; others are let go of.
            is_wanted: asked before each read; the work is given up where it says no.

        Returns:
            the number of records; None where it was given up.
        """
        wanted = sorted(partitions)
        self._table.keep_only(wanted)
        begin = {TopicPartition(self._topic, one): self._table.open(one) for one in wanted}
        if not begin:
            return 0
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=2 * MIB,
        )
        await consumer.start()
        try:
            return await self._read(consumer, begin, is_wanted)
        finally:
            await consumer.stop()

    async def _read(
        self,
        consumer: AIOKafkaConsumer,
        begin: Mapping[TopicPartition, int],
        is_wanted: Callable[[], bool],
    ) -> int | None:
        consumer.assign(list(begin))
        ends = await consumer.end_offsets(list(begin))
        for tp, offset in begin.items():
            consumer.seek(tp, self._checked(tp, offset, ends[tp]))
        count = 0
        left = {tp for tp in begin if self._table.offset(tp.partition) < ends[tp]}
        while left:
            if not is_wanted():
                return None
            found = await consumer.getmany(timeout_ms=POLL_MS, max_records=RECORDS_AT_ONCE)
            for tp, records in found.items():
                count += len(records)
                news = take_in(self._table, tp.partition, ((one.key, one.value) for one in records))
                self._table.write(tp.partition, news, records[-1].offset + 1)
            # A compacted log may end in records that are no more: then the position tells.
            left = {tp for tp in left if await consumer.position(tp) < ends[tp]}
        return count

    def _checked(self, tp: TopicPartition, offset: int, end: int) -> int:
        if offset <= end:
            return offset
        _LOG.warning(
            "%s[%d]: ends at %d, the table knows it up to %d: it was made anew; so is the table",
            tp.topic, tp.partition, end, offset,
        )  # fmt: skip
        self._table.clear(tp.partition)
        return 0
