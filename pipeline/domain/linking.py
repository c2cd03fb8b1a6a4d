"""Who belongs together: timelines, and the persons inside a timeline (definitions §4, §8
Belonging).

Hard evidence only, strongest first: a shared private thread (and a private answer to a private
message), a shared ref, identifiers listed together by a channel, and identity assertions. Every
link is kept with the event that made it, and assertions can be retracted. A public thread joins
nobody: it holds one author's messages and the replies to them, and those name the same customer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from pipeline.domain.events import (
    Erasure,
    Event,
    Feedback,
    Identity,
    Message,
    Status,
    connecting_keys,
)
from pipeline.domain.frozen import frozen
from pipeline.domain.timeline import Timeline, collect


@frozen
class Link:
    """Why two identifiers are one person: the rule that joined them and the event that shows it."""

    rule: str
    event: str
    at: datetime


@frozen
class Person:
    """One resolved customer.

    ``identifiers`` are sorted; ``events`` are sorted by ``(at, id)`` and hold no identities. An
    erased person's identifiers are empty.
    """

    identifiers: tuple[str, ...]
    events: list[Event]
    links: tuple[Link, ...] = ()
    erased: bool = False


class Groups:
    """Disjoint sets of labels; the smallest label of a set is its root (minimum label wins)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, label: str) -> str:
        """Return the root of ``label``, which becomes a set of its own when it is new."""
        parent = self._parent
        root = parent.setdefault(label, label)
        while parent[root] != root:
            root = parent[root]
        while parent[label] != root:
            parent[label], label = root, parent[label]
        return root

    def join(self, one: str, other: str) -> bool:
        """Join two sets; return whether they were apart."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return False
        self._parent[max(one, other)] = min(one, other)
        return True

    def labels(self) -> Iterable[str]:
        """Return every label seen."""
        return self._parent.keys()


def components(events: Iterable[Event]) -> list[Timeline]:
    """Return the timelines of many events: the connected components by `connecting_keys`."""
    groups = Groups()
    held = list(events)
    for event in held:
        first = "event " + event.id
        for key in connecting_keys(event):
            groups.join(first, key)
    parts: dict[str, list[Event]] = {}
    for event in held:
        parts.setdefault(groups.find("event " + event.id), []).append(event)
    return [collect(part) for part in parts.values()]


def native_identifier(event: Event) -> str:
    """Return the identifier under which the customer acted: that of the channel, or the first."""
    customer = event.customer
    if len(customer) > 1 and isinstance(event, Message):
        scheme = event.channel + ":"
        for identifier in customer:
            if identifier.startswith(scheme):
                return identifier
    return customer[0]


def persons(events: Sequence[Event]) -> list[Person]:
    """Return the resolved customers among ``events``, which must be sorted by ``(at, id)``."""
    identifiers = {identifier for event in events for identifier in event.customer}
    if len(identifiers) == 1 and not any(isinstance(event, Identity) for event in events):
        erased = any(isinstance(event, Erasure) for event in events)
        return [
            Person(
                identifiers=() if erased else tuple(identifiers), events=list(events), erased=erased
            )
        ]
    return _resolved_persons(events)


def _resolved_persons(events: Sequence[Event]) -> list[Person]:
    groups, links = Groups(), list[tuple[str, Link]]()
    for event in events:
        for identifier in event.customer:
            groups.find(identifier)
    for one, other, link in _joins(events):
        if groups.join(one, other):
            links.append((one, link))
    members: dict[str, list[str]] = {}
    for label in groups.labels():
        members.setdefault(groups.find(label), []).append(label)
    parts: dict[str, list[Event]] = {}
    for event in events:
        if event.customer:
            parts.setdefault(groups.find(native_identifier(event)), []).append(event)
    return [
        _person(members[root], part, [link for label, link in links if groups.find(label) == root])
        for root, part in parts.items()
    ]


def _person(members: list[str], events: list[Event], links: list[Link]) -> Person:
    erased = any(isinstance(event, Erasure) for event in events)
    return Person(
        identifiers=() if erased else tuple(sorted(members)),
        events=events,
        links=tuple(links),
        erased=erased,
    )


def _joins(events: Sequence[Event]) -> Iterable[tuple[str, str, Link]]:
    """Yield pairs of identifiers that hard evidence joins, strongest evidence first."""
    yield from _joins_by_thread(events)
    yield from _joins_by_ref(events)
    assertions = _Assertions()
    for event in events:
        assertions.observe(event)
    yield from assertions.standing()


def _joins_by_thread(events: Sequence[Event]) -> Iterable[tuple[str, str, Link]]:
    first: dict[str, str] = {}
    private: dict[str, Message] = {}
    for event in events:
        if isinstance(event, Message) and event.visibility == "private":
            private[event.id] = event
            if event.thread is not None:
                first.setdefault(event.thread, native_identifier(event))
    for event in events:
        if isinstance(event, Message) and event.visibility == "public":
            continue
        if not isinstance(event, Message | Status | Feedback):
            continue
        if event.thread is not None and event.thread in first:
            yield first[event.thread], native_identifier(event), _link("linked_by_thread", event)
        if isinstance(event, Message) and event.in_reply_to in private:
            answered = native_identifier(private[event.in_reply_to])
            yield answered, native_identifier(event), _link("linked_by_reply", event)


def _joins_by_ref(events: Sequence[Event]) -> Iterable[tuple[str, str, Link]]:
    first: dict[str, str] = {}
    for event in events:
        if isinstance(event, Message | Status | Feedback):
            for ref in event.refs:
                holder = first.setdefault(ref, native_identifier(event))
                yield holder, native_identifier(event), _link("linked_by_ref", event)


def _link(rule: str, event: Event) -> Link:
    return Link(rule=rule, event=event.id, at=event.at)


@dataclass(slots=True)
class _Assertions:
    """Who says that two identifiers are one person; per pair and source the last word counts.

    A channel that lists two identifiers asserts it under its own name. A retraction takes back what
    the same source said; one that names no source, or ``channel``, takes back what channels said.
    """

    _words: dict[tuple[str, str], dict[tuple[str, str | None], Link | None]] = field(
        default_factory=dict
    )

    def observe(self, event: Event) -> None:
        """Take the assertions of one event; events must come sorted by ``(at, id)``."""
        if isinstance(event, Identity):
            self._observe_identity(event)
        elif len(event.customer) > 1:
            channel = event.channel if isinstance(event, Message) else None
            link = _link("linked_by_channel", event)
            for pair in combinations(sorted(set(event.customer)), 2):
                self._words.setdefault(pair, {})["channel", channel] = link

    def _observe_identity(self, event: Identity) -> None:
        link = None if event.retracts else _link("linked_by_identity", event)
        for pair in combinations(sorted(set(event.same)), 2):
            words = self._words.setdefault(pair, {})
            words["said", event.evidence] = link
            if event.retracts:
                for source, name in list(words):
                    if source == "channel" and event.evidence in (None, "channel", name):
                        words[source, name] = None

    def standing(self) -> Iterable[tuple[str, str, Link]]:
        """Yield the pairs for which at least one source still says that they are one."""
        for (one, other), words in self._words.items():
            link = next((word for word in words.values() if word is not None), None)
            if link is not None:
                yield one, other, link
