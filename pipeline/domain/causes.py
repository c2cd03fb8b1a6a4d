"""Why a case was not right the first time: what went wrong first, said of the company.

A verdict names every failure of first-time-right. Many of them are what the *customer* did (asked
again, disagreed, went public), which is a symptom. So the cause is the earliest failure and, where
that is the customer's, what the company had done until then. Each case that was not right has
exactly one cause, so that shares of causes add up.
"""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from types import MappingProxyType
from typing import Final, Literal

from pipeline.domain.ftr import FAILURES
from pipeline.domain.verdict import Evidence, Verdict

Cause = Literal[
    "no_reply", "no_real_answer", "asked_again", "answer_did_not_hold", "promise_failed",
    "information_lapsed", "never_confirmed",
]  # fmt: skip

LABELS: Final[Mapping[Cause, str]] = MappingProxyType({
    "no_reply": "Nobody replied",
    "no_real_answer": "Replies came, but no real answer",
    "asked_again": "Information was asked for again",
    "answer_did_not_hold": "The answer did not settle it",
    "promise_failed": "A promise was broken or kept late",
    "information_lapsed": "The customer's information never came",
    "never_confirmed": "Nobody confirmed a solution in 42 days",
})  # fmt: skip
"""Each cause in a reader's words."""

_COMPANYS: Final[Mapping[str, Cause]] = MappingProxyType({
    "re_ask": "asked_again",
    "second_info_round": "asked_again",
    "promise_broken": "promise_failed",
    "promise_late": "promise_failed",
    "not_settled_by_first_answer": "answer_did_not_hold",
    "no_substantive_reply": "no_real_answer",
})  # fmt: skip
"""Failures that are the company's own; all others of `FAILURES` are what the customer did."""

PICKS_MAX: Final = 12
"""How many cases of each cause are drawn, from which a report quotes."""


def trouble_of(verdict: Verdict) -> Evidence | None:
    """Return the earliest failure of first-time-right; None where time alone failed, or nothing."""
    found = (one for one in verdict.evidence if one.rule in FAILURES)
    return min(found, key=lambda one: (one.at, one.event, one.rule), default=None)


def cause_of(verdict: Verdict) -> Cause | None:
    """Return why a case was not right the first time; None where it was, or may still be."""
    if verdict.ftr != "no":
        return None
    trouble = trouble_of(verdict)
    if trouble is None:
        return "information_lapsed" if verdict.outcome == "lapsed" else "never_confirmed"
    return _COMPANYS.get(trouble.rule) or _before(verdict, trouble.at)


def _before(verdict: Verdict, at: datetime) -> Cause:
    """Return what the company had done before the customer came back at ``at``."""
    if verdict.first_reply_at is None or verdict.first_reply_at >= at:
        return "no_reply"
    if verdict.first_substantive_at is None or verdict.first_substantive_at >= at:
        return "no_real_answer"
    return "answer_did_not_hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A case drawn for a quotation, and the event at which it went wrong, where one did."""

    case: str
    event: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseCount:
    """One cause: in how many cases, in how many of the chosen week, most often about what.

    ``topic`` is None where no case names one. ``picks`` are drawn by a digest of case and seed: as
    good as chance, and the same for whoever draws again.
    """

    cause: Cause
    count: int
    in_week: int
    topic: str | None
    topic_count: int
    picks: tuple[Pick, ...]


@dataclass(slots=True, kw_only=True)
class CauseTally:
    """Counts causes over verdicts, in bounded memory.

    Attributes:
        seed: decides which cases are drawn for quotations.
        start: the first moment of the week that is counted apart.
        end: the moment at which that week has ended.
    """

    seed: str
    start: datetime
    end: datetime
    _counts: Counter[Cause] = field(default_factory=Counter)
    _in_week: Counter[Cause] = field(default_factory=Counter)
    _topics: Counter[tuple[Cause, str]] = field(default_factory=Counter)
    _drawn: dict[Cause, list[tuple[int, str, str]]] = field(default_factory=dict)

    def add(self, verdict: Verdict, _as_of: datetime) -> None:
        """Count one case."""
        cause = cause_of(verdict)
        if cause is None:
            return
        self._counts[cause] += 1
        self._in_week[cause] += self.start <= verdict.opened_at < self.end
        if verdict.facts.topic is not None:
            self._topics[cause, verdict.facts.topic] += 1
        self._draw(cause, verdict)

    def causes(self) -> tuple[CauseCount, ...]:
        """Return the causes that there are, the most frequent first."""
        ranked = sorted(self._counts.items(), key=lambda one: (-one[1], one[0]))
        return tuple(self._cause(cause, count) for cause, count in ranked)

    def _cause(self, cause: Cause, count: int) -> CauseCount:
        topics = [(n, topic) for (one, topic), n in self._topics.items() if one == cause]
        n, topic = min(topics, key=lambda one: (-one[0], one[1]), default=(0, None))
        drawn = sorted(self._drawn.get(cause, ()), reverse=True)
        return CauseCount(
            cause=cause,
            count=count,
            in_week=self._in_week[cause],
            topic=topic,
            topic_count=n,
            picks=tuple(Pick(case=case, event=event or None) for _, case, event in drawn),
        )

    def _draw(self, cause: Cause, verdict: Verdict) -> None:
        digest = blake2b(f"{self.seed}\n{verdict.case}".encode(), digest_size=8).digest()
        trouble, held = trouble_of(verdict), self._drawn.setdefault(cause, [])
        drawn = (-int.from_bytes(digest), verdict.case, "" if trouble is None else trouble.event)
        if len(held) < PICKS_MAX:
            heapq.heappush(held, drawn)
        else:
            heapq.heappushpop(held, drawn)
