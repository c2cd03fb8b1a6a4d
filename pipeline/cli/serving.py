"""What the commands that serve share: a socket, and a server that stops well."""

import socket
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network
from signal import SIGINT, SIGTERM, signal
from threading import Thread
from typing import Any

import uvicorn

from pipeline.config import Settings
from pipeline.errors import ConfigError

STOP_SECONDS_MAX = 1
"""How long open pages may keep the process after SIGTERM."""


def with_address(settings: Settings, arguments: Namespace) -> Settings:
    """Return the settings with ``--host`` and ``--port`` before them."""
    server = settings.server
    return replace(
        settings,
        server=replace(
            server,
            host=arguments.host or server.host,
            port=server.port if arguments.port is None else arguments.port,
        ),
    )


def build_server(app: Any, proxies: Sequence[str] = ()) -> "Server":
    """Return the server of an ASGI application; `Server.run` takes the socket of `listen`.

    Args:
        app: the application.
        proxies: addresses or networks that are believed whom they forward.

    Raises:
        ConfigError: one of these is none.
    """
    for one in proxies:
        try:
            ip_network(one, strict=False)
        except ValueError as error:
            raise ConfigError(
                f"server.proxies: found {one!r} ({error}); write addresses or networks, such as "
                "10.0.0.0/8"
            ) from None
    return Server(
        uvicorn.Config(
            app,
            log_level="warning",
            server_header=False,
            forwarded_allow_ips=list(proxies),
            timeout_graceful_shutdown=STOP_SECONDS_MAX,
        )
    )


def url_of(listener: socket.socket) -> str:
    """Return the address at which a socket listens, for people."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens where the settings say.

    Raises:
        ConfigError: the address is taken, or is none.
    """
    return _listen(settings.server.host, settings.server.port, "server", "--port")


def listen_for_health(settings: Settings) -> socket.socket:
    """Return a socket for the questions of machines to a process without pages.

    Raises:
        ConfigError: the address is taken, or is none.
    """
    return _listen(settings.health.host, settings.health.port, "health", "CCM_HEALTH_PORT")


def _listen(host: str, port: int, table: str, way: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, for asyncio only turns Nagle's delay off where it reads that this is TCP: without, the
    # second half of an answer waits 40 ms for the browser to acknowledge the first.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # whoever reads our greeting may connect at once, and is served soon
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigError(
            f"{table}.port: cannot listen on {host}:{port} ({error}); choose another with {way}"
        ) from None
    return listener


@contextmanager
def serving_aside(app: Any, listener: socket.socket) -> Iterator[None]:
    """Serve an application from a thread of its own, beside what is done inside."""
    server = _Aside(uvicorn.Config(app, log_level="warning", server_header=False))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="health", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS_MAX)


class Server(uvicorn.Server):
    """Uvicorn, but a signal stops it and nothing else: it must not end the process by itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGTERM and Ctrl-C stop the server."""
        before = {one: signal(one, self._on_signal) for one in (SIGINT, SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal(one, handler)

    def stop(self) -> None:
        """Answer what is under way, then stop. May be called from any thread."""
        self.should_exit = True

    def _on_signal(self, _signal: int, _frame: object) -> None:
        self.force_exit = self.should_exit
        self.stop()


class _Aside(uvicorn.Server):
    """Uvicorn in a thread: signals are the main thread's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield
