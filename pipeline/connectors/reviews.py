"""Reviews: a feed (RSS, Atom) or a table (CSV) at an address, or files that are laid into a folder.

A feed is asked for with what proves that we have it (ETag, Last-Modified), so that an unchanged one
costs nothing. It holds only the last entries: where more come between two askings than it holds,
those are lost, which is told where none of its entries is known any more. What of it was seen is
kept in the cursor, each entry with a digest, so that an edit is taken as such.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import msgspec

from pipeline.channels import reviews
from pipeline.channels.tables import read_table
from pipeline.channels.told import word
from pipeline.config import Secret
from pipeline.connectors.folder import SETTLE_SECONDS, Folder
from pipeline.connectors.http import ask, build_client
from pipeline.connectors.polling import Page, Poller
from pipeline.connectors.ports import PAYLOADS_MAX, Kind, Parts, Surroundings
from pipeline.errors import ConfigError, Garbled, InputError
from pipeline.payloads import Finding, Payload

SEEN_MAX: Final = 5_000
_TABLES: Final = frozenset({"text/csv", "text/tab-separated-values", "application/csv"})


@dataclass(frozen=True, kw_only=True)
class ReviewsSettings:
    """One place with reviews: an address or a path.

    Attributes:
        url: of a feed or of a CSV.
        path: of a folder, or of one file, of CSV.
        token: sent as a Bearer token with the request, where the address wants one.
        columns: how the source calls what we need: ``{text = "Comment", at = "Day", …}``. What is
            not told is known by the names that Google Play, the App Store and others use.
        best: the highest rating.
        worst: the lowest rating.
        zone: of times that name no offset.
        time_format: of times, where they are not ISO 8601: ``"%d.%m.%Y %H:%M"``.
        poll_seconds: how often the address is asked, or the folder looked at.
        settle_seconds: how long a file has to lie untouched.
    """

    url: str = ""
    path: Path | None = None
    token: Secret | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    best: float = 5.0
    worst: float = 1.0
    zone: str = "UTC"
    time_format: str = ""
    poll_seconds: float = 300.0
    settle_seconds: float = SETTLE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What we have of a feed: what proves it, and a digest of each of its entries."""

    etag: str
    modified: str
    seen: Mapping[str, str]

    @classmethod
    def read(cls, cursor: str | None) -> "_Known":
        told = json.loads(cursor) if cursor else {}
        seen = told.get("seen", {})
        return cls(etag=told.get("etag", ""), modified=told.get("modified", ""), seen=seen)

    def headers(self) -> dict[str, str]:
        """Return what asks for no more than what is new."""
        told = {"if-none-match": self.etag, "if-modified-since": self.modified}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What an address gives.

    Attributes:
        url: of it.
        desk: how reviews are read.
    """

    url: str
    desk: reviews.Desk

    def __call__(self, client: httpx.Client, cursor: str | None) -> Page:
        """Return the entries that are new or changed, oldest first."""
        known = _Known.read(cursor)
        answer = ask(
            client, "GET", self.url, headers=known.headers(), also={HTTPStatus.NOT_MODIFIED}
        )
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return Page()
        marks = [(_mark(raw), raw) for raw in self.split(answer)]
        fresh = [one for one in marks if known.seen.get(one[0][0]) != one[0][1]]
        some = fresh[:PAYLOADS_MAX]
        seen = {**known.seen, **dict(mark for mark, _ in some)}
        is_whole = len(some) == len(fresh)
        after = {
            "etag": answer.headers.get("etag", "") if is_whole else "",
            "modified": answer.headers.get("last-modified", "") if is_whole else "",
            "seen": dict(list(seen.items())[-SEEN_MAX:]),
        }
        payloads = tuple(Payload(raw=raw, where=f"entry {mark[0]}") for mark, raw in some)
        is_new = bool(known.seen and marks) and not any(one[0][0] in known.seen for one in marks)
        gap = (
            f"none of its {len(marks):,} entries was there before; ask more often" if is_new else ""
        )
        return Page(payloads=payloads, cursor=json.dumps(after), has_more=not is_whole, gap=gap)

    def split(self, answer: httpx.Response) -> list[bytes]:
        """Return the records of an answer.

        Raises:
            Garbled: it is neither a feed nor a table.
        """
        media_type = answer.headers.get("content-type", "")
        is_table = media_type.partition(";")[0].strip().lower() in _TABLES
        try:
            if is_table or urlsplit(self.url).path.lower().endswith((".csv", ".tsv")):
                return list(_rows(io.BytesIO(answer.content), self.desk))
            return reviews.split_feed(answer.content, media_type, self.desk)
        except InputError as error:
            raise Garbled(f"{self.url.partition('?')[0]}: {error.reason}") from None


def _mark(raw: bytes) -> tuple[str, str]:
    """Return what names a record, and a digest of it."""
    digest = sha256(raw).hexdigest()[:16]
    number = word(msgspec.json.decode(raw), "id")
    return (
        sha256(number.encode("utf-8", "replace")).hexdigest()[:16] if number else digest
    ), digest


def _rows(stream: Any, desk: reviews.Desk) -> Iterator[bytes]:
    """Yield the records of a table."""
    for row in read_table(stream, desk.house.limits):
        record = {"broken": row.reason, "line": row.line, "row": row.raw.decode("utf-8", "replace")}
        if row.values is not None:
            record = reviews.record_of(row.values, desk)
        yield msgspec.json.encode(record)


def _split_file(path: Path, desk: reviews.Desk) -> Iterator[Payload]:
    with path.open("rb") as stream:
        for number, raw in enumerate(_rows(stream, desk), 1):
            yield Payload(raw=raw, where=f"{path.name} row {number}")


def _client(settings: ReviewsSettings) -> httpx.Client:
    headers = {"user-agent": "complaint-channel-monitor"}
    if settings.token is not None:
        headers["authorization"] = f"Bearer {settings.token.reveal()}"
    return build_client(headers=headers)


def build(name: str, settings: ReviewsSettings, around: Surroundings) -> Parts:
    """Make what asks an address, or what looks into a folder."""
    where = f"channels.{name}"
    if bool(settings.url) == (settings.path is not None):
        raise ConfigError(f"{where}: write either url or path, of a feed or of files")
    desk = _desk(name, settings, around)
    if settings.path is not None:
        folder = Folder(
            name=name,
            path=settings.path,
            suffixes=(".csv", ".tsv", ".txt"),
            split=partial(_split_file, desk=desk),
            read=lambda raw: reviews.parse(raw, desk),
            clock=around.clock,
            seconds=settings.poll_seconds,
            settle_seconds=settings.settle_seconds,
        )
        return Parts(connectors=(folder,), check=folder.check)
    if not settings.url.startswith(("https://", "http://")):
        raise ConfigError(f"{where}.url: found {settings.url!r}; write an address, https://…")
    if settings.token is not None and settings.url.startswith("http://"):
        raise ConfigError(f"{where}.url: the token would cross the network in the clear; use https")
    feed, client = Feed(url=settings.url, desk=desk), partial(_client, settings)
    poller = Poller(
        name=name,
        client=client,
        ask=feed,
        read=lambda raw: reviews.parse(raw, desk),
        seconds=settings.poll_seconds,
    )
    return Parts(connectors=(poller,), check=partial(_check, feed, client))


def _desk(name: str, settings: ReviewsSettings, around: Surroundings) -> reviews.Desk:
    where = f"channels.{name}"
    for key in settings.columns:
        if key not in reviews.FIELDS:
            known = ", ".join(reviews.FIELDS)
            raise ConfigError(f"{where}.columns.{key}: is nothing of a review; known are {known}")
    if not settings.worst < settings.best:
        raise ConfigError(f"{where}.best: has to be more than worst, {settings.worst:g}")
    try:
        zone = ZoneInfo(settings.zone)
    except (KeyError, ValueError, OSError):
        raise ConfigError(
            f"{where}.zone: found {settings.zone!r}; write a name such as Europe/London"
        ) from None
    return reviews.Desk(
        channel=name,
        house=around.mail,
        best=settings.best,
        worst=settings.worst,
        zone=zone,
        form=settings.time_format,
        fields=settings.columns,
    )


def _check(feed: Feed, client: Callable[[], httpx.Client]) -> Iterator[Finding]:
    """Ask for the feed, and try to read all that is in it."""
    with client() as asking:
        records = feed.split(ask(asking, "GET", feed.url))
    yield Finding(is_well=True, found=f"{len(records)} reviews are there")
    for raw in records:
        try:
            reviews.parse(raw, feed.desk)
        except InputError as error:
            advice = "tell by columns, best, worst, zone or time_format how it is meant"
            yield Finding(is_well=False, found=str(error), advice=advice)
            return


KIND: Final = Kind(
    about="reviews from a feed (RSS, Atom), a table (CSV), or a folder of such tables",
    settings=ReviewsSettings,
    build=build,
)
