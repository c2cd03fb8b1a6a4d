"""Which topics there are, as data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from struct import Struct
from typing import Any, Final
from zlib import crc32

from pipeline.config import KafkaSettings
from pipeline.domain.frozen import frozen

MIB: Final = 1024 * 1024
HOUR_MS: Final = 3600 * 1000
DAY_MS: Final = 24 * HOUR_MS
FOREVER: Final = -1
OTHER_NODE: Final = b"~"
"""Begins the names of nodes that are no identifiers."""
KEYS_REMEMBERED: Final = 50_000
_MULTIPLIER: Final = 0x5BD1E995
_MASK: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of Kafka as it has to be.

    Attributes:
        name: its name.
        partitions: how many; events, commands and nodes have the same number.
        replication: how many brokers keep each record.
        retention_ms: how long records stay; -1 for ever.
        is_compacted: only the last record of a key stays.
        record_bytes_max: the largest record.
        why: what it is for.
    """

    name: str
    partitions: int
    replication: int
    retention_ms: int = FOREVER
    is_compacted: bool = False
    record_bytes_max: int = MIB
    why: str = field(compare=False)

    @property
    def configs(self) -> Mapping[str, str]:
        """The topic's settings at the broker."""
        lag = {"min.compaction.lag.ms": str(HOUR_MS)} if self.is_compacted else {}
        return {
            **lag,
            "cleanup.policy": "compact" if self.is_compacted else "delete",
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(self.record_bytes_max),
            "min.insync.replicas": "2" if self.replication > 2 else "1",
        }


@frozen
class Outgoing:
    """One record to be sent."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """All of our topics."""

    events: Topic
    commands: Topic
    nodes: Topic
    texts: Topic
    dead_letters: Topic
    cursors: Topic

    def __iter__(self) -> Iterator[Topic]:
        """Yield each of them."""
        yield from (self.events, self.commands, self.nodes, self.texts)
        yield from (self.dead_letters, self.cursors)


def build_topics(kafka: KafkaSettings) -> Topics:
    """Return the topics that the settings ask for."""
    same: dict[str, Any] = {"partitions": kafka.partitions, "replication": kafka.replication}
    return Topics(
        events=Topic(
            name=f"{kafka.prefix}-events",
            **same,
            record_bytes_max=4 * MIB,
            why="the log: lines of the interchange format, keyed by provisional root",
        ),
        commands=Topic(
            name=f"{kafka.prefix}-commands",
            **same,
            retention_ms=7 * DAY_MS,
            record_bytes_max=8 * MIB,
            why="what partitions tell each other about who belongs together",
        ),
        nodes=Topic(
            name=f"{kafka.prefix}-nodes",
            **same,
            is_compacted=True,
            record_bytes_max=64 * MIB,
            why="the state: one record for each connecting key",
        ),
        texts=Topic(
            name=f"{kafka.prefix}-texts",
            **same,
            retention_ms=2 * DAY_MS,
            record_bytes_max=16 * MIB,  # a message and six before it, each of a megabyte
            why="texts that wait for their reading, where workers do not read themselves",
        ),
        dead_letters=Topic(
            name=f"{kafka.prefix}-dead-letters",
            partitions=1,
            replication=kafka.replication,
            record_bytes_max=64 * MIB,  # the largest mail as base64, and more
            why="records that could not be used, with reason, origin and raw bytes",
        ),
        cursors=Topic(
            name=f"{kafka.prefix}-cursors",
            partitions=1,
            replication=kafka.replication,
            is_compacted=True,
            why="how far each connector has come at its source",
        ),
    )


def partition_of(key: bytes, partitions: int) -> int:
    """Return on which partition a node lives.

    For identifiers, where Kafka's own clients put a key: murmur2, as in Java. Nobody but us keys
    by other nodes, and they are many; so these go by a checksum that costs a tenth.
    """
    if key.startswith(OTHER_NODE):
        return crc32(key) % partitions
    return (murmur2(key) & 0x7FFFFFFF) % partitions


@lru_cache(KEYS_REMEMBERED)
def murmur2(key: bytes) -> int:
    """Return Kafka's hash of a key: as its clients do, in a quarter of the time of theirs.

    Remembered, since a customer who complains is heard of several times.
    """
    length = len(key)
    mixed = 0x9747B28C ^ length
    for number in _words(length // 4).unpack_from(key):
        word = number * _MULTIPLIER & _MASK
        mixed = (mixed * _MULTIPLIER & _MASK) ^ ((word ^ word >> 24) * _MULTIPLIER & _MASK)
    if rest := key[length & ~3 :]:
        mixed = (mixed ^ int.from_bytes(rest, "little")) * _MULTIPLIER & _MASK
    mixed = (mixed ^ mixed >> 13) * _MULTIPLIER & _MASK
    return mixed ^ mixed >> 15


@cache
def _words(count: int) -> Struct:
    return Struct(f"<{count}I")
