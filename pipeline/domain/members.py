"""Which cases a published figure counts: in its denominator, its numerator, and as failures.

A figure without its cases is a claim. `CONDITIONS` are facts of a verdict alone, so that a ledger
can keep them as one number for each case (`marks_of`) and find the cases of a figure by it;
most of them say that the case adds to a count, which is what the figure was made of. `MEMBERS` says
which of them make a figure. What depends on the moment or on other cases is stated
beside: a longer window that is still running (`WINDOWS`), and cases that came back.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from pipeline.domain.tally import END_OF_TIME, MONTH, VENDORS, WEEK, Counts, Key, counts_of
from pipeline.domain.verdict import Verdict

Part = Literal["all", "yes", "no"]
Test = Callable[[Verdict], bool]

RECURRED: Final = "recurred"
"""Stands in `MEMBERS` for what other cases tell: a recurrence of this one was opened."""
STATES: Final = ("open", "kept", "late", "broken", "moved", "vague", "unknown")
SHAPES_KEPT: Final = 10_000
"""Cases count alike so often that most marks need not be worked out."""


def _adds(name: str, *states: str) -> frozenset[Key]:
    return frozenset((name, state) for state in states)


COUNTED: Final[Mapping[str, frozenset[Key]]] = MappingProxyType({
    "counted": _adds("case", "counted"),
    "confirmed": _adds("case", "confirmed"),
    "ftr_yes": _adds("ftr", "yes"),
    "ftr_no": _adds("ftr", "no"),
    "ftr_strict_yes": _adds("ftr_strict", "yes"),
    "ftr_strict_no": _adds("ftr_strict", "no"),
    "ftr_7d_no": _adds("ftr_7d", "no"),
    "ftr_30d_no": _adds("ftr_30d", "no"),
    "one_contact_yes": _adds("one_contact", "yes"),
    "one_contact_no": _adds("one_contact", "no"),
    "claimed": _adds("case", "claimed"),
    **{name: _adds(name, "yes") for name in VENDORS},
    "escalated": _adds("route", "escalated"),
    "escalation_only": _adds("outcome", "escalation_only"),
    **{f"promise_{state}": _adds("promise", state) for state in STATES},
    "promise_any": _adds("promise", *STATES),
    "promise_scored": _adds("promise", "kept", "late", "broken"),
    "promise_ended": _adds("promise", "kept", "late", "broken", "unknown"),
    "run_around": _adds("case", "run_around"),
    "false_pause": _adds("case", "false_pause"),
    "unread": _adds("case", "unread"),
    "asked": _adds("ask_and_wait", "yes", "no"),
    "ask_and_wait": _adds("ask_and_wait", "yes"),
    "closed": _adds("closed_unconfirmed", "yes", "no", "undetermined"),
    "closed_unconfirmed": _adds("closed_unconfirmed", "yes"),
    "ticketed": _adds("reticketed", "yes", "no"),
    "reticketed": _adds("reticketed", "yes"),
})  # fmt: skip
"""Conditions of a case that adds to one of these counts (`tally.counts_of`), of which the published
figures are made: so that a list holds what the figure has counted."""


def _sure(verdict: Verdict) -> bool:
    """Return whether no window has to pass: it is a yes as soon as the case is opened."""
    return verdict.first_time_right_within(WEEK, verdict.opened_at) == "yes"


def _sure_in_a_month(verdict: Verdict) -> bool:
    return verdict.first_time_right_within(MONTH, verdict.opened_at) == "yes"


def _undisturbed(verdict: Verdict) -> bool:
    return _stands(verdict, WEEK)


def _undisturbed_in_a_month(verdict: Verdict) -> bool:
    return _stands(verdict, MONTH)


def _stands(verdict: Verdict, window: timedelta) -> bool:
    """Return whether a window turns out well once it is over."""
    failed, settled = verdict.facts.disturbed_at, verdict.facts.settled_at
    undisturbed = settled is not None and (failed is None or failed >= settled + window)
    return verdict.counted and undisturbed


def _compared(verdict: Verdict) -> bool:
    facts = verdict.facts
    both = facts.private_wait is not None and facts.public_wait is not None
    return both and verdict.counted and verdict.route == "escalated"


def _avoided(verdict: Verdict) -> bool:
    return verdict.counted and verdict.avoidance_seconds > 0


TESTED: Final[Mapping[str, Test]] = MappingProxyType({
    "ftr_7d_sure": _sure,
    "ftr_7d_undisturbed": _undisturbed,
    "ftr_30d_sure": _sure_in_a_month,
    "ftr_30d_undisturbed": _undisturbed_in_a_month,
    "compared": _compared,
    "avoided": _avoided,
})  # fmt: skip
"""The other conditions: of times and clocks, of which no count is kept."""
CONDITIONS: Final = (
    "counted", "confirmed", "ftr_yes", "ftr_no", "ftr_strict_yes", "ftr_strict_no", "ftr_7d_sure",
    "ftr_7d_undisturbed", "ftr_7d_no", "ftr_30d_sure", "ftr_30d_undisturbed", "ftr_30d_no",
    "one_contact_yes", "one_contact_no", "claimed", *VENDORS, "escalated", "escalation_only",
    "compared", *(f"promise_{state}" for state in STATES), "promise_any", "promise_scored",
    "promise_ended", "run_around", "avoided", "false_pause", "unread", "asked", "ask_and_wait",
    "closed", "closed_unconfirmed", "ticketed", "reticketed",
)  # fmt: skip
"""Facts of a verdict by name, in the order of the bits of `marks_of`: add at the end only."""
_BITS: Final = {name: 1 << bit for bit, name in enumerate(CONDITIONS)}
_TESTED: Final = tuple((_BITS[name], holds) for name, holds in TESTED.items())
WINDOWS: Final[Mapping[str, timedelta]] = MappingProxyType({"ftr_7d": WEEK, "ftr_30d": MONTH})
"""Figures whose numerator grows when a window ends, though no verdict changes."""


def _of(all_: str, yes: str | None = None, no: str | None = None) -> Mapping[Part, str]:
    parts: dict[Part, str | None] = {"all": all_, "yes": yes, "no": no}
    return {part: name for part, name in parts.items() if name is not None}


MEMBERS: Final[Mapping[str, Mapping[Part, str]]] = MappingProxyType({
    "ftr": _of("counted", "ftr_yes", "ftr_no"),
    "ftr_strict": _of("counted", "ftr_strict_yes", "ftr_strict_no"),
    "ftr_7d": _of("counted", "ftr_7d_undisturbed", "ftr_7d_no"),
    "ftr_30d": _of("counted", "ftr_30d_undisturbed", "ftr_30d_no"),
    "one_contact": _of("counted", "one_contact_yes", "one_contact_no"),
    **{name: _of("claimed", name) for name in VENDORS},
    "escalation": _of("counted", "escalated"),
    "eor_escalated": _of("escalated", "escalation_only"),
    "eor_counted": _of("counted", "escalation_only"),
    "private_wait": _of("compared"),
    "public_wait": _of("compared"),
    "promises_kept": _of("promise_scored", "promise_kept"),
    "promises_late": _of("promise_scored", "promise_late"),
    "promises_broken": _of("promise_scored", "promise_broken"),
    "promises_unknown": _of("promise_ended", "promise_unknown"),
    "promises_vague": _of("promise_any", "promise_vague"),
    "run_around": _of("counted", "run_around"),
    "avoidance": _of("counted", "avoided"),
    "avoidance_wait": _of("avoided"),
    "false_pause": _of("counted", "false_pause"),
    "unread": _of("counted", "unread"),
    "ask_and_wait": _of("asked", "ask_and_wait"),
    "closed_unconfirmed": _of("closed", "closed_unconfirmed"),
    "reticketed": _of("ticketed", "reticketed"),
    "recurrence": _of("confirmed", RECURRED),
    "contacts_per_resolution": _of("confirmed"),
    "resolution_wall": _of("confirmed"),
    "resolution_business": _of("confirmed"),
})  # fmt: skip
"""By figure and part, the condition that its cases meet. Figures of promises count promises: there
the cases are those that hold the promises."""


def is_member(
    figure: str, part: Part, verdict: Verdict, now: datetime, recurred: Collection[str]
) -> bool:
    """Return whether a figure counts a case at ``now``; a KeyError says that there is none such.

    ``recurred`` are the cases of which a counted recurrence was opened.
    """
    name = MEMBERS[figure][part]
    if name == RECURRED:
        return verdict.confirmed and verdict.case in recurred
    if part == "yes" and figure in WINDOWS:
        return verdict.first_time_right_within(WINDOWS[figure], now) == "yes"
    return bool(marks_of(verdict) & _BITS[name])


def marks_of(verdict: Verdict, counts: Counts | None = None) -> int:
    """Return the conditions that a verdict meets, as the bits of a number.

    ``counts`` are what it adds to the counts at the end of time, where they are known already.
    """
    told = _counted(tuple(counts_of(verdict, END_OF_TIME)) if counts is None else counts)
    for bit, holds in _TESTED:
        if holds(verdict):
            told |= bit
    return told


@lru_cache(SHAPES_KEPT)
def _counted(counts: Counts) -> int:
    added = {key for key, number in counts if number}
    return _bits(name for name, keys in COUNTED.items() if not keys.isdisjoint(added))


def _bits(names: Iterable[str]) -> int:
    return sum(_BITS[name] for name in names)


def mark(name: str) -> int:
    """Return the bit of a condition."""
    return _BITS[name]
