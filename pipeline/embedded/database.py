"""SQLite as the embedded parts use it: WAL, explicit transactions, errors in our own words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pipeline.errors import StoreError

Synchronous = Literal["full", "normal"]
BUSY_SECONDS_MAX: Final = 30.0
CACHE_KIB: Final = 64 * 1024
MAPPED_BYTES_MAX: Final = 1 << 30
CHECKPOINT_PAGES: Final = 16_000
"""Pages of 4 KiB in the WAL before they are copied into the file; the same page is copied once."""


def open_database(path: Path, schema: str, synchronous: Synchronous) -> sqlite3.Connection:
    """Return a connection in autocommit mode, with the schema in place.

    Args:
        path: the file; its directory is made where it is missing.
        schema: statements that may be run again without harm.
        synchronous: ``full`` syncs at each commit; ``normal`` may lose the last commits with the
            power, never with the process.

    Raises:
        StoreError: the file cannot be used.
    """
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS_MAX, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA secure_delete = ON")  # what is erased leaves no trace on disk
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES_MAX}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.executescript(schema)
    return connection


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and the file system into `StoreError`, with the path."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"{path}: {error}; free space, permissions and other processes are what to look at"
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Do all or nothing of what is inside.

    Raises:
        StoreError: SQLite refused; nothing was done.
    """
    with told(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def stamp(at: datetime) -> str:
    """Return a time as it is stored: RFC 3339 in UTC, always with microseconds so that it sorts."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
