"""The line format of ``ccm read``."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.lines import LINE_CHARS_MAX, read_lines
from models.rules import RulesReader

READER = RulesReader()


def answers(*lines: str, json_mode: bool = True) -> list[Any]:
    """The parsed output lines."""
    return [json.loads(line) for line in read_lines(READER, lines, json_mode)]


def test_plain_lines_are_inbound_texts_numbered_from_one() -> None:
    """One text a line; an empty line is answered too."""
    first, second = answers("My lamp is broken.\n", "\n", json_mode=False)
    assert (first["id"], second["id"]) == ("1", "2")
    assert first["signals"][0]["name"] == "complaint"
    assert second["signals"][0] == {"name": "unread", "probability": 1.0, "why": "empty"}


def test_json_lines_follow_the_contract() -> None:
    """Every key of the contract, times as RFC 3339 in UTC."""
    line = json.dumps(
        {
            "id": "m1",
            "text": "We will call you by Thursday.",
            "direction": "outbound",
            "context": [{"direction": "inbound", "text": "Any news?"}],
            "at": "2026-11-18T11:00:00+01:00",
            "zone": "Europe/Berlin",
        }
    )
    (found,) = answers(line)
    assert list(found) == ["id", "signals", "severity", "theme", "lang"]
    promise = next(signal for signal in found["signals"] if signal["name"] == "promise")
    assert promise["due"] == "2026-11-19T22:59:59Z"
    assert promise["span"] == [0, 28]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "not JSON"),
        ("[1]", "expected a JSON object"),
        ('{"id": "a"}', '"text"'),
        ('{"text": 1}', '"text"'),
        ('{"text": "a", "direction": "up"}', '"direction"'),
        ('{"text": "a", "direction": []}', '"direction"'),
        ('{"text": "a", "context": 5}', '"context"'),
        ('{"text": "a", "context": [{}]}', '"context"'),
        ('{"text": "a", "at": "yesterday"}', '"at"'),
        ('{"text": "a", "at": "2026-11-18T10:00:00"}', '"at"'),
        ('{"text": "a", "at": 7}', '"at"'),
        ('{"text": "a", "zone": 7}', '"zone"'),
        ("[" * 100_000, "not JSON"),
        ('{"text": "' + "a" * LINE_CHARS_MAX + '"}', "characters"),
    ],
    ids=lambda value: value[:24],
)
def test_a_bad_line_is_answered_with_the_reason(line: str, reason: str) -> None:
    """It neither ends the stream nor shifts the order."""
    bad, good = answers(line, '{"id": "g", "text": "My lamp is broken."}')
    assert bad["signals"][0]["name"] == "unread"
    assert reason in bad["signals"][0]["why"]
    assert good["id"] == "g"


def test_a_bad_line_keeps_its_id() -> None:
    """So that the sender can find it again."""
    assert answers('{"id": "x9", "text": null}')[0]["id"] == "x9"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5), st.booleans())
def test_any_lines_give_one_answer_each(lines: list[str], json_mode: bool) -> None:
    """Same number, same order, plain ASCII, whatever comes in."""
    found = list(read_lines(READER, lines, json_mode))
    assert len(found) == len(lines)
    assert all(line.isascii() and json.loads(line)["signals"] is not None for line in found)
