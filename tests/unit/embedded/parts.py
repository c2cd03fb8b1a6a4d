"""An engine on a directory, with a model that says one thing of everything."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.reading import Reading as TextReading
from models.reading import Signal, Text
from pipeline.domain.events import Event, Reading
from pipeline.domain.policy import Policy
from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.engine import Engine, keep_in
from pipeline.embedded.inbox import Inbox
from pipeline.embedded.state import SqliteStore
from pipeline.ledger import Ledger
from pipeline.monitor import Monitor
from pipeline.reading import ReadAtOnce
from pipeline.wire import decode_event, encode_event, verdict_line

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
NOW = AT + timedelta(days=50)


class Model:
    """Says one thing of every customer's text; counts what it is asked."""

    def __init__(self, version: str, says: str) -> None:
        self.version = version
        self._says = says
        self.asked = 0

    def read(self, texts: Sequence[Text]) -> list[TextReading]:
        """Return the same for all."""
        self.asked += len(texts)
        deed = Signal(name=self._says, probability=0.9, span=(0, 4), deed="secret deed", why="a")
        return [TextReading(id=one.id, signals=(deed,)) for one in texts]


class Parts:
    """An engine on a directory, read by ``model``."""

    def __init__(self, data: Path, model: Model) -> None:
        self.inbox, self.letters = Inbox(data / "inbox.db"), DeadLetters(data / "letters.db")
        self.store, self.ledger = SqliteStore(data / "state.db"), Ledger(f"sqlite:///{data}/l.db")
        self.engine = Engine(
            inbox=self.inbox,
            letters=self.letters,
            store=self.store,
            monitor=Monitor(
                Policy(), self.store, self.ledger, ReadAtOnce(model, keep_in(self.inbox))
            ),
            decode=decode_event,
            clock=lambda: NOW,
            policy=Policy(),
            data=data,
        )

    def feed(self, *events: Event) -> None:
        """Append events and let the engine do its work."""
        self.inbox.append("test", [encode_event(event) for event in events], NOW)
        self.engine.drain()

    def log(self) -> list[Event]:
        """All of the log."""
        return [decode_event(record.raw) for record in self.inbox.read_after(0, 1_000)]

    def readings(self) -> list[Reading]:
        """The readings in the log."""
        return [event for event in self.log() if isinstance(event, Reading)]

    def verdicts(self) -> list[bytes]:
        """The ledger."""
        return [verdict_line(one) for one in self.ledger.all_verdicts()]


@contextmanager
def parts(data: Path, model: Model) -> Iterator[Parts]:
    """Open an engine on a directory, and close it again."""
    made = Parts(data, model)
    try:
        yield made
    finally:
        for one in (made.inbox, made.letters, made.store, made.ledger):
            one.close()
