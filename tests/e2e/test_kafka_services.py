"""The real servers that the other tests stand on keep what they acknowledged, and come back."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from tests.services.kafka import KafkaBroker, KafkaCluster, random_id
from tests.services.postgres import PostgresServer

ACKNOWLEDGED_SECONDS_MAX = 30


def create_topic(address: str, *, copies: int) -> TopicPartition:
    """Return the one partition of a new topic."""
    topic = f"events-{random_id()}"
    with KafkaAdminClient(bootstrap_servers=address) as admin:
        admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=copies)])
    return TopicPartition(topic, 0)


def build_producer(address: str) -> KafkaProducer:
    return KafkaProducer(
        bootstrap_servers=address,
        acks="all",
        enable_idempotence=True,
        retry_backoff_ms=50,
        reconnect_backoff_max_ms=500,
    )


def produce(producer: KafkaProducer, to: TopicPartition, values: Sequence[bytes]) -> None:
    """Return once every value is acknowledged."""
    sent = [producer.send(to.topic, value, partition=to.partition) for value in values]
    for future in sent:
        future.get(ACKNOWLEDGED_SECONDS_MAX)


def read_all(address: str, partition: TopicPartition) -> list[bytes]:
    """Return the values of a partition from its start to its end."""
    consumer = KafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest")
    try:
        consumer.assign([partition])
        end = consumer.end_offsets([partition])[partition]
        return list(_values(consumer, partition, end))
    finally:
        consumer.close()


def _values(consumer: Any, partition: TopicPartition, end: int) -> Iterator[bytes]:
    while consumer.position(partition) < end:
        for records in consumer.poll(timeout_ms=1_000).values():
            yield from (record.value for record in records)


def leader_of(address: str, partition: TopicPartition) -> int:
    """Return the node that leads the partition."""
    with KafkaAdminClient(bootstrap_servers=address) as admin:
        (topic,) = admin.describe_topics([partition.topic])
    leader: int = topic["partitions"][partition.partition]["leader_id"]
    return leader


def numbered(first: int, last: int) -> list[bytes]:
    return [b"record %d" % number for number in range(first, last)]


@pytest.mark.kafka
@pytest.mark.timeout(60)
def test_a_killed_broker_keeps_what_it_acknowledged(kafka_broker: KafkaBroker) -> None:
    """The log outlives a kill -9, and a broker that comes back takes more."""
    events = create_topic(kafka_broker.address, copies=1)
    producer = build_producer(kafka_broker.address)
    try:
        produce(producer, events, numbered(0, 50))
        kafka_broker.kill()
        kafka_broker.restart()
        assert read_all(kafka_broker.address, events) == numbered(0, 50)
        produce(producer, events, numbered(50, 60))
    finally:
        producer.close(timeout=5)
    assert read_all(kafka_broker.address, events) == numbered(0, 60)


@pytest.mark.kafka
@pytest.mark.timeout(60)
def test_a_broker_that_is_stopped_in_good_order_comes_back(kafka_broker: KafkaBroker) -> None:
    """A restart is what an update of the broker looks like."""
    events = create_topic(kafka_broker.address, copies=1)
    producer = build_producer(kafka_broker.address)
    try:
        produce(producer, events, numbered(0, 5))
        before = kafka_broker.pid
        kafka_broker.restart()
        assert kafka_broker.pid != before
        produce(producer, events, numbered(5, 10))
    finally:
        producer.close(timeout=5)
    assert read_all(kafka_broker.address, events) == numbered(0, 10)


@pytest.mark.kafka
@pytest.mark.timeout(90)
def test_a_lost_leader_loses_no_acknowledged_record(kafka_cluster: KafkaCluster) -> None:
    """While records flow the leader dies: another takes over; each record is there once."""
    events = create_topic(kafka_cluster.address, copies=3)
    producer = build_producer(kafka_cluster.address)
    lost = kafka_cluster.broker(leader_of(kafka_cluster.address, events))
    try:
        produce(producer, events, numbered(0, 50))
        on_their_way = [producer.send(events.topic, value) for value in numbered(50, 100)]
        lost.kill()
        for future in on_their_way:
            future.get(ACKNOWLEDGED_SECONDS_MAX)
        produce(producer, events, numbered(100, 150))
    finally:
        producer.close(timeout=5)
    assert read_all(kafka_cluster.address, events) == numbered(0, 150)
    assert leader_of(kafka_cluster.address, events) != lost.node
    lost.restart()
    assert read_all(lost.address, events) == numbered(0, 150)


@pytest.mark.postgres
def test_a_killed_database_keeps_what_was_committed(postgres_server: PostgresServer) -> None:
    """What was committed outlives a kill -9 and a stop in good order."""
    with postgres_server.connect() as connection:
        connection.execute("CREATE TABLE kept (number integer)")
        connection.execute("INSERT INTO kept VALUES (1)")
        postgres_server.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("INSERT INTO kept VALUES (2)")
    for _ in range(2):
        postgres_server.restart()
        with postgres_server.connect() as connection:
            assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]
    with postgres_server.connect() as connection:
        connection.execute("DROP TABLE kept")
