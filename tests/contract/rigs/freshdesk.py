"""Freshdesk by a local server: tickets by the time of their change, conversations, ratings."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pipeline.payloads import Delivery
from tests.contract.rigs import Rig
from tests.services.answers import AnsweringServer, Question, Reply

TOKEN, KEY = "key-of-an-agent", "secret-of-the-header"
START = datetime(2024, 11, 2, 9, tzinfo=UTC)


def minute(number: int) -> str:
    """Return the time of the n-th payload."""
    return (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")


def ticket(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th ticket."""
    person = 300 + number
    return {
        "id": 70 + number,
        "subject": "Kettle",
        "description": "<div>Still <b>broken</b></div>",
        "description_text": "Still broken",
        "status": 2,
        "source": 1,
        "requester_id": person,
        "requester": {"id": person, "name": "Ann", "email": None, "phone": None, "mobile": None},
        "stats": {
            "resolved_at": None,
            "closed_at": None,
            "reopened_at": None,
            "pending_since": None,
        },
        "created_at": minute(number),
        "updated_at": minute(number),
        **more,
    }


def conversation(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th thing said, by the requester of the n-th ticket."""
    return {
        "id": 9_000 + number,
        "user_id": 300 + number,
        "body": "<div>Hello?</div>",
        "body_text": "Hello?",
        "incoming": True,
        "private": False,
        "source": 0,
        "auto_response": False,
        "created_at": minute(number),
        "updated_at": minute(number),
        "last_edited_at": None,
        **more,
    }


def whole(number: int, *conversations: dict[str, Any], **more: Any) -> bytes:
    """Return a ticket with its conversation, as the connector puts them together."""
    return msgspec.json.encode(
        {"ticket": ticket(number, **more), "conversations": list(conversations)}
    )


def rating(number: int, grade: int, **more: Any) -> dict[str, Any]:
    """Return how the n-th requester liked it."""
    return {
        "id": number,
        "survey_id": 1,
        "user_id": 300 + number,
        "agent_id": 5,
        "ticket_id": 70 + number,
        "feedback": "",
        "created_at": minute(number),
        "ratings": {"default_question": grade},
        **more,
    }


class Account:
    """What one account holds, behind its API."""

    def __init__(self) -> None:
        self.tickets: list[bytes] = []
        self.ratings: list[dict[str, Any]] = []
        self.server = AnsweringServer(self._answer)

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": self.server.url}

    def add(self, raw: bytes) -> None:
        """Let a ticket change."""
        self.tickets.append(raw)

    def cut(self) -> None:
        """Break the next connections, of both lists."""
        self.server.cut()
        self.server.cut()

    def _answer(self, question: Question) -> Reply:
        expected = base64.b64encode(f"{TOKEN}:X".encode()).decode()
        if question.headers.get("authorization") != f"Basic {expected}":
            return Reply(status=401, body=b'{"code": "invalid_credentials"}')
        if question.path == "/api/v2/agents/me":
            me = {"ticket_scope": 1, "contact": {"email": "bea@acme.example"}}
            return Reply(body=msgspec.json.encode(me))
        if question.path == "/api/v2/surveys/satisfaction_ratings":
            since = question.query.get("created_since", "")
            some = [one for one in reversed(self.ratings) if one["created_at"] >= since]
            return Reply(body=msgspec.json.encode(some))
        parts = [msgspec.json.decode(one, type=dict[str, msgspec.Raw]) for one in self.tickets]
        if question.path == "/api/v2/tickets":
            return Reply(body=self._page([one["ticket"] for one in parts], question.query))
        number = int(question.path.split("/")[4])
        found = next(one for one in parts if msgspec.json.decode(one["ticket"])["id"] == number)
        is_whole = question.path.endswith("/conversations")
        return Reply(body=bytes(found["conversations" if is_whole else "ticket"]))

    @staticmethod
    def _page(tickets: list[msgspec.Raw], query: Mapping[str, str]) -> bytes:
        changed = [(msgspec.json.decode(one)["updated_at"], one) for one in tickets]
        changed.sort(key=lambda one: one[0])
        some = [one for at, one in changed if at >= query.get("updated_since", "")]
        size = int(query["per_page"])
        start = (int(query.get("page", "1")) - 1) * size
        return msgspec.json.encode(some[start : start + size])


@contextmanager
def source() -> Iterator[Account]:
    """Open an account."""
    account = Account()
    with account.server:
        yield account


def rings(number: int) -> bytes:
    """Return what the n-th webhook tells."""
    told = {"ticket_id": 70 + number, "ticket_latest_public_comment": "Ann : <div>Hello?</div>"}
    return msgspec.json.encode({"freshdesk_webhook": told})


def sign(raw: bytes, at: datetime) -> Delivery:
    """Send the secret along, which is all that Freshdesk can."""
    return Delivery(headers={"x-ccm-secret": KEY}, query={}, raw=raw, at=at)


def forge(good: Delivery, other: Delivery) -> list[Delivery]:
    """A wrong secret, none, or nothing."""
    return [
        Delivery(headers={"x-ccm-secret": "guess"}, query={}, raw=good.raw, at=good.at),
        Delivery(headers={}, query={}, raw=other.raw, at=good.at),
        Delivery(headers=good.headers, query={}, raw=b"", at=good.at),
    ]


RIG = Rig(
    kind="freshdesk",
    values={"url": "http://127.0.0.1:1", "poll_seconds": 0.02},
    environ={"CCM_CHANNEL_TRIED_TOKEN": TOKEN, "CCM_CHANNEL_TRIED_KEY": KEY},
    make=whole,
    bad=(b"", b"[]", b"{}", b'{"ticket": {}}', whole(1, created_at="soon", updated_at=minute(1))),
    source=source,
    sign=sign,
    forge=forge,
    has_time=False,
    rings=rings,
)
