"""Files of every layout as one stream of events and refusals.

What a file is, is told by its ending, else by how it begins. A bad line, mail or row costs only
itself; only a file that cannot be opened, or that is of no known layout, raises.

==========================  =======================================================================
``.jsonl .ndjson .json``    the interchange format, one event a line
``.mbox``                   a mailbox
``.eml``                    one mail; also files of no ending that begin with headers (Maildir)
``.csv``                    a social export (:mod:`pipeline.channels.twcs`) or an export of
                            Salesforce (:mod:`pipeline.channels.salesforce`), by its columns
``.gz`` after any of these  the same, compressed
a directory                 every file below it, sorted by name; dot files are passed over
==========================  =======================================================================
"""

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, cast

from pipeline.channels import mail, mbox, salesforce, salesforce_files, twcs
from pipeline.channels.mail import MailSettings
from pipeline.domain.events import Event
from pipeline.errors import BadPayload, InputError
from pipeline.wire import decode_event

_LAYOUTS: Final = {
    ".jsonl": "lines", ".ndjson": "lines", ".json": "lines", ".mbox": "mbox", ".mbx": "mbox",
    ".eml": "mail", ".csv": "csv",
}  # fmt: skip
_HEADER: Final = re.compile(rb"[\r\n]{0,4}[A-Za-z][!-9;-~]{0,76}[ \t]?:[ \t]")
_BROKEN: Final = (OSError, EOFError, zlib.error)
_EXPECTED: Final = (
    "expected .jsonl, .mbox, .eml, or a .csv with the columns of a social or a Salesforce export"
)

Decode = Callable[[bytes], Event]
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Something in a file that gives no event.

    Attributes:
        reason: what was found, what was expected and what to do.
        file: the path as it was named.
        line: the number of the line, row or mail in the file, from 1.
        raw: its bytes; of what is too large, the beginning.
    """

    reason: str
    file: str
    line: int
    raw: bytes

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"


Parsed = Event | Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """What reading files depends on.

    Args:
        mail: who we are, our mail exchangers, the bounds of everything.
        brand: of a social export, keep only threads with this account.
        decode: reads a line of the interchange format.
    """

    mail: MailSettings = mail.DEFAULT_SETTINGS
    brand: str | None = None
    decode: Decode = decode_event


DEFAULT_SETTINGS: Final = FileSettings()


def read_file(
    path: Path, settings: FileSettings = DEFAULT_SETTINGS, advance: Advance = lambda _: None
) -> Iterator[Parsed]:
    """Yield what ``path`` holds, an event or a refusal at a time.

    Args:
        path: a file or a directory.
        settings: how to read it.
        advance: told as the reading goes on how many more bytes of the file on disk are done; in
            the end their sum is its size.

    Raises:
        InputError: the file cannot be opened, or is of no known layout.
    """
    if path.is_dir():
        yield from _directory(path, settings, advance)
        return
    reader = _Reader(path, settings)
    done = 0
    for parsed in _guarded(reader):
        yield parsed
        now = reader.bytes_done()
        advance(now - done)
        done = now
    advance(_size(path) - done)


def _directory(path: Path, settings: FileSettings, advance: Advance) -> Iterator[Parsed]:
    for each in sorted(path.rglob("*")):
        if not each.is_file() or each.name.startswith("."):
            continue
        try:
            yield from read_file(each, settings, advance)
        except InputError as error:
            yield Rejected(reason=error.reason, file=str(each), line=1, raw=b"")
            advance(_size(each))


def _guarded(reader: "_Reader") -> Iterator[Parsed]:
    """What can be read; a file that breaks off (damaged gzip, a disk error) ends in a refusal."""
    items = reader.items()
    while True:
        try:
            parsed = next(items, None)
        except _BROKEN as error:
            reason = f"the file breaks off ({error}); what came before was read. Copy it anew"
            yield Rejected(reason=reason, file=str(reader.path), line=reader.count + 1, raw=b"")
            return
        if parsed is None:
            return
        yield parsed


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _Reader:
    """One file: its layout, its streams and how far they are."""

    def __init__(self, path: Path, settings: FileSettings) -> None:
        self.path, self.count = path, 0
        self._settings, self._limits = settings, settings.mail.limits
        self._disk: list[BinaryIO] = []
        self._layout = self._find_layout()

    def bytes_done(self) -> int:
        """Bytes of the file on disk that are done; of a file read twice, each time counts half."""
        passes = 2 if self._layout == "csv" else 1
        size = _size(self.path)
        done = [size if stream.closed else stream.tell() for stream in self._disk]
        return min(size, sum(done) // passes)

    def items(self) -> Iterator[Parsed]:
        """Everything in the file."""
        readers = {
            "lines": self._lines,
            "mbox": self._mbox,
            "mail": self._mail,
            "csv": self._csv,
            "salesforce": self._salesforce,
        }
        return readers[self._layout]()

    def _find_layout(self) -> str:
        try:
            with self._open() as stream:
                start = stream.read(4096)
        except _BROKEN as error:
            raise BadPayload(f"cannot be read: {error}", where=str(self.path)) from error
        self._disk.clear()
        suffixes = [suffix.lower() for suffix in self.path.suffixes if suffix.lower() != ".gz"]
        layout = _LAYOUTS.get(suffixes[-1]) if suffixes else None
        if layout == "csv" and salesforce_files.object_of(start) is not None:
            layout = "salesforce"
        elif layout is None or (layout == "csv" and not _is_export(start)):
            layout = _sniffed(start)
        if layout is None:
            shown = start[:40].decode("utf-8", "backslashreplace")
            reason = f"a file of no known layout, beginning {shown!r}: {_EXPECTED}"
            raise BadPayload(reason, where=str(self.path))
        return layout

    def _open(self) -> BinaryIO:
        disk = self.path.open("rb")
        if disk.peek(2)[:2] != b"\x1f\x8b":
            self._disk.append(disk)
            return disk
        self._disk.append(disk)
        return cast("BinaryIO", _Gunzipped(disk))

    def _rejected(self, reason: str, raw: bytes, line: int) -> Rejected:
        return Rejected(reason=reason, file=str(self.path), line=line, raw=raw)

    def _lines(self) -> Iterator[Parsed]:
        most = self._limits.line_bytes
        with self._open() as stream:
            for line in iter(partial(stream.readline, most + 1), b""):
                self.count += 1
                if len(line) > most and not line.endswith(b"\n"):
                    total = len(line) + _skip_line(stream)
                    reason = f"a line of {total:,} bytes; at most {most:,} are read (line_bytes)"
                    yield self._rejected(reason, line, self.count)
                elif plain := line.removeprefix(b"\xef\xbb\xbf").strip():
                    yield self._decoded(plain)

    def _decoded(self, line: bytes) -> Parsed:
        try:
            return self._settings.decode(line)
        except InputError as error:
            return self._rejected(error.reason, line, self.count)

    def _mbox(self) -> Iterator[Parsed]:
        with self._open() as stream:
            try:
                for offset, raw in mbox.split(stream, self._limits):
                    yield from self._one_mail(raw, f" (mail at byte {offset:,})")
            except BadPayload as error:
                yield self._rejected(error.reason, b"", 1)

    def _mail(self) -> Iterator[Parsed]:
        with self._open() as stream:
            raw = stream.read(self._limits.mail_bytes + 1)
        yield from self._one_mail(raw, "")

    def _one_mail(self, raw: bytes, at: str) -> Iterator[Parsed]:
        self.count += 1
        try:
            yield from mail.parse(raw, self._settings.mail)
        except InputError as error:
            yield self._rejected(error.reason + at, raw, self.count)

    def _csv(self) -> Iterator[Parsed]:
        brand = self._settings.brand
        try:
            for item in twcs.read(self._open, brand=brand, limits=self._limits):
                if isinstance(item, twcs.BadRow):
                    yield self._rejected(item.reason, item.raw, item.line)
                else:
                    yield item
        except InputError as error:
            yield self._rejected(error.reason, b"", 1)

    def _salesforce(self) -> Iterator[Parsed]:
        org = salesforce.Org(house=self._settings.mail)
        with self._open() as stream:
            for number, one in enumerate(salesforce_files.rows(stream, self.path, self._limits), 2):
                self.count += 1
                try:
                    yield from salesforce.parse(one.raw, org)
                except InputError as error:
                    yield self._rejected(error.reason, one.raw, number)


class _Gunzipped(gzip.GzipFile):
    """Decompresses a stream and closes it in the end, which GzipFile leaves to the caller."""

    def __init__(self, disk: BinaryIO) -> None:
        super().__init__(fileobj=disk, mode="rb")
        self._disk = disk

    def close(self) -> None:
        """Close both."""
        super().close()
        self._disk.close()


def _is_export(start: bytes) -> bool:
    return start.removeprefix(b"\xef\xbb\xbf").startswith(b"tweet_id,")


def _sniffed(start: bytes) -> str | None:
    if _is_export(start):
        return "csv"
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return "lines"
    if start.startswith(b"From "):
        return "mbox"
    return "mail" if _HEADER.match(start) else None


def _skip_line(stream: BinaryIO) -> int:
    skipped = 0
    for part in iter(partial(stream.readline, io.DEFAULT_BUFFER_SIZE), b""):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped
