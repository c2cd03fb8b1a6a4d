"""`ccm worker` as processes that are born within milliseconds: one mother has imported everything.

Each is a process of its own and dies like one. Its clock stands where a file says, so that verdicts
can be compared with the truth; its output goes to a file; it never outlives the tests.
"""

import asyncio
import ctypes
import os
import random
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event

from pipeline import cli, scaled
from pipeline.cli import worker as command
from pipeline.topology.membership import Group
from pipeline.topology.sending import Sender

Effect = Callable[..., Awaitable[Any]]
PRELOADED: Final = (
    "tests.failures.nursery", "pipeline.topology.worker", "pipeline.ledger", "models.rules",
    "psycopg", "aiokafka",
)  # fmt: skip
PAGES_MAX: Final = "CCM_TEST_LEDGER_PAGES_MAX"
"""Names a file that says how many pages an SQLite ledger may have: a disk that is full."""
SLOW_SECONDS: Final = "CCM_TEST_SLOW_SECONDS"
"""How long a worker rests, at most, between two effects of a batch: there most deaths find it."""
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

    if SLOW_SECONDS in settings:
        for owner, name in ((Sender, "send"), (Group, "commit")):
            setattr(owner, name, _slowly(getattr(owner, name), float(settings[SLOW_SECONDS])))

    def now() -> datetime:
        return datetime.fromisoformat(clock.read_text())

    real: Any = scaled.build_worker
    command.build_worker = partial(real, clock=now)  # type: ignore[attr-defined]  # imported there
    sys.exit(cli.main(["worker", *words]))


def _slowly(effect: Effect, seconds_max: float) -> Effect:
    async def slow(*arguments: Any) -> Any:
        await asyncio.sleep(random.uniform(0, seconds_max))
        return await effect(*arguments)

    return slow


def _bound(pages: Path, connection: Any, _: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA max_page_count = {int(pages.read_text())}")
