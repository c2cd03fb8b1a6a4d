"""The gateway in front of Kafka: 202 only for what the broker has acknowledged, else 503."""

import asyncio
import itertools
import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from kafka import KafkaConsumer
from prometheus_client import CollectorRegistry

from pipeline.config import IntakeSettings, KafkaSettings, Settings
from pipeline.intake.kafka import Producer
from pipeline.scaled import build_gateway, open_log
from pipeline.simulation import UNTIL, Plan, simulate
from pipeline.topology.admin import create_topics
from pipeline.topology.batches import decode_letter
from pipeline.topology.topics import build_topics, partition_of
from tests.services.kafka import KafkaBroker
from tests.services.processes import free_port

AUTH = {"Authorization": "Bearer secret"}
LINES = {"Content-Type": "application/x-ndjson", **AUTH}


def settings(broker: str, prefix: str = "gate") -> Settings:
    """Settings with a token, and little patience."""
    return Settings(
        kafka=KafkaSettings(bootstrap=(broker,), prefix=prefix, partitions=3, delivery_seconds=2),
        intake=IntakeSettings(token="secret"),
    )


async def post(told: Settings, body: bytes, path: str = "/v1/events") -> httpx.Response:
    """Post once to a gateway, and end it."""
    producer = Producer(told.kafka.bootstrap, told.kafka.delivery_seconds)
    app = build_gateway(told, producer, CollectorRegistry(), clock=lambda: UNTIL)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.post(path, content=body, headers=LINES)
    producer.close()
    return answer


@pytest.mark.kafka
def test_what_was_acknowledged_is_in_the_log(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """Good lines keyed by their smallest identifier; bad ones among the dead letters."""
    told = settings(kafka_broker.address)
    topics = build_topics(told.kafka)
    create_topics(told.kafka.bootstrap, topics)
    lines = list(simulate(Plan(journeys=5, seed=1)).lines)
    answer = asyncio.run(post(told, b"\n".join([*lines, b"no event"])))
    assert answer.status_code == 202
    assert answer.json()["accepted"] == len(lines)
    log = open_log(told, lambda topics: topics.events.name)
    records = list(log.read(log.ends()))
    log.close()
    assert sorted(one.value or b"" for one in records) == sorted(lines)
    assert all(one.partition == partition_of(one.key or b"", 3) for one in records)
    dead = open_log(told, lambda topics: topics.dead_letters.name)
    (letter,) = [decode_letter(one.value) for one in dead.read(dead.ends()) if one.value]
    dead.close()
    assert (letter.raw, letter.origin) == (b"no event", f"POST /v1/events line {len(lines) + 1}")
    assert letter.at - UNTIL < timedelta(seconds=1)


def test_without_kafka_the_sender_is_told_to_come_again() -> None:
    """503 with Retry-After, within the patience that the settings give; never a 2xx."""
    told = settings(f"127.0.0.1:{free_port()}")
    line = next(iter(simulate(Plan(journeys=1, seed=1)).lines))
    answer = asyncio.run(post(told, line))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.kafka
def test_records_say_what_they_are(kafka_broker: KafkaBroker) -> None:
    """By the headers of CloudEvents, to any consumer; the value stays as it came."""
    told = settings(kafka_broker.address, "cloud")
    topics = build_topics(told.kafka)
    create_topics(told.kafka.bootstrap, topics)
    lines = list(simulate(Plan(journeys=1, seed=1)).lines)
    asyncio.run(post(told, b"\n".join([*lines, b"no event"])))
    consumer = KafkaConsumer(
        topics.events.name,
        topics.dead_letters.name,
        bootstrap_servers=list(told.kafka.bootstrap),
        auto_offset_reset="earliest",
        consumer_timeout_ms=20_000,
    )
    found = list(itertools.islice(consumer, len(lines) + 1))
    consumer.close()
    kinds = {dict(one.headers)["ce_type"].decode() for one in found}
    assert "complaint-channel-monitor.event.message" in kinds
    assert "complaint-channel-monitor.dead-letter" in kinds
    ids = {dict(one.headers)["ce_id"].decode() for one in found}
    assert {json.loads(line)["id"] for line in lines} <= {one.partition("#")[0] for one in ids}
