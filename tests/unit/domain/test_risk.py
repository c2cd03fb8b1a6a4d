"""What is looked at for the warning: only what was known, only cases that can still escalate."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Direction, Event, Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.risk import can_escalate, features_of, snapshots
from pipeline.domain.timeline import collect
from pipeline.simulation.temper import START, tempers

POLICY = Policy()
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def says(hour: float, *names: str, public: bool = False) -> Message:
    """The customer writes, in private or in public."""
    return message(hour, "inbound", *names, channel="x" if public else "email")


def hears(hour: float, *names: str) -> Message:
    """The company replies."""
    return message(hour, "outbound", *names)


def message(hour: float, direction: Direction, *names: str, channel: str = "email") -> Message:
    return Message(
        id=f"{direction}-{hour}",
        at=BEGIN + timedelta(hours=hour),
        customer=("email:ada@post.example",),
        channel=channel,
        visibility="public" if channel == "x" else "private",
        direction=direction,
        text="…",
        signals=tuple(Signal(name=name) for name in names),
    )


STORY = [
    says(0, "complaint"),
    hears(5, "stock", "apology"),
    says(30, "chase", "threat"),
    hears(40, "stock"),
    says(90, "complaint", public=True),
]


def features(events: Sequence[Event], hour: float) -> dict[str, float]:
    """The features of the one case at that hour."""
    now = BEGIN + timedelta(hours=hour)
    (verdict,) = evaluate(collect(events), now, POLICY)
    return features_of(verdict, now)


def test_features_say_what_happened_so_far() -> None:
    """Chases, threats, empty answers and what the customer was left in are counted."""
    found = features(STORY, 41)
    assert (found["chases"], found["threats"], found["empty_replies"]) == (1, 1, 2)
    assert found["left_in_stock"] == found["never_answered"] == 1
    assert found["waiting"] == found["promise_open"] == found["disputes"] == 0


def test_waiting_grows_with_silence_alone() -> None:
    """The longer a contact waits, the higher the feature; a reply ends it."""
    assert 0 < features(STORY[:3], 31)["hours_waiting"] < features(STORY[:3], 60)["hours_waiting"]
    assert features(STORY[:4], 60)["hours_waiting"] == 0


def test_counts_are_capped() -> None:
    """The fifth chase says little that the fourth did not."""
    chased = [says(0, "complaint"), *(says(24.0 * day, "chase") for day in range(1, 9))]
    assert features(chased, 200)["chases"] == 4


def test_only_open_cases_in_private_can_escalate() -> None:
    """Neither one that is public already, nor one that is solved."""

    def verdict(events: Sequence[Event], hour: float = 100) -> bool:
        (one,) = evaluate(collect(events), BEGIN + timedelta(hours=hour), POLICY)
        return can_escalate(one)

    assert verdict(STORY[:4])
    assert not verdict(STORY)
    assert not verdict([says(0, "complaint", public=True)])
    assert not verdict([says(0, "complaint"), hears(1, "substantive"), says(2, "accepts")])
    assert not verdict([says(0, "spam")])


def test_looks_know_nothing_of_the_future() -> None:
    """A look at a moment is the same whatever happened afterwards; only its end differs."""
    until = BEGIN + timedelta(days=30)
    whole = {one.at: one for one in snapshots(collect(STORY), POLICY, until)}
    before = {one.at: one for one in snapshots(collect(STORY[:4]), POLICY, until)}
    shared = [at for at in whole if at in before]
    assert len(shared) > 5
    assert all(whole[at].features == before[at].features for at in shared)
    assert not any(one.escalates for one in before.values())


def test_looks_say_whether_the_post_came_within_48_hours() -> None:
    """At 40 h the post of hour 90 is two hours too far away; at 46 h it is not."""
    found = {
        (one.at - BEGIN) / timedelta(hours=1): one.escalates
        for one in snapshots(collect(STORY), POLICY, BEGIN + timedelta(days=30))
    }
    assert found[40] is False
    assert found[46] is True
    assert max(found) < 90


@pytest.mark.parametrize("seed", [1, 2])
def test_tempers_replay_and_some_go_public(seed: int) -> None:
    """The same seed gives the same customers; a few per cent of them escalate."""
    first, again = list(tempers(400, seed)), list(tempers(400, seed))
    assert first == again
    until = START + timedelta(days=90)
    routes = [one.route for events in first for one in evaluate(collect(events), until, POLICY)]
    assert len(routes) >= 400
    assert 0.02 < routes.count("escalated") / len(routes) < 0.15
