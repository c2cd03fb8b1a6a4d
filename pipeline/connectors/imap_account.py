"""Into an IMAP account: the connection, the login, and what may go wrong with either."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal, Protocol

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from pipeline.config import Secret
from pipeline.errors import AccessRefused, Garbled, SourceError, Unreachable

READ_SECONDS_MAX: Final = 30.0
_BUSY: Final = ("[UNAVAILABLE]", "[LIMIT]", "[INUSE]", "[SERVERBUG]", "too many", "try again")


@dataclass(frozen=True, kw_only=True)
class ImapSettings:
    r"""The table of an IMAP account.

    Attributes:
        host: of the server.
        user: the account.
        port: 993 with TLS from the start.
        security: ``tls``, ``starttls``, or ``plain`` on loopback alone.
        ca_file: certificates to trust instead of the system's.
        folders: by name, or by what they are for: ``\Sent`` finds the folder of sent mails.
        since: mails from before this day are left alone.
        idle_seconds: how long the server may go without being asked; 29 minutes at most.
        password: where the account has one.
        token: an OAuth access token that somebody else keeps fresh.
        token_url: where we ask for tokens ourselves, by client_id and refresh_token.
        client_id: of us, at that endpoint.
        client_secret: of us; none for a public client.
        refresh_token: none asks by our own credentials, as Microsoft 365 has it.
        scope: what the token is for.
    """

    host: str
    user: str
    port: int = 993
    security: Literal["tls", "starttls", "plain"] = "tls"
    ca_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX", "\\Sent")
    since: date | None = None
    idle_seconds: int = 50
    password: Secret | None = None
    token: Secret | None = None
    token_url: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    scope: str = ""


class Token(Protocol):
    """Gives access tokens."""

    def get(self) -> str:
        """Return one that is good now."""

    def forget(self) -> None:
        """Take note that the last one was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How to get into an account; opens connections, each for one folder."""

    settings: ImapSettings
    token: Token | None

    @property
    def address(self) -> str:
        """Where it is, for messages."""
        return f"{self.settings.host}:{self.settings.port}"

    @contextmanager
    def connected(self) -> Iterator[IMAPClient]:
        """Give a client that is logged in.

        Raises:
            SourceError: there is no connection, or we are not let in.
        """
        with told(self.address):
            client = self._client()
            try:
                if self.settings.security == "starttls":
                    client.starttls(self._context())
                self._log_in(client)
                yield client
            finally:
                with suppress(OSError, IMAPClientError):
                    client.shutdown()

    def _client(self) -> IMAPClient:
        wanted, is_tls = self.settings, self.settings.security == "tls"
        client = IMAPClient(
            wanted.host,
            wanted.port,
            ssl=is_tls,
            ssl_context=self._context() if is_tls else None,
            timeout=READ_SECONDS_MAX,
        )
        client.normalise_times = False
        return client

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.settings.ca_file)

    def _log_in(self, client: IMAPClient) -> None:
        try:
            if self.token is not None:
                client.oauth2_login(self.settings.user, self.token.get())
            elif self.settings.password is not None:
                client.login(self.settings.user, self.settings.password.reveal())
        except LoginError as error:
            if self.token is not None:
                self.token.forget()
            if any(word in str(error) for word in _BUSY):
                raise
            raise AccessRefused(
                f"{self.address} does not let {self.settings.user} in: {_words(error)}; renew the "
                "password or token, and allow IMAP for this account"
            ) from None


def _words(error: Exception) -> str:
    """Return what a server said; the library shows some of it as bytes."""
    said = str(error)
    return said[2:-1] if said.startswith(("b'", 'b"')) else said


@contextmanager
def told(host: str) -> Iterator[None]:
    """Turn what the network and the server do into our own errors."""
    try:
        yield
    except SourceError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise AccessRefused(
            f"{host}: its certificate is not trusted ({error.verify_message}); is this the host's "
            "own name? Set ca_file for a certificate authority of your own"
        ) from None
    except ssl.SSLError as error:
        raise Garbled(
            f"{host}: speaks no TLS here ({error.reason}); TLS from the start is port 993, "
            'security = "starttls" is port 143'
        ) from None
    except TimeoutError:
        raise Unreachable(
            f"{host}: says nothing for {READ_SECONDS_MAX:.0f} s; if this port wants TLS from the "
            'start, write security = "tls"'
        ) from None
    except (OSError, IMAPClientAbortError) as error:
        raise Unreachable(f"{host}: {error or type(error).__name__}") from None
    except IMAPClientError as error:
        if any(word in str(error) for word in _BUSY):
            raise Unreachable(f"{host}: {error}") from None
        if "STARTTLS" in str(error):
            raise Garbled(f'{host}: offers no STARTTLS; security = "tls" is port 993') from None
        raise Garbled(f"{host}: {error}") from None
    except (ValueError, LookupError, AssertionError) as error:
        raise Garbled(f"{host}: answers not as IMAP has it ({error!r})") from None
