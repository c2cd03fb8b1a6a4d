"""Texts without words that still say something: a thumb up, an angry face, a bare link."""

import re
from typing import Final

from models.plain import Plain
from models.reading import Reading, Signal, Text

_GRATEFUL: Final = re.compile(
    "[\U0001f44d\U0001f64f\u2764\U0001f60a\U0001f970\U0001f44c\U0001f495\U0001f389\U0001f60d]"
)
_ANGRY: Final = re.compile("[\U0001f620\U0001f621\U0001f92c\U0001f624\U0001f44e]")
_LINK: Final = re.compile(r"https?://\S{1,300}")
_PROBABILITY: Final = 0.6


def read_signs(text: Text, seen: Plain) -> Reading | None:
    """The reading of a text without words when its signs are clear, else null."""
    for name, pattern in _TABLE[text.direction]:
        match = pattern.search(seen.text)
        if match:
            span = seen.span(match.start(), match.end())
            signal = Signal(name=name, probability=_PROBABILITY, span=span, why="sign")
            return Reading(id=text.id, signals=(signal,))
    return None


_TABLE: Final = {
    "inbound": (("complaint", _ANGRY), ("thanks", _GRATEFUL)),
    "outbound": (("stock", _LINK), ("auto_ack", _GRATEFUL)),
}
