"""Everything that a verdict can carry has plain words, and a time is told as people tell it."""

from datetime import timedelta
from typing import get_args

import pytest

from pipeline.dashboard import words
from pipeline.dashboard.marks import Mark, folded, segments
from pipeline.dashboard.times import Teller, duration, hours
from pipeline.domain.ftr import FAILURES
from pipeline.domain.verdict import OUTCOMES, Ftr, LeftIn, PromiseState, Route, Why
from pipeline.masks import masked, pseudonym
from tests.unit.dashboard.fakes import NOW


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (words.OUTCOMES, OUTCOMES),
        (words.OUTCOME_HINTS, OUTCOMES),
        (words.ROUTES, get_args(Route)),
        (words.LEFT_IN, get_args(LeftIn)),
        (words.WHY, get_args(Why)),
        (words.FTR, get_args(Ftr)),
        (words.REASONS, FAILURES),
        (words.PROMISES, get_args(PromiseState)),
        (words.RULES, [f"promise_{state}" for state in get_args(PromiseState)]),
    ],
)
def test_every_name_has_words(table: dict[str, str], names: tuple[str, ...]) -> None:
    """No reader meets an underscore."""
    missing = set(names) - set(table)
    assert not missing, f"add plain words for {sorted(missing)} to pipeline/dashboard/words.py"


def test_a_name_without_words_is_still_readable() -> None:
    """A signal of tomorrow shows with spaces."""
    assert words.named(words.SIGNALS, "brand_new_thing") == "brand new thing"
    assert words.channel("web_form") == "web form"
    assert words.channel("carrier_pigeon") == "Carrier pigeon"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "–"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (5_400, "1 h 30 min"),
        (4 * 3_600 + 1_800, "4 h"),
        (86_400 + 5 * 3_600, "1 d 5 h"),
        (12 * 86_400 + 5 * 3_600, "12 d"),
    ],
)
def test_durations_are_short(seconds: float | None, told: str) -> None:
    """Two units while the first is small, then one."""
    assert duration(seconds) == told


def test_moments_are_told_in_the_report_zone() -> None:
    """Exact in the zone, relative to the server's now, and in UTC for machines."""
    teller = Teller(now=NOW, zone="Asia/Kolkata")
    told = teller.when(NOW - timedelta(hours=3))
    assert told is not None
    assert (told.exact, told.relative) == ("23 Nov, 16:32", "3 h ago")
    assert told.iso == "2026-11-23T11:02:00Z"
    assert teller.relative(NOW + timedelta(days=2)) == "in 2 d"
    assert teller.relative(NOW) == "just now"
    assert teller.exact(NOW - timedelta(days=400)) == "19 Oct 2025, 19:32"


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [
        ("email:mara@example.org", "email:m…@example.org"),
        ("x:mara_writes", "x:m…s"),
        ("x:bob", "x:b…"),
        ("phone:+442079460018", "phone:…18"),
        ("crm:", "crm:…"),
    ],
)
def test_identifiers_are_masked(identifier: str, shown: str) -> None:
    """Nobody can write to a customer from a list."""
    assert masked(identifier) == shown


def test_a_customer_is_named_by_mail_first() -> None:
    """The address says most; an erased customer has no name at all."""
    assert pseudonym(("x:mara_writes", "email:mara@example.org")) == "email:m…@example.org"
    assert pseudonym(()) == "erased customer"


def mark(start: int, end: int, label: str = "chase") -> Mark:
    """A mark."""
    return Mark(start=start, end=end, label=label, title=label)


@pytest.mark.parametrize(
    "marks",
    [
        [],
        [mark(0, 4)],
        [mark(2, 6), mark(4, 9, "dispute")],
        [mark(0, 99)],
        [mark(5, 5), mark(7, 3), mark(-2, 4), mark(40, 50)],
        [mark(0, 10), mark(2, 4, "a"), mark(2, 4, "b")],
    ],
)
def test_marking_keeps_every_character(marks: list[Mark]) -> None:
    """However marks overlap or miss, the text is all there, once."""
    text = "Where is my lamp?"
    assert "".join(piece.text for piece in segments(text, marks)) == text


def test_overlapping_marks_are_both_named() -> None:
    """Where two marks overlap the words carry both, and each is named where it ends."""
    pieces = segments("ab cd ef", [mark(0, 5, "one"), mark(3, 8, "two")])
    assert [(piece.text, piece.labels, piece.ends) for piece in pieces] == [
        ("ab ", ("one",), ()),
        ("cd", ("one", "two"), ("one",)),
        (" ef", ("two",), ("two",)),
    ]


def test_long_texts_are_folded_without_loss() -> None:
    """The first part shows; the rest unfolds, marks included."""
    pieces = segments("x" * 5_000, [mark(1_990, 2_010)])
    shown, rest = folded(pieces, 2_000)
    assert sum(len(piece.text) for piece in shown) == 2_000
    assert sum(len(piece.text) for piece in rest) == 3_000
    assert rest[0].ends == ("chase",)
    assert folded(segments("short", []))[1] == ()


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, "–"), (0, "0 h 0 min"), (5400, "1 h 30 min"), (133200, "37 h")]
)
def test_business_time_is_told_in_hours(seconds: int | None, said: str) -> None:
    """A business day has no 24 hours, so that days would mislead."""
    assert hours(seconds) == said
