"""Which case an event belongs to (definitions §4 and §8 *Belonging*)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.reference.clocks import DAY
from tests.reference.contacts import contacts_of, is_contact
from tests.reference.facts import Fact, Raw, facts_of, heard
from tests.reference.outcome import ended_at, withdrawn_at
from tests.reference.people import People
from tests.reference.resolution import DEMANDS, RECURRENCE, WINDOW, Resolution, resolution_of
from tests.reference.story import story_of
from tests.reference.verdict import NOTED, effective, verdict_of

SAME_ISSUE = 30 * DAY


@dataclass(kw_only=True, eq=False)
class Case:
    """The events of one case, as far as they have come.

    ``apart`` is one that the customer called a new issue, or that began after another was settled.
    """

    people: People
    facts: list[Fact] = field(default_factory=list)
    apart: bool = False
    recurrence_of: Case | None = None
    successor: Case | None = None

    @property
    def spam(self) -> bool:
        """ "`spam` is a case of its own"."""
        spam = any("spam" in one.names for one in self.facts)
        return spam and not any(map(is_contact, self.facts))

    @property
    def told(self) -> list[Fact]:
        """What counts in it: neither ignored spam nor late notes."""
        return heard(effective(self.facts, self.people))

    @property
    def activity(self) -> datetime | None:
        """ "any non-automatic message is activity"."""
        times = [one.at for one in self.told if one.kind == "message" and not one.automatic]
        return max(times, default=None)

    @property
    def topics(self) -> set[str]:
        """All topics that were named in it."""
        return {one.topic for one in self.told if one.topic}

    @property
    def refs(self) -> set[str]:
        """All refs that were named in it."""
        named = [one for one in self.told if one.kind != "feedback"]
        return {ref for one in named for ref in one.raw.get("refs") or []}

    def agrees(self, topic: str | None) -> bool:
        """ "Two absent topics agree, one absent agrees with none"."""
        return topic in self.topics if topic else not self.topics

    def state(self, now: datetime) -> Resolution:
        """Return where its resolution stands."""
        return resolution_of(self.told, contacts_of(self.told, self.people), now)

    def settled(self, now: datetime) -> bool:
        """Whether an attempt at this moment can refute its confirmation no more."""
        state = self.state(now)
        if state.confirmed_at is None:
            return False
        # "a later attempt within 14 d of `confirmed_at` refutes it"
        return now >= state.confirmed_at + (0 * DAY if state.confirmed_by == "silent" else WINDOW)

    def ended(self, now: datetime) -> datetime | None:
        """Since when time alone changes its outcome no more."""
        return ended_at(story_of(effective(self.facts, self.people), self.people, now))


class Docket:
    """All cases of one person, built event by event in the order of `(at, id)`."""

    def __init__(self, people: People) -> None:
        """Begin with no case."""
        self.people = people
        self.cases: list[Case] = []
        self.threads: dict[str, list[Case]] = {}
        self.refs: dict[str, Case] = {}

    def place(self, fact: Fact) -> None:
        """Put one event into its case."""
        case = self._case_of(fact)
        case.facts.append(fact)
        self._remember(case, fact)

    def _remember(self, case: Case, fact: Fact) -> None:
        for ref in fact.raw.get("refs") or []:
            if case.facts[0] is fact or ref not in self.refs:
                self.refs[ref] = case
        if thread := fact.raw.get("thread"):
            known = self.threads.setdefault(thread, [])
            if case not in known:
                known.append(case)

    def _case_of(self, fact: Fact) -> Case:
        if fact.inbound and "spam" in fact.names:
            # "unless it comes in a case's thread"; "`in_reply_to` ranks with `thread`"
            return next(iter(self._replied(fact) + self._thread(fact)[-1:]), None) or self._new()
        if not is_contact(fact):
            return self._hard(fact) or self._soft(fact) or self._new()
        if "new_issue" in fact.names:
            return self._new(apart=bool(self.cases))  # "`new_issue` opens another case"
        case = self._hard(fact) or self._burst(fact) or self._soft(fact)
        if case is None:
            return self._new()
        return self._after(case, fact) if self._begins(case, fact) else case

    # Hard evidence -----------------------------------------------------------------------------

    def _hard(self, fact: Fact) -> Case | None:
        threads, replied = self._thread(fact), self._replied(fact)
        named = [self.refs[ref] for ref in fact.raw.get("refs") or [] if ref in self.refs]
        if len(threads) > 1:
            # "After a `new_issue` inside a thread, later messages go to the case of their ref or
            # `in_reply_to`, else to the newest case of that thread"
            return (named + replied + threads[-1:])[0]
        pointed = threads + replied + named
        for other in pointed[1:]:
            if other is not pointed[0] and other in self.cases:
                pointed[0] = self._join(pointed[0], other)
        return pointed[0] if pointed else None

    def _thread(self, fact: Fact) -> list[Case]:
        return list(self.threads.get(fact.raw.get("thread") or "", []))

    def _replied(self, fact: Fact) -> list[Case]:
        parent = fact.raw.get("in_reply_to")
        return [one for one in self.cases if any(f.id == parent for f in one.facts)]

    def _join(self, strong: Case, weak: Case) -> Case:
        older, newer = sorted((strong, weak), key=lambda one: one.facts[0].order)
        if newer.apart or _contradict(older.refs, newer.refs):
            return strong
        opened = newer.facts[0].at
        if older.settled(opened):
            # it was a recurrence all along
            confirmed = older.state(opened).confirmed_at
            if older.successor is None and confirmed is not None:
                older.successor, newer.apart = newer, True
                newer.recurrence_of = older if opened < confirmed + RECURRENCE else None
            return strong
        return self._merge(older, newer)

    def _merge(self, older: Case, newer: Case) -> Case:
        whole = Case(people=self.people, apart=older.apart, recurrence_of=older.recurrence_of)
        whole.successor = newer.successor or older.successor
        whole.facts = sorted(older.facts + newer.facts, key=lambda one: one.order)
        parts = (older, newer)
        self.cases = [one for one in self.cases if one not in parts] + [whole]
        for one in self.cases:
            one.successor = whole if one.successor in parts else one.successor
            one.recurrence_of = whole if one.recurrence_of in parts else one.recurrence_of
        for thread, known in self.threads.items():
            left = [one for one in known if one not in parts]
            self.threads[thread] = left + [whole] * (len(left) < len(known))
        for ref, case in self.refs.items():
            if case in parts or ref in (whole.facts[0].raw.get("refs") or []):
                self.refs[ref] = whole
        return whole

    # Soft evidence -----------------------------------------------------------------------------

    def _burst(self, fact: Fact) -> Case | None:
        """A contact is never torn in two: the rest of it goes where it began."""
        for case in reversed(self.cases):
            if self._continues(case, fact) and (not fact.topic or fact.topic in case.topics):
                return case
        return None

    def _continues(self, case: Case, fact: Fact) -> bool:
        told = effective(case.facts, self.people)
        before = contacts_of(told, self.people)
        return len(contacts_of([*told, fact], self.people)) == len(before)

    def _soft(self, fact: Fact) -> Case | None:
        agreeing = [one for one in self.cases if not one.spam and self._agrees(one, fact)]
        latest = max(self._complaints(self.cases), key=self._latest, default=None)
        agreed = max(agreeing, key=self._latest, default=None)
        if fact.kind != "message" or (self._unbound(fact) and not fact.topic):
            # "a reply, status or feedback with neither thread, ref nor `in_reply_to` goes to the
            # customer's latest active case"
            return latest
        return agreed or (latest if self._follows(fact) else None)

    def _unbound(self, fact: Fact) -> bool:
        named = [fact.raw.get(key) for key in ("thread", "refs", "in_reply_to")]
        return fact.outbound and not any(named)

    def _follows(self, fact: Fact) -> bool:
        """Whether it can raise no issue of its own, and so goes to the latest active case."""
        if self._unbound(fact):
            return True
        news = "proactive" if fact.outbound else "not_a_complaint"
        return not is_contact(fact) and not fact.topic and news not in fact.names

    def _agrees(self, case: Case, fact: Fact) -> bool:
        """ "the topic agrees and the last activity is at most **30 d** ago"."""
        if case.activity is None or not case.agrees(fact.topic):
            return False
        confirmed = case.state(fact.at).confirmed_at
        # "a recurrence …; this goes before the 30 d rule of §4"
        recent = confirmed is not None and fact.at < confirmed + RECURRENCE
        return recent or fact.at - case.activity <= SAME_ISSUE

    def _complaints(self, cases: list[Case]) -> list[Case]:
        return [one for one in cases if any(map(is_contact, one.facts))] or cases

    def _latest(self, case: Case) -> Any:
        first = case.facts[0]
        return case.activity or first.at, first.at, first.id

    # New cases ---------------------------------------------------------------------------------

    def _begins(self, case: Case, fact: Fact) -> bool:
        """Whether this message would begin something in a case that had been settled."""
        if self._continues(case, fact):
            return bool(fact.names & DEMANDS)
        stated = fact.names & (DEMANDS | {"pace_request"})
        return stated != {"pace_request"} or fact.public

    def _after(self, case: Case, fact: Fact) -> Case:
        """ "from 14 to 30 d it is a `recurrence`, after that simply another case"."""
        for one in self._chain(case):
            ended = one.ended(fact.at)
            settled = one.settled(fact.at)
            if ended is None or (not settled and fact.at < ended + NOTED):
                return one
            if one.successor is None:
                one.successor = following = self._new(apart=True)
                # nothing recurs where the customer took the complaint back: nothing was confirmed
                taken_back = withdrawn_at(story_of(one.facts, self.people, fact.at))
                if settled and not taken_back and fact.at < ended + RECURRENCE:
                    following.recurrence_of = one
                return following
        return case

    def _chain(self, case: Case) -> Iterable[Case]:
        seen: list[Case] = []
        following: Case | None = case
        while following is not None and following not in seen:
            seen.append(following)
            yield following
            following = following.successor

    def _new(self, *, apart: bool = False) -> Case:
        self.cases.append(Case(people=self.people, apart=apart))
        return self.cases[-1]


def _contradict(some: set[str], others: set[str]) -> bool:
    """Whether two cases name different things of one kind; a ticket says nothing of the issue."""
    if some & others:
        return False
    kinds = {one.split(":")[0] for one in some} & {one.split(":")[0] for one in others}
    return bool(kinds - {"ticket"})


def judge(lines: Iterable[Raw], as_of: datetime) -> list[dict[str, Any]]:
    """Return the verdicts of a world at ``as_of``, by case."""
    facts = facts_of(lines, as_of)
    people = People(facts)
    dockets: dict[str, Docket] = {}
    for fact in facts:
        if fact.kind in {"message", "status", "feedback"}:
            dockets.setdefault(people.person(fact), Docket(people)).place(fact)
    out = []
    for docket in dockets.values():
        for case in docket.cases:
            verdict = verdict_of(case.facts, people, as_of)
            origin = case.recurrence_of
            verdict["recurrence_of"] = origin.facts[0].id if origin else None
            out.append(verdict)
    return sorted(out, key=lambda one: str(one["case"]))
