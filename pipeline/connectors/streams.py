"""Streams over WebSocket as connectors read them: bounded, and every end told by what to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import httpx
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    WebSocketException,
)
from websockets.sync.client import ClientConnection, connect

from pipeline.connectors.http import SECONDS_MAX, check
from pipeline.errors import Garbled, SourceError, Unreachable

BYTES_MAX: Final = 4 * 1024 * 1024
"""Of one message."""
LOOK_SECONDS: Final = 0.2
"""How often a wait looks up whether the process is to end."""
_BROKEN_RULES: Final = frozenset({1002, 1007, 1009})
"""Our own closing codes: what came was no frame, no text, or too large."""


@contextmanager
def streaming(url: str, headers: Mapping[str, str] | None = None) -> Iterator[ClientConnection]:
    """Give an open stream. Pings, and so notices when nobody is at the other end any more.

    Raises:
        SourceError: it cannot be opened.
    """
    plain = url.partition("?")[0]
    try:
        stream = connect(
            url,
            additional_headers=dict(headers or {}),
            open_timeout=SECONDS_MAX,
            close_timeout=1,
            max_size=BYTES_MAX,
            user_agent_header="complaint-channel-monitor",
        )
    except InvalidStatus as error:
        raise _refused(plain, error) from None
    except (InvalidHandshake, WebSocketException) as error:
        raise Garbled(f"{plain}: opens no WebSocket ({error})") from None
    except OSError as error:  # a time-out is one, too
        raise Unreachable(f"{plain}: {type(error).__name__} {error}") from None
    with stream:
        yield stream


def receive(stream: ClientConnection, seconds: float = LOOK_SECONDS) -> bytes | None:
    """Return the next message whole; None where none came in time.

    Raises:
        SourceError: the stream ended, or what comes is not what the protocol has.
    """
    try:
        found = stream.recv(timeout=seconds)
    except TimeoutError:
        return None
    except ConnectionClosed as error:
        if error.sent is not None and error.sent.code in _BROKEN_RULES and not error.rcvd:
            raise Garbled(f"the stream is garbled ({error})") from None
        raise Unreachable(f"the stream broke off ({error})") from None
    return found.encode() if isinstance(found, str) else found


def _refused(plain: str, error: InvalidStatus) -> SourceError:
    """Return what to do about an answer that opens no stream."""
    told = error.response
    request = httpx.Request("GET", plain)
    answer = httpx.Response(
        told.status_code,
        headers=list(told.headers.raw_items()),
        content=bytes(told.body or b""),
        request=request,
    )
    try:
        check(answer)
    except SourceError as found:
        return found
    return Garbled(f"{plain}: answered {told.status_code}, which opens no WebSocket")
