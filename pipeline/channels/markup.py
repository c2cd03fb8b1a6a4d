"""HTML to the plain text that a reader would see.

Scripts, styles and hidden elements go; blocks end lines; quoted mails (``blockquote``) become
``>`` lines, so that :mod:`pipeline.channels.quoting` finds them as in plain text.

The standard library's parser is heard directly: a tree of objects, of which a text is all that is
wanted, costs three times as much. What BeautifulSoup makes of the same markup is the oracle of its
tests.
"""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Final

_UNSEEN: Final = frozenset({
    "script", "style", "head", "title", "noscript", "template", "object", "svg", "select", "rt",
    "rp",
})  # fmt: skip
_EMPTY: Final = frozenset({
    "area", "base", "basefont", "bgsound", "br", "col", "command", "embed", "frame", "hr", "image",
    "img", "input", "isindex", "keygen", "link", "menuitem", "meta", "nextid", "param", "source",
    "spacer", "track", "wbr",
})  # fmt: skip
"""Elements that hold nothing and are never closed."""
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
    reader = _Reader()
    try:
        reader.feed(clean)
        reader.close()
    except AssertionError:  # the library's word for a construct that it has not met
        return _TAGS.sub(" ", clean)
    return _lines(reader.text())


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


class _Reader(HTMLParser):
    """Gathers the text, with marks where a quote opens or closes and where a block ends.

    A closing tag closes everything inside of it; one that closes nothing is passed over. The depth
    of the markup is the sender's choice, so nothing here is recursive.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        """Of each element its name, whether it is unseen, and whether its lines are as written."""
        self._names = Counter[str]()
        self._unseen = self._laid_out = 0

    def text(self) -> str:
        """Return all of it; what is open still is closed."""
        while self._open:
            self._close()
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        style = next((value or "" for key, value in reversed(attrs) if key == "style"), "")
        is_unseen = tag in _UNSEEN or bool(style and _HIDDEN.search(style))
        before, after = _edges(tag)
        if tag in _EMPTY:
            self._add("" if is_unseen else before + after)
            return
        is_laid_out = tag == "pre" or bool(style and _LAID_OUT.search(style))
        self._open.append((tag, is_unseen, is_laid_out))
        self._names[tag] += 1
        self._unseen += is_unseen
        self._laid_out += is_laid_out
        self._add(before)

    def handle_endtag(self, tag: str) -> None:
        """End an element, and what is open inside of it."""
        while self._names[tag]:
            if self._close() == tag:
                return

    def handle_data(self, data: str) -> None:
        """Take words."""
        self._add(_laid_out(data) if self._laid_out else data)

    def _close(self) -> str:
        tag, is_unseen, is_laid_out = self._open.pop()
        self._names[tag] -= 1
        self._add(_edges(tag)[1])
        self._unseen -= is_unseen
        self._laid_out -= is_laid_out
        return tag

    def _add(self, piece: str) -> None:
        if not self._unseen:
            self._pieces.append(piece)


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
