"""The monitor on Kafka as the tests drive it: topics, workers as processes, and rest."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.request import urlopen

from kafka import KafkaProducer

from pipeline.config import EngineSettings, KafkaSettings, LedgerSettings, Settings
from pipeline.domain.events import Event, Reading
from pipeline.embedded.audit import Audit
from pipeline.ledger import Ledger
from pipeline.scaled import open_log, topics_of
from pipeline.simulation import UNTIL
from pipeline.topology.admin import check_topics, create_topics
from pipeline.topology.batches import Letter, decode_letter
from pipeline.topology.lag import LagReader
from pipeline.topology.log import TopicLog
from pipeline.topology.watchdog import FAILED
from pipeline.wire import verdict_line
from pipeline.wiring import build_decode, open_ledger
from tests.services.processes import free_port

BATCH_MAX = 40
REPOSITORY = Path(__file__).resolve().parents[2]
REST_SECONDS_MAX = 180.0  # a busy machine takes half a minute to start a worker


class Flow:
    """One set of topics and one ledger; workers come and go."""

    def __init__(
        self,
        broker: str,
        ledger_url: str,
        data: Path,
        partitions: int,
        now: datetime,
        reading: Literal["inline", "apart"],
    ) -> None:
        prefix = f"ccm-test-{uuid.uuid4().hex[:8]}"
        self.settings = Settings(
            engine=EngineSettings(data=data),
            kafka=KafkaSettings(
                bootstrap=(broker,),
                prefix=prefix,
                partitions=partitions,
                session_seconds=2,
                reading=reading,
                texts_at_once_max=16,
            ),
            ledger=LedgerSettings(url=ledger_url),
        )
        self.topics = topics_of(self.settings)
        self.data = data
        self.now = now
        self._decode = build_decode(self.settings, self.settings.policy)
        self._replaced: set[int] = set()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.readers: list[subprocess.Popen[bytes]] = []
        create_topics(self.settings.kafka.bootstrap, self.topics)
        assert check_topics(self.settings.kafka.bootstrap, self.topics) == []
        Ledger(ledger_url).close()
        self._lag = LagReader(self.settings.kafka)
        self._texts_lag = LagReader(self.settings.kafka, "reader")

    def producer(self) -> KafkaProducer:
        """A producer that sends whatever it is told, bad records included."""
        return KafkaProducer(
            bootstrap_servers=list(self.settings.kafka.bootstrap), max_request_size=8_000_000
        )

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start one more worker, whose clock stands still."""
        worker = self._start(f"worker-{len(self.workers)}", "-m", "tests.e2e.kafka_worker")
        self.workers.append(worker)
        return worker

    def start_reader(self) -> subprocess.Popen[bytes]:
        """Start one more process that reads texts for the workers."""
        reader = self._start(f"reader-{len(self.readers)}", "-m", "pipeline.cli", "reader")
        self.readers.append(reader)
        return reader

    def _start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        output = self.data / f"{name}.log"
        own = {"CCM_TEST_NOW": self.now.isoformat(), "CCM_TEST_NOTES": f"{self.data / name}.jsonl"}
        with output.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                env={**self._environment(), **own},
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=REPOSITORY,
            )

    def ccm(self, *words: str) -> str:
        """Run a command on this system to its end; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *words],
            env=self._environment(),
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _environment(self) -> dict[str, str]:
        kafka = self.settings.kafka
        return {
            **os.environ,
            "CCM_KAFKA_BOOTSTRAP": ",".join(kafka.bootstrap),
            "CCM_KAFKA_PREFIX": kafka.prefix,
            "CCM_KAFKA_PARTITIONS": str(kafka.partitions),
            "CCM_KAFKA_SESSION_SECONDS": str(kafka.session_seconds),
            "CCM_KAFKA_BATCH_EVENTS_MAX": str(BATCH_MAX),
            "CCM_KAFKA_STALL_SECONDS": "10",
            "CCM_KAFKA_STATE": str(self.data / "worker"),
            "CCM_KAFKA_READING": kafka.reading,
            "CCM_KAFKA_TEXTS_AT_ONCE_MAX": str(kafka.texts_at_once_max),
            "CCM_LEDGER_URL": self.settings.ledger.url,
            "PYTHONPATH": str(REPOSITORY),
        }

    def wait_until_at_rest(self) -> None:
        """Return once the workers have committed every record, and the readers every text.

        Workers are asked twice: before, so that every text was sent; after, so that every reading
        was taken in.
        """
        until = time.monotonic() + REST_SECONDS_MAX
        while any(any(lag.read().values()) for lag in (self._lag, self._texts_lag, self._lag)):
            lags = {**self._lag.read(), **self._texts_lag.read()}
            assert time.monotonic() < until, f"not at rest: {lags}\n{self.said()}"
            self._supervise()
            time.sleep(0.2)

    def _supervise(self) -> None:
        """Start a worker in the place of each that ended itself, as systemd would."""
        assert any(one.poll() in (None, FAILED) for one in self.workers), self.said()
        for one in self.workers:
            if one.poll() == FAILED and one.pid not in self._replaced:
                self._replaced.add(one.pid)
                self.start_worker()
                return

    def has_work(self) -> bool:
        """Return whether anything is left to be committed."""
        return any(self._lag.read().values())

    def said(self) -> str:
        """What the workers said."""
        return "\n".join(one.read_text()[-3_000:] for one in sorted(self.data.glob("*er-*.log")))

    def ends(self, topic: str) -> int:
        """How many records a topic has."""
        log = TopicLog(self.settings.kafka.bootstrap, topic)
        ends = log.ends()
        log.close()
        return sum(ends.values())

    def notes(self, number: int) -> list[dict[str, int]]:
        """What worker ``number`` noted so far: its recoveries and batches."""
        path = self.data / f"worker-{number}.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def verdicts(self) -> list[bytes]:
        """The lines of the ledger, by case as the batch sorts them."""
        ledger = open_ledger(self.settings)
        lines = sorted((one.case, verdict_line(one)) for one in ledger.all_verdicts())
        ledger.close()
        return [line for _, line in lines]

    def letters(self) -> list[Letter]:
        """The dead letters; those told twice, once."""
        log = open_log(self.settings, lambda topics: topics.dead_letters.name)
        found = {
            record.key: decode_letter(record.value)
            for record in log.read(log.ends())
            if record.value is not None
        }
        log.close()
        return list(found.values())

    def log(self) -> list[Event]:
        """The events of the log that can be read."""
        log, decode = open_log(self.settings, lambda topics: topics.events.name), self._decode
        found = [decode(one.value) for one in log.read(log.ends()) if one.value is not None]
        log.close()
        return sorted(found, key=lambda one: (one.id, one.version))

    def wait_until_texts_are_read(self, count: int) -> None:
        """Return once readers have brought some readings to the log."""
        until = time.monotonic() + REST_SECONDS_MAX
        while sum(isinstance(event, Reading) for event in self.log()) < count:
            assert time.monotonic() < until, f"nothing is read\n{self.said()}"
            time.sleep(0.1)

    def case_page(self, case: str, until: str) -> str:
        """Start a dashboard; return the page of a case once it holds ``until``."""
        port = free_port()
        command = ("-m", "pipeline.cli", "dashboard", f"--port={port}")
        self.readers.append(self._start("dashboarder-0", *command))
        address = f"http://127.0.0.1:{port}/cases/{case}"
        deadline, html = time.monotonic() + REST_SECONDS_MAX, ""
        while until not in html:
            assert time.monotonic() < deadline, f"{html}\n{self.said()}"
            time.sleep(0.3)
            with suppress(OSError), urlopen(address, timeout=10) as answer:
                html = answer.read().decode()
        return html

    def audit(self) -> Audit:
        """What `ccm audit --kafka` finds."""
        from pipeline.cli.audit import audit_kafka

        return audit_kafka(self.settings)

    def stop(self) -> None:
        """Stop what still runs."""
        for one in (*self.workers, *self.readers):
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
        for one in (*self.workers, *self.readers):
            try:
                one.wait(15)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        self._lag.close()
        self._texts_lag.close()


@contextmanager
def flow(
    broker: str,
    ledger_url: str,
    data: Path,
    partitions: int = 4,
    now: datetime = UNTIL,
    reading: Literal["inline", "apart"] = "inline",
) -> Iterator[Flow]:
    """Yield a flow; its workers end with it."""
    made = Flow(broker, ledger_url, data, partitions, now, reading)
    try:
        yield made
    finally:
        made.stop()


def sqlite_url(data: Path) -> str:
    """A ledger of its own below ``data``."""
    return f"sqlite:///{data / 'ledger.db'}"
