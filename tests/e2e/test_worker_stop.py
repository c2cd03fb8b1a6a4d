"""A worker that is told to stop comes to the end of what it does; the next goes on from there."""

import signal
import time
from pathlib import Path

import pytest

from tests.contract.test_kafka import is_good, replayed, send_good
from tests.e2e.engine_worker import AS_OF
from tests.e2e.flow import BATCH_MAX, Flow, flow, sqlite_url
from tests.e2e.test_kill import lines_of
from tests.services.kafka import KafkaBroker

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]
LINES = 700


def test_nothing_is_read_again_after_a_clean_stop(
    kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    """SIGTERM in the middle of the load: status 0, zero records done twice, zero nodes read."""
    lines = [line for line in lines_of(4) if is_good(line)][:LINES]
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path, now=AS_OF) as made:
        send_good(made, lines)
        first = made.start_worker()
        wait_for_batches(made, 0, 3)
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 0, made.said()
        assert made.has_work()
        made.start_worker()
        made.wait_until_at_rest()
        notes = [*made.notes(0), *made.notes(1)]
        recovery = made.notes(1)[0]
        assert sum(one.get("events", 0) for one in notes) == made.ends(made.topics.events.name)
        assert sum(one.get("commands", 0) for one in notes) == made.ends(made.topics.commands.name)
        assert recovery["nodes"] == 0
        assert recovery["lag"] > 0


def test_after_a_kill_only_the_batch_at_hand_is_done_again(
    kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    """kill -9: what is done twice is bounded by one batch, and does not show."""
    lines = [line for line in lines_of(5) if is_good(line)][:LINES]
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path, now=AS_OF) as made:
        send_good(made, lines)
        first = made.start_worker()
        wait_for_batches(made, 0, 3)
        first.kill()
        first.wait()
        made.start_worker()
        made.wait_until_at_rest()
        done = sum(one.get("events", 0) for one in [*made.notes(0), *made.notes(1)])
        assert abs(done - made.ends(made.topics.events.name)) <= BATCH_MAX
        assert made.notes(1)[0]["nodes"] < made.ends(made.topics.nodes.name) / 2
        assert made.verdicts() == replayed(lines, tmp_path, AS_OF).lines


def wait_for_batches(made: Flow, number: int, count: int) -> None:
    """Return once a worker has noted so many batches."""
    until = time.monotonic() + 180
    while sum("events" in one for one in made.notes(number)) < count:
        assert time.monotonic() < until, made.said()
        time.sleep(0.02)
