"""What the linear heads count in a text: its words, those said before it, what the rules saw."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from models.reading import PRESENT, Text
from models.rules.reader import Findings
from models.rules.thread import plain_passage
from models.stack.wording import unsigned, wording

WORDS_MAX: Final = 400
BEFORE_WORDS_MAX: Final = 80
_WORD: Final = re.compile(r"@?[^\W_]{1,80}(?:'[a-z]{1,20})?|[?!]{1,80}|\.{2,80}|[$£€]")
_LENGTHS: Final = (3, 6, 12, 25, 50, 100)
_CHARS: Final = 4


class Features(NamedTuple):
    """Names of what was found, in three blocks that are scaled apart."""

    words: list[str]
    before: list[str]
    facts: list[str]


def features_of(text: Text, findings: Findings) -> Features:
    """What the linear heads count, from a text and what the rules saw in it."""
    return Features(
        words=list(dict.fromkeys(_grams(words_in(findings.plain.text)))),
        before=list(dict.fromkeys(_before(text))),
        facts=facts_of(text, findings),
    )


def facts_of(text: Text, findings: Findings) -> list[str]:
    """What the rules saw in a text, and what else is seen at a glance."""
    return list(_facts(text, findings, len(findings.plain.text.split())))


def words_in(plain: str) -> list[str]:
    """The words of a plain text as they are counted, between the marks of start and end."""
    return _words(unsigned(wording(plain)), WORDS_MAX)


def _words(words: str, at_most: int) -> list[str]:
    return ["^", *_WORD.findall(words)[:at_most], "$"]


def _grams(words: list[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        yield word
        yield from parts_of(word)
        if at:
            yield f"{words[at - 1]} {word}"
        if at > 1:
            yield f"{words[at - 2]} {words[at - 1]} {word}"


def parts_of(word: str) -> tuple[str, ...]:
    """Four letters in a row, so that a misspelt word still shares most of what it is made of."""
    if len(word) < _CHARS or not word[0].isalpha():
        return ()
    held = f"<{word[:20]}>"
    return tuple(f"#{held[at : at + _CHARS]}" for at in range(len(held) - _CHARS + 1))


def words_before(text: Text) -> Iterator[tuple[str, list[str]]]:
    """The last message of either side, as words, with a mark of who said it."""
    for direction, mark in (("outbound", "o"), ("inbound", "i")):
        last = next((one for one in reversed(text.context) if one.direction == direction), None)
        if last is not None:
            yield mark, _words(unsigned(wording(plain_passage(last).text)), BEFORE_WORDS_MAX)


def _before(text: Text) -> Iterator[str]:
    """The words said before, each marked with who said it, alone and two in a row."""
    for mark, words in words_before(text):
        for at, word in enumerate(words):
            yield f"{mark}:{word}"
            if at:
                yield f"{mark}:{words[at - 1]} {word}"


def _facts(text: Text, findings: Findings, words: int) -> Iterator[str]:
    for signal, hits in findings.hits.items():
        yield from (f"rule {signal} {hit.rule.name}" for hit in hits)
    for signal, weighed in findings.signals.items():
        if weighed.probability >= PRESENT:
            yield f"says {signal}"
        yield f"says {signal} {round(weighed.probability * 5)}"
    yield f"words {sum(words > length for length in _LENGTHS)}"
    yield f"direction {text.direction}"
    yield from _of_thread(text, findings)
    letters = [char for char in text.text if char.isalpha()]
    if len(letters) > 12 and sum(map(str.isupper, letters)) > 0.6 * len(letters):
        yield "shouts"
    yield "asks" if "?" in text.text else "tells"
    if "http" in text.text:
        yield "links"
    if text.text.startswith("@"):
        yield "addressed"


def _of_thread(text: Text, findings: Findings) -> Iterator[str]:
    yield f"passages {min(4, len(text.context))}"
    if text.context:
        yield f"after {text.context[-1].direction}"
        yield f"own {min(2, sum(one.direction == text.direction for one in text.context))}"
    if findings.thread is not None:
        if findings.thread.asked:
            yield "was asked"
        if findings.thread.replied:
            yield "was replied"
        if findings.thread.repeats(findings.plain.text):
            yield "repeats"
