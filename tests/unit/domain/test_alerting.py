"""Of which cases somebody is told, when it begins and when it is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from pipeline.domain.alerting import CONDITIONS, AlertRules, Seen, decide, key_of, stirred_at
from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Direction, Event, Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import collect
from tests.verdicts import OPENED, build_verdict

RULES = AlertRules()
CASE = "inbound-0"


def at(hour: float) -> datetime:
    return OPENED + timedelta(hours=hour)


def says(hour: float, *names: str, public: bool = False) -> Message:
    """The customer writes, in private or in public."""
    return message(hour, "inbound", *(Signal(name=name) for name in names), public=public)


def hears(hour: float, *names: str, due: float | None = None) -> Message:
    """The company replies in private, and may promise something."""
    promise = [] if due is None else [Signal(name="promise", due=at(due))]
    return message(hour, "outbound", *(Signal(name=name) for name in names), *promise)


def message(hour: float, direction: Direction, *signals: Signal, public: bool = False) -> Message:
    return Message(
        id=f"{direction}-{hour}",
        at=at(hour),
        customer=("email:ada@post.example",),
        channel="x" if public else "email",
        visibility="public" if public else "private",
        direction=direction,
        text="…",
        refs=("order:1",),
        signals=signals,
    )


def alerts(
    events: Sequence[Event],
    hour: float,
    *,
    told: Sequence[str] = (),
    times_usual: float | None = None,
    rules: AlertRules = RULES,
) -> dict[str, datetime]:
    """The alerts at that hour by name: since when each holds."""
    seen = [
        Seen(verdict=verdict, times_usual=times_usual)
        for verdict in evaluate(collect(events), at(hour), Policy())
    ]
    keys = [key_of(name, CASE) for name in told]
    return {one.name: one.since for one in decide(seen, keys, at(hour), rules)}


ESCALATED = [says(0, "complaint"), hears(5, "stock"), says(30, public=True)]
PROMISED = [says(0, "complaint"), hears(5, "substantive", due=48)]


def test_an_unanswered_post_alerts_once_its_target_has_passed() -> None:
    """Not a minute before: whoever replies in time is never woken."""
    assert alerts(ESCALATED, 31.99) == {}
    assert alerts(ESCALATED, 32) == {"CcmCasePublicUnanswered": at(32)}


@pytest.mark.parametrize("hour", [30.5, 40])
def test_a_reply_ends_it_and_a_robot_does_not(hour: float) -> None:
    """An automatic receipt is no reply; a person's word is, whatever it says."""
    robot = message(30.2, "outbound", Signal(name="auto_ack"))
    assert alerts([*ESCALATED, robot], 33) != {}
    assert alerts([*ESCALATED, hears(hour, "stock")], 50) == {}


def test_a_reply_from_before_the_post_is_none() -> None:
    """What left the customer unanswered in private does not count for the post."""
    assert "CcmCasePublicUnanswered" in alerts([says(0, "complaint"), says(30, public=True)], 40)


def test_an_acceptance_ends_it() -> None:
    """The customer is content: nobody needs to be told any more."""
    assert alerts([*ESCALATED, says(40, "accepts")], 50) == {}


def test_a_public_complaint_from_the_start_is_no_escalation() -> None:
    """Definitions §4: without a private attempt before there is nothing that failed."""
    assert alerts([says(0, "complaint", public=True)], 40) == {}


def test_old_cases_wake_nobody_unless_they_were_told() -> None:
    """A back-fill is silent; an alert that was told stands until its condition ends."""
    late = 32 + 3 * 24 + 1
    assert alerts(ESCALATED, late) == {}
    assert set(alerts(ESCALATED, late, told=["CcmCasePublicUnanswered"])) == {
        "CcmCasePublicUnanswered"
    }


def test_a_promise_alerts_at_its_due() -> None:
    """Not before, and the time that counts is the due one."""
    assert alerts(PROMISED, 47.9) == {}
    assert alerts(PROMISED, 48) == {"CcmCasePromiseOverdue": at(48)}


def test_a_promise_that_was_not_judged_since_its_due_alerts_too() -> None:
    """The ledger's verdict may be from before the due: the alert does not wait for the timer."""
    before = evaluate(collect(PROMISED), at(47), Policy())
    (alert,) = decide([Seen(verdict=one) for one in before], [], at(49), RULES)
    assert (alert.name, alert.since) == ("CcmCasePromiseOverdue", at(48))


def test_a_late_deed_ends_it() -> None:
    """Late is bad, but nobody waits any more."""
    assert alerts([*PROMISED, hears(60, "substantive", "resolution_claim")], 61) == {}


def test_a_promise_broken_by_moving_it_twice_waits_for_the_new_date() -> None:
    """It is broken, but not overdue: there is a date that has not come."""
    moved = [*PROMISED, hears(20, "substantive", due=60), hears(40, "substantive", due=90)]
    assert alerts(moved, 61) == {}
    assert alerts(moved, 90) == {"CcmCasePromiseOverdue": at(90)}


def test_a_threat_alerts_while_the_customer_waits() -> None:
    """From the first moment: the threat is the last chance to answer in private."""
    threatened = [says(0, "complaint"), hears(5, "stock"), says(30, "chase", "threat")]
    assert alerts(threatened, 30) == {"CcmCaseThreat": at(30)}
    assert alerts([*threatened, hears(31, "substantive")], 31) == {}


def test_a_threat_after_a_long_wait_is_news() -> None:
    """What counts is when it was uttered, not since when the customer had been waiting."""
    patient = [says(0, "complaint"), says(200, "chase", "threat")]
    assert alerts(patient, 201) == {"CcmCaseThreat": at(200)}


def test_whoever_goes_further_is_one_alert_not_two() -> None:
    """A customer at the ombudsman's threatens no more."""
    gone = [says(0, "complaint"), says(30, "chase", "threat", "external")]
    assert alerts(gone, 31) == {"CcmCaseExternal": at(30)}
    assert alerts([*gone, hears(35, "substantive")], 36) == {}


def test_the_risk_alerts_only_where_it_is_asked_for() -> None:
    """Off by default; then from the threshold on, and without flapping around it."""
    waiting, on = [says(0, "complaint")], AlertRules(likely_public=5)
    assert alerts(waiting, 2, times_usual=50) == {}
    assert alerts(waiting, 2, times_usual=4.9, rules=on) == {}
    assert alerts(waiting, 2, times_usual=5, rules=on) == {"CcmCaseLikelyPublic": at(0)}
    told = ["CcmCaseLikelyPublic"]
    assert alerts(waiting, 2, times_usual=4, rules=on, told=told) != {}
    assert alerts(waiting, 2, times_usual=3.7, rules=on, told=told) == {}


def test_pages_come_first_then_the_oldest() -> None:
    """Whoever can send only some sends the most urgent."""
    threat = build_verdict("a", waiting_since=at(1), facts={"threats": 1})
    older = build_verdict("b", waiting_since=at(0), facts={"threats": 1})
    post = build_verdict(
        "c", route="escalated", escalated_at=at(2), waiting_since=at(2), left_in="stock"
    )
    found = decide([Seen(verdict=one) for one in (threat, older, post)], [], at(5), RULES)
    assert [(one.case, one.severity) for one in found] == [
        ("c", "page"), ("b", "ticket"), ("a", "ticket"),
    ]  # fmt: skip


def test_a_case_that_is_settled_or_not_counted_alerts_nobody() -> None:
    """Whatever else its verdict says."""
    for outcome in ("not_counted", "resolved_after_escalation", "lapsed"):
        verdict = build_verdict(
            outcome=outcome, escalated_at=at(0), waiting_since=at(0), facts={"threats": 1}
        )
        assert stirred_at(verdict) is None
        assert decide([Seen(verdict=verdict, times_usual=99)], [], at(9), RULES) == ()


def test_keys_name_nobody() -> None:
    """They stand in labels of Alertmanager and in mails."""
    assert key_of("CcmCaseThreat", "email:<ada@post.example>") == "cf99491fdeed1f17"
    assert len({key_of(name, case) for name in CONDITIONS for case in ("a", "b")}) == 2 * len(
        CONDITIONS
    )
