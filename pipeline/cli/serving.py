"""What the commands that serve pages share: a socket, a server that stops well, calm logs."""

import logging
import socket
from argparse import Namespace
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from signal import SIGINT, SIGTERM, signal
from typing import Any

import uvicorn

from pipeline.config import Settings
from pipeline.errors import ConfigError

STOP_SECONDS_MAX = 1
"""How long open pages may keep the process after SIGTERM."""
TALKATIVE = ("faust", "aiokafka", "mode", "kafka")
"""Libraries that tell of every connection."""


def set_up_logs() -> None:
    """Log to stderr, one line an entry."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn.error").addFilter(_Calm())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


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


def build_server(app: Any) -> "Server":
    """Return the server of an ASGI application; `Server.run` takes the socket of `listen`."""
    return Server(
        uvicorn.Config(
            app,
            log_level="warning",
            server_header=False,
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
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # whoever reads our greeting may connect at once, and is served soon
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigError(
            f"server.port: cannot listen on {host}:{port} ({error}); choose another with --port"
        ) from None
    return listener


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


class _Calm(logging.Filter):
    """Leaves out that open pages were cut off when the process was told to stop."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is worth reading."""
        raised = record.exc_info[1] if record.exc_info else None
        is_cut_off = isinstance(raised, CancelledError) or "graceful shutdown" in record.msg
        return not is_cut_off
