"""The engine's store in SQLite: timelines by root, keys to roots, timers, the applied offset.

What is new since the last `commit` is held in memory and written at once, in one transaction with
the offset: after a crash the state is that of an offset, and the log is read again from there. The
cost of an event does not depend on the number of timelines; those used last are held decoded.
"""

import json
from collections import ChainMap, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from sys import maxsize
from typing import Final

from pipeline.domain.events import Event, Reading, connecting_keys
from pipeline.domain.timeline import Timeline, collect
from pipeline.embedded.database import Synchronous, open_database, stamp, told, transaction
from pipeline.errors import InputError, StoreError
from pipeline.wire import Limits, decode_event, encode_event

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS lead (key INTEGER PRIMARY KEY, root TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS timeline (
    id INTEGER PRIMARY KEY,
    root TEXT NOT NULL UNIQUE,
    wake TEXT,
    events BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS timeline_wake ON timeline (wake) WHERE wake IS NOT NULL;
CREATE TABLE IF NOT EXISTS erasure (root TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS applied (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL);
"""
_EMPTY: Final = Timeline()
_UNLIMITED: Final = Limits(bytes_max=maxsize, depth_max=1_000, items_max=maxsize)


@dataclass(slots=True)
class _Held:
    """A decoded timeline, and the lines already made of its events."""

    timeline: Timeline
    lines: dict[str, tuple[tuple[Event, ...], bytes]] = field(default_factory=dict)


class SqliteStore:
    """A `pipeline.monitor.Store` on one SQLite file, for one process and one thread.

    Keys are stored as 64 bits of their digest: should two collide, two timelines become one, which
    is harmless because inside a timeline only evidence links.

    Args:
        path: the file.
        synchronous: ``normal`` is enough: the log can always be read again.
        cached_max: how many timelines are held decoded.
    """

    def __init__(
        self, path: Path, *, synchronous: Synchronous = "normal", cached_max: int = 20_000
    ) -> None:
        self._path = path
        self._database = open_database(path, _SCHEMA, synchronous)
        self._cached_max = cached_max
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._dirty: set[str] = set()
        self._gone: set[str] = set()
        self._leads: dict[int, str] = {}
        self._written: dict[int, str] = {}
        self._wakes: dict[str, datetime | None] = {}
        self._in_transaction = False

    def roots(self, keys: Sequence[str]) -> set[str]:
        """Return the roots to which any of ``keys`` leads."""
        digests = [_digest(key) for key in keys]
        asked = [digest for digest in digests if digest not in self._leads]
        if asked:
            marks = ",".join("?" * len(asked))
            query = f"SELECT key, root FROM lead WHERE key IN ({marks})"  # noqa: S608  # only marks
            with told(self._path):
                self._written.update(self._database.execute(query, asked).fetchall())
        both = ChainMap(self._leads, self._written)
        return {both[digest] for digest in digests if digest in both}

    def load(self, root: str) -> Timeline:
        """Return the timeline of ``root``; an empty one where it is not known."""
        held = self._held.get(root)
        if held is not None:
            self._held.move_to_end(root)
            return held.timeline
        if root in self._gone:
            return _EMPTY
        with told(self._path):
            row = self._database.execute(
                "SELECT events FROM timeline WHERE root = ?", (root,)
            ).fetchone()
        if row is None:
            return _EMPTY
        try:
            held = self._held[root] = _unpacked(row[0])
        except (InputError, ValueError) as error:
            raise StoreError(
                f"{self._path}: the timeline of {root} is damaged ({error}); move this file away "
                "and start again: the state is rebuilt from the inbox"
            ) from error
        self._drop_unused()
        return held.timeline

    def save(self, root: str, timeline: Timeline, keys: Iterable[str]) -> None:
        """Keep ``timeline`` under ``root`` and let ``keys`` lead to it."""
        held = self._held.get(root)
        if held is None:
            self._held[root] = _Held(timeline)
        else:
            held.timeline = timeline
            self._held.move_to_end(root)
        self._dirty.add(root)
        self._gone.discard(root)
        self._lead(keys, root)

    def absorb(self, root: str, other: str) -> None:
        """Let every key that led to ``other`` lead to ``root``, and forget ``other``'s timeline."""
        for event in self.load(other).all():
            self._lead(connecting_keys(event), root)
        self._held.pop(other, None)
        self._wakes.pop(other, None)
        self._dirty.discard(other)
        self._gone.add(other)

    def schedule(self, root: str, at: datetime | None) -> None:
        """Wake ``root`` at ``at``; never, where None."""
        self._wakes[root] = at

    def due(self, now: datetime, limit: int) -> list[str]:
        """Return at most ``limit`` roots whose time has come, the longest due first."""
        self._flush()
        query = "SELECT root FROM timeline WHERE wake <= ? ORDER BY wake, root LIMIT ?"
        with told(self._path):
            rows = self._database.execute(query, (stamp(now), limit)).fetchall()
        return [row[0] for row in rows]

    def next_timer(self) -> datetime | None:
        """Return when the next timer is due; None where none is set."""
        self._flush()
        with told(self._path):
            row = self._database.execute("SELECT min(wake) FROM timeline").fetchone()
        return None if row[0] is None else datetime.fromisoformat(row[0])

    def count(self) -> int:
        """Return the number of timelines, as of the last commit."""
        return self._number("SELECT count(*) FROM timeline")

    def count_due(self, now: datetime) -> int:
        """Return how many timers have come and were not looked at, as of the last commit."""
        return self._number("SELECT count(*) FROM timeline WHERE wake <= ?", stamp(now))

    def offset(self) -> int:
        """Return up to which record of the inbox this state was committed; 0 for a new one."""
        return self._number("SELECT coalesce(max(seq), 0) FROM applied")

    def commit(self, offset: int) -> None:
        """Write all that is new, and that the inbox was applied up to ``offset``: all or nothing.

        Raises:
            StoreError: SQLite refused; the process should end and begin again from the log.
        """
        self._flush()
        self._begin()
        with told(self._path):
            self._database.execute("INSERT OR REPLACE INTO applied VALUES (1, ?)", (offset,))
            self._database.execute("COMMIT")
        self._in_transaction = False

    def note_erasure(self, root: str) -> None:
        """Note, with the next commit, that the log still tells what this timeline has forgotten."""
        self._begin()
        with told(self._path):
            self._database.execute("INSERT OR IGNORE INTO erasure VALUES (?)", (root,))

    def erasures(self) -> list[str]:
        """Return the timelines of which the log still tells what they have forgotten."""
        with told(self._path):
            return [row[0] for row in self._database.execute("SELECT root FROM erasure")]

    def finish_erasure(self, root: str) -> None:
        """Note that the log was rewritten, and leave nothing of it in the files of the state."""
        with transaction(self._database, self._path):
            self._database.execute("DELETE FROM erasure WHERE root = ?", (root,))
        with told(self._path):
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._database.close()

    def _lead(self, keys: Iterable[str], root: str) -> None:
        """Let the keys lead to the root; nothing is to be written where the file says so."""
        for digest in map(_digest, keys):
            if digest in self._leads or self._written.get(digest) != root:
                self._leads[digest] = root

    def _number(self, query: str, *values: str) -> int:
        with told(self._path):
            return int(self._database.execute(query, values).fetchone()[0])

    def _begin(self) -> None:
        if not self._in_transaction:
            with told(self._path):
                self._database.execute("BEGIN IMMEDIATE")
            self._in_transaction = True

    def _flush(self) -> None:
        """Hand what is new to SQLite, inside the transaction that `commit` ends."""
        if not (self._dirty or self._gone or self._wakes or self._leads):
            return
        self._begin()
        with told(self._path):
            self._write()
        self._dirty.clear()
        self._gone.clear()
        self._leads.clear()
        self._written.clear()
        self._wakes.clear()
        self._drop_unused()

    def _write(self) -> None:
        execute = self._database.executemany
        execute("DELETE FROM timeline WHERE root = ?", [(root,) for root in self._gone])
        execute(
            "INSERT INTO timeline (root, events) VALUES (?, ?)"
            " ON CONFLICT (root) DO UPDATE SET events = excluded.events",
            [(root, _packed(self._held[root])) for root in self._dirty - self._wakes.keys()],
        )
        wakes = {root: None if at is None else stamp(at) for root, at in self._wakes.items()}
        execute(
            "INSERT INTO timeline (root, events, wake) VALUES (?, ?, ?)"
            " ON CONFLICT (root) DO UPDATE SET events = excluded.events, wake = excluded.wake",
            [
                (root, _packed(self._held[root]), wakes.pop(root))
                for root in self._dirty & wakes.keys()
            ],
        )
        execute(
            "UPDATE timeline SET wake = ? WHERE root = ?",
            [(wake, root) for root, wake in wakes.items()],
        )
        execute("INSERT OR REPLACE INTO lead VALUES (?, ?)", sorted(self._leads.items()))

    def _drop_unused(self) -> None:
        """Keep the cache bounded; what is not written yet stays."""
        while len(self._held) > self._cached_max + len(self._dirty):
            root = next(iter(self._held))
            if root in self._dirty:
                self._held.move_to_end(root)
            else:
                del self._held[root]


def _digest(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8"), digest_size=8).digest(), signed=True)


def _packed(held: _Held) -> bytes:
    """Return the timeline as lines: the ids in conflict, every version of every event, readings."""
    lines: dict[str, tuple[tuple[Event, ...], bytes]] = {}
    timeline = held.timeline
    readings = ((_place(one), (one,)) for one in timeline.readings.values())
    for name, versions in chain(timeline.versions.items(), readings):
        made = held.lines.get(name)
        if made is None or made[0] != versions:
            made = (versions, b"\n".join(map(encode_event, versions)))
        lines[name] = made
    held.lines = lines
    conflicts = json.dumps(sorted(held.timeline.conflicts)).encode()
    return b"\n".join([conflicts, *(line for _, line in lines.values())])


def _unpacked(raw: bytes) -> _Held:
    conflicts, *lines = raw.split(b"\n")
    versions: dict[str, tuple[Event, ...]] = {}
    made: dict[str, bytes] = {}
    for line in lines:
        event = decode_event(line, topics=None, limits=_UNLIMITED)
        place = _place(event)
        versions[place] = (*versions.get(place, ()), event)
        made[place] = made[place] + b"\n" + line if place in made else line
    timeline = collect(event for held in versions.values() for event in held)
    timeline = replace(timeline, conflicts=frozenset(json.loads(conflicts)))
    return _Held(timeline, {name: (versions[name], line) for name, line in made.items()})


def _place(event: Event) -> str:
    """Return under what the lines of an event are kept: a reading may have any event's id."""
    return "\x00" + event.id if isinstance(event, Reading) else event.id
