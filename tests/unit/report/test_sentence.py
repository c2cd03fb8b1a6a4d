"""The finding: one sentence, by rules, that never says more than is known."""

from datetime import timedelta

from tests.unit.report.fakes import failed, half_year, many, report_of
from tests.verdicts import OPENED

YOUNG = OPENED + timedelta(days=10)
STEADY = [20, 21, 19, 20, 22, 18, 20, 21, 19, 20, 21, 19]


def test_an_empty_ledger_has_nothing_to_report() -> None:
    assert report_of().sentence == (
        "No complaint was opened in the half-year to 2026-W10, so there is nothing to report."
    )


def test_one_case_is_too_few_to_share() -> None:
    assert report_of(many(1)).sentence.startswith("Too few complaints were opened")


def test_young_cases_have_bounds_and_no_rate() -> None:
    """Of 20 cases 5 have failed and 15 are open: between none and three quarters."""
    told = report_of([*many(15, "open"), *failed(5)], now=YOUNG).sentence
    assert "too early for a rate" in told
    assert "between 0% and 75%" in told


def test_a_steady_rate_is_told_with_its_interval_and_n() -> None:
    told = report_of(half_year(STEADY)).sentence
    assert told.startswith("50% of complaints up to 2026-W10 were put right the first time (95% ")
    assert "n = 480), with no sign of change" in told
    assert told.endswith("no customer went public after trying in private.")


def test_a_fall_beyond_the_limits_comes_first() -> None:
    told = report_of(half_year([*STEADY, 4])).sentence
    assert told.startswith("First-time-right fell to 10% of the 40 complaints of 2026-W10, further")
    assert "below the usual" in told


def test_a_rise_is_told_as_well() -> None:
    assert "rose to 98%" in report_of(half_year([*STEADY, 39])).sentence


def test_a_run_on_one_side_is_no_jump() -> None:
    """Eight weeks somewhat above: longer than chance explains, and nothing 'rose'."""
    told = report_of(half_year([16, 18] * 5 + [24] * 8)).sentence
    assert told.startswith("First-time-right has been above its usual")


def test_without_enough_weeks_nothing_is_called_steady() -> None:
    assert "no sign of change" not in report_of(half_year([20] * 4)).sentence


def test_earlier_signals_are_not_called_steady_either() -> None:
    assert "though 1 earlier week stood out" in report_of(half_year([*STEADY, 4, 20])).sentence


def test_going_public_is_told_with_its_numbers() -> None:
    cases = [*half_year(STEADY), *many(30, "escalation_only"), *many(10, "unresolved",
             route="escalated")]  # fmt: skip
    told = report_of(cases).sentence
    assert told.endswith(
        "30 of 40 customers who went public (75%) had got no real answer before and were helped "
        "only then."
    )


def test_too_few_who_went_public_are_not_told() -> None:
    told = report_of([*half_year(STEADY), *many(4, "escalation_only")]).sentence
    assert told.endswith("too few customers went public to say what helped them.")
