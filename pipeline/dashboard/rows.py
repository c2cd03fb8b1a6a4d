"""Lines of lists, ready for a page: who waits, who went public, the list of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from pipeline.dashboard import words
from pipeline.dashboard.times import Teller, When, duration
from pipeline.domain.events import Event, Message
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Verdict
from pipeline.masks import pseudonym
from pipeline.warning import Warned

QUOTE_MAX = 140


def case_link(case: str) -> str:
    """Return the address of a case's page; ids may hold any character."""
    return "/cases/" + quote(case, safe="")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """One case in which a contact waits for a reply."""

    link: str
    case: str
    who: str
    since: When | None
    waits: str
    channel: str
    visibility: str
    avoided: bool
    quote: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRow:
    """One open case that is likely to go public."""

    link: str
    case: str
    who: str
    times: str
    chance: str
    reasons: tuple[str, ...]
    quote: str
    topic: str
    opened: When | None
    learnt_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRow:
    """One case that went public after a private attempt."""

    link: str
    case: str
    who: str
    posted: When | None
    channel: str
    outcome: str
    outcome_name: str
    left_in: str
    private: str
    public: str
    answered: bool
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of the list of cases."""

    link: str
    case: str
    who: str
    opened: When | None
    channels: str
    route: str
    left_in: str
    outcome: str
    outcome_name: str
    attempts: int
    topic: str
    took: str
    final: bool


def waiting_row(
    verdict: Verdict, events: Sequence[Event], teller: Teller, policy: Policy
) -> WaitingRow:
    """Return the line of a case that waits; ``events`` are those of the case."""
    since = verdict.waiting_since or verdict.opened_at
    message = message_at(events, since)
    public = message is not None and message.visibility == "public"
    return WaitingRow(
        link=case_link(verdict.case),
        case=verdict.case,
        who=pseudonym(verdict.customer),
        since=teller.when(since),
        waits=duration((teller.now - since).total_seconds()),
        channel=words.channel(message.channel if message is not None else "unknown"),
        visibility="public" if public else "private",
        avoided=is_avoided(verdict, public, teller.now, policy),
        quote=shortened(message.text if message is not None else ""),
        topic=words.named({}, verdict.facts.topic or ""),
    )


def warning_row(warned: Warned, events: Sequence[Event], teller: Teller) -> WarningRow:
    """Return the line of a case that may go public; ``events`` are those of the case."""
    verdict = warned.verdict
    last = message_at(events, verdict.facts.last_contact_at or verdict.opened_at)
    return WarningRow(
        link=case_link(verdict.case),
        case=verdict.case,
        who=pseudonym(verdict.customer),
        times=times_usual(warned),
        chance=chance(warned),
        reasons=tuple(words.named(words.RISKS, one.feature) for one in warned.risk.reasons),
        quote=shortened(last.text if last is not None else ""),
        topic=words.named({}, verdict.facts.topic or ""),
        opened=teller.when(verdict.opened_at),
        learnt_from=warned.learnt_from,
    )


def times_usual(warned: Warned) -> str:
    """Return how the risk compares with that of the average open case, such as ``3×``."""
    times = warned.times_usual
    return f"{times:.1f}×" if times < 2 else f"{times:.0f}×"


def chance(warned: Warned) -> str:
    """Return the probability as a page says it."""
    return (
        f"{warned.risk.probability:.1%}"
        if warned.risk.probability < 0.1
        else (f"{warned.risk.probability:.0%}")
    )


def is_avoided(verdict: Verdict, public: bool, now: datetime, policy: Policy) -> bool:
    """Return whether the customer who waits is being avoided by now (definitions §6).

    Where the customer asked for time while waiting, the clock of the verdict decides.
    """
    since = verdict.waiting_since
    if since is None:
        return False
    if any(one.rule == "customer_pause" and one.at >= since for one in verdict.evidence):
        return verdict.avoidance_seconds > 0
    if public:
        return now > since + policy.avoidance_public
    return now > policy.calendar.add_business_days(since, policy.avoidance_private_days)


def escalation_row(verdict: Verdict, events: Sequence[Event], teller: Teller) -> EscalationRow:
    """Return the line of an escalated case; ``events`` are those of the case."""
    posted = verdict.escalated_at or verdict.opened_at
    message = message_at(events, posted)
    answered = verdict.facts.public_wait is not None
    after = verdict.facts.public_wait if answered else (teller.now - posted).total_seconds()
    return EscalationRow(
        link=case_link(verdict.case),
        case=verdict.case,
        who=pseudonym(verdict.customer),
        posted=teller.when(posted),
        channel=words.channel(message.channel if message is not None else "unknown"),
        outcome=verdict.outcome,
        outcome_name=words.named(words.OUTCOMES, verdict.outcome),
        left_in=words.named(words.LEFT_IN, verdict.left_in or "unanswered"),
        private=duration((posted - verdict.opened_at).total_seconds()),
        public=duration(after),
        answered=answered,
        quote=shortened(message.text if message is not None else ""),
    )


def case_row(verdict: Verdict, teller: Teller) -> CaseRow:
    """Return the line of any case."""
    return CaseRow(
        link=case_link(verdict.case),
        case=verdict.case,
        who=pseudonym(verdict.customer),
        opened=teller.when(verdict.opened_at),
        channels=", ".join(words.channel(name) for name in verdict.channels) or "none",
        route=words.named(words.ROUTES, verdict.route),
        left_in=words.named(words.LEFT_IN, verdict.left_in) if verdict.left_in else "",
        outcome=verdict.outcome,
        outcome_name=words.named(words.OUTCOMES, verdict.outcome),
        attempts=verdict.attempts,
        topic=words.named({}, verdict.facts.topic or ""),
        took=duration(verdict.wall_seconds) if verdict.resolved_at is not None else "",
        final=verdict.final,
    )


def message_at(events: Sequence[Event], at: datetime) -> Message | None:
    """Return the customer's message of that moment; None where it is gone."""
    for event in events:
        if isinstance(event, Message) and event.direction == "inbound" and event.at == at:
            return event
    return None


def shortened(text: str, most: int = QUOTE_MAX) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text[: most * 4].split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
