"""Pauses, avoidance and false pauses (definitions §6 and §8 *Pace*)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.reference.clocks import (
    BUSINESS_DAY,
    DAY,
    HOUR,
    Span,
    after,
    end_of,
    length,
    overlap,
    shifts,
    union,
    without,
)
from tests.reference.contacts import Contact
from tests.reference.facts import Fact

PAUSE = 30 * DAY
PRIVATE = 2 * BUSINESS_DAY
PUBLIC = 24 * HOUR
LONG = 400 * DAY
FOREVER = datetime.max.replace(tzinfo=UTC)


def pauses_of(contacts: list[Contact], confirmed_at: datetime | None) -> list[Span]:
    """ "a pause opened only by the *customer's own* `pace_request`"."""
    requests = [
        (message, contact)
        for contact in contacts
        for message in contact.messages
        if "pace_request" in message.names
    ]
    pauses: list[Span] = []
    for message, contact in sorted(requests, key=lambda one: one[0].order):
        start = message.at
        if confirmed_at and start > confirmed_at:
            continue  # nothing is left to wait for
        # "a new `pace_request` restarts it, 30 d in all"
        ends = [start + PAUSE - length(pauses)]
        ends += [one.at for one, _ in requests if one.order > message.order]
        # "ended by the stated date or the next customer contact"
        ends += [end_of(one["until"]) for one in message.signals if one.get("until")][:1]
        ends += [one.at for one in contacts if one is not contact and one.order > message.order]
        # "A pause also ends with confirmation"
        ends += [confirmed_at] if confirmed_at else []
        if min(ends) > start:
            pauses.append((start, min(ends)))
    return pauses


def replied_at(contact: Contact, facts: list[Fact]) -> datetime | None:
    """ "An auto-ack does not stop the clock": the first non-automatic reply after a contact."""
    replies = [
        one.at for one in facts if one.outbound and not one.automatic and one.order > contact.order
    ]
    return replies[0] if replies else None


def avoidance_of(
    contacts: list[Contact], facts: list[Fact], pauses: list[Span], end: datetime
) -> list[Span]:
    """ "time in which a contact stays without a non-automatic reply beyond …"."""
    spans: list[Span] = []
    for contact in contacts:
        until = min(replied_at(contact, facts) or end, end)
        limit = contact.at + PUBLIC if contact.public else _business(contact.at, PRIVATE)
        for start, stop in pauses:
            if start < limit and stop > contact.at:
                # "Inside it neither promises nor avoidance run": what was left is left after it
                rest = (max(start, contact.at), limit)
                limit = stop + (rest[1] - rest[0])
                if not contact.public:
                    limit = _business(stop, length(shifts(*rest)))
        if limit < until:
            spans += without((limit, until), union(pauses))
    return union(spans)


def _business(start: datetime, time: timedelta) -> datetime:
    """Return when more than so much business time begins to have passed."""
    hours = shifts(start, start + LONG)
    at = after(start, time, hours)
    if at is not None and shifts(at, at + timedelta(seconds=1)):
        return at
    return next(opens for opens, _ in hours if at is None or opens >= at)


def waits_of(contacts: list[Contact], facts: list[Fact], ended: datetime | None) -> list[Span]:
    """Return how long each contact stood without a reply; the confirmation ends it, too."""
    waits = []
    for contact in contacts:
        ends = [FOREVER, replied_at(contact, facts), ended]
        waits.append((contact.at, min(one for one in ends if one and one >= contact.at)))
    return waits


def pending_of(facts: list[Fact]) -> list[Span]:
    """Return the intervals in which the helpdesk called the case `pending`."""
    intervals: list[Span] = []
    since: datetime | None = None
    for one in facts:
        if one.kind == "status" and one.raw["status"] == "pending":
            since = since or one.at
        elif one.kind == "status" and since:
            intervals.append((since, one.at))
            since = None
    return intervals + ([(since, FOREVER)] if since else [])


def false_pauses_of(
    pending: list[Span], waits: list[Span], pauses: list[Span], now: datetime
) -> int:
    """ "the `pending` intervals in which a contact arrived, or was waiting, without a … reply".

    Time that the customer asked for is no waiting.
    """
    stood = [part for wait in waits for part in without(wait, pauses)]
    found = [overlap([interval], stood) for interval in pending]
    return sum(any(start <= now for start, _ in one) for one in found)
