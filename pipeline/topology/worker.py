"""The Faust application: one agent that hands records over, one loop that does them in batches.

Of Faust we use what it is good at: membership, assignment, fetching, tables and their recovery,
commits. What it is known to lose or repeat records by, we leave alone:

* The agent does nothing but put records into a queue, unacknowledged. `_Loop` does a batch, and
  acknowledges its records after every effect of it is safe: ledger, commands, nodes, in this order.
* No exception leaves the loop: whatever is no bad input ends the process at once, without a
  commit, and the supervisor starts it again.
* Before partitions go to another worker, the batch at hand is brought to its end and the rest of
  the queue is dropped; nobody has acknowledged it, so that it is read again.
* Records are taken only in unbroken order of their offsets, so that no commit passes one over; a
  worker that stands still although records wait ends itself.
* Concurrency is 1; there is no web server, no window, no join, no ``exactly_once``.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic
from typing import Any, Final, NoReturn

import faust
from faust.types import TP, EventT

from pipeline.config import KafkaSettings
from pipeline.monitor import Monitor, Store
from pipeline.topology.batches import Batches, Record, Result
from pipeline.topology.codec import decode_node, encode_node
from pipeline.topology.protocol import Node, Shard, succeeded
from pipeline.topology.topics import MIB, Outgoing, Topics, build_topics, partition_of

FAILED: Final = 70
"""Exit status when the loop could not go on (EX_SOFTWARE)."""
QUEUE_MAX: Final = 2_000
IDLE_SECONDS_MAX: Final = 0.5
_LOG: Final = logging.getLogger("ccm.worker")
BuildMonitor = Callable[[Store], Monitor]


def create_app(kafka: KafkaSettings, batches: Batches, build_monitor: BuildMonitor) -> faust.App:
    """Return the application of one worker; `faust.Worker` runs it.

    Args:
        kafka: brokers, topics and bounds.
        batches: does the records.
        build_monitor: makes the monitor over the store of the partitions that the worker has.
    """
    topics = build_topics(kafka)
    app = faust.App(f"{kafka.prefix}-worker", **_options(kafka))
    source = app.topic(
        topics.events.name,
        topics.commands.name,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        allow_empty=True,
    )
    table = _table(app, topics)
    loop = _Loop(app, kafka, table, batches, build_monitor)

    @app.agent(source, concurrency=1)
    async def hand_over(stream: Any) -> None:
        async for event in stream.noack().events():
            await loop.put(event)

    app.task(loop.run)
    app.on_partitions_revoked.connect(loop.on_revoked)
    table.on_recover(loop.on_recovered)
    return app


def _options(kafka: KafkaSettings) -> dict[str, Any]:
    return {
        "broker": [f"kafka://{one}" for one in kafka.bootstrap],
        "store": "memory://",
        "Table": NodeTable,
        "datadir": "/nonexistent",  # memory needs none
        "autodiscover": False,
        "web_enabled": False,
        "processing_guarantee": "at_least_once",
        "topic_allow_declare": False,  # `ccm topics create` does it, and nobody else
        "topic_disable_leader": True,
        "topic_partitions": kafka.partitions,
        "topic_replication_factor": kafka.replication,
        "table_standby_replicas": 0,
        "broker_session_timeout": float(kafka.session_seconds),
        "broker_heartbeat_interval": kafka.session_seconds / 4,
        "broker_commit_interval": 1.0,
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": 4 * MIB,
        "producer_acks": -1,
        "producer_max_request_size": 64 * MIB,
        "stream_buffer_maxsize": QUEUE_MAX,
        "stream_recovery_delay": 0.0,
        "stream_wait_empty": False,  # our loop waits for its own batch
    }


def _table(app: faust.App, topics: Topics) -> Any:
    changelog = app.topic(
        topics.nodes.name,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        compacting=True,
        internal=True,
        partitions=topics.nodes.partitions,
    )
    return app.Table(
        "nodes",
        key_type=bytes,
        value_type=bytes,
        partitions=topics.nodes.partitions,
        changelog_topic=changelog,
    )


class NodeTable(faust.Table[bytes, bytes]):
    """A table whose recovery understands its records: see `succeeded`."""

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Take records of the changelog, in the order in which they were written."""
        store: Any = self.data
        for event in batch:
            key, value = event.message.key, event.message.value
            held = store.data.get(key)
            if held is not None and value is not None and held != value:
                value = encode_node(succeeded(decode_node(held), decode_node(value)))
            store.data[key] = value
            store._key_partition[key] = event.message.partition


class _Records:
    """The protocol's view of the table."""

    def __init__(self, table: Any, partitions: int) -> None:
        self._store = table.data
        self._partitions = partitions
        self._send = table.send_changelog

    def get(self, name: str) -> Node | None:
        """Return the record of a node; None where nothing was written yet."""
        raw = self._store.data.get(name.encode())
        return None if raw is None else decode_node(raw)

    def put(self, key: bytes, value: bytes) -> Any:
        """Write a record; return what is done once the broker has acknowledged it."""
        partition = partition_of(key, self._partitions)
        self._store.data[key] = value
        self._store._key_partition[key] = partition  # so that it goes with its partition
        return self._send(partition, key, value)

    def of(self, partitions: set[int]) -> Iterator[tuple[str, Node]]:
        """Yield the nodes of some partitions."""
        for key, raw in self._store.data.items():
            if partition_of(key, self._partitions) in partitions:
                yield key.decode(), decode_node(raw)


class _Loop:
    """Takes records from the agent, does them in batches, acknowledges them."""

    def __init__(
        self,
        app: faust.App,
        kafka: KafkaSettings,
        table: Any,
        batches: Batches,
        build_monitor: BuildMonitor,
    ) -> None:
        self._app = app
        self._topics = build_topics(kafka)
        self._records = _Records(table, kafka.partitions)
        self._batches = batches
        self._build_monitor = build_monitor
        self._batch_max = kafka.batch_events_max
        self._shard: Shard | None = None
        self._next_offsets: dict[TP, int] = {}
        self._stood_still_since: float | None = None
        self._stall_seconds = kafka.stall_seconds
        self._queue: asyncio.Queue[EventT[Any]] = asyncio.Queue(QUEUE_MAX)
        self._busy = asyncio.Lock()

    async def put(self, event: EventT[Any]) -> None:
        """Take one record from the agent; waits while the queue is full."""
        await self._queue.put(event)

    async def on_revoked(self, *_: Any, **__: Any) -> None:
        """Finish the batch at hand, and forget everything: others may have these partitions."""
        async with self._busy:
            self._shard = None
            self._next_offsets.clear()
            self._drop_queue()

    async def on_recovered(self, *_: Any) -> None:
        """Begin with the partitions at hand, whose records have just been read."""
        async with self._busy:
            shard = Shard(self._records, self._build_monitor)
            for name, node in self._records.of(self._partitions()):
                shard.adopt(name, node)
            self._shard = shard
            self._next_offsets.clear()

    async def run(self) -> None:
        """Work until the process ends; a failure ends it."""
        try:
            while not self._app.should_stop:
                await self._turn()
        except asyncio.CancelledError:
            raise
        except BaseException:
            _LOG.exception("the worker cannot go on; nothing of this batch is committed")
            logging.shutdown()
            os._exit(FAILED)

    async def _turn(self) -> None:
        first = await self._next()
        async with self._busy:
            shard = self._shard
            if shard is None:
                return  # what was taken is read again by whoever has its partition now
            taken = [] if first is None else [first, *self._more()]
            events = [event for event in taken if await self._is_next(event)]
            self._watch(bool(events), bool(taken))
            if events or self._batches.is_due(shard):
                await asyncio.shield(asyncio.ensure_future(self._do(shard, events)))

    async def _is_next(self, event: EventT[Any]) -> bool:
        """Return whether a record follows on the one before it in its partition.

        Around a rebalance Faust may hand over records from before it, or pass some over for good.
        What came too early is left to come again; if it does not, `_watch` ends the process.
        """
        tp, offset = event.message.tp, event.message.offset
        if tp not in self._next_offsets:
            self._next_offsets[tp] = await self._begin(tp)
        if offset != self._next_offsets[tp]:
            return False
        self._next_offsets[tp] = offset + 1
        return True

    async def _begin(self, tp: TP) -> int:
        """Return the first offset of a partition that nobody has committed."""
        consumer: Any = self._app.consumer
        earliest = (await consumer.earliest_offsets(tp))[tp] or 0
        return max(consumer._committed_offset.get(tp) or 0, earliest)

    def _watch(self, moved: bool, came: bool) -> None:
        """End the process where records come, or wait, but none can be taken."""
        if moved or not (came or self._has_waiting()):
            self._stood_still_since = None
            return
        self._stood_still_since = self._stood_still_since or monotonic()
        if monotonic() - self._stood_still_since > self._stall_seconds:
            raise RuntimeError(f"no record follows on {self._next_offsets}; beginning anew")

    def _has_waiting(self) -> bool:
        """Return whether any partition ends after the record that is to come next."""
        consumer: Any = self._app.consumer
        return any((consumer.highwater(tp) or 0) > at for tp, at in self._next_offsets.items())

    async def _next(self) -> EventT[Any] | None:
        try:
            return await asyncio.wait_for(self._queue.get(), IDLE_SECONDS_MAX)
        except TimeoutError:
            return None

    def _more(self) -> Iterator[EventT[Any]]:
        for _ in range(self._batch_max - 1):
            if self._queue.empty():
                return
            yield self._queue.get_nowait()

    def _drop_queue(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()

    def _partitions(self) -> set[int]:
        name = self._topics.events.name
        return {tp.partition for tp in self._app.consumer.assignment() if tp.topic == name}

    async def _do(self, shard: Shard, events: Sequence[EventT[Any]]) -> None:
        """Do one batch: ledger, then commands, then nodes; then let the offsets be committed."""
        records = [_record(event) for event in events]
        result: Result = await asyncio.to_thread(self._batches.work, shard, records)
        await self._send(result.outgoing)
        written = [self._records.put(key, value) for key, value in result.nodes]
        if written:
            await asyncio.gather(*written)
        for event in events:
            event.ack()

    async def _send(self, outgoing: Sequence[Outgoing]) -> None:
        producer = self._app.producer
        sent = [
            await producer.send(
                one.topic,
                one.key,
                one.value,
                partition=self._partition(one),
                timestamp=None,
                headers=None,
            )
            for one in outgoing
        ]
        if sent:
            await asyncio.gather(*sent)

    def _partition(self, one: Outgoing) -> int:
        return self._topics.partition_of(one)


def _record(event: EventT[Any]) -> Record:
    message = event.message
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
    )


def run(app: faust.App) -> NoReturn:
    """Run a worker until SIGTERM; the process ends with it."""
    faust.Worker(
        app, loglevel="WARNING", quiet=True, redirect_stdouts=False, override_logging=False
    ).execute_from_commandline()
    raise SystemExit(FAILED)
