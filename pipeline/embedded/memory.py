"""The store of replay, audit and tests: timelines and timers in memory."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from pipeline.domain.events import connecting_keys
from pipeline.domain.timeline import Timeline
from pipeline.timers import Timers

_EMPTY = Timeline()


class MemoryStore:
    """A `pipeline.monitor.Store` of plain dictionaries.

    Keys are held by their hash: 64 bits in place of a string each. Should two keys collide, two
    timelines become one, which is harmless: inside a timeline only evidence links.
    """

    def __init__(self) -> None:
        self._roots: dict[int, str] = {}
        self._timelines: dict[str, Timeline] = {}
        self._timers = Timers()

    def __len__(self) -> int:
        """Return the number of timelines."""
        return len(self._timelines)

    def timelines(self) -> Iterator[Timeline]:
        """Yield every timeline."""
        yield from self._timelines.values()

    def roots(self, keys: Sequence[str]) -> set[str]:
        """Return the roots to which any of ``keys`` leads."""
        found = {self._roots.get(hash(key)) for key in keys}
        return {root for root in found if root is not None}

    def load(self, root: str) -> Timeline:
        """Return the timeline of ``root``; an empty one where it is not known."""
        return self._timelines.get(root, _EMPTY)

    def save(self, root: str, timeline: Timeline, keys: Iterable[str]) -> None:
        """Keep ``timeline`` under ``root`` and let ``keys`` lead to it."""
        self._timelines[root] = timeline
        for key in keys:
            self._roots[hash(key)] = root

    def absorb(self, root: str, other: str) -> None:
        """Let every key that led to ``other`` lead to ``root``, and forget ``other``'s timeline."""
        self._timers.set(other, None)
        for event in self._timelines.pop(other, _EMPTY).all():
            for key in connecting_keys(event):
                self._roots[hash(key)] = root

    def schedule(self, root: str, at: datetime | None) -> None:
        """Wake ``root`` at ``at``; never, where None."""
        self._timers.set(root, at)

    def due(self, now: datetime, limit: int) -> list[str]:
        """Return at most ``limit`` roots whose time has come, the longest due first."""
        return self._timers.due(now, limit)

    def next_timer(self) -> datetime | None:
        """Return when the next timer is due; None where none is set."""
        return self._timers.next()
