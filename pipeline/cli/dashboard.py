"""`ccm dashboard`: the pages of the shared ledger."""

import sys
from argparse import Namespace
from threading import Event as Flag
from threading import Thread

from prometheus_client import CollectorRegistry

from pipeline.cli.common import settings_of
from pipeline.cli.logs import set_up_logs
from pipeline.cli.serving import build_server, listen, url_of, with_address
from pipeline.embedded.beside import build_publishers
from pipeline.scaled import build_dashboard, build_following, shown_events
from pipeline.telling import follow_pulse
from pipeline.wiring import open_ledger, utc_now


def main(arguments: Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    settings = with_address(settings_of(arguments), arguments)
    set_up_logs(settings)
    listener = listen(settings)
    ledger = open_ledger(settings)
    registry = CollectorRegistry()
    server = build_server(build_dashboard(settings, ledger, registry))
    follow_pulse(registry, settings, ledger)
    print(f"The dashboard is at {url_of(listener)}", file=sys.stderr, flush=True)
    stop = Flag()
    follower = Thread(target=build_following(settings, ledger), args=(stop,), name="follower")
    publishers = build_publishers(settings, ledger, shown_events(settings, ledger), utc_now)
    follower.start()
    for one in publishers:
        one.start()
    try:
        server.run(sockets=[listener])
    finally:
        stop.set()
        for one in publishers:
            one.stop()
        follower.join()
        ledger.close()
    return 0
