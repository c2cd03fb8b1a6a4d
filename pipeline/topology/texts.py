"""Texts on their way to the readers: one record a text, keyed by the reading that it asks for.

The message stands in it as a line of the interchange format, so that whatever reads old lines reads
old records too. Version 1.
"""

from datetime import datetime
from sys import maxsize
from typing import Final

from msgspec import Raw, Struct, ValidationError
from msgspec.json import Decoder, Encoder

from pipeline.domain.events import Direction, Message
from pipeline.domain.texts import Passage, Unread
from pipeline.errors import BadEvent
from pipeline.wire import Limits, decode_event, encode_event

VERSION: Final = 1
_UNLIMITED: Final = Limits(bytes_max=maxsize, depth_max=1_000, items_max=maxsize)


class _Text(Struct, omit_defaults=True, kw_only=True):
    v: int
    id: str
    at: datetime
    zone: str
    message: Raw
    context: list[tuple[Direction, str]] = []


_ENCODER: Final = Encoder()
_DECODER: Final = Decoder(_Text)


def encode_text(text: Unread) -> bytes:
    """Return the record of a text."""
    return _ENCODER.encode(
        _Text(
            v=VERSION,
            id=text.id,
            at=text.at,
            zone=text.zone,
            message=Raw(encode_event(text.message)),
            context=[(one.direction, one.text) for one in text.context],
        )
    )


def decode_text(raw: bytes | None) -> Unread:
    """Return the text of a record that `encode_text` wrote.

    Raises:
        BadEvent: it is none, or one of a later version.
    """
    if raw is None:
        raise BadEvent("the record has no value (a tombstone); nothing is deleted so")
    try:
        told = _DECODER.decode(raw)
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadEvent(f"found no text to read ({error})") from None
    if told.v != VERSION:
        raise BadEvent(f"found a text of version {told.v}, this ccm reads version {VERSION}")
    message = decode_event(bytes(told.message), topics=None, limits=_UNLIMITED)
    if not isinstance(message, Message):
        raise BadEvent(f"found a {type(message).__name__.lower()}, expected a message to read")
    context = tuple(Passage(direction=who, text=text) for who, text in told.context)
    return Unread(id=told.id, message=message, at=told.at, zone=told.zone, context=context)
