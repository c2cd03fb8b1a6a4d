"""E-mail over SMTP: plain text, marked as sent by a robot, one thread an alert."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b
from typing import Final, Literal

from pipeline.alerts import wording
from pipeline.alerts.ports import Notice
from pipeline.config import Secret
from pipeline.errors import ConfigError
from pipeline.smtp import MailServer, send_mail

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
        table = self.table
        password = "" if table.password is None else table.password.reveal()
        server = MailServer(
            host=table.host, port=table.port, tls=table.tls, user=table.user, password=password
        )
        send_mail(server, message)

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
