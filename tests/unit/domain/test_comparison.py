"""Other vendors' definitions on the same cases, and what each of them hides."""

from datetime import timedelta

import pytest

from pipeline.domain.comparison import (
    COMPARED,
    EXAMPLES_MAX,
    ComparisonTally,
    build_comparison,
    watched,
)
from pipeline.domain.figures import build_figures
from pipeline.domain.policy import Policy
from pipeline.domain.scope import Scope
from pipeline.domain.verdict import Evidence, Verdict
from tests.verdicts import OPENED, build_verdict

POLICY = Policy()
AS_OF = OPENED + timedelta(days=120)
EASY = {"claims": 1, "closures": 1, "agent_replies": 1, "updates": 1, "customer_messages": 1}


def chased(case: str, **changes: object) -> Verdict:
    """A case in which the customer had to ask again, and of which vendors would be proud."""
    evidence = (Evidence(event="e", rule="chase", at=OPENED + timedelta(days=2)),)
    return build_verdict(
        case, "resolved_with_effort", facts=EASY, evidence=evidence, **changes
    )  # fmt: skip


CASES = [
    build_verdict("right", "first_time_right", facts=EASY),
    build_verdict("talkative", "first_time_right", facts={**EASY, "customer_messages": 2}),
    chased("hidden"),
    chased("public", route="escalated"),
    build_verdict("pending", "pending_confirmation", facts=EASY),
    build_verdict("open and lost", "unresolved"),
    build_verdict("open", "open"),
    build_verdict("spam", "not_counted", facts=EASY),
]


def test_ours_hides_nothing_and_leaves_nobody_out() -> None:
    """By construction; the row is there to be compared with."""
    ours = build_comparison(CASES, AS_OF, POLICY)["ftr"]
    assert (ours.solved, ours.agreed, ours.denied, ours.left_out, ours.missed) == (2, 2, 0, 0, 0)


def test_a_definition_is_cut_by_ours() -> None:
    """What it calls solved was right, is not known yet, or was not right: these it hides."""
    row = build_comparison(CASES, AS_OF, POLICY)["fcr_no_further_message"]
    assert (row.solved, row.agreed, row.unknown, row.denied) == (4, 1, 1, 2)
    assert (row.denied_public, row.missed) == (1, 1)
    assert [(one.cause, one.count) for one in row.hidden] == [("no_reply", 2)]
    assert set(row.hidden[0].cases) == {"hidden", "public"}


def test_open_cases_are_left_out_by_vendors() -> None:
    """A case that nobody claims to have solved is nobody's failure there."""
    row = build_comparison(CASES, AS_OF, POLICY)["fcr_few_replies"]
    assert (row.figure.n, row.left_out, row.left_out_denied) == (5, 2, 1)


@pytest.mark.parametrize("name", COMPARED)
def test_each_row_adds_up_and_shows_the_published_figure(name: str) -> None:
    """Its parts are the whole, and the figure is the one of `build_figures`, count for count."""
    compared, figures = build_comparison(CASES, AS_OF, POLICY), build_figures(CASES, AS_OF, POLICY)
    row = compared[name]
    assert row.figure == figures.overall[name]
    assert row.solved == row.figure.count
    assert (row.agreed or 0) + (row.unknown or 0) + (row.denied or 0) == row.solved
    assert sum(one.count or 0 for one in row.hidden) == row.denied
    assert row.figure.n + (row.left_out or 0) == compared.n


def test_named_cases_are_the_latest_and_bounded() -> None:
    """However many there are; the same in any order."""
    many = [chased(f"c{n:03d}", opened_at=OPENED + timedelta(minutes=n)) for n in range(120)]
    (hidden,) = build_comparison(many, AS_OF, POLICY)["one_contact"].hidden
    assert (hidden.count, len(hidden.cases), hidden.cases[0]) == (120, EXAMPLES_MAX, "c119")
    assert build_comparison(many[::-1], AS_OF, POLICY)["one_contact"].hidden == (hidden,)


def test_only_counted_cases_of_the_scope_are_watched() -> None:
    """The verdicts all pass on; the tally hears of those that the figures count."""
    early = build_verdict("early", opened_at=OPENED - timedelta(days=14))
    tally = ComparisonTally()
    scope = Scope(since="2026-W10", until="2026-W10")
    passed = list(watched([*CASES, early], AS_OF, POLICY, [tally], scope))
    assert passed == [*CASES, early]
    figures = build_figures(CASES, AS_OF, POLICY, scope=scope).overall
    assert tally.compared(figures) == build_comparison(CASES, AS_OF, POLICY)


def test_a_shared_comparison_names_no_case_and_no_small_number() -> None:
    """Nor the one part that a subtraction would give."""
    easy = [build_verdict(f"r{n}", "first_time_right", facts=EASY) for n in range(40)]
    few = [chased(f"f{n}") for n in range(4)]
    row = build_comparison([*easy, *few], AS_OF, POLICY).suppressed(10)["one_contact"]
    assert (row.solved, row.agreed, row.denied) == (44, None, None)
    assert [(one.count, one.cases) for one in row.hidden] == [(None, ())]


def test_an_unknown_definition_is_a_key_error() -> None:
    """So that a page can say that there is none."""
    with pytest.raises(KeyError):
        build_comparison([], AS_OF, POLICY)["fcr_magic"]
