"""Where a worker keeps the records of its nodes: RocksDB on its own disk, or memory.

The truth is the topic of the nodes (the changelog). What lies here is a copy that knows how far it
has come, by partition, so that a worker which is started again reads only what is new.
"""

import fcntl
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from rocksdict import Options, Rdict, WriteBatch

from pipeline.errors import StoreError

SLOTS_MAX: Final = 64
OPEN_FILES_MAX: Final = 64
WRITE_BUFFER_BYTES: Final = 16 * 1024 * 1024
LOG_FILES_MAX: Final = 2
_NODE: Final = b"n"
_OFFSET: Final = b"offset"

Pairs = Iterable[tuple[bytes, bytes]]


class Table(Protocol):
    """Records by partition and key, and by partition the offset from which they are not known."""

    def open(self, partition: int) -> int:
        """Make a partition ready; return the first offset of the changelog that is not in it."""

    def keep_only(self, partitions: Iterable[int]) -> None:
        """Let go of every other partition in memory; what lies on disk stays there."""

    def clear(self, partition: int) -> None:
        """Forget all of a partition, which is open."""

    def get(self, partition: int, key: bytes) -> bytes | None:
        """Return a record of an open partition."""

    def write(self, partition: int, records: Pairs, offset: int) -> None:
        """Keep records and offset, both or none."""

    def offset(self, partition: int) -> int:
        """Return what `open` would."""

    def items(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield all records of an open partition."""

    def close(self) -> None:
        """Let go of everything."""


class MemoryTable:
    """Records in memory: read anew from the changelog at every start of the process."""

    def __init__(self) -> None:
        self._records: dict[int, dict[bytes, bytes]] = {}
        self._offsets: dict[int, int] = {}

    def open(self, partition: int) -> int:
        """Make a partition ready."""
        self._records.setdefault(partition, {})
        return self.offset(partition)

    def keep_only(self, partitions: Iterable[int]) -> None:
        """Forget every other partition."""
        for other in self._records.keys() - set(partitions):
            del self._records[other]
            self._offsets.pop(other, None)

    def clear(self, partition: int) -> None:
        """Forget all of a partition."""
        self._records[partition] = {}
        self._offsets[partition] = 0

    def get(self, partition: int, key: bytes) -> bytes | None:
        """Return a record."""
        return self._records[partition].get(key)

    def write(self, partition: int, records: Pairs, offset: int) -> None:
        """Keep records and offset."""
        self._records[partition].update(records)
        self._offsets[partition] = offset

    def offset(self, partition: int) -> int:
        """Return the first offset that is not in it."""
        return self._offsets.get(partition, 0)

    def items(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield all records."""
        yield from self._records[partition].items()

    def close(self) -> None:
        """Forget everything."""
        self.keep_only(())


class RocksTable:
    """Records in RocksDB, one database a partition, below a directory of this worker's own.

    Several workers of one machine may be given the same directory: each takes the first slot below
    it that no living process holds.

    Args:
        home: the directory.

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(self, home: Path) -> None:
        self._open: dict[int, Rdict] = {}
        try:
            self._home, self._lock = _free_slot(home)
        except OSError as error:
            raise StoreError(
                f"{home}: cannot be used ({error}); name a directory in kafka.state"
            ) from None

    def open(self, partition: int) -> int:
        """Make a partition ready.

        Raises:
            StoreError: its files cannot be used.
        """
        if partition not in self._open:
            path = self._home / str(partition)
            try:
                self._open[partition] = Rdict(str(path), options=_options())
            except Exception as error:  # rocksdict knows no other
                raise StoreError(
                    f"{path}: cannot be opened ({error}); it may be deleted, the records are read "
                    "anew from Kafka"
                ) from None
        return self.offset(partition)

    def keep_only(self, partitions: Iterable[int]) -> None:
        """Close the databases of every other partition."""
        for other in self._open.keys() - set(partitions):
            self._open.pop(other).close()

    def clear(self, partition: int) -> None:
        """Delete the files of a partition and begin anew."""
        self._open.pop(partition).close()
        shutil.rmtree(self._home / str(partition))
        self.open(partition)

    def get(self, partition: int, key: bytes) -> bytes | None:
        """Return a record."""
        found: bytes | None = self._open[partition].get(_NODE + key)
        return found

    def write(self, partition: int, records: Pairs, offset: int) -> None:
        """Keep records and offset, in one step."""
        batch = WriteBatch(raw_mode=True)
        for key, value in records:
            batch.put(_NODE + key, value)
        batch.put(_OFFSET, offset.to_bytes(8))
        self._open[partition].write(batch)

    def offset(self, partition: int) -> int:
        """Return the first offset that is not in it."""
        found: bytes | None = self._open[partition].get(_OFFSET)
        return 0 if found is None else int.from_bytes(found)

    def items(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield all records."""
        pairs: Any = self._open[partition].items(from_key=_NODE)
        for key, value in pairs:
            if not key.startswith(_NODE):
                return
            yield key[len(_NODE) :], value

    def close(self) -> None:
        """Close the databases and give the slot back."""
        self.keep_only(())
        self._lock.close()


def _options() -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_write_buffer_size(WRITE_BUFFER_BYTES)
    options.set_max_open_files(OPEN_FILES_MAX)
    options.set_keep_log_file_num(LOG_FILES_MAX)
    return options


def _free_slot(home: Path) -> tuple[Path, "_Lock"]:
    for number in range(SLOTS_MAX):
        slot = home / f"slot-{number}"
        slot.mkdir(parents=True, exist_ok=True)
        lock = _Lock(slot / "lock")
        if lock.is_ours:
            return slot, lock
    raise OSError(f"all of its {SLOTS_MAX} slots are taken by living workers")


class _Lock:
    """A file that is locked for as long as the process lives."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.is_ours = True
        except BlockingIOError:
            self.is_ours = False
            self._file.close()

    def close(self) -> None:
        """Give it back."""
        self._file.close()
