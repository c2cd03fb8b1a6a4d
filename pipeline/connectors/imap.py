"""IMAP: some folders of an account, each a connector with a connection of its own.

IDLE watches one folder, hence the connections. ``imap_account`` gets in, ``imap_folder`` reads.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from pipeline.channels import mail
from pipeline.config.channels import variable_of
from pipeline.connectors.addresses import read_certificates
from pipeline.connectors.imap_account import Account, ImapSettings, Token
from pipeline.connectors.imap_folder import POLL_SECONDS, FolderConnector, find_folder
from pipeline.connectors.oauth import FixedToken, RenewedToken
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.errors import ConfigError
from pipeline.payloads import Finding

IDLE_SECONDS_MAX: Final = 29 * 60
_ASIDE: Final = frozenset({b"\\Trash", b"\\Junk", b"\\Drafts", b"\\Noselect", b"\\All"})
"""What folders are for into which nobody moves a customer's mail to keep it (RFC 6154)."""
_EVERYTHING: Final = b"\\All"
_SHOWN_MAX: Final = 8
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def build(name: str, settings: ImapSettings, around: Surroundings) -> Parts:
    """Make a connector for each folder."""
    where = f"channels.{name}"
    if settings.security == "plain" and settings.host not in _LOOPBACK:
        raise ConfigError(
            f"{where}.security: a password would cross the network in the clear; write tls"
        )
    read_certificates(settings.ca_file, f"{where}.ca_file")
    account = Account(settings=settings, token=_token(name, settings, around))
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


def _token(name: str, settings: ImapSettings, around: Surroundings) -> Token | None:
    ways = {
        "a password": settings.password,
        "a token": settings.token,
        "token_url": settings.token_url,
    }
    found = [told for told, way in ways.items() if way]
    if len(found) != 1:
        raise ConfigError(
            f"channels.{name}.password: found {' and '.join(found) or 'no secret'}; set either "
            f"{variable_of(name, 'password')} (or password_file), or {variable_of(name, 'token')} "
            "(or token_file), or write token_url, at which we ask for a token"
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
        yield Finding(is_well=True, found=f"{account.address} lets {wanted.user} in")
        idle = client.has_capability("IDLE")
        found = "it tells of new mails at once" if idle else f"asked every {POLL_SECONDS:.0f} s"
        yield Finding(is_well=True, found=found)
        for folder in wanted.folders:
            yield _folder(client, folder)
        yield from _others(client, wanted.folders)
    if not how.company.domains and not how.company.addresses:
        yield Finding(
            is_well=False,
            found="company.domains is empty: every mail looks as if a customer had written it",
            advice='write into the settings who you are: [company] domains = ["acme.example"]',
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


def _others(client: IMAPClient, followed: Sequence[str]) -> Iterator[Finding]:
    """Say which folders are not followed: a mail that was moved there before we look is missed."""
    names = {find_folder(client, one) for one in followed if _is_there(client, one)}
    every = {str(name): frozenset(flags) for flags, _, name in client.list_folders()}
    others = [name for name, flags in every.items() if name not in names and not flags & _ASIDE]
    if others and not any(_EVERYTHING in every.get(name, ()) for name in names):
        shown = ", ".join(others[:_SHOWN_MAX]) + (", …" if len(others) > _SHOWN_MAX else "")
        yield Finding(
            is_well=True,
            found=f"not followed: {shown}; add to folders those into which mails are moved",
        )


def _is_there(client: IMAPClient, folder: str) -> bool:
    return not folder.startswith("\\") or client.find_special_folder(folder.encode()) is not None


KIND: Final = Kind(
    about="a mailbox: inbox, sent and other folders over IMAP", settings=ImapSettings, build=build
)
