"""Simulations as streams of lines, in order of arrival, with a bounded buffer.

Journeys open in rising order of time and each is made from the seed and its own number alone:
nothing but the buffer is held, and the truth can be told again at any time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from math import gcd
from random import Random
from typing import Any

import msgspec

from pipeline.simulation.cast import draw_cast
from pipeline.simulation.casting import Casting
from pipeline.simulation.nemesis import disturb, draw_bad_line
from pipeline.simulation.plan import Plan
from pipeline.simulation.stage import Journey, Told, draw_offsets, perform

WEEK = 7 * 86_400
Arrival = tuple[datetime, int, bytes]
"""When a line arrives, its number (so that equal times keep their order), and the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What a plan gives. ``lines`` and ``truth`` may each be read any number of times.

    Attributes:
        plan: what it was made from.
        counts: how much of each noise there was in the last complete reading of ``lines``.
    """

    plan: Plan
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def lines(self) -> Iterator[bytes]:
        """The events as lines of the interchange format, in order of arrival, without line ends."""
        self.counts.clear()
        return _lines(self.plan, self.counts)

    @property
    def truth(self) -> Iterator[bytes]:
        """One JSON object a journey: its name, script, customers, cases and gold signals."""
        return (truth_line(one) for one in journeys(self.plan, Counter()))


def simulate(plan: Plan) -> Simulation:
    """Return the simulation of ``plan``; nothing is made before it is read.

    Raises:
        ValueError: the mix of the plan names a script that does not exist.
    """
    Casting(plan.mix)
    return Simulation(plan=plan)


def journeys(plan: Plan, counts: Counter[str]) -> Iterator[Journey]:
    """Yield the journeys of ``plan`` with its noise, in order of opening (or in none at all)."""
    casting = Casting(plan.mix)
    for index in _indexes(plan):
        yield make_journey(plan, casting, index, counts)


def make_journey(plan: Plan, casting: Casting, index: int, counts: Counter[str]) -> Journey:
    """Return journey ``index`` of ``plan``, from the seed and its number alone."""
    rng = Random(f"{plan.seed} {index}")
    span = plan.weeks * WEEK
    slot = int(span * (1 - (index + rng.random()) / plan.journeys))
    cast = draw_cast(rng, plan.seed, index)
    script, room = casting.draw(slot, rng)
    until = plan.until.astimezone(UTC).replace(microsecond=0)
    opened = until - timedelta(seconds=room)
    journey = perform(script, cast, opened, draw_offsets(script, rng), rng)
    return disturb(journey, plan.noise, until, Random(f"{plan.seed} {index} noise"), counts)


def encode_told(told: Told, *, signals: bool) -> bytes:
    """Return the line of an event, with its signals or without."""
    if signals or "signals" not in told.body:
        return msgspec.json.encode(told.body)
    return msgspec.json.encode({name: one for name, one in told.body.items() if name != "signals"})


def truth_line(journey: Journey) -> bytes:
    """Return the truth of a journey as one JSON object."""
    cases: list[dict[str, Any]] = [
        {"events": ids, "verdict": truth} for ids, truth in journey.cases.values()
    ]
    return msgspec.json.encode({
        "journey": journey.index,
        "script": journey.script,
        "customers": journey.customers,
        "cases": cases,
        "signals": {one.body["id"]: one.gold for one in journey.told if one.gold is not None},
    })  # fmt: skip


def _indexes(plan: Plan) -> Iterable[int]:
    """Return the numbers of the journeys: rising, or all over the place where order is off."""
    if not plan.noise.shuffled or plan.journeys < 3:
        return range(plan.journeys)
    step = int(plan.journeys * 0.618) or 1
    while gcd(step, plan.journeys) != 1:
        step += 1
    return ((place * step) % plan.journeys for place in range(plan.journeys))


def _lines(plan: Plan, counts: Counter[str]) -> Iterator[bytes]:
    told = _arrivals(plan, counts)
    return _shuffled(told, plan) if plan.noise.shuffled else _in_order(told, plan.buffer)


def _arrivals(plan: Plan, counts: Counter[str]) -> Iterator[Arrival]:
    number = 0
    rng = Random(f"{plan.seed} bad lines")
    for journey in journeys(plan, counts):
        for one in journey.told:
            yield one.arrives, number, encode_told(one, signals=plan.signals)
            bad = draw_bad_line(plan.noise, rng, counts)
            if bad is not None:
                yield one.arrives, number + 1, bad
            number += 2


def _in_order(arrivals: Iterator[Arrival], buffer: int) -> Iterator[bytes]:
    held: list[Arrival] = []
    for one in arrivals:
        heappush(held, one)
        if len(held) > buffer:
            yield heappop(held)[2]
    while held:
        yield heappop(held)[2]


def _shuffled(arrivals: Iterator[Arrival], plan: Plan) -> Iterator[bytes]:
    rng = Random(f"{plan.seed} order")
    held: list[bytes] = []
    for _, _, line in arrivals:
        held.append(line)
        if len(held) > plan.buffer:
            place = rng.randrange(len(held))
            held[place], held[-1] = held[-1], held[place]
            yield held.pop()
    rng.shuffle(held)
    yield from held
