"""What is asked of the verdict table: what `CaseFilter.holds` means, in SQL."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final, Literal

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, func, or_, select, true

from pipeline.domain.calendar import week_bounds
from pipeline.domain.members import MEMBERS, RECURRED, WINDOWS, mark
from pipeline.domain.scope import EVERY_CASE, NONE, CaseFilter, Scope
from pipeline.domain.tally import band_bounds
from pipeline.ledger.batch import Held, barred
from pipeline.ledger.engines import among
from pipeline.ledger.tables import TICK, ticks, verdict
from pipeline.monitor import Change

__all__ = ["EVERY_CASE", "CaseFilter"]
Order = Literal["latest", "oldest", "waiting", "public", "escalated", "due", "riskiest"]
Asked = ColumnElement[bool]
ORDERS: Final[dict[Order, tuple[ColumnElement[Any], ...]]] = {
    "latest": (verdict.c.opened_at.desc(), verdict.c.case_id),
    "oldest": (verdict.c.opened_at, verdict.c.case_id),
    "waiting": (verdict.c.waiting_since, verdict.c.case_id),
    "public": (verdict.c.waiting_public_since, verdict.c.case_id),
    "escalated": (verdict.c.escalated_at.desc(), verdict.c.case_id),
    "due": (verdict.c.promise_due, verdict.c.case_id),
    "riskiest": (verdict.c.risk.desc(), verdict.c.case_id),
}
KEYS_AT_ONCE: Final = 10_000
"""How many roots or cases one query names; databases take some 30,000 parameters."""


def lines() -> Select[str]:
    """Return the query for the lines of verdicts."""
    return select(verdict.c.line)


def conditions(which: CaseFilter, now: datetime | None, zone: str) -> Iterator[Asked]:
    """Yield what the filter asks of a row; without a ``now`` there is no future to leave out."""
    yield true()
    yield from scoped(which.scope, zone)
    for name in ("outcome", "route", "left_in", "ftr", "why", "confirmed_by"):
        value = getattr(which, name)
        if value is not None:
            yield verdict.c[name] == value
    if which.outcome == "escalation_only":  # said besides, for the index begins with the route
        yield verdict.c.route == "escalated"
    if which.promise is not None:
        yield _named(verdict.c.promises, which.promise)
    if which.band is not None:
        yield _reaching(which.band)
    if which.figure is not None:
        yield _member(which, now)
    yield from _standing(which, now)


def scoped(scope: Scope, zone: str) -> Iterator[Asked]:
    """Yield what the scope asks of a row. Weeks are asked for by their bounds in time."""
    c = verdict.c
    if scope.since is not None:
        yield c.opened_at >= ticks(week_bounds(scope.since, zone)[0])
    if scope.until is not None:
        yield c.opened_at < ticks(week_bounds(scope.until, zone)[1])
    for column, value in ((c.topic, scope.topic), (c.team, scope.team)):
        if value is not None:
            yield or_(column == value, column.is_(None)) if value == NONE else column == value
    if scope.channel is not None:
        yield _named(c.channels, scope.channel)


def _named(column: Column[str], name: str) -> Asked:
    """Ask that a column of names between bars holds this one; LIKE would not mind the case."""
    return func.replace(column, barred([name]), "") != column


def _standing(which: CaseFilter, now: datetime | None) -> Iterator[Asked]:
    c = verdict.c
    if which.unfinished:
        yield ~c.final
    if which.waiting:
        yield c.waiting_since.is_not(None) if now is None else c.waiting_since <= ticks(now)
    if which.public is not None:
        public = c.waiting_public_since
        yield public.is_not(None) if which.public else public.is_(None)
    if which.promised:
        yield c.promise_due.is_not(None)
    if which.false_pause:
        yield c.false_pauses.is_not(None)
    if which.paused is not None:
        yield from _paused(which.paused)


def _paused(stands: bool) -> Iterator[Asked]:
    c = verdict.c
    if stands:  # said besides, for the index holds the cases that were falsely paused
        yield c.false_pauses.is_not(None)
    yield c.paused_since.is_not(None) if stands else c.paused_since.is_(None)


def _reaching(band: str) -> Asked:
    low, high = band_bounds(band)
    if low is None:
        return verdict.c.reach.is_(None)
    above = verdict.c.reach >= low
    return above if high is None else and_(above, verdict.c.reach < high)


def _member(which: CaseFilter, now: datetime | None) -> Asked:
    assert which.figure is not None
    name = MEMBERS[which.figure][which.part]
    if name == RECURRED:
        again = verdict.alias("again")
        came = select(again.c.recurrence_of).where(
            again.c.recurrence_of > "", again.c.outcome != "not_counted"
        )
        return and_(_marked("confirmed"), verdict.c.case_id.in_(came))
    if which.part == "yes" and which.figure in WINDOWS:
        settled = verdict.c.settled_at + WINDOWS[which.figure] // TICK
        over = true() if now is None else settled <= ticks(now)
        return or_(_marked(f"{which.figure}_sure"), and_(_marked(name), over))
    return _marked(name)


def _marked(name: str) -> Asked:
    return verdict.c.marks.bitwise_and(mark(name)) != 0


def held(connection: Connection, changes: Sequence[Change]) -> Iterator[Held]:
    """Yield what is held under the roots of the changes, and of their cases wherever they are."""
    roots = {root for change in changes for root in (change.root, *change.absorbed)}
    cases = {one.case for change in changes for one in change.verdicts}
    c, seen = verdict.c, set[str]()
    columns = select(c.case_id, c.root, c.revision, c.digest, c.line)
    pairs = [(part, list[str]()) for part in parts(roots)]
    pairs += [(list[str](), part) for part in parts(cases)]
    if len(pairs) == 2:
        pairs = [(pairs[0][0], pairs[1][1])]
    for some_roots, some_cases in pairs:
        found = columns.where(
            or_(among(connection, c.root, some_roots), among(connection, c.case_id, some_cases))
        )
        for case, root, revision, digest, line in connection.execute(found):
            if case not in seen:
                seen.add(case)
                yield Held(case=case, root=root, revision=revision, digest=digest, line=line)


def parts(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield the keys, sorted, in portions that one query can name."""
    rest = iter(sorted(keys))
    while part := list(islice(rest, KEYS_AT_ONCE)):
        yield part
