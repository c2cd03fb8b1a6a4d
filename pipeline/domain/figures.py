"""The published figures (definitions §7), from verdicts alone, in one pass over them.

Cohorts are the counted cases opened in one ISO week of the report zone, open cases included. A
cohort is mature 42 days after its week ended, because then each of its cases is; until then a share
of first-time-right has bounds only. Every screen, report and metric takes its numbers from here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from pipeline.domain.calendar import iso_week, week_bounds
from pipeline.domain.measures import JUDGED, Gap, measure, measure_gaps
from pipeline.domain.policy import Policy
from pipeline.domain.rates import Figure, Stamp
from pipeline.domain.scope import EVERYTHING, NONE, Scope
from pipeline.domain.tally import MONTH, WEEK, Tally
from pipeline.domain.verdict import Verdict

Counts = Mapping[str, int | None]
"""Cases by state; None where the number is withheld."""

Cell = tuple[str, str]
"""The week of opening and the topic of some cases."""

NO_TOPIC: Final = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of one cell: a week, a topic, or everything.

    ``n`` is the number of counted cases, ``cases`` of all. ``figures`` has every name of
    `DEFINITIONS`. ``week`` is None where the cell is not one week.
    """

    week: str | None
    mature: bool
    n: int
    cases: int
    policies: tuple[str, ...]
    as_of: datetime
    figures: Mapping[str, Figure]
    gaps: tuple[Gap, ...]
    outcomes: Counts
    not_counted: Counts
    routes: Counts
    left_in: Counts
    confirmed_by: Counts
    promises: Counts
    hidden: bool = False

    def __getitem__(self, name: str) -> Figure:
        """Return the figure of that name; a KeyError says that there is none."""
        return self.figures[name]

    def suppressed(self, below: int) -> "Figures":
        """Return what a shared report may show: no cell with 1 to ``below - 1`` cases (§7).

        What could be worked out by taking the shown cells from a shown total is not looked for.
        """
        return replace(
            self,
            n=0 if 0 < self.n < below else self.n,
            cases=0 if 0 < self.cases < below else self.cases,
            figures={name: one.suppressed(below) for name, one in self.figures.items()},
            gaps=tuple(gap.suppressed(below) for gap in self.gaps),
            outcomes=_suppressed(self.outcomes, below),
            not_counted=_suppressed(self.not_counted, below),
            routes=_suppressed(self.routes, below),
            left_in=_suppressed(self.left_in, below),
            confirmed_by=_suppressed(self.confirmed_by, below),
            promises=_suppressed(self.promises, below),
            hidden=0 < self.cases < below,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The figures of every week, oldest first, of every topic, and of all together.

    ``matured`` holds the weeks that are mature, together: the newest rate that no open case can
    move any more. ``scope`` says over which cases all of them were taken.
    """

    overall: Figures
    matured: Figures
    weeks: tuple[Figures, ...]
    topics: Mapping[str, Figures]
    scope: Scope = EVERYTHING


def build_figures(
    verdicts: Iterable[Verdict],
    as_of: datetime,
    policy: Policy,
    weeks: Collection[str] | None = None,
    scope: Scope = EVERYTHING,
    suspected: Mapping[str, bool] = MappingProxyType({}),
) -> Published:
    """Return all figures over ``verdicts``; with ``weeks``, of the cases opened in these.

    ``scope`` narrows further; recurrences are looked for in all of ``verdicts``.
    ``policy`` gives the report zone and the time to maturity; the thresholds behind a verdict are
    those of the verdict's own policy. Takes one pass, in memory of a few numbers a case. A
    recurrence is found where the case that came back and the recurrence are both in ``verdicts``.
    ``suspected`` are the cases that began in public and may be escalations, and whether they may be
    escalation-only: they widen ranges, as those do that say so themselves.
    """
    cells: defaultdict[Cell, Tally] = defaultdict(Tally)
    confirmed: dict[str, Cell] = {}
    recurred: set[str] = set()
    for verdict in verdicts:
        if verdict.recurrence_of is not None and verdict.counted:
            recurred.add(verdict.recurrence_of)
        week = iso_week(verdict.opened_at, policy.report_zone)
        if (weeks is None or week in weeks) and scope.covers(verdict, policy.report_zone):
            cell = (week, verdict.facts.topic or NO_TOPIC)
            cells[cell].add(verdict, as_of)
            if verdict.case in suspected and not verdict.stated_escalation and verdict.counted:
                cells[cell].counts["case", "suspected"] += 1
                cells[cell].counts["case", "suspected_possible"] += suspected[verdict.case]
            if verdict.confirmed:
                confirmed[verdict.case] = cell
    for case in recurred & confirmed.keys():
        cells[confirmed[case]].counts["case", "recurred"] += 1
    return publish(cells, as_of, policy, scope)


def publish(
    cells: Mapping[Cell, Tally], as_of: datetime, policy: Policy, scope: Scope = EVERYTHING
) -> Published:
    """Return all figures from what was counted in each cell, however it was counted."""
    return replace(_published(cells, _Reading(as_of=as_of, policy=policy)), scope=scope)


def publish_overall(cells: Mapping[Cell, Tally], as_of: datetime, policy: Policy) -> Figures:
    """Return what `publish` returns as ``overall``, without working out the parts."""
    counted = ((week, tally) for (week, _), tally in cells.items())
    return _figures(counted, _Reading(as_of=as_of, policy=policy))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What turns a tally into figures: the moment and the policy."""

    as_of: datetime
    policy: Policy

    def mature(self, weeks: Iterable[str], after: timedelta) -> bool:
        """Return whether all ``weeks`` had ended ``after`` before ``as_of``."""
        ends = (week_bounds(week, self.policy.report_zone)[1] for week in weeks)
        return all(end + after <= self.as_of for end in ends)

    def maturity(self, weeks: Collection[str]) -> Mapping[str, bool]:
        """Return for each share of `JUDGED` whether it is mature: shorter windows are, sooner."""
        claims = self.policy.horizon - self.policy.confirmation
        windows = {"ftr_7d": WEEK, "ftr_30d": MONTH}
        return {
            name: self.mature(weeks, claims + windows.get(name, self.policy.confirmation))
            for name in JUDGED
        }


def _published(cells: Mapping[Cell, Tally], reading: _Reading) -> Published:
    weeks = sorted({week for week, _ in cells})
    topics = sorted({topic for _, topic in cells})
    mature = [week for week in weeks if reading.mature([week], reading.policy.horizon)]
    by_week = {week: Tally() for week in weeks}
    by_topic: dict[str, list[tuple[str, Tally]]] = {topic: [] for topic in topics}
    for (week, topic), tally in cells.items():
        by_week[week].merge(tally)
        by_topic[topic].append((week, tally))
    return Published(
        overall=_figures(by_week.items(), reading),
        matured=_figures([(week, by_week[week]) for week in mature], reading),
        weeks=tuple(_figures([(week, by_week[week])], reading, week) for week in weeks),
        topics={topic: _figures(by_topic[topic], reading) for topic in topics},
    )


def _figures(
    cells: Iterable[tuple[str, Tally]], reading: _Reading, week: str | None = None
) -> Figures:
    tally, weeks = Tally(), set[str]()
    for cohort, cell in cells:
        tally.merge(cell)
        weeks.add(cohort)
    stamp = Stamp(policies=tuple(sorted(tally.policies)), as_of=reading.as_of)
    outcomes = tally.states("outcome")
    return Figures(
        week=week,
        mature=reading.mature(weeks, reading.policy.horizon),
        n=tally.counts["case", "counted"],
        cases=sum(outcomes.values()),
        policies=stamp.policies,
        as_of=stamp.as_of,
        figures=measure(tally, stamp, reading.maturity(weeks)),
        gaps=measure_gaps(tally, stamp),
        outcomes=outcomes,
        not_counted=tally.states("not_counted"),
        routes=tally.states("route"),
        left_in=tally.states("left_in"),
        confirmed_by=tally.states("confirmed_by"),
        promises=tally.states("promise"),
    )


def _suppressed(counts: Counts, below: int) -> Counts:
    return {state: None if n and n < below else n for state, n in counts.items()}
