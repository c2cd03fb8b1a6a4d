"""A batch of records: each a step of the protocol or a dead letter; then one settling.

No Faust here either: records come in, and what is to be sent and written goes out as bytes.
"""

from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

import msgspec

from pipeline.domain.events import Event
from pipeline.domain.frozen import frozen
from pipeline.domain.timeline import collect
from pipeline.errors import BadEvent, InputError
from pipeline.monitor import Change
from pipeline.topology.codec import Lines, decode_commands, encode_commands, encode_node
from pipeline.topology.protocol import Command, Hold, Node, Shard, provisional_root
from pipeline.topology.topics import Outgoing, Topics, partition_of
from pipeline.wire.cloudevents import headers_of

_TOPIC: Final = b'"topic"'
_ESCAPE: Final = b"\\u"


@frozen
class Record:
    """Bytes at topic, partition and offset, and when Kafka took them (milliseconds)."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = 0

    @property
    def where(self) -> str:
        """The place of the record, for messages."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


@frozen
class Letter:
    """One record that could not be used."""

    reason: str
    origin: str
    at: datetime
    key: bytes | None
    raw: bytes | None


@frozen
class Result:
    """What a batch leaves to do: send and have acknowledged, then write, then commit.

    Attributes:
        changes: what the ledger was told.
        letters: how many dead letters are among what is to be sent.
        outgoing: commands and dead letters.
        nodes: the records of nodes, by partition.
        held: the same nodes, by name.
    """

    changes: Sequence[Change]
    letters: int
    outgoing: Sequence[Outgoing]
    nodes: Mapping[int, Sequence[tuple[bytes, bytes]]]
    held: Mapping[str, Node]


class SendingDesk(Protocol):
    """A desk that leaves records to be sent."""

    def drain(self) -> Sequence[Outgoing]:
        """Return what is to be sent since the last time."""


class Batches:
    """Does batches of records, one after the other, in one thread.

    Args:
        topics: from which the records come, and to which they go.
        decode: makes an event of a line.
        clock: the present moment.
        desk: of the monitors of the shards; what it wants sent goes with the rest.
    """

    def __init__(
        self,
        topics: Topics,
        decode: Callable[[bytes], Event],
        clock: Callable[[], datetime],
        desk: SendingDesk,
    ) -> None:
        self._topics = topics
        self._partitions = topics.events.partitions
        self._decode = decode
        self._clock = clock
        self.lines = Lines()
        self._desk = desk

    def work(self, shard: Shard, records: Iterable[Record]) -> Result:
        """Do every step, judge what was touched or is due, tell the ledger.

        Raises:
            StoreError: the ledger cannot be used; the process must end, and begin again.
        """
        now = self._clock()
        letters: list[Letter] = []
        astray: list[Command] = []
        for record in records:
            try:
                told = self._told(record)
            except InputError as error:
                letters.append(_letter(record, error, now))
                continue
            for one in told:
                try:
                    astray += self._step(shard, record.partition, one, now)
                except InputError as error:
                    alone = record if len(told) == 1 else _alone(record, one)
                    letters.append(_letter(alone, error, now))
        done = shard.settle(now)
        return Result(
            changes=done.changes,
            letters=len(letters),
            outgoing=[
                *self._desk.drain(),
                *self._commands([*astray, *done.commands]),
                *(self._dead(letter) for letter in letters),
            ],
            nodes=self._nodes(done.nodes),
            held=done.nodes,
        )

    def is_due(self, shard: Shard) -> bool:
        """Return whether a timer has come."""
        timer = shard.next_timer()
        return timer is not None and timer <= self._clock()

    def _step(
        self, shard: Shard, partition: int, told: Event | Command, now: datetime
    ) -> Sequence[Command]:
        """Do one step; return what has to go elsewhere because it came to the wrong partition."""
        name = provisional_root(told) if isinstance(told, Event) else told.node
        if self._place(name.encode()) == partition:
            shard.take(told, now)
            return ()
        if isinstance(told, Event):
            return [Hold(label=name, timeline=collect([told]), causes=(told.id,))]
        return [told]

    def _told(self, record: Record) -> Sequence[Event | Command]:
        if record.value is None:
            raise BadEvent("the record has no value (a tombstone); nothing is deleted so")
        if record.topic == self._topics.commands.name:
            return decode_commands(record.value)
        if record.key is None:
            raise BadEvent("the record has no key; expected the smallest identifier of the event")
        event = self._decode(record.value)
        if getattr(event, "topic", None) is not None or not _may_name_a_topic(record.value):
            self.lines.keep(event, record.value)  # read where every topic counts, it says the same
        return [event]

    def _commands(self, commands: Iterable[Command]) -> Iterator[Outgoing]:
        """Yield few records with many commands, each to the partition of its nodes."""
        by_place: defaultdict[int, list[Command]] = defaultdict(list)
        for command in commands:
            by_place[self._place(command.node.encode())].append(command)
        for partition, held in by_place.items():
            for value in encode_commands(held, self.lines):
                yield Outgoing(
                    topic=self._topics.commands.name, partition=partition, key=None, value=value
                )

    def _nodes(self, nodes: Mapping[str, Node]) -> Mapping[int, Sequence[tuple[bytes, bytes]]]:
        by_place: defaultdict[int, list[tuple[bytes, bytes]]] = defaultdict(list)
        for name, node in nodes.items():
            key = name.encode()
            by_place[self._place(key)].append((key, encode_node(node, self.lines)))
        return by_place

    def _dead(self, letter: Letter) -> Outgoing:
        value = encode_letter(letter)
        return Outgoing(
            topic=self._topics.dead_letters.name,
            partition=0,
            key=letter.origin.encode(),
            value=value,
            headers=tuple(headers_of(value)),
        )

    def _place(self, key: bytes) -> int:
        return partition_of(key, self._partitions)


def encode_letter(letter: Letter) -> bytes:
    """Return a dead letter as one JSON object; bytes are base64."""
    told = {
        "v": 1,
        "reason": letter.reason,
        "origin": letter.origin,
        "at": letter.at,
        "key": _text(letter.key),
        "raw": _text(letter.raw),
    }
    return msgspec.json.encode(told)


def decode_letter(value: bytes) -> Letter:
    """Return the dead letter that `encode_letter` wrote."""
    told = msgspec.json.decode(value)
    return Letter(
        reason=told["reason"],
        origin=told["origin"],
        at=datetime.fromisoformat(told["at"]),
        key=_bytes(told["key"]),
        raw=_bytes(told["raw"]),
    )


def _may_name_a_topic(line: bytes) -> bool:
    return _TOPIC in line or _ESCAPE in line


def _alone(record: Record, told: Event | Command) -> Record:
    """Return a record that holds nothing but one of the commands of ``record``."""
    if isinstance(told, Event):
        return record
    return replace(record, value=next(encode_commands([told])))


def _letter(record: Record, error: InputError, now: datetime) -> Letter:
    return Letter(
        reason=error.reason, origin=record.where, at=now, key=record.key, raw=record.value
    )


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else b64encode(raw).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
