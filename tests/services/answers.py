"""A small HTTP server on loopback whose answers a test writes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.services.processes import LOOPBACK


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is answered."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] | None = None
    lines: Iterator[bytes] | None = None
    """An answer without end: sent as they come."""


class AnsweringServer:
    """Answers GET and POST by a function; a context.

    Attributes:
        instead: answers that come first, each once; None cuts the connection.
        asked: what was asked, in order.
    """

    def __init__(self, answer: Callable[[Question], Reply]) -> None:
        self._answer = answer
        self.instead: list[Reply | None] = []
        self.asked: list[Question] = []

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

    def cut(self) -> None:
        """Break the next connection."""
        self.instead.append(None)

    def reply(self, question: Question) -> Reply | None:
        self.asked.append(question)
        return self.instead.pop(0) if self.instead else self._answer(question)


def _handler(server: AnsweringServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers.get("content-length", "0"))))

        def do_GET(self) -> None:
            self.answer(b"")

        def answer(self, body: bytes) -> None:
            url = urlsplit(self.path)
            query = {key: values[-1] for key, values in parse_qs(url.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.reply(Question(path=url.path, query=query, headers=headers, body=body))
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in (reply.headers or {}).items():
                self.send_header(name, value)
            if reply.lines is None:
                self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body if reply.lines is None else b"")
            with suppress(ConnectionError):
                for line in reply.lines or ():
                    self.wfile.write(line)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
