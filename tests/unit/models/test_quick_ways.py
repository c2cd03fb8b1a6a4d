"""Short cuts on the way to a reading: each gives what the plain way gives."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.plain import CHARS_MAX, plain, replaced
from models.rules import RulesReader
from models.stack import wording as words
from models.stack.features import features_of
from models.stack.places import Finder
from models.stack.store import list_artefacts, load_stack
from models.training.corpora import load_own
from models.words import _ADDRESSES, _WORD, WORDS_MAX, words_of

OWN = load_own()
TEXTS = sorted({one.text.text for one in OWN})
PIECES = st.sampled_from(
    [
        *"aA1 .@<>&`'\t\n-^*",
        "  ",
        "http://a.b/c",
        "www.x",
        "link",
        "__url__",
        "<email>",
        "a.b@c.de",
        "@shop",
        "loooong",
        "12-345-67",
        "^AB",
        " -jo ",
        "\ud83d",
        "\U0001f600",
        "\u2019",
        "p\u0430y",
        "&amp;",
        "\u0130",
    ]
)
ANY = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80)


def wording_of(seen: str) -> str:
    """`wording` with every replacement tried."""
    text = words._HALVES.sub(" ", seen)
    text = words._LINK.sub(" http ", text)
    text = words._MAIL.sub(" email ", text)
    text = words._HANDLE.sub("@user", text)
    text = words._NUMBER.sub("00000", text)
    text = words._SIGN.sub(lambda found: f" {words._spelt(found.group())} ", text)
    return words._LONG_DRAWN.sub(r"\1\1", text).strip()


def agree(text: str) -> None:
    """Hold each short cut to the plain way, on one text."""
    seen = plain(text)
    assert seen == replaced(text[:CHARS_MAX])
    assert words.wording(seen.text) == wording_of(seen.text)
    for told in (seen.text, words.wording(seen.text)):
        assert words.unsigned(told) == words._SIGNATURE.sub("", told)
    found = _WORD.findall(_ADDRESSES.sub(" ", seen.text[: WORDS_MAX * 10]))[:WORDS_MAX]
    assert list(words_of(seen.text)) == found


def test_short_cuts_on_every_own_text() -> None:
    """Some 8,000 texts are made plain, worded and split the same either way."""
    for text in TEXTS:
        agree(text)


@given(ANY)
@settings(max_examples=500, deadline=None)
def test_short_cuts_on_any_text(text: str) -> None:
    """So are texts that nobody writes."""
    agree(text)


@pytest.mark.parametrize("part", range(4))
def test_rows_are_those_of_the_named_features(part: int) -> None:
    """The linear heads say the same of a text, to the last digit, whether its features are named
    one by one or their rows are looked up."""
    heads = load_stack(list_artefacts()[-1]).heads
    finder, rules = Finder(heads.rows), RulesReader()
    for one in OWN[part::16]:
        findings = rules.examine(one.text)
        quick = heads.score_at(finder.of_text(one.text, findings))
        named = heads.score(features_of(one.text, findings))
        assert np.array_equal(quick, named), one.text.id


def test_three_words_in_a_row_have_a_row_of_their_own() -> None:
    """Words alone, two and three in a row, and parts, each once and in the order of the text."""
    rows = {name: row for row, name in enumerate(["no answer yet", "no answer", "yet", "#answ"])}
    assert Finder(rows).of_words("no answer yet, no answer yet") == [3, 1, 2, 0]
    assert Finder(rows).of_words(re.sub("answer", "reply", "no answer yet")) == [2]
