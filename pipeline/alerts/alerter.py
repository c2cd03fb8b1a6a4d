"""Looks at the cases every few seconds, decides, and wakes the couriers.

However many processes run an alerter, one of them holds the lease and tells; when it dies another
takes over within a minute.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event as Flag
from threading import Thread
from typing import Final

from pipeline.alerts.courier import Courier
from pipeline.alerts.ports import Book, Report
from pipeline.domain.alerting import CONDITIONS, AlertRules, CaseAlert, Seen, decide
from pipeline.domain.verdict import Verdict
from pipeline.errors import StoreError

LEASE_SECONDS_MIN: Final = 60.0
LOOKS_A_LEASE: Final = 4
"""The lease outlasts so many looks: one that is late costs nothing."""
STOP_SECONDS_MAX: Final = 15.0
_LOG: Final = logging.getLogger("ccm.alerts")


class Alerter:
    """Decides what holds, and has it told.

    Args:
        book: the ledger.
        couriers: one a receiver; without any nothing is looked at.
        rules: when a case alerts.
        risk: returns a case's risk as a multiple of the usual one; None where it has none.
        clock: the present moment.
        every: between two looks.
        holder: this process, as the lease names it.
    """

    def __init__(
        self,
        book: Book,
        couriers: Sequence[Courier],
        rules: AlertRules,
        risk: Callable[[Verdict, datetime], float | None],
        *,
        clock: Callable[[], datetime],
        every: timedelta,
        holder: str,
    ) -> None:
        self._book = book
        self._couriers = couriers
        self._rules = rules
        self._risk = risk
        self._clock = clock
        self._every = every
        self._holder = holder
        self._open: Sequence[CaseAlert] = ()
        self._stop, self._threads = Flag(), list[Thread]()

    def start(self) -> None:
        """Begin to look and to tell, in threads of their own."""
        if not self._couriers:
            return
        for courier in self._couriers:
            self._threads.append(Thread(target=courier.run, args=(self._stop,), name="courier"))
        self._threads.append(Thread(target=self._run, name="alerter"))
        for thread in self._threads:
            # Whoever hangs in a dead receiver's network must not keep the process from ending.
            thread.daemon = True
            thread.start()

    def stop(self) -> None:
        """Let what is being sent be finished, and give the lease back."""
        self._stop.set()
        for courier in self._couriers:
            courier.rest()
        for thread in self._threads:
            thread.join(STOP_SECONDS_MAX)
        if self._threads:
            try:
                self._book.let_go(self._holder)
            except StoreError as error:
                _LOG.warning("the lease stays until it ends: %s", error)

    def look(self, now: datetime) -> tuple[CaseAlert, ...]:
        """Return what holds at ``now``.

        Raises:
            StoreError: the ledger cannot be read.
        """
        told = self._book.told()
        since = now - self._rules.recent - self._rules.public_reply
        cases = self._book.candidates(since, {one.case for one in told})
        seen = [Seen(verdict=one, times_usual=self._risk_of(one, now)) for one in cases]
        return decide(seen, {one.key for one in told}, now, self._rules)

    def turn(self) -> None:
        """Take or renew the lease, look, and wake the couriers.

        Raises:
            StoreError: the ledger cannot be used.
        """
        now = self._clock()
        seconds = max(LEASE_SECONDS_MIN, LOOKS_A_LEASE * self._every.total_seconds())
        if not self._book.hold(self._holder, now, seconds):
            self._rest()
            return
        self._open = self.look(now)
        for courier in self._couriers:
            courier.wake(self._open, now + timedelta(seconds=seconds))

    def reports(self) -> Sequence[Report]:
        """Return how telling each receiver fares."""
        return [courier.report() for courier in self._couriers]

    def counts(self) -> Mapping[str, int]:
        """Return how many alerts of each name hold, as this process last looked; zeros included."""
        return {**dict.fromkeys(CONDITIONS, 0), **Counter(one.name for one in self._open)}

    def _risk_of(self, verdict: Verdict, now: datetime) -> float | None:
        return self._risk(verdict, now) if self._rules.likely_public else None

    def _rest(self) -> None:
        self._open = ()
        for courier in self._couriers:
            courier.rest()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.turn()
            except StoreError as error:
                self._rest()
                _LOG.warning("no look at the cases: %s", error)
            except Exception:
                self._rest()
                _LOG.exception("no look at the cases; trying again")
            self._stop.wait(self._every.total_seconds())
