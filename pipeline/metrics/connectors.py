"""How the channels' connectors, listeners and webhooks fare, asked of them at each scrape."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.metrics.catalogue import METRICS

STATES: Final = ("starting", "running", "waiting", "open", "stopped")

Family = CounterMetricFamily | GaugeMetricFamily
Sample = tuple[str, tuple[str, ...], float]
"""Name of the metric, labels after the connector's name, value."""


class Report(Protocol):
    """What is asked of one way in; see `pipeline.connectors.health.Report`."""

    @property
    def name(self) -> str: ...  # noqa: D102 - told there
    @property
    def since(self) -> datetime: ...  # noqa: D102 - told there
    @property
    def state(self) -> str: ...  # noqa: D102 - told there
    @property
    def last_contact_at(self) -> datetime | None: ...  # noqa: D102 - told there
    @property
    def last_event_at(self) -> datetime | None: ...  # noqa: D102 - told there
    @property
    def events(self) -> int: ...  # noqa: D102 - told there
    @property
    def dead_letters(self) -> int: ...  # noqa: D102 - told there
    @property
    def backlog(self) -> int | None: ...  # noqa: D102 - told there
    @property
    def lag_seconds(self) -> float: ...  # noqa: D102 - told there
    @property
    def errors(self) -> Mapping[str, int]: ...  # noqa: D102 - told there
    @property
    def is_silent(self) -> bool: ...  # noqa: D102 - told there


class ConnectorFigures(Collector):
    """Collects how the ways in fare; register it once, in the process that runs them.

    Args:
        reports: returns how each fares now; quick.
    """

    def __init__(self, reports: Callable[[], Sequence[Report]]) -> None:
        self._reports = reports

    def describe(self) -> Iterator[Family]:
        """Yield the names alone, so that registering asks nobody."""
        for one in METRICS:
            if one.kind == "connector":
                kind = CounterMetricFamily if one.name.endswith("_total") else GaugeMetricFamily
                yield kind(one.name, one.meaning, labels=one.labels)

    def collect(self) -> Iterator[Family]:
        """Yield what the reports say now."""
        found: dict[str, list[tuple[tuple[str, ...], float]]] = {}
        for report in self._reports():
            for name, labels, value in _samples(report):
                found.setdefault(name, []).append(((report.name, *labels), value))
        for family in self.describe():
            total = "_total" if isinstance(family, CounterMetricFamily) else ""
            for labels, value in found.get(family.name + total, ()):
                family.add_metric(labels, value)
            yield family


def _samples(report: Report) -> Iterable[Sample]:
    yield "ccm_connector_events_total", (), report.events
    yield "ccm_connector_dead_letters_total", (), report.dead_letters
    yield "ccm_connector_lag_seconds", (), report.lag_seconds
    yield "ccm_connector_silent", (), float(report.is_silent)
    for state in STATES:
        yield "ccm_connector_state", (state,), float(report.state == state)
    for kind, count in report.errors.items():
        yield "ccm_connector_errors_total", (kind,), count
    if report.backlog is not None:
        yield "ccm_connector_backlog_payloads", (), report.backlog
    for name, at in (("event", report.last_event_at), ("contact", report.last_contact_at)):
        if at is not None:
            yield f"ccm_connector_last_{name}_timestamp_seconds", (), at.timestamp()
