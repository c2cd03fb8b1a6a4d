"""What a shared report withholds, and that the rest does not give it away."""

from datetime import timedelta

from pipeline.domain.figures import Published, build_figures
from pipeline.domain.policy import Policy
from pipeline.domain.suppression import shown, suppress
from pipeline.domain.verdict import Verdict
from tests.verdicts import OPENED, build_verdict


def week_of(number: int, weeks: int, **changes: object) -> list[Verdict]:
    opened = OPENED + timedelta(weeks=weeks)
    return [
        build_verdict(f"{weeks}:{n}", opened_at=opened, **changes)  # type: ignore[arg-type]  # fields by name, handed on
        for n in range(number)
    ]


def published(*sizes: int) -> Published:
    cases = [one for place, size in enumerate(sizes) for one in week_of(size, place)]
    return build_figures(cases, OPENED + timedelta(days=300), Policy())


def test_a_single_small_part_takes_the_next_smallest_with_it() -> None:
    """Else it would be the total less the others. Two small ones hide each other."""
    assert shown({"a": 40, "b": 12, "c": 3}, 10) == {"a": 40, "b": None, "c": None}
    assert shown({"a": 40, "b": 12, "c": 3, "d": 4}, 10) == {
        "a": 40, "b": 12, "c": None, "d": None,
    }  # fmt: skip
    assert shown({"a": 40, "b": 12, "c": 0}, 10) == {"a": 40, "b": 12, "c": 0}
    assert shown({"a": 3}, 10) == {"a": None}
    assert shown({}, 10) == {}


def test_weeks_cannot_be_worked_out_from_the_whole() -> None:
    """Of 40, 12 and 5 cases only the first week is shown beside the 57 of all."""
    told = suppress(published(40, 12, 5), 10)
    assert told.overall.n == 57
    assert [week.hidden for week in told.weeks] == [False, True, True]
    assert [week["ftr"].hidden for week in told.weeks] == [False, True, True]
    assert [week.n for week in told.weeks] == [40, 0, 0]


def test_large_cells_stay_as_they_are() -> None:
    """Nothing is withheld without need."""
    whole = published(40, 12, 30)
    assert suppress(whole, 10) == whole


def test_outcomes_cannot_be_worked_out_from_their_sum() -> None:
    """Three of one kind among many of two others take the smaller of these along."""
    cases = [
        *week_of(30, 0), *week_of(3, 1, outcome="lapsed"), *week_of(12, 2, outcome="unresolved"),
    ]  # fmt: skip
    told = suppress(build_figures(cases, OPENED + timedelta(days=300), Policy()), 10)
    assert told.overall.outcomes == {"lapsed": None, "open": 30, "unresolved": None}
