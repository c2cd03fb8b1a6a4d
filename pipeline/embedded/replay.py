"""Files in, verdict lines out: the batch over a log, as fast as one process can.

The same `Monitor` as in the engine folds every event into memory and evaluates each timeline once,
at ``as_of``. The output does not depend on the order of the input: cases are sorted.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

import msgspec

from models.reading import Reader
from pipeline.channels.files import Rejected
from pipeline.collector import rarely_collected
from pipeline.domain.events import Event
from pipeline.domain.policy import Policy
from pipeline.domain.texts import texts_of
from pipeline.domain.timeline import Timeline
from pipeline.embedded.memory import MemoryStore
from pipeline.errors import TooLarge
from pipeline.monitor import Change, Monitor
from pipeline.reading import CountAlike, ReadAtOnce
from pipeline.wire import encode_event, verdict_line


@dataclass(slots=True)
class Replayed:
    """What came of a replay.

    Attributes:
        events: events that were read, duplicates included.
        lines: verdict lines by case, sorted; without line ends.
        bad: bytes that could not be used, in the order of the input.
    """

    events: int = 0
    lines: list[bytes] = field(default_factory=list)
    bad: list[Rejected] = field(default_factory=list)


def replay(
    found: Iterable[Event | Rejected],
    *,
    as_of: datetime,
    policy: Policy,
    reader: Reader | None,
    events_max: int,
    alike: bool = False,
) -> Replayed:
    """Return the verdicts at ``as_of`` of all events that ``found`` yields.

    Args:
        found: events and bad lines, in any order.
        as_of: the moment of the verdicts; later events are not yet known.
        policy: the thresholds.
        reader: reads messages without signals of which the log holds no reading; None: they say
            nothing.
        events_max: the most events that one timeline may hold; those beyond are bad lines.
        alike: whether to know stock answers also by how many others got the like.
    """
    result = Replayed()
    sink, store, counts = _Lines(), MemoryStore(), dict[str, int]()
    counted = (lambda _: counts) if alike else None
    desk = None if reader is None else ReadAtOnce(reader, alike=counted)
    monitor = Monitor(policy, store, sink, desk, events_max=events_max)
    with rarely_collected():
        for one in found:
            if isinstance(one, Rejected):
                result.bad.append(one)
                continue
            result.events += 1
            try:
                monitor.handle(one, as_of)
            except TooLarge as error:
                raw = encode_event(one)
                result.bad.append(Rejected(reason=error.reason, file="", line=0, raw=raw))
        if alike:
            counts.update(alike_of(store.timelines(), policy))
        for _part in monitor.settle_in_parts(as_of):
            pass
    result.lines = [line for _, line in sorted(sink.lines)]
    return result


def write_dead_letters(bad: Sequence[Rejected], out: BinaryIO) -> None:
    """Write one JSON object a bad line: reason, file, line number, raw bytes as base64."""
    for one in bad:
        letter: dict[str, Any] = {
            "reason": one.reason,
            "file": one.file,
            "line": one.line,
            "raw": b64encode(one.raw).decode(),
        }
        out.write(msgspec.json.encode(letter) + b"\n")


def alike_of(timelines: Iterable[Timeline], policy: Policy) -> Mapping[str, int]:
    """Return the counts of all replies to be read, as if each had been read when it was written."""
    return CountAlike()(text for one in timelines for text in texts_of(one, policy))


class _Lines:
    """A sink that keeps the verdicts as bytes: a fifth of what the objects take."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, bytes]] = []

    def apply(self, changes: Sequence[Change]) -> None:
        """Keep the lines of all verdicts."""
        self.lines += [
            (one.case, verdict_line(one)) for change in changes for one in change.verdicts
        ]
