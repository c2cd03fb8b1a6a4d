"""Simulated traffic for `ccm run --demo`: weeks of history at once, then news now and then."""

from datetime import UTC, datetime
from itertools import takewhile
from threading import Event as Flag
from threading import Thread
from typing import Final

from pipeline.simulation import Plan, live
from pipeline.wiring import Embedded

JOURNEYS: Final = 300
SEED: Final = 2026
AT_ONCE: Final = 200
SOURCE: Final = "demo"


def feed_demo(embedded: Embedded, stopping: Flag) -> Thread:
    """Begin to feed the inbox, in the thread that is returned, until ``stopping`` is set."""
    thread = Thread(target=_feed, args=(embedded, stopping), name="demo")
    thread.start()
    return thread


def _feed(embedded: Embedded, stopping: Flag) -> None:
    traffic = live(Plan(journeys=JOURNEYS, seed=SEED, signals=False), datetime.now(UTC))
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
