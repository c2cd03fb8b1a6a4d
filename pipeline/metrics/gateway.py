"""What waits on the gateway's disk."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry

from pipeline.metrics.instruments import Instruments


class GatewayMetrics:
    """The metrics of one gateway.

    Args:
        registry: where they are registered.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._made = Instruments(registry, "gateway")

    def follow_spool(self, *, records: Callable[[], float], size: Callable[[], float]) -> None:
        """Ask these at each scrape how much waits for Kafka. They must be quick."""
        self._made.gauges["ccm_spool_records"].set_function(records)
        self._made.gauges["ccm_spool_bytes"].set_function(size)
