"""What lies on a worker's own disk may be old, or of another time: it never tells a lie."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.failures.checker import assert_as_the_batch, assert_nothing_is_lost, assert_true
from tests.failures.nemesis import SEED, replayable
from tests.failures.system import LEFT, System, running
from tests.failures.traffic import Journeys, Traffic
from tests.services.kafka import KafkaBroker

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(150)]
HERE = "tests/failures/test_tables.py"


def test_tables_of_another_log_are_not_taken_for_this_one(
    kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    """Topics made anew have grown longer than the old ones, which the disk still knows."""
    old, new = Journeys(journeys=3, seed=SEED), Journeys(journeys=30, seed=SEED + 1)
    half = len(new.lines) // 2
    with replayable(HERE):
        with _running(kafka_broker, tmp_path / "old") as system:
            system.environment["CCM_KAFKA_STATE"] = str(tmp_path / "disk")
            _do(system, old.lines)
        with _running(kafka_broker, tmp_path / "new") as system:
            acknowledged = _do(system, new.lines[:half])
            system.environment["CCM_KAFKA_STATE"] = str(tmp_path / "disk")
            acknowledged += _do(system, new.lines[half:])
            assert_nothing_is_lost(system, acknowledged)
            assert_as_the_batch(system, acknowledged)
            assert_true(system, new.truth)


def _running(broker: KafkaBroker, home: Path) -> AbstractContextManager[System]:
    return running(home, broker.address, f"sqlite:///{home / 'ledger.db'}", workers=0)


def _do(system: System, lines: Sequence[bytes]) -> list[bytes]:
    """Let one worker, which comes and goes, do these lines."""
    place = system.start_worker()
    with Traffic(system, lines, 0, SEED) as traffic:
        pass
    system.wait_until_at_rest()
    assert system.dismiss_worker(place) == LEFT
    return traffic.acknowledged
