"""What the report reads, as a Protocol: it shows what others decided and decides nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from pipeline.domain.causes import Pick
from pipeline.domain.verdict import Ftr, Outcome, Verdict


class Restated(Protocol):
    """One line of the restatement log."""

    @property
    def outcome_before(self) -> Outcome:
        """What had been published."""

    @property
    def outcome_after(self) -> Outcome | None:
        """What is now; None where the case became part of another one."""

    @property
    def ftr_before(self) -> Ftr | None:
        """First-time-right as it had been published."""

    @property
    def ftr_after(self) -> Ftr | None:
        """First-time-right now."""

    @property
    def was_final(self) -> bool:
        """Whether the verdict had been final."""

    @property
    def causes(self) -> tuple[str, ...]:
        """Ids of the events that did it; empty where only time passed or the policy changed."""

    @property
    def changes(self) -> Mapping[str, tuple[Any, Any]]:
        """Each published field that differs, with what it was and what it is."""

    @property
    def reason(self) -> str:
        """The same in words."""

    @property
    def policy_before(self) -> str:
        """By which policy it had been judged."""

    @property
    def policy_after(self) -> str:
        """By which policy it is judged now."""


class Sources(Protocol):
    """Verdicts, restatements and texts as they are now."""

    def verdicts(self, first_week: str) -> Iterable[Verdict]:
        """Return all verdicts of cases opened in ``first_week`` or later, in one state."""

    def restated(self, start: datetime, end: datetime) -> Iterable[Restated]:
        """Return what was restated in ``[start, end)``."""

    def quote(self, pick: Pick, now: datetime) -> str | None:
        """Return what the customer wrote where the case went wrong, without personal data.

        None where the text is gone, was never there, or may not be shown.
        """

    def dead_letters(self) -> int | None:
        """Return how many inputs could not be used and wait for a mend; None where unknown."""
