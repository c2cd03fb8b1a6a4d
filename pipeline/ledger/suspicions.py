"""Probable links in the ledger: found beside it, shown for review, told as a range."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Integer, cast, func, select

from pipeline.domain.suspecting import Suspicion, is_perhaps_escalation_only
from pipeline.ledger.engines import reading, upsert, writing
from pipeline.ledger.revision import bump
from pipeline.ledger.tables import suspicion, ticks, verdict
from pipeline.wire import decode_verdict, verdict_line


class Suspicions:
    """The probable links of a ledger. May be used from several threads.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, found: Sequence[Suspicion], now: datetime) -> None:
        """Keep the probable links that were found at ``now``, in the place of those held.

        Raises:
            StoreError: those held stay.
        """
        with writing(self._engine) as connection:
            if _write(connection, found, now):
                bump(connection)

    def read(self, limit: int = 100) -> list[Suspicion]:
        """Return the probable links that nobody has decided yet, the most probable first."""
        with reading(self._engine) as connection:
            return list(_read(connection, limit))


def _write(connection: Connection, found: Sequence[Suspicion], now: datetime) -> bool:
    """Replace the probable links by those found at ``now``; return whether they differ."""
    rows = [_row(one, now) for one in found]
    c = suspicion.c
    told = ("public_case", "private_case", "points", "outcome")
    before = connection.execute(select(*(c[name] for name in told)))
    if {tuple(row) for row in before} == {tuple(row[name] for name in told) for row in rows}:
        return False
    connection.execute(suspicion.delete())
    upsert(connection, suspicion, rows)
    return True


def widening(connection: Connection) -> Iterator[tuple[Sequence[Any], bool]]:
    """Yield where each public case stands that may be an escalation, and whether escalation-only.

    Without those that say so themselves: they widen the range already. A place is the week of
    opening, the topic, the team and the channels.
    """
    c, public, private = suspicion.c, verdict.alias("public"), verdict.alias("private")
    place = (public.c.opened_week, public.c.topic, public.c.team, public.c.channels)
    perhaps = func.max(cast(c.perhaps, Integer))
    found = (
        select(*place, perhaps)
        .join_from(suspicion, public, public.c.case_id == c.public_case)
        .join(private, private.c.case_id == c.private_case)
        .where(
            ~c.stated,
            public.c.root != private.c.root,
            public.c.route == "public_first",
            public.c.outcome != "not_counted",
        )
        .group_by(public.c.case_id, *place)
    )
    for *where, may_be in connection.execute(found):
        yield where, bool(may_be)


def _read(connection: Connection, limit: int) -> Iterator[Suspicion]:
    """Yield probable links whose cases are still two, the most probable first."""
    c = suspicion.c
    public, private = verdict.alias("public"), verdict.alias("private")
    rows = (
        select(c.points, c.reasons, c.line, public.c.line, private.c.line)
        .join_from(suspicion, public, public.c.case_id == c.public_case)
        .join(private, private.c.case_id == c.private_case)
        .where(public.c.root != private.c.root)
        .order_by(c.points.desc(), c.public_case, c.private_case)
        .limit(limit)
    )
    for points, reasons, line, one, other in connection.execute(rows):
        yield Suspicion(
            public=decode_verdict(one.encode()),
            private=decode_verdict(other.encode()),
            points=points,
            reasons=tuple(json.loads(reasons)),
            verdict=decode_verdict(line.encode()),
        )


def _row(one: Suspicion, now: datetime) -> Mapping[str, Any]:
    return {
        "public_case": one.public.case,
        "private_case": one.private.case,
        "points": one.points,
        "reasons": json.dumps(one.reasons),
        "outcome": one.verdict.outcome,
        "line": verdict_line(one.verdict).decode(),
        "stated": one.public.stated_escalation,
        "perhaps": is_perhaps_escalation_only(one),
        "as_of": ticks(now),
    }
