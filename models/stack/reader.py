"""The reader that ships: rules, then linear heads, then the encoder for what is still in doubt."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.plain import Plain
from models.reading import THEMES, Reading, Signal, Text
from models.rules.legible import NO_WORDS
from models.rules.reader import Findings, RulesReader
from models.stack.encoder import Encoder
from models.stack.features import WORDS_MAX, features_of, grams_of
from models.stack.outputs import COLUMNS, SEVERITIES, SEVERITY, THEME
from models.stack.store import Stack
from models.stack.telling import choose, clauses, tell
from models.stack.weighing import evidence_of, probabilities

Row = NDArray[np.float32]

_ANSWERED: Final = 0.7
_THEME_MIN: Final = 0.35
"""A theme that the heads are less sure of is left to the rules."""


class StackReader:
    """Reads English texts by rules and learnt stages; what the rules cannot read, it does not.

    The first stages answer a text where every signal's logit is farther from even odds than its
    margin; only for the rest the encoder is asked. A reading depends on its text alone, never on
    the texts read beside it.

    Args:
        stack: the learnt parts.
        threads: used by the encoder within one text.
        themes: the closed list from which themes are taken.
        always_encode: asks the encoder for every text; for measuring what the short way costs.
    """

    def __init__(
        self,
        stack: Stack,
        threads: int = 1,
        themes: Sequence[str] = THEMES,
        always_encode: bool = False,
    ) -> None:
        self._stack = stack
        self._rules = RulesReader(themes)
        self._themes = frozenset(themes)
        self._threads = threads
        self._always_encode = always_encode
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
        guilt = _Guilt(self._stack, findings.plain, places)
        return replace(
            findings.reading,
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
        linear = self._stack.heads.score(features_of(text, findings))
        direction = text.direction
        quick = self._stack.quick[direction].logits(evidence_of(text, findings, linear))
        if not self._always_encode and is_sure(direction, quick, self._stack.margins[direction]):
            self.paths["quick"] += 1
            return linear, quick
        self.paths["encoded"] += 1
        deep = self.encoder.score(text, findings.plain)
        full = self._stack.full[direction].logits(evidence_of(text, findings, linear, deep))
        return ((linear + deep) / 2).astype(np.float32), full


def is_sure(direction: str, logits: Row, margins: Row) -> bool:
    """Whether every signal is farther from even odds than its margin, and one class leads."""
    flags = len(margins) - 1
    if np.any(np.abs(logits[:flags]) < margins[:flags]):
        return False
    if direction == "inbound":
        return True
    second, first = np.sort(logits[flags:])[-2:]
    return bool(first - second >= margins[flags])


class _Guilt:
    """Which clause of a text tells a signal most, by the weights of the linear heads."""

    def __init__(self, stack: Stack, plain: Plain, places: Sequence[tuple[int, int]]) -> None:
        self._stack = stack
        self._plain = plain
        self._places = places

    @cached_property
    def _shares(self) -> Row:
        heads = self._stack.heads
        shares = np.zeros((len(self._places), len(COLUMNS)), dtype=np.float32)
        for row, (start, end) in enumerate(self._places):
            found = grams_of(self._plain.text[start:end], WORDS_MAX)
            known = [heads.rows[name] for name in found if name in heads.rows]
            if known:
                shares[row] = heads.rarity[known] @ heads.table[known]
        return shares

    def most(self, name: str, count: int) -> int | None:
        """The clause that tells ``name`` most; null where there is but one."""
        return int(self._shares[:, COLUMNS.index(name)].argmax()) if count > 1 else None


def _severity(text: Text, chosen: dict[str, float], logits: Row) -> str | None:
    """The most probable severity that does not contradict the signals; null for replies."""
    if text.direction == "outbound":
        return None
    if "not_a_complaint" in chosen:
        return "none"
    found = logits[SEVERITY]
    start = 1 if {"complaint", "dispute", "threat"} & set(chosen) else 0
    return SEVERITIES[start + int(found[start:].argmax())]
