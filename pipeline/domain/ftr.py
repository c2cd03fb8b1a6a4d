"""First-time-right: what makes it fail, and when that was known (definitions §6, §8 Verdict).

Every failure has a name, an event and a time; the names are the ``ftr_reasons`` of a verdict.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.domain.case import Case
from pipeline.domain.contact import span_of
from pipeline.domain.escalation import Escalation
from pipeline.domain.promises import Promise
from pipeline.domain.verdict import Evidence

FAILURES: Final = frozenset({
    "chase", "dispute", "extra_contact", "second_info_round", "re_ask", "reopened",
    "negative_feedback", "promise_broken", "promise_late", "public_escalation",
    "external_escalation", "not_settled_by_first_answer", "no_substantive_reply",
})  # fmt: skip
"""Reasons of a ``no`` that come from events. Time alone adds ``lapsed`` and ``unresolved``."""


def failures_of(case: Case, escalation: Escalation, promises: Sequence[Promise]) -> list[Evidence]:
    """Return every failure of first-time-right, the earliest first."""
    found = [
        *_failed_contacts(case),
        *_failed_rounds(case),
        *_failed_promises(case, promises),
        *_failed_answers(case, promises),
        *_failed_outside(case, escalation),
    ]
    return sorted(found, key=lambda one: (one.at, one.event, one.rule))


def _failed_contacts(case: Case) -> Iterator[Evidence]:
    supplied = 0
    asked = [(reply.at, reply.message.id) for reply in case.replies if reply.asked == "request"]
    for contact in case.contacts[1:]:
        if contact.kind in ("chase", "dispute"):
            span = span_of(contact.messages[0], contact.kind)
            yield Evidence(event=contact.id, rule=contact.kind, at=contact.at, span=span)
        elif contact.kind == "info_supplied":
            supplied += 1
            if supplied > 1 or not asked or asked[0] > (contact.at, contact.id):
                yield Evidence(event=contact.id, rule="extra_contact", at=contact.at)


def _failed_rounds(case: Case) -> Iterator[Evidence]:
    rounds = 0
    for reply in case.replies:
        if reply.asked is None or reply.asked == "reminder":
            continue
        rounds += 1
        if reply.asked == "re_ask" or (rounds > 1 and case.attempts > 1):
            rule = "re_ask" if reply.asked == "re_ask" else "second_info_round"
            span = span_of(reply.message, "info_request")
            yield Evidence(event=reply.message.id, rule=rule, at=reply.at, span=span)


def _failed_promises(case: Case, promises: Sequence[Promise]) -> Iterator[Evidence]:
    confirmed = case.resolution.confirmed_at
    for promise in promises:
        failed = promise.failed_at
        if failed is not None and (confirmed is None or failed <= confirmed):
            rule = "promise_late" if promise.state == "late" else "promise_broken"
            yield Evidence(event=promise.made_by, rule=rule, at=failed, span=promise.span)


def _failed_answers(case: Case, promises: Sequence[Promise]) -> Iterator[Evidence]:
    confirmed = case.resolution.confirmed_at
    answers = [
        reply for reply in case.replies
        if reply.substantive and (confirmed is None or reply.at <= confirmed)
    ]  # fmt: skip
    if not answers:
        if confirmed is not None:
            event = case.resolution.confirmed_event or case.id
            yield Evidence(event=event, rule="no_substantive_reply", at=confirmed)
        return
    first = answers[0].message.id
    kept = {
        promise.ended_by for promise in promises
        if promise.made_by == first and promise.state in ("kept", "late")
    }  # fmt: skip
    for reply in answers[1:]:
        if reply.message.id not in kept:
            rule = "not_settled_by_first_answer"
            yield Evidence(event=reply.message.id, rule=rule, at=reply.at)


def _failed_outside(case: Case, escalation: Escalation) -> Iterator[Evidence]:
    confirmed = case.resolution.confirmed_at
    for status in case.reopened:
        if confirmed is None or status.at < confirmed:
            yield Evidence(event=status.id, rule="reopened", at=status.at)
    for feedback in case.negative:
        yield Evidence(event=feedback.id, rule="negative_feedback", at=feedback.at)
    for message in case.externals:
        span = span_of(message, "external")
        yield Evidence(event=message.id, rule="external_escalation", at=message.at, span=span)
    if escalation.post is not None:
        post = escalation.post
        yield Evidence(event=post.id, rule="public_escalation", at=post.at)
