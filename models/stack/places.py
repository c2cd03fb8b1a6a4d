"""Where in the table of the linear heads a text's features stand, found without spelling them out.

`models.stack.features` names every feature, which is what fitting needs. To score a text only the
rows matter: those of a word and its parts are found once and kept, and only words in a row are
looked up by name. A test holds both ways to the same score.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from models.reading import Text
from models.rules.reader import Findings
from models.stack.features import facts_of, parts_of, words_before, words_in

WORDS_KEPT: Final = 16_384
"""Words whose rows are remembered."""


class Places(NamedTuple):
    """Rows of the table in three blocks that are scaled apart; each row once."""

    words: list[int]
    before: list[int]
    facts: list[int]


class Finder:
    """Finds the rows of texts.

    Args:
        rows: where each feature stands.
    """

    def __init__(self, rows: Mapping[str, int]) -> None:
        self._rows = rows
        self._of_word = lru_cache(maxsize=WORDS_KEPT)(self._rows_of_word)

    def of_text(self, text: Text, findings: Findings) -> Places:
        """The rows of all that is counted in a text."""
        rows = self._rows
        return Places(
            words=self.of_words(findings.plain.text),
            before=list(dict.fromkeys(self._before(text))),
            facts=[rows[name] for name in facts_of(text, findings) if name in rows],
        )

    def of_words(self, plain: str) -> list[int]:
        """The rows of a plain text's words, alone and in a row, and of their parts."""
        rows = self._rows
        found: dict[int, None] = {}
        last = two = ""
        for word in words_in(plain):
            found.update(self._of_word(word))
            if last:
                pair = f"{last} {word}"
                if pair in rows:
                    found[rows[pair]] = None
                if two and (three := f"{two} {word}") in rows:
                    found[rows[three]] = None
                two = pair
            last = word
        return list(found)

    def _rows_of_word(self, word: str) -> dict[int, None]:
        names = (word, *parts_of(word))
        return dict.fromkeys(self._rows[name] for name in names if name in self._rows)

    def _before(self, text: Text) -> Iterator[int]:
        rows = self._rows
        for mark, words in words_before(text):
            last = ""
            for word in words:
                if (alone := f"{mark}:{word}") in rows:
                    yield rows[alone]
                if last and (pair := f"{mark}:{last} {word}") in rows:
                    yield rows[pair]
                last = word
