"""Where the rows run: a broker, a database, topics that are full already."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kafka import KafkaProducer

from pipeline.config import EngineSettings, KafkaSettings, LedgerSettings, Settings
from pipeline.scaled import topics_of
from pipeline.topology.admin import create_topics
from pipeline.topology.protocol import provisional_root
from pipeline.wire import decode_event
from tests.services.kafka import KafkaBroker
from tests.services.postgres import PostgresServer

REPOSITORY = Path(__file__).resolve().parents[3]
SECONDS_MAX = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A broker, a database server and a folder."""

    broker: str
    server: PostgresServer
    home: Path

    @contextmanager
    def settings(self, name: str, partitions: int = 8) -> Iterator[Settings]:
        """Yield settings with topics and a ledger of their own."""
        with self.server.database() as url:
            made = Settings(
                engine=EngineSettings(data=self.home / name),
                kafka=KafkaSettings(
                    bootstrap=(self.broker,),
                    prefix=f"bench-{name}",
                    partitions=partitions,
                    session_seconds=6,
                    state=self.home / name / "worker",
                ),
                ledger=LedgerSettings(url=url),
            )
            made = replace(made)
            (self.home / name).mkdir()
            create_topics(made.kafka.bootstrap, topics_of(made))
            yield made


@contextmanager
def place() -> Iterator[Place]:
    """Yield a place; everything is cleared away after."""
    with (
        TemporaryDirectory(prefix="ccm-bench-") as home,
        KafkaBroker(Path(home) / "kafka") as broker,
        PostgresServer() as server,
    ):
        yield Place(broker=broker.address, server=server, home=Path(home))


def fill(settings: Settings, lines: Sequence[bytes]) -> None:
    """Put lines into the events topic, keyed as the gateway does."""
    producer = KafkaProducer(
        bootstrap_servers=list(settings.kafka.bootstrap), linger_ms=20, acks="all"
    )
    topic = topics_of(settings).events.name
    for line in lines:
        producer.send(topic, key=provisional_root(decode_event(line)).encode(), value=line)
    producer.close()


def environment(settings: Settings) -> dict[str, str]:
    """Return the settings as a process takes them."""
    import os

    kafka = settings.kafka
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONWARNINGS": "ignore",
        "CCM_KAFKA_BOOTSTRAP": ",".join(kafka.bootstrap),
        "CCM_KAFKA_PREFIX": kafka.prefix,
        "CCM_KAFKA_PARTITIONS": str(kafka.partitions),
        "CCM_KAFKA_SESSION_SECONDS": str(kafka.session_seconds),
        "CCM_KAFKA_STATE": str(kafka.state),
        "CCM_LEDGER_URL": settings.ledger.url,
        "CCM_ENGINE_DATA": str(settings.engine.data),
    }


def measured(
    settings: Settings, name: str, events: int, python: str = sys.executable
) -> dict[str, Any]:
    """Return what the process of a row says: events, seconds of processor and of the wall."""
    command = [python, "-m", "tests.bench.streams.row", name, str(events)]
    done = subprocess.run(
        command,
        env=environment(settings),
        cwd=REPOSITORY,
        capture_output=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    said = done.stdout.decode().strip().splitlines()
    if done.returncode or not said:
        raise RuntimeError(f"{name} ended with {done.returncode}:\n{done.stderr.decode()[-3000:]}")
    found: dict[str, Any] = json.loads(said[-1])
    return found


def wait(seconds: float) -> None:
    """Let the machine come to rest."""
    time.sleep(seconds)
