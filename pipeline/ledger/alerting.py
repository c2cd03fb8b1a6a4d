"""What alerts need of the ledger: which cases to look at, who was told what, and who may tell.

The tables are our own and hold no words of customers. What was told is kept per receiver, so that
a restart repeats nothing and a receiver that was away learns only what is still true. A lease lets
one process tell at a time, however many run.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, func, or_, select, update

from pipeline.domain.alerting import CaseAlert, Told, is_unanswered, stirred_at
from pipeline.domain.objective import (
    BASELINE_WEEKS,
    BURST_HOURS,
    Objective,
    Pulse,
    Window,
    same_hours,
    usual,
)
from pipeline.domain.verdict import Verdict
from pipeline.ledger.alert_tables import alert_lease, alert_told, stirred
from pipeline.ledger.engines import among, reading, upsert, writing
from pipeline.ledger.queries import parts
from pipeline.ledger.tables import moment, ticks, verdict
from pipeline.wire import decode_verdict

RISKY: Final = 300
"""How many of the cases most likely to go public are looked at: those riskiest when last judged."""
CASES_MAX: Final = 5_000
"""How many cases one look takes at most, the latest stirred first."""
LEASE: Final = "alerts"


class AlertBook:
    """Candidates, what was told, and the lease, in the tables of a ledger. For several threads.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # ------------------------------------------------------------------------------- candidates

    def candidates(self, since: datetime, cases: Iterable[str] = ()) -> list[Verdict]:
        """Return the cases that may alert: stirred since then, risky, or named.

        Raises:
            StoreError: the database cannot be used.
        """
        c = verdict.c
        lately = select(stirred.c.case_id).where(stirred.c.at >= ticks(since))
        latest = lately.order_by(stirred.c.at.desc()).limit(CASES_MAX)
        posted = (c.route == "escalated") & (c.escalated_at >= ticks(since))
        risky = select(c.case_id).where(c.risk.is_not(None)).order_by(c.risk.desc()).limit(RISKY)
        waiting = posted & c.waiting_since.is_not(None)
        found: dict[str, str] = {}
        with reading(self._engine) as connection:
            rows = select(c.case_id, c.line)
            wanted = [c.case_id.in_(latest), c.case_id.in_(risky), waiting]
            for which in wanted:
                lines = connection.execute(rows.where(which).limit(CASES_MAX))
                found.update((case, line) for case, line in lines)
            for part in parts(set(cases) - found.keys()):
                lines = connection.execute(rows.where(among(connection, c.case_id, part)))
                found.update((case, line) for case, line in lines)
        return [decode_verdict(line.encode()) for line in found.values()]

    def pulse(self, now: datetime, objective: Objective, recent: timedelta) -> Pulse:
        """Return what the rules of Prometheus look at.

        Args:
            now: the moment; what is dated later does not count.
            objective: its windows.
            recent: unanswered escalations from longer ago are left out.

        Raises:
            StoreError: the database cannot be used.
        """
        with reading(self._engine) as connection:
            posts = [
                one.escalated_at
                for one in _escalated(connection, now - recent, now)
                if is_unanswered(one)
            ]
            return Pulse(
                unanswered=len(posts),
                oldest_unanswered_at=min((at for at in posts if at is not None), default=None),
                escalations=_count_escalations(connection, now - BURST_HOURS, now),
                expected=_expected(connection, now),
                windows={
                    name: _window(connection, now - objective.window(name), now)
                    for name in ("fast", "slow")
                },
            )

    # --------------------------------------------------------------------------------- was told

    def told(self, receiver: str | None = None) -> list[Told]:
        """Return of what a receiver (or any) was told and not yet that it is over, oldest first."""
        c = alert_told.c
        found = select(c.key, c.name, c.case_id, c.since).order_by(c.since, c.key).distinct()
        found = found if receiver is None else found.where(c.receiver == receiver)
        with reading(self._engine) as connection:
            return [
                Told(key=key, name=name, case=case, since=moment(since))
                for key, name, case, since in connection.execute(found)
            ]

    def tell(self, receiver: str, opened: Sequence[CaseAlert], over: Sequence[str]) -> None:
        """Keep of what a receiver was told just now: alerts that began, keys of those over."""
        rows = [
            {
                "receiver": receiver,
                "key": one.key,
                "name": one.name,
                "case_id": one.case,
                "since": ticks(one.since),
            }
            for one in opened
        ]
        with writing(self._engine) as connection:
            upsert(connection, alert_told, rows)
            for part in parts(over):
                gone = delete(alert_told).where(alert_told.c.receiver == receiver)
                connection.execute(gone.where(alert_told.c.key.in_(part)))

    def forget_receivers(self, but: Sequence[str]) -> None:
        """Drop what was told to receivers that are no more."""
        with writing(self._engine) as connection:
            connection.execute(delete(alert_told).where(alert_told.c.receiver.not_in(list(but))))

    # -------------------------------------------------------------------------------- the lease

    def hold(self, holder: str, now: datetime, seconds: float) -> bool:
        """Take or renew the right to tell; return whether ``holder`` has it for ``seconds``."""
        c, until = alert_lease.c, ticks(now + timedelta(seconds=seconds))
        first = {"name": LEASE, "holder": holder, "until": until}
        free = or_(c.holder == holder, c.until <= ticks(now))
        with writing(self._engine) as connection:
            upsert(connection, alert_lease, [first], replace=False)
            taken = update(alert_lease).where(c.name == LEASE, free)
            return connection.execute(taken.values(holder=holder, until=until)).rowcount == 1

    def let_go(self, holder: str) -> None:
        """Give the right back, so that another need not wait for its end."""
        with writing(self._engine) as connection:
            connection.execute(delete(alert_lease).where(alert_lease.c.holder == holder))


def follow(connection: Connection, verdicts: Iterable[Verdict], gone: Iterable[str]) -> None:
    """Keep when the cases of a batch last stirred, in the transaction of their verdicts."""
    times = {one.case: stirred_at(one) for one in verdicts}
    rows = [{"case_id": case, "at": ticks(at)} for case, at in times.items() if at is not None]
    quiet = {case for case, at in times.items() if at is None}.union(gone)
    for part in parts(quiet):
        connection.execute(delete(stirred).where(among(connection, stirred.c.case_id, part)))
    upsert(connection, stirred, rows)


def _escalated(connection: Connection, since: datetime, until: datetime) -> Iterable[Verdict]:
    """Yield the cases that went public in a span and in which a contact waits."""
    c = verdict.c
    which = (c.route == "escalated") & c.waiting_since.is_not(None)
    span = c.escalated_at.between(ticks(since), ticks(until))
    for line in connection.scalars(select(c.line).where(which, span)):
        yield decode_verdict(line.encode())


def _count_escalations(connection: Connection, after: datetime, until: datetime) -> int:
    """Return how many cases went public in ``(after, until]``."""
    c = verdict.c
    span = (c.escalated_at > ticks(after)) & (c.escalated_at <= ticks(until))
    counted = (c.route == "escalated") & (c.outcome != "not_counted")
    return connection.scalar(select(func.count()).where(counted, span)) or 0


def _expected(connection: Connection, now: datetime) -> float | None:
    first = connection.scalar(select(func.min(verdict.c.opened_at)))
    if first is None:
        return None
    weeks = min(BASELINE_WEEKS, (now - moment(first)) // timedelta(weeks=1))
    if weeks < 1:
        return None
    counts = tuple(_count_escalations(connection, *span) for span in same_hours(now)[:weeks])
    before = now - BURST_HOURS
    total = _count_escalations(connection, before - timedelta(weeks=weeks), before)
    return usual(counts, total, weeks)


def _window(connection: Connection, after: datetime, until: datetime) -> Window:
    c = verdict.c
    span = (c.opened_at > ticks(after)) & (c.opened_at <= ticks(until))
    counted = select(func.count(), func.count().filter(c.ftr == "no"))
    row = connection.execute(counted.where(c.outcome != "not_counted", span)).one()
    return Window(cases=row[0], failures=row[1])
