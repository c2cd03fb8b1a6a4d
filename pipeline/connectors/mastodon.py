"""A Mastodon account: who mentions it, and what it answers.

Streams do not catch up, so the stream is only a bell: when it rings, what is new is fetched by id
over the REST API, the same way as at the start and after any break. Deletions and edits alone are
taken from the stream; of those that happen while we are away the server keeps no list.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from threading import Event as Flag
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from websockets.sync.client import ClientConnection

from pipeline.channels import mastodon
from pipeline.channels.told import find, moment, word
from pipeline.config import Secret
from pipeline.connectors.addresses import LOOPBACK, read_url
from pipeline.connectors.http import ask, ask_json, build_client
from pipeline.connectors.ports import Batch, Clock, Kind, Parts, Surroundings
from pipeline.connectors.streams import receive, streaming
from pipeline.domain.events import Event
from pipeline.errors import AccessRefused, BadPayload, Garbled
from pipeline.payloads import Finding, Payload

AT_ONCE: Final = 40
"""How many the server gives at most."""
ASK_SECONDS: Final = 45.0
"""How often it is asked although the bell does not ring."""
REMEMBERED_MAX: Final = 1_000
"""Of so many statuses a deletion is understood, which names nothing but the id."""


@dataclass(frozen=True, kw_only=True)
class MastodonSettings:
    """One account.

    Attributes:
        url: of the server, ``https://mastodon.example``.
        account: ours, ``help``.
        token: of an application with the rights read:accounts, read:notifications, read:statuses.
        since: what was written before this day is left alone.
    """

    url: str
    account: str
    token: Secret
    since: date | None = None


@dataclass(frozen=True, kw_only=True)
class Door:
    """How to get in.

    Attributes:
        url: of the server, without a slash at the end.
        token: ours.
    """

    url: str
    token: Secret

    def client(self) -> httpx.Client:
        """Return a client that asks in our name."""
        headers = {"user-agent": "complaint-channel-monitor", **self.headers()}
        return build_client(headers=headers)

    def stream_url(self, client: httpx.Client) -> str:
        """Return where the server streams; it may be another host, which only it can name."""
        told = find(
            ask_json(client, "GET", f"{self.url}/api/v2/instance"), "configuration.urls.streaming"
        )
        url = told if isinstance(told, str) and told else self.url.replace("http", "ws", 1)
        parsed = urlsplit(url)
        if parsed.scheme != "wss" and parsed.hostname not in LOOPBACK:
            raise Garbled(f"{self.url}: names {url!r} for its stream, which is not encrypted")
        return url.rstrip("/") + "/api/v1/streaming?" + urlencode({"stream": "user"})

    def headers(self) -> dict[str, str]:
        """Return what proves who we are."""
        return {"authorization": f"Bearer {self.token.reveal()}"}


@dataclass(kw_only=True)
class Timeline:
    """One list of the account: its mentions, or its own statuses.

    Attributes:
        name: of the connector.
        door: how to get in.
        server: how statuses are read.
        path: of the list; ``{me}`` is the account's id.
        query: what is asked of it.
        rings: whether an event of the stream says that the list has grown.
        since: older ones are left alone.
        clock: the present moment.
    """

    name: str
    door: Door
    server: mastodon.Server
    path: str
    query: tuple[tuple[str, str], ...]
    rings: Callable[[str, Any, str], bool]
    since: date | None
    clock: Clock
    _known: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _changes: list[Payload] = field(default_factory=list)

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Yield what came after the cursor, then wait for the bell."""
        with ExitStack() as stack:
            client = stack.enter_context(self.door.client())
            me = word(_account(client, self.door), "id")
            path = self.door.url + self.path.format(me=me)
            stream = stack.enter_context(
                streaming(self.door.stream_url(client), self.door.headers())
            )
            for raw in self._page(client, path, {}):
                self._remember(raw)
            while not stop.is_set():
                for batch in self._new(client, path, cursor or "0"):
                    cursor = batch.cursor
                    yield batch
                yield Batch(payloads=tuple(self._changes), backlog=0)
                self._changes.clear()  # they are stored: else we would not have come back
                self._wait(stream, stop, me)

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of a status."""
        return mastodon.parse(payload.raw, self.server)

    def _new(self, client: httpx.Client, path: str, after: str) -> Iterator[Batch]:
        """Yield page after page, each the oldest that are newer than ``after``."""
        while page := self._page(client, path, {"min_id": after}):
            after = page[-1][0]
            for each in page:
                self._remember(each)
            payloads = tuple(
                Payload(raw=raw, where=f"{urlsplit(path).path} {number}", at=at)
                for number, raw, at in page
                if self.since is None or at is None or at.date() >= self.since
            )
            yield Batch(payloads=payloads, cursor=after)

    def _page(
        self, client: httpx.Client, path: str, more: dict[str, str]
    ) -> list[tuple[str, bytes, datetime | None]]:
        """Return id, bytes and time of what a page holds, oldest first."""
        told = ask(
            client, "GET", path, params=[*self.query, ("limit", str(AT_ONCE)), *more.items()]
        ).content
        try:
            found = msgspec.json.decode(told, type=list[msgspec.Raw])
            page = [(bytes(one), msgspec.json.decode(one)) for one in reversed(found)]
        except (ValueError, RecursionError) as error:
            raise Garbled(f"{path}: expected a list, {error}") from None
        rows = [(word(one, "id"), raw, _moment(one)) for raw, one in page]
        if not all(number for number, _, _ in rows):
            raise Garbled(f"{path}: something in the list has no id")
        return rows

    def _remember(self, row: tuple[str, bytes, datetime | None]) -> None:
        told = msgspec.json.decode(row[1])
        status = told.get("status", told)
        self._known[word(status, "id")] = msgspec.json.encode(status)
        while len(self._known) > REMEMBERED_MAX:
            self._known.popitem(last=False)

    def _wait(self, stream: ClientConnection, stop: Flag, me: str) -> None:
        """Return when the list may have grown, when something changed, or after a while."""
        until = monotonic() + ASK_SECONDS
        while not stop.is_set() and monotonic() < until:
            raw = receive(stream)
            if raw is None:
                continue
            kind, told = _event(raw)
            if self.rings(kind, told, me) or self._note_change(kind, told):
                return

    def _note_change(self, kind: str, told: Any) -> bool:
        """Keep a deletion or an edit of a status that we took; return whether it is one."""
        number = told if kind == "delete" else word(told, "id")
        if kind not in {"delete", "status.update"} or number not in self._known:
            return False
        if kind == "delete":
            status = msgspec.Raw(self._known[number])
            change = {"event": kind, "at": self.clock().isoformat(), "status": status}
            raw = msgspec.json.encode(change)
        else:
            raw = self._known[number] = msgspec.json.encode(told)
        self._changes.append(Payload(raw=raw, where=f"{kind} {number}", at=self.clock()))
        return True


def _event(raw: bytes) -> tuple[str, Any]:
    """Return kind and payload of what the stream tells; the payload is JSON within JSON."""
    try:
        told = json.loads(raw)
        kind, inner = told["event"], told.get("payload", "")
        return str(kind), inner if kind == "delete" else json.loads(inner or "null")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        shown = raw[:80].decode("utf-8", "replace")
        raise Garbled(f"the stream tells {shown!r}, which is no event of Mastodon") from None


def _moment(told: Any) -> datetime | None:
    try:
        return moment(told, "created_at")
    except BadPayload:
        return None


def _account(client: httpx.Client, door: Door) -> Any:
    return ask_json(client, "GET", f"{door.url}/api/v1/accounts/verify_credentials")


def _rings_of_mentions(kind: str, told: Any, me: str) -> bool:  # noqa: ARG001 - of two a kind
    return kind == "notification" and word(told, "type") in mastodon.HEARD


def _rings_of_own(kind: str, told: Any, me: str) -> bool:
    return kind == "update" and word(told, "account.id") == me


def build(name: str, settings: MastodonSettings, around: Surroundings) -> Parts:
    """Make a connector for the mentions, and one for our own statuses."""
    url = read_url(settings.url, f"channels.{name}.url")
    door = Door(url=settings.url.rstrip("/"), token=settings.token)
    server = mastodon.Server(host=url.hostname or "", account=settings.account, house=around.mail)
    heard = tuple(("types[]", one) for one in mastodon.HEARD)
    own = (("exclude_reblogs", "true"),)
    lists = {
        "mentions": ("/api/v1/notifications", heard, _rings_of_mentions),
        "posts": ("/api/v1/accounts/{me}/statuses", own, _rings_of_own),
    }
    connectors = tuple(
        Timeline(
            name=f"{name}/{which}",
            door=door,
            server=server,
            path=path,
            query=query,
            rings=rings,
            since=settings.since,
            clock=around.clock,
        )
        for which, (path, query, rings) in lists.items()
    )
    return Parts(connectors=connectors, check=partial(check, door, server))


def check(door: Door, server: mastodon.Server) -> Iterator[Finding]:
    """Ask who we are, and open the stream."""
    with door.client() as client:
        found = _account(client, door)
        ours = mastodon.full_name(word(found, "acct"), server.host)
        is_same = ours == mastodon.full_name(server.account, server.host)
        yield Finding(
            is_well=is_same,
            found=f"{server.host} lets {ours} in" + ("" if is_same else f", not {server.account}"),
            advice=""
            if is_same
            else f'write account = "{word(found, "acct")}", or use a token of {server.account}',
        )
        for path in ("/api/v1/notifications", f"/api/v1/accounts/{word(found, 'id')}/statuses"):
            try:
                ask(client, "GET", door.url + path, params={"limit": "1"})
            except AccessRefused as error:
                advice = "give the application read:notifications and read:statuses"
                yield Finding(is_well=False, found=str(error), advice=advice)
        with streaming(door.stream_url(client), door.headers()):
            yield Finding(is_well=True, found="its stream tells of news at once")


KIND: Final = Kind(
    about="mentions of a Mastodon account, and its answers",
    settings=MastodonSettings,
    build=build,
)
