"""`ccm gateway`: complaints in over HTTP, into Kafka."""

import sys
from argparse import Namespace

from prometheus_client import CollectorRegistry

from pipeline.cli.common import settings_of
from pipeline.cli.logs import set_up_logs
from pipeline.cli.serving import build_server, listen, url_of, with_address
from pipeline.metrics import GatewayMetrics
from pipeline.scaled import build_gateway, open_sender


def main(arguments: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    settings = with_address(settings_of(arguments), arguments)
    set_up_logs(settings)
    listener, registry = listen(settings), CollectorRegistry()
    with open_sender(settings, GatewayMetrics(registry)) as sender:
        app = build_gateway(settings, sender, registry)
        server = build_server(app, settings.server.proxies)
        print(f"The gateway listens at {url_of(listener)}", file=sys.stderr, flush=True)
        server.run(sockets=[listener])
    return 0
