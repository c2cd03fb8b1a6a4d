"""First-time-right: all that can make it fail (definitions §6, §8 *Verdict*)."""

from __future__ import annotations

from tests.reference.facts import Fact
from tests.reference.promises import Promise
from tests.reference.resolution import is_negative, is_reopening
from tests.reference.route import route_of
from tests.reference.story import Story


def right(story: Story) -> bool:
    """ "a case without any substantive reply is not first-time-right"."""
    return bool(story.resolution.confirmed_by and answers(story) and not failures_of(story))


def failures_of(story: Story) -> list[str]:
    """Return why a case is not right the first time, as far as is known."""
    reasons: list[str] = []
    kinds = [one.kind for one in story.attempts[1:]]
    reasons += [one for one in ("chase", "dispute") if one in kinds]
    if "info_supplied" in kinds and not one_round(story):
        reasons.append("information")
    confirmed = story.resolution.confirmed_at
    reopened = [one.at for one in since_opening(story) if is_reopening(one)]
    if any(confirmed is None or at < confirmed for at in reopened):
        reasons.append("reopened")
    if any(is_negative(one) for one in since_opening(story)):
        reasons.append("negative")
    if story.re_asks:
        reasons.append("re_ask")
    if any(counts_as_broken(one, story) for one in story.promises):
        reasons.append("promise")
    if route_of(story) == "escalated":
        reasons.append("escalated")
    if any("external" in one.names for one in story.facts if one.heard):
        reasons.append("external")
    if unsettled(story):
        reasons.append("unsettled")
    return reasons


def since_opening(story: Story) -> list[Fact]:
    """Return the events from the opening on."""
    return [one for one in story.facts if one.order >= story.contacts[0].order]


def one_round(story: Story) -> bool:
    """ "one necessary `info_request` round answered by one `info_supplied`"."""
    if len(story.attempts) != 2 or len(story.rounds) != 1:
        return False
    return story.rounds[0].requests[0].order < story.attempts[1].order


def counts_as_broken(promise: Promise, story: Story) -> bool:
    """ "Promises that fall due after confirmation do not change the outcome"."""
    confirmed = story.resolution.confirmed_at
    if promise.state == "broken" and promise.since and confirmed:
        return promise.since <= confirmed
    if promise.state == "late" and promise.due and confirmed:
        return promise.due <= confirmed
    return promise.state in {"broken", "late"}


def answers(story: Story) -> list[Fact]:
    """Return the substantive replies up to the confirmation; later ones settled nothing."""
    confirmed = story.resolution.confirmed_at
    return [one for one in story.substantive if not confirmed or one.at <= confirmed]


def unsettled(story: Story) -> bool:
    """ "no substantive reply after the first except the fulfilment of its own promise"."""
    first, later = answers(story)[:1], answers(story)[1:]
    allowed = {one.fulfilled_by for one in story.promises if one.fact in first}
    return any(one.id not in allowed for one in later)
