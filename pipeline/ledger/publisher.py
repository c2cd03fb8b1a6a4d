"""Keeps the published figures in the database fresh, beside whoever serves, off every request."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event as Flag
from threading import Thread
from time import monotonic
from typing import Final, Protocol

from pipeline.errors import StoreError
from pipeline.ledger.keeping import SHARE_OF_TIME

_LOG: Final = logging.getLogger("ccm.figures")


class Publishes(Protocol):
    """What it needs of the ledger."""

    def publish(self, now: datetime) -> bool:
        """Bring the published rows up to date; return whether they had to be written."""


class Publisher:
    """Publishes in a thread of its own; `start` it once, `stop` it at the end.

    A ledger that cannot be used is tried again at the next turn. No more than a twentieth of the
    time goes into it, however large the ledger.

    Args:
        ledger: whose figures are published.
        clock: returns the present moment, aware.
        every_seconds: time between two turns at least; with 0 nothing is published.
        what: in words, for the name of the thread and for the log.
    """

    def __init__(
        self,
        ledger: Publishes,
        clock: Callable[[], datetime],
        every_seconds: float,
        what: str = "the figures in the database",
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._every_seconds = every_seconds
        self._what = what
        self._stopping = Flag()
        self._thread = Thread(target=self._run, name=what)

    def start(self) -> None:
        """Begin: the first time at once."""
        if self._every_seconds > 0:
            self._thread.start()

    def stop(self) -> None:
        """End after the turn at hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def turn(self) -> None:
        """Publish once."""
        try:
            self._ledger.publish(self._clock())
        except StoreError as error:
            _LOG.warning("%s get old, trying again: %s", self._what, error)

    def _run(self) -> None:
        while True:
            began = monotonic()
            self.turn()
            took = monotonic() - began
            if self._stopping.wait(max(self._every_seconds, SHARE_OF_TIME * took)):
                return
