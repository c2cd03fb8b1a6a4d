"""Verdicts for tests, made of what the test is about and plain values for the rest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from pipeline.domain.verdict import CONFIRMED, Facts, Ftr, Outcome, Verdict

OPENED = datetime(2026, 3, 4, 10, tzinfo=UTC)
"""A Wednesday of 2026-W10."""

_FTR: Mapping[Outcome, Ftr | None] = MappingProxyType({
    "not_counted": None, "first_time_right": "yes", "pending_confirmation": "undetermined",
    "open": "undetermined",
})  # fmt: skip
_PLAIN = Verdict(
    case="form:1",
    customer=("email:ann@example.com",),
    events=("form:1",),
    policy="2026.1",
    as_of=OPENED + timedelta(days=1),
    outcome="open",
    why=None,
    final=False,
    ftr="undetermined",
    ftr_reasons=(),
    route="private_only",
    left_in=None,
    stated_escalation=False,
    recurrence_of=None,
    attempts=1,
    channels=("web_form",),
    opened_at=OPENED,
    escalated_at=None,
    first_reply_at=None,
    first_substantive_at=None,
    resolved_at=None,
    confirmed_at=None,
    confirmed_by=None,
    run_around=False,
    promises=MappingProxyType({}),
    avoidance_seconds=0,
    paused_seconds=0,
    false_pauses=0,
    wall_seconds=None,
    business_seconds=None,
    revisit_at=None,
    waiting_since=None,
    flags=(),
    facts=Facts(contacts=1, customer_messages=1),
    evidence=(),
)


def build_verdict(
    case: str = "form:1",
    outcome: Outcome = "open",
    *,
    facts: Mapping[str, Any] = MappingProxyType({}),
    **changes: Any,
) -> Verdict:
    """Return a verdict of ``case`` that hangs together for its outcome, then ``changes`` to it."""
    confirmed = outcome in CONFIRMED
    escalated = outcome in ("escalation_only", "resolved_after_escalation")
    coherent: dict[str, Any] = {
        "case": case,
        "events": (case,),
        "outcome": outcome,
        "why": "spam" if outcome == "not_counted" else None,
        "ftr": _FTR.get(outcome, "no"),
        "route": "escalated" if escalated else "private_only",
        "left_in": "stock" if escalated else None,
        "escalated_at": OPENED + timedelta(days=2) if escalated else None,
        "final": confirmed or outcome in ("not_counted", "lapsed"),
        "confirmed_by": "silent" if confirmed else None,
        "confirmed_at": OPENED + timedelta(days=15) if confirmed else None,
        "resolved_at": OPENED + timedelta(days=1) if confirmed else None,
        "wall_seconds": 86_400 if confirmed else None,
        "business_seconds": 28_800 if confirmed else None,
        "facts": replace(_PLAIN.facts, **facts),
    }
    return replace(_PLAIN, **{**coherent, **changes})
