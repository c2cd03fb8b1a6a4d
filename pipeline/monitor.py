"""The one way in: ``handle(event, now)``, and ``settle(now)`` for what follows from it.

The embedded engine, the Kafka workers, replay, audit and the simulator all drive this class and
differ only in who feeds it and where its state lives. The Protocols say what it needs of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Final, NamedTuple, Protocol

from pipeline.domain.evaluate import evaluate, soonest
from pipeline.domain.events import Event, Reading, connecting_keys, identifiers
from pipeline.domain.frozen import frozen
from pipeline.domain.policy import Policy
from pipeline.domain.texts import Unread, heard, said, texts_of, unread_of, without
from pipeline.domain.timeline import Timeline, collect, merge, observe
from pipeline.domain.verdict import Verdict
from pipeline.errors import TooLarge
from pipeline.reading import Desk

EVENTS_A_TIMELINE_MAX: Final = 20_000
READINGS_AN_EVENT_MAX: Final = 8
"""A late message changes the context of six later ones at most: seven readings of each, and one."""
SETTLED_AT_ONCE_MAX: Final = 1_000
ASKED_AGAIN_AFTER: Final = timedelta(hours=1)
"""How long a text may wait for its reading before the desk is asked once more."""


@frozen
class Change:
    """All verdicts of one timeline after something happened to it.

    Attributes:
        root: the label of the timeline, the smallest of its identifiers.
        verdicts: every case of the timeline, sorted by case.
        absorbed: roots whose timelines became part of this one; their verdicts are superseded.
        causes: ids of the events that led to it, of a reading that of its message; empty where only
            time has passed.
        models: which models took the place of which, where texts were read anew.
        at: when the monitor said so.
        since: when the first of the causes was handled; None where only time has passed.
    """

    root: str
    verdicts: tuple[Verdict, ...]
    absorbed: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    models: tuple[tuple[str, str], ...] = ()
    at: datetime
    since: datetime | None = None


class Store(Protocol):
    """Where timelines live, by root, and which keys lead to which root."""

    def roots(self, keys: Sequence[str]) -> set[str]:
        """Return the roots to which any of ``keys`` leads."""

    def load(self, root: str) -> Timeline:
        """Return the timeline of ``root``; an empty one where it is not known."""

    def save(self, root: str, timeline: Timeline, keys: Iterable[str]) -> None:
        """Keep ``timeline`` under ``root`` and let ``keys`` lead to it."""

    def absorb(self, root: str, other: str) -> None:
        """Let every key that led to ``other`` lead to ``root``, and forget ``other``'s timeline."""

    def schedule(self, root: str, at: datetime | None) -> None:
        """Wake ``root`` at ``at``; never, where None."""

    def due(self, now: datetime, limit: int) -> list[str]:
        """Return at most ``limit`` roots whose time has come, the longest due first."""


class Sink(Protocol):
    """Who is told of changes: ledger, metrics, live pages. Telling twice must be harmless."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Take the changes of one settling, all or none."""


@dataclass(slots=True)
class _Touch:
    """Why a timeline is to be settled."""

    since: datetime
    causes: list[str] = field(default_factory=list)
    absorbed: set[str] = field(default_factory=set)
    models: set[tuple[str, str]] = field(default_factory=set)


class _Known(NamedTuple):
    """A timeline with what its texts say, and whether others of them wait to be read."""

    root: str
    timeline: Timeline
    is_waiting: bool


class Monitor:
    """Folds events into timelines, and settles what follows from them.

    Not thread-safe: one thread (or one partition) drives one monitor and its store.

    Args:
        policy: the thresholds behind every verdict.
        store: where the timelines live.
        sink: who is told of changes, at each settling.
        desk: reads messages that came without signals; without one they say nothing.
        events_max: the most events that one timeline may hold.
    """

    def __init__(
        self,
        policy: Policy,
        store: Store,
        sink: Sink,
        desk: Desk | None = None,
        *,
        events_max: int = EVENTS_A_TIMELINE_MAX,
    ) -> None:
        self._policy = policy
        self._store = store
        self._sink = sink
        self._desk = desk
        self._events_max = events_max
        self._touched: dict[str, _Touch] = {}

    def handle(self, event: Event, now: datetime) -> bool:
        """Fold ``event`` into the timeline that it belongs to; return whether anything is new.

        Timelines that the event connects become one, under the smallest of their labels. Nothing
        is evaluated before `settle`.

        Raises:
            TooLarge: the timeline would hold more than ``events_max`` events; it stays as it was.
        """
        keys = tuple(connecting_keys(event))
        held = self._store.roots(keys)
        root = min(held.union(identifiers(event)))
        timeline = self._joined(held)
        grown = observe(timeline, event)
        if grown is timeline and len(held) == 1:
            return False
        self._check_size(root, grown)
        held.discard(root)
        for other in held:
            self._store.absorb(root, other)
        self._store.save(root, grown, keys)
        if isinstance(event, Reading):
            self._touch(root, held, (event.of,), now, _replaced(timeline, (event,)))
        else:
            self._touch(root, held, (event.id,), now)
        return True

    def join(
        self,
        root: str,
        timeline: Timeline,
        now: datetime,
        *,
        absorbed: Iterable[str] = (),
        causes: Iterable[str] = (),
        is_bounded: bool = True,
    ) -> bool:
        """Fold what was kept elsewhere into the timeline of ``root``; return whether it is told.

        For stores in parts: `release` gives a timeline away, `join` takes it in. What absorbs
        others is settled even where nothing is new, so that their verdicts are superseded however
        often it is told.

        Raises:
            TooLarge: the timeline would be too large, and ``is_bounded``; it stays as it was.
        """
        gone, held = set(absorbed) - {root}, self._store.load(root)
        joined = merge(held, timeline)
        if not gone and joined == held:
            return False
        if is_bounded:
            self._check_size(root, joined)
        keys = {key for one in timeline.all() for key in connecting_keys(one)}
        self._store.save(root, joined, keys)
        self._touch(root, gone, causes, now, _replaced(held, timeline.readings.values()))
        return True

    def release(self, root: str) -> tuple[Timeline, frozenset[str]]:
        """Let go of the timeline of ``root``; return it, and whose verdicts it would supersede."""
        touch = self._touched.pop(root, None)
        absorbed = frozenset() if touch is None else frozenset(touch.absorbed)
        timeline = self._store.load(root)
        self._store.save(root, Timeline(), ())
        self._store.schedule(root, None)
        return timeline, absorbed

    def read(self, root: str) -> Timeline:
        """Return the timeline of ``root`` with what its texts say, as far as they are read."""
        return heard(self._store.load(root), self._policy)[0]

    def replace(self, root: str, timeline: Timeline, now: datetime) -> str:
        """Put ``timeline`` in the place of that of ``root``, and return its own root.

        For erasure: the new one must give the same verdicts. Its root is the smallest of its own
        identifiers; the verdicts under the old root are superseded at the next `settle`.
        """
        events = list(timeline.all())
        label = min(name for event in events for name in identifiers(event))
        if label != root:
            timeline = merge(self._store.load(label), timeline)
            self._store.absorb(label, root)
        self._store.save(label, timeline, {key for one in events for key in connecting_keys(one)})
        self._touch(label, {root} - {label}, (), now)
        return label

    def settle(self, now: datetime) -> list[Change]:
        """Evaluate every timeline that was touched or is due, tell the sink, and set the timers."""
        return list(chain.from_iterable(self.settle_in_parts(now)))

    def settle_in_parts(self, now: datetime) -> Iterator[list[Change]]:
        """Settle as `settle` does, but a bounded number of timelines at a time.

        Each part has been told to the sink when it is yielded, so that a replay of a million cases
        need not hold their verdicts at once.
        """
        while self._touched:
            roots = list(islice(self._touched, SETTLED_AT_ONCE_MAX))
            yield self._settled({root: self._touched.pop(root) for root in roots}, now)
        while due := self._store.due(now, SETTLED_AT_ONCE_MAX):
            yield self._settled(dict.fromkeys(due), now)

    def _joined(self, roots: Iterable[str]) -> Timeline:
        timelines = [self._store.load(root) for root in roots]
        if not timelines:
            return Timeline()
        joined = timelines[0]
        for timeline in timelines[1:]:
            joined = merge(joined, timeline)
        return joined

    def _check_size(self, root: str, timeline: Timeline) -> None:
        if len(timeline) > self._events_max:
            raise TooLarge(
                f"the timeline of {root} has {len(timeline)} events, at most {self._events_max} "
                "are kept; an identifier or reference that stands for many people connects too "
                "much"
            )
        if len(timeline.readings) > self._events_max * READINGS_AN_EVENT_MAX:
            raise TooLarge(
                f"the timeline of {root} has {len(timeline.readings)} readings, at most "
                f"{READINGS_AN_EVENT_MAX} for each of {self._events_max} events are kept"
            )

    def _touch(
        self,
        root: str,
        absorbed: set[str],
        causes: Iterable[str],
        now: datetime,
        models: Iterable[tuple[str, str]] = (),
    ) -> None:
        touch = self._touched.get(root)
        if touch is None:
            touch = self._touched[root] = _Touch(now)
        for other in absorbed:
            gone = self._touched.pop(other, None)
            if gone is not None:
                touch.since = min(touch.since, gone.since)
                touch.causes += gone.causes
                touch.absorbed |= gone.absorbed
                touch.models |= gone.models
        touch.absorbed |= absorbed
        touch.models.update(models)
        touch.causes += causes

    def _settled(self, roots: dict[str, _Touch] | dict[str, None], now: datetime) -> list[Change]:
        changes = [self._judged(known, roots[known.root], now) for known in self._known(roots, now)]
        self._sink.apply(changes)
        return changes

    def _known(self, roots: Iterable[str], now: datetime) -> list[_Known]:
        """Return the timelines with what their texts say; what is not read yet goes to the desk."""
        held = [(root, self._store.load(root)) for root in roots]
        texts = [texts_of(timeline, self._policy) for _, timeline in held]
        unread = [
            unread_of(timeline, part) for (_, timeline), part in zip(held, texts, strict=True)
        ]
        asked = list(chain.from_iterable(unread))
        if self._desk is not None and asked:
            read = {one.id: one for one in self._desk.read(asked, now)}
            for place, (root, timeline) in enumerate(held):
                made = [read[one.id] for one in unread[place] if one.id in read]
                if made:
                    held[place] = root, self._with_readings(root, timeline, made)
                    unread[place] = [one for one in unread[place] if one.id not in read]
        return [
            self._heard(root, timeline, part, left)
            for (root, timeline), part, left in zip(held, texts, unread, strict=True)
        ]

    def _heard(
        self, root: str, timeline: Timeline, texts: list[Unread], unread: list[Unread]
    ) -> _Known:
        """Return the timeline as it is judged; without a desk, unread messages say nothing."""
        known = said(timeline, texts) if texts else timeline
        if self._desk is None or not unread:
            return _Known(root, known, False)
        return _Known(root, without(known, unread), True)

    def _with_readings(
        self, root: str, timeline: Timeline, readings: Iterable[Reading]
    ) -> Timeline:
        """Return the timeline with readings that were just made; keep it, where they have room."""
        timeline = merge(timeline, collect(readings))
        if len(timeline.readings) <= self._events_max * READINGS_AN_EVENT_MAX:
            self._store.save(root, timeline, ())
        return timeline

    def _judged(self, known: _Known, touch: _Touch | None, now: datetime) -> Change:
        root, timeline = known.root, known.timeline
        verdicts = evaluate(timeline, now, self._policy)
        check = _next_check(timeline, verdicts, now)
        if known.is_waiting:
            again = now + ASKED_AGAIN_AFTER
            check = again if check is None else min(check, again)
        self._store.schedule(root, check)
        if touch is None:
            return Change(root=root, verdicts=verdicts, at=now)
        return Change(
            root=root,
            verdicts=verdicts,
            absorbed=tuple(sorted(touch.absorbed)),
            causes=tuple(sorted(set(touch.causes))),
            models=tuple(sorted(touch.models)),
            at=now,
            since=touch.since,
        )


def _replaced(held: Timeline, readings: Iterable[Reading]) -> Iterator[tuple[str, str]]:
    """Yield which models take the place of which, where texts are read anew."""
    for reading in readings:
        before = held.readings.get(reading.id)
        if before is not None and before.version < reading.version:
            yield before.model, reading.model


def _next_check(timeline: Timeline, verdicts: Sequence[Verdict], now: datetime) -> datetime | None:
    """Return when silence alone changes a verdict, or an event of the future becomes known."""
    times = [one.at for held in timeline.versions.values() for one in held if one.at > now]
    revisit = soonest(verdicts)
    return min(times if revisit is None else [*times, revisit], default=None)
