"""Random worlds that hurt: few customers and threads, and times that meet the ends of windows.

A world is the events of a few customers and the moment at which they are judged; its seed gives the
same one again. A *soup* throws all kinds of events together; a *story* follows one of `SCRIPTS`, so
that rare outcomes come about as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Event = dict[str, Any]
World = tuple[list[Event], datetime]

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday, as the office opens
MINUTE, HOUR, DAY = 60, 3600, 86400
DAYS = (14, 28, 30, 42, 90, 14 + 30, 14 + 90)  # … and after a silent confirmation
ENDS = [30 * MINUTE, 60 * MINUTE, 24 * HOUR, 72 * HOUR, *(days * DAY for days in DAYS)]
EDGES = [end + off for end in ENDS for off in (-1, 0, 1)]
NEAR = [0, 1, 10 * MINUTE, 30 * MINUTE - 1, 30 * MINUTE, 30 * MINUTE + 1, 60 * MINUTE,
        60 * MINUTE + 1, 2 * HOUR, 20 * HOUR, DAY, 2 * DAY, 3 * DAY, 3 * DAY + 1, 5 * DAY, 7 * DAY,
        10 * DAY, 16 * DAY]  # fmt: skip
SAID = ["complaint", "info_supplied", "chase", "dispute", "accepts", "accepts", "thanks",
        "external", "prior_contact", "pace_request", "pace_request", "threat", "withdraws",
        "not_a_complaint", "duplicate", "spam", "new_issue"]  # fmt: skip
ANSWERS = ["auto_ack", "stock", "info_request", "info_request", "referral", "substantive",
           "substantive", "substantive"]  # fmt: skip
BESIDE = ["resolution_claim", "resolution_claim", "promise", "promise", "rejection", "apology",
          "proactive"]  # fmt: skip
SCRIPTS = (
    "irpc", "ipc", "ispc", "iqn", "iqnc", "irc", "irPfc", "ippc", "iPaPc", "irci", "irAi",
    "irciirc", "iqq", "iqqi", "iWi", "itrc", "irSoS", "ixrc", "irrc", "ipcpA", "iqinc", "ric",
    "ircpi", "icAi", "iPpfA", "iqaqnc", "isspc", "iPpcA", "iqpc", "ipSc",
)  # fmt: skip
"""Letters of `_act`. The customer i writes, p posts, n supplies, a asks for time, A accepts,
W withdraws, t thanks, x goes external; the company r replies, s sends a stock answer, q asks,
P promises, f fulfils, c claims; the helpdesk S sets a status, o reopens."""


@dataclass
class Maker:
    """Makes the events of one world; the shares say how often a field or a kind of event occurs."""

    chance: Random
    customers: list[str]
    hard: float
    topics: float
    public: float
    odd: float
    now: int = 0
    times: list[int] = field(default_factory=lambda: [0])
    events: list[Event] = field(default_factory=list)

    def often(self, share: float) -> bool:
        """Return true with this probability."""
        return self.chance.random() < share

    def step(self) -> str:
        """Let time go on, most often to the end of a window of something that was there before."""
        ahead = self.now + self.chance.choice(NEAR)
        if self.often(0.5):
            since = self.now if self.often(0.5) else self.chance.choice(self.times)
            edge = since + self.chance.choice(EDGES)
            ahead = edge if self.often(0.3) else max(self.now, edge)
        self.now = ahead
        self.times.append(ahead)
        return stamp(ahead)

    def event(self, kind: str, **fields: Any) -> Event:
        """Return an event of some customer; ids sort at random among those of one instant."""
        number = len(self.events) + 1
        event: Event = {
            "id": f"{kind}:{self.chance.choice('abc')}{number}",
            "kind": kind,
            "at": self.step(),
        }
        if kind != "identity":
            last = self.events[-1].get("customer", [])[:1] if self.events else []
            often = self.customers + last * 8
            event["customer"] = [self.chance.choice(often)]
            if self.often(self.odd):
                event["customer"] = self.chance.sample(self.customers, min(2, len(self.customers)))
        return {**event, **fields}

    def due(self) -> str:
        """Return a due time or date near now, seldom one that has passed."""
        if self.often(0.15):
            return stamp(self.now + self.chance.randrange(20 * DAY))[:10]
        return stamp(self.now + self.chance.choice([-HOUR, 1, *EDGES, DAY, 2 * DAY, 5 * DAY]))

    def signal(self, name: str) -> Event:
        """Return one signal with its values."""
        signal: Event = {"name": name}
        if name == "pace_request" and self.often(0.7):
            signal["until"] = self.due()
        if name == "promise" and self.often(0.9):
            signal["due"] = self.due()
        if name == "promise" and self.often(0.4):
            signal["deed"] = self.chance.choice(["refund", "call"])
        if name == "info_request" and self.often(0.5):
            signal["asks"] = self.chance.sample(["order", "photo"], self.chance.choice([1, 1, 2]))
        return signal

    def message(self, direction: str, *names: str, post: bool = False) -> Event:
        """Return a message that says all this."""
        channel = "x" if post else self.chance.choice(["email", "email", "web_form"])
        event = self.event(
            "message",
            channel=channel,
            visibility="public" if post and not self.often(0.1) else "private",
            direction=direction,
            text="",
            signals=[self.signal(name) for name in dict.fromkeys(names)],
        )
        if self.often(self.odd):
            event["auto"] = True
        if self.often(self.odd):
            event["received_at"] = stamp(self.now - self.chance.choice([-10, 299, 300, 301, 9999]))
        return self.linked(event)

    def linked(self, event: Event) -> Event:
        """Return the event, perhaps with a thread, refs, a topic and what it replies to."""
        if self.often(self.hard):
            event["thread"] = self.chance.choice(["t1", "t2"])
        if self.often(self.hard / 2):
            refs = ["order:1", "order:2", "ticket:3"]
            event["refs"] = self.chance.sample(refs, self.chance.choice([1, 1, 1, 2]))
        written = [one["id"] for one in self.events if one["kind"] == "message"]
        if event["kind"] == "message" and written and self.often(self.hard / 2):
            event["in_reply_to"] = self.chance.choice(written)
        if event["kind"] != "feedback" and self.often(self.topics):
            event["topic"] = self.chance.choice(["billing", "delivery", "gossip"])
        return event


def stamp(seconds: int) -> str:
    """Return the moment so long after the start, as RFC 3339."""
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def world(seed: int) -> World:
    """Return the world of this seed, and the moment at which it is judged."""
    chance = Random(seed)
    many, hard = chance.choice([1, 1, 1, 3, 4]), chance.choice([0.0, 0.0, 0.2, 0.4])
    maker = Maker(
        chance=chance,
        customers=["email:a", "x:a", "email:b", "x:b"][:many],
        hard=hard,
        topics=hard and chance.choice([0.0, 0.3]),
        public=chance.choice([0.0, 0.4, 0.4]),
        odd=chance.choice([0.0, 0.05, 0.1]),
    )
    if chance.random() < 0.6:
        for letter in chance.choice(SCRIPTS):
            maker.events.append(_act(maker, letter))
    else:
        maker.events += [maker.message("inbound", "complaint")] * maker.often(0.9)
        for _ in range(chance.randrange(2, 15)):
            maker.events.append(_any(maker))
    base = chance.choice([maker.now, maker.now, chance.choice(maker.times)])
    as_of = base + chance.choice([*EDGES, 200 * DAY, 200 * DAY])
    return maker.events, START + timedelta(seconds=as_of)


def _act(maker: Maker, letter: str) -> Event:
    """Return the event of one letter of a script."""
    pick = maker.chance.choice
    said = {"n": "info_supplied", "a": "pace_request", "A": "accepts", "W": "withdraws",
            "t": "thanks", "x": "external"}  # fmt: skip
    sent = {"s": ["stock"], "q": ["info_request"], "P": ["substantive", "promise"],
            "f": ["substantive"], "c": ["substantive", "resolution_claim"]}  # fmt: skip
    if letter in said:
        return maker.message("inbound", said[letter])
    if letter in sent:
        return maker.message("outbound", *sent[letter])
    if letter in "ip":
        names = pick([[], ["complaint"], ["chase"], ["dispute"], ["info_supplied"]])
        return maker.message("inbound", *names, post=letter == "p")
    if letter == "r":
        names = pick([["substantive"], ["substantive", "rejection"], ["stock"], ["referral"], []])
        return maker.message("outbound", *names)
    status = "reopened" if letter == "o" else pick(["solved", "closed", "pending"])
    return maker.linked(maker.event("status", status=status))


def _any(maker: Maker) -> Event:
    """Return an event of any kind."""
    pick, number = maker.chance.choice, maker.chance.random()
    if number < 0.42:
        names = [pick(SAID)] * maker.often(0.85) + [pick(SAID)] * maker.often(maker.odd)
        return maker.message("inbound", *names, post=maker.often(maker.public))
    if number < 0.78:
        names = [pick(ANSWERS)] * maker.often(0.9) + [pick(BESIDE)] * maker.often(0.5)
        return maker.message("outbound", *names, post=maker.often(maker.public / 2))
    if number < 0.9:
        status = pick(["open", "pending", "pending", "solved", "solved", "closed", "reopened"])
        return maker.linked(maker.event("status", status=status))
    if number < 0.96:
        answer = {"score": 3} if maker.often(0.2) else {"resolved": maker.often(0.6)}
        return maker.linked(maker.event("feedback", **answer))
    return _rare(maker)


def _rare(maker: Maker) -> Event:
    """Return an edit, an assertion of who is who, or an erasure."""
    written = [one for one in maker.events if one["kind"] == "message"]
    if written and maker.often(0.5):
        return _edited(maker, maker.chance.choice(written))
    if len(maker.customers) > 1 and maker.often(0.9):
        event = maker.event("identity", same=maker.chance.sample(maker.customers, 2))
        if maker.often(0.7):
            event["evidence"] = maker.chance.choice(["crm", "agent", "email"])
        return {**event, "not": True} if maker.often(0.35) else event
    return maker.event("erasure")


def _edited(maker: Maker, message: Event) -> Event:
    """Return a higher version of a message, its deletion, or other content of the same version.

    Only first versions conflict, at their own time: whether a conflict shows before it came is not
    compared (pipeline/README.md, *Conflicts*).
    """
    said = ANSWERS if message["direction"] == "outbound" else SAID
    signals = [maker.signal(maker.chance.choice(said))] * maker.often(0.8)
    edited = {**message, "signals": signals}
    if "version" not in message and maker.often(0.4):
        return edited
    higher: Event = {"version": [one["id"] for one in maker.events].count(message["id"])}
    if maker.often(0.4):
        higher["at"] = maker.step()
    if maker.often(0.3):
        higher["visibility"] = maker.chance.choice(["public", "private"])
    if maker.often(0.4):
        higher["deleted"] = True
    return {**edited, **higher}
