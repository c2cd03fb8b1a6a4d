"""Ends the process where it stands still: from a thread of its own, whatever else is stuck."""

import faulthandler
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Final

FAILED: Final = 70
"""Exit status when the worker could not go on (EX_SOFTWARE)."""
PATIENCE: Final = 10
_LOG: Final = logging.getLogger("ccm.worker")


class Watchdog:
    """Wants to be fed whenever something was done, or nothing is to do.

    Args:
        seconds: how long it waits.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._fed_at = monotonic()
        self._rested = Event()
        self._patient = False

    def feed(self) -> None:
        """Tell of progress."""
        self._fed_at = monotonic()

    @contextmanager
    def patience(self) -> Iterator[None]:
        """Wait ten times as long meanwhile: something is loaded, which may take long on a machine
        that is busy, and to begin anew would only load it again.
        """
        self.feed()
        self._patient = True
        try:
            yield
        finally:
            self.feed()
            self._patient = False

    def rest(self) -> None:
        """Look away for good."""
        self._rested.set()

    def start(self) -> None:
        """Begin to watch."""
        self.feed()
        Thread(target=self._watch, name="watchdog", daemon=True).start()

    def _watch(self) -> None:
        while not self._rested.wait(self._seconds / 10):
            bound = self._seconds * (PATIENCE if self._patient else 1)
            if monotonic() - self._fed_at > bound:
                _LOG.critical(
                    "nothing was done for %.0f s although records wait, or nobody could tell; "
                    "ending this process, so that another begins anew",
                    bound,
                )
                faulthandler.dump_traceback()
                logging.shutdown()
                os._exit(FAILED)
