"""For whoever is on call: is the system well, and beside it, do customers go public."""

from typing import Final

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Dashboard, Panel
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from deploy.grafana.frame import build_frame
from deploy.grafana.panels import (
    ACT,
    CASE,
    LOOK,
    About,
    column,
    leads_to,
    lines,
    listing,
    meaning,
    number,
    option,
    page,
)
from deploy.grafana.queries import (
    CHANNELS,
    SECONDS_BEFORE_NOW,
    TIME,
    TOPIC,
    Sql,
    ask,
    ask_now,
    figure,
)
from deploy.grafana.system import WINDOW, inside, on_kafka, or_none, quantiles, sources
from pipeline.config import Settings

LAG_LOOK: Final = 60
LAG_ACT: Final = 300

POSTS: Final = f"""
    SELECT case_id AS "Case", {SECONDS_BEFORE_NOW.format("waiting_public_since")} AS "Waits",
        CASE WHEN route = 'escalated' THEN 'yes' ELSE 'no' END AS "Had tried in private",
        {CHANNELS} AS "Channels", {TOPIC} AS "Topic", reach AS "Followers",
        {TIME.format("waiting_public_since")} AS "Since"
    FROM ccm_verdict WHERE waiting_public_since IS NOT NULL
    ORDER BY waiting_public_since LIMIT 50
"""  # noqa: S608 - our own words


def build(settings: Settings) -> Dashboard:
    """Return the dashboard of whoever is woken up."""
    return build_frame(
        "ccm-on-call",
        "Complaints: on call",
        "System health beside the escalation rate: a monitor that lags hides customers who wait, "
        "and a burst of public posts may be an outage of ours. deploy/RUNBOOK.md says what to do.",
        [*_now(), *_beside(), *_flow(), *sources(), *inside(), on_kafka()],
        pages=settings.alerts.base_url,
        since="6h",
        refresh="15s",
    )


def _now() -> list[Builder[Panel]]:
    health = page("Is it ready", "/readyz")
    return [
        number(
            About(
                "Alerts firing",
                "Alerts of Prometheus that fire now. deploy/RUNBOOK.md has a section on each.",
                health,
            ),
            ask_now('count(ALERTS{alertstate="firing"}) or vector(0)', "firing"),
            steps=[(1, ACT)],
        ),
        number(
            About(
                "Processes that do not answer",
                "Targets of Prometheus that could not be asked. Of workers the rest"
                " take over; while the gateway is away complaints are refused or "
                "wait at their source.",
                health,
            ),
            ask_now('count(up{job=~"ccm.*"} == 0) or vector(0)', "down"),
            steps=[(1, ACT)],
        ),
        number(
            About(
                "Events that wait",
                "Records that have come and are not judged yet, in the inbox or in "
                "Kafka. Some are usual in a burst; a number that grows means that "
                "pages and figures get old.",
                health,
            ),
            ask_now(
                'sum({__name__=~"ccm_inbox_lag_events|ccm_lag_records"}) or vector(0)', "waiting"
            ),
            steps=[(1_000, LOOK), (100_000, ACT)],
        ),
        number(
            About(
                "Sources gone silent",
                "Channels of which nothing was heard for longer than their settings"
                " allow: complaints may be written that nobody reads.",
                health,
            ),
            ask_now("sum(ccm_connector_silent) or vector(0)", "silent"),
            steps=[(1, ACT)],
        ),
        number(
            About(
                "In public, unanswered",
                "Cases with a public contact that nobody has answered. The list below has them.",
                page("Who waits in public", "/cases?waiting=1&public=1"),
            ),
            ask_now("max(ccm_waiting_public_cases)", "public"),
            steps=[(1, ACT)],
        ),
        number(
            About(
                "Solved only after going public",
                meaning(
                    "eor_escalated",
                ),
                page("These cases", "/cases?figure=eor_escalated&part=yes"),
            ),
            figure("eor_escalated", 'value AS "of the escalated", n AS "n"'),
            unit="percentunit",
        ),
    ]


def _beside() -> list[Builder[Panel]]:
    return [
        lines(
            About(
                "How far behind",
                "Age of the oldest record that is not judged yet. Beyond a minute "
                "the pages lag behind customers; from five minutes on somebody is "
                "called.",
                page("Is it ready", "/readyz"),
            ),
            ask("max(ccm_inbox_lag_seconds) or vector(0)", "inbox", "A"),
            ask(
                "histogram_quantile(0.99, sum by (le) "
                f"(rate(ccm_record_age_seconds_bucket[{WINDOW}])))",
                "records of Kafka, 99 %",
                "B",
            ),
            unit="s",
            steps=[(LAG_LOOK, LOOK), (LAG_ACT, ACT)],
        ),
        lines(
            About(
                "Went public, and solved only then",
                meaning(
                    "escalation",
                    "eor_escalated",
                    more="As Prometheus saw the official figures over time; n stands with "
                    "the number above.",
                ),
                page("All escalated cases", "/cases?route=escalated"),
            ),
            ask("max(ccm_escalated_ratio)", "went public, of all cases", "A"),
            ask(
                'max(ccm_escalation_only_ratio{of="escalated"})',
                "solved only then, of the escalated",
                "B",
            ),
            unit="percentunit",
        ),
        listing(
            About(
                "Public posts that nobody has answered, the oldest first",
                "Each leads to its case. Whoever had tried in private before went "
                "public because of us.",
                page("Who waits in public", "/cases?waiting=1&public=1"),
            ),
            Sql(POSTS),
            {
                "Waits": column("s", decimals=1),
                "Since": column("dateTimeAsIso"),
                "Case": leads_to(CASE, "The case, with its evidence"),
            },
            height=8,
            empty="every public contact is answered",
        ),
        lines(
            About(
                "Went public within 6 hours, beside what is usual",
                "Cases that went public lately, and how many do at this time of the week (known "
                "after a week of history). Far above it something broke, or went viral.",
                page("All escalated cases", "/cases?route=escalated"),
            ),
            ask("max(ccm_recent_escalations)", "within 6 hours", "A"),
            ask("max(ccm_recent_escalations_expected)", "usual", "B"),
            unit="short",
            span=6,
        ),
        listing(
            About(
                "Which alerts fire",
                "deploy/RUNBOOK.md has a section on each: what it means, how to check, what to do.",
                page("Is it ready", "/readyz"),
            ),
            ask_now(
                or_none('sum by (alertname) (ALERTS{alertstate="firing"})', "alertname")
            ).format(PromQueryFormat.TABLE),
            {"Time": [option("custom.hidden", True)], "Value": [option("custom.hidden", True)]},
            span=6,
            height=8,
        ),
    ]


def _flow() -> list[Builder[Panel]]:
    return [
        lines(
            About(
                "From an event to its verdict",
                "Time from the moment at which an event is taken in hand until its "
                "verdict is on disk.",
                page("All cases", "/cases"),
            ),
            *quantiles("ccm_end_to_end_seconds", 0.5, 0.95, 0.99),
            unit="s",
            span=8,
        ),
        lines(
            About(
                "Events by channel",
                "New events a second. A channel that falls to nothing while others "
                "go on is a source that is broken, or customers who are kept out.",
                page("All cases", "/cases"),
            ),
            ask(f"sum by (channel) (rate(ccm_events_total[{WINDOW}]))", "{{channel}}"),
            unit="cps",
            span=8,
            stacked=True,
        ),
        lines(
            About(
                "Dead letters, an hour",
                "Inputs that could not be used, by reason. They are kept: `ccm dead-letters list`.",
                page("Is it ready", "/readyz"),
            ),
            ask("sum by (reason) (increase(ccm_dead_letters_total[1h]))", "{{reason}}", "A"),
            ask(
                or_none(
                    "sum by (connector) (increase(ccm_connector_dead_letters_total[1h]))",
                    "connector",
                ),
                "source {{connector}}",
                "B",
            ),
            unit="short",
            span=8,
            steps=[(1, LOOK)],
        ),
    ]
