"""Of one case: by which rule its verdict is what it is, and what changes it next, and when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.dashboard.times import Teller, When, duration
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Outcome, Verdict

RULES: Final[Mapping[Outcome, str]] = {
    "not_counted": "No complaint was raised, or it was taken back: it is in no denominator.",
    "first_time_right": "Confirmed; one attempt (or one necessary question, answered once); the "
    "first real answer settled it; no chase, dispute, reopening, broken promise or public post.",
    "escalation_only": "A private attempt came before the post; nothing real had been sent; "
    "confirmed after it; the first real answer came at most 72 hours after the post, or cites it.",
    "resolved_after_escalation": "Went public after a private attempt and was confirmed, but not "
    "all conditions of “solved only after going public” hold.",
    "resolved_with_effort": "Confirmed in private, but not first-time-right.",
    "lapsed": "A necessary question was left unanswered for 28 days after a reminder.",
    "unresolved": "Not confirmed 42 days after the opening.",
    "pending_confirmation": "Said to be solved, and 14 days of silence have not passed yet.",
    "open": "Nobody has said that it is solved, and 42 days have not passed.",
}
"""The rule of each outcome (definitions §6), in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a rule, and whether it holds; ``holds`` is None while nobody knows."""

    text: str
    holds: bool | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What changes the verdict next, where nothing happens before; ``at`` None: nothing does."""

    at: When | None
    text: str


def conditions_of(verdict: Verdict, policy: Policy) -> tuple[Condition, ...]:
    """Return the four conditions of the escalation-only outcome; none where it did not escalate."""
    return tuple(_conditions(verdict, policy)) if verdict.escalated_at is not None else ()


def _conditions(verdict: Verdict, policy: Policy) -> Iterator[Condition]:
    post, first = verdict.escalated_at, verdict.first_substantive_at
    assert post is not None
    crossed = any(one.rule == "crossed_reply" for one in verdict.evidence)
    yield Condition(text="tried in private before the post", holds=True)
    yield Condition(
        text="nothing real was sent before the post",
        holds=(first is None or first >= post) and not crossed,
        note="a reply crossed the post" if crossed else "",
    )
    claimed = verdict.resolved_at is not None and verdict.resolved_at >= post
    yield Condition(
        text="said to be solved after the post, and confirmed",
        holds=(claimed and verdict.confirmed) if verdict.final or verdict.confirmed else None,
    )
    waited = verdict.facts.public_wait
    soon = waited is not None and waited <= policy.escalation_answer.total_seconds()
    yield Condition(
        text="a real answer at most 72 hours after the post, or one that cites it",
        holds=(soon or verdict.outcome == "escalation_only") if waited is not None else None,
        note=f"after {duration(waited)}" if waited is not None else "none yet",
    )


def ahead_of(verdict: Verdict, policy: Policy, teller: Teller) -> Ahead:
    """Return what changes the verdict next by time alone."""
    at = verdict.revisit_at
    if at is None:
        return Ahead(at=None, text="Time alone changes nothing more; only a new event can.")
    found = next((text for moment, text in _turns(verdict, policy) if moment == at), None)
    return Ahead(at=teller.when(at), text=found or "a pause that the customer asked for ends")


def _turns(verdict: Verdict, policy: Policy) -> Iterator[tuple[object, str]]:
    """Yield the moments at which a verdict may turn, with what happens then."""
    facts = verdict.facts
    yield facts.promise_due, "the open promise is broken, unless it is kept before"
    claims = [one.at for one in verdict.evidence if one.rule == "claimed"]
    if claims:
        silent = "it counts as solved, if the customer goes on saying nothing"
        yield max(claims) + policy.confirmation, silent
    reminders = [one.at for one in verdict.evidence if one.rule == "reminded"]
    if reminders:
        yield max(reminders) + policy.lapse, "it lapses, unless the customer answers the question"
    yield verdict.opened_at + policy.horizon, "it counts as unresolved, unless it is confirmed"
    paused = any(one.rule == "customer_pause" for one in verdict.evidence)
    if verdict.waiting_since is not None and not paused:
        yield verdict.revisit_at, "the customer who waits counts as avoided, unless a reply comes"
