"""What all that asks X's API v2 has in common: which fields, who asks, how a post is kept.

Two ways to prove who we are: a Bearer token of the app (or of a user, for direct messages), read
anew at each request; or the four keys of OAuth 1.0a (RFC 5849), which do not run out.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import httpx
import msgspec

from pipeline.channels.told import items, moment, word
from pipeline.config import Secret
from pipeline.connectors.http import build_client
from pipeline.connectors.oauth import Bearer, FixedToken
from pipeline.connectors.ports import Clock
from pipeline.errors import BadPayload, ConfigError, Garbled
from pipeline.payloads import Payload

API: Final = "https://api.x.com"
FIELDS: Final = {
    "tweet.fields": "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,"
    "in_reply_to_user_id,lang,note_tweet,referenced_tweets",
    "expansions": "author_id,in_reply_to_user_id,entities.mentions.username",
    "user.fields": "protected,public_metrics,username",
}
_DIGITS_MAX: Final = 30


class XPage(msgspec.Struct):
    """One page of posts or messages, each as it came; ``includes`` tells of accounts."""

    data: list[msgspec.Raw] = []
    includes: dict[str, Any] = {}
    meta: dict[str, Any] = {}


def read_page(raw: bytes, url: str) -> XPage:
    """Return the page that ``url`` answered.

    Raises:
        Garbled: it is none.
    """
    try:
        return msgspec.json.decode(raw, type=XPage)
    except (ValueError, RecursionError) as error:
        raise Garbled(f"{url}: answered what is no page of X ({error})") from None


@dataclass(frozen=True, kw_only=True)
class Keys(httpx.Auth):
    """OAuth 1.0a: signs each request.

    Attributes:
        consumer_key: of the app.
        consumer_secret: of the app.
        access_token: of the account.
        access_token_secret: of the account.
        clock: the present moment.
    """

    consumer_key: str
    consumer_secret: Secret
    access_token: str
    access_token_secret: Secret
    clock: Clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        header = self.header(request.method, request.url, self.clock(), secrets.token_hex(16))
        request.headers["authorization"] = header
        yield request

    def header(self, method: str, url: httpx.URL, now: datetime, nonce: str) -> str:
        """Return what signs a request whose body is no form (RFC 5849, 3.4)."""
        own = {
            "oauth_consumer_key": self.consumer_key,
            "oauth_nonce": nonce,
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(now.timestamp())),
            "oauth_token": self.access_token,
            "oauth_version": "1.0",
        }
        every = sorted((_plain(key), _plain(value)) for key, value in
                       [*own.items(), *url.params.multi_items()])  # fmt: skip
        told = "&".join(f"{key}={value}" for key, value in every)
        base = "&".join((method, _plain(str(url.copy_with(query=None))), _plain(told)))
        key = "&".join(_plain(one.reveal()) for one in self._secrets)
        digest = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
        own["oauth_signature"] = base64.b64encode(digest).decode()
        return "OAuth " + ", ".join(f'{key}="{_plain(value)}"' for key, value in own.items())

    @property
    def _secrets(self) -> tuple[Secret, Secret]:
        return self.consumer_secret, self.access_token_secret


def _plain(told: str) -> str:
    return quote(told, safe="")


def bearer_client(token: Secret) -> httpx.Client:
    """Return a client that sends a token along, as it is at each request."""
    return build_client(auth=Bearer(FixedToken(token)))


def read_account(told: str, where: str) -> str:
    """Return the number of an account.

    Raises:
        ConfigError: it is none.
    """
    if not told.isdecimal() or not told.isascii():
        raise ConfigError(
            f"{where}: found {told!r}; write the account's number, which "
            "/2/users/by/username/HANDLE tells"
        )
    return told


def number_of(told: Any, url: str) -> int:
    """Return the number of a post or message.

    Raises:
        Garbled: it has none.
    """
    number = word(told, "id")
    if not number.isdecimal() or len(number) > _DIGITS_MAX:
        raise Garbled(f"{url}: something in what it gives has no number")
    return int(number)


def payload_of(
    raw: msgspec.Raw, includes: dict[str, Any], us: str, url: str
) -> tuple[int, Payload]:
    """Return a post with the accounts that it names, and its number.

    Raises:
        Garbled: it has no number.
    """
    post = msgspec.json.decode(raw)
    number = number_of(post, url)
    named = {word(post, "author_id"), word(post, "in_reply_to_user_id")}
    users = [one for one in items(includes, "users") if word(one, "id") in named]
    whole = msgspec.json.encode({"us": us, "data": raw, "users": users})
    return number, Payload(raw=whole, where=f"post {number}", at=written_at(post))


def written_at(told: Any) -> datetime | None:
    """Return when something was written; None where it does not say."""
    try:
        return moment(told, "created_at")
    except BadPayload:
        return None
