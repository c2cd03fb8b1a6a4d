"""What happened: five kinds of event; and what a text was read to say, the sixth.

The rules (definitions §2): an event is immutable; its ``id`` is unique in the world; a higher
``version`` of an id is an edit. Times are aware UTC. Identifiers are ``scheme:value`` in lower
case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from pipeline.domain.frozen import frozen

Visibility = Literal["public", "private"]
Direction = Literal["inbound", "outbound"]
StatusName = Literal["open", "pending", "solved", "closed", "reopened"]
Moment = datetime | date
"""An aware time, or a bare date that means its end in the report zone (§8)."""

INBOUND_SIGNALS: Final = frozenset({
    "complaint", "info_supplied", "chase", "dispute", "pace_request", "new_issue", "accepts",
    "thanks", "withdraws", "threat", "external", "prior_contact", "not_a_complaint", "spam",
    "duplicate", "third_party",
})  # fmt: skip
RESPONSE_CLASSES: Final = frozenset(
    {"auto_ack", "stock", "info_request", "referral", "substantive"}
)
OUTBOUND_SIGNALS: Final = RESPONSE_CLASSES | {
    "resolution_claim", "apology", "ownership", "deflection", "rejection", "promise", "handoff",
    "proactive",
}  # fmt: skip
TOPICS: Final = (
    "delivery", "billing", "refund", "product", "outage", "account", "cancellation", "staff",
    "website", "repair", "contract", "fraud", "privacy", "booking", "price", "other",
)  # fmt: skip
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@frozen
class Signal:
    """One thing that a text says (§2, Signals).

    ``due`` and ``deed`` belong to ``promise``, ``until`` to ``pace_request``, ``channel`` to
    ``prior_contact``, ``asks`` and ``given`` (what of it the customer had given before) to
    ``info_request``. ``span`` is the half-open range of characters in the text that carries the
    signal. ``probability`` is 1 for signals given on the event.
    """

    name: str
    due: Moment | None = None
    until: Moment | None = None
    why: str | None = None
    deed: str | None = None
    channel: str | None = None
    asks: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    probability: float = 1.0


@frozen
class Event:
    """What every kind carries. ``extra`` keeps the unknown fields of the line as they came."""

    id: str
    at: datetime
    version: int = 0
    received_at: datetime | None = None
    customer: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=lambda: NOTHING, hash=False)


@frozen
class Message(Event):
    """A text between a customer and the company.

    ``signals`` is None where nobody has read the text yet; an empty tuple was read and says
    nothing.
    """

    channel: str
    visibility: Visibility
    direction: Direction
    text: str
    subject: str | None = None
    lang: str | None = None
    thread: str | None = None
    in_reply_to: str | None = None
    refs: tuple[str, ...] = ()
    auto: bool = False
    reach: int | None = None
    signals: tuple[Signal, ...] | None = None
    deleted: bool = False
    topic: str | None = None
    team: str | None = None


@frozen
class Status(Event):
    """A helpdesk set the status of a ticket."""

    status: StatusName
    thread: str | None = None
    refs: tuple[str, ...] = ()
    topic: str | None = None
    team: str | None = None


@frozen
class Identity(Event):
    """Somebody (``evidence``) asserts that identifiers are one person, or retracts it."""

    same: tuple[str, ...]
    retracts: bool = False
    evidence: str | None = None


@frozen
class Feedback(Event):
    """The customer's own answer to a survey: solved or not, and a score from 1 to 5."""

    resolved: bool | None = None
    score: int | None = None
    thread: str | None = None
    refs: tuple[str, ...] = ()


@frozen
class Erasure(Event):
    """The customer is to be forgotten: texts and identifiers go, the verdict stays."""


@frozen
class Reading(Event):
    """What one version of a message was read to say, by ``model``, in one context.

    Nothing happened to the customer: a reading is no activity, belongs to no case and is listed
    nowhere. Its ``id`` is a digest of all that was read (`pipeline.domain.texts`), ``at`` and
    ``customer`` are those of the message, and ``version`` counts its revisions: the highest holds.
    """

    of: str
    message_version: int = 0
    model: str
    signals: tuple[Signal, ...] = ()
    severity: str | None = None
    theme: str | None = None
    lang: str | None = None


def identifiers(event: Event) -> tuple[str, ...]:
    """Return every identifier that ``event`` names; the smallest is its provisional root."""
    return (*event.customer, *event.same) if isinstance(event, Identity) else event.customer


def connecting_keys(event: Event) -> Iterator[str]:
    """Yield every key through which ``event`` may belong with others.

    Events that share a key are kept in one timeline. This is a superset of what links them: whether
    an assertion still stands or a thread is public is decided inside the timeline, purely. Public
    threads yield no key, so that a thousand authors under one post stay a thousand timelines.
    """
    if isinstance(event, Reading):
        yield "event " + event.of  # and its own id leads nowhere: nothing refers to a reading
        yield from event.customer
        return
    yield "event " + event.id
    yield from event.customer
    if isinstance(event, Message):
        if event.visibility == "private":
            if event.thread is not None:
                yield "thread " + event.thread
            if event.in_reply_to is not None:
                yield "event " + event.in_reply_to
        for ref in event.refs:
            yield "ref " + ref
    elif isinstance(event, Identity):
        yield from event.same
    elif isinstance(event, Status | Feedback):
        if event.thread is not None:
            yield "thread " + event.thread
        for ref in event.refs:
            yield "ref " + ref
