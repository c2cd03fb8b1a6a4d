"""The first page: what urges now, who had to go public, how often it was right the first time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from pipeline.dashboard import words
from pipeline.dashboard.charts import draw_shares
from pipeline.dashboard.numbers import Number, number
from pipeline.dashboard.queues import (
    Desk,
    Group,
    Row,
    escalation_feed,
    promise_counts,
    risk_group,
    waiting_groups,
)
from pipeline.dashboard.times import When
from pipeline.dashboard.trend import Trend, build_trend
from pipeline.domain.figures import Published

WAITING_SHOWN: Final = 7
FEED_SHOWN: Final = 5
WARNINGS_SHOWN: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A count of what urges, where it leads, and what is worst of it."""

    name: str
    link: str
    count: int
    note: str
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One outcome of the bar."""

    name: str
    label: str
    hint: str
    count: int
    share: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that the first page shows."""

    empty: bool
    policies: str
    as_of: When | None
    cases: int
    counted: int
    tiles: tuple[Tile, ...]
    eor: Number
    eor_counted: Number
    ftr: Number
    ftr_now: Number
    promises: Number
    promise_states: tuple[tuple[str, int, str], ...]
    run_around: Number
    private_wait: Number
    public_wait: Number
    waiting: tuple[Row, ...]
    feed: tuple[Row, ...]
    warnings: tuple[Row, ...]
    outcomes: tuple[Part, ...]
    bar: Markup
    left_in: tuple[tuple[str, int, str], ...]
    """What the escalated had been left with when they posted, the most frequent first."""
    trend: Trend


def build_overview(desk: Desk) -> Overview:
    """Return the first page over the scope that is asked for."""
    published = desk.book.figures(desk.teller.now, desk.asked.scope)
    whole = published.overall
    waiting = waiting_groups(desk, WAITING_SHOWN)
    risk = risk_group(desk, WARNINGS_SHOWN)
    return Overview(
        empty=whole.cases == 0,
        policies=", ".join(whole.policies),
        as_of=desk.teller.when(whole.as_of),
        cases=whole.cases,
        counted=whole.n,
        tiles=tuple(_tiles(desk, waiting, risk)),
        eor=number(whole["eor_escalated"], desk.asked),
        eor_counted=number(whole["eor_counted"], desk.asked),
        ftr=_mature_ftr(published, desk),
        ftr_now=number(whole["ftr"], desk.asked),
        promises=number(whole["promises_kept"], desk.asked),
        promise_states=tuple(
            (words.named(words.PROMISES, state), count, desk.asked.within("/cases", promise=state))
            for state in ("kept", "late", "broken")
            if (count := whole.promises.get(state))
        ),
        run_around=number(whole["run_around"], desk.asked),
        private_wait=number(whole["private_wait"], desk.asked),
        public_wait=number(whole["public_wait"], desk.asked),
        waiting=tuple(row for group in waiting for row in group.rows)[:WAITING_SHOWN],
        feed=escalation_feed(desk, FEED_SHOWN),
        warnings=risk.rows,
        outcomes=_parts(whole.outcomes, desk),
        bar=draw_shares([(name, whole.outcomes.get(name) or 0) for name in words.OUTCOMES]),
        left_in=_left_in(whole.left_in, desk),
        trend=build_trend(published, desk.asked, ("ftr",)),
    )


def _tiles(desk: Desk, waiting: Sequence[Group], risk: Group) -> Iterator[Tile]:
    public, private = waiting
    yield _tile(desk, "Waiting in public", "/waiting", public, "longest {}")
    yield _tile(desk, "Waiting in private", "/waiting", private, "longest {}")
    overdue, today, later = promise_counts(desk)
    yield Tile(
        name="Promises to keep",
        link=desk.asked.within("/promises"),
        count=overdue + today + later,
        note=f"{overdue:,} overdue, {today:,} due today",
        bad=overdue > 0,
    )
    standing = desk.count(unfinished=True, paused=True)
    yield Tile(
        name="False pauses",
        link=desk.asked.within("/false-pauses"),
        count=desk.count(unfinished=True, false_pause=True),
        note=f"{standing:,} standing now",
        bad=standing > 0,
    )
    yield _tile(desk, "May go public", "/warnings", risk, "up to {} the usual")


def _tile(desk: Desk, name: str, path: str, group: Group, note: str) -> Tile:
    first = group.rows[0] if group.rows else None
    told = note.format(first.lead) if first else "none"
    overdue = first is not None and first.bad
    return Tile(
        name=name,
        link=desk.asked.within(path),
        count=group.total,
        note=told + (", overdue" if overdue else ""),
        bad=overdue,
    )


def _mature_ftr(published: Published, desk: Desk) -> Number:
    """Return first-time-right of the weeks that are mature, leading to the cases of these."""
    mature = [week.week for week in published.weeks if week.mature]
    scope = replace(desk.asked.scope, until=mature[-1] if mature else desk.asked.scope.until)
    asked = replace(desk.asked, last=None, which=replace(desk.asked.which, scope=scope))
    return number(published.matured["ftr"], asked)


def _parts(outcomes: Mapping[str, int | None], desk: Desk) -> tuple[Part, ...]:
    total = sum(count or 0 for count in outcomes.values())
    return tuple(
        Part(
            name=name,
            label=label,
            hint=words.OUTCOME_HINTS[name],
            count=count,
            share=f"{count / total:.0%}",
            link=desk.asked.within("/cases", outcome=name),
        )
        for name, label in words.OUTCOMES.items()
        if (count := outcomes.get(name) or 0)
    )


def _left_in(counts: Mapping[str, int | None], desk: Desk) -> tuple[tuple[str, int, str], ...]:
    known = [
        (
            words.named(words.LEFT_IN, name),
            count,
            desk.asked.within("/cases", figure="eor_escalated", left_in=name),
        )
        for name, count in counts.items()
        if count
    ]
    return tuple(sorted(known, key=lambda one: -one[1]))
