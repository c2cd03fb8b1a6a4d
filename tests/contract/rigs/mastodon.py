"""Mastodon on a local server that speaks its protocol."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.rigs import Rig
from tests.services.mastodon import ME, TOKEN, MastodonServer

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MENTION_OF_US = '<p><span class="h-card"><a href="#">@<span>help</span></a></span> {}</p>'


def account(number: int, **more: Any) -> dict[str, Any]:
    """Return somebody on another server."""
    return {
        "id": f"9{number}",
        "username": f"ann{number}",
        "acct": f"Ann{number}@social.example",
        "bot": False,
        "followers_count": 10 + number,
        **more,
    }


def status(number: int, text: str = "Still broken", **more: Any) -> dict[str, Any]:
    """Return the n-th status, in the shape in which Mastodon 4 gives it."""
    return {
        "id": str(1_000 + number),
        "created_at": (START + timedelta(minutes=number)).isoformat().replace("+00:00", ".000Z"),
        "edited_at": None,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "content": MENTION_OF_US.format(text),
        "reblog": None,
        "account": account(number),
        "mentions": [{"id": ME["id"], "username": ME["username"], "acct": ME["acct"]}],
        **more,
    }


def own(number: int, parent: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    """Return an answer of ours."""
    them = {"id": parent["account"]["id"], "acct": parent["account"]["acct"]}
    fields = {
        "account": ME,
        "mentions": [them],
        "in_reply_to_id": parent["id"],
        "in_reply_to_account_id": them["id"],
    }
    return status(number, text, **{**fields, **more})


def notification(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th notification, of a mention."""
    found = more.pop("status", status(number))
    at = found["created_at"] if found else START.isoformat()
    return {
        "id": str(50 + number),
        "type": "mention",
        "created_at": at,
        "account": found["account"] if found else account(number),
        "status": found,
        **more,
    }


def packed(told: Any) -> bytes:
    """Return it as bytes."""
    return json.dumps(told).encode()


def make(number: int) -> bytes:
    """Return the n-th notification as bytes."""
    return packed(notification(number))


RIG = Rig(
    kind="mastodon",
    values={"url": "http://127.0.0.1:1", "account": "help"},
    environ={"CCM_CHANNEL_TRIED_TOKEN": TOKEN},
    make=make,
    bad=(
        b"",
        b"[]",
        b'{"id": "1"}',
        packed(notification(3, status=status(3, created_at="yesterday"))),
        b'{"id": "9999", "type": "mention", "account": {}, "status": {"id": "7"}}',
    ),
    source=MastodonServer,
)
