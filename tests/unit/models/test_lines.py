"""The line format of ``ccm read``."""

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.lines import LINE_CHARS_MAX, lines_of, read_lines
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
        ('{"text": "a", "company": 7}', '"company"'),
        ('{"text": "a", "thread": []}', '"thread"'),
        ('{"text": "a", "replies_alike": -1}', '"replies_alike"'),
        ('{"text": "a", "replies_alike": true}', '"replies_alike"'),
        ('{"text": "a", "id": [[]]}', '"id"'),
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


def outbound(number: int, text: str, **fields: object) -> str:
    """One reply as a JSON line."""
    return json.dumps({"id": f"r{number}", "text": text, "direction": "outbound", **fields})


def test_what_a_company_writes_to_everyone_becomes_stock() -> None:
    """The stream's own earlier replies of the same company are counted, in order."""
    text = "Hi {}, our trains are currently cleaned every night by the teams in the depots."
    found = answers(
        *(
            outbound(number, text.format(name), company="rail", thread=f"t{number}")
            for number, name in enumerate(["Ann", "Bob", "Cem", "Dee"])
        ),
        outbound(9, text.format("Eve"), company="tram", thread="t9"),
    )
    classes = [reading["signals"][0]["name"] for reading in found]
    assert classes == ["substantive", "substantive", "stock", "stock", "substantive"]
    assert found[2]["signals"][0]["why"] == "same-words-to-others"


def test_a_given_count_goes_before_the_stream() -> None:
    """Who keeps an index of their own says what it found."""
    text = "Our trains are currently cleaned every night by the teams in the depots."
    common, own = answers(outbound(1, text, replies_alike=7), outbound(2, text, replies_alike=0))
    assert common["signals"][0]["name"] == "stock"
    assert own["signals"][0]["name"] == "substantive"


def test_bytes_become_lines_whatever_they_are() -> None:
    """Invalid UTF-8 is shown as such, and a line too long is refused without being held."""
    long = b'{"id": "long", "text": "' + "\u00e9".encode() * LINE_CHARS_MAX + b'"}'
    raw = (
        b'{"text": "caf\xe9 is rude!"}\r\n'
        + long
        + b'\n\xff\n{"id": "last", "text": "My lamp is broken"}'
    )
    lines = list(lines_of(BytesIO(raw)))
    assert [len(line) for line in lines] == [27, LINE_CHARS_MAX + 1, 2, 43]
    first, too_long, bad, last = answers(*lines)
    assert first["signals"][0]["name"] == "complaint"
    assert "at most" in too_long["signals"][0]["why"]
    assert "not JSON" in bad["signals"][0]["why"]
    assert last["id"] == "last"
    assert last["signals"][0]["name"] == "complaint"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_give_one_answer_for_each_line(raw: bytes, json_mode: bool) -> None:
    """As many answers as lines, whatever the bytes."""
    found = list(read_lines(READER, lines_of(BytesIO(raw)), json_mode))
    assert len(found) == raw.count(b"\n") + (not raw.endswith(b"\n") and raw != b"")
