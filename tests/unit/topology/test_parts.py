"""The parts of a worker, each alone: tables, what recovery makes of records, offsets, hashes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as of_kafka

from pipeline.domain.timeline import collect, merge
from pipeline.errors import BadEvent, StoreError
from pipeline.simulation import Plan, simulate
from pipeline.topology.batches import Batches, Record
from pipeline.topology.codec import (
    HOLD_BYTES_MAX,
    Lines,
    decode_commands,
    decode_node,
    encode_commands,
    encode_node,
    glance,
)
from pipeline.topology.nodes import TableNodes, take_in
from pipeline.topology.protocol import Command, Hold, Link, Node, Shard
from pipeline.topology.sending import Written, unbroken
from pipeline.topology.table import MemoryTable, RocksTable, Table
from pipeline.topology.topics import murmur2, partition_of
from pipeline.topology.watchdog import FAILED
from pipeline.wire import decode_event
from tests.unit.topology.fakes import NOW, TOPICS, Desk, World

EVENTS = [decode_event(line) for line in simulate(Plan(journeys=6, seed=2)).lines]
Build = Callable[[Path], Table]


@pytest.fixture(params=["memory", "rocksdb"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Table]:
    """A table of each kind."""
    made: Table = MemoryTable() if request.param == "memory" else RocksTable(tmp_path)
    yield made
    made.close()


def test_a_table_keeps_records_and_offset_by_partition(table: Table) -> None:
    """What was written is read; partitions know nothing of each other."""
    assert [table.open(1), table.open(2)] == [0, 0]
    table.write(1, [(b"x:a", b"one"), (b"x:b", b"two")], 7)
    table.write(1, [(b"x:a", b"three")], 9)
    assert table.get(1, b"x:a") == b"three"
    assert table.get(2, b"x:a") is None
    assert sorted(table.items(1)) == [(b"x:a", b"three"), (b"x:b", b"two")]
    assert [table.offset(1), table.offset(2)] == [9, 0]
    table.clear(1)
    assert [table.offset(1), list(table.items(1))] == [0, []]


def test_a_table_in_rocksdb_outlives_its_process(tmp_path: Path) -> None:
    """Another worker takes another slot; the first one's is free again after it."""
    first, second = RocksTable(tmp_path), RocksTable(tmp_path)
    for one in (first, second):
        assert one.open(0) == 0
    first.write(0, [(b"x:a", b"one")], 3)
    first.keep_only(())
    assert first.open(0) == 3
    first.close()
    second.close()
    again = RocksTable(tmp_path)
    assert again.open(0) == 3
    assert again.get(0, b"x:a") == b"one"
    again.close()


def test_a_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """With the setting that names it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"kafka\.state"):
        RocksTable(tmp_path / "file" / "below")


def test_recovery_takes_records_of_two_writers_together(table: Table) -> None:
    """A worker that was thought dead wrote from before: nothing that either knew is lost."""
    table.open(0)
    earlier, later = (Node(timeline=collect(some)) for some in (EVENTS[:3], EVENTS[2:5]))
    table.write(0, [(b"x:a", encode_node(earlier))], 1)
    news = dict(take_in(table, 0, [(b"x:a", encode_node(later)), (b"x:b", None)]))
    assert news.keys() == {b"x:a"}
    joined = decode_node(news[b"x:a"]).timeline
    assert joined == merge(earlier.timeline, later.timeline)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=12))
def test_an_offset_moves_only_over_what_we_wrote(runs: list[tuple[int, int]]) -> None:
    """A gap is somebody else's record, which must be read; after it nothing counts."""
    written, at, known = [], 0, 0
    for gap, count in runs:
        at += gap
        written.append(Written(partition=5, offset=at, count=count))
        known = at + count if known == at else known
        at += count
    assert unbroken({5: 0, 6: 4}, written) == {5: known, 6: 4}


def test_timelines_in_use_are_held_and_others_are_read(table: Table) -> None:
    """The held are bounded; what was let go is the same when it is read again."""
    table.open(0)
    nodes = TableNodes(table, 1, Lines(), held_max=2)
    made = {f"x:{number}": Node(timeline=collect([one])) for number, one in enumerate(EVENTS[:5])}
    table.write(0, [(name.encode(), encode_node(one)) for name, one in made.items()], 5)
    nodes.hold(made)
    assert {name: nodes.get(name) for name in made} == made
    assert nodes.get("x:none") is None
    assert len(nodes._held) == 2


def test_many_commands_travel_in_one_record() -> None:
    """Links and holds come back as they were, in whatever order."""
    sent: list[Command] = [
        Link(key="x:b", label="x:a", cause="m:1"),
        Hold(label="x:a", timeline=collect(EVENTS[:2]), absorbed=("x:b",), causes=("m:2",)),
        Link(key="~thread t", label="x:a"),
    ]
    (raw,) = encode_commands(sent, Lines())
    assert sorted(map(repr, decode_commands(raw))) == sorted(map(repr, sent))


def test_a_long_timeline_travels_in_parts() -> None:
    """Each record stays small, and together they hold all of it."""
    long = [decode_event(one) for one in _long_lines(40)]
    records = list(encode_commands([Hold(label="x:a", timeline=collect(long))]))
    assert len(records) > 1
    assert all(len(one) < HOLD_BYTES_MAX + 100_000 for one in records)
    held = [command for one in records for command in decode_commands(one)]
    parts = [one.timeline for one in held if isinstance(one, Hold)]
    whole = collect(event for part in parts for event in part.all())
    assert whole == collect(long)


def _long_lines(count: int) -> list[bytes]:
    text = "x" * 30_000
    return [
        b'{"id":"m:%d","kind":"message","at":"2026-11-02T00:00:00Z","customer":["x:a"],'
        b'"channel":"x","visibility":"public","direction":"inbound","text":"%s"}'
        % (number, text.encode())
        for number in range(count)
    ]


def test_a_command_of_a_later_version_is_refused() -> None:
    """It becomes a dead letter that says what was found."""
    with pytest.raises(BadEvent, match="version 99"):
        decode_commands(b'{"v": 99, "links": []}')


def test_a_glance_sees_what_decoding_would() -> None:
    """Parent, wake and whether there are events."""
    for node in (Node(), Node(parent="x:a"), Node(timeline=collect(EVENTS[:1]))):
        seen = glance(encode_node(node))
        assert (seen.parent, seen.wake) == (node.parent, node.wake)
        assert seen.has_events == (not node.timeline.is_empty)


def test_a_node_holds_the_events_as_they_were_taken() -> None:
    """Also where the line names a topic that does not count here, however it is written."""
    head = (
        b'{"id":"m:%d","kind":"message","at":"2026-11-02T00:00:00Z","customer":["x:a"],'
        b'"channel":"x","visibility":"public","direction":"inbound","text":"t"'
    )
    ends = (b"}", b',"topic":"delivery"}', b',"topic":"moon"}', b',"top\\u0069c":"moon"}')
    lines = [head % number + end for number, end in enumerate(ends)]
    decode = partial(decode_event, topics=("delivery",))
    world, table = World(), MemoryTable()
    place = partition_of(b"x:a", 2)
    table.open(place)
    batches = Batches(TOPICS, decode, lambda: NOW, Desk())
    shard = Shard(TableNodes(table, 2, batches.lines), world.monitor)
    name = TOPICS.events.name
    records = [
        Record(topic=name, partition=place, offset=number, key=b"x:a", value=line)
        for number, line in enumerate(lines)
    ]
    nodes = dict(batches.work(shard, records).nodes[place])
    assert list(decode_node(nodes[b"x:a"]).timeline.all()) == list(map(decode, lines))


@given(st.binary(max_size=60))
def test_our_hash_is_kafkas(key: bytes) -> None:
    """The gateway's client and we put a customer on the same partition."""
    assert murmur2(key) == of_kafka(key) & 0xFFFFFFFF
    assert 0 <= partition_of(key, 7) < 7


def test_a_hungry_watchdog_ends_the_process() -> None:
    """From a thread of its own, with the status that supervisors know, saying why."""
    code = (
        "import time; from pipeline.topology.watchdog import Watchdog\n"
        "Watchdog(0.2).start()\n"
        "while True: time.sleep(1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == FAILED
    assert b"nothing was done" in done.stderr
