"""The charts of the report as SVG: shapes, labels and class names; colours come from a style sheet.

First-time-right by opening week is one chart of two halves. A mature week is a point with its 95 %
interval, held against the steps of the control limits; a week that is younger than 42 days has no
rate yet, only the band in which it will lie.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

from markupsafe import Markup

from pipeline.domain.comparison import Compared, Comparison
from pipeline.domain.control_chart import Chart, Point
from pipeline.domain.figures import Figures
from pipeline.domain.measures import Gap
from pipeline.domain.rates import Figure
from pipeline.report.telling import duration, percent

TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 16, 44
WAITS: Final = ((3_600, "1 h"), (86_400, "1 d"), (604_800, "1 wk"), (2_592_000, "30 d"))
SHORTEST, LONGEST = 600, 3_000_000
"""Where the scale of waits begins and ends, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The size of a chart in CSS pixels, and its columns; shares go from the bottom to the top."""

    width: int
    height: int
    columns: int

    @property
    def step(self) -> float:
        """The width of one column."""
        return (self.width - LEFT - RIGHT) / max(1, self.columns)

    def x(self, column: float) -> float:
        """Return where the middle of a column lies, from 0."""
        return LEFT + (column + 0.5) * self.step

    def y(self, share: float) -> float:
        """Return how far down a share from 0 to 1 lies."""
        return TOP + (1 - share) * (self.height - TOP - BOTTOM)


def draw_control_chart(
    weeks: Sequence[Figures], chart: Chart, width: int, height: int, name: str
) -> Markup:
    """Return first-time-right by opening week, oldest first; ``name`` is what it is called."""
    frame = Frame(width=width, height=height, columns=len(weeks))
    points = {point.label: point for point in chart.points}
    shapes = [*_grid(frame), *_limits(frame, weeks, points), *_centre(frame, weeks, chart)]
    shapes += _trend(frame, weeks, points)
    for column, week in enumerate(weeks):
        shapes += _week(frame, column, week, points.get(week.week or ""))
    return _svg(width, height, name, shapes)


def _grid(frame: Frame) -> Iterator[Markup]:
    for tick in TICKS:
        y = frame.y(tick)
        yield Markup(
            '<line class="grid" x1="{x1}" x2="{x2}" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text class="tick" x="{tx}" y="{ty:.1f}" text-anchor="end">{label}</text>'
        ).format(x1=LEFT, x2=frame.width - RIGHT, y=y, tx=LEFT - 8, ty=y + 4, label=percent(tick))


def _limits(frame: Frame, weeks: Sequence[Figures], points: dict[str, Point]) -> Iterator[Markup]:
    """Yield the band between the control limits, a step for each week."""
    for column, week in enumerate(weeks):
        point = points.get(week.week or "")
        if point is None or point.low is None or point.high is None:
            continue
        x, top, low = frame.x(column) - frame.step / 2, frame.y(point.high), frame.y(point.low)
        yield Markup(
            '<rect class="limits" x="{x:.1f}" y="{y:.1f}" width="{w:.2f}" height="{h:.1f}"/>'
            '<path class="limit" d="M{x:.1f} {y:.1f}h{w:.2f}M{x:.1f} {b:.1f}h{w:.2f}"/>'
        ).format(x=x, y=top, w=frame.step, h=low - top, b=low)


def _centre(frame: Frame, weeks: Sequence[Figures], chart: Chart) -> Iterator[Markup]:
    columns = [at for at, week in enumerate(weeks) if week.mature]
    if chart.centre is None or not columns:
        return
    y = frame.y(chart.centre)
    yield Markup(
        '<line class="centre" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
    ).format(x1=frame.x(columns[0]) - frame.step / 2, x2=frame.x(columns[-1]) + frame.step / 2, y=y)


def _trend(frame: Frame, weeks: Sequence[Figures], points: dict[str, Point]) -> Iterator[Markup]:
    line = [
        f"{frame.x(column):.1f},{frame.y(point.share):.1f}"
        for column, week in enumerate(weeks)
        if (point := points.get(week.week or "")) is not None
    ]
    if len(line) > 1:
        yield Markup('<polyline class="trend" points="{}"/>').format(" ".join(line))


def _week(frame: Frame, column: int, week: Figures, point: Point | None) -> Iterator[Markup]:
    x, base, figure = frame.x(column), frame.height - BOTTOM, week["ftr"]
    yield Markup("<g><title>{}</title>").format(told(week.week or "", figure, point))
    if point is not None:
        yield from _point(frame, x, figure, point)
    elif figure.kind == "bounds" and figure.low is not None and figure.high is not None:
        top, bottom = frame.y(figure.high), frame.y(figure.low)
        yield Markup(
            '<rect class="young" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
        ).format(x - frame.step / 2 + 1, top, frame.step - 2, max(2.0, bottom - top))
    every = 1 if frame.step >= 30 else 2 if frame.step >= 17 else 4
    if (frame.columns - 1 - column) % every == 0:
        yield _label("tick", x, base + 18, (week.week or "").partition("-")[2])
        yield _label("n", x, base + 34, "·" if figure.hidden else f"{figure.n:,}")
    yield Markup("</g>")


def _point(frame: Frame, x: float, figure: Figure, point: Point) -> Iterator[Markup]:
    if figure.low is not None and figure.high is not None:
        yield Markup(
            '<line class="whisker" x1="{x:.1f}" x2="{x:.1f}" y1="{y1:.1f}" y2="{y2:.1f}"/>'
        ).format(x=x, y1=frame.y(figure.high), y2=frame.y(figure.low))
    y = frame.y(point.share)
    if point.signals:
        yield Markup('<circle class="ring" cx="{:.1f}" cy="{:.1f}" r="8.5"/>').format(x, y)
    yield Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(
        "point signal" if point.signals else "point", x, y
    )


def _label(kind: str, x: float, y: float, text: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(
        kind, x, y, text
    )


def told(label: str, figure: Figure, point: Point | None) -> str:
    """Return one week in words, such as ``2026-W41: 62% (95% interval 48%–74%), n = 50``."""
    if figure.hidden:
        return f"{label}: withheld, fewer than 10 cases"
    if figure.n == 0 or figure.low is None or figure.high is None:
        return f"{label}: no cases"
    if figure.value is None:
        return (
            f"{label}: will lie between {percent(figure.low)} and {percent(figure.high)}, "
            f"n = {figure.n:,}"
        )
    signal = ", a signal" if point is not None and point.signals else ""
    return (
        f"{label}: {percent(figure.value)} (95% interval {percent(figure.low)}–"
        f"{percent(figure.high)}), n = {figure.n:,}{signal}"
    )


# -------------------------------------------------------------------------------------------- waits


def draw_gaps(gaps: Sequence[Gap], width: int, name: str) -> Markup:
    """Return the wait in private and after the post, one line a band, on one logarithmic scale."""
    shown = [one for one in gaps if one.private.value is not None and one.public.value is not None]
    left, row, top = 118, 30, 22
    height = top + row * max(1, len(shown)) + 6

    def x(seconds: float) -> float:
        held = min(max(seconds, SHORTEST), LONGEST)
        return left + (width - left - 16) * log10(held / SHORTEST) / log10(LONGEST / SHORTEST)

    shapes = [
        Markup(
            '<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{y1}" y2="{y2}"/>'
            '<text class="tick" x="{x:.1f}" y="12" text-anchor="middle">{label}</text>'
        ).format(x=x(seconds), y1=top - 4, y2=height - 4, label=label)
        for seconds, label in WAITS
    ]
    for place, gap in enumerate(shown):
        private, public = gap.private.value or 0.0, gap.public.value or 0.0
        y = top + row * (place + 0.5)
        shapes.append(
            Markup(
                "<g><title>{said}</title>"
                '<text class="band" x="0" y="{ty:.1f}">{band}</text>'
                '<line class="gap" x1="{a:.1f}" x2="{b:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
                '<circle class="private" cx="{a:.1f}" cy="{y:.1f}" r="5"/>'
                '<circle class="public" cx="{b:.1f}" cy="{y:.1f}" r="5"/></g>'
            ).format(
                said=f"{gap.band} followers: {duration(private)} in private, {duration(public)} "
                "after the post",
                band=gap.band,
                a=x(private),
                b=x(public),
                y=y,
                ty=y + 4,
            )
        )
    return _svg(width, height, name, shapes)


# ------------------------------------------------------------------------------------- definitions


def draw_definitions(comparison: Comparison, width: int, name: str) -> Markup:
    """Return one bar for each definition: what it calls solved, and which part of that it hides."""
    left, row, height = 300, 26, 26 * len(comparison.rows) + 6
    shapes: list[Markup] = []
    for place, one in enumerate(comparison.rows):
        y = row * place + 4
        shapes.append(
            Markup("<g><title>{}</title>").format(hides(one))
            + _label_start("band", 0, y + 13, one.figure.label)
            + Markup('<rect class="track" x="{}" y="{}" width="{}" height="16"/>').format(
                left, y, width - left - 60
            )
        )
        shapes += _bar(one, left, width - left - 60, y)
        shapes.append(
            _label_start("value", width - 52, y + 13, _solved_share(one)) + Markup("</g>")
        )
    return _svg(width, height, name, shapes)


def _bar(one: Compared, left: float, width: float, y: float) -> Iterator[Markup]:
    x = float(left)
    if one.solved and None in (one.agreed, one.unknown, one.denied):
        part = width * one.solved / one.figure.n
        yield Markup('<rect class="solved" x="{:.2f}" y="{}" width="{:.2f}" height="16"/>').format(
            x, y, part
        )
        return
    for kind, count in (("agreed", one.agreed), ("open", one.unknown), ("denied", one.denied)):
        if not count or not one.figure.n:
            continue
        part = width * count / one.figure.n
        yield Markup('<rect class="{}" x="{:.2f}" y="{}" width="{:.2f}" height="16"/>').format(
            kind, x, y, part
        )
        x += part


def _solved_share(one: Compared) -> str:
    if one.figure.hidden or one.solved is None:
        return "withheld"
    return percent(one.solved / one.figure.n) if one.figure.n else "–"


def hides(one: Compared) -> str:
    """Return in words what a definition calls solved and what of that was not right."""
    if one.figure.hidden or one.solved is None:
        return f"{one.figure.label}: withheld"
    said = f"{one.figure.label}: {one.solved:,} of {one.figure.n:,} solved"
    return said if one.denied is None else f"{said}, of which {one.denied:,} were not right"


def _label_start(kind: str, x: float, y: float, text: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, text)


def _svg(width: int, height: int, name: str, shapes: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        'role="img" aria-label="{name}">{all}</svg>'
    ).format(w=width, h=height, name=name, all=Markup("").join(shapes))


def standalone(svg: Markup, style: str) -> str:
    """Return a drawing that carries its style sheet, for where no page gives it one."""
    opening, rest = svg.split(">", 1)
    return f"{opening}><style>{style}</style>{rest}"
