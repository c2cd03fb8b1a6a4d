"""For executives: the few figures, how sure they are, what moved them; without small cells."""

from typing import Final

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from deploy.grafana.frame import build_frame
from deploy.grafana.panels import (
    CASE,
    About,
    against,
    bars,
    below,
    column,
    leads_to,
    listing,
    meaning,
    named,
    number,
    page,
    weeks,
)
from deploy.grafana.queries import TIME, Sql, counts, figure, weekly
from pipeline.config import Settings
from pipeline.dashboard.words import LEFT_IN, OUTCOMES

FEW: Final = "withheld: too few cases"
COMPARED: Final = (
    "ftr", "ftr_strict", "one_contact", "fcr_few_replies", "fcr_closed_once",
    "fcr_no_further_message", "fcr_one_update",
)  # fmt: skip
CONDUCT: Final = (
    "promises_kept", "promises_late", "promises_broken", "promises_vague", "run_around",
    "avoidance", "false_pause", "recurrence",
)  # fmt: skip
DURATIONS: Final = ("avoidance_wait", "resolution_wall", "resolution_business")


def _some(names: tuple[str, ...], columns: str, scope: str = "all") -> Sql:
    """Return the query for several figures, in this order."""
    listed = ", ".join(f"({place}, '{name}')" for place, name in enumerate(names))
    return Sql(
        f"WITH named (place, name) AS (VALUES {listed}) SELECT {columns} "  # noqa: S608 - our own words
        "FROM ccm_figure JOIN named USING (name) "
        f"WHERE scope = '{scope}' AND NOT withheld AND n > 0 ORDER BY place"
    )


BOUNDS: Final = 'value AS "Value", low AS "At least", high AS "At most", n AS "n", note AS "Note"'
AS_SHARES: Final = {
    name: column("percentunit", decimals=0) for name in ("Value", "At least", "At most")
}
GAPS: Final = """
    SELECT band AS "Followers", private_seconds AS "In private", public_seconds AS "After the post",
        n AS "n" FROM ccm_gap WHERE scope = 'all' AND NOT withheld ORDER BY place
"""
RESTATED: Final = f"""
    SELECT {TIME.format("at")} AS "When", case_id AS "Case", outcome_before AS "Was",
        outcome_after AS "Is", reason AS "Why" FROM ccm_restatement ORDER BY at DESC LIMIT 50
"""  # noqa: S608 - our own words


def build(settings: Settings) -> Dashboard:
    """Return the dashboard of those who read figures once a week."""
    return build_frame(
        "ccm-executives",
        "Complaints: executives",
        "How often complaints were right the first time, how many were solved only after the "
        "customer had gone public, and what that says. Cells of fewer than 10 cases are left out.",
        [*_headlines(settings), *_trends(), *_causes(), *_rest()],
        pages=settings.alerts.base_url,
        since="26w",
        refresh="5m",
    )


def _headlines(settings: Settings) -> list[Builder[Panel]]:
    return [
        number(
            About(
                "Solved only after going public",
                meaning(
                    "eor_escalated",
                    more="Of the cases that went public after a private attempt: those "
                    "without a real answer before the post that were solved after it. "
                    "The range holds what is suspected.",
                ),
                page("These cases", "/cases?figure=eor_escalated&part=yes"),
            ),
            figure(
                "eor_escalated",
                'value AS "of the escalated", low AS "at least", high AS "at most", n AS "n"',
                shared=True,
            ),
            unit="percentunit",
            span=6,
            height=6,
            empty=FEW,
        ),
        number(
            About(
                "First-time-right, mature weeks",
                meaning(
                    "ftr",
                    more=against(settings)
                    + "Cases opened more than 42 days ago, so that none can turn out "
                    "otherwise; with the 95 % interval.",
                ),
                page("Those that were not", "/cases?figure=ftr&part=no"),
            ),
            figure(
                "ftr",
                'value AS "rate", low AS "at least", high AS "at most", n AS "n"',
                "mature",
                shared=True,
            ),
            unit="percentunit",
            span=6,
            height=6,
            empty="no week is mature yet",
            columns={"at most": below(settings.objective.ftr)},
        ),
        number(
            About(
                "Wait in private",
                meaning(
                    "private_wait",
                ),
                page("All escalated cases", "/cases?route=escalated"),
            ),
            figure("private_wait", 'value AS "median", n AS "n"', shared=True),
            unit="s",
            height=6,
            empty=FEW,
        ),
        number(
            About(
                "Wait after the post",
                meaning(
                    "public_wait",
                    more="The same customers, the same issue: only the audience is another.",
                ),
                page("All escalated cases", "/cases?route=escalated"),
            ),
            figure("public_wait", 'value AS "median", n AS "n"', shared=True),
            unit="s",
            height=6,
            empty=FEW,
        ),
        number(
            About(
                "Went public",
                meaning(
                    "escalation",
                ),
                page("All escalated cases", "/cases?route=escalated"),
            ),
            figure("escalation", 'value AS "of all cases", n AS "n"', shared=True),
            unit="percentunit",
            height=6,
            empty=FEW,
        ),
    ]


def _trends() -> list[Builder[Panel]]:
    return [
        weeks(
            About(
                "First-time-right by week of opening",
                meaning(
                    "ftr",
                    more="A dot with its 95 % interval where the week is mature; before that"
                    " the band in which the rate will lie. Weeks with fewer than 10 "
                    "cases are left out.",
                ),
                page("Those that were not", "/cases?figure=ftr&part=no"),
            ),
            weekly(
                "ftr",
                'low AS "at least", high AS "at most", value AS "rate", n AS "n"',
                shared=True,
            ),
            since="26w",
            span=12,
        ),
        weeks(
            About(
                "Went public, by week of opening",
                meaning(
                    "escalation",
                    more="Of the cases opened in the week. The range holds what a post only says, "
                    "and what is only probable.",
                ),
                page("All escalated cases", "/cases?route=escalated"),
            ),
            weekly(
                "escalation",
                'low AS "at least", high AS "at most", value AS "rate", n AS "n"',
                shared=True,
            ),
            since="26w",
            span=12,
        ),
    ]


def _causes() -> list[Builder[Panel]]:
    return [
        bars(
            About(
                "What they had been left with when they posted",
                "The last thing that the company had sent (or not) before the "
                "public post; number of escalated cases. Answers with fewer than 10"
                " cases are left out.",
                page("All escalated cases", "/cases?route=escalated"),
            ),
            counts("left_in", LEFT_IN, shared=True),
            span=7,
            empty=FEW,
        ),
        listing(
            About(
                "Wait for a real answer by followers of the author",
                meaning(
                    "private_wait",
                    "public_wait",
                    more="Medians of the same cases, before and after the post.",
                ),
                page("All escalated cases", "/cases?route=escalated"),
            ),
            Sql(GAPS),
            {"In private": column("s", decimals=1), "After the post": column("s", decimals=1)},
            span=7,
            empty=FEW,
        ),
        listing(
            About(
                "The same cases under other definitions",
                meaning(
                    "ftr",
                    more="Over mature weeks. FCR is how other vendors count: what such a figure "
                    "hides is the distance to first-time-right.",
                ),
                page("Those that were not", "/cases?figure=ftr&part=no"),
            ),
            _some(
                COMPARED,
                'label AS "Definition", value AS "Value", n AS "n", note AS "Note"',
                "mature",
            ),
            {"Value": column("percentunit", decimals=0)},
            span=10,
            empty="no week is mature yet",
        ),
    ]


def _rest() -> list[Builder[Panel]]:
    return [
        listing(
            About(
                "How customers were treated",
                meaning(
                    *CONDUCT,
                ),
                page("All cases", "/cases"),
            ),
            _some(CONDUCT, f'label AS "Figure", {BOUNDS}'),
            AS_SHARES,
            span=14,
            empty=FEW,
        ),
        listing(
            About(
                "How long it took",
                meaning(
                    *DURATIONS,
                    more="Medians.",
                ),
                page("All cases", "/cases"),
            ),
            _some(DURATIONS, 'label AS "Figure", value AS "Median", n AS "n", note AS "Note"'),
            {"Median": column("s", decimals=1)},
            span=10,
            empty=FEW,
        ),
        listing(
            About(
                "What was restated, and why",
                "Published verdicts that a later event, or a change of policy or "
                "reader, has changed.",
                page("All cases", "/cases"),
            ),
            Sql(RESTATED),
            {
                "When": column("dateTimeAsIso"),
                "Case": leads_to(CASE, "The case, with its evidence"),
                "Was": named(OUTCOMES),
                "Is": named(OUTCOMES),
            },
            span=24,
            height=8,
            empty="nothing was restated",
        ),
    ]
