"""The metrics of some parts of the list, made on a registry."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from pipeline.metrics.catalogue import Part, metrics_of


class Instruments:
    """Counters, histograms and gauges by name.

    Args:
        registry: where they are registered; two of these with the same parts cannot share one.
        parts: which of the list.
    """

    def __init__(self, registry: CollectorRegistry, *parts: Part) -> None:
        self.counters: Mapping[str, Counter] = {
            one.name: Counter(one.name, one.meaning, one.labels, registry=registry)
            for one in metrics_of("counter", *parts)
        }
        self.histograms: Mapping[str, Histogram] = {
            one.name: Histogram(
                one.name, one.meaning, one.labels, buckets=one.buckets, registry=registry
            )
            for one in metrics_of("histogram", *parts)
        }
        self.gauges: Mapping[str, Gauge] = {
            one.name: Gauge(one.name, one.meaning, one.labels, registry=registry)
            for one in metrics_of("gauge", *parts)
        }
