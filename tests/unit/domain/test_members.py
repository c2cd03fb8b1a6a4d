"""From a figure to its cases: a list holds exactly those that the figure counts."""

from datetime import datetime, timedelta

import pytest

from pipeline.domain.calendar import iso_week
from pipeline.domain.figures import build_figures
from pipeline.domain.measures import DEFINITIONS
from pipeline.domain.members import CONDITIONS, MEMBERS, Part, mark, marks_of
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING, CaseFilter, Scope
from pipeline.domain.tally import BAND_ORDER
from pipeline.domain.verdict import Verdict
from tests.told import AS_OF, every_kind
from tests.verdicts import build_verdict

ZONE = Policy().report_zone
PROMISES = {
    "promises_kept": (("kept",), ("kept", "late", "broken")),
    "promises_late": (("late",), ("kept", "late", "broken")),
    "promises_broken": (("broken",), ("kept", "late", "broken")),
    "promises_unknown": (("unknown",), ("kept", "late", "broken", "unknown")),
    "promises_vague": (
        ("vague",), ("kept", "late", "broken", "unknown", "vague", "open", "moved"),
    ),
}  # fmt: skip
"""Figures that count promises: of which states in the numerator, and in the denominator."""
SCOPES = [
    EVERYTHING,
    Scope(channel="x"),
    Scope(topic="billing", since="2026-W30"),
    Scope(team="none"),
    Scope(until=iso_week(AS_OF - timedelta(weeks=6), ZONE), channel="email"),
]


def listed(figure: str, part: Part, scope: Scope, now: datetime) -> list[Verdict]:
    """The cases that the list behind a number holds."""
    which = CaseFilter(scope=scope, figure=figure, part=part)
    recurred = {one.recurrence_of for one in every_kind(now) if one.recurrence_of and one.counted}
    return [one for one in every_kind(now) if which.holds(one, now, ZONE, recurred)]


@pytest.mark.parametrize("now", [AS_OF, AS_OF - timedelta(days=12), AS_OF + timedelta(days=90)])
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", [name for name in DEFINITIONS if name not in PROMISES])
def test_the_list_behind_a_figure_is_as_long_as_the_figure_says(
    name: str, scope: Scope, now: datetime
) -> None:
    """Denominator and numerator, at any moment, however the cases were narrowed."""
    figure = build_figures(every_kind(now), now, Policy(), scope=scope).overall[name]
    assert len(listed(name, "all", scope, now)) == figure.n
    if "yes" in MEMBERS[name]:
        assert len(listed(name, "yes", scope, now)) == figure.count


@pytest.mark.parametrize("name", PROMISES)
def test_the_list_behind_a_share_of_promises_holds_these_promises(name: str) -> None:
    """Promises are counted, so that their cases may be fewer."""
    figure = build_figures(every_kind(), AS_OF, Policy()).overall[name]
    yes, every = PROMISES[name]
    told = {"all": every, "yes": yes}
    parts: tuple[tuple[Part, int | None], ...] = (("all", figure.n), ("yes", figure.count))
    for part, count in parts:
        cases = listed(name, part, EVERYTHING, AS_OF)
        held = sum(number for one in cases for state, number in one.promises.items()
                   if state in told[part])  # fmt: skip
        assert held == count
        assert all(not set(told[part]).isdisjoint(one.promises) for one in cases)


@pytest.mark.parametrize("name", [name for name in MEMBERS if "no" in MEMBERS[name]])
def test_bounds_leave_room_for_those_that_are_neither_right_nor_wrong(name: str) -> None:
    """The upper bound is everything but the known failures, which can be listed."""
    figure = build_figures(every_kind(), AS_OF, Policy()).overall[name]
    failed = len(listed(name, "no", EVERYTHING, AS_OF))
    assert figure.kind == "bounds"
    assert figure.high == pytest.approx((figure.n - failed) / figure.n)
    assert failed > 0


def test_every_figure_leads_to_its_cases() -> None:
    """No published figure without a list behind it."""
    assert set(MEMBERS) == set(DEFINITIONS)


def test_the_samples_show_every_condition() -> None:
    """What the tests above count is there, and absent somewhere, too."""
    met = [marks_of(one) for one in every_kind()]
    for name in CONDITIONS:
        assert len({bool(marks & mark(name)) for marks in met}) == 2, name


def test_the_reach_of_a_gap_leads_to_its_cases() -> None:
    """Bands leave no case out and hold none twice."""
    published = build_figures(every_kind(), AS_OF, Policy()).overall
    found = 0
    for gap in published.gaps:
        which = CaseFilter(figure="public_wait", band=gap.band)
        cases = [one for one in every_kind() if which.holds(one, AS_OF, ZONE)]
        assert len(cases) == gap.public.n
        found += len(cases)
    assert found == published["public_wait"].n
    assert {gap.band for gap in published.gaps} <= set(BAND_ORDER)


def test_a_case_without_theme_or_team_is_found_under_none() -> None:
    """So that what nobody has labelled can be looked at."""
    plain = build_verdict("a")
    assert Scope(topic="none", team="none").covers(plain, ZONE)
    assert not Scope(topic="billing").covers(plain, ZONE)
    assert not Scope(channel="none").covers(plain, ZONE)
