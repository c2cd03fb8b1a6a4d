"""Not counted, never finished, not finished yet, come again, and two issues of one customer."""

from typing import Any, Final

from pipeline.simulation.script import Script
from pipeline.simulation.scripts.private import ACCEPTED, RIGHT, SILENT

OUT: Final[dict[str, Any]] = {"outcome": "not_counted", "ftr": None}

NOT_COUNTED: Final = (
    Script(
        name="spam",
        rule="§6 not_counted: spam",
        weight=3,
        lines=("0 in form spam",),
        rest="0-",
        truth={"a": {**OUT, "why": "spam", "attempts": 0}},
    ),
    Script(
        name="spam_inside_a_case",
        rule="§8 spam in a case's thread is ignored",
        weight=0.7,
        lines=(
            "ask: 0 in mail complaint",
            "claim: 2h-20h out mail substantive resolution_claim",
            "1d-5d in mail spam",
        ),
        rest="14d-",
        truth={"a": {**RIGHT, **SILENT, "attempts": 1}},
    ),
    Script(
        name="question_only",
        rule="§6 not_counted: not_a_complaint",
        weight=3,
        lines=("0 in desk not_a_complaint", "1h-1d out desk substantive"),
        rest="0-",
        truth={"a": {**OUT, "why": "not_a_complaint"}},
    ),
    Script(
        name="praise_in_public",
        rule="§6 not_counted: not_a_complaint, in public",
        weight=1,
        lines=("0 in post not_a_complaint",),
        rest="0-",
        truth={"a": {**OUT, "why": "not_a_complaint"}},
    ),
    Script(
        name="sent_twice_by_the_form",
        rule="§6 not_counted: duplicate",
        weight=1,
        lines=("0 in form duplicate",),
        rest="0-",
        truth={"a": {**OUT, "why": "duplicate"}},
    ),
    Script(
        name="somebody_elses_trouble",
        rule="§6 not_counted: third-party mention",
        weight=1,
        lines=("0 in post third_party",),
        rest="0-",
        truth={"a": {**OUT, "why": "third_party"}},
    ),
    Script(
        name="news_from_the_company",
        rule="§6 not_counted: company-initiated with no issue raised",
        weight=1,
        lines=("0 out mail proactive",),
        rest="0-",
        truth={"a": {**OUT, "why": "company_initiated", "attempts": 0}},
    ),
    Script(
        name="withdrawn",
        rule="§5 withdrawn: the customer says so",
        weight=2,
        lines=(
            "ask: 0 in desk complaint",
            "3h-1d out desk info_request?order",
            "1d-4d in mail withdraws",
        ),
        rest="0-",
        truth={"a": {**OUT, "why": "withdrawn"}},
    ),
)

NEVER_FINISHED: Final = (
    Script(
        name="lapsed",
        rule="§5 lapsed: a request for information unanswered for 28 d after a reminder",
        weight=2,
        lines=(
            "ask: 0 in desk complaint",
            "3h-1d out desk info_request?order",
            "5d-8d out desk info_request?order",
        ),
        rest="28d-",
        truth={
            "a": {
                "outcome": "lapsed",
                "ftr": "no",
                "route": "private_only",
                "attempts": 1,
                "confirmed_by": None,
            }
        },
    ),
    Script(
        name="asked_without_a_reminder",
        rule="§5 no reminder, no lapse: the 42 d decide",
        weight=0.7,
        lines=("ask: 0 in desk complaint", "3h-1d out desk info_request?order"),
        rest="42d-",
        truth={"a": {"outcome": "unresolved", "ftr": "no", "attempts": 1}},
    ),
    Script(
        name="never_answered",
        rule="§6 unresolved; avoidance runs, an auto-ack does not stop it",
        weight=1.5,
        lines=(
            "ask: 0 in form complaint",
            "1m-3m out desk auto_ack auto",
            "6d-9d in desk chase",
            "1m-3m out desk auto_ack auto",
        ),
        rest="42d-",
        truth={
            "a": {
                "outcome": "unresolved",
                "ftr": "no",
                "route": "private_only",
                "attempts": 2,
                "first_reply_at": None,
                "avoidance_seconds": ">0",
            }
        },
    ),
    Script(
        name="fobbed_off",
        rule="§6 unresolved, after a run-around",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "3h-1d out desk stock",
            "1d-4d in desk chase",
            "3h-1d out desk stock deflection",
        ),
        rest="42d-",
        truth={"a": {"outcome": "unresolved", "ftr": "no", "run_around": True, "attempts": 2}},
    ),
    Script(
        name="confirmed_after_six_weeks",
        rule="§8 a confirmation after 42 d still wins",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "3h-1d out desk referral",
            "claim: 43d-46d out desk substantive resolution_claim",
            "yes: 1h-1d in desk accepts",
        ),
        rest="0-",
        truth={
            "a": {
                "outcome": "first_time_right",
                "confirmed_by": "explicit",
                "confirmed_at": "@yes",
                "resolved_at": "@claim",
            }
        },
    ),
)

NOT_YET: Final = (
    Script(
        name="just_written",
        rule="§6 open",
        weight=7,
        lines=("ask: 0 in desk complaint",),
        rest="0-20d",
        truth={
            "a": {
                "outcome": "open",
                "ftr": "undetermined",
                "final": False,
                "attempts": 1,
                "route": "private_only",
                "waiting_since": "@ask",
            }
        },
    ),
    Script(
        name="waiting_for_details",
        rule="§6 open: one round of information may still end first-time-right",
        weight=2,
        lines=("ask: 0 in desk complaint", "3h-1d out desk info_request?order"),
        rest="0-20d",
        truth={"a": {"outcome": "open", "ftr": "undetermined", "final": False}},
    ),
    Script(
        name="chasing",
        rule="§6 a failure is known at once: `no` while the case is still open",
        weight=2,
        lines=(
            "ask: 0 in desk complaint",
            "1m-3m out desk auto_ack auto",
            "3d-6d in desk chase",
        ),
        rest="0-20d",
        truth={"a": {"outcome": "open", "ftr": "no", "final": False, "attempts": 2}},
    ),
    Script(
        name="window_running",
        rule="§6 pending_confirmation; a success is known only after the window",
        weight=20,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-30h out desk substantive resolution_claim",
        ),
        rest="0-13d",
        truth={
            "a": {
                "outcome": "pending_confirmation",
                "ftr": "undetermined",
                "final": False,
                "route": "private_only",
                "confirmed_by": None,
                "revisit_at": "@claim+14d",
            }
        },
    ),
    Script(
        name="window_running_after_a_chase",
        rule="§6 `no` may be final while the case is not",
        weight=3,
        lines=(
            "ask: 0 in desk complaint",
            "2d-5d in desk chase",
            "claim: 2h-30h out desk substantive resolution_claim",
        ),
        rest="0-13d",
        truth={
            "a": {"outcome": "pending_confirmation", "ftr": "no", "final": False, "attempts": 2}
        },
    ),
)

COME_AGAIN: Final = (
    Script(
        name="recurrence_after_silence",
        rule="§8 after a silent confirmation every attempt up to 30 d after it is a recurrence",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-20h out desk substantive resolution_claim",
            "again: 15d-43d in desk complaint case=b",
            "claimb: 2h-20h out desk substantive resolution_claim case=b",
        ),
        rest="14d-",
        truth={
            "a": {**RIGHT, **SILENT, "attempts": 1},
            "b": {
                "outcome": "first_time_right",
                "ftr": "yes",
                "recurrence_of": "case a",
                "resolved_at": "@claimb",
                "confirmed_by": "silent",
                "attempts": 1,
            },
        },
    ),
    Script(
        name="recurrence_after_acceptance",
        rule="§8 from 14 to 30 d after an explicit confirmation it is a recurrence",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-20h out desk substantive resolution_claim",
            "yes: 2h-20h in desk accepts",
            "again: yes+15d-29d in desk complaint case=b",
        ),
        rest="0-40d",
        truth={
            "a": {**RIGHT, **ACCEPTED, "attempts": 1},
            "b": {"outcome": "open", "ftr": "undetermined", "recurrence_of": "case a"},
        },
    ),
    Script(
        name="another_case_later",
        rule="§8 more than 30 d after the confirmation: simply another case",
        weight=0.7,
        lines=(
            "ask: 0 in desk complaint",
            "claim: 2h-20h out desk substantive resolution_claim",
            "yes: 2h-20h in desk accepts",
            "yes+31d-35d in desk2 complaint case=b",
        ),
        rest="0-40d",
        truth={
            "a": {**RIGHT, **ACCEPTED, "attempts": 1},
            "b": {"outcome": "open", "ftr": "undetermined", "recurrence_of": None},
        },
    ),
    Script(
        name="new_issue_in_the_thread",
        rule="§3 `new_issue` opens another case; §8 later messages go to the newest",
        weight=1,
        lines=(
            "ask: 0 in mail complaint",
            "claim: 2h-20h out mail substantive resolution_claim",
            "1d-6d in mail complaint new_issue case=b theme=b",
            "claimb: 2h-20h out mail substantive resolution_claim case=b theme=b",
        ),
        rest="14d-",
        truth={
            "a": {**RIGHT, **SILENT, "attempts": 1},
            "b": {**RIGHT, "attempts": 1, "resolved_at": "@claimb", "confirmed_by": "silent"},
        },
    ),
    Script(
        name="two_orders_two_cases",
        rule="§4 same customer, another thread and another ref: another case",
        weight=1,
        lines=(
            "ask: 0 in mail complaint",
            "5h-20h in mail2 complaint case=b theme=b",
            "claim: ask+22h-2d out mail substantive resolution_claim",
            "1d-2d out mail2 info_request?order case=b theme=b",
            "2h-9h in mail2 info_supplied?order case=b theme=b",
            "claimb: 2h-9h out mail2 substantive resolution_claim case=b theme=b",
        ),
        rest="14d-",
        refs="always",
        truth={
            "a": {**RIGHT, **SILENT, "attempts": 1},
            "b": {**RIGHT, "attempts": 2, "resolved_at": "@claimb", "confirmed_by": "silent"},
        },
    ),
)
