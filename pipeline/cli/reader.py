"""`ccm reader`: reads the texts that workers leave to it, until SIGTERM."""

import logging
import signal
from argparse import Namespace
from threading import Event as Flag

from pipeline.cli.common import settings_of
from pipeline.cli.logs import set_up_logs
from pipeline.errors import ConfigError, StoreError
from pipeline.scaled import build_reading_stage, topics_of
from pipeline.topology.admin import check_topics
from pipeline.topology.watchdog import FAILED

_LOG = logging.getLogger("ccm.reader")


def main(arguments: Namespace) -> int:
    """Read until told to stop; a failure ends the process with another status than 0."""
    from pipeline.intake.kafka import Producer
    from pipeline.topology.reader import Texts, run

    settings = settings_of(arguments)
    set_up_logs(settings)
    faults = check_topics(settings.kafka.bootstrap, topics_of(settings))
    if faults:
        raise ConfigError("; ".join(faults))
    stop, stage = Flag(), build_reading_stage(settings)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    texts = Texts(settings.kafka)
    producer = Producer(settings.kafka.bootstrap, settings.kafka.delivery_seconds)
    try:
        run(texts, stage, producer, stop)
    except StoreError:
        _LOG.exception("the reader cannot go on; what it was at is read again")
        return FAILED
    finally:
        producer.close()
        texts.close()
    return 0
