"""Which cases a published figure counts: in its denominator, its numerator, and as failures.

A figure without its cases is a claim. `CONDITIONS` are facts of a verdict alone, so that a ledger
can keep them as one number for each case (`marks_of`) and find the cases of a figure by it;
`MEMBERS` says which of them make a figure. What depends on the moment or on other cases is stated
beside: a longer window that is still running (`WINDOWS`), and cases that came back.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from pipeline.domain.gaming import ask_and_wait, closed_unconfirmed, reticketed
from pipeline.domain.tally import MONTH, VENDORS, WEEK, one_contact
from pipeline.domain.verdict import Verdict

Part = Literal["all", "yes", "no"]
Condition = Callable[[Verdict], bool]

RECURRED: Final = "recurred"
"""Stands in `MEMBERS` for what other cases tell: a recurrence of this one was opened."""


def _counted(verdict: Verdict) -> bool:
    return verdict.counted


def _confirmed(verdict: Verdict) -> bool:
    return verdict.confirmed


def _ftr(told: str) -> Condition:
    return lambda verdict: verdict.ftr == told


def _strict_yes(verdict: Verdict) -> bool:
    return verdict.ftr == "yes" and verdict.facts.info_rounds == 0


def _strict_no(verdict: Verdict) -> bool:
    return verdict.counted and (verdict.ftr == "no" or verdict.facts.info_rounds > 0)


def _sure_within(window: timedelta) -> Condition:
    return lambda one: one.first_time_right_within(window, one.opened_at) == "yes"


def _undisturbed(window: timedelta) -> Condition:
    """Return whether a window turns out well once it is over."""

    def holds(verdict: Verdict) -> bool:
        failed, settled = verdict.facts.disturbed_at, verdict.facts.settled_at
        undisturbed = settled is not None and (failed is None or failed >= settled + window)
        return verdict.counted and undisturbed

    return holds


def _failed_within(window: timedelta) -> Condition:
    return lambda one: one.first_time_right_within(window, one.opened_at) == "no"


def _one_contact(told: str) -> Condition:
    return lambda verdict: verdict.counted and one_contact(verdict) == told


def _claimed(verdict: Verdict) -> bool:
    return verdict.counted and verdict.facts.claims > 0


def _vendor(holds: Condition) -> Condition:
    return lambda verdict: _claimed(verdict) and holds(verdict)


def _escalated(verdict: Verdict) -> bool:
    return verdict.counted and verdict.route == "escalated"


def _escalation_only(verdict: Verdict) -> bool:
    return verdict.outcome == "escalation_only"


def _compared(verdict: Verdict) -> bool:
    facts = verdict.facts
    both = facts.private_wait is not None and facts.public_wait is not None
    return _escalated(verdict) and both


def _promised(*states: str) -> Condition:
    def holds(verdict: Verdict) -> bool:
        found = verdict.promises
        if not found:
            return False
        return verdict.counted and any(number and one in states for one, number in found.items())

    return holds


def _promised_any(verdict: Verdict) -> bool:
    return bool(verdict.promises) and verdict.counted and any(verdict.promises.values())


def _run_around(verdict: Verdict) -> bool:
    return verdict.counted and verdict.run_around


def _avoided(verdict: Verdict) -> bool:
    return verdict.counted and verdict.avoidance_seconds > 0


def _false_pause(verdict: Verdict) -> bool:
    return verdict.counted and verdict.false_pauses > 0


def _unread(verdict: Verdict) -> bool:
    return verdict.counted and verdict.facts.unread > 0


def _asked(verdict: Verdict) -> bool:
    return verdict.counted and ask_and_wait(verdict) is not None


def _asked_and_waited(verdict: Verdict) -> bool:
    return verdict.counted and ask_and_wait(verdict) is True


def _closed(verdict: Verdict) -> bool:
    return verdict.counted and closed_unconfirmed(verdict) is not None


def _closed_unconfirmed(verdict: Verdict) -> bool:
    return verdict.counted and closed_unconfirmed(verdict) == "yes"


def _ticketed(verdict: Verdict) -> bool:
    return verdict.counted and reticketed(verdict) is not None


def _reticketed(verdict: Verdict) -> bool:
    return verdict.counted and reticketed(verdict) is True


STATES: Final = ("open", "kept", "late", "broken", "moved", "vague", "unknown")
CONDITIONS: Final[Mapping[str, Condition]] = MappingProxyType({
    "counted": _counted,
    "confirmed": _confirmed,
    "ftr_yes": _ftr("yes"),
    "ftr_no": _ftr("no"),
    "ftr_strict_yes": _strict_yes,
    "ftr_strict_no": _strict_no,
    "ftr_7d_sure": _sure_within(WEEK),
    "ftr_7d_undisturbed": _undisturbed(WEEK),
    "ftr_7d_no": _failed_within(WEEK),
    "ftr_30d_sure": _sure_within(MONTH),
    "ftr_30d_undisturbed": _undisturbed(MONTH),
    "ftr_30d_no": _failed_within(MONTH),
    "one_contact_yes": _one_contact("yes"),
    "one_contact_no": _one_contact("no"),
    "claimed": _claimed,
    **{name: _vendor(holds) for name, holds in VENDORS.items()},
    "escalated": _escalated,
    "escalation_only": _escalation_only,
    "compared": _compared,
    **{f"promise_{state}": _promised(state) for state in STATES},
    "promise_any": _promised_any,
    "promise_scored": _promised("kept", "late", "broken"),
    "promise_ended": _promised("kept", "late", "broken", "unknown"),
    "run_around": _run_around,
    "avoided": _avoided,
    "false_pause": _false_pause,
    "unread": _unread,
    "asked": _asked,
    "ask_and_wait": _asked_and_waited,
    "closed": _closed,
    "closed_unconfirmed": _closed_unconfirmed,
    "ticketed": _ticketed,
    "reticketed": _reticketed,
})  # fmt: skip
"""Facts of a verdict by name, in the order of the bits of `marks_of`: add at the end only."""
_BITS: Final = tuple((1 << bit, holds) for bit, holds in enumerate(CONDITIONS.values()))
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
    return CONDITIONS[name](verdict)


def marks_of(verdict: Verdict) -> int:
    """Return the conditions that a verdict meets, as the bits of a number."""
    told = 0
    for bit, holds in _BITS:
        if holds(verdict):
            told |= bit
    return told


def mark(name: str) -> int:
    """Return the bit of a condition."""
    return 1 << list(CONDITIONS).index(name)
