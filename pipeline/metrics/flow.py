"""What passes through this process: counters, histograms, and how far behind it is."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry

from models.reading import Reader, Reading, Text
from pipeline.domain.events import Event, Message
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import OUTCOMES, Outcome
from pipeline.errors import BadEvent, BadPayload, InputError, TooLarge
from pipeline.metrics.instruments import Instruments
from pipeline.monitor import EVENTS_A_TIMELINE_MAX, Change, Monitor, Sink, Store
from pipeline.reading import Desk

CHANNELS: Final = frozenset({
    "web_form", "email", "x", "mastodon", "bluesky", "facebook", "instagram", "reddit", "review",
    "chat", "phone", "sms",
})  # fmt: skip
"""Channels with a label of their own; channel names are open (§8), labels must not be."""
REASONS: Final[Mapping[type[InputError], str]] = {
    BadEvent: "bad_event",
    BadPayload: "bad_payload",
    TooLarge: "too_large",
}


class Metrics:
    """The flow metrics of one process, and the hooks that feed them.

    Its methods have the shape of the engine's watcher and of the ledger's observer; none raises.

    Args:
        registry: where the metrics are registered; two of these cannot share one.
        clock: returns the present moment, aware.
        is_engine: whether this is the embedded engine, which has an inbox.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        clock: Callable[[], datetime],
        *,
        is_engine: bool = True,
    ) -> None:
        self._clock = clock
        made = Instruments(registry, *("monitor", "engine") if is_engine else ("monitor",))
        self._counters, self._histograms, self._gauges = (
            made.counters,
            made.histograms,
            made.gauges,
        )
        for outcome in OUTCOMES:
            self._counters["ccm_verdict_changes_total"].labels(outcome)
        for reason in (*REASONS.values(), "other"):
            self._counters["ccm_dead_letters_total"].labels(reason)

    def handled(self, event: Event, is_new: bool) -> None:
        """Count an event that was folded, or was known already."""
        if is_new:
            self._counters["ccm_events_total"].labels(*_labels_of(event)).inc()
        else:
            self._counters["ccm_duplicate_events_total"].inc()

    def rejected(self, record: object, error: InputError) -> None:  # noqa: ARG002 - the shape of a watcher
        """Count a dead letter by the class of its reason."""
        reason = REASONS.get(type(error), "other")
        self._counters["ccm_dead_letters_total"].labels(reason).inc()

    def buried(self, letters: int) -> None:
        """Count dead letters of which only the number is known."""
        self._counters["ccm_dead_letters_total"].labels("other").inc(letters)

    def settled(self, changes: Sequence[Change], offset: int, now: datetime) -> None:  # noqa: ARG002 - the shape of a watcher
        """Time what is on disk now from when the first of its causes was handled."""
        done = self._clock()
        for change in changes:
            if change.since is not None:
                waited = max(0.0, (done - change.since).total_seconds())
                self._histograms["ccm_end_to_end_seconds"].observe(waited)

    def applied(self, changed: Mapping[Outcome, int], restatements: int) -> None:
        """Count what the ledger took: verdicts that really changed, and restatements."""
        for outcome, number in changed.items():
            self._counters["ccm_verdict_changes_total"].labels(outcome).inc(number)
        self._counters["ccm_restatements_total"].inc(restatements)

    def folding(self) -> AbstractContextManager[object]:
        """Time the folding of one event."""
        return self._histograms["ccm_fold_seconds"].time()

    def settling(self) -> AbstractContextManager[object]:
        """Time one settling."""
        return self._histograms["ccm_settle_seconds"].time()

    def reading(self, texts: int) -> AbstractContextManager[object]:
        """Count texts and time the reading of them."""
        self._counters["ccm_reader_texts_total"].inc(texts)
        return self._histograms["ccm_reader_seconds"].time()

    def follow(
        self,
        *,
        timers_due: Callable[[], float],
        timelines: Callable[[], float],
        inbox_lag_events: Callable[[], float],
        inbox_lag_seconds: Callable[[], float],
    ) -> None:
        """Ask these at each scrape how far behind the process is. They must be quick."""
        self._gauges["ccm_timers_due"].set_function(timers_due)
        self._gauges["ccm_timelines"].set_function(timelines)
        self._gauges["ccm_inbox_lag_events"].set_function(inbox_lag_events)
        self._gauges["ccm_inbox_lag_seconds"].set_function(inbox_lag_seconds)

    def state_build(self, version: str, policy: str) -> None:
        """Say which build runs by which policy."""
        self._gauges["ccm_build_info"].labels(version, policy).set(1)


class TimedMonitor(Monitor):
    """A monitor whose folding and settling are timed; else as `Monitor`."""

    def __init__(
        self,
        policy: Policy,
        store: Store,
        sink: Sink,
        desk: Desk | None = None,
        *,
        metrics: Metrics,
        events_max: int = EVENTS_A_TIMELINE_MAX,
    ) -> None:
        super().__init__(policy, store, sink, desk, events_max=events_max)
        self._metrics = metrics

    def handle(self, event: Event, now: datetime) -> bool:
        """Fold as `Monitor.handle` does, and time it."""
        with self._metrics.folding():
            return super().handle(event, now)

    def settle(self, now: datetime) -> list[Change]:
        """Settle as `Monitor.settle` does, and time it."""
        with self._metrics.settling():
            return super().settle(now)


class TimedReader:
    """A reader whose texts are counted and timed; it reads what ``reader`` reads."""

    def __init__(self, reader: Reader, metrics: Metrics) -> None:
        self._reader = reader
        self._metrics = metrics

    @property
    def version(self) -> str:
        """The version of the reader behind it."""
        return self._reader.version

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Read as the reader behind it does."""
        with self._metrics.reading(len(texts)):
            return self._reader.read(texts)


def _labels_of(event: Event) -> tuple[str, str, str]:
    kind = type(event).__name__.lower()
    if not isinstance(event, Message):
        return kind, "none", "none"
    return kind, event.channel if event.channel in CHANNELS else "other", event.visibility
