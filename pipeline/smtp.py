"""Mail that leaves the house: one message over SMTP, and what is wrong where it does not go."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from typing import Final, Literal

from pipeline.errors import Undelivered

SECONDS_MAX: Final = 10.0
Tls = Literal["starttls", "implicit", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes our mail.

    Attributes:
        host: where it is.
        port: its port.
        tls: ``starttls``, ``implicit`` from the first byte, or ``none``.
        user: whom to sign in as; empty where that is not needed.
        password: to sign in with.
    """

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = ""

    @property
    def place(self) -> str:
        """The server as messages name it."""
        return f"{self.host}:{self.port}"


def send_mail(server: MailServer, message: EmailMessage) -> None:
    """Hand one message to the server, for all of its recipients.

    Raises:
        Undelivered: it did not take it; the message says what to do.
    """
    try:
        with _session(server) as session:
            session.send_message(message)
    except smtplib.SMTPAuthenticationError as error:
        raise Undelivered(
            f"{server.place}: refused user and password ({error.smtp_code}); renew them",
            kind="access_refused",
        ) from None
    except smtplib.SMTPRecipientsRefused as error:
        refused = ", ".join(error.recipients)
        raise Undelivered(
            f"{server.place}: refused the recipients {refused}; correct the settings",
            kind="garbled",
        ) from None
    except (smtplib.SMTPNotSupportedError, MessageError) as error:
        raise Undelivered(
            f"{server.place}: {error}; look at tls and user in the settings", kind="garbled"
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered(
            f"{server.place}: {type(error).__name__} {error}; are host, port and tls right, is it "
            "up?",
            kind="unreachable",
        ) from None


@contextmanager
def _session(server: MailServer) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    session: smtplib.SMTP
    if server.tls == "implicit":
        session = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS_MAX, context=context)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=SECONDS_MAX)
    with session:
        if server.tls == "starttls":
            session.starttls(context=context)
        if server.user:
            session.login(server.user, server.password)
        yield session
