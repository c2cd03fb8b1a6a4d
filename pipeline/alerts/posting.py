"""HTTP as receivers are told by it: bounded, and every refusal told by what to do.

Addresses of webhooks are secrets: messages name the host alone.
"""

import json
from http import HTTPStatus
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from pipeline.errors import Undelivered

SECONDS_MAX: Final = 10.0
"""For the whole exchange; whoever answers drop by drop is cut off."""
ANSWER_BYTES_MAX: Final = 4_096
WORDS_MAX: Final = 160
WAIT_SECONDS_MAX: Final = 3_600.0


def post(url: str, told: Any, *, token: str | None = None) -> str:
    """Send ``told`` as JSON, and return the beginning of a good answer.

    Raises:
        Undelivered: there was none.
    """
    place = place_of(url)
    headers = {"content-type": "application/json", "user-agent": "complaint-channel-monitor"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    try:
        timeout = httpx.Timeout(SECONDS_MAX)
        with (
            httpx.Client(timeout=timeout, headers=headers) as client,
            client.stream("POST", url, content=json.dumps(told).encode()) as response,
        ):
            answer = _read(response, place)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        # Its own words could name the address.
        said = "no answer in time" if isinstance(error, httpx.TimeoutException) else "no connection"
        raise Undelivered(
            f"{place}: {said} ({type(error).__name__}); is the address right, is it up, does a "
            "firewall let us out?",
            kind="unreachable",
        ) from None
    _check(response, answer, place)
    return answer


def place_of(url: str) -> str:
    """Return the host of an address: what may be told of it."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
        return f"{parts.scheme}://{parts.hostname}{port}"
    except ValueError:
        return "the receiver"


def _read(response: httpx.Response, place: str) -> str:
    """Return the beginning of the answer; the rest is left where it is."""
    end, parts, size = monotonic() + SECONDS_MAX, list[bytes](), 0
    for part in response.iter_bytes():
        parts.append(part[:ANSWER_BYTES_MAX])
        size += len(part)
        if size >= ANSWER_BYTES_MAX:
            break
        if monotonic() > end:
            raise Undelivered(f"{place}: the answer did not end in time", kind="unreachable")
    return b"".join(parts)[:ANSWER_BYTES_MAX].decode("utf-8", "replace")


def _check(response: httpx.Response, answer: str, place: str) -> None:
    if response.is_success:
        return
    status = response.status_code
    told = f"{place}: answered {status} {' '.join(answer[:WORDS_MAX].split())!r}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = _seconds(response.headers.get("retry-after", ""))
        raise Undelivered(f"{told}; it wants us to wait", kind="rate_limited", seconds=seconds)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise Undelivered(f"{told}; renew its address or token", kind="access_refused")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Undelivered(f"{told}; it is in trouble itself", kind="unreachable")
    raise Undelivered(f"{told}; is this the address of such a receiver?", kind="garbled")


def _seconds(told: str) -> float:
    return min(float(told), WAIT_SECONDS_MAX) if told.isdecimal() else 60.0
