"""A Jetstream as Bluesky runs it: events over a WebSocket, from a cursor on."""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from socket import SHUT_RDWR
from threading import Condition, Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from tests.services.processes import LOOPBACK


class JetstreamServer:
    """Keeps what it is given, and plays it to whoever connects; a context."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.asked: list[Mapping[str, list[str]]] = []
        self._news = Condition()
        self._open: dict[ServerConnection, list[str | bytes]] = {}

    def __enter__(self) -> Self:
        self._server: Server = serve(self._play, LOOPBACK, 0)
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._server.shutdown()

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": f"ws://{LOOPBACK}:{self._server.socket.getsockname()[1]}"}

    @property
    def listeners(self) -> int:
        return len(self._open)

    def add(self, raw: bytes) -> None:
        """Let one more event happen."""
        with self._news:
            self.events.append(raw)
            self._news.notify_all()

    def send(self, frame: str | bytes) -> None:
        """Send something to everybody, whatever it is; bytes go below the protocol."""
        with self._news:
            for waiting in self._open.values():
                waiting.append(frame)
            self._news.notify_all()

    def cut(self) -> None:
        """Break every connection without a word of farewell."""
        with self._news:
            connections = list(self._open)
            self._open.clear()
            self._news.notify_all()
        for connection in connections:
            with suppress(OSError):
                connection.socket.shutdown(SHUT_RDWR)

    def _play(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        self.asked.append(query)
        now = int(time.time() * 1_000_000)
        after = int(query.get("cursor", [str(now)])[0])
        position, waiting = 0, list[str | bytes]()
        with self._news:
            self._open[connection] = waiting
        with suppress(ConnectionClosed, OSError):
            while True:
                with self._news:
                    is_news = partial(self._has_news, connection, waiting, position)
                    if not self._news.wait_for(is_news, timeout=5):
                        continue
                    if connection not in self._open:
                        return
                    some, position = self.events[position:], len(self.events)
                    raw, waiting[:] = list(waiting), []
                for event in some:
                    if json.loads(event).get("time_us", 0) >= after:
                        connection.send(event.decode())
                for frame in raw:
                    if isinstance(frame, bytes):
                        connection.socket.sendall(frame)
                    else:
                        connection.send(frame)

    def _has_news(
        self, connection: ServerConnection, waiting: list[str | bytes], position: int
    ) -> bool:
        return connection not in self._open or bool(waiting) or position < len(self.events)
