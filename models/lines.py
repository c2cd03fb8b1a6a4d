"""The line format of ``ccm read``: texts in, readings out, one line each, in the same order.

Plain lines are inbound texts without a thread; their ids count from "1". JSON lines hold ``id``,
``text``, ``direction`` (default ``inbound``), ``context`` (list of ``{"direction", "text"}``),
``at`` (RFC 3339 with offset) and, optional, ``zone``. A line that cannot be used gives a line with
the signal ``unread`` and the reason; it never ends the stream.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from models.reading import UNREAD, Direction, Passage, Reader, Reading, Signal, Text, unread

LINE_CHARS_MAX: Final = 4_000_000
"""Characters of one line; a longer one is not parsed."""

CONTEXT_MAX: Final = 200
"""Passages kept of one context, the latest."""

_DIRECTIONS: Final[dict[object, Direction]] = {"inbound": "inbound", "outbound": "outbound"}


class BadLine(ValueError):
    """A line that cannot be used; the message says what was found and what was expected."""


def read_lines(reader: Reader, stream_in_lines: Iterable[str], json_mode: bool) -> Iterator[str]:
    """Reads each line and yields its reading as one JSON line without line end; never raises for
    any line."""
    for number, line in enumerate(stream_in_lines, start=1):
        bare = line.rstrip("\r\n")
        yield reading_json(
            _json_line(reader, bare, number) if json_mode else _plain_line(reader, bare, number)
        )


def reading_json(reading: Reading) -> str:
    """A reading as one line of ASCII JSON; fields of a signal that are empty are left out, but not
    its span."""
    return json.dumps(
        {
            "id": reading.id,
            "signals": [_signal_object(signal) for signal in reading.signals],
            "severity": reading.severity,
            "theme": reading.theme,
            "lang": reading.lang,
        }
    )


def _plain_line(reader: Reader, line: str, number: int) -> Reading:
    return reader.read([Text(id=str(number), text=line, direction="inbound")])[0]


def _json_line(reader: Reader, line: str, number: int) -> Reading:
    try:
        return reader.read([parse_text(line, number)])[0]
    except BadLine as bad:
        return unread(_known_id(line) or str(number), str(bad))


def parse_text(line: str, number: int) -> Text:
    """One JSON line as a text.

    Args:
        line: JSON without line end.
        number: of the line, counted from 1; the id where none is given.

    Raises:
        BadLine: it is not an object with a string ``text``, or another field has the wrong type or
            value.
    """
    if len(line) > LINE_CHARS_MAX:
        raise BadLine(f"line of {len(line)} characters: at most {LINE_CHARS_MAX} are read")
    found = _parsed(line)
    if not isinstance(found, dict):
        raise BadLine(f"found {type(found).__name__}, expected a JSON object")
    if not isinstance(found.get("text"), str):
        raise BadLine('"text" is missing or not a string')
    return Text(
        id=_id(found.get("id"), number),
        text=found["text"],
        direction=_direction(found.get("direction", "inbound")),
        context=_context(found.get("context")),
        at=_time(found.get("at")),
        zone=_zone(found.get("zone")),
    )


def _parsed(line: str) -> object:
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    return found


def _id(found: object, number: int) -> str:
    return str(number) if found is None else found if isinstance(found, str) else json.dumps(found)


def _known_id(line: str) -> str | None:
    """The id of a line that is bad for another reason, so that it can be found again."""
    try:
        found = _parsed(line[:LINE_CHARS_MAX])
    except BadLine:
        return None
    return _id(found["id"], 0) if isinstance(found, dict) and found.get("id") is not None else None


def _direction(found: object) -> Direction:
    if isinstance(found, str) and found in _DIRECTIONS:
        return _DIRECTIONS[found]
    raise BadLine('"direction" must be "inbound" or "outbound"')


def _context(found: object) -> tuple[Passage, ...]:
    if found is None:
        return ()
    if not isinstance(found, list):
        raise BadLine('"context" must be a list of {"direction", "text"}')
    return tuple(_passage(item) for item in found[-CONTEXT_MAX:])


def _passage(found: object) -> Passage:
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise BadLine('an item of "context" has no string "text"')
    return Passage(direction=_direction(found.get("direction")), text=found["text"])


def _time(found: object) -> datetime | None:
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found) if isinstance(found, str) else None
        if at is not None and at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadLine('"at" must be an RFC 3339 time with an offset')


def _zone(found: object) -> str:
    if found is None:
        return "UTC"
    if isinstance(found, str):
        return found
    raise BadLine('"zone" must be the name of an IANA zone')


def _signal_object(signal: Signal) -> dict[str, object]:
    fields: dict[str, object] = {
        "name": signal.name,
        "probability": signal.probability,
        "span": list(signal.span) if signal.span else None,
        "due": _rfc3339(signal.due),
        "until": _rfc3339(signal.until),
        "deed": signal.deed,
        "why": signal.why,
        "channel": signal.channel,
        "asks": list(signal.asks) or None,
    }
    always = (
        ("name", "probability", "span") if signal.name != UNREAD else ("name", "probability", "why")
    )
    return {name: value for name, value in fields.items() if value is not None or name in always}


def _rfc3339(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
