"""The loop: records of the inbox in, verdicts to the sinks, timers between.

One batch is: read the records after the applied offset, fold them, read the texts that nobody has
read and append what they say to the log, settle, tell the sinks, commit the state with the new
offset. The sinks come before the commit and take the same change twice without harm, so that a
crash at any point is mended by reading the log again. Bad input becomes a dead letter; a bug raises
out of `Engine.run` and ends the process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event as Flag
from typing import Final, Protocol

from pipeline.domain.events import Event, Reading
from pipeline.domain.policy import Policy
from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.erasure import forget, is_to_erase, load_key, rewritten
from pipeline.embedded.inbox import Inbox, Record
from pipeline.embedded.state import SqliteStore
from pipeline.errors import InputError
from pipeline.monitor import Change, Monitor
from pipeline.reading import Keep
from pipeline.wire import encode_event

READER: Final = "reader"
"""The source of the readings in the log."""
IDLE_SECONDS_MAX: Final = 1.0
"""How long the loop sleeps at most; other processes may have appended, or the clock been set."""


class Watcher(Protocol):
    """Who counts what the engine does: the metrics, the live pages. Must not raise."""

    def handled(self, event: Event, is_new: bool) -> None:
        """An event was folded, or was known already."""

    def rejected(self, record: Record, error: InputError) -> None:
        """A record became a dead letter."""

    def settled(self, changes: Sequence[Change], offset: int, now: datetime) -> None:
        """A batch is on disk, up to ``offset``."""


@dataclass(kw_only=True, slots=True)
class Engine:
    """Drives one monitor from one inbox, in one thread.

    Attributes:
        inbox: the log.
        store: the state; no other process may write it.
        monitor: folds and settles; made with ``store``, and with the ledger as its sink.
        letters: takes what cannot be read.
        decode: makes an event of a record.
        clock: returns the present moment, aware, in UTC.
        policy: the policy of the monitor.
        data: the directory in which the secret of erasures lies.
        watchers: are told after the fact.
        batch_max: how many records are settled together at most.
    """

    inbox: Inbox
    store: SqliteStore
    monitor: Monitor
    letters: DeadLetters
    decode: Callable[[bytes], Event]
    clock: Callable[[], datetime]
    policy: Policy
    data: Path
    watchers: Sequence[Watcher] = ()
    batch_max: int = 1_000
    _offset: int = field(init=False)
    _to_erase: list[Event] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._offset = self.store.offset()
        self._finish_erasures()

    @property
    def offset(self) -> int:
        """Up to which record of the inbox everything is done and on disk."""
        return self._offset

    def step(self) -> int:
        """Do one batch, and whatever timers are due; return the number of records read."""
        now = self.clock()
        records = self.inbox.read_after(self._offset, self.batch_max)
        for record in records:
            self._handle(record, now)
        offset = records[-1].seq if records else self._offset
        changes = self.monitor.settle(now)
        changes += self._forget(now)
        if records or changes:
            self.store.commit(offset)
            self._offset = offset
            self._finish_erasures()
            for watcher in self.watchers:
                watcher.settled(changes, offset, now)
        return len(records)

    def run(self, stop: Flag) -> None:
        """Work until ``stop`` is set; the batch at hand is finished first."""
        while not stop.is_set():
            if self.step() == 0:
                self.inbox.wait(IDLE_SECONDS_MAX)

    def drain(self) -> None:
        """Work until the inbox holds nothing that is not applied."""
        while self.step():
            pass

    def _handle(self, record: Record, now: datetime) -> None:
        try:
            event = self.decode(record.raw)
            is_new = self.monitor.handle(event, now)
        except InputError as error:
            place = f"inbox record {record.seq}"
            self.letters.add(error.reason, place, record.source, record.raw, now)
            for watcher in self.watchers:
                watcher.rejected(record, error)
            return
        if is_to_erase(event):
            self._to_erase.append(event)
        if isinstance(event, Reading) and not is_new:
            return  # made here, and met again in the log
        for watcher in self.watchers:
            watcher.handled(event, is_new)

    def _forget(self, now: datetime) -> list[Change]:
        """Forget the customers who asked for it, in the state; the log follows after the commit."""
        if not self._to_erase:
            return []
        key = load_key(self.data)
        for event in self._to_erase:
            for root in self.store.roots(event.customer):
                timeline = forget(self.monitor.read(root), key, now, self.policy)
                self.store.note_erasure(self.monitor.replace(root, timeline, now))
        self._to_erase.clear()
        return self.monitor.settle(now)

    def _finish_erasures(self) -> None:
        """Bring the log in line with the state; done again where a crash came between."""
        for root in self.store.erasures():
            self.inbox.rewrite(rewritten(self.store.load(root)))
            self.store.finish_erasure(root)


def keep_in(inbox: Inbox) -> Keep:
    """Return what appends readings to a log."""

    def keep(readings: Sequence[Reading], now: datetime) -> None:
        inbox.append(READER, [encode_event(one) for one in readings], now)

    return keep
