"""Exactly one outcome, whether it is final, and first-time-right (definitions §6)."""

from __future__ import annotations

from datetime import datetime

from tests.reference.clocks import DAY
from tests.reference.resolution import is_acceptance, resolution_of
from tests.reference.right import failures_of, right
from tests.reference.route import escalation_only, post_of, route_of
from tests.reference.story import Story

LAPSE = 28 * DAY
HORIZON = 42 * DAY
EXCUSES = frozenset(["not_a_complaint", "duplicate", "third_party"])


def why_not_counted(story: Story) -> str | None:
    """ "`spam`, `not_a_complaint`, duplicate, third-party mention, company-initiated …"."""
    inbound = [one for one in story.facts if one.heard]
    if story.contacts:
        said = [one.names for contact in story.contacts for one in contact.messages]
        excuses = [bool(names & EXCUSES) for names in said]
        if all(excuses):
            said = [one.names for one in inbound]  # the first excuse is the reason
            return next(min(names & EXCUSES) for names in said if names & EXCUSES)
        began = next(one for one in story.facts if one.kind == "message").outbound
        paced = all(names == {"pace_request"} for names in said)
        if began and paced:
            return "company_initiated"
        return "withdrawn" if withdrawn_at(story) else None
    excuse = next((one.names & EXCUSES for one in inbound if one.names & EXCUSES), None)
    if excuse:
        return min(excuse)
    if story.spam:
        return "spam"
    if withdrawn_at(story):
        return "withdrawn"
    replied = any(one.outbound for one in story.facts)
    wrote = inbound or (not replied and any(one.inbound for one in story.facts))
    return "not_a_complaint" if wrote else "company_initiated"


def withdrawn_at(story: Story) -> datetime | None:
    """ "`withdraws` counts only before confirmation", and only until the customer tries again."""
    for number, fact in enumerate(story.facts):
        if fact.heard and "withdraws" in fact.names:
            # who says in one breath that it is solved and withdrawn has been helped
            told = number + is_acceptance(fact)
            before = resolution_of(story.facts[:told], story.contacts, fact.at)
            later = any(one.order > fact.order for one in story.attempts)
            if before.confirmed_by is None and not later:
                return fact.at
    return None


def lapsed_at(story: Story) -> datetime | None:
    """ "a necessary `info_request` unanswered by the customer for **28 d** after a reminder"."""
    for one in story.rounds:
        if one.open and len(one.requests) > 1 and one.requests[0] not in story.re_asks:
            return one.requests[-1].at + LAPSE
    return None


def outcome_of(story: Story) -> str:
    """ "exactly one, first that applies"."""
    if why_not_counted(story):
        return "not_counted"
    now, resolution = story.as_of, story.resolution
    post = post_of(story)
    escalated = post if route_of(story) == "escalated" else None
    if resolution.confirmed_by:
        if right(story):
            return "first_time_right"
        if escalated is not None:
            only = escalation_only(story, escalated)
            return "escalation_only" if only else "resolved_after_escalation"
        return "resolved_with_effort"
    lapse = lapsed_at(story)
    if lapse is not None and lapse <= now:
        return "lapsed"
    if story.opened_at + HORIZON <= now:
        return "unresolved"
    return "pending_confirmation" if resolution.claim else "open"


def final_of(story: Story) -> bool:
    """ "`final` is true when time alone can no longer change the outcome"."""
    outcome = outcome_of(story)
    if outcome in {"open", "pending_confirmation"}:
        return False
    if outcome == "unresolved":
        return False  # "until then the case is `unresolved` with `final = false`"
    return outcome != "lapsed" or story.resolution.claim is None


def ended_at(story: Story) -> datetime | None:
    """Return when the case ended: withdrawn, confirmed, or lapsed with no claim running."""
    if withdrawn := withdrawn_at(story):
        return withdrawn
    lapse = lapsed_at(story)
    if story.resolution.confirmed_at or not lapse or lapse > story.as_of:
        return story.resolution.confirmed_at
    return lapse if story.resolution.claim is None else None


def ftr_of(story: Story) -> str | None:
    """ "a failure is known at once, a success only after the window"."""
    outcome = outcome_of(story)
    if outcome == "not_counted":
        return None
    if outcome == "first_time_right":
        return "yes"
    settled = outcome in {"lapsed", "unresolved"} or story.resolution.confirmed_by
    return "no" if settled or failures_of(story) else "undetermined"
