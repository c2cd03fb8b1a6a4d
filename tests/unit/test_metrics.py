"""The metrics: what is exposed, under which names, and that official figures are the ledger's."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from models.reading import Reading, Text
from pipeline.alerts import Report
from pipeline.domain.events import Message, Status
from pipeline.domain.figures import Published
from pipeline.domain.objective import Objective, Pulse
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING, Scope
from pipeline.domain.timeline import Timeline
from pipeline.errors import BadEvent, InputError, StoreError, TooLarge
from pipeline.ledger import Ledger
from pipeline.metrics import (
    METRICS,
    AlertingFigures,
    ConnectorFigures,
    GatewayMetrics,
    Metrics,
    OfficialFigures,
    PulseFigures,
    ReaderVitals,
    TimedMonitor,
    TimedReader,
    WorkerVitals,
)  # fmt: skip
from pipeline.metrics.official import WEEKS_SHOWN
from pipeline.monitor import Change
from tests.verdicts import OPENED, build_verdict

NOW = OPENED + timedelta(days=60)
CUSTOMER = ("email:ann@example.com",)


def clock() -> datetime:
    return NOW


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry(auto_describe=False)


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry, clock)


@pytest.fixture
def ledger(tmp_path: Path, metrics: Metrics) -> Iterator[Ledger]:
    opened = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", told=metrics.applied)
    yield opened
    opened.close()


def pulse_of(ledger: Ledger) -> Callable[[datetime], Pulse]:
    """What the process that holds the ledger asks of it."""
    return lambda now: ledger.alerts.pulse(now, Objective(), timedelta(days=3))


def scrape(registry: CollectorRegistry) -> dict[str, Family]:
    text = generate_latest(registry).decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def values(registry: CollectorRegistry, name: str) -> dict[tuple[str, ...], float]:
    """Return the samples of exactly that name, by the values of their labels."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in scrape(registry).values()
        for sample in family.samples
        if sample.name == name
    }


def families(registry: CollectorRegistry) -> set[str]:
    """The names of all that is exposed."""
    return {family.name for family in registry.collect()}


def message(number: int, channel: str = "email") -> Message:
    return Message(
        id=f"{channel}:{number}",
        at=OPENED,
        customer=CUSTOMER,
        channel=channel,
        visibility="private",
        direction="inbound",
        text="It is broken.",
        signals=(),
    )


def test_names_follow_the_rules_of_prometheus() -> None:
    """Prefix, lower case, base units last, `_total` for counters and for nothing else."""
    for one in METRICS:
        assert re.fullmatch(r"ccm(_[a-z]+)+", one.name), one.name
        assert one.kind in ("connector", "alerting") or one.name.endswith("_total") == (
            one.kind == "counter"
        ), one.name
        assert not re.search(r"milli|micro|minutes|hours|days|percent", one.name), one.name
        assert one.kind != "histogram" or one.name.endswith("_seconds"), one.name
        assert one.meaning.endswith("."), one.name
    assert len({one.name for one in METRICS}) == len(METRICS)


def test_no_label_can_name_a_customer_or_a_case() -> None:
    """Labels are from a short list, each with few values."""
    labels = {label for one in METRICS for label in one.labels}
    assert labels == {
        "channel", "connector", "kind", "name", "of", "outcome", "policy", "reason", "receiver",
        "state", "topic", "version", "visibility", "week", "window",
    }  # fmt: skip


def test_the_list_and_the_registry_are_the_same(
    registry: CollectorRegistry, metrics: Metrics, ledger: Ledger
) -> None:
    """Nothing is exposed that is not in the list, and nothing in it is missing."""
    registry.register(OfficialFigures(ledger, clock))
    registry.register(ConnectorFigures(list))
    registry.register(AlertingFigures(dict, list))
    registry.register(PulseFigures(pulse_of(ledger), clock))
    worker, gateway, reader = CollectorRegistry(), CollectorRegistry(), CollectorRegistry()
    ReaderVitals(reader, 1)
    WorkerVitals(worker, 1, lambda: None, metrics)
    GatewayMetrics(gateway)
    exposed = {part: families(one) for part, one in (("worker", worker), ("gateway", gateway))}
    assert exposed["worker"].isdisjoint(exposed["gateway"] | families(registry))
    together = families(registry) | exposed["worker"] | exposed["gateway"] | families(reader)
    assert together == {one.name.removesuffix("_total") for one in METRICS}


def test_two_registries_do_not_share_counts(metrics: Metrics) -> None:
    """A registry for each test, and for each process."""
    other = CollectorRegistry()
    Metrics(other, clock).handled(message(1), is_new=True)
    metrics.handled(message(1), is_new=True)
    assert sum(values(other, "ccm_events_total").values()) == 1


def test_events_are_counted_by_kind_channel_and_visibility(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    """A channel that nobody foresaw is `other`: whoever sends events cannot make labels."""
    for event in (message(1), message(2), message(3, channel="pigeon")):
        metrics.handled(event, is_new=True)
    metrics.handled(Status(id="desk:1", at=OPENED, customer=CUSTOMER, status="open"), is_new=True)
    metrics.handled(message(1), is_new=False)
    assert values(registry, "ccm_events_total") == {
        ("email", "message", "private"): 2,
        ("other", "message", "private"): 1,
        ("none", "status", "none"): 1,
    }
    assert values(registry, "ccm_duplicate_events_total") == {(): 1}


def test_dead_letters_are_counted_by_class_of_reason(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    """Never by the reason's text; classes that have not occurred are there with 0."""
    for error in (BadEvent("no id"), BadEvent("no at"), TooLarge("50 MB"), InputError("else")):
        metrics.rejected(None, error)
    assert values(registry, "ccm_dead_letters_total") == {
        ("bad_event",): 2,
        ("bad_payload",): 0,
        ("too_large",): 1,
        ("other",): 1,
    }


def test_end_to_end_time_runs_from_the_first_cause(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    """A change that only time brought about has no such time."""
    causes = Change(
        root="r", verdicts=(), at=NOW, causes=("x:1",), since=NOW - timedelta(seconds=7)
    )
    metrics.settled([causes, Change(root="r", verdicts=(), at=NOW)], 1, NOW)
    assert values(registry, "ccm_end_to_end_seconds_sum") == {(): 7}
    assert values(registry, "ccm_end_to_end_seconds_count") == {(): 1}


def test_the_ledger_tells_what_really_changed(registry: CollectorRegistry, ledger: Ledger) -> None:
    """The same change twice counts once; a restatement counts when it is logged."""
    for outcome in ("first_time_right", "first_time_right", "lapsed"):
        verdict = build_verdict("a", outcome)
        ledger.apply([Change(root="r", verdicts=(verdict,), at=NOW, causes=("x:1",))])
    changed = values(registry, "ccm_verdict_changes_total")
    assert (changed["first_time_right",], changed["lapsed",], changed["open",]) == (1, 1, 0)
    assert values(registry, "ccm_restatements_total") == {(): 1}


class _Store:
    """A store that forgets: enough to time a monitor."""

    def roots(self, keys: object) -> set[str]:
        return set()

    def load(self, root: str) -> Timeline:
        return Timeline()

    def save(self, root: str, timeline: Timeline, keys: object) -> None: ...
    def absorb(self, root: str, other: str) -> None: ...
    def schedule(self, root: str, at: datetime | None) -> None: ...
    def due(self, now: datetime, limit: int) -> list[str]:
        return []


def test_folding_and_settling_are_timed(
    registry: CollectorRegistry, metrics: Metrics, ledger: Ledger
) -> None:
    """A timed monitor does what a monitor does."""
    monitor = TimedMonitor(Policy(), _Store(), ledger, metrics=metrics)
    assert monitor.handle(message(1), NOW)
    assert len(monitor.settle(NOW)) == 1
    assert values(registry, "ccm_fold_seconds_count") == {(): 1}
    assert values(registry, "ccm_settle_seconds_count") == {(): 1}


def test_texts_read_are_counted_and_timed(registry: CollectorRegistry, metrics: Metrics) -> None:
    """A timed reader reads what the reader behind it reads, under its version."""

    class Reader:
        version = "7"

        def read(self, texts: object) -> list[Reading]:
            return [Reading(id="a", signals=())]

    reader = TimedReader(Reader(), metrics)
    assert reader.version == "7"
    assert reader.read([Text(id="a", text="hi", direction="inbound")] * 3)[0].id == "a"
    assert values(registry, "ccm_reader_texts_total") == {(): 3}
    assert values(registry, "ccm_reader_seconds_count") == {(): 1}


def test_how_far_behind_is_asked_at_the_scrape(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    """The numbers are those of the moment of the scrape."""
    lag = [5.0]
    metrics.follow(
        timers_due=lambda: 1,
        timelines=lambda: 2,
        inbox_lag_events=lambda: lag[0],
        inbox_lag_seconds=lambda: 4,
    )
    metrics.state_build("0.1.0", "2026.1")
    assert values(registry, "ccm_inbox_lag_events") == {(): 5}
    lag[0] = 0
    assert values(registry, "ccm_inbox_lag_events") == {(): 0}
    assert values(registry, "ccm_timers_due") == {(): 1}
    assert set(values(registry, "ccm_build_info").values()) == {1}


def test_official_figures_are_those_of_the_ledger(
    registry: CollectorRegistry, ledger: Ledger
) -> None:
    """Cases by outcome, bounds by week, the longest wait: the numbers on the dashboard."""
    old = OPENED - timedelta(days=28)
    ledger.apply([
        Change(root="r", at=NOW, verdicts=(
            build_verdict("a", "first_time_right"),
            build_verdict("b", "escalation_only"),
            build_verdict("c", "open", opened_at=NOW, waiting_since=NOW - timedelta(hours=2)),
            build_verdict("d", "lapsed", opened_at=old),
        )),
    ])  # fmt: skip
    registry.register(OfficialFigures(ledger, clock))
    assert values(registry, "ccm_cases")["escalation_only",] == 1
    assert values(registry, "ccm_cases")["unresolved",] == 0
    assert values(registry, "ccm_ftr_ratio") == {("2026-W06",): 0, ("2026-W10",): 0.5}
    young = ("2026-W18",)
    assert values(registry, "ccm_ftr_ratio_lower")[young] == 0
    assert values(registry, "ccm_ftr_ratio_upper")[young] == 1
    assert values(registry, "ccm_escalation_only_ratio") == {("escalated",): 1, ("counted",): 0.25}
    assert values(registry, "ccm_waiting_seconds_max") == {(): 7_200}
    assert values(registry, "ccm_waiting_cases") == {(): 1}
    assert values(registry, "ccm_figures_timestamp_seconds") == {(): NOW.timestamp()}
    assert values(registry, "ccm_ledger_up") == {(): 1}


def test_official_figures_tell_what_stands_out_now(
    registry: CollectorRegistry, ledger: Ledger
) -> None:
    """Who waits where others can see it, and which promises fell due: by the lists of the pages."""
    waiting: dict[str, Any] = {"waiting_since": NOW - timedelta(hours=2)}
    seen = {"waiting_public_since": NOW - timedelta(hours=2)}
    late, soon = NOW - timedelta(days=1), NOW + timedelta(days=1)
    ledger.apply([
        Change(root="r", at=NOW, verdicts=(
            build_verdict("a", **waiting),
            build_verdict("b", facts=seen, **waiting),
            build_verdict("c", facts={"promise_due": soon}),
            build_verdict("d", facts={"promise_failed_at": late, "promise_due": soon}),
        )),
    ])  # fmt: skip
    registry.register(OfficialFigures(ledger, clock))
    assert values(registry, "ccm_waiting_cases") == {(): 2}
    assert values(registry, "ccm_waiting_public_cases") == {(): 1}
    assert values(registry, "ccm_promises_pending_cases") == {(): 2}
    assert values(registry, "ccm_promises_overdue_cases") == {(): 1}


def test_weeks_as_labels_are_bounded(registry: CollectorRegistry, ledger: Ledger) -> None:
    """Years of cohorts do not become years of time series."""
    cases = tuple(
        build_verdict(f"c{week}", opened_at=OPENED - timedelta(weeks=week)) for week in range(60)
    )
    ledger.apply([Change(root="r", verdicts=cases, at=NOW)])
    registry.register(OfficialFigures(ledger, clock))
    assert len(values(registry, "ccm_cohort_cases")) == WEEKS_SHOWN
    assert ("2026-W10",) in values(registry, "ccm_cohort_cases")


def test_a_ledger_that_cannot_be_read_does_not_break_the_scrape(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    """The flow metrics are still there, and an alert can see why the figures are not."""

    class Broken(Ledger):
        def __init__(self) -> None: ...
        def figures(self, now: datetime, scope: Scope = EVERYTHING) -> Published:
            raise StoreError("the disk is gone")

    registry.register(OfficialFigures(Broken(), clock))
    metrics.handled(message(1), is_new=True)
    assert values(registry, "ccm_ledger_up") == {(): 0}
    assert values(registry, "ccm_cases") == {}
    assert sum(values(registry, "ccm_events_total").values()) == 1


def test_an_empty_ledger_exposes_no_shares(registry: CollectorRegistry, ledger: Ledger) -> None:
    """Where there are no cases there is no ratio, not a ratio of 0."""
    registry.register(OfficialFigures(ledger, lambda: datetime(2026, 1, 1, tzinfo=UTC)))
    assert values(registry, "ccm_run_around_ratio") == {}
    assert values(registry, "ccm_waiting_seconds_max") == {(): 0}


def test_the_pulse_is_that_of_the_ledger(registry: CollectorRegistry, ledger: Ledger) -> None:
    """Unanswered posts, a burst without a history, and the windows of the objective."""
    at = NOW - timedelta(hours=5)
    case = build_verdict(
        "a", route="escalated", escalated_at=at, waiting_since=at, opened_at=at, ftr="no"
    )
    ledger.apply([Change(root="r", verdicts=(case,), at=NOW)])
    registry.register(PulseFigures(pulse_of(ledger), clock))
    assert values(registry, "ccm_escalations_unanswered") == {(): 1}
    assert values(registry, "ccm_escalations_unanswered_seconds_max") == {(): 5 * 3_600}
    assert values(registry, "ccm_recent_escalations") == {(): 1}
    assert values(registry, "ccm_recent_escalations_expected") == {}
    assert values(registry, "ccm_window_cases") == {("fast",): 1, ("slow",): 1}
    assert values(registry, "ccm_window_ftr_failures") == {("fast",): 1, ("slow",): 1}


def test_a_pulse_that_takes_long_is_not_taken_at_every_scrape(registry: CollectorRegistry) -> None:
    """Nor does a ledger that is away break the scrape."""
    asked = []
    empty = Pulse(unanswered=7, oldest_unanswered_at=None, escalations=0, expected=None, windows={})

    def pulse(now: datetime) -> Pulse:
        asked.append(now)
        if len(asked) == 1:
            raise StoreError("away")
        Flag().wait(0.05)
        return empty

    registry.register(PulseFigures(pulse, clock))
    assert values(registry, "ccm_escalations_unanswered") == {}
    for _ in range(3):
        assert values(registry, "ccm_escalations_unanswered") == {(): 7}
    assert len(asked) == 2


def test_telling_is_counted_by_receiver(registry: CollectorRegistry) -> None:
    """What holds, what waits to be told, what was taken and what was not."""
    report = Report(name="desk", sent=3, untold=2, failures={"unreachable": 4})
    registry.register(AlertingFigures(lambda: {"CcmCaseThreat": 5}, lambda: [report]))
    assert values(registry, "ccm_alerts_open") == {("CcmCaseThreat",): 5}
    assert values(registry, "ccm_alerts_untold") == {("desk",): 2}
    assert values(registry, "ccm_alert_messages_total") == {("desk",): 3}
    assert sorted(values(registry, "ccm_alert_failures_total").values()) == [4]
