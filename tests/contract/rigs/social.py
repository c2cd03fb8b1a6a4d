"""Meta and X, as they post: shapes as they document them, values of our own."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.payloads import Delivery
from tests.contract.rigs import Rig

KEY, VERIFY = "secret-of-the-app", "token-of-the-form"
PAGE, US = "1000", "2244"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def seconds(number: int) -> int:
    """Return the time of the n-th payload, as Unix time."""
    return int((START + timedelta(minutes=number)).timestamp())


def packed(told: Any) -> bytes:
    """Return it as bytes."""
    return json.dumps(told).encode()


# --------------------------------------------------------------------------------------------- meta


def comment(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th comment under a post of the page."""
    return {
        "item": "comment",
        "verb": "add",
        "comment_id": f"7_{number}",
        "post_id": f"{PAGE}_7",
        "parent_id": f"{PAGE}_7",
        "created_time": seconds(number),
        "message": "Still broken",
        "from": {"id": f"5{number}", "name": "Ann"},
        **more,
    }


def meta(*values: dict[str, Any], at: int = 0, kind: str = "page", field: str = "feed") -> bytes:
    """Return a delivery of changes."""
    changes = [{"field": field, "value": one} for one in values]
    entry = {"id": PAGE, "time": at or seconds(60), "changes": changes}
    return packed({"object": kind, "entry": [entry]})


def message(number: int, *, echo: bool = False, **more: Any) -> dict[str, Any]:
    """Return the n-th direct message."""
    them, us = {"id": f"5{number}"}, {"id": PAGE}
    return {
        "sender": us if echo else them,
        "recipient": them if echo else us,
        "timestamp": seconds(number) * 1000,
        "message": {"mid": f"m_{number}", "text": "Hello?", "is_echo": echo, **more},
    }


def messaging(*some: dict[str, Any], kind: str = "page") -> bytes:
    """Return a delivery of direct messages."""
    entry = {"id": PAGE, "time": seconds(60) * 1000, "messaging": list(some)}
    return packed({"object": kind, "entry": [entry]})


def sign_meta(raw: bytes, at: datetime) -> Delivery:
    """Sign the body; there is no time in it."""
    digest = hmac.new(KEY.encode(), raw, hashlib.sha256).hexdigest()
    return Delivery(headers={"x-hub-signature-256": f"sha256={digest}"}, query={}, raw=raw, at=at)


# ------------------------------------------------------------------------------------------------ x


def user(number: int, **more: Any) -> dict[str, Any]:
    """Return somebody."""
    return {
        "id_str": f"9{number}",
        "screen_name": f"Ann_{number}",
        "protected": False,
        "followers_count": 10,
        **more,
    }


OURS = {"id_str": US, "screen_name": "Acme", "protected": False, "followers_count": 9_000}


def post(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th post that mentions us."""
    at = (START + timedelta(minutes=number)).strftime("%a %b %d %H:%M:%S +0000 %Y")
    return {
        "id_str": str(1_000 + number),
        "created_at": at,
        "text": "@Acme still broken",
        "user": user(number),
        "in_reply_to_status_id_str": None,
        "in_reply_to_user_id_str": US,
        "in_reply_to_screen_name": "Acme",
        "lang": "en",
        "entities": {"user_mentions": [{"id_str": US, "screen_name": "Acme"}]},
        **more,
    }


def activity(*posts: dict[str, Any], **more: Any) -> bytes:
    """Return a delivery."""
    return packed({"for_user_id": US, "tweet_create_events": list(posts), **more})


def direct(number: int, *, ours: bool = False) -> bytes:
    """Return a delivery of the n-th direct message."""
    them = f"9{number}"
    told = {
        "type": "message_create",
        "id": str(number),
        "created_timestamp": str(seconds(number) * 1000),
        "message_create": {
            "target": {"recipient_id": them if ours else US},
            "sender_id": US if ours else them,
            "message_data": {"text": "Hello &amp; goodbye"},
        },
    }
    users = {US: OURS, them: user(number)}
    return packed({"for_user_id": US, "direct_message_events": [told], "users": users})


def sign_x(raw: bytes, at: datetime) -> Delivery:
    """Sign the body; there is no time in it."""
    digest = hmac.new(KEY.encode(), raw, hashlib.sha256).digest()
    told = "sha256=" + base64.b64encode(digest).decode()
    return Delivery(headers={"x-twitter-webhooks-signature": told}, query={}, raw=raw, at=at)


RIGS = (
    Rig(
        kind="meta",
        environ={"CCM_CHANNEL_TRIED_KEY": KEY, "CCM_CHANNEL_TRIED_VERIFY_TOKEN": VERIFY},
        make=lambda number: meta(comment(number)),
        bad=(b"", b"[]", b"{}", meta(comment(1), kind="user"), meta(comment(1, created_time="x"))),
        sign=sign_meta,
        has_time=False,
    ),
    Rig(
        kind="x",
        environ={"CCM_CHANNEL_TRIED_KEY": KEY},
        make=lambda number: activity(post(number)),
        bad=(b"", b"[]", b"{}", activity(post(1, user={})), activity(post(1, created_at="soon"))),
        sign=sign_x,
        has_time=False,
    ),
)
