"""Files as events: interchange lines here, everything else through the channels' adapters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from pipeline.domain.events import Event
from pipeline.errors import ConfigError, InputError, TooLarge

LINES_SUFFIXES: Final = frozenset({".jsonl", ".ndjson", ".json"})
_BOM: Final = b"\xef\xbb\xbf"

Decode = Callable[[bytes], Event]
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """Bytes of a file that cannot be used.

    Attributes:
        reason: what was found and what was expected.
        file: the path as it was named.
        line: the number of the line, or of the mail or row, from 1.
        raw: the bytes as they are; the beginning of them where they were too many.
    """

    reason: str
    file: str
    line: int
    raw: bytes


ReadFile = Callable[[Path, Advance], Iterator[Event | BadLine]]
"""Reads a file of another layout, telling how many bytes it has got through."""


def files_of(paths: list[Path]) -> list[Path]:
    """Return the files that ``paths`` name; a directory stands for all files below it, sorted.

    Raises:
        ConfigError: a path does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ConfigError(f"{path}: no such file or directory")
        inside = path.rglob("*") if path.is_dir() else [path]
        found += sorted(one for one in inside if not one.is_dir())
    return found


def read_lines(
    path: Path, advance: Advance, *, decode: Decode, bytes_max: int
) -> Iterator[Event | BadLine]:
    """Yield what each line of an interchange file holds; empty lines are passed over.

    Args:
        path: the file.
        advance: told after each line how many bytes it had.
        decode: makes an event of a line.
        bytes_max: of a longer line only the beginning is kept.
    """
    with path.open("rb") as file:
        for number, line in enumerate(iter(partial(file.readline, bytes_max + 2), b""), 1):
            advance(len(line))
            if len(line) > bytes_max and not line.endswith(b"\n"):
                skipped = _skip_line(file, bytes_max)
                advance(skipped)
                error = TooLarge(
                    f"the line has {len(line) + skipped} bytes, at most {bytes_max} are allowed"
                )
                yield BadLine(reason=error.reason, file=str(path), line=number, raw=line)
                continue
            text = line.removeprefix(_BOM) if number == 1 else line
            if text.isspace() or not text:
                continue
            try:
                yield decode(text)
            except InputError as error:
                raw = line.rstrip(b"\r\n")
                yield BadLine(reason=error.reason, file=str(path), line=number, raw=raw)


def _skip_line(file: BinaryIO, step: int) -> int:
    """Pass over the rest of a line; return how many bytes that were."""
    skipped = 0
    while part := file.readline(step):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped
