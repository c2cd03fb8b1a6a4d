"""What must hold between two runs of one journey, whatever its verdicts are."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.conformance.adapter import judge
from tests.conformance.notation import load_journeys

JOURNEYS = load_journeys()
each_journey = pytest.mark.parametrize(
    "journey", [j for _, j in JOURNEYS], ids=[n for n, _ in JOURNEYS]
)
# An edited or clamped event does not have the time that is on its line.
PLAIN = {
    name: journey
    for name, journey in JOURNEYS
    if not any("version" in event or "received_at" in event for event in journey["events"])
}
KEYS = [
    "case",
    "customer",
    "events",
    "policy",
    "as_of",
    "outcome",
    "why",
    "final",
    "ftr",
    "ftr_reasons",
    "route",
    "left_in",
    "stated_escalation",
    "attempts",
    "channels",
    "opened_at",
    "escalated_at",
    "first_reply_at",
    "first_substantive_at",
    "resolved_at",
    "confirmed_at",
    "confirmed_by",
    "run_around",
    "promises",
    "avoidance_seconds",
    "paused_seconds",
    "false_pauses",
    "wall_seconds",
    "business_seconds",
    "evidence",
    "flags",
    "recurrence_of",
    "revisit_at",
]
# Time alone moves these between two looks; the rest of a verdict waits for `revisit_at`.
RUNNING = {"as_of", "avoidance_seconds", "paused_seconds", "wall_seconds", "business_seconds"}
Event = dict[str, Any]


def judged(events: list[Event], as_of: str) -> list[dict[str, Any]]:
    """The verdicts of events given as dictionaries."""
    return judge([json.dumps(event, ensure_ascii=False).encode() for event in events], as_of)


@each_journey
def test_every_verdict_has_all_keys_and_evidence(journey: dict[str, Any]) -> None:
    """The keys of §6 and of the contract are always there, and no verdict is without evidence."""
    for verdict in judged(journey["events"], journey["as_of"]):
        assert [key for key in KEYS if key not in verdict] == []
        assert verdict["evidence"], "a verdict without evidence"


@each_journey
def test_an_instant_may_be_written_in_any_offset(journey: dict[str, Any]) -> None:
    """UTC inside (§6): the same instants with another offset give the same verdicts."""
    zone = timezone(timedelta(hours=5, minutes=30))
    moved = [
        event
        | {
            key: datetime.fromisoformat(event[key]).astimezone(zone).isoformat()
            for key in ("at", "received_at")
            if key in event
        }
        for event in journey["events"]
    ]
    assert judged(moved, journey["as_of"]) == judged(journey["events"], journey["as_of"])


@each_journey
def test_strangers_change_nothing(journey: dict[str, Any]) -> None:
    """The same story of another customer beside it leaves every verdict as it was (§4)."""
    words = json.dumps(journey["events"])
    for event in journey["events"]:
        for key in ("customer", "same", "refs"):
            for value in event.get(key, []):
                words = words.replace(f'"{value}"', f'"{value}z"')
        for key in ("id", "thread", "in_reply_to"):
            if key in event:
                words = words.replace(f'"{event[key]}"', f'"{event[key]}z"')
    alone = judged(journey["events"], journey["as_of"])
    beside = judged(journey["events"] + json.loads(words), journey["as_of"])
    cases = {verdict["case"] for verdict in alone}
    assert [verdict for verdict in beside if verdict["case"] in cases] == alone
    assert len(beside) == 2 * len(alone)


@each_journey
def test_nothing_changes_before_revisit_at(journey: dict[str, Any]) -> None:
    """Time alone changes a verdict at `revisit_at` at the soonest, never where it is null (§1)."""
    now = datetime.fromisoformat(journey["as_of"])
    known = [event for event in journey["events"] if datetime.fromisoformat(event["at"]) <= now]
    for verdict in judged(known, journey["as_of"]):
        if verdict["revisit_at"] is None:
            later = now + timedelta(days=400)
        else:
            later = datetime.fromisoformat(verdict["revisit_at"]) - timedelta(seconds=1)
            assert later >= now, "revisit_at is not in the future"
        again = {v["case"]: v for v in judged(known, later.isoformat())}[verdict["case"]]
        changed = [k for k in verdict if k not in RUNNING and verdict[k] != again[k]]
        assert changed == [], f"changed by {later.isoformat()}: {changed}"


@each_journey
def test_a_final_outcome_stays(journey: dict[str, Any]) -> None:
    """`final` is true when time alone can no longer change the outcome (§6)."""
    now = datetime.fromisoformat(journey["as_of"])
    known = [event for event in journey["events"] if datetime.fromisoformat(event["at"]) <= now]
    later = {v["case"]: v for v in judged(known, (now + timedelta(days=400)).isoformat())}
    for verdict in judged(known, journey["as_of"]):
        if verdict["final"]:
            assert later[verdict["case"]]["outcome"] == verdict["outcome"]
            assert later[verdict["case"]]["ftr"] == verdict["ftr"]


@pytest.mark.parametrize("journey", PLAIN.values(), ids=PLAIN.keys())
def test_the_future_is_not_known(journey: dict[str, Any]) -> None:
    """At every instant of a story the later events appear nowhere (§8)."""
    events = journey["events"]
    for instant in sorted({event["at"] for event in events}):
        now = datetime.fromisoformat(instant)
        known = [event for event in events if datetime.fromisoformat(event["at"]) <= now]
        assert judged(events, instant) == judged(known, instant), f"at {instant}"
