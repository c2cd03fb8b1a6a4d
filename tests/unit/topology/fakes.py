"""Kafka as the loop sees it, in memory: partitions, positions, commits; and rebalances at will."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka.structs import TopicPartition

from pipeline.config import KafkaSettings
from pipeline.domain.policy import Policy
from pipeline.monitor import Change, Monitor, Store
from pipeline.topology.batches import Batches
from pipeline.topology.loop import Hands, Loop
from pipeline.topology.membership import Lost, Standing
from pipeline.topology.protocol import provisional_root
from pipeline.topology.sending import Written
from pipeline.topology.table import MemoryTable
from pipeline.topology.topics import Outgoing, build_topics, partition_of
from pipeline.topology.watching import BatchDone, Nobody
from pipeline.wire import decode_event

NOW = datetime(2026, 12, 1, tzinfo=UTC)
KAFKA = KafkaSettings(partitions=2, batch_events_max=10)
TOPICS = build_topics(KAFKA)
MINE = frozenset(
    TopicPartition(topic.name, number) for topic in (TOPICS.events, TOPICS.commands)
    for number in range(2)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """A record as aiokafka gives it."""

    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = 0


class Group:
    """The partitions, and what was committed; hears what the loop asks."""

    def __init__(self) -> None:
        self.logs: defaultdict[TopicPartition, list[Fetched]] = defaultdict(list)
        self.committed: dict[TopicPartition, int] = {}
        self.position: dict[TopicPartition, int] = {}
        self.given: list[tuple[TopicPartition, int]] = []
        self.before_fetch: Callable[[], Any] = lambda: None
        self.is_member = True
        self.is_deaf = False

    def put(self, tp: TopicPartition, key: bytes | None, value: bytes | None) -> None:
        """Append a record."""
        self.logs[tp].append(Fetched(len(self.logs[tp]), key, value))

    def lag(self) -> int:
        """How many records of events and commands are not committed."""
        return sum(len(self.logs[tp]) - self.committed.get(tp, 0) for tp in MINE)

    async def join(self, topics: Iterable[str]) -> None:
        """Take note of nothing."""

    async def begin(self, tps: frozenset[TopicPartition]) -> Standing:
        """Seek to what was committed."""
        self.position = {tp: self.committed.get(tp, 0) for tp in tps}
        return Standing(begin=dict(self.position), ends=await self.ends(tps))

    async def fetch(self, seconds: float, records_max: int) -> dict[TopicPartition, list[Fetched]]:
        """Give what follows, and move on, whatever the loop does with it."""
        await asyncio.sleep(0)
        found = {}
        for tp, at in list(self.position.items()):
            records = [] if self.is_deaf else self.logs[tp][at : at + records_max]
            if records:
                found[tp] = records
                self.position[tp] = at + len(records)
                self.given += [(tp, one.offset) for one in records]
        told = self.before_fetch()
        if told is not None:
            await told
        if not found:
            await asyncio.sleep(min(seconds, 0.005))
        return found

    async def ends(self, tps: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Where each ends."""
        return {tp: len(self.logs[tp]) for tp in tps}

    def known_ends(self, tps: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """The same."""
        return {tp: len(self.logs[tp]) for tp in tps}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        """Take the offsets, from members."""
        if not self.is_member:
            raise Lost("rebalanced")
        self.committed.update(offsets)


class Sender:
    """Appends commands to the group's logs, and keeps the rest."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self.sent: list[Outgoing] = []

    async def send(self, records: Iterable[Outgoing]) -> list[Written]:
        """Put every record where it goes."""
        written = []
        for one in records:
            self.sent.append(one)
            log = self._group.logs[TopicPartition(one.topic, one.partition)]
            written.append(Written(partition=one.partition, offset=len(log), count=1))
            self._group.put(TopicPartition(one.topic, one.partition), one.key, one.value)
        return written


class Changelog:
    """Makes the partitions ready; what was written before is in the table."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table
        self.count = 0

    async def recover(self, partitions: Iterable[int], _: Callable[[], bool]) -> int:
        """Open them."""
        self.count += 1
        for one in partitions:
            self._table.open(one)
        return 0


class Ledger:
    """Fails when told to, and keeps what it is told."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.fault: Exception | None = None

    def apply(self, changes: Sequence[Change]) -> None:
        """Take the changes, or fail."""
        if self.fault is not None:
            raise self.fault
        self.changes += changes


class Watchdog:
    """Counts how often it was fed."""

    def __init__(self) -> None:
        self.fed = 0

    def feed(self) -> None:
        """Count."""
        self.fed += 1

    def rest(self) -> None:
        """Nothing."""


@dataclass
class Watcher(Nobody):
    """Keeps the batches."""

    batches: list[BatchDone] = field(default_factory=list)

    def batch_done(self, told: BatchDone) -> None:
        """Keep it."""
        self.batches.append(told)


class Desk:
    """Reads nothing."""

    def drain(self) -> list[Outgoing]:
        """Nothing to send."""
        return []


class World:
    """A loop and all that it touches."""

    def __init__(self, kafka: KafkaSettings = KAFKA) -> None:
        self.group, self.ledger, self.table = Group(), Ledger(), MemoryTable()
        self.sender, self.watchdog, self.watcher = Sender(self.group), Watchdog(), Watcher()
        self.changelog = Changelog(self.table)
        fakes: dict[str, Any] = {
            "group": self.group,
            "sender": self.sender,
            "table": self.table,
            "changelog": self.changelog,
        }
        self.loop = Loop(
            kafka,
            Hands(**fakes),
            Batches(TOPICS, decode_event, lambda: NOW, Desk()),
            self.monitor,
            self.watchdog,  # type: ignore[arg-type]  # has what the loop uses
            self.watcher,
        )

    def monitor(self, store: Store) -> Monitor:
        """The monitor of some partitions."""
        return Monitor(Policy(), store, self.ledger)

    def put(self, lines: Iterable[bytes]) -> None:
        """Send events as the gateway does."""
        for line in lines:
            key = provisional_root(decode_event(line)).encode()
            self.group.put(TopicPartition(TOPICS.events.name, partition_of(key, 2)), key, line)

    async def rest(self, seconds: float = 10) -> None:
        """Return when everything is committed."""
        async with asyncio.timeout(seconds):
            while self.group.lag():
                await asyncio.sleep(0.002)
