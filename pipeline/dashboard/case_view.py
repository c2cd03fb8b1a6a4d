"""The page of one case: its story, its verdict in plain words, one timeline for all channels."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipeline.dashboard import words
from pipeline.dashboard.marks import Mark, Segment, folded, segments
from pipeline.dashboard.ports import Restatement
from pipeline.dashboard.rows import WarningRow, case_link, warning_row
from pipeline.dashboard.story import tell_story
from pipeline.dashboard.times import DAY, Teller, When, duration, hours
from pipeline.domain.events import Event, Feedback, Identity, Message, Reading, Signal, Status
from pipeline.domain.verdict import Evidence, Verdict
from pipeline.masks import masked, pseudonym
from pipeline.warning import Warned

QUIET: Final = frozenset({"complaint"})
"""Signals that every case has and that say nothing in a list of chips."""
BAD: Final = frozenset({
    "chase", "dispute", "extra_contact", "second_info_round", "re_ask", "reopened", "run_around",
    "negative_feedback", "promise_broken", "promise_late", "public_escalation", "refuted",
    "external_escalation", "not_settled_by_first_answer", "no_substantive_reply", "false_pause",
})  # fmt: skip
GOOD: Final = frozenset(
    {"confirmed_explicit", "confirmed_silent", "first_substantive_reply", "promise_kept"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A short label with a tone: ``good``, ``bad`` or ``plain``."""

    label: str
    title: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of the timeline. ``side`` is ``private``, ``public`` or ``both``."""

    id: str
    anchor: str
    at: When | None
    side: str
    kind: str
    who: str
    channel: str
    text: tuple[Segment, ...] = ()
    rest: tuple[Segment, ...] = ()
    characters: int = 0
    lang: str = ""
    subject: str = ""
    note: str = ""
    gap: str = ""
    """How long nothing had happened before; empty where that is less than a day."""
    chips: tuple[Chip, ...] = ()
    read: str = ""
    """Who read the text, and what else was read of it."""
    evidence: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a value of the side panel; ``value`` stands where there is no moment."""

    name: str
    value: str
    at: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLine:
    """One promise of the ledger."""

    anchor: str
    state: str
    tone: str
    at: When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One restatement, in words."""

    at: When | None
    lines: tuple[str, ...]
    causes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything that the page of a case shows."""

    case: str
    who: str
    identifiers: tuple[str, ...]
    story: str
    verdict: Verdict
    outcome_name: str
    outcome_hint: str
    ftr: str
    reasons: tuple[Chip, ...]
    route: str
    entries: tuple[Entry, ...]
    facts: tuple[Fact, ...]
    promises: tuple[PromiseLine, ...]
    links: tuple[tuple[str | None, str], ...]
    flags: tuple[str, ...]
    next: When | None
    changes: tuple[Change, ...]
    before: str | None
    warning: WarningRow | None


def build_case(
    verdict: Verdict,
    events: Sequence[Event],
    readings: Mapping[str, Reading],
    restatements: Sequence[Restatement],
    teller: Teller,
    warned: Warned | None = None,
) -> CaseView:
    """Return the page of a case; ``events`` are those of the case in order, ``readings`` by id."""
    evidence: dict[str, list[Evidence]] = {}
    for one in verdict.evidence:
        evidence.setdefault(one.event, []).append(one)
    entries = [
        _entry(
            event, readings.get(event.id), evidence.get(event.id, ()), _gap(before, event), teller
        )
        for before, event in zip([None, *events], events, strict=False)
    ]
    return CaseView(
        case=verdict.case,
        who=pseudonym(verdict.customer),
        identifiers=tuple(masked(one) for one in verdict.customer),
        story=tell_story(verdict, events, teller),
        verdict=verdict,
        outcome_name=words.named(words.OUTCOMES, verdict.outcome),
        outcome_hint=words.OUTCOME_HINTS.get(verdict.outcome, ""),
        ftr=words.named(words.FTR, verdict.ftr) if verdict.ftr else "",
        reasons=tuple(_reason(name, verdict) for name in verdict.ftr_reasons),
        route=words.named(words.ROUTES, verdict.route),
        entries=tuple(entries),
        facts=tuple(_facts(verdict, teller)),
        promises=tuple(_promises(verdict, teller)),
        links=tuple(_links(verdict, {event.id for event in events})),
        flags=tuple(words.named(words.FLAGS, flag) for flag in verdict.flags),
        next=teller.when(verdict.revisit_at),
        changes=tuple(_change(one, teller) for one in restatements),
        before=case_link(verdict.recurrence_of) if verdict.recurrence_of else None,
        warning=warning_row(warned, events, teller) if warned is not None else None,
    )


def anchor(event: str) -> str:
    """Return the anchor of an event on the page of its case."""
    return "e-" + "".join(letter if letter.isalnum() else "-" for letter in event)


def _gap(before: Event | None, event: Event) -> str:
    seconds = 0.0 if before is None else (event.at - before.at).total_seconds()
    return f"{duration(seconds)} later" if seconds >= DAY else ""


def _entry(
    event: Event,
    reading: Reading | None,
    evidence: Sequence[Evidence],
    gap: str,
    teller: Teller,
) -> Entry:
    shown = [one for one in evidence if one.rule != "first_event"]
    common: dict[str, Any] = {
        "id": event.id,
        "anchor": anchor(event.id),
        "at": teller.when(event.at),
        "gap": gap,
        "evidence": tuple(_because(one, event.at, teller) for one in shown),
    }
    if isinstance(event, Message):
        return _message_entry(event, reading, common)
    kind = type(event).__name__.lower()
    common |= {"side": "both", "kind": kind, "who": "", "channel": ""}
    return Entry(note=_note(event), **common)


def _message_entry(message: Message, reading: Reading | None, common: dict[str, Any]) -> Entry:
    is_read = reading is not None
    shown, rest = folded(segments(message.text, _marks(message, is_read=is_read)))
    automatic = " (automatic)" if message.auto else ""
    inbound = message.direction == "inbound"
    return Entry(
        side=message.visibility,
        kind="inbound" if inbound else "outbound",
        who=("Customer" if inbound else "Company") + automatic,
        channel=words.channel(message.channel),
        text=shown,
        rest=rest,
        characters=len(message.text),
        lang=message.lang or (reading.lang if reading is not None else None) or "",
        subject=message.subject or "",
        note="The source deleted this message; its text is gone." if message.deleted else "",
        chips=tuple(_signals(message, is_read=is_read)),
        read=_read(message, reading),
        **common,
    )


def _marks(message: Message, *, is_read: bool) -> Iterator[Mark]:
    """Yield the words that carry signals; the evidence of a verdict names no others."""
    for signal in message.signals or ():
        if signal.span is not None:
            start, end = signal.span
            label = _sure(signal, is_read=is_read)
            yield Mark(start=start, end=end, label=label, title=_title(signal))


def _signals(message: Message, *, is_read: bool) -> Iterator[Chip]:
    """Yield what is said without words that carry it."""
    for signal in message.signals or ():
        is_quiet = signal.name in QUIET and not is_read
        if not is_quiet and (signal.span is None or not message.text):
            yield Chip(label=_sure(signal, is_read=is_read), title=_title(signal))


def _title(signal: Signal) -> str:
    name = words.named(words.SIGNALS, signal.name)
    why = f", by {signal.why}" if signal.why else ""
    return f"{name}, probability {signal.probability:.0%}{why}"


def _sure(signal: Signal, *, is_read: bool) -> str:
    """Return what a signal says, with its date, and the probability that a model gives it."""
    due = signal.due or signal.until
    parts = [words.named(words.SIGNALS, signal.name)]
    parts += [f"{due.day} {due:%b %Y}"] if due is not None else []
    parts += [f"{signal.probability:.0%}"] if is_read or signal.probability < 1 else []
    return " ".join(parts)


def _read(message: Message, reading: Reading | None) -> str:
    """Return who read a text, and what else: severity, theme, language."""
    if reading is None:
        return "Its signals came with the message." if message.signals else ""
    parts = []
    if reading.severity is not None:
        parts.append(words.named(words.SEVERITIES, reading.severity))
    if reading.theme is not None:
        parts.append(f"about {words.named({}, reading.theme).lower()}")
    if reading.lang is not None:
        parts.append(words.LANGUAGES.get(reading.lang, reading.lang))
    nothing = "" if reading.signals else "it says nothing that counts; "
    again = f", revision {reading.version}" if reading.version else ""
    return f"Read by {reading.model}{again}: {nothing}{', '.join(parts)}".rstrip(" :;") + "."


def _because(one: Evidence, at: datetime, teller: Teller) -> Chip:
    when = f" ({teller.exact(one.at)})" if one.at != at else ""
    return Chip(
        label=words.named(words.RULES, one.rule) + when, title=one.rule, tone=_tone(one.rule)
    )


def _tone(rule: str) -> str:
    return "bad" if rule in BAD else "good" if rule in GOOD else "plain"


def _note(event: Event) -> str:
    if isinstance(event, Status):
        return f"Helpdesk set the ticket to {event.status}"
    if isinstance(event, Feedback):
        solved = {True: "solved", False: "not solved", None: ""}[event.resolved]
        score = f"score {event.score} of 5" if event.score is not None else ""
        return "Survey: " + ", ".join(part for part in (solved, score) if part)
    if isinstance(event, Identity):
        verb = "are not" if event.retracts else "are"
        return f"{' and '.join(masked(one) for one in event.same)} {verb} one person"
    return "The customer asked to be forgotten"


def _reason(name: str, verdict: Verdict) -> Chip:
    tone = {"yes": "good", "no": "bad"}.get(verdict.ftr or "", "plain")
    return Chip(label=words.named(words.REASONS, name), title=name, tone=tone)


def _facts(verdict: Verdict, teller: Teller) -> Iterator[Fact]:
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


def _promises(verdict: Verdict, teller: Teller) -> Iterator[PromiseLine]:
    seen = set()
    for one in verdict.evidence:
        state = one.rule.removeprefix("promise_")
        if state == one.rule or (one.event, state) in seen:
            continue
        seen.add((one.event, state))
        yield PromiseLine(
            anchor=anchor(one.event),
            state=words.named(words.PROMISES, state),
            tone=_tone(one.rule),
            at=teller.when(one.at),
        )


def _links(verdict: Verdict, shown: Set[str]) -> Iterator[tuple[str | None, str]]:
    """Yield what links the events, and where on the page it is shown; None where it is not."""
    for one in verdict.evidence:
        if one.rule.startswith("linked_by_"):
            place = anchor(one.event) if one.event in shown else None
            yield place, words.named(words.RULES, one.rule)


def _change(one: Restatement, teller: Teller) -> Change:
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
