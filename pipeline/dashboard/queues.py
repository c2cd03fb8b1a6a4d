"""Work lists: who waits, what was promised, false pauses, who may go public, who had to.

Each is a `Queue`: a few groups of cases, the most urgent first, each with the words that matter and
the number of all that belong to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipeline.dashboard import words
from pipeline.dashboard.asking import Asked
from pipeline.dashboard.ports import Book
from pipeline.dashboard.rows import case_link, chance, is_avoided, shortened, times_usual
from pipeline.dashboard.times import Teller, When, duration
from pipeline.domain.calendar import end_of_date, load_zone
from pipeline.domain.events import Message
from pipeline.domain.policy import Policy
from pipeline.domain.scope import CaseFilter, paused_since
from pipeline.domain.verdict import Verdict
from pipeline.masks import pseudonym
from pipeline.warning import Warned

SHOWN: Final = 25
"""How many cases of a group a page shows; the whole of it is one link away."""
WARNED_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case of a work list.

    ``lead`` is what urges, ``lead_note`` says more of it; ``about`` says what had happened.
    """

    link: str
    case: str
    who: str
    lead: str
    lead_note: str = ""
    bad: bool = False
    quote: str = ""
    tag: str = ""
    channel: str = ""
    about: str = ""
    topic: str = ""
    at: When | None = None
    outcome: str = ""
    outcome_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some cases of a work list, and how many there are in all.

    ``every`` leads to the list of them, or of more than them: ``every_name`` says of what.
    """

    name: str
    total: int
    rows: tuple[Row, ...]
    every: str = ""
    every_name: str = "as a list"
    nothing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every list needs."""

    book: Book
    policy: Policy
    teller: Teller
    asked: Asked

    def cases(self, which: CaseFilter, limit: int) -> tuple[Sequence[Verdict], int]:
        """Return some cases that pass, the latest opened first, and how many do."""
        found = self.book.cases(which, self.teller.now, 0, limit)
        return found.items, found.total

    def count(self, **more: Any) -> int:
        """Return how many cases of the scope pass."""
        return self.book.count(CaseFilter(scope=self.asked.scope, **more), self.teller.now)

    def message(self, verdict: Verdict, pick: Callable[[Message], bool]) -> Message | None:
        """Return the first message of a case that fits, without personal data."""
        return self.book.message(verdict, self.teller.now, pick)


# --------------------------------------------------------------------------------------- who waits


def waiting_groups(desk: Desk, shown: int = SHOWN) -> tuple[Group, Group]:
    """Return who waits for a reply: in public, then in private, the longest first."""
    public, private = desk.count(waiting=True, public=True), desk.count(waiting=True, public=False)
    return (
        Group(
            name="In public",
            total=public,
            rows=_waiting(desk, shown, public=True) if public else (),
            every=desk.asked.within("/cases", waiting=True, public=True),
            nothing="Nobody waits in public.",
        ),
        Group(
            name="In private",
            total=private,
            rows=_waiting(desk, shown, public=False) if private else (),
            every=desk.asked.within("/cases", waiting=True, public=False),
            nothing="Nobody waits in private.",
        ),
    )


def _waiting(desk: Desk, shown: int, *, public: bool) -> tuple[Row, ...]:
    found = desk.book.waiting(desk.teller.now, shown, desk.asked.scope, public)
    return tuple(waiting_row(desk, one) for one in found)


def waiting_row(desk: Desk, verdict: Verdict) -> Row:
    """Return the line of a case in which a contact waits."""
    public = verdict.facts.waiting_public_since
    since = public or verdict.waiting_since or verdict.opened_at
    message = desk.message(verdict, lambda one: one.direction == "inbound" and one.at == since)
    avoided = is_avoided(verdict, public is not None, desk.teller.now, desk.policy)
    return _row(
        desk,
        verdict,
        message,
        since,
        lead=duration((desk.teller.now - since).total_seconds()),
        lead_note="overdue" if avoided else "",
        bad=avoided,
    )


# ---------------------------------------------------------------------------------------- promises


def promise_groups(desk: Desk, shown: int = SHOWN) -> tuple[Group, Group, Group]:
    """Return promises that are overdue, due today in the report zone, and due later."""
    scope, now = desk.asked.scope, desk.teller.now
    totals = overdue, today, later = promise_counts(desk)
    parts = (
        desk.book.promised(min(overdue, shown), scope) if overdue else (),
        desk.book.promised(min(today, shown), scope, now) if today else (),
        desk.book.promised(shown, scope, _tonight(desk)) if later else (),
    )
    names = ("Overdue", "Due today", "Due later")
    none = ("No promise is overdue.", "No promise falls due today.", "No promise is open beyond.")
    overdue_group, today_group, later_group = (
        Group(
            name=name,
            total=total,
            rows=tuple(promise_row(desk, one) for one in part[:shown]),
            every=desk.asked.within("/cases", promised=True),
            every_name="all open promises as a list",
            nothing=nothing,
        )
        for name, total, part, nothing in zip(names, totals, parts, none, strict=True)
    )
    return overdue_group, today_group, later_group


def promise_counts(desk: Desk) -> tuple[int, int, int]:
    """Return in how many cases a promise is overdue, due today in the report zone, due later."""
    dues = (desk.teller.now, _tonight(desk), None)
    overdue, today, every = desk.book.promised_until(dues, desk.asked.scope)
    return overdue, today - overdue, every - today


def _tonight(desk: Desk) -> datetime:
    date = desk.teller.now.astimezone(load_zone(desk.teller.zone)).date()
    return end_of_date(date, desk.teller.zone)


def promise_row(desk: Desk, verdict: Verdict) -> Row:
    """Return the line of a case with a promise that is still to be kept."""
    failed = verdict.facts.promise_failed_at
    due = failed or verdict.facts.promise_due or verdict.opened_at
    rules = ("promise_broken",) if failed else ("promise_open",)
    made = {one.event for one in verdict.evidence if one.rule in rules}
    message = desk.message(verdict, lambda one: one.id in made)
    left = duration(abs((desk.teller.now - due).total_seconds()))
    return _row(
        desk,
        verdict,
        message,
        None,
        lead=left,
        lead_note="overdue" if failed else "left",
        bad=failed is not None,
        about=f"fell due {desk.teller.exact(due)}" if failed else f"due {desk.teller.exact(due)}",
    )


# ------------------------------------------------------------------------------------ false pauses


def pause_groups(desk: Desk, shown: int = SHOWN) -> tuple[Group, Group]:
    """Return open cases with a false pause: those that stand in one now, then the others."""
    scope = desk.asked.scope
    standing = CaseFilter(scope=scope, unfinished=True, paused=True)
    over = CaseFilter(scope=scope, unfinished=True, paused=False, false_pause=True)
    now, total = desk.cases(standing, shown)
    before, more = desk.cases(over, shown)
    return (
        Group(
            name="Paused while the customer waits",
            total=total,
            rows=tuple(pause_row(desk, one) for one in now),
            every=desk.asked.within("/cases", unfinished=True, paused=True),
            nothing="No case is set to pending while its customer waits.",
        ),
        Group(
            name="Open cases that were falsely paused before",
            total=more,
            rows=tuple(pause_row(desk, one) for one in before),
            every=desk.asked.within("/cases", unfinished=True, paused=False, false_pause=True),
            nothing="No other open case was falsely paused.",
        ),
    )


def pause_row(desk: Desk, verdict: Verdict) -> Row:
    """Return the line of a case that the helpdesk set to pending while its customer waited."""
    standing = paused_since(verdict)
    begun = standing or verdict.opened_at
    at = verdict.waiting_since or verdict.facts.last_contact_at or verdict.opened_at
    message = desk.message(verdict, lambda one: one.direction == "inbound" and one.at == at)
    times = f"{verdict.false_pauses} false {'pause' if verdict.false_pauses == 1 else 'pauses'}"
    lead = duration((desk.teller.now - begun).total_seconds()) if standing else ""
    return _row(
        desk,
        verdict,
        message,
        begun,
        lead=lead or str(verdict.false_pauses),
        lead_note="paused" if standing else ("time" if verdict.false_pauses == 1 else "times"),
        bad=standing is not None,
        about=times if standing else "",
    )


# ----------------------------------------------------------------------------- going public, gone


def risk_group(desk: Desk, shown: int = SHOWN) -> Group:
    """Return the open private cases that are most likely to go public within 48 hours."""
    found = desk.book.at_risk(desk.teller.now, WARNED_MAX, desk.asked.scope)
    return Group(
        name="One step from going public",
        total=len(found),
        rows=tuple(risk_row(desk, one) for one in found[:shown]),
        nothing="No open case stands out. Cases show here when what happened in them makes a "
        "public post likelier than usual.",
    )


def risk_row(desk: Desk, warned: Warned) -> Row:
    """Return the line of a case that may go public, with what it is left in and why."""
    verdict = warned.verdict
    at = verdict.facts.last_contact_at or verdict.opened_at
    message = desk.message(verdict, lambda one: one.direction == "inbound" and one.at == at)
    reasons = "; ".join(words.named(words.RISKS, one.feature) for one in warned.risk.reasons)
    return _row(
        desk,
        verdict,
        message,
        verdict.opened_at,
        lead=times_usual(warned),
        lead_note="the usual",
        about=f"{chance(warned)} within 48 hours: {reasons}" if reasons else chance(warned),
    )


def escalation_groups(desk: Desk, shown: int = SHOWN) -> tuple[Group, Group]:
    """Return who went public after trying in private: solved only there, and not solved yet."""
    scope, now = desk.asked.scope, desk.teller.now
    only = desk.book.count(CaseFilter(scope=scope, outcome="escalation_only"), now)
    found = desk.book.escalations(min(only, shown), scope) if only else []
    unfinished, still = desk.cases(
        CaseFilter(scope=scope, route="escalated", unfinished=True), shown
    )
    return (
        Group(
            name="Solved only after going public",
            total=only,
            rows=tuple(escalation_row(desk, one) for one in found),
            every=desk.asked.within("/cases", outcome="escalation_only"),
            nothing="No case was solved only after its customer had gone public.",
        ),
        Group(
            name="Public by now, and not over",
            total=still,
            rows=tuple(escalation_row(desk, one) for one in unfinished),
            every=desk.asked.within("/cases", route="escalated", unfinished=True),
            nothing="No escalated case is open.",
        ),
    )


def escalation_feed(desk: Desk, shown: int) -> tuple[Row, ...]:
    """Return the first cases of `escalation_groups`, without counting them all."""
    escalated = desk.book.escalations(shown, desk.asked.scope)
    found = [one for one in escalated if one.outcome == "escalation_only"]
    if len(found) < shown:
        unfinished = CaseFilter(scope=desk.asked.scope, route="escalated", unfinished=True)
        found += desk.cases(unfinished, shown - len(found))[0]
    return tuple(escalation_row(desk, one) for one in found)


def escalation_row(desk: Desk, verdict: Verdict) -> Row:
    """Return the line of an escalated case."""
    posted = verdict.escalated_at or verdict.opened_at
    message = desk.message(verdict, lambda one: one.direction == "inbound" and one.at == posted)
    waited = verdict.facts.public_wait
    after = waited if waited is not None else (desk.teller.now - posted).total_seconds()
    left = words.named(words.LEFT_IN, verdict.left_in or "unanswered")
    private = duration((posted - verdict.opened_at).total_seconds())
    return _row(
        desk,
        verdict,
        message,
        posted,
        lead=duration(after),
        lead_note="to an answer" if waited is not None else "no answer",
        bad=waited is None,
        about=f"{private} in private, left with {left}",
    )


def _row(
    desk: Desk,
    verdict: Verdict,
    message: Message | None,
    at: datetime | None,
    *,
    lead: str,
    lead_note: str = "",
    bad: bool = False,
    about: str = "",
) -> Row:
    return Row(
        link=case_link(verdict.case),
        case=verdict.case,
        who=pseudonym(verdict.customer),
        lead=lead,
        lead_note=lead_note,
        bad=bad,
        quote=shortened(message.text if message is not None else ""),
        tag=message.visibility if message is not None else "",
        channel=words.channel(message.channel) if message is not None else "",
        about=about,
        topic=words.named({}, verdict.facts.topic or ""),
        at=desk.teller.when(at),
        outcome=verdict.outcome,
        outcome_name=words.named(words.OUTCOMES, verdict.outcome),
    )
