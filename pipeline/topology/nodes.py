"""The protocol's view of the table: nodes by name, decoded, those in use held in memory."""

from collections.abc import Iterable, Mapping
from typing import Final

from pipeline.topology.codec import Lines, decode_node, encode_node, glance
from pipeline.topology.protocol import Node, Shard, succeeded
from pipeline.topology.table import Table
from pipeline.topology.topics import partition_of

Pairs = Iterable[tuple[bytes, bytes]]
HELD_MAX: Final = 20_000
"""Timelines held decoded: of those that are touched again and again, so that reading stays away."""


class TableNodes:
    """Nodes of the open partitions of a table.

    Args:
        table: where the records are.
        partitions: how many there are in all.
        lines: remembers the lines of the events that are read.
        held_max: how many timelines are held decoded.
    """

    def __init__(
        self, table: Table, partitions: int, lines: Lines, held_max: int = HELD_MAX
    ) -> None:
        self._table = table
        self._count = partitions
        self._lines = lines
        self._held_max = held_max
        self._held: dict[str, Node] = {}

    def get(self, name: str) -> Node | None:
        """Return the record of a node; None where nothing was written yet."""
        held = self._held.pop(name, None)
        if held is not None:
            self._held[name] = held  # the youngest again
            return held
        key = name.encode()
        raw = self._table.get(partition_of(key, self._count), key)
        if raw is None:
            return None
        node = decode_node(raw, self._lines)
        self._hold(name, node)
        return node

    def hold(self, nodes: Mapping[str, Node]) -> None:
        """Take note of what was written."""
        for name, node in nodes.items():
            self._held.pop(name, None)
            self._hold(name, node)

    def _hold(self, name: str, node: Node) -> None:
        if node.parent is not None and node.timeline.is_empty:
            return  # a pointer is read in no time
        self._held[name] = node
        if len(self._held) > self._held_max:
            del self._held[next(iter(self._held))]


def adopt_all(shard: Shard, table: Table, partitions: Iterable[int]) -> None:
    """Let ``shard`` take up every node of some partitions: its timer, and what strayed into it."""
    for partition in partitions:
        for key, raw in table.items(partition):
            seen = glance(raw)
            if seen.has_events and seen.parent is not None:
                shard.adopt(key.decode(), decode_node(raw))
            elif seen.wake is not None:
                shard.wake(key.decode(), seen.wake)


def take_in(table: Table, partition: int, records: Iterable[tuple[bytes, bytes | None]]) -> Pairs:
    """Return what the table is to hold after records of the changelog, in their order.

    Where it holds another record of the node, the two are taken together: see `succeeded`.
    """
    news: dict[bytes, bytes] = {}
    for key, value in records:
        if value is None:
            continue  # nothing is deleted so
        held = news.get(key) or table.get(partition, key)
        news[key] = value if held is None or held == value else _joined(held, value)
    return news.items()


def _joined(held: bytes, value: bytes) -> bytes:
    later = decode_node(value)
    joined = succeeded(decode_node(held), later)
    return value if joined is later else encode_node(joined)
