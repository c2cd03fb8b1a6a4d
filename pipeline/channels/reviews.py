"""Reviews: what customers wrote about us elsewhere, from a feed (RSS, Atom) or a table (CSV).

A review is first made one record of a few fields, whichever way it came, and then events.

===============  ==================================================================================
``id``           ``review:CHANNEL/ID``; of our answer ``…/reply``, of the rating ``…/rating``
``customer``     ``review:CHANNEL/DIGEST`` of the review, and of the writer's profile where there is
                 one. A name alone is nobody: there are many Anns
``visibility``   public
``direction``    outbound where the author is one of ``company.handles``, or the record holds an
                 answer
``score``        the rating, brought to 1 to 5; a rating without words is no message
``at``           when it was published
===============  ==================================================================================
"""

import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

import feedparser
import msgspec

from pipeline.channels.mail import MailSettings
from pipeline.channels.markup import html_to_text
from pipeline.channels.posts import build_message
from pipeline.channels.told import as_moment, find, items, millis, need, read_object, word
from pipeline.domain.events import Event, Feedback, Message
from pipeline.errors import BadPayload, TooLarge

ENTRIES_MAX: Final = 1_000
FEED_BYTES_MAX: Final = 8 * 1024 * 1024
FIELDS: Final = (
    "id", "at", "edited", "author", "profile", "title", "text", "rating", "reply", "reply_at",
    "lang", "answers",
)  # fmt: skip
"""What a record may hold; ``answers`` is the review that an answer of ours is given to."""
KNOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "id": ("id", "review id", "review_id", "reviewid", "review link", "guid"),
    "at": ("at", "review submit millis since epoch", "date", "created_at", "created at", "created",
           "review date", "published", "time", "timestamp", "published at", "published_at"),
    "edited": ("edited", "updated_at", "updated at", "review last update millis since epoch"),
    "author": ("author", "reviewer", "reviewer name", "user", "username", "name", "consumer"),
    "profile": ("profile", "reviewer url", "author_url", "consumer url"),
    "title": ("title", "review title", "headline", "subject"),
    "text": ("text", "review text", "review", "body", "content", "comment"),
    "rating": ("rating", "star rating", "stars", "score", "review rating", "review stars",
               "im_rating", "gd_rating", "r_rating", "review_rating", "g_rating"),
    "reply": ("reply", "developer reply text", "owner response", "response", "reply text",
              "company reply"),
    "reply_at": ("reply_at", "developer reply millis since epoch", "reply date",
                 "company reply date", "reply created at"),
    "lang": ("lang", "reviewer language", "language", "locale"),
})  # fmt: skip
"""How exports and feeds call these, in lower case: Google Play, App Store and others."""
_NUMBER: Final = re.compile(r"(\d{1,4}(?:[.,]\d{1,4})?)(?:\s{0,3}(?:/|out of)\s{0,3}(\d{1,4}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """How reviews of one place are read.

    Attributes:
        channel: the name of the channel.
        house: who we are, and the bounds.
        best: the highest rating; the lowest is ``worst``.
        worst: the lowest rating.
        zone: of times without an offset.
        form: of times, as `datetime.strptime` has it; empty: ISO 8601, or seconds since 1970.
        fields: how the source calls what we need, by our name; what is not here is known by
            `KNOWN`.
    """

    channel: str
    house: MailSettings
    best: float = 5
    worst: float = 1
    zone: tzinfo = UTC
    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)


def parse(raw: bytes, desk: Desk) -> list[Event]:
    """Read one record.

    Raises:
        BadPayload: it is none; a row that could not be read says why.
    """
    told = read_object(raw, "a review")
    if "broken" in told:
        raise BadPayload(word(told, "broken") or "a row that cannot be read")
    if desk.house.company.owns_handle(word(told, "author")):
        return [_answer(told, desk)] if word(told, "answers") else []
    return list(_review(told, desk))


def _review(told: dict[str, Any], desk: Desk) -> Iterator[Event]:
    number, at = _number(told), _moment(told, "at", desk)
    customer = (_customer(number, desk), *_profile(told, desk))
    name = f"review:{desk.channel}/{number}"
    edited = _moment(told, "edited", desk) if word(told, "edited") else at
    said = _text(told, "text", desk) or _text(told, "title", desk)
    if said:
        yield build_message(
            id=name,
            at=at,
            version=millis(edited) if edited > at else 0,
            customer=customer,
            channel="review",
            visibility="public",
            direction="inbound",
            text=said,
            subject=_text(told, "title", desk),
            lang=word(told, "lang")[:35] or None,
            thread=name,
            house=desk.house,
        )
    if word(told, "rating"):
        score = _score(word(told, "rating"), desk)
        yield Feedback(
            id=f"{name}/rating",
            at=at,
            version=millis(edited) if edited > at else 0,
            customer=customer,
            score=score,
            thread=name,
        )
    if word(told, "reply"):
        yield _ours(desk, number, _text(told, "reply", desk), at=_replied(told, edited, desk))


def _answer(told: dict[str, Any], desk: Desk) -> Message:
    """Return what an entry of ours says: it stands in the feed by itself."""
    at = _moment(told, "at", desk)
    text, number = _text(told, "text", desk), _short(word(told, "answers"))
    name = f"review:{desk.channel}/{_number(told)}"
    return _ours(desk, number, text, at=at, id=name)


def _ours(desk: Desk, number: str, text: str, *, at: datetime, id: str = "") -> Message:
    name = f"review:{desk.channel}/{number}"
    return build_message(
        id=id or f"{name}/reply",
        at=at,
        customer=(_customer(number, desk),),
        channel="review",
        visibility="public",
        direction="outbound",
        text=text,
        thread=name,
        in_reply_to=name,
        house=desk.house,
    )


def _replied(told: dict[str, Any], otherwise: datetime, desk: Desk) -> datetime:
    return _moment(told, "reply_at", desk) if word(told, "reply_at") else otherwise


def _number(told: dict[str, Any]) -> str:
    """Return the review's own id, else a digest of what it says."""
    given = word(told, "id")
    if given:
        return _short(given)
    said = "\0".join(word(told, key) for key in ("at", "author", "title", "text", "rating"))
    return sha256(said.encode("utf-8", "replace")).hexdigest()[:24]


def _short(number: str) -> str:
    is_long = len(number) > 200 or not number.isprintable()
    return sha256(number.encode("utf-8", "replace")).hexdigest()[:24] if is_long else number


def _customer(number: str, desk: Desk) -> str:
    digest = sha256(number.encode("utf-8", "replace")).hexdigest()[:16]
    return f"review:{desk.channel}/{digest}"


def _profile(told: dict[str, Any], desk: Desk) -> tuple[str, ...]:
    profile = word(told, "profile")
    return (_customer(f"profile {profile}", desk),) if profile else ()


def _text(told: dict[str, Any], key: str, desk: Desk) -> str:
    text = word(told, key)[: desk.house.limits.html_chars]
    return html_to_text(text) if told.get("is_html") is True else text


def _moment(told: dict[str, Any], key: str, desk: Desk) -> datetime:
    found = need(told, key)
    try:
        if desk.form:
            at = datetime.strptime(found, desk.form)  # noqa: DTZ007 - the zone is added below
        elif found.isdecimal():
            at = as_moment(found)
        else:
            at = datetime.fromisoformat(found)
        return (at if at.tzinfo is not None else at.replace(tzinfo=desk.zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        expected = desk.form or "2026-11-02T09:00:00Z"
        raise BadPayload(
            f"{key}: expected a time such as {expected!r}, found {found!r:.60}; time_format in the "
            "settings tells another form"
        ) from None


def _score(told: str, desk: Desk) -> int:
    """Return a rating as 1 to 5."""
    stars = told.count("★")
    found = _NUMBER.match(told)
    if not stars and not found:
        raise BadPayload(f"rating: expected a number, found {told!r:.40}")
    given = float(stars) if stars or not found else float(found[1].replace(",", "."))
    best = float(found[2]) if found and found[2] else desk.best
    if not desk.worst <= given <= best or best <= desk.worst:
        raise BadPayload(
            f"rating: {told!r:.40} is not between {desk.worst:g} and {best:g}; set worst and best"
        )
    return round(1 + 4 * (given - desk.worst) / (best - desk.worst))


# -------------------------------------------------------------------------------------- the sources


def record_of(row: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """Return the record of a row: what the source calls otherwise, by our names."""
    plain = {name.strip().lower(): value for name, value in row.items()}
    record: dict[str, Any] = {}
    for name in FIELDS:
        wanted = desk.fields.get(name)
        names = (wanted.strip().lower(),) if wanted else KNOWN.get(name, ())
        value = next((plain[one] for one in names if plain.get(one) not in {None, ""}), None)
        if value is not None:
            record[name] = value
    return record


def split_feed(raw: bytes, media_type: str, desk: Desk) -> list[bytes]:
    """Return the entries of a feed as records, oldest first.

    Args:
        raw: RSS or Atom, as broken as it may be.
        media_type: as it was served.
        desk: how the source calls things.

    Raises:
        BadPayload: it is no feed.
        TooLarge: it holds too many entries.
    """
    if len(raw) > FEED_BYTES_MAX:
        raise TooLarge(f"a feed of {len(raw):,} bytes; at most {FEED_BYTES_MAX:,} are read")
    try:
        found = feedparser.parse(io.BytesIO(raw), response_headers={"content-type": media_type})
    except Exception as error:  # whatever a library makes of a stranger's bytes
        raise BadPayload(f"expected a feed (RSS or Atom), found {raw[:60]!r} ({error})") from None
    if not found.get("version") and not found.entries:
        why = found.get("bozo_exception", "no feed")
        raise BadPayload(f"expected a feed (RSS or Atom), found {raw[:60]!r} ({why})")
    if len(found.entries) > ENTRIES_MAX:
        raise TooLarge(
            f"{len(found.entries):,} entries in a feed; at most {ENTRIES_MAX:,} are read"
        )
    records = [_entry(one, desk) for one in found.entries]
    records.sort(key=lambda one: str(one.get("at", "")))
    return [msgspec.json.encode(one) for one in records]


def _entry(entry: Any, desk: Desk) -> dict[str, Any]:
    """Return the record of an entry; feedparser has brought its times to UTC."""
    entry = dict(entry)  # feedparser's own dictionaries know a key by other names, with a warning
    at, edited = _utc(entry, "published"), _utc(entry, "updated")
    texts = [one for one in items(entry, "content") if word(one, "type") == "text/html"]
    record = {
        "id": word(entry, "id") or word(entry, "link"),
        "at": at or edited,
        "edited": edited if at else "",
        "author": word(entry, "author_detail.name") or word(entry, "author"),
        "profile": word(entry, "author_detail.href"),
        "title": word(entry, "title"),
        "text": word((texts or items(entry, "content") or [{}])[0], "value")
        or word(entry, "summary"),
        "answers": word(entry, "thr_in-reply-to.ref"),
        "lang": word(entry, "title_detail.language"),
    }
    flat = {key: _flat(value) for key, value in entry.items()}
    more = {
        name: value
        for name, value in record_of(flat, desk).items()
        if name in desk.fields or name in {"rating", "reply", "reply_at"}
    }
    kept = {name: value for name, value in {**record, **more}.items() if value}
    return {**kept, "is_html": True}


def _flat(value: Any) -> str:
    """Return what an element says; some say it in an attribute."""
    told = find(value, "value") if isinstance(value, dict) else value
    return told if isinstance(told, str) else ""


def _utc(entry: Any, key: str) -> str:
    told = entry.get(f"{key}_parsed")
    try:
        return datetime.fromtimestamp(timegm(told), UTC).isoformat() if told else ""
    except (ValueError, OverflowError, OSError, TypeError):
        return ""
