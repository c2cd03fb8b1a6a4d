"""`ccm worker`: the monitor of some partitions, until SIGTERM."""

import logging
from argparse import Namespace
from typing import NoReturn

from prometheus_client import CollectorRegistry

from pipeline.cli.common import settings_of
from pipeline.cli.logs import set_up_logs
from pipeline.cli.serving import listen_for_health, serving_aside, url_of
from pipeline.metrics import Metrics
from pipeline.scaled import build_health, build_vitals, build_worker, topics_of
from pipeline.topology.admin import require_topics
from pipeline.wiring import open_ledger, utc_now

_LOG = logging.getLogger("ccm.worker")


def main(arguments: Namespace) -> NoReturn:
    """Work until told to stop; a failure ends the process with another status than 0."""
    from pipeline.topology.worker import run

    settings = settings_of(arguments)
    set_up_logs(settings)
    listener = listen_for_health(settings)
    require_topics(settings.kafka.bootstrap, topics_of(settings))
    registry = CollectorRegistry()
    metrics = Metrics(registry, utc_now, is_engine=False)
    # A connection of its own: a question after its health must not wait behind the work.
    vitals = build_vitals(settings, registry, open_ledger(settings), metrics)
    health = build_health(settings, registry, vitals.troubles, vitals.stalls)
    worker = build_worker(settings, watcher=vitals, metrics=metrics)
    _LOG.info("metrics and health are at %s", url_of(listener))
    with serving_aside(health, listener):
        run(worker)
