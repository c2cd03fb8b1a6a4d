"""The words of a text as the learnt stages see them: plain, without names, links or numbers that
only one text has.

Handles, links, addresses and long numbers stand for their kind; emoji are spelt out by their
Unicode names, since neither a table of n-grams nor the encoder's vocabulary knows most of them.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_HANDLE: Final = re.compile(r"@\w{1,60}")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S{1,400}|__url__|\blink\b(?=\s{0,9}$)")
_MAIL: Final = re.compile(r"<email>|\b[\w.+-]{1,60}@[\w-]{1,60}\.[a-z]{2,10}\b|__email__")
_NUMBER: Final = re.compile(r"\b(?=(?:[\w-]{0,12}\d){4})[\w-]{5,40}\b")
_SIGN: Final = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]{1,12}")
_HALVES: Final = re.compile("[\ud800-\udfff]")
_NAME_WORDS_MAX: Final = 3
_LONG_DRAWN: Final = re.compile(r"([a-z])\1{2,80}")
_LINK_MARKS: Final = ("http", "www.", "__url__", "link")
_DIGIT: Final = re.compile(r"\d")
_DRAWN: Final = tuple(letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz")
_SIGNATURE_CHARS: Final = 40
"""A signature and the blanks after it are shorter."""

_SIGNATURE: Final = re.compile(r"(?:\s[\^*/~-]\s?[a-z]{1,12}|\s-[a-z]{2,10})\s{0,9}$")


def wording(plain: str) -> str:
    """A plain text (``models.plain``) with names, links and numbers replaced by their kinds."""
    is_ascii = plain.isascii()
    # Halves of characters, which no tokenizer takes.
    text = plain if is_ascii else _HALVES.sub(" ", plain)
    if any(mark in text for mark in _LINK_MARKS):
        text = _LINK.sub(" http ", text)
    if "@" in text or "email" in text:
        text = _MAIL.sub(" email ", text)
    if "@" in text:
        text = _HANDLE.sub("@user", text)
    if _DIGIT.search(text):
        text = _NUMBER.sub("00000", text)
    if not is_ascii:
        text = _SIGN.sub(lambda found: f" {_spelt(found.group())} ", text)
    if any(drawn in text for drawn in _DRAWN):
        text = _LONG_DRAWN.sub(r"\1\1", text)
    return text.strip()


def unsigned(words: str) -> str:
    """Without the initials that close an agent's reply (``^AB``)."""
    end = len(words) - _SIGNATURE_CHARS
    return _SIGNATURE.sub("", words) if end <= 0 else words[:end] + _SIGNATURE.sub("", words[end:])


@lru_cache(maxsize=4096)
def _spelt(signs: str) -> str:
    names = dict.fromkeys(unicodedata.name(sign, "").lower() for sign in signs)
    return " ".join(" ".join(name.split()[:_NAME_WORDS_MAX]) for name in names if name)
