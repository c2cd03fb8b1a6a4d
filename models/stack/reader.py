"""The reader that ships: rules, then linear heads, then the encoder for what is still in doubt."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.plain import Plain
from models.reading import THEMES, Direction, Reading, Signal, Text
from models.rules.legible import NO_WORDS
from models.rules.reader import Findings, RulesReader
from models.stack.encoder import Encoder
from models.stack.exits import Exit
from models.stack.linear import LinearHeads
from models.stack.outputs import COLUMNS, SEVERITIES, SEVERITY, THEME
from models.stack.places import Finder
from models.stack.store import STAGES, Stack
from models.stack.telling import choose, clauses, tell
from models.stack.weighing import evidence_of, probabilities

Row = NDArray[np.float32]

_ANSWERED: Final = 0.7
_THEME_MIN: Final = 0.35
"""A theme that the heads are less sure of is left to the rules."""


class StackReader:
    """Reads English texts by rules and learnt stages; what the rules cannot read, it does not.

    The first stages answer a text of which they leave little doubt; only for the rest the
    encoder's lower layers are asked, and for what they leave in doubt all of them. A reading
    depends on its text alone, never on the texts read beside it.

    Args:
        stack: the learnt parts.
        threads: used by the encoder within one text.
        themes: the closed list from which themes are taken.
        always_encode: asks the whole encoder for every text; for measuring what the short way
            costs.
        deepest: the stage (``STAGES``) beyond which none is asked, whatever the doubt; likewise.
    """

    def __init__(
        self,
        stack: Stack,
        threads: int = 1,
        themes: Sequence[str] = THEMES,
        always_encode: bool = False,
        deepest: str = STAGES[-1],
    ) -> None:
        self._stack = stack
        self._rules = RulesReader(themes)
        self._themes = frozenset(themes)
        self._threads = threads
        self._always_encode = always_encode
        self._deepest = deepest
        self._finder = Finder(stack.heads.rows)
        self.paths: Counter[str] = Counter()

    @property
    def version(self) -> str:
        """Changes whenever the same text could read differently."""
        return f"{self._stack.version}+{self._rules.version}"

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder, loaded with the first text that needs it."""
        return Encoder(self._stack.folder, self._threads)

    def warm(self) -> None:
        """Loads the encoder now rather than with the first doubtful text."""
        _ = self.encoder

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """One reading for each text, in order; a text that cannot be read gives the signal
        ``unread``."""
        return [self._read(text) for text in texts]

    def probabilities(self, text: Text) -> dict[str, float]:
        """Each signal's probability, whether or not it is told; empty for an unread text."""
        findings = self._rules.examine(text)
        if findings.thread is None:
            return {}
        return probabilities(text.direction, self._logits(text, findings)[1])

    def _read(self, text: Text) -> Reading:
        findings = self._rules.examine(text)
        if findings.thread is None:
            return self._without_words(text, findings.reading)
        linear, logits = self._logits(text, findings)
        chosen = choose(text.direction, probabilities(text.direction, logits))
        places = clauses(findings.plain)
        guilt = _Guilt(self._stack.heads, self._finder, findings.plain, places)
        return Reading(
            id=text.id,
            lang=findings.reading.lang,
            signals=tell(text, findings, chosen, places, guilt.most),
            severity=_severity(text, chosen, linear),
            theme=self._theme(linear, findings.reading.theme),
        )

    def _without_words(self, text: Text, reading: Reading) -> Reading:
        """A picture, a link or a tick that follows a question is the answer to it."""
        why = reading.signals[0].why or ""
        if text.direction == "outbound" or not why.startswith(NO_WORDS):
            return reading
        if not text.context or text.context[-1].direction == "inbound":
            return reading
        if not text.text.strip() or not self._rules.is_asked(text):
            return reading
        given = tuple(
            Signal(name=name, probability=_ANSWERED, why="answers-without-words")
            for name in ("info_supplied", "not_a_complaint")
        )
        return replace(reading, signals=given, severity="none")

    def _theme(self, logits: Row, ruled: str | None) -> str | None:
        """The theme of the heads where they are sure of it and it is on the list, else the
        rules'."""
        found = logits[THEME]
        raised = np.exp(found - found.max())
        best = int(found.argmax())
        is_sure = raised[best] / raised.sum() >= _THEME_MIN
        return THEMES[best] if is_sure and THEMES[best] in self._themes else ruled

    def _logits(self, text: Text, findings: Findings) -> tuple[Row, Row]:
        """What the heads say of severity and theme, and the weighed logits of the signals."""
        linear = self._stack.heads.score_at(self._finder.of_text(text, findings))
        stages, exits = self._stack.weighings[text.direction], self._stack.exits[text.direction]
        logits = stages[0].logits(evidence_of(text, findings, linear))
        if self._deepest == "quick" or self._is_left(exits[0], text.direction, logits):
            return self._left("quick", linear, logits)
        begun = self.encoder.begin(text, findings.plain)
        logits = stages[1].logits(evidence_of(text, findings, linear, begun.logits))
        if self._deepest == "half" or self._is_left(exits[1], text.direction, logits):
            return self._left("half", _between(linear, begun.logits), logits)
        deep = self.encoder.finish(begun)
        logits = stages[-1].logits(evidence_of(text, findings, linear, deep))
        return self._left("full", _between(linear, deep), logits)

    def _is_left(self, leave: Exit, direction: Direction, logits: Row) -> bool:
        return not self._always_encode and leave.leaves(direction, logits)

    def _left(self, path: str, heads: Row, logits: Row) -> tuple[Row, Row]:
        self.paths[path] += 1
        return heads, logits


def _between(one: Row, other: Row) -> Row:
    middle: Row = ((one + other) / 2).astype(np.float32)
    return middle


class _Guilt:
    """Which clause of a text tells a signal most, by the weights of the linear heads."""

    def __init__(
        self, heads: LinearHeads, finder: Finder, plain: Plain, places: Sequence[tuple[int, int]]
    ) -> None:
        self._heads = heads
        self._finder = finder
        self._plain = plain
        self._places = places

    @cached_property
    def _rows(self) -> list[NDArray[np.intp]]:
        """Where the words of each clause stand in the table."""
        clauses = (self._plain.text[start:end] for start, end in self._places)
        return [np.array(self._finder.of_words(words), dtype=np.intp) for words in clauses]

    def most(self, name: str, count: int) -> int | None:
        """The clause that tells ``name`` most; null where there is but one."""
        if count <= 1:
            return None
        column, heads = COLUMNS.index(name), self._heads
        shares = [float(heads.rarity[rows] @ heads.table[rows, column]) for rows in self._rows]
        return int(np.argmax(shares))


def _severity(text: Text, chosen: dict[str, float], logits: Row) -> str | None:
    """The most probable severity that does not contradict the signals; null for replies."""
    if text.direction == "outbound":
        return None
    if "not_a_complaint" in chosen:
        return "none"
    found = logits[SEVERITY]
    start = 1 if {"complaint", "dispute", "threat"} & set(chosen) else 0
    return SEVERITIES[start + int(found[start:].argmax())]
