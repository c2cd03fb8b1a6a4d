"""What the rules of Prometheus look at, and how telling of alerts fares; asked at each scrape."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Final, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.domain.objective import Pulse
from pipeline.errors import StoreError
from pipeline.metrics.catalogue import Kind, metrics_of

SHARE_OF_TIME: Final = 20
"""A pulse that took long is not taken again before 20 times as long has passed."""
Family = CounterMetricFamily | GaugeMetricFamily
Sample = tuple[str, tuple[str, ...], float]
"""Name of the metric, labels, value."""


class PulseFigures(Collector):
    """Collects what the rules look at; register it once, in the process that holds the ledger.

    A scrape never fails for the ledger's sake: where that cannot be read the figures are absent,
    and `OfficialFigures` says why.

    Args:
        pulse: asks the ledger as of a moment; may raise a StoreError.
        clock: the present moment.
    """

    def __init__(self, pulse: Callable[[datetime], Pulse], clock: Callable[[], datetime]) -> None:
        self._pulse = pulse
        self._clock = clock
        self._lock = Lock()
        self._last: Pulse | None = None
        self._until = 0.0

    def describe(self) -> Iterator[Family]:
        """Yield the names alone, so that registering asks nothing of the ledger."""
        yield from _families("pulse")

    def collect(self) -> Iterator[Family]:
        """Yield the figures as they are now, or were a moment ago."""
        now = self._clock()
        try:
            samples = list(_pulse_samples(self._taken(now), now))
        except StoreError:
            samples = []
        yield from _filled("pulse", samples)

    def _taken(self, now: datetime) -> Pulse:
        with self._lock:
            if self._last is not None and monotonic() < self._until:
                return self._last
            began = monotonic()
            self._last = self._pulse(now)
            self._until = monotonic() + SHARE_OF_TIME * (monotonic() - began)
            return self._last


class Delivery(Protocol):
    """What is asked of the telling of one receiver; see `pipeline.alerts.ports.Report`."""

    @property
    def name(self) -> str: ...  # noqa: D102 - told there
    @property
    def sent(self) -> int: ...  # noqa: D102 - told there
    @property
    def untold(self) -> int: ...  # noqa: D102 - told there
    @property
    def failures(self) -> Mapping[str, int]: ...  # noqa: D102 - told there


class AlertingFigures(Collector):
    """Collects how telling fares; register it once, in the process that tells.

    Args:
        counts: returns how many alerts of each name hold; quick.
        reports: returns how each receiver fares; quick.
    """

    def __init__(
        self, counts: Callable[[], Mapping[str, int]], reports: Callable[[], Sequence[Delivery]]
    ) -> None:
        self._counts = counts
        self._reports = reports

    def describe(self) -> Iterator[Family]:
        """Yield the names alone."""
        yield from _families("alerting")

    def collect(self) -> Iterator[Family]:
        """Yield what the alerter says now."""
        samples: list[Sample] = [
            ("ccm_alerts_open", (name,), float(n)) for name, n in self._counts().items()
        ]
        for report in self._reports():
            samples += _delivery_samples(report)
        yield from _filled("alerting", samples)


def _pulse_samples(pulse: Pulse, now: datetime) -> Iterator[Sample]:
    oldest = pulse.oldest_unanswered_at
    age = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    yield "ccm_escalations_unanswered", (), pulse.unanswered
    yield "ccm_escalations_unanswered_seconds_max", (), age
    yield "ccm_recent_escalations", (), pulse.escalations
    if pulse.expected is not None:
        yield "ccm_recent_escalations_expected", (), pulse.expected
    for name, window in pulse.windows.items():
        yield "ccm_window_cases", (name,), window.cases
        yield "ccm_window_ftr_failures", (name,), window.failures


def _delivery_samples(report: Delivery) -> Iterator[Sample]:
    yield "ccm_alerts_untold", (report.name,), report.untold
    yield "ccm_alert_messages_total", (report.name,), report.sent
    for reason, count in report.failures.items():
        yield "ccm_alert_failures_total", (report.name, reason), count


def _families(kind: Kind) -> Iterator[Family]:
    for one in metrics_of(kind):
        family = CounterMetricFamily if one.name.endswith("_total") else GaugeMetricFamily
        yield family(one.name, one.meaning, labels=one.labels)


def _filled(kind: Kind, samples: Iterable[Sample]) -> Iterator[Family]:
    told = list(samples)
    for family in _families(kind):
        full = family.name + ("_total" if isinstance(family, CounterMetricFamily) else "")
        for name, labels, value in told:
            if name == full:
                family.add_metric(labels, value)
        yield family
