"""X by its API v2: the filtered stream, which tells of posts within seconds.

Which posts it tells is said by rules that live at X. Ours carry a tag with the channel's name; what
the settings want and X does not have is added, and ours that the settings no longer want are taken
away. Rules of others in the same app are let be, and what only they match is left alone.

A stream does not catch up. So when it is open, what was written since the last post that we have is
searched for (the last seven days at most), and only then the stream is read; what comes by both is
known by its number. Numbers tell when a post was written, but posts do not come quite in their
order: the cursor is the highest number, and what was seen of the minutes before it.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event as Flag
from typing import Any, Final

import httpx
import msgspec

from pipeline.channels import x_posts
from pipeline.channels.told import find, word
from pipeline.config import Secret
from pipeline.connectors.addresses import read_url
from pipeline.connectors.http import ask, ask_json, check
from pipeline.connectors.ports import PAYLOADS_MAX, Batch, Kind, Parts, Surroundings
from pipeline.connectors.streams import http_lines
from pipeline.connectors.x_api import (
    API,
    FIELDS,
    bearer_client,
    payload_of,
    read_account,
    read_page,
)
from pipeline.connectors.x_rules import Rules
from pipeline.domain.events import Event
from pipeline.errors import ConfigError, Garbled, Unreachable
from pipeline.payloads import Finding, Payload

LATE_MILLISECONDS: Final = 360_000
"""How late a post may come, and how far X itself goes back at most."""
SEEN_MAX: Final = 1_000
AT_ONCE: Final = 100
PAGES_MAX: Final = 30
"""Of one rule, so that a break of days asks X no more often than it allows."""
RULES_MAX: Final = 25
_TIME_BITS: Final = 22
"""A number of X holds the milliseconds of its post above these bits."""


@dataclass(frozen=True, kw_only=True)
class XStreamSettings:
    """One account.

    Attributes:
        user_id: the account's number.
        rules: which posts are told, as X writes rules; "@Acme -is:retweet" and "from:Acme" say who
            speaks to us, and what we say.
        token: a Bearer token of the app.
        url: of the API.
        backfill_minutes: 1 to 5: X itself repeats what came in a break so short; for Enterprise
            access alone.
        search: whether to search for what came in a break; without it a break is a gap.
    """

    user_id: str
    rules: tuple[str, ...]
    token: Secret
    url: str = API
    backfill_minutes: int = 0
    search: bool = True


class _Line(msgspec.Struct):
    data: msgspec.Raw = msgspec.Raw()
    includes: dict[str, Any] = {}
    matching_rules: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []


@dataclass(kw_only=True)
class _Seen:
    """The highest number, and those of the minutes before it."""

    last: int
    numbers: set[int]

    @classmethod
    def read(cls, cursor: str | None) -> "_Seen":
        last, _, numbers = (cursor or "0").partition(" ")
        return cls(last=int(last), numbers={int(one) for one in numbers.split(",") if one})

    @property
    def since(self) -> int:
        return max(self.last - (LATE_MILLISECONDS << _TIME_BITS), 0)

    def add(self, number: int) -> bool:
        """Note a post; return whether it is new."""
        if number in self.numbers:
            return False
        self.numbers.add(number)
        self.last = max(self.last, number)
        return True

    def __str__(self) -> str:
        self.numbers = set(sorted(one for one in self.numbers if one >= self.since)[-SEEN_MAX:])
        return f"{self.last} {','.join(str(one) for one in sorted(self.numbers))}"


@dataclass(frozen=True, kw_only=True)
class Stream:
    """What the rules tell.

    Attributes:
        name: of the connector.
        rules: ours at X.
        us: our account's number.
        client: opens a client with what proves who we are.
        read: makes events of a post, purely.
        backfill_minutes: how far X itself goes back; 0: not at all.
        searches: whether what came in a break is searched for.
    """

    name: str
    rules: Rules
    us: str
    client: Callable[[], httpx.Client]
    read: Callable[[bytes], Sequence[Event]]
    backfill_minutes: int
    searches: bool

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Yield what came since the cursor, then what comes, for ever."""
        seen = _Seen.read(cursor)
        with self.client() as client:
            self.rules.set_up(client)
            with http_lines(client, self._address, self._query, stop) as lines:
                if self.searches:
                    yield from self._missed(client, seen)
                yield Batch()
                for line in lines:
                    payload = self._payload(line, seen)
                    if stop.is_set():
                        return
                    cursor = None if payload is None else str(seen)
                    yield Batch(payloads=() if payload is None else (payload,), cursor=cursor)

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of a post."""
        return self.read(payload.raw)

    @property
    def _address(self) -> str:
        return f"{self.rules.url}/2/tweets/search/stream"

    @property
    def _query(self) -> dict[str, str]:
        minutes = self.backfill_minutes
        return FIELDS | ({"backfill_minutes": str(minutes)} if minutes else {})

    def _missed(self, client: httpx.Client, seen: _Seen) -> Iterator[Batch]:
        """Yield what was written since the cursor, oldest first."""
        found: dict[int, Payload] = {}
        gap = ""
        for rule in self.rules.wanted:
            posts, is_whole = self._searched(client, rule, seen)
            found |= posts
            if seen.since and not is_whole:
                gap = f"the search for {rule!r} does not reach back to what was read before"
        fresh = [found[number] for number in sorted(found) if seen.add(number)]
        for start in range(0, len(fresh), PAYLOADS_MAX):
            some = tuple(fresh[start : start + PAYLOADS_MAX])
            is_last = start + PAYLOADS_MAX >= len(fresh)
            cursor = str(seen) if is_last else None
            yield Batch(payloads=some, cursor=cursor, gap=gap if is_last else "")

    def _searched(
        self, client: httpx.Client, rule: str, seen: _Seen
    ) -> tuple[dict[int, Payload], bool]:
        """Return what a rule finds, and whether that is all."""
        url = f"{self.rules.url}/2/tweets/search/recent"
        query = {"query": rule, "max_results": str(AT_ONCE), **FIELDS}
        query |= {"since_id": str(seen.since)} if seen.since else {}
        found: dict[int, Payload] = {}
        for _ in range(PAGES_MAX):
            page = read_page(_search(client, url, query), url)
            found |= dict(payload_of(one, page.includes, self.us, url) for one in page.data)
            token = word(page.meta, "next_token")
            if not token:
                return found, not seen.since or "since_id" in query
            query["next_token"] = token
        return found, False

    def _payload(self, line: bytes, seen: _Seen) -> Payload | None:
        """Return the post of a line; None where it is none of ours, or was seen."""
        if not line:
            return None
        try:
            told = msgspec.json.decode(line, type=_Line)
        except (ValueError, RecursionError) as error:
            shown = line[:80].decode("utf-8", "replace")
            raise Garbled(f"the stream tells {shown!r}, which is no post ({error})") from None
        if not bytes(told.data):
            shown = line[:200].decode("utf-8", "replace")
            raise Unreachable(f"X ends the stream: {find(told.errors, '0.detail') or shown}")
        if not any(word(one, "tag") == self.rules.tag for one in told.matching_rules):
            return None
        number, payload = payload_of(told.data, told.includes, self.us, self._address)
        return payload if seen.add(number) else None


def _search(client: httpx.Client, url: str, query: dict[str, str]) -> bytes:
    """Ask for posts; X refuses a number that is older than it goes back, so then without one."""
    answer = ask(client, "GET", url, params=query, also={400})
    if answer.status_code == 400 and "since_id" in query:
        del query["since_id"]
        return ask(client, "GET", url, params=query).content
    check(answer)
    return answer.content


def build(name: str, settings: XStreamSettings, around: Surroundings) -> Parts:
    """Make the one connector."""
    where = f"channels.{name}"
    read_url(settings.url, f"{where}.url")
    us = read_account(settings.user_id, f"{where}.user_id")
    if not 0 < len(settings.rules) <= RULES_MAX or not all(settings.rules):
        raise ConfigError(
            f'{where}.rules: write 1 to {RULES_MAX} rules of X, such as "@Acme -is:retweet"'
        )
    if not 0 <= settings.backfill_minutes <= 5:
        raise ConfigError(f"{where}.backfill_minutes: write 1 to 5, or leave it out")
    rules = Rules(url=settings.url.rstrip("/"), tag=f"ccm-{name}", wanted=settings.rules)
    client = partial(bearer_client, settings.token)
    stream = Stream(
        name=name,
        rules=rules,
        us=us,
        client=client,
        read=lambda raw: x_posts.parse(raw, around.mail),
        backfill_minutes=settings.backfill_minutes,
        searches=settings.search,
    )
    return Parts(connectors=(stream,), check=partial(_check, rules, us, client))


def _check(rules: Rules, us: str, client: Callable[[], httpx.Client]) -> Iterator[Finding]:
    """Ask who we are and which rules there are; the stream itself lets only one in."""
    with client() as asking:
        found = word(find(ask_json(asking, "GET", f"{rules.url}/2/users/{us}"), "data"), "username")
        advice = "" if found else "look at user_id: X knows no account of this number"
        told = f"X tells of @{found}" if found else f"X tells nothing of {us}"
        yield Finding(is_well=bool(found), found=told, advice=advice)
        lacking, vain = rules.missing(asking)
        told = f"{len(rules.wanted) - len(lacking)} of {len(rules.wanted)} rules are at X"
        more = [f"{len(lacking)} will be added"] if lacking else []
        more += [f"{len(vain)} of before taken away"] if vain else []
        yield Finding(is_well=True, found="; ".join([told, *more]))
        for rule in lacking:
            why = rules.objection(asking, rule)
            if why:
                advice = "correct the rule; X's documentation tells how they are built"
                yield Finding(is_well=False, found=f"{rule!r}: {why}", advice=advice)


KIND: Final = Kind(
    about="posts on X as rules tell them, by API v2's filtered stream",
    settings=XStreamSettings,
    build=build,
)
