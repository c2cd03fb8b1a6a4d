"""What a Kafka worker does with its batches, with Kafka taken away."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.collector import calm_collector
from pipeline.config import KafkaSettings
from pipeline.domain.events import Event
from pipeline.domain.policy import Policy
from pipeline.monitor import Change, Monitor, Store
from pipeline.topology.batches import Batches, Record
from pipeline.topology.nodes import TableNodes
from pipeline.topology.protocol import Shard, provisional_root
from pipeline.topology.table import RocksTable
from pipeline.topology.topics import Outgoing, build_topics, partition_of
from pipeline.wire import decode_event, encode_event
from tests.bench import workload

PARTITIONS = 8


class Standalone:
    """All partitions in one hand; commands come back with the next batch.

    Args:
        home: for the tables.
    """

    def __init__(self, home: Path) -> None:
        calm_collector()
        self._topics = build_topics(KafkaSettings(partitions=PARTITIONS))
        self._table = RocksTable(home)
        for number in range(PARTITIONS):
            self._table.open(number)
        self._batches = Batches(self._topics, decode_event, lambda: workload.AS_OF, self)
        self._nodes = TableNodes(self._table, PARTITIONS, self._batches.lines)
        self._shard = Shard(self._nodes, self._monitor)
        self._back: list[Record] = []

    def work(self, events: Iterable[Event]) -> float:
        """Do a batch of events; return the seconds of processor time."""
        records = [*map(self._record, events), *self._back]
        began = time.process_time()
        result = self._batches.work(self._shard, records)
        for number, pairs in result.nodes.items():
            self._table.write(number, pairs, 0)
        self._nodes.hold(result.held)
        spent = time.process_time() - began
        self._back = [
            Record(topic=one.topic, partition=one.partition, offset=0, key=None, value=one.value)
            for one in result.outgoing
        ]
        return spent

    def close(self) -> None:
        """Close the tables."""
        self._table.close()

    def apply(self, changes: Sequence[Change]) -> None:
        """Be a ledger that costs nothing."""

    def drain(self) -> list[Outgoing]:
        """Be a desk that reads nothing."""
        return []

    def _monitor(self, store: Store) -> Monitor:
        return Monitor(Policy(), store, self)

    def _record(self, event: Event) -> Record:
        key = provisional_root(event).encode()
        return Record(
            topic=self._topics.events.name,
            partition=partition_of(key, PARTITIONS),
            offset=0,
            key=key,
            value=encode_event(event),
        )
