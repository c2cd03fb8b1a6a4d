"""Records of every version that was ever written are still read; those of today are still written.

The files of tests/golden are never changed: a new version gets a file of its own, and the one
before becomes what is only read.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import BadEvent, StoreError
from pipeline.topology.batches import decode_letter, encode_letter
from pipeline.topology.codec import decode_commands, decode_node, encode_commands, encode_node
from pipeline.topology.protocol import Hold, Link
from pipeline.wire import decode_event, encode_event
from pipeline.wire.upcast import upcast

GOLDEN = Path(__file__).parent.parent / "golden"


def golden(name: str) -> list[bytes]:
    return (GOLDEN / f"{name}.jsonl").read_bytes().splitlines()


def commands_again(raw: bytes) -> bytes:
    (record,) = encode_commands(decode_commands(raw))
    return record


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("nodes-v1", lambda raw: encode_node(decode_node(raw))),
        ("commands-v2", commands_again),
        ("letters-v1", lambda raw: encode_letter(decode_letter(raw))),
    ],
)
def test_records_of_today_are_what_was_written(name: str, again: Callable[[bytes], bytes]) -> None:
    """Byte for byte; where this fails, the change needs a version of its own."""
    assert [again(raw) for raw in golden(name)] == golden(name) != []


def test_lines_of_events_are_read_as_ever() -> None:
    """Others write them, and need not sort their keys: the same event comes back."""
    events = [decode_event(raw) for raw in golden("events-v1")]
    assert [decode_event(encode_event(one)) for one in events] == events != []


def test_commands_of_version_1_say_what_those_of_2_say() -> None:
    """One in a record then, many now."""
    (pack,) = golden("commands-v2")
    old = [command for raw in golden("commands-v1") for command in decode_commands(raw)]
    assert old == decode_commands(pack)
    assert [type(one) for one in old] == [Link, Link, Hold, Hold]


def test_records_of_the_future_are_refused() -> None:
    """By name; an event becomes a dead letter and may be retried, a node stops the worker."""
    event = msgspec.json.decode(golden("events-v1")[0])
    with pytest.raises(BadEvent, match="version 2, this ccm reads up to 1"):
        decode_event(msgspec.json.encode({**event, "format": 2}))
    with pytest.raises(BadEvent, match="version 3"):
        decode_commands(golden("commands-v2")[0].replace(b'"v":2', b'"v":3'))
    with pytest.raises(StoreError, match="version 2"):
        decode_node(golden("nodes-v1")[0].replace(b'"v":1', b'"v":2'))


@pytest.mark.parametrize("version", [0, -1, "1", 1.0, True])
def test_a_format_that_is_no_version_makes_the_line_bad(version: object) -> None:
    """Named, with what was expected."""
    event = msgspec.json.decode(golden("events-v1")[0])
    with pytest.raises(BadEvent, match="field `format`"):
        decode_event(msgspec.json.encode({**event, "format": version}))


def test_a_line_that_names_version_1_is_the_same_event() -> None:
    """So that a sender who says it and one who does not are never in conflict."""
    for raw in golden("events-v1"):
        named = msgspec.json.encode({**msgspec.json.decode(raw), "format": 1})
        assert decode_event(named) == decode_event(raw)


def test_older_lines_take_every_step_up() -> None:
    """From the version that a line names, one after the other, to the newest."""
    steps = {
        1: lambda found: {**found, "steps": [1]},
        2: lambda found: {**found, "steps": [*found.get("steps", []), 2]},
    }
    assert upcast({"id": "a"}, steps, 3)["steps"] == [1, 2]
    assert upcast({"id": "a", "format": 2}, steps, 3)["steps"] == [2]
    assert "steps" not in upcast({"id": "a", "format": 3}, steps, 3)
