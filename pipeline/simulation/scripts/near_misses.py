"""Escalated, but not escalation-only: one condition of definitions §6 is missing each time."""

from typing import Any, Final

from pipeline.simulation.script import Script
from pipeline.simulation.scripts.escalated import ESCALATED, PUBLIC_ANSWER, SILENT

AFTER: Final[dict[str, Any]] = {**ESCALATED, "outcome": "resolved_after_escalation"}

RESOLVED_AFTER: Final = (
    Script(
        name="answer_that_crossed_the_post",
        rule="§6 a substantive reply at most 60 min before the post is crossed: it voids (b)",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "answer: 3d-5d out mail substantive",
            "post: 5m-59m in post complaint",
            "claim: 1h-20h out post substantive resolution_claim",
        ),
        rest="14d-",
        truth={
            "a": {
                **AFTER,
                "left_in": "unanswered",
                "first_substantive_at": "@answer",
                "resolved_at": "@claim",
                "confirmed_by": "silent",
            }
        },
    ),
    Script(
        name="answered_before_the_post",
        rule="§6 (b) nothing substantive sent to the customer before it",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "answer: 5h-2d out desk substantive rejection",
            "post: 1d-3d in post dispute",
            "claim: 5h-2d out post substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={
            "a": {
                **AFTER,
                "left_in": "rejected",
                "first_substantive_at": "@answer",
                "resolved_at": "@claim",
                "confirmed_by": "silent",
            }
        },
    ),
    Script(
        name="claimed_and_answered_before_the_post",
        rule="§5 a public contact inside the window refutes the claim",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "answer: 5h-2d out desk substantive resolution_claim",
            "post: 1d-10d in post dispute prior_contact?email",
            "claim: 5h-2d out post substantive resolution_claim apology",
            "yes: 2h-1d in post accepts",
        ),
        rest="0-",
        truth={
            "a": {
                **AFTER,
                "left_in": "claimed_resolved",
                "resolved_at": "@claim",
                "first_substantive_at": "@answer",
                "confirmed_by": "explicit",
                "confirmed_at": "@yes",
            }
        },
    ),
    Script(
        name="answered_too_late_after_the_post",
        rule="§6 (d) the first substantive answer came at most 72 h after the post",
        weight=1.5,
        lines=(
            "ask: 0 in mail complaint",
            "post: 3d-6d in post complaint",
            "1h-5h out post info_request?order handoff apology",
            "claim: post+73h-7d out mail substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**AFTER, **SILENT, "left_in": "unanswered"}},
    ),
    Script(
        name="posted_before_the_promised_day",
        rule="§4 left in `promised`; a dated commitment is substantive (§2) and voids (b)",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk substantive promise?9d",
            "post: 2d-4d in post complaint",
            "claim: 5h-2d out post substantive resolution_claim",
        ),
        rest="14d-",
        truth={
            "a": {
                **AFTER,
                "left_in": "promised",
                "promises": {"kept": 1},
                "resolved_at": "@claim",
                "confirmed_by": "silent",
            }
        },
    ),
    Script(
        name="posted_after_the_promised_day",
        rule="§4 left in `promise_broken`",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk substantive promise?2d",
            "post: 4d-6d in post complaint",
            "claim: 5h-2d out post substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={
            "a": {
                **AFTER,
                "left_in": "promise_broken",
                "promises": {"late": 1},
                "resolved_at": "@claim",
                "confirmed_by": "silent",
            }
        },
    ),
    Script(
        name="posted_twice",
        rule="§4 the *first* public contact of the case is the escalation",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk stock",
            "post: 1d-3d in post complaint",
            "5h-20h out post stock",
            "1d-2d in post chase",
            "claim: post+4d-6d out mail substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**AFTER, **SILENT, "left_in": "stock", "run_around": True}},
    ),
)

STILL_OUT_THERE: Final = (
    Script(
        name="post_that_nobody_answered",
        rule="§6 unresolved: not confirmed 42 d after opening",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk stock",
            "post: 2d-5d in post complaint prior_contact?email",
        ),
        rest="42d-",
        truth={
            "a": {
                "outcome": "unresolved",
                "ftr": "no",
                "route": "escalated",
                "escalated_at": "@post",
                "left_in": "stock",
                "avoidance_seconds": ">0",
                "confirmed_by": None,
                "resolved_at": None,
            }
        },
    ),
    Script(
        name="post_answered_window_running",
        rule="§6 pending_confirmation; a failure is known at once",
        weight=2,
        lines=("ask: 0 in desk complaint", "post: 2d-5d in post complaint", *PUBLIC_ANSWER),
        rest="0-13d",
        truth={
            "a": {
                "outcome": "pending_confirmation",
                "ftr": "no",
                "route": "escalated",
                "escalated_at": "@post",
                "left_in": "unanswered",
                "final": False,
                "confirmed_by": None,
                "confirmed_at": None,
            }
        },
    ),
    Script(
        name="post_waiting",
        rule="§6 open, and no longer first-time-right",
        weight=2,
        lines=(
            "ask: 0 in form complaint",
            "1m-3m out desk auto_ack auto",
            "2d-5d in desk chase",
            "5h-20h out desk referral",
            "post: 1d-3d in post complaint prior_contact?web_form",
        ),
        rest="0-20d",
        truth={
            "a": {
                "outcome": "open",
                "ftr": "no",
                "route": "escalated",
                "final": False,
                "escalated_at": "@post",
                "left_in": "referral",
                "attempts": 3,
            }
        },
    ),
)
