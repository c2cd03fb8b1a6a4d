"""The fields of a verdict (definitions §6)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests.reference.clocks import DAY, length, shifts
from tests.reference.contacts import Contact
from tests.reference.facts import Fact
from tests.reference.outcome import ended_at, final_of, ftr_of, outcome_of, why_not_counted
from tests.reference.people import People
from tests.reference.route import left_in_of, post_of, route_of, stated_escalation
from tests.reference.story import Story, story_of
from tests.reference.waiting import avoidance_of, false_pauses_of, pending_of, waits_of

NOTED = 90 * DAY


def effective(facts: list[Fact], people: People) -> list[Fact]:
    """ "Events up to **90 d** after `final` restate the figure; later ones only leave a note"."""
    if not facts or facts[-1].at < facts[0].at + NOTED:
        return facts
    kept: list[Fact] = []
    for fact in facts:
        since = ended_at(story_of(kept, people, fact.at)) if kept else None
        if since is None or fact.at < since + NOTED:
            kept.append(fact)
    return kept


def verdict_of(facts: list[Fact], people: People, as_of: datetime) -> dict[str, Any]:
    """Return the fields of definitions §6 for one case; ``facts`` are in order."""
    told = effective(facts, people)
    story = story_of(told, people, as_of)
    counted = outcome_of(story) != "not_counted"
    return {
        **_belonging(facts, people),
        **_judgement(story),
        **_way(story),
        **(_resolution(story) if counted else _resolution_of_none()),
        **(_clocks(story, told) if counted else _clocks_of_none()),
    }


def _belonging(facts: list[Fact], people: People) -> dict[str, Any]:
    person = people.person(facts[0])
    kinds = {"message", "status", "feedback"}  # "`events` … lists messages, statuses and feedback"
    return {
        "case": facts[0].id,
        "customer": [] if person in people.erased else sorted(people.identifiers(person)),
        "events": sorted(one.id for one in facts if one.kind in kinds),
        "clock_skew": any("clock_skew" in one.flags for one in facts),
        "conflict": any("conflict" in one.flags for one in facts),
    }


def _judgement(story: Story) -> dict[str, Any]:
    return {
        "outcome": outcome_of(story),
        "why": why_not_counted(story),
        "final": final_of(story),
        "ftr": ftr_of(story),
        "run_around": run_around(story),
    }


def _way(story: Story) -> dict[str, Any]:
    route = route_of(story)
    post = post_of(story) if route == "escalated" else None
    return {
        "route": route,
        "stated_escalation": stated_escalation(story),
        "left_in": left_in_of(story, post) if post else None,
        "escalated_at": post.at if post else None,
        "attempts": len(story.attempts),
        "channels": sorted({m.raw["channel"] for one in story.contacts for m in one.messages}),
        "opened_at": story.opened_at,
        "first_reply_at": story.first_reply_at,
        "first_substantive_at": story.substantive[0].at if story.substantive else None,
    }


def _resolution(story: Story) -> dict[str, Any]:
    return {
        "resolved_at": story.resolution.resolved_at,
        "confirmed_at": story.resolution.confirmed_at,
        "confirmed_by": story.resolution.confirmed_by,
        "promises": dict(Counter(one.state for one in story.promises)),
    }


def _resolution_of_none() -> dict[str, Any]:
    return {"resolved_at": None, "confirmed_at": None, "confirmed_by": None, "promises": {}}


def _clocks(story: Story, facts: list[Fact]) -> dict[str, Any]:
    ended = ended_at(story)
    end = story.resolution.resolved_at or ended or story.as_of
    paused = [(start, min(stop, story.as_of)) for start, stop in story.pauses]
    avoided = avoidance_of(story.contacts, facts, story.pauses, ended or story.as_of)
    waits = waits_of(story.contacts, facts, story.resolution.confirmed_at)
    return {
        "paused_seconds": _seconds(length(paused)),
        "avoidance_seconds": _seconds(length(avoided)),
        "false_pauses": false_pauses_of(pending_of(facts), waits, story.pauses, story.as_of),
        "wall_seconds": _seconds(end - story.opened_at),
        "business_seconds": _seconds(length(shifts(story.opened_at, end))),
    }


def _clocks_of_none() -> dict[str, Any]:
    """Return the clocks of a case that is not counted: none runs."""
    running = {"paused_seconds": 0, "avoidance_seconds": 0, "false_pauses": 0}
    return {**running, "wall_seconds": None, "business_seconds": None}


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def run_around(story: Story) -> bool:
    """ "at least 2 `stock`/`referral`/re-ask replies spread over at least 2 attempts, or …"."""
    end = story.substantive[0].order if story.substantive else None
    spread: list[Contact] = []
    for reply in story.replies:
        if end is not None and reply.order >= end:
            break
        re_ask = reply in story.re_asks
        before = [one for one in story.attempts if one.order < reply.order]
        if re_ask and any(one.kind == "chase" for one in before):
            return True  # "any re-ask after a chase"
        if before and (re_ask or reply.names & {"stock", "referral"}):
            spread.append(before[-1])
    return len(spread) >= 2 and len(set(spread)) >= 2
