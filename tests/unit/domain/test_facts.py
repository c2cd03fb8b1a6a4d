"""What published figures need of a verdict: counts, waits, windows of other lengths, who waits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.evaluate import evaluate, soonest
from pipeline.domain.linking import components
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Verdict
from pipeline.wire import decode_event
from tests.conformance.notation import expand

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ESCALATED = (
    "m1 +0 in web_form complaint topic=billing",
    "r1 +1h out email auto_ack",
    "r2 +4h out email stock",
    "m2 +1d in email chase topic=billing",
    "p1 +3d in x complaint by=crm:1001,x:ann reach=1200 topic=billing",
    "r3 +3d2h out x substantive resolution_claim by=x:ann",
    "s1 +3d3h status solved team=care",
    "s2 +3d4h status closed team=care",
)


def judged(*rows: str, as_of: str, policy: Policy | None = None) -> list[Verdict]:
    """Return the verdicts of rows in the notation of the conformance journeys."""
    journey = expand({"name": "", "rule": "", "as_of": as_of, "events": list(rows), "expect": []})
    events = [decode_event(json.dumps(event).encode()) for event in journey["events"]]
    when = datetime.fromisoformat(journey["as_of"])
    return [one for part in components(events) for one in evaluate(part, when, policy or Policy())]


def test_counts_and_waits_of_an_escalated_case() -> None:
    """Replies without automatic ones, updates with statuses, and the waits on both sides."""
    (verdict,) = judged(*ESCALATED, as_of="+30d")
    facts = verdict.facts
    assert verdict.outcome == "escalation_only"
    assert (facts.contacts, facts.customer_messages, facts.agent_replies) == (3, 3, 2)
    assert (facts.updates, facts.closures, facts.closing_teams, facts.claims) == (4, 2, 1, 3)
    assert (facts.topic, facts.team, facts.reach) == ("billing", "care", 1200)
    assert facts.private_wait == 3 * 86400
    assert not facts.private_wait_ended_by_answer
    assert facts.public_wait == 2 * 3600
    assert facts.settled_at == START + 3 * DAY + timedelta(hours=2)
    assert facts.disturbed_at == START + DAY


def test_an_answer_in_private_ends_the_private_wait() -> None:
    """Where the first substantive answer came before the post, it is the end of the wait."""
    (verdict,) = judged(
        "m1 +0 in email complaint",
        "r1 +5h out email substantive",
        "p1 +3d in x complaint by=crm:1001",
        "r2 +3d1h out x substantive by=crm:1001",
        as_of="+4d",
    )
    assert (verdict.facts.private_wait, verdict.facts.public_wait) == (5 * 3600, 3600)
    assert verdict.facts.private_wait_ended_by_answer


def test_rounds_reopenings_and_refutations_are_counted() -> None:
    """A reminder is the same round, a re-ask is one of its own."""
    (verdict,) = judged(
        "m1 +0 in email complaint",
        "r1 +1h out email info_request",
        "r2 +1d out email info_request",
        "m2 +2d in email info_supplied",
        "r3 +3d out email info_request",
        "s1 +4d status solved",
        "s2 +5d status reopened",
        as_of="+6d",
    )
    assert (verdict.facts.info_rounds, verdict.facts.reopens, verdict.facts.refuted) == (2, 1, 1)


@pytest.mark.parametrize(
    ("rows", "week", "month"),
    [
        (("m2 +10d in email chase",), "yes", "no"),
        (("m2 +3d in email chase",), "no", "no"),
        (("m2 +20d in email complaint",), "yes", "no"),
        ((), "yes", "yes"),
        (("m2 +2d in email accepts",), "yes", "yes"),
    ],
)
def test_windows_of_seven_and_thirty_days(rows: tuple[str, ...], week: str, month: str) -> None:
    """§7: first-time-right with other windows; a recurrence fails the longer one."""
    story = ("m1 +0 in email complaint", "r1 +1h out email substantive resolution_claim")
    verdict = next(one for one in judged(*story, *rows, as_of="+60d") if one.case == "email:m1")
    as_of = START + 60 * DAY
    assert verdict.first_time_right_within(7 * DAY, as_of) == week
    assert verdict.first_time_right_within(30 * DAY, as_of) == month


def test_a_young_claim_is_undetermined_in_every_window() -> None:
    """Before the window has ended nobody knows."""
    (verdict,) = judged(
        "m1 +0 in email complaint", "r1 +1h out email substantive resolution_claim", as_of="+2d"
    )
    assert verdict.first_time_right_within(7 * DAY, START + 2 * DAY) == "undetermined"


def test_who_waits_and_since_when() -> None:
    """A contact waits until a non-automatic reply; with none waiting there is no time."""
    waiting = ("m1 +0 in email complaint", "r1 +1h out email auto_ack")
    (verdict,) = judged(*waiting, as_of="+2h")
    assert verdict.waiting_since == START
    (verdict,) = judged(*waiting, "r2 +2h out email stock", as_of="+3h")
    assert verdict.waiting_since is None
    (verdict,) = judged(*waiting, "m2 +3h in email accepts", as_of="+4h")
    assert verdict.waiting_since is None


def test_the_next_check_is_the_next_thing_that_silence_does() -> None:
    """Two business days, then the horizon; after a claim the window; after the end nothing."""
    opening = "m1 +0 in email complaint"
    claim = "r1 +1d out email substantive resolution_claim"
    assert soonest(judged(opening, as_of="+1h")) == START + 2 * DAY
    assert soonest(judged(opening, as_of="+2d")) == START + 42 * DAY
    assert soonest(judged(opening, claim, as_of="+2d")) == START + 15 * DAY
    assert soonest(judged(opening, claim, as_of="+15d")) is None


def test_two_waits_at_once_are_avoided_once() -> None:
    """Avoidance is the time in which *a* contact waits too long: a union, not a sum."""
    (verdict,) = judged(
        "p1 +0 in x complaint", "p2 +2h in x chase", "r1 +2d out x stock", as_of="+3d"
    )
    assert verdict.avoidance_seconds == 86400
    (verdict,) = judged("p1 +0 in x complaint", "r1 +1d out x stock", as_of="+3d")
    assert verdict.avoidance_seconds == 0


def test_a_stricter_policy_is_kept_to_the_hour() -> None:
    """Two hours of tolerance in public are two hours, not a day."""
    policy = Policy(avoidance_public=timedelta(hours=2))
    rows = ("p1 +0 in x complaint", "r1 +5h out x stock")
    (verdict,) = judged(*rows, as_of="+1d", policy=policy)
    assert verdict.avoidance_seconds == 3 * 3600


def test_business_and_wall_clock_go_together() -> None:
    """Monday 9:00 to Wednesday 9:00 are two office days."""
    (verdict,) = judged(
        "m1 +0 in email complaint", "r1 +2d out email substantive resolution_claim", as_of="+40d"
    )
    assert (verdict.wall_seconds, verdict.business_seconds) == (2 * 86400, 2 * 8 * 3600)
