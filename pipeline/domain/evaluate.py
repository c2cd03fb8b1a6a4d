"""The verdict: a pure function of a set of events, a moment and a policy (definitions §1, §6)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from pipeline.domain.case import Case
from pipeline.domain.cases import cases_of
from pipeline.domain.clocks import (
    Pause,
    Wait,
    avoidance_seconds,
    false_pauses,
    paused_seconds,
    pauses_of,
    waits_of,
)
from pipeline.domain.escalation import Escalation, escalation_of, saves
from pipeline.domain.events import Message
from pipeline.domain.facts import evidence_of, facts_of
from pipeline.domain.frozen import frozen
from pipeline.domain.ftr import failures_of
from pipeline.domain.linking import Person, persons
from pipeline.domain.policy import Policy
from pipeline.domain.promises import Promise, promises_of
from pipeline.domain.resolution import Resolution
from pipeline.domain.texts import heard
from pipeline.domain.timeline import Timeline, known
from pipeline.domain.verdict import CONFIRMED, Evidence, Ftr, Outcome, PromiseState, Verdict, Why

ENDED: Final[frozenset[Outcome]] = CONFIRMED | {"not_counted", "lapsed"}
"""Outcomes that time alone does not change (a lapse under a running claim apart)."""


def evaluate(timeline: Timeline, as_of: datetime, policy: Policy) -> tuple[Verdict, ...]:
    """Return the verdict of every case of ``timeline`` as it was known at ``as_of``, by case id.

    Pure and total: the same set of events, moment and policy give equal verdicts, however the set
    came together. Events after ``as_of`` appear nowhere. A text says what the readings of the
    timeline tell; without a reading it says nothing (see `texts.without`).
    """
    if timeline.readings:
        timeline, _ = heard(timeline, policy)
    events, skewed = known(timeline, as_of, policy.clock_skew)
    verdicts: list[Verdict] = []
    for person in persons(events):
        cases = cases_of(person.events, policy)
        flags = (skewed, timeline.conflicts)
        verdicts += [_judge(case, person, flags, as_of, policy) for case in cases]
    if len(verdicts) > 1:
        verdicts = _with_recurrences(verdicts)
        verdicts.sort(key=lambda verdict: verdict.case)
    return tuple(verdicts)


def next_check(timeline: Timeline, as_of: datetime, policy: Policy) -> datetime | None:
    """Return when silence alone next changes a verdict of ``timeline``; None where it never does.

    Until then `evaluate` gives the same verdicts, running clocks apart.
    """
    return soonest(evaluate(timeline, as_of, policy))


def soonest(verdicts: Iterable[Verdict]) -> datetime | None:
    """Return the earliest time at which one of ``verdicts`` may change by time alone."""
    times = [verdict.revisit_at for verdict in verdicts if verdict.revisit_at is not None]
    return min(times, default=None)


@frozen
class _Reading:
    """A case with all that is derived from it once, for the steps of the judgement."""

    case: Case
    as_of: datetime
    pauses: Sequence[Pause]
    waits: Sequence[Wait]
    promises: Sequence[Promise]
    escalation: Escalation
    failures: Sequence[Evidence]
    why: Why | None


def _judge(
    case: Case,
    person: Person,
    flags: tuple[frozenset[str], frozenset[str]],
    as_of: datetime,
    policy: Policy,
) -> Verdict:
    case.resolution.advance(as_of)
    reading = _read(case, as_of)
    resolution, escalation = case.resolution, reading.escalation
    outcome = _outcome(reading)
    ftr, reasons = _ftr(reading, outcome)
    opened = case.contacts[0].at if case.contacts else case.opened
    ended = resolution.resolved_at or case.ended_at(as_of) or as_of
    pending = false_pauses(case, reading.waits, reading.pauses, as_of)
    replies = [reply for reply in case.replies if not reply.automatic]
    answers = [reply.at for reply in case.replies if reply.substantive]
    evidence = evidence_of(case, person, escalation, reading.failures, reading.promises, pending)
    return Verdict(
        case=case.id,
        customer=person.identifiers,
        events=tuple(sorted(event.id for event in case.events)),
        policy=policy.version,
        as_of=as_of,
        outcome=outcome,
        why=reading.why,
        final=_final(reading, outcome),
        ftr=ftr,
        ftr_reasons=reasons,
        route=escalation.route,
        left_in=escalation.left_in,
        stated_escalation=escalation.stated is not None,
        recurrence_of=case.recurrence_of.id if case.recurrence_of is not None else None,
        attempts=case.attempts,
        channels=tuple(sorted({contact.channel for contact in case.contacts})),
        opened_at=opened,
        escalated_at=escalation.post.at if escalation.post is not None else None,
        first_reply_at=replies[0].at if replies else None,
        first_substantive_at=answers[0] if answers else None,
        resolved_at=resolution.resolved_at,
        confirmed_at=resolution.confirmed_at,
        confirmed_by=resolution.confirmed_by,
        run_around=any(one.rule == "run_around" for one in evidence),
        promises=_states(reading.promises),
        avoidance_seconds=avoidance_seconds(
            reading.waits, reading.pauses, case.ended_at(as_of) or as_of
        ),
        paused_seconds=paused_seconds(reading.pauses, as_of),
        false_pauses=len(pending),
        wall_seconds=_whole_seconds(opened, ended) if reading.why is None else None,
        business_seconds=(
            policy.calendar.business_seconds(opened, ended) if reading.why is None else None
        ),
        revisit_at=_revisit(reading, outcome),
        waiting_since=_waiting_since(reading, outcome),
        flags=_flags(case, person, flags),
        facts=facts_of(
            case,
            escalation,
            reading.failures,
            reading.promises,
            () if outcome in ENDED else reading.waits,
        ),
        evidence=evidence,
    )


def _read(case: Case, as_of: datetime) -> _Reading:
    why = _why(case)
    if why is not None:
        return _read_uncounted(case, as_of, why)
    pauses = pauses_of(case) if case.pauses else []
    promises = promises_of(case, pauses, as_of) if case.replies else []
    escalation = escalation_of(case, promises)
    return _Reading(
        case=case,
        as_of=as_of,
        pauses=pauses,
        waits=waits_of(case, pauses),
        promises=promises,
        escalation=escalation,
        failures=failures_of(case, escalation, promises),
        why=None,
    )


def _read_uncounted(case: Case, as_of: datetime, why: Why) -> _Reading:
    """Read a case that is not counted: no clock runs on it, nothing in it is kept or confirmed.

    What the customer had been left with when going public stays true.
    """
    word = case.resolution.first_word_at
    case.resolution = Resolution(window=case.policy.confirmation, first_word_at=word)
    return _Reading(
        case=case,
        as_of=as_of,
        pauses=(),
        waits=(),
        promises=(),
        escalation=escalation_of(case, promises_of(case, pauses_of(case), as_of)),
        failures=(),
        why=why,
    )


def _why(case: Case) -> Why | None:
    """Return why a case is not counted; None where it is."""
    if case.excused and case.excuses:
        return next(why for why in _EXCUSES if why == case.excuses[0].rule)
    if not case.contacts:
        if case.spam:
            return "spam"
        if case.withdrawn is not None:
            return "withdrawn"
        return "not_a_complaint" if _customer_wrote(case) else "company_initiated"
    messages = (event for event in case.events if isinstance(event, Message))
    first = next(one for one in messages if one.id not in case.spam)
    if not case.raised and first.direction == "outbound":
        return "company_initiated"
    return "withdrawn" if case.withdrawn is not None else None


def _customer_wrote(case: Case) -> bool:
    """Return whether the customer said anything; a robot answering the company's news did not."""
    messages = [event for event in case.events if isinstance(event, Message)]
    theirs = [one for one in messages if one.direction == "inbound"]
    return any(not one.auto for one in theirs) or (bool(theirs) and len(theirs) == len(messages))


_EXCUSES: Final[tuple[Why, ...]] = ("not_a_complaint", "duplicate", "third_party")


def _outcome(reading: _Reading) -> Outcome:
    """Return the first outcome of §6 that applies."""
    case, as_of = reading.case, reading.as_of
    if reading.why is not None:
        return "not_counted"
    if case.resolution.confirmed_at is not None:
        if not reading.failures:
            return "first_time_right"
        if reading.escalation.post is None:
            return "resolved_with_effort"
        return "escalation_only" if saves(case, reading.escalation) else "resolved_after_escalation"
    if case.lapsed_at(as_of) is not None:
        return "lapsed"
    if as_of >= case.contacts[0].at + case.policy.horizon:
        return "unresolved"
    return "open" if case.resolution.claimed_at is None else "pending_confirmation"


def _ftr(reading: _Reading, outcome: Outcome) -> tuple[Ftr | None, tuple[str, ...]]:
    """Return first-time-right and why: a failure is known at once, a success after the window."""
    if outcome == "not_counted":
        return None, ()
    failures = tuple(sorted({failure.rule for failure in reading.failures}))
    if outcome in ("lapsed", "unresolved"):
        return "no", (*failures, outcome)
    if failures:
        return "no", failures
    if outcome == "first_time_right":
        return "yes", ("one_info_round" if reading.case.attempts > 1 else "one_attempt",)
    awaiting = "awaiting_confirmation" if outcome == "pending_confirmation" else "awaiting_answer"
    return "undetermined", (awaiting,)


def _final(reading: _Reading, outcome: Outcome) -> bool:
    if outcome == "lapsed":
        return reading.case.resolution.claimed_at is None
    return outcome in ENDED


def _revisit(reading: _Reading, outcome: Outcome) -> datetime | None:
    """Return when the verdict may next change by time alone."""
    if _final(reading, outcome):
        return None
    times = [at for at in _turning_points(reading) if at > reading.as_of]
    return min(times, default=None)


def _turning_points(reading: _Reading) -> Iterable[datetime]:
    case, policy = reading.case, reading.case.policy
    yield case.contacts[0].at + policy.horizon
    if case.resolution.claimed_at is not None:
        yield case.resolution.claimed_at + policy.confirmation
    lapses = case.lapses_at()
    if lapses is not None:
        yield lapses
    for promise in reading.promises:
        if promise.state == "open" and promise.due is not None:
            yield promise.due
    for pause in reading.pauses:
        yield pause.end
    for wait in reading.waits:
        if wait.end is None and wait.avoided_from is not None:
            yield wait.avoided_from


def _waiting_since(reading: _Reading, outcome: Outcome) -> datetime | None:
    if outcome in ENDED:
        return None
    return next((wait.start for wait in reading.waits if wait.end is None), None)


def _flags(
    case: Case, person: Person, flags: tuple[frozenset[str], frozenset[str]]
) -> tuple[str, ...]:
    skewed, conflicts = flags
    named = {
        "clock_skew": bool(skewed) and any(event.id in skewed for event in case.events),
        "conflict": bool(conflicts) and any(event.id in conflicts for event in case.events),
        "erased": person.erased,
        "late_note": bool(case.notes),
    }
    return tuple(name for name, present in named.items() if present)


def _with_recurrences(verdicts: list[Verdict]) -> list[Verdict]:
    """Let a recurrence disturb the case that it is of: it fails the longer windows of §7."""
    opened = {one.recurrence_of: one.opened_at for one in verdicts if one.recurrence_of is not None}
    if not opened:
        return verdicts
    return [
        replace(one, facts=replace(one.facts, disturbed_at=opened[one.case]))
        if one.case in opened and one.facts.disturbed_at is None
        else one
        for one in verdicts
    ]


def _states(promises: Sequence[Promise]) -> Mapping[PromiseState, int]:
    if not promises:
        return {}
    return dict(sorted(Counter(promise.state for promise in promises).items()))


def _whole_seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))
