"""The text as the rules see it: lower case, plain quotes, no markup, with a way back to the
original offsets.

Bound: of a text only the first ``CHARS_MAX`` characters are read (about 2,500 words: complaints and
decisions stand at the start, what follows in longer texts is quotes and footers). Work and memory
are linear in that.
"""

import html
import re
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
# Zero-width and control characters, short tags, and entities: what a reader's eye does not see as written.  # noqa: E501 - one pattern
_NOISE: Final = (
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f]"
    r"|[ \t]{2,}|</?[a-zA-Z!][^<>]{0,300}>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
)


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
    pieces: list[str] = []
    marks, origins = [0], [0]
    done = length = 0
    for noise in re.finditer(_NOISE, head):
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
        text=_lower("".join(pieces).translate(_QUOTES)),
        marks=tuple(marks),
        origins=tuple(origins),
        end=len(head),
    )


def _shown(noise: str) -> str:
    if noise[0] == "&":
        return html.unescape(noise)[:1]
    return " " if noise[0] in "< \t" else ""


def _lower(text: str) -> str:
    """Lower case of the same length: the few letters that grow in lower case stay as they are."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
