"""Simulated traffic for `ccm run --demo`: weeks of history at once, then news now and then."""

from datetime import UTC, datetime
from itertools import takewhile
from threading import Event as Flag
from threading import Thread
from typing import Final

from pipeline.simulation import SCRIPTS, Plan, live
from pipeline.simulation.scripts.escalated import ESCALATION_ONLY
from pipeline.simulation.scripts.near_misses import RESOLVED_AFTER
from pipeline.simulation.scripts.promises import PROMISES
from pipeline.wiring import Embedded

JOURNEYS: Final = 300
SEED: Final = 2026
MORE: Final = ((PROMISES, 2.5), (ESCALATION_ONLY, 1.4), (RESOLVED_AFTER, 1.4))
"""Journeys that the demonstration has more of than the simulator: else of 300 so few would promise
anything or go public that a shared report would leave out what the monitor is about."""
AT_ONCE: Final = 200
SOURCE: Final = "demo"


def demo_plan(*, signals: bool = False) -> Plan:
    """Return what is simulated; ``signals`` spares the reading of the texts."""
    times = {script.name: more for scripts, more in MORE for script in scripts}
    mix = {script.name: script.weight * times.get(script.name, 1) for script in SCRIPTS}
    return Plan(journeys=JOURNEYS, seed=SEED, signals=signals, mix=mix)


def feed_demo(embedded: Embedded, stopping: Flag) -> Thread:
    """Begin to feed the inbox, in the thread that is returned, until ``stopping`` is set."""
    thread = Thread(target=_feed, args=(embedded, stopping), name="demo")
    thread.start()
    return thread


def _feed(embedded: Embedded, stopping: Flag) -> None:
    traffic = live(demo_plan(), datetime.now(UTC))
    history: list[bytes] = []
    for wait, line in takewhile(lambda _: not stopping.is_set(), traffic):
        if wait == 0 and len(history) < AT_ONCE:
            history.append(line)
            continue
        embedded.inbox.append(SOURCE, history, datetime.now(UTC))
        history = [line]
        if stopping.wait(wait):
            return
        embedded.inbox.append(SOURCE, history, datetime.now(UTC))
        history = []
