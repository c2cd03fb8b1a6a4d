"""Keeps one source going: connect, fetch, store, and after trouble wait and begin again.

Trouble is waited out longer and longer (exponential back-off with full jitter), but never shorter
than the source itself asks for. After some failures in a row, and at once where the source refuses
our credentials, the circuit breaker opens: the source is left alone for minutes, then tried once.
Nothing that goes wrong here reaches another source: each has a thread of its own.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from threading import Event as Flag
from typing import Final

from tenacity import RetryCallState, RetryError, Retrying, retry_if_exception_type
from tenacity.nap import sleep_using_event
from tenacity.stop import stop_when_event_set
from tenacity.wait import wait_random_exponential

from pipeline.connectors.health import Health
from pipeline.connectors.ports import (
    BYTES_MAX,
    PAYLOADS_MAX,
    Batch,
    Clock,
    Connector,
    Listener,
    Sink,
)
from pipeline.connectors.taking import Taker
from pipeline.errors import (
    AccessRefused,
    ConfigError,
    RateLimited,
    SourceError,
    StoreError,
    Unreachable,
)
from pipeline.payloads import Payload

Session = Callable[[Flag], None]
"""Works until the flag is set; raises where it cannot go on."""
GAP: Final = "gap"
"""Among the reasons of errors: something was missed and cannot be fetched any more."""
_LOG: Final = logging.getLogger("ccm.connectors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait after trouble.

    Attributes:
        first_seconds: the window of the first wait; it doubles with each failure in a row.
        most_seconds: the widest window.
        asked_seconds_max: the longest wait that a source may ask for.
        failures_max: so many in a row open the circuit breaker.
        open_seconds: how long it stays open, at the least; at the most twice as long.
    """

    first_seconds: float = 1.0
    most_seconds: float = 60.0
    asked_seconds_max: float = 3600.0
    failures_max: int = 5
    open_seconds: float = 300.0


PATIENT: Final = Patience()


class Runner:
    """Repeats one session for as long as the process lives.

    Args:
        session: the work.
        health: is told of every failure; its contacts end a row of failures.
        patience: how long to wait.
    """

    def __init__(self, session: Session, health: Health, patience: Patience = PATIENT) -> None:
        self._session = session
        self._health = health
        self._patience = patience
        self._failures = self._contacts = 0
        self._jitter = wait_random_exponential(
            multiplier=patience.first_seconds, max=patience.most_seconds
        )
        self._rest = wait_random_exponential(
            multiplier=patience.open_seconds,
            max=2 * patience.open_seconds,
            min=patience.open_seconds,
        )

    def run(self, stop: Flag) -> None:
        """Work until ``stop`` is set. Whatever the session raises is waited out."""
        retrying = Retrying(
            sleep=sleep_using_event(stop),
            stop=stop_when_event_set(stop),
            wait=self._wait,
            retry=retry_if_exception_type(Exception),
        )
        try:
            retrying(self._attempt, stop)
        except RetryError:
            pass  # the flag was set while we waited
        finally:
            self._health.entered("stopped")

    def _attempt(self, stop: Flag) -> None:
        if not stop.is_set():
            self._session(stop)

    def _wait(self, state: RetryCallState) -> float:
        """Return the seconds until the next session, and say what happened."""
        error = state.outcome.exception() if state.outcome is not None else None
        assert error is not None, "tenacity waits only after an exception"
        if self._health.contacts != self._contacts:
            self._failures, self._contacts = 0, self._health.contacts
        self._failures += 1
        state.attempt_number = self._failures
        # The breaker spares the source; trouble of our own store is none of the source's.
        is_ours = isinstance(error, StoreError)
        opens = self._failures >= self._patience.failures_max and not is_ours
        if isinstance(error, AccessRefused | ConfigError) or opens:
            state.attempt_number = 1
            seconds = self._rest(state)
        else:
            seconds = self._jitter(state)
        if isinstance(error, RateLimited):
            seconds = max(seconds, min(error.seconds, self._patience.asked_seconds_max))
        self._tell(error, seconds)
        is_open = seconds >= self._patience.open_seconds
        self._health.entered("open" if is_open else "waiting")
        return seconds

    def _tell(self, error: BaseException, seconds: float) -> None:
        kind = kind_of(error)
        self._health.failed(kind, str(error) or repr(error))
        told = _LOG.exception if kind == "bug" else _LOG.warning
        more = {"exc_info": error} if kind == "bug" else {}
        told("%s: %s; trying again in %.0f s", self._health.name, error, seconds, **more)  # type: ignore[arg-type]  # exc_info takes the error itself


def kind_of(error: BaseException) -> str:
    """Return the label of an error: of a few, so that it may be one of a metric."""
    if isinstance(error, SourceError):
        return error.kind
    if isinstance(error, StoreError):
        return "store"
    if isinstance(error, ConfigError):
        return "access_refused"
    return "unreachable" if isinstance(error, OSError) else "bug"


class Fetching:
    """The session of a connector: from the stored cursor on, batch by batch.

    Args:
        connector: fetches.
        sink: keeps batches and cursor.
        health: is told.
        clock: the present moment.
    """

    def __init__(self, connector: Connector, sink: Sink, health: Health, clock: Clock) -> None:
        self._connector = connector
        self._sink = sink
        self._health = health
        self._clock = clock
        self._taker = Taker(connector.parse, sink, health, clock)

    def __call__(self, stop: Flag) -> None:
        """Fetch and store until the source fails or ``stop`` is set."""
        cursor = self._sink.cursor(self._connector.name)
        with closing(self._connector.batches(cursor, stop)) as batches:
            for batch in batches:
                _check(batch)
                self._taker.take(batch.payloads, batch.cursor)
                self._health.contacted(self._clock(), batch.backlog)
                if batch.gap:
                    self._health.failed(GAP, batch.gap)
                    _LOG.warning("%s: a gap: %s", self._connector.name, batch.gap)
                if stop.is_set():
                    return
        if not stop.is_set():
            raise Unreachable("the source ended the connection")


class Serving:
    """The session of a listener: serves until it cannot or ``stop`` is set.

    Args:
        listener: serves.
        sink: keeps what it is sent.
        health: is told.
        clock: the present moment.
    """

    def __init__(self, listener: Listener, sink: Sink, health: Health, clock: Clock) -> None:
        self._listener = listener
        self._health = health
        self._clock = clock
        self._taker = Taker(listener.parse, sink, health, clock)

    def __call__(self, stop: Flag) -> None:
        """Serve; whatever ends it but ``stop`` is an error."""
        self._health.entered("running")
        self._listener.serve(self._keep, stop)
        if not stop.is_set():
            raise Unreachable("the listener ended by itself")

    def _keep(self, payloads: Sequence[Payload]) -> None:
        self._taker.take(payloads)
        self._health.contacted(self._clock())


def _check(batch: Batch) -> None:
    """Hold the connector to its bounds: what it breaks here is our memory."""
    size = sum(len(one.raw) for one in batch.payloads)
    many = len(batch.payloads)
    assert many <= PAYLOADS_MAX, f"{many} payloads in one batch"
    assert many == 1 or size <= BYTES_MAX, f"{size} bytes in one batch"
