"""Sends many records at once: whole batches a partition, one wait for all of them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.topology.topics import Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a run of records of one partition came to lie, one after the other."""

    partition: int
    offset: int
    count: int


class Sender:
    """Sends records through the producer of the application.

    Args:
        producer: gives, when it has been started, an idempotent `AIOKafkaProducer`.
    """

    def __init__(self, producer: Any) -> None:
        self._source = producer

    async def send(self, records: Iterable[Outgoing]) -> list[Written]:
        """Send all, and return once every one is acknowledged by the brokers in sync.

        Raises:
            KafkaError: they cannot be sent; some of them may have been.
        """
        by_place: defaultdict[tuple[str, int], list[Outgoing]] = defaultdict(list)
        for one in records:
            by_place[one.topic, one.partition].append(one)
        runs = await asyncio.gather(
            *(self._send_all(topic, number, held) for (topic, number), held in by_place.items())
        )
        return [written for run in runs for written in run]

    async def _send_all(self, topic: str, number: int, records: list[Outgoing]) -> list[Written]:
        producer = self._source._ensure_producer()
        waiting, at = [], 0
        while at < len(records):
            batch, count = producer.create_batch(), 0
            for one in records[at:]:
                headers = list(one.headers)
                if (
                    batch.append(key=one.key, value=one.value, timestamp=None, headers=headers)
                    is None
                ):
                    break
                count += 1
            if not count:
                raise ValueError(f"{topic}[{number}]: a record does not fit into any batch")
            waiting.append((await producer.send_batch(batch, topic, partition=number), count))
            at += count
        return [
            Written(partition=number, offset=told.offset, count=count)
            for told, count in [(await future, count) for future, count in waiting]
        ]


def unbroken(begin: Mapping[int, int], written: Iterable[Written]) -> Mapping[int, int]:
    """Return, by partition, the offset up to which everything in it is known.

    Args:
        begin: up to where each was known before.
        written: what we wrote since.

    Where somebody else wrote between, the offset stays before that, so that it is read once more.
    """
    known = dict(begin)
    for run in sorted(written, key=lambda one: (one.partition, one.offset)):
        if known.get(run.partition) == run.offset:
            known[run.partition] = run.offset + run.count
    return known
