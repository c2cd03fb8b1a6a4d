"""Why a case was not right the first time: one cause each, said of the company."""

from datetime import timedelta
from typing import Any

import pytest

from pipeline.domain.causes import LABELS, PICKS_MAX, Cause, CauseTally, cause_of
from pipeline.domain.verdict import Evidence, Verdict
from tests.verdicts import OPENED, build_verdict

DAY = timedelta(days=1)


def failed(rule: str, days: float = 2, case: str = "form:1", **changes: Any) -> Verdict:
    """A case whose first failure is ``rule``, so many days after it was opened."""
    evidence = (Evidence(event=f"{case}-{rule}", rule=rule, at=OPENED + days * DAY),)
    plain = {"ftr": "no", "ftr_reasons": (rule,), "evidence": evidence}
    return build_verdict(case, **{**plain, **changes})


@pytest.mark.parametrize(
    ("rule", "cause"),
    [
        ("re_ask", "asked_again"),
        ("second_info_round", "asked_again"),
        ("promise_broken", "promise_failed"),
        ("promise_late", "promise_failed"),
        ("not_settled_by_first_answer", "answer_did_not_hold"),
        ("no_substantive_reply", "no_real_answer"),
    ],
)
def test_what_the_company_did_is_the_cause_itself(rule: str, cause: Cause) -> None:
    """Whatever else had been sent before."""
    assert cause_of(failed(rule, first_reply_at=OPENED + DAY)) == cause


@pytest.mark.parametrize("rule", ["chase", "dispute", "public_escalation", "external_escalation"])
def test_what_the_customer_did_has_its_cause_in_what_came_before(rule: str) -> None:
    """No reply, replies without an answer, or an answer that did not hold."""
    soon, late = OPENED + DAY, OPENED + 3 * DAY
    assert cause_of(failed(rule)) == "no_reply"
    assert cause_of(failed(rule, first_reply_at=late)) == "no_reply"
    assert cause_of(failed(rule, first_reply_at=soon)) == "no_real_answer"
    assert cause_of(failed(rule, first_reply_at=soon, first_substantive_at=late)) == (
        "no_real_answer"
    )
    assert cause_of(failed(rule, first_reply_at=soon, first_substantive_at=soon)) == (
        "answer_did_not_hold"
    )


def test_the_earliest_failure_is_the_cause() -> None:
    """A promise that was broken before the customer asked again, not the asking."""
    evidence = (
        Evidence(event="b", rule="chase", at=OPENED + 5 * DAY),
        Evidence(event="a", rule="promise_broken", at=OPENED + 3 * DAY),
        Evidence(event="o", rule="opened", at=OPENED),
    )
    assert cause_of(build_verdict(ftr="no", evidence=evidence)) == "promise_failed"


def test_time_alone_has_causes_of_its_own() -> None:
    """Nothing went wrong but that nobody answered, or nobody confirmed."""
    assert cause_of(build_verdict(outcome="lapsed")) == "information_lapsed"
    assert cause_of(build_verdict(outcome="unresolved")) == "never_confirmed"


def test_what_is_right_or_not_known_has_no_cause() -> None:
    """Nor what is not counted."""
    for outcome in ("first_time_right", "open", "pending_confirmation", "not_counted"):
        assert cause_of(build_verdict(outcome=outcome)) is None


def tally_of(cases: list[Verdict], seed: str = "2026-W10") -> CauseTally:
    tally = CauseTally(seed=seed, start=OPENED - 2 * DAY, end=OPENED + 5 * DAY)
    for one in cases:
        tally.add(one, OPENED)
    return tally


def test_causes_add_up_and_the_most_frequent_comes_first() -> None:
    """With the theme that most of them have, and how many were opened in the week."""
    cases = [
        *[failed("chase", case=f"a{n}", facts={"topic": "refund"}) for n in range(3)],
        failed("chase", case="a3", facts={"topic": "delivery"}, opened_at=OPENED - 9 * DAY),
        failed("re_ask", case="b"),
        build_verdict("c", "first_time_right"),
    ]
    first, second = tally_of(cases).causes()
    assert (first.cause, first.count, first.in_week) == ("no_reply", 4, 3)
    assert (first.topic, first.topic_count) == ("refund", 3)
    assert (second.cause, second.count, second.topic) == ("asked_again", 1, None)


def test_cases_are_drawn_by_lot_and_alike_in_any_order() -> None:
    """A bounded number of them; another seed draws others; each names where it went wrong."""
    cases = [failed("chase", case=f"case:{n}") for n in range(100)]
    (drawn,) = tally_of(cases).causes()
    assert len(drawn.picks) == PICKS_MAX
    assert {pick.event for pick in drawn.picks} == {f"{pick.case}-chase" for pick in drawn.picks}
    assert tally_of(cases[::-1]).causes() == (drawn,)
    (others,) = tally_of(cases, seed="2026-W11").causes()
    assert others.picks != drawn.picks


def test_each_cause_has_words() -> None:
    """Whatever the rules may say has a label."""
    assert len(set(LABELS.values())) == len(LABELS) == 7
