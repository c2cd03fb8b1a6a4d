"""Bytes to events and back, and verdicts to bytes: the only (de)serialiser of the monitor.

One event is one JSON object (definitions §2, version 1 of the format; the rules of §8, Format).
Reading is strict: a known field of the wrong type or value makes the line bad, a number is never
taken for a string nor ``true`` for a number; an optional field that is ``null`` counts as absent.
Unknown fields are kept in ``Event.extra`` and written again.
"""

from pipeline.wire.as_json import plain
from pipeline.wire.decode import decode_event
from pipeline.wire.encode import decode_verdict, encode_event, verdict_line, verdict_lines
from pipeline.wire.schema import DEFAULT_LIMITS, SCHEMA, Limits, event_schemas

__all__ = [
    "DEFAULT_LIMITS",
    "SCHEMA",
    "Limits",
    "decode_event",
    "decode_verdict",
    "encode_event",
    "event_schemas",
    "plain",
    "verdict_line",
    "verdict_lines",
]
