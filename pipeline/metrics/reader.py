"""A reader's own vital signs: its metrics, and whether it is alive and ready."""

from collections.abc import Callable, Sequence
from time import monotonic

from prometheus_client import CollectorRegistry

from pipeline.metrics.instruments import Instruments


class ReaderVitals:
    """Hears of a reader, and answers for it. None of its methods raises.

    Args:
        registry: where its metrics are registered.
        silence_seconds_max: after how long at one batch a reader is taken for dead.
        clock: seconds that only ever rise.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        silence_seconds_max: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._made = Instruments(registry, "reader")
        self._silence_seconds_max = silence_seconds_max
        self._clock = clock
        self._heard = clock()
        self._has_asked = False

    def asked(self) -> None:
        """It asked Kafka for texts, and got an answer."""
        self._heard = self._clock()
        self._has_asked = True

    def batch_done(self, records: int, seconds: float) -> None:
        """A batch was read, sent and committed."""
        self._heard = self._clock()
        self._made.counters["ccm_read_records_total"].inc(records)
        self._made.histograms["ccm_read_batch_seconds"].observe(seconds)

    def troubles(self) -> Sequence[str]:
        """Return what keeps it from being ready, in words."""
        if not self._has_asked:
            return ["it has not joined the group of readers yet"]
        return self.stalls()

    def stalls(self) -> Sequence[str]:
        """Return why the process should be ended."""
        silence = self._clock() - self._heard
        if silence <= self._silence_seconds_max:
            return []
        return [f"nothing was read and nothing was asked for in {silence:.0f} s"]
