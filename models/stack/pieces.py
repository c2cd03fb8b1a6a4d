"""Texts as the encoder's numbers: the text, then what was said before it, the latest first."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from models.plain import Plain
from models.reading import Passage, Text
from models.rules.thread import plain_passage
from models.stack.wording import unsigned, wording

TEXT_PIECES_MAX: Final = 72
CONTEXT_PIECES_MAX: Final = 32
PASSAGES_MAX: Final = 3
PASSAGE_CHARS_MAX: Final = 160
TEXT_CHARS_MAX: Final = 800
_WHO: Final = {"inbound": "customer", "outbound": "company"}

Tokenize = Callable[[str], Sequence[int]]
"""Word pieces of a text, without marks of start and end."""


class Pieces(NamedTuple):
    """One input of the encoder: numbers of word pieces, and to which part each belongs."""

    ids: list[int]
    parts: list[int]


def pieces_of(text: Text, seen: Plain, tokenize: Tokenize, marks: tuple[int, int]) -> Pieces:
    """The encoder's input for a text whose plain form is ``seen``.

    Args:
        text: of which the direction and the context count.
        seen: its plain form.
        tokenize: the encoder's tokenizer.
        marks: numbers of the marks of start and of end.
    """
    start, stop = marks
    words = unsigned(wording(seen.text[:TEXT_CHARS_MAX]))
    own = [start, *tokenize(words)[:TEXT_PIECES_MAX], stop]
    before = tokenize(_said_before(text))[:CONTEXT_PIECES_MAX] if text.context else []
    if not before:
        return Pieces(own, [0] * len(own))
    return Pieces([*own, *before, stop], [0] * len(own) + [1] * (len(before) + 1))


def _said_before(text: Text) -> str:
    latest = reversed(text.context[-PASSAGES_MAX:])
    return " ".join(
        f"{_WHO[passage.direction]} : {_words(passage)[:PASSAGE_CHARS_MAX]}" for passage in latest
    )


def _words(passage: Passage) -> str:
    return unsigned(wording(plain_passage(passage).text))
