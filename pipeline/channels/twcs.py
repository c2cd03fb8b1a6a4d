"""Social exports in the layout of *Customer Support on Twitter*.

The columns are tweet_id, author_id, inbound, created_at, text, response_tweet_id,
in_response_to_tweet_id. What a row becomes:

===============  ==================================================================================
``id``           ``x:`` and the tweet's id
``direction``    the column ``inbound``
``customer``     inbound: the author. Outbound: the nearest author up the chain of replies who is
                 no company account; else the first @mention of such a one; else the row is refused,
                 because it speaks to nobody
``thread``       the top of the chain of replies. A parent that is not in the export still names the
                 thread, so that two answers to one lost tweet stay together
``visibility``   public: these exports hold no direct messages
``text``         HTML entities decoded, @mentions and "1/2" kept: both are said in public
===============  ==================================================================================

A reply may stand before its parent, so the file is read twice: first ids, parents and authors, then
the rows. The first reading keeps about 250 bytes a row (``export_rows`` bounds it).

An export often holds many brands, and a person who complains to two has two cases. Threads keep
them apart where both are in threads of their own, but a policy may still join two untopiced
complaints of one person within 30 days: to watch one company give ``brand``, and only threads in
which that account speaks or is spoken to are read.
"""

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import BinaryIO, Final, NamedTuple

from pipeline.channels.csv_records import Record, read_records
from pipeline.channels.limits import DEFAULT_LIMITS, Limits
from pipeline.channels.mime import clean
from pipeline.domain.events import Event, Message
from pipeline.errors import BadPayload, InputError

COLUMNS: Final = (
    "tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id",
    "in_response_to_tweet_id",
)  # fmt: skip
_ID: Final = re.compile(r"(\d{1,20})(?:\.0)?$", re.ASCII)  # spreadsheets and pandas add the ".0"
_AUTHOR: Final = re.compile(r"[\w.-]{1,60}$", re.ASCII)
_MENTION: Final = re.compile(r"(?<![\w@])@(\w{1,30})", re.ASCII)
_TIME: Final = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d?) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})$",
    re.ASCII,
)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_CHAIN_MAX: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that gives no event: why, its line in the file and its bytes."""

    reason: str
    line: int
    raw: bytes


class _Row(NamedTuple):
    tweet: int
    author: str
    inbound: bool
    parent: int | None


@dataclass(slots=True)
class Chains:
    """Who answered what in one export. Built by the first reading, only asked by the second."""

    rows: dict[int, _Row] = field(default_factory=dict)
    companies: set[str] = field(default_factory=set)
    roots: dict[int, int] = field(default_factory=dict)
    wanted: set[int] | None = None

    def root(self, tweet: int) -> int:
        """The top of the chain; of a ring of replies (damaged data) its smallest id."""
        path: dict[int, None] = {}
        here = tweet
        while here not in self.roots:
            if here in path:
                self.roots[here] = min(list(path)[list(path).index(here) :])
                break
            path[here] = None
            row = self.rows.get(here)
            if row is None or row.parent is None:
                self.roots[here] = here
                break
            here = row.parent
        self.roots.update(dict.fromkeys(path, self.roots[here]))
        return self.roots[here]

    def answered(self, row: _Row) -> str | None:
        """The nearest author above ``row`` who is no company account."""
        here: int | None = row.parent
        for _ in range(_CHAIN_MAX):
            above = self.rows.get(here) if here is not None else None
            if above is None:
                return None
            if above.inbound and above.author not in self.companies:
                return above.author
            here = above.parent
        return None


def read(
    open_stream: Callable[[], BinaryIO],
    *,
    brand: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Event | BadRow]:
    """Yield an event or a refusal for every row of an export.

    Args:
        open_stream: opens the file anew; called twice.
        brand: keep only threads with this account in them, as author or mentioned.
        limits: bounds of rows and of a row.

    Raises:
        BadPayload: the first line does not name the columns.
        TooLarge: more rows than ``export_rows``.
    """
    with open_stream() as stream:
        chains = _chains(stream, brand, limits)
    with open_stream() as stream:
        for record in _records(stream, limits):
            yield from _events(record, chains, limits)


def parse(raw: bytes, *, brand: str | None = None, limits: Limits = DEFAULT_LIMITS) -> list[Event]:
    """Read a whole export at once; the first bad row raises.

    Raises:
        BadPayload: the header or a row cannot be used.
        TooLarge: more rows than ``export_rows``.
    """
    found: list[Event] = []
    for item in read(lambda: io.BytesIO(raw), brand=brand, limits=limits):
        if isinstance(item, BadRow):
            raise BadPayload(item.reason, where=f"line {item.line}")
        found.append(item)
    return found


def _records(stream: BinaryIO, limits: Limits) -> Iterator[Record]:
    records = read_records(stream, len(COLUMNS), limits)
    head = next(records, None)
    names = [name.strip().lstrip("\ufeff") for name in (head.fields or [])] if head else []
    if names != list(COLUMNS):
        found = head.raw[:80].decode("utf-8", "backslashreplace") if head else "an empty file"
        reason = f"expected a first line with the columns {', '.join(COLUMNS)}, found {found!r}"
        raise BadPayload(reason)
    yield from records


def _chains(stream: BinaryIO, brand: str | None, limits: Limits) -> Chains:
    """The first reading: what can be known only from the whole file."""
    chains, of_brand, authors = Chains(), [], dict[str, str]()
    wanted = brand.lower().lstrip("@") if brand else None
    for record in _records(stream, limits):
        row = _row_or_none(record)
        if row is None or record.fields is None:
            continue
        author = authors.setdefault(row.author, row.author)
        chains.rows[row.tweet] = row._replace(author=author)
        limits.check("export_rows", len(chains.rows), "rows in the export")
        if not row.inbound:
            chains.companies.add(author)
        if wanted and wanted in {row.author, *_mentions(record.fields[4])}:
            of_brand.append(row.tweet)
    chains.wanted = {chains.root(tweet) for tweet in of_brand} if wanted else None
    return chains


def _row_or_none(record: Record) -> _Row | None:
    try:
        return _row(record)
    except InputError:
        return None  # the second reading says why


def _row(record: Record) -> _Row:
    if record.fields is None:
        raise BadPayload(record.reason)
    tweet, author, inbound, _, _, _, parent = (value.strip() for value in record.fields)
    if inbound.lower() not in {"true", "false"}:
        raise BadPayload(f"column inbound: expected True or False, found {inbound[:40]!r}")
    if not _AUTHOR.match(author):
        raise BadPayload(f"column author_id: expected a name or number, found {author[:40]!r}")
    return _Row(
        tweet=_number("tweet_id", tweet),
        author=author.lower(),
        inbound=inbound.lower() == "true",
        parent=_number("in_response_to_tweet_id", parent) if parent else None,
    )


def _number(column: str, value: str) -> int:
    found = _ID.match(value)
    if not found:
        raise BadPayload(f"column {column}: expected a number, found {value[:40]!r}")
    return int(found[1])


def _events(record: Record, chains: Chains, limits: Limits) -> Iterator[Event | BadRow]:
    try:
        row = _row(record)
        if chains.wanted is None or chains.root(row.tweet) in chains.wanted:
            yield _message(record.fields or [], row, chains, limits)
    except InputError as error:
        yield BadRow(reason=error.reason, line=record.line, raw=record.raw)


def _message(fields: list[str], row: _Row, chains: Chains, limits: Limits) -> Message:
    text = clean(html.unescape(fields[4])).strip()
    return Message(
        id=f"x:{row.tweet}",
        at=_moment(fields[3].strip()),
        customer=("x:" + _customer(row, fields[4], chains),),
        channel="x",
        visibility="public",
        direction="inbound" if row.inbound else "outbound",
        text=text[: limits.text_chars],
        thread=f"x:{chains.root(row.tweet)}",
        in_reply_to=f"x:{row.parent}" if row.parent is not None else None,
        extra={} if row.inbound else {"account": row.author},
    )


def _customer(row: _Row, text: str, chains: Chains) -> str:
    if row.inbound:
        return row.author
    mentioned = (name for name in _mentions(text) if name not in chains.companies)
    found = chains.answered(row) or next(mentioned, None)
    if found is None:
        reason = f"a post of the company account {row.author!r} that answers and names nobody"
        raise BadPayload(reason + ": there is no customer to count it for")
    return found


def _mentions(text: str) -> list[str]:
    return [name.lower() for name in _MENTION.findall(text)]


def _moment(value: str) -> datetime:
    found = _TIME.match(value)
    try:
        if not found or found[1] not in _MONTHS:
            raise ValueError(value)
        _, day, hour, minute, second, sign, hours, minutes, year = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign == "+" else -1)
        return datetime(
            int(year), _MONTHS[found[1]], int(day), int(hour), int(minute), int(second),
            tzinfo=timezone(offset),
        ).astimezone(UTC)  # fmt: skip
    except (ValueError, OverflowError) as error:
        expected = "Tue Oct 31 22:10:47 +0000 2017"
        reason = f"column created_at: expected a time such as {expected!r}, found {value[:40]!r}"
        raise BadPayload(reason) from error
