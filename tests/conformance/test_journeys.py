"""Every journey comes out as the specification says, in any order of arrival."""

from __future__ import annotations

import json
import random
from datetime import datetime
from typing import Any

import pytest

from tests.conformance.adapter import judge
from tests.conformance.notation import load_journeys

JOURNEYS = load_journeys()
SEEDS = (1, 2, 3)
Verdict = dict[str, Any]


def line_of(event: dict[str, Any]) -> bytes:
    """One event as a line of the interchange format."""
    return json.dumps(event, ensure_ascii=False).encode()


def agrees(key: str, wanted: Any, found: Verdict) -> bool:
    """Whether the verdict's `key` says what the journey wants of it."""
    if key.endswith("_min"):
        return bool(found[key.removesuffix("_min")] >= wanted)
    if key == "evidence_says":  # one item of the evidence has all these words
        return any(all(word in str(item) for word in wanted) for item in found["evidence"])
    if key == "absent":
        return not any(word in json.dumps(found) for word in wanted)
    if key == "ftr_because":
        return any(str(wanted) in str(reason) for reason in found["ftr_reasons"])
    value = found[key]
    if key.endswith("_at") and None not in (wanted, value):
        return datetime.fromisoformat(value) == datetime.fromisoformat(wanted)
    if key == "promises":  # zero counts, and promises that are still open, say nothing
        counts = {name: n for name, n in value.items() if n and name != "open"}
        return bool(counts == wanted)
    if key == "flags":
        return bool(set(wanted) <= set(value))
    if key in ("channels", "events", "customer"):
        return sorted(value) == sorted(wanted)
    return bool(value == wanted and isinstance(value, bool) == isinstance(wanted, bool))


def differences(expected: list[Verdict], verdicts: list[Verdict]) -> list[str]:
    """What is wrong, one line a finding; empty when the verdicts are as expected."""
    by_case = {verdict["case"]: verdict for verdict in verdicts}
    wanted_cases = sorted(case["case"] for case in expected)
    if wanted_cases != sorted(verdict["case"] for verdict in verdicts):
        return [f"cases: expected {wanted_cases}, found {sorted(by_case)}"]
    return [
        f"{case['case']}.{key}: expected {wanted!r}, found {shown(key, by_case[case['case']])!r}"
        for case in expected
        for key, wanted in case.items()
        if not agrees(key, wanted, by_case[case["case"]])
    ]


def shown(key: str, verdict: Verdict) -> Any:
    """The part of the verdict that `key` speaks about."""
    about = {"ftr_because": "ftr_reasons", "evidence_says": "evidence"}
    return verdict if key == "absent" else verdict[about.get(key, key.removesuffix("_min"))]


@pytest.mark.parametrize(("name", "journey"), JOURNEYS, ids=[name for name, _ in JOURNEYS])
def test_journey_is_judged_as_the_specification_says(name: str, journey: dict[str, Any]) -> None:
    """The cases and the checked keys are those that the quoted rule asks for."""
    verdicts = judge([line_of(event) for event in journey["events"]], journey["as_of"])
    found = differences(journey["expect"], verdicts)
    assert not found, "\n".join([f"{name} breaks {journey['rule']}", *found])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "journey"), JOURNEYS, ids=[name for name, _ in JOURNEYS])
def test_order_and_duplicates_change_nothing(name: str, journey: dict[str, Any], seed: int) -> None:
    """Shuffled and with duplicates, the same events give the same bytes (§1)."""
    lines = [line_of(event) for event in journey["events"]]
    chance = random.Random(seed)
    noisy = lines + chance.choices(lines, k=len(lines))
    chance.shuffle(noisy)
    plain, mixed = judge(lines, journey["as_of"]), judge(noisy, journey["as_of"])
    assert json.dumps(plain) == json.dumps(mixed), f"{name}: order matters with seed {seed} (§1)"


def test_journey_names_are_unique() -> None:
    """A failing name leads to one journey."""
    names = [name for name, _ in JOURNEYS]
    assert sorted(set(names)) == sorted(names)
