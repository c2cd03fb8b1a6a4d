"""A webhook on loopback: keeps what is posted to it, and answers as a test writes."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, Self

from tests.services.answers import Reply
from tests.services.processes import LOOPBACK

WAIT_SECONDS_MAX = 60.0


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What was posted."""

    path: str
    headers: dict[str, str]
    body: Any


class Webhook:
    """Takes POSTs of JSON; a context.

    Attributes:
        instead: answers that come first, each once; None cuts the connection.
        posted: what came, in order, whatever was answered.
    """

    def __init__(self) -> None:
        self.instead: list[Reply | None] = []
        self.posted: list[Posted] = []
        self._news = Condition()

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer((LOOPBACK, 0), _handler(self))
        self._server.daemon_threads = True
        kwargs = {"poll_interval": 0.02}
        Thread(target=self._server.serve_forever, kwargs=kwargs, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}"

    @property
    def bodies(self) -> list[Any]:
        """The bodies of what was posted."""
        return [one.body for one in self.posted]

    def wait_until(self, is_there: Callable[[list[Posted]], bool]) -> list[Posted]:
        """Return what was posted as soon as it is what the test waits for."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        with self._news:
            while not is_there(self.posted):
                left = deadline - time.monotonic()
                assert left > 0, f"waited in vain; what came is {self.posted}"
                self._news.wait(left)
            return list(self.posted)

    def take(self, posted: Posted) -> Reply | None:
        with self._news:
            self.posted.append(posted)
            self._news.notify_all()
            return self.instead.pop(0) if self.instead else Reply(body=b"ok")


def _handler(hook: Webhook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = hook.take(Posted(path=self.path, headers=headers, body=json.loads(raw)))
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in (reply.headers or {}).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
