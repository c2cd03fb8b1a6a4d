"""The broker dies and comes back, or the leader of three does: what was acknowledged stays."""

import time
from pathlib import Path
from threading import Thread

import pytest
from kafka import KafkaAdminClient

from tests.failures.checker import assert_as_the_batch, assert_nothing_is_lost, assert_true
from tests.failures.nemesis import SEED, replayable
from tests.failures.system import running
from tests.failures.traffic import Journeys, Traffic
from tests.services.kafka import KafkaBroker, KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(240)]
HERE = "tests/failures/test_brokers.py"


def test_a_broker_that_dies_and_comes_back(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """kill -9 in the middle of it; senders and workers go on when it is there again."""
    journeys = Journeys(journeys=25, seed=SEED)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with (
        replayable(HERE) as draw,
        running(tmp_path, kafka_broker.address, url, workers=1) as system,
    ):
        with Traffic(system, journeys.lines, 8, SEED) as traffic:
            time.sleep(draw.uniform(2, 5))
            kafka_broker.kill()
            time.sleep(draw.uniform(0.5, 3))
            kafka_broker.restart()
        system.wait_until_at_rest()
        assert_nothing_is_lost(system, traffic.acknowledged)
        assert_as_the_batch(system, traffic.acknowledged)
        assert_true(system, journeys.truth)


def test_the_leader_of_three_is_lost(kafka_cluster: KafkaCluster, tmp_path: Path) -> None:
    """Another takes over while events flow; the lost one comes back at the end."""
    journeys = Journeys(journeys=25, seed=SEED + 1)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with (
        replayable(HERE) as draw,
        running(
            tmp_path, kafka_cluster.address, url, workers=1, kafka={"replication": 3}
        ) as system,
    ):
        leader = _leader_of(kafka_cluster.address, system.topics.events.name)
        lost = kafka_cluster.broker(leader)
        with Traffic(system, journeys.lines, 8, SEED) as traffic:
            time.sleep(draw.uniform(2, 5))
            lost.kill()
        system.wait_until_at_rest()
        assert_nothing_is_lost(system, traffic.acknowledged)
        assert_as_the_batch(system, traffic.acknowledged)
        assert_true(system, journeys.truth)
        back = Thread(target=lost.restart)
        back.start()
        back.join()


def _leader_of(address: str, topic: str) -> int:
    with KafkaAdminClient(bootstrap_servers=address) as admin:
        (told,) = admin.describe_topics([topic])
    leader: int = told["partitions"][0]["leader_id"]
    return leader
