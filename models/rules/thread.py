"""What the messages before a text tell about it: was the customer answered, was something asked."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from models.plain import CONTEXT_CHARS_MAX, Plain, plain
from models.reading import Passage
from models.rules.rule import Table, together

LOOK_BACK: Final = 6
"""Passages of the thread that are read, the latest."""

_ASKED: Final = 0.7
_QUESTION: Final = re.compile(r"\w\s?\?(?:\s|$)")
_NO_WORDS: Final = re.compile(r"@\w{1,60}|[\W_]+")
_SAME_CHARS_MIN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The thread before a text.

    Attributes:
        passages: the latest ``LOOK_BACK`` earlier texts, plain.
        replied: the company has written before.
        asked: the company's last message asks the customer for something.
        earlier: what the author of this text wrote before, bare of handles and signs.
    """

    passages: tuple[str, ...]
    replied: bool
    asked: bool
    earlier: tuple[str, ...]

    def repeats(self, text: str) -> bool:
        """Whether the same words were written before in this thread by the same side."""
        if not self.earlier:
            return False
        bare = _bare(text)
        return len(bare) >= _SAME_CHARS_MIN and bare in self.earlier


def read_thread(context: tuple[Passage, ...], direction: str, questions: Table) -> Thread:
    """Reads the last passages of the context; ``questions`` holds the rules of ``info_request``."""
    latest = context[-LOOK_BACK:]
    texts = [plain_passage(passage).text for passage in latest]
    outbound = [
        text for text, passage in zip(texts, latest, strict=True) if passage.direction == "outbound"
    ]
    own = [
        text for text, passage in zip(texts, latest, strict=True) if passage.direction == direction
    ]
    return Thread(
        passages=tuple(texts),
        replied=bool(outbound),
        asked=bool(outbound) and _asks(outbound[-1], questions),
        earlier=tuple(map(_bare, own)),
    )


@lru_cache(maxsize=16)
def plain_passage(passage: Passage) -> Plain:
    """An earlier message as the rules see it; several stages ask for the same in a row."""
    return plain(passage.text, CONTEXT_CHARS_MAX)


def _asks(text: str, questions: Table) -> bool:
    if _QUESTION.search(text):
        return True
    return together(questions.hits(text).get("info_request", ())) >= _ASKED


def _bare(text: str) -> str:
    return _NO_WORDS.sub(" ", text).strip()
