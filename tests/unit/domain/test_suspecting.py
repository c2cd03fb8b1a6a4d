"""Probable links: what speaks for one, what is not enough, and what would be said of both."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Event, Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.suspecting import (
    Suspicion,
    Trace,
    confirming,
    joined,
    rejecting,
    suspicions,
    trace_of,
)
from pipeline.domain.timeline import collect

POLICY = Policy()
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
AS_OF = START + timedelta(days=60)


def message(hours: float, *signals: str, **more: Any) -> Message:
    """A private mail of Ada unless told otherwise."""
    told: dict[str, Any] = {
        "customer": ("email:ada.lovelace@example.org",),
        "channel": "email",
        "visibility": "private",
        "direction": "inbound",
        "text": "The kettle leaks.",
        "topic": "product",
    }
    at = START + timedelta(hours=hours)
    who = more.get("customer", told["customer"])[0]
    told |= {"id": f"{who}/{hours}", "signals": tuple(Signal(name=one) for one in signals)}
    return Message(at=at, **(told | more))


def post(hours: float = 48, *signals: str, who: str = "x:adalovelace", **more: Any) -> Message:
    """A public post."""
    public = {"customer": (who,), "channel": "x", "visibility": "public"}
    return message(hours, *signals, **(public | more))


def trace(*events: Event) -> Trace:
    """The one case of some events."""
    (verdict,) = evaluate(collect(events), AS_OF, POLICY)
    return trace_of(verdict, events)


def found(public: Trace, *private: Trace) -> list[Suspicion]:
    return suspicions(public, private, POLICY, AS_OF)


STOCK = message(2, "stock", direction="outbound", text="We value your feedback.")
PRIVATE = trace(message(0, "complaint"), STOCK)
SOLVED = (
    post(50, "substantive", direction="outbound", text="We sent you a new one."),
    post(51, "resolution_claim", direction="outbound", text="Solved."),
)


def test_a_name_and_what_speaks_for_a_second_attempt_are_enough() -> None:
    """With the verdict that both would have: the very case that nobody would have seen."""
    public = trace(post(48, "complaint", "prior_contact"), *SOLVED)
    (one,) = found(public, PRIVATE)
    assert one.reasons[0] == "goes by exactly the same name"
    assert (one.public.route, one.private.route) == ("public_first", "private_only")
    assert (one.verdict.route, one.verdict.outcome) == ("escalated", "escalation_only")
    assert one.verdict.left_in == "stock"


def test_a_reference_in_the_text_is_evidence() -> None:
    """The number under which the mail is filed stands in a stranger's post."""
    private = trace(message(0, "complaint", refs=("order:ab12345",)))
    public = trace(post(48, "complaint", who="x:zed", text="Still nothing on AB12345!"))
    (one,) = found(public, private)
    assert one.reasons[0] == "names the reference ab12345"


def test_no_weak_sign_is_enough_alone() -> None:
    """Theme, time and a stated earlier contact are true of many strangers."""
    assert found(trace(post(48, "complaint", "prior_contact", who="x:zed")), PRIVATE) == []
    assert found(trace(post(48, "complaint", who="x:lovelace99")), PRIVATE) == []


def test_what_could_not_be_one_case_is_not_suspected() -> None:
    """Another theme, a post before the mail, too long a silence, a case that is not counted."""
    told = ("complaint", "prior_contact")
    assert found(trace(post(48, *told, topic="billing")), PRIVATE) == []
    assert found(trace(post(-48, *told)), PRIVATE) == []
    assert found(trace(post(24 * 40, *told)), PRIVATE) == []
    assert found(trace(post(48, "spam", *told)), PRIVATE) == []
    named = trace(post(48, *told))
    own = replace(PRIVATE, verdict=replace(PRIVATE.verdict, customer=named.verdict.customer))
    assert found(named, own) == []


def test_the_order_of_cases_does_not_show() -> None:
    """The most probable comes first, however they are told."""
    public = trace(post(48, "complaint", "prior_contact", text="Kettle AB12345 leaks"))
    cases = [
        PRIVATE,
        trace(
            message(1, "complaint", customer=("email:ada.l@example.org",), refs=("order:ab12345",))
        ),
        trace(message(3, "complaint", customer=("email:ada_lovelace@example.net",))),
    ]
    told = {tuple(one.private.case for one in found(public, *some)) for some in permutations(cases)}
    assert len(told) == 1
    assert len(told.pop()) == 3


def test_a_decision_is_an_assertion_that_can_be_taken_back() -> None:
    """Confirmed, both are one case; rejected afterwards, they are two again."""
    public = trace(post(48, "complaint"), *SOLVED)
    yes = confirming(public.verdict, PRIVATE.verdict, START + timedelta(days=4))
    no = rejecting(public.verdict, PRIVATE.verdict, START + timedelta(days=5))
    assert cases(public, PRIVATE, yes) == [("escalated", "escalation_only")]
    assert [route for route, _ in cases(public, PRIVATE, yes, no)] == [
        "private_only",
        "public_first",
    ]
    assert joined(public, PRIVATE, POLICY, AS_OF) is not None


def cases(one: Trace, other: Trace, *more: Event) -> Iterable[tuple[str, str]]:
    verdicts = evaluate(collect((*one.events, *other.events, *more)), AS_OF, POLICY)
    return sorted((verdict.route, verdict.outcome) for verdict in verdicts)


def test_who_was_forgotten_is_linked_with_nobody() -> None:
    """There are no events to judge."""
    public = trace(post(48, "complaint"))
    assert joined(public, replace(PRIVATE, events=()), POLICY, AS_OF) is None
