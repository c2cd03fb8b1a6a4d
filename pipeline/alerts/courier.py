"""Brings one receiver's knowledge in line with what holds: tells the difference, and keeps that.

Nothing is queued. What is to be told is worked out anew from what holds and what was told, so that
a receiver that was away costs no memory, learns nothing stale, and hears nothing twice. What was
taken is kept at once afterwards; only a death between the two repeats a message.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event as Flag
from threading import Lock
from types import MappingProxyType
from typing import Final

from pipeline.alerts.notices import Notices
from pipeline.alerts.ports import Book, Receiver, Report
from pipeline.domain.alerting import CaseAlert, Severity, Told
from pipeline.errors import ConfigError, StoreError, Undelivered

OPEN_MAX: Final = 500
"""So many pages, and so many tickets, stand open with one receiver; those that were told stay."""
RESEND: Final = timedelta(minutes=1)
"""How often a receiver that wants it is told again of what holds."""
FIRST_WAIT_SECONDS: Final = 5.0
WAIT_SECONDS_MAX: Final = 300.0
HOUR: Final = timedelta(hours=1)
_LOG: Final = logging.getLogger("ccm.alerts")


class Courier:
    """Tells one receiver.

    Args:
        receiver: takes messages.
        least: the least urgent severity that it is told of.
        book: keeps what it was told.
        notices: puts alerts into words.
        clock: the present moment.
        messages_per_hour: at most so many; what is more waits, and comes together.
    """

    def __init__(
        self,
        receiver: Receiver,
        least: Severity,
        book: Book,
        notices: Notices,
        clock: Callable[[], datetime],
        messages_per_hour: int,
    ) -> None:
        self._receiver = receiver
        self._least = least
        self._book = book
        self._notices = notices
        self._clock = clock
        self._messages_per_hour = messages_per_hour
        self._sent_at: deque[datetime] = deque(maxlen=messages_per_hour)
        self._repeated_at: datetime | None = None
        self._lock, self._failures = Lock(), Counter[str]()
        self._report = Report(name=receiver.name)
        self._woken, self._in_a_row = Flag(), 0
        self._work: tuple[Sequence[CaseAlert], datetime] | None = None

    # ------------------------------------------------------------------------------- the thread

    def wake(self, wanted: Sequence[CaseAlert], until: datetime) -> None:
        """Hand over what holds; it may be told until then, when the right to tell ends."""
        self._work = (wanted, until)
        self._woken.set()

    def rest(self) -> None:
        """Tell nothing more until woken: another process does."""
        self._work = None
        self._woken.set()

    def run(self, stop: Flag) -> None:
        """Tell whenever woken, until ``stop`` is set; whatever goes wrong is waited out."""
        while not stop.is_set():
            self._woken.wait()
            self._woken.clear()
            work = self._work
            if work is None or stop.is_set():
                continue
            seconds = self.attempt(*work)
            if seconds and not stop.wait(seconds):
                self._woken.set()

    def attempt(self, wanted: Sequence[CaseAlert], until: datetime) -> float:
        """Deliver once; return how many seconds to wait before the next time: 0 after success.

        Never raises: trouble of one receiver is nobody else's.
        """
        try:
            self.deliver(wanted, until)
        except Exception as error:
            return self._failed(error)
        self._in_a_row = 0
        self._note(trouble="")
        return 0.0

    # ------------------------------------------------------------------------------ one delivery

    def deliver(self, wanted: Sequence[CaseAlert], until: datetime) -> None:
        """Tell the receiver what it does not know yet, in one message.

        Raises:
            Undelivered: it took nothing, and nothing was kept.
            StoreError: what it was told cannot be read or kept.
        """
        now = self._clock()
        told = {one.key: one for one in self._book.told(self._receiver.name)}
        mine = self._mine(wanted, told)
        opened = [one for one in mine if one.key not in told]
        over = [one for key, one in told.items() if key not in {one.key for one in mine}]
        self._note(untold=len(opened) + len(over))
        repeats = self._is_to_repeat(mine, now)
        if not (opened or over or repeats) or now >= until or not self._may_send(now):
            return
        self._receiver.send(
            [self._notices.kept(one, now) for one in mine]
            if self._receiver.repeats
            else [self._notices.fresh(one, now) for one in opened],
            [self._notices.fresh(one, now) for one in over],
            now,
        )
        self._book.tell(self._receiver.name, opened, [one.key for one in over])
        self._sent_at.append(now)
        self._repeated_at = now
        self._note(untold=0, sent=self._report.sent + 1)

    def _mine(self, wanted: Sequence[CaseAlert], told: dict[str, Told]) -> list[CaseAlert]:
        levels = ("page", "ticket") if self._least == "ticket" else ("page",)
        mine: list[CaseAlert] = []
        for level in levels:
            loud = [one for one in wanted if one.severity == level]
            known = [one for one in loud if one.key in told]
            new = [one for one in loud if one.key not in told]
            mine += [*known, *new[: max(0, OPEN_MAX - len(known))]]
        return mine

    def _is_to_repeat(self, mine: Sequence[CaseAlert], now: datetime) -> bool:
        if not self._receiver.repeats or not mine:
            return False
        return self._repeated_at is None or now - self._repeated_at >= RESEND

    def _may_send(self, now: datetime) -> bool:
        """Return whether the hour has room; a receiver that groups by itself needs no bound."""
        if self._receiver.repeats or len(self._sent_at) < self._messages_per_hour:
            return True
        return now - self._sent_at[0] >= HOUR

    # ------------------------------------------------------------------------------- how it goes

    def report(self) -> Report:
        """Return how it fares."""
        with self._lock:
            return replace(self._report, failures=MappingProxyType(dict(self._failures)))

    def _failed(self, error: Exception) -> float:
        kind = kind_of(error)
        with self._lock:
            self._failures[kind] += 1
        self._note(trouble=str(error) or repr(error))
        seconds: float = min(WAIT_SECONDS_MAX, FIRST_WAIT_SECONDS * 2.0 ** min(self._in_a_row, 16))
        self._in_a_row += 1
        if isinstance(error, Undelivered):
            seconds = max(seconds, error.seconds)
        name = self._receiver.name
        if kind == "bug":
            _LOG.error("%s: failed; trying again in %.0f s", name, seconds, exc_info=error)
        else:
            _LOG.warning("%s: %s; trying again in %.0f s", name, error, seconds)
        return seconds

    def _note(self, **changes: object) -> None:
        with self._lock:
            self._report = replace(self._report, **changes)  # type: ignore[arg-type]  # names above


def kind_of(error: Exception) -> str:
    """Return the label of an error: of a few, so that it may be one of a metric."""
    if isinstance(error, Undelivered):
        return error.kind
    if isinstance(error, StoreError):
        return "store"
    return "access_refused" if isinstance(error, ConfigError) else "bug"
