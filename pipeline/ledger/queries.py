"""What is asked of the verdict table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Select, or_, select, true

from pipeline.domain.verdict import LeftIn, Outcome, Route
from pipeline.ledger.batch import Held
from pipeline.ledger.engines import among
from pipeline.ledger.tables import verdict
from pipeline.monitor import Change

Order = Literal["latest", "oldest", "waiting", "escalated"]
ORDERS: Final[dict[Order, tuple[ColumnElement[Any], ...]]] = {
    "latest": (verdict.c.opened_at.desc(), verdict.c.case_id),
    "oldest": (verdict.c.opened_at, verdict.c.case_id),
    "waiting": (verdict.c.waiting_since, verdict.c.case_id),
    "escalated": (verdict.c.escalated_at.desc(), verdict.c.case_id),
}
KEYS_AT_ONCE: Final = 10_000
"""How many roots or cases one query names; databases take some 30,000 parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases; None and False leave a condition out. ``week`` is in the report zone."""

    outcome: Outcome | None = None
    route: Route | None = None
    left_in: LeftIn | None = None
    week: str | None = None
    topic: str | None = None
    unfinished: bool = False
    waiting: bool = False


EVERY_CASE: Final = CaseFilter()


def lines() -> Select[str]:
    """Return the query for the lines of verdicts."""
    return select(verdict.c.line)


def conditions(which: CaseFilter) -> Iterator[ColumnElement[bool]]:
    """Yield what the filter asks of a row."""
    yield true()
    columns = {"outcome": "outcome", "route": "route", "left_in": "left_in"}
    for name, column in {**columns, "week": "opened_week", "topic": "topic"}.items():
        value = getattr(which, name)
        if value is not None:
            yield verdict.c[column] == value
    if which.unfinished:
        yield ~verdict.c.final
    if which.waiting:
        yield verdict.c.waiting_since.is_not(None)


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
