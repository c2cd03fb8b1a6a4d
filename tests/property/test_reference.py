"""Two readings of the definitions agree: ours and the naive one of tests/reference, field by field.

`CCM_REFERENCE_WORLDS=20000` compares so many worlds instead of 2,000, `CCM_REFERENCE_FIRST`
says with which to begin; a world that differs is shown as small as it gets, with its number.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any

import pytest

from tests.conformance.adapter import judge
from tests.reference.cases import judge as judge_again
from tests.reference.worlds import Event, world

WORLDS = int(os.environ.get("CCM_REFERENCE_WORLDS", "2000"))
FIRST = int(os.environ.get("CCM_REFERENCE_FIRST", "0"))
PARTS = 20

Verdicts = list[dict[str, Any]]


def ours(events: list[Event], as_of: datetime) -> Verdicts:
    """Return what the product says."""
    verdicts = judge([json.dumps(event).encode() for event in events], as_of.isoformat())
    flagged = ("clock_skew", "conflict")
    return [{**one, **{flag: flag in one["flags"] for flag in flagged}} for one in verdicts]


def theirs(events: list[Event], as_of: datetime) -> Verdicts:
    """Return what the second reading says, in the types of a verdict line."""
    return [
        {name: _plain(value) for name, value in one.items()} for one in judge_again(events, as_of)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def differences(events: list[Event], as_of: datetime) -> list[str]:
    """Return where the two readings differ, one line a field."""
    found, expected = ours(events, as_of), theirs(events, as_of)
    cases = [[(one["case"], one["events"]) for one in verdicts] for verdicts in (found, expected)]
    if cases[0] != cases[1]:
        return [f"cases: ours {cases[0]}, the reference {cases[1]}"]
    return [
        f"{one['case']} {name}: ours {one[name]!r}, the reference {value!r}"
        for one, other in zip(found, expected, strict=True)
        for name, value in other.items()
        if one[name] != value
    ]


def shrunk(events: list[Event], as_of: datetime) -> list[Event]:
    """Return the fewest events that still differ, found by leaving out one after the other."""
    for number in range(len(events)):
        fewer = events[:number] + events[number + 1 :]
        if fewer and differences(fewer, as_of):
            return shrunk(fewer, as_of)
    return events


@pytest.mark.parametrize("part", range(PARTS))
def test_two_readings_of_the_definitions_agree(part: int) -> None:
    """Ours and the reference give the same fields of §6 for every case of every world."""
    for seed in range(FIRST + part, FIRST + WORLDS, PARTS):
        events, as_of = world(seed)
        if differences(events, as_of):
            fewest = shrunk(events, as_of)
            lines = [json.dumps(event) for event in fewest] + differences(fewest, as_of)
            pytest.fail("\n".join([f"world {seed} at {as_of.isoformat()}", *lines]))
