"""Promises: kept, late, broken, moved, vague, unknown; and time that the customer asked for."""

from typing import Final

from pipeline.simulation.script import Script
from pipeline.simulation.scripts.effort import EFFORT
from pipeline.simulation.scripts.private import RIGHT, SILENT

PROMISES: Final = (
    Script(
        name="promise_kept",
        rule="§6 kept at or before due; §8 the fulfilment of its own promise still settles it",
        weight=4,
        lines=(
            "ask: 0 in desk complaint",
            "answer: 2h-20h out desk substantive promise?4d",
            "claim: 1d-3d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={
            "a": {
                **RIGHT,
                **SILENT,
                "attempts": 1,
                "promises": {"kept": 1},
                "first_substantive_at": "@answer",
            }
        },
    ),
    Script(
        name="promise_kept_by_acceptance",
        rule="§8 an acceptance counts as kept when it comes before the due",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk substantive promise?5d",
            "yes: 1d-4d in desk accepts",
        ),
        rest="0-",
        truth={
            "a": {
                **RIGHT,
                "confirmed_by": "explicit",
                "confirmed_at": "@yes",
                "resolved_at": "@yes",
                "promises": {"kept": 1},
            }
        },
    ),
    Script(
        name="promise_late",
        rule="§6 late; §8 late voids first-time-right",
        weight=3,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk substantive promise?2d",
            "claim: 4d-7d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 1, "promises": {"late": 1}}},
    ),
    Script(
        name="promise_of_hours_late",
        rule="§8 a due with an hour means that hour, not the end of its day",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk substantive promise?5h",
            "claim: 6h-9h out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "promises": {"late": 1}}},
    ),
    Script(
        name="avoided_after_a_broken_promise",
        rule="seed 003: promised, not done, then avoided; §6 broken, stamped at the due time",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk substantive promise?2d",
            "4d-6d in desk chase",
            "3d-6d in desk chase",
        ),
        rest="42d-",
        truth={
            "a": {
                "outcome": "unresolved",
                "ftr": "no",
                "route": "private_only",
                "promises": {"broken": 1},
                "attempts": 3,
                "avoidance_seconds": ">0",
                "confirmed_by": None,
            }
        },
    ),
    Script(
        name="escalation_announced_never_made",
        rule="seed 000: out of our control, let me escalate this; nobody did",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk referral deflection promise?2d/escalate",
            "4d-6d in desk chase threat",
            "claim: 4h-2d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 2, "promises": {"late": 1}}},
    ),
    Script(
        name="promise_moved",
        rule="§6 moved: a new date given before the due",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk substantive promise?3d",
            "1d-2d out desk substantive promise?5d apology",
            "claim: 2d-4d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "promises": {"moved": 1, "kept": 1}}},
    ),
    Script(
        name="promise_moved_twice",
        rule="§6 a second move is `broken`",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk substantive promise?3d",
            "1d-2d out desk substantive promise?4d apology",
            "1d-2d out desk substantive promise?6d deflection",
            "claim: 2d-4d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "promises.moved": 1, "promises.broken": 1}},
    ),
    Script(
        name="promise_vague",
        rule="§6 vague: no due, not scored",
        weight=2,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk promise apology",
            "4d-7d in desk chase",
            "claim: 4h-2d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 2, "promises": {"vague": 1}}},
    ),
    Script(
        name="promise_nobody_saw",
        rule="§8 unknown when the case is confirmed with no such event",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk substantive promise?2d",
            "yes: 4d-8d in desk accepts",
        ),
        rest="0-",
        truth={
            "a": {
                "outcome": "first_time_right",
                "ftr": "yes",
                "confirmed_by": "explicit",
                "confirmed_at": "@yes",
                "resolved_at": "@yes",
                "promises": {"unknown": 1},
            }
        },
    ),
    Script(
        name="promise_running",
        rule="§8 before the due the state is `open`",
        weight=2,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk substantive promise?12d",
        ),
        rest="0-11d",
        truth={
            "a": {
                "outcome": "open",
                "ftr": "undetermined",
                "final": False,
                "promises.open": 1,
                "promises.broken": 0,
            }
        },
    ),
    Script(
        name="at_the_customers_pace",
        rule="§6 customer pace: inside a pause neither promises nor avoidance run",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "made: 2h-20h out desk substantive promise?3d",
            "6h-12h in desk pace_request?5d",
            "claim: made+4d12h-5d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={
            "a": {
                **RIGHT,
                **SILENT,
                "attempts": 1,
                "promises": {"kept": 1},
                "paused_seconds": ">0",
                "avoidance_seconds": 0,
            }
        },
    ),
    Script(
        name="customer_asks_for_months",
        rule="§6 a pause lasts 30 d at most; the 42 d run on (§8)",
        weight=0.7,
        lines=(
            "ask: 0 in desk complaint",
            "2h-20h out desk stock",
            "3h-20h in desk pace_request?40d",
        ),
        rest="42d-",
        truth={
            "a": {
                "outcome": "unresolved",
                "ftr": "no",
                "attempts": 1,
                "paused_seconds": 30 * 86_400,
            }
        },
    ),
)
