"""kill -9 of a process that fetches: it goes on behind what is stored; no gap, nothing twice."""

import os
import random
import time
from multiprocessing import get_context
from pathlib import Path

from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.inbox import Inbox
from pipeline.wire import decode_event
from tests.e2e.connector_worker import BAD_EACH, work

KILLS = 40
NUMBERS = 1_500


def test_forty_kills_leave_neither_gap_nor_double(tmp_path: Path) -> None:
    """In the log itself, not only in the verdicts; CCM_KILL_SEED draws other points."""
    seed = int(os.environ.get("CCM_KILL_SEED", "1"))
    draw, killed = random.Random(seed), tmp_path / "killed"
    started = time.monotonic()
    work(tmp_path / "whole", NUMBERS)
    took = time.monotonic() - started
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.e2e.connector_worker"])
    kills = 0
    while kills < KILLS:
        process = context.Process(target=work, args=(killed, NUMBERS))
        process.start()
        process.join(draw.uniform(0.01, 0.02 + took / KILLS))
        if not process.is_alive():
            break
        process.kill()
        process.join()
        kills += 1
    work(killed, NUMBERS)
    assert kills >= KILLS // 2, f"only {kills} kills before the work was done: give it more numbers"
    inbox, letters = Inbox(killed / "inbox.db"), DeadLetters(killed / "letters.db")
    ids = [decode_event(one.raw).id for one in inbox.read_after(0, 10 * NUMBERS)]
    bad = sorted(int(one.raw) for one in letters.letters())
    inbox.close()
    letters.close()
    good = [number for number in range(NUMBERS) if number % BAD_EACH]
    assert ids == [f"number:{number}" for number in good], f"CCM_KILL_SEED={seed}"
    assert bad == list(range(0, NUMBERS, BAD_EACH))
