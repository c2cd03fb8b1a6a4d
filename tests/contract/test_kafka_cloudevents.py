"""Whoever sends an event or a dead letter to Kafka says by CloudEvents' headers what it is."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest
from kafka import KafkaConsumer, TopicPartition
from prometheus_client import CollectorRegistry

from pipeline.config import Settings
from pipeline.embedded.spool import Spool
from pipeline.errors import StoreError
from pipeline.intake.kafka import Producer
from pipeline.intake.spooling import Pair, SpoolingSender
from pipeline.scaled import topics_of
from pipeline.simulation import Plan, simulate
from pipeline.topology.admin import create_topics
from pipeline.wire.cloudevents import headers_of
from tests.contract.rigs import fake
from tests.contract.test_kafka import send_good
from tests.contract.test_kafka_connect import connecting, settings_of, wait_for_events
from tests.e2e.flow import flow, sqlite_url
from tests.services.kafka import KafkaBroker
from tests.unit.intake.test_spooling import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def told_kinds(bootstrap: str, *topics: str) -> list[str]:
    """Return the types that the records of topics tell; each has just what its value gives."""
    consumer = KafkaConsumer(bootstrap_servers=[bootstrap], consumer_timeout_ms=20_000)
    parts = [TopicPartition(one, n) for one in topics for n in consumer.partitions_for_topic(one)]
    consumer.assign(parts)
    consumer.seek_to_beginning()
    count = sum(consumer.end_offsets(parts).values())
    kinds = []
    for record in itertools.islice(consumer, count):
        if record.value is not None and headers_of(record.value):
            assert list(record.headers) == headers_of(record.value), record
            kinds.append(dict(record.headers)["ce_type"].decode().partition(".")[2])
    consumer.close()
    return kinds


def test_ccm_connect(kafka_broker: KafkaBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What connectors fetch, and what of it cannot be used; cursors are no events."""
    monkeypatch.setenv("CCM_CHANNEL_TRIED_KEY", fake.KEY)
    with fake.source() as board:
        settings = settings_of(kafka_broker, board)
        topics = topics_of(settings)
        create_topics(settings.kafka.bootstrap, topics)
        for number in range(3):
            board.add(fake.make(number))
        board.add(b"[]")
        with connecting(settings, CollectorRegistry()) as supervisor:
            wait_for_events(supervisor, 3)
    every = [one.name for one in topics]
    found = told_kinds(kafka_broker.address, *every)
    assert sorted(found) == ["dead-letter", "event.message", "event.message", "event.message"]


@dataclass
class Shaky:
    """A sender whose broker may be away."""

    producer: Producer
    is_up: bool = False

    def send(self, topic: str, records: Sequence[Pair]) -> None:
        if not self.is_up:
            raise StoreError("kafka: no broker answers")
        self.producer.send(topic, records)

    def is_reachable(self) -> bool:
        return self.is_up


@contextmanager
def shaky(settings: Settings) -> Iterator[Shaky]:
    producer = Producer(settings.kafka.bootstrap, settings.kafka.delivery_seconds)
    yield Shaky(producer)
    producer.close()


def test_what_waited_on_the_gateways_disk(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """The headers follow from the value, so what is brought later has the same."""
    with fake.source() as board:
        settings = replace(settings_of(kafka_broker, board), channels=())
    topics = topics_of(settings)
    create_topics(settings.kafka.bootstrap, topics)
    line = next(iter(simulate(Plan(journeys=1, seed=1)).lines))
    with shaky(settings) as kafka:
        spool = Spool(tmp_path / "spool.db", 10_000)
        sender = SpoolingSender(kafka, spool, is_open=True)
        sender.send(topics.events.name, [(b"k", line)])
        assert spool.count == 1
        kafka.is_up = True
        eventually(lambda: spool.count == 0)
        sender.close()
        spool.close()
    assert told_kinds(kafka_broker.address, topics.events.name) == ["event.message"]


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["inline", "apart"])
def test_gateway_worker_and_reader(
    kafka_broker: KafkaBroker, tmp_path: Path, reading: Literal["inline", "apart"]
) -> None:
    """Events by the gateway, readings by whoever reads, dead letters by both."""
    lines = list(simulate(Plan(journeys=2, seed=3, signals=False)).lines)
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path, reading=reading) as made:
        producer = made.producer()
        producer.send(made.topics.events.name, key=b"x:a", value=b"no JSON").get(10)
        if reading == "apart":
            producer.send(made.topics.texts.name, key=b"r", value=b"no JSON").get(10)
        producer.close()
        send_good(made, lines)
        made.start_worker()
        if reading == "apart":
            made.start_reader()
        made.wait_until_at_rest()
        names = made.topics.events.name, made.topics.dead_letters.name
        found = told_kinds(kafka_broker.address, *names)
    assert {"event.message", "event.reading", "dead-letter"} <= set(found)
    assert found.count("dead-letter") == (2 if reading == "apart" else 1)
