"""The embedded engine as a process to be killed: feeds its inbox from a file, reads, and works.

Nothing heavy is imported, so that a hundred of them start within seconds.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Final
from zlib import crc32

from models.reading import Reading, Signal, Text
from pipeline.domain.policy import Policy
from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.engine import Engine, keep_in
from pipeline.embedded.inbox import Inbox
from pipeline.embedded.state import SqliteStore
from pipeline.monitor import Change, Monitor
from pipeline.reading import ReadAtOnce
from pipeline.wire import decode_event, verdict_line

AS_OF: Final = datetime(2026, 12, 20, tzinfo=UTC)
FED_AT_ONCE: Final = 7
SETTLED_AT_ONCE: Final = 5


class Verdicts:
    """A ledger of one table: the current verdict lines, by root."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE IF NOT EXISTS verdict (root TEXT, line BLOB)")

    def apply(self, changes: Sequence[Change]) -> None:
        """Replace the verdicts of every root that changed."""
        self._database.execute("BEGIN IMMEDIATE")
        for change in changes:
            for root in (change.root, *change.absorbed):
                self._database.execute("DELETE FROM verdict WHERE root = ?", (root,))
            rows = [(change.root, verdict_line(one)) for one in change.verdicts]
            self._database.executemany("INSERT INTO verdict VALUES (?, ?)", rows)
        self._database.execute("COMMIT")

    def lines(self) -> list[bytes]:
        """Return all verdicts, sorted."""
        return sorted(row[0] for row in self._database.execute("SELECT line FROM verdict"))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class OddReader:
    """Says something else for every text and context, at no cost."""

    version = "odd-1"

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Return one signal a text."""
        return [Reading(id=one.id, signals=(_signal(one),)) for one in texts]


def _signal(text: Text) -> Signal:
    words = text.text + "|".join(one.text for one in text.context)
    inbound = ("complaint", "chase", "dispute", "accepts", "info_supplied")
    names = inbound if text.direction == "inbound" else ("stock", "substantive", "referral")
    return Signal(name=names[crc32(words.encode()) % len(names)], probability=0.75)


def work(events: Path, data: Path) -> None:
    """Feed and settle until everything in ``events`` is done; meant to be killed on the way."""
    inbox, letters = Inbox(data / "inbox.db"), DeadLetters(data / "letters.db")
    store, verdicts = SqliteStore(data / "state.db", cached_max=50), Verdicts(data / "ledger.db")
    engine = Engine(
        inbox=inbox,
        store=store,
        monitor=Monitor(Policy(), store, verdicts, ReadAtOnce(OddReader(), keep_in(inbox))),
        letters=letters,
        decode=decode_event,
        clock=lambda: AS_OF,
        policy=Policy(),
        data=data,
        batch_max=SETTLED_AT_ONCE,
    )
    fed = Flag()
    feeder = Thread(target=feed, args=(events, data / "acknowledged", inbox, fed), daemon=True)
    feeder.start()
    while not (fed.is_set() and engine.offset == inbox.last_offset()):
        if engine.step() == 0:
            inbox.wait(0.05)
    feeder.join()
    for part in (inbox, letters, store, verdicts):
        part.close()


def feed(events: Path, acknowledged: Path, inbox: Inbox, fed: Flag) -> None:
    """Append the lines that nobody has acknowledged yet, and note each that was."""
    lines = events.read_bytes().splitlines()
    done = acknowledged.stat().st_size if acknowledged.exists() else 0
    with acknowledged.open("ab", buffering=0) as noted:
        for start in range(done, len(lines), FED_AT_ONCE):
            part = lines[start : start + FED_AT_ONCE]
            inbox.append("test", part, AS_OF)
            noted.write(b"." * len(part))
    fed.set()
