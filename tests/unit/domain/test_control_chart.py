"""The p-chart against a worked example of the literature, and its rules one by one."""

import pytest

from pipeline.domain.control_chart import POINTS_MIN, Chart, Subgroup, build_chart

# Purchase orders with variable sample size: Montgomery, Introduction to Statistical Quality
# Control, section 7.3.2. 234 of 2,450; one sample, the eleventh, is out of control.
ORDERS = (
    (12, 100), (8, 80), (6, 80), (9, 100), (10, 110), (12, 110), (11, 100), (16, 100), (10, 90),
    (6, 90), (20, 110), (15, 120), (9, 120), (8, 120), (6, 110), (8, 80), (10, 80), (7, 80),
    (5, 90), (8, 100), (5, 100), (8, 100), (10, 100), (6, 90), (9, 90),
)  # fmt: skip


def chart_of(*weeks: tuple[int, int]) -> Chart:
    return build_chart([
        Subgroup(label=f"W{place:02d}", count=count, n=n) for place, (count, n) in enumerate(weeks)
    ])  # fmt: skip


def signals(*shares: int, n: int = 100) -> list[tuple[str, ...]]:
    """The signals of weeks of ``n`` cases, of which so many were right."""
    return [point.signals for point in chart_of(*((share, n) for share in shares)).points]


def test_limits_agree_with_the_published_example() -> None:
    """Centre, limits by sample size and the one sample beyond them, as printed there."""
    chart = chart_of(*ORDERS)
    assert chart.centre == pytest.approx(0.096, abs=0.0005)
    assert chart.spread == 1.0
    by_size = {point.n: (point.low, point.high) for point in chart.points}
    assert by_size[100] == pytest.approx((0.007, 0.184), abs=0.001)
    assert by_size[110] == pytest.approx((0.012, 0.180), abs=0.001)
    assert by_size[80] == pytest.approx((0.0, 0.194), abs=0.001)
    beyond = [place for place, point in enumerate(chart.points, 1)
              if "beyond_limits" in point.signals]  # fmt: skip
    assert beyond == [11]


def test_without_change_there_is_no_signal() -> None:
    """Weeks that swing around the centre within one deviation are left alone."""
    assert set(signals(50, 52, 49, 51, 48, 50, 52, 49, 51, 50)) == {()}


def test_two_of_three_beyond_two_deviations_are_a_signal_at_the_second() -> None:
    """A share of 62 % is 2.4 deviations of 5 points above the centre; its neighbour is inside."""
    found = signals(50, 48, 50, 48, 50, 48, 50, 48, 50, 48, 62, 50, 62)
    assert [place for place, one in enumerate(found) if "two_of_three" in one] == [12]
    assert found[11] == ()


def test_four_of_five_beyond_one_deviation_are_a_signal() -> None:
    """They need not follow each other, but lie on one side."""
    found = signals(*[48, 46] * 8, 56, 56, 48, 56, 56)
    assert "four_of_five" in found[-1]
    mixed = signals(*[50, 50] * 8, 56, 44, 56, 44, 56)
    assert "four_of_five" not in mixed[-1]


def test_eight_in_a_row_on_one_side_are_a_signal_and_seven_are_not() -> None:
    """However near to the centre they lie."""
    found = signals(*[40, 41] * 4, *[50] * 8)
    assert "eight_on_one_side" in found[-1]
    assert "eight_on_one_side" not in found[-2]


def test_a_week_inside_the_zone_completes_no_rule() -> None:
    """The rules are completed by a week that itself lies beyond, not by one that came back."""
    found = signals(50, 48, 50, 48, 50, 48, 50, 48, 50, 48, 62, 62, 54)
    assert "two_of_three" in found[11]
    assert found[12] == ()


def test_too_few_weeks_have_no_limits() -> None:
    """Below the longest run of the rules nothing is called a change."""
    few = chart_of(*[(5, 50)] * (POINTS_MIN - 1))
    assert not few.has_limits
    assert {(point.low, point.signals) for point in few.points} == {(None, ())}
    assert chart_of(*[(5, 50)] * POINTS_MIN).has_limits


def test_weeks_without_cases_are_left_out() -> None:
    """They break no run and count for no limit."""
    chart = chart_of(*[(5, 50)] * 4, (0, 0), *[(5, 50)] * 4)
    assert len(chart.points) == 8
    assert chart.has_limits


def test_nothing_divides_by_nothing() -> None:
    """No week, only empty weeks, all right, none right."""
    assert chart_of().centre is None
    assert chart_of((0, 0)).points == ()
    for share in (0, 10):
        chart = chart_of(*[(share, 10)] * 9)
        assert {(point.low, point.high, point.sigmas, point.signals) for point in chart.points} == {
            (share / 10, share / 10, 0.0, ())
        }


def test_weeks_that_differ_by_more_than_counting_widen_the_limits() -> None:
    """10,000 cases a week swing by points, not by tenths: no signal at every week (Laney)."""
    swinging = [(5_000 + step, 10_000) for step in [300, -250, 280, -310, 260, -290] * 3]
    chart = chart_of(*swinging)
    assert chart.spread > 5
    assert all(point.signals == () for point in chart.points)


def test_the_weeks_to_be_found_do_not_widen_the_limits() -> None:
    """Two far weeks among twenty leave the median range as it was, and are found."""
    steady = [50, 52, 49, 51, 48, 50, 52, 49, 51, 50]
    found = signals(*steady, 80, *steady, 20)
    assert "beyond_limits" in found[10]
    assert "beyond_limits" in found[-1]


def test_small_weeks_are_called_rough() -> None:
    """Fewer than five expected on one side: the normal approximation is not good there."""
    chart = chart_of(*[(9, 10)] * 5, *[(90, 100)] * 5)
    assert [point.is_rough for point in chart.points] == [True] * 5 + [False] * 5
