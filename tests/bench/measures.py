"""One measurement a function; each runs in a process of its own and prints one JSON object.

Rates and costs are of processor time, so that other work on the machine shows little.
"""

import gc
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import orjson

from pipeline.collector import calm_collector
from pipeline.domain.events import Event
from pipeline.domain.policy import Policy
from pipeline.embedded.memory import MemoryStore
from pipeline.embedded.state import SqliteStore
from pipeline.monitor import Change, Monitor
from pipeline.wire import decode_event
from tests.bench import workload
from tests.bench.reading import reading
from tests.bench.standalone import Standalone

__all__ = ["cost", "cost_sqlite", "cost_worker", "rates", "reading", "start_up"]

PER_CASE = 6
BATCH = 1_000
REPEATS = 3


class Nobody:
    """A sink that takes everything and keeps nothing."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Take the changes."""


def rates(cases: int) -> dict[str, float]:
    """Events a second: decoding alone, folding, folding and settling; in memory, on SQLite."""
    lines = workload.lines(cases, PER_CASE)
    events = [decode_event(line) for line in lines]
    gc.freeze()
    memory = _best(lambda: _fold_and_settle(events, at_end=True))
    batches = _best(lambda: _fold_and_settle(events, at_end=False))
    result = {
        "events": len(lines),
        "bytes_per_line": sum(map(len, lines)) / len(lines),
        "msgspec_per_s": _rate(lines, msgspec.json.decode),
        "orjson_per_s": _rate(lines, orjson.loads),
        "decode_event_per_s": _rate(lines, decode_event),
        "memory_fold_per_s": len(events) / memory["fold"],
        "memory_settle_per_s": len(events) / memory["settle"],
        "memory_both_per_s": len(events) / (memory["fold"] + memory["settle"]),
        "memory_batches_per_s": len(events) / (batches["fold"] + batches["settle"]),
    }
    with TemporaryDirectory() as data:
        sqlite = _sqlite(events, Path(data) / "state.db")
    result["sqlite_fold_per_s"] = len(events) / sqlite["fold"]
    result["sqlite_batches_per_s"] = len(events) / sum(sqlite.values())
    return result


def cost(cases: int, probes: int) -> dict[str, float]:
    """Microseconds an event and megabytes, with ``cases`` open cases in memory."""
    store = MemoryStore()
    monitor = Monitor(Policy(), store, Nobody())
    gc.disable()
    for number in range(cases):
        monitor.handle(workload.opening(number), workload.AS_OF)
        if number % 10_000 == 0:
            _settle(monitor)
    _settle(monitor)
    gc.freeze()
    result = _probe(monitor, cases, probes)
    result["megabytes_peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


def cost_sqlite(cases: int, probes: int) -> dict[str, float]:
    """The same on SQLite."""
    calm_collector()
    with TemporaryDirectory() as data:
        store = SqliteStore(Path(data) / "state.db")
        monitor = Monitor(Policy(), store, Nobody())
        for number in range(cases):
            monitor.handle(workload.opening(number), workload.AS_OF)
            if number % BATCH == 0:
                _settle(monitor)
                store.commit(number)
        _settle(monitor)
        store.commit(cases)
        result = _probe(monitor, cases, probes, lambda: store.commit(cases))
        store.close()
    result["megabytes_peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


def cost_worker(cases: int, probes: int) -> dict[str, float]:
    """The same as a Kafka worker does it, on RocksDB; but without Kafka and ledger."""
    with TemporaryDirectory() as data:
        bench = Standalone(Path(data))
        for start in range(0, cases, BATCH):
            bench.work(map(workload.opening, range(start, min(cases, start + BATCH))))
        draw = random.Random(2)
        spent = 0.0
        for start in range(0, probes, BATCH):
            chosen = draw.sample(range(cases), BATCH)
            events = [workload.following(n, start + step, draw) for step, n in enumerate(chosen)]
            spent += bench.work(events)
        bench.close()
    return {
        "fold_us": 0.0,
        "settle_us": spent / probes * 1e6,
        "megabytes_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def start_up() -> dict[str, float]:
    """Seconds of the wall from the start of the process to the first verdict of one event."""
    with TemporaryDirectory() as data:
        path = Path(data) / "one.jsonl"
        path.write_bytes(workload.lines(1, 1)[0])
        command = [sys.executable, "-m", "pipeline.cli", "replay", str(path)]
        walls = []
        for _ in range(REPEATS):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            walls.append(time.perf_counter() - started)
    return {"start_up_seconds": min(walls)}


def _probe(
    monitor: Monitor, cases: int, probes: int, commit: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """Return what an event costs that comes to a random case, folded and settled in batches.

    Every event of a batch comes to another case, so that a settling judges as many timelines
    whatever the number of cases.
    """
    draw = random.Random(2)
    fold = settle = 0.0
    for start in range(0, probes, BATCH):
        chosen = draw.sample(range(cases), BATCH)
        events = [
            workload.following(number, start + step, draw) for step, number in enumerate(chosen)
        ]
        began = time.process_time()
        for event in events:
            monitor.handle(event, workload.AS_OF)
        folded = time.process_time()
        _settle(monitor)
        commit()
        fold += folded - began
        settle += time.process_time() - folded
    return {"fold_us": fold / probes * 1e6, "settle_us": settle / probes * 1e6}


def _fold_and_settle(events: list[Event], *, at_end: bool) -> dict[str, float]:
    monitor = Monitor(Policy(), MemoryStore(), Nobody())
    return _timed(monitor, events, len(events) if at_end else BATCH, lambda: None)


def _sqlite(events: list[Event], path: Path) -> dict[str, float]:
    store = SqliteStore(path)
    monitor = Monitor(Policy(), store, Nobody())
    result = _timed(monitor, events, BATCH, lambda: store.commit(1))
    store.close()
    return result


def _timed(
    monitor: Monitor, events: list[Event], batch: int, commit: Callable[[], None]
) -> dict[str, float]:
    fold = settle = 0.0
    for start in range(0, len(events), batch):
        began = time.process_time()
        for event in events[start : start + batch]:
            monitor.handle(event, workload.AS_OF)
        folded = time.process_time()
        _settle(monitor)
        commit()
        fold += folded - began
        settle += time.process_time() - folded
    return {"fold": fold, "settle": settle}


def _settle(monitor: Monitor) -> None:
    for _part in monitor.settle_in_parts(workload.AS_OF):
        pass


def _best(measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    return min((measure() for _ in range(REPEATS)), key=lambda found: sum(found.values()))


def _rate(lines: list[bytes], decode: Callable[[bytes], Any]) -> float:
    best = float("inf")
    for _ in range(REPEATS):
        began = time.process_time()
        for line in lines:
            decode(line)
        best = min(best, time.process_time() - began)
    return len(lines) / best


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    measure: Callable[..., dict[str, Any]] = globals()[name]
    print(json.dumps(measure(*map(int, numbers))))
