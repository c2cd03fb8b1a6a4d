"""Timelines whose texts a reader has read, for tests."""

from functools import reduce

from models.reading import Reader
from pipeline.domain.policy import Policy
from pipeline.domain.texts import heard
from pipeline.domain.timeline import Timeline, observe
from pipeline.reading import read_texts


def read_by(reader: Reader, timeline: Timeline) -> Timeline:
    """Return the timeline with a reading for every text, as the engine keeps it."""
    _, unread = heard(timeline, Policy())
    return reduce(observe, read_texts(unread, reader), timeline)


def heard_by(reader: Reader, timeline: Timeline) -> Timeline:
    """Return the timeline with what the reader says on its messages."""
    return heard(read_by(reader, timeline), Policy())[0]
