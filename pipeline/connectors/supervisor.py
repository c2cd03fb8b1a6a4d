"""All ways in of one process: a thread for each connector and listener, and how they fare."""

import logging
from collections.abc import Callable, Sequence
from threading import Event as Flag
from threading import Thread
from time import monotonic
from typing import Final

from pipeline.connectors.health import Health, Report
from pipeline.connectors.ports import Channel, Clock, Sink
from pipeline.connectors.receiving import Receiver
from pipeline.connectors.runner import PATIENT, Fetching, Patience, Runner, Serving, Session

STOP_SECONDS_MAX: Final = 10.0
"""How long all of them together may take to end; who hangs in a read is left behind."""
_LOG: Final = logging.getLogger("ccm.connectors")


class Supervisor:
    """Runs the channels; one that fails does not touch the others.

    Args:
        channels: what is configured.
        sink: where everything goes.
        clock: the present moment.
        patience: how long to wait after trouble.
    """

    def __init__(
        self,
        channels: Sequence[Channel],
        sink: Sink,
        clock: Clock,
        patience: Patience = PATIENT,
    ) -> None:
        self._clock = clock
        self._stop = Flag()
        self._threads: list[Thread] = []
        self._healths: list[Health] = []
        self._patience = patience
        self._work: list[tuple[str, Callable[[Flag], None]]] = []
        for channel in channels:
            self._add(channel, sink)
        webhooks = {one.name: one for one in channels if one.webhook is not None}
        self.receiver: Final = Receiver(
            {name: one.webhook for name, one in webhooks.items() if one.webhook is not None},
            {
                name: self._health(f"{name}/webhook", one, fetched=False)
                for name, one in webhooks.items()
            },
            sink,
            clock,
        )

    def start(self) -> None:
        """Begin to fetch and to listen."""
        for name, run in self._work:
            thread = Thread(target=_guarded, args=(name, run, self._stop), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let every batch at hand be stored, and wait for it, but not for ever."""
        self._stop.set()
        until = monotonic() + STOP_SECONDS_MAX
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))
            if thread.is_alive():
                _LOG.warning("%s: did not end in time; left behind", thread.name)

    def reports(self) -> list[Report]:
        """Return how each way in fares now."""
        now = self._clock()
        return [health.report(now) for health in self._healths]

    def _add(self, channel: Channel, sink: Sink) -> None:
        for connector in channel.connectors:
            health = self._health(connector.name, channel, fetched=True)
            self._run(Fetching(connector, sink, health, self._clock), health)
        for listener in channel.listeners:
            health = self._health(listener.name, channel, fetched=False)
            self._run(Serving(listener, sink, health, self._clock), health)

    def _run(self, session: Session, health: Health) -> None:
        self._work.append((health.name, Runner(session, health, self._patience).run))

    def _health(self, name: str, channel: Channel, *, fetched: bool) -> Health:
        health = Health(
            name=name,
            channel=channel.name,
            kind=channel.kind,
            since=self._clock(),
            silent_after=channel.silent_after if fetched else None,
            expect_every=channel.expect_every,
        )
        self._healths.append(health)
        return health


def _guarded(name: str, run: Callable[[Flag], None], stop: Flag) -> None:
    """Run one thread; a bug in the runner itself must at least be told."""
    try:
        run(stop)
    except Exception:
        _LOG.exception("%s: its runner failed; it is not tried again", name)
