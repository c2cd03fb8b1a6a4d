"""The one list of every metric: its name, kind, meaning, labels and buckets."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["counter", "histogram", "gauge", "official", "connector", "pulse", "alerting"]
Part = Literal["monitor", "engine", "worker", "reader", "gateway"]
"""Which processes expose it; ``monitor``: all that fold events or read texts."""

MICROSECONDS: Final = (0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.001, 0.01, 0.1, 1.0)
MILLISECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
SECONDS: Final = (0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One entry of the list: what a metric is called, means, and is told apart by."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    part: Part = "monitor"


METRICS: Final = (
    # What came in. Kind is one of six, channel of CHANNELS or `other`, `none` where it has none.
    Metric(name="ccm_events_total", kind="counter", labels=("kind", "channel", "visibility"),
           meaning="Events folded that were new."),
    Metric(name="ccm_duplicate_events_total", kind="counter",
           meaning="Events that were known already; folding them changed nothing."),
    # Reason is bad_event, bad_payload, too_large or other: the classes of pipeline.errors.
    Metric(name="ccm_dead_letters_total", kind="counter", labels=("reason",),
           meaning="Inputs that could not be used and were kept as dead letters."),
    # How long the work takes, by the wall clock of this process.
    Metric(name="ccm_fold_seconds", kind="histogram", buckets=MICROSECONDS,
           meaning="Time to fold one event into its timeline."),
    Metric(name="ccm_settle_seconds", kind="histogram", buckets=MILLISECONDS,
           meaning="Time to judge what was touched or due and to tell the ledger."),
    Metric(name="ccm_end_to_end_seconds", kind="histogram", buckets=SECONDS,
           meaning="Time from handling an event until its verdict is on disk."),
    # What came out.
    Metric(name="ccm_verdict_changes_total", kind="counter", labels=("outcome",),
           meaning="Verdicts that are new or say something new, by their outcome now."),
    Metric(name="ccm_restatements_total", kind="counter",
           meaning="Published verdicts that were changed, or merged into others."),
    # Reading texts: what the models cost.
    Metric(name="ccm_reader_texts_total", kind="counter",
           meaning="Texts read for signals."),
    Metric(name="ccm_reader_seconds", kind="histogram", buckets=MILLISECONDS,
           meaning="Time to read one batch of texts."),
    # How far behind the process is, asked at the scrape.
    Metric(name="ccm_timers_due", kind="gauge", part="engine",
           meaning="Timelines whose time to be judged again has come and that wait for it."),
    Metric(name="ccm_timelines", kind="gauge", part="engine", meaning="Timelines held."),
    Metric(name="ccm_inbox_lag_events", kind="gauge", part="engine",
           meaning="Records of the inbox that are not applied yet."),
    Metric(name="ccm_inbox_lag_seconds", kind="gauge", part="engine",
           meaning="Age of the oldest record of the inbox that is not applied yet."),
    Metric(name="ccm_build_info", kind="gauge", labels=("version", "policy"),
           meaning="Always 1; which build runs by which policy."),
    # The channels' ways in, asked at the scrape; connector is a name from the settings, state one
    # of five, reason one of the kinds of pipeline.errors.SourceError, store, forged, gap or bug.
    Metric(name="ccm_connector_events_total", kind="connector", labels=("connector",),
           meaning="Events stored."),
    Metric(name="ccm_connector_dead_letters_total", kind="connector", labels=("connector",),
           meaning="Payloads that gave no event and were kept as dead letters."),
    Metric(name="ccm_connector_errors_total", kind="connector", labels=("connector", "reason"),
           meaning="Failures, each of which is waited out; for webhooks, refused deliveries."),
    Metric(name="ccm_connector_state", kind="connector", labels=("connector", "state"),
           meaning="1 for the state it is in; open: the circuit breaker leaves the source alone."),
    Metric(name="ccm_connector_silent", kind="connector", labels=("connector",),
           meaning="1 where nothing was heard for longer than the channel's settings allow."),
    Metric(name="ccm_connector_last_contact_timestamp_seconds", kind="connector",
           labels=("connector",), meaning="When the source was last heard of."),
    Metric(name="ccm_connector_last_event_timestamp_seconds", kind="connector",
           labels=("connector",), meaning="When the last event was stored."),
    Metric(name="ccm_connector_lag_seconds", kind="connector", labels=("connector",),
           meaning="How old the newest payload of the last batch was when it was stored."),
    Metric(name="ccm_connector_backlog_payloads", kind="connector", labels=("connector",),
           meaning="How many payloads wait at the source, as far as it says."),
    # A worker on Kafka, of its own partitions; topic is events or commands.
    Metric(name="ccm_records_total", kind="counter", labels=("topic",), part="worker",
           meaning="Records of Kafka that were done and committed."),
    Metric(name="ccm_lag_records", kind="gauge", part="worker",
           meaning="Records known to wait in the partitions of this worker."),
    Metric(name="ccm_partitions", kind="gauge", part="worker",
           meaning="Partitions of the events that this worker works on."),
    Metric(name="ccm_rebalances_total", kind="counter", part="worker",
           meaning="How often the partitions of this worker were taken away."),
    Metric(name="ccm_recovery_seconds", kind="histogram", buckets=SECONDS, part="worker",
           meaning="Time to bring the table up to date before work on new partitions begins."),
    Metric(name="ccm_recovered_records_total", kind="counter", part="worker",
           meaning="Records of the changelog that recoveries had to read."),
    Metric(name="ccm_batch_seconds", kind="histogram", buckets=MILLISECONDS, part="worker",
           meaning="Time of one batch, from its first record to the commit."),
    Metric(name="ccm_record_age_seconds", kind="histogram", buckets=SECONDS, part="worker",
           meaning="Age of the oldest record of a batch when its verdicts were committed."),
    Metric(name="ccm_sent_records_total", kind="counter", part="worker",
           meaning="Records sent to Kafka: commands, nodes and dead letters."),
    # A reader of texts on Kafka.
    Metric(name="ccm_read_records_total", kind="counter", part="reader",
           meaning="Readings, and dead letters of texts, that were sent and committed."),
    Metric(name="ccm_read_batch_seconds", kind="histogram", buckets=MILLISECONDS, part="reader",
           meaning="Time of one batch of texts, from the fetch to the commit."),
    # The gateway in front of Kafka.
    Metric(name="ccm_spool_records", kind="gauge", part="gateway",
           meaning="Records on this machine's disk that wait for Kafka."),
    Metric(name="ccm_spool_bytes", kind="gauge", part="gateway",
           meaning="Bytes of the records that wait for Kafka."),
    # Official figures, from the ledger alone; week is one of the last 13 cohorts (ISO week).
    Metric(name="ccm_ledger_up", kind="official",
           meaning="Whether the ledger answered this scrape; without it there are no figures."),
    Metric(name="ccm_figures_timestamp_seconds", kind="official",
           meaning="As of when the official figures hold."),
    Metric(name="ccm_cases", kind="official", labels=("outcome",), meaning="Cases by outcome."),
    Metric(name="ccm_cohort_cases", kind="official", labels=("week",),
           meaning="Counted cases opened in the week, open ones included."),
    Metric(name="ccm_ftr_ratio", kind="official", labels=("week",),
           meaning="First-time-right of a mature cohort."),
    Metric(name="ccm_ftr_ratio_lower", kind="official", labels=("week",),
           meaning="Lower bound of first-time-right; once mature, of its 95 % interval."),
    Metric(name="ccm_ftr_ratio_upper", kind="official", labels=("week",),
           meaning="Upper bound of first-time-right; once mature, of its 95 % interval."),
    Metric(name="ccm_escalated_ratio", kind="official",
           meaning="Cases escalated to the public, of all counted."),
    Metric(name="ccm_escalation_only_ratio", kind="official", labels=("of",),
           meaning="Cases solved only after escalation; association, not cause."),
    Metric(name="ccm_promises_kept_ratio", kind="official",
           meaning="Promises kept, of those kept, late or broken."),
    Metric(name="ccm_run_around_ratio", kind="official",
           meaning="Cases with run-around, of all counted."),
    Metric(name="ccm_recurrence_ratio", kind="official",
           meaning="Confirmed cases that came back, of all confirmed."),
    Metric(name="ccm_waiting_cases", kind="official",
           meaning="Cases in which a contact waits for a reply that is no automatic one."),
    Metric(name="ccm_waiting_public_cases", kind="official",
           meaning="Those of them in which it waits in public."),
    Metric(name="ccm_promises_pending_cases", kind="official",
           meaning="Cases with a dated promise that is still to be kept, be it overdue."),
    Metric(name="ccm_promises_overdue_cases", kind="official",
           meaning="Those of them in which a promise is overdue."),
    Metric(name="ccm_waiting_seconds_max", kind="official",
           meaning="How long the contact waits that waits longest; 0 where none does."),
    # What the rules of deploy/prometheus look at, from the ledger alone; window is fast or slow, as
    # [objective] has them. Not suppressed, as above.
    Metric(name="ccm_escalations_unanswered", kind="pulse",
           meaning="Cases that went public lately and in which no person has replied since."),
    Metric(name="ccm_escalations_unanswered_seconds_max", kind="pulse",
           meaning="How long ago the oldest of them went public; 0 where there is none."),
    Metric(name="ccm_recent_escalations", kind="pulse",
           meaning="Cases that went public within the last 6 hours."),
    Metric(name="ccm_recent_escalations_expected", kind="pulse",
           meaning="How many usually do; absent without a week of history."),
    Metric(name="ccm_window_cases", kind="pulse", labels=("window",),
           meaning="Counted cases opened within the window of the objective."),
    Metric(name="ccm_window_ftr_failures", kind="pulse", labels=("window",),
           meaning="Those of them that are known not to be first-time-right."),
    # Telling of cases, in the process that does; name is one of domain.alerting, receiver a name
    # from the settings, reason unreachable, rate_limited, access_refused, garbled, store or bug.
    Metric(name="ccm_alerts_open", kind="alerting", labels=("name",),
           meaning="Alerts on single cases that hold; 0 where another process tells of them."),
    Metric(name="ccm_alerts_untold", kind="alerting", labels=("receiver",),
           meaning="Alerts that began or ended of which the receiver has not been told yet."),
    Metric(name="ccm_alert_messages_total", kind="alerting", labels=("receiver",),
           meaning="Messages that the receiver took."),
    Metric(name="ccm_alert_failures_total", kind="alerting", labels=("receiver", "reason"),
           meaning="Messages that it did not take; each is tried again."),
)  # fmt: skip
"""Every metric that ccm exposes."""


def metrics_of(kind: Kind, *parts: Part) -> list[Metric]:
    """Return the entries of one kind, of these parts only where any are named."""
    return [one for one in METRICS if one.kind == kind and (not parts or one.part in parts)]
