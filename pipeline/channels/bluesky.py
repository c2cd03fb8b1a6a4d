"""Bluesky: posts that mention us, answer us or quote us, and our own answers, as Jetstream tells.

===============  ==================================================================================
``id``           ``bluesky:DID/RKEY`` of the post
``direction``    outbound where the author is our account
``customer``     ``bluesky:did:plc:…``. Of our own post: whom it answers, else whom it quotes, else
                 whom it mentions first. One that speaks to nobody (news) is no event
``at``           when the server heard of it; ``createdAt`` is the writer's own claim
``visibility``   public: there are no other posts
``version``      of an edit or deletion the server's time in microseconds
no contacts      likes, reposts, follows; an answer to somebody else in our thread
===============  ==================================================================================
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pipeline.channels.mail import MailSettings
from pipeline.channels.posts import build_message, deleted
from pipeline.channels.told import count, find, items, need, read_object, word
from pipeline.domain.events import Event, Message
from pipeline.errors import BadPayload

POSTS: Final = "app.bsky.feed.post"
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CALENDAR_ENDS: Final = 253_402_300_799_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who we are.

    Attributes:
        did: ours, ``did:plc:…``.
        house: the bounds.
    """

    did: str
    house: MailSettings


def parse(raw: bytes, account: Account) -> list[Event]:
    """Read one event of Jetstream.

    A deletion names nothing but the post; what is deleted stands beside it under ``was``.

    Raises:
        BadPayload: it is none.
    """
    told = read_object(raw, "an event of Jetstream")
    if told.get("kind") != "commit":
        need(told, "kind")
        return []
    if need(told, "commit.collection") != POSTS:
        return []
    was = told.get("was")
    if find(told, "commit.operation") == "delete":
        if not isinstance(was, dict):
            return []
        message = _message(was, account)
        return [] if message is None else [deleted(message, _micros(told))]
    message = _message(told, account)
    return [] if message is None else [message]


def _message(told: dict[str, Any], account: Account) -> Message | None:
    author = need(told, "did")
    record = find(told, "commit.record")
    if not isinstance(record, dict):
        raise BadPayload(f"commit.record: expected an object, found {type(record).__name__}")
    text = record.get("text")
    if not isinstance(text, str):
        raise BadPayload(f"commit.record.text: expected a text, found {type(text).__name__}")
    is_ours = author == account.did
    spoken_to = _spoken_to(record)
    customer = next((one for one in spoken_to if one != author), None) if is_ours else author
    if customer is None or not (is_ours or account.did in spoken_to):
        return None
    micros = _micros(told)
    is_edit = find(told, "commit.operation") == "update"
    own_id = f"bluesky:{author}/{need(told, 'commit.rkey')}"
    parent = _post_id(word(record, "reply.parent.uri"))
    return build_message(
        id=own_id,
        at=_START + timedelta(microseconds=micros),
        version=micros if is_edit else 0,
        customer=(f"bluesky:{customer}",),
        channel="bluesky",
        visibility="public",
        direction="outbound" if is_ours else "inbound",
        text=text,
        lang=word(record, "langs.0") or None,
        thread=_post_id(word(record, "reply.root.uri")) or own_id,
        in_reply_to=parent or (_post_id(_quoted(record)) if is_ours else None),
        house=account.house,
    )


def _spoken_to(record: dict[str, Any]) -> list[str]:
    """Return the accounts that a post speaks to: answered, quoted, mentioned, in this order."""
    found = [_author(word(record, "reply.parent.uri")), _author(_quoted(record))]
    for facet in items(record, "facets"):
        found += [
            word(feature, "did")
            for feature in items(facet, "features")
            if word(feature, "$type") == "app.bsky.richtext.facet#mention"
        ]
    return [one for one in found if one]


def _quoted(record: dict[str, Any]) -> str:
    """Return the address of the post that is quoted, with or without pictures beside it."""
    for path in ("embed.record.uri", "embed.record.record.uri"):
        uri = word(record, path)
        if f"/{POSTS}/" in uri:
            return uri
    return ""


def _author(uri: str) -> str:
    return uri.removeprefix("at://").partition("/")[0] if uri.startswith("at://") else ""


def _post_id(uri: str) -> str | None:
    """``at://DID/app.bsky.feed.post/RKEY`` → ``bluesky:DID/RKEY``."""
    author, _, rkey = uri.removeprefix("at://").partition(f"/{POSTS}/")
    return f"bluesky:{author}/{rkey}" if author and rkey else None


def _micros(told: dict[str, Any]) -> int:
    micros = count(told, "time_us")
    if micros is None or micros > _CALENDAR_ENDS:
        raise BadPayload("time_us: expected microseconds since 1970")
    return micros
