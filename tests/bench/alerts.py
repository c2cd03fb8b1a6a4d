"""What alerts cost a ledger of many open cases: python -m tests.bench.alerts [CASES]."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pipeline.domain.alerting import AlertRules
from pipeline.domain.objective import Objective
from pipeline.domain.verdict import Verdict
from pipeline.ledger import Ledger
from pipeline.monitor import Change
from tests.verdicts import OPENED, build_verdict

NOW: Final = OPENED + timedelta(days=60)
BATCH: Final = 1_000
REPEATS: Final = 3


def case(number: int) -> Verdict:
    """Of ten cases one has gone public, one threatens, one was promised something."""
    opened = NOW - timedelta(minutes=(number * 37) % (60 * 24 * 56))
    post = opened + timedelta(hours=5)
    name = f"case {number}"
    match number % 10:
        case 0:
            return build_verdict(
                name, route="escalated", escalated_at=post, waiting_since=post, opened_at=opened
            )
        case 1:
            return build_verdict(name, waiting_since=opened, facts={"threats": 1}, opened_at=opened)
        case 2:
            due = opened + timedelta(days=2)
            return build_verdict(name, facts={"promise_due": due}, opened_at=opened)
        case 3 | 4:
            return build_verdict(name, opened_at=opened)
        case _:
            return build_verdict(name, "first_time_right", opened_at=opened)


def best(what: Callable[[], object]) -> float:
    """Return the least of some times, in seconds of the wall clock."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        what()
        times.append(time.perf_counter() - began)
    return min(times)


def main(cases: int) -> None:
    """Fill a ledger on SQLite, look at it, print how long a look takes."""
    rules, aim = AlertRules(), Objective()
    since = NOW - rules.recent - rules.public_reply
    with TemporaryDirectory(prefix="ccm-bench-") as folder:
        ledger = Ledger(f"sqlite:///{Path(folder) / 'ledger.db'}")
        for start in range(0, cases, BATCH):
            verdicts = [case(number) for number in range(start, min(cases, start + BATCH))]
            ledger.apply([Change(root=one.case, verdicts=(one,), at=NOW) for one in verdicts])
        found = len(ledger.alerts.candidates(since))
        look = best(lambda: ledger.alerts.candidates(since))
        pulse = best(lambda: ledger.alerts.pulse(NOW, aim, rules.recent))
        ledger.close()
    print(f"{cases:,} cases: a look at {found:,} candidates {look:.3f} s, a pulse {pulse:.3f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
