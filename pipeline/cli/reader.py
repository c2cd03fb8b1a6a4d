"""`ccm reader`: reads the texts that workers leave to it, until SIGTERM."""

import logging
import signal
from argparse import Namespace
from threading import Event as Flag

from prometheus_client import CollectorRegistry

from pipeline.cli.common import settings_of
from pipeline.cli.logs import set_up_logs
from pipeline.cli.serving import listen_for_health, serving_aside, url_of
from pipeline.errors import StoreError
from pipeline.metrics import Metrics, ReaderVitals
from pipeline.scaled import build_health, build_reading_stage, topics_of
from pipeline.topology.admin import require_topics
from pipeline.topology.watchdog import FAILED
from pipeline.wiring import utc_now

_LOG = logging.getLogger("ccm.reader")


def main(arguments: Namespace) -> int:
    """Read until told to stop; a failure ends the process with another status than 0."""
    from pipeline.intake.kafka import Producer
    from pipeline.topology.reader import POLL_SECONDS_MAX, Texts, run

    settings = settings_of(arguments)
    set_up_logs(settings)
    listener = listen_for_health(settings)
    require_topics(settings.kafka.bootstrap, topics_of(settings))
    registry = CollectorRegistry()
    metrics = Metrics(registry, utc_now, is_engine=False)
    vitals = ReaderVitals(registry, POLL_SECONDS_MAX)
    stop, stage = Flag(), build_reading_stage(settings, metrics=metrics)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    texts = Texts(settings.kafka, vitals.asked)
    producer = Producer(settings.kafka.bootstrap, settings.kafka.delivery_seconds)
    health = build_health(settings, registry, vitals.troubles, vitals.stalls)
    _LOG.info("metrics and health are at %s", url_of(listener))
    try:
        with serving_aside(health, listener):
            run(
                texts, stage, producer, stop,
                lambda read, seconds: vitals.batch_done(len(read.outgoing), seconds),
            )  # fmt: skip
    except StoreError:
        _LOG.exception("the reader cannot go on; what it was at is read again")
        return FAILED
    finally:
        producer.close()
        texts.close()
    return 0
