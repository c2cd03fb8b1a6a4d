"""`ccm worker` as processes that are born within milliseconds: one mother has imported everything.

Each is a process of its own and dies like one. Its clock stands where a file says, so that verdicts
can be compared with the truth; its output goes to a file; it never outlives the tests.
"""

import ctypes
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event

from pipeline import cli, scaled
from pipeline.cli import worker as command

PRELOADED: Final = (
    "tests.failures.nursery", "pipeline.topology.worker", "pipeline.ledger", "models.rules",
    "psycopg", "aiokafka",
)  # fmt: skip
PAGES_MAX: Final = "CCM_TEST_LEDGER_PAGES_MAX"
"""Names a file that says how many pages an SQLite ledger may have: a disk that is full."""
_DIES_WITH_PARENT: Final = 1


def bear(
    settings: Mapping[str, str], clock: Path, log: Path, words: tuple[str, ...] = ()
) -> BaseProcess:
    """Return a worker that has just been started.

    Args:
        settings: by their names in the environment.
        clock: the file in which its time stands.
        log: takes what it says.
        words: further words of the command.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    process = context.Process(target=_live, args=(dict(settings), clock, log, words))
    process.start()
    return process


def _live(settings: Mapping[str, str], clock: Path, log: Path, words: tuple[str, ...]) -> None:
    ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.environ.update(settings)
    if PAGES_MAX in settings:
        event.listen(Engine, "connect", partial(_bound, Path(settings[PAGES_MAX])))

    def now() -> datetime:
        return datetime.fromisoformat(clock.read_text())

    real: Any = scaled.build_worker
    command.build_worker = partial(real, clock=now)  # type: ignore[attr-defined]  # imported there
    sys.exit(cli.main(["worker", *words]))


def _bound(pages: Path, connection: Any, _: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA max_page_count = {int(pages.read_text())}")
