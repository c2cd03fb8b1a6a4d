"""Resolved only once it was public (definitions §4 and §6)."""

from typing import Any, Final

from pipeline.simulation.script import Script

ESCALATED: Final[dict[str, Any]] = {
    "ftr": "no",
    "route": "escalated",
    "escalated_at": "@post",
    "opened_at": "@ask",
    "stated_escalation": False,
    "why": None,
    "final": True,
}
ONLY: Final[dict[str, Any]] = {**ESCALATED, "outcome": "escalation_only"}
SILENT: Final[dict[str, Any]] = {
    "confirmed_by": "silent",
    "resolved_at": "@claim",
    "confirmed_at": "@claim+14d",
    "first_substantive_at": "@claim",
}
PUBLIC_ANSWER: Final = (
    "10m-50m out post info_request?order handoff apology",
    "20m-4h in dm info_supplied?order",
    "claim: 1h-30h out dm substantive resolution_claim",
)

ESCALATION_ONLY: Final = (
    Script(
        name="stock_answers_until_the_tweet",
        rule="seed 004: the contact form brought stock answers; the tweet the magic address",
        weight=3,
        lines=(
            "ask: 0 in form complaint",
            "1m-3m out desk auto_ack auto",
            "5h-20h out desk info_request?order",
            "2h-1d in desk info_supplied?order",
            "5h-1d out desk stock apology",
            "1d-3d in desk chase",
            "5h-1d out desk stock",
            "post: 1d-4d in post complaint prior_contact?web_form",
            *PUBLIC_ANSWER,
        ),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "stock", "run_around": True, "attempts": 5}},
    ),
    Script(
        name="no_answer_until_the_post",
        rule="§4 left in `unanswered`: no reply at all",
        weight=2,
        lines=("ask: 0 in desk complaint", "post: 3d-8d in post complaint", *PUBLIC_ANSWER),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "unanswered", "run_around": False}},
    ),
    Script(
        name="only_a_robot_until_the_post",
        rule="§4 left in `auto_ack`; §6 an auto-ack does not stop the clock",
        weight=2,
        lines=(
            "ask: 0 in form complaint",
            "1m-3m out desk auto_ack auto",
            "post: 5d-8d in post complaint prior_contact?web_form",
            "claim: 1h-40h out post substantive resolution_claim apology",
            "yes: 1h-2d in post accepts",
        ),
        rest="0-",
        truth={
            "a": {
                **ONLY,
                "left_in": "auto_ack",
                "confirmed_by": "explicit",
                "resolved_at": "@claim",
                "confirmed_at": "@yes",
                "avoidance_seconds": ">0",
            }
        },
    ),
    Script(
        name="asked_for_details_until_the_post",
        rule="§4 left in `info_request`",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk info_request?order",
            "post: 1d-3d in post complaint",
            *PUBLIC_ANSWER,
        ),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "info_request"}},
    ),
    Script(
        name="sent_elsewhere_until_the_post",
        rule="§4 left in `referral`",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk referral deflection",
            "post: 1d-3d in post complaint prior_contact?email",
            *PUBLIC_ANSWER,
        ),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "referral"}},
    ),
    Script(
        name="soothed_until_the_post",
        rule="§4 left in `promised`; a promise without a date is nothing substantive",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk promise apology",
            "post: 3d-5d in post complaint",
            *PUBLIC_ANSWER,
        ),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "promised", "promises": {"vague": 1}}},
    ),
    Script(
        name="refused_by_rote_until_the_post",
        rule="§4 left in `rejected`, by a reply that is not substantive",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk stock rejection",
            "post: 1d-3d in post complaint",
            *PUBLIC_ANSWER,
        ),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "rejected"}},
    ),
    Script(
        name="called_solved_until_the_post",
        rule="§4 left in `claimed_resolved`; §8 a public contact inside the window refutes",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk stock resolution_claim",
            "post: 1d-9d in post dispute",
            *PUBLIC_ANSWER,
        ),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "claimed_resolved"}},
    ),
    Script(
        name="accepted_without_a_claim",
        rule="§8 an acceptance counts as a claim for (c)",
        weight=0.7,
        lines=(
            "ask: 0 in desk complaint",
            "post: 3d-6d in post complaint",
            "answer: 1h-40h out post substantive",
            "yes: 2h-2d in post accepts",
        ),
        rest="0-",
        truth={
            "a": {
                **ONLY,
                "left_in": "unanswered",
                "confirmed_by": "explicit",
                "first_substantive_at": "@answer",
                "resolved_at": "@yes",
            }
        },
    ),
    Script(
        name="late_answer_that_cites_the_post",
        rule="§6 (d): at most 72 h after the post, or cites it",
        weight=0.7,
        lines=(
            "ask: 0 in desk complaint",
            "post: 3d-6d in post complaint",
            "claim: 73h-6d out post substantive resolution_claim cites=post",
        ),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "unanswered"}},
    ),
    Script(
        name="mail_that_arrives_after_the_tweet",
        rule="§1 arrival order never counts: the mail that came in late still came first",
        weight=1.5,
        lines=(
            "ask: 0 in mail complaint late=12d",
            "post: 2d-6d in post complaint prior_contact?email",
            *PUBLIC_ANSWER,
        ),
        rest="14d-",
        truth={"a": {**ONLY, **SILENT, "left_in": "unanswered"}},
    ),
)
