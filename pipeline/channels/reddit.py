"""Reddit: posts, comments and private messages, as the OAuth API lists them.

===============  ==================================================================================
payload          ``{"kind": "t1", "data": {…}, "parent": {…}}``: a thing of a listing (``t1`` a
                 comment, ``t3`` a post, ``t4`` a private message); ``parent`` what our own comment
                 answers
``id``           ``reddit:`` and the fullname, ``reddit:t1_abc``
``direction``    outbound where the author is our account or one of ``company.handles``
``customer``     ``reddit:name``. Of our own: whom it answers, else whom it names first (u/name).
                 One that speaks to nobody is no event
``visibility``   public; of a private subreddit, and between two people, private
``thread``       the post; of private messages the first one
``version``      when it was edited, in milliseconds
no contacts      votes; authors who are deleted; in a subreddit with ``words`` what holds none of
                 them
===============  ==================================================================================

Reddit tells an edit of a private message nowhere, and of a comment only while it is on the pages
that we read.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from pipeline.channels.mail import MailSettings
from pipeline.channels.posts import build_message, deleted
from pipeline.channels.told import find, millis, moment, need, read_object, word
from pipeline.domain.events import Event, Message, Visibility
from pipeline.errors import BadPayload

KINDS: Final = ("t1", "t3", "t4")
_GONE: Final = frozenset({"[deleted]", "[removed]"})
_ROBOTS: Final = frozenset({"automoderator"})
_NAMED: Final = re.compile(r"(?<![\w/])/?u/([A-Za-z0-9_-]{3,20})(?![\w-])")
_POST: Final = re.compile(r"/comments/([a-z0-9]{1,13})/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Through whose eyes we see.

    Attributes:
        account: ours, without ``u/``.
        house: who else we are, and the bounds.
        words: in lower case; posts and comments without any of them are left alone. Empty: none is.
    """

    account: str
    house: MailSettings
    words: tuple[str, ...] = ()


def parse(raw: bytes, place: Place) -> list[Event]:
    """Read one thing.

    Raises:
        BadPayload: it is none of Reddit.
    """
    told = read_object(raw, "a thing of Reddit")
    kind, data = word(told, "kind"), told.get("data")
    if kind not in KINDS:
        raise BadPayload(f"kind: expected one of {', '.join(KINDS)}, found {kind!r:.40}")
    author = word(data, "author").lower()
    if author in _GONE or not author:
        return []
    is_ours = _is_ours(author, place)
    customer = _answered(kind, data, told.get("parent"), place) if is_ours else author
    if not customer or customer in _GONE:
        return []
    message = _message(kind, data, place, customer, is_ours=is_ours)
    is_heard = kind == "t4" or is_ours or _is_heard(message, data, place)
    return [message] if is_heard else []


def _message(kind: str, data: Any, place: Place, customer: str, *, is_ours: bool) -> Message:
    text = word(data, "selftext" if kind == "t3" else "body")
    title = word(data, "title") if kind == "t3" else word(data, "subject") if kind == "t4" else ""
    parent = word(data, "parent_id")
    author = need(data, "author").lower()
    message = build_message(
        id=f"reddit:{need(data, 'name')}",
        at=moment(data, "created_utc"),
        version=_version(data),
        customer=(f"reddit:{customer}",),
        channel="reddit",
        visibility=_visibility(kind, data),
        direction="outbound" if is_ours else "inbound",
        text=_own_words(text) or title,
        subject=title,
        thread=_thread(kind, data),
        in_reply_to=f"reddit:{parent}" if parent else None,
        auto=author in _ROBOTS,
        extra={"account": author} if is_ours else {},
        house=place.house,
    )
    return deleted(message, max(message.version, 1)) if text in _GONE else message


def _is_ours(author: str, place: Place) -> bool:
    return author == place.account.lower() or place.house.company.owns_handle(author)


def _answered(kind: str, data: Any, parent: Any, place: Place) -> str:
    """Return whom something of ours speaks to."""
    if kind == "t4":
        return word(data, "dest").lower()
    others = [word(parent, "author").lower()] if kind == "t1" else []
    said = f"{word(data, 'title')}\n{word(data, 'selftext') or word(data, 'body')}"
    others += [name.lower() for name in _NAMED.findall(said)]
    return next((one for one in others if one and not _is_ours(one, place)), "")


def _is_heard(message: Message, data: Any, place: Place) -> bool:
    """Return whether a post or comment of somebody else concerns us."""
    if not place.words or word(data, "type") in {"comment_reply", "post_reply", "username_mention"}:
        return True
    said = f"{message.subject or ''}\n{message.text}".lower()
    return f"u/{place.account.lower()}" in said or any(one in said for one in place.words)


def _version(data: Any) -> int:
    edited = find(data, "edited")
    is_time = isinstance(edited, int | float) and not isinstance(edited, bool)
    return millis(moment(data, "edited")) if is_time else 0


def _visibility(kind: str, data: Any) -> Visibility:
    is_private = kind == "t4" or word(data, "subreddit_type") in {"private", "user_private"}
    return "private" if is_private else "public"


def _thread(kind: str, data: Any) -> str:
    """Return the post; the inbox names it in the address of the comment alone."""
    name = need(data, "name")
    if kind == "t3":
        return f"reddit:{name}"
    if kind == "t4":
        return f"reddit:{word(data, 'first_message_name') or name}"
    found = _POST.search(word(data, "context"))
    post = word(data, "link_id") or (f"t3_{found[1]}" if found else "")
    return f"reddit:{post or name}"


def _own_words(text: str) -> str:
    """Return a text without the lines that it quotes, unless it has no others."""
    lines = text.split("\n")
    own = "\n".join(one for one in lines if not one.lstrip().startswith((">", "&gt;")))
    return own.strip() or text
