"""A folder into which somebody, or another program, lays files: each is read once, in parts.

The cursor names the files that are done, each with its size and time, and how far the one at hand
has been read. A file that changed is read anew from its beginning: what is in it as before is known
by its ids. One that was touched within the last seconds may still be being written and waits, and
so does one with a name that says so (``.part``, ``.tmp``, or a dot at the beginning).
"""

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event as Flag
from typing import Final

from pipeline.connectors.polling import ALIVE_SECONDS
from pipeline.connectors.ports import Batch, Clock
from pipeline.domain.events import Event
from pipeline.errors import InputError, Unreachable
from pipeline.payloads import Finding, Payload

AT_ONCE: Final = 500
"""Rows in one batch."""
FILES_MAX: Final = 5_000
SETTLE_SECONDS: Final = 5.0
_UNFINISHED: Final = frozenset({".part", ".tmp", ".crdownload", ".filepart"})

Split = Callable[[Path], Iterator[Payload]]


@dataclass(kw_only=True)
class Folder:
    """The files below a folder, or one file.

    Attributes:
        name: of the connector.
        path: of the folder or file.
        suffixes: of the files that are read.
        split: takes a file apart; raises InputError where it is none of what is expected.
        read: makes events of a part, purely.
        clock: the present moment.
        seconds: between two looks.
        settle_seconds: how long a file has to lie untouched.
    """

    name: str
    path: Path
    suffixes: tuple[str, ...]
    split: Split
    read: Callable[[bytes], Sequence[Event]]
    clock: Clock
    seconds: float = 30.0
    settle_seconds: float = SETTLE_SECONDS

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Yield what the files hold, for ever."""
        done = _Done.read(cursor)
        while not stop.is_set():
            waiting = [one for one in self._files() if not done.has(one, self._key(one))]
            for number, file in enumerate(waiting, 1):
                yield from self._file(file, done, len(waiting) - number)
            yield Batch(backlog=0)
            stop.wait(min(self.seconds, ALIVE_SECONDS))

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of a part."""
        return self.read(payload.raw)

    def check(self) -> Iterator[Finding]:
        """Look whether there are files, and whether the first can be read."""
        try:
            files = self._files()
        except Unreachable as error:
            advice = "make the folder, or correct path; it has to be readable for us"
            yield Finding(is_well=False, found=str(error), advice=advice)
            return
        yield Finding(is_well=True, found=f"{self.path} holds {len(files)} files to read")
        for file in files[:1]:
            try:
                next(self.split(file), None)
            except InputError as error:
                advice = "lay only such files there, or tell in the settings what it holds"
                yield Finding(is_well=False, found=f"{file.name}: {error}", advice=advice)

    def _files(self) -> list[Path]:
        """Return the files that lie there, settled, the oldest name first."""
        try:
            if not self.path.exists():
                raise Unreachable(f"{self.path}: there is no such file or folder")
            every = sorted(self.path.rglob("*")) if self.path.is_dir() else [self.path]
            files = [one for one in every if self._is_ready(one)]
        except OSError as error:
            raise Unreachable(f"{self.path}: cannot be read ({error})") from None
        if len(files) > FILES_MAX:
            raise Unreachable(
                f"{self.path}: holds {len(files):,} files; at most {FILES_MAX:,} are followed. "
                "Take away those that were read"
            )
        return files

    def _is_ready(self, file: Path) -> bool:
        is_wanted = file.suffix.lower() in self.suffixes and not file.name.startswith(".")
        if not is_wanted or file.suffix.lower() in _UNFINISHED or not file.is_file():
            return False
        age = self.clock().timestamp() - file.stat().st_mtime
        return age >= self.settle_seconds or age < -self.settle_seconds

    def _key(self, file: Path) -> str:
        return str(file.relative_to(self.path)) if self.path.is_dir() else file.name

    def _file(self, file: Path, done: "_Done", backlog: int) -> Generator[Batch, None, None]:
        """Yield the parts of a file from where we were in it."""
        key, mark = self._key(file), _mark(file)
        start = done.position if done.at_hand == (key, mark) else 0
        rows = islice(self._rows(file), start, None)
        while some := tuple(islice(rows, AT_ONCE)):
            start += len(some)
            done.at_hand, done.position = (key, mark), start
            yield Batch(payloads=some, cursor=str(done), backlog=backlog)
        done.finish(key, mark)
        yield Batch(cursor=str(done), backlog=backlog)

    def _rows(self, file: Path) -> Iterator[Payload]:
        """Yield the parts; a file that is none of ours is one bad part."""
        try:
            yield from self.split(file)
        except InputError as error:
            told = {"broken": f"{file.name}: {error.reason}"}
            yield Payload(raw=json.dumps(told).encode(), where=file.name)
        except OSError as error:
            raise Unreachable(f"{file}: cannot be read ({error})") from None


@dataclass(kw_only=True)
class _Done:
    """What was read: files with their marks; the file at hand and how far."""

    files: dict[str, str]
    at_hand: tuple[str, str] = ("", "")
    position: int = 0

    @classmethod
    def read(cls, cursor: str | None) -> "_Done":
        told = json.loads(cursor) if cursor else {}
        name, mark, position = told.get("at", ("", "", 0))
        return cls(files=dict(told.get("done", {})), at_hand=(name, mark), position=position)

    def __str__(self) -> str:
        return json.dumps({"done": self.files, "at": [*self.at_hand, self.position]})

    def has(self, file: Path, key: str) -> bool:
        return self.files.get(key) == _mark(file)

    def finish(self, key: str, mark: str) -> None:
        self.files[key] = mark
        self.at_hand, self.position = ("", ""), 0


def _mark(file: Path) -> str:
    """Return what tells a file from a changed one."""
    try:
        told = file.stat()
    except OSError as error:
        raise Unreachable(f"{file}: cannot be read ({error})") from None
    return f"{told.st_size}-{told.st_mtime_ns}"
