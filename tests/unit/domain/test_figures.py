"""The published figures, by worked examples (definitions §7)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.domain.figures import NO_TOPIC, Figures, Published, build_figures
from pipeline.domain.measures import DEFINITIONS
from pipeline.domain.policy import Policy
from pipeline.domain.rates import Figure, wilson
from pipeline.domain.verdict import Outcome, Verdict
from tests.verdicts import OPENED, build_verdict

POLICY = Policy()
WEEK_END = datetime(2026, 3, 9, tzinfo=UTC)
YOUNG = WEEK_END + timedelta(days=10)
MATURE = WEEK_END + timedelta(days=42)


def many(number: int, outcome: Outcome, **changes: Any) -> list[Verdict]:
    return [build_verdict(f"{outcome}:{index}", outcome, **changes) for index in range(number)]


def publish(verdicts: Iterable[Verdict], as_of: datetime = MATURE) -> Published:
    return build_figures(verdicts, as_of, POLICY)


def overall(verdicts: Iterable[Verdict], as_of: datetime = MATURE) -> Figures:
    return publish(verdicts, as_of).overall


def ends(figure: Figure) -> tuple[float | None, float | None, float | None]:
    return figure.value, figure.low, figure.high


# Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17
# (1998), table I, method 3 (score method without continuity correction).
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_the_published_table(
    count: int, n: int, low: float, high: float
) -> None:
    """The 95 % intervals are those of the literature, to the four digits printed there."""
    assert wilson(count, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_is_symmetric_and_holds_the_share() -> None:
    """What holds of successes holds of failures; the share lies inside; nothing leaves 0 to 1."""
    for n in range(1, 40):
        for count in range(n + 1):
            low, high = wilson(count, n)
            assert 0 <= low <= count / n <= high <= 1
            assert wilson(n - count, n) == pytest.approx((1 - high, 1 - low))


def test_wilson_solves_the_score_equation() -> None:
    """Both ends lie 1.96 standard errors, taken at the end itself, from the share."""
    for end in wilson(37, 120):
        error = (end * (1 - end) / 120) ** 0.5
        assert abs(37 / 120 - end) == pytest.approx(1.959964 * error, rel=1e-6)


def test_nothing_is_known_without_cases() -> None:
    """An empty cell has no value, and no interval is invented for it."""
    assert wilson(0, 0) == (0.0, 1.0)
    figure = overall([])["ftr"]
    assert (figure.n, figure.value, figure.low, figure.high) == (0, None, None, None)


def test_before_maturity_there_are_bounds_and_no_rate() -> None:
    """Open cases may still turn out either way: 3 yes, 5 no, 2 open lie between 30 and 50 %."""
    cases = [*many(3, "first_time_right"), *many(5, "lapsed"), *many(2, "open")]
    figure = overall(cases, YOUNG)["ftr"]
    assert (figure.kind, figure.value) == ("bounds", None)
    assert (figure.low, figure.high, figure.n, figure.count) == (0.3, 0.5, 10, 3)


def test_at_maturity_there_is_a_rate_with_its_interval() -> None:
    """42 days after the end of the week, to the second, the bounds become a rate."""
    cases = [*many(15, "first_time_right"), *many(133, "unresolved")]
    figure = overall(cases, MATURE)["ftr"]
    assert figure.kind == "rate"
    assert figure.value == 15 / 148
    assert (figure.low, figure.high) == wilson(15, 148)
    assert overall(cases, MATURE - timedelta(seconds=1))["ftr"].kind == "bounds"


def test_undetermined_cases_at_maturity_widen_the_interval() -> None:
    """Late news can leave a case undetermined: it counts in n, and the interval reaches over it."""
    cases = [*many(6, "first_time_right"), *many(3, "lapsed"), *many(1, "open")]
    figure = overall(cases)["ftr"]
    assert figure.value == 0.6
    assert (figure.low, figure.high) == (wilson(6, 10)[0], wilson(7, 10)[1])


def test_what_is_not_counted_is_in_no_denominator() -> None:
    """Spam changes no share, but shows in the counts with its reason."""
    figures = overall([*many(2, "first_time_right"), *many(3, "not_counted")])
    assert (figures.n, figures.cases, figures["ftr"].n) == (2, 5, 2)
    assert figures.not_counted == {"spam": 3}


def test_the_report_zone_decides_the_cohort() -> None:
    """A case opened late on Sunday in UTC is one of the next week in Berlin."""
    sunday = build_verdict(opened_at=datetime(2026, 3, 8, 23, 30, tzinfo=UTC))
    berlin = build_figures([sunday], MATURE, Policy(report_zone="Europe/Berlin"))
    assert [week.week for week in publish([sunday]).weeks] == ["2026-W10"]
    assert [week.week for week in berlin.weeks] == ["2026-W11"]


def test_weeks_are_apart_and_the_mature_ones_together() -> None:
    """Each week has its own figures; a young week leaves the matured rate alone."""
    later = OPENED + timedelta(days=7)
    published = publish(
        [*many(4, "first_time_right"), *many(4, "lapsed"), *many(3, "open", opened_at=later)]
    )
    assert [(week.week, week.n, week.mature) for week in published.weeks] == [
        ("2026-W10", 8, True),
        ("2026-W11", 3, False),
    ]
    assert published.matured["ftr"].value == 0.5
    assert published.overall["ftr"].kind == "bounds"
    assert published.overall.n == 11


def test_topics_are_cells_of_their_own() -> None:
    """Cases without a topic are one, too, so that the cells add up."""
    cases = [*many(2, "open", facts={"topic": "refund"}), *many(1, "lapsed")]
    topics = publish(cases).topics
    assert {topic: cell.n for topic, cell in topics.items()} == {"refund": 2, NO_TOPIC: 1}


def test_one_week_can_be_asked_for() -> None:
    """The weekly report counts the cases of its week only."""
    cases = [*many(2, "open"), *many(3, "lapsed", opened_at=OPENED + timedelta(days=7))]
    assert build_figures(cases, MATURE, POLICY, weeks={"2026-W11"}).overall.n == 3


def test_strict_first_time_right_takes_no_round_of_information() -> None:
    """One necessary round is right at the first time, but not strictly."""
    cases = [
        *many(1, "first_time_right"),
        build_verdict("asked", "first_time_right", facts={"info_rounds": 1}),
    ]
    figures = overall(cases)
    assert (figures["ftr"].value, figures["ftr_strict"].value) == (1.0, 0.5)


def test_windows_of_seven_and_thirty_days() -> None:
    """A claim that was refuted on its tenth day held for 7 days and not for 30."""
    settled = OPENED + timedelta(days=1)
    facts = {"settled_at": settled, "disturbed_at": settled + timedelta(days=10)}
    figures = overall(many(1, "resolved_with_effort", facts=facts), MATURE + timedelta(days=16))
    assert (figures["ftr"].value, figures["ftr_7d"].value, figures["ftr_30d"].value) == (0, 1, 0)


def test_a_shorter_window_is_mature_sooner() -> None:
    """The horizon of 28 days plus the window: 35 days for seven, 58 for thirty."""
    cases = many(1, "open")
    kinds = [
        [overall(cases, WEEK_END + timedelta(days=days))[name].kind for days in (35, 42, 58)]
        for name in ("ftr_7d", "ftr", "ftr_30d")
    ]
    assert kinds == [
        ["rate", "rate", "rate"],
        ["bounds", "rate", "rate"],
        ["bounds", "bounds", "rate"],
    ]


def test_one_contact_resolution_is_one_contact_in_one_channel_confirmed() -> None:
    """A second contact, a second channel or no confirmation each make it fail."""
    cases = [
        build_verdict("yes", "first_time_right"),
        build_verdict("two contacts", "resolved_with_effort", facts={"contacts": 2}),
        build_verdict("two channels", "first_time_right", channels=("email", "web_form")),
        build_verdict("never", "unresolved"),
        build_verdict("still open"),
    ]
    figure = overall(cases, YOUNG)["one_contact"]
    assert (figure.low, figure.high, figure.n) == (0.2, 0.4, 5)


def test_the_vendors_definitions_count_claimed_cases_only() -> None:
    """An open case without a claim is in no vendor's denominator, and the note says so."""
    claimed = {"claims": 1, "closures": 1, "agent_replies": 1, "updates": 1}
    worn = {"claims": 2, "closures": 2, "agent_replies": 3, "updates": 4, "customer_messages": 3}
    figures = overall([
        build_verdict("easy", "unresolved", facts=claimed),
        build_verdict("hard", "resolved_with_effort", facts=worn),
        build_verdict("open", "open"),
    ])  # fmt: skip
    names = ("few_replies", "closed_once", "no_further_message", "one_update")
    for name in names:
        assert (figures[f"fcr_{name}"].value, figures[f"fcr_{name}"].n) == (0.5, 2)
        assert "open ones left out" in figures[f"fcr_{name}"].note
    assert figures["ftr"].value == 0


def test_two_teams_that_close_are_not_one_person() -> None:
    """Closed once by one person: a team stands for the person, where the helpdesk names it."""
    facts = {"claims": 1, "closures": 1, "closing_teams": 2}
    assert overall([build_verdict(facts=facts)])["fcr_closed_once"].value == 0


def test_escalation_only_is_measured_of_the_escalated_and_of_all() -> None:
    """2 of 4 escalated and of 8 counted; both say that they show no cause."""
    figures = overall([
        *many(2, "escalation_only"),
        *many(2, "resolved_after_escalation"),
        *many(4, "first_time_right"),
    ])  # fmt: skip
    assert (figures["eor_escalated"].value, figures["eor_escalated"].n) == (0.5, 4)
    assert (figures["eor_counted"].value, figures["eor_counted"].n) == (0.25, 8)
    assert "association, not cause" in figures["eor_escalated"].note
    assert "association, not cause" in figures["eor_counted"].note
    assert figures.left_in == {"stock": 4}


def test_stated_escalations_widen_the_range_and_never_the_headline() -> None:
    """Two customers who say that they had complained before could be 2 more escalations."""
    sure = [*many(1, "escalation_only"), *many(7, "first_time_right")]
    stated = many(2, "open", stated_escalation=True, route="public_first")
    figures = overall([*sure, *stated])
    assert ends(figures["escalation"]) == pytest.approx((0.1, 0.1, 0.3))
    assert ends(figures["eor_escalated"]) == pytest.approx((1, 1 / 3, 1))
    assert ends(figures["eor_counted"]) == pytest.approx((0.1, 0.1, 0.3))


def test_the_gap_is_measured_on_the_same_cases_by_reach() -> None:
    """A case without an answer after the post is in neither median."""
    waits = [(86_400, 600, 50), (172_800, 1_200, 50), (3_600, 60, 2_000_000), (999_999, None, 50)]
    cases = [
        build_verdict(
            f"x:{index}",
            "resolved_after_escalation",
            facts={"private_wait": private, "public_wait": public, "reach": reach},
        )
        for index, (private, public, reach) in enumerate(waits)
    ]
    figures = overall(cases)
    low, high = figures.gaps
    assert (low.band, low.private.value, low.public.value) == ("under 1,000", 129_600, 900)
    assert (high.band, high.private.value, high.public.value) == ("100,000 and more", 3_600, 60)
    assert (low.cut_short, high.cut_short) == (2, 1)
    assert (figures["private_wait"].value, figures["public_wait"].value) == (86_400, 600)
    assert figures["private_wait"].n == figures["public_wait"].n == 3


def test_promises_are_scored_and_the_unknown_are_published() -> None:
    """Open, moved and vague promises are not scored; the unknown ones widen the range."""
    promises = {"kept": 6, "late": 1, "broken": 1, "unknown": 2, "vague": 5, "open": 3, "moved": 2}
    figures = overall([build_verdict(promises=promises)])
    kept = figures["promises_kept"]
    assert (kept.value, kept.n, kept.low, kept.high) == (0.75, 8, 0.6, 0.8)
    assert figures["promises_broken"].value == 1 / 8
    assert figures["promises_late"].value == 1 / 8
    assert (figures["promises_unknown"].value, figures["promises_unknown"].n) == (0.2, 10)
    assert figures["promises_vague"].value == 0.25
    assert figures.promises == promises


def test_conduct_is_a_share_of_the_counted() -> None:
    """Run-around, avoidance and false pauses are counted by case."""
    cases = [
        build_verdict("a", run_around=True, avoidance_seconds=600),
        build_verdict("b", false_pauses=3, avoidance_seconds=1_200),
        *many(2, "first_time_right"),
    ]
    figures = overall(cases)
    assert figures["run_around"].value == 0.25
    assert figures["false_pause"].value == 0.25
    assert figures["avoidance"].value == 0.5
    assert (figures["avoidance_wait"].value, figures["avoidance_wait"].n) == (900, 2)


def test_a_recurrence_counts_for_the_case_that_came_back() -> None:
    """Of two confirmed cases one came back; that it came back in another week does not matter."""
    back = build_verdict("again", recurrence_of="a", opened_at=OPENED + timedelta(days=28))
    cases = [build_verdict("a", "first_time_right"), build_verdict("b", "first_time_right"), back]
    first, second = publish(cases).weeks
    assert (first["recurrence"].value, first["recurrence"].n) == (0.5, 2)
    assert second["recurrence"].n == 0


def test_contacts_per_resolution_and_times_are_of_the_confirmed() -> None:
    """Both clocks are published together."""
    cases = [
        build_verdict("a", "first_time_right", facts={"contacts": 1}),
        build_verdict("b", "resolved_with_effort", facts={"contacts": 4}, wall_seconds=259_200),
        build_verdict("c", "open", facts={"contacts": 9}),
    ]
    figures = overall(cases)
    assert figures["contacts_per_resolution"].value == 2.5
    assert figures["resolution_wall"].value == 172_800
    assert figures["resolution_business"].n == figures["resolution_wall"].n == 2


def test_silent_and_explicit_confirmations_are_never_one_column() -> None:
    """§5: the two are kept apart."""
    said = build_verdict("said", "first_time_right", confirmed_by="explicit")
    cases = [*many(2, "first_time_right"), said]
    assert overall(cases).confirmed_by == {"explicit": 1, "silent": 2}


def test_every_figure_carries_its_policies_and_its_moment() -> None:
    """Verdicts of two policies say so in every figure made of them."""
    figures = overall([build_verdict("a"), build_verdict("b", policy="2026.2")])
    assert set(figures.figures) == set(DEFINITIONS)
    for figure in figures.figures.values():
        assert figure.policies == ("2026.1", "2026.2")
        assert figure.as_of == MATURE


def test_small_cells_are_suppressed_and_empty_ones_are_not() -> None:
    """1 to 9 cases are withheld with their n; 0 and 10 are shown."""
    nine, ten = overall(many(9, "lapsed")), overall(many(10, "lapsed"))
    hidden = nine.suppressed(10)
    assert hidden.hidden
    assert hidden["ftr"].hidden
    assert (hidden.n, hidden["ftr"].value, hidden["ftr"].n) == (0, None, 0)
    assert hidden.outcomes == {"lapsed": None}
    assert ten.suppressed(10) == ten
    assert overall([]).suppressed(10) == overall([])


def test_a_small_denominator_hides_only_its_figure() -> None:
    """20 cases are shown while the 4 escalated among them are not."""
    waits = {"private_wait": 9, "public_wait": 9}
    escalated = many(4, "escalation_only", facts=waits)
    figures = overall([*many(16, "first_time_right"), *escalated]).suppressed(10)
    assert figures["ftr"].value == 0.8
    assert figures["eor_escalated"].hidden
    assert figures.gaps[0].private.hidden
    assert figures.gaps[0].cut_short is None


def test_order_does_not_matter() -> None:
    """Figures are a function of the set of verdicts."""
    cases = [*many(3, "first_time_right"), *many(4, "escalation_only"), *many(2, "open")]
    assert publish(cases) == publish(reversed(cases))
