"""The overview: who waits, who had to go public, how often it was right the first time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from pipeline.dashboard import words
from pipeline.dashboard.charts import draw_shares, draw_weeks
from pipeline.dashboard.ports import Book
from pipeline.dashboard.rows import (
    EscalationRow,
    WaitingRow,
    WarningRow,
    escalation_row,
    waiting_row,
    warning_row,
)
from pipeline.dashboard.times import Teller, When, duration
from pipeline.domain.figures import Figures, Published
from pipeline.domain.policy import Policy
from pipeline.domain.rates import Figure
from pipeline.domain.scope import EVERYTHING, Scope

WAITING_SHOWN: Final = 8
WAITING_COUNTED: Final = 100
ESCALATIONS_SHOWN: Final = 6
WARNINGS_SHOWN: Final = 6
WEEKS_SHOWN: Final = 12
WEEKS_SHOWN_NARROW: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One figure as a page shows it: the number, its reach, and over how many it was measured."""

    label: str
    value: str
    reach: str
    n: int
    count: int | None
    note: str
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One outcome of the bar."""

    name: str
    label: str
    hint: str
    count: int
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLine:
    """One week of the table behind the chart."""

    week: str
    n: int
    value: str
    reach: str
    mature: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that the overview shows."""

    empty: bool
    policies: str
    as_of: When | None
    cases: int
    counted: int
    eor: Number
    eor_counted: Number
    ftr: Number
    ftr_mature: bool
    promises: Number
    promise_states: tuple[tuple[str, int], ...]
    run_around: Number
    private_wait: Number
    public_wait: Number
    waiting: tuple[WaitingRow, ...]
    waiting_total: str
    overdue: str
    """How many of them are overdue; with a plus where there may be more."""
    warnings: tuple[WarningRow, ...]
    escalations: tuple[EscalationRow, ...]
    outcomes: tuple[Part, ...]
    bar: Markup
    left_in: tuple[tuple[str, int], ...]
    """What the escalated had been left with when they posted, the most frequent first."""
    chart: Markup
    chart_narrow: Markup
    weeks: tuple[WeekLine, ...]


def build_overview(
    book: Book, teller: Teller, policy: Policy, scope: Scope = EVERYTHING
) -> Overview:
    """Return the overview over a scope as of the teller's now."""
    published = book.figures(teller.now, scope)
    whole = published.overall
    waiting = book.waiting(teller.now, WAITING_COUNTED, scope)
    rows = [
        waiting_row(one, book.events(one.case, teller.now), teller, policy)
        for one in waiting[:WAITING_SHOWN]
    ]
    overdue = sum(row.avoided for row in rows)
    mature = published.matured["ftr"].n > 0
    return Overview(
        empty=whole.cases == 0,
        policies=", ".join(whole.policies),
        as_of=teller.when(whole.as_of),
        cases=whole.cases,
        counted=whole.n,
        eor=number(whole["eor_escalated"]),
        eor_counted=number(whole["eor_counted"]),
        ftr=number((published.matured if mature else whole)["ftr"]),
        ftr_mature=mature,
        promises=number(whole["promises_kept"]),
        promise_states=tuple(
            (words.named(words.PROMISES, state), count)
            for state in words.PROMISES
            if (count := whole.promises.get(state))
        ),
        run_around=number(whole["run_around"]),
        private_wait=number(whole["private_wait"]),
        public_wait=number(whole["public_wait"]),
        waiting=tuple(rows),
        waiting_total=f"{len(waiting)}{'+' if len(waiting) == WAITING_COUNTED else ''}",
        overdue=f"{overdue}{'+' if overdue == len(rows) < len(waiting) else ''}",
        warnings=_warnings(book, teller, scope),
        escalations=_escalations(book, teller, scope),
        outcomes=_parts(whole.outcomes),
        bar=draw_shares([(name, whole.outcomes.get(name) or 0) for name in words.OUTCOMES]),
        left_in=_left_in(whole.left_in),
        chart=_chart(published, WEEKS_SHOWN, 1120, 270),
        chart_narrow=_chart(published, WEEKS_SHOWN_NARROW, 320, 230),
        weeks=tuple(_week_line(week) for week in published.weeks[-WEEKS_SHOWN:]),
    )


def number(figure: Figure) -> Number:
    """Return a figure in the words of a page."""
    return Number(
        label=figure.label,
        value=_value(figure),
        reach=_reach(figure),
        n=figure.n,
        count=figure.count,
        note=figure.note,
        known=figure.n > 0 and not figure.hidden,
    )


def _value(figure: Figure) -> str:
    if figure.n == 0:
        return "–"
    if figure.value is None:
        low, high = figure.low or 0.0, figure.high or 0.0
        return f"{low:.0%}" if low == high else f"{low * 100:.0f}–{high:.0%}"
    if figure.unit == "seconds":
        return duration(figure.value)
    return f"{figure.value:.0%}" if figure.unit == "share" else f"{figure.value:.1f}"


_REACHES: Final[Mapping[str, str]] = {
    "rate": "95% interval {} to {}",
    "range": "range {} to {}",
    "bounds": "will lie between {} and {}",
}


def _reach(figure: Figure) -> str:
    if figure.n == 0 or figure.low is None or figure.high is None or figure.low == figure.high:
        return ""
    return _REACHES[figure.kind].format(f"{figure.low:.0%}", f"{figure.high:.0%}")


def _warnings(book: Book, teller: Teller, scope: Scope) -> tuple[WarningRow, ...]:
    return tuple(
        warning_row(one, book.events(one.verdict.case, teller.now), teller)
        for one in book.at_risk(teller.now, WARNINGS_SHOWN, scope)
    )


def _escalations(book: Book, teller: Teller, scope: Scope) -> tuple[EscalationRow, ...]:
    return tuple(
        escalation_row(one, book.events(one.case, teller.now), teller)
        for one in book.escalations(ESCALATIONS_SHOWN, scope)
    )


def _parts(outcomes: Mapping[str, int | None]) -> tuple[Part, ...]:
    total = sum(count or 0 for count in outcomes.values())
    return tuple(
        Part(
            name=name,
            label=label,
            hint=words.OUTCOME_HINTS[name],
            count=count,
            share=f"{count / total:.0%}",
        )
        for name, label in words.OUTCOMES.items()
        if (count := outcomes.get(name) or 0)
    )


def _left_in(counts: Mapping[str, int | None]) -> tuple[tuple[str, int], ...]:
    known = [(words.named(words.LEFT_IN, name), count or 0) for name, count in counts.items()]
    return tuple(sorted((one for one in known if one[1]), key=lambda one: -one[1]))


def _chart(published: Published, weeks: int, width: int, height: int) -> Markup:
    return draw_weeks(published.weeks[-weeks:], "ftr", width, height)


def _week_line(week: Figures) -> WeekLine:
    figure = number(week["ftr"])
    return WeekLine(
        week=week.week or "",
        n=figure.n,
        value=figure.value,
        reach=figure.reach,
        mature=week.mature,
    )
