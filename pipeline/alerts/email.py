"""E-mail over SMTP: plain text, marked as sent by a robot, one thread an alert."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b
from typing import Final, Literal

from pipeline.alerts import wording
from pipeline.alerts.ports import Notice
from pipeline.config import Secret
from pipeline.errors import ConfigError, Undelivered

SECONDS_MAX: Final = 10.0
SUBJECT_MAX: Final = 150
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTable:
    """Its settings.

    Attributes:
        host: of the mail server.
        sender: the address that the mails come from.
        to: the addresses that they go to.
        port: of the mail server.
        tls: ``starttls``, ``implicit``, or ``none``, which is for a server on this machine.
        user: whom to sign in as; empty where that is not needed.
        password: to sign in with.
    """

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str = ""
    password: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class EmailReceiver:
    """Mail to some addresses.

    Attributes:
        name: as in the settings.
        table: its settings.

    Raises:
        ConfigError: a setting is wrong.
    """

    name: str
    table: EmailTable
    repeats: bool = False

    def __post_init__(self) -> None:
        where, table = f"alerts.receivers.{self.name}", self.table
        for address in (table.sender, *table.to):
            if address.count("@") != 1 or not address.isprintable() or " " in address:
                raise ConfigError(f"{where}: found the address {address!r}; write name@example.org")
        if not table.to:
            raise ConfigError(f"{where}.to: is empty; write at least one address")
        if table.tls == "none" and table.user and table.host not in LOOPBACK:
            raise ConfigError(
                f'{where}.tls: a password would cross the network in the open; write "starttls" '
                'or "implicit"'
            )

    def send(self, opened: Sequence[Notice], over: Sequence[Notice], now: datetime) -> None:
        """Send one mail; see `Receiver.send`."""
        message = self._message(opened, over, now)
        place = f"{self.table.host}:{self.table.port}"
        try:
            with self._session() as session:
                session.send_message(message)
        except smtplib.SMTPAuthenticationError as error:
            raise Undelivered(
                f"{place}: refused user and password ({error.smtp_code}); renew them",
                kind="access_refused",
            ) from None
        except smtplib.SMTPRecipientsRefused as error:
            refused = ", ".join(error.recipients)
            raise Undelivered(
                f"{place}: refused the recipients {refused}; correct `to`", kind="garbled"
            ) from None
        except (smtplib.SMTPNotSupportedError, MessageError) as error:
            raise Undelivered(
                f"{place}: {error}; look at tls and user in the settings", kind="garbled"
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(
                f"{place}: {type(error).__name__} {error}; are host, port and tls right, is it up?",
                kind="unreachable",
            ) from None

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        table, context = self.table, ssl.create_default_context()
        session: smtplib.SMTP
        if table.tls == "implicit":
            session = smtplib.SMTP_SSL(table.host, table.port, timeout=SECONDS_MAX, context=context)
        else:
            session = smtplib.SMTP(table.host, table.port, timeout=SECONDS_MAX)
        with session:
            if table.tls == "starttls":
                session.starttls(context=context)
            if table.user:
                password = "" if table.password is None else table.password.reveal()
                session.login(table.user, password)
            yield session

    def _message(
        self, opened: Sequence[Notice], over: Sequence[Notice], now: datetime
    ) -> EmailMessage:
        message = EmailMessage()
        title = " ".join(wording.title_of(opened, over).split())
        message["Subject"] = title[:SUBJECT_MAX]
        message["From"] = self.table.sender
        message["To"] = ", ".join(self.table.to)
        message["Date"] = format_datetime(now.astimezone(UTC))
        message["Auto-Submitted"] = "auto-generated"
        domain = self.table.sender.partition("@")[2]
        # The same news has the same id, so that a mail that is sent twice is one to its reader.
        message["Message-ID"] = _id(
            [*_began(opened), *(f"{one} over" for one in _began(over))], domain
        )
        if len(over) == 1 and not opened:
            message["In-Reply-To"] = message["References"] = _id(_began(over), domain)
        message.set_content(wording.text_of(opened, over))
        return message


def _began(notices: Sequence[Notice]) -> list[str]:
    return [f"{one.key} {one.since.isoformat()}" for one in notices]


def _id(parts: Sequence[str], domain: str) -> str:
    return f"<ccm.{blake2b(' '.join(parts).encode(), digest_size=12).hexdigest()}@{domain}>"
