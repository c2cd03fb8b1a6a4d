"""Warning before the tweet: what an open case looks like, in numbers, before it goes public.

Here stands what is looked at and when; what it weighs is learnt (`models.risk`). The features
follow what is known of customers who go public: they do so after a *second* failure (Tripp and
Grégoire 2011), after waiting, after answers that answer nothing, and mostly soon after the last
disappointment. Each feature is read off the verdict alone, so that a warning can be worked out
wherever verdicts are kept.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log1p
from typing import Final

from pipeline.domain.evaluate import evaluate
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import Timeline, known
from pipeline.domain.verdict import Facts, Verdict

HORIZON: Final = timedelta(hours=48)
"""A warning is the probability of a public escalation within this time."""
LOOKS: Final = tuple(timedelta(hours=hours) for hours in (0, 6, 24, 48, 72, 120, 168, 240))
"""When, after each event, `snapshots` looks at a case again: silence changes the risk, too."""
COUNTED_MAX: Final = 4
LEFT_IN: Final = (
    "unanswered", "auto_ack", "stock", "info_request", "referral", "promised", "rejected",
    "claimed_resolved",
)  # fmt: skip
_LEFT_IN: Final = tuple(f"left_in_{name}" for name in LEFT_IN)
HOUR: Final = 3_600.0
QUIET: Final = (("6h", 6), ("1d", 24), ("3d", 72), ("7d", 168))
"""How long nothing has happened, in steps: most posts come days after the last word, not weeks."""
Score = Callable[[Mapping[str, float]], float]
"""From features to a probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An open case at one moment, and what came of it.

    Attributes:
        case: its id.
        at: the moment.
        features: by name, see `features_of`.
        escalates_at: when it went public later; None where it did not.
    """

    case: str
    at: datetime
    features: Mapping[str, float]
    escalates_at: datetime | None

    @property
    def escalates(self) -> bool:
        """Whether it went public within the horizon of a warning."""
        return self.escalates_at is not None and self.escalates_at - self.at <= HORIZON


def can_escalate(verdict: Verdict) -> bool:
    """Return whether the case is open, began in private and has stayed there."""
    return (
        verdict.outcome in ("open", "pending_confirmation", "unresolved")
        and verdict.route == "private_only"
        and verdict.attempts > 0
    )


def features_of(verdict: Verdict, now: datetime) -> dict[str, float]:
    """Return what an open case looks like at ``now``, by name; see ``FEATURES``.

    Counts are capped, since the fifth chase says little that the fourth did not; durations are
    ``log(1 + hours)``, since the difference between one hour and ten is like that between ten and a
    hundred.
    """
    facts = verdict.facts
    promises = verdict.promises
    left_in = facts.last_left_in or "unanswered"
    return {
        "hours_waiting": _hours(verdict.waiting_since, now),
        "hours_since_contact": _hours(facts.last_contact_at, now),
        "hours_since_reply": _hours(facts.last_reply_at, now),
        "hours_open": _hours(verdict.opened_at, now),
        "waiting": float(verdict.waiting_since is not None),
        "avoided": float(verdict.avoidance_seconds > 0),
        "contacts_again": _count(verdict.attempts - 1),
        "chases": _count(facts.chases),
        "disputes": _count(facts.disputes),
        "threats": _count(facts.threats),
        "prior_contacts": _count(facts.prior_contacts),
        "empty_replies": _count(facts.empty_replies),
        "info_rounds": _count(facts.info_rounds),
        "refuted": _count(facts.refuted + facts.reopens),
        "promises_failed": _count(promises.get("broken", 0) + promises.get("late", 0)),
        "promise_open": float(facts.promise_due is not None),
        "never_answered": float(verdict.first_substantive_at is None),
        "paused": float(verdict.paused_seconds > 0 and verdict.waiting_since is not None),
        **dict.fromkeys(_LEFT_IN, 0.0),
        f"left_in_{left_in}": 1.0,
        **_quiet(facts, now),
    }


def snapshots(timeline: Timeline, policy: Policy, until: datetime) -> Iterator[Snapshot]:
    """Yield how each case of a timeline looked at moments of its past while it could escalate.

    The moments are those of ``LOOKS`` after each event, up to the next one. Each is judged on what
    was known by then, so that nothing of the future shows in the features.

    Args:
        timeline: all that is known now.
        policy: the thresholds.
        until: nothing after this is looked at, nor anything less than the horizon before it.
    """
    posts = {one.case: one.escalated_at for one in evaluate(timeline, until, policy)}
    events, _ = known(timeline, until, policy.clock_skew)
    for at in _moments([event.at for event in events], until - HORIZON):
        for verdict in evaluate(timeline, at, policy):
            if verdict.case in posts and can_escalate(verdict):
                yield Snapshot(
                    case=verdict.case,
                    at=at,
                    features=features_of(verdict, at),
                    escalates_at=posts[verdict.case],
                )


def _moments(times: list[datetime], until: datetime) -> Iterator[datetime]:
    for index, at in enumerate(times):
        following = times[index + 1] if index + 1 < len(times) else until
        yield from (at + look for look in LOOKS if at + look < min(following, until))


def _quiet(facts: Facts, now: datetime) -> dict[str, float]:
    times = [one for one in (facts.last_contact_at, facts.last_reply_at) if one is not None]
    hours = (now - max(times, default=now)).total_seconds() / HOUR
    steps = [name for name, most in QUIET if hours < most]
    return {f"quiet_{steps[0] if steps else 'longer'}": 1.0}


def _hours(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else log1p(max(0.0, (now - since).total_seconds()) / HOUR)


def _count(number: int) -> float:
    return float(min(max(number, 0), COUNTED_MAX))
