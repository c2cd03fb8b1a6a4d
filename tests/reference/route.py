"""Private and public: the route, the post, and what had been left (definitions §4, §6, §8)."""

from __future__ import annotations

from datetime import datetime

from tests.reference.clocks import HOUR, MINUTE
from tests.reference.contacts import Contact
from tests.reference.facts import Fact
from tests.reference.resolution import is_claim
from tests.reference.story import Story

CROSSED = 60 * MINUTE
PARALLEL = 60 * MINUTE
IN_TIME = 72 * HOUR
LAST = "\U0010ffff"


def counted_for_route(story: Story) -> list[Contact]:
    """ "Posts after an explicit confirmation do not count for the route"."""
    word = story.resolution.word
    return [one for one in story.contacts if not (one.public and word and one.at >= word)]


def post_of(story: Story) -> Contact | None:
    """ "the first public contact … more than **60 min** after the case's first private attempt"."""
    private = [one for one in story.attempts if not one.public]
    if not private:
        return None
    posts = [
        one for one in counted_for_route(story) if one.public and one.at - private[0].at > PARALLEL
    ]
    return posts[0] if posts else None


def route_of(story: Story) -> str:
    """ "of the routes the first that applies"."""
    contacts = counted_for_route(story)
    if not any(one.public for one in contacts):
        return "private_only"
    if contacts[0].public:
        return "public_first"
    return "escalated" if post_of(story) else "parallel"


def stated_escalation(story: Story) -> bool:
    """ "A public contact with `prior_contact` for which no private attempt is linked"."""
    for contact in counted_for_route(story):
        if not contact.public and contact.attempt:
            return False
        if contact.public and "prior_contact" in contact.names:
            return True
    return False


def left_in_of(story: Story, post: Contact) -> str | None:
    """ "what the customer had been left with when posting … the last in time before the post"."""
    left: list[tuple[tuple[datetime, str], str]] = []
    for fact in story.facts:
        if story.contacts[0].order < fact.order < post.order:
            crossed = "substantive" in fact.names and post.at - fact.at <= CROSSED
            if what := None if crossed else _leaves(fact):
                left.append((fact.order, what))
    for one in story.promises:
        failed = one.since if one.state == "broken" else one.due
        ended = one.since if one.state in {"kept", "late", "moved"} else None
        if failed and failed < post.at and not (ended and ended <= failed):
            left.append(((failed, LAST), "promise_broken"))
    return max(left)[1] if left else "unanswered"


def _leaves(fact: Fact) -> str | None:
    if is_claim(fact):
        return "claimed_resolved"
    if not fact.outbound:
        return None
    if "rejection" in fact.names:
        return "rejected"
    dated = any(one.get("due") for one in fact.signals if one["name"] == "promise")
    if "promise" in fact.names and (dated or not fact.names & {"info_request", "referral"}):
        return "promised"
    for name in ("auto_ack", "stock", "info_request", "referral"):
        if name in fact.names:
            return name
    if "substantive" in fact.names:
        return "claimed_resolved"  # the company had, as it believed, answered
    return "auto_ack" if fact.automatic else None


def escalation_only(story: Story, post: Contact) -> bool:
    """The four conditions of `escalation_only`, in their order."""
    if any(one.order < post.order for one in story.substantive):
        return False  # (b), and "A crossed reply counts as sent for (b)"
    resolved_at = story.resolution.resolved_at
    if resolved_at is None or resolved_at < post.at:
        return False  # (c) "resolution claimed after it and confirmed"
    if not story.substantive:
        return False
    first = story.substantive[0]
    cites = first.raw.get("in_reply_to") in {one.id for one in post.messages}
    return cites or first.at - post.at <= IN_TIME  # (d)
