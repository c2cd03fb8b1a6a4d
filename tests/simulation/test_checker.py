"""The checker finds what differs, says it in words, and is silent where nothing does."""

import json
from typing import Any

from pipeline.simulation import check

TRUTH: dict[str, Any] = {
    "journey": 4,
    "script": "one_answer",
    "customers": ["x:a"],
    "signals": {},
    "cases": [
        {
            "events": ["m:1", "m:2"],
            "verdict": {
                "outcome": "first_time_right",
                "opened_at": "2026-10-01T10:00:00Z",
                "promises": {"kept": 1},
                "promises.broken": 0,
                "facts.refuted": 0,
                "avoidance_seconds": ">0",
                "final": True,
            },
        }
    ],
}
VERDICT: dict[str, Any] = {
    "case": "m:1",
    "events": ["m:1", "m:2"],
    "outcome": "first_time_right",
    "opened_at": "2026-10-01T12:00:00+02:00",
    "promises": {"kept": 1, "open": 0},
    "facts": {"refuted": 0},
    "avoidance_seconds": 5,
    "final": True,
}


def found(*verdicts: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """What the checker says about these verdicts, briefly."""
    lines = [json.dumps(one).encode() for one in verdicts]
    differences = check([json.dumps(TRUTH).encode()], lines)
    return [(one.key, one.expected, one.found) for one in differences]


def test_a_right_verdict_passes() -> None:
    """Other spellings of the same time, counts of zero and keys beyond the truth are no matter."""
    assert found(VERDICT) == []


def test_each_wrong_value_is_found() -> None:
    """Whatever the type of the key."""
    wrong = {"outcome": "open", "opened_at": "2026-10-01T10:00:01Z", "promises": {"late": 1},
             "facts": {"refuted": 2}, "avoidance_seconds": 0, "final": False}  # fmt: skip
    keys = {key for key, _, _ in found({**VERDICT, **wrong})}
    assert keys == {"outcome", "opened_at", "promises", "facts.refuted", "avoidance_seconds",
                    "final"}  # fmt: skip


def test_a_missing_verdict_is_found() -> None:
    """A case about which nothing is said."""
    assert found() == [("case", ["m:1", "m:2"], "no verdict")]


def test_a_torn_case_is_found() -> None:
    """Its half, and the other half that should be no case of its own."""
    halves = {**VERDICT, "events": ["m:1"]}, {**VERDICT, "case": "m:2", "events": ["m:2"]}
    assert [key for key, _, _ in found(*halves)] == ["events", "case"]


def test_a_difference_reads_as_a_sentence() -> None:
    """It names the script, the journey and the case."""
    lines = [json.dumps({**VERDICT, "outcome": "open"}).encode()]
    (difference,) = check([json.dumps(TRUTH).encode()], lines)
    assert str(difference) == (
        "one_answer (journey 4), case m:1: outcome should be 'first_time_right', is 'open'"
    )
