"""Workers die, join, leave and freeze while events flow: nothing is lost, nothing counts twice."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.domain.policy import Policy
from pipeline.embedded.replay import replay
from pipeline.wiring import build_reader, read_files
from tests.contract.test_kafka import is_good, send_good
from tests.e2e.engine_worker import AS_OF
from tests.e2e.flow import Flow, flow
from tests.e2e.test_kill import lines_of
from tests.services.kafka import KafkaBroker
from tests.services.postgres import PostgresServer

TURNS = int(os.environ.get("CCM_WORKER_TURNS", "8"))
LINES = 900
WORKERS_MAX = 4


@pytest.mark.kafka
@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.timeout(300 + 30 * TURNS)
def test_rebalances_leave_no_trace(
    kafka_broker: KafkaBroker, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """The ledger of the batch, byte for byte; CCM_WORKER_TURNS and CCM_KILL_SEED make it longer."""
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
        for number in range(TURNS):
            send_good(made, lines[number::TURNS])
            time.sleep(draw.uniform(0.2, 3))
            disturb(made, draw, ("kill", "join", "leave", "freeze")[number % 4])
        made.wait_until_at_rest()
        assert made.verdicts() == whole.lines, f"CCM_KILL_SEED={seed} draws these points again"
        assert made.audit().differences == ()
    assert sum(one.returncode == -signal.SIGKILL for one in made.workers) >= TURNS // 4


def disturb(made: Flow, draw: random.Random, how: str) -> None:
    """Let something happen to one worker, and see to it that one more works afterwards."""
    alive = [one for one in made.workers if one.poll() is None]
    victim = draw.choice(alive)
    if how == "kill":
        victim.kill()
        victim.wait()
    elif how == "leave":
        assert left(victim) in (0, -signal.SIGTERM), made.said()  # the latter if not yet begun
    elif how == "freeze":
        freeze(victim, 1.5 * made.settings.kafka.session_seconds)
    if how != "freeze" and len(alive) <= WORKERS_MAX:
        made.start_worker()


def left(worker: "subprocess.Popen[bytes]") -> int:
    """Tell a worker to stop; return its exit status."""
    worker.send_signal(signal.SIGTERM)
    return worker.wait(60)


def freeze(worker: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Let a worker be thought dead, and then go on where it was."""
    worker.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    worker.send_signal(signal.SIGCONT)
