"""Every measurement on Kafka, one after the other, as numbers."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import workload
from tests.bench.streams.latency import latency
from tests.bench.streams.place import REPOSITORY, Place, fill, measured, place
from tests.bench.streams.recovery import recovery

PER_CASE = 6
ROWS = ("ours", "faust_table", "faust_plain", "raw", "quix")
BULK = ("bulk_fold", "raw_fold", "quix_fold")
MANY_TIMES = 5
"""Of how many times the cases the worker is measured once more: a batch judges each case once, so
that the fewer cases there are, the fewer judgements it takes."""
QUIX = REPOSITORY / "build" / "quix"


def streams(*, cases: int, repeats: int) -> dict[str, Any]:
    """Return the best of some repetitions of each row, latency and recovery."""
    lines = workload.lines(cases, PER_CASE)
    quix = quix_python()
    with place() as made:
        rows = {
            name: best(made, name, lines, repeats, quix if name.startswith("quix") else None)
            for name in (*ROWS, *BULK)
            if quix is not None or not name.startswith("quix")
        }
        many = workload.lines(MANY_TIMES * cases, PER_CASE)
        rows["ours_many"] = best(made, "ours", many, 1, None, "many")
        return {
            "rows": rows,
            "latency": _told("latency", lambda: latency(made, many)),
            "recovery": _told("recovery", lambda: recovery(made, lines)),
        }


def best(
    made: Place,
    name: str,
    lines: Sequence[bytes],
    repeats: int,
    python: str | None,
    place_name: str = "",
) -> dict[str, Any]:
    """Return the repetition that took the least of the processor."""
    found = []
    for number in range(repeats):
        where = (place_name or name).replace("_", "-")
        with made.settings(f"{where}-{number}") as settings:
            fill(settings, lines)
            told = _told(
                name, lambda: measured(settings, name, len(lines), python or sys.executable)
            )
            found.append(told)
    return min(found, key=lambda one: float(one["cpu"]))


def quix_python() -> str | None:
    """Return a Python that has Quix Streams; None where it cannot be had.

    It needs another pydantic than what transformers brings, and so an environment of its own.
    """
    python = QUIX / "bin" / "python"
    if not python.exists():
        uv = [str(Path(sys.executable).parent / "uv")]
        made = subprocess.run(
            [*uv, "venv", "--quiet", "--python", sys.executable, str(QUIX)], check=False
        )
        install = [*uv, "pip", "install", "--quiet", "--python", str(python)]
        if (
            made.returncode
            or subprocess.run(
                [*install, "quixstreams>=3.28,<4", "msgspec", "rensa"], check=False
            ).returncode
        ):
            Console(stderr=True).print("Quix Streams cannot be installed: its rows are left out")
            return None
    return str(python)


def _told(name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    Console(stderr=True).print(f"measuring {name} on Kafka", style="dim")
    return measure()
