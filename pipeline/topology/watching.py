"""What a worker tells of itself while it works, for metrics, health and tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.monitor import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDone:
    """One batch that was brought to its end, its offsets committed.

    Attributes:
        events: how many records of the events topic it held.
        commands: how many of the commands topic.
        letters: how many records, or commands of one record, became dead letters.
        changes: what the ledger was told.
        sent: how many records were sent: commands, nodes, dead letters.
        work_seconds: how long folding, judging and the ledger took.
        seconds: how long it took in all, from the first record to the commit.
        oldest_seconds: the age of the oldest record when the batch was committed, by the time that
            Kafka gave the record; None where there was no record.
        lag: how many records of our partitions were known to wait when the batch ended.
    """

    events: int
    commands: int
    letters: int
    changes: Sequence[Change]
    sent: int
    work_seconds: float
    seconds: float
    oldest_seconds: float | None
    lag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """The partitions are ready: what was read of the changelog, and what waits.

    Attributes:
        partitions: their numbers; the same of events, commands and nodes.
        nodes: how many records of the changelog had to be read.
        seconds: how long it took.
        lag: how many records of events and commands were not committed by anyone before.
    """

    partitions: frozenset[int]
    nodes: int
    seconds: float
    lag: int


class WorkerWatcher(Protocol):
    """Hears of a worker's life. Called in its own loop: must be quick, and must not raise."""

    def assigned(self, partitions: frozenset[int]) -> None:
        """The group gave us partitions; their records are read next."""

    def revoked(self) -> None:
        """All partitions were taken from us: a rebalance has begun."""

    def recovered(self, told: Recovered) -> None:
        """The partitions are ready, and work begins."""

    def batch_done(self, told: BatchDone) -> None:
        """A batch was brought to its end."""

    def at_rest(self) -> None:
        """Kafka was asked, and nothing waits in our partitions."""


class Nobody:
    """A watcher that looks away."""

    def assigned(self, partitions: frozenset[int]) -> None:
        """Look away."""

    def revoked(self) -> None:
        """Look away."""

    def recovered(self, told: Recovered) -> None:
        """Look away."""

    def batch_done(self, told: BatchDone) -> None:
        """Look away."""

    def at_rest(self) -> None:
        """Look away."""
