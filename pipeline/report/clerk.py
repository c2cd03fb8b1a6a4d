"""Who makes and mails the report each week: once, across restarts; late rather than never."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event as Flag
from threading import Thread
from typing import Final, Protocol

from pipeline.errors import MonitorError
from pipeline.report.schedule import LATE_AFTER, Due, Schedule

LOOK_EVERY_SECONDS: Final = 60.0
"""Between two looks at the clock; so late it may be, and a clock that was set is noticed."""
WAITS_SECONDS: Final = (60.0, 120.0, 300.0, 900.0, 3_600.0)
"""Between tries while it cannot be sent; the last one for ever."""
_LOG = logging.getLogger("ccm.report")


class Journal(Protocol):
    """Remembers which week was mailed last, across restarts."""

    def last(self) -> int:
        """Return the number of the week that was mailed last; -1 where none ever was."""

    def note(self, number: int) -> None:
        """Remember that the report of this week was mailed."""


class Clerk:
    """Looks once a minute whether a report is due that was not mailed yet.

    Args:
        schedule: when.
        journal: what was mailed.
        send: makes the report of a week, with a note below its sentence, and mails it.
        clock: the present moment.
    """

    def __init__(
        self,
        *,
        schedule: Schedule,
        journal: Journal,
        send: Callable[[str, str], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._schedule = schedule
        self._journal = journal
        self._send = send
        self._clock = clock
        self._failures = 0
        self._stop = Flag()
        self._thread = Thread(target=self._run, name="report")

    def start(self) -> None:
        """Begin to look, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way, and stop looking."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self.step()):
            pass

    def step(self) -> float:
        """Mail what is due; return how many seconds to wait before the next look.

        The very first look of all mails nothing: what was due before anybody asked for it is not
        late. A failure is logged and tried again, later and later.
        """
        try:
            self._look()
        except MonitorError as error:
            wait = self._later()
            _LOG.warning("the weekly report was not mailed: %s; next try in %.0f s", error, wait)
            return wait
        except Exception:
            # A bug in a report must not end the monitor, nor the reports that come after it.
            _LOG.exception("the weekly report could not be made")
            return self._later()
        self._failures = 0
        return LOOK_EVERY_SECONDS

    def _later(self) -> float:
        self._failures += 1
        return WAITS_SECONDS[min(self._failures, len(WAITS_SECONDS)) - 1]

    def _look(self) -> None:
        now = self._clock()
        due, last = self._schedule.last_due(now), self._journal.last()
        if last < 0:
            self._journal.note(due.number)
        elif due.number > last:
            self._send(due.week, note_of(due, last, now))
            # A death in between mails it twice rather than never; the Message-ID is the same then.
            self._journal.note(due.number)
            _LOG.info("the report of %s was mailed", due.week)


def note_of(due: Due, last: int, now: datetime) -> str:
    """Return what a report has to say of its own coming; empty where it is in time."""
    told = []
    if now - due.at > LATE_AFTER:
        told.append(
            f"This report was due {due.at:%A %d %B, %H:%M} ({due.at.tzname()}) and comes late: the "
            "monitor was not running, or the mail could not be sent."
        )
    missed = due.missed(last)
    if missed:
        told.append(
            f"Not mailed: {', '.join(missed)}; `ccm report --week {missed[-1]}` makes them."
        )
    return " ".join(told)
