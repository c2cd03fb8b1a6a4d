"""What the pages read, as a Protocol: they show what others decided and decide nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pipeline.domain.comparison import Comparison
from pipeline.domain.events import Event, Message, Reading
from pipeline.domain.figures import Published
from pipeline.domain.scope import CaseFilter, Facets, Scope
from pipeline.domain.suspecting import Suspicion
from pipeline.domain.verdict import Verdict
from pipeline.warning import Warned


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A part of a list, and how many cases the whole of it has.

    ``searched`` is in how many cases texts were looked through for words, where that is less than
    all that pass the other filters; None where nothing was left out.
    """

    items: Sequence[Verdict]
    total: int
    searched: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """A published verdict that later events or time changed, and what was published before.

    ``changes`` maps each field that differs to what it was and what it is. ``causes`` are ids of
    events; empty where only time had passed.
    """

    at: datetime
    causes: tuple[str, ...]
    changes: Mapping[str, tuple[Any, Any]]
    reason: str = ""


class Book(Protocol):
    """Verdicts, timelines and figures as they are now. Called from worker threads."""

    def figures(self, now: datetime, scope: Scope) -> Published:
        """Return the published figures over a scope as of ``now``, or a little earlier."""

    def comparison(self, now: datetime, scope: Scope) -> Comparison:
        """Return the cases of a scope under every definition, as of ``now`` or a little earlier."""

    def facets(self, now: datetime) -> Facets:
        """Return by what cases can be narrowed."""

    def waiting(
        self, now: datetime, limit: int, scope: Scope, public: bool | None = None
    ) -> Sequence[Verdict]:
        """Return cases in which a contact waits for a reply at ``now``.

        First those that wait in public, then the others; the longest wait first in each. With
        ``public``, only the ones or only the others.
        """

    def promised_until(self, dues: Sequence[datetime | None], scope: Scope) -> tuple[int, ...]:
        """Return in how many cases a promise that is still to be kept falls due by each moment.

        None stands for whenever.
        """

    def promised(
        self, limit: int, scope: Scope, after: datetime | None = None
    ) -> Sequence[Verdict]:
        """Return cases with a promise that is still to be kept, the first due first.

        With ``after``, those in which the first of them falls due later than that.
        """

    def at_risk(self, now: datetime, limit: int, scope: Scope) -> Sequence[Warned]:
        """Return the open cases most likely to go public within 48 hours of ``now``, these first.

        Only those with more than the usual risk; none where no risk model is at hand.
        """

    def warning(self, verdict: Verdict, now: datetime) -> Warned | None:
        """Return how likely a case is to go public; None where it cannot, or nobody knows."""

    def escalations(self, limit: int, scope: Scope) -> Sequence[Verdict]:
        """Return escalated cases: escalation-only first, then the latest post first."""

    def suspected(self, limit: int) -> Sequence[Suspicion]:
        """Return the probable links that nobody has decided yet, the most probable first."""

    def cases(self, which: CaseFilter, now: datetime, offset: int, limit: int) -> CasePage:
        """Return cases that pass the filter, the latest opened first."""

    def count(self, which: CaseFilter, now: datetime) -> int:
        """Return how many cases pass the filter."""

    def every(self, which: CaseFilter, now: datetime, limit: int) -> Iterator[Verdict]:
        """Yield at most ``limit`` cases that pass the filter, in one state of the ledger."""

    def verdict(self, case: str, now: datetime) -> Verdict | None:
        """Return the verdict of a case, judged at ``now``; None where there is no such case."""

    def events(self, case: str, now: datetime) -> Sequence[Event]:
        """Return the events of a case as known at ``now``, by ``(at, id)``.

        Besides those that the verdict lists, the identity events that its evidence names. Messages
        come with what they were read to say, and without the personal data in their texts.
        """

    def message(
        self, verdict: Verdict, now: datetime, pick: Callable[[Message], bool]
    ) -> Message | None:
        """Return the first message of a case that fits, without the personal data in its text."""

    def readings(self, case: str, now: datetime) -> Mapping[str, Reading]:
        """Return who read the messages of a case, and what else was read of them, by message.

        Those that came with signals were read by nobody.
        """

    def restatements(self, case: str) -> Sequence[Restatement]:
        """Return what was restated of a case, the latest first."""

    def revision(self) -> int:
        """Return a number that is another one after every change. Cheap: asked every second."""
