"""The log and the ledger, for operators' tools that add a word of their own: embedded or Kafka."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from pipeline.config import Settings
from pipeline.domain.events import Event
from pipeline.domain.verdict import Verdict
from pipeline.embedded.beside import events_in
from pipeline.embedded.view import StateView
from pipeline.ledger import Ledger
from pipeline.wiring import (
    STATE_FILE,
    build_decode,
    open_inbox,
    open_ledger,
    utc_now,
)

Append = Callable[[str, Sequence[bytes]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a tool needs of one installation.

    Attributes:
        ledger: current verdicts.
        events_of: the events of a case, with what they were read to say.
        append: keeps lines of the interchange format, under the name of who sends them; they are
            safe when it returns.
    """

    ledger: Ledger
    events_of: Callable[[Verdict, datetime], Sequence[Event]]
    append: Append


@contextmanager
def open_any_log(settings: Settings, *, is_kafka: bool) -> Iterator[Log]:
    """Yield the log in Kafka with the shared ledger, or those of the data directory.

    Raises:
        StoreError: one of them cannot be used.
    """
    with (_kafka if is_kafka else _embedded)(settings) as log:
        yield log


@contextmanager
def _embedded(settings: Settings) -> Iterator[Log]:
    with (
        closing(open_ledger(settings)) as ledger,
        closing(open_inbox(settings)) as inbox,
        closing(StateView(settings.engine.data / STATE_FILE)) as state,
    ):
        yield Log(
            ledger=ledger,
            events_of=events_in(state, settings, ledger),
            append=lambda source, lines: inbox.append(source, lines, utc_now()),
        )


@contextmanager
def _kafka(settings: Settings) -> Iterator[Log]:
    from pipeline.scaled import shown_events

    with closing(open_ledger(settings)) as ledger, appending_to_kafka(settings) as append:
        yield Log(ledger=ledger, events_of=shown_events(settings, ledger), append=append)


@contextmanager
def appending_to_kafka(settings: Settings) -> Iterator[Append]:
    """Yield what appends to the log in Kafka; see `Log.append`."""
    from pipeline.intake.kafka import KafkaInbox, Producer
    from pipeline.scaled import topics_of

    decode, topic = build_decode(settings, settings.policy), topics_of(settings).events.name
    kafka = settings.kafka
    with closing(Producer(kafka.bootstrap, kafka.delivery_seconds)) as producer:
        inbox = KafkaInbox(producer, topic, decode)
        yield lambda source, lines: inbox.append(source, lines, utc_now())
