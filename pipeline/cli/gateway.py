"""`ccm gateway`: complaints in over HTTP, into Kafka."""

import sys
from argparse import Namespace

from prometheus_client import CollectorRegistry

from pipeline.cli.common import settings_of
from pipeline.cli.serving import build_server, listen, set_up_logs, url_of, with_address
from pipeline.intake.kafka import Producer
from pipeline.scaled import build_gateway


def main(arguments: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    set_up_logs()
    settings = with_address(settings_of(arguments), arguments)
    listener = listen(settings)
    producer = Producer(settings.kafka.bootstrap, settings.kafka.delivery_seconds)
    server = build_server(build_gateway(settings, producer, CollectorRegistry()))
    print(f"The gateway listens at {url_of(listener)}", file=sys.stderr, flush=True)
    try:
        server.run(sockets=[listener])
    finally:
        producer.close()
    return 0
