"""The rule above all others (definitions §1): a verdict depends on the set of events alone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.evaluate import evaluate, soonest
from pipeline.domain.events import Event, Identity
from pipeline.domain.linking import components
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import Timeline, collect, known, merge, observe
from pipeline.domain.verdict import Verdict
from pipeline.wire import verdict_line
from tests.property.worlds import END, START, worlds

POLICY = Policy()
CLOCKS = {"as_of", "avoidance_seconds", "paused_seconds", "wall_seconds", "business_seconds"}
moments = st.integers(0, 150 * 24).map(lambda hours: START + timedelta(hours=hours))


def judged(events: list[Event], as_of: datetime = END) -> list[bytes]:
    """Return the verdict lines of a batch."""
    verdicts = [one for part in components(events) for one in evaluate(part, as_of, POLICY)]
    return sorted(verdict_line(verdict) for verdict in verdicts)


def folded(events: list[Event]) -> Timeline:
    """Return the timeline that grows event by event."""
    timeline = Timeline()
    for event in events:
        timeline = observe(timeline, event)
    return timeline


def lines(timeline: Timeline, as_of: datetime = END) -> list[bytes]:
    """Return the verdict lines of one timeline."""
    return [verdict_line(verdict) for verdict in evaluate(timeline, as_of, POLICY)]


def standing(verdict: Verdict) -> dict[str, Any]:
    """Return what must not change by time alone before ``revisit_at``."""
    return {f.name: getattr(verdict, f.name) for f in fields(verdict) if f.name not in CLOCKS}


@given(worlds(), st.randoms(use_true_random=False), moments)
def test_no_permutation_or_duplication_changes_a_byte(
    events: list[Event], chance: Any, as_of: datetime
) -> None:
    """Arrival order and duplicates never show."""
    noisy = events + chance.choices(events, k=len(events))
    chance.shuffle(noisy)
    assert judged(noisy, as_of) == judged(events, as_of)


@given(worlds(), st.randoms(use_true_random=False))
def test_batches_merged_in_any_order_give_the_same_bytes(events: list[Event], chance: Any) -> None:
    """Folding one by one, at once, or in batches merged in any order is one and the same."""
    whole = folded(events)
    shuffled = list(events)
    chance.shuffle(shuffled)
    cuts = sorted(chance.choices(range(len(events) + 1), k=3))
    parts = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
    batches = [collect(part) for part in parts]
    chance.shuffle(batches)
    merged = Timeline()
    for batch in batches:
        merged = merge(batch, merged)
    assert lines(collect(shuffled)) == lines(whole)
    assert lines(merged) == lines(whole)


@given(worlds())
def test_observing_again_changes_nothing(events: list[Event]) -> None:
    """A duplicate leaves the very same timeline, so that nobody need evaluate it again."""
    timeline = folded(events)
    for event in events:
        again = observe(timeline, event)
        assert again == timeline


@given(worlds(), moments, st.floats(0, 1, exclude_max=True))
def test_nothing_changes_before_the_next_check(
    events: list[Event], as_of: datetime, share: float
) -> None:
    """Between now and ``next_check`` only the running clocks move, when no event comes."""
    for timeline in components([event for event in events if event.at <= as_of]):
        verdicts = evaluate(timeline, as_of, POLICY)
        until = soonest(verdicts) or as_of + timedelta(days=400)
        later = min(as_of + (until - as_of) * share, until - timedelta(microseconds=1))
        assert [standing(one) for one in verdicts] == [
            standing(one) for one in evaluate(timeline, later, POLICY)
        ]


@given(worlds(), moments)
def test_what_comes_after_as_of_is_not_known(events: list[Event], as_of: datetime) -> None:
    """Events after ``as_of`` appear nowhere: the verdicts are those of the events known then."""
    seen = [event for event in events if _known_at(event, as_of)]
    assert lines(folded(events), as_of) == lines(folded(seen), as_of) or _conflicting(events)


def _known_at(event: Event, as_of: datetime) -> bool:
    return bool(known(collect([event]), as_of, POLICY.clock_skew)[0])


def _conflicting(events: list[Event]) -> bool:
    """Two contents of one version: which one wins is decided over all, known or not."""
    keys = [(event.id, event.version) for event in set_of(events)]
    return len(keys) != len(set(keys))


def set_of(events: list[Event]) -> list[Event]:
    """Return the events without exact duplicates."""
    return [event for index, event in enumerate(events) if event not in events[:index]]


@given(worlds(), moments)
def test_every_verdict_has_evidence_from_its_own_events(
    events: list[Event], as_of: datetime
) -> None:
    """No verdict without evidence, and it names events of the case or what linked its customer."""
    ids = {event.id for event in events}
    for timeline in components(events):
        for verdict in evaluate(timeline, as_of, POLICY):
            assert verdict.evidence
            for one in verdict.evidence:
                assert one.event in ids
                assert one.event in verdict.events or one.rule.startswith("linked_by")
                assert one.at <= as_of or one.rule.startswith("promise_")


@given(worlds(), moments)
def test_every_event_belongs_to_exactly_one_case(events: list[Event], as_of: datetime) -> None:
    """Nothing is lost or counted twice: each message, status and feedback has one case."""
    for timeline in components(events):
        seen = [one for one in known(timeline, as_of, POLICY.clock_skew)[0] if one.customer]
        wanted = sorted(e.id for e in seen if type(e).__name__ in ("Message", "Status", "Feedback"))
        verdicts = evaluate(timeline, as_of, POLICY)
        assert sorted(one for verdict in verdicts for one in verdict.events) == wanted
        assert all(verdict.case in verdict.events for verdict in verdicts)


@given(worlds(), moments)
def test_verdicts_are_consistent_in_themselves(events: list[Event], as_of: datetime) -> None:
    """Outcome, first-time-right, route and times never contradict each other."""
    for timeline in components(events):
        for verdict in evaluate(timeline, as_of, POLICY):
            assert (verdict.outcome == "first_time_right") == (verdict.ftr == "yes")
            assert (verdict.outcome == "not_counted") == (verdict.why is not None)
            assert (verdict.ftr is None) == (verdict.outcome == "not_counted")
            assert (verdict.confirmed_at is None) == (verdict.confirmed_by is None)
            assert (verdict.route == "escalated") == (verdict.escalated_at is not None)
            assert (verdict.left_in is None) == (verdict.route != "escalated")
            assert verdict.revisit_at is None or (verdict.revisit_at > as_of and not verdict.final)
            assert verdict.avoidance_seconds >= 0 <= verdict.paused_seconds


@given(worlds())
def test_retracting_all_that_was_asserted_parts_the_customers(events: list[Event]) -> None:
    """An assertion and its retraction by the same source leave the verdicts as if never made."""
    plain = [
        replace(event, customer=event.customer[:1]) if event.customer else event
        for event in events
        if not isinstance(event, Identity)
    ]
    said = Identity(id="i:said", at=START, same=("email:a@example.org", "x:a"), evidence="crm")
    taken = replace(said, id="i:taken", at=START + timedelta(days=1), retracts=True)
    linked = [*plain, said, taken]
    assert judged(linked) == judged(plain)
