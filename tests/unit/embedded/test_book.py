"""What a case page is told: texts with what they were read to say, without personal data."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from models.reading import Reading as TextReading
from models.reading import Signal, Text
from pipeline.domain.events import Message
from pipeline.domain.policy import Policy
from pipeline.embedded.book import EmbeddedBook
from pipeline.redacting import build_redact, redacted
from tests.unit.embedded.parts import AT, NOW, Model, Parts, parts

TEXT = "Call me on +44 20 7946 0123 or write to ada@example.org. Still no refund! Yours, Ada Byron"


class Finder(Model):
    """Marks the words ``Still no refund``."""

    def read(self, texts: Sequence[Text]) -> list[TextReading]:
        """Return one signal that carries the words, where they stand."""
        self.asked += len(texts)
        return [
            TextReading(id=one.id, signals=tuple(_marks(one)), severity="blame", lang="en")
            for one in texts
        ]


def _marks(text: Text) -> Sequence[Signal]:
    start = text.text.find("Still no refund")
    if start < 0:
        return ()
    return [Signal(name="chase", probability=0.8, span=(start, start + len("Still no refund")))]


def message(number: int, text: str, **changes: object) -> Message:
    """Return an unread message of Ada."""
    told: dict[str, object] = {
        "id": f"m:{number}",
        "at": AT + timedelta(hours=number),
        "customer": ("x:ada",),
        "channel": "email",
        "visibility": "private",
        "direction": "inbound",
        "text": text,
    }
    return Message(**{**told, **changes})  # type: ignore[arg-type]  # a table of good values


def book(one: Parts, *, keep: frozenset[str] = frozenset(), whole: bool = False) -> EmbeddedBook:
    """The pages' view of an engine."""

    def timeline_of(event: str):  # type: ignore[no-untyped-def]  # as StateView has it
        (root,) = one.store.roots([f"event {event}"])
        return one.store.load(root)

    return EmbeddedBook(
        ledger=one.ledger,
        timeline_of=timeline_of,
        policy=Policy(),
        redact=None if whole else build_redact(keep),
    )


def test_marks_stand_on_the_same_words_after_redaction(tmp_path: Path) -> None:
    """Neither number nor address nor name is shown; the company's own address stays."""
    with parts(tmp_path, Finder("f-1", "")) as one:
        one.feed(message(1, TEXT, subject="For ada@example.org"))
        (shown,) = book(one).events("m:1", NOW)
        assert isinstance(shown, Message)
        assert not any(word in shown.text for word in ("7946", "ada@", "Byron"))
        assert shown.subject == "For [email]"
        (signal,) = shown.signals or ()
        assert signal.span is not None
        assert shown.text[slice(*signal.span)] == "Still no refund"
        (kept,) = book(one, keep=frozenset({"ada@example.org"})).events("m:1", NOW)
        assert isinstance(kept, Message)
        assert "ada@example.org" in kept.text
        (whole,) = book(one, whole=True).events("m:1", NOW)
        assert isinstance(whole, Message)
        assert whole.text == TEXT


def test_the_reading_of_the_version_that_is_shown_is_told(tmp_path: Path) -> None:
    """Not that of an edit before, nor of a context that is no more."""
    with parts(tmp_path, Finder("f-1", "")) as one:
        one.feed(message(5, "Hm."))
        one.feed(message(1, "Before."))
        one.feed(message(5, TEXT, version=1, at=AT + timedelta(hours=6)))
        told = book(one).readings("m:1", NOW)
        assert {name: reading.message_version for name, reading in told.items()} == {
            "m:1": 0,
            "m:5": 1,
        }
        assert told["m:5"].severity == "blame"
        assert [signal.name for signal in told["m:5"].signals] == ["chase"]


@pytest.mark.parametrize("text", ["", "no data", "x" * 300_000, "a@b.c " * 500, "\ud800 ada@b.org"])
def test_any_text_is_redacted(text: str) -> None:
    """In bounded time, and twice is once."""
    redact = build_redact(frozenset())
    once = redacted(message(1, text, signals=()), redact)
    assert redacted(once, redact) == once
