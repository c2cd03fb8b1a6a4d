"""Zendesk by a local server: the incremental export, the audits of tickets, signed webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pipeline.payloads import Delivery
from tests.contract.rigs import Rig
from tests.services.answers import AnsweringServer, Question, Reply

TOKEN, KEY = "token-of-an-admin", "key-of-the-webhook"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
TICKETS_AT_ONCE = 2


def minute(number: int) -> str:
    """Return the time of the n-th payload."""
    return (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")


def ticket(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th ticket."""
    return {
        "id": 70 + number,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "subject": "Kettle",
        "status": "open",
        "requester_id": 300 + number,
        "created_at": minute(number),
        "updated_at": minute(number),
        **more,
    }


def comment(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th comment, as an audit holds it."""
    return {
        "id": 9_000 + number,
        "type": "Comment",
        "author_id": 300 + number,
        "body": "Still broken",
        "public": True,
        **more,
    }


def change(number: int, before: str, after: str, field: str = "status") -> dict[str, Any]:
    """Return a change of a field, as an audit holds it."""
    return {
        "id": 9_500 + number,
        "type": "Change",
        "field_name": field,
        "previous_value": before,
        "value": after,
    }


def audit(number: int, *events: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an audit."""
    return {
        "id": 8_000 + number,
        "ticket_id": 70 + number,
        "created_at": minute(number),
        "author_id": 300 + number,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "events": list(events),
        **more,
    }


def exported(number: int, *audits: dict[str, Any], users: Any = (), **more: Any) -> bytes:
    """Return a ticket with its audits, as the connector puts them together."""
    some = audits or (audit(number, comment(number)),)
    told = {"ticket": ticket(number, **more), "audits": some, "users": list(users)}
    return msgspec.json.encode(told)


class Account:
    """What one account holds, behind its API."""

    def __init__(self) -> None:
        self.tickets: list[bytes] = []
        self.server = AnsweringServer(self._answer)

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": self.server.url}

    def add(self, raw: bytes) -> None:
        """Let a ticket change."""
        self.tickets.append(raw)

    def cut(self) -> None:
        """Break the next connection."""
        self.server.cut()

    def _answer(self, question: Question) -> Reply:
        expected = base64.b64encode(f"bea@acme.example/token:{TOKEN}".encode()).decode()
        if question.headers.get("authorization") != f"Basic {expected}":
            return Reply(status=401, body=b'{"error": "Couldn\'t authenticate you"}')
        if question.path == "/api/v2/users/me.json":
            return Reply(body=b'{"user": {"email": "bea@acme.example", "role": "admin"}}')
        if question.path == "/api/v2/incremental/tickets/cursor.json":
            return Reply(body=self._page(int(question.query.get("cursor", "0"))))
        number = question.path.split("/")[4]
        raw = next(one for one in self.tickets if str(self._parts(one)["ticket"]["id"]) == number)
        parts = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        pages = {"audits": parts["audits"], "users": parts["users"], "next_page": None}
        return Reply(body=msgspec.json.encode(pages))

    def _page(self, start: int) -> bytes:
        some = self.tickets[start : start + TICKETS_AT_ONCE]
        raws = [msgspec.json.decode(one, type=dict[str, msgspec.Raw])["ticket"] for one in some]
        after = start + len(some)
        return msgspec.json.encode(
            {
                "tickets": raws,
                "after_cursor": str(after),
                "end_of_stream": after >= len(self.tickets),
            }
        )

    @staticmethod
    def _parts(raw: bytes) -> Any:
        return json.loads(raw)


@contextmanager
def source() -> Iterator[Account]:
    """Open an account."""
    account = Account()
    with account.server:
        yield account


def sign(raw: bytes, at: datetime) -> Delivery:
    """Sign time and body, as Zendesk does."""
    told = at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    digest = hmac.new(KEY.encode(), told.encode() + raw, hashlib.sha256).digest()
    headers = {
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        "x-zendesk-webhook-signature-timestamp": told,
    }
    return Delivery(headers=headers, query={}, raw=raw, at=at)


def told_by_webhook(kind: str, **more: Any) -> bytes:
    """Return what the webhook tells of the first ticket."""
    told = {
        "account_id": 1,
        "id": "5f0d3e6a-0000-4000-8000-000000000001",
        "type": f"zen:event-type:ticket.{kind}",
        "time": minute(1),
        "zendesk_event_version": "2022-11-06",
        "subject": "zen:ticket:71",
        "detail": {"id": "71", "requester_id": "301", "via": {"channel": "email"}},
        **more,
    }
    return json.dumps(told).encode()


BAD = exported(99, audit(99, comment(99), created_at="yesterday"))
RIG = Rig(
    kind="zendesk",
    values={"url": "http://127.0.0.1:1", "user": "bea@acme.example", "poll_seconds": 0.02},
    environ={"CCM_CHANNEL_TRIED_TOKEN": TOKEN, "CCM_CHANNEL_TRIED_KEY": KEY},
    make=exported,
    bad=(b"", b"[]", b"{}", b'{"ticket": {}}', BAD),
    source=source,
    sign=sign,
)
