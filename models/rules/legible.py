"""Whether a text can be read at all, and why not."""

import re
from typing import Final

from models.language import LANGUAGES, READ, is_latin
from models.words import words_of

UNDECODED_MAX: Final = 0.2
"""Share of characters that stand for bytes nobody could decode, up to which a text is read."""

NO_WORDS: Final = "no words"
"""So begins the reason for a text that has signs, but nothing to read."""

_UNDECODED: Final = re.compile("[\ufffd\ud800-\udfff]")


def illegible(text: str, language: str | None) -> str | None:
    """Why a plain text cannot be read, in words for the operator; null when it can."""
    if not text.strip():
        return "empty"
    undecoded = len(_UNDECODED.findall(text))
    if undecoded > UNDECODED_MAX * len(text):
        return f"not text: {undecoded} of {len(text)} characters could not be decoded"
    if not words_of(text):
        return f"{NO_WORDS}: only links, numbers, signs or emoji"
    if language is not None and language != READ:
        return f"in {LANGUAGES.get(language, language)} ({language}): only English is read"
    return None if is_latin(text) else "in a script that is not Latin: only English is read"


def word_count(text: str) -> int:
    """Words without handles and links, counted up to a bound."""
    return len(words_of(text))
