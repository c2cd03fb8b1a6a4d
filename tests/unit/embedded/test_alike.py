"""Replies that others got as well: counted where it is asked for, in order of time."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from models.reading import Reading as TextReading
from models.reading import Signal, Text
from pipeline.domain.events import Event, Message
from pipeline.domain.policy import Policy
from pipeline.embedded.replay import Replayed, replay
from tests.unit.embedded.parts import AT, NOW

STOCK = "Thank you for your patience, we value you as a customer and will look into it."


class Counting:
    """Takes for a stock answer what two others got."""

    version = "c-1"

    def __init__(self) -> None:
        self.seen: dict[str, int | None] = {}

    def read(self, texts: Sequence[Text]) -> list[TextReading]:
        """Go by the count alone."""
        self.seen.update((one.id, one.replies_alike) for one in texts)
        return [
            TextReading(id=one.id, signals=(Signal(name=_name(one), probability=0.9),))
            for one in texts
        ]


def _name(text: Text) -> str:
    if text.direction == "inbound":
        return "complaint"
    return "stock" if (text.replies_alike or 0) > 1 else "substantive"


def conversations() -> list[Event]:
    """Six customers who get the same words, one after the other, and one who does not."""
    return [
        Message(
            id=f"m:{number}-{direction}",
            at=AT + timedelta(hours=number, minutes=direction == "outbound"),
            customer=(f"x:{number}",),
            channel="email",
            visibility="private",
            direction=direction,
            text=f"It broke, {number}." if direction == "inbound" else reply,
        )
        for number, reply in enumerate([STOCK] * 6 + ["Your new lamp was sent this morning."])
        for direction in ("inbound", "outbound")
    ]


def replayed(events: Sequence[Event], reader: Counting, *, alike: bool) -> Replayed:
    """The batch over some events."""
    return replay(events, as_of=NOW, policy=Policy(), reader=reader, events_max=99, alike=alike)


def test_replies_are_counted_in_order_of_time() -> None:
    """Those before, in other conversations; whatever the order of the input."""
    reader = Counting()
    expected = replayed(conversations(), reader, alike=True).lines
    found = [reader.seen[f"m:{number}-outbound"] for number in range(7)]
    assert found == [0, 1, 2, 3, 4, 5, 0]
    assert reader.seen["m:1-inbound"] is None
    for seed in range(5):
        events = conversations()
        Random(seed).shuffle(events)
        assert replayed(events, Counting(), alike=True).lines == expected


@pytest.mark.parametrize("alike", [True, False])
def test_they_are_counted_only_where_it_is_asked_for(alike: bool) -> None:
    """The reader is told nothing otherwise."""
    reader = Counting()
    replayed(conversations(), reader, alike=alike)
    assert any(count is not None for count in reader.seen.values()) == alike
