"""What a case page is told: texts with what they were read to say, without personal data."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from models.reading import Reading as TextReading
from models.reading import Signal, Text
from pipeline.domain.events import Message
from pipeline.domain.policy import Policy
from pipeline.domain.scope import CaseFilter, Scope
from pipeline.embedded.book import EmbeddedBook
from pipeline.redacting import build_redact, names_of, redacted
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


def book(
    one: Parts,
    *,
    keep: frozenset[str] = frozenset(),
    whole: bool = False,
    clock: Callable[[], float] = lambda: 0.0,
) -> EmbeddedBook:
    """The pages' view of an engine."""

    def timeline_of(event: str):  # type: ignore[no-untyped-def]  # as StateView has it
        (root,) = one.store.roots([f"event {event}"])
        return one.store.load(root)

    return EmbeddedBook(
        ledger=one.ledger,
        timeline_of=timeline_of,
        policy=Policy(),
        redact=None if whole else build_redact(keep),
        timelines_by=lambda keys: [one.store.load(root) for root in one.store.roots(keys)],
        clock=clock,
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


def test_a_customer_who_signs_under_another_identifier_is_not_named(tmp_path: Path) -> None:
    """All identifiers of the case say how its customer may be called; searches know, too."""
    with parts(tmp_path, Finder("f-1", "")) as one:
        one.feed(message(1, "Hello.", customer=("email:ada.quibble@example.org", "x:aq")))
        one.feed(
            message(2, "It is Quibble again, Ada to you, not Ada's brother", customer=("x:aq",))
        )
        told = [shown.text for shown in book(one).events("m:1", NOW) if isinstance(shown, Message)]
        assert told == ["Hello.", "It is [name] again, [name] to you, not [name]'s brother"]
        assert found(book(one), "quibble again") == []
        assert found(book(one, whole=True), "quibble again") == ["m:1"]


@pytest.mark.parametrize(
    ("customer", "names"),
    [
        (("email:vera.okafor7@post.example", "phone:+441234567890"), {"vera", "okafor"}),
        (
            ("mastodon:esi_bell@social.example", "bluesky:ada-king.bsky.social"),
            {"esi", "bell", "ada", "king"},
        ),
        (("email:info@acme.example", "x:a_b", "crm:17"), set()),
    ],
)
def test_addresses_and_handles_tell_names(customer: tuple[str, ...], names: set[str]) -> None:
    """Their words, without the host, roles and what is too short to be told from other words."""
    assert names_of(customer) == names


@pytest.mark.parametrize("text", ["", "no data", "x" * 300_000, "a@b.c " * 500, "\ud800 ada@b.org"])
def test_any_text_is_redacted(text: str) -> None:
    """In bounded time, and twice is once."""
    redact = build_redact(frozenset())
    once = redacted(message(1, text, signals=()), redact)
    assert redacted(once, redact) == once


def found(pages: EmbeddedBook, words: str, **more: object) -> list[str]:
    """The cases that a search finds."""
    which = CaseFilter(words=words, **more)  # type: ignore[arg-type]  # a table of good values
    page = pages.cases(which, NOW, 0, 10)
    assert page.total == len(page.items)
    assert [one.case for one in pages.every(which, NOW, 10)] == [one.case for one in page.items]
    return [one.case for one in page.items]


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        ("still no REFUND", ["m:1"]),
        ("refund still", ["m:1"]),
        ("lamp", ["m:2"]),
        ("48213", ["m:2"]),
        ("m:2", ["m:2"]),
        ("@bea", ["m:2"]),
        ("x:b", ["m:2"]),
        ("nothing of the kind", []),
        ("ada@example.org", []),
        ("%", []),
        ("_", []),
    ],
)
def test_cases_are_found_by_what_pages_show(tmp_path: Path, words: str, cases: list[str]) -> None:
    """Words, references, ids, handles and pseudonyms; never by what was taken out of a text."""
    with parts(tmp_path, Model("m-1", "complaint")) as one:
        one.feed(message(1, TEXT))
        one.feed(message(2, "My lamp!", customer=("x:bea",), refs=("order:48213",)))
        pages = book(one, keep=frozenset())
        assert found(pages, words) == cases


def test_a_search_stays_within_the_other_filters(tmp_path: Path) -> None:
    """Words narrow a list further; they never widen it."""
    with parts(tmp_path, Model("m-1", "complaint")) as one:
        one.feed(message(1, "My lamp!"), message(2, "My lamp!", customer=("x:bea",)))
        pages = book(one)
        assert found(pages, "lamp") == ["m:2", "m:1"]
        assert found(pages, "lamp", scope=Scope(channel="x")) == []
        assert found(pages, "m:1", outcome="lapsed") == []


def test_a_search_ends_in_time_and_says_how_far_it_came(tmp_path: Path) -> None:
    """One look takes longer than a search may: it ends after the first case, and says so."""
    seconds = iter(range(0, 1_000, 10))
    with parts(tmp_path, Model("m-1", "complaint")) as one:
        one.feed(message(1, "My lamp!"), message(2, "My lamp!", customer=("x:bea",)))
        page = book(one, clock=lambda: float(next(seconds))).cases(
            CaseFilter(words="lamp"), NOW, 0, 10
        )
        assert [verdict.case for verdict in page.items] == ["m:2"]
        assert page.searched == 1
