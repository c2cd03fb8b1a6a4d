"""What an answer over HTTP tells a connector to do."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from pipeline.connectors.http import ask_json, build_client, wait_seconds
from pipeline.errors import AccessRefused, Garbled, RateLimited, SourceError, Unreachable

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
URL = "https://user:hush@api.example/v1/posts?token=hush"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 14:01:00 GMT"}, 60),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"x-ratelimit-reset": "2026-11-23T14:05:00.000Z"}, 300),
        ({"x-ratelimit-reset": "120.0"}, 120),
        ({"ratelimit-reset": "7"}, 7),
        ({"retry-after": "5", "x-ratelimit-reset": "500"}, 5),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e400"}, None),
    ],
)
def test_every_dialect_of_waiting_is_heard(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, dates, Unix times and ISO times; nonsense counts as nothing said."""
    found = wait_seconds(httpx.Headers(headers), NOW)
    assert found == (None if seconds is None else pytest.approx(seconds, abs=0.5))


def answer(status: int, content: bytes = b"{}", **headers: str) -> Any:
    """Ask a server that answers so."""
    transport = httpx.MockTransport(
        lambda _: httpx.Response(status, content=content, headers=headers)
    )
    with build_client(transport=transport) as client:
        return ask_json(client, "GET", URL)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AccessRefused),
        (403, AccessRefused),
        (404, Garbled),
        (302, Garbled),
        (429, RateLimited),
        (500, Unreachable),
        (503, Unreachable),
    ],
)
def test_an_answer_that_is_none_says_what_to_do(status: int, error: type[SourceError]) -> None:
    """And shows no secret of the address."""
    with pytest.raises(error) as caught:
        answer(status)
    assert "api.example/v1/posts" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_an_address_that_moved_is_told_with_the_new_one() -> None:
    """It is not followed: a secret could go with it; what may be secret in it is left out."""
    with pytest.raises(Garbled, match=r"points to https://new\.example/feed: write that") as caught:
        answer(301, location="https://new.example/feed?key=hush")
    assert "hush" not in str(caught.value)


def test_garbage_is_told_with_its_beginning() -> None:
    """An operator sees what came instead."""
    with pytest.raises(Garbled, match="<html>"):
        answer(200, b"<html>gateway</html>")


def test_a_limit_is_waited_for() -> None:
    """Also with 503 and a time."""
    with pytest.raises(RateLimited) as caught:
        answer(503, b"", **{"retry-after": "12"})
    assert caught.value.seconds == 12


def test_a_good_answer_is_read() -> None:
    """Compressed ones, too."""
    assert answer(200, b'{"a": 1}') == {"a": 1}


def test_no_answer_is_unreachable() -> None:
    """Whatever it was that broke."""

    def break_off(_: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("half an answer")

    client = build_client(transport=httpx.MockTransport(break_off))
    with client, pytest.raises(Unreachable, match="half an answer"):
        ask_json(client, "GET", URL)
