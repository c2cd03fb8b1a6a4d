"""The ledger goes away, or its disk is full: the workers come back to it, and no figure differs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.failures.checker import assert_as_the_batch, assert_nothing_is_lost, assert_true
from tests.failures.nemesis import SEED, replayable
from tests.failures.system import System, running
from tests.failures.traffic import Journeys, Traffic
from tests.services.kafka import KafkaBroker
from tests.services.postgres import PostgresServer

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(240)]
HERE = "tests/failures/test_ledgers.py"
FULL = """
    CREATE FUNCTION ccm_test_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device'
       USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER ccm_test_full BEFORE INSERT OR UPDATE ON ccm_verdict
    FOR EACH ROW EXECUTE FUNCTION ccm_test_full();
"""
ROOM = "DROP FUNCTION ccm_test_full CASCADE"


@pytest.mark.postgres
def test_postgresql_dies_and_comes_back(
    kafka_broker: KafkaBroker, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """kill -9, a while without it, a restart; then once more in good order."""
    journeys = Journeys(journeys=30, seed=SEED)
    with (
        replayable(HERE) as draw,
        postgres_server.database() as url,
        running(tmp_path, kafka_broker.address, url, workers=2) as system,
    ):
        with Traffic(system, journeys.lines, 10, SEED) as traffic:
            time.sleep(draw.uniform(2, 4))
            postgres_server.kill()
            time.sleep(draw.uniform(0.5, 2))
            postgres_server.restart()
            time.sleep(draw.uniform(0.5, 2))
            postgres_server.restart()
        _assert_well(system, traffic, journeys)


@contextmanager
def full_disk(server: PostgresServer, url: str) -> Iterator[None]:
    """Let the database refuse every verdict, as it does when its disk is full."""
    name = url.rpartition("/")[2]
    with server.connect(name) as connection:
        connection.execute(FULL.encode())
        yield
        connection.execute(ROOM.encode())


@pytest.mark.postgres
def test_the_disk_of_postgresql_is_full_for_a_while(
    kafka_broker: KafkaBroker, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Workers end themselves rather than go on without it; with room again all is made up for."""
    journeys = Journeys(journeys=15, seed=SEED + 1)
    with (
        replayable(HERE),
        postgres_server.database() as url,
        running(tmp_path, kafka_broker.address, url, workers=1) as system,
    ):
        with Traffic(system, journeys.lines, 4, SEED) as traffic, full_disk(postgres_server, url):
            system.wait_until(lambda: system.statuses()[70] > 0, "no worker noticed")
        assert "free space on its disk" in system.said()
        _assert_well(system, traffic, journeys)


def test_the_disk_of_sqlite_is_full_for_a_while(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """The same where the ledger is a file, which may have only so many pages."""
    journeys = Journeys(journeys=15, seed=SEED + 2)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with replayable(HERE), running(tmp_path, kafka_broker.address, url, workers=0) as system:
        system.set_room(20)
        system.start_worker()
        with Traffic(system, journeys.lines, 2, SEED) as traffic:
            system.wait_until(lambda: system.statuses()[70] > 0, "no worker noticed")
        assert "free space on its disk" in system.said()
        system.set_room(1_000_000)
        _assert_well(system, traffic, journeys)


def _assert_well(system: System, traffic: Traffic, journeys: Journeys) -> None:
    system.wait_until_at_rest()
    assert_nothing_is_lost(system, traffic.acknowledged)
    assert_as_the_batch(system, traffic.acknowledged)
    assert_true(system, journeys.truth)
