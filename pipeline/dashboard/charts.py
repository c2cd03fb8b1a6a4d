"""Charts as SVG, drawn on the server: shapes and labels only, colours come from the style sheet.

First-time-right by opening week: a mature week is a point with its 95 % interval; a young week has
no rate yet, only the band in which it will lie, so it is drawn as a piece of a ribbon.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from pipeline.domain.figures import Figures
from pipeline.domain.rates import Figure

LEFT: Final = 44
RIGHT: Final = 12
TOP: Final = 12
BOTTOM: Final = 46
TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The size of a chart in CSS pixels, and how many columns it has."""

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


def draw_weeks(weeks: Sequence[Figures], name: str, width: int, height: int) -> Markup:
    """Return the chart of the share ``name`` over ``weeks``, oldest first.

    The table of the same numbers stands beside it on the page, so screen readers skip the drawing.
    """
    frame = Frame(width=width, height=height, columns=len(weeks))
    shapes = [*_grid(frame), *_line(frame, weeks, name)]
    for column, week in enumerate(weeks):
        shapes += _week(frame, column, week, week[name])
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true">{all}'
        "</svg>"
    ).format(w=width, h=height, all=Markup("").join(shapes))


def _grid(frame: Frame) -> Iterator[Markup]:
    for tick in TICKS:
        y = frame.y(tick)
        yield Markup(
            '<line class="grid" x1="{x1}" x2="{x2}" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text class="tick" x="{tx}" y="{ty:.1f}" text-anchor="end">{label}</text>'
        ).format(x1=LEFT, x2=frame.width - RIGHT, y=y, tx=LEFT - 6, ty=y + 4, label=f"{tick:.0%}")


def _line(frame: Frame, weeks: Sequence[Figures], name: str) -> Iterator[Markup]:
    points = [
        f"{frame.x(column):.1f},{frame.y(value):.1f}"
        for column, week in enumerate(weeks)
        if week.mature and (value := week[name].value) is not None
    ]
    if len(points) > 1:
        yield Markup('<polyline class="trend" points="{}"/>').format(" ".join(points))


def _week(frame: Frame, column: int, week: Figures, figure: Figure) -> Iterator[Markup]:
    """Yield one column with its hover text and its labels."""
    x, base = frame.x(column), frame.height - BOTTOM
    yield Markup('<g class="week"><title>{}</title>').format(told(week.week or "", figure))
    yield Markup('<rect class="hover" x="{:.1f}" y="{}" width="{:.1f}" height="{:.1f}"/>').format(
        x - frame.step / 2, TOP, frame.step, base - TOP
    )
    yield from _shape(frame, x, figure)
    label = (week.week or "").partition("-")[2]
    yield Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
        x, base + 18, label
    )
    yield Markup('<text class="n" x="{:.1f}" y="{}" text-anchor="middle">n {}</text></g>').format(
        x, base + 36, figure.n
    )


def _shape(frame: Frame, x: float, figure: Figure) -> Iterator[Markup]:
    if figure.low is None or figure.high is None or figure.n == 0:
        return
    top, bottom = frame.y(figure.high), frame.y(figure.low)
    if figure.kind == "bounds":
        yield Markup(
            '<rect class="ribbon" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
        ).format(x - frame.step / 2, top, frame.step, max(3.0, bottom - top))
    elif figure.value is not None:
        yield Markup(
            '<line class="whisker" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{low:.1f}"/>'
            '<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
        ).format(x=x, top=top, low=bottom, y=frame.y(figure.value))


def told(label: str, figure: Figure) -> str:
    """Return one share in words, such as ``W47: 62% (95% interval 48% to 74%), n 50``."""
    if figure.n == 0 or figure.low is None or figure.high is None:
        return f"{label}: no cases"
    reach = f"{figure.low:.0%} to {figure.high:.0%}"
    if figure.value is None:
        return f"{label}: will lie between {reach.replace(' to ', ' and ')}, n {figure.n}"
    return f"{label}: {figure.value:.0%} (95% interval {reach}), n {figure.n}"


def draw_shares(parts: Sequence[tuple[str, int]], width: int = 720, height: int = 18) -> Markup:
    """Return one bar, cut by the share of each part; a part's name is its class."""
    total = sum(count for _, count in parts)
    shapes, x = [], 0.0
    for name, count in parts:
        share = width * count / total if total else 0.0
        if share:
            shapes.append(
                Markup('<rect class="o-{}" x="{:.2f}" y="0" width="{:.2f}" height="{}"/>').format(
                    name, x, share, height
                )
            )
        x += share
    return Markup(
        '<svg class="shares" viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true">'
        "{all}</svg>"
    ).format(w=width, h=height, all=Markup("").join(shapes))
