"""From probabilities to what a reading tells: no contradiction, every signal with its span."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from models.deadlines import find_deadline
from models.plain import Plain
from models.reading import INBOUND, OUTBOUND, PRESENT, RESPONSE_CLASSES, Signal, Text
from models.rules.given import asked, given_before
from models.rules.reader import Findings
from models.rules.thread import LOOK_BACK

Blame = Callable[[str, int], int | None]
"""For a signal, which of the text's clauses tells most; null where there is but one."""

CLAUSES_MAX: Final = 60
_CLAUSE: Final = re.compile(r"[^.!?\n;]{1,400}(?:[.!?;]{1,20}(?=\s|$)|\n|[.](?=\w)|$)?")
_GRIEVANCES: Final = ("complaint", "dispute")
_CHANNELS: Final = (
    ("phone", r"\b(?:call(?:ed|s|ing)?|phon(?:e|ed|ing)|rang|ring|hold|spoke|hotline|voicemail)\b"),
    ("email", r"\b(?:e-?mail(?:s|ed|ing)?)\b"),
    ("chat", r"\bchat(?:s|ted|ting)?\b"),
    ("web_form", r"\b(?:form|ticket|website|portal)\b"),
    ("store", r"\b(?:store|shop|branch|counter|desk)\b"),
    ("dm", r"\b(?:dm(?:s|ed)?|dm'd|pm|direct message|inbox)\b"),
    ("letter", r"\b(?:letter|wrote|post(?:ed)?)\b"),
)


def choose(direction: str, probability: Mapping[str, float]) -> dict[str, float]:
    """The signals that are told, in their order, each at least ``PRESENT``.

    `not_a_complaint` never stands beside a complaint or dispute: the more probable stays. A
    company's text has exactly one response class, the most probable.
    """
    if direction == "inbound":
        found = {name: probability[name] for name in INBOUND if probability[name] >= PRESENT}
        worst = max((found.get(name, 0.0) for name in _GRIEVANCES), default=0.0)
        if "not_a_complaint" in found and worst:
            if found["not_a_complaint"] >= worst:
                for name in _GRIEVANCES:
                    found.pop(name, None)
            else:
                del found["not_a_complaint"]
        return found
    best = max(RESPONSE_CLASSES, key=lambda name: probability[name])
    return {
        name: max(probability[name], PRESENT) if name == best else probability[name]
        for name in OUTBOUND
        if name == best or (name not in RESPONSE_CLASSES and probability[name] >= PRESENT)
    }


def clauses(plain: Plain) -> list[tuple[int, int]]:
    """Where the clauses of a plain text stand."""
    found = []
    for match in _CLAUSE.finditer(plain.text):
        inner = match.group().strip()
        if any(char.isalnum() for char in inner):
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found.append((start, start + len(inner)))
        if len(found) == CLAUSES_MAX:
            break
    return found


def tell(
    text: Text,
    findings: Findings,
    chosen: Mapping[str, float],
    places: Sequence[tuple[int, int]],
    blame: Blame,
) -> tuple[Signal, ...]:
    """The signals of a reading.

    Args:
        text: that was read.
        findings: what the rules saw in it: their spans and names go before what is computed here.
        chosen: by name, the probability of what is told.
        places: the clauses of the plain text.
        blame: which of them tells a signal most.
    """
    return tuple(
        _signal(text, findings, name, probability, places, blame)
        for name, probability in chosen.items()
    )


def _signal(  # each is a part of the telling, handed through
    text: Text,
    findings: Findings,
    name: str,
    probability: float,
    places: Sequence[tuple[int, int]],
    blame: Blame,
) -> Signal:
    rounded = round(probability, 4)
    ruled = findings.signals.get(name)
    if ruled is not None and ruled.span is not None:
        told = replace(ruled, probability=rounded)
        where = ruled.span
    else:
        at = blame(name, len(places))
        plain_span = places[at] if at is not None and places else None
        span = findings.plain.span(*plain_span) if plain_span else None
        told = Signal(name=name, probability=rounded, span=span, why="learnt")
        where = span or (0, len(text.text))
    return _completed(text, findings, told, where)


def _completed(
    text: Text,
    findings: Findings,
    told: Signal,
    where: tuple[int, int],
) -> Signal:
    """With what a signal carries beside its name, where the rules have not said it."""
    words = text.text[where[0] : where[1]].lower()
    if told.name == "promise" and told.due is None and text.at is not None:
        due = find_deadline(words, text.at, text.zone)
        return replace(told, due=due[0] if due else None)
    if told.name == "pace_request" and told.until is None and text.at is not None:
        until = find_deadline(findings.plain.text, text.at, text.zone)
        return replace(told, until=until[0] if until else None)
    if told.name == "prior_contact" and told.channel is None:
        return replace(told, channel=_channel(words) or _channel(findings.plain.text))
    if told.name == "info_request" and not told.asks:
        asks, before = asked(findings.plain.text), given_before(text.context[-LOOK_BACK:])
        return replace(told, asks=asks, given=tuple(name for name in asks if name in before))
    return told


def _channel(words: str) -> str | None:
    return next((name for name, pattern in _CHANNELS if re.search(pattern, words)), None)
