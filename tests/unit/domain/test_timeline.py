"""Timelines: versions, conflicts, skewed clocks, deletions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.events import Message, Signal
from pipeline.domain.timeline import Timeline, canonical_json, collect, known, merge, observe

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
SKEW = timedelta(minutes=5)
LATER = AT + timedelta(days=99)
PLAIN = Message(
    id="email:1",
    at=AT,
    customer=("email:a@example.org",),
    channel="email",
    visibility="private",
    direction="inbound",
    text="Where is it?",
    signals=(Signal(name="complaint", span=(0, 5)),),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), json_values, max_size=4))
def test_canonical_json_is_that_of_rfc_8785(extra: dict[str, Any]) -> None:
    """Ours equals a well-kept library's, so that anyone can say which of two contents wins."""
    canonical = canonical_json(replace(PLAIN, extra=extra))
    assert canonical.encode() == rfc8785.dumps(json.loads(canonical))


def test_an_edit_keeps_the_first_time_and_brings_the_new_words() -> None:
    """Of several versions: the time of the lowest, the content of the highest."""
    edit = replace(PLAIN, version=2, at=AT + timedelta(hours=1), text="Where is my parcel?")
    (event,), _ = known(collect([edit, PLAIN]), LATER, SKEW)
    assert (event.at, event.text) == (AT, "Where is my parcel?")  # type: ignore[attr-defined]  # it is a message


def test_an_edit_is_not_known_before_it_was_made() -> None:
    """At a moment between the message and its edit, the first words stand."""
    edit = replace(PLAIN, version=1, at=AT + timedelta(hours=1), text="Solved!")
    (event,), _ = known(collect([edit, PLAIN]), AT + timedelta(minutes=1), SKEW)
    assert event.text == "Where is it?"  # type: ignore[attr-defined]  # it is a message


def test_a_deletion_takes_the_words_and_leaves_the_fact() -> None:
    """Text and spans go; what it was read to say, and that it was public, stays."""
    public = replace(PLAIN, visibility="public")
    deletion = replace(PLAIN, version=1, deleted=True, text="", signals=None)
    (event,), _ = known(collect([public, deletion]), LATER, SKEW)
    assert isinstance(event, Message)
    assert (event.text, event.visibility, event.deleted) == ("", "public", True)
    assert event.signals == (Signal(name="complaint"),)


@pytest.mark.parametrize(("ahead", "skewed"), [(timedelta(minutes=5), False), (SKEW * 1.01, True)])
def test_a_clock_that_runs_ahead_is_clamped(ahead: timedelta, skewed: bool) -> None:
    """More than five minutes after its receipt, an event is taken to have happened then."""
    event = replace(PLAIN, received_at=AT, at=AT + ahead)
    (found,), flagged = known(collect([event]), LATER, SKEW)
    assert found.at == (AT if skewed else AT + ahead)
    assert flagged == ({event.id} if skewed else frozenset())


def test_two_contents_of_one_version_are_a_conflict_that_the_smaller_wins() -> None:
    """Whichever came first, the same one wins, and the id is remembered."""
    other = replace(PLAIN, text="A")
    for events in ([PLAIN, other], [other, PLAIN], [other, PLAIN, other]):
        timeline = collect(events)
        assert timeline.conflicts == {PLAIN.id}
        assert timeline.versions[PLAIN.id] == (other,)


def test_a_second_delivery_is_no_conflict() -> None:
    """Only the time of receipt differs: a duplicate, and the choice is still the same."""
    again = replace(PLAIN, received_at=AT)
    one, other = collect([PLAIN, again]), collect([again, PLAIN])
    assert one == other
    assert not one.conflicts


def test_observing_what_is_there_returns_the_same_timeline() -> None:
    """Nobody has to evaluate anything after a duplicate."""
    timeline = observe(Timeline(), PLAIN)
    assert observe(timeline, PLAIN) is timeline
    assert merge(timeline, timeline) == timeline
