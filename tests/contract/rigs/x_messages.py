"""X's direct messages by a local server: newest first, in pages."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tests.contract.rigs import Rig
from tests.services.answers import AnsweringServer, Question, Reply

TOKEN, US = "token-of-the-account", "2244"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
AT_ONCE = 2


def message(number: int, *, ours: bool = False, **more: Any) -> dict[str, Any]:
    """Return the n-th message, in a conversation of two."""
    them = f"9{number}"
    return {
        "id": str(1_000 + number),
        "event_type": "MessageCreate",
        "text": "Hello &amp; goodbye",
        "sender_id": US if ours else them,
        "dm_conversation_id": f"{min(US, them)}-{max(US, them)}",
        "created_at": (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        **more,
    }


def user(number: int) -> dict[str, Any]:
    """Return the other side of the n-th message."""
    return {"id": f"9{number}", "username": f"Ann_{number}"}


def whole(number: int, *users: dict[str, Any], **more: Any) -> bytes:
    """Return a message as the connector puts it together."""
    known = list(users) or [user(number)]
    return msgspec.json.encode({"us": US, "data": message(number, **more), "users": known})


class Inbox:
    """The direct messages of one account.

    Attributes:
        signed: whether to take OAuth 1.0a, too.
    """

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.signed = False
        self.server = AnsweringServer(self._answer)

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": self.server.url}

    def add(self, raw: bytes) -> None:
        """Let somebody write."""
        self.messages.append(raw)

    def cut(self) -> None:
        """Break the next connection."""
        self.server.cut()

    def _answer(self, question: Question) -> Reply:
        told = question.headers.get("authorization", "")
        if told != f"Bearer {TOKEN}" and not (self.signed and told.startswith("OAuth oauth_")):
            return Reply(status=401, body=b'{"title": "Unauthorized"}')
        if question.path == "/2/users/me":
            return Reply(body=b'{"data": {"id": "2244", "username": "Acme"}}')
        parts = [msgspec.json.decode(one, type=dict[str, msgspec.Raw]) for one in self.messages]
        users = {one["id"]: one for part in parts for one in msgspec.json.decode(part["users"])}
        if question.path == "/2/users":
            wanted = question.query["ids"].split(",")
            return Reply(body=msgspec.json.encode({"data": [users[one] for one in wanted]}))
        newest = list(reversed(parts))
        start = int(question.query.get("pagination_token", "0"))
        data = [one["data"] for one in newest[start : start + AT_ONCE]]
        senders = {msgspec.json.decode(one)["sender_id"] for one in data}
        named = [users[one] for one in sorted(senders & users.keys())]
        more = {"next_token": str(start + AT_ONCE)} if start + AT_ONCE < len(newest) else {}
        return Reply(
            body=msgspec.json.encode({"data": data, "includes": {"users": named}, "meta": more})
        )


@contextmanager
def source() -> Iterator[Inbox]:
    """Open the inbox."""
    inbox = Inbox()
    with inbox.server:
        yield inbox


RIG = Rig(
    kind="x-messages",
    values={"url": "http://127.0.0.1:1", "user_id": US, "poll_seconds": 0.02},
    environ={"CCM_CHANNEL_TRIED_TOKEN": TOKEN},
    make=lambda number: whole(2 * number, id=str(1_000 + 2 * number)),
    bad=(b"", b"[]", b"{}", whole(1, created_at="soon")),
    source=source,
)
