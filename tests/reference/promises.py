"""Promises and what became of them (definitions §6 and §8 *Promises*)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.reference.clocks import DAY, Span, after, end_of, without
from tests.reference.facts import Fact, Raw
from tests.reference.resolution import Resolution, is_acceptance, is_claim

FOREVER = 10_000 * DAY


@dataclass(kw_only=True, eq=False)
class Promise:
    """One promise, its due time with pauses, and its state."""

    fact: Fact
    due: datetime | None
    deed: str | None
    state: str = "open"
    since: datetime | None = None
    fulfilled_by: str | None = None
    moves: int = 0


def extended(made: datetime, due: datetime, pauses: list[Span]) -> datetime:
    """ "A due date is extended by the overlap with a pause": "inside it neither promises … run"."""
    if due <= made:
        return due
    running = without((made, made + FOREVER), pauses)
    return after(made, due - made, running) or due


def promises_of(
    facts: list[Fact],
    pauses: list[Span],
    resolution: Resolution,
    void: list[Fact],
    as_of: datetime,
) -> list[Promise]:
    """Return all promises of a case, each in its state at ``as_of``."""
    promises: list[Promise] = []
    confirmed = resolution.confirmed_at
    for fact in facts:
        given = [one for one in fact.signals if one["name"] == "promise"] if fact.outbound else []
        if given and confirmed and fact.at > confirmed:
            continue  # what is promised of a case that is solved belongs to it no more
        if given:
            promises += _give(fact, given, promises, pauses)
        elif (fact.outbound and "substantive" in fact.names) or is_claim(fact):
            _fulfil(promises, fact)
        elif is_acceptance(fact) and fact not in void:
            # "an acceptance counts as kept when it comes before the due"
            for one in promises:
                if one.state == "open" and one.due and fact.at <= one.due:
                    one.state, one.since = "kept", fact.at
    for one in promises:
        _expire(one, resolution, as_of)
    return promises


def _give(
    fact: Fact, given: list[Raw], promises: list[Promise], pauses: list[Span]
) -> list[Promise]:
    new = []
    for signal in given:
        due = end_of(signal["due"]) if signal.get("due") else None
        if due is None:
            new.append(Promise(fact=fact, due=None, deed=None, state="vague", since=fact.at))
            continue
        one = Promise(fact=fact, due=extended(fact.at, due, pauses), deed=signal.get("deed"))
        for old in promises:
            same = old.deed is None or one.deed is None or old.deed == one.deed
            # "A promise before the due *moves* the open one unless its `deed` differs"
            if old.state == "open" and same and old.due and fact.at < old.due:
                one.moves = old.moves + 1
                # "a second move is `broken` at that reply's time"
                old.state = "moved" if old.moves == 0 else "broken"
                old.since = fact.at
        new.append(one)
    return new


def _fulfil(promises: list[Promise], fact: Fact) -> None:
    """ "Fulfilled by the first later substantive reply or claim that carries no promise itself"."""
    for one in promises:
        if one.state == "open" and one.due:
            # "`kept` at or before due"
            one.state, one.since = ("kept" if fact.at <= one.due else "late"), fact.at
            one.fulfilled_by = fact.id


def _expire(one: Promise, resolution: Resolution, as_of: datetime) -> None:
    if one.state != "open" or one.due is None:
        return
    if resolution.confirmed_at is not None:
        # "`unknown` when the case is confirmed with no such event"
        one.state, one.since = "unknown", resolution.confirmed_at
    elif one.due <= as_of:
        one.state, one.since = "broken", one.due  # "`broken`, stamped *at the due time*"
