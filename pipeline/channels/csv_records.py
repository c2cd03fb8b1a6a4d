"""CSV files record by record, so that one broken row costs only itself.

A record may go over several lines inside quotes. A stray quote would make the rest of a file one
record; so a record is bounded, and one that cannot be read gives up its first line only and the
reading goes on with the second.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.channels.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row. ``fields`` is None where the row cannot be read, and ``reason`` says why."""

    line: int
    raw: bytes
    fields: list[str] | None
    reason: str = ""


class _Lines:
    """Physical lines with their numbers; lines can be given back."""

    def __init__(self, stream: BinaryIO, bytes_max: int) -> None:
        self._stream, self._bytes_max = stream, bytes_max
        self._back: deque[bytes] = deque()
        self.number = 0

    def next(self) -> bytes:
        line = self._back.popleft() if self._back else self._stream.readline(self._bytes_max)
        self.number += bool(line)
        return line

    def give_back(self, lines: list[bytes]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def read_records(
    stream: BinaryIO, columns: int, limits: Limits, delimiter: str = ","
) -> Iterator[Record]:
    """Yield every record of ``columns`` fields; empty lines are passed over."""
    lines = _Lines(stream, limits.export_record_bytes)
    while first := lines.next():
        if not first.strip():
            continue
        number = lines.number
        taken = _take(first, lines, limits.export_record_bytes)
        record = _read(b"".join(taken), number, columns, delimiter)
        if record.fields is None and len(taken) > 1:
            lines.give_back(taken[1:])
            record = Record(line=number, raw=first, fields=None, reason=record.reason)
        yield record


def _take(first: bytes, lines: _Lines, bytes_max: int) -> list[bytes]:
    """The lines of a record: on until its quotes are closed."""
    taken, quotes, size = [first], first.count(b'"'), len(first)
    while quotes % 2 and size < bytes_max:
        line = lines.next()
        if not line:
            break
        taken.append(line)
        quotes += line.count(b'"')
        size += len(line)
    return taken


def _lines_of(raw: bytes) -> list[str]:
    """Return the lines as CSV has them: other ends of line are part of a text."""
    return io.StringIO(raw.decode("utf-8"), newline="").readlines()


def _read(raw: bytes, number: int, columns: int, delimiter: str) -> Record:
    fields, reason = None, ""
    try:
        rows = list(csv.reader(_lines_of(raw), strict=True, delimiter=delimiter))
        fields = rows[0] if len(rows) == 1 and len(rows[0]) == columns else None
        found = len(rows[0]) if rows else 0
        reason = f"expected {columns} columns, found {found}: is the row cut short?"
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 at byte {error.start} of the row: save the export as UTF-8"
    except csv.Error as error:
        reason = f"not a row of CSV ({error}): a quote is open or doubled wrongly"
    if b"\0" in raw:
        fields, reason = None, "NUL bytes in the row: the file is damaged or not CSV"
    return Record(line=number, raw=raw, fields=fields, reason="" if fields else reason)
