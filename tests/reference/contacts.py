"""Contacts and attempts (definitions §3 and §8 *Contacts*)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.reference.clocks import MINUTE
from tests.reference.facts import Fact
from tests.reference.people import People

# "Not contacts: `auto`, `spam`, bare `thanks`, `accepts`"; "`withdraws` and `not_a_complaint` alone
# are no contacts".
NO_CONTACT_ALONE = frozenset(["thanks", "accepts", "withdraws", "not_a_complaint"])


@dataclass(kw_only=True, eq=False)
class Contact:
    """ "a burst of inbound messages of one customer in one channel with the same visibility"."""

    messages: list[Fact]
    kind: str = "none"

    @property
    def at(self) -> datetime:
        """ "A contact has its first message's time"."""
        return self.messages[0].at

    @property
    def order(self) -> tuple[datetime, str]:
        """Its place among all events."""
        return self.messages[0].order

    @property
    def public(self) -> bool:
        """Whether it is public."""
        return self.messages[0].public

    @property
    def names(self) -> set[str]:
        """All signals of all its messages."""
        return {name for one in self.messages for name in one.names}

    @property
    def attempt(self) -> bool:
        """ "A `pace_request` is a contact, not an attempt"."""
        return self.kind != "pace_request"


def is_contact(fact: Fact) -> bool:
    """Whether an inbound message is (part of) a contact at all."""
    if not fact.heard:
        return False
    if "accepts" in fact.names:
        # "a dispute voids an `accepts` beside it"
        return bool(fact.names & {"info_supplied", "chase", "dispute", "pace_request", "new_issue"})
    return not (fact.names and fact.names <= NO_CONTACT_ALONE)


def contacts_of(facts: list[Fact], people: People) -> list[Contact]:
    """Return the bursts of a case, in order, each with what kind of contact it is."""
    contacts: list[Contact] = []
    last: dict[tuple[str, str, bool], Contact] = {}
    for fact in facts:
        if fact.outbound and not fact.automatic:
            last.clear()  # "Only a non-automatic reply splits a burst"
        if not is_contact(fact):
            continue
        key = (people.person(fact), fact.raw["channel"], fact.public)
        open_one = last.get(key)
        # "each at most **30 min** after the one before"
        if open_one and fact.at - open_one.messages[-1].at <= 30 * MINUTE:
            open_one.messages.append(fact)
        else:
            last[key] = Contact(messages=[fact])
            contacts.append(last[key])
    for number, contact in enumerate(contacts):
        contact.kind = _kind(contact, contacts[:number], facts)
    return contacts


def _kind(contact: Contact, before: list[Contact], facts: list[Fact]) -> str:
    if not before:
        return "opening"
    for name in ("dispute", "chase", "info_supplied", "pace_request"):
        # "in a mixed burst dispute > chase > info_supplied"
        if name in contact.names:
            return name
    last = [one for one in before if one.attempt][-1].order
    answered = any(
        last < one.order < contact.order and one.outbound and "substantive" in one.names
        for one in facts
    )
    # "a contact that carries none of the signals is a `chase` when the company has not answered
    # substantively since the last attempt, else a `dispute`"
    return "dispute" if answered else "chase"
