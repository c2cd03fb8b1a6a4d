"""Faust as we use it: the group, its assignor, its consumer's thread, its producer; no more.

What Faust 0.15.3 does beyond that is left out, because records were lost or stuck in it:

* Its fetcher hands records over one by one and drops those that come while the flow is stopped for
  a rebalance. Then it seeks back to what was committed, but aiokafka's ``seek_to_committed`` leaves
  a partition alone whose committed offset is absent or 0, so that dropped records stay dropped.
* Its drain loop notes an offset as read even where the hand-over was broken off by a rebalance, and
  after it drops whatever comes below that offset.
* Its table recovery waits for a signal that is set and cleared again by another task, perhaps
  before anyone waits: then no worker of the partition goes on, without a word.
* Its commit looks for an unbroken run of acknowledged offsets and, finding a gap, never commits
  again.

So here are neither streams nor agents, neither acknowledgements nor Faust's recovery: partitions
are told to a `Partaker`, which reads, seeks and commits by itself.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar, cast

import faust
from aiokafka.errors import CommitFailedError, IllegalStateError
from aiokafka.structs import ConsumerRecord, OffsetAndMetadata, TopicPartition
from faust.app.base import BootStrategy
from faust.transport.drivers.aiokafka import Consumer, Producer, Transport

from pipeline.config import KafkaSettings
from pipeline.topology.topics import MIB

Fetched = Mapping[TopicPartition, Sequence[ConsumerRecord[bytes | None, bytes | None]]]
Offsets = Mapping[TopicPartition, int]
T = TypeVar("T")
SEND_BATCH_BYTES_MAX: Final = MIB // 2
REBALANCE_SECONDS: Final = 60.0
"""How long Kafka waits for other workers at a rebalance, which nobody can hasten."""


class Lost(Exception):
    """The partitions are not ours any more; what was not committed is another worker's now."""


class Partaker(Protocol):
    """Who is told which partitions the worker has. Called in the application's own loop."""

    async def on_revoked(self) -> None:
        """Come to the end of what is at hand; after the return others may have the partitions."""

    async def on_assigned(self, partitions: frozenset[TopicPartition]) -> None:
        """Take note of the partitions; the work is begun elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where reading begins, and where the partitions end now."""

    begin: Offsets
    ends: Offsets


class _Boot(BootStrategy):
    """Starts the producer and the consumer, and nothing else."""

    def server(self) -> Iterable[Any]:
        """Return the services of a worker."""
        return [*self.sensors(), *self.kafka_producer(), self.app.consumer]


class WorkerApp(faust.App):
    """The application of one worker.

    Attributes:
        partaker: hears of rebalances; set before the start.
    """

    partaker: Partaker

    BootStrategy = _Boot

    async def _wait_for_table_recovery_completed(self) -> bool:
        return False

    def _new_transport(self) -> Any:
        return _Transport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> Any:
        return _Transport(self.conf.broker_producer, self)


class _Consumer(Consumer):
    """The group's consumer: tells the partaker of rebalances, and never reads by itself."""

    async def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002  # it is all of them
        await cast(WorkerApp, self.app).partaker.on_revoked()

    async def on_partitions_assigned(
        self,
        assigned: Any,
        generation_id: int = 0,  # noqa: ARG002  # the loop counts its own epochs
    ) -> None:
        tps = frozenset(TopicPartition(tp.topic, tp.partition) for tp in assigned)
        await cast(WorkerApp, self.app).partaker.on_assigned(tps)
        self.app.on_rebalance_return()

    async def verify_all_partitions_active(self) -> None:
        """Leave it to our own watchdog, which looks at what was done, not at streams."""


class _Producer(Producer):
    """The producer; idempotent, so that a retry puts nothing twice or out of order."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class _Transport(Transport):
    Consumer = _Consumer
    Producer = _Producer


def build_app(kafka: KafkaSettings) -> WorkerApp:
    """Return the application; `WorkerApp.partaker` is still to be set."""
    return WorkerApp(
        f"{kafka.prefix}-worker",
        broker=[f"kafka://{one}" for one in kafka.bootstrap],
        store="memory://",  # of Faust's own tables there are none
        datadir="/nonexistent",
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,  # `ccm topics create` does it, and nobody else
        topic_disable_leader=True,
        broker_session_timeout=float(kafka.session_seconds),
        broker_rebalance_timeout=REBALANCE_SECONDS,
        broker_heartbeat_interval=kafka.session_seconds / 4,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=2 * MIB,
        producer_max_request_size=64 * MIB,
        producer_max_batch_size=SEND_BATCH_BYTES_MAX,
    )


class Group:
    """The worker's place in the group: reads, seeks and commits in the consumer's own thread."""

    def __init__(self, app: WorkerApp) -> None:
        self._app = app

    async def join(self, topics: Iterable[str]) -> None:
        """Become a member that wants ``topics``."""
        await self._app.consumer.subscribe(set(topics))

    async def begin(self, tps: frozenset[TopicPartition]) -> Standing:
        """Seek each partition to what the group committed, or to its start.

        Nobody but us moves the position, so that nothing which is fetched later can be passed over.

        Raises:
            Lost: the partitions were taken away meanwhile.
        """
        return await self._in_thread(self._begin(tps))

    async def fetch(self, seconds: float, records_max: int) -> Fetched:
        """Return records that follow on the last ones, as soon as there are any."""
        consumer = self._consumer
        fetched = consumer.getmany(timeout_ms=int(seconds * 1000), max_records=records_max)
        return cast(Fetched, await self._in_thread(fetched))

    async def seek(self, tp: TopicPartition, offset: int) -> None:
        """Read on at ``offset``."""
        await self._in_thread(self._seek(tp, offset))

    async def ends(self, tps: frozenset[TopicPartition]) -> Offsets:
        """Return where the partitions end now."""
        return cast(Offsets, await self._in_thread(self._consumer.end_offsets(list(tps))))

    def known_ends(self, tps: Iterable[TopicPartition]) -> Offsets:
        """Return where the partitions ended when last fetched from, without asking."""
        found = {tp: self._consumer.highwater(tp) for tp in tps}
        return {tp: end for tp, end in found.items() if end is not None}

    async def commit(self, offsets: Offsets) -> None:
        """Let the group begin at ``offsets`` from now on.

        Raises:
            Lost: we are no member any more, or of a group that has gone on.
        """
        told = {tp: OffsetAndMetadata(offset, "") for tp, offset in offsets.items()}
        try:
            await self._in_thread(self._consumer.commit(told))
        except (CommitFailedError, IllegalStateError) as error:
            raise Lost(str(error)) from None

    async def _begin(self, tps: frozenset[TopicPartition]) -> Standing:
        consumer = self._consumer
        try:
            starts = await consumer.beginning_offsets(list(tps))
            ends = await consumer.end_offsets(list(tps))
            committed = dict(
                zip(tps, await asyncio.gather(*map(consumer.committed, tps)), strict=True)
            )
            begin = {tp: max(committed[tp] or 0, starts[tp]) for tp in tps}
            for tp, offset in begin.items():
                consumer.seek(tp, offset)
        except IllegalStateError as error:
            raise Lost(str(error)) from None
        return Standing(begin=begin, ends=ends)

    async def _seek(self, tp: TopicPartition, offset: int) -> None:
        try:
            self._consumer.seek(tp, offset)
        except IllegalStateError as error:
            raise Lost(str(error)) from None

    @property
    def _thread(self) -> Any:
        consumer: Any = self._app.consumer
        return consumer._thread

    @property
    def _consumer(self) -> Any:
        return self._thread._ensure_consumer()

    async def _in_thread(self, work: Coroutine[Any, Any, T]) -> T:
        loop: asyncio.AbstractEventLoop = self._thread.thread_loop
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))
