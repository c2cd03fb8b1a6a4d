"""Every name that a verdict can carry is reached by a journey: no reason is there for show."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from pipeline.domain.ftr import FAILURES
from pipeline.domain.verdict import OUTCOMES, Ftr, LeftIn, PromiseState, Route, Why
from tests.conformance.adapter import judge
from tests.conformance.notation import load_journeys

TIME_ALONE = {"lapsed", "unresolved"}
NOT_FAILED = {"one_attempt", "one_info_round", "awaiting_confirmation", "awaiting_answer"}
RULES = {
    "opened", "first_event", "spam", "not_a_complaint", "duplicate", "third_party", "withdrawn",
    "public_escalation", "stated_escalation", "parallel_contact", "crossed_reply",
    "first_substantive_reply", "run_around", "customer_pause", "false_pause", "claimed", "refuted",
    "confirmed_explicit", "confirmed_silent", "reminded", "late_note", "recurrence",
    "linked_by_thread", "linked_by_reply", "linked_by_ref", "linked_by_channel",
    "linked_by_identity", *FAILURES,
    *(f"promise_{state}" for state in get_args(PromiseState)),
}  # fmt: skip
FLAGS = {"clock_skew", "conflict", "erased", "late_note"}


@pytest.fixture(scope="module")
def verdicts() -> list[dict[str, Any]]:
    """Every verdict of every conformance journey."""
    return [
        verdict
        for _, journey in load_journeys()
        for verdict in judge(
            [json.dumps(event).encode() for event in journey["events"]], journey["as_of"]
        )
    ]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("outcome", set(OUTCOMES)),
        ("why", set(get_args(Why))),
        ("route", set(get_args(Route))),
        ("left_in", set(get_args(LeftIn))),
        ("ftr", set(get_args(Ftr))),
        ("confirmed_by", {"explicit", "silent"}),
    ],
)
def test_every_value_of_a_key_is_reached(
    verdicts: list[dict[str, Any]], key: str, names: set[str]
) -> None:
    """Each value that the type allows comes out of some journey, and no other does."""
    assert {verdict[key] for verdict in verdicts} - {None} == names


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("ftr_reasons", set(FAILURES) | TIME_ALONE | NOT_FAILED),
        ("flags", FLAGS),
        ("promises", set(get_args(PromiseState))),
    ],
)
def test_every_name_in_a_list_is_reached(
    verdicts: list[dict[str, Any]], key: str, names: set[str]
) -> None:
    """Each reason, flag and promise state comes out of some journey, and no other does."""
    assert {name for verdict in verdicts for name in verdict[key]} == names


def test_every_rule_of_the_evidence_is_reached(verdicts: list[dict[str, Any]]) -> None:
    """Each rule that evidence can name is met by some journey, and no other is."""
    assert {one["rule"] for verdict in verdicts for one in verdict["evidence"]} == RULES
