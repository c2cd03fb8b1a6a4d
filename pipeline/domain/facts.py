"""What is shown with a verdict: its evidence, and the counts that published figures need."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from pipeline.domain.case import Case, Reply
from pipeline.domain.clocks import Wait
from pipeline.domain.contact import names_of, span_of
from pipeline.domain.escalation import Escalation, before, left_by
from pipeline.domain.escalation import evidence_of as escalation_evidence
from pipeline.domain.events import Status
from pipeline.domain.linking import Person
from pipeline.domain.promises import Promise
from pipeline.domain.verdict import Evidence, Facts

RUN_AROUND: Final = frozenset({"stock", "referral"})
ASKED: Final = frozenset({"request", "re_ask"})
"""Asks that are a round of information; a reminder is none."""
THREATS: Final = frozenset({"threat", "external"})


def run_around(case: Case) -> list[Reply]:
    """Return the replies that sent the customer around; none where it was no run-around (§6).

    Before the first substantive answer: at least two stock answers, referrals or re-asks spread
    over at least two attempts, or any re-ask after a chase.
    """
    sent: list[Reply] = []
    for reply in case.replies:
        if reply.substantive:
            break
        if is_empty(reply):
            sent.append(reply)
    if len({reply.attempt for reply in sent}) >= 2:
        return sent
    return [reply for reply in sent if reply.asked == "re_ask" and reply.after_chase]


def facts_of(
    case: Case,
    escalation: Escalation,
    failures: Sequence[Evidence],
    promises: Sequence[Promise],
    waits: Sequence[Wait] = (),
) -> Facts:
    """Return the counts and waits of a case (see `Facts`); ``waits`` of one that has not ended."""
    replies = [reply for reply in case.replies if not reply.automatic]
    closures = [status for status in case.statuses if status.status in ("solved", "closed")]
    private, answered = _private_wait(case, escalation)
    kinds = [contact.kind for contact in case.contacts]
    said = [names_of(message) for contact in case.contacts for message in contact.messages]
    due, failed_at = _promised(promises)
    return Facts(
        contacts=len(case.contacts),
        customer_messages=len(said),
        agent_replies=len(replies),
        updates=len(replies) + len(case.statuses),
        closures=len(closures),
        closing_teams=len({status.team for status in closures if status.team is not None}),
        claims=len(case.claims),
        info_rounds=[reply.asked in ASKED for reply in case.replies].count(True),
        reopens=len(case.reopened),
        refuted=case.resolution.refuted,
        topic=case.topic,
        team=case.team,
        reach=_reach(case, escalation),
        private_wait=private,
        private_wait_ended_by_answer=answered,
        public_wait=_public_wait(case, escalation),
        settled_at=_settled_at(case),
        accepted_at=case.acceptances[0][0] if case.acceptances else None,
        disturbed_at=min([failure.at for failure in failures], default=None),
        chases=kinds.count("chase"),
        disputes=kinds.count("dispute"),
        threats=[names.isdisjoint(THREATS) for names in said].count(False),
        prior_contacts=["prior_contact" in names for names in said].count(True),
        empty_replies=[is_empty(reply) for reply in case.replies].count(True),
        last_contact_at=case.contacts[-1].at if case.contacts else None,
        last_reply_at=replies[-1].at if replies else None,
        last_left_in=left_by(case.replies[-1]) if case.replies else None,
        promise_due=due,
        promise_failed_at=failed_at,
        waiting_public_since=_waiting_public_since(case, waits),
        pending_since=_pending_since(case),
        tickets=_tickets(case),
        unread=["unread" in names for names in said].count(True),
    )


def _promised(promises: Sequence[Promise]) -> tuple[datetime | None, datetime | None]:
    """Return when the next open promise falls due, and when the oldest fell due that is unkept."""
    if not promises:
        return None, None
    due = [one.due for one in promises if one.due and one.state == "open"]
    failed = filter(None, map(_unkept_since, promises))
    return min(due, default=None), min(failed, default=None)


def _waiting_public_since(case: Case, waits: Sequence[Wait]) -> datetime | None:
    for wait, contact in zip(waits, case.contacts, strict=False):
        if wait.end is None and contact.public:
            return wait.start
    return None


def _unkept_since(promise: Promise) -> datetime | None:
    """Return when a promise fell due that nobody has kept since; None for any other."""
    return promise.due if promise.state == "broken" and promise.ended_by is None else None


def _pending_since(case: Case) -> datetime | None:
    since = None
    for status in case.statuses:
        since = (since or status.at) if status.status == "pending" else None
    return since


def _tickets(case: Case) -> int:
    """Return how many tickets there were: by reference, or by the threads that changed state."""
    named = sum(ref.startswith("ticket:") for ref in case.refs)
    return max(named, len({one.thread for one in case.statuses if one.thread is not None}))


def is_empty(reply: Reply) -> bool:
    """Return whether a reply sent the customer around: a stock answer, a referral or a re-ask."""
    return reply.response in RUN_AROUND or reply.asked == "re_ask"


def _settled_at(case: Case) -> datetime | None:
    times = [found[0][0] for found in (case.claims, case.acceptances) if found]
    return min(times, default=None)


def _reach(case: Case, escalation: Escalation) -> int | None:
    post = escalation.post or next((one for one in case.contacts if one.public), None)
    if post is None:
        return None
    return max((one.reach for one in post.messages if one.reach is not None), default=None)


def _private_wait(case: Case, escalation: Escalation) -> tuple[int | None, bool]:
    first = next((one for one in case.contacts if not one.public and one.attempt), None)
    if first is None:
        return None, False
    answer = next((one.at for one in case.replies if one.substantive and one.at >= first.at), None)
    post = escalation.post
    if post is not None and (answer is None or answer >= post.at):
        return _seconds(first.at, post.at), False
    return (_seconds(first.at, answer), True) if answer is not None else (None, False)


def _public_wait(case: Case, escalation: Escalation) -> int | None:
    post = escalation.post
    if post is None:
        return None
    later = (one.at for one in case.replies if one.substantive and not before(one, post))
    answer = next(later, None)
    return _seconds(post.at, answer) if answer is not None else None


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def evidence_of(
    case: Case,
    person: Person,
    escalation: Escalation,
    failures: Sequence[Evidence],
    promises: Sequence[Promise],
    pending: Sequence[Status],
) -> tuple[Evidence, ...]:
    """Return the facts behind a verdict in order of time; never none. Erasure takes the words."""
    found = {
        *_opening(case),
        *failures,
        *(case.excuses if case.excused else ()),
        *escalation_evidence(case, escalation),
        *_answers(case),
        *_promises(promises),
        *_ends(case),
        *(Evidence(event=one.id, rule="false_pause", at=one.at) for one in pending),
        *_links(case, person),
    }
    ordered = sorted(found, key=lambda one: (one.at, one.event, one.rule, one.span or (0, 0)))
    if person.erased:
        return tuple(Evidence(event=one.event, rule=one.rule, at=one.at) for one in ordered)
    return tuple(ordered)


def _opening(case: Case) -> Iterator[Evidence]:
    if case.contacts:
        first = case.contacts[0].messages[0]
        yield Evidence(event=first.id, rule="opened", at=first.at, span=span_of(first, "complaint"))
    else:
        yield Evidence(event=case.id, rule="first_event", at=case.opened)
    for event in case.spam:
        at = next(one.at for one in case.events if one.id == event)
        yield Evidence(event=event, rule="spam", at=at)


def _answers(case: Case) -> Iterator[Evidence]:
    answer = next((reply for reply in case.replies if reply.substantive), None)
    if answer is not None:
        span = span_of(answer.message, "substantive")
        yield Evidence(
            event=answer.message.id, rule="first_substantive_reply", at=answer.at, span=span
        )
    for reply in run_around(case):
        span = span_of(reply.message, "stock", "referral", "info_request")
        yield Evidence(event=reply.message.id, rule="run_around", at=reply.at, span=span)
    for message, _ in case.pauses:
        span = span_of(message, "pace_request")
        yield Evidence(event=message.id, rule="customer_pause", at=message.at, span=span)


def _promises(promises: Sequence[Promise]) -> Iterator[Evidence]:
    for promise in promises:
        rule = f"promise_{promise.state}"
        at = promise.failed_at or promise.ended_at or promise.made_at
        yield Evidence(event=promise.made_by, rule=rule, at=at, span=promise.span)


def _ends(case: Case) -> Iterator[Evidence]:
    for at, event in case.claims:
        yield Evidence(event=event, rule="claimed", at=at)
    for at, event in case.refutations:
        yield Evidence(event=event, rule="refuted", at=at)
    resolution = case.resolution
    if resolution.confirmed_at is not None:
        rule = f"confirmed_{resolution.confirmed_by}"
        event = resolution.confirmed_event or case.id
        yield Evidence(event=event, rule=rule, at=resolution.confirmed_at)
    if case.withdrawn is not None:
        span = span_of(case.withdrawn, "withdraws")
        yield Evidence(event=case.withdrawn.id, rule="withdrawn", at=case.withdrawn.at, span=span)
    reminder, lapses = case.rounds.reminded_by, case.lapses_at()
    if reminder is not None and lapses is not None:
        yield Evidence(event=reminder, rule="reminded", at=case.rounds.last_at or lapses)
    for note in case.notes:
        yield Evidence(event=note.id, rule="late_note", at=note.at)


def _links(case: Case, person: Person) -> Iterator[Evidence]:
    identifiers = {identifier for event in case.events for identifier in event.customer}
    if len(identifiers) > 1:
        for link in person.links:
            yield Evidence(event=link.event, rule=link.rule, at=link.at)
    if case.recurrence_of is not None:
        first = case.contacts[0] if case.contacts else None
        event, at = (first.id, first.at) if first is not None else (case.id, case.opened)
        yield Evidence(event=event, rule="recurrence", at=at)
