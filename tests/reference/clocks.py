"""Windows, business hours and dates (definitions §6, §8)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BUSINESS_DAY = 8 * HOUR
Span = tuple[datetime, datetime]


def end_of(text: str) -> datetime:
    """ "a bare date means its end in the report zone", which is UTC by default."""
    if len(text) == len("2026-01-01"):
        return datetime.combine(datetime.fromisoformat(text).date() + DAY, time(), UTC)
    return datetime.fromisoformat(text).astimezone(UTC)


def shifts(start: datetime, end: datetime) -> list[Span]:
    """Return the business hours between two moments: Monday to Friday, nine to five, UTC."""
    out = []
    day = start.date()
    while day <= end.date():
        if day.weekday() < 5:
            opens = datetime.combine(day, time(9), UTC)
            out.append((opens, opens + BUSINESS_DAY))
        day += DAY
    return overlap(out, [(start, end)])


def overlap(some: list[Span], others: list[Span]) -> list[Span]:
    """Return what both lists cover."""
    both = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return sorted(one for one in both if one[0] < one[1])


def without(span: Span, holes: list[Span]) -> list[Span]:
    """Return what is left of a span."""
    left = [span] if span[0] < span[1] else []
    for start, end in holes:
        left = [
            one
            for a, b in left
            for one in ((a, min(b, start)), (max(a, end), b))
            if one[0] < one[1]
        ]
    return left


def union(spans: list[Span]) -> list[Span]:
    """Return the spans with overlaps and touches joined."""
    out: list[Span] = []
    for start, end in sorted(one for one in spans if one[0] < one[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def length(spans: list[Span]) -> timedelta:
    """Return how long spans that do not overlap are together."""
    return sum((end - start for start, end in spans), timedelta())


def after(start: datetime, needed: timedelta, running: list[Span]) -> datetime | None:
    """Return when ``needed`` has run, counting only the ``running`` spans; None: not in them."""
    for began, ends in running:
        opens = max(began, start)
        if opens < ends:
            if ends - opens >= needed:
                return opens + needed
            needed -= ends - opens
    return None
