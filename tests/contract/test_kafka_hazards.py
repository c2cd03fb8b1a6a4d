"""Why a worker seeks by itself: what Faust 0.15.3 rests on leaves new partitions where they are."""

import asyncio
import uuid

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from pipeline.config import KafkaSettings
from pipeline.topology.admin import create_topics
from pipeline.topology.topics import build_topics
from tests.services.kafka import KafkaBroker


@pytest.mark.kafka
@pytest.mark.timeout(120)
def test_seeking_to_what_was_committed_does_nothing_where_nothing_was(
    kafka_broker: KafkaBroker,
) -> None:
    """Faust drops what it fetched around a rebalance and calls this: so the records are gone.

    Should this test fail one day, aiokafka seeks, and one of our reasons is no more.
    """
    kafka = KafkaSettings(
        bootstrap=(kafka_broker.address,), prefix=f"hazard-{uuid.uuid4().hex[:8]}", partitions=1
    )
    topic = build_topics(kafka).events.name
    create_topics(kafka.bootstrap, build_topics(kafka))

    async def read_twice() -> tuple[int, int]:
        producer = AIOKafkaProducer(bootstrap_servers=kafka_broker.address)
        await producer.start()
        await producer.send_and_wait(topic, b"one")
        await producer.stop()
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=kafka_broker.address,
            group_id=f"{topic}-group",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await consumer.start()
        first = await consumer.getmany(timeout_ms=20_000)
        await consumer.seek_to_committed()
        again = await consumer.getmany(timeout_ms=2_000)
        await consumer.stop()
        tp = TopicPartition(topic, 0)
        return len(first.get(tp, ())), len(again.get(tp, ()))

    assert asyncio.run(read_twice()) == (1, 0)
