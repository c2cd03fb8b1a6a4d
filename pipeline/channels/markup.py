"""HTML to the plain text that a reader would see.

Scripts, styles and hidden elements go; blocks end lines; quoted mails (``blockquote``) become
``>`` lines, so that :mod:`pipeline.channels.quoting` finds them as in plain text.
"""

import re
import warnings
from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, Tag
from bs4.exceptions import ParserRejectedMarkup

_UNSEEN: Final = frozenset({
    "script", "style", "head", "title", "noscript", "template", "object", "svg", "select",
})  # fmt: skip
_BLOCKS: Final = frozenset({
    "address", "article", "br", "center", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "ol", "table"})
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_LAID_OUT: Final = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
"""Lines of the source are lines here."""
_EMPTY_LINES: Final = re.compile(r"\n(?:[ \t\r]*\n)+")
_OPEN, _CLOSE, _BREAK = "\ue000", "\ue001", "\ue002"
_MARKS: Final = re.compile(f"([{_OPEN}{_CLOSE}])")
_TAGS: Final = re.compile(r"<[^<>]{0,2000}>")


def html_to_text(html: str) -> str:
    """Return the visible text. Total: markup that no parser takes loses its tags and no more."""
    clean = _defused(re.sub(f"[{_OPEN}{_CLOSE}{_BREAK}\0]", "", html))
    if "<" not in clean and "&" not in clean:
        return _lines(clean)  # no markup: a title, a text; the parser would say the same
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
            soup = BeautifulSoup(clean, "html.parser")
    except (ParserRejectedMarkup, AssertionError, RecursionError):
        return _TAGS.sub(" ", clean)
    return _lines("".join(_pieces(soup)))


def _defused(html: str) -> str:
    """Without comments and declarations, and with no tag left open at the end.

    The standard library's parser, which does the reading below, looks for the end of an unclosed
    one again and again: quadratic time until the newest Python releases.
    """
    kept, position = [], 0
    while (start := html.find("<!", position)) >= 0:
        kept.append(html[position:start])
        closing = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(closing, start + 2)
        position = end + len(closing) if end >= 0 else len(html)
    joined = "".join(kept) + html[position:]
    last = joined.rfind(">") + 1
    return joined[:last] + joined[last:].replace("<", "&lt;")


def _pieces(soup: BeautifulSoup) -> Iterator[str]:
    """Yield the text with marks where a quote opens or closes and where a block ends.

    A stack of our own: the depth of the markup is the sender's choice, and the tree's own methods
    take quadratic time in it.
    """
    waiting: list[tuple[PageElement | str, bool]] = [(soup, False)]
    while waiting:
        node, is_laid_out = waiting.pop()
        if isinstance(node, Tag):
            style = str(node.get("style") or "")
            if node.name not in _UNSEEN and not _HIDDEN.search(style):
                before, after = _edges(node.name)
                is_laid_out = is_laid_out or node.name == "pre" or bool(_LAID_OUT.search(style))
                inside = [(child, is_laid_out) for child in reversed(node.contents)]
                waiting += [(after, False), *inside, (before, False)]
        elif type(node) in {str, NavigableString}:  # the sub-classes are comments and the like
            yield _laid_out(str(node)) if is_laid_out else str(node)


def _laid_out(text: str) -> str:
    return _EMPTY_LINES.sub(_BREAK * 3, text).replace("\n", _BREAK)


def _edges(name: str) -> tuple[str, str]:
    if name == "blockquote":
        return _OPEN, _CLOSE
    breaks = _BREAK * (3 if name in _PARAGRAPHS else 1 if name in _BLOCKS else 0)
    return breaks, breaks


def _lines(marked: str) -> str:
    """Collapse white space, end lines at blocks, and put ``>`` before quoted lines."""
    depth, lines = 0, []
    for piece in _MARKS.split(marked):
        if piece in {_OPEN, _CLOSE}:
            depth = max(0, depth + (1 if piece == _OPEN else -1))
            continue
        for line in piece.split(_BREAK):
            words = " ".join(line.split())
            lines.append(">" * min(depth, 9) + " " + words if depth and words else words)
    return re.sub(r"\n{2,}", _gap, "\n".join(lines)).strip()


def _gap(match: re.Match[str]) -> str:
    """Two neighbouring blocks are two lines; only paragraphs and more have a gap between them."""
    return "\n" if len(match[0]) == 2 else "\n\n"
