"""`ccm run`: the engine in a thread, the gateway and the pages in front of it."""

import logging
import socket
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag
from threading import Thread

from prometheus_client import CollectorRegistry

from pipeline.cli.common import settings_of
from pipeline.cli.demo import feed_demo
from pipeline.cli.load import load_files
from pipeline.cli.logs import set_up_logs
from pipeline.cli.serving import build_server, listen, url_of, with_address
from pipeline.collector import calm_collector
from pipeline.config import Settings
from pipeline.embedded.beside import build_publishers, events_in
from pipeline.embedded.view import StateView
from pipeline.metrics import Metrics
from pipeline.reporting import start_clerk
from pipeline.telling import start_alerter
from pipeline.wiring import (
    STATE_FILE,
    Embedded,
    build_app,
    build_embedded,
    build_supervisor,
    follow,
    utc_now,
)

FAILED = 70
"""Exit status when a bug ended the engine (EX_SOFTWARE)."""
_LOG = logging.getLogger("ccm")


def main(arguments: Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    settings = with_address(settings_of(arguments), arguments)
    set_up_logs(settings)
    with _data(settings, arguments) as settings:
        return _run(settings, is_demo=arguments.demo, load=arguments.load)


@contextmanager
def _data(settings: Settings, arguments: Namespace) -> Iterator[Settings]:
    """Yield the settings; a demo without a directory of its own gets one that goes away.

    Its ledger goes, too: simulated cases must not end up among the real ones of a ``ledger.url``.
    """
    if not arguments.demo or arguments.data is not None:
        yield settings
        return
    with TemporaryDirectory(prefix="ccm-demo-") as data:
        engine = replace(settings.engine, data=Path(data))
        yield replace(settings, engine=engine, ledger=replace(settings.ledger, url=""))


def _run(settings: Settings, *, is_demo: bool, load: Sequence[Path]) -> int:
    listener = listen(settings)
    registry = CollectorRegistry()
    metrics = Metrics(registry, utc_now)
    embedded = build_embedded(settings, metrics=metrics)
    follow(metrics, registry, embedded, settings)
    worker, stopping, feeder, channels = _Worker(embedded), Flag(), None, None
    alerter = clerk = None
    state = StateView(settings.engine.data / STATE_FILE)
    told = events_in(state, settings, embedded.ledger)
    publishers = build_publishers(settings, embedded.ledger, told, utc_now)
    try:
        channels = build_supervisor(settings, embedded, registry)
        app = build_app(embedded, settings, registry, ready=worker.troubles, channels=channels)
        server = build_server(app, settings.server.proxies)
        worker.start(server.stop)
        channels.start()
        for one in publishers:
            one.start()
        alerter = start_alerter(settings, embedded, registry)
        clerk = None if is_demo else start_clerk(settings, embedded)
        if load:
            load_files(embedded, settings, load)
        if is_demo:
            feeder = feed_demo(embedded, stopping)
        _greet(listener, settings, is_demo=is_demo)
        calm_collector()
        server.run(sockets=[listener])
    finally:
        stopping.set()
        if feeder is not None:
            feeder.join()
        if channels is not None:
            channels.stop()
        for helper in (*publishers, alerter, clerk):
            if helper is not None:
                helper.stop()
        state.close()
        worker.stop()
        embedded.close()
    return FAILED if worker.failed else 0


class _Worker:
    """The engine's thread. A bug in it ends the process: `failed` says so afterwards."""

    def __init__(self, embedded: Embedded) -> None:
        self.failed = False
        self._embedded = embedded
        self._stop = Flag()
        self._thread: Thread | None = None

    def start(self, on_failure: Callable[[], None]) -> None:
        """Begin to work; ``on_failure`` is called from the thread when it cannot go on."""
        self._thread = Thread(target=self._work, args=(on_failure,), name="engine")
        self._thread.start()

    def stop(self) -> None:
        """Let the batch at hand be finished, and wait for it."""
        self._stop.set()
        self._embedded.inbox.wake()
        if self._thread is not None:
            self._thread.join()

    def troubles(self) -> Sequence[str]:
        """Return what keeps the monitor from being ready."""
        return ["the engine has stopped; the log says why"] if self.failed else []

    def _work(self, on_failure: Callable[[], None]) -> None:
        try:
            self._embedded.engine.run(self._stop)
        except Exception:
            self.failed = True
            _LOG.exception("the engine stopped; what was acknowledged is in the inbox")
            on_failure()


def _greet(listener: socket.socket, settings: Settings, *, is_demo: bool) -> None:
    url = url_of(listener)
    source = "simulated traffic" if is_demo else f"complaints in {settings.engine.data}"
    post = "curl -H 'Content-Type:"
    channels = ", ".join(one.name for one in settings.channels if one.enabled)
    lines = (
        f"The monitor runs on {source}.",
        f"  dashboard        {url}/",
        f"  complaint form   {url}/complain",
        f"  metrics          {url}/metrics",
        f"  channels         {channels or 'none yet: `ccm channels kinds` lists what there is'}",
        "Feed it:",
        f"  {post} application/x-ndjson' --data-binary @events.jsonl {url}/v1/events",
        f"  {post} message/rfc822' --data-binary @complaint.eml {url}/v1/mail",
        "Ctrl-C stops it.",
    )
    print("\n".join(lines), file=sys.stderr, flush=True)
