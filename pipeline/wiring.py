"""Builds everything from settings, in one place."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from models.reading import Reader
from pipeline.config import Settings
from pipeline.domain.events import Event
from pipeline.domain.policy import Policy
from pipeline.embedded.sources import LINES_SUFFIXES, Advance, BadLine, Decode, read_lines
from pipeline.errors import ConfigError
from pipeline.wire import Limits, decode_event


def build_decode(settings: Settings, policy: Policy) -> Decode:
    """Return the reader of interchange lines, with the limits and topics of the settings."""
    limits = Limits(
        bytes_max=settings.limits.line_bytes_max,
        depth_max=settings.limits.line_depth_max,
        items_max=settings.limits.line_items_max,
    )
    return partial(decode_event, topics=policy.topics, limits=limits)


def build_reader() -> Reader:
    """Return the reader of texts."""
    from models.rules import RulesReader

    return RulesReader()


def read_files(
    paths: Iterable[Path], settings: Settings, policy: Policy, advance: Advance
) -> Iterator[Event | BadLine]:
    """Yield the events and the bad lines of files, each read as its suffix says."""
    decode = build_decode(settings, policy)
    for path in paths:
        if path.suffix.lower() in LINES_SUFFIXES:
            bytes_max = settings.limits.line_bytes_max
            yield from read_lines(path, advance, decode=decode, bytes_max=bytes_max)
        else:
            raise ConfigError(f"{path}: unknown kind of file; name .jsonl")
