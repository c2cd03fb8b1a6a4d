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
_SIGNATURE: Final = re.compile(r"(?:\s[\^*/~-]\s?[a-z]{1,12}|\s-[a-z]{2,10})\s{0,9}$")


def wording(plain: str) -> str:
    """A plain text (``models.plain``) with names, links and numbers replaced by their kinds."""
    text = _HALVES.sub(" ", plain)  # halves of characters, which no tokenizer takes
    text = _LINK.sub(" http ", text)
    text = _MAIL.sub(" email ", text)
    text = _HANDLE.sub("@user", text)
    text = _NUMBER.sub("00000", text)
    text = _SIGN.sub(lambda found: f" {_spelt(found.group())} ", text)
    return _LONG_DRAWN.sub(r"\1\1", text).strip()


def unsigned(words: str) -> str:
    """Without the initials that close an agent's reply (``^AB``)."""
    return _SIGNATURE.sub("", words)


@lru_cache(maxsize=4096)
def _spelt(signs: str) -> str:
    names = dict.fromkeys(unicodedata.name(sign, "").lower() for sign in signs)
    return " ".join(" ".join(name.split()[:_NAME_WORDS_MAX]) for name in names if name)
