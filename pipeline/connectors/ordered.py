"""Lists by a time: how far one was read, and what may still change.

Many things may share the last second that was read, and the next page may hold more of that
second. So a place is a time and the numbers that were seen of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Self

import httpx
import msgspec

from pipeline.channels.told import word
from pipeline.errors import Garbled

SETTLED: Final = timedelta(seconds=2)
"""What changed so long ago does not change within the same second again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing of a list: the time that orders it, as it was written and meant; its number."""

    at: str
    moment: datetime
    number: str
    raw: msgspec.Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a list that is ordered by time was read.

    Attributes:
        at: the time of the last thing, as the source wrote it.
        seen: the numbers of the things of that time.
    """

    at: str
    seen: frozenset[str] = frozenset()

    @classmethod
    def read(cls, cursor: str | None, first: str) -> Self:
        """Return the place that a cursor names, else the first."""
        at, _, seen = (cursor or first).partition(" ")
        return cls(at=at, seen=frozenset(seen.split(",")) - {""})

    def is_new(self, row: Row) -> bool:
        """Return whether a thing comes after this place."""
        return row.at > self.at or (row.at == self.at and row.number not in self.seen)

    def after(self, rows: Sequence[Row]) -> "Place":
        """Return the place after things."""
        last = max((one.at for one in rows), default=self.at)
        seen = {one.number for one in rows if one.at == last}
        return Place(at=last, seen=frozenset(seen | (self.seen if last == self.at else set())))

    def __str__(self) -> str:
        return f"{self.at} {','.join(sorted(self.seen))}"


def list_of(raw: bytes, url: str) -> list[msgspec.Raw]:
    """Return what a list holds.

    Raises:
        Garbled: it is none.
    """
    try:
        return msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (ValueError, RecursionError) as error:
        raise Garbled(f"{url}: answered no list ({error})") from None


def rows_of(raw: bytes, key: str, url: str) -> list[Row]:
    """Return what a list holds.

    Raises:
        Garbled: it is no list, or something in it has no number or no time at ``key``.
    """
    rows = []
    for one in list_of(raw, url):
        told = msgspec.json.decode(one)
        at, number = word(told, key), word(told, "id")
        moment = moment_of(at)
        if not number.isalnum() or moment is None:
            raise Garbled(f"{url}: something in the list has no id, or no {key}")
        rows.append(Row(at=at, moment=moment, number=number, raw=one))
    return rows


def moment_of(told: str) -> datetime | None:
    """Return a time of ISO 8601 with an offset; None where it is none."""
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def settled_until(answer: httpx.Response) -> datetime | None:
    """Return until when, by the clock of the source, nothing more will change in a second."""
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC) - SETTLED
    except (KeyError, ValueError, TypeError):
        return None
