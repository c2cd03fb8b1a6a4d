"""The monitor on Kafka as it is run: topics, a ledger, workers, and who starts them again."""

import os
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from pipeline.config import EngineSettings, KafkaSettings, LedgerSettings, Settings
from pipeline.errors import StoreError
from pipeline.ledger import Ledger
from pipeline.scaled import topics_of
from pipeline.simulation import UNTIL
from pipeline.topology.admin import create_topics
from pipeline.topology.lag import LagReader
from tests.failures.nursery import PAGES_MAX, bear

REST_SECONDS_MAX: Final = float(os.environ.get("CCM_REST_SECONDS_MAX", "90"))
LEAVE_SECONDS_MAX: Final = 20.0
QUICK: Final = {
    "partitions": 6, "session_seconds": 2, "batch_events_max": 60, "stall_seconds": 6
}  # fmt: skip
"""Deaths are noticed soon, and batches are small so that deaths come between them."""
AGAIN_SECONDS: Final = 0.3
"""How long the supervisor waits before it starts a worker again."""
KILLED: Final = -signal.SIGKILL
LEFT: Final = 0
NOT_BEGUN: Final = -signal.SIGTERM
STATUSES: Final = {KILLED, LEFT, NOT_BEGUN, 2, 70}
"""What a worker may end with: killed, told to leave (after or before it had begun), a store that is
away, cannot go on."""


@dataclass(slots=True)
class Place:
    """A place for one worker: whoever dies in it is followed by another."""

    number: int
    process: BaseProcess
    is_wanted: bool = True
    died_at: float | None = None
    statuses: list[int] = field(default_factory=list)


class System:
    """Topics and a ledger of its own; workers come, die and are started again.

    Args:
        home: a folder for logs and the workers' data.
        brokers: where Kafka is.
        ledger_url: the database.
        now: where the workers' clocks stand.
        kafka: settings that differ from those of the tests.
        environment: further settings of the workers.
    """

    def __init__(
        self,
        home: Path,
        brokers: str,
        ledger_url: str,
        *,
        now: datetime = UNTIL,
        kafka: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home
        told: dict[str, Any] = {**QUICK, **(kafka or {})}
        self.settings = Settings(
            engine=EngineSettings(data=home / "data"),
            kafka=KafkaSettings(
                bootstrap=tuple(brokers.split(",")),
                prefix=f"ccm-f-{uuid.uuid4().hex[:8]}",
                delivery_seconds=10,
                **told,
            ),
            ledger=LedgerSettings(url=ledger_url),
        )
        self.topics = topics_of(self.settings)
        self.clock = home / "clock"
        self.pages_max = home / "pages-max"
        self.set_clock(now)
        self.set_room(1_000_000)
        self.places: list[Place] = []
        self.environment = dict(environment or {})
        self._lock = Lock()
        self._stop = Flag()
        self._supervisor = Thread(target=self._supervise, name="supervisor", daemon=True)
        create_topics(self.settings.kafka.bootstrap, self.topics)
        Ledger(ledger_url).close()
        self._supervisor.start()

    # ------------------------------------------------------------------------- what tests may do

    def set_clock(self, now: datetime) -> None:
        """Put the clocks of all workers to ``now``."""
        _write(self.clock, now.isoformat())

    def set_room(self, pages: int) -> None:
        """Let an SQLite ledger have so many pages from a worker's next start on."""
        _write(self.pages_max, str(pages))

    def start_worker(self) -> Place:
        """Start one more worker."""
        with self._lock:
            place = Place(number=len(self.places), process=self._bear(len(self.places)))
            self.places.append(place)
        return place

    def kill_worker(self, place: Place) -> None:
        """Kill -9; the supervisor starts another."""
        place.process.kill()

    def dismiss_worker(self, place: Place) -> int:
        """SIGTERM; return the status with which it left, for good."""
        place.is_wanted = False
        place.process.terminate()
        place.process.join(LEAVE_SECONDS_MAX)
        assert place.process.exitcode is not None, f"did not leave:\n{self.said()}"
        return place.process.exitcode

    def living(self) -> list[Place]:
        """The places whose worker lives."""
        return [one for one in self.places if one.is_wanted and one.process.is_alive()]

    def committed(self) -> int:
        """How many records the workers have committed in all; 0 while Kafka cannot say."""
        group = f"{self.settings.kafka.prefix}-worker"
        try:
            with KafkaAdminClient(bootstrap_servers=list(self.settings.kafka.bootstrap)) as admin:
                told = admin.list_group_offsets({group: None})[group]
        except KafkaError:
            return 0
        return sum(max(0, one.offset) for one in told.values())

    def is_at_rest(self) -> bool:
        """Whether the workers have committed every record."""
        with suppress(StoreError):
            reader = LagReader(self.settings.kafka)
            try:
                return not any(reader.read().values())
            finally:
                reader.close()
        return False

    def wait_until_at_rest(self) -> None:
        """Return once every record of the log is done."""
        self.wait_until(self.is_at_rest, "the workers did not come to rest")

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Return once ``holds`` says so; fail with what the workers said."""
        until = time.monotonic() + REST_SECONDS_MAX
        while not holds():
            assert time.monotonic() < until, f"{what}; {self.statuses()}\n{self.said()}"
            time.sleep(0.2)

    def overdue(self, now: datetime) -> Iterator[str]:
        """Yield the cases whose verdicts were to be looked at again by ``now``, and were not."""
        ledger = Ledger(self.settings.ledger.url)
        try:
            for one in ledger.all_verdicts():
                if one.revisit_at is not None and one.revisit_at <= now:
                    yield one.case
        finally:
            ledger.close()

    def statuses(self) -> Counter[int]:
        """With what workers ended, and how often."""
        return Counter(status for place in self.places for status in place.statuses)

    def said(self) -> str:
        """The end of what each worker said, and the last thing that it could not go on after."""
        return "\n".join(
            f"--- {path.name}\n{_last_traceback(path.read_text())}\n{path.read_text()[-1_500:]}"
            for path in sorted(self.home.glob("worker-*.log"))
        )

    def clear(self) -> None:
        """End everything."""
        self._stop.set()
        self._supervisor.join()
        for place in self.places:
            if place.process.is_alive():
                place.process.kill()
            place.process.join()

    # --------------------------------------------------------------------------------------------

    def _bear(self, number: int) -> BaseProcess:
        kafka = self.settings.kafka
        settings = {
            "CCM_KAFKA_BOOTSTRAP": ",".join(kafka.bootstrap),
            "CCM_KAFKA_PREFIX": kafka.prefix,
            "CCM_KAFKA_PARTITIONS": str(kafka.partitions),
            "CCM_KAFKA_REPLICATION": str(kafka.replication),
            "CCM_KAFKA_SESSION_SECONDS": str(kafka.session_seconds),
            "CCM_KAFKA_BATCH_EVENTS_MAX": str(kafka.batch_events_max),
            "CCM_KAFKA_STALL_SECONDS": str(kafka.stall_seconds),
            "CCM_ENGINE_DATA": str(self.settings.engine.data),
            "CCM_KAFKA_STATE": str(self.home / "state"),
            "CCM_LEDGER_URL": self.settings.ledger.url,
            PAGES_MAX: str(self.pages_max),
            **self.environment,
        }
        return bear(settings, self.clock, self.home / f"worker-{number}.log")

    def _supervise(self) -> None:
        """Do what systemd and Kubernetes do: note who died, and start another in its place."""
        while not self._stop.wait(0.05):
            with self._lock:
                for place in self.places:
                    self._look_after(place)

    def _look_after(self, place: Place) -> None:
        if place.process.is_alive():
            return
        if place.died_at is None:
            place.process.join()
            place.died_at = time.monotonic()
            place.statuses.append(place.process.exitcode or 0)
        elif place.is_wanted and time.monotonic() - place.died_at > AGAIN_SECONDS:
            place.died_at = None
            place.process = self._bear(place.number)


def _last_traceback(text: str) -> str:
    _, found, rest = text.rpartition("Traceback (most recent call last)")
    return found + rest[:4_000]


def _write(path: Path, text: str) -> None:
    """Let a file hold ``text``; whoever reads it meanwhile sees the old or the new."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


@contextmanager
def running(
    home: Path,
    brokers: str,
    ledger_url: str,
    workers: int,
    *,
    now: datetime = UNTIL,
    kafka: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[System]:
    """Yield a system with so many workers; it ends with the context."""
    home.mkdir(parents=True, exist_ok=True)
    made = System(home, brokers, ledger_url, now=now, kafka=kafka, environment=environment)
    try:
        for _ in range(workers):
            made.start_worker()
        yield made
    finally:
        made.clear()
