"""Requests for information, their rounds and re-asks (definitions §8 *Information*)."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.reference.contacts import Contact
from tests.reference.facts import Fact


@dataclass(kw_only=True, eq=False)
class Round:
    """One request with its reminders, and whether it still waits for the customer."""

    requests: list[Fact] = field(default_factory=list)
    open: bool = True


def is_request(fact: Fact) -> bool:
    """Whether a reply asks for information."""
    return fact.outbound and "info_request" in fact.names


def asks(fact: Fact) -> set[str]:
    """ "An `info_request` may carry `asks` (list of what is asked)"."""
    return {a for one in fact.signals if one["name"] == "info_request" for a in one.get("asks", [])}


def rounds_of(facts: list[Fact], contacts: list[Contact]) -> list[Round]:
    """ "a further `info_request` before any contact of the customer: the same round"."""
    rounds: list[Round] = []
    written = {message.id for one in contacts for message in one.messages}
    started = False
    for fact in facts:
        if fact.id in written:
            started = True
            if rounds:
                rounds[-1].open = False  # "Any contact answers"
        elif started and rounds and fact.outbound and "substantive" in fact.names:
            rounds[-1].open = False  # it was not necessary
        elif started and is_request(fact):
            if not rounds or not rounds[-1].open:
                rounds.append(Round())
            rounds[-1].requests.append(fact)
    return rounds


def re_asks_of(facts: list[Fact], contacts: list[Contact]) -> list[Fact]:
    """ "a re-ask repeats one that was answered"; without `asks`, any after an `info_supplied`."""
    written = {message.id for one in contacts for message in one.messages}
    pending: set[str] = set()
    answered: set[str] = set()
    supplied = waiting = started = False
    found = []
    for fact in facts:
        if fact.id in written:
            started, waiting = True, False
            answered |= pending
            pending = set()
            supplied |= "info_supplied" in fact.names
        elif started and is_request(fact):
            wanted = asks(fact)
            # "A reminder is … the same round, no re-ask"
            if not waiting and (wanted & answered if wanted else supplied):
                found.append(fact)
            pending |= wanted
            waiting = True
        elif started and fact.outbound and "substantive" in fact.names:
            waiting = False
    return found
