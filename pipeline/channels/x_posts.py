"""X: posts as its API v2 gives them, each with the accounts that it names.

===============  ==================================================================================
payload          ``{"us": OUR_ID, "data": POST, "users": [ACCOUNT, …]}``
``id``           ``x:`` and the number of the post, before all edits; X numbers each edit anew
``version``      how often it was edited
``direction``    outbound where our account wrote
``customer``     ``x:handle``. Of our own post: whom it answers, else whom it mentions first. One
                 that speaks to nobody is no event
``visibility``   public; private if the writer's account is protected
no contacts      reposts; quotes and answers are
===============  ==================================================================================
"""

import html
from typing import Any

from pipeline.channels.mail import MailSettings
from pipeline.channels.posts import build_message
from pipeline.channels.told import count, find, items, moment, need, read_object, word
from pipeline.domain.events import Event
from pipeline.errors import BadPayload


def parse(raw: bytes, house: MailSettings) -> list[Event]:
    """Read one post.

    Raises:
        BadPayload: it is none of X.
    """
    told = read_object(raw, "a post of X")
    us, post = need(told, "us"), told.get("data")
    kinds = {word(one, "type"): word(one, "id") for one in items(post, "referenced_tweets")}
    if "retweeted" in kinds:
        return []
    author = need(post, "author_id")
    users = {word(one, "id"): one for one in items(told, "users")}
    is_ours = author == us
    customer = _spoken_to(post, us, users) if is_ours else word(users.get(author), "username")
    if not customer:
        if is_ours:
            return []
        raise BadPayload(f"users: expected the account {author}, who wrote this")
    writer = users.get(author)
    is_private = find(writer, "protected") is True
    history = find(post, "edit_history_tweet_ids")
    edits = [str(one) for one in history if one] if isinstance(history, list) else []
    number, lang = need(post, "id"), word(post, "lang")
    parent, thread = kinds.get("replied_to"), word(post, "conversation_id")
    text = word(post, "note_tweet.text") or word(post, "text")
    followers = count(writer, "public_metrics.followers_count")
    return [
        build_message(
            id=f"x:{edits[0] if edits else number}",
            at=moment(post, "created_at"),
            version=max(len(edits) - 1, 0),
            customer=(f"x:{customer.lower()}",),
            channel="x",
            visibility="private" if is_private else "public",
            direction="outbound" if is_ours else "inbound",
            text=html.unescape(text),
            lang=lang if lang not in {"", "und", "zxx", "qme"} else None,
            thread=f"x:{thread}" if thread else None,
            in_reply_to=f"x:{parent}" if parent else None,
            reach=None if is_ours or is_private else followers,
            house=house,
        )
    ]


def _spoken_to(post: Any, us: str, users: dict[str, Any]) -> str:
    """Return the handle of whom a post of ours speaks to."""
    answered = word(post, "in_reply_to_user_id")
    if answered not in {"", us}:
        return word(users.get(answered), "username")
    mentioned = items(post, "entities.mentions")
    return next((word(one, "username") for one in mentioned if word(one, "id") != us), "")
