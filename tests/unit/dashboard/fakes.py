"""A book in memory over real verdicts: events are told here, the judging is the domain's own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from models.risk import RiskModel
from pipeline.dashboard.ports import CasePage, Restatement
from pipeline.domain.comparison import Comparison, build_comparison
from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import (
    Event,
    Feedback,
    Identity,
    Message,
    Reading,
    Signal,
    Status,
    connecting_keys,
)
from pipeline.domain.figures import Published, build_figures
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING, CaseFilter, Facets, Scope
from pipeline.domain.suspecting import Suspicion
from pipeline.domain.timeline import collect, known
from pipeline.domain.verdict import Verdict
from pipeline.masks import pseudonym
from pipeline.warning import Warned, Warner

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
POLICY = Policy()
WARNER = Warner(
    RiskModel(
        names=("chases", "left_in_stock", "waiting"),
        weights=(0.8, 1.1, 0.5),
        averages=(0.2, 0.1, 0.4),
        intercept=-4.5,
        usual=0.015,
    )
)


class FakeBook:
    """A `Book` whose events can be added to while pages are open."""

    def __init__(self, events: Sequence[Event] = (), now: datetime = NOW) -> None:
        self.now = now
        self.told: dict[str, list[Event]] = {}
        self.restated: dict[str, list[Restatement]] = {}
        self.read: dict[str, Reading] = {}
        self.suspicions: list[Suspicion] = []
        self.asked = 0
        self._keys: dict[str, set[str]] = {}
        self._revision = 0
        self._judged: list[Verdict] = []
        self._judged_for: tuple[int, datetime] | None = None
        for event in events:
            self.add(event)

    def add(self, event: Event) -> None:
        """Take an event; those that share a key are judged together."""
        keys = set(connecting_keys(event))
        touched = [root for root, held in self._keys.items() if held & keys]
        root = touched[0] if touched else event.id
        for other in touched[1:]:
            self.told[root] += self.told.pop(other)
            keys |= self._keys.pop(other)
        self.told.setdefault(root, []).append(event)
        self._keys.setdefault(root, set()).update(keys)
        self._revision += 1

    def verdicts(self, now: datetime) -> list[Verdict]:
        """Every verdict at ``now``."""
        key = (self._revision, now)
        if key != self._judged_for:
            self._judged = [
                verdict
                for events in self.told.values()
                for verdict in evaluate(collect(events), now, POLICY)
            ]
            self._judged_for = key
        return self._judged

    def figures(self, now: datetime, scope: Scope = EVERYTHING) -> Published:
        self.asked += 1
        return build_figures(self.verdicts(now), now, POLICY, scope=scope)

    def comparison(self, now: datetime, scope: Scope = EVERYTHING) -> Comparison:
        return build_comparison(self.verdicts(now), now, POLICY, scope)

    def facets(self, now: datetime) -> Facets:
        found = self.verdicts(now)
        return Facets(
            channels=tuple(sorted({name for one in found for name in one.channels})),
            topics=tuple(sorted({one.facts.topic for one in found if one.facts.topic})),
            teams=tuple(sorted({one.facts.team for one in found if one.facts.team})),
        )

    def waiting(
        self,
        now: datetime,
        limit: int,
        scope: Scope = EVERYTHING,
        public: bool | None = None,
    ) -> Sequence[Verdict]:
        found = self._passing(CaseFilter(scope=scope, waiting=True, public=public), now)
        far = now + timedelta(days=1)

        def order(one: Verdict) -> tuple[bool, datetime, datetime, str]:
            public = one.facts.waiting_public_since
            return (public is None, public or far, one.waiting_since or now, one.case)

        return sorted(found, key=order)[:limit]

    def promised_until(
        self, dues: Sequence[datetime | None], scope: Scope = EVERYTHING
    ) -> tuple[int, ...]:
        found = self._passing(CaseFilter(scope=scope, promised=True), self.now)
        told = [one.facts.promise_failed_at or one.facts.promise_due for one in found]
        return tuple(
            sum(due is None or (one is not None and one <= due) for one in told) for due in dues
        )

    def promised(
        self, limit: int, scope: Scope = EVERYTHING, after: datetime | None = None
    ) -> Sequence[Verdict]:
        found = self._passing(CaseFilter(scope=scope, promised=True), self.now)

        def due(one: Verdict) -> tuple[datetime, str]:
            facts = one.facts
            return (facts.promise_failed_at or facts.promise_due or self.now, one.case)

        later = [one for one in found if after is None or due(one)[0] > after]
        return sorted(later, key=due)[:limit]

    def at_risk(self, now: datetime, limit: int, scope: Scope = EVERYTHING) -> Sequence[Warned]:
        return WARNER.warn(self._passing(CaseFilter(scope=scope), now), now, limit)

    def warning(self, verdict: Verdict, now: datetime) -> Warned | None:
        return WARNER.judge(verdict, now)

    def suspected(self, limit: int) -> Sequence[Suspicion]:
        """Return the probable links that a test put here."""
        return self.suspicions[:limit]

    def escalations(self, limit: int, scope: Scope = EVERYTHING) -> Sequence[Verdict]:
        found = self._passing(CaseFilter(scope=scope, route="escalated"), self.now)
        found.sort(key=lambda one: one.escalated_at or self.now, reverse=True)
        return sorted(found, key=lambda one: one.outcome != "escalation_only")[:limit]

    def cases(self, which: CaseFilter, now: datetime, offset: int, limit: int) -> CasePage:
        found = list(self.every(which, now, 1_000_000))
        return CasePage(items=found[offset : offset + limit], total=len(found))

    def count(self, which: CaseFilter, now: datetime) -> int:
        return len(self._passing(which, now))

    def every(self, which: CaseFilter, now: datetime, limit: int) -> Iterator[Verdict]:
        found = self._passing(which, now)
        found.sort(key=lambda one: one.case)
        found.sort(key=lambda one: one.opened_at, reverse=True)
        yield from found[:limit]

    def _passing(self, which: CaseFilter, now: datetime) -> list[Verdict]:
        every = self.verdicts(now)
        recurred = {one.recurrence_of for one in every if one.recurrence_of and one.counted}
        zone = POLICY.report_zone
        passing = [one for one in every if which.holds(one, now, zone, recurred)]
        return [one for one in passing if self._says(one, which.words.lower(), now)]

    def _says(self, verdict: Verdict, words: str, now: datetime) -> bool:
        events = self.events(verdict.case, now) if words else []
        texts = " ".join(one.text for one in events if isinstance(one, Message)).lower()
        return words in verdict.case or words in pseudonym(verdict.customer) or words in texts

    def verdict(self, case: str, now: datetime) -> Verdict | None:
        return next((one for one in self.verdicts(now) if one.case == case), None)

    def events(self, case: str, now: datetime) -> Sequence[Event]:
        verdict = self.verdict(case, now)
        if verdict is None:
            return []
        told = next(told for told in self.told.values() if any(one.id == case for one in told))
        seen, _ = known(collect(told), now, POLICY.clock_skew)
        return [event for event in seen if event.id in verdict.events or belongs(event, verdict)]

    def message(
        self, verdict: Verdict, now: datetime, pick: Callable[[Message], bool]
    ) -> Message | None:
        events = self.events(verdict.case, now)
        return next((one for one in events if isinstance(one, Message) and pick(one)), None)

    def readings(self, case: str, now: datetime) -> Mapping[str, Reading]:
        shown = {event.id for event in self.events(case, now)}
        return {of: one for of, one in self.read.items() if of in shown}

    def restatements(self, case: str) -> Sequence[Restatement]:
        return self.restated.get(case, [])

    def revision(self) -> int:
        return self._revision


def belongs(event: Event, verdict: Verdict) -> bool:
    """Whether an identity event is evidence of the verdict."""
    return isinstance(event, Identity) and any(one.event == event.id for one in verdict.evidence)


class Told:
    """Tells one customer's story, event by event, in hours from its start."""

    def __init__(self, who: str, start: datetime, topic: str | None = None) -> None:
        self.who, self.start, self.topic = who, start, topic
        self.handle = ""
        self.thread = "ticket:" + who.partition(":")[2].partition("@")[0]
        self.events: list[Event] = []

    def _id(self, channel: str) -> str:
        name = self.who.partition(":")[2].partition("@")[0]
        return f"{'form' if channel == 'web_form' else channel}:{name}-{len(self.events) + 1}"

    def says(
        self, hours: float, text: str, *names: str, channel: str = "email", **more: Any
    ) -> str:
        """The customer writes; words between asterisks carry the first signal."""
        return self._message(hours, text, names, channel, "inbound", more)

    def hears(
        self, hours: float, text: str, *names: str, channel: str = "email", **more: Any
    ) -> str:
        """The company replies."""
        return self._message(hours, text, names, channel, "outbound", more)

    def _message(
        self, hours: float, text: str, names: Sequence[str], channel: str, way: Any, more: Any
    ) -> str:
        public = channel in ("x", "mastodon", "review")
        start = text.find("*")
        plain = text.replace("*", "")
        span = (start, text.find("*", start + 1) - 1) if start >= 0 else None
        due = more.pop("due", None)
        signals = tuple(
            Signal(
                name=name,
                due=due if name == "promise" else None,
                span=span if index == 0 else None,
                probability=0.97 - 0.04 * index,
            )
            for index, name in enumerate(names)
        )
        event = Message(
            id=self._id(channel),
            at=self.start + timedelta(hours=hours),
            customer=(self.handle if public and self.handle else self.who,),
            channel=channel,
            visibility="public" if public else "private",
            direction=way,
            text=plain,
            signals=signals,
            topic=self.topic,
            thread=None if public else self.thread,
            **more,
        )
        self.events.append(event)
        return event.id

    def status(self, hours: float, name: Any) -> None:
        """The helpdesk sets the ticket's status."""
        self.events.append(
            Status(
                id=self._id("desk"),
                at=self.start + timedelta(hours=hours),
                customer=(self.who,),
                status=name,
                thread=self.thread,
            )
        )

    def rates(self, hours: float, resolved: bool, score: int) -> None:
        """The customer answers the survey."""
        self.events.append(
            Feedback(
                id=self._id("survey"),
                at=self.start + timedelta(hours=hours),
                customer=(self.who,),
                resolved=resolved,
                score=score,
                thread=self.thread,
            )
        )


NAMES = (
    "mara",
    "jonas",
    "ines",
    "tom",
    "olga",
    "piet",
    "amir",
    "lena",
    "rui",
    "karin",
    "bea",
    "hugo",
)
TROUBLES = (
    ("delivery", "My parcel was to come on Monday and the tracking has not moved since."),
    ("billing", "I was charged twice for the same invoice, 84.90 each time."),
    ("refund", "I sent the shoes back three weeks ago and still have no refund."),
    ("repair", "The washing machine leaks again, the second time after your repair."),
    ("outage", "No internet since Thursday evening, the router shows a red light."),
    ("cancellation", "I cancelled in time and you go on taking money from my account."),
)


GOODS = (
    ("coffee machine", "129.00", "It came broken"),
    ("suitcase", "84.50", "A wheel was missing"),
    ("desk lamp", "39.90", "It flickers and smells burnt"),
    ("pair of boots", "110.00", "Both are left boots"),
)
POSTS = (
    "{days} days, three mails and only *stock answers* from @acme about my {thing}. Does anybody "
    "read what customers write?",
    "Dear @acme, I sent you everything about my {thing} *twice*. What is your help desk for?",
    "Still no refund for my {thing}, @acme. *I have written and written.* Ref 48213.",
    "@acme sells a broken {thing} and then plays dead. *Three mails in {days} days.*",
    "Is there a person at @acme? My {thing}, *your form letters*, my patience: all broken.",
    "*Asked for the same photo again.* @acme, please just refund the {thing}.",
    "{days} days on: @acme *values my feedback* about the {thing}. I would value my money.",
)


def stock_until_public(who: str, start: datetime, choice: int = 0) -> list[Event]:
    """Stock answers to a contact form until the tweet: the case that the monitor is for."""
    told = Told(who, start, "refund")
    name = who.partition(":")[2].partition("@")[0]
    told.handle = f"x:{name}_writes"
    thing, price, trouble = GOODS[choice % len(GOODS)]
    slow = 1 + (choice % 5) * 0.35
    told.says(
        0, f"I ordered a {thing} on the 2nd (order 48213). {trouble}. Please refund it.",
        "complaint", channel="web_form",
    )  # fmt: skip
    told.hears(0.02, "We have received your message.", "auto_ack", auto=True)
    told.hears(
        26 * slow,
        "*Thank you for your feedback.* We value every customer and take it seriously.",
        "stock",
    )
    told.says(50 * slow, "You did not answer *what I asked*. When is the refund coming?", "chase")
    told.hears(75 * slow, "Please send us your *order number and a photo*.", "info_request")
    told.says(76 * slow, "Again: 48213, as I wrote. Photo attached.", "info_supplied")
    told.hears(120 * slow, "*Thank you for your feedback.* We value every customer.", "stock")
    text = POSTS[choice % len(POSTS)].format(days=int(7 * slow), thing=thing)
    hours = 170 * slow
    post = told.says(hours, text, "prior_contact", "complaint", channel="x", reach=5400)
    told.events.append(
        Identity(
            id=f"crm:{name}",
            at=start + timedelta(hours=hours + 0.2),
            customer=(who,),
            same=(who, told.handle),
            evidence="crm",
        )
    )
    told.hears(
        hours + 0.7, "Sorry to hear that! Please write to *help@acme.example*.", "handoff",
        "apology", channel="x", in_reply_to=post,
    )  # fmt: skip
    told.hears(
        hours + 2 * slow, "That was our fault: nobody had opened your photo. *The refund of "
        f"{price} is on its way* and arrives tomorrow.", "substantive", "resolution_claim",
        "ownership",
    )  # fmt: skip
    told.says(hours + 26, "*The money is there.* Sad that it took a tweet.", "accepts")
    return told.events


def good(who: str, start: datetime, topic: str, text: str) -> list[Event]:
    """Right the first time."""
    told = Told(who, start, topic)
    told.says(0, text, "complaint")
    told.hears(
        5, "We have looked into it. *It is put right as of today*, and 10.00 are on your account.",
        "substantive", "resolution_claim", "apology",
    )  # fmt: skip
    return told.events


def effort(who: str, start: datetime, topic: str, text: str) -> list[Event]:
    """Solved in private, with a chase and a promise kept."""
    told = Told(who, start, topic)
    told.says(0, text, "complaint", channel="chat")
    told.hears(30, "We will look into it and write by Friday.", "promise", "substantive",
               due=start + timedelta(hours=90))  # fmt: skip
    told.says(60, "*Any news?* It is urgent for me.", "chase")
    told.hears(80, "A technician changed the part. *It works again.*", "substantive",
               "resolution_claim")  # fmt: skip
    told.rates(90, True, 4)
    return told.events


def broken(who: str, start: datetime, topic: str, text: str) -> list[Event]:
    """A broken promise, then the public."""
    told = Told(who, start, topic)
    told.says(0, text, "complaint")
    told.hears(20, "*You will have it by tomorrow evening.*", "promise", "substantive",
               due=start + timedelta(hours=48))  # fmt: skip
    post = told.says(100, "*Promised for Tuesday*, it is Friday. @acme?", "dispute", channel="x",
                     reach=210, in_reply_to=told.events[0].id)  # fmt: skip
    told.hears(140, "We are sorry. A courier brings it today.", "substantive", "resolution_claim",
               in_reply_to=post, channel="x")  # fmt: skip
    return told.events


def unheard(
    who: str, start: datetime, topic: str, text: str, channel: str = "email"
) -> list[Event]:
    """Nobody has answered."""
    told = Told(who, start, topic)
    told.says(0, text, "complaint", channel=channel)
    return told.events


def traffic(now: datetime = NOW, weeks: int = 13, seed: int = 7) -> Iterator[Event]:
    """Plausible complaints of the last weeks, the same for the same seed."""
    draw = Random(seed)
    number = 0
    for week in range(weeks, 0, -1):
        for _ in range(draw.randint(6, 11)):
            number += 1
            start = now - timedelta(weeks=week) + timedelta(hours=draw.uniform(0, 150))
            topic, text = draw.choice(TROUBLES)
            who = f"email:{draw.choice(NAMES)}{number}@example.org"
            yield from _one(draw.random(), who, start, topic, text, number)
    yield from stock_until_public("email:mara@example.org", now - timedelta(days=10))
    for hours, channel in ((1.2, "x"), (31, "x"), (5, "web_form"), (76, "email"), (150, "email")):
        number += 1
        topic, text = TROUBLES[number % len(TROUBLES)]
        who = f"{channel if channel == 'x' else 'email'}:waits{number}"
        who += "" if channel == "x" else "@example.net"
        yield from unheard(who, now - timedelta(hours=hours), topic, text, channel)


def _one(
    chance: float, who: str, start: datetime, topic: str, text: str, number: int
) -> list[Event]:
    for below, tell in ((0.52, good), (0.76, effort), (0.84, broken)):
        if chance < below:
            return tell(who, start, topic, text)
    if chance < 0.93:
        return stock_until_public(who, start, number)
    told = good(who, start, topic, text)
    return told if chance < 0.97 else told[:1]
