"""Follows the log for the pages: events without personal data, and what they were read to say.

Workers do not do this: it costs as much as judging, and a page may be a second late. Whoever shows
pages follows, in one group, so that several share the work; all of them tell the same ledger.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from threading import Event as Flag
from typing import Final, Protocol, TypeVar

from kafka.errors import KafkaError

from pipeline.config import KafkaSettings
from pipeline.domain.events import NOTHING, Erasure, Event, Identity, Message, Reading
from pipeline.errors import InputError, StoreError
from pipeline.ledger import Shown
from pipeline.masks import masked
from pipeline.redacting import Redact, names_of, redacted
from pipeline.topology.batches import Record
from pipeline.topology.reader import Feed
from pipeline.topology.topics import build_topics

AT_ONCE_MAX: Final = 500
AGAIN_SECONDS: Final = 5.0
_LOG: Final = logging.getLogger("ccm.dashboard")
Told = TypeVar("Told", bound=Event)


class ForPages(Protocol):
    """Where pages find events."""

    def keep(self, events: Iterable[Shown], readings: Iterable[Reading]) -> None:
        """Keep them, all or none."""


def follow(
    kafka: KafkaSettings,
    decode: Callable[[bytes], Event],
    redact: Redact | None,
    shown: ForPages,
    stop: Flag,
) -> None:
    """Follow the events topic until ``stop`` is set; while Kafka or ledger are away, try again."""
    while not stop.is_set():
        try:
            _follow(kafka, decode, redact, shown, stop)
        except (StoreError, KafkaError) as error:
            _LOG.warning("case pages get no new texts, trying again: %s", error)
            stop.wait(AGAIN_SECONDS)


def _follow(
    kafka: KafkaSettings,
    decode: Callable[[bytes], Event],
    redact: Redact | None,
    shown: ForPages,
    stop: Flag,
) -> None:
    feed = Feed(kafka, build_topics(kafka).events, "shown", AT_ONCE_MAX)
    try:
        while not stop.is_set():
            records = feed.fetch()
            if records:
                shown.keep(*to_show(records, decode, redact))
                feed.commit()
    finally:
        feed.close()


def to_show(
    records: Iterable[Record], decode: Callable[[bytes], Event], redact: Redact | None
) -> tuple[Sequence[Shown], Sequence[Reading]]:
    """Return what pages show of some records; what is bad is left to the workers."""
    events: list[Shown] = []
    readings: list[Reading] = []
    for record in records:
        try:
            event = decode(record.value or b"")
        except InputError:
            continue
        if isinstance(event, Reading):
            readings.append(_masked(event))
        elif not isinstance(event, Erasure):
            events.append(_shown(event, redact))
    return events, readings


def _shown(event: Event, redact: Redact | None) -> Shown:
    if redact is None or not isinstance(event, Message):
        return Shown(event=_masked(event))
    found = redact(event.text, names_of(event.customer)).found
    return Shown(event=_masked(redacted(event, redact)), found=found)


def _masked(event: Told) -> Told:
    changed = replace(event, customer=tuple(map(masked, event.customer)), extra=NOTHING)
    if isinstance(changed, Identity):
        return replace(changed, same=tuple(map(masked, changed.same)))
    return changed
