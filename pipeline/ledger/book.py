"""The ledger: applies changes in one transaction; answers what pages, reports and metrics ask."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, or_, select, true

from pipeline.domain.figures import Published
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERY_CASE, EVERYTHING, CaseFilter, Facets, Scope
from pipeline.domain.verdict import OUTCOMES, Outcome, Verdict
from pipeline.ledger import publishing
from pipeline.ledger.alerting import AlertBook, follow
from pipeline.ledger.batch import Batch, Score
from pipeline.ledger.census import Census, take_census
from pipeline.ledger.engines import build_engine, reading, upsert, writing
from pipeline.ledger.keeping import KeptFigures
from pipeline.ledger.queries import ORDERS, Order, conditions, held, lines, parts
from pipeline.ledger.restating import Restatement, from_row, to_row
from pipeline.ledger.revision import bump
from pipeline.ledger.schema import keep_signatures, note, number, prepare
from pipeline.ledger.suspicions import Suspicions
from pipeline.ledger.tables import moment, restatement, ticks, verdict
from pipeline.ledger.texts import ShownEvents, forget
from pipeline.monitor import Change
from pipeline.wire import decode_verdict

Told = Callable[[Mapping[Outcome, int], int], None]
ROWS_AT_ONCE: Final = 1_000
SIGNATURES_MAX: Final = 100_000
"""How many signatures are remembered to be kept; more are told to the database once more."""


class Ledger:
    """Current verdicts and the restatement log. May be used from several threads.

    Args:
        place: a database URL, or an engine from `build_engine`.
        policy: gives the report zone and the time to maturity.
        told: hears, after each transaction, how many verdicts really changed, by their outcome
            now, and how many restatements were new. Must not raise.
        score: gives the risk that a case goes public, by which `riskiest` finds it.

    Raises:
        StoreError: the database cannot be used, or was written by another version of ccm.
    """

    def __init__(
        self,
        place: str | Engine,
        policy: Policy | None = None,
        told: Told | None = None,
        score: Score | None = None,
    ) -> None:
        self._engine = build_engine(place) if isinstance(place, str) else place
        self._policy = policy or Policy()
        self._told = told
        self._score = score
        self.shown = ShownEvents(self._engine)
        self.suspicions = Suspicions(self._engine)
        self.alerts = AlertBook(self._engine)
        self._signatures: set[int] = set()
        self._kept = KeptFigures(self._census, self.revision, self._policy)
        with writing(self._engine) as connection:
            prepare(connection, self._policy.report_zone)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    # ---------------------------------------------------------------------------------- writing

    def check(self) -> None:
        """Ask the database for nothing but a sign of life.

        Raises:
            StoreError: it gives none.
        """
        with reading(self._engine) as connection:
            connection.execute(select(1))

    def apply(self, changes: Sequence[Change], offset: tuple[str, int] | None = None) -> None:
        """Take changes, all or none; telling the same twice changes nothing.

        Args:
            changes: what the monitor said, in order.
            offset: a source and how far it has been applied; kept in the same transaction. Changes
                at or before an offset that the ledger already holds are left out.

        Raises:
            StoreError: nothing of it was kept; the message says what to do.
        """
        if not changes and offset is None:
            return
        batch, new = None, 0
        with writing(self._engine) as connection:
            if offset is not None and offset[1] <= number(connection, _source(offset[0])):
                return
            if changes:
                batch, new = self._write(connection, changes)
            if offset is not None:
                note(connection, _source(offset[0]), offset[1])
        if batch is not None:
            self._remember(batch.signatures)
        if batch is not None and self._told is not None:
            self._told(batch.changed, new)

    def _write(self, connection: Connection, changes: Sequence[Change]) -> tuple[Batch, int]:
        batch = Batch(held(connection, changes), self._policy.report_zone, self._score)
        for change in changes:
            batch.take(change)
        for cases in parts(batch.gone):
            connection.execute(verdict.delete().where(verdict.c.case_id.in_(cases)))
        upsert(connection, verdict, list(batch.rows.values()))
        told = {one: batch.signatures[one] for one in batch.signatures.keys() - self._signatures}
        keep_signatures(connection, told)
        forget(connection, _erased(changes))
        judged = {one.case: one for change in changes for one in change.verdicts}
        follow(connection, (judged[case] for case in batch.rows), batch.gone)
        log = {row["key"]: row for row in map(to_row, batch.restatements)}
        new = upsert(connection, restatement, list(log.values()), replace=False)
        bump(connection)
        return batch, max(new, 0)

    def _remember(self, signatures: Iterable[int]) -> None:
        """Know what is committed, so that it is not told again and again."""
        if len(self._signatures) > SIGNATURES_MAX:
            self._signatures = set()
        self._signatures.update(signatures)

    def publish(self, now: datetime) -> bool:
        """Bring the rows of the published figures up to date; return whether they were written.

        Raises:
            StoreError: they are as they were.
        """
        census = self._kept.census(now)
        with reading(self._engine) as connection:
            if publishing.is_published(connection, census.as_of):
                return False
        rows = publishing.rows_of(census, self._policy)
        with writing(self._engine) as connection:
            return publishing.write(connection, rows, census.as_of)

    # ---------------------------------------------------------------------------------- reading

    def revision(self) -> int:
        """Return a number that is another one after every change. Cheap."""
        with reading(self._engine) as connection:
            return number(connection, "changes")

    def offset(self, source: str) -> int:
        """Return how far ``source`` has been applied; -1 where nothing of it was."""
        with reading(self._engine) as connection:
            return number(connection, _source(source))

    def verdict(self, case: str) -> Verdict | None:
        """Return the verdict of a case as it was last judged; None where there is no such case."""
        found = self._verdicts(lines().where(verdict.c.case_id == case))
        return found[0] if found else None

    def verdicts(
        self,
        which: CaseFilter = EVERY_CASE,
        order: Order = "latest",
        limit: int = 100,
        offset: int = 0,
        now: datetime | None = None,
        cases: Collection[str] | None = None,
    ) -> list[Verdict]:
        """Return cases that pass the filter, in an order that is the same every time.

        ``now`` decides about waits and windows; without it none of them lies in the future. With
        ``cases``, only some of these.
        """
        return self._page(self._asked(which, now, cases), order, limit, offset)

    def waiting(
        self,
        now: datetime,
        limit: int = 100,
        scope: Scope = EVERYTHING,
        public: bool | None = None,
    ) -> list[Verdict]:
        """Return cases in which a contact waits for a reply at ``now``.

        First those that wait in public, then the others; the longest wait first in each. With
        ``public``, only the ones or only the others.
        """
        which = CaseFilter(scope=scope, waiting=True, public=True)
        first = [] if public is False else self.verdicts(which, "public", limit, now=now)
        if public is True or len(first) == limit:
            return first
        which = replace(which, public=False)
        return first + self.verdicts(which, "waiting", limit - len(first), now=now)

    def promised_until(
        self, dues: Sequence[datetime | None], scope: Scope = EVERYTHING
    ) -> tuple[int, ...]:
        """Return in how many cases a promise that is still to be kept falls due by each moment.

        None stands for whenever. All are counted in one pass.
        """
        due = verdict.c.promise_due
        counts = [func.count().filter(true() if at is None else due <= ticks(at)) for at in dues]
        asked = self._asked(CaseFilter(scope=scope, promised=True), None)
        with reading(self._engine) as connection:
            return tuple(connection.execute(select(*counts).where(*asked)).one())

    def promised(
        self, limit: int = 100, scope: Scope = EVERYTHING, after: datetime | None = None
    ) -> list[Verdict]:
        """Return cases with a promise that is still to be kept, the first due first.

        With ``after``, those in which the first of them falls due later than that.
        """
        asked = list(self._asked(CaseFilter(scope=scope, promised=True), None))
        later = [] if after is None else [verdict.c.promise_due > ticks(after)]
        return self._page([*asked, *later], "due", limit)

    def riskiest(self, limit: int = 100, scope: Scope = EVERYTHING) -> list[Verdict]:
        """Return the cases most likely to go public when they were last judged, those first."""
        asked = self._asked(CaseFilter(scope=scope), None)
        return self._page([verdict.c.risk.is_not(None), *asked], "riskiest", limit)

    def escalations(self, limit: int = 100, scope: Scope = EVERYTHING) -> list[Verdict]:
        """Return escalated cases: escalation-only first, then the latest post first."""
        escalated = list(self._asked(CaseFilter(scope=scope, route="escalated"), None))
        only = verdict.c.outcome == "escalation_only"
        first = self._page([*escalated, only], "escalated", limit)
        if len(first) == limit:
            return first
        return first + self._page([*escalated, ~only], "escalated", limit - len(first))

    def restatements(self, case: str | None = None, limit: int = 100) -> list[Restatement]:
        """Return what was restated, of one case or of all, the latest first."""
        found = select(restatement).order_by(restatement.c.at.desc(), restatement.c.key)
        found = found if case is None else found.where(restatement.c.case_id == case)
        with reading(self._engine) as connection:
            return [
                from_row(dict(row)) for row in connection.execute(found.limit(limit)).mappings()
            ]

    def restated(self, start: datetime, end: datetime) -> Iterator[Restatement]:
        """Yield what was restated in ``[start, end)``, oldest first."""
        at = restatement.c.at
        found = select(restatement).where(at >= ticks(start), at < ticks(end))
        with reading(self._engine) as connection:
            options = connection.execution_options(yield_per=ROWS_AT_ONCE)
            for row in options.execute(found.order_by(at, restatement.c.key)).mappings():
                yield from_row(dict(row))

    def restatement_count(self) -> int:
        """Return how many restatements the log holds."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(restatement)) or 0

    def weeks(self) -> list[str]:
        """Return the ISO weeks in which cases were opened, oldest first."""
        weeks = select(verdict.c.opened_week).distinct().order_by(verdict.c.opened_week)
        with reading(self._engine) as connection:
            return list(connection.scalars(weeks))

    def count(
        self,
        which: CaseFilter = EVERY_CASE,
        now: datetime | None = None,
        cases: Collection[str] | None = None,
    ) -> int:
        """Return how many cases pass the filter; with ``cases``, how many of these."""
        found = select(func.count()).select_from(verdict).where(*self._asked(which, now, cases))
        with reading(self._engine) as connection:
            return connection.scalar(found) or 0

    def waiting_count(self, now: datetime, scope: Scope = EVERYTHING) -> int:
        """Return in how many cases a contact waits for a reply at ``now``."""
        return self.count(CaseFilter(scope=scope, waiting=True), now)

    def overdue_count(self, now: datetime) -> int:
        """Return in how many cases a promise fell due by ``now`` that is still to be kept."""
        return self.promised_until((now,))[0]

    def count_by_outcome(self) -> dict[Outcome, int]:
        """Return how many cases have each outcome, zeros included."""
        counted = select(verdict.c.outcome, func.count()).group_by(verdict.c.outcome)
        with reading(self._engine) as connection:
            found = {row[0]: row[1] for row in connection.execute(counted)}
        return {outcome: found.get(outcome, 0) for outcome in OUTCOMES}

    def revisions(self, cases: Iterable[str]) -> dict[str, int]:
        """Return how often the verdict of each of ``cases`` really changed, the first included."""
        c, found = verdict.c, dict[str, int]()
        with reading(self._engine) as connection:
            for part in parts(cases):
                rows = connection.execute(select(c.case_id, c.revision).where(c.case_id.in_(part)))
                found.update((case, revision) for case, revision in rows)
        return found

    def roots(self, cases: Iterable[str]) -> dict[str, str]:
        """Return the label of the timeline that holds each of ``cases``."""
        c, found = verdict.c, dict[str, str]()
        with reading(self._engine) as connection:
            for part in parts(cases):
                rows = connection.execute(select(c.case_id, c.root).where(c.case_id.in_(part)))
                found.update((case, root) for case, root in rows)
        return found

    def longest_waiting_since(self) -> datetime | None:
        """Return since when the contact waits that waits longest; None where none does."""
        with reading(self._engine) as connection:
            since = connection.scalar(select(func.min(verdict.c.waiting_since)))
        return None if since is None else moment(since)

    def all_verdicts(self, weeks: Iterable[str] | None = None) -> Iterator[Verdict]:
        """Yield all verdicts, or those opened in ``weeks``, by case, in one state of the ledger."""
        found = lines().order_by(verdict.c.case_id)
        if weeks is not None:
            found = found.where(verdict.c.opened_week.in_(list(weeks)))
        with reading(self._engine) as connection:
            options = connection.execution_options(yield_per=ROWS_AT_ONCE)
            for line in options.scalars(found):
                yield decode_verdict(line.encode())

    def named(self, words: str, limit: int) -> list[str]:
        """Return cases in whose id or customer's pseudonym the words stand, the latest first."""
        c = verdict.c
        within = or_(
            c.case_id.icontains(words, autoescape=True), c.who.icontains(words, autoescape=True)
        )
        found = select(c.case_id).where(within).order_by(*ORDERS["latest"]).limit(limit)
        with reading(self._engine) as connection:
            return list(connection.scalars(found))

    def stream(
        self,
        which: CaseFilter,
        now: datetime,
        limit: int,
        cases: Collection[str] | None = None,
    ) -> Iterator[Verdict]:
        """Yield at most ``limit`` cases that pass, the latest opened first, in one state."""
        asked = self._asked(which, now, cases)
        found = lines().where(*asked).order_by(*ORDERS["latest"]).limit(limit)
        with reading(self._engine) as connection:
            for line in connection.execution_options(yield_per=ROWS_AT_ONCE).scalars(found):
                yield decode_verdict(line.encode())

    def figures(self, now: datetime, scope: Scope = EVERYTHING) -> Published:
        """Return the published figures over a scope; their ``as_of`` says how fresh they are.

        A small ledger is counted anew after each change, a minute at most. Of a large one the
        figures at hand are returned, while newer ones are worked out in the background.
        """
        return self._kept.figures(now, scope)

    def facets(self, now: datetime) -> Facets:
        """Return by what cases can be narrowed: the values that the ledger holds."""
        return self._kept.facets(now)

    def _census(self, as_of: datetime) -> Census:
        with reading(self._engine) as connection:
            return take_census(connection, as_of)

    def _asked(
        self, which: CaseFilter, now: datetime | None, cases: Collection[str] | None = None
    ) -> Iterator[ColumnElement[bool]]:
        yield from conditions(which, now, self._policy.report_zone)
        if cases is not None:
            yield verdict.c.case_id.in_(sorted(cases))

    def _page(
        self, asked: Iterable[ColumnElement[bool]], order: Order, limit: int, offset: int = 0
    ) -> list[Verdict]:
        """Return some cases: found by an index alone, before any verdict is read."""
        ordered = ORDERS[order]
        cases = select(verdict.c.case_id).where(*asked).order_by(*ordered)
        page = cases.limit(limit).offset(offset)
        return self._verdicts(lines().where(verdict.c.case_id.in_(page)).order_by(*ordered))

    def _verdicts(self, found: Select[str]) -> list[Verdict]:
        with reading(self._engine) as connection:
            return [decode_verdict(line.encode()) for line in connection.scalars(found)]


def _erased(changes: Iterable[Change]) -> set[str]:
    """Return the events of customers who were forgotten: no page may show them any more."""
    return {
        event
        for change in changes
        for one in change.verdicts
        if "erased" in one.flags
        for event in one.events
    }


def _source(name: str) -> str:
    return f"offset {name}"
