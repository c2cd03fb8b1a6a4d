"""The text as the rules see it, and the way back to what was written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.plain import CHARS_MAX, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It\u2019s BROKEN", "it's broken"),
        ("bro\u200bken", "broken"),
        ("b\u0336r\u0336o\u0336ken", "broken"),
        ("\uff22\uff52\uff4f\uff4b\uff45\uff4e", "broken"),
        ("\U0001d401\U0001d42b\U0001d428\U0001d424\U0001d41e\U0001d427", "broken"),
        ("\ufb01x it", "fix it"),
        ("br\u043eken r\u0435fund", "broken refund"),
        (
            "\u0421\u043e\u0440\u043e\u043a",
            "\u0441\u043e\u0440\u043e\u043a",
        ),  # a Russian word stays
        ("caf\u00e9", "caf\u00e9"),
        ("<b>broken</b> &amp; late&#33;", " broken  & late!"),
        ("<style>p { color: red }</style>late", " late"),
        ("<script>if (a > b) late()</script>ok", " ok"),
        ("3 < 4 > 2", "3 < 4 > 2"),
        ("a\t\t  b", "a b"),
        ("\u0130stanbul", "\u0130stanbul"),  # would grow in lower case
        ("\ud800 ok", "\ud800 ok"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    """What a reader's eye sees."""
    assert plain(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "it is <b>broken</b> now",
        "\uff42\uff52oken",
        "x &amp; broken",
        "a \u200bbroken",
        "\ufb01x broken",
    ],
)
def test_the_way_back(text: str) -> None:
    """A match in the plain text is found in the original."""
    seen = plain(text)
    start = seen.text.index("oken")
    first, last = seen.span(start, start + 4)
    assert plain(text[first:last]).text == "oken"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120), st.integers(0, 140), st.integers(0, 140))
def test_any_span_lies_in_the_original(text: str, one: int, other: int) -> None:
    """Offsets never leave the text, and go on in its order."""
    seen = plain(text)
    start, end = sorted((min(one, len(seen.text)), min(other, len(seen.text))))
    first, last = seen.span(start, end)
    assert 0 <= first <= last <= len(text)
    assert seen.span(0, len(seen.text))[1] <= len(text)


def test_only_the_head_is_read() -> None:
    """The bound on work."""
    assert len(plain("a" * 10**6).text) == CHARS_MAX
