"""Bad input, kept with the reason and the raw bytes until somebody has looked at it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, Final

from pipeline.embedded.database import Synchronous, open_database, stamp, told, transaction
from pipeline.embedded.inbox import Inbox
from pipeline.errors import InputError, StoreError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS dead_letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    origin TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw BLOB NOT NULL,
    digest BLOB NOT NULL,
    retried_at TEXT,
    UNIQUE (origin, place, digest)
);
"""
_COLUMNS: Final = "number, at, origin, place, reason, raw, retried_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One piece of bad input.

    Attributes:
        number: by which operators name it.
        at: when it came, RFC 3339.
        origin: the way in, such as ``POST /v1/events`` or the source in the inbox.
        place: the line, or the record of the inbox.
        reason: what was found and what was expected.
        raw: the bytes as they came.
        retried_at: when it was put back into the inbox; None where it was not.
    """

    number: int
    at: str
    origin: str
    place: str
    reason: str
    raw: bytes
    retried_at: str | None


class DeadLetters:
    """The table of bad input in one SQLite file; safe to use from several threads.

    Args:
        path: the file.
        synchronous: as for the inbox.
    """

    def __init__(self, path: Path, synchronous: Synchronous = "full") -> None:
        self._path = path
        self._database = open_database(path, _SCHEMA, synchronous)
        self._lock = Lock()

    def add(self, reason: str, where: str, origin: str, raw: bytes, now: datetime) -> None:
        """Keep one piece of bad input, once; it is on disk when this returns.

        Raises:
            StoreError: it could not be kept.
        """
        row = (stamp(now), origin, where, reason, raw, blake2b(raw, digest_size=16).digest())
        statement = (
            "INSERT OR IGNORE INTO dead_letter (at, origin, place, reason, raw, digest)"
            " VALUES (?, ?, ?, ?, ?, ?)"
        )
        with self._lock, transaction(self._database, self._path):
            self._database.execute(statement, row)

    def letters(self, *, retried: bool = False) -> list[DeadLetter]:
        """Return the letters, oldest first; those already retried only where asked for."""
        condition = "" if retried else "WHERE retried_at IS NULL"
        return self._select(condition + " ORDER BY number", ())

    def show(self, number: int) -> DeadLetter:
        """Return one letter.

        Raises:
            StoreError: there is no such letter.
        """
        found = self._select("WHERE number = ?", (number,))
        if not found:
            raise StoreError(
                f"{self._path}: no dead letter {number}; `ccm dead-letters list` shows the numbers"
            )
        return found[0]

    def count(self) -> int:
        """Return how many letters have not been retried."""
        with self._lock, told(self._path):
            row = self._database.execute(
                "SELECT count(*) FROM dead_letter WHERE retried_at IS NULL"
            ).fetchone()
        return int(row[0])

    def mark_retried(self, number: int, now: datetime) -> None:
        """Note that the bytes were put back into the inbox."""
        with self._lock, transaction(self._database, self._path):
            self._database.execute(
                "UPDATE dead_letter SET retried_at = ? WHERE number = ?", (stamp(now), number)
            )

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _select(self, condition: str, values: tuple[Any, ...]) -> list[DeadLetter]:
        query = f"SELECT {_COLUMNS} FROM dead_letter {condition}"  # noqa: S608  # our own constants
        with self._lock, told(self._path):
            rows = self._database.execute(query, values).fetchall()
        names = _COLUMNS.split(", ")
        return [DeadLetter(**dict(zip(names, row, strict=True))) for row in rows]


def retry(
    letters: Sequence[DeadLetter],
    *,
    kept: DeadLetters,
    inbox: Inbox,
    reread: Callable[[str, bytes, datetime], list[bytes]],
    now: datetime,
) -> list[tuple[DeadLetter, str | None]]:
    """Put the letters that can be read now back into the inbox.

    Args:
        letters: which.
        kept: where they are noted as retried.
        inbox: where they go.
        reread: returns the lines of a letter, by its origin, its bytes and when it came.
        now: the present moment.

    Returns:
        Each letter with the reason why it is still bad; None where it went back.
    """
    results: list[tuple[DeadLetter, str | None]] = []
    for letter in letters:
        try:
            at = datetime.fromisoformat(letter.at)
            lines = reread(letter.origin, letter.raw, at)
        except InputError as error:
            results.append((letter, error.reason))
            continue
        inbox.append(letter.origin, lines, now, again=True)
        kept.mark_retried(letter.number, now)
        results.append((letter, None))
    return results
