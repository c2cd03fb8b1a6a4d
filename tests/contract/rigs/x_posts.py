"""X's API v2 by a local server: mentions newest first, in pages, after a number."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tests.contract.rigs import Rig
from tests.services.answers import AnsweringServer, Question, Reply

TOKEN, US = "token-of-the-app", "2244"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
AT_ONCE = 2


def user(number: int, **more: Any) -> dict[str, Any]:
    """Return somebody."""
    metrics = {"followers_count": 10 + number}
    known = {"id": f"9{number}", "username": f"Ann_{number}", "protected": False}
    return {**known, "public_metrics": metrics, **more}


def post(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th post."""
    at = (START + timedelta(minutes=number)).isoformat().replace("+00:00", ".000Z")
    return {
        "id": str(1_000 + number),
        "edit_history_tweet_ids": [str(1_000 + number)],
        "author_id": f"9{number}",
        "conversation_id": str(1_000 + number),
        "created_at": at,
        "lang": "en",
        "text": "@Acme still broken",
        **more,
    }


def whole(number: int, *users: dict[str, Any], **more: Any) -> bytes:
    """Return a post as the connector puts it together."""
    told = {"us": US, "data": post(number, **more), "users": list(users) or [user(number)]}
    return msgspec.json.encode(told)


class Timeline:
    """What mentions one account."""

    def __init__(self) -> None:
        self.posts: list[bytes] = []
        self.server = AnsweringServer(self._answer)

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": self.server.url}

    def add(self, raw: bytes) -> None:
        """Let somebody mention the account."""
        self.posts.append(raw)

    def cut(self) -> None:
        """Break the next connections, of both lists."""
        self.server.cut()
        self.server.cut()

    def _answer(self, question: Question) -> Reply:
        if question.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply(status=401, body=b'{"title": "Unauthorized"}')
        if question.path == f"/2/users/{US}":
            return Reply(body=b'{"data": {"id": "2244", "username": "Acme"}}')
        if question.path != f"/2/users/{US}/mentions":
            return Reply(body=b'{"meta": {"result_count": 0}}')
        after = int(question.query.get("since_id", "0"))
        parts = [msgspec.json.decode(one, type=dict[str, msgspec.Raw]) for one in self.posts]
        newer = [one for one in parts if int(msgspec.json.decode(one["data"])["id"]) > after]
        newer.reverse()
        start = int(question.query.get("pagination_token", "0"))
        some = newer[start : start + AT_ONCE]
        users = [one for part in some for one in msgspec.json.decode(part["users"])]
        more = {"next_token": str(start + AT_ONCE)} if start + AT_ONCE < len(newer) else {}
        answer = {"data": [one["data"] for one in some], "includes": {"users": users}, "meta": more}
        return Reply(body=msgspec.json.encode(answer))


@contextmanager
def source() -> Iterator[Timeline]:
    """Open a timeline."""
    timeline = Timeline()
    with timeline.server:
        yield timeline


def make(number: int) -> bytes:
    """Return the n-th mention; between two there is room for another."""
    return whole(2 * number, id=str(1_000 + 2 * number))


RIG = Rig(
    kind="x-posts",
    values={"url": "http://127.0.0.1:1", "user_id": US, "poll_seconds": 0.02},
    environ={"CCM_CHANNEL_TRIED_TOKEN": TOKEN},
    make=make,
    bad=(b"", b"[]", b"{}", whole(1, created_at="soon")),
    source=source,
)
