"""A worker's own vital signs: its metrics, and whether it is alive and ready.

It hears of the worker's life by the methods that the worker calls, and is asked by the threads
that serve ``/metrics``, ``/healthz`` and ``/readyz``. Nothing here is guessed: a worker is ready
when its partitions are recovered and the ledger answers, and stalled when records wait and nothing
has been told for longer than it may.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final, Protocol

from prometheus_client import CollectorRegistry

from pipeline.errors import StoreError
from pipeline.metrics.flow import Metrics
from pipeline.metrics.instruments import Instruments
from pipeline.monitor import Change

PATIENCE: Final = 2.0
"""The worker ends itself after its stall time; one that is silent for so many of them cannot."""


class BatchTold(Protocol):
    """What a worker tells of one batch."""

    @property
    def events(self) -> int:
        """Records of the events topic."""

    @property
    def commands(self) -> int:
        """Records of the commands topic."""

    @property
    def letters(self) -> int:
        """Records that became dead letters."""

    @property
    def changes(self) -> Sequence[Change]:
        """What the ledger was told."""

    @property
    def sent(self) -> int:
        """Records that were sent."""

    @property
    def seconds(self) -> float:
        """From the first record to the commit."""

    @property
    def oldest_seconds(self) -> float | None:
        """Age of the oldest record at the commit."""

    @property
    def lag(self) -> int:
        """Records known to wait in our partitions."""


class RecoveryTold(Protocol):
    """What a worker tells of a recovery."""

    @property
    def partitions(self) -> frozenset[int]:
        """Their numbers."""

    @property
    def nodes(self) -> int:
        """Records of the changelog that were read."""

    @property
    def seconds(self) -> float:
        """How long it took."""

    @property
    def lag(self) -> int:
        """Records that wait."""


class WorkerVitals:
    """Hears of a worker, and answers for it. None of its methods raises.

    Args:
        registry: where its metrics are registered.
        stall_seconds: after how long a worker that gets nowhere ends itself.
        check_ledger: raises a `StoreError` where the ledger gives no sign of life.
        flow: counts what every process that folds events counts.
        clock: seconds that only ever rise.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        stall_seconds: float,
        check_ledger: Callable[[], None],
        flow: Metrics,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._made = Instruments(registry, "worker")
        for topic in ("events", "commands"):
            self._made.counters["ccm_records_total"].labels(topic)
        self._silence_seconds_max = PATIENCE * stall_seconds
        self._check_ledger = check_ledger
        self._flow = flow
        self._clock = clock
        self._heard = clock()
        self._lag = 0
        self._partitions: frozenset[int] = frozenset()
        self._waits_for: str | None = "partitions: the worker has just joined the group"

    # ------------------------------------------------------------------------- told by the worker

    def assigned(self, partitions: frozenset[int]) -> None:
        """The group gave it partitions; their records are read next."""
        self._hear()
        self._partitions = partitions
        self._waits_for = f"the records of {len(partitions)} partitions, which are being read"

    def revoked(self) -> None:
        """All partitions were taken from it: a rebalance has begun."""
        self._hear()
        self._made.counters["ccm_rebalances_total"].inc()
        self._partitions = frozenset()
        self._set_lag(0)
        self._waits_for = "partitions: the group is being shared out anew"

    def recovered(self, told: RecoveryTold) -> None:
        """The partitions are ready, and work begins."""
        self._hear()
        self._made.histograms["ccm_recovery_seconds"].observe(told.seconds)
        self._made.counters["ccm_recovered_records_total"].inc(told.nodes)
        self._partitions = told.partitions
        self._set_lag(told.lag)
        self._waits_for = None

    def batch_done(self, told: BatchTold) -> None:
        """A batch was brought to its end."""
        self._hear()
        counters, histograms = self._made.counters, self._made.histograms
        counters["ccm_records_total"].labels("events").inc(told.events)
        counters["ccm_records_total"].labels("commands").inc(told.commands)
        counters["ccm_sent_records_total"].inc(told.sent)
        histograms["ccm_batch_seconds"].observe(told.seconds)
        if told.oldest_seconds is not None:
            histograms["ccm_record_age_seconds"].observe(max(0.0, told.oldest_seconds))
        self._set_lag(told.lag)
        self._flow.buried(told.letters)
        if told.changes:
            self._flow.settled(told.changes, 0, told.changes[0].at)

    def at_rest(self) -> None:
        """Kafka was asked, and nothing waits."""
        self._hear()
        self._set_lag(0)

    # ------------------------------------------------------------------------- asked by the server

    def troubles(self) -> Sequence[str]:
        """Return what keeps it from being ready, in words."""
        found = [] if self._waits_for is None else [f"it waits for {self._waits_for}"]
        if self._waits_for is None and self._lag and self._is_silent():
            found.append(self._silence())
        try:
            self._check_ledger()
        except StoreError as error:
            found.append(str(error))
        return found

    def stalls(self) -> Sequence[str]:
        """Return why the process should be ended; nothing as long as it works or waits for work."""
        has_work = self._waits_for is None and self._lag > 0
        return [self._silence()] if has_work and self._is_silent() else []

    def _hear(self) -> None:
        self._heard = self._clock()

    def _is_silent(self) -> bool:
        return self._clock() - self._heard > self._silence_seconds_max

    def _silence(self) -> str:
        seconds = self._clock() - self._heard
        return f"{self._lag} records wait and nothing was done for {seconds:.0f} s"

    def _set_lag(self, lag: int) -> None:
        self._lag = lag
        self._made.gauges["ccm_lag_records"].set(lag)
        self._made.gauges["ccm_partitions"].set(len(self._partitions))
