"""A labelled text, as training and evaluation see it."""

from dataclasses import dataclass
from typing import Final

from models.reading import INBOUND, OUTBOUND, RESPONSE_CLASSES, Direction, Text

LABELS: Final = {"inbound": INBOUND, "outbound": OUTBOUND}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text.

    Attributes:
        text: what is read.
        group: examples of one conversation share it; folds never part them.
        source: the corpus, for slices.
        names: the signals that are present.
        known: the signals whose presence or absence is known; the rest is masked.
        severity, theme: null where not labelled.
        weight: how much it counts in fitting.
        slices: further names to report by, such as ``channel``.
    """

    text: Text
    group: str
    source: str
    names: frozenset[str]
    known: frozenset[str]
    severity: str | None = None
    theme: str | None = None
    weight: float = 1.0
    slices: tuple[tuple[str, str], ...] = ()

    @property
    def direction(self) -> Direction:
        """Who wrote it."""
        return self.text.direction

    @property
    def response(self) -> str | None:
        """The response class of a company's text; null where it is not known."""
        if not set(RESPONSE_CLASSES) <= self.known:
            return None
        return next((name for name in RESPONSE_CLASSES if name in self.names), None)
