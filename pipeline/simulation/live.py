"""Traffic for a demonstration: the last weeks at once, then something new every few seconds.

Part of the history are journeys that stand just before their next step: a customer who has waited
for days and is about to post, an answer that is about to come. Live, each takes its next step, and
the ones after it follow within minutes; in between new customers write for the first time.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final

from pipeline.simulation.cast import draw_cast
from pipeline.simulation.casting import Casting
from pipeline.simulation.plan import Plan
from pipeline.simulation.stage import Journey, draw_offsets, perform
from pipeline.simulation.stream import encode_told, make_journey

Line = tuple[float, bytes]
"""How long to wait before it, in seconds, and the line."""

UNDER_WAY_SHARE: Final = 0.25
"""Of the plan's journeys, how many stand before their next step when the demonstration starts."""
NEW_SHARE: Final = 0.4
"""How often a customer who writes for the first time comes instead of the next step of another."""
PAUSE: Final = (15, 180)
"""Shortest and longest time between the later steps of a journey, in seconds."""


def live(plan: Plan, now: datetime, *, every: float = 6.0) -> Iterator[Line]:
    """Yield lines with the time to wait before each: first the history, at once, then news forever.

    Args:
        plan: how many journeys the history has, its weeks and its seed; ``until`` is not used.
        now: the moment of the first news; all times follow from it.
        every: mean time between two journeys that go on or begin, in seconds.
    """
    now = now.astimezone(UTC).replace(microsecond=0)
    scenes = _scenes(plan, now, every)
    number_under_way = int(plan.journeys * UNDER_WAY_SHARE)
    under_way = [next(scenes) for _ in range(number_under_way)]
    yield from _history(plan, now, under_way)
    yield from _news(plan, now, under_way, scenes)


def _history(plan: Plan, now: datetime, under_way: list[Journey]) -> Iterator[Line]:
    past = Plan(journeys=plan.journeys, seed=plan.seed, until=now, weeks=plan.weeks,
                noise=plan.noise, signals=plan.signals, mix=plan.mix)  # fmt: skip
    casting = Casting(past.mix)
    ended = [make_journey(past, casting, index, Counter()) for index in range(past.journeys)]
    told = [one for journey in (*ended, *under_way) for one in journey.told if one.at <= now]
    told.sort(key=lambda one: (min(one.arrives, now), str(one.body["id"])))
    for one in told:
        yield 0.0, encode_told(one, signals=plan.signals)


def _news(
    plan: Plan, now: datetime, under_way: list[Journey], scenes: Iterator[Journey]
) -> Iterator[Line]:
    """Yield what happens after ``now``: a scene is looked at no later than its first news."""
    waiting: list[tuple[datetime, str, bytes]] = []
    last = now

    def take(journey: Journey) -> datetime:
        news = [one for one in journey.told if one.at > now]
        for one in news:
            line = encode_told(one, signals=plan.signals)
            heappush(waiting, (one.at, str(one.body["id"]), line))
        return min(one.at for one in news)

    horizon = max(map(take, under_way), default=now)
    while True:
        while not waiting or waiting[0][0] > horizon:
            horizon = max(horizon, take(next(scenes)))
        at, _, line = heappop(waiting)
        yield (at - last).total_seconds(), line
        last = at


def _scenes(plan: Plan, now: datetime, every: float) -> Iterator[Journey]:
    """Yield journeys whose first news comes ever later after ``now``."""
    rng = Random(f"{plan.seed} live")
    casting = Casting(plan.mix)
    later = 0.0
    for place in count():
        later += 1 + rng.expovariate(1 / max(0.1, every - 1))
        yield _scene(plan, casting, place, now + timedelta(seconds=int(later)))


def _scene(plan: Plan, casting: Casting, place: int, at: datetime) -> Journey:
    """Return a journey with a step at ``at``; those before it long ago, those after it soon."""
    index = plan.journeys + place
    rng = Random(f"{plan.seed} {index}")
    cast = draw_cast(rng, plan.seed, index)
    script = casting.draw_any(rng)
    happens = draw_offsets(script, rng)
    is_new = place >= plan.journeys * UNDER_WAY_SHARE or rng.random() < NEW_SHARE
    cut = 0 if is_new or len(happens) == 1 else rng.randrange(1, len(happens))
    order = sorted(range(len(happens)), key=happens.__getitem__)
    start = happens[order[cut]]
    soon = start
    for step in order[cut + 1 :]:
        soon += rng.randint(*PAUSE)
        happens[step] = soon
    return perform(script, cast, at - timedelta(seconds=start), happens, rng)
