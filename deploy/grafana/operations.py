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
    bars,
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
from deploy.grafana.queries import SECONDS_BEFORE_NOW, TIME, Sql, ask_now, counts, figure, weekly
from pipeline.dashboard.words import LEFT_IN, OUTCOMES
from pipeline.domain.policy import Policy

DAY: Final = 86_400
OVERDUE_PUBLIC: Final = Policy().avoidance_public.total_seconds()
OVERDUE_PRIVATE: Final = Policy().avoidance_private_days * DAY
SHARES: Final = ("At least", "At most", "Went public", "Only after")
OF_TOPIC: Final = "COALESCE(topic, 'none') IN (${topic:singlequote})"
LISTED: Final = 100

WAITING: Final = f"""
    SELECT {SECONDS_BEFORE_NOW.format("COALESCE(waiting_public_since, waiting_since)")} AS "Waits",
        CASE WHEN waiting_public_since IS NULL THEN 'private' ELSE 'public' END AS "Seen by",
        channels AS "Channels", COALESCE(topic, 'none') AS "Topic", team AS "Team",
        {TIME.format("COALESCE(waiting_public_since, waiting_since)")} AS "Since", case_id AS "Case"
    FROM ccm_verdict WHERE waiting_since IS NOT NULL AND {OF_TOPIC}
    ORDER BY (waiting_public_since IS NULL), COALESCE(waiting_public_since, waiting_since)
    LIMIT {LISTED}
"""  # noqa: S608 - our own words
PROMISES_DUE: Final = f"""
    SELECT {TIME.format("promise_due")} AS "Due",
        {SECONDS_BEFORE_NOW.format("promise_due")} AS "Overdue", channels AS "Channels",
        COALESCE(topic, 'none') AS "Topic", team AS "Team", case_id AS "Case"
    FROM ccm_verdict WHERE promise_due IS NOT NULL AND {OF_TOPIC}
    ORDER BY promise_due LIMIT {LISTED}
"""  # noqa: S608 - our own words
WENT_PUBLIC: Final = f"""
    SELECT {TIME.format("escalated_at")} AS "Posted", outcome AS "Outcome",
        left_in AS "Left with", channels AS "Channels", COALESCE(topic, 'none') AS "Topic",
        team AS "Team", reach AS "Followers", case_id AS "Case"
    FROM ccm_verdict WHERE route = 'escalated' AND {OF_TOPIC}
    ORDER BY (outcome <> 'escalation_only'), escalated_at DESC LIMIT {LISTED}
"""  # noqa: S608 - our own words
TOPICS: Final = """
    SELECT ftr.cell AS "Topic", ftr.n AS "n", ftr.low AS "At least", ftr.high AS "At most",
        went.value AS "Went public", eor.value AS "Only after", eor.n AS "n public"
    FROM ccm_figure ftr
    JOIN ccm_figure went ON went.scope = ftr.scope AND went.cell = ftr.cell
        AND went.name = 'escalation'
    JOIN ccm_figure eor ON eor.scope = ftr.scope AND eor.cell = ftr.cell
        AND eor.name = 'eor_escalated'
    WHERE ftr.scope = 'topic' AND ftr.name = 'ftr' AND ftr.n > 0 ORDER BY ftr.n DESC, ftr.cell
"""
GAPS: Final = """
    SELECT band AS "Followers", private_seconds AS "In private", public_seconds AS "After the post",
        n AS "n", cut_short AS "No answer before"
    FROM ccm_gap WHERE scope = 'all' ORDER BY place
"""
TO_CASE: Final = leads_to(CASE, "The case, with its evidence")
TO_TOPIC: Final = leads_to("/cases?theme=${__value.raw:percentencode}", "Its cases")


def build(pages: str) -> Dashboard:
    """Return the dashboard of the people who answer customers."""
    return build_frame(
        "ccm-operations",
        "Complaints: operations",
        "Who waits now, which promises fall due, who had to go public, and how often it was right "
        "the first time. Each list leads to its cases.",
        [*_now(), *_lists(), *_figures()],
        pages=pages,
        since="24h",
        refresh="30s",
        by_topic=True,
    )


def _now() -> list[Builder[Panel]]:
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
                "How long the contact waits that waits longest. Orange from 24 "
                "hours, red from two days: beyond that the customer counts as "
                "avoided (24 h in public, 2 business days in private).",
                page("Who waits now", "/cases?waiting=1"),
            ),
            ask_now("max(ccm_waiting_seconds_max)", "longest"),
            unit="s",
            steps=[(OVERDUE_PUBLIC, LOOK), (OVERDUE_PRIVATE, ACT)],
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


def _lists() -> list[Builder[Panel]]:
    return [
        listing(
            About(
                "Who waits now: public first, then private, the oldest first",
                "Each row is a case whose last contact waits for a reply. A row leads to the case.",
                page("Who waits now", "/cases?waiting=1"),
            ),
            Sql(WAITING),
            {
                "Waits": [*column("s", decimals=1), *coloured(OVERDUE_PUBLIC, OVERDUE_PRIVATE)],
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
                "Overdue": [*column("s", decimals=1), *coloured(-DAY, 0)],
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
            span=8,
            empty="no escalated case was answered yet",
        ),
        listing(
            About(
                "By topic",
                meaning(
                    "ftr",
                    "escalation",
                    "eor_escalated",
                    more="Bounds of first-time-right, the most frequent topic first.",
                ),
                page("All cases", "/cases"),
            ),
            Sql(TOPICS),
            {
                **{name: column("percentunit", decimals=0) for name in SHARES},
                "Topic": TO_TOPIC,
            },
            span=16,
        ),
        bars(
            About(
                "How the cases stand",
                "Every case has exactly one outcome; number of cases.",
                page("All cases", "/cases"),
            ),
            counts("outcome", OUTCOMES),
        ),
    ]
