"""`ccm worker`: the monitor of some partitions, until SIGTERM."""

from argparse import Namespace
from typing import NoReturn

from pipeline.cli.common import settings_of
from pipeline.cli.logs import set_up_logs
from pipeline.errors import ConfigError
from pipeline.scaled import build_worker, topics_of
from pipeline.topology.admin import check_topics


def main(arguments: Namespace) -> NoReturn:
    """Work until told to stop; a failure ends the process with another status than 0."""
    from pipeline.topology.worker import run

    settings = settings_of(arguments)
    set_up_logs(settings)
    faults = check_topics(settings.kafka.bootstrap, topics_of(settings))
    if faults:
        raise ConfigError("; ".join(faults))
    run(build_worker(settings))
