"""How the system itself fares: sources, models, ledger, and what runs on Kafka."""

from typing import Final

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from deploy.grafana.panels import LOOK, About, lines, page
from deploy.grafana.queries import ask

WINDOW: Final = "$__rate_interval"
OLD_SECONDS: Final = 300


def quantiles(metric: str, *shares: float) -> list[Dataquery]:
    """Return the queries for quantiles of a histogram, over all processes."""
    return [
        ask(
            f"histogram_quantile({share}, sum by (le) (rate({metric}_bucket[{WINDOW}])))",
            f"{share:.0%} of events are faster",
            ref_id=f"Q{round(share * 100)}",
        )
        for share in shares
    ]


def or_none(expr: str, label: str) -> str:
    """Return a query that says ``none`` where the metric has no series, which is well."""
    return f'{expr} or label_replace(vector(0), "{label}", "none", "", "")'


def sources() -> list[Builder[Panel]]:
    """Return how the channels' connectors fare."""
    ready = page("Is it ready", "/readyz")
    return [
        lines(
            About(
                "Sources: time since anything was heard",
                "By source; a source that has nothing to tell is asked all the same, and answers.",
                ready,
            ),
            ask(
                or_none(
                    "time() - max by (connector) (ccm_connector_last_contact_timestamp_seconds)",
                    "connector",
                ),
                "{{connector}}",
            ),
            unit="s",
            span=8,
        ),
        lines(
            About(
                "Sources: failures, an hour",
                "Each is waited out; for webhooks: deliveries that were refused. "
                "`ccm channels check` tries one.",
                ready,
            ),
            ask(
                or_none(
                    "sum by (connector, reason) (increase(ccm_connector_errors_total[1h]))",
                    "connector",
                ),
                "{{connector}} {{reason}}",
            ),
            unit="short",
            span=8,
        ),
        lines(
            About(
                "Sources: how old news is when it comes",
                "Age of the newest payload of the last batch when it was stored.",
                ready,
            ),
            ask(
                or_none("max by (connector) (ccm_connector_lag_seconds)", "connector"),
                "{{connector}}",
            ),
            unit="s",
            span=8,
        ),
    ]


def inside() -> list[Builder[Panel]]:
    """Return how long the models take, and how fresh the figures are."""
    ready = page("Is it ready", "/readyz")
    return [
        lines(
            About(
                "Reading of texts, a batch",
                "Time that the models take for one batch of texts; nothing where no text comes.",
                ready,
            ),
            *quantiles("ccm_reader_seconds", 0.5, 0.95),
            unit="s",
            span=8,
        ),
        lines(
            About(
                "Age of the official figures",
                "How long ago the figures were worked out that pages, Prometheus "
                "and this page show.",
                page("The figures", "/api/v1/figures"),
            ),
            ask("time() - max(ccm_figures_timestamp_seconds)", "age", "A"),
            unit="s",
            span=8,
            steps=[(OLD_SECONDS, LOOK)],
        ),
        lines(
            About(
                "Ledger answers",
                "1 where the ledger answered the last scrape; without it there are no figures.",
                ready,
            ),
            ask("min(ccm_ledger_up)", "answers"),
            span=8,
        ),
    ]


def on_kafka() -> dashboard.Row:
    """Return the row of what only runs on Kafka; closed where nobody needs it."""
    ready = page("Is it ready", "/readyz")
    panels = [
        lines(
            About(
                "Records that wait, by worker",
                "Records known to wait in the partitions of each worker.",
                ready,
            ),
            ask("sum by (instance) (ccm_lag_records)", "{{instance}}"),
            unit="short",
            span=6,
        ),
        lines(
            About(
                "Rebalances, an hour",
                "How often partitions were taken away. A few come with every start;"
                " many mean that workers are thought dead.",
                ready,
            ),
            ask("sum by (instance) (increase(ccm_rebalances_total[1h]))", "{{instance}}"),
            unit="short",
            span=6,
            steps=[(10, LOOK)],
        ),
        lines(
            About(
                "Time of a batch",
                "From its first record to the commit.",
                ready,
            ),
            *quantiles("ccm_batch_seconds", 0.5, 0.99),
            unit="s",
            span=6,
        ),
        lines(
            About(
                "Partitions by worker",
                "Partitions of the events that each worker works on.",
                ready,
            ),
            ask("sum by (instance) (ccm_partitions)", "{{instance}}"),
            unit="short",
            span=6,
            stacked=True,
        ),
        lines(
            About(
                "On the gateway's disk",
                "Records that wait for Kafka while it is away; they are sent in order.",
                ready,
            ),
            ask("sum(ccm_spool_records) or vector(0)", "records"),
            unit="short",
            span=6,
        ),
        lines(
            About(
                "Records done",
                "Records of Kafka that were judged and committed, a second.",
                ready,
            ),
            ask(f"sum by (topic) (rate(ccm_records_total[{WINDOW}]))", "{{topic}}"),
            unit="cps",
            span=6,
        ),
        lines(
            About(
                "Recovery after a rebalance",
                "Time to bring the tables up to date before work on new partitions begins.",
                ready,
            ),
            ask(
                "sum by (instance) (ccm_recovery_seconds_sum) / "
                "sum by (instance) (ccm_recovery_seconds_count)",
                "{{instance}}, on average",
            ),
            unit="s",
            span=6,
        ),
        lines(
            About(
                "Readings, a second",
                "Texts that readers apart have read, where `kafka.reading` is `apart`.",
                ready,
            ),
            ask(f"sum(rate(ccm_read_records_total[{WINDOW}])) or vector(0)", "readings"),
            unit="cps",
            span=6,
        ),
    ]
    row = dashboard.Row("On Kafka").collapsed(True)
    for panel in panels:
        row.with_panel(panel)
    return row
