"""A worker's death: how soon another goes on, and how much is read and done again."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.config import Settings
from pipeline.topology.lag import LagReader
from tests.bench.streams.place import REPOSITORY, Place, environment, fill

SECONDS_MAX = 240


def recovery(made: Place, lines: Sequence[bytes]) -> dict[str, Any]:
    """Kill a worker in the middle; let a new one take its place, with its disk and without."""
    with made.settings("recovery") as settings:
        fill(settings, lines)
        told = made.home / "recovery-told"
        worker = _start(settings, told)
        _wait(lambda: _done(told) > len(lines) // 2)
        worker.kill()
        worker.wait()
        killed = time.time()
        done_before = _done(told)
        worker = _start(settings, told)
        _wait_until_at_rest(settings)
        first = _after(told, killed)
        again = _done(told) - len(lines)
        worker.kill()
        worker.wait()
        with_disk = _restarted(settings, told, str(settings.kafka.state))
        without = _restarted(settings, told, str(settings.kafka.state) + "-new")
        return {
            "done_before": done_before,
            "seconds_to_first_batch": first,
            "events_again_or_unnoted": again,
            "with_disk": with_disk,
            "without_disk": without,
        }


def _restarted(settings: Settings, told: Path, state: str) -> dict[str, Any]:
    """Start a worker on a system at rest; return what its recovery read and how long it took."""
    before = time.time()
    worker = _start(settings, told, CCM_KAFKA_STATE=state)
    _wait(lambda: any(one["at"] > before and "nodes" in one for one in _notes(told)))
    found = next(one for one in _notes(told) if one["at"] > before and "nodes" in one)
    worker.kill()
    worker.wait()
    return {
        "nodes": found["nodes"],
        "seconds": found["seconds"],
        "seconds_from_start": found["at"] - before,
    }


def _start(settings: Settings, told: Path, **more: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.streams.row", "told", str(told)],
        env={**environment(settings), **more},
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _notes(told: Path) -> list[dict[str, Any]]:
    lines = told.read_text().splitlines() if told.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def _done(told: Path) -> int:
    return sum(one.get("events", 0) for one in _notes(told))


def _after(told: Path, moment: float) -> float:
    times: list[float] = [one["at"] for one in _notes(told) if "events" in one]
    return min(at for at in times if at > moment) - moment


def _wait(ready: Any) -> None:
    until = time.monotonic() + SECONDS_MAX
    while not ready():
        if time.monotonic() > until:
            raise RuntimeError("the worker does not get there")
        time.sleep(0.02)


def _wait_until_at_rest(settings: Settings) -> None:
    lag = LagReader(settings.kafka)
    _wait(lambda: not any(lag.read().values()))
    lag.close()
