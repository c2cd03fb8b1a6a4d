"""The number by which everybody who looks at a ledger sees that it changed."""

from sqlalchemy import Connection, update

from pipeline.ledger.tables import meta


def bump(connection: Connection) -> None:
    """Let everybody who asks for the revision know, once this transaction is written."""
    counter = update(meta).where(meta.c.name == "changes")
    connection.execute(counter.values(number=meta.c.number + 1))
