"""Bytes of the topology's own records: nodes (the changelog) and commands. Version 1.

Events stay lines of the interchange format inside of both, so that whatever reads old lines reads
old records too.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from sys import maxsize
from typing import Final, Literal

from msgspec import Raw, Struct, ValidationError
from msgspec.json import Decoder, Encoder

from pipeline.domain.timeline import Timeline, collect
from pipeline.errors import BadEvent
from pipeline.topology.protocol import Command, Hold, Link, Node
from pipeline.wire import Limits, decode_event, encode_event

VERSION: Final = 1
HOLD_BYTES_MAX: Final = 500_000
"""Longer timelines are forwarded in parts, which sets allow, so that records stay small."""
_UNLIMITED: Final = Limits(bytes_max=maxsize, depth_max=1_000, items_max=maxsize)


class _Set(Struct, omit_defaults=True):
    """A timeline: every version of every event, and the ids that were in conflict."""

    events: list[Raw] = []
    conflicts: list[str] = []


class _Node(Struct, omit_defaults=True, kw_only=True):
    v: int
    parent: str | None = None
    wake: datetime | None = None
    timeline: _Set | None = None


class _Command(Struct, omit_defaults=True, kw_only=True):
    v: int
    kind: Literal["link", "hold"]
    label: str
    key: str = ""
    causes: list[str] = []
    absorbed: list[str] = []
    linked: bool = False
    timeline: _Set | None = None


_ENCODER: Final = Encoder()
_NODE: Final = Decoder(_Node)
_COMMAND: Final = Decoder(_Command)


def encode_node(node: Node) -> bytes:
    """Return the record of a node."""
    return _ENCODER.encode(
        _Node(
            v=VERSION,
            parent=node.parent,
            wake=node.wake,
            timeline=_set(node.timeline) if not node.timeline.is_empty else None,
        )
    )


def decode_node(raw: bytes) -> Node:
    """Return the node of a record that `encode_node` wrote."""
    told = _NODE.decode(raw)
    return Node(parent=told.parent, wake=told.wake, timeline=_timeline(told.timeline))


def encode_command(command: Command) -> list[bytes]:
    """Return the records of a command: one, or several where the timeline is long."""
    if isinstance(command, Link):
        causes = [command.cause] if command.cause else []
        told = _Command(v=VERSION, kind="link", label=command.label, key=command.key, causes=causes)
        return [_ENCODER.encode(told)]
    return [
        _ENCODER.encode(
            _Command(
                v=VERSION,
                kind="hold",
                label=command.label,
                causes=list(command.causes),
                absorbed=list(command.absorbed),
                linked=command.linked,
                timeline=part,
            )
        )
        for part in _parts(_set(command.timeline))
    ]


def decode_command(raw: bytes) -> Command:
    """Return the command of a record.

    Raises:
        BadEvent: it is none, or one of a later version.
    """
    try:
        told = _COMMAND.decode(raw)
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadEvent(f"found no command of the topology ({error})") from None
    if told.v != VERSION:
        raise BadEvent(f"found a command of version {told.v}, this ccm reads version {VERSION}")
    if told.kind == "link":
        return Link(key=told.key, label=told.label, cause=told.causes[0] if told.causes else "")
    return Hold(
        label=told.label,
        timeline=_timeline(told.timeline),
        absorbed=tuple(told.absorbed),
        linked=told.linked,
        causes=tuple(told.causes),
    )


def _set(timeline: Timeline) -> _Set:
    lines = [Raw(encode_event(one)) for one in timeline.all()]
    return _Set(events=lines, conflicts=sorted(timeline.conflicts))


def _parts(whole: _Set) -> Iterable[_Set]:
    part, size = _Set(conflicts=whole.conflicts), 0
    for line in whole.events:
        if part.events and size + len(memoryview(line)) > HOLD_BYTES_MAX:
            yield part
            part, size = _Set(conflicts=whole.conflicts), 0
        part.events.append(line)
        size += len(memoryview(line))
    yield part


def _timeline(told: _Set | None) -> Timeline:
    if told is None:
        return Timeline()
    events = (decode_event(bytes(line), topics=None, limits=_UNLIMITED) for line in told.events)
    return replace(collect(events), conflicts=frozenset(told.conflicts))
