"""Zendesk: its webhook tells at once, its incremental export fills every gap.

The export lists tickets as they change, from a cursor on; of each the audits are read, in which
every comment and change of state stands with its time.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any, Final

import httpx
import msgspec

from pipeline.channels import zendesk
from pipeline.channels.signing import Signature
from pipeline.channels.told import find, word
from pipeline.config import Secret
from pipeline.connectors.addresses import read_url
from pipeline.connectors.http import ask, ask_json, build_client
from pipeline.connectors.polling import Page, Poller
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.connectors.signed import SignedWebhook
from pipeline.errors import Garbled
from pipeline.payloads import Finding, Payload

TICKETS_AT_ONCE: Final = 50
PAGES_MAX: Final = 50
_SIGNED: Final = Signature(
    header="x-zendesk-webhook-signature",
    encoding="base64",
    time="x-zendesk-webhook-signature-timestamp",
    signed="{time}{body}",
)


@dataclass(frozen=True, kw_only=True)
class ZendeskSettings:
    """One account.

    Attributes:
        url: ``https://acme.zendesk.com``.
        user: the address of the agent to whom the token belongs; empty: the token is an OAuth one.
        token: of the API.
        key: the webhook's signing secret; without it nothing is taken by webhook.
        since: tickets that changed last before this day are left alone.
        poll_seconds: how often the export is asked; Zendesk allows ten times a minute.
    """

    url: str
    user: str = ""
    token: Secret
    key: Secret | None = None
    since: date | None = None
    poll_seconds: float = 60.0


class _Tickets(msgspec.Struct):
    tickets: list[msgspec.Raw]
    end_of_stream: bool
    after_cursor: str | None = None


class _Audits(msgspec.Struct):
    audits: list[msgspec.Raw]
    users: list[msgspec.Raw] = []
    next_page: str | None = None


@dataclass(frozen=True, kw_only=True)
class Export:
    """The incremental export.

    Attributes:
        url: of the account.
        since: the day on which it begins.
    """

    url: str
    since: date | None

    def __call__(self, client: httpx.Client, cursor: str | None) -> Page:
        """Return the tickets that changed after the cursor, each with all that happened to it."""
        url = f"{self.url}/api/v2/incremental/tickets/cursor.json"
        told = ask(client, "GET", url, params=self._from(cursor)).content
        found = _decoded(told, _Tickets, url)
        payloads = tuple(self._ticket(client, one) for one in found.tickets)
        return Page(payloads=payloads, cursor=found.after_cursor, has_more=not found.end_of_stream)

    def _from(self, cursor: str | None) -> dict[str, str]:
        page = {"per_page": str(TICKETS_AT_ONCE)}
        if cursor:
            return page | {"cursor": cursor}
        start = 0 if self.since is None else datetime.combine(self.since, time(), UTC).timestamp()
        return page | {"start_time": str(int(start))}

    def _ticket(self, client: httpx.Client, ticket: msgspec.Raw) -> Payload:
        number = word(msgspec.json.decode(ticket), "id")
        url: str | None = f"{self.url}/api/v2/tickets/{number}/audits.json?include=users"
        audits: list[msgspec.Raw] = []
        users: dict[str, msgspec.Raw] = {}
        for _ in range(PAGES_MAX):
            assert url is not None
            found = _decoded(ask(client, "GET", url).content, _Audits, url)
            audits += found.audits
            users |= {word(msgspec.json.decode(one), "id"): one for one in found.users}
            url = found.next_page
            if url is None or not url.startswith(self.url + "/"):
                break
        whole = {"ticket": ticket, "audits": audits, "users": list(users.values())}
        return Payload(raw=msgspec.json.encode(whole), where=f"ticket {number}", at=_last(audits))


def _last(audits: list[msgspec.Raw]) -> datetime | None:
    told = find(msgspec.json.decode(audits[-1]), "created_at") if audits else None
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _decoded(raw: bytes, kind: type[Any], url: str) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, RecursionError) as error:
        raise Garbled(f"{url}: answered what is no page of Zendesk ({error})") from None


def _client(settings: ZendeskSettings) -> httpx.Client:
    token = settings.token.reveal()
    told = f"Bearer {token}"
    if settings.user:
        told = "Basic " + base64.b64encode(f"{settings.user}/token:{token}".encode()).decode()
    headers = {"user-agent": "complaint-channel-monitor", "authorization": told}
    return build_client(headers=headers)


def build(name: str, settings: ZendeskSettings, around: Surroundings) -> Parts:
    """Make the export, and the webhook where its secret is given."""
    url = read_url(settings.url, f"channels.{name}.url")
    desk = zendesk.Desk(host=url.hostname or "", house=around.mail)
    plain = settings.url.rstrip("/")
    client = partial(_client, settings)
    export = Poller(
        name=f"{name}/tickets",
        client=client,
        ask=Export(url=plain, since=settings.since),
        read=lambda raw: zendesk.parse(raw, desk),
        seconds=settings.poll_seconds,
    )
    webhook = None
    if settings.key is not None:
        webhook = SignedWebhook(
            signature=_SIGNED, key=settings.key, read=lambda raw: zendesk.parse(raw, desk)
        )

    def check() -> Iterator[Finding]:
        with client() as asking:
            user = find(ask_json(asking, "GET", f"{plain}/api/v2/users/me.json"), "user")
        role = word(user, "role")
        is_staff = role in zendesk.STAFF
        advice = "" if is_staff else "use the token of an admin: only admins may export"
        who = word(user, "email") or "nobody"
        yield Finding(is_well=is_staff, found=f"{desk.host} lets {who} in as {role}", advice=advice)
        how = "the export alone is read; set key to take its webhook"
        yield Finding(is_well=True, found=how if webhook is None else "its webhook is taken")

    return Parts(connectors=(export,), webhook=webhook, check=check)


KIND: Final = Kind(
    about="tickets of Zendesk by its webhook and its export", settings=ZendeskSettings, build=build
)
