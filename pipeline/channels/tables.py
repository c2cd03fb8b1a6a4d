"""CSV files with a first line that names the columns, as people export them from anywhere.

Commas, semicolons or tabs; UTF-8, or UTF-16 with its mark. A row that cannot be read costs only
itself.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from pipeline.channels.csv_records import read_records
from pipeline.channels.limits import Limits
from pipeline.errors import BadPayload

COLUMNS_MAX: Final = 1_000
_DELIMITERS: Final = ",;\t"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row.

    Attributes:
        line: of the file, from 1.
        raw: as it stands there.
        values: by column; None where the row cannot be read, and ``reason`` says why.
    """

    line: int
    raw: bytes
    values: Mapping[str, str] | None
    reason: str = ""


def columns_of(start: bytes) -> list[str]:
    """Return the columns that the first line of a file names.

    Args:
        start: the beginning of the file.

    Raises:
        BadPayload: it names none.
    """
    first = _narrow(start).split(b"\n", 1)[0].rstrip(b"\r")
    return _header(first)[0]


def read_table(stream: BinaryIO, limits: Limits) -> Iterator[Row]:
    """Yield every row.

    Args:
        stream: the file, from its beginning.
        limits: of a row, and of the file where it is UTF-16.

    Raises:
        BadPayload: its first line names no columns.
    """
    plain = _opened(stream, limits)
    names, delimiter = _header(plain.readline(limits.export_record_bytes).rstrip(b"\r\n"))
    for record in read_records(plain, len(names), limits, delimiter):
        values = None if record.fields is None else dict(zip(names, record.fields, strict=True))
        yield Row(line=record.line + 1, raw=record.raw, values=values, reason=record.reason)


def _opened(stream: BinaryIO, limits: Limits) -> BinaryIO:
    """Return the file as UTF-8 without a mark."""
    start = stream.read(3)
    rest = start.removeprefix(codecs.BOM_UTF8)
    if start[:2] in _WIDE:
        whole = start + stream.read(limits.mail_bytes + 1)
        limits.check("mail_bytes", len(whole), "bytes of UTF-16")
        return io.BytesIO(_narrow(whole))
    return io.BufferedReader(_Chained(rest, stream))


def _narrow(raw: bytes) -> bytes:
    if raw[:2] in _WIDE:
        return raw.decode("utf-16", "replace").encode("utf-8", "replace")
    return raw.removeprefix(codecs.BOM_UTF8)


def _header(first: bytes) -> tuple[list[str], str]:
    """Return the names of the columns and what stands between them."""
    try:
        line = first.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"the first line is not UTF-8 at byte {error.start}: save the file as UTF-8"
        raise BadPayload(reason) from None
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        names = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise BadPayload(f"the first line names no columns ({error})") from None
    names = [one.strip() for one in names]
    if not all(names) or not 1 < len(set(names)) == len(names) <= COLUMNS_MAX:
        raise BadPayload(
            f"expected a first line with the names of the columns, each another, found {line!r:.90}"
        )
    return names, delimiter


class _Chained(io.RawIOBase):
    """Some bytes, then a stream."""

    def __init__(self, first: bytes, then: BinaryIO) -> None:
        self._first = io.BytesIO(first)
        self._then = then

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, into: "memoryview | bytearray") -> int:  # type: ignore[override]  # any buffer
        """Fill a buffer."""
        found = self._first.read(len(into)) or self._then.read(len(into))
        into[: len(found)] = found
        return len(found)
