"""Lists and figures as CSV, for spreadsheets: one line a case, one line a figure."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pipeline.domain.calendar import iso_week
from pipeline.domain.figures import Figures, Published
from pipeline.domain.rates import Figure
from pipeline.domain.verdict import Verdict
from pipeline.masks import pseudonym
from pipeline.warning import Warned

RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""
LINES_AT_ONCE: Final = 200
CASE_COLUMNS: Final = (
    "case", "customer", "opened_at", "opened_week", "outcome", "why", "final", "ftr",
    "ftr_reasons", "route", "left_in", "theme", "team", "channels", "attempts", "waiting_since",
    "waiting_public_since", "promise_due", "promise_failed_at", "false_pauses", "escalated_at",
    "first_reply_at", "first_substantive_at", "resolved_at", "confirmed_at", "confirmed_by",
    "run_around", "avoidance_seconds", "wall_seconds", "business_seconds", "private_wait_seconds",
    "public_wait_seconds", "revisit_at", "policy", "as_of",
)  # fmt: skip
FIGURE_COLUMNS: Final = (
    "cell", "value_of", "mature", "figure", "label", "unit", "kind", "n", "count", "value", "low",
    "high", "note", "policies", "as_of", "channel", "theme", "team", "from", "to",
)  # fmt: skip

WARNING_COLUMNS: Final = (
    "case", "customer", "opened_at", "theme", "team", "probability", "times_usual", "reasons",
)  # fmt: skip


def case_lines(verdicts: Iterable[Verdict], zone: str) -> Iterator[str]:
    """Yield the lines of a list of cases, the names of the columns first."""
    return lines_of(CASE_COLUMNS, (_case(one, zone) for one in verdicts))


def figure_lines(published: Published) -> Iterator[str]:
    """Yield one line for each figure of each cell: overall, mature weeks, weeks and themes."""
    return lines_of(FIGURE_COLUMNS, _figures(published))


def warning_lines(warned: Iterable[Warned]) -> Iterator[str]:
    """Yield one line for each case that may go public, with its risk and what raises it."""
    return lines_of(WARNING_COLUMNS, map(_warning, warned))


def lines_of(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield rows as CSV (RFC 4180), some at a time."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(columns)
    for number, row in enumerate(rows, start=1):
        writer.writerow([safe(one) for one in row])
        if number % LINES_AT_ONCE == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()


def safe(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet runs; numbers stay what they are."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, str) and value.startswith(RISKY):
        return f"'{value}"
    if isinstance(value, tuple):
        return safe(" ".join(value))
    return value


def _case(verdict: Verdict, zone: str) -> tuple[Any, ...]:
    facts = verdict.facts
    return (
        verdict.case, pseudonym(verdict.customer), verdict.opened_at,
        iso_week(verdict.opened_at, zone), verdict.outcome, verdict.why, verdict.final,
        verdict.ftr, verdict.ftr_reasons, verdict.route, verdict.left_in, facts.topic, facts.team,
        verdict.channels, verdict.attempts, verdict.waiting_since, facts.waiting_public_since,
        facts.promise_due, facts.promise_failed_at, verdict.false_pauses, verdict.escalated_at,
        verdict.first_reply_at, verdict.first_substantive_at, verdict.resolved_at,
        verdict.confirmed_at, verdict.confirmed_by, verdict.run_around, verdict.avoidance_seconds,
        verdict.wall_seconds, verdict.business_seconds, facts.private_wait, facts.public_wait,
        verdict.revisit_at, verdict.policy, verdict.as_of,
    )  # fmt: skip


def _warning(warned: Warned) -> tuple[Any, ...]:
    verdict = warned.verdict
    reasons = tuple(one.feature for one in warned.risk.reasons)
    return (
        verdict.case, pseudonym(verdict.customer), verdict.opened_at, verdict.facts.topic,
        verdict.facts.team, warned.risk.probability, round(warned.times_usual, 2), reasons,
    )  # fmt: skip


def _figures(published: Published) -> Iterator[tuple[Any, ...]]:
    scope = published.scope
    where = (scope.channel, scope.topic, scope.team, scope.since, scope.until)
    for cell, name, figures in _cells(published):
        for figure in figures.figures.values():
            yield cell, name, figures.mature, *_figure(figure), *where


def _cells(published: Published) -> Iterator[tuple[str, str, Figures]]:
    yield "overall", "", published.overall
    yield "matured", "", published.matured
    yield from (("week", one.week or "", one) for one in published.weeks)
    yield from (("theme", name, one) for name, one in published.topics.items())


def _figure(figure: Figure) -> tuple[Any, ...]:
    return (
        figure.name, figure.label, figure.unit, figure.kind, figure.n, figure.count, figure.value,
        figure.low, figure.high, figure.note, figure.policies, figure.as_of,
    )  # fmt: skip
