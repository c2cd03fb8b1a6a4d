"""Small worlds of events: few customers, threads and refs, so that everything collides with all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

from hypothesis import strategies as st

from pipeline.domain.events import (
    INBOUND_SIGNALS,
    OUTBOUND_SIGNALS,
    RESPONSE_CLASSES,
    Erasure,
    Event,
    Feedback,
    Identity,
    Message,
    Signal,
    Status,
    StatusName,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=150)
CUSTOMERS = ("email:a@example.org", "x:a", "phone:+441234567890")
MINUTES = (0, 1, 10, 30, 60, 61, 600, 1440, 2880, 4320, 14400, 20160, 20161, 40320, 43200, 60480)

moments = st.builds(
    lambda base, extra: START + timedelta(minutes=base * extra),
    st.sampled_from(MINUTES),
    st.integers(0, 3),
)
dues = st.one_of(st.none(), moments, st.dates(date(2026, 3, 1), date(2026, 5, 1)))
labels = st.one_of(st.none(), st.sampled_from(("billing", "delivery")))
threads = st.one_of(st.none(), st.sampled_from(("t1", "t2")))
refs = st.lists(st.sampled_from(("order:1", "order:2")), max_size=1).map(tuple)
customers = st.lists(st.sampled_from(CUSTOMERS), min_size=1, max_size=2, unique=True).map(tuple)


def _inbound(name: str, until: datetime | date | None) -> Signal:
    return Signal(name=name, until=until if name == "pace_request" else None)


inbound_signals = st.lists(
    st.builds(_inbound, st.sampled_from(sorted(INBOUND_SIGNALS)), dues), max_size=2
).map(tuple)


def _outbound(
    response: str | None, others: list[str], due: datetime | date | None, asks: tuple[str, ...]
) -> tuple[Signal, ...]:
    first = () if response is None else (Signal(name=response, asks=asks),)
    return first + tuple(Signal(name=one, due=due if one == "promise" else None) for one in others)


outbound_signals = st.builds(
    _outbound,
    st.one_of(st.none(), st.sampled_from(sorted(RESPONSE_CLASSES))),
    st.lists(st.sampled_from(sorted(OUTBOUND_SIGNALS - RESPONSE_CLASSES)), max_size=2, unique=True),
    dues,
    st.lists(st.sampled_from(("order", "photo")), max_size=1).map(tuple),
)


@st.composite
def messages(draw: st.DrawFn, number: int) -> Message:
    """One message of this world; ``in_reply_to`` names any of its events."""
    inbound = draw(st.booleans())
    return Message(
        id=f"m:{number}",
        at=draw(moments),
        version=draw(st.sampled_from((0, 0, 0, 1))),
        received_at=draw(st.one_of(st.none(), moments)),
        customer=draw(customers),
        channel=draw(st.sampled_from(("email", "x"))),
        visibility=draw(st.sampled_from(("private", "public"))),
        direction="inbound" if inbound else "outbound",
        text=draw(st.sampled_from(("", "Where is it?"))),
        thread=draw(threads),
        in_reply_to=draw(st.one_of(st.none(), st.integers(0, 9).map("m:{}".format))),
        refs=draw(refs),
        auto=draw(st.sampled_from((False, False, False, True))),
        signals=draw(inbound_signals if inbound else outbound_signals),
        deleted=draw(st.sampled_from((False, False, False, True))),
        topic=draw(labels),
    )


@st.composite
def others(draw: st.DrawFn, number: int) -> Event:
    """One event that is no message."""
    at, customer = draw(moments), draw(customers)
    kind = draw(st.sampled_from(("status", "status", "feedback", "identity", "erasure")))
    if kind == "status":
        name = draw(st.sampled_from(get_args(StatusName)))
        return Status(id=f"s:{number}", at=at, customer=customer, status=name, thread=draw(threads))
    if kind == "feedback":
        return Feedback(id=f"f:{number}", at=at, customer=customer, resolved=draw(st.booleans()))
    if kind == "identity":
        return Identity(
            id=f"i:{number}",
            at=at,
            same=CUSTOMERS[:2],
            retracts=draw(st.booleans()),
            evidence=draw(st.sampled_from((None, "crm", "agent"))),
        )
    return Erasure(id=f"e:{number}", at=at, customer=customer)


@st.composite
def worlds(draw: st.DrawFn) -> list[Event]:
    """A handful of events, some with the same id in another version or with other content."""
    size = draw(st.integers(1, 10))
    kinds = draw(st.lists(st.sampled_from((0, 0, 0, 1)), min_size=size, max_size=size))
    numbers = [draw(st.integers(0, max(1, index))) for index in range(size)]
    return [
        draw(others(number) if kind else messages(number))
        for kind, number in zip(kinds, numbers, strict=True)
    ]
