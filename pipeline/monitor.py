"""The one way in: ``handle(event, now)``, and ``settle(now)`` for what follows from it.

The embedded engine, the Kafka workers, replay, audit and the simulator all drive this class and
differ only in who feeds it and where its state lives. The Protocols say what it needs of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pipeline.domain.events import Event
from pipeline.domain.timeline import Timeline
from pipeline.domain.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """All verdicts of one timeline after something happened to it.

    Attributes:
        root: the label of the timeline, the smallest of its identifiers.
        verdicts: every case of the timeline, sorted by case.
        absorbed: roots whose timelines became part of this one; their verdicts are superseded.
        causes: ids of the events that led to it; empty where only time has passed.
        at: when the monitor said so.
    """

    root: str
    verdicts: tuple[Verdict, ...]
    absorbed: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    at: datetime


class Store(Protocol):
    """Where timelines live, by root, and which keys lead to which root."""

    def roots(self, keys: Sequence[str]) -> set[str]:
        """Return the roots to which any of ``keys`` leads."""

    def load(self, root: str) -> Timeline:
        """Return the timeline of ``root``; an empty one where it is not known."""

    def save(self, root: str, timeline: Timeline, keys: Iterable[str]) -> None:
        """Keep ``timeline`` under ``root`` and let ``keys`` lead to it."""

    def absorb(self, root: str, other: str) -> None:
        """Let every key that led to ``other`` lead to ``root``, and forget ``other``'s timeline."""

    def schedule(self, root: str, at: datetime | None) -> None:
        """Wake ``root`` at ``at``; never, where None."""

    def due(self, now: datetime, limit: int) -> list[str]:
        """Return at most ``limit`` roots whose time has come, the longest due first."""


class Sink(Protocol):
    """Who is told of changes: the ledger, metrics, the live pages. Telling twice must be harmless."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Take the changes of one settling, all or none."""
