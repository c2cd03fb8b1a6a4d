"""Another try at bad input: the bytes of a dead letter, read as what they came in as."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import parse_qsl

from pipeline.channels.web_form import fields_of_json
from pipeline.config import Settings
from pipeline.connectors.ports import Channel, Connector, Listener
from pipeline.domain.events import Message
from pipeline.errors import BadPayload
from pipeline.intake.ports import Readers
from pipeline.payloads import Payload
from pipeline.wire import encode_event
from pipeline.wiring import build_channel, build_readers

FORMS: Final = "POST /v1/complaints"
MAILS: Final = "POST /v1/mail"
_HEADER: Final = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{1,76}:[ \t])")
"""How a mail begins, and no line of the interchange format."""
Reread = Callable[[str, bytes, datetime], list[bytes]]
"""Returns the lines of a letter, by its origin, its bytes and when it came."""


def build_reread(settings: Settings) -> Reread:
    """Return the reader of dead letters, by the settings as they are now.

    Forms and mails are read as such, what a channel brought by the channel's own parser, whatever
    begins as a mail does as a mail; everything else is a line of the interchange format. What
    cannot be read raises an `InputError` as it did at first.
    """
    readers = build_readers(settings, settings.policy)
    tables = {one.name: one for one in settings.channels}

    def reread(origin: str, raw: bytes, at: datetime) -> list[bytes]:
        if origin.startswith(FORMS):
            return [_form(readers, raw, at)]
        way = origin.partition(" ")[0]
        table = tables.get(way.partition("/")[0])
        if table is not None:
            return _channel(build_channel(table, settings), way, raw, at)
        if origin.startswith(MAILS) or _HEADER.match(raw):
            return [encode_event(one) for one in readers.mail(raw, received_at=at)]
        return [_line(readers, raw)]

    return reread


def _channel(channel: Channel, way: str, raw: bytes, at: datetime) -> list[bytes]:
    """Return the lines of what one way in of a channel had brought."""
    ways: list[Connector | Listener] = [*channel.connectors, *channel.listeners]
    parsers = {one.name: one.parse for one in ways}
    if channel.webhook is not None:
        parsers[f"{channel.name}/webhook"] = channel.webhook.parse
    if way not in parsers:
        raise BadPayload(f"the channel {channel.name} has no {way} any more; set it up as it was")
    payload = Payload(raw=raw, where="dead letter", at=at)
    return [encode_event(event) for event in parsers[way](payload)]


def _line(readers: Readers, raw: bytes) -> bytes:
    event = readers.line(raw)
    # One object laid out over several lines becomes one line; all else stays as it came.
    return encode_event(event) if b"\n" in raw.strip() else raw


def _form(readers: Readers, raw: bytes, at: datetime) -> bytes:
    # The same letter gives the same event, however often it is tried.
    reference = blake2b(raw, digest_size=8, key=at.isoformat().encode()).hexdigest()
    found = readers.form(_fields(raw), reference=reference, at=at)
    if not isinstance(found, Message):
        raise BadPayload("; ".join(f"{one.field}: {one.detail}" for one in found))
    return encode_event(found)


def _fields(raw: bytes) -> Mapping[str, Any]:
    if raw.lstrip().startswith(b"{"):
        return fields_of_json(raw)
    if raw.startswith(b"--"):
        return _fields_of_parts(raw)
    try:
        return dict(parse_qsl(raw.decode("utf-8"), keep_blank_values=True))
    except ValueError as error:
        raise BadPayload(f"found no form ({error})") from None


def _fields_of_parts(raw: bytes) -> Mapping[str, Any]:
    boundary = raw.partition(b"\n")[0].strip().removeprefix(b"--")
    head = b'Content-Type: multipart/form-data; boundary="%s"\r\n\r\n' % boundary
    form = BytesParser(policy=HTTP).parsebytes(head + raw)
    if not form.is_multipart():
        raise BadPayload("found no form: its parts cannot be told apart")
    return {
        part["content-disposition"].params.get("name", ""): part.get_content()
        for part in form.iter_parts()
        if part["content-disposition"] is not None and part.get_content_maintype() == "text"
    }
