"""A worker as a process: Faust's membership, our loop, and how both come to an end.

Of Faust we use the application, its settings, the membership in the group with its assignor (the
same partitions of both topics to the same worker, those it had before where possible), and the
producer. Its streams, agents and tables are left out; why, `membership` says. So none of its known
hazards can happen: there is no concurrency inside a worker (it scales by partitions), no
acknowledgement of single records, no ``take()``, no window, no join, no ``exactly_once``, no web
server.

An end comes in one of three ways. SIGTERM: the batch at hand is brought to its end and committed,
the group is left, status 0; nothing is read again. A failure: the process ends at once, without a
commit, status 70. Standing still: the watchdog, also 70. The supervisor starts it again.
"""

import asyncio
import logging
import os
import signal
from dataclasses import dataclass
from typing import Final, NoReturn

from pipeline.collector import calm_collector
from pipeline.config import KafkaSettings
from pipeline.topology.admin import identity_of
from pipeline.topology.batches import Batches
from pipeline.topology.loop import BuildMonitor, Hands, Loop
from pipeline.topology.membership import Group, WorkerApp, build_app
from pipeline.topology.recovery import Changelog
from pipeline.topology.sending import Sender
from pipeline.topology.table import MemoryTable, RocksTable, Table
from pipeline.topology.topics import build_topics
from pipeline.topology.watchdog import FAILED, Watchdog
from pipeline.topology.watching import Nobody, WorkerWatcher

STOP_SECONDS_MAX: Final = 20.0
_LOG: Final = logging.getLogger("ccm.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a worker is made of."""

    kafka: KafkaSettings
    batches: Batches
    build_monitor: BuildMonitor
    watchdog: Watchdog
    watcher: WorkerWatcher | None = None


def run(parts: Parts) -> NoReturn:
    """Run a worker until SIGTERM; the process ends with it."""
    try:
        asyncio.run(_Process(parts).run())
    except BaseException:
        _LOG.exception("the worker cannot go on; nothing of this batch is committed")
        logging.shutdown()
        os._exit(FAILED)
    logging.shutdown()
    os._exit(0)  # threads of libraries that still hang on must not keep it


def open_table(kafka: KafkaSettings) -> Table:
    """Return where the worker keeps the records of its nodes.

    On disk each topic has a directory of its own: what is left of another, be it only one of the
    same name that was deleted, must never be taken for this one's.

    Raises:
        StoreError: the directory cannot be used, or Kafka not be reached.
    """
    if kafka.tables == "memory":
        return MemoryTable()
    return RocksTable(kafka.state / identity_of(kafka.bootstrap, build_topics(kafka).nodes.name))


class _Process:
    """One life of a worker."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._watchdog = parts.watchdog

    async def run(self) -> None:
        """Start, work, stop."""
        app = build_app(self._parts.kafka)
        table = open_table(self._parts.kafka)
        loop = self._build_loop(app, table)
        app.partaker = loop
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, loop.stop)
        calm_collector()
        await app.start()
        self._watchdog.start()
        await self._work(app, loop)
        table.close()
        async with asyncio.timeout(STOP_SECONDS_MAX):
            await app.stop()

    def _build_loop(self, app: WorkerApp, table: Table) -> Loop:
        parts = self._parts
        nodes = build_topics(parts.kafka).nodes.name
        hands = Hands(
            group=Group(app),
            sender=Sender(app.producer),
            table=table,
            changelog=Changelog(parts.kafka.bootstrap, nodes, table),
        )
        return Loop(
            parts.kafka,
            hands,
            parts.batches,
            parts.build_monitor,
            self._watchdog,
            parts.watcher or Nobody(),
        )

    async def _work(self, app: WorkerApp, loop: Loop) -> None:
        """Work until told to stop; end where Faust does so by itself."""
        working = asyncio.ensure_future(loop.run())
        watching = asyncio.ensure_future(app.wait_until_stopped())
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise RuntimeError(f"Faust stopped by itself ({app.crash_reason!r})")
        watching.cancel()
        working.result()
