"""What a report says of which cases, and what it withholds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.domain.figures import build_figures
from pipeline.domain.scope import Scope
from pipeline.errors import InputError
from pipeline.ledger import Restatement
from pipeline.report import Edition
from pipeline.report.weeks import days_of, last_ended, weeks_until
from tests.unit.report.fakes import (
    DAY,
    NOW,
    POLICY,
    WEEK,
    FakeSources,
    failed,
    half_year,
    many,
    report_of,
)
from tests.verdicts import OPENED, build_verdict

INTERNAL = Edition(shared=False)


def restatement(**changes: object) -> Restatement:
    plain = Restatement(
        case="form:1", at=OPENED, as_of=OPENED, outcome_before="first_time_right",
        outcome_after="resolved_with_effort", ftr_before="yes", ftr_after="no",
        policy_before="2026.1", policy_after="2026.1", was_final=True, causes=("mail:9",),
        changes={"ftr": ("yes", "no")}, reason="late event mail:9 arrived: ftr yes became no",
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields by name


def test_every_figure_is_the_published_one() -> None:
    """An internal report's figures are those of `build_figures` over the same cases and weeks."""
    cases = half_year([20] * 10)
    report = report_of(cases, edition=INTERNAL)
    scope = Scope(since="2025-W37", until=WEEK)
    assert report.figures == build_figures(cases, NOW, POLICY, scope=scope)
    assert report.of_week == report.figures.weeks[-1]
    assert report.comparison["ftr"].figure == report.whole["ftr"]


def test_it_covers_half_a_year_up_to_its_week() -> None:
    """What was opened before or after is in no figure; later weeks may still tell a recurrence."""
    inside, before, after = build_verdict("in", "first_time_right"), -26 * 7 * DAY, 7 * DAY
    cases = [
        inside,
        build_verdict("old", "first_time_right", opened_at=OPENED + before),
        build_verdict("new", "open", opened_at=OPENED + after, recurrence_of="in"),
    ]
    report = report_of(cases, edition=INTERNAL)
    assert (report.first_week, report.week, report.whole.n) == ("2025-W37", WEEK, 1)
    assert report.whole["recurrence"].count == 1


def test_small_cells_are_withheld_from_a_shared_report_alone() -> None:
    """Their causes and quotations, too: these are single people's words."""
    cases = [*many(50), *failed(9)]
    shared, internal = report_of(cases), report_of(cases, edition=INTERNAL)
    assert [one.cause for one in internal.causes] == ["no_reply"]
    assert (shared.causes, shared.causes_n, shared.causes_withheld) == ((), None, 1)
    assert shared.whole.outcomes["resolved_with_effort"] is None
    assert shared.comparison["one_contact"].hidden[0].count is None


def test_no_quotation_is_read_for_a_cause_that_is_withheld() -> None:
    """What may not be shown is not even fetched."""
    from pipeline.report import build_report

    sources = FakeSources(cases=[*many(50), *failed(9)])
    build_report(sources, WEEK, NOW, POLICY, Edition())
    assert sources.asked == []


def test_the_three_most_frequent_causes_come_with_two_quotations_each() -> None:
    """Drawn from their cases; a repeated text counts once, an empty one not at all."""
    cases = [
        *failed(40, "chase", facts={"topic": "refund"}), *failed(30, "re_ask"),
        *failed(20, "promise_late"), *failed(12, "no_substantive_reply"),
    ]  # fmt: skip
    texts = {f"re_ask:{n}": "Same words." for n in range(30)}
    texts |= {f"promise_late:{n}": "" for n in range(20)}
    report = report_of(cases, texts=texts)
    assert [(one.cause, one.count) for one in report.causes] == [
        ("no_reply", 40), ("asked_again", 30), ("promise_failed", 20),
    ]  # fmt: skip
    first, second, third = report.causes
    assert (first.topic, first.topic_count, first.share) == ("refund", 40, 40 / 102)
    assert len(set(first.quotes)) == 2
    assert (second.quotes, third.quotes) == (("Same words.",), ())


def test_what_was_restated_in_the_week_is_counted_by_reason() -> None:
    """Without naming a case; what was restated in other weeks is not in it."""
    log = [
        *[restatement()] * 12,
        restatement(reason="texts were read anew (a became b): ftr yes became no"),
        restatement(outcome_after=None, ftr_after=None, reason="merged into form:0"),
        restatement(causes=(), policy_after="2026.2", ftr_before="no", ftr_after="yes"),
        restatement(causes=(), was_final=False),
        restatement(at=OPENED + 7 * DAY),
    ]
    told = report_of(many(20), restatements=log, edition=INTERNAL).restatements
    assert (told.total, told.was_final, told.lost, told.gained, told.merged) == (16, 15, 14, 1, 1)
    assert told.reasons == {
        "events came late": 12,
        "texts were read anew by another model": 1,
        "two cases turned out to be one": 1,
        "the policy changed": 1,
        "time passed": 1,
    }
    shared = report_of(many(20), restatements=log).restatements
    assert (shared.total, shared.gained) == (16, None)


def test_what_is_not_known_yet_is_told() -> None:
    """Open, pending, unread, unobservable, stated, and what never became an event."""
    cases = [
        *many(12, "open", facts={"unread": 1}), *many(11, "pending_confirmation"),
        *many(20, promises={"unknown": 1}, route="public_first", stated_escalation=True),
    ]  # fmt: skip
    told = report_of(cases, letters=3, edition=INTERNAL).unknown
    assert (told.open, told.pending, told.unread) == (12, 11, 12)
    assert (told.promises, told.stated, told.dead_letters) == (20, 20, 3)


@pytest.mark.parametrize("week", ["2026-47", "2026-W54", "W47", "x", "2026-W7", ""])
def test_a_malformed_week_is_refused(week: str) -> None:
    """With an example of a good one."""
    with pytest.raises(InputError, match="2026-W47"):
        report_of(week=week)


def test_a_week_in_the_future_is_refused_and_the_last_one_is_named() -> None:
    """The week that is running may be asked for: it says that it has not ended."""
    with pytest.raises(InputError, match="has not begun; write a week up to 2026-W27"):
        report_of(week="2026-W40")
    running = report_of(week="2026-W27", cases=many(3))
    assert not running.has_ended


def test_weeks_go_over_the_turn_of_the_year() -> None:
    """2026 has 53 of them."""
    assert weeks_until("2027-W02", 4) == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    assert [str(day) for day in days_of("2026-W53")] == ["2026-12-28", "2027-01-03"]


def test_the_last_ended_week_depends_on_the_report_zone() -> None:
    """At 23:30 UTC on a Sunday the week is over in Berlin and not in UTC."""
    sunday = OPENED.replace(day=8, hour=23, minute=30)
    assert last_ended(sunday, "UTC") == "2026-W09"
    assert last_ended(sunday, "Europe/Berlin") == "2026-W10"
    assert last_ended(sunday + timedelta(minutes=30), "UTC") == "2026-W10"
