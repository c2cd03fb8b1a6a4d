"""Mastodon: statuses that mention us, and our own answers.

===============  ==================================================================================
``id``           ``mastodon:HOST/ID``; ids belong to a server, so both sides are seen through ours
``direction``    outbound where the author is our account or one of ``company.handles``
``customer``     ``mastodon:user@host``. Of our own status: whom it answers, else whom it mentions
                 first. One that speaks to nobody (news) is no event
``visibility``   public and unlisted are public; for followers only and direct are private
``text``         the visible text; a content warning is the subject
``version``      when it was edited last, in milliseconds
no contacts      boosts, favourites, follows
===============  ==================================================================================
"""

from dataclasses import dataclass
from typing import Any, Final

from pipeline.channels.mail import MailSettings
from pipeline.channels.markup import html_to_text
from pipeline.channels.posts import build_message, deleted
from pipeline.channels.told import count, find, items, millis, moment, need, read_object, word
from pipeline.domain.events import Event, Message, Visibility
from pipeline.errors import BadPayload

HEARD: Final = ("mention", "quote")
"""The kinds of notification in which somebody says something."""
_VISIBILITIES: Final[dict[str, Visibility]] = {
    "public": "public", "unlisted": "public", "private": "private", "direct": "private",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Through whose eyes we see.

    Attributes:
        host: the server's domain.
        account: ours on it, without ``@``.
        house: who else we are, and the bounds.
    """

    host: str
    account: str
    house: MailSettings


def parse(raw: bytes, server: Server) -> list[Event]:
    """Read one status, one notification, or one status with what happened to it.

    What happened is told as ``{"event": "delete", "at": TIME, "status": {…}}``.

    Raises:
        BadPayload: it is none of these.
    """
    told = read_object(raw, "a status or notification of Mastodon")
    kind = told.get("type")
    if kind is not None and "account" in told and kind not in HEARD:
        return []
    status = told.get("status", told)
    if not isinstance(status, dict):
        raise BadPayload(f"status: expected an object, found {type(status).__name__}")
    if status.get("reblog") is not None:
        return []
    message = _message(status, server)
    if message is None:
        return []
    if told.get("event") == "delete":
        return [deleted(message, millis(moment(told, "at")))]
    return [message]


def full_name(acct: str, host: str) -> str:
    """Return ``user@host``; the server leaves its own host out."""
    plain = acct.strip().lower().lstrip("@")
    return plain if "@" in plain else f"{plain}@{host}"


def _message(status: dict[str, Any], server: Server) -> Message | None:
    author = full_name(need(status, "account.acct"), server.host)
    is_ours = _is_ours(author, server)
    customer = _answered(status, server) if is_ours else author
    if customer is None:
        return None
    told = word(status, "visibility")
    if told not in _VISIBILITIES:
        raise BadPayload(f"visibility: expected one of {', '.join(_VISIBILITIES)}, found {told!r}")
    visibility = _VISIBILITIES[told]
    is_edited = status.get("edited_at") is not None
    parent = word(status, "in_reply_to_id")
    is_public_inbound = visibility == "public" and not is_ours
    return build_message(
        id=_id(need(status, "id"), server),
        at=moment(status, "created_at"),
        version=millis(moment(status, "edited_at")) if is_edited else 0,
        customer=(f"mastodon:{customer}",),
        channel="mastodon",
        visibility=visibility,
        direction="outbound" if is_ours else "inbound",
        text=_text(status, server),
        subject=word(status, "spoiler_text"),
        lang=word(status, "language") or None,
        in_reply_to=_id(parent, server) if parent else None,
        auto=find(status, "account.bot") is True and not is_ours,
        reach=count(status, "account.followers_count") if is_public_inbound else None,
        extra={"account": author} if is_ours else {},
        house=server.house,
    )


def _is_ours(author: str, server: Server) -> bool:
    own = full_name(server.account, server.host)
    return author == own or server.house.company.owns_handle(author)


def _answered(status: dict[str, Any], server: Server) -> str | None:
    """Return whom a status of ours speaks to."""
    mentioned = {
        word(one, "id"): full_name(word(one, "acct"), server.host)
        for one in items(status, "mentions")
        if word(one, "acct")
    }
    others = {key: name for key, name in mentioned.items() if not _is_ours(name, server)}
    answered = others.get(word(status, "in_reply_to_account_id"))
    return answered or next(iter(others.values()), None)


def _text(status: dict[str, Any], server: Server) -> str:
    content = status.get("content", "")
    if not isinstance(content, str):
        raise BadPayload(f"content: expected HTML, found {type(content).__name__}")
    return html_to_text(content[: server.house.limits.html_chars])


def _id(number: str, server: Server) -> str:
    return f"mastodon:{server.host}/{number}"
