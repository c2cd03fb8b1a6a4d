"""The gateway's sender: to Kafka while it is there, to the disk while it is away, in order."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.embedded.spool import Spool
from pipeline.errors import StoreError, StoreFull
from pipeline.intake import spooling
from pipeline.intake.spooling import Pair, SpoolingSender

SECONDS_MAX = 20


@dataclass
class FakeKafka:
    """A log that can be taken away."""

    is_up: bool = True
    log: list[bytes] = field(default_factory=list)

    def send(self, topic: str, records: Sequence[Pair]) -> None:
        if not self.is_up:
            raise StoreError("kafka: no broker answers")
        self.log += [value for _, value in records]

    def is_reachable(self) -> bool:
        return self.is_up


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "RETRY_SECONDS", 0.01)


@contextmanager
def sending(
    kafka: FakeKafka, folder: Path, *, is_open: bool = True, bound: int = 10_000
) -> Iterator[tuple[SpoolingSender, Spool]]:
    spool = Spool(folder / "spool.db", bound)
    sender = SpoolingSender(kafka, spool, is_open=is_open)
    try:
        yield sender, spool
    finally:
        sender.close()
        spool.close()


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS_MAX
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


def values(first: int, last: int) -> list[bytes]:
    return [b"%d" % number for number in range(first, last)]


def send(sender: SpoolingSender, first: int, last: int) -> None:
    for value in values(first, last):
        sender.send("events", [(b"k", value)])


def test_an_outage_leaves_no_gap_and_no_disorder(tmp_path: Path) -> None:
    """Before, during and after: one order."""
    kafka = FakeKafka()
    with sending(kafka, tmp_path) as (sender, spool):
        send(sender, 0, 5)
        assert spool.count == 0
        kafka.is_up = False
        send(sender, 5, 20)
        assert spool.count == 15
        assert sender.is_reachable()
        kafka.is_up = True
        send(sender, 20, 25)
        eventually(lambda: spool.count == 0)
        send(sender, 25, 30)
    assert kafka.log == values(0, 30)


def test_what_waits_outlives_the_process(tmp_path: Path) -> None:
    """The next one sends it, whatever its setting says, and before anything new is acknowledged."""
    kafka = FakeKafka(is_up=False)
    with sending(kafka, tmp_path) as (sender, _):
        send(sender, 0, 10)
    kafka.is_up = True
    with sending(kafka, tmp_path, is_open=False) as (sender, spool):
        eventually(lambda: spool.count == 0)
        kafka.is_up = False
        with pytest.raises(StoreError):
            send(sender, 10, 11)
        assert spool.count == 0
        assert not sender.is_reachable()
    assert kafka.log == values(0, 10)


def test_a_full_disk_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    """Once there is room again it takes more; nothing that was refused turns up."""
    kafka = FakeKafka(is_up=False)
    with sending(kafka, tmp_path, bound=20) as (sender, spool):
        send(sender, 0, 10)
        with pytest.raises(StoreFull):
            send(sender, 10, 11)
        assert not sender.is_reachable()
        kafka.is_up = True
        eventually(lambda: spool.count == 0)
        send(sender, 11, 12)
    assert kafka.log == [*values(0, 10), b"11"]
