"""Slow senders and forgotten addresses: what a test over HTTP would take minutes for."""

import asyncio
from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.types import Message

from pipeline.intake.guards import RateLimit, limited
from pipeline.intake.problems import Problem
from tests.unit.intake.fakes import NOW


async def read_slowly() -> bytes:
    """Read a body whose sender stops half-way."""

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("never sent")

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    return await limited(Request(scope, receive), most=10, seconds=0.01).body()


def test_a_sender_that_stops_is_not_waited_for() -> None:
    """408 after the time allowed."""
    with pytest.raises(Problem) as caught:
        asyncio.run(read_slowly())
    assert caught.value.status == 408


def test_the_address_unseen_longest_is_forgotten() -> None:
    """Memory is bounded; whoever is remembered stays limited."""
    limit = RateLimit(per_minute=1, clients_max=2)
    for client in ("a", "b", "c"):
        limit.take(client, NOW)
    limit.take("a", NOW)
    with pytest.raises(Problem):
        limit.take("c", NOW)


def test_a_clock_that_jumps_back_does_no_harm() -> None:
    """No tokens are taken away by time running backwards."""
    limit = RateLimit(per_minute=2, clients_max=2)
    limit.take("a", NOW)
    limit.take("a", NOW - timedelta(hours=1))
    with pytest.raises(Problem):
        limit.take("a", NOW - timedelta(hours=1))
