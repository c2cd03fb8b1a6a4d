"""A feed of reviews by a local server, which knows what its reader has already."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from tests.contract.rigs import Rig
from tests.services.answers import AnsweringServer, Question, Reply

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:im="http://itunes.apple.com/rss" '
    'xmlns:thr="http://purl.org/syndication/thread/1.0"><title>Kettles</title>'
)


def record(number: int, **more: Any) -> dict[str, Any]:
    """Return the n-th review, as a feed's entry becomes it."""
    told = {
        "id": f"r{number}",
        "at": (START + timedelta(minutes=number)).isoformat(),
        "author": "Ann",
        "title": "Kettle",
        "text": "Still broken",
        **more,
    }
    return {name: value for name, value in told.items() if value is not None} | {"is_html": True}


def packed(told: Any) -> bytes:
    """Return it as the connector does."""
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def entry(told: Mapping[str, Any]) -> str:
    """Return an entry of Atom."""
    parts = [
        f"<id>{told['id']}</id><published>{told['at']}</published>",
        f"<author><name>{told['author']}</name></author><title>{told['title']}</title>",
        f'<content type="html">{escape(told["text"])}</content>',
    ]
    rating, answers = told.get("rating"), told.get("answers")
    parts += [f"<im:rating>{rating}</im:rating>"] if rating else []
    parts += [f'<thr:in-reply-to ref="{answers}"/>'] if answers else []
    return f"<entry>{''.join(parts)}</entry>"


class Page:
    """The feed."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.server = AnsweringServer(self._answer)

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": f"{self.server.url}/reviews.atom"}

    def add(self, raw: bytes) -> None:
        """Let somebody write a review."""
        self.entries.append(raw)

    def cut(self) -> None:
        """Break the next connection."""
        self.server.cut()

    def _answer(self, question: Question) -> Reply:
        etag = f'"{len(self.entries)}"'
        headers = {"content-type": "application/atom+xml", "etag": etag}
        if question.headers.get("if-none-match") == etag:
            return Reply(status=304, body=b"", headers=headers)
        newest = "".join(entry(json.loads(one)) for one in reversed(self.entries))
        return Reply(body=f"{HEAD}{newest}</feed>".encode(), headers=headers)


@contextmanager
def source() -> Iterator[Page]:
    """Open the page."""
    page = Page()
    with page.server:
        yield page


RIG = Rig(
    kind="reviews",
    values={"url": "http://127.0.0.1:1/reviews.atom", "poll_seconds": 0.02},
    make=lambda number: packed(record(2 * number)),
    bad=(b"", b"[]", b"{}", packed({"broken": "a quote is open"}), packed(record(1, rating="9"))),
    source=source,
)
