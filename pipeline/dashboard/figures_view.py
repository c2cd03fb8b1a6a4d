"""The page of all figures: each with its reach, its n and its cases; by theme and by reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.dashboard.numbers import Number, number
from pipeline.dashboard.queues import Desk
from pipeline.dashboard.times import When, duration
from pipeline.dashboard.trend import Trend, build_trend
from pipeline.domain.figures import Figures, Published
from pipeline.domain.measures import Gap

SECTIONS: Final = (
    ("First-time-right", ("ftr", "ftr_strict", "ftr_7d", "ftr_30d", "one_contact")),
    ("Going public", ("escalation", "eor_escalated", "eor_counted")),
    (
        "Promises",
        (
            "promises_kept", "promises_late", "promises_broken", "promises_unknown",
            "promises_vague",
        ),
    ),
    ("Conduct", ("run_around", "avoidance", "avoidance_wait", "false_pause")),
    (
        "Resolution",
        ("recurrence", "contacts_per_resolution", "resolution_wall", "resolution_business"),
    ),
    (
        "What other vendors call first contact resolution",
        ("fcr_few_replies", "fcr_closed_once", "fcr_no_further_message", "fcr_one_update"),
    ),
)  # fmt: skip
TRENDS: Final = ("ftr", "escalation", "eor_counted", "promises_kept", "run_around", "avoidance")
THEMED: Final = ("ftr", "escalation", "eor_counted", "promises_kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """Private and public waits of one band of reach; widths are shares of the longest."""

    band: str
    private: str
    public: str
    private_width: float
    public_width: float
    n: int
    cut_short: int
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLine:
    """The figures of one theme."""

    name: str
    link: str
    cases: int
    list: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresView:
    """Everything that the page of figures shows."""

    cases: int
    counted: int
    as_of: When | None
    policies: str
    sections: tuple[tuple[str, tuple[Number, ...]], ...]
    waits: tuple[Number, Number]
    gaps: tuple[GapLine, ...]
    themes: tuple[ThemeLine, ...]
    theme_labels: tuple[str, ...]
    trend: Trend


def build_figures_view(desk: Desk) -> FiguresView:
    """Return the page of figures over the scope that is asked for."""
    published = desk.book.figures(desk.teller.now, desk.asked.scope)
    whole = published.overall
    return FiguresView(
        cases=whole.cases,
        counted=whole.n,
        as_of=desk.teller.when(whole.as_of),
        policies=", ".join(whole.policies),
        sections=tuple(
            (title, tuple(number(whole[name], desk.asked) for name in names))
            for title, names in SECTIONS
        ),
        waits=(
            number(whole["private_wait"], desk.asked),
            number(whole["public_wait"], desk.asked),
        ),
        gaps=tuple(_gaps(whole, desk)),
        themes=tuple(_themes(published, desk)),
        theme_labels=tuple(whole[name].label for name in THEMED),
        trend=build_trend(published, desk.asked, TRENDS),
    )


def _gaps(whole: Figures, desk: Desk) -> Iterator[GapLine]:
    longest = max(
        (one.value or 0.0 for gap in whole.gaps for one in (gap.private, gap.public)), default=0.0
    )
    for gap in whole.gaps:
        yield _gap(gap, longest or 1.0, desk)


def _gap(gap: Gap, longest: float, desk: Desk) -> GapLine:
    return GapLine(
        band=gap.band,
        private=duration(gap.private.value),
        public=duration(gap.public.value),
        private_width=round(100 * (gap.private.value or 0.0) / longest, 1),
        public_width=round(100 * (gap.public.value or 0.0) / longest, 1),
        n=gap.private.n,
        cut_short=gap.cut_short or 0,
        link=desk.asked.within("/cases", figure="private_wait", band=gap.band),
    )


def _themes(published: Published, desk: Desk) -> Iterator[ThemeLine]:
    for name, figures in sorted(published.topics.items(), key=lambda one: -one[1].n):
        asked = desk.asked.narrowed(topic=name)
        yield ThemeLine(
            name="no theme" if name == "none" else name.replace("_", " "),
            link=asked.within("/figures"),
            cases=figures.cases,
            list=asked.within("/cases"),
            numbers=tuple(number(figures[one], asked) for one in THEMED),
        )
