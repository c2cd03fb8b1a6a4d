"""Zendesk: what its webhooks tell, and what its export holds of a ticket.

Both name a comment by its number, so what a webhook told and the export repeats is one event. The
export knows more and has the higher version.

===============  ==================================================================================
``id``           ``zendesk:HOST/comment/ID``; of a state ``zendesk:HOST/TICKET/STATE@SECONDS``
``customer``     ``zendesk:HOST/USER`` of the requester; who wrote, where an end user did. Address
                 and telephone number come as an identity
``thread``       the ticket; ``refs`` hold ``ticket:ID``, as the subjects of its mails do
``visibility``   private, but of tickets made from public posts on X and Facebook
``status``       hold is pending; open after solved is reopened
``feedback``     satisfaction: good is 5, bad is 1
merges           by the export: join the references of both tickets; the merged one's closing is
                 no claim
no events        notes between agents, changes of other fields
===============  ==================================================================================
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipeline.channels.identifiers import phone
from pipeline.channels.mail import MailSettings
from pipeline.channels.posts import build_message
from pipeline.channels.quoting import strip_quoted
from pipeline.channels.told import find, items, moment, need, read_object, word
from pipeline.domain.events import Event, Feedback, Identity, Message, Status, StatusName
from pipeline.errors import TooLarge

EVENTS_MAX: Final = 5_000
STAFF: Final = frozenset({"agent", "admin"})
_EVENT: Final = "zen:event-type:ticket."
_STATES: Final[dict[str, StatusName]] = {
    "new": "open", "open": "open", "pending": "pending", "hold": "pending", "solved": "solved",
    "closed": "closed",
}  # fmt: skip
_CHANNELS: Final = {
    "email": "email", "mail": "email", "web": "web_form", "mobile": "web_form", "twitter": "x",
    "x": "x", "facebook": "facebook", "instagram_dm": "instagram", "chat": "chat",
    "native_messaging": "chat", "messaging": "chat", "voice": "phone", "sms": "sms",
    "whatsapp": "whatsapp",
}  # fmt: skip
_PUBLIC: Final = frozenset({("twitter", "mention"), ("facebook", "post")})
_SCORES: Final = {"good": 5, "bad": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One account.

    Attributes:
        host: ``acme.zendesk.com``.
        house: the bounds.
    """

    host: str
    house: MailSettings


def parse(raw: bytes, desk: Desk) -> list[Event]:
    """Read what a webhook tells, or ``{"ticket": …, "audits": […], "users": […]}`` of the export.

    Raises:
        InputError: it is neither.
    """
    told = read_object(raw, "an event or a ticket of Zendesk")
    if "ticket" in told:
        found: list[Event] = []
        for event in _exported(told, desk):
            found.append(event)
            if len(found) > EVENTS_MAX:
                raise TooLarge(f"a ticket of more than {EVENTS_MAX:,} events")
        return found
    kind = need(told, "type").removeprefix(_EVENT)
    if kind not in {"comment_added", "status_changed"}:
        return []
    ticket = _Ticket(desk, told.get("detail"))
    at = moment(told, "time")
    if kind == "status_changed":
        state, before = word(told, "event.current"), word(told, "event.previous")
        return list(ticket.state(state, before, at, version=0))
    if find(told, "event.comment.is_public") is not True:
        return []
    author = need(told, "event.comment.author.id")
    is_staff = find(told, "event.comment.author.is_staff") is True
    comment = find(told, "event.comment")
    return [ticket.message(comment, author, is_staff, at, via=None, version=0)]


class _Ticket:
    """What all events of one ticket have in common."""

    def __init__(self, desk: Desk, told: Any) -> None:
        self._desk = desk
        self.number = need(told, "id")
        self.requester = need(told, "requester_id")
        self.thread = f"zendesk:{desk.host}/{self.number}"
        self._via = word(told, "via.channel").lower()
        self._is_public = (self._via, word(told, "via.source.rel")) in _PUBLIC

    def user(self, number: str) -> str:
        return f"zendesk:{self._desk.host}/{number}"

    def message(
        self, comment: Any, author: str, is_staff: bool, at: datetime, *, via: Any, version: int
    ) -> Message:
        told = word(via, "channel") if not is_staff else ""
        rel = word(via, "source.rel")
        text = word(comment, "body")
        return build_message(
            id=f"zendesk:{self._desk.host}/comment/{need(comment, 'id')}",
            at=at,
            version=version,
            customer=(self.user(self.requester if is_staff else author),),
            channel=_CHANNELS.get(told or self._via, "helpdesk"),
            visibility="public" if self._is_public else "private",
            direction="outbound" if is_staff else "inbound",
            text=strip_quoted(text[: self._desk.house.limits.html_chars]),
            thread=self.thread,
            refs=(f"ticket:{self.number}",),
            auto=rel == "merge" or author == "-1",
            house=self._desk.house,
        )

    def state(self, state: str, before: str, at: datetime, *, version: int) -> Iterator[Event]:
        name = _STATES.get(state.lower())
        if name is None:
            return
        if name == "open" and before.lower() in {"solved", "closed"}:
            name = "reopened"
        yield Status(
            id=f"{self.thread}/{name}@{int(at.timestamp())}",
            at=at,
            version=version,
            customer=(self.user(self.requester),),
            status=name,
            thread=self.thread,
            refs=(f"ticket:{self.number}",),
        )

    def merged(self, source: str, at: datetime, *, version: int) -> Status:
        """Return what joins two tickets: a state that claims nothing, with both references."""
        return Status(
            id=f"{self.thread}/merged/{source}",
            at=at,
            version=version,
            customer=(self.user(self.requester),),
            status="open",
            thread=self.thread,
            refs=(f"ticket:{self.number}", f"ticket:{source}"),
        )


def _exported(told: dict[str, Any], desk: Desk) -> Iterator[Event]:
    ticket = _Ticket(desk, told["ticket"])
    staff = {word(one, "id") for one in items(told, "users") if word(one, "role") in STAFF}
    for user in items(told, "users"):
        yield from _identity(user, ticket)
    for audit in items(told, "audits"):
        yield from _audited(audit, ticket, staff)


def _audited(audit: dict[str, Any], ticket: _Ticket, staff: set[str]) -> Iterator[Event]:
    at, via = moment(audit, "created_at"), audit.get("via")
    is_merge = word(via, "source.rel") == "merge"
    if is_merge:
        for source in _sources(via):
            yield ticket.merged(source, at, version=1)
    for change in items(audit, "events"):
        kind, field = word(change, "type"), word(change, "field_name")
        author = word(change, "author_id") or word(audit, "author_id")
        if kind == "Comment" and change.get("public") is True:
            is_staff = author in staff or author == "-1"
            yield ticket.message(change, author, is_staff, at, via=via, version=1)
        elif kind == "Change" and field == "status" and not is_merge:
            state, before = word(change, "value"), word(change, "previous_value")
            yield from ticket.state(state, before, at, version=1)
        elif kind == "Change" and field == "satisfaction_score":
            score = _SCORES.get(word(change, "value"))
            if score is not None:
                yield Feedback(
                    id=f"{ticket.thread}/score/{need(change, 'id')}",
                    at=at,
                    customer=(ticket.user(ticket.requester),),
                    score=score,
                    thread=ticket.thread,
                    refs=(f"ticket:{ticket.number}",),
                )


def _sources(via: Any) -> list[str]:
    """Return the tickets that were merged into this one."""
    several = find(via, "source.from.ticket_ids")
    if isinstance(several, list):
        return [str(one) for one in several if isinstance(one, int)]
    one = word(via, "source.from.ticket_id")
    return [one] if one else []


def _identity(user: dict[str, Any], ticket: _Ticket) -> Iterator[Event]:
    """Yield that an end user's number, address and telephone number are one person."""
    if word(user, "role") != "end-user" or not word(user, "id"):
        return
    names = [ticket.user(word(user, "id"))]
    email, number = word(user, "email").lower(), phone(word(user, "phone"))
    names += [f"email:{email}"] if "@" in email and user.get("verified") is not False else []
    is_shared = user.get("shared_phone_number") is True
    names += [number] if number and not is_shared else []
    if len(names) > 1:
        at = moment(user, "updated_at")
        yield Identity(
            id=f"{names[0]}/is@{int(at.timestamp())}",
            at=at,
            same=tuple(names),
            evidence="zendesk",
        )
