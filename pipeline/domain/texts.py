"""The texts of a timeline in their context, and the readings that say what they mean.

A message without signals is read in its context: up to six earlier messages of its thread or, where
it has none, of its customer. *Earlier* means by ``(at, id)`` and in the version that was there when
the message was written, so that neither the order of arrival nor a later edit, link or deletion
changes what a text is read to say. A digest of message, text, context, zone and time is the id of
the reading: should an earlier message come late, the context is another one, and so is the reading.
The model that reads is no part of it: what was read stays read when the model is replaced.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple

from pipeline.domain.events import Direction, Event, Message
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import Timeline

CONTEXT_MESSAGES_MAX: Final = 6
READING: Final = "reading:"


class Passage(NamedTuple):
    """What was said before in the same conversation."""

    direction: Direction
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A text that came without signals, and all that a reader needs.

    Attributes:
        id: of the reading that covers it, made or to be made.
        message: the version of the message that holds the text.
        at: when it counts as written (§2, ``received_at``).
        zone: the report zone, in which "tomorrow" is meant.
        context: what was said before, the oldest first.
    """

    id: str
    message: Message
    at: datetime
    zone: str
    context: tuple[Passage, ...] = ()


def texts_of(timeline: Timeline, policy: Policy) -> list[Unread]:
    """Return every text that came without signals, whether or not a reading covers it.

    Deleted versions are left alone.
    """
    if not any(is_unread(one) for held in timeline.versions.values() for one in held):
        return []
    talk = _Talk(policy)
    texts: list[Unread] = []
    for entry in _in_order(timeline, policy):
        for one in entry.versions:
            if isinstance(one, Message) and is_unread(one):
                texts.append(talk.text(one))  # noqa: PERF401  # each follows on what is added below
        talk.add(entry)
    return texts


def said(timeline: Timeline, texts: Iterable[Unread]) -> Timeline:
    """Return the timeline with what its readings say of ``texts`` on its messages.

    The result is for `evaluate` alone: a store keeps what came in. It holds no readings any more.
    """
    readings, versions = timeline.readings, dict(timeline.versions)
    for text in texts:
        reading = readings.get(text.id)
        if reading is not None:
            told = replace(text.message, signals=reading.signals)
            held = versions[told.id]
            versions[told.id] = tuple(told if one is text.message else one for one in held)
    return Timeline(versions=versions, conflicts=timeline.conflicts)


def heard(timeline: Timeline, policy: Policy) -> tuple[Timeline, list[Unread]]:
    """Return the timeline with what its texts say on its messages, and the texts not read yet.

    Messages that came with signals keep them.
    """
    texts = texts_of(timeline, policy)
    return said(timeline, texts), unread_of(timeline, texts)


def unread_of(timeline: Timeline, texts: Iterable[Unread]) -> list[Unread]:
    """Return those of ``texts`` that no reading of the timeline covers."""
    return [text for text in texts if text.id not in timeline.readings]


def without(timeline: Timeline, unread: Iterable[Unread]) -> Timeline:
    """Return the timeline as if what nobody has read yet had not come yet."""
    versions = dict(timeline.versions)
    for one in unread:
        left = tuple(
            held for held in versions[one.message.id] if held.version != one.message.version
        )
        if left:
            versions[one.message.id] = left
        else:
            del versions[one.message.id]
    return replace(timeline, versions=versions)


def is_unread(event: Event) -> bool:
    """Return whether an event holds a text and came without signals."""
    return isinstance(event, Message) and event.signals is None and not event.deleted


class _Entry(NamedTuple):
    """All versions of one event, at the place that the first of them gives it."""

    at: datetime
    id: str
    versions: tuple[Event, ...]


def _in_order(timeline: Timeline, policy: Policy) -> list[_Entry]:
    return sorted(
        _Entry(min(_at(one, policy) for one in versions), name, versions)
        for name, versions in timeline.versions.items()
    )


class _Talk:
    """What was said so far, by thread and by customer."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._entries: list[_Entry] = []
        self._places: dict[str, list[int]] = {}

    def add(self, entry: _Entry) -> None:
        """Take the next entry, in order."""
        place = len(self._entries)
        self._entries.append(entry)
        messages = [one for one in entry.versions if isinstance(one, Message)]
        for key in dict.fromkeys(key for one in messages for key in _keys(one)):
            self._places.setdefault(key, []).append(place)

    def text(self, message: Message) -> Unread:
        """Return the text of a message that follows on all that was taken."""
        at = _at(message, self._policy)
        latest_first = list(islice(self._passages(message, at), CONTEXT_MESSAGES_MAX))
        context, zone = tuple(reversed(latest_first)), self._policy.report_zone
        digest = _digest(message, at, zone, context)
        return Unread(id=READING + digest, message=message, at=at, zone=zone, context=context)

    def _passages(self, message: Message, at: datetime) -> Iterator[Passage]:
        """Yield what was said before in the same conversation, the latest first."""
        for place in self._before(message):
            seen = [one for one in self._entries[place].versions if _at(one, self._policy) <= at]
            earlier = seen[-1] if seen else None
            if isinstance(earlier, Message) and earlier.text and _are_related(message, earlier):
                yield Passage(direction=earlier.direction, text=earlier.text)

    def _before(self, message: Message) -> Iterator[int]:
        keys = _keys(message)[:1] if message.thread is not None else message.customer
        last = -1
        for place in merge(
            *(reversed(self._places.get(key, ())) for key in dict.fromkeys(keys)), reverse=True
        ):
            if place != last:
                yield place
            last = place


def _keys(message: Message) -> Sequence[str]:
    """Return under what a message is found again; its thread, where it has one, comes first."""
    if message.thread is None:
        return message.customer
    return ("\x00" + message.thread, *message.customer)


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


def _digest(message: Message, at: datetime, zone: str, context: Iterable[Passage]) -> str:
    """Return a digest of all that a reading depends on, and of whose it is.

    The message is part of it so that two customers who write the same never share a reading.
    """
    parts = [message.id, str(message.version), message.text, message.direction, zone, str(at)]
    for passage in context:
        parts += passage
    framed = "".join([f"{len(part)}:{part}" for part in parts])
    return blake2b(framed.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
