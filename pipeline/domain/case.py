"""One case, read event by event in order of ``(at, id)``.

`Case.add` sorts what comes into contacts, replies, statuses and feedback, and drives the state of
the resolution; nothing is judged here. A case is mutable while it is being read and never leaves
`pipeline.domain`: verdicts are made of it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from pipeline.domain.contact import (
    DEMANDS,
    EXCUSES,
    Contact,
    ContactKind,
    extend,
    find_signal,
    is_automatic,
    makes_contact,
    names_of,
    span_of,
    stated_kind,
)
from pipeline.domain.events import RESPONSE_CLASSES, Event, Feedback, Message, Status
from pipeline.domain.policy import Policy
from pipeline.domain.resolution import Resolution
from pipeline.domain.verdict import Evidence

AskRole = Literal["request", "reminder", "re_ask"]
PATIENCE: Final = frozenset({"pace_request"})
"""All that a customer says who only asks for time, and raises no issue."""


@dataclass(slots=True, kw_only=True)
class Reply:
    """What the company sent after the case was opened.

    ``response`` is its response class (an automatic message without one is an ``auto_ack``),
    ``asked`` the part that it plays in the rounds of information, ``attempt`` the number of
    attempts that had come before it, ``after_chase`` whether one of them was a chase.
    """

    message: Message
    names: frozenset[str]
    response: str | None
    automatic: bool
    asked: AskRole | None = None
    attempt: int = 0
    after_chase: bool = False

    @property
    def at(self) -> datetime:
        """When it was sent."""
        return self.message.at

    @property
    def substantive(self) -> bool:
        """Whether it carried a decision, an action done or a dated commitment."""
        return self.response == "substantive"


@dataclass(slots=True)
class Rounds:
    """Requests for information, and what the customer answered (§8 Information)."""

    count: int = 0
    pending: bool = False
    necessary: bool = False
    reminded_by: str | None = None
    last_at: datetime | None = None
    asks: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    supplied: bool = False

    def request(
        self, asks: tuple[str, ...], given: tuple[str, ...], at: datetime, event: str
    ) -> AskRole:
        """Take a request and return what it is: a new round, a reminder, or a re-ask.

        ``given`` is what of ``asks`` the customer is seen to have given before, asked or not.
        """
        role: AskRole = "request"
        if self.pending:
            role, self.reminded_by = "reminder", event
        else:
            again = bool(given) or (not self.answered.isdisjoint(asks) if asks else self.supplied)
            role = "re_ask" if again else "request"
            self.pending, self.necessary, self.reminded_by = True, not again, None
            self.count += not again
        self.asks |= set(asks)
        self.last_at = at
        return role

    def answer(self) -> None:
        """Take any contact of the customer: it answers all that was asked."""
        self.answered |= self.asks
        self.asks = set()
        self.drop()

    def drop(self) -> None:
        """Forget the open request: it was answered, or is no longer necessary."""
        self.pending, self.reminded_by = False, None


@dataclass(slots=True, kw_only=True, eq=False)
class Case:
    """The events of one issue of one customer, sorted into what the verdict needs."""

    policy: Policy
    resolution: Resolution
    events: list[Event] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    claims: list[tuple[datetime, str]] = field(default_factory=list)
    acceptances: list[tuple[datetime, str]] = field(default_factory=list)
    externals: list[Message] = field(default_factory=list)
    reopened: list[Status] = field(default_factory=list)
    negative: list[Feedback] = field(default_factory=list)
    pauses: list[tuple[Message, Contact]] = field(default_factory=list)
    refutations: list[tuple[datetime, str]] = field(default_factory=list)
    excuses: list[Evidence] = field(default_factory=list)
    spam: list[str] = field(default_factory=list)
    notes: list[Event] = field(default_factory=list)
    rounds: Rounds = field(default_factory=Rounds)
    withdrawn: Message | None = None
    excused: bool = True
    raised: bool = False
    attempts: int = 0
    chases: int = 0
    answered: bool = False
    topics: set[str] = field(default_factory=set)
    topic: str | None = None
    team: str | None = None
    refs: set[str] = field(default_factory=set)
    last_activity: datetime | None = None
    apart: bool = False
    recurrence_of: "Case | None" = None
    successor: "Case | None" = None
    _bursts: dict[tuple[str, str], Contact] = field(default_factory=dict)
    _word: Message | None = None

    @classmethod
    def begin(cls, policy: Policy) -> "Case":
        """Return a case without events."""
        return cls(policy=policy, resolution=Resolution(window=policy.confirmation))

    @property
    def id(self) -> str:
        """The smallest event id, by ``(at, id)``."""
        return self.events[0].id

    @property
    def opened(self) -> datetime:
        """When its first event happened, whether or not that was a contact."""
        return self.events[0].at

    def add(self, event: Event) -> None:
        """Take the next event; events must come in order of ``(at, id)``."""
        self.resolution.advance(event.at)
        self.events.append(event)
        if isinstance(event, Message):
            if event.direction == "inbound":
                self._add_inbound(event)
            else:
                self._label(event)
                self._add_outbound(event)
        elif isinstance(event, Status):
            self._label(event)
            self._add_status(event)
        elif isinstance(event, Feedback):
            self._add_feedback(event)

    def note(self, event: Event) -> None:
        """Take an event that came too late to restate anything; it is only noted."""
        self.events.append(event)
        self.notes.append(event)

    def lapsed_at(self, now: datetime) -> datetime | None:
        """Return when the case lapsed, by ``now``: the customer never answered a reminder."""
        lapses = self.lapses_at()
        return lapses if lapses is not None and lapses <= now else None

    def lapses_at(self) -> datetime | None:
        """Return when the case lapses if the customer stays silent; None where it will not."""
        rounds = self.rounds
        if not rounds.pending or not rounds.necessary or rounds.reminded_by is None:
            return None
        assert rounds.last_at is not None
        return rounds.last_at + self.policy.lapse

    def ended_at(self, now: datetime) -> datetime | None:
        """Return since when the outcome is final at ``now``: confirmed, withdrawn or lapsed."""
        self.resolution.advance(now)
        if self.withdrawn is not None:
            return self.withdrawn.at
        if self.resolution.confirmed_at is not None:
            return self.resolution.confirmed_at
        return self.lapsed_at(now) if self.resolution.claimed_at is None else None

    def burst_for(self, message: Message) -> Contact | None:
        """Return the contact of which ``message`` is a further part, if there is one (§3)."""
        contact = self._bursts.get((message.channel, message.visibility))
        if contact is not None and message.at - contact.last_at <= self.policy.burst:
            return contact
        return None

    def _label(self, event: Message | Status) -> None:
        self.refs.update(event.refs)
        if event.topic is not None and event.topic in self.policy.topics:
            self.topics.add(event.topic)
            self.topic = self.topic or event.topic
        self.team = event.team or self.team
        if isinstance(event, Message) and not is_automatic(event):
            self.last_activity = event.at

    def _add_inbound(self, message: Message) -> None:
        names = names_of(message)
        if "spam" in names:
            self.spam.append(message.id)
            return
        self._label(message)
        if message.auto:
            return
        self._excuse(message, names)
        withdraws = "withdraws" in names and self.resolution.confirmed_at is None
        accepts = "accepts" in names and not self._disputed(message, names)
        contact = self._contact(message, names) if makes_contact(message, names) else None
        if "external" in names:
            self.externals.append(message)
        if not accepts and self._refutes(message, contact, names):
            beside = "dispute" in names and self._take_back_word(message)
            public = message.visibility == "public" and not beside
            self._refute(message.at, message.id, public=public)
        if accepts:
            self._accept(message)
        if withdraws and self.resolution.confirmed_at is None:
            self.withdrawn = self.withdrawn or message

    def _excuse(self, message: Message, names: frozenset[str]) -> None:
        excuse = names & EXCUSES
        if excuse:
            rule = min(excuse)
            self.excuses.append(
                Evidence(event=message.id, rule=rule, at=message.at, span=span_of(message, rule))
            )
        elif makes_contact(message, names):
            self.excused = False
        self.raised = self.raised or (makes_contact(message, names) and names != PATIENCE)

    def _refutes(self, message: Message, contact: Contact | None, names: frozenset[str]) -> bool:
        """Return whether a message shows that it is not solved.

        A further message of a contact is no new attempt, since a contact has its first message's
        time (§8); only where it says itself what it wants is it more than the end of a sentence.
        """
        if "external" in names:
            return True
        if contact is None:
            return False
        if contact.messages[0] is message:
            return contact.attempt or contact.public
        return not names.isdisjoint(DEMANDS)

    def _contact(self, message: Message, names: frozenset[str]) -> Contact:
        kind = stated_kind(names)
        contact = self.burst_for(message)
        if contact is None:
            contact = self._new_contact(message, kind)
        else:
            self._extend(contact, message, kind)
        self.rounds.answer()
        if "info_supplied" in names:
            self.rounds.supplied = True
        if "pace_request" in names:
            self.pauses.append((message, contact))
        return contact

    def _extend(self, contact: Contact, message: Message, kind: ContactKind | None) -> None:
        was = contact.kind
        extend(contact, message, kind)
        self.chases += (contact.kind == "chase") - (was == "chase")
        if contact.attempt and was == "pace_request":
            self._attempted(contact)
        elif was != "pace_request" and not contact.attempt:  # only taken to be one, until it spoke
            self.attempts -= 1
            answered, withdrawn = contact.found
            self.answered, self.withdrawn = self.answered or answered, withdrawn or self.withdrawn

    def _new_contact(self, message: Message, stated: ContactKind | None) -> Contact:
        kind: ContactKind = "dispute" if self.answered else "chase"
        if not self.contacts:
            kind = "opening"
        contact = Contact(
            at=message.at,
            last_at=message.at,
            messages=[message],
            public=message.visibility == "public",
            kind=kind if kind == "opening" else stated or kind,
            implied=stated is None,
            found=(self.answered, self.withdrawn),
        )
        self.contacts.append(contact)
        self._bursts[message.channel, message.visibility] = contact
        self.chases += contact.kind == "chase"
        if contact.attempt:
            self._attempted(contact)
        return contact

    def _attempted(self, contact: Contact) -> None:
        self.attempts += 1
        self.answered = False
        word = self.withdrawn
        if word is not None and (contact.at, contact.id) > (word.at, word.id):
            self.withdrawn = None

    def _disputed(self, message: Message, names: frozenset[str]) -> bool:
        """Return whether a dispute stands beside an acceptance, and so voids it (§8 Contacts)."""
        if "dispute" in names:
            return True
        contact = self.burst_for(message)
        return contact is not None and any("dispute" in names_of(one) for one in contact.messages)

    def _accept(self, message: Message) -> None:
        if not self.contacts:
            return
        self._word = message
        self.acceptances.append((message.at, message.id))
        self.resolution.accept(message.at, message.id)

    def _take_back_word(self, message: Message) -> bool:
        """Take back an acceptance in whose burst a dispute follows; return whether it did."""
        word, self._word = self._word, None
        if word is None or message.at - word.at > self.policy.burst:
            return False
        if (word.channel, word.visibility) != (message.channel, message.visibility):
            return False
        self.acceptances.pop()
        return True

    def _refute(self, at: datetime, event: str, *, public: bool = False) -> None:
        if self.resolution.refute(at, public=public):
            self.refutations.append((at, event))

    def _add_outbound(self, message: Message) -> None:
        if not self.contacts:
            return
        names = names_of(message)
        response = next(iter(names & RESPONSE_CLASSES), "auto_ack" if message.auto else None)
        reply = Reply(
            message=message,
            names=names,
            response=response,
            automatic=is_automatic(message),
            attempt=self.attempts,
            after_chase=self.chases > 0,
        )
        self.replies.append(reply)
        if not reply.automatic:
            self._bursts.clear()
            self._word = None
        if response == "info_request":
            request = find_signal(message, "info_request")
            asks, given = (request.asks, request.given) if request is not None else ((), ())
            reply.asked = self.rounds.request(asks, given, message.at, message.id)
        if reply.substantive:
            self.answered = True
            self.rounds.drop()
        if "resolution_claim" in names:
            self._claim(message.at, message.id)

    def _claim(self, at: datetime, event: str) -> None:
        self.claims.append((at, event))
        self.resolution.claim(at, event)

    def _add_status(self, status: Status) -> None:
        self.statuses.append(status)
        if not self.contacts:
            return
        if status.status in ("solved", "closed"):
            self._claim(status.at, status.id)
        elif status.status == "reopened":
            self.reopened.append(status)
            self._refute(status.at, status.id)

    def _add_feedback(self, feedback: Feedback) -> None:
        if not self.contacts:
            return
        if feedback.resolved is True:
            self._word = None
            self.acceptances.append((feedback.at, feedback.id))
            self.resolution.accept(feedback.at, feedback.id)
        elif feedback.resolved is False:
            self.negative.append(feedback)
            self._refute(feedback.at, feedback.id)
