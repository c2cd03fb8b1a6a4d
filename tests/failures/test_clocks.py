"""Clocks that jump: the end decides."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.simulation import UNTIL
from tests.failures.checker import assert_nothing_is_lost, assert_true
from tests.failures.nemesis import SEED, replayable
from tests.failures.system import running
from tests.failures.traffic import Journeys, Traffic
from tests.services.kafka import KafkaBroker

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]
HERE = "tests/failures/test_clocks.py"
JUMPS = 12


def test_clocks_that_jump(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """Back and forth by up to ten weeks while events flow; timers that came due are made up for.

    Each verdict is judged at the moment that the clock showed then, so the bytes need not be those
    of one batch; what is said of the case must.
    """
    journeys = Journeys(journeys=25, seed=SEED)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with (
        replayable(HERE) as draw,
        running(tmp_path, kafka_broker.address, url, workers=1) as system,
    ):
        with Traffic(system, journeys.lines, 5, SEED) as traffic:
            for _ in range(JUMPS):
                system.set_clock(UNTIL - timedelta(hours=draw.uniform(0, 24 * 70)))
                time.sleep(draw.uniform(0.1, 0.8))
        system.wait_until_at_rest()
        system.set_clock(UNTIL)
        system.wait_until(
            lambda: not list(system.overdue(UNTIL)), "timers that are due were not kept"
        )
        assert_nothing_is_lost(system, traffic.acknowledged)
        assert_true(system, journeys.truth)
