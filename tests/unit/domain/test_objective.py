"""The budget for failures, and that no alert is set where it could never fire."""

from datetime import timedelta

import pytest

from pipeline.domain.objective import BURST_HOURS, Objective, same_hours, usual
from pipeline.domain.rates import wilson
from pipeline.errors import ConfigError
from tests.verdicts import OPENED


def test_burn_rates_follow_from_the_objective() -> None:
    """Half of four weeks' budget in one week is twice as fast as it may burn."""
    aim = Objective()
    assert (aim.burn("fast"), aim.burn("slow")) == (2.0, 1.0)
    assert aim.failures_max("fast") == pytest.approx(0.4)
    assert aim.burn_max == pytest.approx(5)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"ftr": 0.5}, r"fast_budget: .* is a burn rate of 2\.00, but .* = 2\.00: .*never fire"),
        ({"ftr": 0.3}, r"could never fire\. Write a fast_budget below 0\.36"),
        ({"slow_budget": 5.0}, "slow_budget: .* could never fire"),
        ({"ftr": 0.0}, r"objective\.ftr: found 0\.0"),
        ({"ftr": 1.0}, r"objective\.ftr: found 1\.0"),
        ({"ftr": float("nan")}, r"objective\.ftr: found nan"),
        ({"cases_min": 0}, r"objective\.cases_min: found 0"),
        ({"fast_budget": 0.0}, r"objective\.fast_budget: write a share above 0"),
        ({"fast_window": timedelta()}, r"objective\.fast_window"),
        ({"period": timedelta()}, r"objective\.period"),
    ],
)
def test_a_threshold_that_nothing_can_reach_is_refused(
    values: dict[str, float], message: str
) -> None:
    """An alert that cannot fire is worse than none: somebody relies on it."""
    with pytest.raises(ConfigError, match=message):
        Objective(**values)  # type: ignore[arg-type]  # the values are the point


@pytest.mark.parametrize("ftr", [0.51, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
def test_every_objective_that_is_taken_can_fire(ftr: float) -> None:
    """Where enough cases fail, the lower bound of the rate passes the threshold."""
    aim = Objective(ftr=ftr)
    assert wilson(100_000, 100_000)[0] > aim.failures_max("fast")


def test_the_same_hours_are_whole_weeks_before() -> None:
    """So that a Monday morning is held against Monday mornings."""
    spans = same_hours(OPENED)
    assert [OPENED - until for _, until in spans] == [timedelta(weeks=n) for n in (1, 2, 3, 4)]
    assert {until - begin for begin, until in spans} == {BURST_HOURS}


def test_what_is_usual_is_the_larger_of_two_means() -> None:
    """Four small counts are easily zero; the level of all hours is then the better guess."""
    assert usual((4, 2, 0, 2), 28, 4) == 2
    assert usual((0, 0, 0, 0), 112, 4) == 1
    assert usual((3, 0, 0, 0), 28, 1) == 3
    assert usual((3, 0, 0, 0), 0, 0) is None
