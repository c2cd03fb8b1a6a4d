"""Everything at once, for as long as is wished: `make soak`."""

import os
import time
from pathlib import Path

import pytest

from tests.failures.checker import assert_as_the_batch, assert_nothing_is_lost, assert_true
from tests.failures.nemesis import SEED, Nemesis, replayable
from tests.failures.system import running
from tests.failures.traffic import Journeys, Traffic
from tests.services.kafka import KafkaBroker
from tests.services.postgres import PostgresServer

FAULTS = int(os.environ.get("CCM_STORM_FAULTS", "60"))
SECONDS_A_FAULT = 3.0
HERE = "tests/failures/test_storm.py"


@pytest.mark.kafka
@pytest.mark.postgres
@pytest.mark.soak
@pytest.mark.timeout(300 + 30 * FAULTS)
def test_a_storm_of_faults_leaves_no_trace(
    kafka_broker: KafkaBroker, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Workers, broker and database die in turn, often one before the other is back."""
    journeys = Journeys(journeys=3 * FAULTS, seed=SEED)
    with (
        replayable(HERE, CCM_STORM_FAULTS=FAULTS) as draw,
        postgres_server.database() as url,
        running(tmp_path, kafka_broker.address, url, workers=3) as system,
    ):
        nemesis = Nemesis(system, draw, pause=(0.5, 2.0))

        def kill_workers() -> None:
            nemesis.kill(nemesis.kills + draw.randint(1, 3))

        def kill_broker() -> None:
            kafka_broker.kill()
            time.sleep(draw.uniform(0, 3))
            kafka_broker.restart()

        def kill_database() -> None:
            postgres_server.kill()
            time.sleep(draw.uniform(0, 3))
            postgres_server.restart()

        with Traffic(system, journeys.lines, FAULTS * SECONDS_A_FAULT, SEED) as traffic:
            for _ in range(FAULTS):
                fault = draw.choice(
                    [kill_workers, kill_workers, kill_broker, kill_database, nemesis.swap]
                )
                fault()
                time.sleep(draw.uniform(0, 2 * SECONDS_A_FAULT))
        system.wait_until_at_rest()
        assert_nothing_is_lost(system, traffic.acknowledged)
        assert_as_the_batch(system, traffic.acknowledged)
        assert_true(system, journeys.truth)
