"""The gateway in front of a broker that goes away: what it acknowledged is in the log, always."""

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from pipeline.config import KafkaSettings, Settings
from pipeline.scaled import open_log
from pipeline.simulation import Plan, simulate
from pipeline.topology.admin import create_topics
from pipeline.topology.topics import build_topics
from tests.failures.gateway import GatewayProcess, Sender, settings_of
from tests.services.kafka import KafkaBroker

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
SECONDS_MAX = 40


def kafka_settings(broker: KafkaBroker) -> Settings:
    """Topics of this test's own."""
    prefix = f"ccm-gate-{uuid.uuid4().hex[:8]}"
    kafka = KafkaSettings(bootstrap=(broker.address,), prefix=prefix, partitions=3)
    create_topics(kafka.bootstrap, build_topics(kafka))
    return Settings(kafka=kafka)


@contextmanager
def gateway(
    settings: Settings, data: Path, when_down: str, bound: int = 10_000_000
) -> Iterator[GatewayProcess]:
    made = GatewayProcess(
        data,
        settings_of(
            settings.kafka.bootstrap[0],
            settings.kafka.prefix,
            gateway_when_down=when_down,
            gateway_spool_bytes_max=bound,
        ),
    )
    try:
        made.start()
        yield made
    finally:
        made.clear()


def logged(settings: Settings) -> list[bytes]:
    """All that is in the log, each partition in its order."""
    log = open_log(settings, lambda topics: topics.events.name)
    found = [one.value or b"" for one in log.read(log.ends())]
    log.close()
    return found


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS_MAX
    while not holds():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)


def events(seed: int) -> list[bytes]:
    return list(simulate(Plan(journeys=30, seed=seed)).lines)


def test_what_is_acknowledged_without_kafka_gets_there_by_the_disk(
    kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    """The broker dies while complaints come; the gateway is killed with what it has kept."""
    settings, lines = kafka_settings(kafka_broker), events(1)
    parts = [lines[start : start + 3] for start in range(0, len(lines), 3)]
    third = len(parts) // 3
    with gateway(settings, tmp_path / "data", "spool") as ours:
        sender = Sender(ours)
        for part in parts[:third]:
            assert sender.post(part) is not None
        with ThreadPoolExecutor(4) as crowd:
            waiting = [crowd.submit(sender.post, part) for part in parts[third : 2 * third]]
            kafka_broker.kill()
            assert all(one.result() is not None for one in waiting)
        for part in parts[2 * third :]:
            assert sender.post(part) is not None
        assert sender.refused == []
        assert ours.get("/readyz").status_code == httpx.codes.OK
        kept = ours.metric("ccm_spool_records")
        assert kept >= len(lines) - 3 * 2 * third
        ours.kill()
        ours.start()
        assert ours.metric("ccm_spool_records") == kept
        kafka_broker.restart()
        eventually(lambda: ours.metric("ccm_spool_records") == 0)
        assert ours.stop() == 0
        assert "secret-of-the-gateway" not in ours.said()
    found = logged(settings)
    assert sorted(sender.acknowledged) == sorted(lines)
    assert set(found) == set(lines)


def test_what_waited_arrives_in_order(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """One customer's messages, of which some came while the broker was away."""
    settings = kafka_settings(kafka_broker)
    template = (
        '{"id":"x:%02d","kind":"message","at":"2026-10-01T00:00:00Z","customer":["x:ada"],'
        '"channel":"x","visibility":"public","direction":"inbound","text":"no %d"}'
    )
    lines = [(template % (number, number)).encode() for number in range(30)]
    with gateway(settings, tmp_path / "data", "spool") as ours:
        sender = Sender(ours)
        for number, line in enumerate(lines):
            if number == 10:
                kafka_broker.stop()
            if number == 20:
                kafka_broker.start()
            sender.post([line])
        eventually(lambda: ours.metric("ccm_spool_records") == 0)
        assert ours.stop() == 0
    assert sender.acknowledged == lines
    found = logged(settings)
    assert list(dict.fromkeys(found)) == lines


def test_a_full_disk_is_a_clear_refusal(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """503 with the reason and a time to come back; what was taken before is still sent."""
    settings, lines = kafka_settings(kafka_broker), events(2)
    with gateway(settings, tmp_path / "data", "spool", bound=3_000) as ours:
        sender = Sender(ours)
        kafka_broker.kill()
        for line in lines[:40]:
            sender.post([line])
        assert sender.acknowledged
        full = sender.refused[-1]
        assert full.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert int(full.headers["Retry-After"]) >= 30
        assert "its own disk holds as much as it may" in full.json()["detail"]
        kafka_broker.restart()
        eventually(lambda: ours.metric("ccm_spool_records") == 0)
        assert sender.post(lines[40:41]) is not None
    assert set(logged(settings)) == set(sender.acknowledged)


def test_without_a_spool_nothing_is_acknowledged_while_kafka_is_away(
    kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    """503 with Retry-After; the process stays, says that it is not ready, and recovers."""
    settings, lines = kafka_settings(kafka_broker), events(3)
    with gateway(settings, tmp_path / "data", "refuse") as ours:
        sender = Sender(ours)
        sender.post(lines[:10])
        kafka_broker.kill()
        sender.post(lines[10:20])
        (refused,) = sender.refused
        assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert int(refused.headers["Retry-After"]) > 0
        assert ours.get("/readyz").status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert ours.get("/healthz").status_code == httpx.codes.OK
        kafka_broker.restart()
        eventually(lambda: ours.get("/readyz").status_code == httpx.codes.OK)
        sender.post(lines[20:])
        assert ours.stop() == 0
    assert sender.acknowledged == [*lines[:10], *lines[20:]]
    assert set(sender.acknowledged) <= set(logged(settings))
