"""The official figures, asked of the ledger at each scrape."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.domain.figures import Figures, Published
from pipeline.domain.scope import CaseFilter
from pipeline.domain.verdict import Outcome
from pipeline.errors import StoreError
from pipeline.metrics.catalogue import metrics_of

WEEKS_SHOWN: Final = 13
"""A quarter of cohorts; older ones are in the report."""
SHARES: Final = {
    "ccm_escalated_ratio": "escalation",
    "ccm_promises_kept_ratio": "promises_kept",
    "ccm_run_around_ratio": "run_around",
    "ccm_recurrence_ratio": "recurrence",
}

Samples = Iterable[tuple[tuple[str, ...], float | None]]


class Book(Protocol):
    """What the official figures need of the ledger."""

    def count_by_outcome(self) -> Mapping[Outcome, int]:
        """Return how many cases have each outcome, zeros included."""

    def waiting_count(self, now: datetime) -> int:
        """Return in how many cases a contact waits at ``now``."""

    def count(self, which: CaseFilter, now: datetime) -> int:
        """Return how many cases pass a filter at ``now``."""

    def overdue_count(self, now: datetime) -> int:
        """Return in how many cases a promise is overdue at ``now``."""

    def longest_waiting_since(self) -> datetime | None:
        """Return since when the contact waits that waits longest; None where none does."""

    def figures(self, now: datetime) -> Published:
        """Return the published figures."""


class OfficialFigures(Collector):
    """Collects the official figures; register it once, in the process that holds the ledger.

    A scrape never fails for the ledger's sake: where that cannot be read, ``ccm_ledger_up`` is 0
    and the figures are absent. A figure without cases is absent, too.

    Args:
        book: the ledger.
        clock: returns the present moment, aware.
    """

    def __init__(self, book: Book, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._clock = clock

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Yield the names alone, so that registering asks nothing of the ledger."""
        for one in metrics_of("official"):
            yield GaugeMetricFamily(one.name, one.meaning, labels=one.labels)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures as they are now."""
        try:
            found = self._samples()
        except StoreError:
            found = {"ccm_ledger_up": [((), 0.0)]}
        for family in self.describe():
            for labels, value in found.get(family.name, ()):
                if value is not None:
                    family.add_metric(labels, value)
            yield family

    def _samples(self) -> dict[str, Samples]:
        now = self._clock()
        published, since = self._book.figures(now), self._book.longest_waiting_since()
        overall = published.overall
        return {
            "ccm_ledger_up": [((), 1.0)],
            "ccm_figures_timestamp_seconds": [((), overall.as_of.timestamp())],
            "ccm_cases": [((name,), n) for name, n in self._book.count_by_outcome().items()],
            **_cohorts(published.weeks[-WEEKS_SHOWN:]),
            **{name: [((), overall[figure].value)] for name, figure in SHARES.items()},
            "ccm_escalation_only_ratio": [
                (("escalated",), overall["eor_escalated"].value),
                (("counted",), overall["eor_counted"].value),
            ],
            "ccm_waiting_cases": [((), self._book.waiting_count(now))],
            "ccm_waiting_public_cases": [
                ((), self._book.count(CaseFilter(waiting=True, public=True), now))
            ],
            "ccm_promises_pending_cases": [((), self._book.count(CaseFilter(promised=True), now))],
            "ccm_promises_overdue_cases": [((), self._book.overdue_count(now))],
            "ccm_waiting_seconds_max": [((), _seconds_since(since, now))],
        }


def _cohorts(weeks: Iterable[Figures]) -> dict[str, Samples]:
    known = [(week.week or "", week.n, week["ftr"]) for week in weeks]
    return {
        "ccm_cohort_cases": [((week,), n) for week, n, _ in known],
        "ccm_ftr_ratio": [((week,), ftr.value) for week, _, ftr in known],
        "ccm_ftr_ratio_lower": [((week,), ftr.low) for week, _, ftr in known],
        "ccm_ftr_ratio_upper": [((week,), ftr.high) for week, _, ftr in known],
    }


def _seconds_since(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
