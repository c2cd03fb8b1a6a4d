"""A worker's health tells the truth: not ready while recovering, not well while stalled."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client import CollectorRegistry

from pipeline.errors import StoreError
from pipeline.intake.app import create_health
from pipeline.metrics import Metrics, ReaderVitals, WorkerVitals
from pipeline.monitor import Change

STALL_SECONDS = 10.0
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a worker tells of a batch."""

    events: int = 5
    commands: int = 2
    letters: int = 0
    changes: tuple[Change, ...] = ()
    sent: int = 9
    seconds: float = 0.2
    oldest_seconds: float | None = 1.5
    lag: int = 0


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """What a worker tells of a recovery."""

    partitions: frozenset[int] = frozenset({0, 3})
    nodes: int = 40
    seconds: float = 2.0
    lag: int = 7


class House:
    """A worker's vitals, whose clock and ledger the test moves."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.now = 1_000.0
        self.ledger_is_up = True
        metrics = Metrics(self.registry, lambda: NOW, is_engine=False)
        self.vitals = WorkerVitals(
            self.registry, STALL_SECONDS, self._check_ledger, metrics, clock=lambda: self.now
        )

    def _check_ledger(self) -> None:
        if not self.ledger_is_up:
            raise StoreError("the ledger at postgresql://ccm:***@db/ccm cannot be used")

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, labels)

    async def get(self, path: str, host: str = "127.0.0.1") -> httpx.Response:
        app = create_health(
            self.registry, self.vitals.troubles, self.vitals.stalls, ("127.0.0.1", "localhost")
        )
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.get(path)


@pytest.fixture
def house() -> House:
    return House()


def test_a_worker_is_ready_when_its_partitions_are_recovered(house: House) -> None:
    """Not when it has joined, not while it reads, and no more once a rebalance has begun."""
    assert house.vitals.troubles()
    house.vitals.assigned(frozenset({0, 3}))
    assert "2 partitions" in house.vitals.troubles()[0]
    house.vitals.recovered(Recovered())
    assert list(house.vitals.troubles()) == []
    house.vitals.revoked()
    assert house.vitals.troubles()


def test_a_worker_without_its_ledger_is_not_ready_but_well(house: House) -> None:
    """To end it would mend nothing."""
    house.vitals.recovered(Recovered(lag=0))
    house.ledger_is_up = False
    assert ["***" in one for one in house.vitals.troubles()] == [True]
    assert list(house.vitals.stalls()) == []


def test_a_worker_that_gets_nowhere_although_records_wait_is_stalled(house: House) -> None:
    """Twice the time after which it should have ended itself; progress of any kind resets it."""
    house.vitals.recovered(Recovered(lag=7))
    house.now += 2 * STALL_SECONDS
    assert list(house.vitals.stalls()) == []
    house.now += 1
    (why,) = house.vitals.stalls()
    assert "7 records wait" in why
    assert why in house.vitals.troubles()
    house.vitals.batch_done(Batch(lag=2))
    assert list(house.vitals.stalls()) == []


def test_a_worker_without_work_is_well_however_long(house: House) -> None:
    """Neither one whose partitions hold nothing more, nor one that has none."""
    house.vitals.recovered(Recovered(lag=1))
    house.vitals.batch_done(Batch(lag=0))
    house.now += 1_000 * STALL_SECONDS
    assert list(house.vitals.stalls()) == []
    house.vitals.batch_done(Batch(lag=3))
    house.vitals.at_rest()
    house.now += 1_000 * STALL_SECONDS
    assert list(house.vitals.stalls()) == []
    house.vitals.recovered(Recovered(partitions=frozenset(), lag=0))
    house.now += 1_000 * STALL_SECONDS
    assert list(house.vitals.stalls()) == []
    assert list(house.vitals.troubles()) == []


def test_what_a_worker_does_is_counted(house: House) -> None:
    """Records by topic, lag, partitions, rebalances, recovery, times."""
    house.vitals.assigned(frozenset({0, 3}))
    house.vitals.recovered(Recovered())
    assert house.value("ccm_lag_records") == 7
    assert house.value("ccm_partitions") == 2
    change = Change(root="x:a", verdicts=(), at=NOW, since=NOW - timedelta(seconds=3))
    house.vitals.batch_done(Batch(lag=4, letters=2, changes=(change,)))
    house.vitals.batch_done(Batch(lag=1, oldest_seconds=None))
    house.vitals.revoked()
    assert house.value("ccm_records_total", topic="events") == 10
    assert house.value("ccm_records_total", topic="commands") == 4
    assert house.value("ccm_sent_records_total") == 18
    assert house.value("ccm_rebalances_total") == 1
    assert house.value("ccm_recovered_records_total") == 40
    assert house.value("ccm_recovery_seconds_sum") == 2
    assert house.value("ccm_batch_seconds_count") == 2
    assert house.value("ccm_record_age_seconds_sum") == 1.5
    assert house.value("ccm_record_age_seconds_count") == 1
    assert house.value("ccm_dead_letters_total", reason="other") == 2
    assert house.value("ccm_end_to_end_seconds_sum") == 3
    assert house.value("ccm_lag_records") == 0
    assert house.value("ccm_partitions") == 0


async def _statuses(house: House) -> tuple[int, int]:
    return (await house.get("/healthz")).status_code, (await house.get("/readyz")).status_code


def test_machines_get_status_codes(house: House) -> None:
    """200 and 503, with what is wrong in words; metrics; names of others are not answered."""
    import asyncio

    assert asyncio.run(_statuses(house)) == (200, 503)
    house.vitals.recovered(Recovered(lag=1))
    assert asyncio.run(_statuses(house)) == (200, 200)
    house.now += 3 * STALL_SECONDS
    assert asyncio.run(_statuses(house)) == (503, 503)
    assert "1 records wait" in asyncio.run(house.get("/healthz")).json()["detail"]
    assert "ccm_lag_records 1.0" in asyncio.run(house.get("/metrics")).text
    assert asyncio.run(house.get("/metrics", host="evil.example")).status_code >= 400


def test_a_reader_is_well_while_it_asks_or_reads() -> None:
    """Ready once it has joined; stalled when it is at one batch for longer than it may."""
    now = [0.0]
    registry = CollectorRegistry()
    vitals = ReaderVitals(registry, 300, clock=lambda: now[0])
    assert vitals.troubles()
    assert list(vitals.stalls()) == []
    vitals.asked()
    assert list(vitals.troubles()) == []
    now[0] = 301
    assert vitals.stalls() == vitals.troubles() != []
    vitals.batch_done(12, 0.4)
    assert list(vitals.troubles()) == []
    assert registry.get_sample_value("ccm_read_records_total") == 12
