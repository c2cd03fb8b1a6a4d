"""Wake-up times by root: a heap whose outdated entries are dropped when they surface."""

from datetime import datetime
from heapq import heapify, heappop, heappush


class Timers:
    """When each root wants to be looked at next. Memory stays within twice the live timers."""

    def __init__(self) -> None:
        self._wake: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def __len__(self) -> int:
        """Return the number of timers that are set."""
        return len(self._wake)

    def set(self, root: str, at: datetime | None) -> None:
        """Wake ``root`` at ``at`` and at no other time; never, where None."""
        if at is None:
            self._wake.pop(root, None)
        elif self._wake.get(root) != at:
            self._wake[root] = at
            heappush(self._heap, (at, root))
        if len(self._heap) > 2 * len(self._wake) + 64:
            self._heap = [(at, root) for root, at in self._wake.items()]
            heapify(self._heap)

    def due(self, now: datetime, limit: int) -> list[str]:
        """Return at most ``limit`` roots whose time has come, the longest due first."""
        found: list[str] = []
        taken: list[tuple[datetime, str]] = []
        while self._heap and self._heap[0][0] <= now and len(found) < limit:
            entry = heappop(self._heap)
            if self._wake.get(entry[1]) == entry[0] and (not found or found[-1] != entry[1]):
                found.append(entry[1])
                taken.append(entry)
        for entry in taken:
            heappush(self._heap, entry)
        return found

    def next(self) -> datetime | None:
        """Return when the next timer is due; None where none is set."""
        while self._heap and self._wake.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None
