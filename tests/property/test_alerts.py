"""Alerts depend on the set of events alone, hold while their condition does, and always end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.alerting import AlertRules, CaseAlert, Seen, decide, stirred_at
from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Event, Message, Signal
from pipeline.domain.linking import components
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Verdict
from tests.property.worlds import END, START, worlds

POLICY = Policy()
RULES = AlertRules(likely_public=3)
moments = st.integers(0, 150 * 24).map(lambda hours: START + timedelta(hours=hours))


def judged(events: list[Event], as_of: Any) -> list[Verdict]:
    return [one for part in components(events) for one in evaluate(part, as_of, POLICY)]


def alerts(
    events: list[Event], as_of: Any, told: frozenset[str] = frozenset(), times: float = 4
) -> tuple[CaseAlert, ...]:
    seen = [Seen(verdict=one, times_usual=times) for one in judged(events, as_of)]
    return decide(seen, told, as_of, RULES)


def keys(found: tuple[CaseAlert, ...]) -> frozenset[str]:
    return frozenset(one.key for one in found)


@given(worlds(), st.randoms(use_true_random=False), moments)
def test_neither_order_nor_repetition_shows(events: list[Event], chance: Any, at: Any) -> None:
    """Of the events, of the cases that are looked at, and of what was told."""
    noisy = events + chance.choices(events, k=len(events))
    chance.shuffle(noisy)
    assert alerts(noisy, at) == alerts(events, at)
    seen = [Seen(verdict=one) for one in judged(events, at)] * 2
    chance.shuffle(seen)
    assert decide(seen, [], at, RULES) == decide(seen[::-1], [], at, RULES)
    assert len({one.key for one in decide(seen, [], at, RULES)}) == len(decide(seen, [], at, RULES))


@given(worlds(), moments)
def test_telling_changes_nothing_but_that_it_goes_on(events: list[Event], at: Any) -> None:
    """Whoever was told is told nothing new a second later; nobody is told of what does not hold."""
    first = alerts(events, at)
    again = alerts(events, at, keys(first))
    assert again == first
    assert keys(first) <= keys(alerts(events, at, keys(first) | {"of another case"}))


@given(worlds(), st.lists(moments, min_size=1, max_size=8).map(sorted))
def test_what_was_told_holds_until_its_condition_ends(
    events: list[Event], times: list[Any]
) -> None:
    """Replayed moment by moment: an alert that is open is one whose condition holds just then."""
    told: frozenset[str] = frozenset()
    everything = AlertRules(recent=timedelta(days=10_000), likely_public=3)
    for at in times:
        told = keys(alerts(events, at, told))
        seen = [Seen(verdict=one, times_usual=4) for one in judged(events, at)]
        assert told <= keys(decide(seen, told, at, everything))


@given(worlds())
def test_every_alert_ends_with_the_customers_acceptance(events: list[Event]) -> None:
    """Whatever was the matter, once all of it is accepted nobody is told of anything any more."""
    at = END - timedelta(days=60)
    cases = [one for one in judged(events, at) if one.customer]
    told = keys(alerts(events, at))
    accepting: list[Event] = [
        Message(
            id=f"accept:{number}", at=at, customer=case.customer[:1], channel="email",
            visibility="private", direction="inbound", text="Thank you, solved.",
            in_reply_to=case.case, signals=(Signal(name="accepts"),),
        )
        for number, case in enumerate(cases)
    ]  # fmt: skip
    accepted = {
        one.case for one in judged(events + accepting, at) if one.confirmed_by == "explicit"
    }
    left = alerts(events + accepting, at, told)
    assert accepted.isdisjoint(one.case for one in left)


@given(worlds(), moments)
def test_whoever_looks_by_the_last_stir_misses_nothing(events: list[Event], at: Any) -> None:
    """The ledger finds candidates by `stirred_at`; no alert begins on a case without it."""
    rules = AlertRules()
    for verdict in judged(events, at):
        begun = decide([Seen(verdict=verdict)], [], at, rules)
        stirred = stirred_at(verdict)
        if begun:
            assert stirred is not None
            assert stirred >= at - rules.recent - rules.public_reply
