"""X's filtered stream by a local server: rules, lines that do not end, and the recent search."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event as Flag
from typing import Any

import msgspec

from tests.contract.rigs import Rig
from tests.contract.rigs.x_posts import AT_ONCE, TOKEN, US, whole
from tests.services.answers import AnsweringServer, Question, Reply

RULES = "/2/tweets/search/stream/rules"
STREAM = "/2/tweets/search/stream"
SEARCH = "/2/tweets/search/recent"
ALIVE = b"\r\n"


class Streaming:
    """What X has: posts, and rules that tell them.

    Attributes:
        posts: in the order in which they were written.
        rules: by number.
        tag: of the rules that match; None: that of ours.
        says: lines that the stream tells next, beside posts.
        is_silent: whether it sends nothing more, not even that it is there.
    """

    def __init__(self) -> None:
        self.posts: list[bytes] = []
        self.rules: dict[str, dict[str, str]] = {}
        self.tag: str | None = None
        self.says: list[bytes] = []
        self.is_silent = Flag()
        self.cuts = 0
        self.server = AnsweringServer(self._answer)

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": self.server.url}

    def add(self, raw: bytes) -> None:
        """Let somebody write."""
        self.posts.append(raw)

    def cut(self) -> None:
        """Break the open stream."""
        self.cuts += 1

    def _answer(self, question: Question) -> Reply:
        if question.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply(status=401, body=b'{"title": "Unauthorized"}')
        if question.path == f"/2/users/{US}":
            return Reply(body=b'{"data": {"id": "2244", "username": "Acme"}}')
        if question.path == RULES:
            return Reply(body=msgspec.json.encode(self._rules(question)))
        if question.path == SEARCH:
            return Reply(body=self._search(question.query))
        return Reply(lines=self._stream())

    def _rules(self, question: Question) -> dict[str, Any]:
        told = msgspec.json.decode(question.body) if question.body else {}
        bad = [one for one in told.get("add", []) if "(" in one["value"]]
        if bad:
            return {"errors": [{**bad[0], "title": "Invalid Rule", "details": ["unclosed ("]}]}
        if question.query.get("dry_run") != "true":
            for one in told.get("add", []):
                number = str(len(self.rules) + 1)
                self.rules[number] = {"id": number, **one}
            for number in told.get("delete", {}).get("ids", []):
                del self.rules[number]
        return {"data": list(self.rules.values())}

    def _stream(self) -> Iterator[bytes]:
        told, cuts = len(self.posts), self.cuts
        while self.cuts == cuts:
            while self.says:
                yield self.says.pop(0) + ALIVE
            for raw in self.posts[told:]:
                told += 1
                yield self._line(raw) + ALIVE
            if not self.is_silent.is_set():
                yield ALIVE
            time.sleep(0.01)

    def _line(self, raw: bytes) -> bytes:
        parts = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        tag = self.tag or next((one["tag"] for one in self.rules.values()), "")
        whole = {"data": parts["data"], "includes": {"users": parts["users"]}}
        return msgspec.json.encode({**whole, "matching_rules": [{"id": "1", "tag": tag}]})

    def _search(self, query: Mapping[str, str]) -> bytes:
        after = int(query.get("since_id", "0"))
        parts = [msgspec.json.decode(one, type=dict[str, msgspec.Raw]) for one in self.posts]
        newer = [one for one in parts if int(msgspec.json.decode(one["data"])["id"]) > after]
        newer.reverse()
        start = int(query.get("next_token", "0"))
        some = newer[start : start + AT_ONCE]
        users = [one for part in some for one in msgspec.json.decode(part["users"])]
        more = {"next_token": str(start + AT_ONCE)} if start + AT_ONCE < len(newer) else {}
        data = [one["data"] for one in some]
        return msgspec.json.encode({"data": data, "includes": {"users": users}, "meta": more})


@contextmanager
def source() -> Iterator[Streaming]:
    """Open the stream."""
    streaming = Streaming()
    with streaming.server:
        yield streaming
        streaming.cut()


def make(number: int) -> bytes:
    """Return the n-th post; between two there is room for another."""
    return whole(2 * number, id=str(1_000 + 2 * number))


RIG = Rig(
    kind="x-stream",
    values={"url": "http://127.0.0.1:1", "user_id": US, "rules": ["@Acme -is:retweet"]},
    environ={"CCM_CHANNEL_TRIED_TOKEN": TOKEN},
    make=make,
    bad=(b"", b"[]", b"{}", whole(1, created_at="soon")),
    source=source,
)
