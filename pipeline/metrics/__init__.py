"""Every Prometheus metric, one commented list (``catalogue``), on a registry that is handed in.

Flow metrics count what passes through this process and start at zero with it (``flow``). Official
figures come from the ledger alone, at each scrape, through the same functions as every page and
report (``official``); they are not suppressed, since a scrape is no shared report. Labels come from
closed lists; none ever names a customer or a case. Units come last, counters end in ``_total``.
"""

from pipeline.metrics.alerting import AlertingFigures, PulseFigures
from pipeline.metrics.catalogue import METRICS, Metric
from pipeline.metrics.connectors import ConnectorFigures
from pipeline.metrics.flow import Metrics, TimedMonitor, TimedReader
from pipeline.metrics.gateway import GatewayMetrics
from pipeline.metrics.official import OfficialFigures
from pipeline.metrics.reader import ReaderVitals
from pipeline.metrics.worker import WorkerVitals

__all__ = [
    "METRICS",
    "AlertingFigures",
    "ConnectorFigures",
    "GatewayMetrics",
    "Metric",
    "Metrics",
    "OfficialFigures",
    "PulseFigures",
    "ReaderVitals",
    "TimedMonitor",
    "TimedReader",
    "WorkerVitals",
]
