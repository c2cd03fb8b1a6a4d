"""X by its API v2: posts that mention an account, and its own, asked for by number.

For who has no Account Activity API. X gives the newest first, page by page; all that is newer than
the cursor is gathered before anything is kept, so that nothing is passed over. X gives at most the
last 800 mentions: what is older than these when we come back is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import httpx
import msgspec

from pipeline.channels import x_posts
from pipeline.channels.told import find, items, word
from pipeline.config import Secret
from pipeline.connectors.addresses import read_url
from pipeline.connectors.http import ask, ask_json, build_client
from pipeline.connectors.polling import Page, Poller
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.errors import ConfigError, Garbled
from pipeline.payloads import Finding, Payload

AT_ONCE: Final = 100
PAGES_MAX: Final = 8
_API: Final = "https://api.x.com"
_WANTED: Final = {
    "max_results": str(AT_ONCE),
    "tweet.fields": "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,"
    "in_reply_to_user_id,lang,note_tweet,referenced_tweets",
    "expansions": "author_id,in_reply_to_user_id,entities.mentions.username",
    "user.fields": "protected,public_metrics,username",
}


@dataclass(frozen=True, kw_only=True)
class XPostsSettings:
    """One account.

    Attributes:
        user_id: the account's number.
        token: a Bearer token of the app.
        url: of the API.
        poll_seconds: how often it is asked; each plan of X has its own bounds.
    """

    user_id: str
    token: Secret
    url: str = _API
    poll_seconds: float = 60.0


class _Posts(msgspec.Struct):
    data: list[msgspec.Raw] = []
    includes: dict[str, Any] = {}
    meta: dict[str, Any] = {}


@dataclass(frozen=True, kw_only=True)
class Newer:
    """What is newer than the cursor.

    Attributes:
        url: of the list.
        us: our account's number.
    """

    url: str
    us: str

    def __call__(self, client: httpx.Client, cursor: str | None) -> Page:
        """Return all of it, oldest first, and the highest number."""
        query = {**_WANTED, **({"since_id": cursor} if cursor else {})}
        found: list[tuple[int, Payload]] = []
        for _ in range(PAGES_MAX):
            page = self._page(client, query)
            found += [self._payload(one, page.includes) for one in page.data]
            token = word(page.meta, "next_token")
            if not token:
                break
            query["pagination_token"] = token
        found.sort(key=lambda one: one[0])
        newest = str(found[-1][0]) if found else None
        return Page(payloads=tuple(one for _, one in found), cursor=newest)

    def _page(self, client: httpx.Client, query: dict[str, str]) -> _Posts:
        try:
            raw = ask(client, "GET", self.url, params=query).content
            return msgspec.json.decode(raw, type=_Posts)
        except (ValueError, RecursionError) as error:
            raise Garbled(f"{self.url}: answered what is no page of X ({error})") from None

    def _payload(self, raw: msgspec.Raw, includes: dict[str, Any]) -> tuple[int, Payload]:
        post = msgspec.json.decode(raw)
        number = word(post, "id")
        if not number.isdecimal() or len(number) > 30:
            raise Garbled(f"{self.url}: something in the list has no number")
        named = {word(post, "author_id"), word(post, "in_reply_to_user_id")}
        users = [one for one in items(includes, "users") if word(one, "id") in named]
        whole = msgspec.json.encode({"us": self.us, "data": raw, "users": users})
        return int(number), Payload(raw=whole, where=f"post {number}")


def _client(settings: XPostsSettings) -> httpx.Client:
    token = f"Bearer {settings.token.reveal()}"
    headers = {"user-agent": "complaint-channel-monitor", "authorization": token}
    return build_client(headers=headers)


def build(name: str, settings: XPostsSettings, around: Surroundings) -> Parts:
    """Make a connector for the mentions, and one for our own posts."""
    read_url(settings.url, f"channels.{name}.url")
    if not settings.user_id.isdecimal():
        raise ConfigError(
            f"channels.{name}.user_id: found {settings.user_id!r}; write the account's number, "
            "which /2/users/by/username/HANDLE tells"
        )
    user = f"{settings.url.rstrip('/')}/2/users/{settings.user_id}"
    client = partial(_client, settings)
    connectors = tuple(
        Poller(
            name=f"{name}/{which}",
            client=client,
            ask=Newer(url=f"{user}/{which}", us=settings.user_id),
            read=lambda raw: x_posts.parse(raw, around.mail),
            seconds=settings.poll_seconds,
        )
        for which in ("mentions", "tweets")
    )

    def check() -> Iterator[Finding]:
        with client() as asking:
            found = word(find(ask_json(asking, "GET", user), "data"), "username")
        advice = "" if found else "look at user_id: X knows no account of this number"
        told = f"X tells of @{found}" if found else f"X tells nothing of {settings.user_id}"
        yield Finding(is_well=bool(found), found=told, advice=advice)

    return Parts(connectors=connectors, check=check)


KIND: Final = Kind(
    about="posts on X that mention an account, and its own, asked for by API v2",
    settings=XPostsSettings,
    build=build,
)
