"""The reading of texts as a stage of its own: texts in, readings into the log, dead letters out.

No Kafka here: records come in, and what is to be sent goes out as bytes. A reading is a function of
its text and of the reader's version, and the log is a set of them; so any number of readers may
work side by side, die, and read a text twice.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.reading import Reader
from pipeline.domain.events import Reading
from pipeline.domain.texts import Unread
from pipeline.errors import InputError
from pipeline.reading import read_texts
from pipeline.topology.batches import Letter, Record, encode_letter
from pipeline.topology.desk import record_of
from pipeline.topology.texts import decode_text
from pipeline.topology.topics import Outgoing, Topics

KNOWN_MAX: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What came of some records: how many texts, how many of them were read anew, what to send."""

    texts: int
    read: int
    letters: int
    outgoing: Sequence[Outgoing]


class ReadingStage:
    """Reads texts, a batch at a time.

    Args:
        topics: to which readings and dead letters go.
        reader: reads.
        clock: the present moment.
        known_max: how many readings are remembered, for texts that are sent again.
    """

    def __init__(
        self,
        topics: Topics,
        reader: Reader,
        clock: Callable[[], datetime],
        known_max: int = KNOWN_MAX,
    ) -> None:
        self._topics = topics
        self._reader = reader
        self._clock = clock
        self._known: OrderedDict[str, Reading] = OrderedDict()
        self._known_max = known_max

    def work(self, records: Iterable[Record]) -> Read:
        """Read the texts in one call of the reader; what cannot be used becomes a dead letter."""
        texts: dict[str, Unread] = {}
        letters: list[Outgoing] = []
        for record in records:
            try:
                text = decode_text(record.value)
            except InputError as error:
                letters.append(self._dead(record, error.reason))
                continue
            texts[text.id] = text
        missing = [text for text in texts.values() if text.id not in self._known]
        for reading in read_texts(missing, self._reader) if missing else ():
            self._known[reading.id] = reading
        told = [record_of(self._known[one], self._topics.events) for one in texts]
        while len(self._known) > self._known_max:
            self._known.popitem(last=False)
        return Read(
            texts=len(texts), read=len(missing), letters=len(letters), outgoing=[*told, *letters]
        )

    def _dead(self, record: Record, reason: str) -> Outgoing:
        letter = Letter(
            reason=reason, origin=record.where, at=self._clock(), key=record.key, raw=record.value
        )
        return Outgoing(
            topic=self._topics.dead_letters.name,
            partition=0,
            key=letter.origin.encode(),
            value=encode_letter(letter),
        )
