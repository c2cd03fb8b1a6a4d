"""X by its API v2: posts that mention an account, and its own, asked for by number.

For who has no Account Activity API. X gives the newest first, page by page; all that is newer than
the cursor is gathered before anything is kept, so that nothing is passed over. X gives at most the
last 800 mentions and 3,200 posts: what is older than these when we come back is lost, and told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import httpx

from pipeline.channels import x_posts
from pipeline.channels.told import find, word
from pipeline.config import Secret
from pipeline.connectors.addresses import read_url
from pipeline.connectors.http import ask, ask_json
from pipeline.connectors.polling import Page, Poller
from pipeline.connectors.ports import PAYLOADS_MAX, Kind, Parts, Surroundings
from pipeline.connectors.x_api import (
    API,
    FIELDS,
    bearer_client,
    payload_of,
    read_account,
    read_page,
)
from pipeline.payloads import Finding, Payload

AT_ONCE: Final = 100
LISTS: Final = {"mentions": 8, "tweets": 32}
"""The pages that X gives of each list, at most."""
_WANTED: Final = {"max_results": str(AT_ONCE), **FIELDS}


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
    url: str = API
    poll_seconds: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Newer:
    """What is newer than the cursor.

    Attributes:
        url: of the list.
        us: our account's number.
        pages_max: that X gives.
    """

    url: str
    us: str
    pages_max: int

    def __call__(self, client: httpx.Client, cursor: str | None) -> Page:
        """Return the oldest of it, oldest first, and the highest number among these."""
        query = {**_WANTED, **({"since_id": cursor} if cursor else {})}
        found: list[tuple[int, Payload]] = []
        token = ""
        for _ in range(self.pages_max):
            page = read_page(ask(client, "GET", self.url, params=query).content, self.url)
            found += [payload_of(one, page.includes, self.us, self.url) for one in page.data]
            token = word(page.meta, "next_token")
            if not token:
                break
            query["pagination_token"] = token
        found.sort(key=lambda one: one[0])
        some = found[:PAYLOADS_MAX]
        lost = f"more than {len(found):,} posts since number {cursor}, and X gives no older ones"
        return Page(
            payloads=tuple(one for _, one in some),
            cursor=str(some[-1][0]) if some else None,
            has_more=len(some) < len(found),
            gap=lost if token and cursor else "",
        )


def build(name: str, settings: XPostsSettings, around: Surroundings) -> Parts:
    """Make a connector for the mentions, and one for our own posts."""
    read_url(settings.url, f"channels.{name}.url")
    number = read_account(settings.user_id, f"channels.{name}.user_id")
    user = f"{settings.url.rstrip('/')}/2/users/{number}"
    client = partial(bearer_client, settings.token)
    connectors = tuple(
        Poller(
            name=f"{name}/{which}",
            client=client,
            ask=Newer(url=f"{user}/{which}", us=settings.user_id, pages_max=pages_max),
            read=lambda raw: x_posts.parse(raw, around.mail),
            seconds=settings.poll_seconds,
        )
        for which, pages_max in LISTS.items()
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
