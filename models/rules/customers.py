"""Weighs what the inbound rules found: with the thread, and one signal against another."""

import re
from collections.abc import Mapping
from typing import Final

from models.bounded import compiled
from models.plain import Plain
from models.reading import PRESENT, Signal
from models.rules.legible import word_count
from models.rules.rule import Hit, span_of, strongest, together
from models.rules.thread import Thread

Hits = Mapping[str, list[Hit]]

THANKS_WORDS_MAX: Final = 30
ANSWER_WORDS_MAX: Final = 40
BARE_WORDS_MAX: Final = 5
"""Words: thanks or consent of no more than that says nothing else."""

CIVIL_WORDS_MAX: Final = 12
TOLD_WORDS_MIN: Final = 5
"""Words from which a sentence beside a question tells something."""

_FRIENDLY: Final = (
    *(("thanks", 0.9), ("accepts", 0.9), ("withdraws", 0.9), ("praise", 0.85), ("banter", 0.75)),
    *(("pace_request", 0.7), ("request", 0.6), ("laughter", 0.6)),
)
"""What speaks for a text that complains of nothing, and how much."""
_FRIENDLY_REPLIES: Final = (("info_supplied", 0.9), ("agrees", 0.8))
"""What speaks for it once the company has written."""
_SENDS: Final = re.compile(r"\b(?:send(?:ing)?|sent|dm)\b")
_SENTENCE: Final = re.compile(r"[^.!?\n]{1,400}[.!?]?")
_ASKING: Final = compiled(
    r"^\W*(?:@\w+ )*(?:(?:hi|hello|hey|please)\W+)*(?:how|can i|could i|is|are|do|does|what time|when|where|which|will|who|any chance)\b"  # noqa: E501 - one pattern
    r"|\b(?:wondering|like to (?:know|ask)|want(?:ed)? to know|please advise|let me know|i(?:'m| am) (?:looking|planning|thinking)|hope (?:that )?you)\b"  # noqa: E501 - one pattern
)
_OF_AN_ANSWER_WORDS: Final = """
    did-not-help your-fix-failed already-tried about-the-answer refuses closed-too-early
"""
_OF_AN_ANSWER: Final = frozenset(_OF_AN_ANSWER_WORDS.split())
"""Rules of ``dispute`` that speak of an answer or a fix, and are believed without one in sight."""
_OF_ASKING_WORDS: Final = """
    any-update not-heard no-reply reply-please chasing sent-around nth-message
    waits-for-answer unanswered
"""
_OF_ASKING: Final = frozenset(_OF_ASKING_WORDS.split())
"""Rules of ``chase`` that speak of asking before, and are believed without it in sight."""
_CHANNELS_ASKED_FOR: Final = frozenset({"messaged", "emailed", "form"})
_INFERRED: Final = {
    "info_supplied": "answers-the-question",
    "dispute": "unhappy-with-the-reply",
    "duplicate": "same-words-before",
    "not_a_complaint": "no-dissatisfaction",
}
"""Why, where the thread or the other signals decided and no pattern."""
_UNASKED: Final = frozenset({"sent", "here-it-is"})
_NO_PRAISE: Final = frozenset({"irony", "redress", "expects-redress", "thanks-for-nothing"})
_REPROACHES: Final = frozenset(
    {"feeling", "verdict", "cheat", "curse", "degraded", "leaving", "fix-it"}
)


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

    def keep(self, name: str, rules: frozenset[str]) -> None:
        """Lets only these rules speak for a signal."""
        kept = [hit for hit in self.hits.get(name, ()) if hit.rule.name in rules]
        self.hits = {**self.hits, name: kept}
        self.p[name] = together(kept)

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
    _weigh_acceptance(scores)
    _weigh_escalation(scores)
    _weigh_thanks(scores, words, plain.text)
    if not thread.passages:
        scores.scale("new_issue", 0.6)
    if thread.repeats(plain.text):
        scores.p["duplicate"] = 0.9
    scores.p["not_a_complaint"] = _innocence(scores, thread, words, plain.text)
    return {
        name: _signal(plain, name, p, scores.hits.get(name, [])) for name, p in scores.p.items()
    }


def _weigh_complaint(scores: Scores) -> None:
    """Praise voids weak complaints, writing again speaks for one, withdrawing one is none."""
    if scores.has("prior_contact"):
        scores.p["complaint"] = round(1.0 - (1.0 - scores["complaint"]) * 0.7, 4)
    if scores.fired("complaint") & _NO_PRAISE:
        scores.scale("praise", 0.0)
    if scores["praise"] and scores["complaint"] < 0.7:
        scores.scale("complaint", 0.65)
    if scores["withdraws"] >= 0.9:
        scores.scale("complaint", 0.3)
    if scores.has("spam"):
        scores.scale("complaint", 0.4)
    if "hearsay" in scores.fired("third_party"):
        scores.scale("complaint", 0.6)


def _weigh_answer(scores: Scores, thread: Thread, words: int, text: str) -> None:
    """After a question of the company, a short statement is its answer."""
    if scores.has("withdraws"):
        return
    if not thread.asked:
        if not thread.replied:
            scores.scale("info_supplied", 0.6 if scores.fired("info_supplied") <= _UNASKED else 0.8)
        elif scores.has("info_supplied") and scores.fired("prior_contact") <= _CHANNELS_ASKED_FOR:
            scores.scale("prior_contact", 0.6)
        return
    evidence = 1.0 - (1.0 - scores["info_supplied"]) * (1.0 - scores["answer"])
    if words <= ANSWER_WORDS_MAX and "?" not in text and not _is_civil_only(scores, words, text):
        evidence = 1.0 - (1.0 - evidence) * (0.8 if scores.has("complaint") else 0.5)
    if scores["complaint"] < PRESENT or evidence >= 0.75:
        scores.p["info_supplied"] = round(min(0.97, evidence), 4)
        if not scores.hits.get("info_supplied") and scores.hits.get("answer"):
            scores.hits = {**scores.hits, "info_supplied": scores.hits["answer"]}
    if scores.fired("prior_contact") & _CHANNELS_ASKED_FOR and scores.has("info_supplied"):
        scores.scale("prior_contact", 0.6)


def _is_civil_only(scores: Scores, words: int, text: str) -> bool:
    """Thanks, consent or joy in a few words gives nothing that was asked for."""
    if words <= BARE_WORDS_MAX and not _SENDS.search(text):
        return scores.has("thanks") or scores.has("agrees")
    return scores.has("accepts") and words <= CIVIL_WORDS_MAX


def _weigh_dispute(scores: Scores, thread: Thread) -> None:
    """Only an answer can be disputed; with none in sight only wording that speaks of one counts."""
    if not thread.replied:
        scores.keep("dispute", _OF_AN_ANSWER)
    elif scores["complaint"] >= 0.6 and not scores.has("chase") and _reproaches(scores, thread):
        scores.p["dispute"] = round(1.0 - (1.0 - scores["dispute"]) * 0.45, 4)
    if scores.has("info_supplied") and thread.asked:
        scores.scale("dispute", 0.75)
    if scores.has("new_issue") and thread.passages:
        scores.scale("dispute", 0.6)


def _reproaches(scores: Scores, thread: Thread) -> bool:
    """After a question the fault is an answer, but a reproach is none."""
    if not thread.asked:
        return True
    return bool(scores.fired("complaint") & _REPROACHES) and scores["info_supplied"] < 0.7


def _weigh_chase(scores: Scores, thread: Thread) -> None:
    """Who has not asked before chases only by saying so; who waits for goods complains."""
    if not thread.earlier and not scores.has("prior_contact"):
        waits = scores["chase"]
        scores.keep("chase", _OF_ASKING)
        if not scores["chase"]:
            scores.p["complaint"] = round(
                1.0 - (1.0 - scores["complaint"]) * (1.0 - 0.65 * waits), 4
            )


def _weigh_escalation(scores: Scores) -> None:
    """Who only names the ombudsman in a threat has not gone there yet; who sets a date waits."""
    if scores.has("threat") and scores.fired("external") == {"outside-named"}:
        scores.scale("external", 0.8)
    if scores.has("pace_request") and scores.fired("chase") == {"reply-please"}:
        scores.scale("chase", 0.5)


def _weigh_acceptance(scores: Scores) -> None:
    """What does not work is not accepted; what is accepted is not complained of."""
    if scores.has("withdraws"):
        scores.scale("accepts", 0.5)
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


def _innocence(scores: Scores, thread: Thread, words: int, text: str) -> float:
    """How sure it is that there is no dissatisfaction at all.

    Innocence wants evidence: a grievance may be told without any word that the rules know, and a
    complaint taken for none leaves every count.
    """
    worst = max(
        scores["complaint"],
        *(0.9 * scores[name] for name in ("dispute", "chase", "threat", "external")),
        0.7 * scores["prior_contact"],
    )
    if worst >= PRESENT:
        return round(1.0 - max(worst, 0.55), 4)
    evidence = max(_friendly(scores, thread, text), _silence(scores, thread, words))
    doubt = 0.6 * worst + (0.2 if scores["grumble"] else 0.0)
    return round(max(0.0, evidence - doubt), 4)


def _friendly(scores: Scores, thread: Thread, text: str) -> float:
    """The best evidence that a text complains of nothing."""
    found = [weight for name, weight in _FRIENDLY if scores.has(name)]
    if thread.replied or "as-requested" in scores.fired("info_supplied"):
        found += [weight for name, weight in _FRIENDLY_REPLIES if scores.has(name)]
    if scores["question"] and (asks := _asks_plainly(text)) is not None:
        found.append(0.8 if asks else 0.6)
    return max(found, default=0.0)


def _silence(scores: Scores, thread: Thread, words: int) -> float:
    """After a reply, few words without any sign of discontent are mere civility."""
    return 0.55 if thread.replied and words <= CIVIL_WORDS_MAX and not scores["grumble"] else 0.0


def _asks_plainly(text: str) -> bool | None:
    """Whether a text is nothing but a question; null when it asks nothing."""
    if "?" not in text:
        return None if not _ASKING.search(text) else True
    told = (part for part in _SENTENCE.findall(text) if not part.endswith("?"))
    return all(word_count(part) < TOLD_WORDS_MIN or _ASKING.search(part) for part in told)


def _signal(plain: Plain, name: str, probability: float, hits: list[Hit]) -> Signal:
    best = strongest(hits) if hits else None
    return Signal(
        name=name,
        probability=round(probability, 4),
        span=span_of(plain, best) if best else None,
        why=best.rule.name if best else _INFERRED.get(name),
        channel=best.rule.note if best and name == "prior_contact" else None,
    )
