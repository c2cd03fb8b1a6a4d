"""Weighs what the inbound rules found: with the thread, and one signal against another."""

import re
from collections.abc import Mapping
from typing import Final

from models.plain import Plain
from models.reading import PRESENT, Signal
from models.rules.legible import word_count
from models.rules.rule import Hit, span_of, strongest, together
from models.rules.thread import Thread

Hits = Mapping[str, list[Hit]]

THANKS_WORDS_MAX: Final = 30
ANSWER_WORDS_MAX: Final = 40
_SELF_EVIDENT: Final = 0.8  # dispute rules that need no earlier reply to be believed
_RULES_OF_WAITING: Final = frozenset({"how-long", "waited"})
_CHANNELS_ASKED_FOR: Final = frozenset({"messaged", "emailed", "form"})
_INFERRED: Final = {
    "info_supplied": "answers-the-question",
    "dispute": "unhappy-with-the-reply",
    "duplicate": "same-words-before",
    "not_a_complaint": "no-dissatisfaction",
}
"""Why, where the thread or the other signals decided and no pattern."""
_UNASKED: Final = frozenset({"sent", "here-it-is"})
_REPROACHES: Final = frozenset(
    {"feeling", "verdict", "cheat", "curse", "degraded", "leaving", "fix-it"}
)
_BLAME: Final = frozenset({"cheat", "rude", "curse", "thanks-for-nothing"})
_ACCUSE_WORDS: Final = """
    charged cancelled-on-me no-help supposed wrong fix-it money-back never-came how-is-this
    leaving
"""
_ACCUSE: Final = frozenset(_ACCUSE_WORDS.split())
_DISAPPROVE_WORDS: Final = """
    verdict feeling waste exasperated dear why degraded face-angry
"""
_DISAPPROVE: Final = frozenset(_DISAPPROVE_WORDS.split())


class Scores:
    """The probabilities of one text while they are weighed; small enough to be read at a glance."""

    def __init__(self, hits: Hits) -> None:
        self.hits = hits
        self.p = {name: together(found) for name, found in hits.items()}

    def __getitem__(self, name: str) -> float:
        """The probability so far, 0 where no rule fired."""
        return self.p.get(name, 0.0)

    def has(self, name: str) -> bool:
        """Whether the signal would count as present as things stand."""
        return self[name] >= PRESENT

    def scale(self, name: str, factor: float) -> None:
        """Weakens a signal, by a factor of 0 to 1."""
        self.p[name] = self[name] * factor

    def fired(self, name: str) -> set[str]:
        """The names of the rules that fired for a signal."""
        return {hit.rule.name for hit in self.hits.get(name, ())}


def weigh_inbound(plain: Plain, hits: Hits, thread: Thread) -> dict[str, Signal]:
    """The signals of a customer's text, by name; those below ``PRESENT`` are still among them."""
    scores = Scores(hits)
    words = word_count(plain.text)
    _weigh_complaint(scores)
    _weigh_answer(scores, thread, words, plain.text)
    _weigh_dispute(scores, thread)
    _weigh_chase(scores, thread)
    _weigh_acceptance(scores, plain.text)
    _weigh_escalation(scores)
    _weigh_thanks(scores, words, plain.text)
    if not thread.passages:
        scores.scale("new_issue", 0.6)
    if thread.repeats(plain.text):
        scores.p["duplicate"] = 0.9
    scores.p["not_a_complaint"] = _innocence(scores)
    return {name: _signal(plain, name, p, hits.get(name, [])) for name, p in scores.p.items()}


def _weigh_complaint(scores: Scores) -> None:
    """Praise voids weak complaints, writing again speaks for one, withdrawing one is none."""
    if scores.has("prior_contact"):
        scores.p["complaint"] = round(1.0 - (1.0 - scores["complaint"]) * 0.7, 4)
    if scores["praise"] and scores["complaint"] < 0.8:
        scores.scale("complaint", 0.65)
    if scores["withdraws"] >= 0.9:
        scores.scale("complaint", 0.3)
    if scores.has("spam"):
        scores.scale("complaint", 0.4)


def _weigh_answer(scores: Scores, thread: Thread, words: int, text: str) -> None:
    """After a question of the company, a short statement is its answer."""
    if not thread.asked:
        if not thread.replied:
            scores.scale("info_supplied", 0.6 if scores.fired("info_supplied") <= _UNASKED else 0.8)
        elif scores.has("info_supplied") and scores.fired("prior_contact") <= _CHANNELS_ASKED_FOR:
            scores.scale("prior_contact", 0.6)
        return
    evidence = 1.0 - (1.0 - scores["info_supplied"]) * (1.0 - scores["answer"])
    if words <= ANSWER_WORDS_MAX and "?" not in text:
        evidence = 1.0 - (1.0 - evidence) * (0.8 if scores.has("complaint") else 0.5)
    if scores["complaint"] < PRESENT or evidence >= 0.75:
        scores.p["info_supplied"] = round(min(0.97, evidence), 4)
        if not scores.hits.get("info_supplied") and scores.hits.get("answer"):
            scores.hits = {**scores.hits, "info_supplied": scores.hits["answer"]}
    if scores.fired("prior_contact") & _CHANNELS_ASKED_FOR and scores.has("info_supplied"):
        scores.scale("prior_contact", 0.6)


def _weigh_dispute(scores: Scores, thread: Thread) -> None:
    """Only an answer can be disputed; without a thread, only wording that speaks of one counts."""
    if thread.passages and not thread.replied:
        scores.scale("dispute", 0.4)
    elif not thread.passages:
        sure = [
            hit for hit in scores.hits.get("dispute", ()) if hit.rule.probability >= _SELF_EVIDENT
        ]
        scores.p["dispute"] = together(sure)
    elif scores["complaint"] >= 0.6 and not scores.has("chase") and _reproaches(scores, thread):
        scores.p["dispute"] = round(1.0 - (1.0 - scores["dispute"]) * 0.45, 4)
    if scores.has("info_supplied") and thread.asked:
        scores.scale("dispute", 0.75)


def _reproaches(scores: Scores, thread: Thread) -> bool:
    """After a question the fault is an answer, but a reproach is none."""
    if not thread.asked:
        return True
    return bool(scores.fired("complaint") & _REPROACHES) and scores["info_supplied"] < 0.7


def _weigh_chase(scores: Scores, thread: Thread) -> None:
    """Asking how long is a chase only of someone who has waited or was answered."""
    alone = scores.fired("chase") <= _RULES_OF_WAITING and len(scores.hits.get("chase", ())) < 2
    if alone and not thread.passages and not scores.has("complaint"):
        scores.scale("chase", 0.55)


def _weigh_escalation(scores: Scores) -> None:
    """Who only names the ombudsman in a threat has not gone there yet; who sets a date waits."""
    if scores.has("threat") and scores.fired("external") == {"outside-named"}:
        scores.scale("external", 0.8)
    if scores.has("pace_request") and scores.fired("chase") == {"reply-please"}:
        scores.scale("chase", 0.5)


def _weigh_acceptance(scores: Scores, text: str) -> None:
    """Asking whether it is solved is not saying so; what is solved is not complained of."""
    if "?" in text and not scores["thanks"]:
        scores.scale("accepts", 0.55)
    if "still-broken" in scores.fired("dispute") or scores["dispute"] >= 0.8:
        scores.scale("accepts", 0.5)
    if scores.has("accepts"):
        for name in ("complaint", "chase", "dispute", "new_issue"):
            scores.scale(name, 0.6)


def _weigh_thanks(scores: Scores, words: int, text: str) -> None:
    """Thanks are thanks when nothing else is wanted."""
    wants = (
        "complaint",
        "chase",
        "dispute",
        "new_issue",
        "threat",
        "pace_request",
        "spam",
    )
    if any(scores.has(name) for name in wants) or words > THANKS_WORDS_MAX or "?" in text:
        scores.scale("thanks", 0.4)


def _innocence(scores: Scores) -> float:
    """How sure it is that there is no dissatisfaction at all."""
    worst = max(
        scores["complaint"],
        *(0.9 * scores[name] for name in ("dispute", "chase", "threat", "external")),
        0.7 * scores["prior_contact"],
    )
    if worst >= PRESENT:
        return round(1.0 - max(worst, 0.55), 4)
    friendly = max(
        scores[name] for name in ("thanks", "accepts", "praise", "info_supplied", "question")
    )
    grumble = (0.15 if friendly else 0.41) if scores["grumble"] else 0.0
    doubt = worst * (0.5 if friendly else 0.8) + grumble
    return round(max(0.0, 0.9 - doubt), 4)


def _signal(plain: Plain, name: str, probability: float, hits: list[Hit]) -> Signal:
    best = strongest(hits) if hits else None
    return Signal(
        name=name,
        probability=round(probability, 4),
        span=span_of(plain, best) if best else None,
        why=best.rule.name if best else _INFERRED.get(name),
        channel=best.rule.note if best and name == "prior_contact" else None,
    )


def severity_of(signals: Mapping[str, Signal], hits: Hits, text: str) -> str | None:
    """Severity by the kind of words used; null where there is neither a complaint nor its absence.

    ``no_reproach`` reports, ``disapproval`` judges the matter, ``accusation`` says that the company
    did it, ``blame`` says that it did so in bad faith or is to answer for it.
    """
    if not _present(signals, "complaint"):
        return "none" if _present(signals, "not_a_complaint") else None
    fired = {hit.rule.name for hit in hits.get("complaint", ())}
    if _present(signals, "threat") or (
        fired & _BLAME and re.search(r"\b(?:you|your|u|ur|@\w+)\b", text)
    ):
        return "blame"
    if fired & _ACCUSE:
        return "accusation"
    return "disapproval" if fired & _DISAPPROVE else "no_reproach"


def _present(signals: Mapping[str, Signal], name: str) -> bool:
    return name in signals and signals[name].probability >= PRESENT
