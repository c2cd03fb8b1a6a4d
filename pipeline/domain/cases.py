"""Which issue an event is about: one person's events become cases (definitions §4, §8 Belonging).

The events are read once in order of ``(at, id)``; what came later never decides where an earlier
one belongs, except by making two cases one. Strongest first:

1. thread and ``in_reply_to``; in a thread that holds several cases the ref or ``in_reply_to``
   decides, else its newest case;
2. ref;
3. the burst that the message continues;
4. the same topic, not silent for more than 30 days.

An attempt that comes after its case was settled opens another one: a recurrence up to 30 days after
the confirmation. Hard evidence that points at two open cases makes them one, unless each already
has refs of its own, or the customer called one of them a new issue.
"""

from collections.abc import Iterable, Iterator, Set
from datetime import datetime

from pipeline.domain.case import Case
from pipeline.domain.contact import DEMANDS, makes_contact, names_of, stated_kind
from pipeline.domain.events import Event, Feedback, Message, Status
from pipeline.domain.policy import Policy


def cases_of(events: Iterable[Event], policy: Policy) -> list[Case]:
    """Return the cases of one person's events, which must be sorted by ``(at, id)``."""
    sorting = _Sorting(policy)
    for event in events:
        sorting.place(event)
    return sorting.cases


class _Sorting:
    """The cases so far, and which threads, refs and events lead to them."""

    def __init__(self, policy: Policy) -> None:
        self.cases: list[Case] = []
        self._policy = policy
        self._by_thread: dict[str, list[Case]] = {}
        self._by_ref: dict[str, Case] = {}
        self._by_event: dict[str, Case] = {}

    def place(self, event: Event) -> None:
        """Put the next event into the case to which it belongs."""
        if isinstance(event, Message):
            self._place_message(event)
        elif isinstance(event, Status | Feedback):
            case = self._by_hard_evidence(event) or self._latest_active() or self._open()
            self._put(case, event)

    def _place_message(self, message: Message) -> None:
        if message.direction == "outbound":
            self._put(self._case_of_reply(message), message)
            return
        names = names_of(message)
        if "spam" in names:
            self._put(self._case_of_spam(message), message)
        elif not makes_contact(message, names):
            self._put(self._case_of_remark(message, names), message)
        elif "new_issue" in names:
            self._put(self._open(apart=bool(self.cases)), message)
        else:
            case = self._case_of_contact(message)
            late = self._may_open(case, message, names)
            self._put(self._still_open(case, message.at) if late else case, message)

    def _may_open(self, case: Case, message: Message, names: frozenset[str]) -> bool:
        """Return whether a contact cannot stay in a case that is settled; the rest of one can."""
        if case.burst_for(message) is not None:
            return not names.isdisjoint(DEMANDS)
        return stated_kind(names) != "pace_request" or message.visibility == "public"

    def _case_of_reply(self, message: Message) -> Case:
        unbound = message.thread is None and message.in_reply_to is None and not message.refs
        case = self._by_hard_evidence(message)
        if case is None and (message.topic is not None or not unbound):
            case = self._by_topic(message)
        if case is not None:
            return case
        if unbound or (message.topic is None and "proactive" not in names_of(message)):
            return self._latest_active() or self._open()
        return self._open()

    def _case_of_spam(self, message: Message) -> Case:
        case = self._by_event.get(message.in_reply_to) if message.in_reply_to else None
        threads = self._by_thread.get(message.thread) if message.thread else None
        return case or (threads[-1] if threads else None) or self._open()

    def _case_of_remark(self, message: Message, names: frozenset[str]) -> Case:
        """Return the case of a message that is no contact: thanks, an acceptance, a bot's word."""
        case = self._by_hard_evidence(message) or self._by_topic(message)
        if case is None and message.topic is None and "not_a_complaint" not in names:
            case = self._latest_active()
        return case or self._open()

    def _case_of_contact(self, message: Message) -> Case:
        return (
            self._by_hard_evidence(message)
            or self._by_burst(message)
            or self._by_topic(message)
            or self._open()
        )

    def _by_hard_evidence(self, event: Message | Status | Feedback) -> Case | None:
        threads = self._by_thread.get(event.thread, []) if event.thread is not None else []
        answered = event.in_reply_to if isinstance(event, Message) else None
        replied = self._by_event.get(answered) if answered is not None else None
        named = [self._by_ref[ref] for ref in event.refs if ref in self._by_ref]
        if len(threads) > 1:
            return named[0] if named else replied or threads[-1]
        pointed = [case for case in (*threads, replied, *named) if case is not None]
        if not pointed:
            return None
        return self._joined(pointed[0], pointed[1:])

    def _joined(self, case: Case, others: list[Case]) -> Case:
        for other in others:
            if other is not case and other in self.cases:
                case = self._join(case, other)
        return case

    def _join(self, strong: Case, weak: Case) -> Case:
        """Make two cases one where the evidence allows it; return the one to go on with."""
        older, newer = sorted((strong, weak), key=lambda case: (case.opened, case.id))
        if newer.apart or _contradict(older.refs, newer.refs):
            return strong
        opened = newer.opened
        older.resolution.advance(opened)
        if older.resolution.settled(opened):
            self._follow(older, newer, opened)
            return strong
        return self._merge(older, newer)

    def _follow(self, settled: Case, newer: Case, opened: datetime) -> None:
        """Learn late that ``newer`` came after ``settled``: it was a recurrence all along."""
        confirmed = settled.resolution.confirmed_at
        if settled.successor is None and confirmed is not None:
            settled.successor, newer.apart = newer, True
            if opened < confirmed + self._policy.recurrence:
                newer.recurrence_of = settled

    def _merge(self, older: Case, newer: Case) -> Case:
        whole = Case.begin(self._policy)
        whole.apart, whole.recurrence_of = older.apart, older.recurrence_of
        whole.successor = newer.successor or older.successor
        events = sorted((*older.events, *newer.events), key=lambda event: (event.at, event.id))
        for event in events:
            self._take(whole, event)
        self._replace((older, newer), whole)
        return whole

    def _replace(self, parts: tuple[Case, Case], whole: Case) -> None:
        self.cases = [case for case in self.cases if case not in parts] + [whole]
        for case in self.cases:
            if case.successor in parts:
                case.successor = whole
            if case.recurrence_of in parts:
                case.recurrence_of = whole
        for event in whole.events:
            self._remember(whole, event)
        for threads in self._by_thread.values():
            threads[:] = [case for case in threads if case not in parts]
        self._by_ref.update((ref, whole) for ref, case in self._by_ref.items() if case in parts)

    def _by_burst(self, message: Message) -> Case | None:
        for case in reversed(self.cases):
            burst = case.burst_for(message)
            if burst is not None and (message.topic is None or message.topic in case.topics):
                return case
        return None

    def _by_topic(self, message: Message) -> Case | None:
        """Return the latest active case about the same topic that is not too long silent (§4)."""
        topic = message.topic if message.topic in self._policy.topics else None
        return self._latest(
            case
            for case in self.cases
            if (topic in case.topics if topic is not None else not case.topics)
            and self._fresh(case, message.at)
        )

    def _fresh(self, case: Case, now: datetime) -> bool:
        if case.last_activity is None or (case.spam and not case.contacts):
            return False
        if now - case.last_activity <= self._policy.same_issue:
            return True
        case.resolution.advance(now)
        confirmed = case.resolution.confirmed_at
        return confirmed is not None and now < confirmed + self._policy.recurrence

    def _latest_active(self) -> Case | None:
        with_contact = [case for case in self.cases if case.contacts]
        return self._latest(with_contact or self.cases)

    def _latest(self, cases: Iterable[Case]) -> Case | None:
        return max(
            cases,
            key=lambda case: (case.last_activity or case.opened, case.opened, case.id),
            default=None,
        )

    def _still_open(self, case: Case, now: datetime) -> Case:
        """Return where an attempt goes: ``case``, or what came after it was settled for good."""
        for one in self._chain(case):
            ended = one.ended_at(now) if one.events else None
            if ended is None:
                return one
            settled = one.resolution.settled(now)
            if not settled and now < ended + self._policy.restatement:
                return one
            if one.successor is None:
                confirmed = one.resolution.confirmed_at if one.withdrawn is None else None
                return self._open_after(one, confirmed if settled else None, now)
        return case

    def _chain(self, case: Case) -> Iterator[Case]:
        seen: list[Case] = []
        following: Case | None = case
        while following is not None and following not in seen:
            seen.append(following)
            yield following
            following = following.successor

    def _open_after(self, case: Case, confirmed: datetime | None, now: datetime) -> Case:
        following = self._open(apart=True)
        case.successor = following
        if confirmed is not None and now < confirmed + self._policy.recurrence:
            following.recurrence_of = case
        return following

    def _open(self, *, apart: bool = False) -> Case:
        case = Case.begin(self._policy)
        case.apart = apart
        self.cases.append(case)
        return case

    def _put(self, case: Case, event: Event) -> None:
        self._take(case, event)
        self._remember(case, event)

    def _take(self, case: Case, event: Event) -> None:
        ended = case.ended_at(event.at) if case.events else None
        if ended is not None and event.at >= ended + self._policy.restatement:
            case.note(event)
        else:
            case.add(event)

    def _remember(self, case: Case, event: Event) -> None:
        self._by_event[event.id] = case
        if not isinstance(event, Message | Status | Feedback):
            return
        opens = case.events[0] is event
        for ref in event.refs:
            if opens or ref not in self._by_ref:
                self._by_ref[ref] = case
        if event.thread is not None:
            threads = self._by_thread.setdefault(event.thread, [])
            if not any(one is case for one in threads):
                threads.append(case)


def _contradict(some: Set[str], others: Set[str]) -> bool:
    """Return whether refs name different things of one kind; tickets say nothing of the issue."""
    if not some.isdisjoint(others):
        return False
    kinds = _kinds(some) & _kinds(others)
    return bool(kinds - {"ticket"})


def _kinds(refs: Set[str]) -> set[str]:
    return {ref.partition(":")[0] for ref in refs}
