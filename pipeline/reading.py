"""Texts that nobody has read yet are read here, as a pure function of the timeline.

A message without signals is read in its context: up to six earlier messages of its thread or, where
it has none, of its customer. *Earlier* means by ``(at, id)`` and in the version that was there when
the message was written, so that neither the order of arrival nor a later edit, link or deletion
changes what a text is read to say. Readings are kept in a bounded cache; what is not in it is read
in one call for all timelines of a settling.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Final, NamedTuple

from models.reading import PRESENT, Passage, Reader, Text
from models.reading import Signal as SignalRead
from pipeline.domain.events import Event, Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import Timeline

CONTEXT_MESSAGES_MAX: Final = 6
CACHED_READINGS_MAX: Final = 50_000

Key = tuple[str, int, bytes]
Signals = tuple[Signal, ...]


class ReadingCache:
    """What texts were read to say: by event, version, and digest of text, context and reader.

    Args:
        readings_max: how many readings are kept; the longest unused goes first.
    """

    def __init__(self, readings_max: int = CACHED_READINGS_MAX) -> None:
        self._readings: OrderedDict[Key, Signals] = OrderedDict()
        self._readings_max = readings_max

    def __len__(self) -> int:
        """Return how many readings are held."""
        return len(self._readings)

    def get(self, key: Key) -> Signals | None:
        """Return what was read under ``key``; None where it is not known (any more)."""
        found = self._readings.get(key)
        if found is not None:
            self._readings.move_to_end(key)
        return found

    def put(self, key: Key, signals: Signals) -> None:
        """Keep a reading."""
        self._readings[key] = signals
        if len(self._readings) > self._readings_max:
            self._readings.popitem(last=False)


def read_timeline(
    timeline: Timeline, reader: Reader, cache: ReadingCache, policy: Policy
) -> Timeline:
    """Return ``timeline`` with signals on every message version that has a text."""
    return read_timelines([timeline], reader, cache, policy)[0]


def read_timelines(
    timelines: Sequence[Timeline], reader: Reader, cache: ReadingCache, policy: Policy
) -> list[Timeline]:
    """Return the timelines with signals on every message version that has a text.

    Messages that came with signals keep them, and deleted versions are left alone. All texts that
    the cache does not know are read in one call. The result is for `evaluate` alone: a store keeps
    what came in.
    """
    plans = [_plan(timeline, reader, policy) for timeline in timelines]
    texts = {key: text for plan in plans for key, text in plan}
    readings = _readings(texts, reader, cache) if texts else {}
    return [
        _with_signals(timeline, {key[:2]: readings[key] for key, _ in plan}) if plan else timeline
        for timeline, plan in zip(timelines, plans, strict=True)
    ]


class _Entry(NamedTuple):
    """All versions of one message, at the place that the first of them gives it."""

    at: datetime
    id: str
    versions: tuple[Event, ...]


def _plan(timeline: Timeline, reader: Reader, policy: Policy) -> list[tuple[Key, Text]]:
    """Return the texts of ``timeline`` that want reading, and under which keys."""
    if not any(_is_unread(one) for versions in timeline.versions.values() for one in versions):
        return []
    entries = sorted(
        _Entry(min(_at(one, policy) for one in versions), name, versions)
        for name, versions in timeline.versions.items()
    )
    return [
        ((one.id, one.version, _digest(text, reader)), text)
        for place, entry in enumerate(entries)
        for one in entry.versions
        if isinstance(one, Message) and _is_unread(one)
        for text in (_text(one, entries[:place], policy),)
    ]


def _is_unread(event: Event) -> bool:
    return isinstance(event, Message) and event.signals is None and not event.deleted


def _text(message: Message, before: Sequence[_Entry], policy: Policy) -> Text:
    at = _at(message, policy)
    passages = list(islice(_passages(message, before, at, policy), CONTEXT_MESSAGES_MAX))
    return Text(
        id=message.id,
        text=message.text,
        direction=message.direction,
        context=tuple(reversed(passages)),
        at=at,
        zone=policy.report_zone,
    )


def _passages(
    message: Message, before: Sequence[_Entry], at: datetime, policy: Policy
) -> Iterator[Passage]:
    """Yield what was said before in the same conversation, the latest first."""
    for entry in reversed(before):
        seen = [one for one in entry.versions if _at(one, policy) <= at]
        earlier = seen[-1] if seen else None
        if isinstance(earlier, Message) and earlier.text and _are_related(message, earlier):
            yield Passage(direction=earlier.direction, text=earlier.text)


def _are_related(message: Message, earlier: Message) -> bool:
    if message.thread is not None:
        return earlier.thread == message.thread
    return not set(message.customer).isdisjoint(earlier.customer)


def _at(event: Event, policy: Policy) -> datetime:
    """Return when the event counts as having happened (§2, ``received_at``)."""
    received = event.received_at
    if received is not None and event.at - received > policy.clock_skew:
        return received
    return event.at


def _digest(text: Text, reader: Reader) -> bytes:
    said = (reader.version, text.text, text.direction, text.zone, str(text.at))
    parts = (*said, *(part for one in text.context for part in (one.direction, one.text)))
    framed = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(framed.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _readings(texts: dict[Key, Text], reader: Reader, cache: ReadingCache) -> dict[Key, Signals]:
    """Return what every text says; those that the cache does not know are read in one call."""
    known = {key: cache.get(key) for key in texts}
    missing = [key for key, signals in known.items() if signals is None]
    read = reader.read([texts[key] for key in missing]) if missing else []
    for key, reading in zip(missing, read, strict=True):
        known[key] = tuple(_signal(one) for one in reading.signals if one.probability >= PRESENT)
        cache.put(key, known[key] or ())
    return {key: signals or () for key, signals in known.items()}


def _signal(read: SignalRead) -> Signal:
    return Signal(
        name=read.name,
        due=read.due,
        until=read.until,
        why=read.why,
        deed=read.deed,
        channel=read.channel,
        asks=read.asks,
        span=read.span,
        probability=read.probability,
    )


def _with_signals(timeline: Timeline, plan: dict[tuple[str, int], Signals]) -> Timeline:
    """Return the timeline with the readings on their messages."""
    versions = dict(timeline.versions)
    for name in {name for name, _ in plan}:
        versions[name] = tuple(
            replace(one, signals=plan[name, one.version])
            if isinstance(one, Message) and (name, one.version) in plan
            else one
            for one in versions[name]
        )
    return Timeline(versions=versions, conflicts=timeline.conflicts)
