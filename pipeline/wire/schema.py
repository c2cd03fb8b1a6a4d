"""Version 1 of the interchange format, as msgspec reads it (definitions §2 and §8, Format)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, json

from pipeline.domain.events import Direction, StatusName, Visibility

SCHEMA: Final = 1
"""The version of the interchange format that is read and written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one line may hold: bytes, levels of nesting in unknown fields, entries of a list."""

    bytes_max: int = 1_000_000
    depth_max: int = 32
    items_max: int = 1_000


DEFAULT_LIMITS: Final = Limits()

Name = Annotated[str, Meta(min_length=1)]
Time = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Labels = tuple[Name, ...]


class ToldSignal(Struct, kw_only=True, frozen=True, gc=False):
    """A signal as it stands on a line; its dates are read later, for two forms are allowed."""

    name: Name
    due: str | None = None
    until: str | None = None
    why: str | None = None
    deed: str | None = None
    channel: str | None = None
    asks: Labels | None = None
    given: Labels | None = None
    span: tuple[Count, Count] | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] | None = None


class Line(Struct, kw_only=True, gc=False):
    """What every kind carries."""

    id: Name
    format: int | None = None
    kind: str
    at: Time
    received_at: Time | None = None
    version: Count | None = None
    customer: Annotated[Labels, Meta(min_length=1)]


class ToldMessage(Line, kw_only=True, gc=False):
    """A line of kind ``message``."""

    channel: Name
    visibility: Visibility
    direction: Direction
    text: str
    subject: str | None = None
    lang: str | None = None
    thread: Name | None = None
    in_reply_to: Name | None = None
    refs: Labels | None = None
    auto: bool | None = None
    reach: Count | None = None
    signals: tuple[ToldSignal, ...] | None = None
    deleted: bool | None = None
    topic: str | None = None
    team: str | None = None


class ToldStatus(Line, kw_only=True, gc=False):
    """A line of kind ``status``."""

    status: StatusName
    thread: Name | None = None
    refs: Labels | None = None
    topic: str | None = None
    team: str | None = None


class ToldIdentity(Line, kw_only=True, gc=False, rename={"not_": "not"}):
    """A line of kind ``identity``; ``customer`` is not required."""

    customer: Labels | None = None  # type: ignore[assignment]  # the one kind that needs none
    same: Annotated[Labels, Meta(min_length=2)]
    not_: bool | None = None
    evidence: str | None = None


class ToldFeedback(Line, kw_only=True, gc=False):
    """A line of kind ``feedback``; one of its two answers is required."""

    resolved: bool | None = None
    score: Annotated[int, Meta(ge=1, le=5)] | None = None
    thread: Name | None = None
    refs: Labels | None = None


class ToldErasure(Line, kw_only=True, gc=False):
    """A line of kind ``erasure``: nothing but what every kind carries."""


class ToldReading(Line, kw_only=True, gc=False):
    """A line of kind ``reading``."""

    of: Name
    message_version: Count | None = None
    model: Name
    signals: tuple[ToldSignal, ...]
    severity: Name | None = None
    theme: Name | None = None
    lang: Name | None = None


TOLD: Final = {
    "message": ToldMessage,
    "status": ToldStatus,
    "identity": ToldIdentity,
    "feedback": ToldFeedback,
    "erasure": ToldErasure,
    "reading": ToldReading,
}


def event_schemas(prefix: str) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return the JSON Schema of each kind of event, as references, and what they refer to.

    Args:
        prefix: where the schemas will stand in the document, such as ``#/components/schemas/``.
    """
    references, components = json.schema_components(TOLD.values(), ref_template=prefix + "{name}")
    for kind, told in TOLD.items():
        components[told.__name__]["properties"]["kind"] = {"const": kind}
    return list(references), components


EXPECTED: Final = {
    "id": "a non-empty string",
    "at": "an RFC 3339 time with an offset, such as 2026-11-20T09:30:00Z",
    "received_at": "an RFC 3339 time with an offset, such as 2026-11-20T09:30:00Z",
    "version": "an integer from 0",
    "customer": 'a non-empty list of identifiers "scheme:value"',
    "channel": 'a non-empty string such as "email"',
    "visibility": '"public" or "private"',
    "direction": '"inbound" or "outbound"',
    "text": "a string",
    "thread": "a non-empty string",
    "in_reply_to": "the id of an event",
    "refs": "a list of non-empty strings",
    "auto": "true or false",
    "reach": "an integer from 0",
    "signals": 'a list of objects {"name": …} with at most one response class',
    "deleted": "true or false",
    "status": '"open", "pending", "solved", "closed" or "reopened"',
    "same": 'a list of two or more identifiers "scheme:value"',
    "not": "true or false",
    "resolved": "true or false",
    "score": "an integer from 1 to 5",
    "of": "the id of the message that was read",
    "message_version": "an integer from 0",
    "model": "the version of the reader, a non-empty string",
    "severity": "a non-empty string",
    "theme": "a non-empty string",
    "lang": 'a tag such as "en"',
}
