"""What stands beside the story of a case: clocks, promises, pauses, links, restatements, risk."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from pipeline.dashboard import words
from pipeline.dashboard.marks import anchor
from pipeline.dashboard.ports import Restatement
from pipeline.dashboard.rows import chance, shortened, times_usual
from pipeline.dashboard.times import Teller, When, duration, hours
from pipeline.domain.clocks import moment
from pipeline.domain.events import Event, Message, Moment
from pipeline.domain.verdict import Verdict
from pipeline.warning import Warned


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a value of the side panel; ``value`` stands where there is no moment."""

    name: str
    value: str
    at: When | None = None


ENDED: Final = frozenset({"kept", "late", "broken", "moved"})
"""States of promises that began at a moment of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLine:
    """One promise of the ledger: the words, when it was made and fell due, what became of it.

    ``at`` is when it ended: kept, late, broken or moved.
    """

    anchor: str
    words: str
    made: When | None
    due: When | None
    state: str
    tone: str
    at: When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseLine:
    """A time in which clocks stood still, or in which they should not have been thought to."""

    anchor: str
    text: str
    tone: str
    at: When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningView:
    """How likely the case is to go public, and what raises it."""

    chance: str
    times: str
    reasons: tuple[str, ...]
    learnt_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One restatement, in words."""

    at: When | None
    lines: tuple[str, ...]
    causes: tuple[str, ...]
    reason: str


def facts_of(verdict: Verdict, teller: Teller) -> Iterator[Fact]:
    """Yield the moments and clocks of a case."""
    yield Fact(name="Opened", value="", at=teller.when(verdict.opened_at))
    if verdict.escalated_at is not None:
        yield Fact(name="Went public", value="", at=teller.when(verdict.escalated_at))
    yield Fact(name="First reply", value="none yet", at=teller.when(verdict.first_reply_at))
    yield Fact(
        name="First real answer", value="none yet", at=teller.when(verdict.first_substantive_at)
    )
    if verdict.resolved_at is not None:
        yield Fact(name="Solved", value="", at=teller.when(verdict.resolved_at))
    if verdict.confirmed_at is not None:
        by = "by the customer" if verdict.confirmed_by == "explicit" else "by silence"
        yield Fact(name=f"Confirmed {by}", value="", at=teller.when(verdict.confirmed_at))
    yield Fact(name="Wall clock", value=duration(verdict.wall_seconds))
    yield Fact(name="Business hours", value=hours(verdict.business_seconds))
    yield Fact(name="Customer's attempts", value=str(verdict.attempts))
    if verdict.avoidance_seconds:
        yield Fact(name="Avoided for", value=duration(verdict.avoidance_seconds))
    if verdict.paused_seconds:
        yield Fact(name="Paused by the customer", value=duration(verdict.paused_seconds))
    if verdict.false_pauses:
        yield Fact(name="False pauses", value=str(verdict.false_pauses))


def promises_of(verdict: Verdict, events: Sequence[Event], teller: Teller) -> Iterator[PromiseLine]:
    """Yield the promises of a case, each once for each state that it had."""
    messages = {one.id: one for one in events if isinstance(one, Message)}
    seen = set()
    for one in verdict.evidence:
        state = one.rule.removeprefix("promise_")
        if state == one.rule or (one.event, state) in seen:
            continue
        seen.add((one.event, state))
        message = messages.get(one.event)
        said, due = _promised(message)
        yield PromiseLine(
            anchor=anchor(one.event),
            words=said,
            made=teller.when(message.at) if message is not None else None,
            due=teller.when(moment(due, teller.zone)) if due is not None else None,
            state=words.named(words.PROMISES, state),
            tone=words.tone(one.rule),
            at=teller.when(one.at) if state in ENDED else None,
        )


def _promised(message: Message | None) -> tuple[str, Moment | None]:
    """Return the words of a promise, and when it falls due."""
    found = (one for one in (message.signals if message else None) or () if one.name == "promise")
    signal = next(found, None)
    if message is None or signal is None:
        return "", None
    start, end = signal.span or (0, 0)
    return shortened(message.text[start:end], 90), signal.due


def pauses_of(verdict: Verdict, teller: Teller) -> Iterator[PauseLine]:
    """Yield when the customer asked for time, and when a pause was a false one."""
    for one in verdict.evidence:
        if one.rule in ("customer_pause", "false_pause"):
            yield PauseLine(
                anchor=anchor(one.event),
                text=words.named(words.RULES, one.rule),
                tone=words.tone(one.rule),
                at=teller.when(one.at),
            )


def warning_of(warned: Warned) -> WarningView:
    """Return the risk in words."""
    return WarningView(
        chance=chance(warned),
        times=times_usual(warned),
        reasons=tuple(words.named(words.RISKS, one.feature) for one in warned.risk.reasons),
        learnt_from=warned.learnt_from,
    )


def links_of(verdict: Verdict, shown: Set[str]) -> Iterator[tuple[str | None, str]]:
    """Yield what links the events, and where on the page it is shown; None where it is not."""
    for one in verdict.evidence:
        if one.rule.startswith("linked_by_"):
            place = anchor(one.event) if one.event in shown else None
            yield place, words.named(words.RULES, one.rule)


def change_of(one: Restatement, teller: Teller) -> Change:
    """Return a restatement in words."""
    return Change(
        at=teller.when(one.at),
        lines=tuple(_changed(name, was, now) for name, (was, now) in one.changes.items()),
        causes=tuple(anchor(cause) for cause in one.causes),
        reason=one.reason,
    )


_TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "outcome": words.OUTCOMES,
    "route": words.ROUTES,
    "left_in": words.LEFT_IN,
    "ftr": {"yes": "yes", "no": "no", "undetermined": "not known yet"},
}


def _changed(name: str, was: Any, now: Any) -> str:
    table = _TABLES.get(name, {})
    before, after = (words.named(table, str(value)) if value else "nothing" for value in (was, now))
    return f"{name.replace('_', ' ')}: {before} → {after}"
