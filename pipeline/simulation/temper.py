"""Customers with a temper: journeys in which going public is a matter of chance.

The scripts of this package know exactly what happens, which is right for truth and wrong for
learning a risk: whoever has seen half a script knows its end. Here nobody does. A customer has a
hidden tolerance, may be one who never posts, and in each two hours of an unsolved case may post,
chase or give up; the company answers late or never, well or badly, and sometimes breaks its word.
What raises the chance is what is known to (Tripp and Grégoire 2011: a second failure; Maxham and
Netemeyer 2002: two failures weigh more than twice one), in amounts that we chose ourselves. Some
signals are lost or misread, as by a reader of texts.

A model learnt from this knows our assumptions and nothing about any one company: see
``ccm risk train --data``, which learns from a company's own cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random
from typing import Final

from pipeline.domain.events import Event, Message, Signal

START: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)
STEP_HOURS: Final = 2
STEPS: Final = 42 * 24 // STEP_HOURS
NEVER_POST: Final = 0.5
MISREAD: Final = 0.08
BAD_REPLIES: Final = ("stock", "referral", "info_request")
CHASES_MAX: Final = 5


@dataclass(slots=True, kw_only=True)
class _Customer:
    """Who writes, and how it stands with them."""

    rng: Random
    name: str
    tolerance: float
    posts: bool
    diligence: float
    hour: float = 0.0
    contact: float = 0.0
    sore: float = 0.0
    """The hour of the last disappointment."""
    failures: float = 0.0
    chases: int = 0
    threats: int = 0
    asked: bool = False
    reply_at: float | None = None
    promised_for: float | None = None
    answered: bool = False
    ended: bool = False
    events: list[Event] = field(default_factory=list)


def tempers(journeys: int, seed: int) -> Iterator[list[Event]]:
    """Yield the events of one customer after the other, each made from the seed and its number."""
    for index in range(journeys):
        yield _journey(Random(f"{seed} temper {index}"), f"c{index}")


def _journey(rng: Random, name: str) -> list[Event]:
    who = _Customer(
        rng=rng,
        name=name,
        tolerance=rng.gauss(3.7, 1.1),
        posts=rng.random() > NEVER_POST,
        diligence=rng.betavariate(2, 2),
    )
    _says(who, "complaint")
    if rng.random() < 0.5:
        _replies(who, "auto_ack", auto=True)
    _await_reply(who)
    for _ in range(STEPS):
        who.hour += STEP_HOURS * rng.uniform(0.9, 1.1)
        _step(who)
        if who.ended:
            break
    return who.events


def _step(who: _Customer) -> None:
    if who.reply_at is not None and who.reply_at <= who.hour:
        who.reply_at = None
        _answer(who)
        return
    if who.promised_for is not None and who.promised_for <= who.hour:
        who.promised_for = None
        who.failures += 1.3
        who.sore = who.hour
    if who.rng.random() < _urge_to_post(who):
        _says(who, "complaint", "prior_contact", public=True)
        who.ended = True
    elif who.rng.random() < _urge_to_chase(who):
        _chase(who)
    elif who.rng.random() < 0.004:
        who.ended = True


def _urge_to_post(who: _Customer) -> float:
    """Return the chance of going public within this step."""
    if not who.posts:
        return 0.0
    mood = who.failures + 0.35 * who.chases + 0.9 * who.threats + 0.3 * _days_waiting(who)
    fresh = 0.15 + exp(-(who.hour - who.sore) / 48)
    return min(0.6, 0.03 * exp(min(mood, 8) - who.tolerance) * fresh)


def _urge_to_chase(who: _Customer) -> float:
    if who.chases >= CHASES_MAX or who.answered:
        return 0.0
    return 0.012 * min(3.0, (who.hour - max(who.contact, who.sore)) / 24 + 0.2)


def _days_waiting(who: _Customer) -> float:
    return 0.0 if who.answered else min((who.hour - who.contact) / 24, 10)


def _chase(who: _Customer) -> None:
    who.chases += 1
    threatens = who.rng.random() < 0.08 + 0.08 * who.failures
    who.threats += threatens
    _says(who, "chase", *(("threat",) if threatens else ()))
    _await_reply(who)


def _await_reply(who: _Customer) -> None:
    """Let the company reply some time; a careless one often does not."""
    who.contact, who.answered = who.hour, False
    if who.rng.random() < 0.55 + 0.4 * who.diligence:
        mean = 5 + 55 * (1 - who.diligence)
        who.reply_at = who.hour + mean * who.rng.lognormvariate(-0.3, 0.8)


def _answer(who: _Customer) -> None:
    who.answered = True
    if who.rng.random() < 0.25 + 0.5 * who.diligence:
        _answer_well(who)
        return
    response = who.rng.choices(BAD_REPLIES, (4, 2, 3))[0]
    again = response == "info_request" and who.asked
    _replies(who, response)
    who.sore = who.hour
    if response == "info_request" and not again:
        who.asked = True
        if who.rng.random() < 0.75:
            who.hour += who.rng.expovariate(1 / 8)
            _says(who, "info_supplied")
            _await_reply(who)
        return
    who.failures += 1.2 if again else 0.8


def _answer_well(who: _Customer) -> None:
    kind = who.rng.random()
    if kind < 0.2:
        hours = who.rng.choice((24, 48, 72))
        _replies(who, "substantive", promise_hours=hours)
        if who.rng.random() < 0.35:
            who.promised_for = who.hour + hours
        else:
            who.ended = who.rng.random() < 0.8
    elif kind < 0.35:
        _replies(who, "substantive", "rejection")
        who.failures, who.sore = who.failures + 0.9, who.hour
    else:
        _replies(who, "substantive", *(("resolution_claim",) if kind > 0.6 else ()))
        if who.rng.random() < 0.72:
            who.ended = True
            return
        who.hour += who.rng.expovariate(1 / 20)
        who.failures, who.sore = who.failures + 1.0, who.hour
        _says(who, "dispute")
        _await_reply(who)


def _says(who: _Customer, *names: str, public: bool = False) -> None:
    kept = tuple(name for name in names if name == "complaint" or who.rng.random() > MISREAD)
    who.events.append(
        Message(
            id=f"{who.name}-{len(who.events):03}",
            at=START + timedelta(hours=who.hour),
            customer=(f"email:{who.name}@post.example",),
            channel="x" if public else "email",
            visibility="public" if public else "private",
            direction="inbound",
            text="…",
            signals=tuple(Signal(name=name) for name in kept),
        )
    )


def _replies(
    who: _Customer, response: str, *others: str, auto: bool = False, promise_hours: int = 0
) -> None:
    told = response
    if not auto and who.rng.random() < MISREAD:
        told = who.rng.choice(("stock", "substantive", "info_request", "referral"))
    signals = [Signal(name=name) for name in (told, *others)]
    at = START + timedelta(hours=who.hour)
    if promise_hours:
        signals.append(Signal(name="promise", due=at + timedelta(hours=promise_hours)))
    who.events.append(
        Message(
            id=f"{who.name}-{len(who.events):03}",
            at=at,
            customer=(f"email:{who.name}@post.example",),
            channel="email",
            visibility="private",
            direction="outbound",
            text="…",
            auto=auto,
            signals=tuple(signals),
        )
    )
