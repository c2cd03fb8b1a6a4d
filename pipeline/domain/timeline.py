"""A set of events and nothing else.

A timeline holds every version of every event of one connected group of customers, and beside them
what their texts were read to say: of each reading the revision that holds. ``observe`` and
``merge`` are set union: commutative, associative and idempotent, so that order of arrival,
duplicates and races cannot show (definitions §1). ``known`` reads the set at a moment.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, fields, replace
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from pipeline.domain.events import Event, Message, Reading
from pipeline.domain.frozen import frozen

_ORDER: Final = attrgetter("at", "id")


@frozen
class Timeline:
    """Events by id; of each id the versions in rising order; and the ids that were in conflict.

    ``readings`` are kept apart, by id: they are no events of a case.
    """

    versions: Mapping[str, tuple[Event, ...]] = field(default_factory=lambda: MappingProxyType({}))
    conflicts: frozenset[str] = frozenset()
    readings: Mapping[str, Reading] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        """Return the number of different events, readings apart."""
        return len(self.versions)

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing at all."""
        return not (self.versions or self.readings)

    def all(self) -> Iterator[Event]:
        """Yield every version of every event, and every reading."""
        for versions in self.versions.values():
            yield from versions
        yield from self.readings.values()


def observe(timeline: Timeline, event: Event) -> Timeline:
    """Return ``timeline`` with ``event`` in it; the same object where nothing is new."""
    if isinstance(event, Reading):
        return _with_reading(timeline, event)
    held = timeline.versions.get(event.id)
    if held is None:
        return Timeline(
            versions={**timeline.versions, event.id: (event,)},
            conflicts=timeline.conflicts,
            readings=timeline.readings,
        )
    versions, conflict = _with_version(held, event)
    if versions is held and not conflict:
        return timeline
    conflicts = timeline.conflicts | {event.id} if conflict else timeline.conflicts
    if versions is held and conflicts == timeline.conflicts:
        return timeline
    return replace(
        timeline, versions={**timeline.versions, event.id: versions}, conflicts=conflicts
    )


def merge(one: Timeline, other: Timeline) -> Timeline:
    """Return the union of two timelines: what `observe` would give for all events of both."""
    if len(one) < len(other):
        one, other = other, one
    result = replace(one, conflicts=one.conflicts | other.conflicts)
    for versions in other.versions.values():
        for event in versions:
            result = observe(result, event)
    if not other.readings:
        return result
    readings = dict(one.readings)
    for reading in other.readings.values():
        readings[reading.id] = _holding(readings.get(reading.id), reading)
    return replace(result, readings=readings)


def collect(events: Iterable[Event]) -> Timeline:
    """Return the timeline of many events at once: the same as observing one after the other."""
    versions: dict[str, tuple[Event, ...]] = {}
    conflicts: set[str] = set()
    readings: dict[str, Reading] = {}
    for event in events:
        if isinstance(event, Reading):
            readings[event.id] = _holding(readings.get(event.id), event)
            continue
        held = versions.get(event.id)
        if held is None:
            versions[event.id] = (event,)
            continue
        versions[event.id], conflict = _with_version(held, event)
        if conflict:
            conflicts.add(event.id)
    return Timeline(versions=versions, conflicts=frozenset(conflicts), readings=readings)


def known(
    timeline: Timeline, as_of: datetime, clock_skew: timedelta
) -> tuple[list[Event], frozenset[str]]:
    """Return the events known at ``as_of``, sorted by ``(at, id)``, and the ids with skewed clocks.

    Of several versions the first ``at`` and the highest content count (§2, §8); a version that was
    made after ``as_of`` is not yet known, and neither is its edit.
    """
    events: list[Event] = []
    skewed: set[str] = set()
    for versions in timeline.versions.values():
        event = versions[0] if len(versions) == 1 else _resolved(versions, as_of, clock_skew)
        if event is None:
            continue
        at = _clamped(event, clock_skew)
        if at > as_of:
            continue
        if at is not event.at:
            skewed.add(event.id)
            event = replace(event, at=at)
        events.append(_blanked(event) if isinstance(event, Message) and event.deleted else event)
    events.sort(key=_ORDER)
    return events, frozenset(skewed)


def canonical_json(event: Event) -> str:
    """Return the event as RFC 8785 canonical JSON, as a line would say it, unknown fields too.

    What is left at its default is not said; a text and signals that are empty are.

    Decides which of two contents of the same id and version wins, so that the choice does not
    depend on which came first. Numbers follow ECMAScript only as far as the format needs it:
    integers, and floats by their shortest form.
    """
    said = {**_plain(event.extra), **_said(event), "kind": type(event).__name__.lower()}
    if "retracts" in said:
        said["not"] = said.pop("retracts")
    return _canonical(said)


def _clamped(event: Event, clock_skew: timedelta) -> datetime:
    received = event.received_at
    if received is not None and event.at > received and event.at - received > clock_skew:
        return received
    return event.at


def _with_version(held: tuple[Event, ...], event: Event) -> tuple[tuple[Event, ...], bool]:
    """Return the versions with ``event`` among them, and whether it contradicts one of them."""
    for index, other in enumerate(held):
        if other.version == event.version:
            if other == event:
                return held, False
            winner = min(other, event, key=canonical_json)
            conflict = replace(other, received_at=None) != replace(event, received_at=None) or (
                type(other) is not type(event)
            )
            if winner is other:
                return held, conflict
            return (*held[:index], event, *held[index + 1 :]), conflict
    return tuple(sorted((*held, event), key=lambda one: one.version)), False


def _with_reading(timeline: Timeline, reading: Reading) -> Timeline:
    held = timeline.readings.get(reading.id)
    if _holding(held, reading) is held:
        return timeline
    return Timeline(
        versions=timeline.versions,
        conflicts=timeline.conflicts,
        readings={**timeline.readings, reading.id: reading},
    )


def _holding(held: Reading | None, other: Reading) -> Reading:
    """Return which of two revisions holds: the higher; of two contents the smaller."""
    if held is None or held.version < other.version:
        return other
    if held.version > other.version or held == other:
        return held
    return min(held, other, key=canonical_json)


def _resolved(versions: tuple[Event, ...], as_of: datetime, clock_skew: timedelta) -> Event | None:
    """Return the content of the highest version known, at the time of the lowest."""
    seen = [one for one in versions if _clamped(one, clock_skew) <= as_of]
    if not seen:
        return None
    first, last = seen[0], seen[-1]
    if isinstance(last, Message) and last.deleted:
        last = _kept_of_deleted(seen)
    return replace(last, at=first.at, received_at=first.received_at)


def _kept_of_deleted(versions: list[Event]) -> Message:
    """Return a deletion with what stays: all of the last version but its text (§2, ``deleted``)."""
    deletion = versions[-1]
    assert isinstance(deletion, Message)
    before = [one for one in versions if isinstance(one, Message) and not one.deleted]
    if not before:
        return deletion
    return replace(before[-1], version=deletion.version, deleted=True)


def _blanked(message: Message) -> Message:
    """Return a deleted message without its words; what they were read to say stays."""
    signals = tuple(replace(signal, span=None) for signal in message.signals or ())
    return replace(message, text="", subject=None, signals=signals)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return _said(value) if hasattr(value, "__dataclass_fields__") else value


def _said(value: Any) -> dict[str, Any]:
    """Return the fields of a data class that differ from their defaults."""
    found = ((item, getattr(value, item.name)) for item in fields(value) if item.name != "extra")
    return {item.name: _plain(held) for item, held in found if held != item.default}


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_canonical(key)}:{_canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
