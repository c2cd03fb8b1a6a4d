"""Which patterns of a table are worth a try on a text, and where: few, and at few places.

The pieces of all clauses (``models.rules.required``) are looked up at once: by four letters in a
row, the rarest of each piece, in the set of all such rows of the text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from models.rules.required import Clause, is_never_empty, rate, required, starts_a_word

PLACES_SHARE: Final = 8
"""Where more than one place in so many would be tried, the whole text is searched instead."""

LONG: Final = 300
"""Characters from which places are looked for: a shorter text is searched sooner than that."""

_ROW: Final = 4
_BY_FREQUENCY: Final = " etaoinshrdlucmfywgpbvkxqjz"
_BOUNDARY: Final = re.compile(r"\b")


class _Way(NamedTuple):
    """How a pattern is searched: near the pieces of which clause, or everywhere.

    Attributes:
        near: the clause's number; less than 0 for everywhere.
        clauses: how many there are.
        reach: of the clause.
        at_words: a match starts where a word does, or ends.
    """

    near: int
    clauses: int
    reach: int
    at_words: bool


class Search:
    """Patterns that are tried where they can match.

    Args:
        patterns: in the order of their numbers.
    """

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._patterns = patterns
        clauses = [required(pattern) for pattern in patterns]
        self._ways = [_way(*both) for both in zip(patterns, clauses, strict=True)]
        self._always = [row for row, several in enumerate(clauses) if not several]
        self._owners: dict[str, list[tuple[int, int]]] = {}
        for row, several in enumerate(clauses):
            for number, clause in enumerate(several):
                for piece in sorted(clause.pieces):
                    self._owners.setdefault(piece, []).append((row, number))
        self._short = [piece for piece in self._owners if len(piece) < _ROW]
        self._long = _by_rarest(piece for piece in self._owners if len(piece) >= _ROW)

    def matches(self, text: str) -> Iterator[tuple[int, Iterator[re.Match[str]]]]:
        """The patterns that may match in a text, by number and in order, each with what its
        ``finditer`` gives."""
        met: dict[int, dict[int, list[str]]] = {}
        for piece in self._pieces_in(text):
            for row, number in self._owners[piece]:
                met.setdefault(row, {}).setdefault(number, []).append(piece)
        held = [row for row, found in met.items() if len(found) == self._ways[row].clauses]
        for row in sorted([*held, *self._always]):
            pattern, way = self._patterns[row], self._ways[row]
            near = met[row][way.near] if way.near >= 0 and len(text) >= LONG else None
            places = None if near is None else _places(text, near, way)
            yield row, pattern.finditer(text) if places is None else _tried(pattern, text, places)

    def _pieces_in(self, text: str) -> list[str]:
        """The pieces that stand in a text."""
        found = [piece for piece in self._short if piece in text]
        rows = _rows_of(text)
        for four in rows & self._long.keys():
            for last, piece in self._long[four]:
                if last in rows and piece in text:
                    found.append(piece)
        return found


def _way(pattern: re.Pattern[str], clauses: Sequence[Clause]) -> _Way:
    near = min(range(len(clauses)), key=lambda one: _cost(clauses[one]), default=-1)
    if near < 0 or not is_never_empty(pattern):
        return _Way(-1, len(clauses), 0, at_words=False)
    return _Way(near, len(clauses), clauses[near].reach, starts_a_word(pattern))


def _cost(clause: Clause) -> float:
    """How many places would be tried, in a text of random letters."""
    return rate(clause) * (1 + clause.reach / 5)


def _by_rarest(pieces: Iterable[str]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Pieces by the four letters in a row of theirs that are the rarest in English; beside each
    the rarest four of the others that it has."""
    found: dict[str, list[tuple[str, str]]] = {}
    for piece in sorted(pieces):
        fours = sorted(set(_fours(piece)), key=_frequency)
        found.setdefault(fours[0], []).append((fours[min(1, len(fours) - 1)], piece))
    return found


def _frequency(four: str) -> tuple[float, str]:
    """Roughly: as if letters came by chance, a blank first of all."""
    frequency = 1.0
    for letter in four:
        frequency /= 1 + _BY_FREQUENCY.find(letter) % len(_BY_FREQUENCY)
    return frequency, four


def _fours(text: str) -> list[str]:
    return [text[at : at + _ROW] for at in range(len(text) - _ROW + 1)]


@lru_cache(maxsize=16)
def _rows_of(text: str) -> frozenset[str]:
    """Several tables ask for the same text in a row."""
    return frozenset(_fours(text))


@lru_cache(maxsize=16)
def _boundaries(text: str) -> list[int]:
    """Where words start and end; likewise."""
    return [match.start() for match in _BOUNDARY.finditer(text)]


def _tried(pattern: re.Pattern[str], text: str, places: Sequence[int]) -> Iterator[re.Match[str]]:
    end = 0
    for place in places:
        if place >= end and (match := pattern.match(text, place)):
            yield match
            end = match.end()


def _places(text: str, pieces: Sequence[str], way: _Way) -> list[int] | None:
    """Where a match can start, in order; null where that is too often to be worth it."""
    places: set[int] = set()
    most = len(text) // PLACES_SHARE
    boundaries = _boundaries(text) if way.at_words else []
    for piece in pieces:
        at = text.find(piece)
        while at >= 0:
            first = max(0, at - way.reach)
            if way.at_words:
                low = bisect_left(boundaries, first)
                places.update(boundaries[low : bisect_left(boundaries, at + 1, low)])
            else:
                places.update(range(first, at + 1))
            if len(places) > most:
                return None
            at = text.find(piece, at + 1)
    return sorted(places)
