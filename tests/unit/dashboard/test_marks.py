"""What is marked in a text is marked in whole words, and nothing of the text is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dashboard.marks import Mark, segments
from pipeline.dashboard.rows import shortened


def mark(start: int, end: int) -> Mark:
    """Return a mark of some letters."""
    return Mark(start=start, end=end, label="complaint", title="")


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("somebody took $307.54 from it", "took $3", "took $307.54"),
        ("I don't know", "don", "don't"),
        ("cancelled, and then", "cancelled", "cancelled"),
        ("overcharged", "charged", "overcharged"),
        ("No! Not again!", "Not again!", "Not again!"),
        ("paid $5, $6", "paid $5", "paid $5"),
    ],
)
def test_no_word_is_cut(text: str, words: str, shown: str) -> None:
    """A mark that ends within a word or an amount takes all of it."""
    start = text.index(words)
    marked = [one.text for one in segments(text, [mark(start, start + len(words))]) if one.labels]
    assert marked == [shown]


@given(
    st.text("a$3., ’-\n", max_size=30),
    st.lists(st.tuples(st.integers(-2, 33), st.integers(-2, 33))),
)
def test_pieces_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever is marked, and each mark is named where its last words end."""
    pieces = segments(text, [mark(*span) for span in spans])
    assert "".join(one.text for one in pieces) == text
    fitting = any(0 <= start < min(end, len(text)) for start, end in spans)
    assert any(one.ends for one in pieces) == fitting


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[handle] [handle] Three weeks,\nno answer!", "Three weeks, no answer!"),
        ("[handle]", "[handle]"),
        ("Ask [handle] about it", "Ask [handle] about it"),
        ("x" * 200, "x" * 139 + "…"),
    ],
)
def test_a_line_of_a_list_begins_with_what_was_said(text: str, line: str) -> None:
    """The handles to which a post is addressed are ours, and say nothing."""
    assert shortened(text) == line
