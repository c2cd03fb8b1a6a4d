"""Claimed, confirmed, refuted, lapsed, withdrawn (definitions §5 and §8 *Verdict*)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.reference.clocks import DAY, MINUTE
from tests.reference.contacts import Contact, is_contact
from tests.reference.facts import Fact

DEMANDS = {"info_supplied", "chase", "dispute"}
STATED = DEMANDS | {"pace_request"}
BURST = 30 * MINUTE
WINDOW = 14 * DAY
RECURRENCE = 30 * DAY


@dataclass(kw_only=True)
class Resolution:
    """Where the resolution of a case stands at one moment.

    ``word`` is when the customer first said that it was solved, unless refuted in private.
    """

    claim: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_order: tuple[datetime, str] | None = None
    confirmed_by: str | None = None
    resolved_at: datetime | None = None
    word: datetime | None = None


def is_claim(fact: Fact) -> bool:
    """ "**Claimed**: a `resolution_claim` or a helpdesk `solved`/`closed`"."""
    if fact.kind == "status":
        return fact.raw["status"] in {"solved", "closed"}
    return fact.outbound and "resolution_claim" in fact.names


def is_acceptance(fact: Fact) -> bool:
    """ "**Confirmed, explicit**: `accepts` or `feedback.resolved = true`"."""
    if fact.kind == "feedback":
        return fact.raw.get("resolved") is True
    # "a dispute voids an `accepts` beside it"
    return fact.heard and "accepts" in fact.names and "dispute" not in fact.names


def is_reopening(fact: Fact) -> bool:
    """Whether the helpdesk reopened it."""
    return fact.kind == "status" and fact.raw["status"] == "reopened"


def is_negative(fact: Fact) -> bool:
    """Whether the customer said that it is not solved."""
    return fact.kind == "feedback" and fact.raw.get("resolved") is False


def refutes(fact: Fact, contacts: dict[str, Contact]) -> bool:
    """ "no attempt, reopen, negative feedback, public contact or external signal"."""
    contact = contacts.get(fact.id)
    if is_reopening(fact) or is_negative(fact):
        return True
    if fact.heard and "external" in fact.names:
        return True
    if contact is not None and contact.messages[0] is fact:
        # "A contact has its first message's time"
        return (
            contact.public or fact.names & STATED != {"pace_request"} or contact.kind == "opening"
        )
    # a further message of a contact, only where it says itself that it is not solved
    return is_contact(fact) and bool(fact.names & DEMANDS)


def resolution_of(facts: list[Fact], contacts: list[Contact], as_of: datetime) -> Resolution:
    """Return where the resolution stands at ``as_of``."""
    state = Resolution()
    if not contacts:
        return state
    first = {one.messages[0].id: one for one in contacts}
    void = voided(facts, contacts)
    for fact in facts:
        if fact.order < contacts[0].order:
            continue  # nothing was asked yet
        _pass(state, fact.at)
        if fact not in void:
            _take(state, fact, first)
    _pass(state, as_of)
    return state


def voided(facts: list[Fact], contacts: list[Contact]) -> list[Fact]:
    """ "a dispute voids an `accepts` beside it": in one burst with it, before or after."""
    return [one for one in facts if is_acceptance(one) and _disputed(one, facts, contacts)]


def _disputed(word: Fact, facts: list[Fact], contacts: list[Contact]) -> bool:
    if word.kind != "message":
        return False
    replies = [one.order for one in facts if one.outbound and not one.automatic]
    for contact in contacts:
        for one in contact.messages:
            same = (one.raw["channel"], one.public) == (word.raw["channel"], word.public)
            if not same or "dispute" not in one.names:
                continue
            spoken = [m for m in contact.messages if m.order < word.order]
            near = one.order > word.order and one.at - word.at <= BURST
            near |= one in spoken and word.at - spoken[-1].at <= BURST
            first, last = sorted([one.order, word.order])
            if near and not any(first < reply < last for reply in replies):
                return True
    return False


def _pass(state: Resolution, now: datetime) -> None:
    """ "**Confirmed, silent**: **14 d** after the last claim with no …"."""
    if state.confirmed_by is None and state.claim and state.claim + WINDOW <= now:
        state.confirmed_by = "silent"
        state.confirmed_at = state.claim + WINDOW
        state.confirmed_order = state.confirmed_at, ""
        state.resolved_at = state.claim


def _take(state: Resolution, fact: Fact, contacts: dict[str, Contact]) -> None:
    if state.confirmed_by == "silent":
        return
    if refutes(fact, contacts) and not is_acceptance(fact):
        _refute(state, fact)
    elif is_acceptance(fact) and state.confirmed_by is None:
        state.word = state.word or fact.at
        state.confirmed_by, state.confirmed_at = "explicit", fact.at
        state.confirmed_order = fact.order
        # "the claim that got confirmed (… the acceptance itself where nothing was claimed)"
        state.resolved_at = state.claim or fact.at
    elif is_claim(fact) and state.confirmed_by is None:
        state.claim = fact.at


def _refute(state: Resolution, fact: Fact) -> None:
    if state.confirmed_at is not None and fact.at >= state.confirmed_at + WINDOW:
        return  # "a later attempt within 14 d of `confirmed_at` refutes it"
    if state.confirmed_at and not (fact.inbound and fact.public):
        state.word = None  # refuted in private, as if it had never been given
    state.confirmed_order = None
    state.claim = state.confirmed_at = state.confirmed_by = state.resolved_at = None
