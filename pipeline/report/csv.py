"""The report as one long table: a figure of a cell a line, tidy, for spreadsheets and programs."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from pipeline.domain.comparison import Compared
from pipeline.domain.figures import Figures
from pipeline.domain.rates import Figure
from pipeline.report.content import Report
from pipeline.report.telling import stamp

COLUMNS: Final = (
    "week", "cell", "figure", "kind", "unit", "n", "count", "value", "low", "high", "policy",
    "as_of",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
Row = tuple[object, ...]


def render_csv(report: Report) -> str:
    """Return the table with its header; withheld figures have no numbers, and ``n`` is empty.

    ``week`` is an ISO week, or the half-year as ``first/last``. Text that a spreadsheet would take
    for a formula begins with an apostrophe (OWASP, *CSV Injection*).
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(report):
        writer.writerow([safe(one) for one in row])
    return out.getvalue()


def safe(value: object) -> object:
    """Return a cell that no spreadsheet runs; numbers stay numbers, nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _rows(report: Report) -> Iterator[Row]:
    window, published = f"{report.first_week}/{report.week}", report.figures
    yield from _cell(window, "all", published.overall)
    yield from _cell(window, "mature weeks", published.matured)
    for week in published.weeks:
        yield from _cell(week.week or "", "week", week)
    for topic, cell in published.topics.items():
        yield from _cell(window, f"theme {topic}", cell)
    for one in report.comparison.rows:
        yield from _hidden(report, window, one)
    for cause in report.causes:
        shared = (report.causes_n, cause.count, cause.share)
        yield _count(report, window, "all", f"cause {cause.cause}", *shared)


def _cell(week: str, cell: str, figures: Figures) -> Iterator[Row]:
    for figure in figures.figures.values():
        yield _figure(week, cell, figure)
    for gap in figures.gaps:
        for figure in (gap.private, gap.public):
            yield _figure(week, f"{cell}, reach {gap.band}", figure)
    for group, counts in (("outcome", figures.outcomes), ("route", figures.routes)):
        for state, count in counts.items():
            yield (
                week, cell, f"{group} {state}", "withheld" if count is None else "count", "cases",
                count, count, count, None, None,
                _policy(figures.policies), stamp(figures.as_of),
            )  # fmt: skip


def _figure(week: str, cell: str, figure: Figure) -> Row:
    return (
        week, cell, figure.name, "withheld" if figure.hidden else figure.kind, figure.unit,
        None if figure.hidden else figure.n, figure.count, figure.value, figure.low, figure.high,
        _policy(figure.policies), stamp(figure.as_of),
    )  # fmt: skip


def _hidden(report: Report, window: str, one: Compared) -> Iterator[Row]:
    """Yield what one definition calls solved and we do not, for each cause."""
    for hidden in one.hidden:
        share = hidden.count / one.solved if hidden.count and one.solved else None
        name = f"{one.figure.name} hides {hidden.cause}"
        yield _count(report, window, "all", name, one.solved, hidden.count, share)


def _count(
    report: Report,
    week: str,
    cell: str,
    name: str,
    n: int | None,
    count: int | None,
    value: float | None,
) -> Row:
    kind = "withheld" if count is None else "share"
    policy = _policy(report.policies)
    return (
        week, cell, name, kind, "share", n, count, value, None, None, policy, stamp(report.as_of)
    )  # fmt: skip


def _policy(policies: tuple[str, ...]) -> str:
    return " ".join(policies)
