"""X: what the Account Activity API posts of one account.

===============  ==================================================================================
``id``           ``x:`` and the post's number, as in social exports; ``x:dm/NUMBER``
``direction``    outbound where our account wrote
``customer``     ``x:handle``. Of our own post: whom it answers, else whom it quotes, else whom it
                 mentions first. One that speaks to nobody is no event
``visibility``   public; private if the writer's account is protected; direct messages are private
no contacts      reposts, likes, follows, typing. Removals name no handle and give nothing
===============  ==================================================================================
"""

import html
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from pipeline.channels.mail import MailSettings
from pipeline.channels.posts import build_message
from pipeline.channels.told import count, find, items, moment, need, read_object, word
from pipeline.domain.events import Event, Message
from pipeline.errors import BadPayload, TooLarge

ITEMS_MAX: Final = 2_000
CREATED_AT: Final = "%a %b %d %H:%M:%S %z %Y"
"""How the API writes a time: ``Wed Oct 10 20:19:24 +0000 2018``."""
_LISTS: Final = ("tweet_create_events", "direct_message_events")


def split(raw: bytes) -> list[bytes]:
    """Return a delivery of many things as deliveries of one each.

    Raises:
        InputError: it is no delivery of X, or holds too many.
    """
    told = read_object(raw, "a delivery of X")
    us = need(told, "for_user_id")
    users = told.get("users", {})
    found = [
        msgspec.json.encode({"for_user_id": us, name: [one], "users": users})
        for name in _LISTS
        for one in items(told, name)
    ]
    if len(found) > ITEMS_MAX:
        raise TooLarge(f"{len(found):,} things in one delivery; at most {ITEMS_MAX:,} are read")
    return found


def parse(raw: bytes, house: MailSettings) -> list[Event]:
    """Read a delivery.

    Raises:
        BadPayload: it is none of X.
    """
    told = read_object(raw, "a delivery of X")
    us = need(told, "for_user_id")
    found: list[Event] = []
    for post in items(told, "tweet_create_events"):
        found += _post(post, us, house)
    for direct in items(told, "direct_message_events"):
        found += _direct(direct, told.get("users"), us, house)
    return found


def _post(told: dict[str, Any], us: str, house: MailSettings) -> Iterator[Message]:
    if told.get("retweeted_status") is not None:
        return
    author = need(told, "user.screen_name")
    is_ours = need(told, "user.id_str") == us
    customer = _spoken_to(told, us) if is_ours else author
    if not customer:
        return
    is_private = find(told, "user.protected") is True
    parent = word(told, "in_reply_to_status_id_str")
    lang = word(told, "lang")
    text = word(told, "extended_tweet.full_text") or word(told, "full_text") or word(told, "text")
    yield build_message(
        id="x:" + need(told, "id_str"),
        at=_when(told),
        customer=(f"x:{customer.lower()}",),
        channel="x",
        visibility="private" if is_private else "public",
        direction="outbound" if is_ours else "inbound",
        text=html.unescape(text),
        lang=lang if lang not in {"", "und"} else None,
        in_reply_to=f"x:{parent}" if parent else None,
        reach=None if is_ours or is_private else count(told, "user.followers_count"),
        extra={"account": author.lower()} if is_ours else {},
        house=house,
    )


def _spoken_to(told: dict[str, Any], us: str) -> str:
    """Return the handle of whom a post of ours speaks to."""
    if word(told, "in_reply_to_user_id_str") not in {"", us}:
        return word(told, "in_reply_to_screen_name")
    if word(told, "quoted_status.user.id_str") not in {"", us}:
        return word(told, "quoted_status.user.screen_name")
    mentioned = items(told, "entities.user_mentions")
    return next((word(one, "screen_name") for one in mentioned if word(one, "id_str") != us), "")


def _direct(told: dict[str, Any], users: Any, us: str, house: MailSettings) -> Iterator[Message]:
    if word(told, "type") != "message_create":
        return
    sender = need(told, "message_create.sender_id")
    is_ours = sender == us
    other = need(told, "message_create.target.recipient_id") if is_ours else sender
    handle = word(users, f"{other}.screen_name").lower()
    if not handle:
        raise BadPayload(f"users.{other}.screen_name: expected the handle of who wrote or was sent")
    yield build_message(
        id="x:dm/" + need(told, "id"),
        at=moment(told, "created_timestamp"),
        customer=(f"x:{handle}",),
        channel="x",
        visibility="private",
        direction="outbound" if is_ours else "inbound",
        text=html.unescape(word(told, "message_create.message_data.text")),
        thread=f"x:dm/{handle}",
        house=house,
    )


def _when(told: dict[str, Any]) -> datetime:
    if word(told, "timestamp_ms"):
        return moment(told, "timestamp_ms")
    try:
        return datetime.strptime(need(told, "created_at"), CREATED_AT).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadPayload(
            f"created_at: expected a time such as 'Wed Oct 10 20:19:24 +0000 2018', found "
            f"{told.get('created_at')!r:.60}"
        ) from None
