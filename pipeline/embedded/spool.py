"""A durable queue in one SQLite file: what waits on this machine's disk until Kafka is back.

What `Spool.append` returned for is synced to the disk. It leaves in the order in which it came, and
only when whoever took it says that it has arrived elsewhere.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from pipeline.embedded.database import Synchronous, open_database, told, transaction
from pipeline.errors import StoreFull
from pipeline.intake.spooling import Spooled

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS spool (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL
);
"""
_SIZE: Final = "length(key) + length(value)"


class Spool:
    """The queue. `append` may be called from many threads, `first` and `drop` from one.

    Args:
        path: the file.
        bytes_max: how many bytes of keys and values may wait.
        synchronous: ``full`` in production: kept means safe from loss of power.
    """

    def __init__(self, path: Path, bytes_max: int, synchronous: Synchronous = "full") -> None:
        self._path = path
        self._bytes_max = bytes_max
        self._lock = Lock()
        self._database = open_database(path, _SCHEMA, synchronous)
        with told(path):
            row = self._database.execute(
                f"SELECT count(*), coalesce(sum({_SIZE}), 0) FROM spool"  # noqa: S608  # our own constant
            ).fetchone()
        self._count, self._bytes = int(row[0]), int(row[1])

    @property
    def count(self) -> int:
        """How many records wait."""
        return self._count

    @property
    def size_bytes(self) -> int:
        """How many bytes of keys and values wait."""
        return self._bytes

    @property
    def is_full(self) -> bool:
        """Whether nothing more is taken."""
        return self._bytes >= self._bytes_max

    def append(self, topic: str, records: Sequence[tuple[bytes, bytes]]) -> None:
        """Keep keys and values; all of them are on disk when this returns, or none.

        Raises:
            StoreFull: they would pass the bound.
            StoreError: the disk refused.
        """
        size = sum(len(key) + len(value) for key, value in records)
        with self._lock:
            if self._bytes + size > self._bytes_max:
                raise StoreFull(
                    f"{self._path}: {self._bytes:,} bytes wait for Kafka and at most "
                    f"{self._bytes_max:,} may (gateway.spool_bytes_max); bring Kafka back"
                )
            with transaction(self._database, self._path):
                self._database.executemany(
                    "INSERT INTO spool (topic, key, value) VALUES (?, ?, ?)",
                    [(topic, key, value) for key, value in records],
                )
            self._count += len(records)
            self._bytes += size

    def first(self, count: int, size: int) -> list[Spooled]:
        """Return the records that have waited longest: at most ``count``.

        They have ``size`` bytes at most, unless the very first has more.
        """
        query = "SELECT seq, topic, key, value FROM spool ORDER BY seq LIMIT ?"
        with self._lock, told(self._path):
            rows = self._database.execute(query, (count,))
            return list(_within(size, (_spooled(row) for row in rows)))

    def drop(self, records: Sequence[Spooled]) -> None:
        """Forget the first records, which have arrived elsewhere.

        Raises:
            StoreError: the disk refused; they are still there, and will be sent again.
        """
        with self._lock:
            with transaction(self._database, self._path):
                self._database.execute("DELETE FROM spool WHERE seq <= ?", (records[-1].seq,))
            self._count -= len(records)
            self._bytes -= sum(len(one.key) + len(one.value) for one in records)

    def close(self) -> None:
        """Close the file; what waits stays."""
        self._database.close()


def _spooled(row: tuple[int, str, bytes, bytes]) -> Spooled:
    seq, topic, key, value = row
    return Spooled(seq=seq, topic=topic, key=key, value=value)


def _within(size: int, records: Iterator[Spooled]) -> Iterator[Spooled]:
    left = size
    for number, one in enumerate(records):
        left -= len(one.key) + len(one.value)
        if left < 0 and number:
            return
        yield one
