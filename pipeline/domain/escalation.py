"""Did the customer have to go public, and with what had they been left (definitions §4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pipeline.domain.case import Case, Reply
from pipeline.domain.contact import Contact, names_of, span_of
from pipeline.domain.frozen import frozen
from pipeline.domain.promises import Promise
from pipeline.domain.verdict import Evidence, LeftIn, Route

CLASS_LEAVES: Final[dict[str, LeftIn]] = {
    "auto_ack": "auto_ack",
    "stock": "stock",
    "info_request": "info_request",
    "referral": "referral",
    "substantive": "claimed_resolved",
}
"""What a reply without claim, refusal or promise leaves the customer in, by its response class."""
LAST: Final = "\U0010ffff"
"""Sorts after every event id."""
CONDITIONAL: Final = frozenset({"info_request", "referral"})
"""Responses whose vague promise hangs on the customer's next step: the step is what is left."""


@frozen
class Escalation:
    """How the case went between private and public.

    ``post`` is the public contact that escalated it, None unless ``route`` is ``escalated``.
    ``stated`` is a public contact that says that an earlier contact elsewhere had failed, while
    none is linked. ``crossed`` are substantive replies sent so shortly before the post that they
    crossed.
    """

    route: Route
    post: Contact | None
    stated: Contact | None
    left_in: LeftIn | None
    crossed: tuple[Reply, ...] = ()


def escalation_of(case: Case, promises: Sequence[Promise]) -> Escalation:
    """Return the route of a case and what follows from it."""
    word = case.resolution.first_word_at
    contacts = [one for one in case.contacts if word is None or one.at < word or not one.public]
    public = [contact for contact in contacts if contact.public]
    if not public:
        return Escalation(route="private_only", post=None, stated=None, left_in=None)
    if contacts[0].public:
        stated = _stated(contacts)
        return Escalation(route="public_first", post=None, stated=stated, left_in=None)
    first = contacts[0].at
    post = next((one for one in public if one.at - first > case.policy.parallel), None)
    if post is None:
        return Escalation(route="parallel", post=None, stated=None, left_in=None)
    crossed = _crossed(case, post)
    left_in = _left_in(case, promises, post, crossed)
    return Escalation(route="escalated", post=post, stated=None, left_in=left_in, crossed=crossed)


def _stated(contacts: Sequence[Contact]) -> Contact | None:
    """Return the public contact that states an earlier one, where none is linked before it."""
    for contact in contacts:
        if not contact.public and contact.attempt:
            return None
        if contact.public and any("prior_contact" in names_of(one) for one in contact.messages):
            return contact
    return None


def before(reply: Reply, post: Contact) -> bool:
    """Return whether a reply was sent before a contact, in the order of ``(at, id)``."""
    return (reply.at, reply.message.id) < (post.at, post.id)


def _crossed(case: Case, post: Contact) -> tuple[Reply, ...]:
    return tuple(
        reply
        for reply in case.replies
        if reply.substantive and before(reply, post) and post.at - reply.at <= case.policy.crossed
    )


def _left_in(
    case: Case, promises: Sequence[Promise], post: Contact, crossed: Sequence[Reply]
) -> LeftIn:
    """Return the last state before the post; a promise breaks after all that came at its due."""
    states: list[tuple[datetime, str, LeftIn]] = []
    for reply in case.replies:
        left = left_by(reply)
        if left is not None and before(reply, post) and reply not in crossed:
            states.append((reply.at, reply.message.id, left))
    for at, event in case.claims:
        if (at, event) < (post.at, post.id) and all(event != one.message.id for one in crossed):
            states.append((at, event, "claimed_resolved"))
    for promise in promises:
        failed = _failed_before(promise, post)
        if failed is not None:
            states.append((failed, LAST, "promise_broken"))
    return max(states, default=(post.at, "", "unanswered"))[2]


def left_by(reply: Reply) -> LeftIn | None:
    """Return what a reply leaves the customer in; None where it has no response class."""
    if "resolution_claim" in reply.names:
        return "claimed_resolved"
    if "rejection" in reply.names:
        return "rejected"
    if "promise" in reply.names and not _conditional(reply):
        return "promised"
    return CLASS_LEAVES.get(reply.response) if reply.response is not None else None


def _conditional(reply: Reply) -> bool:
    dated = any(one.due is not None for one in reply.message.signals or () if one.name == "promise")
    return reply.response in CONDITIONAL and not dated


def _failed_before(promise: Promise, post: Contact) -> datetime | None:
    """Return when a promise stood broken before the post, whatever became of it afterwards."""
    if promise.due is None or promise.state == "moved":
        return None
    if promise.failed_at is not None and promise.failed_at < post.at:
        return promise.failed_at
    ended = promise.ended_at
    overdue = promise.due < post.at and (ended is None or ended > promise.due)
    return promise.due if overdue and promise.state in ("unknown", "open") else None


def saves(case: Case, escalation: Escalation) -> bool:
    """Return whether it was resolved only after the public escalation: (b), (c) and (d) of §6.

    (a), a private attempt before the post, is what makes the route ``escalated``; that the claim
    was confirmed is for the caller to see.
    """
    post = escalation.post
    resolved = case.resolution.resolved_at
    if post is None or resolved is None or resolved < post.at:
        return False
    answers = [reply for reply in case.replies if reply.substantive]
    if not answers or before(answers[0], post):
        return False
    cites = answers[0].message.in_reply_to in {message.id for message in post.messages}
    return cites or answers[0].at - post.at <= case.policy.escalation_answer


def evidence_of(case: Case, escalation: Escalation) -> list[Evidence]:
    """Return what shows the route of a case."""
    found: list[Evidence] = []
    if escalation.post is not None:
        post = escalation.post
        found.append(Evidence(event=post.id, rule="public_escalation", at=post.at))
    if escalation.stated is not None:
        stated = escalation.stated
        span = span_of(stated.messages[0], "prior_contact")
        found.append(Evidence(event=stated.id, rule="stated_escalation", at=stated.at, span=span))
    found += [
        Evidence(event=reply.message.id, rule="crossed_reply", at=reply.at)
        for reply in escalation.crossed
    ]
    if escalation.route == "parallel":
        post = next(contact for contact in case.contacts if contact.public)
        found.append(Evidence(event=post.id, rule="parallel_contact", at=post.at))
    return found
