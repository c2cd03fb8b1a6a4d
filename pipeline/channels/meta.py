"""Facebook and Instagram: what Meta posts of a page's or account's comments, posts and messages.

===============  ==================================================================================
``id``           ``facebook:COMMENT`` or ``POST``; of a direct message ``facebook:m/MID``; the same
                 with ``instagram:``
``direction``    outbound where the page itself wrote
``customer``     ``facebook:USER``, as the page knows the user. Meta names of a page's answer only
                 the comment that it answers, so each comment is an identifier of its writer, too
``visibility``   comments and posts are public, direct messages private
``version``      of an edit or removal Meta's time in milliseconds
no contacts      likes, reactions, shares, read receipts; a mention, of which Meta tells no text
===============  ==================================================================================
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from pipeline.channels.mail import MailSettings
from pipeline.channels.posts import build_message, deleted
from pipeline.channels.told import find, items, millis, moment, need, read_object, word
from pipeline.domain.events import Event, Message
from pipeline.errors import BadPayload, TooLarge

ITEMS_MAX: Final = 2_000
CHANNELS: Final = {"page": "facebook", "instagram": "instagram"}
_POSTS: Final = frozenset({"post", "status", "photo", "video"})
_LISTS: Final = ("messaging", "changes")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where something was written: the channel, the page, Meta's time."""

    channel: str
    entry: dict[str, Any]
    house: MailSettings

    @property
    def page(self) -> str:
        return need(self.entry, "id")

    def name(self, number: str) -> str:
        return f"{self.channel}:{number}"


def split(raw: bytes) -> list[bytes]:
    """Return a delivery of many things as deliveries of one each.

    Raises:
        InputError: it is no delivery of Meta, or holds too many.
    """
    told = read_object(raw, "a delivery of Meta")
    if not isinstance(told.get("entry"), list):
        raise BadPayload("entry: expected a list")
    found = [
        msgspec.json.encode({"object": told.get("object"), "entry": [_alone(entry, name, one)]})
        for entry in items(told, "entry")
        for name in _LISTS
        for one in items(entry, name)
    ]
    if len(found) > ITEMS_MAX:
        raise TooLarge(f"{len(found):,} things in one delivery; at most {ITEMS_MAX:,} are read")
    return found


def _alone(entry: dict[str, Any], name: str, one: dict[str, Any]) -> dict[str, Any]:
    return {**{key: entry[key] for key in ("id", "time") if key in entry}, name: [one]}


def parse(raw: bytes, house: MailSettings) -> list[Event]:
    """Read a delivery.

    Raises:
        BadPayload: it is none of Meta.
    """
    told = read_object(raw, "a delivery of Meta")
    channel = CHANNELS.get(word(told, "object"))
    if channel is None:
        raise BadPayload(f"object: expected page or instagram, found {told.get('object')!r:.40}")
    found: list[Event] = []
    for entry in items(told, "entry"):
        place = _Place(channel=channel, entry=entry, house=house)
        for one in items(entry, "messaging"):
            found += _direct(one, place)
        for one in items(entry, "changes"):
            found += _change(one, place)
    return found


def _direct(told: dict[str, Any], place: _Place) -> Iterator[Message]:
    message = told.get("message")
    if not isinstance(message, dict):
        return
    is_ours = message.get("is_echo") is True
    found = build_message(
        id=place.name(f"m/{need(message, 'mid')}"),
        at=moment(told, "timestamp"),
        customer=(place.name(need(told, "recipient.id" if is_ours else "sender.id")),),
        channel=place.channel,
        visibility="private",
        direction="outbound" if is_ours else "inbound",
        text=word(message, "text"),
        in_reply_to=_replied(message, place),
        house=place.house,
    )
    is_gone = message.get("is_deleted") is True
    yield deleted(found, millis(moment(place.entry, "time"))) if is_gone else found


def _replied(message: dict[str, Any], place: _Place) -> str | None:
    number = word(message, "reply_to.mid")
    return place.name(f"m/{number}") if number else None


def _change(told: dict[str, Any], place: _Place) -> Iterator[Message]:
    value, field = told.get("value"), word(told, "field")
    if not isinstance(value, dict):
        raise BadPayload(f"changes.value: expected an object, found {type(value).__name__}")
    if field == "comments":
        yield _written(value, place, number=need(value, "id"), text=word(value, "text"))
    if field != "feed":
        return
    item = word(value, "item")
    if item == "comment":
        number = need(value, "comment_id")
    elif item in _POSTS and word(value, "from.id") not in {"", place.page}:
        number = need(value, "post_id")
    else:
        return
    message = _written(value, place, number=number, text=word(value, "message"))
    verb = word(value, "verb")
    if verb == "remove":
        yield deleted(message, millis(moment(place.entry, "time")))
    elif verb in {"add", "edited"}:
        yield message


def _written(value: dict[str, Any], place: _Place, *, number: str, text: str) -> Message:
    author = need(value, "from.id")
    is_ours = author == place.page
    parent = word(value, "parent_id")
    top = word(value, "post_id") or word(value, "media.id")
    answered = parent or top
    if is_ours and not answered:
        raise BadPayload("parent_id: expected what this answer of the page answers")
    customer = (
        (place.name(f"comment/{answered}"),)
        if is_ours
        else (place.name(author), place.name(f"comment/{number}"))
    )
    is_edit = word(value, "verb") == "edited"
    told, at = (value, "created_time") if find(value, "created_time") else (place.entry, "time")
    return build_message(
        id=place.name(number),
        at=moment(told, at),
        version=millis(moment(place.entry, "time")) if is_edit else 0,
        customer=customer,
        channel=place.channel,
        visibility="public",
        direction="outbound" if is_ours else "inbound",
        text=text,
        thread=place.name(top) if top else None,
        in_reply_to=place.name(parent) if parent else None,
        house=place.house,
    )
