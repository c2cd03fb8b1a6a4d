"""Whether a published verdict changed, in what, and why: the restatement log (§6, after 90 days).

A verdict counts as published once it is final; and before that in what it had already said for
good: an outcome other than ``open`` and ``pending_confirmation``, a first-time-right that was
known, a route through the public. Ordinary progress of a case is no restatement.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from pipeline.domain.verdict import Ftr, Outcome, Verdict
from pipeline.ledger.tables import moment, ticks
from pipeline.monitor import Change

PUBLISHED: Final = (
    "route", "outcome", "ftr", "why", "left_in", "stated_escalation", "confirmed_by",
    "opened_at", "resolved_at", "run_around",
)  # fmt: skip
"""The fields whose change is told, in the order in which the reason names them."""
UNSETTLED: Final = frozenset({"open", "pending_confirmation"})
NAMED_MAX: Final = 3
# These say what they are by their values alone.
PLAIN: Final = frozenset({"route", "outcome"})

Changes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """Why a figure changed: one case, before and after.

    ``outcome_after`` is None where the case is no more because it became part of another one.
    ``changes`` maps each published field that differs to what it was and what it is, as JSON has
    them. ``causes`` are ids of events; empty where only time passed or the policy changed.
    """

    case: str
    at: datetime
    as_of: datetime
    outcome_before: Outcome
    outcome_after: Outcome | None
    ftr_before: Ftr | None
    ftr_after: Ftr | None
    policy_before: str
    policy_after: str
    was_final: bool
    causes: tuple[str, ...]
    changes: Changes
    reason: str


def restated(before: Verdict, after: Verdict, change: Change) -> Restatement | None:
    """Return what to log when ``after`` takes the place of ``before``; None for mere progress."""
    changes = _differences(before, after)
    if not changes or not _was_published(before, changes):
        return None
    arrived = tuple(cause for cause in change.causes if cause not in before.events)
    causes = arrived or change.causes
    reason = f"{_why(before, after, arrived if change.models else causes, change)}: "
    reason += _in_words(changes)
    if after.case != before.case:
        reason += f" (the case was {before.case} until then)"
    return Restatement(
        case=after.case,
        at=change.at,
        as_of=after.as_of,
        outcome_before=before.outcome,
        outcome_after=after.outcome,
        ftr_before=before.ftr,
        ftr_after=after.ftr,
        policy_before=before.policy,
        policy_after=after.policy,
        was_final=before.final,
        causes=causes,
        changes=changes,
        reason=reason,
    )


def vanished(before: Verdict, change: Change) -> Restatement:
    """Return what to log when the case of ``before`` is no more."""
    heir = next((one for one in change.verdicts if before.case in one.events), None)
    if heir is None:
        reason = f"no case begins with {before.case} any more"
    else:
        reason = f"merged into {heir.case}"
    if change.causes:
        reason += f" when {_events(change.causes)} arrived"
    return Restatement(
        case=before.case,
        at=change.at,
        as_of=heir.as_of if heir else change.at,
        outcome_before=before.outcome,
        outcome_after=None,
        ftr_before=before.ftr,
        ftr_after=None,
        policy_before=before.policy,
        policy_after=heir.policy if heir else before.policy,
        was_final=before.final,
        causes=change.causes,
        changes={"case": (before.case, heir.case if heir else None)},
        reason=reason,
    )


def to_row(one: Restatement) -> Mapping[str, Any]:
    """Return the row of a restatement; the same restatement always has the same key."""
    row = {
        "case_id": one.case,
        "as_of": ticks(one.as_of),
        "outcome_before": one.outcome_before,
        "outcome_after": one.outcome_after,
        "ftr_before": one.ftr_before,
        "ftr_after": one.ftr_after,
        "policy_before": one.policy_before,
        "policy_after": one.policy_after,
        "was_final": one.was_final,
        "causes": json.dumps(one.causes),
        "changes": json.dumps(one.changes, sort_keys=True),
        "reason": one.reason,
    }
    key = blake2b(json.dumps(row, sort_keys=True).encode(), digest_size=16).hexdigest()
    return {**row, "at": ticks(one.at), "key": key}


def from_row(row: Mapping[str, Any]) -> Restatement:
    """Return the restatement of a row."""
    same = {
        name: row[name]
        for name in (
            "outcome_before", "outcome_after", "ftr_before", "ftr_after",
            "policy_before", "policy_after", "was_final", "reason",
        )
    }  # fmt: skip
    return Restatement(
        case=row["case_id"],
        at=moment(row["at"]),
        as_of=moment(row["as_of"]),
        causes=tuple(json.loads(row["causes"])),
        changes={name: tuple(pair) for name, pair in json.loads(row["changes"]).items()},
        **same,
    )


def _differences(before: Verdict, after: Verdict) -> Changes:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in PUBLISHED)
    return {name: (_plain(old), _plain(new)) for name, old, new in pairs if old != new}


def _was_published(before: Verdict, changes: Changes) -> bool:
    return (
        before.final
        or (before.outcome not in UNSETTLED and "outcome" in changes)
        or (before.ftr in ("yes", "no") and "ftr" in changes)
        or (before.route != "private_only" and "route" in changes)
    )


def _why(before: Verdict, after: Verdict, causes: tuple[str, ...], change: Change) -> str:
    told = [f"{'late ' if before.final else ''}{_events(causes)} arrived"] if causes else []
    if change.models:
        became = ", ".join(f"{old} became {new}" for old, new in change.models)
        told.append(f"texts were read anew ({became})")
    if told:
        return " and ".join(told)
    if before.policy != after.policy:
        return f"policy {before.policy} became {after.policy}"
    return "time passed"


def _events(causes: tuple[str, ...]) -> str:
    more = f" and {len(causes) - NAMED_MAX} more" if len(causes) > NAMED_MAX else ""
    return f"event{'s' if len(causes) > 1 else ''} {', '.join(causes[:NAMED_MAX])}{more}"


def _in_words(changes: Changes) -> str:
    return ", ".join(
        f"{'' if name in PLAIN else name + ' '}{_word(old)} became {_word(new)}"
        for name, (old, new) in changes.items()
    )


def _word(value: Any) -> str:
    return "none" if value is None else str(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
