"""The line format of ``ccm read``: texts in, readings out, one line each, in the same order.

Plain lines are inbound texts without a thread; their ids count from "1". JSON lines hold ``id``,
``text``, ``direction`` (default ``inbound``), ``context`` (list of ``{"direction", "text"}``),
``at`` (RFC 3339 with offset) and, optional, ``zone``, ``company`` and ``thread``. Where a reply
names its company, it is compared with that company's earlier replies *in this stream*
(``models.stock``); ``replies_alike`` gives the number instead. A line that cannot be used gives a
line with the signal ``unread`` and the reason; it never ends the stream.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO, Final

from models.reading import UNREAD, Direction, Passage, Reader, Reading, Signal, Text, unread
from models.stock import Reply, StockIndex

LINE_CHARS_MAX: Final = 4_000_000
"""Characters of one line; a longer one is not parsed."""

CONTEXT_MAX: Final = 200
"""Passages kept of one context, the latest."""

_CHUNK: Final = 65_536

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIRECTIONS: Final[dict[object, Direction]] = {"inbound": "inbound", "outbound": "outbound"}


class BadLine(ValueError):
    """A line that cannot be used; the message says what was found and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one JSON line holds: the text, and where its reply belongs for the count of the like."""

    text: Text
    company: str | None = None
    thread: str | None = None


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """The lines of a stream of bytes, whatever they are, without ever holding a longer one.

    Bytes that are no UTF-8 become U+FFFD; of a line of more than ``LINE_CHARS_MAX`` bytes comes
    only the head, which is then long enough to be refused.
    """
    while raw := stream.readline(LINE_CHARS_MAX + 1):
        head = raw.decode("utf-8", "replace")
        yield head if len(raw) <= LINE_CHARS_MAX else head.ljust(LINE_CHARS_MAX + 1)
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(_CHUNK)


def read_lines(reader: Reader, stream_in_lines: Iterable[str], json_mode: bool) -> Iterator[str]:
    """Reads each line and yields its reading as one JSON line without line end; never raises for
    any line."""
    stock = StockIndex()
    for number, line in enumerate(stream_in_lines, start=1):
        bare = line.rstrip("\r\n")
        yield reading_json(
            _json_line(reader, stock, bare, number)
            if json_mode
            else _plain_line(reader, bare, number)
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


def _json_line(reader: Reader, stock: StockIndex, line: str, number: int) -> Reading:
    try:
        return reader.read([_counted(stock, parse_line(line, number))])[0]
    except BadLine as bad:
        return unread(_known_id(line) or str(number), str(bad))


def _counted(stock: StockIndex, line: Line) -> Text:
    """The text, with how often its company wrote the like earlier in this stream."""
    text = line.text
    if line.company is None or text.direction != "outbound":
        return text
    first = text.context[0].text if text.context else text.id
    reply = Reply(
        company=line.company,
        conversation=line.thread if line.thread is not None else first,
        text=text.text,
        at=text.at or _LONG_AGO,
    )
    seen = stock.take(reply)
    return text if text.replies_alike is not None else replace(text, replies_alike=seen)


def parse_line(line: str, number: int) -> Line:
    """One JSON line as a text and where it belongs.

    Args:
        line: JSON without line end.
        number: of the line, counted from 1; the id where none is given.

    Raises:
        BadLine: it is not an object with a string ``text``, or another field has the wrong type or
            value.
    """
    if len(line) > LINE_CHARS_MAX:
        raise BadLine(f"line of more than {LINE_CHARS_MAX} characters: at most these are read")
    found = _parsed(line)
    if not isinstance(found, dict):
        raise BadLine(f"found {type(found).__name__}, expected a JSON object")
    if not isinstance(found.get("text"), str):
        raise BadLine('"text" is missing or not a string')
    text = Text(
        id=_id(found.get("id"), number),
        text=found["text"],
        direction=_direction(found.get("direction", "inbound")),
        context=_context(found.get("context")),
        at=_time(found.get("at")),
        zone=_string(found, "zone") or "UTC",
        replies_alike=_count(found.get("replies_alike")),
    )
    return Line(text=text, company=_string(found, "company"), thread=_string(found, "thread"))


def _parsed(line: str) -> object:
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    return found


def _id(found: object, number: int) -> str:
    if found is None:
        return str(number)
    if isinstance(found, str):
        return found
    if isinstance(found, int | float):
        return json.dumps(found)
    raise BadLine('"id" must be a string or a number')


def _known_id(line: str) -> str | None:
    """The id of a line that is bad for another reason, so that it can be found again."""
    try:
        found = _parsed(line[:LINE_CHARS_MAX])
        known = found.get("id") if isinstance(found, dict) else None
        return None if known is None else _id(known, 0)
    except BadLine:
        return None


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


def _string(found: dict[str, object], name: str) -> str | None:
    value = found.get(name)
    if value is None or isinstance(value, str):
        return value
    wanted = "the name of an IANA zone" if name == "zone" else "a string"
    raise BadLine(f'"{name}" must be {wanted}')


def _count(found: object) -> int | None:
    if found is None or (isinstance(found, int) and not isinstance(found, bool) and found >= 0):
        return found
    raise BadLine('"replies_alike" must be a whole number from 0')


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
        "given": list(signal.given) or None,
    }
    always = (
        ("name", "probability", "span") if signal.name != UNREAD else ("name", "probability", "why")
    )
    return {name: value for name, value in fields.items() if value is not None or name in always}


def _rfc3339(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
