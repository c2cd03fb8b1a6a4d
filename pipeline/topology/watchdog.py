"""Ends the process where it stands still: from a thread of its own, whatever else is stuck."""

import faulthandler
import logging
import os
from threading import Event, Thread
from time import monotonic
from typing import Final

FAILED: Final = 70
"""Exit status when the worker could not go on (EX_SOFTWARE)."""
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

    def feed(self) -> None:
        """Tell of progress."""
        self._fed_at = monotonic()

    def rest(self) -> None:
        """Look away for good."""
        self._rested.set()

    def start(self) -> None:
        """Begin to watch."""
        self.feed()
        Thread(target=self._watch, name="watchdog", daemon=True).start()

    def _watch(self) -> None:
        while not self._rested.wait(self._seconds / 10):
            if monotonic() - self._fed_at > self._seconds:
                _LOG.critical(
                    "nothing was done for %.0f s although records wait, or nobody could tell; "
                    "ending this process, so that another begins anew",
                    self._seconds,
                )
                faulthandler.dump_traceback()
                logging.shutdown()
                os._exit(FAILED)
