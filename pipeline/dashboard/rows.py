"""Lines of the list of cases, and the words that all lists share."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from pipeline.dashboard import words
from pipeline.dashboard.times import Teller, When, duration
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Verdict
from pipeline.masks import pseudonym
from pipeline.warning import Warned

QUOTE_MAX = 140
_ADDRESSED: Final = re.compile(r"^(?:\[handle\] )+(?=\S)")


def case_link(case: str) -> str:
    """Return the address of a case's page; ids may hold any character."""
    return "/cases/" + quote(case, safe="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of the list of cases."""

    link: str
    case: str
    who: str
    opened: When | None
    channels: str
    route: str
    left_in: str
    outcome: str
    outcome_name: str
    attempts: int
    topic: str
    took: str
    final: bool


def times_usual(warned: Warned) -> str:
    """Return how the risk compares with that of the average open case, such as ``3×``."""
    times = warned.times_usual
    return f"{times:.1f}×" if times < 2 else f"{times:.0f}×"


def chance(warned: Warned) -> str:
    """Return the probability as a page says it."""
    return (
        f"{warned.risk.probability:.1%}"
        if warned.risk.probability < 0.1
        else (f"{warned.risk.probability:.0%}")
    )


def is_avoided(verdict: Verdict, public: bool, now: datetime, policy: Policy) -> bool:
    """Return whether the customer who waits is being avoided by now (definitions §6).

    Where the customer asked for time while waiting, the clock of the verdict decides.
    """
    since = verdict.waiting_since
    if since is None:
        return False
    if any(one.rule == "customer_pause" and one.at >= since for one in verdict.evidence):
        return verdict.avoidance_seconds > 0
    if public:
        return now > since + policy.avoidance_public
    return now > policy.calendar.add_business_days(since, policy.avoidance_private_days)


def case_row(verdict: Verdict, teller: Teller) -> CaseRow:
    """Return the line of any case."""
    return CaseRow(
        link=case_link(verdict.case),
        case=verdict.case,
        who=pseudonym(verdict.customer),
        opened=teller.when(verdict.opened_at),
        channels=", ".join(words.channel(name) for name in verdict.channels) or "none",
        route=words.named(words.ROUTES, verdict.route),
        left_in=words.named(words.LEFT_IN, verdict.left_in) if verdict.left_in else "",
        outcome=verdict.outcome,
        outcome_name=words.named(words.OUTCOMES, verdict.outcome),
        attempts=verdict.attempts,
        topic=words.named({}, verdict.facts.topic or ""),
        took=duration(verdict.wall_seconds) if verdict.resolved_at is not None else "",
        final=verdict.final,
    )


def shortened(text: str, most: int = QUOTE_MAX) -> str:
    """Return the beginning of a text on one line, without the handles to which it is addressed."""
    line = _ADDRESSED.sub("", " ".join(text[: most * 4].split()))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
