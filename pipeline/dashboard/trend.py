"""Figures by week of opening, for a chart in the browser and for the table beside it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.dashboard.asking import Asked
from pipeline.dashboard.numbers import reach_of, value_of
from pipeline.domain.figures import Figures, Published

WEEKS_SHOWN: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLine:
    """One week of the table beside the chart."""

    week: str
    n: int
    value: str
    reach: str
    mature: bool
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A chart of one or more shares by week; ``data`` is JSON for the browser."""

    data: str
    lines: tuple[WeekLine, ...]
    names: tuple[tuple[str, str], ...]


def build_trend(published: Published, asked: Asked, names: Sequence[str]) -> Trend:
    """Return the last weeks of some shares; the first of ``names`` is in the table."""
    weeks = published.weeks[-WEEKS_SHOWN:]
    data = {
        "weeks": [one.week for one in weeks],
        "mature": [one.mature for one in weeks],
        "links": [_link(asked, one, names[0]) for one in weeks],
        "titles": {name: published.overall[name].label for name in names},
        "figures": {name: _points(weeks, name) for name in names},
    }
    return Trend(
        data=json.dumps(data, separators=(",", ":")),
        lines=tuple(_line(asked, one, names[0]) for one in reversed(weeks)),
        names=tuple((name, published.overall[name].label) for name in names),
    )


def _points(weeks: Sequence[Figures], name: str) -> list[dict[str, Any]]:
    return [
        {
            "n": week[name].n,
            "value": _rounded(week[name].value),
            "low": _rounded(week[name].low),
            "high": _rounded(week[name].high),
            "kind": week[name].kind,
        }
        for week in weeks
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _line(asked: Asked, week: Figures, name: str) -> WeekLine:
    figure = week[name]
    return WeekLine(
        week=week.week or "",
        n=figure.n,
        value=value_of(figure),
        reach=reach_of(figure),
        mature=week.mature,
        link=_link(asked, week, name),
    )


def _link(asked: Asked, week: Figures, name: str) -> str:
    return asked.within("/cases", since=week.week, until=week.week, figure=name)
