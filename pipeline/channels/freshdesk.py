"""Freshdesk: a ticket with its conversation, as API v2 gives them.

===============  ==================================================================================
payload          ``{"ticket": TICKET, "conversations": [CONVERSATION, …]}`` of a ticket with
                 requester and stats, or ``{"rating": SATISFACTION_RATING}``
``id``           ``freshdesk:HOST/conversation/ID``; of the first words of a ticket
                 ``freshdesk:HOST/TICKET/description``, of a state ``…/TICKET/STATE@SECONDS``
``customer``     ``freshdesk:HOST/USER`` of the requester; who wrote, where a customer did. Address
                 and telephone number come as an identity
``thread``       the ticket; ``refs`` hold ``ticket:ID``, as the subjects of its mails do
``visibility``   private. Freshdesk does not tell a mention from a direct message: tickets of X and
                 Facebook are no events, unless the settings say what they are
``status``       by the times of ``stats``: solved, closed, reopened, pending
``feedback``     ratings from -103 to 103 become 1 to 5
merges           by the notes that Freshdesk leaves: join the references of both tickets; the merged
                 one's closing is no claim
no events        private notes; what agents forward to others
===============  ==================================================================================
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from pipeline.channels.identifiers import phone
from pipeline.channels.mail import MailSettings
from pipeline.channels.markup import html_to_text
from pipeline.channels.posts import build_message
from pipeline.channels.quoting import strip_quoted
from pipeline.channels.told import find, items, millis, moment, need, read_object, word
from pipeline.domain.events import (
    Event,
    Feedback,
    Identity,
    Message,
    Status,
    StatusName,
    Visibility,
)
from pipeline.errors import BadPayload, TooLarge

EVENTS_MAX: Final = 5_000
_DIGITS_MAX: Final = 20
_CHANNELS: Final = {
    "1": "email", "2": "web_form", "3": "phone", "5": "x", "6": "facebook", "7": "chat",
    "9": "web_form", "10": "email", "13": "whatsapp",
}  # fmt: skip
_SOCIAL: Final = frozenset({"x", "facebook"})
_BY_US: Final = "10"
"""The source of a ticket that an agent began by a mail."""
_FORWARD: Final = "8"
_STATES: Final[tuple[tuple[StatusName, str], ...]] = (
    ("pending", "pending_since"),
    ("reopened", "reopened_at"),
    ("solved", "resolved_at"),
    ("closed", "closed_at"),
)
_SCORES: Final = {-103: 1, -102: 2, -101: 2, 100: 3, 101: 4, 102: 4, 103: 5}
_MERGED_AWAY: Final = re.compile(r"this ticket is closed and merged into ticket #?(\d{1,20})\b")
_MERGED_HERE: Final = re.compile(
    r"tickets? with id #?(\d{1,20}(?:, ?#?\d{1,20}){0,50}) (?:is|are) merged into this ticket"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One account.

    Attributes:
        host: ``acme.freshdesk.com``.
        house: the bounds.
        social: what tickets of X and Facebook are; None: left alone.
    """

    host: str
    house: MailSettings
    social: Visibility | None = None


def parse(raw: bytes, desk: Desk) -> list[Event]:
    """Read a ticket with its conversation, or a rating.

    Raises:
        InputError: it is neither.
    """
    told = read_object(raw, "a ticket of Freshdesk")
    if "rating" in told:
        return list(_rating(told["rating"], desk))
    ticket = _Ticket(desk, told.get("ticket"))
    conversations = items(told, "conversations")
    if len(conversations) > EVENTS_MAX:
        raise TooLarge(f"a ticket with more than {EVENTS_MAX:,} conversations")
    return list(ticket.events(conversations))


class _Ticket:
    """What all events of one ticket have in common."""

    def __init__(self, desk: Desk, told: Any) -> None:
        self._desk, self._told = desk, told
        self.number = need(told, "id")
        self.requester = need(told, "requester_id")
        self.source = word(told, "source")
        self.channel = _CHANNELS.get(self.source, "helpdesk")
        self.thread = f"freshdesk:{desk.host}/{self.number}"

    def events(self, conversations: list[dict[str, Any]]) -> Iterator[Event]:
        """Yield everything that happened to the ticket."""
        if self.channel in _SOCIAL and self._desk.social is None:
            return
        yield from self._identity()
        yield self._description()
        merges = [found for one in conversations for found in _merges(one)]
        for one in conversations:
            if one.get("private") is False and word(one, "source") != _FORWARD and not _merges(one):
                yield self._reply(one)
        for other, at in merges:
            yield self._joined(other, at)
        yield from self._states(is_merged=any(_is_away(one) for one in conversations))

    def _description(self) -> Message:
        is_ours = self.source == _BY_US
        return self._message(
            id=f"{self.thread}/description",
            at=moment(self._told, "created_at"),
            customer=(_user(self._desk, self.requester),),
            direction="outbound" if is_ours else "inbound",
            subject=word(self._told, "subject"),
            text=_text(self._told, "description", self._desk),
        )

    def _reply(self, told: dict[str, Any]) -> Message:
        is_theirs = told.get("incoming") is True
        author = need(told, "user_id") if is_theirs else self.requester
        edited = find(told, "last_edited_at") is not None
        return self._message(
            id=f"freshdesk:{self._desk.host}/conversation/{need(told, 'id')}",
            at=moment(told, "created_at"),
            version=millis(moment(told, "last_edited_at")) if edited else 0,
            customer=(_user(self._desk, author),),
            direction="inbound" if is_theirs else "outbound",
            text=_text(told, "body", self._desk),
            auto=told.get("auto_response") is True,
        )

    def _message(self, *, text: str, **fields: Any) -> Message:
        return build_message(
            channel=self.channel,
            visibility=self._desk.social if self.channel in _SOCIAL else "private",
            text=strip_quoted(text),
            thread=self.thread,
            refs=(f"ticket:{self.number}",),
            house=self._desk.house,
            **fields,
        )

    def _states(self, *, is_merged: bool) -> Iterator[Status]:
        for name, key in _STATES:
            told = find(self._told, f"stats.{key}")
            if told is None or (is_merged and name in {"solved", "closed"}):
                continue
            at = moment(self._told, f"stats.{key}")
            yield self._status(f"{self.thread}/{name}@{int(at.timestamp())}", at, name)

    def _joined(self, other: str, at: datetime) -> Status:
        """Return what joins two tickets: a state that claims nothing, with both references."""
        return self._status(f"{self.thread}/merged/{other}", at, "open", f"ticket:{other}")

    def _status(self, number: str, at: datetime, name: StatusName, *more: str) -> Status:
        return Status(
            id=number,
            at=at,
            customer=(_user(self._desk, self.requester),),
            status=name,
            thread=self.thread,
            refs=(f"ticket:{self.number}", *more),
        )

    def _identity(self) -> Iterator[Identity]:
        """Yield that the requester's number, address and telephone number are one person."""
        told = find(self._told, "requester")
        names = [_user(self._desk, self.requester)]
        email = word(told, "email").lower()
        names += [f"email:{email}"] if "@" in email else []
        names += [one for key in ("phone", "mobile") if (one := phone(word(told, key)))]
        handle = word(told, "twitter_id").lower().lstrip("@")
        names += [f"x:{handle}"] if handle else []
        if word(told, "id") in {"", self.requester} and len(names) > 1:
            mark = sha256(" ".join(names).encode()).hexdigest()[:12]
            yield Identity(
                id=f"{names[0]}/is/{mark}",
                at=moment(self._told, "created_at"),
                same=tuple(dict.fromkeys(names)),
                evidence="freshdesk",
            )


def _merges(told: dict[str, Any]) -> list[tuple[str, datetime]]:
    """Return the other tickets that a note of Freshdesk names as merged, with the time."""
    if told.get("incoming") is True:
        return []
    said = word(told, "body_text").lower()[:2_000]
    found = [_MERGED_AWAY.search(said), _MERGED_HERE.search(said)]
    numbers = [number for one in found if one for number in re.findall(r"\d+", one[1])]
    return [(number, moment(told, "created_at")) for number in numbers]


def _is_away(told: dict[str, Any]) -> bool:
    said = word(told, "body_text").lower()[:2_000]
    return told.get("incoming") is not True and _MERGED_AWAY.search(said) is not None


def _rating(told: Any, desk: Desk) -> Iterator[Feedback]:
    grade = find(told, "ratings.default_question")
    score = _SCORES.get(grade) if isinstance(grade, int) else None
    if score is None:
        known = ", ".join(str(one) for one in _SCORES)
        raise BadPayload(f"ratings.default_question: expected one of {known}, found {grade!r:.40}")
    number = need(told, "ticket_id")
    yield Feedback(
        id=f"freshdesk:{desk.host}/rating/{need(told, 'id')}",
        at=moment(told, "created_at"),
        customer=(_user(desk, need(told, "user_id")),),
        score=score,
        thread=f"freshdesk:{desk.host}/{number}",
        refs=(f"ticket:{number}",),
    )


def _user(desk: Desk, number: str) -> str:
    return f"freshdesk:{desk.host}/{number}"


def _text(told: Any, key: str, desk: Desk) -> str:
    """Return the text; what Freshdesk made of it already, else of its HTML."""
    most = desk.house.limits.html_chars
    return word(told, f"{key}_text")[:most] or html_to_text(word(told, key)[:most])


def told_ticket(raw: bytes) -> str:
    """Return the ticket that an automation's webhook names.

    Raises:
        BadPayload: it names none.
    """
    told = read_object(raw, "a webhook of Freshdesk")
    number = need(told.get("freshdesk_webhook", told), "ticket_id")
    if not number.isascii() or not number.isdecimal() or len(number) > _DIGITS_MAX:
        raise BadPayload(f"ticket_id: expected a number, found {number!r:.40}")
    return number
