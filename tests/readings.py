"""A model that shows every difference, and timelines whose texts were read, for tests."""

from collections.abc import Sequence
from functools import reduce
from random import Random

from models.reading import Reader, Signal, Text
from models.reading import Reading as TextReading
from pipeline.domain.policy import Policy
from pipeline.domain.texts import heard
from pipeline.domain.timeline import Timeline, observe
from pipeline.reading import read_texts

SAYS = {
    "inbound": ("info_supplied", "chase", "dispute", "accepts", "spam", "new_issue"),
    "outbound": ("stock", "referral", "substantive", "info_request", "resolution_claim"),
}


class Model:
    """Says something else for every text, context and version of itself."""

    def __init__(self, version: str) -> None:
        self.version = version

    def read(self, texts: Sequence[Text]) -> list[TextReading]:
        """Return a reading that every difference in the input changes."""
        return [self._reading(text) for text in texts]

    def _reading(self, text: Text) -> TextReading:
        seen = [self.version, text.text, *(one.text for one in text.context)]
        draw = Random("|".join(seen))  # no secret
        name = draw.choice(SAYS[text.direction])
        signal = Signal(name=name, probability=0.5 + draw.random() / 2, span=(0, 2))
        return TextReading(id=text.id, signals=(signal,), lang=draw.choice(("en", None)))


def read_by(reader: Reader, timeline: Timeline) -> Timeline:
    """Return the timeline with a reading for every text, as the engine keeps it."""
    _, unread = heard(timeline, Policy())
    return reduce(observe, read_texts(unread, reader), timeline)


def heard_by(reader: Reader, timeline: Timeline) -> Timeline:
    """Return the timeline with what the reader says on its messages."""
    return heard(read_by(reader, timeline), Policy())[0]
