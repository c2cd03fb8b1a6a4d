"""A Mastodon server as far as one account sees it: REST with ids and pages, and its stream.

Speaks the real protocol: Bearer tokens, ``min_id`` paging newest first, JSON within JSON on a
WebSocket. What it holds, the test writes.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from socket import SHUT_RDWR
from threading import Lock, Thread
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from tests.services.processes import LOOPBACK

ME: Final = {"id": "17", "username": "help", "acct": "help"}
TOKEN: Final = "token-of-the-account"
PAGE_MAX: Final = 40


class MastodonServer:
    """One account on a server of its own; a context."""

    def __init__(self) -> None:
        self.mentions: list[bytes] = []
        self.posts: list[bytes] = []
        self.tokens = {TOKEN}
        self.answers: list[tuple[int, Mapping[str, str], bytes]] = []
        """What it answers to the next questions, instead of what is asked for."""
        self.asked: list[str] = []
        self._lock = Lock()
        self._bells: dict[ServerConnection, Queue[str | bytes | None]] = {}

    def __enter__(self) -> Self:
        self._stream: Server = serve(self._ring, LOOPBACK, 0, process_request=self._admit)
        self._rest = ThreadingHTTPServer((LOOPBACK, 0), _handler(self))
        self._rest.daemon_threads = True
        for server in (self._stream, self._rest):
            Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._rest.shutdown()
        self._rest.server_close()
        self._stream.shutdown()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._rest.server_port}"

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address, as a channel's table has it."""
        return {"url": self.url}

    def add(self, raw: bytes) -> None:
        """Let somebody mention the account."""
        with self._lock:
            self.mentions.append(raw)
        self.tell("notification", raw)

    def post(self, raw: bytes) -> None:
        """Let the account post."""
        with self._lock:
            self.posts.append(raw)
        self.tell("update", raw)

    def tell(self, kind: str, payload: bytes) -> None:
        """Tell every stream of an event."""
        told = {"stream": ["user"], "event": kind, "payload": payload.decode()}
        self.send(json.dumps(told))

    def send(self, frame: str | bytes) -> None:
        """Send something to every stream, whatever it is; bytes go below the protocol."""
        with self._lock:
            for bell in self._bells.values():
                bell.put(frame)

    def cut(self) -> None:
        """Break every stream without a word of farewell."""
        with self._lock:
            bells, self._bells = dict(self._bells), {}
        for connection, bell in bells.items():
            bell.put(None)
            with suppress(OSError):
                connection.socket.shutdown(SHUT_RDWR)

    def listed(self, path: str) -> list[bytes]:
        with self._lock:
            return list(self.mentions if path == "/api/v1/notifications" else self.posts)

    def _admit(self, _: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens:
            return None
        return Response(401, "Unauthorized", Headers(), b'{"error": "Invalid access token"}')

    def _ring(self, connection: ServerConnection) -> None:
        bell: Queue[str | bytes | None] = Queue()
        with self._lock:
            self._bells[connection] = bell
        try:
            with suppress(ConnectionClosed, OSError):  # who listened has gone
                while (frame := bell.get()) is not None:
                    if isinstance(frame, bytes):
                        connection.socket.sendall(frame)
                    else:
                        connection.send(frame)
        finally:
            with self._lock:
                self._bells.pop(connection, None)


def _handler(server: MastodonServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            if server.answers:
                self._send(*server.answers.pop(0))
                return
            if self.headers.get("authorization", "").removeprefix("Bearer ") not in server.tokens:
                self._send(401, {}, b'{"error": "The access token is invalid"}')
                return
            url = urlsplit(self.path)
            query = {key: values[-1] for key, values in parse_qs(url.query).items()}
            self._send(200, {}, self._found(url.path, query))

        def _found(self, path: str, query: Mapping[str, str]) -> bytes:
            if path == "/api/v1/accounts/verify_credentials":
                return json.dumps(ME).encode()
            if path == "/api/v2/instance":
                stream = f"ws://{LOOPBACK}:{server._stream.socket.getsockname()[1]}"
                return json.dumps({"configuration": {"urls": {"streaming": stream}}}).encode()
            some = server.listed(path)
            most = min(int(query.get("limit", "20")), PAGE_MAX)
            if "min_id" in query:
                ids = [json.loads(one)["id"] for one in some]
                start = ids.index(query["min_id"]) + 1 if query["min_id"] in ids else 0
                some = some[start : start + most]
            return b"[" + b",".join(reversed(some[-most:])) + b"]"

        def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
