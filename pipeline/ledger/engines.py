"""What differs between SQLite and PostgreSQL, and what to do when the database complains.

Everything else of the ledger is SQL that both understand.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Table,
    Text,
    any_,
    bindparam,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
)

from pipeline.errors import ConfigError, StoreError

Synchronous = Literal["full", "normal"]

BUSY_SECONDS: Final = 30
# What the database says, in lower case, and what the operator can do about it.
ADVICE: Final = (
    (("is full", "no space left", "disk full"),
     "free space on its disk; nothing of this batch was kept, and it is applied again"),
    (("readonly", "read-only"),
     "make the file and its directory writable for the user that runs ccm"),
    (("locked", "busy"),
     "another process holds it; end that one, or give this one a data directory of its own"),
    (("unable to open",),
     "create the directory, or correct the path in the settings"),
    (("malformed", "not a database", "disk i/o"),
     "move the file away and start again: the ledger is rebuilt from the log"),
)  # fmt: skip
OTHERWISE: Final = "check that the database is up and that the address in the settings is right"
_TROUBLE: Final = (OperationalError, InterfaceError, InternalError)


def build_engine(url: str, synchronous: Synchronous = "full") -> Engine:
    """Return an engine for ``url``, such as ``sqlite:////var/lib/ccm/ledger.db``.

    Args:
        url: an SQLAlchemy database URL.
        synchronous: for SQLite: ``full`` survives loss of power, ``normal`` only the death of the
            process.
    """
    # Errors are logged: they must not show what customers are called. A connection that a restarted
    # server has forgotten is replaced before it is used.
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, synchronous)
    return engine


def open_engine(url: str, file: Path, synchronous: Synchronous = "full") -> Engine:
    """Return an engine for ``url`` as an operator wrote it; for SQLite in ``file`` without one.

    Raises:
        ConfigError: the URL is none, or its driver is not installed.
    """
    if not url:
        file.parent.mkdir(parents=True, exist_ok=True)
        return build_engine(f"sqlite:///{file}", synchronous)
    try:
        return build_engine(url, synchronous)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigError(
            f"ledger.url: cannot be used ({error}); write postgresql+psycopg://user@host/database, "
            "and install complaint-channel-monitor[postgres]"
        ) from None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction that may write; all of it is kept or nothing."""
    with telling(engine), engine.execution_options(ccm_writes=True).begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection for queries that see one state of the ledger."""
    with telling(engine), engine.connect() as connection:
        yield connection


@contextmanager
def telling(engine: Engine) -> Iterator[None]:
    """Turn the database's trouble into a StoreError that says what to do; bugs of ours pass."""
    try:
        yield
    except DBAPIError as error:
        if not (isinstance(error, _TROUBLE) or type(error) is DatabaseError):
            raise
        said = str(error.orig)
        raise StoreError(
            f"the ledger at {place_of(engine)} cannot be used ({said}): {_advice(said)}"
        ) from error


def place_of(engine: Engine) -> str:
    """Return the address of the database without its password, for messages."""
    return engine.url.render_as_string(hide_password=True)


def upsert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, replace: bool = True
) -> int:
    """Insert ``rows``; where the primary key is taken, replace the row, or leave it as it is.

    Returns:
        How many rows were written, where the database tells.
    """
    if not rows:
        return 0
    if connection.dialect.name == "postgresql":
        return _upsert_at_once(connection, table, rows, replace=replace)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    if replace:
        new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    return connection.execute(statement, rows).rowcount


def _upsert_at_once(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, replace: bool
) -> int:
    """Do the same on PostgreSQL in one statement with one parameter, all rows as one JSON text.

    One parameter for each value of each row costs the client three times as much.
    """
    dialect = connection.dialect
    named, quote = list(rows[0]), dialect.identifier_preparer.quote
    columns = [(quote(name), table.c[name].type.compile(dialect)) for name in named]
    names = ", ".join(name for name, _ in columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns)
    keys = [quote(column.name) for column in table.primary_key]
    new = ", ".join(f"{name} = excluded.{name}" for name, _ in columns if name not in keys)
    statement = (
        f"INSERT INTO {quote(table.name)} ({names}) "  # noqa: S608  # names of our own columns
        f"SELECT {names} FROM json_to_recordset(%s::json) AS told ({typed}) "
        f"ON CONFLICT ({', '.join(keys)}) DO {f'UPDATE SET {new}' if replace else 'NOTHING'}"
    )
    told = msgspec.json.encode(rows).decode()
    return connection.exec_driver_sql(statement, (told,)).rowcount


def among(connection: Connection, column: Column[str], keys: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of many keys, as one parameter where possible."""
    if connection.dialect.name != "postgresql":
        return column.in_(keys)
    return column == any_(bindparam(None, list(keys), type_=postgresql.ARRAY(Text)))


def _advice(said: str) -> str:
    lower = said.lower()
    return next((todo for marks, todo in ADVICE if any(m in lower for m in marks)), OTHERWISE)


def _prepare_sqlite(engine: Engine, synchronous: Synchronous) -> None:
    """Let readers and one writer work side by side, and let SQLAlchemy alone begin transactions.

    A writer takes its lock at once: a transaction that reads first and writes later could not be
    retried by waiting.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("ccm_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
