"""For operations: who waits, what was promised, who went public, how often it was right."""

from typing import Final

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from deploy.grafana.frame import build_frame
from deploy.grafana.panels import (
    ACT,
    CASE,
    LOOK,
    About,
    Steps,
    bars,
    below,
    coloured,
    column,
    leads_to,
    listing,
    meaning,
    named,
    number,
    page,
    weeks,
)
from deploy.grafana.queries import (
    CHANNELS,
    SECONDS_BEFORE_NOW,
    TIME,
    TOPIC,
    Sql,
    ask_now,
    counts,
    figure,
    weekly,
)
from pipeline.config import Settings
from pipeline.dashboard.words import LEFT_IN, OUTCOMES
from pipeline.domain.policy import Policy

DAY: Final = 86_400
SHARES: Final = ("At least", "At most", "Went public", "Only after")
OF_TOPIC: Final = f"{TOPIC} IN (${{topic:singlequote}})"
LISTED: Final = 100

WAITING: Final = f"""
    SELECT case_id AS "Case",
        {SECONDS_BEFORE_NOW.format("COALESCE(waiting_public_since, waiting_since)")} AS "Waits",
        CASE WHEN waiting_public_since IS NULL THEN 'private' ELSE 'public' END AS "Seen by",
        {CHANNELS} AS "Channels", {TOPIC} AS "Topic", team AS "Team",
        {TIME.format("COALESCE(waiting_public_since, waiting_since)")} AS "Since"
    FROM ccm_verdict WHERE waiting_since IS NOT NULL AND {OF_TOPIC}
    ORDER BY (waiting_public_since IS NULL), COALESCE(waiting_public_since, waiting_since)
    LIMIT {LISTED}
"""  # noqa: S608 - our own words
PROMISES_DUE: Final = f"""
    SELECT case_id AS "Case", {TIME.format("promise_due")} AS "Due",
        {SECONDS_BEFORE_NOW.format("promise_due")} AS "Overdue",
        {CHANNELS} AS "Channels", {TOPIC} AS "Topic", team AS "Team"
    FROM ccm_verdict WHERE promise_due IS NOT NULL AND {OF_TOPIC}
    ORDER BY promise_due LIMIT {LISTED}
"""  # noqa: S608 - our own words
WENT_PUBLIC: Final = f"""
    SELECT case_id AS "Case", {TIME.format("escalated_at")} AS "Posted", outcome AS "Outcome",
        left_in AS "Left with", {CHANNELS} AS "Channels", {TOPIC} AS "Topic", team AS "Team",
        reach AS "Followers"
    FROM ccm_verdict WHERE route = 'escalated' AND {OF_TOPIC}
    ORDER BY (outcome <> 'escalation_only'), escalated_at DESC LIMIT {LISTED}
"""  # noqa: S608 - our own words
NARROWER: Final = """
    SELECT ftr.cell AS "{title}", ftr.n AS "n", ftr.low AS "At least", ftr.high AS "At most",
        went.value AS "Went public", eor.value AS "Only after", eor.n AS "n public"
    FROM ccm_figure ftr
    JOIN ccm_figure went ON went.scope = ftr.scope AND went.cell = ftr.cell
        AND went.name = 'escalation'
    JOIN ccm_figure eor ON eor.scope = ftr.scope AND eor.cell = ftr.cell
        AND eor.name = 'eor_escalated'
    WHERE ftr.scope = '{scope}' AND ftr.name = 'ftr' AND ftr.n > 0 ORDER BY ftr.n DESC, ftr.cell
"""
GAPS: Final = """
    SELECT band AS "Followers", private_seconds AS "In private", public_seconds AS "After the post",
        n AS "n", cut_short AS "No answer before"
    FROM ccm_gap WHERE scope = 'all' ORDER BY place
"""
TO_CASE: Final = leads_to(CASE, "The case, with its evidence")
PARTS: Final = {"topic": "theme", "channel": "channel", "team": "team"}
"""By what cases are parted, and what the address of a page calls it."""


def build(settings: Settings) -> Dashboard:
    """Return the dashboard of the people who answer customers."""
    return build_frame(
        "ccm-operations",
        "Complaints: operations",
        "Who waits now, which promises fall due, who had to go public, and how often it was right "
        "the first time. Each list leads to its cases.",
        [*_now(settings), *_lists(settings.policy), *_figures()],
        pages=settings.alerts.base_url,
        since="24h",
        refresh="30s",
        by_topic=True,
    )


def _overdue(policy: Policy) -> Steps:
    """Return from which wait on the customer counts as avoided, in public and in private."""
    return [
        (policy.avoidance_public.total_seconds(), LOOK),
        (policy.avoidance_private_days * DAY, ACT),
    ]


def _now(settings: Settings) -> list[Builder[Panel]]:
    return [
        number(
            About(
                "Waiting for a reply",
                "Cases in which the customer's last contact has no reply by a "
                "person. Automatic receipts do not count. The list below has them, "
                "oldest first.",
                page("Who waits now", "/cases?waiting=1"),
            ),
            ask_now("max(ccm_waiting_cases)", "cases"),
        ),
        number(
            About(
                "Longest wait",
                "How long the contact waits that waits longest. Orange from where a "
                "customer in public counts as avoided, red from where one in private "
                "does (24 hours and two business days, unless the policy says otherwise).",
                page("Who waits now", "/cases?waiting=1"),
            ),
            ask_now("max(ccm_waiting_seconds_max)", "longest"),
            unit="s",
            steps=_overdue(settings.policy),
        ),
        number(
            About(
                "In public, unanswered",
                "Cases with a public contact that nobody has answered: others read "
                "it, too. Any is one too many.",
                page("Who waits in public", "/cases?waiting=1&public=1"),
            ),
            ask_now("max(ccm_waiting_public_cases)", "public"),
            steps=[(1, ACT)],
        ),
        number(
            About(
                "Promises overdue",
                "Cases with a promise that fell due and is still not kept. The "
                "list below has them, and those that fall due next.",
                page("Promises to keep", "/cases?promised=1"),
            ),
            ask_now("max(ccm_promises_overdue_cases)", "overdue"),
            steps=[(1, ACT)],
        ),
        number(
            About(
                "First-time-right, all weeks",
                meaning(
                    "ftr",
                    more="Open cases are in the denominator. Until a week is 42 days old its"
                    " rate lies between the two bounds: certainly right, and not yet "
                    "wrong.",
                ),
                page("Those that were not", "/cases?figure=ftr&part=no"),
            ),
            figure("ftr", 'low AS "at least", high AS "at most", n AS "n"'),
            unit="percentunit",
            columns={"at most": below(settings.objective.ftr)},
        ),
        number(
            About(
                "Solved only after going public",
                meaning(
                    "eor_escalated",
                    more="Of the cases that went public after a private attempt: those that "
                    "had no real answer before the post and were solved after it.",
                ),
                page("These cases", "/cases?figure=eor_escalated&part=yes"),
            ),
            figure("eor_escalated", 'value AS "of the escalated", n AS "n"'),
            unit="percentunit",
        ),
    ]


def _lists(policy: Policy) -> list[Builder[Panel]]:
    return [
        listing(
            About(
                "Who waits now: public first, then private, the oldest first",
                "Each row is a case whose last contact waits for a reply. A row leads to the case.",
                page("Who waits now", "/cases?waiting=1"),
            ),
            Sql(WAITING),
            {
                "Waits": [*column("s", decimals=1), *coloured(_overdue(policy))],
                "Since": column("dateTimeAsIso"),
                "Case": TO_CASE,
            },
            empty="nobody waits",
        ),
        listing(
            About(
                "Promises to keep, the most overdue first",
                "Cases with a dated promise that is not fulfilled yet. Overdue is "
                "how long ago it fell due; negative numbers are the time that is "
                "left.",
                page("Promises to keep", "/cases?promised=1"),
            ),
            Sql(PROMISES_DUE),
            {
                "Due": column("dateTimeAsIso"),
                "Overdue": [*column("s", decimals=1), *coloured([(-DAY, LOOK), (0, ACT)])],
                "Case": TO_CASE,
            },
            empty="no promise is open",
        ),
        listing(
            About(
                "Went public after trying in private: solved only after it first",
                "Cases whose customer posted more than 60 minutes after the first "
                "private attempt, and what they had been left with when they did.",
                page("All escalated cases", "/cases?route=escalated"),
            ),
            Sql(WENT_PUBLIC),
            {
                "Posted": column("dateTimeAsIso"),
                "Outcome": named(OUTCOMES),
                "Left with": named(LEFT_IN),
                "Case": TO_CASE,
            },
            span=16,
            empty="nobody had to go public",
        ),
        bars(
            About(
                "What they had been left with when they posted",
                "The last thing that the company had sent (or not) before the "
                "public post; number of escalated cases.",
                page("All escalated cases", "/cases?route=escalated"),
            ),
            counts("left_in", LEFT_IN),
        ),
    ]


def _figures() -> list[Builder[Panel]]:
    return [
        weeks(
            About(
                "First-time-right by week of opening",
                meaning(
                    "ftr",
                    more="A dot with its 95 % interval where the week is mature (42 days); "
                    "before that the band in which the rate will lie.",
                ),
                page("Those that were not", "/cases?figure=ftr&part=no"),
            ),
            weekly("ftr", 'low AS "at least", high AS "at most", value AS "rate", n AS "n"'),
        ),
        bars(
            About(
                "How the cases stand",
                "Every case has exactly one outcome; number of cases.",
                page("All cases", "/cases"),
            ),
            counts("outcome", OUTCOMES),
        ),
        listing(
            About(
                "Wait for a real answer, on the same cases",
                meaning(
                    "private_wait",
                    "public_wait",
                    more="By followers of the author. A private wait that the post cut short"
                    " would have been longer.",
                ),
                page("All escalated cases", "/cases?route=escalated"),
            ),
            Sql(GAPS),
            {"In private": column("s", decimals=1), "After the post": column("s", decimals=1)},
            span=12,
            empty="no escalated case was answered yet",
        ),
        *(_narrower(scope, address) for scope, address in PARTS.items()),
    ]


def _narrower(scope: str, address: str) -> Builder[Panel]:
    return listing(
        About(
            f"By {scope}",
            meaning(
                "ftr",
                "escalation",
                "eor_escalated",
                more="The most cases first. A case of several channels counts in each.",
            ),
            page("All cases", "/cases"),
        ),
        Sql(NARROWER.format(title=scope.title(), scope=scope)),
        {
            **{name: column("percentunit", decimals=0) for name in SHARES},
            scope.title(): leads_to(
                f"/cases?{address}=${{__value.raw:percentencode}}", "Its cases"
            ),
        },
    )
