"""IMAP: every mail of some folders, once each, from the oldest on (RFC 3501, IDLE by RFC 2177).

A folder is a connector with a connection of its own, since IDLE watches one folder. The cursor is
UIDVALIDITY and the last UID: within one validity UIDs only grow and never come again. When the
validity changes (the folder was made anew, or the server lost its index) the folder is read from
the start; mails that were seen before are known by their Message-ID.

Nothing changes at the server: the folder is opened read-only, and reading marks nothing as seen.
"""

import ssl
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from threading import Event as Flag
from time import monotonic
from typing import Any, Final, Literal, Protocol

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from pipeline.channels import mail
from pipeline.config import Secret
from pipeline.connectors.oauth import FixedToken, RenewedToken
from pipeline.connectors.ports import Batch, Kind, Parts, Surroundings
from pipeline.domain.events import Event
from pipeline.errors import AccessRefused, ConfigError, Garbled, SourceError, Unreachable
from pipeline.payloads import Finding, Payload

READ_SECONDS_MAX: Final = 30.0
IDLE_SECONDS_MAX: Final = 29 * 60
POLL_SECONDS: Final = 30.0
"""How often a server is asked that has no IDLE."""
LOOK_SECONDS: Final = 0.5
"""How often a wait looks up whether the process is to end."""
UIDS_AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 16 * 1024 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
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
        token_url: the endpoint at which we ask for tokens ourselves, with the next four.
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

    @contextmanager
    def connected(self) -> Iterator[IMAPClient]:
        """Give a client that is logged in.

        Raises:
            SourceError: there is no connection, or we are not let in.
        """
        with told(self.settings.host):
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
                f"{self.settings.host} does not let {self.settings.user} in: {error}; renew the "
                "password or token, and allow IMAP for this account"
            ) from None


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
    except (OSError, IMAPClientAbortError) as error:
        raise Unreachable(f"{host}: {error or type(error).__name__}") from None
    except IMAPClientError as error:
        if any(word in str(error) for word in _BUSY):
            raise Unreachable(f"{host}: {error}") from None
        raise Garbled(f"{host}: {error}") from None
    except (ValueError, LookupError, AssertionError) as error:
        raise Garbled(f"{host}: answers not as IMAP has it ({error!r})") from None


# ----------------------------------------------------------------------------------------- a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a folder was read: nothing up to ``uid`` is left, while ``validity`` holds."""

    validity: int
    uid: int

    @classmethod
    def read(cls, cursor: str | None) -> "Position | None":
        """Return the position of a cursor; None where there is none that can be read."""
        validity, _, uid = (cursor or "").partition(":")
        if not validity.isdecimal() or not uid.isdecimal():
            return None
        return cls(validity=int(validity), uid=int(uid))

    def write(self) -> str:
        """Return it as a cursor."""
        return f"{self.validity}:{self.uid}"


@dataclass(frozen=True, kw_only=True)
class FolderConnector:
    """One folder of one account.

    Attributes:
        name: of the connector.
        account: how to get in.
        folder: its name, or what it is for (``\\Sent``).
        since: mails from before this day are left alone.
        mail: how mails are read.
        idle_seconds: each IDLE lasts so long and is then issued anew: servers and NATs forget who
            is silent, and an answer is the only proof that the connection still leads anywhere.
        poll_seconds: how often a server is asked that has no IDLE.
    """

    name: str
    account: Account
    folder: str
    since: date | None
    mail: mail.MailSettings
    idle_seconds: float
    poll_seconds: float = POLL_SECONDS

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Yield the mails after the cursor, then wait for more."""
        with self.account.connected() as client:
            position = self._open(client, cursor)
            while not stop.is_set():
                for batch in self._new(client, position):
                    position = Position.read(batch.cursor) or position
                    yield batch
                yield Batch(backlog=0)
                if not _has_grown(client):
                    self._wait(client, stop)

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of a mail."""
        return mail.parse(payload.raw, self.mail, received_at=payload.at)

    def _open(self, client: IMAPClient, cursor: str | None) -> Position:
        state = client.select_folder(find_folder(client, self.folder), readonly=True)
        _has_grown(client)  # the number of mails that opening tells is none
        validity = int(state.get(b"UIDVALIDITY", 0))
        known = Position.read(cursor)
        if known is None or known.validity != validity:
            return Position(validity=validity, uid=0)
        return known

    def _new(self, client: IMAPClient, position: Position) -> Iterator[Batch]:
        wanted: list[Any] = ["UID", f"{position.uid + 1}:*"]
        if self.since is not None:
            wanted += ["SINCE", self.since]
        # "n:*" always holds the last mail, even where its UID is below n.
        uids = sorted(uid for uid in client.search(wanted) if uid > position.uid)
        left = len(uids)
        for some in self._portions(client, uids):
            left -= len(some)
            yield Batch(
                payloads=tuple(self._fetched(client, some)),
                cursor=Position(validity=position.validity, uid=some[-1]).write(),
                backlog=left,
            )

    def _portions(self, client: IMAPClient, uids: list[int]) -> Iterator[list[int]]:
        """Yield the UIDs in portions that are bounded in number and bytes."""
        portion: list[int] = []
        size = 0
        for start in range(0, len(uids), UIDS_AT_ONCE):
            some = uids[start : start + UIDS_AT_ONCE]
            sizes = client.fetch(some, ["RFC822.SIZE"])
            for uid in some:
                bytes_of = min(int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0)), self._bytes_max)
                if portion and (size + bytes_of > BYTES_AT_ONCE or len(portion) == UIDS_AT_ONCE):
                    yield portion
                    portion, size = [], 0
                portion.append(uid)
                size += bytes_of
        if portion:
            yield portion

    def _fetched(self, client: IMAPClient, uids: list[int]) -> Iterator[Payload]:
        """Yield the mails; one that was deleted meanwhile is not there, and nobody's loss."""
        # Of one that is too large only so much is fetched that the parser refuses it as that.
        found = client.fetch(uids, [f"BODY.PEEK[]<0.{self._bytes_max}>", "INTERNALDATE"])
        for uid in uids:
            data = found.get(uid, {})
            raw = data.get(b"BODY[]<0>", data.get(b"BODY[]"))
            if isinstance(raw, bytes):
                at = data.get(b"INTERNALDATE")
                where = f"{self.folder} uid {uid}"
                yield Payload(raw=raw, where=where, at=at if isinstance(at, datetime) else None)

    @property
    def _bytes_max(self) -> int:
        return self.mail.limits.mail_bytes + 1

    def _wait(self, client: IMAPClient, stop: Flag) -> None:
        """Return when the folder may have changed, or to show that we are alive."""
        if not client.has_capability("IDLE"):
            stop.wait(self.poll_seconds)
            client.noop()
            return
        client.idle()
        until = monotonic() + self.idle_seconds
        while not stop.is_set() and monotonic() < until:
            began = monotonic()
            responses = client.idle_check(timeout=LOOK_SECONDS)
            # The library takes the end of the connection for nothing said, but says so at once.
            is_broken = not responses and monotonic() - began < LOOK_SECONDS / 2
            if is_broken or _is_news(responses):
                break
        client.idle_done()


def _has_grown(client: IMAPClient) -> bool:
    """Return whether the server told of new mails while it answered something else.

    The library keeps such remarks where only its inside shows them; to overlook one would mean to
    learn of the mail when IDLE is issued anew.
    """
    remarks: dict[str, Any] = client._imap.untagged_responses
    return remarks.pop("EXISTS", None) is not None


def _is_news(responses: Sequence[Any]) -> bool:
    """Return whether mails came; flags and "still here" are none, a farewell is an error."""
    for one in responses:
        if isinstance(one, tuple) and one[:1] == (b"BYE",):
            raise Unreachable(f"the server says goodbye: {one[1:]!r}")
    return any(isinstance(one, tuple) and b"EXISTS" in one for one in responses)


def find_folder(client: IMAPClient, wanted: str) -> str:
    r"""Return the name of a folder; ``\Sent`` is looked up by what folders are for (RFC 6154).

    Raises:
        ConfigError: there is none for that.
    """
    if not wanted.startswith("\\"):
        return wanted
    found = client.find_special_folder(wanted.encode())
    if found is None:
        names = ", ".join(str(one[2]) for one in client.list_folders())
        raise ConfigError(f"the server names no folder as {wanted}; name it yourself, of: {names}")
    return str(found)


# -------------------------------------------------------------------------------------- the account


def build(name: str, settings: ImapSettings, around: Surroundings) -> Parts:
    """Make a connector for each folder."""
    where = f"channels.{name}"
    if settings.security == "plain" and settings.host not in _LOOPBACK:
        raise ConfigError(
            f"{where}.security: a password would cross the network in the clear; write tls"
        )
    account = Account(settings=settings, token=_token(where, settings, around))
    connectors = tuple(
        FolderConnector(
            name=f"{name}/{folder.lstrip(chr(92))}",
            account=account,
            folder=folder,
            since=settings.since,
            mail=around.mail,
            idle_seconds=min(settings.idle_seconds, IDLE_SECONDS_MAX),
        )
        for folder in dict.fromkeys(settings.folders)
    )
    return Parts(connectors=connectors, check=partial(check, account, around.mail))


def _token(where: str, settings: ImapSettings, around: Surroundings) -> Token | None:
    ways = [bool(settings.password), bool(settings.token), bool(settings.token_url)]
    if sum(ways) != 1:
        raise ConfigError(
            f"{where}.password: give a password, or a token, or a token_url at which we ask for "
            f"one; found {sum(ways)} of them"
        )
    if settings.token is not None:
        return FixedToken(settings.token)
    if not settings.token_url:
        return None
    return RenewedToken(
        url=settings.token_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        refresh_token=settings.refresh_token,
        scope=settings.scope,
        clock=around.clock,
    )


def check(account: Account, how: mail.MailSettings) -> Iterator[Finding]:
    """Log in, and look at each folder."""
    wanted = account.settings
    with account.connected() as client:
        yield Finding(is_well=True, found=f"{wanted.host} lets {wanted.user} in")
        idle = client.has_capability("IDLE")
        found = "it tells of new mails at once" if idle else f"asked every {POLL_SECONDS:.0f} s"
        yield Finding(is_well=True, found=found)
        for folder in wanted.folders:
            yield _folder(client, folder)
    if not how.company.domains and not how.company.addresses:
        yield Finding(
            is_well=False,
            found="company.domains is empty: every mail looks as if a customer had written it",
            advice="write the company's mail domains into the settings",
        )


def _folder(client: IMAPClient, folder: str) -> Finding:
    try:
        state = client.select_folder(find_folder(client, folder), readonly=True)
    except (ConfigError, IMAPClientError) as error:
        names = ", ".join(str(one[2]) for one in client.list_folders())
        return Finding(
            is_well=False,
            found=f"folder {folder}: {error}",
            advice=f"name one of: {names}",
        )
    return Finding(is_well=True, found=f"folder {folder}: {state[b'EXISTS']} mails")


KIND: Final = Kind(
    about="a mailbox: inbox, sent and other folders over IMAP", settings=ImapSettings, build=build
)
