"""Bytes of the topology's own records: nodes (the changelog) and commands.

Events stay lines of the interchange format inside of both, so that whatever reads old lines reads
old records too. Nodes have version 1. Commands have version 2, many of them in one record; those
of version 1, one in a record, are still read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from sys import maxsize
from typing import Final, Literal

from msgspec import Raw, Struct, ValidationError
from msgspec.json import Decoder, Encoder

from pipeline.domain.events import Event
from pipeline.domain.timeline import Timeline, collect
from pipeline.errors import BadEvent, StoreError
from pipeline.topology.protocol import Command, Hold, Link, Node
from pipeline.wire import Limits, decode_event, encode_event

NODE_VERSION: Final = 1
COMMAND_VERSION: Final = 2
HOLD_BYTES_MAX: Final = 500_000
"""Longer timelines are forwarded in parts, which sets allow, so that records stay small."""
PACK_BYTES_MAX: Final = 200_000
"""As much goes into a record of many commands; a part of a timeline may come on top."""
LINES_MAX: Final = 100_000
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


class _Peek(Struct):
    parent: str | None = None
    wake: datetime | None = None
    timeline: Raw = Raw()


class _Command(Struct, omit_defaults=True, kw_only=True):
    """A command of version 1, and each hold in a record of version 2."""

    kind: Literal["link", "hold"] = "hold"
    label: str
    key: str = ""
    causes: list[str] = []
    absorbed: list[str] = []
    linked: bool = False
    timeline: _Set | None = None


class _Link(Struct, array_like=True):
    key: str
    label: str
    cause: str = ""


class _Pack(Struct, omit_defaults=True, kw_only=True):
    v: int
    links: list[_Link] = []
    holds: list[_Command] = []


class _Version(Struct):
    v: int


_ENCODER: Final = Encoder()
_NODE: Final = Decoder(_Node)
_PEEK: Final = Decoder(_Peek)
_VERSION: Final = Decoder(_Version)
_COMMAND: Final = Decoder(_Command)
_PACK: Final = Decoder(_Pack)


class Lines:
    """The lines of events that were written or read lately, so that none is encoded twice."""

    def __init__(self, lines_max: int = LINES_MAX) -> None:
        self._held: dict[tuple[str, int], tuple[Event, bytes]] = {}
        self._max = lines_max

    def line(self, event: Event) -> bytes:
        """Return the line of an event."""
        held = self._held.get((event.id, event.version))
        if held is not None and held[0] is event:
            return held[1]
        return self.keep(event, encode_event(event))

    def keep(self, event: Event, line: bytes) -> bytes:
        """Remember the line of an event; return it."""
        self._held[event.id, event.version] = event, line
        if len(self._held) > self._max:
            del self._held[next(iter(self._held))]
        return line


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What of a node can be seen without reading its events."""

    parent: str | None
    wake: datetime | None
    has_events: bool


def encode_node(node: Node, lines: Lines | None = None) -> bytes:
    """Return the record of a node."""
    timeline = _set(node.timeline, lines) if not node.timeline.is_empty else None
    told = _Node(v=NODE_VERSION, parent=node.parent, wake=node.wake, timeline=timeline)
    return _ENCODER.encode(told)


def decode_node(raw: bytes, lines: Lines | None = None) -> Node:
    """Return the node of a record that `encode_node` wrote.

    Raises:
        StoreError: a later ccm wrote it.
    """
    told = _NODE.decode(raw)
    if told.v > NODE_VERSION:
        raise StoreError(
            f"found a node of version {told.v}, this ccm reads up to {NODE_VERSION}: a later one "
            "has worked here; update this worker"
        )
    return Node(parent=told.parent, wake=told.wake, timeline=_timeline(told.timeline, lines))


def glance(raw: bytes) -> Glance:
    """Return what can be seen of a node at once."""
    told = _PEEK.decode(raw)
    return Glance(parent=told.parent, wake=told.wake, has_events=bool(bytes(told.timeline)))


def encode_commands(commands: Iterable[Command], lines: Lines | None = None) -> Iterator[bytes]:
    """Yield records that hold ``commands``, which all go to one partition.

    As many as come, but a timeline that is too long for one record goes in parts.
    """
    pack, size = _Pack(v=COMMAND_VERSION), 0
    for command in commands:
        if isinstance(command, Link):
            pack.links.append(_Link(command.key, command.label, command.cause))
            size += len(command.key) + len(command.label) + len(command.cause)
        else:
            for part, bytes_of_part in _parts(_set(command.timeline, lines)):
                pack.holds.append(_hold(command, part))
                size += bytes_of_part
                if size > PACK_BYTES_MAX:
                    yield _ENCODER.encode(pack)
                    pack, size = _Pack(v=COMMAND_VERSION), 0
        if size > PACK_BYTES_MAX:
            yield _ENCODER.encode(pack)
            pack, size = _Pack(v=COMMAND_VERSION), 0
    if pack.links or pack.holds:
        yield _ENCODER.encode(pack)


def decode_commands(raw: bytes) -> list[Command]:
    """Return the commands of a record.

    Raises:
        BadEvent: it holds none, or is one of a later version.
    """
    try:
        version = _VERSION.decode(raw).v
        if version == 1:
            return [_command(_COMMAND.decode(raw))]
        if version != COMMAND_VERSION:
            raise BadEvent(
                f"found a command of version {version}, this ccm reads up to {COMMAND_VERSION}"
            )
        pack = _PACK.decode(raw)
        links = [Link(key=one.key, label=one.label, cause=one.cause) for one in pack.links]
        return [*links, *map(_command, pack.holds)]
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadEvent(f"found no command of the topology ({error})") from None


def _hold(hold: Hold, part: _Set) -> _Command:
    return _Command(
        label=hold.label,
        causes=list(hold.causes),
        absorbed=list(hold.absorbed),
        linked=hold.linked,
        timeline=part,
    )


def _command(told: _Command) -> Command:
    if told.kind == "link":
        return Link(key=told.key, label=told.label, cause=told.causes[0] if told.causes else "")
    return Hold(
        label=told.label,
        timeline=_timeline(told.timeline),
        absorbed=tuple(told.absorbed),
        linked=told.linked,
        causes=tuple(told.causes),
    )


def _set(timeline: Timeline, lines: Lines | None = None) -> _Set:
    encode = encode_event if lines is None else lines.line
    told = [Raw(encode(one)) for one in timeline.all()]
    return _Set(events=told, conflicts=sorted(timeline.conflicts))


def _parts(whole: _Set) -> Iterator[tuple[_Set, int]]:
    part, size = _Set(conflicts=whole.conflicts), 0
    for line in whole.events:
        length = len(memoryview(line))
        if part.events and size + length > HOLD_BYTES_MAX:
            yield part, size
            part, size = _Set(conflicts=whole.conflicts), 0
        part.events.append(line)
        size += length
    yield part, size


def _timeline(told: _Set | None, lines: Lines | None = None) -> Timeline:
    if told is None:
        return Timeline()
    events: list[Event] = []
    for raw in told.events:
        line = bytes(raw)
        event = decode_event(line, topics=None, limits=_UNLIMITED)
        if lines is not None:
            lines.keep(event, line)
        events.append(event)
    return replace(collect(events), conflicts=frozenset(told.conflicts))
