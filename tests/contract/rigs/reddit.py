"""Reddit's OAuth API by a local server: lists with the newest first, in pages, and tokens."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tests.contract.rigs import Rig
from tests.services.answers import AnsweringServer, Question, Reply

CLIENT, SECRET, REFRESH, US = "id-of-the-app", "secret-of-the-app", "token-for-good", "AcmeHelps"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
AT_ONCE = 2
OWN_PATH = f"/user/{US}/overview"


def seconds(number: int) -> float:
    """Return the time of the n-th thing."""
    return (START + timedelta(minutes=number)).timestamp()


def post(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th post."""
    data = {
        "name": f"t3_p{number}",
        "author": f"Ann_{number}",
        "title": "Kettle",
        "selftext": "Still broken",
        "subreddit": "acme",
        "subreddit_type": "public",
        "created_utc": seconds(number),
        "edited": False,
        **more,
    }
    return {"kind": "t3", "data": data}


def comment(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th comment."""
    data = {
        "name": f"t1_c{number}",
        "author": f"Ann_{number}",
        "body": "Same here",
        "link_id": "t3_p1",
        "parent_id": "t3_p1",
        "subreddit": "acme",
        "subreddit_type": "public",
        "created_utc": seconds(number),
        "edited": False,
        **more,
    }
    return {"kind": "t1", "data": data}


def letter(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th private message."""
    data = {
        "name": f"t4_m{number}",
        "author": f"Ann_{number}",
        "dest": US,
        "subject": "Kettle",
        "body": "Hello?",
        "first_message_name": None,
        "created_utc": seconds(number),
        **more,
    }
    return {"kind": "t4", "data": data}


def packed(told: Any) -> bytes:
    """Return it as the connector does."""
    return msgspec.json.encode(told)


class Site:
    """What stands on Reddit, by list.

    Attributes:
        lists: the things of each path, oldest first.
        tokens: how many were given out; the last alone is good.
    """

    def __init__(self) -> None:
        self.lists: dict[str, list[bytes]] = {"/r/acme/new": []}
        self.tokens = 0
        self.server = AnsweringServer(self._answer)

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": self.server.url, "token_url": f"{self.server.url}/api/v1/access_token"}

    def add(self, raw: bytes) -> None:
        """Let somebody post."""
        self.lists["/r/acme/new"].append(raw)

    def cut(self) -> None:
        """Break the next connections, of all lists."""
        for _ in range(3):
            self.server.cut()

    def _answer(self, question: Question) -> Reply:
        if question.path == "/api/v1/access_token":
            return self._token(question)
        if question.headers.get("authorization") != f"Bearer token-{self.tokens}":
            return Reply(status=401, body=b'{"message": "Unauthorized", "error": 401}')
        left = {"x-ratelimit-remaining": "995.0", "x-ratelimit-reset": "300"}
        return Reply(body=self._listing(question), headers=left)

    def _token(self, question: Question) -> Reply:
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if question.headers.get("authorization") != f"Basic {known}":
            return Reply(status=401, body=b'{"error": 401}')
        self.tokens = max(self.tokens, 1)
        told = {"access_token": f"token-{self.tokens}", "expires_in": 86_400, "scope": "*"}
        return Reply(body=packed(told))

    def _listing(self, question: Question) -> bytes:
        if question.path == "/api/v1/me":
            return packed({"name": US})
        if question.path.endswith("/about"):
            name = question.path.split("/")[2]
            return packed({"kind": "t5", "data": {"display_name": name}})
        if question.path == "/api/info":
            wanted = question.query["id"].split(",")
            every = [one for some in self.lists.values() for one in some]
            some = [one for one in every if json.loads(one)["data"]["name"] in wanted]
            return self._page(some, None)
        newest = list(reversed(self.lists.get(question.path, [])))
        start = int(question.query.get("after", "t0_0").partition("_")[2])
        after = f"t0_{start + AT_ONCE}" if start + AT_ONCE < len(newest) else None
        return self._page(newest[start : start + AT_ONCE], after)

    @staticmethod
    def _page(some: list[bytes], after: str | None) -> bytes:
        parts = [msgspec.json.decode(one, type=dict[str, msgspec.Raw]) for one in some]
        children = [{"kind": one["kind"], "data": one["data"]} for one in parts]
        return packed({"kind": "Listing", "data": {"children": children, "after": after}})


@contextmanager
def source() -> Iterator[Site]:
    """Open the site."""
    site = Site()
    with site.server:
        yield site


def make(number: int) -> bytes:
    """Return the n-th post; between two there is room for another."""
    return packed(post(2 * number))


RIG = Rig(
    kind="reddit",
    values={
        "url": "http://127.0.0.1:1",
        "token_url": "http://127.0.0.1:1",
        "account": US,
        "client_id": CLIENT,
        "subreddits": ["acme"],
        "since": START.date(),
        "poll_seconds": 0.02,
    },
    environ={"CCM_CHANNEL_TRIED_CLIENT_SECRET": SECRET},
    make=make,
    bad=(b"", b"[]", b"{}", packed(post(1, name="")), packed(post(1, selftext="x", edited=1e30))),
    source=source,
)
