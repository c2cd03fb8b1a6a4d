"""Kafka in memory, and workers that die: partitions with logs, offsets, records of nodes.

Everything that the broker promises and nothing more: order within a partition, records that come
twice, offsets that were committed late. A worker may be cut off between any two of its effects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from random import Random
from zlib import crc32

from pipeline.config import KafkaSettings
from pipeline.domain.events import Event
from pipeline.domain.policy import Policy
from pipeline.embedded.replay import replay
from pipeline.monitor import Change, Monitor, Store
from pipeline.topology.batches import Record
from pipeline.topology.codec import decode_commands, decode_node, encode_commands, encode_node
from pipeline.topology.desk import ApartDesk, InlineDesk
from pipeline.topology.protocol import Command, Done, Node, Shard, provisional_root, succeeded
from pipeline.topology.reading import ReadingStage
from pipeline.topology.topics import build_topics
from pipeline.topology.watchdog import Watchdog
from pipeline.wire import decode_event, encode_event, verdict_line
from tests.readings import Model

SOURCES = ("events", "commands")
POLICY = Policy()
DEATHS_MAX = 200
"""Whoever is killed sends again; killed for ever, the partitions have more and more to do."""


class Died(Exception):
    """The worker was killed at this point."""


class Ledger:
    """Verdicts by case, with the root under which they were told, as the real ledger keeps them."""

    def __init__(self) -> None:
        self.cases: dict[str, tuple[str, bytes]] = {}
        self.told = 0

    def apply(self, changes: Sequence[Change]) -> None:
        """Replace all cases of the roots that a change is about."""
        self.told += len(changes)
        for change in changes:
            roots = {change.root, *change.absorbed}
            for case in [case for case, (root, _) in self.cases.items() if root in roots]:
                del self.cases[case]
            for verdict in change.verdicts:
                self.cases[verdict.case] = (change.root, verdict_line(verdict))

    def lines(self) -> list[bytes]:
        """The verdict lines, sorted by case."""
        return [line for _, (_, line) in sorted(self.cases.items())]


class Records:
    """The records of nodes, as bytes."""

    def __init__(self) -> None:
        self.raw: dict[str, bytes] = {}
        self.past: defaultdict[str, list[bytes]] = defaultdict(list)

    def put(self, name: str, node: Node) -> None:
        self.raw[name] = encode_node(node)
        self.past[name].append(self.raw[name])

    def recover(self, draw: Random) -> None:
        """Read the changelog again, into which a worker thought dead has written from before."""
        for name in self.raw:
            if draw.random() < 0.3:
                stale = decode_node(draw.choice(self.past[name]))
                self.raw[name] = encode_node(succeeded(decode_node(self.raw[name]), stale))

    def get(self, name: str) -> Node | None:
        raw = self.raw.get(name)
        return None if raw is None else decode_node(raw)


class World:
    """A few partitions, their logs, and one worker for each group of them.

    With ``models``, texts are read: by the workers themselves, or ``apart``, by one process a
    model; each then has a model of its own, so that texts which are read twice are read otherwise.
    """

    def __init__(
        self,
        partitions: int,
        draw: Random,
        now: datetime,
        models: Sequence[str] = (),
        *,
        apart: bool = False,
    ) -> None:
        self.count = partitions
        self.topics = build_topics(KafkaSettings(partitions=partitions))
        self.models = models
        self.apart = apart
        self.workers_max = draw.randint(1, partitions)
        self.draw = draw
        self.now = now
        self.ledger = Ledger()
        self.logs: defaultdict[tuple[str, int], list[bytes]] = defaultdict(list)
        self.committed: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.records = [Records() for _ in range(partitions)]
        self.workers = [Worker(self, number) for number in range(self.workers_max)]
        self.readers = [Reader(self, one) for one in models] if apart else []
        self.deaths = 0
        self.steps = 0

    def partition_of(self, name: str) -> int:
        return crc32(name.encode()) % self.count

    def send_event(self, event: Event) -> None:
        """Append as the gateway does, which in doubt sends twice."""
        log = self.logs["events", self.partition_of(provisional_root(event))]
        log.extend([encode_event(event)] * self.draw.choice((1, 1, 1, 2)))

    def send_commands(self, number: int, commands: Iterable[Command]) -> None:
        log = self.logs["commands", number]
        for raw in encode_commands(commands):
            log.extend([raw] * self.draw.choice((1, 1, 1, 2)))
        if self.draw.random() < 0.1:
            log.append(self.draw.choice(log))  # one from before, once more

    def step(self, death: float) -> bool:
        """Let one worker that has something to do, do some of it; return whether any had."""
        actors: list[Worker | Reader] = [*self.workers, *self.readers]
        busy = [one for one in actors if one.has_work()]
        if not busy:
            return False
        self.steps += 1
        one = self.draw.choice(busy)
        try:
            one.step(death if self.deaths < DEATHS_MAX else 0.0)
        except Died:
            self.deaths += 1
            if isinstance(one, Worker):
                self.workers[one.number] = Worker(self, one.number)
        return True

    def log(self) -> list[Event]:
        """All events, readings included."""
        return [
            decode_event(raw) for place in range(self.count) for raw in self.logs["events", place]
        ]

    def run(self, events: Iterable[Event], death: float) -> None:
        """Feed the events, working between; then work until everything is at rest."""
        for event in events:
            self.send_event(event)
            for _ in range(self.draw.randrange(3)):
                self.step(death)
        while self.step(death):
            assert self.steps < 20_000, "the partitions do not come to rest"


class Worker:
    """The worker of some partitions since its last start: where it reads, and what it holds."""

    def __init__(self, world: World, number: int) -> None:
        self.number = number
        self.world = world
        self.places = range(number, world.count, world.workers_max)
        self.logs = [(source, place) for source in SOURCES for place in self.places]
        self.at = {log: world.committed[log] for log in self.logs}
        self.is_fresh = True
        self.desk = self._desk()
        self.shard = Shard(self, self._monitor)
        for place in self.places:
            world.records[place].recover(world.draw)
            for name, raw in world.records[place].raw.items():
                self.shard.adopt(name, decode_node(raw))

    def get(self, name: str) -> Node | None:
        """The record of a node, which must be on one of our partitions."""
        place = self.world.partition_of(name)
        assert place in self.places
        return self.world.records[place].get(name)

    def has_work(self) -> bool:
        return self.is_fresh or any(self._waiting(log) for log in self.logs)

    def step(self, death: float) -> None:
        """Do one batch of both sources, mixed; may die between any two effects."""
        self.is_fresh = False
        for _ in range(self.world.draw.randrange(1, 6)):
            self._take(self.world.draw.choice(self.logs))
        self._maybe_die(death)
        done = self.shard.settle(self.world.now)
        self._maybe_die(death)
        self._effects(done, death)
        self.world.committed.update(self.at)

    def _desk(self) -> ApartDesk | InlineDesk | None:
        if self.world.apart:
            return ApartDesk(self.world.topics)
        if not self.world.models:
            return None
        model = Model(self.world.draw.choice(self.world.models))
        return InlineDesk(model, self.world.topics, Watchdog(60), lambda: None)

    def _monitor(self, store: Store) -> Monitor:
        return Monitor(POLICY, store, self.world.ledger, self.desk)

    def _waiting(self, log: tuple[str, int]) -> int:
        return len(self.world.logs[log]) - self.at[log]

    def _take(self, log: tuple[str, int]) -> None:
        if not self._waiting(log):
            return
        raw = self.world.logs[log][self.at[log]]
        for record in [decode_event(raw)] if log[0] == "events" else decode_commands(raw):
            self.shard.take(record, self.world.now)
        self.at[log] += 1

    def _effects(self, done: Done, death: float) -> None:
        for record in self.desk.drain() if self.desk is not None else ():
            if record.topic == self.world.topics.texts.name:
                self.world.logs["texts", 0].append(record.value)
            else:
                self.world.send_event(decode_event(record.value))
            self._maybe_die(death / 2)
        for place, commands in self._packed(done.commands):
            self.world.send_commands(place, commands)
            self._maybe_die(death / 2)
        for name, node in done.nodes.items():
            place = self.world.partition_of(name)
            assert place in self.places
            self.world.records[place].put(name, node)
            self._maybe_die(death / 2)

    def _packed(self, commands: Iterable[Command]) -> Iterator[tuple[int, list[Command]]]:
        """Yield what goes to each partition, some of it alone and some of it together."""
        for place in range(self.world.count):
            left = [one for one in commands if self.world.partition_of(one.node) == place]
            while left:
                size = self.world.draw.randint(1, len(left))
                yield place, left[:size]
                left = left[size:]

    def _maybe_die(self, chance: float) -> None:
        if self.world.draw.random() < chance:
            raise Died


class Reader:
    """A process that reads texts; a death leaves it where it had committed."""

    def __init__(self, world: World, model: str) -> None:
        self.world = world
        self.log = world.logs["texts", 0]
        self.at = 0
        self.stage = ReadingStage(world.topics, Model(model), lambda: world.now, known_max=3)

    def has_work(self) -> bool:
        return self.at < len(self.log)

    def step(self, death: float) -> None:
        """Read some texts; may die between any two readings that it sends."""
        end = min(len(self.log), self.at + self.world.draw.randrange(1, 4))
        records = [
            Record(topic="texts", partition=0, offset=at, key=b"", value=self.log[at])
            for at in range(self.at, end)
        ]
        for one in self.stage.work(records).outgoing:
            self.world.send_event(decode_event(one.value))
            if self.world.draw.random() < death / 2:
                raise Died
        self.at = end


def batch(events: Iterable[Event], now: datetime) -> list[bytes]:
    """The verdict lines of one process that sees all events."""
    found = replay(events, as_of=now, policy=POLICY, reader=None, events_max=10_000)
    assert not found.bad
    return found.lines


def roots(world: World) -> list[str]:
    """The roots that hold a timeline, at rest."""
    return [
        name
        for records in world.records
        for name, raw in records.raw.items()
        if not decode_node(raw).timeline.is_empty
    ]
