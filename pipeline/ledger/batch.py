"""From the changes of one settling to rows: what to write, what to delete, what to log. No I/O."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

from pipeline.domain.calendar import iso_week
from pipeline.domain.members import mark
from pipeline.domain.scope import paused_since
from pipeline.domain.tally import samples_of
from pipeline.domain.verdict import Outcome, Verdict
from pipeline.ledger.census import SAMPLES, Standing, standing_of
from pipeline.ledger.restating import Restatement, restated, vanished
from pipeline.ledger.tables import ticks, ticks_or_none
from pipeline.masks import pseudonym
from pipeline.monitor import Change
from pipeline.wire import decode_verdict, verdict_lines

Score = Callable[[Verdict], float | None]
"""How likely a case is to go public; None where it cannot any more."""

SURE: Final = mark("ftr_7d_sure")
"""The customer accepted before anything went wrong: no window has to pass."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the ledger holds of a case before (or, within a batch, after) a change."""

    case: str
    root: str
    revision: int
    digest: str
    line: str

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict itself, decoded when somebody asks."""
        return decode_verdict(self.line.encode())


class Batch:
    """Takes changes one after the other, as if each had been written before the next.

    Args:
        held: what the ledger holds under the roots and cases that the changes touch.
        zone: the report zone, which decides the week of a case.
        score: gives the risk of a case.

    Attributes:
        rows: rows of the verdict table to write, by case.
        gone: cases to delete.
        restatements: what to log, in order.
        signatures: what the rows add to the counts of figures, by the number of it.
        changed: how many verdicts are new or say something new, by their outcome now.
    """

    def __init__(self, held: Iterable[Held], zone: str, score: Score | None = None) -> None:
        self.rows: dict[str, Mapping[str, Any]] = {}
        self.gone: set[str] = set()
        self.restatements: list[Restatement] = []
        self.signatures: dict[int, str] = {}
        self.changed: Counter[Outcome] = Counter()
        self._zone = zone
        self._score = score
        self._held: dict[str, Held] = {}
        self._cases: defaultdict[str, set[str]] = defaultdict(set)
        for one in held:
            self._keep(one)

    def take(self, change: Change) -> None:
        """Write the verdicts of the change; delete what its timelines no longer hold."""
        remaining = {verdict.case for verdict in change.verdicts}
        cases = [case for root in (change.root, *change.absorbed) for case in self._cases[root]]
        stale = {case: self._held[case] for case in sorted(cases) if case not in remaining}
        for verdict in change.verdicts:
            before = self._held.get(verdict.case) or _predecessor(verdict, stale)
            self._put(change, verdict, before)
        for case, held in stale.items():
            self._drop(case, held)
            self.restatements.append(vanished(held.verdict, change))

    def _put(self, change: Change, verdict: Verdict, before: Held | None) -> None:
        line, steady = verdict_lines(verdict)
        digest = blake2b(steady, digest_size=16).hexdigest()
        same = before is not None and before.digest == digest
        if not same:
            self.changed[verdict.outcome] += 1
        revision = 1 if before is None else before.revision + (not same)
        if before is not None and not same:
            told = restated(before.verdict, verdict, change)
            self.restatements.extend([told] if told else [])
        held = Held(
            case=verdict.case,
            root=change.root,
            revision=revision,
            digest=digest,
            line=line.decode(),
        )
        self._keep(held)
        risk = None if self._score is None else self._score(verdict)
        standing = standing_of(verdict)
        self.signatures[standing.signature] = standing.counts
        self.rows[verdict.case] = {**_row(verdict, held, self._zone, standing), "risk": risk}
        self.gone.discard(verdict.case)

    def _keep(self, one: Held) -> None:
        other = self._held.get(one.case)
        if other is not None:
            self._cases[other.root].discard(one.case)
        self._held[one.case] = one
        self._cases[one.root].add(one.case)

    def _drop(self, case: str, held: Held) -> None:
        del self._held[case]
        self._cases[held.root].discard(case)
        self.rows.pop(case, None)
        self.gone.add(case)


def _predecessor(verdict: Verdict, stale: Mapping[str, Held]) -> Held | None:
    """Return the case that ``verdict`` continues under another name, as a late event gives it."""
    return next((stale[event] for event in verdict.events if event in stale), None)


def _row(verdict: Verdict, held: Held, zone: str, standing: Standing) -> Mapping[str, Any]:
    return {
        "case_id": verdict.case,
        "root": held.root,
        "revision": held.revision,
        "digest": held.digest,
        "outcome": verdict.outcome,
        "ftr": verdict.ftr,
        "route": verdict.route,
        "left_in": verdict.left_in,
        "topic": verdict.facts.topic,
        "final": verdict.final,
        "opened_at": ticks(verdict.opened_at),
        "opened_week": iso_week(verdict.opened_at, zone),
        "waiting_since": ticks_or_none(verdict.waiting_since),
        "escalated_at": ticks_or_none(verdict.escalated_at),
        **columns_of(verdict, standing),
        "line": held.line,
    }


def columns_of(verdict: Verdict, standing: Standing) -> Mapping[str, Any]:
    """Return the columns that schemas 3 and 4 added: what figures and lists are narrowed by."""
    facts = verdict.facts
    overdue, due, marks = facts.promise_failed_at, facts.promise_due, standing.marks
    return {
        "who": pseudonym(verdict.customer),
        "channels": barred(verdict.channels),
        "team": facts.team,
        "why": verdict.why,
        "confirmed_by": verdict.confirmed_by,
        "marks": marks,
        "promises": barred(state for state, number in verdict.promises.items() if number),
        "settled_at": None if marks & SURE else ticks_or_none(facts.settled_at),
        "recurrence_of": verdict.recurrence_of,
        "reach": facts.reach,
        "waiting_public_since": ticks_or_none(facts.waiting_public_since),
        "promise_due": None if verdict.final else ticks_or_none(overdue or due),
        "false_pauses": verdict.false_pauses or None,
        "paused_since": ticks_or_none(paused_since(verdict)),
        "signature": standing.signature,
        **dict.fromkeys(SAMPLES),
        **{name: seconds for (name, _), seconds in samples_of(verdict)},
    }


def barred(names: Iterable[str]) -> str:
    """Return names as one text in which ``|name|`` is found for each of them alone."""
    told = "|".join(name.replace("|", "/") for name in names)
    return f"|{told}|" if told else ""
