"""The stream of changes: one word for each change, and an end to everything."""

import asyncio
from itertools import count

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pipeline.dashboard import live
from pipeline.dashboard.live import Live

REQUEST = Request({"type": "http", "method": "GET", "path": "/", "headers": []})


async def first_words(stream: Live, how_many: int) -> list[str]:
    """The first pieces of a stream, which is then left."""
    answer = await stream.stream(REQUEST)
    pieces = answer.body_iterator  # type: ignore[attr-defined]  # a streaming response has one
    found = [(await anext(pieces)).decode() for _ in range(how_many)]
    await pieces.aclose()
    return found


def test_a_change_is_told_once() -> None:
    """Hello with the present revision, then a word for each other one."""
    revisions = iter([4, 4, 4, 5, 5, 9])
    found = asyncio.run(first_words(Live(revision=lambda: next(revisions), interval=0), 3))
    assert [piece.split("data: ")[1].strip() for piece in found] == ["4", "5", "9"]
    assert "event: hello" in found[0]
    assert "event: change" in found[1]


def test_silence_is_broken_by_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies cut connections on which nothing comes."""
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.0)
    found = asyncio.run(first_words(Live(revision=lambda: 1, interval=0), 2))
    assert found[1].startswith(":")


def test_streams_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is told to come back; a stream that was left makes room."""
    monkeypatch.setattr(live, "STREAMS_MAX", 1)
    numbers = count()
    stream = Live(revision=lambda: next(numbers), interval=0)

    async def two_at_once() -> None:
        answer = await stream.stream(REQUEST)
        pieces = answer.body_iterator  # type: ignore[attr-defined]  # as above
        await anext(pieces)
        with pytest.raises(HTTPException):
            await stream.stream(REQUEST)
        await pieces.aclose()
        await stream.stream(REQUEST)

    asyncio.run(two_at_once())
