"""Lines as complaints come: several events a case, signals given, some links and statuses."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pipeline.domain.events import Event, Identity, Message, Signal, Status
from pipeline.wire import encode_event

START = datetime(2026, 11, 2, tzinfo=UTC)
AS_OF = START + timedelta(days=20)
_TEXT = (
    "I have been waiting for my parcel since last week and nobody tells me where it is. "
    "This is the third time that I write to you about the same order. Please answer me."
)


def opening(number: int) -> Message:
    """Return the message that opens case ``number``: a customer and a thread of its own."""
    at = START + timedelta(seconds=(number * 7919) % (14 * 24 * 3600))
    return Message(
        id=f"form:{number:08}",
        at=at,
        received_at=at + timedelta(seconds=1),
        customer=(f"email:customer{number:07}@example.org",),
        channel="web_form",
        visibility="private",
        direction="inbound",
        text=_TEXT,
        thread=f"ticket-{number:07}",
        topic="delivery",
        signals=(Signal(name="complaint"),),
    )


def following(number: int, step: int, draw: random.Random) -> Event:
    """Return a later event of case ``number``; ``step`` makes its id unique."""
    first = opening(number)
    at = first.at + timedelta(minutes=draw.randrange(30, 4 * 24 * 60))
    kind = draw.random()
    if kind < 0.08:
        return Status(
            id=f"desk:{step:08}",
            at=at,
            customer=first.customer,
            status=draw.choice(("pending", "solved", "reopened")),
            thread=first.thread,
        )
    if kind < 0.1:
        return Identity(id=f"crm:{step:08}", at=at, same=(*first.customer, f"x:c{number:07}"))
    inbound = kind < 0.5
    names = ("chase", "info_supplied", "dispute", "accepts") if inbound else _REPLIES
    return Message(
        id=f"email:<{step:08}@example.org>",
        at=at,
        received_at=at + timedelta(seconds=1),
        customer=first.customer,
        channel="email",
        visibility="private" if kind < 0.47 or not inbound else "public",
        direction="inbound" if inbound else "outbound",
        text=_TEXT,
        thread=first.thread,
        signals=(Signal(name=draw.choice(names)),),
    )


_REPLIES = ("stock", "substantive", "info_request", "resolution_claim", "referral")


def events(cases: int, per_case: int, seed: int = 1) -> Iterator[Event]:
    """Yield the events of ``cases`` cases, ``per_case`` of each, in mixed order."""
    draw = random.Random(seed)
    rest = [number for number in range(cases) for _ in range(per_case - 1)]
    draw.shuffle(rest)
    yield from map(opening, range(cases))
    for step, number in enumerate(rest):
        yield following(number, step, draw)


def lines(cases: int, per_case: int) -> list[bytes]:
    """Return the same as lines of the interchange format."""
    return [encode_event(event) for event in events(cases, per_case)]
