"""The durable way in: an append-only log. What `Inbox.append` returned for is on disk.

Concurrent senders share one commit: whoever gets the lock first commits for all that wait.
Identical bytes are kept once, so that a sender who is in doubt may send again.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import Condition, Lock
from typing import Final

from pipeline.embedded.database import Synchronous, open_database, stamp, told, transaction
from pipeline.errors import StoreError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    source TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS cursor (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    at TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the log: its place in it, who sent it, and the bytes as they came."""

    seq: int
    source: str
    raw: bytes


@dataclass(slots=True)
class _Append:
    """Lines that wait for a commit, and what came of it."""

    rows: list[tuple[str, str, bytes, bytes]]
    cursor: tuple[str, str, str] | None = None
    done: bool = False
    error: StoreError | None = None


class Inbox:
    """The log in one SQLite file. `append` may be called from many threads at once.

    Args:
        path: the file.
        synchronous: ``full`` in production: acknowledged means safe from loss of power.
    """

    def __init__(self, path: Path, synchronous: Synchronous = "full") -> None:
        self._path = path
        self._writer = open_database(path, _SCHEMA, synchronous)
        self._reader = open_database(path, "", synchronous)
        self._waiting: deque[_Append] = deque()
        self._write = Lock()
        self._read = Lock()
        self._grown = Condition()
        self._has_news = False

    def append(
        self,
        source: str,
        raw_lines: Sequence[bytes],
        now: datetime,
        *,
        again: bool = False,
        cursor: tuple[str, str] | None = None,
    ) -> None:
        """Keep the lines; they are on disk when this returns.

        Args:
            source: who sent them.
            raw_lines: the bytes as they came.
            now: when they came.
            again: keep them even where the same bytes are in the log, so that they are read again.
            cursor: a connector's name, and where it goes on after these lines: kept with them, in
                one transaction.

        Raises:
            StoreError: they could not be kept; nothing of them was.
        """
        salt = stamp(now).encode() if again else b""
        at = stamp(now)
        request = _Append([(at, source, _digest(raw, salt), raw) for raw in raw_lines])
        if cursor is not None:
            request.cursor = (*cursor, at)
        self._waiting.append(request)
        with self._write:
            if not request.done:
                self._commit_waiting()
        if request.error is not None:
            raise request.error
        self.wake()

    def read_after(self, offset: int, limit: int) -> list[Record]:
        """Return at most ``limit`` records whose ``seq`` is above ``offset``, in order."""
        query = "SELECT seq, source, raw FROM inbox WHERE seq > ? ORDER BY seq LIMIT ?"
        with self._read, told(self._path):
            rows = self._reader.execute(query, (offset, limit)).fetchall()
        return [Record(seq=seq, source=source, raw=raw) for seq, source, raw in rows]

    def last_offset(self) -> int:
        """Return the ``seq`` of the last record; 0 where there is none."""
        with self._read, told(self._path):
            row = self._reader.execute("SELECT max(seq) FROM inbox").fetchone()
        return row[0] or 0

    def oldest_after(self, offset: int) -> datetime | None:
        """Return when the first record after ``offset`` came; None where there is none."""
        query = "SELECT received_at FROM inbox WHERE seq > ? ORDER BY seq LIMIT 1"
        with self._read, told(self._path):
            row = self._reader.execute(query, (offset,)).fetchone()
        return None if row is None else datetime.fromisoformat(row[0])

    def cursor(self, name: str) -> str | None:
        """Return where the connector of that name goes on; None where it never stored anything."""
        with self._read, told(self._path):
            row = self._reader.execute(
                "SELECT value FROM cursor WHERE name = ?", (name,)
            ).fetchone()
        return None if row is None else str(row[0])

    def cursors(self) -> list[tuple[str, datetime]]:
        """Return the connectors that ever stored anything, and when each last did."""
        with self._read, told(self._path):
            rows = self._reader.execute("SELECT name, at FROM cursor ORDER BY name").fetchall()
        return [(name, datetime.fromisoformat(at)) for name, at in rows]

    def wait(self, seconds: float) -> None:
        """Return when this process has appended since the last `wait`, or after ``seconds``."""
        with self._grown:
            if not self._has_news:
                self._grown.wait(seconds)
            self._has_news = False

    def wake(self) -> None:
        """Let whoever is in `wait`, or comes there next, go on."""
        with self._grown:
            self._has_news = True
            self._grown.notify_all()

    def rewrite(self, rewritten: Callable[[bytes], bytes | None]) -> int:
        """Put other bytes in the place of some records, for erasure; return how many.

        The whole log is gone through. Nothing of the old bytes is left in the files.

        Args:
            rewritten: returns the new line for a record; None where it stays as it is.
        """
        count = 0
        with self._write, self._read, transaction(self._writer, self._path):
            for seq, raw in self._reader.execute("SELECT seq, raw FROM inbox ORDER BY seq"):
                line = rewritten(raw)
                if line is not None and line != raw:
                    digest = _digest(line, str(seq).encode())
                    self._writer.execute(
                        "UPDATE inbox SET raw = ?, digest = ? WHERE seq = ?", (line, digest, seq)
                    )
                    count += 1
        with self._write, told(self._path):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def close(self) -> None:
        """Close the file; what was appended stays."""
        self._reader.close()
        self._writer.close()

    def _commit_waiting(self) -> None:
        """Commit everything that waits, in one transaction. Holds the write lock."""
        requests = [self._waiting.popleft() for _ in range(len(self._waiting))]
        error: StoreError | None = None
        try:
            with transaction(self._writer, self._path):
                self._insert([row for request in requests for row in request.rows])
                self._move([one.cursor for one in requests if one.cursor is not None])
        except StoreError as refused:
            error = refused
        for request in requests:
            request.error = error
            request.done = True

    def _insert(self, rows: list[tuple[str, str, bytes, bytes]]) -> sqlite3.Cursor:
        return self._writer.executemany(
            "INSERT OR IGNORE INTO inbox (received_at, source, digest, raw) VALUES (?, ?, ?, ?)",
            rows,
        )

    def _move(self, cursors: list[tuple[str, str, str]]) -> None:
        self._writer.executemany(
            "INSERT OR REPLACE INTO cursor (name, value, at) VALUES (?, ?, ?)", cursors
        )


def _digest(raw: bytes, salt: bytes) -> bytes:
    return blake2b(raw, digest_size=16, key=salt).digest()
