"""IMAP on a real Dovecot: one server for all tests of a process, an account for each."""

import atexit
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from tests.contract.rigs import Rig, mails
from tests.services.dovecot import DovecotServer
from tests.services.processes import LOOPBACK

_NUMBERS = itertools.count(1)
IDLE_SECONDS = 2


@cache
def server() -> DovecotServer:
    """Return the server, started when it is first needed."""
    started = DovecotServer().start()
    atexit.register(started.clear)
    return started


class Mailbox:
    """The inbox of an account of its own."""

    def __init__(self) -> None:
        self.user = f"box{next(_NUMBERS)}@acme.example"

    @property
    def values(self) -> Mapping[str, Any]:
        """How to get in; the password goes by the rig's environment."""
        return {"port": server().port, "user": self.user, "password_file": server().password_file}

    def add(self, raw: bytes) -> None:
        """Deliver a mail."""
        with server().client(self.user) as client:
            client.append("INBOX", raw)

    def cut(self) -> None:
        """Kill every process that serves a connection."""
        server().cut()


@contextmanager
def source() -> Iterator[Mailbox]:
    """Open a mailbox."""
    yield Mailbox()


RIG = Rig(
    kind="imap",
    values={
        "host": LOOPBACK,
        "security": "plain",
        "folders": ["INBOX"],
        "user": "x",
        "idle_seconds": IDLE_SECONDS,
    },
    environ={"CCM_CHANNEL_TRIED_PASSWORD": "a-password-for-tests"},
    make=mails.make,
    bad=mails.BAD,
    source=source,
)
