"""Mails delivered to us by a mail server: LMTP (RFC 2033) or SMTP, on aiosmtpd.

A mail is acknowledged only when it is on disk, as an event or as a dead letter; until then the
server keeps it and tries again. Nobody can send anything on through us.
"""

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from socket import (
    AF_INET,
    AF_INET6,
    SO_REUSEADDR,
    SOCK_STREAM,
    SOL_SOCKET,
    create_connection,
    socket,
)
from threading import Event as Flag
from typing import Any, Final, Literal, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from pipeline.channels import mail
from pipeline.connectors.ports import Clock, Keep, Kind, Parts, Surroundings
from pipeline.domain.events import Event
from pipeline.errors import ConfigError, StoreError, Unreachable
from pipeline.payloads import Finding, Payload

SESSIONS_MAX: Final = 50
RECIPIENTS_MAX: Final = 1_000
SESSION_SECONDS_MAX: Final = 120.0
LOOK_SECONDS: Final = 0.2
CHECK_SECONDS_MAX: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class LmtpSettings:
    """Where mails are delivered to.

    Attributes:
        protocol: as the mail server's transport says.
        host: to listen on; whoever can connect there can deliver mails.
        port: to listen on.
        hostname: how we call ourselves; with ``smtp`` it signs ``Received``, so it belongs into
            ``company.mail_hosts``.
        certificate: PEM file with which STARTTLS is offered, and
        certificate_key: its key.
    """

    protocol: Literal["lmtp", "smtp"] = "lmtp"
    host: str = "127.0.0.1"
    port: int = 8024
    hostname: str = "localhost"
    certificate: Path | None = None
    certificate_key: Path | None = None


@dataclass(frozen=True, kw_only=True)
class MailListener:
    """One port on which mails are taken in.

    Attributes:
        name: of the channel.
        settings: where.
        mail: how mails are read; its bound of bytes is announced to senders.
        clock: the present moment.
        tls: with which STARTTLS is offered; None: it is not.
    """

    name: str
    settings: LmtpSettings
    mail: mail.MailSettings
    clock: Clock
    tls: ssl.SSLContext | None = None

    def serve(self, keep: Keep, stop: Flag) -> None:
        """Take mails in until ``stop`` is set."""
        asyncio.run(self._serve(keep, stop))

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of a mail."""
        return mail.parse(payload.raw, self.mail, received_at=payload.at)

    async def _serve(self, keep: Keep, stop: Flag) -> None:
        loop, open_now = asyncio.get_running_loop(), set[Any]()
        factory = partial(self._protocol, _Handler(self, keep), loop, open_now)
        try:
            server = await loop.create_server(factory, self.settings.host, self.settings.port)
        except OSError as error:
            raise Unreachable(
                f"cannot listen on {self.settings.host}:{self.settings.port} ({error}); choose "
                "another port"
            ) from None
        try:
            while not stop.is_set():
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            server.close()
            for one in tuple(open_now):
                if one.transport is not None:
                    one.transport.abort()

    def _protocol(
        self, handler: "_Handler", loop: asyncio.AbstractEventLoop, open_now: set[Any]
    ) -> SMTP:
        kind: Any = _Lmtp if self.settings.protocol == "lmtp" else _Smtp
        made = kind(
            handler,
            data_size_limit=self.mail.limits.mail_bytes,
            enable_SMTPUTF8=True,
            hostname=self.settings.hostname,
            ident="complaint-channel-monitor",
            tls_context=self.tls,
            timeout=SESSION_SECONDS_MAX,
            loop=loop,
        )
        made.open_now = open_now
        return cast("SMTP", made)


class _Bounded:
    """Refuses the session that is one too many."""

    open_now: set[Any]

    def connection_made(self, transport: Any) -> None:
        if len(self.open_now) >= SESSIONS_MAX:
            transport.write(b"421 4.3.2 too many sessions; try again\r\n")
            transport.close()
            return
        self.open_now.add(self)
        super().connection_made(transport)  # type: ignore[misc]  # mixed into SMTP

    def connection_lost(self, error: Exception | None) -> None:
        self.open_now.discard(self)
        super().connection_lost(error)  # type: ignore[misc]  # mixed into SMTP


class _Lmtp(_Bounded, LMTP):
    """LMTP within bounds."""


class _Smtp(_Bounded, SMTP):
    """SMTP within bounds."""


class _Handler:
    """What aiosmtpd asks in the course of a session; the names are the library's."""

    def __init__(self, listener: MailListener, keep: Keep) -> None:
        self._listener = listener
        self._keep = keep

    async def handle_RCPT(  # noqa: N802 - the library's name and arguments
        self,
        server: SMTP,  # noqa: ARG002 - the library's arguments
        session: Session,  # noqa: ARG002 - the library's arguments
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002 - the library's arguments
    ) -> str:
        """Take any recipient: the mail server knows who belongs here."""
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 taken"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer when the mail is on disk; LMTP wants an answer for each recipient."""
        now = self._listener.clock()
        raw = self._traced(session, envelope, now)
        payload = Payload(raw=raw, where="mail", at=now.replace(microsecond=0))
        try:
            await asyncio.to_thread(self._keep, [payload])
        except StoreError:
            answer = "451 4.3.0 cannot be kept just now; try again"
        else:
            answer = "250 2.0.0 kept"
        count = len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1
        return "\r\n".join([answer] * count)

    def _traced(self, session: Session, envelope: Envelope, now: datetime) -> bytes:
        """Return the mail with what final delivery adds: who sent it, and when we got it."""
        content = envelope.original_content or b""
        sender = (envelope.mail_from or "").strip("<>")  # the library gives "<>" for none
        lines = [f"Return-Path: <{sender}>"]
        if self._listener.settings.protocol == "smtp":
            peer: Any = session.peer
            lines.append(
                f"Received: from {session.host_name or 'unknown'} ([{peer[0]}]) by "
                f"{self._listener.settings.hostname} with ESMTP; {format_datetime(now)}"
            )
        return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace") + content


def build(name: str, settings: LmtpSettings, around: Surroundings) -> Parts:
    """Make the listener."""
    listener = MailListener(
        name=name,
        settings=settings,
        mail=around.mail,
        clock=around.clock,
        tls=_tls(settings, f"channels.{name}.certificate"),
    )
    return Parts(listeners=(listener,), check=partial(check, settings))


def _tls(settings: LmtpSettings, where: str) -> ssl.SSLContext | None:
    """Return what offers STARTTLS.

    Raises:
        ConfigError: certificate or key cannot be read, or do not belong together.
    """
    if settings.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.certificate, settings.certificate_key)
    except OSError as error:  # what the library says of bad PEM is one, too
        reason = error.strerror or str(error)
        raise ConfigError(
            f"{where}: {settings.certificate} cannot be used ({reason}); name the PEM file of a "
            "certificate, and its key by certificate_key"
        ) from None
    return context


def check(settings: LmtpSettings) -> Iterator[Finding]:
    """See whether the monitor listens already, else whether the port is free for it."""
    address = (settings.host, settings.port)
    try:
        with create_connection(address, CHECK_SECONDS_MAX) as connection:
            connection.settimeout(CHECK_SECONDS_MAX)
            greeting = connection.recv(200)
    except ConnectionRefusedError:
        yield _free(settings)
    except OSError as error:
        yield Finding(
            is_well=False,
            found=f"{settings.host}:{settings.port}: {error}",
            advice="choose an address of this machine",
        )
    else:
        is_ours = b"complaint-channel-monitor" in greeting
        who = "the monitor" if is_ours else f"something else ({greeting[:40]!r})"
        yield Finding(
            is_well=is_ours,
            found=f"{who} listens on {settings.host}:{settings.port}",
            advice="choose another port",
        )


def _free(settings: LmtpSettings) -> Finding:
    """Try whether we may listen there: ports below 1024 are the administrator's."""
    family = AF_INET6 if ":" in settings.host else AF_INET
    with socket(family, SOCK_STREAM) as tried:
        tried.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            tried.bind((settings.host, settings.port))
        except (OSError, OverflowError) as error:
            return Finding(
                is_well=False,
                found=f"cannot listen on {settings.host}:{settings.port} ({error})",
                advice="choose another port; those below 1024 are the administrator's",
            )
    return Finding(is_well=True, found=f"port {settings.port} is free; `ccm run` will listen")


KIND: Final = Kind(
    about="mails that a mail server delivers by LMTP or SMTP", settings=LmtpSettings, build=build
)
