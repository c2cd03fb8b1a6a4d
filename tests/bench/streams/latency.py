"""From POST to the verdict in the ledger: how many at most, and how long at half of that.

Sender, gateway, broker, worker and database share the machine, so that the most that all of them
together can do is found first: by posting as fast as the gateway answers.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from pipeline.config import Settings
from tests.bench.streams.place import REPOSITORY, Place, environment
from tests.services.processes import free_port

A_POST = 50
"""Events in one request: with fewer, two cores are busy with HTTP before the worker has half of
what it can do."""
CONNECTIONS = 4
SECONDS = 15.0
WARM_SECONDS = 3.0
QUIET_SECONDS = 5.0
REST_SECONDS_MAX = 90.0
TOKEN = "bench"  # of a gateway that lives for seconds


def latency(made: Place, lines: Sequence[bytes]) -> dict[str, Any]:
    """Return the milliseconds of the median and of the slowest hundredth at half of the most."""
    most = _posted(made, lines, None)["rate"]
    return {"most": most, **_posted(made, lines, most / 2)}


def _posted(made: Place, lines: Sequence[bytes], rate: float | None) -> dict[str, Any]:
    """Return how long it took from each event to its verdict; rate None: as fast as may be."""
    name = f"latency-{rate or 0:.0f}"
    with made.settings(name) as settings:
        told = made.home / f"{name}-told"
        worker = _start(settings, told, "tests.bench.streams.row", "told", str(told))
        port = free_port()
        free = {"CCM_INTAKE_TOKEN": TOKEN, "CCM_INTAKE_REQUESTS_PER_MINUTE": "1000000"}
        gateway = _start(settings, told, "pipeline.cli", "gateway", "--port", str(port), **free)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url)
            posted, busy = _post(url, lines, rate)
            _wait_for_the_last(told)
            return _compared(posted, told, rate, busy)
        finally:
            for one in (gateway, worker):
                one.kill()
                one.wait()


def _start(settings: Settings, told: Path, *words: str, **more: str) -> "subprocess.Popen[bytes]":
    with told.with_suffix(f".{words[1]}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            env={**environment(settings), **more},
            cwd=REPOSITORY,
            stdout=log,
            stderr=log,
        )


def _wait(url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            if httpx.get(f"{url}/healthz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > until:
            raise RuntimeError("the gateway does not answer")
        time.sleep(0.2)


def _wait_for_the_last(told: Path) -> None:
    """Wait until nothing more is told, so that what was late counts as late, not as missing."""
    until, size, quiet_since = time.monotonic() + REST_SECONDS_MAX, -1, time.monotonic()
    while time.monotonic() < until and time.monotonic() - quiet_since < QUIET_SECONDS:
        now = told.stat().st_size if told.exists() else 0
        if now != size:
            size, quiet_since = now, time.monotonic()
        time.sleep(0.2)


def _post(url: str, lines: Sequence[bytes], rate: float | None) -> tuple[dict[str, float], float]:
    """Post at a steady rate from a few connections; return when each event was posted."""
    posted: dict[str, float] = {}
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-ndjson"}
    began, step = time.time(), 0.0 if rate is None else A_POST / rate
    parts = [lines[at : at + A_POST] for at in range(0, len(lines), A_POST)]
    if rate is not None:
        parts = parts[: int((SECONDS + WARM_SECONDS) / step)]
    late = [0.0]

    def send(which: int) -> None:
        with httpx.Client(headers=headers, timeout=30) as client:
            for number in range(which, len(parts), CONNECTIONS):
                due = began + number * step
                time.sleep(max(0.0, due - time.time()))
                now = time.time()
                late[0] = max(late[0], now - due)
                ids = [json.loads(line)["id"] for line in parts[number]]
                answer = client.post(f"{url}/v1/events", content=b"\n".join(parts[number]))
                answer.raise_for_status()
                if rate is None or due - began > WARM_SECONDS:
                    posted.update(dict.fromkeys(ids, now))

    senders = [threading.Thread(target=send, args=(which,)) for which in range(CONNECTIONS)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    return posted, late[0]


def _compared(
    posted: dict[str, float], told: Path, rate: float | None, late: float
) -> dict[str, Any]:
    seen: dict[str, float] = {}
    for line in told.read_text().splitlines():
        one = json.loads(line)
        for cause in one.get("causes", ()):
            seen.setdefault(cause, one["at"])
    done = [at for name, at in seen.items() if name in posted]
    waits = sorted(1000 * (seen[one] - at) for one, at in posted.items() if one in seen)
    return {
        "events": len(waits),
        "missing": len(posted) - len(waits),
        "rate": rate or len(done) / (max(done) - min(posted.values())),
        "late_ms": 1000 * late,
        "p50_ms": waits[len(waits) // 2] if waits else None,
        "p99_ms": waits[len(waits) * 99 // 100] if waits else None,
    }
