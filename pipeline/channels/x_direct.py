"""X: direct messages as its API v2 lists them.

===============  ==================================================================================
payload          ``{"us": OUR_ID, "data": EVENT, "users": [ACCOUNT, …]}``
``id``           ``x:dm/NUMBER``, as the Account Activity API has it
``direction``    outbound where our account wrote
``customer``     ``x:handle`` of the other side. What we write into a group speaks to nobody
``visibility``   private
``thread``       ``x:dm/HANDLE``; of a group its conversation
no events        who comes and goes
===============  ==================================================================================
"""

import html
from typing import Any

from pipeline.channels.mail import MailSettings
from pipeline.channels.posts import build_message
from pipeline.channels.told import items, moment, need, read_object, word
from pipeline.domain.events import Event
from pipeline.errors import BadPayload


def parse(raw: bytes, house: MailSettings) -> list[Event]:
    """Read one direct message.

    Raises:
        BadPayload: it is none of X.
    """
    told = read_object(raw, "a direct message of X")
    us, event = need(told, "us"), told.get("data")
    if word(event, "event_type") not in {"", "MessageCreate"}:
        return []
    sender = need(event, "sender_id")
    is_ours = sender == us
    other = partner_of(event, us) if is_ours else sender
    if not other:
        return []
    users = {word(one, "id"): word(one, "username").lower() for one in items(told, "users")}
    handle = users.get(other)
    if not handle:
        raise BadPayload(f"users: expected the account {other}, who wrote or was written to")
    conversation = word(event, "dm_conversation_id")
    is_group = bool(conversation) and not partner_of(event, us)
    return [
        build_message(
            id=f"x:dm/{need(event, 'id')}",
            at=moment(event, "created_at"),
            customer=(f"x:{handle}",),
            channel="x",
            visibility="private",
            direction="outbound" if is_ours else "inbound",
            text=html.unescape(word(event, "text")),
            thread=f"x:dm/{conversation if is_group else handle}",
            house=house,
        )
    ]


def partner_of(event: Any, us: str) -> str:
    """Return the other side of a conversation of two, ``SMALLER-LARGER``; of a group nobody."""
    sides = word(event, "dm_conversation_id").split("-")
    others = [one for one in sides if one != us]
    return others[0] if len(sides) == 2 and len(others) == 1 else ""
