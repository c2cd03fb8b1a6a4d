"""The text as the rules see it: lower case, plain quotes and letters, no markup, with a way back to
the original offsets.

Letters in disguise are read as what they look like: full-width and mathematical letters, ligatures,
letters under heaps of accents, Cyrillic and Greek letters inside Latin words.

Bound: of a text only the first ``CHARS_MAX`` characters are read (about 2,500 words: complaints and
decisions stand at the start, what follows in longer texts is quotes and footers). Work and memory
are linear in that.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

CHARS_MAX: Final = 16_000
"""Characters read of one text."""

CONTEXT_CHARS_MAX: Final = 2_000
"""Characters read of one earlier passage."""

_QUOTES: Final = str.maketrans(
    "\u2018\u2019\u02bc\u00b4`\u201c\u201d\u2013\u2014\u2212\u00a0\u202f\u2009", "'''''\"\"---   "
)
_NOISE: Final = re.compile(
    # Zero-width and control characters, accents that stand apart
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\u0300-\u036f\ufe00-\ufe0f]"
    # letters in disguise: circled, letter-like, full-width, mathematical, ligatures
    "|[\u2100-\u214f\u2460-\u24ff\uff01-\uff5e\ufb00-\ufb06\U0001d400-\U0001d7ff]"
    # runs of blanks, scripts and styles, short tags, entities
    r"|[ \t]{2,400}|<(?:script|style)\b[^<]{0,4000}</(?:script|style)>|</?[a-zA-Z!][^<>]{0,300}>"
    "|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
)
"""What a reader's eye does not see as written."""

_UNUSUAL: Final = re.compile("[^\n -%'-;=-_a-~]|  ")
"""In a text without any such character nothing is to be replaced: printable ASCII without ``&``,
``<`` and the backtick, no two blanks in a row."""

_TWINS: Final = {
    **dict(
        zip(
            map(ord, "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458"),
            "aeopcyxisj",
            strict=True,
        )
    ),
    **dict(
        zip(map(ord, "\u04bb\u0501\u051b\u0442\u043a\u043c\u0432\u043d"), "hdqtkmbh", strict=True)
    ),
    **dict(
        zip(
            map(ord, "\u03bf\u03b1\u03bd\u03b9\u03c1\u03c4\u03ba\u03c5\u03c7"),
            "oaviptkux",
            strict=True,
        )
    ),
}
"""Cyrillic and Greek letters that look like Latin ones, small or as capitals."""

_TWIN_LETTER: Final = re.compile("[\u0370-\u052f]")
_MIXED_WORD: Final = re.compile("[a-z\u0370-\u052f]{2,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A readable text and the way back: ``marks[i]`` of the plain text is ``origins[i]`` of the
    original."""

    text: str
    marks: tuple[int, ...]
    origins: tuple[int, ...]
    end: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the original of ``[start, end)`` in the plain text, never outside it."""
        first = self._origin(start)
        last = self._origin(max(start, end - 1)) + 1
        return (min(first, self.end), min(max(first, last), self.end))

    def _origin(self, offset: int) -> int:
        at = bisect_right(self.marks, offset) - 1
        return self.origins[at] + offset - self.marks[at]


def plain(text: str, chars_max: int = CHARS_MAX) -> Plain:
    """Makes the head of a text readable; total for any ``str``, lone surrogates included."""
    head = text[:chars_max]
    if not _UNUSUAL.search(head):
        return Plain(text=head.lower(), marks=(0,), origins=(0,), end=len(head))
    return replaced(head)


def replaced(head: str) -> Plain:
    """The way for any text, be there something to replace or not."""
    pieces: list[str] = []
    marks, origins = [0], [0]
    done = length = 0
    for noise in _NOISE.finditer(head):
        shown = _shown(noise.group())
        pieces += [head[done : noise.start()], shown]
        length += noise.start() - done
        # One mark where the replacement stands, one where the original goes on.
        marks += [length, length + len(shown)]
        origins += [noise.start(), noise.end()]
        length += len(shown)
        done = noise.end()
    pieces.append(head[done:])
    return Plain(
        text=_without_twins(_lower("".join(pieces).translate(_QUOTES))),
        marks=tuple(marks),
        origins=tuple(origins),
        end=len(head),
    )


def _shown(noise: str) -> str:
    if noise[0] == "&":
        return html.unescape(noise)[:1]
    if noise[0] in "< \t":
        return " "
    disguised = unicodedata.normalize("NFKC", noise)
    return disguised if disguised.isascii() and disguised.isprintable() else ""


def _without_twins(text: str) -> str:
    """Latin words in which look-alikes of other scripts stand, in Latin letters alone."""
    if text.isascii() or not _TWIN_LETTER.search(text):
        return text
    return _MIXED_WORD.sub(_latin, text)


def _latin(word: re.Match[str]) -> str:
    found = word.group()
    latin = found.translate(_TWINS)
    is_mixed = latin.isascii() and any(letter.isascii() for letter in found)
    return latin if is_mixed else found


def _lower(text: str) -> str:
    """Lower case of the same length: the few letters that grow in lower case stay as they are."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
