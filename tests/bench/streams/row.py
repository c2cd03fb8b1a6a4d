"""One row: reads the events topic until it has seen all, and says what that took.

    python -m tests.bench.streams.row NAME EVENTS

Times go from the first record to the last, so that starting and joining the group stay out.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tests.bench import workload

TOPIC = f"{os.environ['CCM_KAFKA_PREFIX']}-events"
BROKERS = os.environ["CCM_KAFKA_BOOTSTRAP"]
PARTITIONS = int(os.environ["CCM_KAFKA_PARTITIONS"])


class Clock:
    """Counts events; says when all were seen."""

    def __init__(self, events: int) -> None:
        self._events = events
        self._seen = 0
        self._began: tuple[float, float] | None = None

    def see(self, count: int = 1) -> bool:
        """Take note of events; the first call begins. Returns whether all were seen."""
        if self._began is None:
            self._began = time.process_time(), time.monotonic()
        self._seen += count
        return self._seen >= self._events

    def end(self, **more: Any) -> NoReturn:
        """Print what it took and end the process at once."""
        assert self._began is not None
        cpu, wall = self._began
        told = {
            "events": self._seen,
            "cpu": time.process_time() - cpu,
            "wall": time.monotonic() - wall,
            **more,
        }
        os.write(
            1, f"\n{json.dumps(told)}\n".encode()
        )  # Faust keeps the standard output for itself
        os._exit(0)


def ours(clock: Clock) -> None:
    """The worker itself, until its commands are done too."""
    from pipeline.config import load_settings
    from pipeline.scaled import build_worker
    from pipeline.topology.watching import BatchDone, Nobody
    from pipeline.topology.worker import run

    class Watcher(Nobody):
        """Counts; ends the process when nothing waits."""

        def __init__(self) -> None:
            self.batches = 0
            self.work = 0.0
            self.all = 0.0
            self.commands = 0

        def recovered(self, told: Any) -> None:
            """Begin."""
            if told.partitions:
                clock.see(0)

        def batch_done(self, told: BatchDone) -> None:
            """Count."""
            self.batches += 1
            self.work += told.work_seconds
            self.all += told.seconds
            self.commands += told.commands
            if clock.see(told.events) and told.lag == 0:
                clock.end(
                    batches=self.batches,
                    work=self.work,
                    all=self.all,
                    commands=self.commands,
                )

    run(build_worker(load_settings(), clock=lambda: workload.AS_OF, watcher=Watcher()))


def told(path: Path) -> None:
    """The worker, which tells a file what it has done, and when; until it is killed."""
    from pipeline.config import load_settings
    from pipeline.scaled import build_worker
    from pipeline.topology.watching import BatchDone, Nobody, Recovered
    from pipeline.topology.worker import run

    class Watcher(Nobody):
        """Tells the file."""

        def recovered(self, told: Recovered) -> None:
            """Tell it."""
            self._tell(nodes=told.nodes, seconds=told.seconds)

        def batch_done(self, told: BatchDone) -> None:
            """Tell it."""
            causes = [cause for change in told.changes for cause in change.causes]
            self._tell(events=told.events, causes=causes)

        def _tell(self, **told: Any) -> None:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"at": time.time(), **told}) + "\n")

    run(build_worker(load_settings(), clock=lambda: workload.AS_OF, watcher=Watcher()))


def faust_table(clock: Clock) -> None:
    """(a) A Faust agent as the tutorial writes it: one table write an event."""
    app, topic = _faust_app("table")
    counts = app.Table("counts", default=int, partitions=PARTITIONS)

    @app.agent(topic)
    async def count(stream: Any) -> None:
        async for event in stream:
            counts[_who(event)] += 1
            if clock.see():
                clock.end()

    _run_faust(app)


def faust_plain(clock: Clock) -> None:
    """(b) A Faust agent without state, event by event."""
    app, topic = _faust_app("plain")
    found: dict[str, int] = {}

    @app.agent(topic)
    async def count(stream: Any) -> None:
        async for event in stream:
            found[_who(event)] = found.get(_who(event), 0) + 1
            if clock.see():
                clock.end()

    _run_faust(app)


def raw(clock: Clock) -> None:
    """(c) aiokafka's getmany and msgspec, and nothing else: the floor."""
    import msgspec

    asyncio.run(_getmany(clock, msgspec.json.decode, lambda: None))


def raw_fold(clock: Clock) -> None:
    """(c) with the fold and the judgement of the monitor."""
    take, finish = _fold()
    asyncio.run(_getmany(clock, take, finish))


def bulk_fold(clock: Clock) -> None:
    """The reader of `ccm audit --kafka`, with the same fold."""
    from pipeline.topology.log import TopicLog

    take, finish = _fold()
    log = TopicLog(BROKERS.split(","), TOPIC)
    clock.see(0)
    for line in log.lines(log.ends()):
        take(line)
        if clock.see():
            finish()
            clock.end()


def quix(clock: Clock) -> None:
    """(d) Quix Streams, a dict of counts as in (b)."""
    import msgspec

    found: dict[str, int] = {}

    def take(line: bytes) -> None:
        event = msgspec.json.decode(line)
        found[_who(event)] = found.get(_who(event), 0) + 1

    _quix(clock, take, lambda: None)


def quix_fold(clock: Clock) -> None:
    """(d) with the fold and the judgement of the monitor."""
    take, finish = _fold()
    _quix(clock, take, finish)


def _who(event: Any) -> str:
    name: str = (event.get("customer") or event["same"])[0]
    return name


def _fold() -> tuple[Callable[[bytes], Any], Callable[[], None]]:
    from pipeline.domain.policy import Policy
    from pipeline.embedded.memory import MemoryStore
    from pipeline.monitor import Monitor
    from pipeline.wire import decode_event

    class Sink:
        def apply(self, changes: Any) -> None:
            """Take the changes."""

    monitor, now = Monitor(Policy(), MemoryStore(), Sink()), workload.AS_OF

    def finish() -> None:
        for _ in monitor.settle_in_parts(now):
            pass

    return lambda line: monitor.handle(decode_event(line), now), finish


def _faust_app(kind: str) -> tuple[Any, Any]:
    import faust

    app = faust.App(
        f"{TOPIC}-{kind}",
        broker=f"kafka://{BROKERS}",
        store="memory://",
        web_enabled=False,
        topic_partitions=PARTITIONS,
        consumer_auto_offset_reset="earliest",
    )
    return app, app.topic(TOPIC, value_serializer="json", key_type=bytes)


def _run_faust(app: Any) -> None:
    import faust

    faust.Worker(app, loglevel="ERROR", quiet=True).execute_from_commandline()


async def _getmany(clock: Clock, take: Callable[[bytes], Any], finish: Callable[[], None]) -> None:
    from aiokafka import AIOKafkaConsumer

    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=BROKERS,
        auto_offset_reset="earliest",
        group_id=None,
        max_partition_fetch_bytes=2 * 1024 * 1024,
    )
    await consumer.start()
    clock.see(0)
    while True:
        found = await consumer.getmany(timeout_ms=1000, max_records=2000)
        for records in found.values():
            for one in records:
                take(one.value)
            if clock.see(len(records)):
                finish()
                clock.end()


def _quix(clock: Clock, take: Callable[[bytes], Any], finish: Callable[[], None]) -> None:
    from quixstreams import Application

    app = Application(
        broker_address=BROKERS,
        consumer_group=f"{TOPIC}-quix-{time.time()}",
        auto_offset_reset="earliest",
        loglevel="ERROR",
    )
    stream = app.dataframe(app.topic(TOPIC, value_deserializer="bytes"))

    def see(line: bytes) -> None:
        take(line)
        if clock.see():
            finish()
            clock.end()

    stream.update(see)
    app.run()


if __name__ == "__main__":
    rows: dict[str, Callable[[Clock], None]] = {
        one.__name__: one
        for one in (ours, faust_table, faust_plain, raw, raw_fold, bulk_fold, quix, quix_fold)
    }
    if sys.argv[1] == "told":
        told(Path(sys.argv[2]))
    else:
        rows[sys.argv[1]](Clock(int(sys.argv[2])))
