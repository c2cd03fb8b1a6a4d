"""What pages read of the engine's state, beside the engine, as of its last commit."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

from pipeline.domain.timeline import Timeline
from pipeline.embedded.state import SqliteStore


class StateView:
    """Timelines by the events in them. May be used from several threads.

    Args:
        path: the file of the engine's `SqliteStore`.
    """

    def __init__(self, path: Path) -> None:
        self._store = SqliteStore(path, cached_max=0)
        self._lock = Lock()

    def timeline_of(self, event: str) -> Timeline:
        """Return the timeline that holds an event id; an empty one where none does."""
        with self._lock:
            roots = sorted(self._store.roots([f"event {event}"]))
            found = [self._store.load(root) for root in roots]
        return next((one for one in found if event in one.versions), Timeline())

    def timelines_by(self, keys: Sequence[str]) -> list[Timeline]:
        """Return the timelines that are known by one of ``keys`` (`events.connecting_keys`)."""
        with self._lock:
            return [self._store.load(root) for root in sorted(self._store.roots(keys))]

    def offset(self) -> int:
        """Return up to which record of the inbox the engine has committed."""
        with self._lock:
            return self._store.offset()

    def count(self) -> int:
        """Return the number of timelines."""
        with self._lock:
            return self._store.count()

    def count_due(self, now: datetime) -> int:
        """Return how many timers have come and were not looked at yet."""
        with self._lock:
            return self._store.count_due(now)

    def close(self) -> None:
        """Close the file."""
        self._store.close()
