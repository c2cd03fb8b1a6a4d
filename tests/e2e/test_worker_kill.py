"""kill -9 of workers while events flow: nothing is lost, nothing counts twice."""

import os
import random
import time
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.domain.policy import Policy
from pipeline.embedded.replay import replay
from pipeline.wiring import build_reader, read_files
from tests.contract.test_kafka import is_good, send_good
from tests.e2e.engine_worker import AS_OF
from tests.e2e.flow import flow
from tests.e2e.test_kill import lines_of
from tests.services.kafka import KafkaBroker
from tests.services.postgres import PostgresServer

KILLS = int(os.environ.get("CCM_WORKER_KILLS", "6"))
LINES = 900


@pytest.mark.kafka
@pytest.mark.soak
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_killed_workers_leave_no_trace(
    kafka_broker: KafkaBroker, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """The ledger of the batch, byte for byte; CCM_WORKER_KILLS and CCM_KILL_SEED make it longer."""
    seed = int(os.environ.get("CCM_KILL_SEED", "1"))
    draw = random.Random(seed)
    lines = [line for line in lines_of(seed) if is_good(line)][:LINES]
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(lines))
    whole = replay(
        read_files([path], Settings(), Policy(), lambda _: None),
        as_of=AS_OF,
        policy=Policy(),
        reader=build_reader(),
        events_max=20_000,
    )
    assert whole.lines
    with (
        postgres_server.database() as url,
        flow(kafka_broker.address, url, tmp_path, now=AS_OF) as made,
    ):
        made.start_worker()
        made.start_worker()
        for number in range(KILLS):
            send_good(made, lines[number::KILLS])
            time.sleep(draw.uniform(0.5, 4))
            victim = draw.choice([one for one in made.workers if one.poll() is None])
            victim.kill()
            victim.wait()
            made.start_worker()
        made.wait_until_at_rest()
        assert made.verdicts() == whole.lines, f"CCM_KILL_SEED={seed} draws these points again"
        assert made.audit().differences == ()
    assert sum(one.returncode == -9 for one in made.workers) >= KILLS
