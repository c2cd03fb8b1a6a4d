"""However records race, repeat and break off between partitions: the verdicts of the batch."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.domain.events import Event, Identity, Message, Signal
from pipeline.domain.linking import components
from pipeline.domain.texts import heard
from pipeline.simulation import ROUGH, UNTIL, Plan, simulate
from pipeline.wire import decode_event
from tests.property.partitions import POLICY, World, batch, roots
from tests.property.worlds import END, START, worlds

# No shrinking: another schedule is not a simpler one, and the search takes minutes.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
NAMES = [f"x:{letter}" for letter in "abcdefgh"]


@st.composite
def crowds(draw: st.DrawFn, signals: tuple[Signal, ...] | None = ()) -> list[Event]:
    """Events of many customers who meet through identities, refs, threads and answers."""
    size = draw(st.integers(2, 14))
    return [_meeting(draw, number, signals) for number in range(size)]


def _meeting(draw: st.DrawFn, number: int, signals: tuple[Signal, ...] | None) -> Event:
    at = START + timedelta(hours=draw(st.integers(0, 200)))
    if draw(st.integers(0, 3)) == 0:
        pair = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True))
        return Identity(id=f"i:{number}", at=at, same=tuple(pair))
    return Message(
        id=f"m:{number}",
        at=at,
        customer=tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2))),
        channel="email",
        visibility=draw(st.sampled_from(("private", "private", "public"))),
        direction="inbound",
        text=f"text {number}",
        signals=signals,
        thread=draw(st.sampled_from((None, None, "t1", "t2", "t3"))),
        in_reply_to=draw(st.sampled_from((None, None, "m:0", "m:1", "m:5"))),
        refs=draw(st.sampled_from(((), (), ("o:1",), ("o:2",), ("o:1", "o:3")))),
    )


@settings(max_examples=120, deadline=None, phases=PHASES)
@given(crowds(), st.integers(1, 5), st.integers(0, 2**32), st.sampled_from((0.0, 0.1, 0.3)))
def test_crowds_that_meet_end_as_in_the_batch(
    events: list[Event], partitions: int, seed: int, death: float
) -> None:
    """Byte for byte; one root for each connected group, and it is the group's smallest name."""
    world = World(partitions, Random(seed), END)
    world.run(events, death)
    assert world.ledger.lines() == batch(events, END)
    groups = components(events)
    assert len(roots(world)) == len(groups)


@settings(max_examples=80, deadline=None, phases=PHASES)
@given(worlds(), st.integers(1, 4), st.integers(0, 2**32), st.sampled_from((0.0, 0.2)))
def test_small_worlds_end_as_in_the_batch(
    events: list[Event], partitions: int, seed: int, death: float
) -> None:
    """With edits, deletions, conflicting contents, retractions and erasures."""
    world = World(partitions, Random(seed), END)
    world.run(events, death)
    assert world.ledger.lines() == batch(events, END)


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(
    crowds(signals=None),
    st.integers(1, 5),
    st.integers(0, 2**32),
    st.sampled_from((0.0, 0.1, 0.3)),
    st.booleans(),
)
def test_texts_end_as_the_log_has_them(
    events: list[Event], partitions: int, seed: int, death: float, apart: bool
) -> None:
    """Read by workers or apart, by two models that race, with deaths; no model in the batch."""
    world = World(partitions, Random(seed), END, ("m-1", "m-2"), apart=apart)
    world.run(events, death)
    log = world.log()
    assert world.ledger.lines() == batch(log, END)
    timelines = [heard(one, POLICY) for one in components(log)]
    assert [unread for _, left in timelines for unread in left] == []


@pytest.mark.parametrize("seed", range(3))
def test_simulated_journeys_end_as_in_the_batch(seed: int) -> None:
    """The simulator's own stories, with noise, over eight partitions and many deaths."""
    lines = [
        line
        for line in simulate(Plan(journeys=25, seed=seed, noise=ROUGH, signals=True)).lines
        if line.startswith(b"{") and b'"kind"' in line
    ]
    events = [event for event in map(_decoded, lines) if event is not None]
    world = World(8, Random(seed), UNTIL)
    world.run(events, 0.05)
    assert world.deaths > 20
    assert world.ledger.lines() == batch(events, UNTIL)


def _decoded(line: bytes) -> Event | None:
    try:
        return decode_event(line)
    except Exception:  # noise holds bad lines, which are not our subject
        return None
