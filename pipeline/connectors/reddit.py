"""Reddit: new posts and comments of subreddits, what our account writes, and its inbox.

Reddit lists the newest first. Its own ``before`` names the last thing that we saw; where that was
removed, the list is empty for ever. So pages are asked for backwards (``after``) until one is older
than the cursor, and all that is new is gathered before anything is kept. The cursor is the newest
time and what was seen in the minutes before it, since things may show up a little late. Reddit goes
back a thousand things: what is older than these when we come back is lost, and told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any, Final, Self

import httpx
import msgspec

from pipeline.channels import reddit
from pipeline.channels.told import find, items, moment, word
from pipeline.config import Secret
from pipeline.connectors.addresses import read_url
from pipeline.connectors.http import ask, ask_json, build_client, spent_seconds
from pipeline.connectors.oauth import Bearer, RenewedToken
from pipeline.connectors.polling import Page, Poller
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.errors import AccessRefused, BadPayload, ConfigError, Garbled
from pipeline.payloads import Finding, Payload

AT_ONCE: Final = 100
PAGES_MAX: Final = 10
LATE_SECONDS: Final = 300
"""How late something may show up in a list and still be taken."""
SUBREDDITS_MAX: Final = 50
_API: Final = "https://oauth.reddit.com"
_TOKENS: Final = "https://www.reddit.com/api/v1/access_token"


@dataclass(frozen=True, kw_only=True)
class RedditSettings:
    """One account.

    Attributes:
        account: ours, without ``u/``.
        client_id: of the application, from https://www.reddit.com/prefs/apps.
        client_secret: of the application.
        refresh_token: a permanent one of our account (read, history, privatemessages, identity);
            without it the inbox is not read.
        subreddits: without ``r/``; whose new posts and comments are read.
        words: posts and comments without any of these are left alone; empty: in these subreddits
            all are about us.
        url: of the API.
        token_url: where tokens are renewed.
        since: what was written before this day is left alone; without it the first start takes
            the last hundred things of each list.
        poll_seconds: how often each list is asked for.
    """

    account: str
    client_id: str
    client_secret: Secret
    refresh_token: Secret | None = None
    subreddits: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    url: str = _API
    token_url: str = _TOKENS
    since: date | None = None
    poll_seconds: float = 60.0


class _Listed(msgspec.Struct):
    children: list[msgspec.Raw]
    after: str | None = None


class _Listing(msgspec.Struct):
    data: _Listed


class _Thing(msgspec.Struct):
    kind: str
    data: msgspec.Raw


@dataclass(frozen=True, kw_only=True)
class _Found:
    """Something in a list: its fullname, when it was written, what it answers, its bytes."""

    name: str
    at: float
    parent: str
    thing: _Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """How far a list was read: the newest time, and what was seen shortly before it."""

    at: float
    names: frozenset[str]

    @classmethod
    def read(cls, cursor: str | None, since: date | None) -> Self:
        if cursor is None and since is not None:
            start = datetime.combine(since, time(), UTC).timestamp()
            return cls(at=start + LATE_SECONDS, names=frozenset())
        at, _, names = (cursor or "0").partition(" ")
        return cls(at=float(at), names=frozenset(names.split(",")) - {""})

    @property
    def is_start(self) -> bool:
        return self.at == 0

    def is_old(self, one: _Found) -> bool:
        return one.at < self.at - LATE_SECONDS

    def after(self, listed: list[_Found]) -> str:
        """Return the cursor after a list."""
        at = max((one.at for one in listed), default=self.at)
        at = max(at, self.at)
        names = {one.name for one in listed if one.at >= at - LATE_SECONDS}
        return f"{at:.0f} {','.join(sorted(names))}"


@dataclass(frozen=True, kw_only=True)
class Newest:
    """A list of the newest.

    Attributes:
        url: of the API.
        path: of the list.
        since: the day on which it begins; None: with the last hundred.
        with_parents: whether what our comments answer is asked for, since only that tells to whom
            we speak.
    """

    url: str
    path: str
    since: date | None
    with_parents: bool = False

    def __call__(self, client: httpx.Client, cursor: str | None) -> Page:
        """Return what is new, oldest first."""
        seen = _Seen.read(cursor, self.since)
        listed, wait, is_whole = self._listed(client, seen)
        fresh = [one for one in listed if one.name not in seen.names and not seen.is_old(one)]
        fresh.sort(key=lambda one: (one.at, len(one.name), one.name))
        parents = self._parents(client, fresh) if self.with_parents else {}
        payloads = tuple(_payload(one, parents.get(one.parent)) for one in fresh)
        lost = f"more than the {len(listed):,} things that Reddit still lists"
        gap = "" if is_whole or cursor is None else lost
        after = seen.after(listed) if fresh else None
        return Page(payloads=payloads, cursor=after, wait=wait, gap=gap)

    def _listed(self, client: httpx.Client, seen: _Seen) -> tuple[list[_Found], float | None, bool]:
        """Return what is listed, how long to wait, and whether it reaches back to what was seen."""
        query = {"limit": str(AT_ONCE), "raw_json": "1", "mark": "false", "sort": "new"}
        found: list[_Found] = []
        wait, is_whole = None, seen.is_start
        for _ in range(PAGES_MAX):
            answer = ask(client, "GET", self.url + self.path, params=query)
            wait = spent_seconds(answer.headers)
            page, after = self._read(answer.content)
            found += page
            is_whole = is_whole or any(seen.is_old(one) for one in page)
            if after is None or is_whole:
                break
            query["after"] = after
        return found, wait, is_whole or len(found) < AT_ONCE * (PAGES_MAX - 1)

    def _read(self, raw: bytes) -> tuple[list[_Found], str | None]:
        try:
            told = msgspec.json.decode(raw, type=_Listing).data
            things = [msgspec.json.decode(one, type=_Thing) for one in told.children]
            return [self._found(one) for one in things], told.after
        except (ValueError, RecursionError) as error:
            raise Garbled(f"{self.path}: answered what is no list of Reddit ({error})") from None

    def _found(self, thing: _Thing) -> _Found:
        data = msgspec.json.decode(thing.data)
        name, at = word(data, "name"), find(data, "created_utc")
        if not name.replace("_", "").isalnum() or not isinstance(at, int | float):
            raise Garbled(f"{self.path}: something in the list has no name or no time")
        return _Found(name=name, at=float(at), parent=word(data, "parent_id"), thing=thing)

    def _parents(self, client: httpx.Client, found: list[_Found]) -> dict[str, msgspec.Raw]:
        """Return what is answered, by fullname."""
        names = sorted({one.parent for one in found if one.parent.startswith(("t1_", "t3_"))})
        parents: dict[str, msgspec.Raw] = {}
        for start in range(0, len(names), AT_ONCE):
            query = {"id": ",".join(names[start : start + AT_ONCE]), "raw_json": "1"}
            answer = ask(client, "GET", f"{self.url}/api/info", params=query)
            page, _ = self._read(answer.content)
            parents |= {one.name: one.thing.data for one in page}
        return parents


def _payload(found: _Found, parent: msgspec.Raw | None) -> Payload:
    whole: dict[str, Any] = {"kind": found.thing.kind, "data": found.thing.data}
    if parent is not None:
        whole["parent"] = parent
    try:
        at = moment({"at": found.at}, "at")
    except BadPayload:
        at = None
    return Payload(raw=msgspec.json.encode(whole), where=found.name, at=at)


def build(name: str, settings: RedditSettings, around: Surroundings) -> Parts:
    """Make a connector for each list."""
    where = f"channels.{name}"
    read_url(settings.url, f"{where}.url")
    read_url(settings.token_url, f"{where}.token_url")
    _check_names(settings, where)
    token = RenewedToken(
        url=settings.token_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        refresh_token=settings.refresh_token,
        scope="",
        clock=around.clock,
        is_basic=True,
    )
    agent = f"server:complaint-channel-monitor:1 (by /u/{settings.account})"
    client = partial(build_client, headers={"user-agent": agent}, auth=Bearer(token))
    words = tuple(one.lower() for one in settings.words)
    place = reddit.Place(account=settings.account, house=around.mail, words=words)
    url = settings.url.rstrip("/")
    connectors = tuple(
        Poller(
            name=f"{name}/{which}",
            client=client,
            ask=Newest(url=url, path=path, since=settings.since, with_parents=which == "own"),
            read=lambda raw: reddit.parse(raw, place),
            seconds=settings.poll_seconds,
        )
        for which, path in _lists(settings).items()
    )
    return Parts(connectors=connectors, check=partial(_check, settings, url, client))


def _check_names(settings: RedditSettings, where: str) -> None:
    named = {"account": (settings.account,), "subreddits": settings.subreddits}
    for key, names in named.items():
        for one in names:
            if not one.replace("_", "").replace("-", "").isalnum() or not one.isascii():
                raise ConfigError(f"{where}.{key}: found {one!r}; write the name without u/ or r/")
    if len(settings.subreddits) > SUBREDDITS_MAX:
        raise ConfigError(f"{where}.subreddits: write at most {SUBREDDITS_MAX}")
    if not settings.subreddits and settings.refresh_token is None:
        raise ConfigError(
            f"{where}.subreddits: is empty, and without a refresh_token the inbox cannot be read: "
            "there is nothing to read"
        )


def _lists(settings: RedditSettings) -> dict[str, str]:
    lists: dict[str, str] = {}
    if settings.subreddits:
        several = "+".join(settings.subreddits)
        lists |= {"posts": f"/r/{several}/new", "comments": f"/r/{several}/comments"}
    lists["own"] = f"/user/{settings.account}/overview"
    if settings.refresh_token is not None:
        lists |= {"inbox": "/message/inbox", "sent": "/message/sent"}
    return lists


def _check(
    settings: RedditSettings, url: str, client: Callable[[], httpx.Client]
) -> Iterator[Finding]:
    """Ask who we are, and whether each subreddit can be read."""
    with client() as asking:
        if settings.refresh_token is None:
            ask(asking, "GET", f"{url}/user/{settings.account}/about")
            found = f"Reddit knows u/{settings.account}; without refresh_token no inbox is read"
            yield Finding(is_well=True, found=found)
        else:
            me = word(ask_json(asking, "GET", f"{url}/api/v1/me"), "name")
            is_same = me.lower() == settings.account.lower()
            advice = "" if is_same else f'write account = "{me}", or use a token of that account'
            yield Finding(is_well=is_same, found=f"Reddit lets u/{me} in", advice=advice)
        for one in settings.subreddits:
            yield _readable(asking, url, one)


def _readable(client: httpx.Client, url: str, subreddit: str) -> Finding:
    try:
        told = ask_json(client, "GET", f"{url}/r/{subreddit}/about")
    except AccessRefused as error:
        advice = "the subreddit is private or banned: let our account in, or leave it out"
        return Finding(is_well=False, found=f"r/{subreddit}: {error}", advice=advice)
    except Garbled as error:
        advice = "is the name right? write it without r/"
        return Finding(is_well=False, found=f"r/{subreddit}: {error}", advice=advice)
    if word(told, "kind") != "t5" or items(told, "data.children"):
        return Finding(is_well=False, found=f"there is no r/{subreddit}", advice="correct the name")
    return Finding(is_well=True, found=f"r/{word(told, 'data.display_name') or subreddit} is read")


KIND: Final = Kind(
    about="posts and comments of subreddits on Reddit, an account's inbox and its answers",
    settings=RedditSettings,
    build=build,
)
