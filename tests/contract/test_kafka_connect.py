"""Connectors into a real Kafka: events, dead letters and cursors that the broker acknowledged."""

import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from pipeline.cli import channels
from pipeline.config import ChannelTable, KafkaSettings, Settings
from pipeline.connectors.supervisor import Supervisor
from pipeline.intake.kafka import Producer
from pipeline.scaled import build_connect, open_log, topics_of
from pipeline.topology.admin import create_topics
from pipeline.wire import decode_event
from tests.contract.rigs import fake
from tests.services.kafka import KafkaBroker, random_id

SECONDS_MAX = 60.0
pytestmark = pytest.mark.kafka


def settings_of(broker: KafkaBroker, board: fake.Board) -> Settings:
    """Topics of its own, and one channel."""
    table = ChannelTable(name="tried", kind=fake.RIG.kind, values=board.values)
    kafka = KafkaSettings(bootstrap=(broker.address,), prefix=f"t{random_id()[:8]}", partitions=2)
    return replace(Settings(), kafka=kafka, channels=(table,))


@contextmanager
def connecting(settings: Settings, registry: CollectorRegistry) -> Iterator[Supervisor]:
    """Run what `ccm connect` runs."""
    producer = Producer(settings.kafka.bootstrap, settings.kafka.delivery_seconds)
    supervisor = build_connect(settings, producer, registry)
    supervisor.start()
    yield supervisor
    supervisor.stop()
    producer.close()


def test_a_second_process_goes_on_behind_the_first(
    kafka_broker: KafkaBroker,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The cursor is in Kafka; what was fetched is there once, bad payloads are dead letters."""
    monkeypatch.setenv("CCM_CHANNEL_TRIED_KEY", fake.KEY)
    with fake.source() as board:
        settings = settings_of(kafka_broker, board)
        create_topics(settings.kafka.bootstrap, topics_of(settings))
        for start in (0, 5):
            for number in range(start, start + 5):
                board.add(fake.make(number))
            board.add(b"[]")
            registry = CollectorRegistry()
            with connecting(settings, registry) as supervisor:
                wait_for_events(supervisor, 5)
            exposed = generate_latest(registry).decode()
            assert 'ccm_connector_events_total{connector="tried"} 5.0' in exposed
    monkeypatch.setattr(channels, "settings_of", lambda _: settings)
    assert channels.main(Namespace(action="list", kafka=True)) == 0
    assert "fetches tried, goes on behind 12" in capsys.readouterr().out
    ids = [decode_event(value).id for value in values(settings, "events")]
    assert sorted(ids) == [f"fake:{number}" for number in range(10)]
    assert len(values(settings, "dead_letters")) == 2
    assert values(settings, "cursors")[-1] == b"12"


def test_a_broker_that_dies_is_waited_for(
    kafka_broker: KafkaBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed and started again while more comes: nothing is missing, and the cursor follows."""
    monkeypatch.setenv("CCM_CHANNEL_TRIED_KEY", fake.KEY)
    with fake.source() as board:
        settings = settings_of(kafka_broker, board)
        settings = replace(settings, kafka=replace(settings.kafka, delivery_seconds=2))
        create_topics(settings.kafka.bootstrap, topics_of(settings))
        board.add(b"[]")
        board.add(fake.make(0))
        with connecting(settings, CollectorRegistry()) as supervisor:
            wait_for_events(supervisor, 1)
            kafka_broker.kill()
            for number in range(1, 5):
                board.add(fake.make(number))
            deadline = time.monotonic() + SECONDS_MAX
            while not supervisor.reports()[0].errors.get("store"):
                assert time.monotonic() < deadline, supervisor.reports()[0]
                time.sleep(0.05)
            kafka_broker.start()
            wait_for_events(supervisor, 5)
    ids = {decode_event(value).id for value in values(settings, "events")}
    assert ids == {f"fake:{number}" for number in range(5)}
    assert values(settings, "cursors")[-1] == b"6"


def wait_for_events(supervisor: Supervisor, count: int) -> None:
    """Return when so many were stored, and the bad payload after them."""
    deadline = time.monotonic() + SECONDS_MAX
    while (found := supervisor.reports()[0]).events < count or not found.dead_letters:
        assert time.monotonic() < deadline, found
        time.sleep(0.01)


def values(settings: Settings, topic: str) -> list[bytes]:
    """Return what a topic holds."""
    log = open_log(settings, lambda topics: getattr(topics, topic).name)
    try:
        return [one.value for one in log.read(log.ends()) if one.value is not None]
    finally:
        log.close()
