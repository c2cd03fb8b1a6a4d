"""Bluesky by Jetstream: the posts of the whole network over a WebSocket, with a cursor.

Nothing can be asked for by whom it mentions, so all posts come, and the few in whose bytes our
account stands are kept. The cursor is the time of the last event seen, kept or not: after a break
Jetstream goes on from there, as far back as it keeps events (a day, as the public ones are run).
A deletion names only the post, so the last posts that were kept are remembered while we run.
"""

import json
from collections import OrderedDict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event as Flag
from time import monotonic
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from websockets.sync.client import ClientConnection

from pipeline.channels import bluesky
from pipeline.channels.told import word
from pipeline.connectors.addresses import read_url
from pipeline.connectors.ports import Batch, Clock, Kind, Parts, Surroundings
from pipeline.connectors.streams import receive, streaming
from pipeline.domain.events import Event
from pipeline.errors import ConfigError, Garbled, Unreachable
from pipeline.payloads import Finding, Payload

NOTED_SECONDS: Final = 5.0
"""How often it is noted how far we have come while nothing concerns us."""
AT_ONCE: Final = 100
QUIET_SECONDS_MAX: Final = 60.0
"""A network in which nobody posts for so long has forgotten us."""
REMEMBERED_MAX: Final = 5_000
GAP_SECONDS: Final = 600.0
"""Between the cursor and the next event of a whole network; more than that is no longer kept."""
_NETWORK: Final = "wss://jetstream2.us-east.bsky.network"


@dataclass(frozen=True, kw_only=True)
class BlueskySettings:
    """One account.

    Attributes:
        did: ours, ``did:plc:…``; handles change, this does not.
        url: of a Jetstream, without a path.
        back: how far the first start goes back; all posts of that time have to pass.
    """

    did: str
    url: str = _NETWORK
    back: timedelta = timedelta(hours=1)


class _Event(msgspec.Struct):
    time_us: int
    did: str = ""
    commit: dict[str, Any] = msgspec.field(default_factory=dict)


@dataclass(kw_only=True)
class Jetstream:
    """The posts that concern one account.

    Attributes:
        name: of the connector.
        url: of the Jetstream.
        account: ours.
        clock: the present moment.
        back: how far the first start goes back.
        quiet_seconds: without any event for so long the connection is made anew.
    """

    name: str
    url: str
    account: bluesky.Account
    clock: Clock
    back: timedelta
    quiet_seconds: float = QUIET_SECONDS_MAX
    _known: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Yield what concerns us after the cursor, for ever."""
        start = int((self.clock() - self.back).timestamp() * 1_000_000)
        after = int(cursor) if cursor and cursor.isdecimal() else max(start, 1)
        with streaming(address(self.url, after)) as stream:
            noted, heard = monotonic(), monotonic()
            yield Batch()
            while not stop.is_set():
                payloads, first, last = self._some(stream, after)
                if cursor and first is not None:
                    yield Batch(gap=_gap(after, first))
                    cursor = None  # only what comes first after a break can be far away
                now = monotonic()
                heard = now if last > after else heard
                if now - heard > self.quiet_seconds:
                    raise Unreachable(f"nothing came for {self.quiet_seconds:.0f} s")
                if payloads or now - noted > NOTED_SECONDS:
                    noted = now
                    yield Batch(payloads=tuple(payloads), cursor=str(last))
                after = last

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of a post."""
        return bluesky.parse(payload.raw, self.account)

    def _some(self, stream: ClientConnection, after: int) -> tuple[list[Payload], int | None, int]:
        """Return what concerns us of what comes in a moment, and the times of its ends."""
        payloads: list[Payload] = []
        first: int | None = None
        until = monotonic() + 1
        while len(payloads) < AT_ONCE and monotonic() < until:
            raw = receive(stream, 0 if payloads else 0.2)
            if raw is None:
                break
            event = _read(raw)
            if event.time_us <= after:
                continue  # the cursor names an event that we have
            after = event.time_us
            first = after if first is None else first
            kept = self._kept(raw, event)
            if kept is not None:
                where = f"{event.did}/{word(event.commit, 'rkey')}"
                payloads.append(Payload(raw=kept, where=where, at=_moment(event.time_us)))
        return payloads, first, after

    def _kept(self, raw: bytes, event: _Event) -> bytes | None:
        """Return the bytes where the event concerns us."""
        key = f"{event.did}/{word(event.commit, 'rkey')}"
        if word(event.commit, "operation") == "delete":
            was = self._known.get(key)
            if was is None:
                return None
            return json.dumps({**json.loads(raw), "was": json.loads(was)}).encode()
        if self.account.did.encode() not in raw:
            return None
        self._known[key] = raw
        while len(self._known) > REMEMBERED_MAX:
            self._known.popitem(last=False)
        return raw


def address(url: str, after: int) -> str:
    """Return the address of the stream of posts, from a time on; 0: from now on."""
    query = {"wantedCollections": bluesky.POSTS} | ({"cursor": str(after)} if after else {})
    return f"{url}/subscribe?{urlencode(query)}"


def _read(raw: bytes) -> _Event:
    try:
        return msgspec.json.decode(raw, type=_Event)
    except (ValueError, RecursionError) as error:
        shown = raw[:80].decode("utf-8", "replace")
        raise Garbled(f"the stream tells {shown!r}, which is no event ({error})") from None


def _gap(after: int, first: int) -> str:
    """Return what a Jetstream keeps no more of a break, in words; empty where it keeps all."""
    seconds = (first - after) / 1_000_000
    if seconds <= GAP_SECONDS:
        return ""
    start = f"{_moment(after):%Y-%m-%d %H:%M} UTC"
    return f"{seconds / 3600:.1f} hours from {start} on are not kept any more"


def _moment(micros: int) -> datetime | None:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    except OverflowError:
        return None


def build(name: str, settings: BlueskySettings, around: Surroundings) -> Parts:
    """Make the one connector."""
    read_url(settings.url, f"channels.{name}.url", "wss")
    if not settings.did.startswith("did:") or settings.did.count(":") < 2:
        raise ConfigError(
            f"channels.{name}.did: found {settings.did!r}; write the account's DID, did:plc:…, "
            "which https://bsky.social/xrpc/com.atproto.identity.resolveHandle?handle="
            f"{quote(settings.did.lstrip('@')) or 'YOURS'} tells"
        )
    account = bluesky.Account(did=settings.did, house=around.mail)
    connector = Jetstream(
        name=name,
        url=settings.url.rstrip("/"),
        account=account,
        clock=around.clock,
        back=settings.back,
    )
    return Parts(connectors=(connector,), check=partial(check, connector))


def check(connector: Jetstream) -> Iterator[Finding]:
    """Open the stream and wait for something."""
    with streaming(address(connector.url, 0)) as stream:
        yield Finding(is_well=True, found=f"{connector.url} streams")
        raw = receive(stream, 2.0)
        if raw is None:
            yield Finding(is_well=True, found="nothing came within two seconds, which may be")
        else:
            at = _moment(_read(raw).time_us)
            yield Finding(is_well=True, found=f"an event of {at:%Y-%m-%d %H:%M:%S} UTC came")


KIND: Final = Kind(
    about="posts on Bluesky that concern an account, and its answers",
    settings=BlueskySettings,
    build=build,
)
