"""All that is worked out of one case at one moment, before it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.reference.clocks import Span
from tests.reference.contacts import Contact, contacts_of
from tests.reference.facts import Fact, heard
from tests.reference.information import Round, re_asks_of, rounds_of
from tests.reference.people import People
from tests.reference.promises import Promise, promises_of
from tests.reference.resolution import Resolution, resolution_of, voided
from tests.reference.waiting import pauses_of


@dataclass(kw_only=True)
class Story:
    """All that is worked out of one case at one moment."""

    facts: list[Fact]
    as_of: datetime
    contacts: list[Contact]
    resolution: Resolution
    promises: list[Promise]
    rounds: list[Round]
    spam: bool
    began_at: datetime
    re_asks: list[Fact]
    pauses: list[Span]

    @property
    def opened_at(self) -> datetime:
        """When the case was opened: its opening contact, else its first event."""
        return self.contacts[0].at if self.contacts else self.began_at

    @property
    def attempts(self) -> list[Contact]:
        """Its attempts."""
        return [one for one in self.contacts if one.attempt]

    @property
    def replies(self) -> list[Fact]:
        """What the company sent since the opening."""
        return [
            one
            for one in self.facts
            if one.outbound and self.contacts and one.order > self.contacts[0].order
        ]

    @property
    def first_reply_at(self) -> datetime | None:
        """When somebody, not a machine, first replied."""
        return next((one.at for one in self.replies if not one.automatic), None)

    @property
    def substantive(self) -> list[Fact]:
        """Its substantive replies."""
        return [one for one in self.replies if "substantive" in one.names]


def story_of(facts: list[Fact], people: People, as_of: datetime) -> Story:
    """Work out all of a case; ``facts`` are in order and known at ``as_of``."""
    spam = len(facts) != len(heard(facts))
    began_at = facts[0].at
    facts = heard(facts)
    contacts = contacts_of(facts, people)
    resolution = resolution_of(facts, contacts, as_of)
    pauses = pauses_of(contacts, resolution.confirmed_at)
    return Story(
        facts=facts,
        as_of=as_of,
        contacts=contacts,
        resolution=resolution,
        promises=promises_of(
            [one for one in facts if contacts and one.order > contacts[0].order],
            pauses,
            resolution,
            voided(facts, contacts),
            as_of,
        ),
        spam=spam,
        began_at=began_at,
        pauses=pauses,
        rounds=rounds_of(facts, contacts),
        re_asks=re_asks_of(facts, contacts),
    )
