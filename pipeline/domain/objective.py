"""What is aimed at, how fast the budget for failures may burn, and what the rules count.

The arithmetic is that of service levels (Beyer et al., *The Site Reliability Workbook*, chapter 5):
an objective of 80 % first-time-right leaves a budget of 20 % of the cases for failures. A burn rate
of 1 spends it in exactly one period, of 2 in half of it. Since at most all cases can fail, no burn
rate is ever above ``1 / (1 - objective)``: a threshold there would be an alert that cannot fire.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.errors import ConfigError

BURST_HOURS: Final = timedelta(hours=6)
"""Escalations are counted over so long: within a working day, and over more than one post."""
BASELINE_WEEKS: Final = 4
"""Over so many weeks before the usual number is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """The objective for first-time-right, and when its budget burns too fast.

    Attributes:
        ftr: the share of cases that are to be first-time-right, between 0 and 1.
        period: in which the budget is meant to last.
        cases_min: with fewer cases in a window nothing is said of it.
        fast_window: cases opened within it are judged for the fast burn.
        fast_budget: the share of the period's budget that the fast window may spend.
        slow_window: likewise, for the slow burn.
        slow_budget: likewise.

    Raises:
        ConfigError: a threshold could never be reached, or a value is none.
    """

    ftr: float = 0.8
    period: timedelta = timedelta(days=28)
    cases_min: int = 50
    fast_window: timedelta = timedelta(days=7)
    fast_budget: float = 0.5
    slow_window: timedelta = timedelta(days=28)
    slow_budget: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.ftr < 1:
            raise ConfigError(f"objective.ftr: found {self.ftr}; write a share between 0 and 1")
        if self.cases_min < 1:
            raise ConfigError(f"objective.cases_min: found {self.cases_min}; write 1 or more")
        if self.period <= timedelta():
            raise ConfigError(f"objective.period: found {self.period}; write a time above zero")
        for name in ("fast", "slow"):
            self._check(name)

    def window(self, name: str) -> timedelta:
        """Return the window of the ``fast`` or the ``slow`` burn."""
        return self.fast_window if name == "fast" else self.slow_window

    def burn(self, name: str) -> float:
        """Return the burn rate above which the ``fast`` or the ``slow`` alert fires."""
        budget = self.fast_budget if name == "fast" else self.slow_budget
        return budget * (self.period / self.window(name))

    def failures_max(self, name: str) -> float:
        """Return the share of failures that is this burn rate."""
        return self.burn(name) * (1 - self.ftr)

    @property
    def burn_max(self) -> float:
        """The fastest burn that there is: every case fails."""
        return 1 / (1 - self.ftr)

    def _check(self, name: str) -> None:
        window = self.window(name)
        if window <= timedelta():
            raise ConfigError(f"objective.{name}_window: found {window}; write a time above zero")
        burn, most = self.burn(name), self.burn_max
        if burn <= 0:
            raise ConfigError(f"objective.{name}_budget: write a share above 0")
        # At the very bound all cases fail, and no lower bound of an estimate reaches that.
        if burn >= most * (1 - 1e-9):
            raise ConfigError(
                f"objective.{name}_budget: spending that share of a budget of {self.period.days} d "
                f"in {window.days} d is a burn rate of {burn:.2f}, but with an objective of "
                f"{self.ftr} none is ever above 1 / (1 - {self.ftr}) = {most:.2f}: the alert could "
                f"never fire. Write a {name}_budget below {most * (window / self.period):.2f}, "
                f"a longer {name}_window, or a higher ftr"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Counted cases opened in one window, and how many of them are known not to be right first."""

    cases: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What the rules of Prometheus look at, as of one moment.

    Attributes:
        unanswered: public escalations of lately without a reply of a person.
        oldest_unanswered_at: when the oldest of them went public; None where there is none.
        escalations: public escalations within the last `BURST_HOURS`.
        expected: what that number usually is: the mean of the same hours of the last weeks, or the
            mean of all hours, whichever is more; None without a week of history.
        windows: by ``fast`` and ``slow``.
    """

    unanswered: int
    oldest_unanswered_at: datetime | None
    escalations: int
    expected: float | None
    windows: dict[str, Window]


def same_hours(now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Return the spans ``(from, until]`` of the same hours in each week before, latest first."""
    return tuple(
        (now - timedelta(weeks=week) - BURST_HOURS, now - timedelta(weeks=week))
        for week in range(1, BASELINE_WEEKS + 1)
    )


def usual(counts: tuple[int, ...], total: int, weeks: int) -> float | None:
    """Return how many escalations are usual in the hours that are looked at.

    Weekly rhythm counts (the same hours), and so does the level (all hours): the larger of the two
    means, since four counts of a few are easily all zero.

    Args:
        counts: in the same hours of each week before, the latest first.
        total: in all hours of the ``weeks``.
        weeks: how many whole weeks of history there are, at most `BASELINE_WEEKS`.
    """
    if weeks < 1:
        return None
    known = counts[:weeks]
    return max(sum(known) / len(known), total * (BURST_HOURS / timedelta(weeks=weeks)))
