"""Run every measurement, print one table, append one JSON line to bench-results/results.jsonl."""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import channels
from tests.bench.streams.bench import streams
from tests.bench.streams.table import table_of
from tests.services.processes import ServiceAbsent

RESULTS = Path("bench-results") / "results.jsonl"
SIZES = {False: (1_000, 100_000, 1_000_000), True: (1_000, 10_000, 50_000)}
FLAT_AT_MOST = 1.3
AIM_PER_S = 20_000
PROBES = 4_000
READ = {False: (600, 120), True: (120, 24)}


def main() -> int:
    """Measure; return 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, half a minute")
    parser.add_argument("--no-kafka", action="store_true", help="leave out what needs a broker")
    parser.add_argument("--only-kafka", action="store_true", help="nothing else")
    arguments = parser.parse_args()
    if arguments.only_kafka:
        Console().print(table_of(_on_kafka(quick=arguments.quick)))
        return 0
    sizes = SIZES[arguments.quick]
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": arguments.quick,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        **_measured("rates", 1_000 if arguments.quick else 5_000),
        **_measured("start_up"),
        "reading": _measured("reading", *READ[arguments.quick]),
        "memory": {size: _measured("cost", size, PROBES) for size in sizes},
        "sqlite": {size: _measured("cost_sqlite", size, PROBES) for size in sizes},
        "worker": {size: _measured("cost_worker", size, PROBES) for size in sizes},
    }
    results["channels"] = json.loads(
        subprocess.run(
            [sys.executable, "-m", "tests.bench.channels", "--json"],
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    )
    if not arguments.no_kafka:
        results["kafka"] = _on_kafka(quick=arguments.quick)
    Console().print(_table(results))
    if "kafka" in results:
        Console().print(table_of(results["kafka"]))
    for table in channels.tables(results["channels"]):
        Console().print(table)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(results) + "\n")
    return 0


def _on_kafka(*, quick: bool) -> dict[str, Any]:
    """Measure what needs a broker; say so where there is none."""
    try:
        return streams(cases=1_000 if quick else 2_000, repeats=1 if quick else 3)
    except ServiceAbsent as absent:
        Console(stderr=True).print(f"NOT MEASURED: the rows on Kafka and PostgreSQL: {absent}")
        return {}


def _measured(name: str, *numbers: int) -> dict[str, float]:
    """Return what a measurement in a process of its own says."""
    Console(stderr=True).print(f"measuring {name} {' '.join(map(str, numbers))}", style="dim")
    command = [sys.executable, "-m", "tests.bench.measures", name, *map(str, numbers)]
    found: dict[str, float] = json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    )
    return found


def _table(results: dict[str, Any]) -> Table:
    table = Table(title=f"ccm bench, Python {results['python']}, load {results['load']:.1f}")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_column("beside it")
    floor = results["msgspec_per_s"]
    rows = [
        (
            "msgspec decode alone (the floor)",
            floor,
            f"{results['bytes_per_line']:.0f} bytes a line",
        ),
        ("orjson alone", results["orjson_per_s"], ""),
        ("decode_event", results["decode_event_per_s"], ""),
        ("fold in memory", results["memory_fold_per_s"], ""),
        ("settle in memory, once at the end", results["memory_settle_per_s"], ""),
        ("fold + settle in memory, once", results["memory_both_per_s"], f"aim {AIM_PER_S:,}"),
        ("fold + settle in memory, batches", results["memory_batches_per_s"], ""),
        ("fold on SQLite", results["sqlite_fold_per_s"], ""),
        ("fold + settle + commit on SQLite", results["sqlite_batches_per_s"], ""),
    ]
    for what, figure, beside in rows:
        share = f"{figure / floor:.0%} of the floor"
        table.add_row(what, f"{figure:,.0f} events/s", f"{share}; {beside}" if beside else share)
    table.add_row("start-up to the first verdict", f"{results['start_up_seconds']:.2f} s", "")
    _add_reading(table, results["reading"])
    for store in ("memory", "sqlite", "worker"):
        _add_costs(table, store, results[store])
    return table


def _add_reading(table: Table, found: dict[str, Any]) -> None:
    table.add_section()
    for name, one in found.items():
        beside = f"n = {one['n']}" + (f"; aim {one['aim']:g}" if one["aim"] else "")
        table.add_row(name, one["shown"], beside)
    if not any("pipeline" in name for name in found):
        table.add_row("the plain transformers pipeline", "SKIPPED", "torch is not installed")


def _add_costs(table: Table, store: str, found: dict[int, dict[str, float]]) -> None:
    table.add_section()
    smallest = _cost(found[min(found)])
    for size, one in found.items():
        ratio = _cost(one) / smallest
        table.add_row(
            f"{store}, {size:,} open cases",
            f"{_cost(one):.0f} µs an event",
            f"{ratio:.2f} × the smallest (at most {FLAT_AT_MOST}); fold {one['fold_us']:.0f}, "
            f"settle {one['settle_us']:.0f}; peak {one['megabytes_peak']:,.0f} MB",
        )


def _cost(one: dict[str, float]) -> float:
    return one["fold_us"] + one["settle_us"]


if __name__ == "__main__":
    sys.exit(main())
