"""The loop of a worker: recover, fetch a batch, do it, commit; again after every rebalance.

One task does all of this, one thing after the other; what it may be torn between is written here.

* **A rebalance begins** (`on_revoked`): the epoch is over. A batch that has begun is brought to its
  end, its commit included, before the partitions are given back. Whatever was only fetched is let
  go: whoever has the partition then seeks to what was committed.
* **A rebalance ends** (`on_assigned`): another epoch. The loop brings the table up to the
  changelog, asks what was committed, seeks there, and begins. It is this same task that fetches,
  so that no read from before can still be under way, and take records with it, when it seeks.
* **Order**: ledger, commands and dead letters, nodes, table, commit; each safe before the next.
  What fails ends the process (the supervisor starts it again), but for a commit that comes too
  late: then we are no member any more, and what was done is done again, harmlessly, by another.
* **Standing still**: a thread apart ends the process where records wait and nothing is done.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, time
from typing import Final

from aiokafka.structs import TopicPartition

from pipeline.config import KafkaSettings
from pipeline.monitor import Monitor, Store
from pipeline.topology.batches import Batches, Record, Result
from pipeline.topology.membership import REBALANCE_SECONDS, Fetched, Group, Lost
from pipeline.topology.nodes import TableNodes, adopt_all
from pipeline.topology.protocol import Shard
from pipeline.topology.recovery import Changelog
from pipeline.topology.sending import Sender, unbroken
from pipeline.topology.table import Table
from pipeline.topology.topics import Outgoing, build_topics
from pipeline.topology.watchdog import Watchdog
from pipeline.topology.watching import BatchDone, Recovered, WorkerWatcher

IDLE_SECONDS: Final = 0.5
"""How long a fetch waits for the first record."""
LINGER_SECONDS: Final = 0.05
"""How long a batch that others wait behind is filled up; one that is alone goes at once."""
_LOG: Final = logging.getLogger("ccm.worker")
BuildMonitor = Callable[[Store], Monitor]


@dataclass(slots=True)
class _Stint:
    """From an assignment to the end of it."""

    epoch: int
    partitions: frozenset[int]
    tps: frozenset[TopicPartition]
    shard: Shard
    nodes: TableNodes
    next: dict[TopicPartition, int]
    asked_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What the loop touches Kafka and the disk with.

    Attributes:
        group: our place in the group.
        sender: sends.
        table: the records of the nodes.
        changelog: brings the table up to what Kafka has.
    """

    group: Group
    sender: Sender
    table: Table
    changelog: Changelog


class Loop:
    """Does the records of the partitions that the group gives us.

    Args:
        kafka: topics and bounds.
        hands: what it touches Kafka and the disk with.
        batches: does the records.
        build_monitor: makes the monitor over the store of the partitions at hand.
        watchdog: is told of all progress.
        watcher: is told what happens.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        hands: Hands,
        batches: Batches,
        build_monitor: BuildMonitor,
        watchdog: Watchdog,
        watcher: WorkerWatcher,
    ) -> None:
        self._topics = build_topics(kafka)
        self._group = hands.group
        self._sender = hands.sender
        self._table = hands.table
        self._changelog = hands.changelog
        self._batches = batches
        self._build_monitor = build_monitor
        self._watchdog = watchdog
        self._watcher = watcher
        self._batch_max = kafka.batch_events_max
        self._look_seconds = kafka.stall_seconds / 4
        self._epoch = 0
        self._assigned: frozenset[TopicPartition] | None = None
        self._stopping = False
        self._woken = asyncio.Event()
        self._busy = asyncio.Lock()

    # -------------------------------------------------------------------------- what Kafka tells

    async def on_revoked(self) -> None:
        """Bring the batch at hand to its end; everything else is void from now on."""
        self._epoch += 1
        self._assigned = None
        async with self._busy:
            self._watcher.revoked()

    async def on_assigned(self, partitions: frozenset[TopicPartition]) -> None:
        """Take note of the partitions."""
        self._epoch += 1
        self._assigned = partitions
        self._woken.set()

    # ---------------------------------------------------------------------------------- the loop

    def stop(self) -> None:
        """Let `run` return after the batch at hand."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Work until `stop`; any exception is fatal."""
        await self._group.join([self._topics.events.name, self._topics.commands.name])
        while not self._is_over():
            stint = await self._begin()
            if stint is None:
                if self._assigned is None:
                    await self._wait_for_another(self._epoch - 1)
                continue
            try:
                while not self._is_over(stint):
                    await self._turn(stint)
            except Lost as lost:
                _LOG.warning("not a member any more: %s", lost)
                await self._wait_for_another(stint.epoch)
        self._watchdog.rest()

    def _is_over(self, stint: _Stint | None = None) -> bool:
        return self._stopping or (stint is not None and stint.epoch != self._epoch)

    async def _wait_for_another(self, epoch: int) -> None:
        """Wait until the group has given us partitions anew; it may wait for others first."""
        until = monotonic() + REBALANCE_SECONDS
        while (self._epoch == epoch or self._assigned is None) and not self._stopping:
            if monotonic() < until:
                self._watchdog.feed()
            self._woken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), IDLE_SECONDS)

    async def _begin(self) -> _Stint | None:
        """Recover what was assigned; None where nothing is, or not any more."""
        epoch, tps = self._epoch, self._assigned
        if tps is None:
            return None
        began, numbers = monotonic(), self._numbers(tps)
        self._watcher.assigned(numbers)
        count = await self._changelog.recover(numbers, lambda: self._goes_on(epoch))
        if count is None:
            return None
        nodes = TableNodes(self._table, self._topics.nodes.partitions, self._batches.lines)
        shard = Shard(nodes, self._build_monitor)
        await asyncio.to_thread(adopt_all, shard, self._table, numbers)
        try:
            standing = await self._group.begin(tps)
        except Lost:
            return None
        if self._epoch != epoch:
            return None
        self._watchdog.feed()
        lag = sum(standing.ends[tp] - offset for tp, offset in standing.begin.items())
        seconds = monotonic() - began
        self._watcher.recovered(
            Recovered(partitions=numbers, nodes=count, seconds=seconds, lag=lag)
        )
        begin = dict(standing.begin)
        return _Stint(epoch, numbers, tps, shard, nodes, begin)

    def _goes_on(self, epoch: int) -> bool:
        self._watchdog.feed()
        return self._epoch == epoch and not self._stopping

    def _numbers(self, tps: frozenset[TopicPartition]) -> frozenset[int]:
        """Return the partitions, which must be the same of both topics."""
        events, commands = (
            frozenset(tp.partition for tp in tps if tp.topic == topic.name)
            for topic in (self._topics.events, self._topics.commands)
        )
        if events != commands:
            raise RuntimeError(
                f"got partitions {sorted(events)} of events and {sorted(commands)} of commands; "
                "they must lie together: is another kind of worker in the group?"
            )
        return events

    async def _turn(self, stint: _Stint) -> None:
        began = monotonic()
        records = self._new(stint, await self._group.fetch(IDLE_SECONDS, self._batch_max))
        while records and len(records) < self._batch_max and self._lag(stint) > 0:
            left = LINGER_SECONDS - (monotonic() - began)
            if left <= 0 or stint.epoch != self._epoch:
                break
            more = await self._group.fetch(left, self._batch_max - len(records))
            records += self._new(stint, more)
        async with self._busy:
            if stint.epoch != self._epoch:
                return  # fetched, but not ours any more: whoever has them seeks to the commit
            if records or self._batches.is_due(stint.shard):
                await self._do(stint, records, began)
        if not records:
            await self._look(stint)

    def _new(self, stint: _Stint, fetched: Fetched) -> list[Record]:
        """Return the records that are new, in order; what came before is passed over."""
        found: list[Record] = []
        for tp, records in fetched.items():
            if tp not in stint.next:
                continue  # of the partitions to come: a rebalance has just ended
            at = stint.next[tp]
            found += [
                Record(
                    topic=tp.topic,
                    partition=tp.partition,
                    offset=one.offset,
                    key=one.key,
                    value=one.value,
                    timestamp=one.timestamp,
                )
                for one in records
                if one.offset >= at
            ]
            stint.next[tp] = max(at, records[-1].offset + 1)
        return found

    def _lag(self, stint: _Stint) -> int:
        ends = self._group.known_ends(stint.tps)
        return sum(max(0, ends.get(tp, 0) - at) for tp, at in stint.next.items())

    async def _do(self, stint: _Stint, records: Sequence[Record], began: float) -> None:
        """Do one batch: ledger, then commands, then nodes, then the table, then the commit."""
        working = monotonic()
        result = await asyncio.to_thread(self._batches.work, stint.shard, records)
        worked = monotonic()
        await self._sender.send(result.outgoing)
        nodes = await self._write(stint, result)
        if records:
            await self._group.commit(stint.next)
        self._watchdog.feed()
        events = sum(1 for one in records if one.topic == self._topics.events.name)
        self._watcher.batch_done(
            BatchDone(
                events=events,
                commands=len(records) - events,
                letters=result.letters,
                changes=result.changes,
                sent=len(result.outgoing) + nodes,
                work_seconds=worked - working,
                seconds=monotonic() - began,
                oldest_seconds=_age(records),
                lag=self._lag(stint),
            )
        )

    async def _write(self, stint: _Stint, result: Result) -> int:
        """Put the nodes into the changelog, and once they are safe, into the table."""
        name = self._topics.nodes.name
        written = await self._sender.send(
            Outgoing(topic=name, partition=partition, key=key, value=value)
            for partition, pairs in result.nodes.items()
            for key, value in pairs
        )
        known = unbroken({one: self._table.offset(one) for one in result.nodes}, written)
        for partition, pairs in result.nodes.items():
            self._table.write(partition, pairs, known[partition])
        stint.nodes.hold(result.held)
        return len(result.held)

    async def _look(self, stint: _Stint) -> None:
        """Ask Kafka from time to time whether nothing waits; only then standing still is rest."""
        if monotonic() - stint.asked_at < self._look_seconds:
            return
        stint.asked_at = monotonic()
        ends = await self._group.ends(stint.tps)
        if all(ends[tp] <= at for tp, at in stint.next.items()):
            self._watchdog.feed()
            self._watcher.at_rest()


def _age(records: Sequence[Record]) -> float | None:
    return time() - min(one.timestamp for one in records) / 1000 if records else None
