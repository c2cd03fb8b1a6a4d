"""Workers are killed, come and go while events flow: nothing is lost, nothing counts twice."""

from pathlib import Path

import pytest

from tests.e2e.engine_worker import AS_OF
from tests.failures.checker import (
    assert_as_the_batch,
    assert_nothing_is_lost,
    assert_true,
    letters,
)  # fmt: skip
from tests.failures.nemesis import KILLS, SEED, Nemesis, replayable
from tests.failures.nursery import SLOW_SECONDS
from tests.failures.system import KILLED, LEFT, NOT_BEGUN, running
from tests.failures.traffic import Journeys, Traffic, strangers
from tests.services.kafka import KafkaBroker
from tests.services.postgres import PostgresServer

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.slow]
SECONDS_A_KILL = 1.4
SMALL = {"batch_events_max": 10, "session_seconds": 1}
SLOWLY = {SLOW_SECONDS: "0.06"}
"""So that there is always something to do, and most deaths come in the middle of a batch."""
HERE = "tests/failures/test_workers.py"


@pytest.mark.timeout(120 + 12 * KILLS)
def test_killed_workers_leave_no_trace(
    kafka_broker: KafkaBroker, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """kill -9 at random, one or two at a time, of three; the ledger is the simulator's truth."""
    journeys = Journeys(journeys=4 * KILLS, seed=SEED)
    with (
        replayable(HERE, CCM_WORKER_KILLS=KILLS) as draw,
        postgres_server.database() as url,
        running(
            tmp_path, kafka_broker.address, url, workers=3, kafka=SMALL, environment=SLOWLY
        ) as system,
    ):
        nemesis = Nemesis(system, draw, pause=(0.0, 0.8))
        with Traffic(system, journeys.lines, KILLS * SECONDS_A_KILL, SEED) as traffic:
            nemesis.kill(KILLS)
        system.wait_until_at_rest()
        assert_nothing_is_lost(system, traffic.acknowledged)
        assert_as_the_batch(system, traffic.acknowledged)
        assert_true(system, journeys.truth)
        assert letters(system) == {}
        assert system.statuses()[KILLED] >= KILLS


@pytest.mark.timeout(180)
def test_workers_join_and_leave_while_links_race(
    kafka_broker: KafkaBroker, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Identity links meet messages on other partitions in the middle of rebalances."""
    lines = strangers(600, SEED)
    with (
        replayable(HERE) as draw,
        postgres_server.database() as url,
        running(tmp_path, kafka_broker.address, url, workers=1, now=AS_OF) as system,
    ):
        nemesis = Nemesis(system, draw, pause=(1.0, 2.5))
        with Traffic(system, lines, 12, SEED) as traffic:
            nemesis.come_and_go(3)
        system.wait_until_at_rest()
        assert_nothing_is_lost(system, traffic.acknowledged)
        assert_as_the_batch(system, traffic.acknowledged, AS_OF)
        # One that had not begun yet has nothing to bring to its end.
        assert set(nemesis.left) <= {LEFT, NOT_BEGUN}
