"""A batch of records: each a step of the protocol or a dead letter; then one settling.

No Faust here either: records come in, and what is to be sent and written goes out as bytes.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import msgspec

from pipeline.domain.events import Event
from pipeline.domain.timeline import collect
from pipeline.errors import BadEvent, InputError
from pipeline.monitor import Change
from pipeline.topology.codec import decode_command, encode_command, encode_node
from pipeline.topology.protocol import Command, Hold, Shard, provisional_root
from pipeline.topology.topics import Outgoing, Topics, partition_of

KEY_BYTES_SHOWN_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Bytes at topic, partition and offset."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None

    @property
    def where(self) -> str:
        """The place of the record, for messages."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One record that could not be used."""

    reason: str
    origin: str
    at: datetime
    key: bytes | None
    raw: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a batch leaves to do: send and have acknowledged, then write, then commit."""

    changes: Sequence[Change]
    letters: int
    outgoing: Sequence[Outgoing]
    nodes: Sequence[tuple[bytes, bytes]]


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
        self._decode = decode
        self._clock = clock
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
                astray += self._step(shard, record, now)
            except InputError as error:
                letters.append(_letter(record, error, now))
        done = shard.settle(now)
        return Result(
            changes=done.changes,
            letters=len(letters),
            outgoing=[
                *self._desk.drain(),
                *self._commands([*astray, *done.commands]),
                *(self._dead(letter) for letter in letters),
            ],
            nodes=[(name.encode(), encode_node(node)) for name, node in done.nodes.items()],
        )

    def is_due(self, shard: Shard) -> bool:
        """Return whether a timer has come."""
        timer = shard.next_timer()
        return timer is not None and timer <= self._clock()

    def _step(self, shard: Shard, record: Record, now: datetime) -> Sequence[Command]:
        """Do one step; return what has to go elsewhere because it came to the wrong partition."""
        told = self._told(record)
        if isinstance(told, Event):
            root = provisional_root(told)
            if partition_of(root.encode(), self._topics.events.partitions) != record.partition:
                return [Hold(label=root, timeline=collect([told]), causes=(told.id,))]
        shard.take(told, now)
        return ()

    def _told(self, record: Record) -> Event | Command:
        if record.value is None:
            raise BadEvent("the record has no value (a tombstone); nothing is deleted so")
        if record.key is None:
            raise BadEvent("the record has no key; expected the smallest identifier of the event")
        if record.topic == self._topics.commands.name:
            return decode_command(record.value)
        return self._decode(record.value)

    def _commands(self, commands: Iterable[Command]) -> Iterator[Outgoing]:
        for command in commands:
            for value in encode_command(command):
                key = command.node.encode()
                yield Outgoing(topic=self._topics.commands.name, key=key, value=value)

    def _dead(self, letter: Letter) -> Outgoing:
        return Outgoing(
            topic=self._topics.dead_letters.name,
            key=letter.origin.encode(),
            value=encode_letter(letter),
        )


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


def _letter(record: Record, error: InputError, now: datetime) -> Letter:
    return Letter(
        reason=error.reason, origin=record.where, at=now, key=record.key, raw=record.value
    )


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else b64encode(raw).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
