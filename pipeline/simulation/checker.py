"""Compares verdicts with the truth. Knows neither how journeys are made nor how they are judged."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that a verdict says otherwise than the truth.

    ``key`` is a key of the verdict, ``events`` where a case holds other events than it must, and
    ``case`` where there is no verdict for a case, or one too many.
    """

    journey: int | None
    script: str
    case: str
    key: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        """Return it as one line for people."""
        return (
            f"{self.script or 'no script'} (journey {self.journey}), case {self.case}: "
            f"{self.key} should be {self.expected!r}, is {self.found!r}"
        )


def check(truth_lines: Iterable[bytes], verdict_lines: Iterable[bytes]) -> list[Difference]:
    """Return where the verdicts differ from the truth; cases are matched by their events.

    Args:
        truth_lines: of a simulation.
        verdict_lines: of ``ccm replay``, at the end of the simulation.
    """
    verdicts = [msgspec.json.decode(line) for line in verdict_lines if line.strip()]
    by_event = {event: verdict for verdict in verdicts for event in verdict["events"]}
    used: set[str] = set()
    differences: list[Difference] = []
    for line in truth_lines:
        if line.strip():
            differences.extend(_check_journey(msgspec.json.decode(line), by_event, used))
    differences.extend(
        _difference(None, verdict["case"], "case", "no case at all", verdict["events"])
        for verdict in verdicts
        if verdict["case"] not in used
    )
    return differences


def _check_journey(
    journey: Mapping[str, Any], by_event: Mapping[str, Any], used: set[str]
) -> Iterator[Difference]:
    for case in journey["cases"]:
        verdict = next((by_event[one] for one in case["events"] if one in by_event), None)
        if verdict is None:
            yield _difference(journey, case["events"][0], "case", case["events"], "no verdict")
            continue
        used.add(verdict["case"])
        if sorted(verdict["events"]) != sorted(case["events"]):
            yield _difference(journey, verdict["case"], "events", case["events"], verdict["events"])
        for key, expected in case["verdict"].items():
            found = _value(verdict, key)
            if not _agrees(expected, found):
                yield _difference(journey, verdict["case"], key, expected, found)


def _value(verdict: Mapping[str, Any], key: str) -> Any:
    """Return the value of ``key``; ``facts.refuted`` looks inside, and counts may be left out."""
    name, dot, inner = key.partition(".")
    if not dot:
        return verdict.get(name)
    return verdict.get(name, {}).get(inner, 0)


def _agrees(expected: Any, found: Any) -> bool:
    if isinstance(expected, str) and expected.startswith(">"):
        return isinstance(found, int) and found > int(expected[1:])
    if isinstance(expected, str) and isinstance(found, str) and expected != found:
        return _is_same_time(expected, found)
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected == {name: count for name, count in found.items() if count}
    return bool(expected == found)


def _is_same_time(one: str, other: str) -> bool:
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return False


def _difference(
    journey: Mapping[str, Any] | None, case: str, key: str, expected: Any, found: Any
) -> Difference:
    return Difference(
        journey=None if journey is None else journey["journey"],
        script="" if journey is None else journey["script"],
        case=case,
        key=key,
        expected=expected,
        found=found,
    )
