"""Weighs what the outbound rules found: the one response class, and what a promise is worth."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from models.deadlines import find_deadline
from models.plain import Plain
from models.reading import PRESENT, RESPONSE_CLASSES, Passage, Signal, Text
from models.rules.given import asked, given_before
from models.rules.legible import word_count
from models.rules.plainspoken import DATED
from models.rules.rule import Hit, expand, span_of, strongest, together
from models.rules.thread import LOOK_BACK, Thread

Hits = Mapping[str, list[Hit]]

BANTER_WORDS_MAX: Final = 14
"""Words: a reply without any evidence is a closing or banter up to here, else taken for
substance."""

POLITE_WORDS_MAX: Final = 16
"""Words: more than that are no mere thanks or closing, though they begin or end like one."""

ALIKE_MIN: Final = 2
"""Other conversations from which on the like of a reply is a stock answer."""

ANSWERED_MIN: Final = 0.6
"""Substance from which a reply answers, though a private message is offered behind it."""

ANSWERED_BESIDE_A_QUESTION_MIN: Final = 0.88
"""Substance from which a reply answers, though it asks for something."""

_SENTENCE_CHARS: Final = 240
_QUESTION_MARK: Final = re.compile(r"\?(?:\s|$)")
_LINK: Final = re.compile(expand("<link>"))
_FIGURE: Final = re.compile(r"(?<![\w@#/(])[$£€]?\d[\d:.,]{0,9}(?![\w/)])")
_EXCUSES: Final = ("apology", "deflection", "promise")
_PRIVATE_LINES: Final = frozenset({"contact-by-line", "details-by-link"})
_OF_THIS_CASE: Final = frozenset({"action-done", "offer"})
"""Rules of ``substantive`` that hold however often the same is done for others."""
_KIND: Final = frozenset(
    {"glad", "thanks-for", "closing", "welcome", "feedback-passed", "platitude"}
)
"""Rules of kindness, which alone make a closing where the company is glad."""
_OFFERED: Final = re.compile(
    r"\b(?:if (?!you (?:can|could|would|wouldn't|don't) )|should you|once|whether|need anything else|feel free to)\b[^.!?\n]{0,80}\b(?:dms?|pm|(?:direct|private) message|message (?:us|me))\b"  # noqa: E501 - one pattern
    r"|\b(?:dms?|pm|(?:direct|private) message|message (?:us|me))\b[^.!?,\n]{0,30}\b(?:if (?!i |we |you (?:can|could) )|should you|once you|whether|(?:with|w/) (?:any|other|further) (?:questions?|trouble|problems?|issues?))"  # noqa: E501 - one pattern
)
"""A private message is offered for the case that more is needed, rather than asked for."""
_ASIDE: Final = frozenset({"question", "please-provide", "need-from-you"})
"""Rules of ``info_request`` that a step may have beside it and remain one."""
_POLITELY: Final = ("can you", "could you", "would you", "will you")
_PRIVATELY: Final = re.compile(r"\b(?:dms?|pm|private(?:ly)?|messages?|inbox|there)\b")
_SOME_MONDAY: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
_CONDITION: Final = re.compile(
    r"\b(?:dm|send|let (?:us|me) know|please|pls|once|if|can you|could you|so that|so (?:we|our|i|a)|we can|may we|when you"  # noqa: E501 - one pattern
    r"|provide|reach out|and (?:we|i|our team)(?:'ll| will) (?:be happy|go from|get started|help|take it))\b"  # noqa: E501 - one pattern
)
_OTHERS: Final = (
    *(
        "resolution_claim",
        "apology",
        "ownership",
        "deflection",
        "rejection",
        "promise",
        "handoff",
        "proactive",
    ),
)


def weigh_outbound(plain: Plain, hits: Hits, thread: Thread, text: Text) -> dict[str, Signal]:
    """The signals of a company's text, by name: exactly one response class, and the others
    found."""
    found = {
        name: _signal(plain, name, together(hits[name]), hits[name])
        for name in _OTHERS
        if name in hits
    }
    if "promise" in found:
        found["promise"] = _promise(plain, found["promise"], strongest(hits["promise"]), text)
    response = _response(plain, hits, found, thread, text)
    private = _fired(hits, "referral") & _PRIVATE_LINES if response.name == "referral" else ()
    if (private or _goes_on_in_private(hits, plain.text)) and "handoff" not in found:
        found["handoff"] = replace(response, name="handoff", probability=0.6)
    if response.name == "info_request":
        asks, before = asked(plain.text), given_before(text.context[-LOOK_BACK:])
        given = tuple(name for name in asks if name in before)
        response = replace(response, asks=asks, given=given)
    return {response.name: response, **found}


def _goes_on_in_private(hits: Hits, text: str) -> bool:
    """The customer is told of an answer in a private message."""
    return "see-your-dm" in _fired(hits, "stock") and _PRIVATELY.search(text) is not None


def _promise(plain: Plain, signal: Signal, hit: Hit, text: Text) -> Signal:
    """A promise on condition is none unless it is dated; its due is looked for in its sentence."""
    start, end = _sentence(plain.text, hit)
    # Without a time of its own the text still shows that it names a date, though not which.
    found = (
        (begin, find_deadline(plain.text[begin:end], text.at or _SOME_MONDAY, text.zone))
        for begin in (hit.start, start)  # what follows the promise goes before what leads to it
    )
    begin, due = next((pair for pair in found if pair[1] is not None), (start, None))
    probability = signal.probability
    if due is not None:
        probability = max(probability, 0.8 if hit.rule.name == DATED else 0.9)
    elif _CONDITION.search(plain.text[start : hit.end]):
        probability *= 0.8
    return replace(
        signal,
        probability=round(probability, 4),
        due=due[0] if due and text.at else None,
        deed=hit.rule.note,
        span=signal.span
        if due is None
        else _union(plain, hit, begin + due[1][0], begin + due[1][1]),
    )


def _response(
    plain: Plain, hits: Hits, found: Mapping[str, Signal], thread: Thread, text: Text
) -> Signal:
    common = (text.replies_alike or 0) >= ALIKE_MIN
    scores = {name: together(hits.get(name, ())) for name in RESPONSE_CLASSES}
    scores["substantive"] = _substance(scores["substantive"], found)
    again = thread.repeats(plain.text)
    if again:
        scores["stock"] = max(scores["stock"], 0.85)
    elif common:
        _weigh_common(scores, hits, found)
    fired = {rule for response in RESPONSE_CLASSES for rule in _fired(hits, response)}
    seen = _Seen(
        fired=fired,
        excuses=any(_present(found, name) for name in _EXCUSES),
        answers=_is_offer_last(hits, plain.text) or _is_step_first(hits, plain.text),
        quizzed=_is_quizzed(text.context),
    )
    name, probability = _decide(scores, plain.text, seen)
    signal = _signal(plain, name, probability, hits.get(name, []))
    if name == "stock" and (again or common):
        return replace(signal, why="same-words-before" if again else "same-words-to-others")
    return signal


def _weigh_common(scores: dict[str, float], hits: Hits, found: Mapping[str, Signal]) -> None:
    """What others were told, too, is stock rather than substance, unless it was done for this one;
    a question, a referral or a closing stays what it is."""
    if _fired(hits, "substantive") & _OF_THIS_CASE or _present(found, "resolution_claim"):
        return
    if scores["substantive"] > scores["auto_ack"] or scores["stock"]:
        scores["stock"] = round(1.0 - (1.0 - scores["stock"]) * 0.2, 4)
    scores["substantive"] *= 0.5


def _substance(own: float, found: Mapping[str, Signal]) -> float:
    """A claim, a refusal and a dated promise are substance in themselves."""
    missing = 1.0 - own
    for name, weight in (("resolution_claim", 0.75), ("rejection", 0.6)):
        if _present(found, name):
            missing *= 1.0 - weight
    promise = found.get("promise")
    if promise and promise.probability >= PRESENT:
        missing *= 0.2 if promise.probability >= 0.9 and promise.due else 0.7
    return 1.0 - missing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What else decides on the class.

    Attributes:
        fired: the names of all rules that fired for a class.
        excuses: an apology, a deflection or a promise is present.
        answers: what is asked for besides is an offer, or whether the step helps.
        quizzed: the customer had asked a question just before.
    """

    fired: set[str]
    excuses: bool
    answers: bool
    quizzed: bool


def _decide(scores: Mapping[str, float], text: str, seen: _Seen) -> tuple[str, float]:
    """The class that tells most: substance over question over referral over stock over
    acknowledgement."""
    fired = seen.fired
    if "automatic" in fired or ("glad" in fired and not seen.excuses and _is_kind_only(fired)):
        return "auto_ack", scores["auto_ack"]
    enough = ANSWERED_MIN if seen.answers else ANSWERED_BESIDE_A_QUESTION_MIN
    if scores["info_request"] >= 0.7 and scores["substantive"] < enough:
        if scores["referral"] >= 0.8 and (scores["info_request"] < 0.82 or _by_link_only(fired)):
            return "referral", scores["referral"]
        return "info_request", scores["info_request"]
    if scores["referral"] >= 0.78 and scores["substantive"] < 0.88:
        return "referral", scores["referral"]
    if scores["auto_ack"] >= 0.85 and scores["stock"] < 0.74 and scores["substantive"] < 0.7:
        return "auto_ack", scores["auto_ack"]
    generic = "reboot" in fired and not fired & _OF_THIS_CASE and scores["stock"] >= 0.74
    if scores["substantive"] >= max(0.6, 0.8 * scores["stock"]) and not generic:
        return "substantive", scores["substantive"]
    if scores["substantive"] < 0.6 and scores["stock"] < 0.74 and _QUESTION_MARK.search(text):
        return "info_request", max(PRESENT, scores["info_request"])
    if scores["stock"] >= 0.74:
        return "stock", scores["stock"]
    best = max(("stock", "auto_ack", "substantive"), key=lambda name: scores[name])
    polite = best == "auto_ack" and word_count(text) > POLITE_WORDS_MAX
    if scores[best] >= PRESENT and not polite:
        return best, scores[best]
    return _without_evidence(text, seen)


def _is_offer_last(hits: Hits, text: str) -> bool:
    """Something is told first; a private message is only offered behind it."""
    offer = _OFFERED.search(text)
    return offer is not None and any(
        hit.end <= offer.start() for hit in hits.get("substantive", ())
    )


def _is_quizzed(context: Sequence[Passage]) -> bool:
    return bool(context) and context[-1].direction == "inbound" and "?" in context[-1].text


def _is_step_first(hits: Hits, text: str) -> bool:
    """A step that is asked for politely, or has a question behind it ("does that help?"), is a
    step; where a question comes first its answer is wanted."""
    asked = {hit.rule.name: hit for hit in hits.get("info_request", ())}
    step = next((hit for hit in hits.get("substantive", ()) if hit.rule.name == "steps"), None)
    if step is None or not set(asked) <= _ASIDE:
        return False
    question = asked.get("question")
    return (
        question is None
        or step.end <= question.start
        or (step.start < question.end and text.startswith(_POLITELY, question.start))
    )


def _is_kind_only(fired: set[str]) -> bool:
    """Nothing but thanks and joy, feedback passed on perhaps."""
    return fired <= _KIND


def _by_link_only(fired: set[str]) -> bool:
    """Details are wanted, but elsewhere: at the end of a link, not in an answer."""
    return "details-by-link" in fired and not fired & {"question", "dm-us"}


def _without_evidence(text: str, seen: _Seen) -> tuple[str, float]:
    """Few words answer a question, else they are a closing; sorrow, blame or a vague promise alone
    would fit any case."""
    if seen.excuses or _LINK.search(text):
        return "stock", PRESENT
    if _FIGURE.search(text) or (seen.quizzed and "!" not in text):
        return "substantive", PRESENT
    return ("auto_ack" if word_count(text) <= BANTER_WORDS_MAX else "substantive"), PRESENT


def _present(found: Mapping[str, Signal], name: str) -> bool:
    return name in found and found[name].probability >= PRESENT


def _fired(hits: Hits, name: str) -> set[str]:
    return {hit.rule.name for hit in hits.get(name, ())}


def _sentence(text: str, hit: Hit) -> tuple[int, int]:
    """The sentence around a hit; a full stop inside a number or a link ends none."""
    left = max(0, hit.start - _SENTENCE_CHARS)
    before = [m.end() for m in re.finditer(r"[.!?\n]\s", text[left : hit.start])]
    after = re.search(r"[.!?\n](?:\s|$)", text[hit.end : hit.end + _SENTENCE_CHARS])
    end = hit.end + (after.start() if after else _SENTENCE_CHARS)
    return left + (before[-1] if before else 0), min(end, len(text))


def _union(plain: Plain, hit: Hit, start: int, end: int) -> tuple[int, int]:
    return plain.span(min(hit.start, start), max(hit.end, end))


def _signal(plain: Plain, name: str, probability: float, hits: list[Hit]) -> Signal:
    best = strongest(hits) if hits else None
    return Signal(
        name=name,
        probability=round(probability, 4),
        span=span_of(plain, best) if best else None,
        why=best.rule.name if best else "no-other-evidence",
    )
