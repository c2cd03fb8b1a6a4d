"""Our own customer texts keep the form and the conventions that their README states."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

OWN: Final = Path(__file__).resolve().parents[3] / "models" / "data" / "own"
CONTEXT_MAX: Final = 6

SIGNALS: Final = frozenset(
    {
        "complaint",
        "info_supplied",
        "chase",
        "dispute",
        "pace_request",
        "new_issue",
        "accepts",
        "thanks",
        "withdraws",
        "threat",
        "external",
        "prior_contact",
        "not_a_complaint",
        "spam",
        "duplicate",
        "third_party",
    }
)
SEVERITIES: Final = frozenset(
    {
        "none",
        "no_explicit_reproach",
        "disapproval",
        "accusation",
        "blame",
    }
)
THEMES: Final = frozenset(
    {
        "delivery",
        "billing",
        "refund",
        "product",
        "outage",
        "account",
        "cancellation",
        "staff",
        "website",
        "repair",
        "contract",
        "fraud",
        "privacy",
        "booking",
        "price",
        "other",
    }
)
CHANNELS: Final = frozenset(
    {
        "phone",
        "email",
        "chat",
        "store",
        "app",
        "web_form",
        "letter",
        "x",
        "facebook",
        "sms",
    }
)
KEYS: Final = frozenset(
    {
        "id",
        "group",
        "industry",
        "channel",
        "region",
        "at",
        "context",
        "text",
        "signals",
        "severity",
        "theme",
    }
)


def rows() -> Iterator[dict[str, Any]]:
    """Every line of the file, read anew."""
    with (OWN / "inbound.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


ROWS: Final = tuple(rows())


def form_faults(row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the form of one line."""
    keys = set(row) - {"zone"}
    if keys != KEYS:
        yield f"keys {sorted(keys ^ KEYS)} missing or unknown"
    if not row["text"].strip():
        yield "an empty text"
    if row["severity"] not in SEVERITIES or row["theme"] not in THEMES:
        yield f"severity {row['severity']!r} or theme {row['theme']!r} unknown"
    if not datetime.fromisoformat(row["at"]).tzinfo:
        yield f"at {row['at']!r} without an offset"
    if len(row["context"]) > CONTEXT_MAX:
        yield f"{len(row['context'])} messages of context, at most {CONTEXT_MAX} are allowed"
    for message in row["context"]:
        if set(message) != {"direction", "text"} or message["direction"] not in {
            "inbound",
            "outbound",
        }:
            yield f"context {message!r}"


def signal_faults(row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the signals of one line, each by itself."""
    for signal in row["signals"]:
        name, quote = signal["name"], signal["quote"]
        if name not in SIGNALS:
            yield f"signal {name!r} unknown"
        if not quote or quote not in row["text"]:
            yield f"the quote of {name} is not in the text: {quote!r}"
        if (name == "prior_contact") != ("channel" in signal):
            yield f"{name}: channel belongs to prior_contact, and to it alone"
        elif signal.get("channel", "phone") not in CHANNELS:
            yield f"channel {signal['channel']!r} unknown"
        if "until" in signal:
            if name != "pace_request":
                yield f"{name}: until belongs to pace_request alone"
            if datetime.fromisoformat(signal["until"]) <= datetime.fromisoformat(row["at"]):
                yield f"until {signal['until']} is not after {row['at']}"
    if "zone" in row:
        ZoneInfo(row["zone"])


def convention_faults(row: dict[str, Any]) -> Iterator[str]:
    """What goes against the conventions of labelling."""
    counts = Counter(signal["name"] for signal in row["signals"])
    names, severity = set(counts), row["severity"]
    if max(counts.values(), default=1) > 1:
        yield "a signal twice"
    if "not_a_complaint" in names:
        if names & {"complaint", "dispute"}:
            yield "not_a_complaint beside complaint or dispute"
        if severity != "none":
            yield f"not_a_complaint with severity {severity}"
    if names & {"complaint", "dispute"} and severity == "none":
        yield "a complaint or dispute of no severity"
    if "spam" in names and len(names) > 1:
        yield "spam beside other signals"
    if "thanks" in names and names & {"chase", "dispute"}:
        yield "thanks beside chase or dispute"
    if "thanks" in names and "complaint" in names and "new_issue" not in names:
        yield "thanks beside a complaint that is no new issue"
    if not names and severity == "none":
        yield "nothing at all is said"


@pytest.mark.parametrize("faults", [form_faults, signal_faults, convention_faults])
def test_every_line_keeps_form_and_conventions(faults: Any) -> None:
    """No line with a fault; the first ten faults are shown."""
    found = [f"{row['id']}: {fault}" for row in ROWS for fault in faults(row)]
    assert not found, "\n".join(found[:10])


def test_ids_are_unique() -> None:
    """An id names one text."""
    twice = [name for name, count in Counter(row["id"] for row in ROWS).items() if count > 1]
    assert not twice


def test_no_text_is_there_twice_in_the_same_thread_or_as_an_opening() -> None:
    """Short answers recur in other threads; an opening text of any length does not."""

    def key(row: dict[str, Any]) -> str:
        return json.dumps([row["context"], row["text"].casefold()], sort_keys=True)

    twice = [text for text, count in Counter(map(key, ROWS)).items() if count > 1]
    assert not twice, "\n".join(twice[:10])


def test_every_signal_has_eighty_positives() -> None:
    """Issue 4: every class at least eighty positives."""
    counts = Counter(signal["name"] for row in ROWS for signal in row["signals"])
    assert {name: counts[name] for name in SIGNALS if counts[name] < 80} == {}


def test_a_fault_of_each_kind_is_found() -> None:
    """The check itself: a line broken in each way is named."""
    row = {
        **ROWS[0],
        "severity": "none",
        "signals": [
            {"name": "not_a_complaint", "quote": "nowhere in the text"},
            {"name": "complaint", "quote": ROWS[0]["text"], "until": "2020-01-01T00:00:00Z"},
        ],
    }
    assert len(list(signal_faults(row))) == 3
    assert len(list(convention_faults(row))) == 2
    assert len(list(form_faults({**row, "theme": "weather", "context": [{}] * 7}))) == 9
