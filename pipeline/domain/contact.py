"""Contacts and attempts (definitions §3, §8 Contacts).

A contact is a burst of inbound messages in one channel with one visibility. An attempt is a contact
that needs the company to act: every one but a customer's own request for more time.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from pipeline.domain.events import Message, Signal

ContactKind = Literal["opening", "dispute", "chase", "info_supplied", "pace_request"]

NO_CONTACT: Final = frozenset({"thanks", "accepts", "withdraws", "not_a_complaint"})
"""Signals that alone (or together) make no contact."""
ACTS: Final = frozenset({"dispute", "chase", "info_supplied", "pace_request"})
"""Signals that say themselves what kind of contact it is."""
DEMANDS: Final = ACTS - {"pace_request"}
"""Those of them that need the company to act."""
SPEAKS_ON: Final = ACTS | {"new_issue"}
"""Signals that make a contact of a message that also says that all is solved."""
EXCUSES: Final = frozenset({"not_a_complaint", "duplicate", "third_party"})
"""Signals that take a message out of what is counted."""


@dataclass(slots=True, kw_only=True, eq=False)
class Contact:
    """One burst, still growing while a case is being read.

    ``at`` is the time of its first message, ``last_at`` that of its last. ``kind`` is what the
    strongest signal among its messages says, else by whether the company had answered (§3).
    ``found`` is what it found: whether the last attempt had been answered, and a withdrawal.
    """

    at: datetime
    last_at: datetime
    messages: list[Message] = field(default_factory=list)
    public: bool
    kind: ContactKind
    implied: bool
    found: tuple[bool, Message | None] = (False, None)

    @property
    def attempt(self) -> bool:
        """Whether the company has to act."""
        return self.kind != "pace_request"

    @property
    def id(self) -> str:
        """The id of the first message."""
        return self.messages[0].id

    @property
    def channel(self) -> str:
        """The channel of the burst."""
        return self.messages[0].channel


def names_of(message: Message) -> frozenset[str]:
    """Return the names of the signals of a message; none where nobody has read it."""
    signals = message.signals
    if not signals:
        return frozenset()
    return frozenset([signal.name for signal in signals])


def span_of(message: Message, *names: str) -> tuple[int, int] | None:
    """Return the words that carry the first of ``names`` that has any."""
    for signal in message.signals or ():
        if signal.name in names and signal.span is not None:
            return signal.span
    return None


def find_signal(message: Message, name: str) -> Signal | None:
    """Return the first signal of that name."""
    return next((signal for signal in message.signals or () if signal.name == name), None)


def is_automatic(message: Message) -> bool:
    """Return whether a machine wrote it: by its mark, or a reply by its response class."""
    return message.auto or (message.direction == "outbound" and "auto_ack" in names_of(message))


def makes_contact(message: Message, names: frozenset[str]) -> bool:
    """Return whether an inbound message is (part of) a contact.

    ``auto``, spam, and messages that only thank, accept, withdraw or are no complaint are not. An
    acceptance with more in it is a contact only where that more asks something of the company.
    """
    if message.auto or "spam" in names:
        return False
    if "accepts" in names:
        return not names.isdisjoint(SPEAKS_ON)
    return not names or not names <= NO_CONTACT


def stated_kind(names: frozenset[str]) -> ContactKind | None:
    """Return the kind that the signals name: dispute > chase > info_supplied > pace_request."""
    if names.isdisjoint(ACTS):
        return None
    if "dispute" in names:
        return "dispute"
    if "chase" in names:
        return "chase"
    return "info_supplied" if "info_supplied" in names else "pace_request"


STRENGTH: Final[dict[ContactKind, int]] = {
    "opening": 5, "dispute": 4, "chase": 3, "info_supplied": 2, "pace_request": 1,
}  # fmt: skip


def extend(contact: Contact, message: Message, kind: ContactKind | None) -> None:
    """Add a message to a burst; a stronger kind than the one so far takes over.

    What a message says itself beats what the first one was only taken to be by the rule of §3.
    """
    contact.messages.append(message)
    contact.last_at = message.at
    if kind is None or contact.kind == "opening":
        return
    if contact.implied or STRENGTH[kind] > STRENGTH[contact.kind]:
        contact.kind, contact.implied = kind, False
