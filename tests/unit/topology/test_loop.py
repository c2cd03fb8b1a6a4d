"""What Faust is known to lose, repeat or stand still by cannot happen in the loop."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from pipeline.errors import StoreError
from pipeline.simulation import Plan, simulate
from tests.unit.topology.fakes import KAFKA, MINE, TOPICS, World

LINES = list(simulate(Plan(journeys=8, seed=3)).lines)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test of the loop."""
    asyncio.run(test())


async def stopped(world: World, working: "asyncio.Future[None]") -> None:
    """Tell the loop to stop, and wait until it has."""
    world.loop.stop()
    await asyncio.wait_for(working, 10)


def test_everything_is_done_once_and_committed() -> None:
    """Faust #606: what is committed was done to its end, and all of it is committed at last."""

    async def test() -> None:
        world = World()
        world.put(LINES)
        working = asyncio.ensure_future(world.loop.run())
        await world.loop.on_assigned(MINE)
        await world.rest()
        await stopped(world, working)
        given = [one for one in world.group.given if one[0].topic == TOPICS.events.name]
        assert len(given) == len(set(given)) == len(LINES)
        assert sum(one.events for one in world.watcher.batches) == len(LINES)

    run(test)


@pytest.mark.parametrize("fault", [StoreError("the ledger is away"), ZeroDivisionError("a bug")])
def test_a_failure_ends_the_loop_and_commits_nothing(fault: Exception) -> None:
    """An exception in an agent of Faust acknowledges the record, in `take` it loses the buffer."""

    async def test() -> None:
        world = World()
        world.ledger.fault = fault
        world.put(LINES)
        await world.loop.on_assigned(MINE)
        with pytest.raises(type(fault)):
            await asyncio.wait_for(world.loop.run(), 10)
        assert world.group.committed == {}
        assert world.sender.sent == []

    run(test)


def test_what_was_fetched_before_a_rebalance_is_fetched_again() -> None:
    """Faust drops it, and does not seek back where nothing was committed yet."""

    async def test() -> None:
        world = World()
        world.put(LINES)
        turns = 0

        def rebalance() -> Coroutine[Any, Any, None] | None:
            nonlocal turns
            turns += 1
            return again() if turns in (1, 3, 4) else None

        async def again() -> None:
            await world.loop.on_revoked()
            await world.loop.on_assigned(MINE)

        world.group.before_fetch = rebalance
        working = asyncio.ensure_future(world.loop.run())
        await world.loop.on_assigned(MINE)
        await world.rest()
        await stopped(world, working)
        assert world.changelog.count == 4
        assert sum(one.events for one in world.watcher.batches) == len(LINES)

    run(test)


def test_partitions_are_given_back_after_the_batch_at_hand() -> None:
    """Its commit included; after that nothing of ours is done to them (Faust #502)."""

    async def test() -> None:
        world = World()
        world.put(LINES[:4])
        working = asyncio.ensure_future(world.loop.run())
        await world.loop.on_assigned(MINE)
        while not world.loop._busy.locked():
            await asyncio.sleep(0)
        await world.loop.on_revoked()
        assert len(world.watcher.batches) == 1
        done = dict(world.group.committed)
        assert sum(done[tp] for tp in done if tp.topic == TOPICS.events.name) == 4
        world.put(LINES[4:])
        await asyncio.sleep(0.05)
        assert world.group.committed == done
        await stopped(world, working)

    run(test)


def test_a_commit_that_comes_too_late_is_no_failure() -> None:
    """The group went on without us: wait to be given partitions, begin at what was committed."""

    async def test() -> None:
        world = World()
        world.put(LINES)
        world.group.is_member = False
        working = asyncio.ensure_future(world.loop.run())
        await world.loop.on_assigned(MINE)
        while not world.sender.sent:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)
        assert world.group.committed == {}
        assert world.watcher.batches == []
        world.group.is_member = True
        await world.loop.on_revoked()
        await world.loop.on_assigned(MINE)
        await world.rest()
        await stopped(world, working)
        assert sum(one.events for one in world.watcher.batches) == len(LINES)

    run(test)


def test_the_watchdog_goes_hungry_while_records_wait_and_none_comes() -> None:
    """Stuck consumers (#166 #175 #532 #629): only what Kafka itself says is rest."""

    async def test() -> None:
        world = World(replace(KAFKA, stall_seconds=0))
        working = asyncio.ensure_future(world.loop.run())
        await world.loop.on_assigned(MINE)
        while world.watchdog.fed < 5:
            await asyncio.sleep(0.001)  # nothing waits: it is fed
        world.group.is_deaf = True
        world.put(LINES)
        await asyncio.sleep(0.02)
        fed = world.watchdog.fed
        await asyncio.sleep(0.1)
        assert world.watchdog.fed == fed
        with suppress(TimeoutError):
            await stopped(world, working)

    run(test)


def test_batches_are_bounded() -> None:
    """No batch holds more records than the setting says."""

    async def test() -> None:
        world = World()
        world.put(LINES)
        working = asyncio.ensure_future(world.loop.run())
        await world.loop.on_assigned(MINE)
        await world.rest()
        await stopped(world, working)
        sizes = [one.events + one.commands for one in world.watcher.batches]
        assert max(sizes) <= len(MINE) * KAFKA.batch_events_max
        assert len(sizes) > 1

    run(test)


def test_topics_that_are_torn_apart_are_refused() -> None:
    """Events and commands of one partition must be in one hand."""

    async def test() -> None:
        world = World()
        await world.loop.on_assigned(frozenset(list(MINE)[:1]))
        with pytest.raises(RuntimeError, match="they must lie together"):
            await asyncio.wait_for(world.loop.run(), 10)

    run(test)
