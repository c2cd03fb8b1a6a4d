"""Freshdesk: the tickets that changed, asked for by the time of the change; its webhook names one.

A webhook of Freshdesk names no comment by its number, so what it tells could not be known again in
what the API gives. It only says which ticket has something new, and whoever takes it in asks for
that ticket at once, by the same API and with the same ids: a gateway in front of Kafka as well as
`ccm run`. Where that fails nothing is lost: the list of changed tickets is asked for all the same.

The API gives tickets in the order of their last change. The cursor is the time of the last one and
the tickets of that very second, since others of that second may be on the next page. Changes of the
last two seconds, by Freshdesk's own clock, are left for the next time: a ticket that changes twice
within one second would be passed over the second time.
"""

import base64
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from threading import BoundedSemaphore
from typing import Final

import httpx
import msgspec

from pipeline.channels import freshdesk
from pipeline.channels.told import word
from pipeline.config import Secret
from pipeline.connectors.addresses import read_url
from pipeline.connectors.http import ask, ask_json, build_client
from pipeline.connectors.ordered import SETTLED, Place, Row, list_of, rows_of, settled_until
from pipeline.connectors.polling import Page, Poller
from pipeline.connectors.ports import PAYLOADS_MAX, Kind, Parts, Surroundings
from pipeline.connectors.signed import SHARED_SECRET, SignedWebhook
from pipeline.domain.events import Visibility
from pipeline.errors import ConfigError, Garbled, SourceError
from pipeline.payloads import Delivery, Finding, Payload

AT_ONCE: Final = 30
"""Tickets on a page; each costs a request for its conversation."""
PAGES_MAX: Final = 300
"""The last page that Freshdesk gives."""
RINGS_MAX: Final = 4
"""So many deliveries may ask at a time; what comes meanwhile is left to the list."""
RING_SECONDS_MAX: Final = 5.0
"""A source waits for our answer to its webhook, so we do not wait long for the source's."""
_LOG: Final = logging.getLogger("ccm.connectors")
_EARLIEST: Final = "2000-01-01T00:00:00Z"
_WANTED: Final = {
    "order_by": "updated_at",
    "order_type": "asc",
    "include": "requester,stats,description",
    "per_page": str(AT_ONCE),
}


@dataclass(frozen=True, kw_only=True)
class FreshdeskSettings:
    """One account.

    Attributes:
        url: ``https://acme.freshdesk.com``.
        token: the API key of an agent who sees all tickets.
        key: what the automation's webhook sends in the header X-CCM-Secret; without it none is
            taken.
        since: tickets that changed last before this day are left alone; Freshdesk itself gives
            the last 30 days where no day is told.
        social: "public" or "private": what tickets of X and Facebook are. Empty: left alone, since
            Freshdesk does not tell a mention from a direct message.
        ratings: whether to ask for satisfaction ratings, which not every plan has.
        poll_seconds: how often it is asked; each ticket that changed costs one request more.
    """

    url: str
    token: Secret
    key: Secret | None = None
    since: date | None = None
    social: str = ""
    ratings: bool = True
    poll_seconds: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Changed:
    """The tickets that changed.

    Attributes:
        url: of the account.
        first: the time at which it begins.
    """

    url: str
    first: str

    def __call__(self, client: httpx.Client, cursor: str | None) -> Page:
        """Return the next tickets that changed, each with its conversation."""
        place = Place.read(cursor, self.first)
        for number in range(1, PAGES_MAX + 1):
            rows, until = self._listed(client, place.at, number)
            fresh = [one for one in rows if place.is_new(one)]
            if fresh or len(rows) < AT_ONCE:
                break
        else:
            raise Garbled(f"{self.url}: more tickets changed within one second than it gives pages")
        settled = [one for one in fresh if until is None or one.moment <= until]
        waits = len(settled) < len(fresh)
        return Page(
            payloads=tuple(self._whole(client, one) for one in settled),
            cursor=str(place.after(settled)) if settled else None,
            has_more=len(rows) == AT_ONCE and not waits,
            wait=SETTLED.total_seconds() if waits else None,
        )

    def _listed(
        self, client: httpx.Client, since: str, number: int
    ) -> tuple[list[Row], datetime | None]:
        """Return a page of tickets, and until when they are settled."""
        url = f"{self.url}/api/v2/tickets"
        query = {**_WANTED, "updated_since": since, "page": str(number)}
        answer = ask(client, "GET", url, params=query)
        return rows_of(answer.content, "updated_at", url), settled_until(answer)

    def _whole(self, client: httpx.Client, row: Row) -> Payload:
        return _with_conversation(client, self.url, row)


def _with_conversation(client: httpx.Client, account: str, row: Row) -> Payload:
    """Return a ticket with all that was said in it."""
    url = f"{account}/api/v2/tickets/{row.number}/conversations"
    said: list[msgspec.Raw] = []
    for page in range(1, PAGES_MAX + 1):
        query = {"per_page": "100", "page": str(page)}
        found = list_of(ask(client, "GET", url, params=query).content, url)
        said += found
        if len(found) < 100:
            break
    whole = msgspec.json.encode({"ticket": row.raw, "conversations": said})
    return Payload(raw=whole, where=f"ticket {row.number}", at=row.moment)


@dataclass(kw_only=True)
class TicketWebhook(SignedWebhook):
    """Asks for the ticket that a delivery names.

    Attributes:
        url: of the account.
        client: opens a client with what proves who we are.
    """

    url: str
    client: Callable[[], httpx.Client]
    _room: BoundedSemaphore = field(default_factory=partial(BoundedSemaphore, RINGS_MAX))

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the ticket; nothing where it cannot be had just now: the list will have it."""
        number = freshdesk.told_ticket(delivery.raw)
        if not self._room.acquire(blocking=False):
            return []
        try:
            with self.client() as client:
                client.timeout = httpx.Timeout(RING_SECONDS_MAX)
                return [self._ticket(client, number)]
        except SourceError as error:
            _LOG.warning("freshdesk: ticket %s comes with the list: %s", number, error)
            return []
        finally:
            self._room.release()

    def _ticket(self, client: httpx.Client, number: str) -> Payload:
        url = f"{self.url}/api/v2/tickets/{number}"
        answer = ask(client, "GET", url, params={"include": "requester,stats"})
        (row,) = rows_of(b"[" + answer.content + b"]", "updated_at", url)
        return _with_conversation(client, self.url, row)


@dataclass(frozen=True, kw_only=True)
class Rated:
    """The satisfaction ratings, which come in no order that is promised.

    Attributes:
        url: of the account.
        first: the time at which it begins.
    """

    url: str
    first: str

    def __call__(self, client: httpx.Client, cursor: str | None) -> Page:
        """Return all ratings after the cursor, oldest first."""
        place = Place.read(cursor, self.first)
        url = f"{self.url}/api/v2/surveys/satisfaction_ratings"
        found: dict[str, Row] = {}
        for number in range(1, PAGES_MAX + 1):
            query = {"created_since": place.at, "per_page": "100", "page": str(number)}
            rows = rows_of(ask(client, "GET", url, params=query).content, "created_at", url)
            found |= {one.number: one for one in rows}
            if len(rows) < 100:
                break
        fresh = [one for one in found.values() if place.is_new(one)]
        fresh = sorted(fresh, key=lambda one: (one.at, one.number))[:PAYLOADS_MAX]
        payloads = tuple(
            Payload(
                raw=msgspec.json.encode({"rating": one.raw}),
                where=f"rating {one.number}",
                at=one.moment,
            )
            for one in fresh
        )
        return Page(
            payloads=payloads,
            cursor=str(place.after(fresh)) if fresh else None,
            has_more=len(fresh) == PAYLOADS_MAX,
        )


def _client(settings: FreshdeskSettings) -> httpx.Client:
    told = base64.b64encode(f"{settings.token.reveal()}:X".encode()).decode()
    headers = {"user-agent": "complaint-channel-monitor", "authorization": f"Basic {told}"}
    return build_client(headers=headers)


def build(name: str, settings: FreshdeskSettings, around: Surroundings) -> Parts:
    """Make what asks for tickets and for ratings, and the webhook where its secret is given."""
    url = read_url(settings.url, f"channels.{name}.url")
    desk = freshdesk.Desk(
        host=url.hostname or "", house=around.mail, social=_social(name, settings)
    )
    plain, client = settings.url.rstrip("/"), partial(_client, settings)
    first = _EARLIEST
    if settings.since is not None:
        first = datetime.combine(settings.since, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lists: dict[str, Callable[[httpx.Client, str | None], Page]] = {
        "tickets": Changed(url=plain, first=first)
    }
    if settings.ratings:
        lists["ratings"] = Rated(url=plain, first=first)
    connectors = tuple(
        Poller(
            name=f"{name}/{which}",
            client=client,
            ask=asks,
            read=lambda raw: freshdesk.parse(raw, desk),
            seconds=settings.poll_seconds,
        )
        for which, asks in lists.items()
    )
    webhook = None
    if settings.key is not None:
        webhook = TicketWebhook(
            signature=SHARED_SECRET,
            key=settings.key,
            read=lambda raw: freshdesk.parse(raw, desk),
            url=plain,
            client=client,
        )
    check = partial(_check, plain, client, lists, is_rung=webhook is not None)
    return Parts(connectors=connectors, webhook=webhook, check=check)


def _social(name: str, settings: FreshdeskSettings) -> Visibility | None:
    known: dict[str, Visibility | None] = {"": None, "public": "public", "private": "private"}
    if settings.social not in known:
        raise ConfigError(
            f"channels.{name}.social: found {settings.social!r}; write public or private, or leave "
            "it out"
        )
    return known[settings.social]


def _check(
    url: str,
    client: Callable[[], httpx.Client],
    lists: dict[str, Callable[[httpx.Client, str | None], Page]],
    *,
    is_rung: bool,
) -> Iterator[Finding]:
    """Ask who we are, and whether the lists are given to us."""
    with client() as asking:
        me = ask_json(asking, "GET", f"{url}/api/v2/agents/me")
        who = word(me, "contact.email") or "nobody"
        sees_all = word(me, "ticket_scope") in {"", "1"}
        advice = "" if sees_all else "use the key of an agent with global access to tickets"
        yield Finding(is_well=sees_all, found=f"Freshdesk lets {who} in", advice=advice)
        ask(asking, "GET", f"{url}/api/v2/tickets", params={"per_page": "1"})
        yield Finding(is_well=True, found="tickets are given")
        if "ratings" in lists:
            try:
                path = f"{url}/api/v2/surveys/satisfaction_ratings"
                ask(asking, "GET", path, params={"per_page": "1"})
            except SourceError as error:
                advice = "write ratings = false where the plan has no satisfaction surveys"
                yield Finding(is_well=False, found=str(error), advice=advice)
    how = (
        "its webhook names what changed"
        if is_rung
        else "asked every now and then; set key for its webhook"
    )
    yield Finding(is_well=True, found=how)


KIND: Final = Kind(
    about="tickets and ratings of Freshdesk by its API; its webhook names tickets at once",
    settings=FreshdeskSettings,
    build=build,
)
