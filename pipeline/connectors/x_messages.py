"""X by its API v2: the direct messages of an account, both ways, asked for every now and then.

X gives the newest first, of the last 30 days, and knows no "since": pages are asked for until one
holds what we have, and all that is newer is gathered before anything is kept. More than ten pages
are more than X allows at a time: what is older then is lost, and told. A message names its writer
and a conversation of two numbers; the handle of the other side is asked for by number.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import httpx
import msgspec

from pipeline.channels import x_direct
from pipeline.channels.told import find, items, word
from pipeline.config import Secret
from pipeline.connectors.addresses import read_url
from pipeline.connectors.http import ask, ask_json, build_client
from pipeline.connectors.polling import Page, Poller
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.connectors.x_api import (
    API,
    Keys,
    bearer_client,
    number_of,
    read_account,
    read_page,
    written_at,
)
from pipeline.errors import ConfigError
from pipeline.payloads import Finding, Payload

AT_ONCE: Final = 100
PAGES_MAX: Final = 10
_WANTED: Final = {
    "max_results": str(AT_ONCE),
    "event_types": "MessageCreate",
    "dm_event.fields": "created_at,dm_conversation_id,sender_id,text",
    "expansions": "sender_id",
    "user.fields": "username",
}


@dataclass(frozen=True, kw_only=True)
class XMessagesSettings:
    """One account, by a token of its user or by the four keys of OAuth 1.0a.

    Attributes:
        user_id: the account's number.
        token: an access token of the account with dm.read, tweet.read and users.read. X's run out
            after two hours: name a file by ``token_file`` that somebody keeps fresh, or use keys.
        consumer_key: of the app (API key).
        consumer_secret: of the app (API key secret).
        access_token: of the account.
        access_token_secret: of the account.
        url: of the API.
        poll_seconds: how often it is asked; X allows 15 times in 15 minutes.
    """

    user_id: str
    token: Secret | None = None
    consumer_key: str = ""
    consumer_secret: Secret | None = None
    access_token: str = ""
    access_token_secret: Secret | None = None
    url: str = API
    poll_seconds: float = 90.0


@dataclass(frozen=True, kw_only=True)
class NewerMessages:
    """What was written after the cursor, the highest number that we have.

    Attributes:
        url: of the API.
        us: our account's number.
    """

    url: str
    us: str

    def __call__(self, client: httpx.Client, cursor: str | None) -> Page:
        """Return all of it, oldest first."""
        after = int(cursor) if cursor else 0
        found: dict[int, msgspec.Raw] = {}
        users: dict[str, Any] = {}
        query, url = dict(_WANTED), f"{self.url}/2/dm_events"
        token, is_whole = "", False
        for _ in range(PAGES_MAX):
            page = read_page(ask(client, "GET", url, params=query).content, url)
            numbered = {number_of(msgspec.json.decode(one), self.url): one for one in page.data}
            found |= {number: one for number, one in numbered.items() if number > after}
            users |= {word(one, "id"): one for one in items(page.includes, "users")}
            token = word(page.meta, "next_token")
            is_whole = not token or any(number <= after for number in numbered)
            if is_whole:
                break
            query["pagination_token"] = token
        self._add_partners(client, found, users)
        payloads = tuple(self._payload(number, found[number], users) for number in sorted(found))
        lost = (
            f"more than {len(found):,} messages since number {after}; the older ones were not read"
        )
        gap = lost if after and not is_whole else ""
        return Page(payloads=payloads, cursor=str(max(found)) if found else None, gap=gap)

    def _add_partners(
        self, client: httpx.Client, found: dict[int, msgspec.Raw], users: dict[str, Any]
    ) -> None:
        """Ask for the accounts to which we wrote and which nothing else has named."""
        partners = {
            x_direct.partner_of(msgspec.json.decode(one), self.us) for one in found.values()
        }
        unknown = sorted(partners - users.keys() - {""})
        for start in range(0, len(unknown), AT_ONCE):
            query = {"ids": ",".join(unknown[start : start + AT_ONCE]), "user.fields": "username"}
            told = ask_json(client, "GET", f"{self.url}/2/users", params=query)
            users |= {word(one, "id"): one for one in items(told, "data")}

    def _payload(self, number: int, raw: msgspec.Raw, users: dict[str, Any]) -> Payload:
        event = msgspec.json.decode(raw)
        named = {word(event, "sender_id"), x_direct.partner_of(event, self.us)} - {self.us, ""}
        known = [users[one] for one in sorted(named) if one in users]
        whole = msgspec.json.encode({"us": self.us, "data": raw, "users": known})
        return Payload(raw=whole, where=f"message {number}", at=written_at(event))


def build(name: str, settings: XMessagesSettings, around: Surroundings) -> Parts:
    """Make the one connector."""
    read_url(settings.url, f"channels.{name}.url")
    us = read_account(settings.user_id, f"channels.{name}.user_id")
    client = _client(name, settings, around)
    url = settings.url.rstrip("/")
    poller = Poller(
        name=name,
        client=client,
        ask=NewerMessages(url=url, us=us),
        read=lambda raw: x_direct.parse(raw, around.mail),
        seconds=settings.poll_seconds,
    )
    return Parts(connectors=(poller,), check=partial(_check, url, us, client))


def _client(
    name: str, settings: XMessagesSettings, around: Surroundings
) -> Callable[[], httpx.Client]:
    """Return what opens a client in the account's name."""
    if settings.token is not None:
        return partial(bearer_client, settings.token)
    if (
        not settings.consumer_key
        or not settings.access_token
        or settings.consumer_secret is None
        or settings.access_token_secret is None
    ):
        raise ConfigError(
            f"channels.{name}: give a token of the account, or consumer_key, consumer_secret, "
            "access_token and access_token_secret"
        )
    keys = Keys(
        consumer_key=settings.consumer_key,
        consumer_secret=settings.consumer_secret,
        access_token=settings.access_token,
        access_token_secret=settings.access_token_secret,
        clock=around.clock,
    )
    return partial(build_client, auth=keys)


def _check(url: str, us: str, client: Callable[[], httpx.Client]) -> Iterator[Finding]:
    """Ask who we are, and for a message."""
    with client() as asking:
        me = find(ask_json(asking, "GET", f"{url}/2/users/me"), "data")
        is_same = word(me, "id") == us
        advice = "" if is_same else f'write user_id = "{word(me, "id")}", or use its own token'
        found = f"X lets @{word(me, 'username')} in"
        yield Finding(is_well=is_same, found=found, advice=advice)
        ask(asking, "GET", f"{url}/2/dm_events", params={"max_results": "1"})
        yield Finding(is_well=True, found="its direct messages are given")


KIND: Final = Kind(
    about="direct messages of an account on X, asked for by API v2",
    settings=XMessagesSettings,
    build=build,
)
