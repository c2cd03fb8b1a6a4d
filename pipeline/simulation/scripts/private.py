"""Put right in private at the first time."""

from typing import Any, Final

from pipeline.simulation.script import Script

RIGHT: Final[dict[str, Any]] = {
    "outcome": "first_time_right",
    "ftr": "yes",
    "route": "private_only",
    "left_in": None,
    "why": None,
    "run_around": False,
    "recurrence_of": None,
    "escalated_at": None,
    "final": True,
}
SILENT: Final[dict[str, Any]] = {
    "confirmed_by": "silent",
    "resolved_at": "@claim",
    "confirmed_at": "@claim+14d",
}
ACCEPTED: Final[dict[str, Any]] = {
    "confirmed_by": "explicit",
    "resolved_at": "@claim",
    "confirmed_at": "@yes",
}

FIRST_TIME_RIGHT: Final = (
    Script(
        name="one_answer",
        rule="§6 first_time_right: one attempt; §5 confirmed, silent",
        weight=34,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-30h out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={
            "a": {
                **RIGHT,
                **SILENT,
                "attempts": 1,
                "opened_at": "@ask",
                "first_reply_at": "@claim",
                "first_substantive_at": "@claim",
                "promises": {},
                "false_pauses": 0,
                "paused_seconds": 0,
            }
        },
    ),
    Script(
        name="one_answer_accepted",
        rule="§5 confirmed, explicit: `accepts`, at any time",
        weight=26,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-30h out desk substantive resolution_claim apology",
            "yes: 1h-5d in desk accepts thanks",
        ),
        rest="0-",
        truth={"a": {**RIGHT, **ACCEPTED, "attempts": 1}},
    ),
    Script(
        name="one_answer_thanked",
        rule="§3 a bare `thanks` is no contact and §5 confirms nothing by itself",
        weight=7,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-30h out desk substantive resolution_claim",
            "1h-2d in desk thanks",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 1}},
    ),
    Script(
        name="split_message",
        rule="§3 a burst of messages, each at most 30 min after the one before, is one contact",
        weight=1,
        lines=(
            "ask: 0 in mail complaint",
            "3m-29m in mail complaint",
            "claim: 2h-30h out mail substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 1, "opened_at": "@ask"}},
    ),
    Script(
        name="acknowledged_and_answered",
        rule="§6 an auto-ack is no answer; the first substantive response settled it",
        weight=12,
        lines=(
            "ask: 0 in form complaint",
            "1m-3m out desk auto_ack auto",
            "claim: 4h-2d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 1, "first_reply_at": "@claim"}},
    ),
    Script(
        name="owned_fault",
        rule="seed 002: the company names its own fault, plainly, and puts it right",
        weight=3,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 1h-20h out desk substantive ownership apology resolution_claim",
            "yes: 1h-2d in desk accepts thanks",
        ),
        rest="0-",
        truth={"a": {**RIGHT, **ACCEPTED, "attempts": 1}},
    ),
    Script(
        name="one_info_round",
        rule="§6 one necessary `info_request` round answered by one `info_supplied`",
        weight=9,
        lines=(
            "ask: 0 in desk complaint",
            "1h-20h out desk info_request?order",
            "2h-2d in desk info_supplied?order",
            "claim: 2h-30h out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 2}},
    ),
    Script(
        name="info_round_with_reminder",
        rule="§8 a reminder before any contact of the customer is the same round",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "1h-20h out desk info_request?order",
            "4d-7d out desk info_request?order",
            "2h-4d in desk info_supplied?order",
            "claim: 2h-30h out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 2}},
    ),
    Script(
        name="solved_by_status",
        rule="§5 claimed: a helpdesk `solved`",
        weight=4,
        lines=(
            "ask: 0 in desk complaint",
            "2h-30h out desk substantive",
            "claim: 5m-2d status solved",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 1}},
    ),
    Script(
        name="survey_says_resolved",
        rule="§5 confirmed, explicit: `feedback.resolved = true`",
        weight=3,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-30h out desk substantive resolution_claim",
            "yes: 1d-4d feedback yes",
        ),
        rest="0-",
        truth={"a": {**RIGHT, **ACCEPTED, "attempts": 1}},
    ),
    Script(
        name="bad_score_only",
        rule="§8 a `score` alone does nothing",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-30h out desk substantive resolution_claim",
            "1d-4d feedback 2",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 1}},
    ),
    Script(
        name="waited_for_the_customer",
        rule="§6 a helpdesk `pending` with a customer message waiting inside is a `false_pause`",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "10m-5h status pending",
            "1d-3d status open",
            "claim: 1h-6h out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 1, "false_pauses": 1, "paused_seconds": 0}},
    ),
    Script(
        name="praised_in_public_afterwards",
        rule="§8 posts after an explicit confirmation do not count for the route",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-30h out desk substantive resolution_claim",
            "yes: 1h-2d in desk accepts",
            "1h-2d in post thanks",
        ),
        rest="0-",
        truth={"a": {**RIGHT, **ACCEPTED, "attempts": 1}},
    ),
)
