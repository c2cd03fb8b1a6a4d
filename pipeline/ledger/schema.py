"""The schema of a ledger: made, brought up to date, and refused where another ccm wrote it."""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, bindparam, select, text, true, update

from pipeline.domain.calendar import iso_week
from pipeline.errors import StoreError
from pipeline.ledger.alerting import follow
from pipeline.ledger.batch import columns_of
from pipeline.ledger.census import standing_of
from pipeline.ledger.engines import place_of, upsert
from pipeline.ledger.tables import (
    MIGRATIONS,
    REFILLED_UNTIL,
    SCHEMA_VERSION,
    meta,
    metadata,
    moment,
    signature,
    verdict,
)
from pipeline.wire import decode_verdict

ROWS_AT_ONCE = 1_000


def prepare(connection: Connection, zone: str) -> None:
    """Make the tables that are missing, and bring those of an older ccm up to date.

    Raises:
        StoreError: a newer ccm wrote them; nothing was changed.
    """
    metadata.create_all(connection, checkfirst=True)
    _check_schema(connection)
    _follow_zone(connection, zone)


def number(connection: Connection, name: str) -> int:
    """Return a number that the ledger notes; -1 where it does not."""
    found = connection.scalar(select(meta.c.number).where(meta.c.name == name))
    return -1 if found is None else found


def note(connection: Connection, name: str, told: int, words: str = "") -> None:
    """Note a number, and words."""
    upsert(connection, meta, [{"name": name, "number": told, "words": words}])


def keep_signatures(connection: Connection, counts: Mapping[int, str]) -> None:
    """Keep what signatures mean; those that are known stay as they are."""
    rows = [{"id": one, "counts": told} for one, told in sorted(counts.items())]
    upsert(connection, signature, rows, replace=False)


def _check_schema(connection: Connection) -> None:
    found = begun = number(connection, "schema")
    if found == -1:
        note(connection, "schema", SCHEMA_VERSION)
        note(connection, "changes", 0)
        return
    while found in MIGRATIONS:
        for statement in MIGRATIONS[found]:
            connection.execute(text(statement))
        found += 1
        note(connection, "schema", found)
    if found != SCHEMA_VERSION:
        raise StoreError(
            f"the ledger at {place_of(connection.engine)} has schema {found}, this ccm writes "
            f"schema {SCHEMA_VERSION}: use the version of ccm that wrote "
            "it, or move it away and start again: the ledger is rebuilt from the log"
        )
    if begun < SCHEMA_VERSION:
        few = verdict.c.false_pauses.is_not(None)
        _refill(connection, true() if begun <= REFILLED_UNTIL else few)


def _refill(connection: Connection, among: ColumnElement[bool]) -> None:
    """Work out the columns since schema 3, and which cases may alert, from the verdicts held."""
    change = update(verdict).where(verdict.c.case_id == bindparam("case"))
    for lines in _portions(connection, among):
        told = [decode_verdict(line.encode()) for line in lines]
        standing = [standing_of(one) for one in told]
        rows = [
            {"case": one.case, **columns_of(one, how)}
            for one, how in zip(told, standing, strict=True)
        ]
        connection.execute(change, rows)
        new = {how.signature: how.counts for how in standing}
        keep_signatures(connection, new)
        follow(connection, told, ())


def _portions(connection: Connection, among: ColumnElement[bool]) -> Iterator[list[str]]:
    after = ""
    c = verdict.c
    while True:
        found = select(c.case_id, c.line).where(c.case_id > after, among).order_by(c.case_id)
        rows = connection.execute(found.limit(ROWS_AT_ONCE)).all()
        if not rows:
            return
        yield [line for _, line in rows]
        after = rows[-1][0]


def _follow_zone(connection: Connection, zone: str) -> None:
    """Work out the weeks anew where the report zone is another one than when they were written."""
    found = connection.scalar(select(meta.c.words).where(meta.c.name == "report zone"))
    if found == zone:
        return
    c = verdict.c
    opened = connection.execute(select(c.case_id, c.opened_at)).all()
    for case, week in [(case, iso_week(moment(at), zone)) for case, at in opened]:
        connection.execute(update(verdict).where(c.case_id == case).values(opened_week=week))
    note(connection, "report zone", 0, zone)
