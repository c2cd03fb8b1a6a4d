"""Helpdesks that post JSON, signed as they sign."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.payloads import Delivery
from tests.contract.rigs import Rig

KEY = "a-key-for-tests"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[3] / "deploy" / "helpdesk.example.toml"


def minute(number: int) -> str:
    """Return the time of the n-th payload."""
    return (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")


def packed(told: Any) -> bytes:
    """Return it as bytes."""
    return json.dumps(told).encode()


def digest(covered: bytes, how: str = "sha256") -> str:
    """Sign as all of these do."""
    return hmac.new(KEY.encode(), covered, getattr(hashlib, how)).hexdigest()


def delivery(raw: bytes, at: datetime, headers: Mapping[str, str]) -> Delivery:
    """Return a request."""
    return Delivery(
        headers={"content-type": "application/json", **headers}, query={}, raw=raw, at=at
    )


# -------------------------------------------------------------------------------------- the example


def reply(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th reply as ``deploy/helpdesk.example.toml`` tells it."""
    ticket = {"id": 70 + number, "customer": {"email": f"Ann{number}@example.org"}}
    return {
        "type": "reply",
        "id": number,
        "at": minute(number),
        "ticket": ticket,
        "author": {"kind": "customer"},
        "html": "<p>Still <b>broken</b></p>",
        **more,
    }


def sign(raw: bytes, at: datetime) -> Delivery:
    """Sign time and body."""
    told = str(int(at.timestamp()))
    signature = digest(told.encode() + b"." + raw)
    return delivery(raw, at, {"x-desk-timestamp": told, "x-desk-signature": f"sha256={signature}"})


# ----------------------------------------------------------------------------------------- chatwoot


def chatwoot(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th message that Chatwoot tells."""
    person = {
        "id": 300 + number,
        "name": "Ann",
        "email": f"ann{number}@example.org",
        "type": "contact",
    }
    return {
        "event": "message_created",
        "id": number,
        "content": "Still broken",
        "content_type": "text",
        "content_attributes": {},
        "created_at": minute(number),
        "message_type": "incoming",
        "private": False,
        "sender": person,
        "conversation": {
            "id": 40 + number,
            "channel": "Channel::WebWidget",
            "status": "open",
            "meta": {"sender": person, "assignee": None},
        },
        "inbox": {"id": 1, "name": "Shop"},
        "account": {"id": 1, "name": "Acme"},
        **more,
    }


def sign_chatwoot(raw: bytes, at: datetime) -> Delivery:
    """Sign time and body."""
    told = str(int(at.timestamp()))
    signature = digest(told.encode() + b"." + raw)
    headers = {"x-chatwoot-timestamp": told, "x-chatwoot-signature": f"sha256={signature}"}
    return delivery(raw, at, headers)


# ------------------------------------------------------------------------------------------- zammad


def zammad(number: int, **article: Any) -> dict[str, Any]:
    """Return the n-th article that a trigger of Zammad tells, with its ticket."""
    return {
        "ticket": {
            "id": 60 + number,
            "number": f"8{number:04}",
            "title": "Kettle",
            "state": "open",
            "customer": {"id": 5 + number, "email": f"ann{number}@example.org", "mobile": ""},
            "close_at": None,
            "updated_at": minute(number),
        },
        "article": {
            "id": 900 + number,
            "ticket_id": 60 + number,
            "type": "email",
            "sender": "Customer",
            "internal": False,
            "subject": "Kettle",
            "content_type": "text/html",
            "body": "<div>Still broken</div>",
            "created_at": minute(number),
            **article,
        },
    }


def sign_zammad(raw: bytes, at: datetime) -> Delivery:
    """Sign the body; there is no time in it."""
    return delivery(raw, at, {"x-hub-signature": f"sha1={digest(raw, 'sha1')}"})


BAD = (b"", b"[]", b"\xff", b'{"type": "reply", "id": "1"}')
ENVIRON = {"CCM_CHANNEL_TRIED_KEY": KEY}
RIGS = (
    Rig(
        kind="webhook",
        values={"mapping": str(EXAMPLE)},
        environ=ENVIRON,
        make=lambda number: packed(reply(number)),
        bad=(*BAD, packed(reply(1, at="today")), packed({"type": "weather"})),
        sign=sign,
    ),
    Rig(
        kind="chatwoot",
        environ=ENVIRON,
        make=lambda number: packed(chatwoot(number)),
        bad=(b"", b"[]", packed(chatwoot(1, created_at="today"))),
        sign=sign_chatwoot,
    ),
    Rig(
        kind="zammad",
        environ=ENVIRON,
        make=lambda number: packed(zammad(number)),
        bad=(b"", b"[]", packed(zammad(1, created_at="today"))),
        sign=sign_zammad,
        has_time=False,
    ),
)
