"""PostgreSQL as it is: a server of its own, in a temporary folder, on a free port of loopback."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from tests.services.processes import (
    LOOPBACK,
    Child,
    Service,
    ServiceAbsent,
    ServiceFailed,
    free_port,
)  # fmt: skip

if TYPE_CHECKING:
    # Loaded where it is used: every test's process reads this module, and few need a server.
    import psycopg

PACKAGED: Final = Path("/usr/lib/postgresql")
USER: Final = "ccm"
UNPRIVILEGED: Final = ("postgres", "nobody")
"""The server refuses to run as root; of these the first that exists runs it then."""

SETTINGS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    # A process that dies loses nothing of what the system holds; only a power cut would.
    "fsync": "off",
    "shared_buffers": "32MB",
    "autovacuum_naptime": "10min",
    "log_min_messages": "warning",
}

CUT_OFF: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class PostgresServer(Service):
    """One server and its folder; as a context it starts, and clears everything away."""

    def __init__(self) -> None:
        super().__init__()
        self.port: Final = free_port()
        self._programs = find_programs()
        self._user = _user()
        self._password = secrets.token_urlsafe(16)
        # Not below pytest's own folder: that one is closed to the user who runs the server.
        self._home = Path(tempfile.mkdtemp(prefix="ccm-postgres-"))
        self._spare: list[str] = []

    @property
    def url(self) -> str:
        """The server's first database, for SQLAlchemy."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return the address of a database, for SQLAlchemy."""
        return f"postgresql+psycopg://{USER}:{self._password}@{LOOPBACK}:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give an empty database by its address; afterwards whoever still uses it is cut off."""
        name = self._spare.pop() if self._spare else self._create()
        yield self.url_of(name)
        # Emptied and used again: making one copies hundreds of files, emptying it next to none.
        with self.connect(name) as connection:
            connection.execute(CUT_OFF)
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        self._spare.append(name)

    def connect(self, database: str = "postgres") -> "psycopg.Connection[Any]":
        """Return a connection of our own, without transactions: what it runs takes effect."""
        import psycopg

        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=USER,
            password=self._password,
            dbname=database,
            autocommit=True,
        )

    def start(self) -> Self:
        """Make the folder's cluster if it is new, start the server and wait until it serves."""
        if not self._data.exists():
            self._initialise()
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        self._child = Child(command, self._home / "server.out", user=self._user)
        self._child.wait_until(self._serves)
        return self

    def stop(self) -> None:
        """Stop the server in good order: connections end, what was committed stays."""
        self._running.stop(signal.SIGINT)

    def clear(self) -> None:
        """Kill what runs and delete the folder."""
        super().clear()
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _initialise(self) -> None:
        password = self._home / "password"
        password.write_text(self._password)
        if self._user is not None:
            for path in (self._home, password):
                shutil.chown(path, self._user)
        command = [str(self._programs / "initdb"), "-D", str(self._data), "-U", USER, "--no-sync"]
        command += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"]
        command += ["--pwfile", str(password)]
        done = subprocess.run(
            command, cwd=self._home, capture_output=True, text=True, check=False, user=self._user
        )
        if done.returncode:
            raise ServiceFailed(f"initdb ended with {done.returncode}:\n{done.stderr}")

    def _create(self) -> str:
        name = f"t{secrets.token_hex(6)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return name

    def _serves(self) -> bool:
        import psycopg

        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


def find_programs() -> Path:
    """Return the folder of initdb and postgres: the newest that is packaged, else on PATH."""
    packaged = sorted(PACKAGED.glob("*/bin/initdb"), key=_version)
    if packaged:
        return packaged[-1].parent
    found = shutil.which("initdb")
    if found is None or shutil.which("postgres") is None:
        raise ServiceAbsent("no PostgreSQL: run `make setup-services` and do what it says")
    return Path(found).resolve().parent


def _version(initdb: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in initdb.parts[-3].split(".") if part.isdigit())


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)
