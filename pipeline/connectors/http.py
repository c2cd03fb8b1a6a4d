"""HTTP as connectors ask it: bounded, and every answer that is no answer told by what to do.

A source's own word on when to come again is heard in all its dialects: ``Retry-After`` in seconds
or as a date (RFC 9110), ``RateLimit-Reset`` in seconds (IETF draft), ``X-RateLimit-Reset`` as Unix
time (X, Reddit in seconds to go, GitHub) or as an ISO time (Mastodon).
"""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import httpx

from pipeline.errors import AccessRefused, Garbled, RateLimited, Unreachable

SECONDS_MAX: Final = 30.0
BYTES_MAX: Final = 32 * 1024 * 1024
UNKNOWN_WAIT_SECONDS: Final = 60.0
"""How long to wait where a source limits us and does not say for how long."""
_EPOCH_FROM: Final = 1_000_000_000
"""A larger number of seconds is a moment, a smaller one a duration."""
_WORDS_MAX: Final = 200
_OF_THE_WIRE: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def build_client(**options: Any) -> httpx.Client:
    """Return a client with time-outs; it follows no redirects, which could carry secrets away."""
    timeout = httpx.Timeout(SECONDS_MAX)
    headers = {"user-agent": "complaint-channel-monitor"}
    return httpx.Client(**{"timeout": timeout, "headers": headers, **options})


def ask(
    client: httpx.Client, method: str, url: str, *, also: Collection[int] = (), **more: Any
) -> httpx.Response:
    """Return a good answer, read whole.

    Args:
        client: asks.
        method: such as GET.
        url: whom.
        also: further answers that are good, by status.
        more: for httpx.

    Raises:
        SourceError: there was none; which of its kinds says what to do.
    """
    try:
        with client.stream(method, url, **more) as response:
            whole = _read(response)
    except httpx.HTTPError as error:
        raise Unreachable(f"{plain(url)}: {type(error).__name__} {error}") from None
    if whole.status_code not in also:
        check(whole)
    return whole


def ask_json(client: httpx.Client, method: str, url: str, **more: Any) -> Any:
    """Return the JSON of a good answer.

    Raises:
        SourceError: there was none, or it is no JSON.
    """
    response = ask(client, method, url, **more)
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        found = response.content[:_WORDS_MAX].decode("utf-8", "replace")
        raise Garbled(f"{plain(url)}: answered no JSON but {found!r}") from None


def fetch(url: str) -> bytes:
    """Return what is at an address.

    Raises:
        SourceError: there was no good answer.
    """
    with build_client() as client:
        return ask(client, "GET", url).content


def check(response: httpx.Response) -> None:
    """Let a good answer, read whole, pass.

    Raises:
        SourceError: it is none.
    """
    status = response.status_code
    if response.is_success:
        return
    told = f"{plain(str(response.url))}: answered {status} {response.text[:_WORDS_MAX]!r}"
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        seconds = wait_seconds(response.headers, datetime.now(UTC))
        if seconds is not None or status == HTTPStatus.TOO_MANY_REQUESTS:
            wanted = UNKNOWN_WAIT_SECONDS if seconds is None else seconds
            raise RateLimited(f"{told}; it wants us to wait {wanted:.0f} s", seconds=wanted)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise AccessRefused(f"{told}; renew the credentials, or grant them what they lack")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(told)
    if response.has_redirect_location:
        moved = plain(str(response.url.join(response.headers["location"])))
        raise Garbled(f"{told}; it points to {moved}: write that address, we follow none ourselves")
    raise Garbled(f"{told}; look at the address in the settings")


def wait_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how long a source wants us to wait; None where it does not say."""
    told = headers.get("retry-after")
    if told:
        return _seconds(told, now)
    for name in ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"):
        told = headers.get(name)
        if told:
            return _seconds(told, now)
    return None


def spent_seconds(headers: Mapping[str, str]) -> float | None:
    """Return how long to wait because a good answer was the last that a source gives for now.

    Reddit and others count down in ``X-Ratelimit-Remaining``; whoever goes on at 0 gets a 429.
    """
    for name in ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining"):
        try:
            left = float(headers.get(name, "nan"))
        except ValueError:
            continue
        if left < 1:
            return wait_seconds(headers, datetime.now(UTC))
    return None


def _seconds(told: str, now: datetime) -> float | None:
    for read in (_number, _iso, _http_date):
        try:
            return max(0.0, read(told.strip(), now))
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def _number(told: str, now: datetime) -> float:
    number = float(told)
    if not abs(number) < float("inf"):
        raise ValueError(told)
    return number - now.timestamp() if number > _EPOCH_FROM else number


def _iso(told: str, now: datetime) -> float:
    return (datetime.fromisoformat(told) - now).total_seconds()


def _http_date(told: str, now: datetime) -> float:
    return (parsedate_to_datetime(told) - now).total_seconds()


def _read(response: httpx.Response) -> httpx.Response:
    """Return the answer with its body, read as far as it is allowed to go."""
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > BYTES_MAX:
            raise Garbled(f"{plain(str(response.url))}: answered more than {BYTES_MAX:,} bytes")
        parts.append(part)
    headers = [pair for pair in response.headers.multi_items() if pair[0] not in _OF_THE_WIRE]
    return httpx.Response(
        response.status_code, headers=headers, content=b"".join(parts), request=response.request
    )


def plain(url: str) -> str:
    """Return an address without what may be secret in it: user, password and query."""
    parsed = httpx.URL(url)
    return str(parsed.copy_with(userinfo=b"", query=None, fragment=None))
