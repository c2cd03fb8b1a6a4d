"""The page of one case: its story, its verdict in plain words, one timeline for all channels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipeline.dashboard import words
from pipeline.dashboard.ahead import RULES, Ahead, Condition, ahead_of, conditions_of
from pipeline.dashboard.case_panel import (
    Change,
    Fact,
    PauseLine,
    PromiseLine,
    WarningView,
    change_of,
    facts_of,
    links_of,
    pauses_of,
    promises_of,
    warning_of,
)
from pipeline.dashboard.marks import Mark, Segment, anchor, folded, segments
from pipeline.dashboard.ports import Restatement
from pipeline.dashboard.rows import case_link
from pipeline.dashboard.story import tell_story
from pipeline.dashboard.times import DAY, Teller, When, duration
from pipeline.domain.events import (
    Event,
    Feedback,
    Identity,
    Message,
    Reading,
    Signal,
    Status,
)
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Evidence, Verdict
from pipeline.masks import masked, pseudonym
from pipeline.warning import Warned

QUIET: Final = frozenset({"complaint"})
"""Signals that every case has and that say nothing in a list of chips."""


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
    rule: str
    conditions: tuple[Condition, ...]
    ahead: Ahead
    pauses: tuple[PauseLine, ...]
    changes: tuple[Change, ...]
    before: str | None
    warning: WarningView | None


def build_case(
    verdict: Verdict,
    events: Sequence[Event],
    readings: Mapping[str, Reading],
    restatements: Sequence[Restatement],
    teller: Teller,
    policy: Policy,
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
        facts=tuple(facts_of(verdict, teller)),
        promises=tuple(promises_of(verdict, events, teller)),
        links=tuple(links_of(verdict, {event.id for event in events})),
        flags=tuple(words.named(words.FLAGS, flag) for flag in verdict.flags),
        rule=RULES[verdict.outcome],
        conditions=conditions_of(verdict, policy),
        ahead=ahead_of(verdict, policy, teller),
        pauses=tuple(pauses_of(verdict, teller)),
        changes=tuple(change_of(one, teller) for one in restatements),
        before=case_link(verdict.recurrence_of) if verdict.recurrence_of else None,
        warning=warning_of(warned) if warned is not None else None,
    )


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
        label=words.named(words.RULES, one.rule) + when, title=one.rule, tone=words.tone(one.rule)
    )


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
