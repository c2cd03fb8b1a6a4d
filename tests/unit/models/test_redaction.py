"""Personal data goes out of texts, what is none stays, and marked parts are found again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.redaction import CHARS_MAX, CUT, KINDS, Redacted, Settings, redact
from models.redaction.checks import is_card, is_iban
from models.redaction.phones import CANDIDATES_MAX
from tests.bench.redaction import Piece, marked

ROWS = [row for name in ("seen", "held-out") for row in marked(name)]


@pytest.mark.parametrize(("text", "pieces"), ROWS, ids=[text[:50] for text, _ in ROWS])
def test_labelled_text(text: str, pieces: set[Piece]) -> None:
    """Exactly what was labelled is taken out, each with its kind."""
    assert {(one.kind, one.start, one.end) for one in redact(text).found} == pieces


def test_every_kind_is_tried() -> None:
    """No kind without a labelled example, no label without a kind."""
    assert {kind for _, pieces in ROWS for kind, _, _ in pieces} == set(KINDS)


def test_placeholders_are_stable() -> None:
    """One word for each kind, whatever stood there."""
    text = "Hi Ann, mail a@b.example or call 020 7946 0958. DOB 03/04/1985."
    assert redact(text).text == "Hi [name], mail [email] or call [phone]. DOB [birth date]."


def test_twice_is_once() -> None:
    """Placeholders stay as they are."""
    for text, _ in ROWS:
        once = redact(text).text
        assert redact(once).text == once


def test_a_company_says_what_is_its_own() -> None:
    """Its handle and hotline stay, its own numbers go."""
    ours = Settings(keep=frozenset({"@RailCo", "0161 496 0000"}), references=(r"\bRC-[a-z]{4}\b",))
    text = "@railco @ann call 0161 496 0000 about RC-quux"
    told = redact(text, settings=ours).text
    assert told == "@railco [handle] call 0161 496 0000 about [reference]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It was Vera Okafor's parcel, says Vera.", "It was [name]'s parcel, says [name]."),
        ("I told Okafor. VERA!", "I told [name]. [name]!"),
        ("Aloe vera is what I ordered.", "Aloe vera is what I ordered."),
        ("Will you help? Veranda, Overa", "Will you help? Veranda, Overa"),
    ],
)
def test_a_name_that_is_known_goes_wherever_it_stands(text: str, told: str) -> None:
    """With a capital, whole words only, and never a word that everybody uses."""
    assert redact(text, frozenset({"vera", "okafor", "will"})).text == told


def test_regions_decide_about_bare_numbers() -> None:
    """A number without its country's code is one where it is at home."""
    number = "01 42 68 53 00"
    assert redact(number, settings=Settings(phone_regions=("FR",))).text == "[phone]"
    assert redact(number, settings=Settings(phone_regions=("US",))).text == number


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("4111 1111 1111 1111", True),
        ("4111 1111 1111 1112", False),
        ("3782-822463-10005", True),
        ("411 1111 1111 11111", False),
        ("9111111111111111", False),
    ],
)
def test_cards(number: str, expected: bool) -> None:
    """Issuer, groups and checksum."""
    assert is_card(number) is expected


def test_ibans() -> None:
    """One wrong digit is enough."""
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert not is_iban("GB82 WEST 1234 5698 7654 33")


def test_a_marked_part_is_found_again() -> None:
    """Before, between, after and across what was taken out."""
    text = "Hi Ann, a@b.example is still waiting for you."
    redacted = redact(text)
    start = text.index("still")
    assert redacted.text[slice(*redacted.span(start, start + 13))] == "still waiting"
    assert redacted.text[slice(*redacted.span(0, 2))] == "Hi"
    assert redacted.text[slice(*redacted.span(4, 10))] == "[name], [email]"
    assert redacted.text[slice(*redacted.span(0, len(text)))] == redacted.text


def test_what_is_too_long_is_cut_not_shown() -> None:
    """Beyond the bound nothing was looked at, so nothing is kept."""
    text = "a" * CHARS_MAX + " a@b.example"
    assert redact(text).text == "a" * CHARS_MAX + CUT


def test_too_many_candidates_all_count() -> None:
    """Where the library is not asked any more, caution decides."""
    text = "x 2345678\n" * (CANDIDATES_MAX + 1)
    assert redact(text).text == "x [phone]\n" * (CANDIDATES_MAX + 1)


alphabet = st.sampled_from("aZ0 1@.,:/#+-\n\u00e9\ud800[]()'\"")
pieces_of_texts = st.sampled_from([text for text, _ in ROWS])
texts = st.one_of(
    st.text(max_size=200), st.text(alphabet, max_size=200),
    st.lists(pieces_of_texts, max_size=3).map(" ".join),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(0, 300), st.integers(0, 300))
def test_any_text_is_redacted(text: str, start: int, length: int) -> None:
    """What was found is apart; untouched parts keep their words."""
    redacted = redact(text)
    ends = [0, *(one.end for one in redacted.found)]
    assert all(last <= one.start for last, one in zip(ends, redacted.found, strict=False))
    assert_span_survives(text, redacted, min(start, len(text)), min(start + length, len(text)))


def assert_span_survives(text: str, redacted: Redacted, start: int, end: int) -> None:
    """A part that nothing was taken from reads the same; any part stays inside the text."""
    first, last = redacted.span(start, end)
    assert 0 <= first <= last <= len(redacted.text)
    if all(one.end <= start or end <= one.start for one in redacted.found) and start < end:
        assert redacted.text[first:last] == text[start:end]
