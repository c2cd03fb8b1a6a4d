"""`ccm connect`: fetches what the channels bring, into Kafka."""

import sys
from argparse import Namespace

from prometheus_client import CollectorRegistry

from pipeline.cli.common import settings_of
from pipeline.cli.logs import set_up_logs
from pipeline.cli.serving import build_server, listen, url_of, with_address
from pipeline.intake.app import create_pages
from pipeline.intake.kafka import Producer
from pipeline.scaled import build_connect


def main(arguments: Namespace) -> int:
    """Fetch until SIGTERM or Ctrl-C; serve nothing but what machines ask."""
    settings = with_address(settings_of(arguments), arguments)
    set_up_logs(settings)
    listener = listen(settings)
    registry = CollectorRegistry()
    producer = Producer(settings.kafka.bootstrap, settings.kafka.delivery_seconds)
    channels = build_connect(settings, producer, registry)
    pages = create_pages(
        [],
        settings,
        registry,
        lambda: () if producer.is_reachable() else ("no Kafka broker answers",),
    )
    server = build_server(pages)
    print(f"Fetching; metrics at {url_of(listener)}/metrics", file=sys.stderr, flush=True)
    channels.start()
    try:
        server.run(sockets=[listener])
    finally:
        channels.stop()
        producer.close()
    return 0
