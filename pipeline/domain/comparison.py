"""The same cases under every definition of "solved at first contact", and what each one hides.

A definition hides a case where it calls it solved although, by ours, it was not right the first
time. Each hidden case has one cause (`pipeline.domain.causes`), so that the parts add up to the
whole. What a definition leaves out of its denominator is counted, too: vendors count tickets that
somebody claims to have solved, and an open case is nobody's failure there.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol, TypeVar

from pipeline.domain.causes import LABELS, Cause, cause_of
from pipeline.domain.figures import Figures, build_figures
from pipeline.domain.policy import Policy
from pipeline.domain.rates import Figure
from pipeline.domain.scope import EVERYTHING, Scope
from pipeline.domain.suppression import shown
from pipeline.domain.tally import VENDORS, judgements
from pipeline.domain.verdict import Ftr, Verdict

K = TypeVar("K")
OURS: Final = "ftr"
COMPARED: Final = (OURS, "ftr_strict", "ftr_7d", "ftr_30d", "one_contact", *VENDORS)
"""The definitions in the order in which they are shown, by the names of their figures."""
EXAMPLES_MAX: Final = 50
"""How many hidden cases of each cause are named: those opened last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Cases that a definition calls solved and we do not, for one cause.

    ``cases`` are those opened last, `EXAMPLES_MAX` at most, the latest first. ``count`` is None
    where it is withheld.
    """

    cause: Cause
    label: str
    count: int | None
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One definition beside ours. Numbers are cases; None where they are withheld.

    Attributes:
        figure: the published figure of the definition.
        solved: what it calls solved.
        agreed: of these, first-time-right by ours too.
        unknown: of these, not yet known by ours.
        denied: of these, not first-time-right by ours: what the definition hides.
        denied_public: of the denied, those whose customer went public.
        hidden: the denied by cause, the most frequent first.
        left_out: counted cases that are not in its denominator.
        left_out_denied: of these, not first-time-right by ours.
        missed: first-time-right by ours, and not solved by the definition.
    """

    figure: Figure
    solved: int | None
    agreed: int | None
    unknown: int | None
    denied: int | None
    denied_public: int | None
    hidden: tuple[Hidden, ...]
    left_out: int | None
    left_out_denied: int | None
    missed: int | None

    def suppressed(self, below: int) -> "Compared":
        """Return what a shared report may show: no number from 1 to ``below - 1``, no case.

        Nor one that is the whole without the parts that are shown.
        """
        ours = _parts(
            {"agreed": self.agreed, "unknown": self.unknown, "denied": self.denied}, below
        )
        causes = _parts({one.cause: one.count for one in self.hidden}, below)
        alone = ("solved", "denied_public", "left_out", "left_out_denied", "missed")
        return replace(
            self,
            figure=self.figure.suppressed(below),
            hidden=tuple(replace(one, count=causes[one.cause], cases=()) for one in self.hidden),
            **ours,
            **{name: _withheld(getattr(self, name), below) for name in alone},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All definitions over the same cases; ``n`` counted cases."""

    n: int
    policies: tuple[str, ...]
    as_of: datetime
    rows: tuple[Compared, ...]

    def __getitem__(self, name: str) -> Compared:
        """Return the row of a definition; a KeyError says that there is none."""
        found = next((one for one in self.rows if one.figure.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def suppressed(self, below: int) -> "Comparison":
        """Return what a shared report may show of it."""
        rows = tuple(row.suppressed(below) for row in self.rows)
        return replace(self, n=_withheld(self.n, below) or 0, rows=rows)


class Watcher(Protocol):
    """Whatever counts verdicts while the figures are made of them."""

    def add(self, verdict: Verdict, as_of: datetime, /) -> None:
        """Count one case."""


def watched(
    verdicts: Iterable[Verdict],
    as_of: datetime,
    policy: Policy,
    watchers: Collection[Watcher],
    scope: Scope = EVERYTHING,
) -> Iterator[Verdict]:
    """Yield the verdicts; tell the watchers of the counted ones among them that lie in ``scope``.

    So that whatever is published together is made of one pass over one state of the ledger.
    """
    for verdict in verdicts:
        if verdict.counted and scope.covers(verdict, policy.report_zone):
            for one in watchers:
                one.add(verdict, as_of)
        yield verdict


def build_comparison(
    verdicts: Iterable[Verdict],
    as_of: datetime,
    policy: Policy,
    scope: Scope = EVERYTHING,
) -> Comparison:
    """Return the comparison over those of ``verdicts`` that lie in ``scope``."""
    tally = ComparisonTally()
    seen = watched(verdicts, as_of, policy, [tally], scope)
    return tally.compared(build_figures(seen, as_of, policy, scope=scope).overall)


@dataclass(slots=True)
class _Row:
    """What was counted for one definition."""

    solved: dict[Ftr, int] = field(default_factory=lambda: {"yes": 0, "no": 0, "undetermined": 0})
    denied_public: int = 0
    left_out: int = 0
    left_out_denied: int = 0
    missed: int = 0
    causes: dict[Cause, int] = field(default_factory=dict)
    latest: dict[Cause, list[tuple[datetime, str]]] = field(default_factory=dict)


@dataclass(slots=True)
class ComparisonTally:
    """Cross-tabulates every definition with ours, in bounded memory."""

    _rows: dict[str, _Row] = field(default_factory=lambda: {name: _Row() for name in COMPARED})

    def add(self, verdict: Verdict, as_of: datetime) -> None:
        """Count one counted case."""
        said, cause = dict(judgements(verdict, as_of)), cause_of(verdict)
        ours = said[OURS]
        for name, row in self._rows.items():
            theirs = said.get(name)
            if theirs is None:
                row.left_out += 1
                row.left_out_denied += ours == "no"
            elif theirs == "yes":
                row.solved[ours] += 1
                if cause is not None:
                    row.denied_public += verdict.route == "escalated"
                    _count(row, cause, verdict)
            elif theirs == "no" and ours == "yes":
                row.missed += 1

    def compared(self, figures: Figures) -> Comparison:
        """Return the comparison, with the figures that were made of the same verdicts."""
        return Comparison(
            n=figures.n,
            policies=figures.policies,
            as_of=figures.as_of,
            rows=tuple(_compared(figures[name], row) for name, row in self._rows.items()),
        )


def _count(row: _Row, cause: Cause, verdict: Verdict) -> None:
    row.causes[cause] = row.causes.get(cause, 0) + 1
    latest, named = row.latest.setdefault(cause, []), (verdict.opened_at, verdict.case)
    if len(latest) < EXAMPLES_MAX:
        heapq.heappush(latest, named)
    else:
        heapq.heappushpop(latest, named)


def _compared(figure: Figure, row: _Row) -> Compared:
    ranked = sorted(row.causes.items(), key=lambda one: (-one[1], one[0]))
    return Compared(
        figure=figure,
        solved=sum(row.solved.values()),
        agreed=row.solved["yes"],
        unknown=row.solved["undetermined"],
        denied=row.solved["no"],
        denied_public=row.denied_public,
        hidden=tuple(
            Hidden(
                cause=cause,
                label=LABELS[cause],
                count=count,
                cases=tuple(case for _, case in sorted(row.latest[cause], reverse=True)),
            )
            for cause, count in ranked
        ),
        left_out=row.left_out,
        left_out_denied=row.left_out_denied,
        missed=row.missed,
    )


def _parts(parts: Mapping[K, int | None], below: int) -> dict[K, int | None]:
    return shown({name: n for name, n in parts.items() if n is not None}, below)


def _withheld(number: int | None, below: int) -> int | None:
    return None if number is not None and 0 < number < below else number
