"""The company texts written for training are well formed.

Labels are judgement and are not tested. Their form is, since a trainer would trip over it or
learn it wrongly: known names, one response class, quotes that stand in the text, times that follow
their message, and no text twice in the same thread.
"""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from models.reading import OUTBOUND, RESPONSE_CLASSES, THEMES

PATH: Final = Path(__file__).parents[3] / "models" / "data" / "own" / "outbound.jsonl"
ROWS: Final[list[dict[str, Any]]] = [
    json.loads(line) for line in PATH.read_text("utf-8").splitlines()
]
KEYS: Final = [
    "id",
    "group",
    "industry",
    "channel",
    "region",
    "at",
    "context",
    "text",
    "signals",
    "theme",
]
SIGNAL_KEYS: Final = {"info_request": {"asks"}, "promise": {"due", "deed"}}
"""What a signal may say beside its name and quote."""

FEWEST: Final = 80
"""Texts that carry each signal, at least."""


def ids(found: list[dict[str, Any]]) -> list[str]:
    """The ids of the offending rows: what a failure shows."""
    return [row["id"] for row in found]


def sent(row: dict[str, Any]) -> datetime:
    """When the text was sent."""
    return datetime.fromisoformat(row["at"])


def comes_before(due: str, at: datetime) -> bool:
    """Whether a due time, or the whole of a due day, was over when the promise was made."""
    if "T" in due:
        return datetime.fromisoformat(due) < at
    return date.fromisoformat(due) < at.date()


def test_every_row_has_the_same_fields() -> None:
    """In the same order, so that a diff shows content."""
    assert ids([row for row in ROWS if list(row) != KEYS]) == []


def test_no_id_and_no_text_in_its_context_comes_twice() -> None:
    """One sentence in two threads is wanted: its class depends on the thread. A row twice leaks."""
    assert [name for name, times in Counter(row["id"] for row in ROWS).items() if times > 1] == []
    said = Counter((row["text"].casefold(), json.dumps(row["context"])) for row in ROWS)
    assert [text for (text, _), times in said.items() if times > 1] == []


def test_exactly_one_response_class() -> None:
    """Several sentences may carry it; they agree."""
    classes = [
        {signal["name"] for signal in row["signals"]} & set(RESPONSE_CLASSES) for row in ROWS
    ]
    assert ids([row for row, found in zip(ROWS, classes, strict=True) if len(found) != 1]) == []


def test_names_and_themes_are_known() -> None:
    """A misspelt label would be a class of its own."""
    assert {signal["name"] for row in ROWS for signal in row["signals"]} == set(OUTBOUND)
    assert {row["theme"] for row in ROWS} <= set(THEMES)


def test_signals_say_only_what_belongs_to_them() -> None:
    """``asks`` on questions, ``due`` and ``deed`` on promises."""
    wrong = [
        row
        for row in ROWS
        for signal in row["signals"]
        if not {"name", "quote"}
        <= set(signal)
        <= {"name", "quote"} | SIGNAL_KEYS.get(signal["name"], set())
        or (signal["name"] == "promise" and not signal["deed"])
    ]
    assert ids(wrong) == []


def test_every_quote_stands_in_its_text() -> None:
    """Letter for letter, and never empty."""
    wrong = [
        row
        for row in ROWS
        for signal in row["signals"]
        if not signal["quote"] or signal["quote"] not in row["text"]
    ]
    assert ids(wrong) == []


def test_promises_fall_due_after_they_are_made() -> None:
    """A due day may be the day of the message itself."""
    wrong = [
        row
        for row in ROWS
        for signal in row["signals"]
        if signal.get("due") and comes_before(signal["due"], sent(row))
    ]
    assert ids(wrong) == []


def test_texts_are_clean_and_times_are_utc() -> None:
    """No blanks at the edges, nothing empty, contexts of at most four known sides."""
    assert ids([row for row in ROWS if not row["text"] or row["text"] != row["text"].strip()]) == []
    assert ids([row for row in ROWS if sent(row).tzinfo != UTC]) == []
    assert ids([row for row in ROWS if len(row["context"]) > 4]) == []
    assert {said["direction"] for row in ROWS for said in row["context"]} == {"inbound", "outbound"}


@pytest.mark.parametrize("name", OUTBOUND)
def test_every_signal_has_positives(name: str) -> None:
    """Enough of each to train and to hold out."""
    assert sum(any(signal["name"] == name for signal in row["signals"]) for row in ROWS) >= FEWEST
