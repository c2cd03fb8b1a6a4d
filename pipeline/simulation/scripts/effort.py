"""Put right in private, but not at the first time: each for one reason of its own."""

from typing import Any, Final

from pipeline.simulation.script import Script
from pipeline.simulation.scripts.private import ACCEPTED, RIGHT, SILENT

EFFORT: Final[dict[str, Any]] = {**RIGHT, "outcome": "resolved_with_effort", "ftr": "no"}

WITH_EFFORT: Final = (
    Script(
        name="chased_once",
        rule="§6 first_time_right allows no chase",
        weight=9,
        lines=(
            "ask: 0 in desk complaint",
            "5d-8d in desk chase",
            "claim: 2h-2d out desk substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 2, "avoidance_seconds": ">0"}},
    ),
    Script(
        name="asked_again_in_other_words",
        rule="§3 a contact that carries none of the signals is a chase before any answer",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "2d-4d in desk complaint unsaid",
            "claim: 2h-2d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 2}},
    ),
    Script(
        name="answer_disputed",
        rule="§6 first_time_right allows no dispute",
        weight=3,
        lines=(
            "ask: 0 in desk complaint",
            "answer: 2h-30h out desk substantive rejection",
            "3h-4d in desk dispute",
            "claim: 4h-2d out desk substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 2, "first_substantive_at": "@answer"}},
    ),
    Script(
        name="refuted_claim",
        rule="§5 a claim followed by an attempt inside the window is refuted",
        weight=6,
        lines=(
            "ask: 0 in desk complaint",
            "2h-30h out desk substantive resolution_claim",
            "1d-13d in desk dispute",
            "claim: 4h-2d out desk substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 2, "facts.refuted": 1}},
    ),
    Script(
        name="reopened_by_helpdesk",
        rule="§5 `reopened` inside the window refutes the claim",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "2h-30h out desk substantive",
            "1h-1d status solved",
            "1d-12d status reopened",
            "claim: 4h-2d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 1}},
    ),
    Script(
        name="survey_says_unresolved",
        rule="§5 `feedback.resolved = false` refutes; §8 it sets `ftr = no`",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "2h-30h out desk substantive resolution_claim",
            "1d-6d feedback no",
            "claim: 4h-2d out desk substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 1}},
    ),
    Script(
        name="run_around",
        rule="§6 run-around: 2 stock or referral replies over 2 attempts before the first answer",
        weight=3,
        lines=(
            "ask: 0 in desk complaint",
            "3h-20h out desk stock apology",
            "1d-3d in desk chase",
            "3h-20h out desk referral",
            "1d-3d in desk chase threat",
            "claim: 4h-2d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 3, "run_around": True}},
    ),
    Script(
        name="asked_for_it_again",
        rule="§6 run-around: any re-ask after a chase",
        weight=2,
        lines=(
            "ask: 0 in desk complaint",
            "3h-20h out desk info_request?order",
            "2h-1d in desk info_supplied?order",
            "2d-4d in desk chase",
            "3h-20h out desk info_request?order",
            "2h-1d in desk info_supplied?order",
            "claim: 4h-2d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 4, "run_around": True}},
    ),
    Script(
        name="two_info_rounds",
        rule="§6 one necessary round of information, not two",
        weight=1.5,
        lines=(
            "ask: 0 in desk complaint",
            "3h-20h out desk info_request?order",
            "2h-1d in desk info_supplied?order",
            "3h-20h out desk info_request?photo",
            "2h-1d in desk info_supplied?photo",
            "claim: 4h-2d out desk substantive resolution_claim",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 3}},
    ),
    Script(
        name="replaced_again_and_again",
        rule="seed 001: each replacement a claim, each refuted, until one works",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "5h-1d out desk substantive resolution_claim",
            "2d-6d in desk dispute",
            "5h-1d out desk substantive resolution_claim apology",
            "2d-6d in desk dispute",
            "claim: 5h-1d out desk substantive resolution_claim apology",
            "1h-5h in desk pace_request?6d",
            "yes: 3d-5d in desk accepts",
        ),
        rest="0-",
        truth={
            "a": {**EFFORT, **ACCEPTED, "attempts": 3, "facts.refuted": 2, "paused_seconds": ">0"}
        },
    ),
    Script(
        name="took_it_to_the_ombudsman",
        rule="§6 first_time_right allows no external escalation",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "3h-20h out desk stock",
            "4d-8d in desk chase external",
            "claim: 4h-2d out desk substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 2}},
    ),
    Script(
        name="accepted_too_soon",
        rule="§8 a later attempt within 14 d of an explicit confirmation refutes it",
        weight=1,
        lines=(
            "ask: 0 in desk complaint",
            "2h-30h out desk substantive resolution_claim",
            "1h-2d in desk accepts",
            "2d-13d in desk dispute",
            "claim: 4h-2d out desk substantive resolution_claim apology",
        ),
        rest="14d-",
        truth={"a": {**EFFORT, **SILENT, "attempts": 2}},
    ),
)
