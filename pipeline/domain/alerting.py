"""Of which cases somebody has to be told now, and until when: verdicts in, alerts out, purely.

An alert holds as long as its condition does, whatever was told before; that it *begins* also asks
that the condition is recent, so that old cases which are loaded late wake nobody. What was told
already is therefore an input (``told``) and decides nothing else.

These are the alerts on single cases. Prometheus has rules of its own on counts
(`deploy/prometheus`), fed by an `objective.Pulse`, which rests on the same conditions.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final, Literal

from pipeline.domain.verdict import Outcome, Verdict

Severity = Literal["page", "ticket"]
"""``page`` wakes somebody; ``ticket`` is for the next working hour."""
Name = Literal[
    "CcmCasePublicUnanswered", "CcmCaseExternal", "CcmCaseThreat", "CcmCasePromiseOverdue",
    "CcmCaseLikelyPublic",
]  # fmt: skip

UNSOLVED: Final[frozenset[Outcome]] = frozenset({"open", "pending_confirmation", "unresolved"})
SLACK: Final = 0.75
"""A warning that was told stands until the risk is below this share of what raised it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRules:
    """When a case alerts.

    Attributes:
        public_reply: within this time a public escalation is to have a reply of a person.
        recent: a condition that began longer ago begins no alert any more.
        likely_public: from so many times the usual risk of going public on, a case alerts; 0 never.
    """

    public_reply: timedelta = timedelta(hours=2)
    recent: timedelta = timedelta(days=3)
    likely_public: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case as it is looked at: its verdict, and its risk as a multiple of the usual one."""

    verdict: Verdict
    times_usual: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAlert:
    """One case of which somebody has to be told, and why.

    Attributes:
        name: which condition; the heading of its section in the runbook.
        severity: how loudly.
        case: its id.
        since: from when on the condition is one to be told of.
    """

    name: Name
    severity: Severity
    case: str
    since: datetime

    @property
    def key(self) -> str:
        """What tells this alert from all others, always the same: a digest that names nobody."""
        return key_of(self.name, self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert of which somebody was told, and not yet that it is over; see `CaseAlert`.

    ``name`` may be one that this version knows no more.
    """

    key: str
    name: str
    case: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One kind of alert.

    Attributes:
        severity: of its alerts.
        meaning: in a few words, for whoever reads the alert first.
        since: from when on it holds; None where it does not. The last argument says whether it
            was told already.
    """

    severity: Severity
    meaning: str
    since: Callable[[Seen, AlertRules, bool], datetime | None]


def decide(
    cases: Iterable[Seen], told: Collection[str], now: datetime, rules: AlertRules
) -> tuple[CaseAlert, ...]:
    """Return the alerts that hold at ``now``: pages first, of each kind the oldest first.

    The order of ``cases`` does not show, nor does a case that comes twice.

    Args:
        cases: what is known of them; those that alert nobody may be among them.
        told: keys of alerts of which somebody was told and not yet that they are over.
        now: the moment.
        rules: when a case alerts.
    """
    found: dict[str, CaseAlert] = {}
    for seen in cases:
        for alert in _alerts_of(seen, told, now, rules):
            found[alert.key] = alert
    return tuple(sorted(found.values(), key=_rank))


def key_of(name: str, case: str) -> str:
    """Return the key of a case's alert of that name."""
    return blake2b(f"{name} {case}".encode(), digest_size=8).hexdigest()


def is_unanswered(verdict: Verdict) -> bool:
    """Return whether the case escalated to the public and no person has replied since (§4, §6)."""
    post, reply = verdict.escalated_at, verdict.facts.last_reply_at
    return (
        verdict.outcome in UNSOLVED
        and post is not None
        and verdict.waiting_since is not None
        and (reply is None or reply < post)
    )


def stirred_at(verdict: Verdict) -> datetime | None:
    """Return the latest moment from which an alert of the case may count its time.

    None where none can hold before another event comes. Whoever keeps verdicts finds by it the few
    that have to be looked at.
    """
    if verdict.outcome not in UNSOLVED:
        return None
    times = [_external_at(verdict), _threat_at(verdict), _broken_at(verdict)]
    times += [verdict.facts.promise_due, verdict.escalated_at if is_unanswered(verdict) else None]
    return max((at for at in times if at is not None), default=None)


def _alerts_of(
    seen: Seen, told: Collection[str], now: datetime, rules: AlertRules
) -> Iterable[CaseAlert]:
    case = seen.verdict.case
    for name, condition in CONDITIONS.items():
        is_told = key_of(name, case) in told
        since = condition.since(seen, rules, is_told)
        if since is None or since > now or not (is_told or now - since <= rules.recent):
            continue
        yield CaseAlert(name=name, severity=condition.severity, case=case, since=since)


def _rank(alert: CaseAlert) -> tuple[bool, datetime, str, str]:
    return alert.severity != "page", alert.since, alert.name, alert.case


# ------------------------------------------------------------------------------------- conditions


def _public_unanswered(seen: Seen, rules: AlertRules, _told: bool) -> datetime | None:
    verdict = seen.verdict
    if not is_unanswered(verdict) or verdict.escalated_at is None:
        return None
    return verdict.escalated_at + rules.public_reply


def _external(seen: Seen, _rules: AlertRules, _told: bool) -> datetime | None:
    return _external_at(seen.verdict)


def _external_at(verdict: Verdict) -> datetime | None:
    """Return when the customer last turned to a third party, where no reply came since."""
    if verdict.outcome not in UNSOLVED:
        return None
    reply = verdict.facts.last_reply_at
    times = [one.at for one in verdict.evidence if one.rule == "external_escalation"]
    latest = max(times, default=None)
    return None if latest is None or (reply is not None and reply >= latest) else latest


def _threat(seen: Seen, _rules: AlertRules, _told: bool) -> datetime | None:
    return _threat_at(seen.verdict)


def _threat_at(verdict: Verdict) -> datetime | None:
    """Return the last contact of a customer who waits and has threatened.

    Of whoever has gone further another alert tells. A threat does not end with the contact that
    held it: it stands behind every wait of the case. A verdict does not say when it was uttered,
    but no later than the last contact; since when the customer waits may be long before.
    """
    has_gone = verdict.route == "escalated" or any(
        one.rule == "external_escalation" for one in verdict.evidence
    )
    if verdict.outcome not in UNSOLVED or verdict.facts.threats == 0 or has_gone:
        return None
    if verdict.waiting_since is None:
        return None
    return verdict.facts.last_contact_at or verdict.waiting_since


def _promise_overdue(seen: Seen, _rules: AlertRules, _told: bool) -> datetime | None:
    """Return since when a promise is broken that nothing has fulfilled yet.

    A broken one that was replaced by another, not yet due, waits for that one.
    """
    verdict = seen.verdict
    if verdict.outcome not in UNSOLVED:
        return None
    due = verdict.facts.promise_due
    return due if due is not None else _broken_at(verdict)


def _broken_at(verdict: Verdict) -> datetime | None:
    if verdict.outcome not in UNSOLVED or not verdict.promises.get("broken"):
        return None
    return max((one.at for one in verdict.evidence if one.rule == "promise_broken"), default=None)


def _likely_public(seen: Seen, rules: AlertRules, told: bool) -> datetime | None:
    """Return the last contact of a case that is much more likely than others to go public."""
    verdict, times = seen.verdict, seen.times_usual
    if not rules.likely_public or times is None or verdict.outcome not in UNSOLVED:
        return None
    wanted = rules.likely_public * (SLACK if told else 1.0)
    return (verdict.facts.last_contact_at or verdict.opened_at) if times >= wanted else None


CONDITIONS: Final[dict[Name, Condition]] = {
    "CcmCasePublicUnanswered": Condition(
        severity="page",
        meaning="went public after trying in private, and nobody has replied in time",
        since=_public_unanswered,
    ),
    "CcmCaseExternal": Condition(
        severity="ticket",
        meaning="turned to an ombudsman, the press, a bank or a court, and has no reply yet",
        since=_external,
    ),
    "CcmCaseThreat": Condition(
        severity="ticket",
        meaning="threatened to go public or to a third party, and waits for a reply",
        since=_threat,
    ),
    "CcmCasePromiseOverdue": Condition(
        severity="ticket",
        meaning="was promised something that is overdue",
        since=_promise_overdue,
    ),
    "CcmCaseLikelyPublic": Condition(
        severity="ticket",
        meaning="is much more likely than others to go public within 48 hours",
        since=_likely_public,
    ),
}
"""Every alert on a single case. Each has a section of its own in ``deploy/RUNBOOK.md``."""
