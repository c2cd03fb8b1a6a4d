"""Streams as connectors read them, over WebSocket or in an answer that does not end.

Bounded, and every end told by what to do.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event as Flag
from threading import Thread
from typing import Final

import httpx
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    WebSocketException,
)
from websockets.sync.client import ClientConnection, connect

from pipeline.connectors.http import SECONDS_MAX, check, plain
from pipeline.errors import Garbled, SourceError, Unreachable

BYTES_MAX: Final = 4 * 1024 * 1024
"""Of one message."""
ALIVE_SECONDS: Final = 30.0
"""An answer that does not end holds an empty line at least so often; X has one every 20 s."""
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
    address = url.partition("?")[0]
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
        raise _refused(address, error) from None
    except (InvalidHandshake, WebSocketException) as error:
        raise Garbled(f"{address}: opens no WebSocket ({error})") from None
    except OSError as error:  # a time-out is one, too
        raise Unreachable(f"{address}: {type(error).__name__} {error}") from None
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


@contextmanager
def http_lines(
    client: httpx.Client, url: str, query: dict[str, str], stop: Flag
) -> Iterator[Iterator[bytes]]:
    """Give the lines of an open answer; who waits in it is woken when the process is to end.

    An empty line says that the source is there; without any for `ALIVE_SECONDS` it is not.

    Raises:
        SourceError: it cannot be opened, or broke off.
    """
    ended = Flag()
    try:
        timeout = httpx.Timeout(ALIVE_SECONDS)
        with client.stream("GET", url, params=query, timeout=timeout) as response:
            if not response.is_success:
                response.read()
                check(response)
            Thread(target=_cut, args=(response, stop, ended), daemon=True).start()
            yield _lines(response)
    except httpx.HTTPError as error:
        if not stop.is_set():
            raise Unreachable(f"{plain(url)}: {type(error).__name__} {error}") from None
    finally:
        ended.set()


def _cut(response: httpx.Response, stop: Flag, ended: Flag) -> None:
    """End the connection when the process is to end: a read would wait for half a minute."""
    while not ended.wait(0.2):
        if stop.is_set():
            stream = response.extensions.get("network_stream")
            socket = None if stream is None else stream.get_extra_info("socket")
            try:
                if socket is not None:
                    socket.shutdown(2)
            except OSError:
                pass  # it had ended by itself
            return


def _lines(response: httpx.Response) -> Iterator[bytes]:
    """Yield lines; an empty one says that X is there."""
    rest = b""
    for part in response.iter_bytes():
        *lines, rest = (rest + part).split(b"\n")
        if len(rest) > BYTES_MAX:
            raise Garbled(f"the stream tells a line of more than {BYTES_MAX:,} bytes")
        yield from (one.strip() for one in lines)


def _refused(address: str, error: InvalidStatus) -> SourceError:
    """Return what to do about an answer that opens no stream."""
    told = error.response
    request = httpx.Request("GET", address)
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
    return Garbled(f"{address}: answered {told.status_code}, which opens no WebSocket")
